"""E7.5: what networks answer when a digit is moved, turned or made smaller."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.pixels import data_uri
from ldl_lib.figures.theme import DASHES, SEQUENCE, SYMBOLS, color

CHANGES = ("to the right", "down", "turned", "scaled")
STEPS = tuple(range(-6, 7))  # a pixel, a pixel, 7.5 degrees, 10 % of the size
NETWORKS = ("dense", "convolution", "pooling")
ARTIFACT = Path(__file__).parents[2] / "artifacts/07_shifted.npz"

LABELS = {
    "dense": "dense",
    "convolution": "convolution",
    "pooling": "convolution + pooling",
}


def amount(change: str, step: int) -> float:
    """Return what a step stands for: pixels, degrees (clockwise), or a factor.

    Examples
    --------
    >>> amount("turned", 2), amount("scaled", -3)
    (15.0, 0.7)
    """
    if change == "turned":
        return 7.5 * step
    return round(1 + step / 10, 1) if change == "scaled" else float(step)


def amount_words(change: str, step: int) -> str:
    """Say what a step does to a digit, such as "2 pixels to the right"."""
    value = amount(change, step)
    if change == "scaled":
        return f"scaled to {value:.0%}"
    if step == 0:
        return "not moved" if change != "turned" else "not turned"
    if change == "turned":
        side = "clockwise" if step > 0 else "anticlockwise"
        return f"turned by {abs(value):g}° {side}"
    way = {"to the right": ("to the right", "to the left"), "down": ("down", "up")}
    pixels = f"{abs(step)} pixel" + ("" if abs(step) == 1 else "s")
    return f"moved {pixels} {way[change][step < 0]}"


def changed(X: NDArray[Any], change: str, step: int) -> NDArray[Any]:
    """Move, turn or scale all images about their middle, by the same amount.

    Between pixels it interpolates linearly; beyond the edge the edge goes on.

    Parameters
    ----------
    X : ndarray, shape (n, h, w)
        Images, of any real dtype.
    change : str
        One of `CHANGES`.
    step : int
        How far, see `amount`; 0 changes nothing.

    Returns
    -------
    ndarray, shape (n, h, w)
        Of the dtype of `X`; whole numbers are rounded.
    """
    value = amount(change, step)
    middle = (np.array(X.shape[1:]) - 1) / 2
    y, x = np.indices(X.shape[1:]) - middle[:, None, None]
    if change == "to the right":
        x = x - value
    elif change == "down":
        y = y - value
    elif change == "scaled":
        y, x = y / value, x / value
    else:  # each new pixel comes from where turning back leads
        angle = np.deg2rad(value)
        cos, sin = np.cos(angle), np.sin(angle)
        y, x = cos * y - sin * x, cos * x + sin * y
    read = _read(X, y + middle[0], x + middle[1])
    whole = np.issubdtype(X.dtype, np.integer)
    return (np.rint(read) if whole else read).astype(X.dtype)


def _read(
    X: NDArray[Any], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Read all images at the same places (h, w) between their pixels, linearly."""
    height, width = X.shape[1:]
    rows, columns = np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)
    top = np.minimum(rows.astype(int), height - 2)
    left = np.minimum(columns.astype(int), width - 2)
    down, across = rows - top, columns - left
    above = (1 - across) * X[:, top, left] + across * X[:, top, left + 1]
    below = (1 - across) * X[:, top + 1, left] + across * X[:, top + 1, left + 1]
    read: NDArray[np.float64] = (1 - down) * above + down * below
    return read


@cache
def stored() -> dict[str, NDArray[Any]]:
    """Return what the lab on LeNet-5 measured and stored, by PyTorch's full run.

    Returns
    -------
    dict of str to ndarray
        ``accuracy`` float64 (2, networks, changes, steps): without and with altered
        images in training, a mean over seeds. ``answers`` int64 (digits, 2, networks,
        changes, steps): of the first seed, for the images ``digits`` uint8
        (digits, 28, 28) with their ``labels``. ``asked``: number of images.
    """
    with np.load(ARTIFACT) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["accuracy"] = arrays["accuracy"].astype(np.float64)
    return arrays


def accuracy(change: str, altered: bool) -> NDArray[np.float64]:
    """Return the share of right answers of each network, for every step.

    Parameters
    ----------
    change : str
        One of `CHANGES`.
    altered : bool
        Whether the networks were trained with images moved and turned at random.

    Returns
    -------
    ndarray, shape (networks, steps)
        From 0 to 1.
    """
    found: NDArray[np.float64] = stored()["accuracy"][
        int(altered), :, CHANGES.index(change)
    ]
    return found


