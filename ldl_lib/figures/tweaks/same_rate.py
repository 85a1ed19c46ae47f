"""E5.11: which step a learning rate takes, loss by loss."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout, significant
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]

CHAPTER_4 = 0.01  # learning rate of the book's chapter 4, with half the summed squares
LOSSES: dict[str, tuple[bool, str]] = {
    "½ sum": (True, "sum"),
    "sum": (False, "sum"),
    "½ mean": (True, "mean"),
    "mean": (False, "mean"),
}
DRAWN = 10  # of a hundred outputs only the first ten are drawn
FRAME = 0.02  # largest step that fits into the picture
OPTIMIZERS = {"SGD": nn.SGD, "Adam": nn.Adam}


@cache
def batch(outputs: int, size: int) -> tuple[Array, Array]:
    """Make the outputs of a network for a batch, and what they should be.

    Parameters
    ----------
    outputs, size : int
        Number of outputs, and of examples.

    Returns
    -------
    given, targets : ndarray, shape (size, outputs)
        Every output is off by an amount of its own and a little noise. Targets are
        one-hot; with a single output every other target is 1.
    """
    rng = np.random.default_rng([5, outputs])
    offsets = rng.uniform(0.25, 0.9, outputs) * rng.choice([-1, 1], outputs)
    targets = np.zeros((size, outputs))
    if outputs == 1:
        targets[1::2] = 1
    else:
        targets[np.arange(size), rng.integers(outputs, size=size)] = 1
    return 0.8 * targets + offsets + 0.1 * rng.normal(size=targets.shape), targets


@cache
def bias_gradient(outputs: int, size: int, loss: str, over_batch: str) -> Array:
    """Differentiate a squared error by the biases of its linear output neurons.

    Parameters
    ----------
    outputs, size : int
        See `batch`.
    loss : str
        A key of `LOSSES`: how errors are added up over the outputs.
    over_batch : {"mean", "sum"}
        How they are added up over the examples.

    Returns
    -------
    ndarray, shape (outputs,)
    """
    half, over_outputs = LOSSES[loss]
    squared = nn.SquaredError(half, over_outputs, over_batch)
    # A bias adds to its output in every example.
    gradient: Array = squared.gradient(*batch(outputs, size)).sum(axis=0)
    return gradient


@cache
def factor(outputs: int, size: int, loss: str, over_batch: str) -> float:
    """Return how many times chapter 4's gradient this one is.

    Chapter 4 takes a step after every example, so its gradient for a batch is the
    mean of those of its examples.
    """
    book = bias_gradient(outputs, size, "½ sum", "mean")
    ours = bias_gradient(outputs, size, loss, over_batch)
    return float(ours @ book / (book @ book))


def steps(
    outputs: int, size: int, loss: str, over_batch: str, rate: float, optimizer: str
) -> Array:
    """Return how far the first step moves every bias, shape (outputs,)."""
    biases = np.zeros(outputs)
    gradient = bias_gradient(outputs, size, loss, over_batch)
    OPTIMIZERS[optimizer](rate).step(biases, gradient)
    return biases


def figure() -> go.Figure:
    """Draw the steps of the biases, and the rates that take them in chapter 4."""
    drawn = go.Figure(
        [
            go.Bar(
                x=[],
                y=[],
                width=0.8,
                name=f"chapter 4, η = {CHAPTER_4}",
                marker={
                    "color": color("gray_tint"),
                    "line": {"color": color("ink"), "width": 1.5},
                },
                hovertemplate="chapter 4: %{y:.5f}<extra></extra>",
            ),
            go.Bar(
                x=[],
                y=[],
                width=0.4,
                name="your setting",
                marker={"color": color("blue")},
                hovertemplate="your setting: %{y:.5f}<extra></extra>",
            ),
            go.Scatter(
                x=[CHAPTER_4, CHAPTER_4],
                y=[-0.6, 1.6],
                mode="lines",
                line={"color": color("axis"), "dash": "dash", "width": 2},
                xaxis="x2",
                yaxis="y2",
                showlegend=False,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                text=[],
                mode="markers+text",
                textposition=[],
                textfont={"size": 14, "shadow": "auto"},
                marker={"color": color("blue"), "size": 14, "symbol": "diamond"},
                xaxis="x2",
                yaxis="y2",
                showlegend=False,
                hoverinfo="skip",
            ),
        ]
    )
    note = {
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "text": "",
        "font": {"size": 14, "color": color("vermillion")},
    }
    drawn.update_layout(
        **plain_layout(
            520,
            barmode="overlay",
            margin={"l": 72, "r": 16, "t": 40, "b": 48},
            annotations=[
                note | {"x": 1, "y": 1, "xanchor": "right", "yanchor": "bottom"},
                note | {"x": 0.02, "y": 0.13, "xanchor": "left", "yanchor": "middle"},
            ],
        )
        | {"showlegend": True},
        xaxis={
            "title": {"text": "output"},
            "range": [-0.6, DRAWN - 0.4],
            "dtick": 1,
            "fixedrange": True,
            "showgrid": False,
            "anchor": "y",
        },
        yaxis={
            "title": {"text": "step of its bias"},
            "range": [-FRAME, FRAME],
            "tickvals": [-0.02, -0.01, 0, 0.01, 0.02],
            "ticktext": ["−0.02", "−0.01", "0", "0.01", "0.02"],
            "zeroline": True,
            "zerolinecolor": color("axis"),
            "domain": [0.46, 1],
            "fixedrange": True,
        },
        xaxis2={
            "title": {"text": "chapter 4's rate for the same"},
            "type": "log",
            "range": [-8, 3.3],
            "tickvals": [1e-7, 1e-5, 1e-3, 0.1, 10, 1000],
            "ticktext": ["10⁻⁷", "10⁻⁵", "0.001", "0.1", "10", "1,000"],
            "anchor": "y2",
            "fixedrange": True,
        },
        yaxis2={
            "range": [-0.6, 1.6],
            "tickvals": [0, 1],
            "ticktext": ["one<br>example", "one<br>step"],
            "domain": [0, 0.26],
            "anchor": "x2",
            "fixedrange": True,
            "showgrid": False,
        },
    )
    return drawn


def state(
    outputs: int, size: int, loss: str, over_batch: str, rate: float, optimizer: str
) -> State:
    """Return the steps of the biases and the rates that do the same in chapter 4.

    Parameters
    ----------
    outputs, size : int
        Number of outputs, and of examples in the batch.
    loss : str
        A key of `LOSSES`.
    over_batch : {"mean", "sum"}
        How the loss is added up over the batch.
    rate : float
        Learning rate η.
    optimizer : {"SGD", "Adam"}
    """
    book = steps(outputs, size, "½ sum", "mean", CHAPTER_4, "SGD")[:DRAWN]
    taken = steps(outputs, size, loss, over_batch, rate, optimizer)[:DRAWN]
    largest = float(np.abs(taken).max())
    numbers = np.arange(len(book))
    rates = _equal_rates(outputs, size, loss, over_batch, rate, optimizer)
    return {
        "data[0].x": numbers,
        "data[0].y": book,
        "data[1].x": numbers,
        "data[1].y": np.clip(taken, -FRAME, FRAME),
        "data[3].x": rates,
        "data[3].y": [0.0, 1.0][: len(rates)],
        "data[3].text": [f" {number_text(each)} " for each in rates],
        "data[3].textposition": [
            "middle right" if each < 0.1 else "middle left" for each in rates
        ],
        "layout.annotations[0].text": (
            f"↕ up to {number_text(largest)}" if largest > FRAME else ""
        ),
        "layout.annotations[1].text": "" if rates else "with Adam: none",
    }


def _equal_rates(
    outputs: int, size: int, loss: str, over_batch: str, rate: float, optimizer: str
) -> list[float]:
    """Return chapter 4's rates for what one example and one step do; none for Adam."""
    if optimizer != "SGD":
        return []
    step = rate * factor(outputs, size, loss, over_batch)
    return [step / size, step]


