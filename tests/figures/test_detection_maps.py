"""Feature maps cut, enlarged and counted: PyTorch and scikit-learn do the same."""

import itertools
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from sklearn.metrics import accuracy_score, jaccard_score
from torch import nn

from ldl_lib import detection
from ldl_lib.figures.detection import (
    mask_scores,
    matrix,
    resolution,
    roi,
    transposed,
    unet,
    upsampling,
)

EDGES = np.arange(0, 3.25, 0.25)


def tensor(values):
    return torch.tensor(np.asarray(values))[None, None]


def boxes():
    for x, y, (width, height) in itertools.product(EDGES, EDGES, roi.SIZES.values()):
        yield x, y, x + width, y + height


def test_roi_pooling_is_adaptive_pooling_of_the_rounded_box():
    for box in boxes():
        x0, y0, x1, y1 = (int(edge + 0.5) for edge in box)
        cut = tensor(roi.FEATURES[y0:y1, x0:x1])
        theirs = F.adaptive_max_pool2d(cut, roi.OUT)[0, 0].numpy()
        np.testing.assert_array_equal(roi.roi_pooling(roi.FEATURES, box).values, theirs)


def test_roi_align_reads_what_grid_sample_reads():
    size = len(roi.FEATURES)
    for box in boxes():
        points = torch.tensor(roi.sample_points(box) / size * 2 - 1)[None]
        read = F.grid_sample(
            tensor(roi.FEATURES), points, padding_mode="border", align_corners=False
        )
        theirs = F.avg_pool2d(read, roi.SAMPLES)[0, 0].numpy()
        ours = roi.roi_align(roi.FEATURES, box)
        np.testing.assert_allclose(ours.values, theirs, atol=1e-12)
        # The points lie in their bins, evenly.
        assert ours.bins[0, :2] == pytest.approx(box[:2])
        assert ours.bins[-1, 2:] == pytest.approx(box[2:])


def test_pooling_does_not_notice_what_align_does():
    one, other = (
        [method(roi.FEATURES, (x, 1.5, x + 3.5, 5)).values for x in (0.5, 0.75)]
        for method in (roi.roi_pooling, roi.roi_align)
    )
    np.testing.assert_array_equal(*one)
    assert np.abs(other[0] - other[1]).min() > 0.03


def test_the_words_tell_how_far_an_edge_is_off():
    said = roi.words("ROI pooling", 1.25, 1.5, "3.5 × 3.5")
    assert "An edge is off by 0.5 cells, which is 8 pixels of the image" in said
    assert "(1, 2) – (5, 5)" in said  # from 1.25, 1.5 to 4.75, 5


@pytest.mark.parametrize("method", ["nearest", "bilinear"])
def test_upsampling_is_pytorch_s(method):
    more = {} if method == "nearest" else {"align_corners": False}
    values = np.random.default_rng(0).normal(size=(3, 3))
    theirs = F.interpolate(tensor(values), scale_factor=2, mode=method, **more)
    ours = upsampling.upsample(values, method)
    np.testing.assert_allclose(ours, theirs[0, 0].numpy(), atol=1e-12)


def test_unpooling_is_pytorch_s():
    pooled, places = F.max_pool2d(tensor(upsampling.BEFORE), 2, return_indices=True)
    np.testing.assert_array_equal(upsampling.pooled()[0], pooled[0, 0].numpy())
    theirs = F.max_unpool2d(pooled, places, 2)[0, 0].numpy()
    ours = upsampling.upsample(upsampling.pooled()[0], "unpooling")
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("method", upsampling.METHODS)
def test_the_words_add_up_to_the_cell(method):
    result = upsampling.upsample(upsampling.pooled()[0], method)
    for cell in range(upsampling.CELLS):
        said = upsampling.words(method, cell)
        value = result[divmod(cell, upsampling.SIDE)]
        terms = re.findall(r"([\d.]+) · ([\d.]+)", said)
        if terms:
            total = sum(float(a) * float(b) for a, b in terms)
            assert total == pytest.approx(value)
        told = re.findall(r"(?:\bis|=|value,) ([\d.]+?)(?:[.:,]? |[.]?$|:)", said)
        assert float(told[-1]) == pytest.approx(value, abs=5e-4)


