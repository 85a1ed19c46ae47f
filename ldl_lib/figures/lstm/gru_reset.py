"""Appendix H: a GRU that resets after multiplying by U, or before: same weights."""

from __future__ import annotations

from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

STEPS, INPUTS = 20, 3
UNITS = (1, 2, 8)
SECOND = 0.8  # the reset-after form's own bias, where it is not 0
SAME = 5e-4  # differences smaller than this are written as none


@cache
def states(units: int, opens: float, shared: bool, second: bool) -> Floats:
    """Walk both forms along the same inputs, with the same weights.

    Parameters
    ----------
    units : int
        Units of the layer.
    opens : float
        Bias of the reset gates; large: open, r near 1.
    shared : bool
        Whether the reset gates see nothing but that bias, so that all are equal.
    second : bool
        Whether the form that resets after has a further bias c of 0.8, or of 0.

    Returns
    -------
    ndarray, shape (2, 20, units)
        Hidden states of the reset after, and of the reset before.
    """
    rng = np.random.default_rng(7)
    W, U = rng.normal(size=(3 * units, INPUTS)), rng.normal(size=(3 * units, units))
    U /= np.sqrt(units)
    W[:units] /= 2  # so that the bias can hold the reset gates open
    U[:units] /= 2
    b = np.repeat([opens, -0.5, 0.0], units)
    if shared:
        W[:units], U[:units] = 0, 0
    X = rng.normal(size=(1, STEPS, INPUTS))
    walks = []
    for after in (True, False):
        layer = nn.GRU(units, every_step=True, reset_after=after)
        network = nn.Network(INPUTS, [layer], seed=0)
        for name, values in (("W", W), ("U", U), ("b", b)):
            layer.parameters[name][...] = values
        if after:
            layer.parameters["c"][...] = SECOND * second
        walks.append(network.forward(X)[0])
    return np.array(walks)


def figure() -> go.Figure:
    """Draw the first unit of both forms, and below how far the layers differ."""
    steps = np.arange(1, STEPS + 1)
    drawn = go.Figure()
    for name, ink, symbol, dash, size in (
        ("reset after", "blue", "circle", "solid", 9),
        ("reset before", "vermillion", "diamond-open", "dot", 12),
    ):
        drawn.add_scatter(
            x=steps,
            y=[],
            mode="lines+markers",
            name=name,
            line={"color": color(ink), "dash": dash, "width": 2},
            marker={"color": color(ink), "symbol": symbol, "size": size},
            hovertemplate=f"{name}, step %{{x}}: %{{y:.3f}}<extra></extra>",
        )
    drawn.add_bar(
        x=steps,
        y=[],
        yaxis="y2",
        marker={"color": color("axis")},
        showlegend=False,
        hovertemplate="step %{x}: they differ by up to %{y:.3f}<extra></extra>",
    )
    drawn.update_layout(
        plain_layout(450, margin={"l": 60, "r": 12, "t": 44, "b": 48}),
        showlegend=True,
        hovermode="closest",
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=still("step t", range=[0.3, STEPS + 0.7], anchor="y2"),
        yaxis=still(
            "h of the first unit",
            range=[-1.15, 1.15],
            domain=[0.44, 1],
            tickvals=[-1, 0, 1],
            ticktext=["−1", "0", "1"],
            zeroline=True,
            zerolinecolor=color("axis"),
        ),
        yaxis2=still(
            "largest difference",
            range=[0, 1.2],
            domain=[0, 0.34],
            tickvals=[0, 0.5, 1],
        ),
    )
    return drawn


def state(units: int, opens: float, shared: bool, second: bool) -> State:
    """Return both walks of the first unit, and the largest difference of any unit.

    Parameters as in `states`.
    """
    after, before = states(units, opens, shared, second)
    return {
        "data[0].y": after[:, 0],
        "data[1].y": before[:, 0],
        "data[2].y": np.abs(after - before).max(axis=1),
    }


def words(units: int, opens: float, shared: bool, second: bool) -> str:
    """Say by how much both forms differ, and why they do or do not.

    Parameters as in `states`.
    """
    after, before = states(units, opens, shared, second)
    apart = float(np.abs(after - before).max())
    gate = 1 / (1 + np.exp(-opens))
    equal = units == 1 or shared
    if apart < SAME:
        why = (
            "with one unit, r times u·h and u times r·h are the same number"
            if units == 1
            else "a factor that all units share can be taken out of the sums"
        )
        return f"Both forms compute the same: {why}, and there is no further bias."
    text = f"They differ by up to {fixed(apart, 2)}. "
    if second:
        text += "Only the form that resets after has a further bias c, which r mutes. "
    if not equal:
        text += (
            "Before, r of the unit that sends h counts; after, that of the unit that "
            "receives it. "
        )
    return text + f"A reset gate that sees only its bias has r = {gate:.2f}."
