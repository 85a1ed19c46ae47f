"""Decision regions over two inputs, with the examples on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from .geometry import Range
from .theme import DIVERGING, SEQUENCE, SYMBOLS, color

__all__ = ["Grid", "decision_boundary", "grid"]

# Areas behind the points of SEQUENCE, in the same order. Sky has no tint of its own.
TINTS = ("blue", "vermillion", "green", "orange", "purple")


class Grid(NamedTuple):
    """Regular grid over two inputs; see `grid`."""

    x1: NDArray[np.float64]
    x2: NDArray[np.float64]
    points: NDArray[np.float64]


def grid(x1_range: Range, x2_range: Range, resolution: int = 81) -> Grid:
    """Make the points at which to evaluate a classifier for `decision_boundary`.

    Parameters
    ----------
    x1_range, x2_range : (float, float)
        Lower and upper end, both included.
    resolution : int
        Points along each input, at least 2.

    Returns
    -------
    Grid
        x1 and x2, each of shape (resolution,), and points, of shape
        (resolution**2, 2). Predictions for `points` become the values of
        `decision_boundary` by ``.reshape(resolution, resolution)``.
    """
    if resolution < 2:
        raise ValueError(f"a grid needs a resolution of at least 2, got {resolution}")
    x1, x2 = np.linspace(*x1_range, resolution), np.linspace(*x2_range, resolution)
    across, up = np.meshgrid(x1, x2)
    return Grid(x1, x2, np.column_stack([across.ravel(), up.ravel()]))


def decision_boundary(
    x1: ArrayLike,
    x2: ArrayLike,
    values: ArrayLike,
    X: ArrayLike,
    y: ArrayLike,
    *,
    level: float | None = None,
    class_names: Sequence[str] | None = None,
    axis_names: tuple[str, str] = ("x1", "x2"),
    value_name: str = "output",
    title: str | None = None,
) -> go.Figure:
    """Show what a classifier answers everywhere, and the examples it was given.

    Parameters
    ----------
    x1, x2 : array_like, shapes (columns,) and (rows,)
        Increasing coordinates of the grid.
    values : array_like, shape (rows, columns)
        Without `level`: the predicted class at each point of the grid. With `level`: a
        score, such as the weighted sum or a probability; the border between two classes
        runs where it equals `level`.
    X : array_like, shape (examples, 2)
        Inputs of the examples.
    y : array_like of numbers, shape (examples,)
        Their classes, at most five different ones. With `level` at most two: the one
        with the larger label belongs where the score is above the level.
    level : float, optional
        Score on the border.
    class_names : sequence of str, optional
        Names of the classes in increasing order of their labels; default: the labels.
    axis_names : (str, str)
        Titles of the axes.
    value_name : str
        Title of the score's colour bar.
    title : str, optional
        Title of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        The heatmap, an outline for each class but the last (one with `level`), then the
        points of each class with a symbol of their own. ``layout.meta["alt"]`` says it
        in words.

    Raises
    ------
    ValueError
        If shapes disagree, a value is not finite, or there are too many classes.
    """
    x1, x2 = np.asarray(x1, dtype=np.float64), np.asarray(x2, dtype=np.float64)
    values = np.asarray(values)
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y)
    _check(x1, x2, values, X, y)
    classes = np.unique(y if level is not None else np.append(y, values))
    most = len(TINTS) if level is None else 2
    if len(classes) > most:
        raise ValueError(
            f"there are {len(classes)} classes, but at most {most} can be told apart"
        )
    names = _label_names(classes)
    if class_names is not None:
        if len(class_names) != len(classes):
            raise ValueError(
                f"class_names has {len(class_names)} names for {len(classes)} classes "
                f"({', '.join(names)})"
            )
        names = list(class_names)

    if level is None:
        index = np.searchsorted(classes, values)
        behind, border = _regions(x1, x2, index, _places(len(classes)))
    else:
        behind, border = _scores(x1, x2, values.astype(np.float64), level, value_name)
    figure = go.Figure([behind, *border])
    for place, label, name in zip(_places(len(classes)), classes, names, strict=True):
        figure.add_scatter(
            x=X[y == label, 0],
            y=X[y == label, 1],
            mode="markers",
            name=name,
            marker={
                "color": SEQUENCE[place],
                "symbol": SYMBOLS[place],
                "size": 11,
                "line": {"color": color("paper"), "width": 1.5},
            },
        )
    if title is not None:
        # Room for the legend below the title.
        figure.update_layout(title={"text": title}, margin={"t": 72})
    figure.update_layout(
        xaxis={"title": {"text": axis_names[0]}, "range": [x1[0], x1[-1]]},
        yaxis={"title": {"text": axis_names[1]}, "range": [x2[0], x2[-1]]},
        meta={"alt": _alt(x1, x2, values, y, classes, names, level, axis_names)},
    )
    return figure


def _label_names(classes: NDArray[np.generic]) -> list[str]:
    """Write labels as numbers, with a sign where they come in both."""
    both = float(classes.min()) < 0 < float(classes.max())
    style = "+g" if both else "g"
    return [format(label, style).replace("-", "−") for label in classes.tolist()]


def _places(classes: int) -> list[int]:
    """Place of each class in SEQUENCE: of two, the positive one is the blue circle."""
    return [1, 0] if classes == 2 else list(range(classes))


Traces = tuple[go.Heatmap, list[go.Contour]]


def _regions(
    x1: NDArray[np.float64],
    x2: NDArray[np.float64],
    index: NDArray[np.intp],
    places: Sequence[int],
) -> Traces:
    tints = [color(f"{TINTS[place]}_tint") for place in places]
    steps = np.repeat(np.linspace(0, 1, len(tints) + 1), 2)[1:-1]
    heatmap = go.Heatmap(
        x=x1,
        y=x2,
        z=index,
        zmin=-0.5,
        zmax=len(tints) - 0.5,
        colorscale=list(zip(steps.tolist(), np.repeat(tints, 2).tolist(), strict=True)),
        showscale=False,
        hoverinfo="skip",
    )
    # One outline a class rather than levels of the index, which would draw the border
    # between the first and the third class twice.
    outlines = [
        _border(x1, x2, (index == k).astype(np.float64), 0.5)
        for k in range(len(places) - 1)
    ]
    return heatmap, outlines


def _scores(
    x1: NDArray[np.float64],
    x2: NDArray[np.float64],
    scores: NDArray[np.float64],
    level: float,
    value_name: str,
) -> Traces:
    reach = float(np.abs(scores - level).max()) or 1.0
    heatmap = go.Heatmap(
        x=x1,
        y=x2,
        z=scores,
        zmin=level - reach,
        zmax=level + reach,
        colorscale=DIVERGING["light"],
        colorbar={"title": {"text": value_name}},
        hovertemplate=f"{value_name} %{{z:.3g}}<extra></extra>",
        opacity=0.6,
        zsmooth="best",
    )
    return heatmap, [_border(x1, x2, scores, level)]


def _border(
    x1: NDArray[np.float64],
    x2: NDArray[np.float64],
    values: NDArray[np.float64],
    level: float,
) -> go.Contour:
    ink = color("ink")
    return go.Contour(
        x=x1,
        y=x2,
        z=values,
        contours={"coloring": "lines", "start": level, "end": level, "size": 1},
        colorscale=[[0, ink], [1, ink]],
        line={"width": 2.5},
        showscale=False,
        hoverinfo="skip",
        name="border",
    )


def _alt(
    x1: NDArray[np.float64],
    x2: NDArray[np.float64],
    values: NDArray[np.generic],
    y: NDArray[np.generic],
    classes: NDArray[np.generic],
    names: Sequence[str],
    level: float | None,
    axis_names: tuple[str, str],
) -> str:
    place = (
        f"{axis_names[0]} from {x1[0]:g} to {x1[-1]:g} and {axis_names[1]} "
        f"from {x2[0]:g} to {x2[-1]:g}"
    )
    examples = ", ".join(
        f"{int(np.sum(y == label))} of class {name}"
        for label, name in zip(classes, names, strict=True)
    )
    if level is not None:
        share = float(np.mean(np.asarray(values, dtype=np.float64) >= level))
        shares = f"In {share:.0%} of the area the output is at least {level:g}."
    else:
        shares = (
            "; ".join(
                f"class {name} is predicted in {float(np.mean(values == label)):.0%}"
                for label, name in zip(classes, names, strict=True)
            )
            + " of the area."
        )
        shares = shares[0].upper() + shares[1:]
    return f"Decision regions over {place}. {shares} Examples: {examples}."


def _check(
    x1: NDArray[np.float64],
    x2: NDArray[np.float64],
    values: NDArray[np.generic],
    X: NDArray[np.float64],
    y: NDArray[np.generic],
) -> None:
    if values.shape != (len(x2), len(x1)):
        raise ValueError(
            f"values must have shape (len(x2), len(x1)) = ({len(x2)}, {len(x1)}), "
            f"got {values.shape}"
        )
    if X.ndim != 2 or X.shape[1] != 2 or y.shape != (len(X),):
        raise ValueError(
            "X must have shape (examples, 2) and y shape (examples,), "
            f"got {X.shape} and {y.shape}"
        )
    if not np.isfinite(values.astype(np.float64)).all() or not np.isfinite(X).all():
        raise ValueError("values and X must be finite numbers")
