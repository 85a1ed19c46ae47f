"""E9.1: what truncated backpropagation through time finds of the whole gradient."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, counted, plain_layout, still
from ldl_lib.figures.recurrent.norms import (
    BATCH,
    INPUTS,
    STEPS,
    UNITS,
    recurrent_matrix,
)
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

BACKS = (1, 2, 5, 10, 20, 40, 60)
GOOD = 0.95  # a cosine from here on counts as the same direction


class Found(NamedTuple):
    """What the last k steps find of the gradient by U, k = 1 to 60.

    Attributes
    ----------
    length : ndarray, shape (60,)
        Length of the truncated gradient, that of the whole one being 1.
    cosine : ndarray, shape (60,)
        Cosine of the angle between the two.
    """

    length: Floats
    cosine: Floats


@cache
def measure(size: float, inputs: float) -> Found:
    """Go back through 60 steps of a real layer, and add up step by step.

    Parameters
    ----------
    size : float
        Absolute value of all eigenvalues of U, which is a rotation.
    inputs : float
        Standard deviation of the inputs.
    """
    layer = nn.SimpleRNN(UNITS)
    network = nn.Network(INPUTS, [layer], seed=2)
    layer.parameters["U"][...] = size * recurrent_matrix("rotation")
    X = inputs * np.random.default_rng(6).normal(size=(BATCH, STEPS, INPUTS))
    network.backward(network.forward(X))
    parts = []
    for t in range(STEPS, 0, -1):
        (h,), (before,) = layer.states[t], layer.states[t - 1]
        delta = layer.state_gradients[t][0] * (1 - h**2)
        parts.append((delta.T @ before).ravel())
    sums, whole = np.cumsum(parts, axis=0), layer.gradients["U"].ravel()
    lengths = np.linalg.norm(sums, axis=1)
    unit = whole / np.linalg.norm(whole)
    return Found(lengths / np.linalg.norm(whole), sums @ unit / lengths)


def figure() -> go.Figure:
    """Draw length and direction over the number of steps gone back."""
    back = np.arange(1, STEPS + 1)
    drawn = go.Figure()
    for name, ink, dash in (
        ("direction (cosine)", "blue", "solid"),
        ("length", "vermillion", "dash"),
    ):
        drawn.add_scatter(
            x=back,
            y=[],
            mode="lines",
            name=name,
            line={"color": color(ink), "dash": dash, "width": 2.5},
            hovertemplate=f"{name}, %{{x}} steps back: %{{y:.2f}}<extra></extra>",
        )
    drawn.add_scatter(
        x=[],
        y=[],
        mode="markers",
        name="here",
        marker={
            "symbol": ["diamond", "square"],
            "size": 12,
            "color": [color("blue"), color("vermillion")],
            "line": {"color": color("paper"), "width": 1.5},
        },
        showlegend=False,
        hoverinfo="skip",
    )
    drawn.update_layout(
        plain_layout(360, margin={"l": 60, "r": 12, "t": 44, "b": 48}),
        showlegend=True,
        hovermode="closest",
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=still("k, steps gone back", range=[0, STEPS + 1.5]),
        yaxis=still(
            "share of the whole gradient",
            range=[0, 1.1],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
        ),
    )
    return drawn


def state(back: int, size: float, inputs: float) -> State:
    """Return both curves, and where they are after so many steps.

    Parameters
    ----------
    back : int
        Steps gone back, 1 to 60.
    size, inputs
        As in `measure`.
    """
    found = measure(size, inputs)
    return {
        "data[0].y": found.cosine,
        "data[1].y": found.length,
        "data[2].x": [back, back],
        "data[2].y": [found.cosine[back - 1], found.length[back - 1]],
    }


def words(back: int, size: float, inputs: float) -> str:
    """Say what so many steps find, and how many it takes for the direction.

    Parameters as in `state`.
    """
    found = measure(size, inputs)
    enough = int(np.argmax(found.cosine >= GOOD)) + 1
    return (
        f"{counted(back, 'step')} back of {STEPS}: {found.length[back - 1]:.0%} of the "
        f"gradient's length, and the cosine of the angle to it is "
        f"{found.cosine[back - 1]:.3f}. It is above {GOOD} from "
        f"{counted(enough, 'step')} on."
    )
