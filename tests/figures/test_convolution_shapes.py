"""Shapes, parameters, products and receptive fields against PyTorch and Keras."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ldl_lib.figures.convolution import shapes

torch = pytest.importorskip("torch")
nn = torch.nn

CHOICES: dict[str, list[Any]] = {
    "input": list(shapes.INPUTS),
    "convolutions": [1, 2, 3],
    "maps": [16, 64],
    "size": [3, 5],
    "stride": [1, 2],
    "padding": ["valid", "same"],
    "pool": [False, True],
}
STACKS = [
    dict(zip(CHOICES, values, strict=True))
    for values in itertools.product(*CHOICES.values())
]


def network_of(case: dict[str, Any] | str) -> shapes.Network:
    if isinstance(case, str):
        return shapes.NETWORKS[case]
    return shapes.stack(**case)


EVERY = [*shapes.NETWORKS, *STACKS]
WHOLE = [
    case
    for case in EVERY
    if len(shapes.rows(network_of(case))) == len(network_of(case).layers) + 1
]


def torch_layer(layer: shapes.Layer, shape: shapes.Shape) -> Any:
    """Build one layer without memory for its weights; odd padding goes after."""
    if layer.kind == "flatten":
        return nn.Flatten()
    if layer.kind == "dense":
        return nn.Linear(shape[0], layer.units, device="meta")
    if layer.kind == "average pool":
        return nn.AvgPool2d(layer.size, layer.stride)
    if layer.kind == "max pool":
        return nn.MaxPool2d(layer.size, layer.stride)
    edges = []
    for side in (shape[1], shape[0]):
        out = -(-side // layer.stride)
        total = max(0, (out - 1) * layer.stride + layer.size - side)
        if layer.padding == "valid":
            total = 0
        edges += [total // 2, total - total // 2]
    conv = nn.Conv2d(
        shape[2],
        layer.units,
        layer.size,
        layer.stride,
        groups=layer.groups,
        device="meta",
    )
    return nn.Sequential(nn.ZeroPad2d(edges), conv)


def test_every_stack_agrees_with_pytorch() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    assert len(WHOLE) > 200
    for case in WHOLE:
        network = network_of(case)
        found = shapes.rows(network)
        height, width, channels = network.input
        x = torch.empty(1, channels, height, width, device="meta")
        for before, row in itertools.pairwise(found):
            assert row.layer is not None
            module = torch_layer(row.layer, before.shape)
            with FlopCounterMode(display=False) as counter:
                x = module(x)
            shape = tuple(x.shape[1:])
            if len(shape) == 3:
                shape = (shape[1], shape[2], shape[0])
            assert shape == row.shape, case
            counted = sum(each.numel() for each in module.parameters())
            assert counted == row.parameters, case
            assert counter.get_total_flops() == 2 * row.multiply_adds, case


def keras_layer(keras: Any, layer: shapes.Layer) -> Any:
    window = {"strides": layer.stride, "padding": layer.padding}
    if layer.kind == "conv":
        return keras.layers.Conv2D(
            layer.units, layer.size, groups=layer.groups, **window
        )
    if layer.kind == "max pool":
        return keras.layers.MaxPooling2D(layer.size, **window)
    if layer.kind == "average pool":
        return keras.layers.AveragePooling2D(layer.size, **window)
    if layer.kind == "flatten":
        return keras.layers.Flatten()
    return keras.layers.Dense(layer.units)


def test_every_stack_agrees_with_keras() -> None:
    keras = pytest.importorskip("keras")
    known: dict[Any, int] = {}  # a layer is built once for each depth of its input
    for case in WHOLE:
        found = shapes.rows(network_of(case))
        for before, row in itertools.pairwise(found):
            assert row.layer is not None
            layer = keras_layer(keras, row.layer)
            shape = (None, *before.shape)
            assert layer.compute_output_shape(shape)[1:] == row.shape, case
            key = (row.layer, before.shape[-1])
            if key not in known:
                layer.build(shape)
                known[key] = layer.count_params()
            assert known[key] == row.parameters, case


@pytest.mark.parametrize("case", STACKS[::17], ids=str)
def test_receptive_fields_are_where_the_gradient_reaches(case: dict[str, Any]) -> None:
    convolutions = [layer for layer in shapes.stack(**case).layers if layer.has_window]
    wide = shapes.Network((200, 200, 1), convolutions)  # so that no edge is near
    row = shapes.rows(wide)[-1]
    x = torch.ones(1, 1, 200, 200, requires_grad=True)
    result = x
    for layer in convolutions:
        pad = layer.size // 2 if layer.padding == "same" else 0
        ones = torch.ones(1, 1, layer.size, layer.size)
        # The mean over a window depends on the same pixels as its maximum may.
        result = nn.functional.conv2d(result, ones, stride=layer.stride, padding=pad)
    middle = result.shape[-1] // 2
    result[0, 0, middle, middle].backward()
    touched = (x.grad[0, 0] != 0).any(dim=0).sum()
    assert int(touched) == row.field


def test_the_published_count_by_hand() -> None:
    found = shapes.rows(shapes.NETWORKS["three layers, by hand"])
    assert [row.parameters for row in found] == [0, 2_800, 180_200, 720_400]
    assert sum(row.parameters for row in found) == 903_400


def test_alexnet_and_lenet_have_their_published_sizes() -> None:
    sums = {
        name: sum(row.parameters for row in shapes.rows(network))
        for name, network in shapes.NETWORKS.items()
    }
    assert sums["AlexNet"] == 60_965_224  # "60 million" in the paper
    assert sums["LeNet-5, simplified"] == 61_706  # "60,000 trainable parameters"


def test_a_stack_that_does_not_fit_says_where_it_ends() -> None:
    case = dict(zip(CHOICES, ("28 × 28 grey", 3, 16, 5, 2, "valid", True), strict=True))
    assert "does not fit into" in shapes.stack_words(**case)
    shapes.stack_state(**case)


def test_tables_hold_every_row_and_the_sums() -> None:
    state = shapes.network_state("AlexNet")
    assert state["data[2].text"][0] == "input"
    assert state["data[4].text"][-1] == "60,965,224"
    bars = state["data[0].x"]
    assert sum(bars) == pytest.approx(0.13, abs=0.001)
    assert "4,096" in state["data[3].text"]
    assert max(len(shapes.rows(n)) for n in shapes.NETWORKS.values()) == 13
