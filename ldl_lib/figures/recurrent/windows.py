"""E9.4: which months an example sees, how it is padded, and where to cut."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures._shared import State, counted, fixed, plain_layout, still
from ldl_lib.figures.recurrent._axes import signed_axis
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHOWN = 48  # months
SHORTEST = 12  # months of history that an example has at least
EXAMPLES = SHOWN - SHORTEST
HELD_OUT = 8
LONGEST = SHOWN - 1  # months of history
HISTORIES = ("the 12 months before", "all months before, padded")
SPLITS = ("in time", "at random")
SPLIT_SEED = 26


def test_examples(split: str) -> Flags:
    """Tell which examples are held out.

    Parameters
    ----------
    split : {"in time", "at random"}
        The last eight, or any eight.

    Returns
    -------
    ndarray of bool, shape (36,)
        Example i has month 12 + i as its target, counted from 0.
    """
    order = np.arange(EXAMPLES)
    if split == "at random":
        order = np.random.default_rng(SPLIT_SEED).permutation(EXAMPLES)
    held_out = np.zeros(EXAMPLES, bool)
    held_out[order[-HELD_OUT:]] = True
    return held_out


def seen(history: str) -> Flags:
    """Tell which months each example sees.

    Parameters
    ----------
    history : str
        One of `HISTORIES`.

    Returns
    -------
    ndarray of bool, shape (36, 48)
    """
    target = SHORTEST + np.arange(EXAMPLES)[:, None]
    month = np.arange(SHOWN)
    past = month < target
    return past & (month >= target - SHORTEST) if history == HISTORIES[0] else past


def padded(values: ArrayLike, length: int) -> Floats:
    """Put zeros to the left of a sequence until it has a length.

    Parameters
    ----------
    values : array_like, shape (steps,)
    length : int
        At least the number of steps.
    """
    values = np.asarray(values, np.float64)
    return np.concatenate([np.zeros(length - len(values)), values])


class Windows:
    """The figure for the first four years of a series.

    Parameters
    ----------
    sales : array_like, shape (n,)
        At least 48 months.
    mean, deviation : float
        Of the training months, to standardise with.
    """

    def __init__(self, sales: ArrayLike, mean: float, deviation: float) -> None:
        shown = np.asarray(sales, np.float64)[:SHOWN]
        self.inputs = (shown - mean) / deviation

    def figure(self) -> go.Figure:
        """Draw examples by months, above the array that the network gets."""
        months = np.arange(1, SHOWN + 1)
        target = {"mode": "markers", "x": [], "y": [], "hoverinfo": "skip"}
        tint = color("blue_tint")
        drawn = go.Figure(
            [
                go.Heatmap(
                    x=months,
                    y=months[SHORTEST:],
                    z=[],
                    colorscale=[[0, color("paper")], [1, tint]],
                    zmin=0,
                    zmax=1,
                    showscale=False,
                    xgap=1,
                    ygap=1,
                    hoverinfo="skip",
                ),
                go.Scatter(
                    name="training target",
                    marker={"symbol": "square", "size": 6, "color": color("blue")},
                    **target,
                ),
                go.Scatter(
                    name="test target",
                    marker={
                        "symbol": "diamond",
                        "size": 9,
                        "color": color("vermillion"),
                    },
                    **target,
                ),
                go.Bar(
                    x=np.arange(-LONGEST, 0),
                    y=[],
                    name="input",
                    xaxis="x2",
                    yaxis="y2",
                    width=0.7,
                    marker={"color": color("green")},
                    hovertemplate="step %{x}: %{y:.2f}<extra></extra>",
                ),
                go.Scatter(
                    x=[],
                    y=[],
                    name="padding: 0",
                    mode="markers",
                    xaxis="x2",
                    yaxis="y2",
                    marker={
                        "symbol": "x-thin",
                        "size": 7,
                        "line": {"width": 2, "color": color("ink")},
                    },
                    hoverinfo="skip",
                ),
            ]
        )
        frame: State = {"type": "rect", "layer": "above"}
        frame |= {"line": {"color": color("ink"), "width": 2}}
        row = frame | {"xref": "x domain", "yref": "y", "x0": 0, "x1": 1}
        column = frame | {"xref": "x", "yref": "y domain", "y0": 0, "y1": 1}
        column |= {"line": {"color": color("ink"), "width": 1, "dash": "dot"}}
        drawn.update_layout(
            plain_layout(600, margin={"l": 56, "r": 12, "t": 64, "b": 48}),
            showlegend=True,
            shapes=[row, column],
            legend={"y": 1.01, "itemclick": False, "itemdoubleclick": False},
            xaxis=still(
                "month of the series",
                range=[0.5, SHOWN + 0.5],
                dtick=12,
                tick0=12,
                anchor="y",
                showgrid=False,
            ),
            yaxis=still(
                "example: its target",
                range=[SHOWN + 0.5, SHORTEST + 0.5],
                dtick=12,
                tick0=12,
                domain=[0.42, 1],
                showgrid=False,
            ),
            xaxis2=still(
                "step before the target",
                range=[-LONGEST - 0.7, -0.3],
                tickvals=[-48, -36, -24, -12, -1],
                ticktext=["−48", "−36", "−24", "−12", "−1"],
                anchor="y2",
            ),
            yaxis2=signed_axis(
                "standardised",
                range=[-1.7, 1.3],
                domain=[0, 0.24],
                anchor="x2",
            ),
        )
        return drawn

    def state(self, target: int, history: str, split: str) -> State:
        """Return which months are seen, the targets, and one example's input.

        Parameters
        ----------
        target : int
            Month that the chosen example is to forecast, from 13 to 48.
        history : str
            One of `HISTORIES`.
        split : str
            One of `SPLITS`.
        """
        held_out = test_examples(split)
        targets = np.arange(SHORTEST + 1, SHOWN + 1)
        steps = self._input(target, history)
        empty = LONGEST - (target - 1) if history == HISTORIES[1] else 0
        return {
            "data[0].z": seen(history).astype(np.float64),
            "data[1].x": targets[~held_out],
            "data[1].y": targets[~held_out],
            "data[2].x": targets[held_out],
            "data[2].y": targets[held_out],
            "data[3].y": steps,
            # The gap at the end keeps the legend as it is where nothing is padded.
            "data[4].x": np.append(np.arange(-LONGEST, empty - LONGEST), np.nan),
            "data[4].y": np.append(np.zeros(empty), np.nan),
            "layout.shapes[0].y0": target - 0.5,
            "layout.shapes[0].y1": target + 0.5,
            "layout.shapes[1].x0": target - 0.5,
            "layout.shapes[1].x1": target + 0.5,
        }

    def _input(self, target: int, history: str) -> Floats:
        """Return the last 47 steps of the input; NaN where it has fewer."""
        if history == HISTORIES[1]:
            return padded(self.inputs[: target - 1], LONGEST)
        window = self.inputs[target - 1 - SHORTEST : target - 1]
        return np.concatenate([np.full(LONGEST - SHORTEST, np.nan), window])

    def leaks(self, target: int, history: str, split: str) -> int:
        """Count the training examples that have a month among their inputs.

        Parameters as in `state`.
        """
        rows = seen(history)[~test_examples(split)]
        return int(rows[:, target - 1].sum())

    def words(self, target: int, history: str, split: str) -> str:
        """Say what the example sees, and whether training has seen its target.

        Parameters as in `state`.
        """
        value = f"month {target} (standardised {fixed(self.inputs[target - 1], 2)})"
        if history == HISTORIES[1]:
            length = (
                f"{target - 1} months and {counted(LONGEST - target + 1, 'zero')} as "
                "padding"
            )
        else:
            length = f"{SHORTEST} months, no padding"
        if not test_examples(split)[target - 1 - SHORTEST]:
            return f"A training example for {value}. Its input: {length}."
        leaks = self.leaks(target, history, split)
        after = "That month was never seen in training."
        if leaks:
            after = (
                f"{counted(leaks, 'training example')} had that very month among "
                "their inputs."
                if leaks > 1
                else "One training example had that very month among its inputs."
            )
        return f"A test example for {value}. Its input: {length}. {after}"
