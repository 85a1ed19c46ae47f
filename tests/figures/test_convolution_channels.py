"""Kernels over three channels against PyTorch."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ldl_lib.figures.convolution import channels

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def shown() -> channels.Channels:
    rng = np.random.default_rng(2)
    photos: dict[str, Any] = {
        name: SimpleNamespace(image=rng.integers(0, 256, (60, 80, 3)).astype(np.uint8))
        for name in ("flower", "china")
    }
    return channels.Channels(photos)


# Row by row of each slice: red, green, blue.
SOBEL = [[-0.25, 0, 0.25], [-0.5, 0, 0.5], [-0.25, 0, 0.25]]
ZERO = [[0.0] * 3] * 3
MEAN = [[1 / 9] * 3] * 3
WEIGHTS = {
    "edges in all three": [SOBEL, SOBEL, SOBEL],
    "edges in red alone": [SOBEL, ZERO, ZERO],
    "red against green": [MEAN, [[-1 / 9] * 3] * 3, ZERO],
    "blue against the others": [[[-1 / 18] * 3] * 3, [[-1 / 18] * 3] * 3, MEAN],
    "edges of colour": [SOBEL, [[-w for w in row] for row in SOBEL], ZERO],
}


@pytest.mark.parametrize("kernel", WEIGHTS)
def test_one_map_is_the_sum_over_all_channels(
    shown: channels.Channels, kernel: str
) -> None:
    image = torch.tensor(shown.pictures["palace"], dtype=torch.float64)
    weights = torch.tensor(WEIGHTS[kernel], dtype=torch.float64)[None]
    whole = torch.nn.functional.conv2d(image.permute(2, 0, 1)[None], weights)
    assert whole.shape[1] == 1
    found = shown.slices("palace", kernel)
    assert np.allclose(found.sum(axis=0), whole[0, 0].numpy())
    drawn = shown.state("palace", kernel)
    expected = np.clip(whole[0, 0].numpy(), -channels.MOST, channels.MOST)
    assert np.abs(drawn["data[7].z"] - expected).max() <= channels.STEP
    assert drawn["data[8].z"].min() >= 0


def test_words_add_up(shown: channels.Channels) -> None:
    found = shown.slices("flower", "edges in red alone")
    said = shown.words("flower", "edges in red alone")
    assert "green gives 0, blue gives 0" in said
    assert f"together {found.sum(axis=0).max():.0f}" in said
    assert f"{(found.sum(axis=0) < 0).mean():.0%} of the cells are negative" in said


def test_pictures_that_are_missing_are_not_offered() -> None:
    assert channels.picture_names({"flower": 0, "china": 0}) == {
        "flower": "flower",
        "palace": "china",
    }
