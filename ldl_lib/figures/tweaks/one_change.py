"""E5.12: the five changes from configuration 1 to 5, in every combination.

The numbers are those of the stored full run of the chapter's lab in NumPy.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import results
from ldl_lib.figures._shared import State
from ldl_lib.figures.theme import SYMBOLS, color

Array = NDArray[np.float64]

LAB = "05_one_change_numpy"
# As the lab names the changes: what the switch says, and a short form for the figure.
CHANGES = {
    "relu": ("hidden units: ReLU", "ReLU"),
    "start": ("start: He and Glorot", "start"),
    "entropy": ("loss: softmax, cross-entropy", "loss"),
    "adam": ("optimizer: Adam", "Adam"),
    "batch": ("batches of 64", "batch"),
}
SHORT = [short for _, short in CHANGES.values()]
TICKS = (0.05, 0.1, 0.2, 0.5, 1.0)


def title(made: tuple[bool, ...]) -> str:
    """Return the lab's name of a combination, such as "relu+adam", or "none"."""
    return "+".join(itertools.compress(CHANGES, made)) or "none"


@cache
def errors() -> dict[tuple[bool, ...], Array]:
    """Return the validation errors of all 32 combinations, in the order of counting.

    Returns
    -------
    dict of tuple of bool to ndarray, shape (seeds, epochs)
        Which of the `CHANGES` are made, and shares from 0 to 1.

    Raises
    ------
    ldl_lib.results.ResultNotFoundError
        If the lab's full run is not stored.
    """
    curves = results.load(LAB).curves
    combinations = itertools.product((False, True), repeat=len(CHANGES))
    return {made: np.array(curves[title(made)]) for made in combinations}


@cache
def scaled_batch() -> Array:
    """Return the errors of batches of 64 alone with 64 times the learning rate.

    Returns
    -------
    ndarray, shape (seeds, epochs)
        Validation errors, shares from 0 to 1.
    """
    return np.array(results.load(LAB).curves["batch_scaled"])


@cache
def ranking() -> dict[tuple[bool, ...], int]:
    """Return the place of each combination: 1 has the lowest mean error in the end."""
    order = sorted(errors(), key=mean_error)
    return {made: place for place, made in enumerate(order, start=1)}


def mean_error(made: tuple[bool, ...]) -> float:
    """Return the validation error after the last epoch, averaged over the seeds."""
    return float(errors()[made][:, -1].mean())


FIRST = (False,) * len(CHANGES)
LAST = (True,) * len(CHANGES)


def flipped(made: tuple[bool, ...], number: int) -> tuple[bool, ...]:
    """Return a combination with one of its five switches turned."""
    return tuple(on != (place == number) for place, on in enumerate(made))


def figure() -> go.Figure:
    """Draw the error over the epochs, and below it what each switch would do now."""
    everything = errors()
    seeds, epochs = everything[FIRST].shape
    x = np.arange(1, epochs + 1)
    traces = [
        go.Scatter(
            x=x,
            y=everything[made].mean(axis=0),
            mode="lines",
            name=f"configuration {number}, mean",
            line={"color": color("muted"), "dash": dash, "width": 2},
            hoverinfo="skip",
        )
        for made, number, dash in ((FIRST, 1, "dash"), (LAST, 5, "dot"))
    ]
    traces += [
        go.Scatter(
            x=x,
            y=[],
            mode="lines+markers",
            name="this combination, each seed",
            line={"color": color("blue"), "width": 2},
            marker={"symbol": SYMBOLS[seed], "color": color("blue"), "size": 7},
            showlegend=seed == 0,
            hoverinfo="skip",
        )
        for seed in range(seeds)
    ]
    figure = go.Figure(traces + _moves())
    lowest = min(float(runs.min()) for runs in everything.values())
    axis = {
        "type": "log",
        "range": [float(np.log10(0.9 * lowest)), 0.0],
        "tickvals": TICKS,
        "ticktext": [f"{tick:.0%}" for tick in TICKS],
        "fixedrange": True,
    }
    figure.update_layout(
        height=600,
        dragmode=False,
        hovermode=False,
        margin={"l": 64, "r": 16, "t": 60, "b": 44},
        xaxis={"title": {"text": "epoch", "standoff": 2}, "anchor": "y", "dtick": 1}
        | {"range": [0.8, epochs + 0.2], "fixedrange": True},
        yaxis=axis
        | {"title": {"text": "validation error"}, "domain": [0.52, 1], "anchor": "x"},
        xaxis2=axis
        | {
            "title": {"text": "error with one switch turned"},
            "anchor": "y2",
        },
        yaxis2={
            "anchor": "x2",
            "domain": [0, 0.38],
            "range": [len(SHORT) - 0.4, -0.9],
            "tickvals": list(range(len(SHORT))),
            "ticktext": SHORT,
            "fixedrange": True,
            "showgrid": False,
        },
    )
    return figure


