"""The matrix of a convolution against PyTorch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ldl_lib.figures.convolution import matrix

torch = pytest.importorskip("torch")

CASES = list(itertools.product((2, 3), (1, 2), ("valid", "same")))


def convolved(pixels: np.ndarray, size: int, stride: int, padding: str) -> np.ndarray:
    """PyTorch's answer; what "same" adds here is counted by hand for a side of 4."""
    edges = {
        (2, 1): (0, 1),
        (2, 2): (0, 0),
        (3, 1): (1, 1),
        (3, 2): (0, 1),
    }[size, stride]
    image = torch.tensor(pixels.reshape(1, 1, 4, 4), dtype=torch.float64)
    if padding == "same":
        image = torch.nn.functional.pad(image, (*edges, *edges))
    kernel = torch.tensor(matrix.KERNELS[size], dtype=torch.float64)[None, None]
    return torch.nn.functional.conv2d(image, kernel, stride=stride)[0, 0].numpy()


@pytest.mark.parametrize(("size", "stride", "padding"), CASES)
def test_matrix_times_vector_is_the_convolution(
    size: int, stride: int, padding: str
) -> None:
    built = matrix.matrix(size, stride, padding)
    for pixels in (matrix.INPUT.ravel(), np.random.default_rng(0).normal(size=16)):
        expected = convolved(pixels, size, stride, padding)
        assert np.allclose(built @ pixels, expected.ravel())
    shown = matrix.output_of(size, stride, padding)
    assert np.allclose(shown, convolved(matrix.INPUT, size, stride, padding))


@pytest.mark.parametrize(("size", "stride", "padding"), CASES)
def test_letters_stand_where_their_weights_do(
    size: int, stride: int, padding: str
) -> None:
    state = matrix.state(size, stride, padding, cell=1)
    values = dict(
        zip(matrix.LETTERS, matrix.KERNELS[size].ravel().tolist(), strict=False)
    )
    rebuilt = np.zeros_like(matrix.matrix(size, stride, padding))
    for x, y, letter in zip(
        state["data[5].x"], state["data[5].y"], state["data[5].text"], strict=True
    ):
        rebuilt[y, x] = values[letter]
    assert np.array_equal(rebuilt, matrix.matrix(size, stride, padding))


def test_every_state_has_the_same_paths_and_a_frame_on_the_input() -> None:
    paths = None
    for size, stride, padding in CASES:
        for number in range(1, matrix.CELLS + 1):
            state = matrix.state(size, stride, padding, number)
            paths = paths or set(state)
            assert set(state) == paths
            corner = [
                state[f"layout.shapes[0].{at}"] for at in ("x0", "x1", "y0", "y1")
            ]
            assert corner[1] - corner[0] == corner[3] - corner[2] == size
            cell = int(state["layout.shapes[2].y0"] + 0.5)
            assert state["data[2].z"].ravel()[cell] == 1


def test_words_count_by_hand() -> None:
    # Without padding, a 3 × 3 window stands in 4 places of a 4 × 4 input, on 9 pixels.
    said = matrix.words(3, 1, "valid", 1)
    assert "4 × 16 = 64 entries: 28 are 0" in said
    assert "only 9 different weights" in said
    total = np.sum(matrix.KERNELS[3] * matrix.INPUT[:3, :3])
    assert said.endswith(f"= {total}.")


def test_words_own_up_when_there_are_fewer_cells() -> None:
    said = matrix.words(2, 2, "valid", 16)
    assert "Cell 16 is more than there are, so count on from 1: row 4 times" in said
    assert "count on" not in matrix.words(2, 2, "valid", 4)
