"""E9.1: the gradient's length on its way back through sixty steps, measured.

Everything shown comes from one pass forward and one pass backward of a real layer.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout, power_text, still
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

UNITS, INPUTS, BATCH, STEPS = 32, 8, 16, 60
MATRICES = ("rotation", "random")
ACTIVATIONS = {"tanh": "tanh", "ReLU": "relu", "none": "linear"}
SIZES = {"faint, 0.05": 0.05, "full, 1": 1.0}  # standard deviation of the inputs
LIMITS = (-28, 11)  # powers of ten at the ends of the axis
KEPT = 2.0  # a change by less than this factor counts as none


@cache
def recurrent_matrix(kind: str) -> Floats:
    """Draw a matrix, (32, 32), whose largest eigenvalue has the absolute value 1.

    Parameters
    ----------
    kind : {"rotation", "random"}
        A random rotation (with or without a reflection), all of whose eigenvalues have
        the absolute value 1; or independent normal numbers, scaled.
    """
    drawn = np.random.default_rng(4).normal(size=(UNITS, UNITS))
    if kind == "rotation":
        drawn = np.linalg.qr(drawn)[0]
    scaled: Floats = drawn / np.abs(np.linalg.eigvals(drawn)).max()
    return scaled


@cache
def measure(size: float, activation: str, kind: str, inputs: float) -> Floats:
    """Measure the gradient by the hidden state at every step.

    Parameters
    ----------
    size : float
        Absolute value of the largest eigenvalue of U.
    activation : str
        A name in `ldl_lib.nn.ACTIVATIONS`.
    kind : str
        As in `recurrent_matrix`.
    inputs : float
        Standard deviation of the inputs.

    Returns
    -------
    ndarray, shape (61,)
        Length of ∂L/∂h over all sequences, k = 0 to 60 steps before the end, as a
        multiple of that at the end.
    """
    layer = nn.SimpleRNN(UNITS, activation=activation)
    network = nn.Network(INPUTS, [layer], seed=2)
    layer.parameters["U"][...] = size * recurrent_matrix(kind)
    rng = np.random.default_rng(6)
    X = inputs * rng.normal(size=(BATCH, STEPS, INPUTS))
    network.forward(X)
    network.backward(rng.normal(size=(BATCH, UNITS)))
    lengths = np.array([np.linalg.norm(by_h) for (by_h,) in layer.state_gradients])
    back: Floats = lengths[::-1] / lengths[-1]
    return back


def figure() -> go.Figure:
    """Draw the measured lengths, and the powers of the eigenvalue, step by step."""
    back = np.arange(STEPS + 1)
    drawn = go.Figure(
        [
            go.Scatter(
                x=back,
                y=[],
                mode="lines",
                name="largest eigenvalue to the power k",
                line={"color": color("vermillion"), "dash": "dash", "width": 2},
                hovertemplate="eigenvalue to the power %{x}: %{y:.2~g}<extra></extra>",
            ),
            go.Scatter(
                x=back,
                y=[],
                mode="lines+markers",
                name="measured gradient",
                line={"color": color("blue"), "width": 2},
                marker={"size": 6},
                hovertemplate="%{x} steps back: %{y:.2~g}<extra></extra>",
            ),
        ]
    )
    powers = {1e-20: "10⁻²⁰", 1e-10: "10⁻¹⁰", 1e-5: "10⁻⁵", 1: "1"}
    powers |= {1e5: "10⁵", 1e10: "10¹⁰"}
    drawn.update_layout(
        plain_layout(420, margin={"l": 64, "r": 12, "t": 66, "b": 48}),
        showlegend=True,
        hovermode="closest",
        xaxis=still("k, steps back from the loss", range=[-1.5, STEPS + 1.5]),
        yaxis=still(
            "length of the gradient by h",
            type="log",
            range=LIMITS,
            tickvals=list(powers),
            ticktext=list(powers.values()),
        ),
    )
    return drawn


def state(size: float, activation: str, kind: str, inputs: float) -> State:
    """Return the measured lengths and the powers; a gradient of exactly 0 is a gap.

    Parameters as in `measure`.
    """
    found = measure(size, activation, kind, inputs)
    return {
        "data[0].y": size ** np.arange(STEPS + 1.0),
        "data[1].y": np.where(found > 0, found, np.nan),
    }


def words(size: float, activation: str, kind: str, inputs: float) -> str:
    """Say what is left of the gradient after 10 and 60 steps, and the mean factor.

    Parameters as in `measure`.
    """
    found = measure(size, activation, kind, inputs)
    if not found[STEPS]:
        gone = int(np.argmin(found > 0))
        return f"From {gone} steps back on, the gradient is exactly 0."
    factor = found[STEPS] ** (1 / STEPS)
    return (
        f"10 steps back the gradient {_change(found[10])}, {STEPS} steps back it "
        f"{_change(found[STEPS])}: on average times {factor:.2f} a step. The largest "
        f"eigenvalue alone would make it times {size:.2f} a step, in all "
        f"{power_text(size**STEPS)}."
    )


def _change(ratio: float) -> str:
    if 1 / KEPT < ratio < KEPT:
        return f"is kept (times {ratio:.2g})"
    if ratio > 1:
        return f"has grown {power_text(ratio)} times"
    return f"is down to {power_text(ratio)}"