def test_how_many_values_a_cell_comes_from():
    counts = {
        m: (upsampling.weights(m) > 0).sum(axis=(2, 3)) for m in upsampling.METHODS
    }
    assert set(counts["nearest"].ravel()) == {1}
    assert set(counts["bilinear"].ravel()) == {1, 2, 4}
    assert counts["unpooling"].sum() == 9


SETTINGS = list(itertools.product(transposed.KERNELS, range(1, 7), range(1, 5)))


@pytest.mark.parametrize(("kind", "size", "stride"), SETTINGS)
def test_stamps_are_a_transposed_convolution(kind, size, stride):
    weights = transposed.kernel_weights(kind, size)
    ones = np.ones((transposed.INPUTS, transposed.INPUTS))
    theirs = F.conv_transpose2d(
        tensor(ones), tensor(np.outer(weights, weights)), stride=stride
    )[0, 0].numpy()
    drawn = transposed.state(kind, size, stride)["data[5].z"]
    np.testing.assert_allclose(drawn, theirs / theirs.max(), atol=1e-12)
    bars = np.zeros(len(theirs))
    state = transposed.state(kind, size, stride)
    for i in range(transposed.INPUTS):
        np.add.at(bars, state[f"data[{i}].x"].astype(int), state[f"data[{i}].y"])
    np.testing.assert_allclose(np.outer(bars, bars), theirs, atol=1e-12)
    assert bars.max() < transposed.HIGHEST


@pytest.mark.parametrize(("kind", "size", "stride"), SETTINGS)
def test_the_words_know_whether_there_is_a_checkerboard(kind, size, stride):
    weights = transposed.kernel_weights(kind, size)
    long = F.conv_transpose1d(
        torch.ones(1, 1, 40).double(), tensor(weights), stride=stride
    )
    inside = long[0, 0].numpy()[size : -size or None][: 12 * stride]
    said = transposed.words(kind, size, stride)
    assert ("an even picture" in said) == bool(np.ptp(inside) < 1e-9)
    assert ("gaps" in said) == bool(inside.min() == 0)
    if "checkerboard" in said:
        ratio = float(re.search(r"is ([\d.e+]+) times", said)[1])
        assert ratio == pytest.approx((inside.max() / inside.min()) ** 2, rel=0.06)
    assert f"= {(transposed.INPUTS - 1) * stride + size} positions" in said


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_matrix_is_a_convolution_and_its_transpose(size, stride):
    kernel = tensor(matrix.KERNEL[:size])
    forward = matrix.product("convolution", size, stride)
    theirs = F.conv1d(tensor(matrix.LONG), kernel, stride=stride)
    np.testing.assert_allclose(forward.result, theirs[0, 0].numpy())
    back = matrix.product("transposed convolution", size, stride)
    np.testing.assert_array_equal(back.given, forward.result)
    theirs = F.conv_transpose1d(tensor(back.given), kernel, stride=stride)[0, 0].numpy()
    np.testing.assert_allclose(back.result[: theirs.size], theirs)
    # What the convolution never looked at gets nothing back.
    assert not back.result[theirs.size :].any()
    for direction, row in itertools.product(matrix.DIRECTIONS, range(1, matrix.STEPS)):
        result = matrix.product(direction, size, stride).result
        value = result[:row][-1]
        said = matrix.words(direction, size, stride, row)
        assert re.search(rf"(= |is ){value:g}[.:]", said)
        assert result.max() <= matrix.MOST
        drawn = matrix.state(direction, size, stride, row)["data[2].z"]
        assert np.isfinite(drawn).sum() == min(row, len(result))


class Block(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            nn.ReLU(),
        )


