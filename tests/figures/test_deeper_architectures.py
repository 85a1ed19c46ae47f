"""E8.1: the stored counts against models that are built again, and against papers."""

import json
import re

import pytest

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.deeper import architectures
from ldl_lib.figures.deeper._costs import convolution, large
from ldl_lib.figures.theme import DARK_TWIN

# What the publications say: millions of parameters, billions of multiply-adds, layers.
PAPERS = {
    "AlexNet": (60, None, 8),  # Krizhevsky et al. (2012): 60 million, eight layers
    "VGG-16": (138, None, 16),  # Simonyan and Zisserman (2015)
    "GoogLeNet": (6.8, 1.55, 22),  # Howard et al. (2017); Szegedy et al. (2015)
    "ResNet-34": (None, 3.6, 34),  # He et al. (2016)
    "ResNet-50": (None, 3.8, 50),
    "MobileNet": (4.2, 0.569, 28),  # Howard et al. (2017)
    "Xception": (22.9, None, 37),  # Chollet (2017)
    "EfficientNet-B0": (5.3, 0.39, None),  # Tan and Le (2019)
    "EfficientNet-B3": (12, 1.8, None),
    "EfficientNet-B7": (66, 37, None),
}


@pytest.mark.parametrize("name", PAPERS)
def test_counts_are_those_of_the_papers(name):
    found = architectures.counts()[name]
    parameters, work, depth = PAPERS[name]
    if parameters:
        assert found.parameters == pytest.approx(parameters * 1e6, rel=0.035)
    if work:
        assert found.multiply_adds == pytest.approx(work * 1e9, rel=0.025)
    if depth:
        assert found.depth == depth


def test_counts_are_those_of_models_built_again(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("keras")
    from tools import count_architectures

    build = count_architectures.builders()
    for name in ("LeNet-5", "GoogLeNet", "ResNet-34", "MobileNet"):
        assert count_architectures.count(build[name]()) == architectures.counts()[name]
    grown = count_architectures.efficientnet(*count_architectures.grown()["compound 1"])
    again = count_architectures.count(grown)
    assert again == architectures.counts()["compound 1"]


def test_a_layer_by_hand():
    # 3×3 over 64 channels into 128, on maps of 28: 9 · 64 · 128 weights, 128 biases.
    assert convolution(64, 128, 3, 28) == (73_856, 57_802_752)
    assert convolution(64, 64, 3, 28, groups=64) == (640, 451_584)


def test_lenet_by_hand():
    found = architectures.counts()["LeNet-5"]
    layers = [convolution(1, 6, 5, 28), convolution(6, 16, 5, 10)]
    layers += [convolution(16, 120, 5, 1), convolution(120, 84, 1, 1)]
    layers += [convolution(84, 10, 1, 1)]
    assert found.parameters == sum(layer.parameters for layer in layers)
    assert found.multiply_adds == sum(layer.multiply_adds for layer in layers)


def test_more_parameters_and_less_work():
    assert architectures.more_parameters_less_work("ResNet-50") == ["AlexNet"]
    assert "AlexNet" in architectures.words("depth", "ResNet-50")
    assert not architectures.more_parameters_less_work("VGG-16")
    assert "No network here" in architectures.words("depth", "VGG-16")


def test_every_point_lies_on_its_axes():
    figure = architectures.figure()
    low, high = figure.layout.yaxis.range
    first = None
    for measure in architectures.MEASURES.values():
        for name in architectures.ON_IMAGENET:
            values = {"measure": measure, "network": name}
            shown = evaluate(architectures.state, values, first)
            first = first or frozenset(shown)
            x, y = shown["data[5].x"][0], shown["data[5].y"][0]
            left, right = (10.0**end for end in shown["layout.xaxis.range"])
            assert left < x < right
            assert low < y < high
            assert x == getattr(architectures.counts()[name], measure)
            points = [
                (x, y)
                for number, trace in enumerate(figure.data[:5])
                for x, y in zip(shown[f"data[{number}].x"], trace.y, strict=True)
            ]
            assert len(points) == len(architectures.ON_IMAGENET)
            assert (x, y) in points


@pytest.mark.parametrize(
    ("value", "text"),
    [(999, "999"), (1_000, "1.00 thousand"), (999_600, "1.00 million")],
)
def test_large_numbers_in_words(value, text):
    assert large(value) == text


def test_only_colours_with_a_dark_twin():
    figure = architectures.figure()
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", json.dumps(figure.to_dict())))
    assert used
    assert used <= set(DARK_TWIN)


def test_the_axis_of_a_measure_shows_its_own_marks_alone():
    axis = architectures.figure().layout.xaxis
    marks = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    for low, high, own in architectures.AXES.values():
        assert {at: text for at, text in marks.items() if low < at < high} == own
