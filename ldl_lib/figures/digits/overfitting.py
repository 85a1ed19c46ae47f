"""E4.2: training, validation and test error while data, size and epochs change.

The numbers are those of the stored full run of the chapter's lab on honest splits.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import results
from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.theme import DASHES, SEQUENCE, SYMBOLS, color

Array = NDArray[np.float64]

LAB = "04_honest_splits_numpy"
PARTS = ("training", "validation", "test")
LABELS = {"all right": "right", "a fifth wrong": "wrong"}
HIGHEST = 0.8  # errors that the picture shows
EPOCH_TICKS = (1, 2, 5, 10, 20, 50, 100)


@cache
def stored() -> results.Result:
    """Return the lab's full run.

    Raises
    ------
    ldl_lib.results.ResultNotFoundError
        If it is not stored.
    """
    return results.load(LAB)


def errors(run: results.Result, size: int, hidden: int, labels: str) -> Array:
    """Return errors averaged over the seeds, shape (parts, checkpoints).

    Parameters
    ----------
    run : ldl_lib.results.Result
        What the lab recorded.
    size : int
        Number of training images.
    hidden : int
        Number of hidden units.
    labels : {"right", "wrong"}
        Whether a fifth of the training labels is wrong.
    """
    name = f"{size}_{hidden}_{labels}"
    return np.array([np.mean(run.curves[f"{name}_{part}"], axis=0) for part in PARTS])


def figure() -> go.Figure:
    """Draw the three errors over the epochs, and a mark at the best epoch."""
    return _drawn(stored().parameters["checkpoints"])


def _drawn(checkpoints: list[int]) -> go.Figure:
    traces = [
        go.Scatter(
            x=checkpoints,
            y=[],
            mode="lines+markers",
            name=part,
            line={"color": hue, "dash": dash},
            marker={"color": hue, "symbol": symbol, "size": 6},
            hoverinfo="skip",
        )
        for part, hue, dash, symbol in zip(
            PARTS, SEQUENCE, DASHES, SYMBOLS, strict=False
        )
    ]
    traces += [
        go.Scatter(
            x=[],
            y=[],
            mode="markers",
            name="lowest validation error so far",
            marker={
                "symbol": "diamond-open",
                "size": 17,
                "color": color("ink"),
                "line": {"width": 2.5},
            },
            hoverinfo="skip",
        )
    ]
    shown = [tick for tick in EPOCH_TICKS if tick <= checkpoints[-1]]
    drawn = go.Figure(traces)
    drawn.update_layout(
        plain_layout(420, margin={"l": 60, "r": 16, "t": 76, "b": 48})
        | {"showlegend": True, "hovermode": False},
        legend={"itemsizing": "constant", "itemclick": False, "itemdoubleclick": False},
        xaxis={
            "title": {"text": "epoch"},
            "type": "log",
            "range": [-0.05, float(np.log10(checkpoints[-1])) + 0.05],
            "tickvals": shown,
            "ticktext": [str(tick) for tick in shown],
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "error rate"},
            "range": [-0.015, HIGHEST],
            "tickformat": ".0%",
            "dtick": 0.1,
            "tick0": 0,
            "fixedrange": True,
        },
    )
    return drawn


def state(size: int, hidden: int, labels: str, step: int) -> State:
    """Return the errors up to an epoch, and where the best validation error is.

    Parameters
    ----------
    size, hidden, labels
        As in `errors`.
    step : int
        Position in the list of epochs after which the errors were measured.
    """
    return _shown(stored(), size, hidden, labels, step)


def _shown(
    run: results.Result, size: int, hidden: int, labels: str, step: int
) -> State:
    found = errors(run, size, hidden, labels)
    best = int(found[1, : step + 1].argmin())
    # Cut off above, not left out: a curve comes down into the picture.
    curves = np.minimum(found, HIGHEST + 0.1).round(4)
    curves[:, step + 1 :] = np.nan
    return {f"data[{number}].y": curve for number, curve in enumerate(curves)} | {
        "data[3].x": [run.parameters["checkpoints"][best]],
        "data[3].y": [float(curves[1, best])],
    }


def words(size: int, hidden: int, labels: str, step: int) -> str:
    """Say the three errors, the gap, and what stopping early would have saved."""
    return _said(stored(), size, hidden, labels, step)


def _said(run: results.Result, size: int, hidden: int, labels: str, step: int) -> str:
    found = 100 * errors(run, size, hidden, labels)
    checkpoints = run.parameters["checkpoints"]
    training, validation, test = (float(value) for value in found[:, step])
    best = int(found[1, : step + 1].argmin())
    text = (
        f"After epoch {checkpoints[step]}: training error {training:.1f} %, validation "
        f"{validation:.1f} %, test {test:.1f} % (means of {len(run.seeds)} seeds). The "
        f"gap is {fixed(validation - training, 1)} points"
    )
    counted = " (the training error counts wrong labels)" if labels == "wrong" else ""
    text += f"{counted}."
    if not step:
        return text
    if best == step:
        return f"{text} The validation error has never been lower."
    lost = validation - float(found[1, best])
    return (
        f"{text} The validation error was lowest after epoch {checkpoints[best]}, "
        f"{lost:.1f} points below what it is now."
    )


def still(run: results.Result, *, size: int, hidden: int, labels: str) -> go.Figure:
    """Draw one run of the lab as a figure without controls.

    Parameters
    ----------
    run : ldl_lib.results.Result
        What the lab recorded, now or in its full run.
    size, hidden, labels
        As in `errors`.

    Returns
    -------
    plotly.graph_objects.Figure
        With its description in ``layout.meta["alt"]``.
    """
    checkpoints = run.parameters["checkpoints"]
    last = len(checkpoints) - 1
    drawn = _drawn(checkpoints)
    changes = _shown(run, size, hidden, labels, last)
    for number in range(len(PARTS)):
        drawn.data[number].y = changes[f"data[{number}].y"]
    drawn.data[3].update(x=changes["data[3].x"], y=changes["data[3].y"])
    drawn.update_layout(meta={"alt": _said(run, size, hidden, labels, last)})
    return drawn
