"""E5.6: the figure against PyTorch's layer, and its twin in JavaScript against it."""

import json
import math
import re
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page

from ldl_lib.explore import bundle
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.theme import DARK_TWIN
from ldl_lib.figures.tweaks import batch_norm

DEFAULTS = {
    "size": 8,
    "gamma": 1.0,
    "beta": 0.0,
    "mode": "training",
    "momentum": 0.9,
    "step": 10,
}


def numbers(text):
    return [float(n.replace("−", "-")) for n in re.findall(r"−?\d+\.\d", text)]


@pytest.mark.parametrize("size", [2, 3, 8, 32])
@pytest.mark.parametrize("momentum", [0.5, 0.99])
def test_averages_and_both_modes_are_pytorch_s(size, momentum):
    layer = torch.nn.BatchNorm1d(1, momentum=1 - momentum, dtype=torch.float64)
    with torch.no_grad():
        layer.weight[:], layer.bias[:] = 1.5, -0.5
    for step in range(batch_norm.BATCHES):
        layer(torch.tensor(batch_norm.batch(size, step)))
    means, variances = batch_norm.averages(size, momentum)
    assert means[-1] == pytest.approx(layer.running_mean.item())
    # PyTorch averages variances that divide by n − 1; the start has weight mᵗ.
    start = momentum**batch_norm.BATCHES
    by_n = (layer.running_var.item() - start) * (size - 1) / size + start
    assert variances[-1] == pytest.approx(by_n)

    layer.running_var[:] = variances[-1]
    last = torch.tensor(batch_norm.batch(size, batch_norm.BATCHES))
    for mode in ("training", "inference"):
        layer.train(mode == "training")
        if mode == "training":
            kept = {name: value.clone() for name, value in layer.state_dict().items()}
        expected = layer(last).detach().numpy()[:, 0]
        layer.load_state_dict(kept)
        shown = batch_norm.state(size, 1.5, -0.5, mode, momentum, batch_norm.BATCHES)
        assert shown["data[2].x"] == pytest.approx(expected)


def test_two_examples_become_beta_minus_and_plus_gamma():
    for step in range(batch_norm.BATCHES + 1):
        shown = batch_norm.state(2, 1.5, -1.0, "training", 0.9, step)
        assert sorted(shown["data[2].x"]) == pytest.approx([-2.5, 0.5], abs=2e-3)
        order = np.argsort(shown["data[1].x"])
        assert np.array_equal(order, np.argsort(shown["data[2].x"]))
        text = batch_norm.words(2, 1.5, -1.0, "training", 0.9, step)
        assert "here −2.5 and 0.5, whatever" in text


def test_inference_does_not_depend_on_the_rest_of_the_batch():
    rng = np.random.default_rng(3)
    for step in rng.integers(0, 41, 20):
        shown = batch_norm.state(8, 0.75, 0.5, "inference", 0.9, int(step))
        before, after = shown["data[1].x"], shown["data[2].x"]
        mean, reach = shown["data[3].x"][1], np.diff(shown["data[3].x"])[0]
        expected = 0.75 * (before - mean) / math.sqrt(reach**2 + 1e-5) + 0.5
        assert after == pytest.approx(expected)
        assert mean == shown["data[5].y"][-1]
        assert reach == pytest.approx(shown["data[6].y"][-1])


def test_running_averages_follow_the_recurrence_from_zero_and_one():
    shown = batch_norm.state(4, 1, 0, "training", 0.9, 40)
    mean, variance = 0.0, 1.0
    for step in range(40):
        batch = batch_norm.batch(4, step)
        mean = 0.9 * mean + 0.1 * batch.mean()
        variance = 0.9 * variance + 0.1 * batch.var()
        assert shown["data[5].y"][step + 1] == pytest.approx(mean)
        assert shown["data[6].y"][step + 1] == pytest.approx(math.sqrt(variance))
        assert shown["data[7].y"][step] == pytest.approx(batch.mean())
        assert shown["data[8].y"][step] == pytest.approx(batch.std())


