"""Paths over a surface of two weights, such as those that optimizers take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from .geometry import Range
from .theme import DASHES, SEQUENCE, SYMBOLS, color

__all__ = [
    "contour_trace",
    "curve_trace",
    "here_trace",
    "kept_points",
    "lane_trace",
    "marks_trace",
    "paths_on_surface",
    "until_outside",
]

Array = NDArray[np.float64]
Surface = Callable[[Array, Array], Array]

RESOLUTION = 61  # points along each axis
MOST_MARKERS = 25  # on a path; more would hide the line


def contour_trace(x: Array, y: Array, heights: Array, *, lines: int = 12) -> go.Contour:
    """Return contour lines in one quiet colour, so that paths stand out.

    Parameters
    ----------
    x, y : ndarray, shapes (columns,) and (rows,)
    heights : ndarray, shape (rows, columns)
        For lines at equal ratios of a loss, give its logarithm.
    lines : int
        About how many.
    """
    low, high = float(heights.min()), float(heights.max())
    ink = color("axis")
    return go.Contour(
        x=x,
        y=y,
        z=heights,
        contours={
            "coloring": "lines",
            "start": low,
            "end": high,
            "size": (high - low) / lines or 1.0,
        },
        colorscale=[[0, ink], [1, ink]],
        line={"width": 1},
        opacity=0.75,
        showscale=False,
        hoverinfo="skip",
        showlegend=False,
    )


def curve_trace(x: ArrayLike) -> go.Scatter:
    """Return the line of a function on a grid, wide and quiet: others walk along it."""
    return go.Scatter(
        x=x,
        y=[],
        mode="lines",
        line={"color": color("axis"), "width": 4},
        hoverinfo="skip",
        showlegend=False,
    )


def marks_trace() -> go.Scatter:
    """Return thin crosses with words below them, such as for minima."""
    return go.Scatter(
        x=[],
        y=[],
        text=[],
        mode="markers+text",
        marker={
            "symbol": "cross-thin",
            "size": 11,
            "line": {"width": 2, "color": color("ink")},
        },
        textfont={"color": color("ink"), "size": 13, "shadow": "auto"},
        textposition="bottom center",
        hoverinfo="skip",
        showlegend=False,
    )


def here_trace(**more: Any) -> go.Scatter:
    """Return the diamond that says: this is where the controls have led.

    Parameters
    ----------
    **more
        Attributes of the trace, such as its axes or its name in the legend.
    """
    given = {"hoverinfo": "skip", "showlegend": False} | more
    return go.Scatter(
        x=[],
        y=[],
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 14,
            "color": color("ink"),
            "line": {"color": color("paper"), "width": 1.5},
        },
        **given,
    )


def lane_trace(lane: int, name: str, below: bool, most: int) -> go.Scatter:
    """Return the line of one of several walkers; its first point is where it is now.

    Parameters
    ----------
    lane : int
        Which walker, from 0: colour, dash and symbol tell them apart.
    name : str
        Its name in the legend.
    below : bool
        On the second pair of axes, where the legend need not name it again.
    most : int
        How many points the line has at most, but the first.
    """

    def first(value: int) -> NDArray[np.uint8]:
        return np.array([value] + [0] * most, np.uint8)  # bytes pack small

    return go.Scatter(
        x=[],
        y=[],
        xaxis="x2" if below else "x",
        yaxis="y2" if below else "y",
        mode="lines+markers",
        name=name,
        line={"color": SEQUENCE[lane], "dash": DASHES[lane], "width": 2},
        marker={
            "color": SEQUENCE[lane],
            "symbol": SYMBOLS[lane],
            "size": first(14),
            "opacity": 1,
            "line": {"color": color("paper"), "width": first(2)},
        },
        showlegend=not below,
        hoverinfo="skip",
    )


def until_outside(path: ArrayLike, x_range: Range, y_range: Range) -> Array:
    """Cut a path after its first point outside a box, so that a line leads out of it.

    Parameters
    ----------
    path : array_like, shape (points, 2)
    x_range, y_range : (float, float)
        The box.

    Returns
    -------
    ndarray, shape (k, 2)
        The whole path if it stays inside. A value that is not finite is outside and
        left out.
    """
    points = np.asarray(path, dtype=np.float64).reshape(-1, 2)
    low, high = np.array([x_range, y_range], dtype=np.float64).T
    outside = ~((points >= low) & (points <= high)).all(axis=1)  # NaN is outside, too
    if outside.any():
        points = points[: int(outside.argmax()) + 1]
    return points[np.isfinite(points).all(axis=1)]


def kept_points(points: Array, tolerance: float) -> NDArray[np.intp]:
    """Choose points of a line so that what is left out lies within a tolerance.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        In units in which both directions look alike.
    tolerance : float
        Largest distance from the remaining line.

    Returns
    -------
    ndarray of int
        Increasing indices, first and last point included (Ramer, 1972; Douglas and
        Peucker, 1973).
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    open_parts = [(0, len(points) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        between = points[first + 1 : last]
        distances = _distances(between, points[first], points[last])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            open_parts += [(first, middle), (middle, last)]
    return np.flatnonzero(keep)


def _distances(points: Array, start: Array, end: Array) -> Array:
    """Return how far points are from the piece of line between two others."""
    along = end - start
    squared = float(along @ along)
    share = (points - start) @ along / squared if squared else np.zeros(len(points))
    nearest = start + np.clip(share, 0, 1)[:, None] * along
    return np.asarray(np.linalg.norm(points - nearest, axis=1))


def paths_on_surface(
    surface: Surface,
    paths: Mapping[str, ArrayLike],
    *,
    x_range: Range,
    y_range: Range,
    minima: Sequence[tuple[float, float]] = (),
    log: bool = False,
    axis_names: tuple[str, str] = ("w₁", "w₂"),
    value_name: str = "loss",
    title: str | None = None,
) -> go.Figure:
    """Draw paths over the contour lines of a surface.

    Parameters
    ----------
    surface : callable
        Takes arrays x and y of one shape; returns the heights.
    paths : mapping of str to array_like, shape (steps + 1, 2)
        Points (x, y) from the start on, at most six paths. A path ends where it leaves
        the picture.
    x_range, y_range : (float, float)
        What the picture shows.
    minima : sequence of (float, float)
        Places to mark with a star.
    log : bool
        Whether neighbouring contour lines differ by a factor instead of a difference;
        the heights must be positive then.
    axis_names : (str, str)
        Titles of the axes.
    value_name : str
        What the heights are, for the description.
    title : str, optional
        Title of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        The contour lines, the minima, then one trace a path, with a dash and a symbol
        of its own; the large symbol is where it ends. ``layout.meta["alt"]`` says it in
        words.

    Raises
    ------
    ValueError
        If there is no path, there are too many, one has a wrong shape or starts outside
        the picture, or heights cannot be drawn.
    """
    if not 1 <= len(paths) <= len(SEQUENCE):
        raise ValueError(f"expected 1 to {len(SEQUENCE)} paths, got {len(paths)}")
    x, y = np.linspace(*x_range, RESOLUTION), np.linspace(*y_range, RESOLUTION)
    heights = np.asarray(surface(*np.meshgrid(x, y)), dtype=np.float64)
    if not np.isfinite(heights).all() or (log and (heights <= 0).any()):
        kind = "positive" if log else "finite"
        raise ValueError(
            f"the surface must be {kind} all over the picture, but its values run from "
            f"{heights.min():g} to {heights.max():g}"
        )
    figure = go.Figure(contour_trace(x, y, np.log10(heights) if log else heights))
    figure.add_scatter(
        x=[place[0] for place in minima],
        y=[place[1] for place in minima],
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": color("ink")},
        name="minimum",
        hoverinfo="skip",
        showlegend=bool(minima),
    )
    sentences = [
        f"Contour lines of the {value_name} over {axis_names[0]} from {x_range[0]:g} "
        f"to {x_range[1]:g} and {axis_names[1]} from {y_range[0]:g} to {y_range[1]:g}."
    ]
    for number, (name, path) in enumerate(paths.items()):
        points = _checked(name, path, x_range, y_range)
        figure.add_trace(_path_trace(name, points, number))
        sentences.append(_told(name, points, np.asarray(path), surface, value_name))
    figure.update_layout(
        title={"text": title},
        margin={"t": 48 if title is None else 80},
        xaxis={"title": {"text": axis_names[0]}, "range": list(x_range)},
        yaxis={"title": {"text": axis_names[1]}, "range": list(y_range)},
        legend={"itemsizing": "constant"},
        meta={"alt": " ".join(sentences)},
    )
    return figure


def _checked(name: str, path: ArrayLike, x_range: Range, y_range: Range) -> Array:
    points = np.asarray(path, dtype=np.float64)
    if points.ndim != 2 or points.shape[1:] != (2,) or len(points) == 0:
        raise ValueError(
            f"path {name!r} must have shape (steps + 1, 2), got {points.shape}"
        )
    if not (
        x_range[0] <= points[0, 0] <= x_range[1]
        and y_range[0] <= points[0, 1] <= y_range[1]
    ):
        raise ValueError(
            f"path {name!r} starts outside the picture, at {points[0].tolist()}"
        )
    return until_outside(points, x_range, y_range)


def _path_trace(name: str, points: Array, number: int) -> go.Scatter:
    shown = np.linspace(0, len(points) - 1, min(len(points), MOST_MARKERS)).round()
    sizes = np.zeros(len(points))
    sizes[shown.astype(int)] = 5
    sizes[-1] = 13
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="lines+markers",
        name=name,
        line={"color": SEQUENCE[number], "dash": DASHES[number]},
        marker={
            "color": SEQUENCE[number],
            "symbol": SYMBOLS[number],
            "size": sizes,
            "opacity": 1,
            "line": {"color": color("paper"), "width": (sizes > 5).astype(float)},
        },
        hovertemplate=f"{name}: (%{{x:.3g}}, %{{y:.3g}})<extra></extra>",
    )


def _told(
    name: str,
    points: Array,
    path: Array,
    surface: Surface,
    value_name: str,
) -> str:
    first, last = points[0], points[-1]
    start, end = (float(surface(*place[:, None])[0]) for place in (first, last))
    leaves = " and leaves the picture" if len(points) < len(path) else ""
    return (
        f"{name} goes from ({first[0]:.3g}, {first[1]:.3g}) to ({last[0]:.3g}, "
        f"{last[1]:.3g}) in {len(points) - 1} steps{leaves}; "
        f"the {value_name} goes from {start:.3g} to {end:.3g}."
    )
