"""E8.3 to E8.5: costs against PyTorch's layers and calculation by hand."""

import itertools
import json
import re

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.deeper import (
    architectures,
    blocks,
    inception,
    scaling,
    separable,
)
from ldl_lib.figures.theme import DARK_TWIN


def in_torch(layer, side):
    """Parameters, and multiply-adds by counting what one output number needs."""
    parameters = sum(p.numel() for p in layer.parameters())
    output = layer(torch.zeros(1, layer.in_channels, side, side))
    return parameters, layer.weight[0].numel() * output.numel()


def conv(inputs, outputs, kernel, groups=1):
    return torch.nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups)


@pytest.mark.parametrize("name", blocks.BLOCKS)
def test_blocks_are_those_of_pytorch_and_their_channels_fit(name):
    block = blocks.BLOCKS[name]
    parameters = work = 0
    for branch in block.branches:
        assert branch[0].inputs == blocks.CHANNELS
        for layer, after in itertools.pairwise(branch):
            assert layer.outputs == after.inputs
        for layer in branch:
            if layer.kernel:
                twin = conv(layer.inputs, layer.outputs, layer.kernel, layer.groups)
                found = in_torch(twin, blocks.SIDE)
                parameters, work = parameters + found[0], work + found[1]
    assert block.cost == (parameters, work)
    ends = sum(branch[-1].outputs for branch in block.branches)
    appended = blocks.CHANNELS if block.skip and block.end == "append" else 0
    assert ends + appended == block.outputs


def test_four_blocks_compute_less_than_a_tenth_of_two_plain_layers():
    plain = blocks.BLOCKS["plain"].cost.multiply_adds
    light = {
        name
        for name, block in blocks.BLOCKS.items()
        if block.cost.multiply_adds < plain / 10
    }
    assert light == {"bottleneck", "groups", "dense", "separable"}
    assert "16.9 times as much" in blocks.words("bottleneck")
    assert "The skip costs nothing" in blocks.words("residual")
    assert "Two plain" not in blocks.words("plain")


def test_drawn_blocks_fit_and_have_a_text_for_each_box():
    figure = blocks.figure()
    left, right = figure.layout.xaxis.range
    first = None
    for name, block in blocks.BLOCKS.items():
        shown = evaluate(blocks.state, {"block": name}, first)
        first = first or frozenset(shown)
        boxes = sum(map(len, block.branches))
        assert len(shown["data[2].x"]) == 6 * boxes
        assert len(shown["data[3].text"]) == len(shown["data[3].x"]) == boxes + 2
        assert bool(len(shown["data[1].x"])) == block.skip
        inside = shown["data[2].x"][np.isfinite(shown["data[2].x"])]
        assert left < inside.min() < inside.max() < right


@pytest.mark.parametrize("name", ["3a", "5b"])
def test_an_inception_module_is_that_of_pytorch(name):
    module = inception.MODULES[name]
    found = inception.count(name, 0.0)
    layers = [
        (conv(module.inputs, module.one, 1), found.large[0]),
        (conv(module.inputs, module.three_before, 1), found.small[1]),
        (conv(module.three_before, module.three, 3), found.large[1]),
        (conv(module.inputs, module.five_before, 1), found.small[2]),
        (conv(module.five_before, module.five, 5), found.large[2]),
        (conv(module.inputs, module.pooled, 1), found.small[3]),
    ]
    for layer, cost in layers:
        assert in_torch(layer, module.side) == cost
    assert found.total().parameters == sum(cost.parameters for _, cost in layers)


def test_modules_follow_one_another():
    names = list(inception.MODULES)
    for name, after in itertools.pairwise(names):
        outputs = inception.count(name, 0.0).outputs
        assert inception.MODULES[after].inputs == outputs


def test_without_reduction_the_work_is_several_times_as_much():
    naive = inception.count("3a", 1.0)
    # 28² · (192 · 64 + 9 · 192 · 128 + 25 · 192 · 32)
    assert naive.total().multiply_adds == 784 * (12_288 + 221_184 + 153_600)
    assert naive.outputs == 64 + 128 + 32 + 192
    ratio = naive.total().multiply_adds / inception.count("3a", 0.0).total()[1]
    assert f"{ratio:.1f} times as much" in inception.words("3a", 0.0, "parameters")
    assert "wider and wider" in inception.words("3a", 1.0, "parameters")


def test_inception_bars_fit_their_axes():
    first = None
    for module, squeeze, measure in itertools.product(
        inception.MODULES, inception.SQUEEZES.values(), inception.COUNTS.values()
    ):
        values = {"module": module, "squeeze": squeeze, "measure": measure}
        shown = evaluate(inception.state, values, first)
        first = first or frozenset(shown)
        total = shown["data[0].x"] + shown["data[1].x"]
        assert total.max() < 0.75 * shown["layout.xaxis.range"][1]
        wanted = getattr(inception.count(module, squeeze).total(), measure)
        assert total.sum() == wanted