def _moves() -> list[go.Scatter]:
    """Return the line of now, the ways from there, and where they lead."""
    lower = {"xaxis": "x2", "yaxis": "y2", "showlegend": False, "hoverinfo": "skip"}
    ways = np.repeat(np.arange(len(SHORT)), 3).astype(float)
    ways[2::3] = np.nan  # a gap after each pair of ends
    return [
        go.Scatter(
            x=[],
            y=[-0.9, len(SHORT) - 0.4],
            mode="lines",
            line={"color": color("blue"), "width": 2},
            **lower,
        ),
        go.Scatter(
            x=[],
            y=ways,
            mode="lines",
            line={"color": color("vermillion"), "width": 3},
            **lower,
        ),
        go.Scatter(
            x=[],
            y=list(range(len(SHORT))),
            mode="markers+text",
            marker={"color": color("vermillion"), "size": 12, "symbol": []},
            error_x={
                "array": [],
                "arrayminus": [],
                "color": color("ink"),
                "thickness": 1.5,
                "width": 4,
            },
            text=[],
            textposition=[],
            textfont={"color": color("ink"), "size": 13, "shadow": "auto"},
            cliponaxis=False,
            **lower,
        ),
    ]


def state(relu: bool, start: bool, entropy: bool, adam: bool, batch: bool) -> State:
    """Return the curves of a combination, one a seed, and what each switch would do.

    Parameters
    ----------
    relu, start, entropy, adam, batch : bool
        Which of the `CHANGES` are made.
    """
    made = (relu, start, entropy, adam, batch)
    runs, now = errors()[made], mean_error(made)
    moved = [flipped(made, number) for number in range(len(made))]
    after = np.array([mean_error(move) for move in moved])
    ends = np.array([errors()[move][:, -1] for move in moved])
    ways = np.column_stack(
        [np.full(len(after), now), after, np.full(len(after), np.nan)]
    )
    line, way, place = (f"data[{2 + len(runs) + number}]" for number in range(3))
    return {f"data[{2 + seed}].y": run for seed, run in enumerate(runs)} | {
        f"{line}.x": [now, now],
        f"{way}.x": ways.ravel(),
        f"{place}.x": after,
        f"{place}.error_x.array": ends.max(axis=1) - after,
        f"{place}.error_x.arrayminus": after - ends.min(axis=1),
        f"{place}.marker.symbol": ["square-open" if on else "diamond" for on in made],
        f"{place}.text": [
            f"{'without' if on else 'with'} {100 * error:.1f} %"
            for on, error in zip(made, after.tolist(), strict=True)
        ],
        # Where there is room.
        f"{place}.textposition": [
            "top left" if error > 0.3 else "top right" for error in after.tolist()
        ],
    }


def words(relu: bool, start: bool, entropy: bool, adam: bool, batch: bool) -> str:
    """Say the mean error, its spread, its place, and which switch would help most."""
    made = (relu, start, entropy, adam, batch)
    runs = errors()[made]
    seeds, epochs = runs.shape
    mean, spread = mean_error(made), float(runs[:, -1].std(ddof=1))
    text = (
        f"{100 * mean:.1f} % ± {100 * spread:.1f} (standard deviation of {seeds} "
        f"seeds) after {epochs} epochs: place {ranking()[made]} of {len(errors())}."
    )
    moves = [flipped(made, number) for number in range(len(made))]
    number = min(range(len(made)), key=lambda number: mean_error(moves[number]))
    best = mean_error(moves[number])
    if best >= mean:
        return f"{text} No single switch makes it better."
    how = "off" if made[number] else "on"
    better = errors()[moves[number]][:, -1] < runs[:, -1]
    luck = "" if better.all() else ", but not with every seed"
    return (
        f"{text} Best next move: turn {SHORT[number]} {how}, "
        f"to {100 * best:.1f} %{luck}."
    )
