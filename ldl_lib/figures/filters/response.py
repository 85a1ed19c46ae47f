"""A tone goes through a filter: a tone comes out, of the same frequency."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.filters.kernels import RATE, kernel, response
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

FILTERS = ("moving average", "difference", "low-pass", "high-pass")
LENGTHS = (3, 9, 31)
CUTOFF = 2_000  # hertz, of low-pass and high-pass
SHOWN = 64  # samples: four thousandths of a second
GRID = np.linspace(0, RATE / 2, 101)


def tones(name: str, length: int, frequency: float) -> tuple[Floats, Floats]:
    """Return a tone, and what the filter makes of it once it has settled.

    Parameters
    ----------
    name : str
        One of `FILTERS`.
    length : int
        How many numbers the kernel has.
    frequency : float
        In hertz.

    Returns
    -------
    before, after : ndarray of float64, shape (64,)
    """
    h = kernel(name, length, CUTOFF)
    n = np.arange(-len(h) + 1, SHOWN)
    tone = np.sin(2 * np.pi * frequency / RATE * n)
    return tone[len(h) - 1 :], np.convolve(tone, h, mode="valid")


def state(name: str, length: int, frequency: int) -> State:
    """Return the tone before and after, the response and the tone's place on it.

    Parameters
    ----------
    name : str
        One of `FILTERS`.
    length : int
        One of `LENGTHS`.
    frequency : int
        In hertz.
    """
    h = kernel(name, length, CUTOFF)
    before, after = tones(name, length, frequency)
    factor = float(abs(response(h, frequency)))
    return {
        "data[0].y": before,
        "data[1].y": after,
        "data[2].y": abs(response(h, GRID)),
        "data[3].x": [frequency],
        "data[3].y": [factor],
    }


def words(name: str, length: int, frequency: int) -> str:
    """Say how much of the tone is left, and where half of it is.

    Parameters as in `state`.
    """
    h = kernel(name, length, CUTOFF)
    factor = float(abs(response(h, frequency)))
    fine = np.linspace(0, RATE / 2, 1601)
    above = abs(response(h, fine)) >= 0.5
    crossing = fine[1:][above[1:] != above[:-1]]
    told = (
        f"A tone of {frequency:,} Hz comes out {factor:.0%} as high, with the same "
        f"frequency. The kernel has {len(h)} numbers."
    )
    if not len(crossing):
        return told
    return told + f" The factor crosses ½ first near {crossing[0]:,.0f} Hz."


def figure() -> go.Figure:
    """Draw the tone in time above, the frequency response below."""
    time = np.arange(SHOWN) / RATE * 1000
    built = go.Figure(
        [
            go.Scatter(
                x=time,
                y=[],
                mode="lines",
                name="before",
                line={"color": color("blue"), "dash": "dot", "width": 2},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=time,
                y=[],
                mode="lines+markers",
                name="after",
                line={"color": color("vermillion"), "width": 2.5},
                marker={"size": 4},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=GRID,
                y=[],
                mode="lines",
                xaxis="x2",
                yaxis="y2",
                showlegend=False,
                line={"color": color("ink"), "width": 2.5},
                hovertemplate="%{x:,.0f} Hz: %{y:.2f}<extra></extra>",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                xaxis="x2",
                yaxis="y2",
                showlegend=False,
                marker={"size": 13, "color": color("vermillion"), "symbol": "diamond"},
                hoverinfo="skip",
            ),
        ]
    )
    built.update_layout(plain_layout(500))
    built.update_layout(
        showlegend=True,
        margin={"t": 36},
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=still("time in thousandths of a second", range=[0, 4], anchor="y"),
        yaxis=still("value", range=[-2.1, 2.1], domain=[0.6, 1], dtick=1),
        xaxis2=still("frequency in hertz", range=[0, RATE / 2], anchor="y2"),
        yaxis2=still("factor", range=[0, 2.1], domain=[0, 0.42], dtick=0.5),
    )
    return built