@pytest.mark.parametrize(
    ("kernel", "inputs", "outputs", "side"), [(3, 32, 64, 14), (7, 16, 128, 7)]
)
def test_separable_costs_are_those_of_pytorch(kernel, inputs, outputs, side):
    pair = separable.count(kernel, inputs, outputs, side)
    assert in_torch(conv(inputs, outputs, kernel), side) == pair.plain
    assert in_torch(conv(inputs, inputs, kernel, inputs), side) == pair.depthwise
    assert in_torch(conv(inputs, outputs, 1), side) == pair.pointwise
    assert pair.ratio == pytest.approx(1 / outputs + 1 / kernel**2)


def test_numbers_moved_by_hand():
    # 14² · (32 + 64) in and out, and 9 · 32 · 64 + 64 parameters
    pair = separable.count(3, 32, 64, 14)
    assert pair.plain_moved == 196 * 96 + 18_496
    # in, between (written and read), out; 9 · 32 + 32 and 32 · 64 + 64 parameters
    assert pair.separable_moved == 196 * (32 + 2 * 32 + 64) + 320 + 2_112


def test_separable_states_fit_the_axes():
    figure = separable.figure()
    low, high = (10.0**end for end in figure.layout.yaxis.range)
    first = None
    for kernel, inputs, outputs in itertools.product(
        separable.KERNELS, separable.CHANNELS, separable.CHANNELS
    ):
        values = {"kernel": kernel, "inputs": inputs, "outputs": outputs, "side": 14}
        shown = evaluate(separable.state, values, first)
        first = first or frozenset(shown)
        assert low < shown["data[0].y"].min() <= shown["data[0].y"].max() < high
        place = separable.CHANNELS.index(outputs)
        assert shown["data[2].y"][0] == shown["data[0].y"][place]
        assert max(shown["data[4].x"]) < 0.6 * shown["layout.xaxis2.range"][1]


def test_few_outputs_of_many_large_maps_move_more_numbers_than_before():
    pair = separable.count(3, 1024, 16, 112)
    assert pair.separable_moved > 2.5 * pair.plain_moved
    assert "2.9 times as many numbers" in separable.words(3, 1024, 16, 112)


def test_separable_words_say_both_numbers():
    said = separable.words(3, 256, 256, 14)
    assert "1/256 + 1/3² = 11.5%" in said
    assert "8.7 times" in said


@pytest.mark.parametrize("way", scaling.WAYS)
def test_every_way_about_doubles_the_work_and_the_network_agrees(way):
    base = architectures.counts()["depth 0"].multiply_adds
    assert base == architectures.counts()["EfficientNet-B0"].multiply_adds
    for doublings in range(scaling.MOST + 1):
        formula = scaling.predicted(scaling.factors(way, doublings))
        assert formula == pytest.approx(2**doublings, rel=0.12)
        counted = scaling.counted(way, doublings).multiply_adds / base
        assert counted == pytest.approx(formula, rel=0.4)


def test_resolution_needs_no_parameters():
    three = scaling.counted("resolution", 3)
    assert three.parameters == scaling.counted("resolution", 0).parameters
    assert scaling.counted("width", 2).depth == scaling.counted("width", 0).depth
    assert scaling.counted("depth", 2).depth > 3 * scaling.counted("depth", 0).depth


def test_scaling_words_and_states():
    assert "81.1 % instead of 77.3 %" in scaling.words("compound", 2)
    assert "Published" not in scaling.words("compound", 1)
    figure = scaling.figure()
    first = None
    for way in scaling.WAYS:
        for doublings in range(scaling.MOST + 1):
            values = {"way": way, "doublings": doublings}
            shown = evaluate(scaling.state, values, first)
            first = first or frozenset(shown)
            assert max(shown["data[1].x"]) < figure.layout.xaxis.range[1]
            lowest = figure.layout.yaxis.range[0] + 0.4
            assert lowest < min(*shown["data[0].y"], *shown["data[1].y"])
            ratio = shown["data[10].y"][0]
            drawn = figure.data[6 + list(scaling.WAYS).index(way)]
            assert drawn.y[doublings] == ratio


@pytest.mark.parametrize("module", [blocks, inception, separable, scaling])
def test_only_colours_with_a_dark_twin(module):
    figure = module.figure()
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", json.dumps(figure.to_dict())))
    assert used
    assert used <= set(DARK_TWIN)
