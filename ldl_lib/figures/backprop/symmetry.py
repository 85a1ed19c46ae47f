"""E3.6: two hidden units that start alike stay twins."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.backprop import _xor
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]

SPREADS = (0, 0.001, 0.01, 0.1, 0.5, 1)
CENTRES = {"0": 0.0, "0.5": 0.5}
SEEDS = (1, 2, 3, 4, 5)
EPOCHS = 1500
KEPT = np.unique(np.geomspace(1, EPOCHS + 1, 45).round().astype(np.int64) - 1)
NEAREST = 1e-5  # the axis of distances ends here; equal units stand at its bottom


class Twins(NamedTuple):
    """One run.

    Attributes
    ----------
    solved : int
        Epoch after which all four outputs were right, 0 for none.
    units : ndarray, shape (kept, 2, 4)
        b, w1, w2 and the outgoing weight of both hidden units, at the epochs `KEPT`.
    moved : float
        How far the weights of the hidden units have moved in all.
    """

    solved: int
    units: Array
    moved: float

    @property
    def distance(self) -> Array:
        """How far apart the two units are, shape (kept,)."""
        apart: Array = np.linalg.norm(self.units[:, 0] - self.units[:, 1], axis=1)
        return apart


@cache
def runs() -> dict[tuple[float, float, int], Twins]:
    """Train a network on XOR for every spread, centre and seed.

    Weights start at the centre plus a number that is uniform between −spread and
    spread, biases at 0. The four examples come in the same order in every epoch.
    """
    keys = [(s, c, n) for s in SPREADS for c in CENTRES.values() for n in SEEDS]
    start = np.zeros((len(keys), _xor.WEIGHTS))
    drawn = [0, 1, 2, 3, 6, 7]  # W and V
    for row, (spread, centre, seed) in enumerate(keys):
        unit = np.random.default_rng([seed, 36]).uniform(-1, 1, len(drawn))
        start[row, drawn] = centre + spread * unit
    orders = np.broadcast_to(np.arange(4), (len(keys), EPOCHS, 4))
    run = _xor.train(start, orders)
    W, b, V, _ = _xor.split(run.weights[:, KEPT])
    units = np.concatenate([b[..., None], W, V[..., None]], axis=-1)
    moved = np.linalg.norm(units[:, -1] - units[:, 0], axis=(1, 2))
    return {
        key: Twins(int(solved), each, float(far))
        for key, solved, each, far in zip(keys, run.solved, units, moved, strict=True)
    }


def figure() -> go.Figure:
    """Draw the paths of both units' weights, above the distance between the units."""
    still = {"hoverinfo": "skip"}
    drawn = go.Figure()
    styles = (("blue", "solid", "circle"), ("vermillion", "dash", "square"))
    for number, (hue, dash, symbol) in enumerate(styles):
        drawn.add_scatter(
            x=[],
            y=[],
            mode="lines+markers",
            name=f"hidden unit {number + 1}",
            line={"color": color(hue), "dash": dash, "width": 3 + 4 * (1 - number)},
            marker={
                "symbol": symbol,
                "color": color(hue),
                "size": [],
                "opacity": 1,
                "line": {"color": color("paper"), "width": 1},
            },
            opacity=0.9,
            **still,
        )
    line = {"color": color("ink"), "width": 3}
    drawn.add_scatter(
        x=KEPT + 1,
        y=[],
        mode="lines",
        line=line,
        showlegend=False,
        xaxis="x2",
        yaxis="y2",
        **still,
    )
    axis = {"fixedrange": True, "zeroline": True, "zerolinecolor": color("axis")}
    drawn.update_layout(
        plain_layout(
            620,
            margin={"l": 64, "r": 16, "t": 40, "b": 48},
            legend={"itemclick": False, "itemdoubleclick": False},
        )
        | {"showlegend": True},
        xaxis=axis
        | {"title": {"text": "weight w₁"}, "range": [-2.6, 2.6], "anchor": "y"},
        yaxis=axis
        | {
            "title": {"text": "weight w₂ of the unit"},
            "range": [-2.6, 2.6],
            "domain": [0.46, 1],
            "scaleanchor": "x",
            "constrain": "domain",
        },
        xaxis2={
            "title": {"text": "epoch"},
            "type": "log",
            "range": [0, np.log10(EPOCHS) + 0.05],
            "tickvals": [1, 11, 101, 1001],
            "ticktext": ["0", "10", "100", "1,000"],
            "anchor": "y2",
            "fixedrange": True,
        },
        yaxis2={
            "title": {"text": "distance"},
            "type": "log",
            "range": [np.log10(NEAREST), 1.2],
            "tickvals": [NEAREST, 1e-3, 0.1, 10],
            "ticktext": ["none", "0.001", "0.1", "10"],
            "domain": [0, 0.3],
            "anchor": "x2",
            "fixedrange": True,
        },
    )
    drawn.update_layout(xaxis={"constrain": "domain"})
    return drawn


def state(spread: float, centre: float, seed: int) -> State:
    """Return the paths of both units, and the distance between them.

    Parameters
    ----------
    spread : float
        One of `SPREADS`.
    centre : float
        One of the values of `CENTRES`.
    seed : int
        One of `SEEDS`.
    """
    run = runs()[spread, centre, seed]
    shown: State = {}
    sizes = np.zeros(len(KEPT))
    sizes[-1] = 13  # only the end is marked
    for unit in range(2):
        shown[f"data[{unit}].x"] = run.units[:, unit, 1]
        shown[f"data[{unit}].y"] = run.units[:, unit, 2]
        shown[f"data[{unit}].marker.size"] = sizes + (6 if unit == 0 else 0) * (
            sizes > 0
        )
    return shown | {"data[2].y": np.maximum(run.distance, NEAREST)}


def words(spread: float, centre: float, seed: int) -> str:
    """Say how far the units are apart at the start and the end, and what it meant."""
    run = runs()[spread, centre, seed]
    first, last = run.distance[0], run.distance[-1]
    if run.solved:
        ending = f"All four outputs are right after {run.solved:,} epochs."
    else:
        ending = f"After {EPOCHS:,} epochs the outputs are still not all right."
    if last == 0:
        what = "do not move at all" if run.moved == 0 else "move together"
        return f"The two units {what}: to the last bit they stay equal. {ending}"
    return (
        f"The units are {fixed(first, 4)} apart at the start and {fixed(last, 4)} "
        f"at the end. {ending}"
    )
