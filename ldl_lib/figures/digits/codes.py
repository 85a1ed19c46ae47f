"""E4.6: one number, a 4-bit code or ten outputs: what each network confuses."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.digits._pictures import (
    Floats,
    Whole,
    matrix_axes,
    matrix_state,
    matrix_traces,
)
from ldl_lib.figures.theme import color

DIGITS = [str(digit) for digit in range(10)]
NONE = 10  # number of the answer that is no digit
HIDDEN = (10, 25, 50)
BATCH = 32
BITS = np.array([8, 4, 2, 1])

# Outputs and learning rate of each code. A linear output has no slope that damps its
# steps, so it needs a smaller rate than logistic ones.
CODES = {"one number": (1, 0.02), "4-bit code": (4, 0.5), "one-hot": (10, 0.5)}


def encode(code: str, labels: Whole) -> Floats:
    """Write digits as targets.

    Parameters
    ----------
    code : str
        A key of `CODES`: the digit divided by 9; its four binary digits; or a 1 at its
        place among ten numbers.
    labels : ndarray of int, shape (n,)
        From 0 to 9.

    Returns
    -------
    ndarray, shape (n, outputs)
        From 0 to 1.
    """
    if code == "one number":
        return np.asarray(labels[:, None] / 9, np.float64)
    if code == "4-bit code":
        return np.asarray(labels[:, None] & BITS > 0, np.float64)
    return np.asarray(nn.one_hot(labels, 10), np.float64)


def decode(code: str, outputs: NDArray[np.floating]) -> Whole:
    """Read digits from outputs.

    Parameters
    ----------
    code : str
        A key of `CODES`.
    outputs : ndarray, shape (n, outputs)

    Returns
    -------
    ndarray of int, shape (n,)
        The nearest digit; the code of the bits above one half, where those from 10 to
        15 all become `NONE`; or the place of the largest output.
    """
    if code == "one number":
        return np.asarray(np.clip(np.rint(9 * outputs[:, 0]), 0, 9), np.int64)
    if code == "4-bit code":
        return np.asarray(np.minimum((outputs > 0.5) @ BITS, NONE), np.int64)
    return np.asarray(outputs.argmax(axis=1), np.int64)


def train(
    code: str, hidden: int, X: Floats, y: Whole, *, epochs: int, seed: int
) -> nn.Network:
    """Train a network of tanh units whose outputs write digits in a code.

    Parameters
    ----------
    code : str
        A key of `CODES`.
    hidden : int
        Number of hidden units.
    X : ndarray, shape (n, inputs)
        Standardised pixels.
    y : ndarray of int, shape (n,)
        Digits.
    epochs, seed : int
        Of the training, in batches of 32, with half the squared error.
    """
    outputs, rate = CODES[code]
    activation = "linear" if code == "one number" else "logistic"
    layers = [nn.Dense(hidden, "tanh"), nn.Dense(outputs, activation)]
    network = nn.Network(X.shape[1], layers, seed=seed, dtype=np.float32)
    nn.train(
        network,
        nn.SquaredError(half=True, outputs="sum"),
        nn.SGD(rate),
        X,
        encode(code, y),
        epochs=epochs,
        batch_size=BATCH,
        metrics={},
        seed=seed,
    )
    return network


def counted_answers(labels: Whole, answers: Whole) -> Whole:
    """Count answers for each digit, shape (10, 11); the last column is no digit."""
    places = 11 * labels + answers
    return np.bincount(places, minlength=110).reshape(10, 11)


class OutputCodes:
    """The answers of trained networks, by code and number of hidden units.

    Parameters
    ----------
    answers : mapping of (str, int) to ndarray of int, shape (n,)
        For each key of `CODES` and each number of hidden units.
    labels : ndarray of int, shape (n,)
        The true digits.
    """

    def __init__(self, answers: Mapping[tuple[str, int], Whole], labels: Whole):
        self.counts = {
            key: counted_answers(labels, found) for key, found in answers.items()
        }

    def error(self, code: str, hidden: int) -> float:
        """Return the share of wrong answers."""
        counts = self.counts[code, hidden]
        return 1 - float(np.trace(counts[:, :10])) / float(counts.sum())

    def figure(self) -> go.Figure:
        """Draw the matrix, and the error of every network below it."""
        traces = matrix_traces(10, 11)
        sizes = sorted({hidden for _, hidden in self.counts})
        hues = dict(zip(CODES, ("green", "orange", "blue"), strict=True))
        symbols = dict(zip(CODES, ("triangle-up", "square", "circle"), strict=True))
        traces += [
            go.Scatter(
                x=[self.error(code, hidden) for hidden in sizes],
                y=[str(hidden) for hidden in sizes],
                mode="markers",
                name=code,
                marker={
                    "symbol": symbols[code],
                    "color": color(hues[code]),
                    "size": 11,
                },
                xaxis="x2",
                yaxis="y2",
                hoverinfo="skip",
            )
            for code in CODES
        ]
        ring = {"symbol": "circle-open", "size": 22, "color": color("ink")}
        traces.append(
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                name="shown above",
                marker=ring | {"line": {"width": 2.5}},
                xaxis="x2",
                yaxis="y2",
                hoverinfo="skip",
            )
        )
        x, y = matrix_axes(DIGITS, [*DIGITS, "none"], [0.4, 1])
        for trace in traces[:3]:
            trace.showlegend = False
        drawn = go.Figure(traces)
        drawn.update_layout(
            plain_layout(660, margin={"l": 56, "r": 12, "t": 12, "b": 48})
            | {"showlegend": True, "hovermode": False},
            legend={
                "x": 0,
                "y": 0.21,
                "yanchor": "bottom",
                "itemclick": False,
                "itemdoubleclick": False,
            },
            xaxis=x,
            yaxis=y,
            xaxis2={
                "title": {"text": "wrong answers"},
                "range": [0, 0.9],
                "tickformat": ".0%",
                "dtick": 0.2,
                "anchor": "y2",
                "fixedrange": True,
            },
            yaxis2={
                "title": {"text": "hidden units"},
                "type": "category",
                "domain": [0, 0.19],
                "range": [-0.6, len(sizes) - 0.4],
                "anchor": "x2",
                "fixedrange": True,
            },
        )
        return drawn

    def state(self, code: str, hidden: int) -> State:
        """Return the matrix of a network, and the mark at its error.

        Parameters
        ----------
        code : str
            A key of `CODES`.
        hidden : int
            Number of hidden units.
        """
        return matrix_state(self.counts[code, hidden]) | {
            "data[6].x": [self.error(code, hidden)],
            "data[6].y": [str(hidden)],
        }

    def words(self, code: str, hidden: int) -> str:
        """Say how many are wrong, how far off, and which mistake is commonest."""
        counts = self.counts[code, hidden]
        wrong = counts[:, :10].copy()
        np.fill_diagonal(wrong, 0)
        total, none = int(counts.sum()), int(counts[:, NONE].sum())
        text = f"{self.error(code, hidden):.1%} of {total:,} answers are wrong."
        if wrong.sum():
            true, answer = np.unravel_index(int(wrong.argmax()), wrong.shape)
            text += (
                f" The commonest mistake: {true} taken for {answer}, "
                f"{wrong[true, answer]} times."
            )
        rows, columns = np.indices(wrong.shape)
        if code == "one number" and wrong.sum():
            near = wrong[np.abs(rows - columns) == 1].sum() / wrong.sum()
            text += f" {near:.0%} of the wrong answers are the digit's neighbours."
        if code == "4-bit code":
            text += f" {none} answers have a code above nine and are no digit."
        return text