def test_the_sentence_at_inference_is_that_of_many_examples():
    many = np.random.default_rng(1).normal(3, 2, 400_000)
    shown = batch_norm.state(4, 1.5, -1, "inference", 0.5, 7)
    mean, reach = shown["data[3].x"][1], np.diff(shown["data[3].x"])[0]
    outputs = 1.5 * (many - mean) / math.sqrt(reach**2 + 1e-5) - 1
    text = batch_norm.words(4, 1.5, -1, "inference", 0.5, 7)
    expected = [mean, reach, outputs.mean(), outputs.std(), -1, 1.5]
    assert numbers(text) == pytest.approx(expected, abs=0.06)
    assert "of 7 batches" in text
    assert "of 1 batch:" in batch_norm.words(4, 1.5, -1, "inference", 0.5, 1)


def test_the_sentence_in_training_has_the_batch_s_numbers():
    batch = batch_norm.batch(16, 3)
    text = batch_norm.words(16, 2.0, 1.5, "training", 0.9, 3)
    expected = [batch.mean(), batch.std(), 1.5, 2.0]
    assert numbers(text) == pytest.approx(expected, abs=0.051)


def test_states_fit_the_figure_and_its_axes():
    figure = batch_norm.figure()
    low, high = batch_norm.SUMS
    for size in (2, 3, 4, 8, 16, 32):
        for mode in ("training", "inference"):
            for step in range(0, 41, 8):
                values = {"gamma": 2.0, "beta": 2.0, "momentum": 0.5}
                values |= {"size": size, "mode": mode, "step": step}
                shown = evaluate(batch_norm.state, values)
                assert low <= shown["data[1].x"].min()
                assert shown["data[1].x"].max() <= high
                if mode == "training":
                    assert low < shown["data[2].x"].min()
                    assert shown["data[2].x"].max() < high
    traces = {int(path[5]) for path in shown}
    assert traces == set(range(9))
    assert len(figure.data) == 10  # the last one, the truth, never changes
    assert list(figure.data[9].y) == [3, 3, None, 2, 2]


def test_only_colours_with_a_dark_twin():
    figure = batch_norm.figure()
    figure.layout.template = None
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}|rgba?\(", json.dumps(figure.to_dict())))
    assert used
    assert used <= set(DARK_TWIN)


@pytest.fixture
def front(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.goto("about:blank")
    page.add_script_tag(content=bundle.library() + "window.front = ldl;")
    page.add_script_tag(content=bundle.part("compute", "batch_norm"))
    yield page
    page.close()


def test_twin_agrees_over_random_settings(front: Page):
    rng = np.random.default_rng(6)
    settings = [DEFAULTS, DEFAULTS | {"step": 0, "mode": "inference", "gamma": 0.0}]
    settings += [
        {
            "size": int(rng.choice([2, 3, 4, 8, 16, 32])),
            "gamma": float(rng.choice([0, 0.25, 1, 1.75, 2])),
            "beta": float(rng.choice([-2, -0.5, 0, 1.5])),
            "mode": str(rng.choice(["training", "inference"])),
            "momentum": float(rng.choice([0.5, 0.9, 0.99])),
            "step": int(rng.integers(41)),
        }
        for _ in range(300)
    ]
    twins = front.evaluate(
        "([all, given]) => all.map((v) => "
        "front.registered('compute', 'batch_norm')(v, given))",
        [settings, batch_norm.CONSTANTS],
    )
    for values, twin in zip(settings, twins, strict=True):
        assert twin.pop("$describe") == batch_norm.words(**values)
        expected = batch_norm.state(**values)
        assert twin.keys() == expected.keys()
        for path, value in expected.items():
            got = np.array(twin[path], dtype=float)
            assert np.allclose(got, value, atol=1e-9, equal_nan=True), (values, path)
