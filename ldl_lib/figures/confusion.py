"""Confusion matrix: which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from .theme import SEQUENTIAL, color

__all__ = ["confusion_counts", "confusion_matrix"]

Counts = NDArray[np.int64]

# The colour goes with the root of the share, so that mistakes of a few per cent show.
# Roots up to PALE lie on the pale end of the scale, where ink can be read in light and
# in dark mode; on the other end the page's own colour can. The middle is left out.
PALE = 0.6
SCALE = [
    [0.0, SEQUENTIAL["light"][0][1]],
    [PALE, SEQUENTIAL["light"][2][1]],
    [PALE, SEQUENTIAL["light"][5][1]],
    [1.0, SEQUENTIAL["light"][7][1]],
]


def confusion_counts(y: ArrayLike, predicted: ArrayLike, classes: int) -> Counts:
    """Count how often each class is answered for each true class.

    Parameters
    ----------
    y, predicted : array_like of int, shape (n,)
        True and answered class numbers, from 0 to classes − 1.
    classes : int
        How many classes there are.

    Returns
    -------
    ndarray of int64, shape (classes, classes)
        One true class a row, one answer a column.

    Raises
    ------
    ValueError
        If the lengths differ, or a number is no class.
    """
    true, answers = np.asarray(y), np.asarray(predicted)
    if true.ndim != 1 or true.shape != answers.shape:
        raise ValueError(
            f"expected as many answers as labels, got shapes {true.shape} and "
            f"{answers.shape}"
        )
    for name, numbers in {"labels": true, "answers": answers}.items():
        if numbers.dtype.kind not in "iu" and len(numbers):
            raise ValueError(
                f"{name} must be class numbers, got dtype {numbers.dtype}; take the "
                "argmax of outputs first"
            )
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < classes:
            raise ValueError(
                f"{name} must be from 0 to {classes - 1}, got {numbers.min()} to "
                f"{numbers.max()}"
            )
    places = true.astype(np.int64) * classes + answers.astype(np.int64)
    return np.bincount(places, minlength=classes**2).reshape(classes, classes)


def confusion_matrix(
    counts: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    title: str | None = None,
) -> go.Figure:
    """Draw a confusion matrix: counts in the cells, shares of each row as colour.

    Parameters
    ----------
    counts : array_like of int, shape (classes, classes)
        One true class a row, one answer a column, as `confusion_counts` and
        scikit-learn return it.
    class_names : sequence of str, optional
        Default: 0, 1, 2, …
    title : str, optional
        Title of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        One heatmap. Hovering tells the share of the row. Cells of no example show
        nothing. ``layout.meta["alt"]`` names the error rate and the commonest mistakes.

    Raises
    ------
    ValueError
        If the matrix is not square, empty, or holds anything but counts.
    """
    matrix = _checked(counts)
    names = list(class_names or map(str, range(len(matrix))))
    if len(names) != len(matrix):
        raise ValueError(
            f"class_names has {len(names)} names for {len(matrix)} classes"
        )
    totals = matrix.sum(axis=1, keepdims=True)
    shares = matrix / np.maximum(totals, 1)
    figure = go.Figure(
        go.Heatmap(
            x=names,
            y=names,
            z=np.sqrt(shares),
            customdata=np.stack([matrix, shares], axis=2),
            zmin=0,
            zmax=1,
            colorscale=SCALE,
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate=(
                "%{y} taken for %{x}: %{customdata[0]}, "
                "%{customdata[1]:.1%} of the row<extra></extra>"
            ),
        )
    )
    figure.update_layout(
        title={"text": title},
        height=max(300, 40 * len(matrix) + 100),
        # Text labels, not numbers: otherwise Plotly would make a scale of digits.
        xaxis={"title": {"text": "answer"}, "type": "category", "showgrid": False},
        yaxis={
            "title": {"text": "true class"},
            "type": "category",
            "autorange": "reversed",
            "showgrid": False,
        },
        annotations=_numbers(matrix, shares),
        meta={"alt": _alt(matrix, names)},
    )
    return figure


def _checked(counts: ArrayLike) -> Counts:
    matrix = np.asarray(counts)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise ValueError(f"expected a square matrix of counts, got {matrix.shape}")
    if matrix.dtype.kind not in "iu" or (matrix < 0).any():
        raise ValueError(
            "expected whole counts of at least 0; shares of each row are computed here"
        )
    return matrix.astype(np.int64)


def _numbers(matrix: Counts, shares: NDArray[np.float64]) -> list[dict[str, object]]:
    """Return a number, readable on its colour, for each cell that is not empty."""
    return [
        {
            "x": int(column),
            "y": int(row),
            "text": f"{matrix[row, column]:,}",
            "showarrow": False,
            "font": {
                "size": 12,
                "color": color("paper" if shares[row, column] > PALE**2 else "ink"),
            },
        }
        for row, column in np.argwhere(matrix > 0)
    ]


def _alt(matrix: Counts, names: Sequence[str]) -> str:
    total = int(matrix.sum())
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    text = (
        f"Confusion matrix of {len(names)} classes and {total:,} examples: "
        f"{wrong.sum():,} are wrong, {wrong.sum() / max(total, 1):.1%}."
    )
    order = np.argsort(wrong, axis=None, kind="stable")[::-1][:3]
    mistakes = [
        f"{names[row]} taken for {names[column]} ({wrong[row, column]:,})"
        for row, column in zip(*np.unravel_index(order, wrong.shape), strict=True)
        if wrong[row, column]
    ]
    if mistakes:
        text += f" Most often: {', '.join(mistakes)}."
    return text