def figure() -> go.Figure:
    """Draw a digit and the networks' answers above the accuracies of all steps."""
    traces: list[go.Scatter] = []
    styles = zip(NETWORKS, SEQUENCE, DASHES, SYMBOLS, strict=False)
    for name, colour, dash, symbol in styles:
        traces.append(
            go.Scatter(
                x=STEPS,
                y=[],
                mode="lines+markers",
                name=LABELS[name],
                line={"color": colour, "dash": dash, "width": 2},
                marker={"symbol": symbol, "size": 7},
                hovertemplate="%{y:.1%} right<extra>" + LABELS[name] + "</extra>",
            )
        )
    traces.append(  # axes are there only where a trace is
        go.Scatter(x=[None], y=[None], showlegend=False, xaxis="x2", yaxis="y2")
    )
    frame = {"fixedrange": True, "visible": False, "anchor": "x2"}
    note = {"showarrow": False, "xref": "paper", "yref": "paper", "x": 0.42}
    note |= {"xanchor": "left", "align": "left", "text": ""}
    drawn = go.Figure(traces)
    drawn.update_layout(
        plain_layout(560, margin={"l": 56, "r": 14, "t": 8, "b": 48}),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 0.62, "yanchor": "bottom"},
        images=[
            {"xref": "x2", "yref": "y2", "x": 0, "y": 1, "sizex": 1, "sizey": 1}
            | {"sizing": "stretch", "source": ""}
        ],
        annotations=[note | {"y": 0.87, "yanchor": "middle"}],
        shapes=[
            {"type": "line", "xref": "x", "yref": "y", "x0": 0, "x1": 0}
            | {"y0": 0, "y1": 1, "line": {"color": color("ink"), "dash": "dot"}},
            # Where a white image ends cannot be seen on white.
            {"type": "rect", "xref": "x2", "yref": "y2", "x0": 0, "x1": 1}
            | {"y0": 0, "y1": 1, "line": {"color": color("axis"), "width": 1}},
        ],
        xaxis={
            "title": {"text": ""},
            "range": [STEPS[0] - 0.4, STEPS[-1] + 0.4],
            "tickvals": STEPS[::3],
            "ticktext": [],
            "tickangle": 0,
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "right answers"},
            "range": [0, 1.03],
            "tickformat": ".0%",
            "domain": [0, 0.6],
            "fixedrange": True,
        },
        xaxis2=frame
        | {"range": [0, 1], "domain": [0, 0.38], "anchor": "y2", "scaleanchor": "y2"}
        | {"constrain": "domain"},
        yaxis2=frame | {"range": [0, 1], "domain": [0.72, 1], "constrain": "domain"},
    )
    return drawn


AXES = {
    "to the right": "pixels to the right",
    "down": "pixels down",
    "turned": "degrees, clockwise",
    "scaled": "size",
}


def _tick(change: str, step: int) -> str:
    value = amount(change, step)
    return f"{value:.0%}" if change == "scaled" else fixed(value, int(value % 1 > 0))


def state(change: str, step: int, altered: bool, digit: int) -> State:
    """Return the changed digit, what the networks answer, and all accuracies.

    Parameters
    ----------
    change : str
        One of `CHANGES`.
    step : int
        How far, see `amount`.
    altered : bool
        Whether the networks were trained with altered images.
    digit : int
        Which of the stored digits is shown, by its label.
    """
    number = _index(digit)
    image = changed(stored()["digits"][number : number + 1], change, step)[0]
    lines = [_broken(amount_words(change, step))]
    answers = _answers(number, change, step, altered)
    for name, answer in zip(NETWORKS, answers, strict=True):
        verdict = "right" if answer == digit else "wrong"
        lines.append(f"{name}: {answer}, {verdict}")
    curves = accuracy(change, altered)
    return {
        **{f"data[{place}].y": curve for place, curve in enumerate(curves)},
        "layout.images[0].source": data_uri(255 - image, colours=8),
        "layout.annotations[0].text": "<br>".join(lines),
        "layout.shapes[0].x0": step,
        "layout.shapes[0].x1": step,
        "layout.xaxis.title.text": AXES[change],
        "layout.xaxis.ticktext": [_tick(change, each) for each in STEPS[::3]],
    }


def _broken(text: str) -> str:
    """Set a change in bold, in two lines where one is too long for a phone."""
    for end in ("pixels", "pixel", "°"):
        text = text.replace(f"{end} ", f"{end}<br>")
    return f"<b>{text}</b>"


def words(change: str, step: int, altered: bool, digit: int) -> str:
    """Say how many digits each network still reads, and how many unchanged ones."""
    curves = accuracy(change, altered)
    now, before = curves[:, STEPS.index(step)], curves[:, STEPS.index(0)]
    found = ", ".join(
        f"{LABELS[name]} {share:.0%}" for name, share in zip(NETWORKS, now, strict=True)
    )
    start = ", ".join(f"{share:.0%}" for share in before)
    answers = " and ".join(
        str(a) for a in _answers(_index(digit), change, step, altered)
    )
    return (
        f"Digits {amount_words(change, step)}: {found} right "
        f"(unchanged: {start}). This {digit} is read as {answers}."
    )


def _index(digit: int) -> int:
    return int(np.flatnonzero(stored()["labels"] == digit)[0])


def _answers(number: int, change: str, step: int, altered: bool) -> list[int]:
    place = (CHANGES.index(change), STEPS.index(step))
    found = stored()["answers"][(number, int(altered), slice(None), *place)]
    return [int(answer) for answer in found]
