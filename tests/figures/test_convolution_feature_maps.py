"""E7.3: NumPy computes what PyTorch computes, and switched-off filters are off."""

import re

import numpy as np
import pytest
import torch

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.convolution import feature_maps
from ldl_lib.figures.theme import DARK_TWIN

CLASSES = feature_maps.network().class_names
DEFAULTS = {"image": "cat", "layer": 1, "row": 2, "column": 3}


@pytest.fixture(scope="module")
def model():
    """The stored network in PyTorch, as far as the maps of its second layer."""
    net = feature_maps.network()
    layers = []
    for kernel, bias, pad in zip(
        net.kernels, net.biases, [(1, 2), (0, 1)], strict=True
    ):
        size, _, channels, filters = kernel.shape
        layer = torch.nn.Conv2d(channels, filters, size, stride=2)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy()))
            layer.bias.copy_(torch.from_numpy(bias))
        layers += [torch.nn.ZeroPad2d((*pad, *pad)), layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers).eval()


def torch_input(image):
    net = feature_maps.network()
    pixels = ((net.images[image] - net.mean) / net.sd).astype(np.float32)
    return torch.from_numpy(pixels)[None].permute(0, 3, 1, 2)


@torch.no_grad()
def torch_outputs(model, image, layer=None, off=0):
    net = feature_maps.network()
    first = model[:3](torch_input(image))
    if layer == 1:
        first[:, off] = 0
    second = model[3:](first)
    if layer == 2:
        second[:, off] = 0
    flat = second.permute(0, 2, 3, 1).flatten(1)
    logits = flat @ torch.from_numpy(net.dense) + torch.from_numpy(net.bias)
    return torch.softmax(logits, dim=1)[0].numpy()


@pytest.mark.parametrize("image", [0, 3, 9])
def test_maps_are_those_of_pytorch(model, image):
    with torch.no_grad():
        first = model[:3](torch_input(image))
        second = model[3:](first)
    for ours, theirs in zip(feature_maps.maps(image), (first, second), strict=True):
        np.testing.assert_allclose(ours, theirs[0].permute(1, 2, 0), atol=1e-4)


@pytest.mark.parametrize("image", [0, 3])
def test_outputs_are_those_of_pytorch(model, image):
    expected = torch_outputs(model, image)
    np.testing.assert_allclose(feature_maps.probabilities(image), expected, atol=1e-5)
    assert expected.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("layer", feature_maps.LAYERS)
@pytest.mark.parametrize("off", [0, 13, 63])
def test_a_switched_off_filter_is_a_map_of_zeros(model, layer, off):
    ours = feature_maps.probabilities_without(3, layer)[off]
    expected = torch_outputs(model, 3, layer, off)
    np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_counts_are_shares_of_the_images_asked():
    net = feature_maps.network()
    assert net.recall.shape == (2, 64, 10)
    assert net.images.shape == (10, 32, 32, 3)
    assert len(CLASSES) == 10
    assert 0.3 < net.whole.mean() < 0.9
    assert net.recall.min() >= 0
    assert net.recall.max() <= 1
    assert np.abs(feature_maps.losses(1)).max() < 0.9
    assert (feature_maps.losses(2) < 0).any()  # some class gains by some filter's loss


def test_picture_puts_each_map_in_its_place():
    found = feature_maps.maps(3)[0]
    picture = feature_maps.picture(3, 1)
    assert picture.shape == (137, 137)
    off = feature_maps.number(row=5, column=2)
    assert off == 33
    cell = picture[1 + 4 * 17 : 17 + 4 * 17, 1 + 17 : 17 + 17]
    active = found[..., off] > 0.05 * found.max()
    assert cell[active].min() > 0
    assert (cell[found[..., off] == 0] == 0).all()
    assert (picture[::17] == 128).all()


def test_filters_are_drawn_about_mid_grey():
    drawn = feature_maps.filter_pictures()
    assert drawn.shape == (49, 49, 3)
    kernel = feature_maps.network().kernels[0][..., 0]
    place = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    extreme = 255 if kernel[place] > 0 else 0
    assert drawn[1 + place[0], 1 + place[1], place[2]] == extreme


def test_state_shows_the_chosen_filter():
    net = feature_maps.network()
    state = feature_maps.state("ship", 2, 4, 7)
    np.testing.assert_array_equal(state["data[4].x"], net.recall[1, 30])
    before_after = state["data[2].x"].reshape(10, 3)
    np.testing.assert_array_equal(before_after[:, 0], net.whole)
    assert np.isnan(before_after[:, 2]).all()
    assert state["layout.shapes[0].x0"] == 6.5
    assert state["layout.shapes[0].y1"] == 4.5
    sources = [state[f"layout.images[{n}].source"] for n in (0, 1)]
    assert sources[0].startswith("data:image/jpeg")
    assert sources[1].startswith("data:image/png")


def test_words_name_who_suffers_and_what_happens_to_the_image():
    net = feature_maps.network()
    said = feature_maps.words(**DEFAULTS)
    off = feature_maps.number(2, 3)
    lost = feature_maps.losses(1)[off]
    worst = int(lost.argmax())
    after = net.recall[0, off, worst]
    missed = f"by {CLASSES[worst]}: {net.whole[worst]:.0%} → {after:.0%} recognised"
    assert f"Filter {off + 1} of layer 1" in said
    assert missed in said
    before = feature_maps.probabilities(3)[3]
    assert f"is a cat goes from {before:.2f}" in said


def test_every_state_has_the_same_paths_and_only_theme_colours():
    paths = frozenset(evaluate(feature_maps.state, DEFAULTS, None))
    for image in ("airplane", "truck"):
        evaluate(feature_maps.state, DEFAULTS | {"image": image, "layer": 2}, paths)
    for drawn in (feature_maps.figure(), feature_maps.filters_figure()):
        text = drawn.update_layout(template=None, images=[]).to_json()
        assert set(re.findall(r"#[0-9a-f]{6}\b", text)) <= set(DARK_TWIN)