class UNet(nn.Module):
    def __init__(self, levels, maps, skips):
        super().__init__()
        widths = [maps * 2**level for level in range(levels + 1)]
        self.skips, self.shapes = skips, []
        self.down = nn.ModuleList(map(Block, [unet.COLOURS, *widths], widths))
        pairs = list(itertools.pairwise(widths))[::-1]
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2) for a, b in pairs)
        self.merge = nn.ModuleList(Block(2 * a if skips else a, a) for a, _ in pairs)
        self.last = nn.Conv2d(maps, unet.CLASSES, 1)

    def forward(self, x):
        kept = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            kept.append(x)
            self.shapes.append((x.shape[2], x.shape[1]))
        for up, merge, fine in zip(self.up, self.merge, kept[-2::-1], strict=True):
            x = up(x)
            x = merge(torch.cat([fine, x], dim=1) if self.skips else x)
        return self.last(x)


@pytest.mark.parametrize("levels", unet.LEVELS)
@pytest.mark.parametrize("maps", unet.MAPS)
@pytest.mark.parametrize("skips", [True, False])
def test_the_count_is_that_of_a_real_network(levels, maps, skips):
    network = UNet(levels, maps, skips)
    count = sum(weights.numel() for weights in network.parameters())
    assert unet.parameters(levels, maps, skips) == count
    assert f"Parameters: {count:,}." in unet.words(256, levels, maps, skips)


def test_shapes_are_those_of_a_real_network():
    network = UNet(levels=3, maps=16, skips=True)
    with torch.no_grad():
        answer = network(torch.zeros(1, 3, 64, 64))
    assert answer.shape == (1, unet.CLASSES, 64, 64)
    assert network.shapes == [tuple(shape) for shape in unet.shapes(64, 3, 16)]


@pytest.mark.parametrize("method", resolution.METHODS)
@pytest.mark.parametrize("factor", resolution.FACTORS)
def test_masks_go_down_and_up_as_pytorch_sends_them(method, factor):
    mask = detection.scenes(resolution.SCENES, resolution.SEED).masks[0]
    shares = np.eye(4)[mask].transpose(2, 0, 1)[None]
    coarse = F.avg_pool2d(torch.tensor(shares), factor)
    more = {} if method == "nearest" else {"align_corners": False}
    fine = F.interpolate(coarse, scale_factor=factor, mode=method, **more)[0].numpy()
    ours = resolution.restored(1, factor, method)
    # Of equal shares either class will do.
    chosen = np.take_along_axis(fine, ours[None], axis=0)[0]
    np.testing.assert_allclose(chosen, fine.max(axis=0), atol=1e-12)
    state = resolution.state(1, factor, method)
    assert len(state["data[2].x"]) == (ours != mask).sum()


def test_what_is_lost_on_a_coarse_map():
    assert "Nothing is lost" in resolution.words(1, 1, "nearest")
    assert "No square or triangle is left." in resolution.words(2, 16, "nearest")


@pytest.mark.parametrize("radius", mask_scores.RADII)
@pytest.mark.parametrize("prediction", mask_scores.PREDICTIONS)
def test_scores_of_a_disc_are_scikit_learn_s(radius, prediction):
    y, x = np.mgrid[:64, :64] - 31.5
    truth = (x**2 + y**2 < radius**2).ravel()
    change = mask_scores.PREDICTIONS[prediction]
    guess = np.zeros(truth.shape, dtype=bool)
    if change is not None:
        guess = ((x - change[0]) ** 2 + y**2 < (radius + change[1]) ** 2).ravel()
    found = mask_scores.scores(radius, prediction)
    assert found.accuracy == pytest.approx(accuracy_score(truth, guess))
    theirs = [jaccard_score(truth, guess, pos_label=label) for label in (False, True)]
    np.testing.assert_allclose(found.each, theirs)
    bars = mask_scores.state(radius, prediction)["data[2].x"]
    np.testing.assert_allclose(bars, [found.accuracy, np.mean(theirs), *theirs[::-1]])