def number_text(value: float) -> str:
    """Write a number with three digits that count, less the zeros at its end."""
    text = significant(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def words(
    outputs: int, size: int, loss: str, over_batch: str, rate: float, optimizer: str
) -> str:
    """Say which rate of chapter 4 takes the same step, and which one to choose here."""
    if optimizer == "Adam":
        taken = np.abs(steps(outputs, size, loss, over_batch, rate, optimizer))
        return (
            f"Adam's first step moves every bias by {number_text(float(taken.max()))}, "
            "whatever the gradient's size and however the loss is added up."
        )
    example, step = _equal_rates(outputs, size, loss, over_batch, rate, optimizer)
    times = factor(outputs, size, loss, over_batch)
    eta = number_text(rate)
    if abs(times - 1) < 1e-9:
        text = (
            f"The gradient is chapter 4's, and so is what η = {eta} means for a step."
        )
    else:
        text = (
            f"The gradient is {number_text(times)} times chapter 4's, so η = {eta} "
            f"takes the step that {number_text(step)} takes there."
        )
    if size > 1:
        text += f" Each of the {size} examples counts as with {number_text(example)}."
    if abs(step / CHAPTER_4 - 1) < 1e-9:
        return text + f" This is chapter 4's step of {CHAPTER_4}."
    wanted = number_text(CHAPTER_4 / times)
    return text + f" For chapter 4's step of {CHAPTER_4} choose η = {wanted}."
