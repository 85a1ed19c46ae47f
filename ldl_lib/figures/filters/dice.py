"""The sum of several dice: convolution adds random numbers."""

from __future__ import annotations

from functools import reduce

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures._shared import State, counted, fixed, plain_layout, still
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

DICE: dict[str, tuple[float, ...]] = {
    "fair": (1 / 6,) * 6,
    "loaded: a six half of the time": (0.1, 0.1, 0.1, 0.1, 0.1, 0.5),
    "only ones and sixes": (0.5, 0.0, 0.0, 0.0, 0.0, 0.5),
}
MOST = 10
CLOSE = 0.002  # a difference that cannot be seen in the figure


def of_sum(die: ArrayLike, dice: int) -> Floats:
    """Return the probabilities of the sums of several equal dice.

    Parameters
    ----------
    die : array_like, shape (6,)
        Probabilities of one to six.
    dice : int
        How many are thrown.

    Returns
    -------
    ndarray of float64, shape (5 · dice + 1,)
        Of the sums dice, …, 6 · dice.
    """
    one = np.asarray(die, dtype=np.float64)
    return reduce(np.convolve, [one] * dice)


def _bell(die: str, dice: int, sums: Floats) -> tuple[Floats, float, float]:
    """Return the normal distribution of the same mean and s.d., and these two."""
    faces, one = np.arange(1, 7), np.array(DICE[die])
    mean = float(faces @ one)
    variance = float((faces - mean) ** 2 @ one)
    middle, deviation = dice * mean, float(np.sqrt(dice * variance))
    z = (sums - middle) / deviation
    return np.exp(-(z**2) / 2) / (deviation * np.sqrt(2 * np.pi)), middle, deviation


def state(die: str, dice: int) -> State:
    """Return the bars, and the bell-shaped curve beside them.

    Parameters
    ----------
    die : str
        A key of `DICE`.
    dice : int
        How many are thrown, 1 to 10.
    """
    grid = np.linspace(0, 6 * MOST + 2, 187)
    return {
        "data[0].x": np.arange(dice, 6 * dice + 1),
        "data[0].y": of_sum(DICE[die], dice),
        "data[1].x": grid,
        "data[1].y": _bell(die, dice, grid)[0],
    }


def words(die: str, dice: int) -> str:
    """Name the likeliest sum, mean and s.d., and how near the bell is.

    Parameters as in `state`.
    """
    chances = of_sum(DICE[die], dice)
    sums = np.arange(dice, 6 * dice + 1, dtype=np.float64)
    bell, middle, deviation = _bell(die, dice, sums)
    best = np.flatnonzero(np.isclose(chances, chances.max()))
    likeliest = f"the likeliest sum is {sums[best[0]]:.0f}, with {chances.max():.1%}"
    if len(best) > 1:
        likeliest = f"{len(best)} sums are likeliest, with {chances.max():.1%} each"
    apart = float(abs(bell - chances).max())
    told = "not to be seen" if apart < CLOSE else f"at most {apart:.1%} wide"
    return (
        f"{counted(dice, 'die').replace('dies', 'dice')}: {likeliest}. "
        f"Mean {fixed(middle)}, standard deviation {fixed(deviation, 2)}. "
        f"The gap to the bell curve is {told}."
    )


def figure() -> go.Figure:
    """Draw the probabilities of the sums."""
    built = go.Figure(
        [
            go.Bar(
                x=[],
                y=[],
                name="sum of the dice",
                marker={
                    "color": color("sky"),
                    "line": {"color": color("blue"), "width": 1},
                },
                hovertemplate="sum %{x}: %{y:.2%}<extra></extra>",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="lines",
                name="bell curve, same mean and s.d.",
                line={"color": color("vermillion"), "dash": "dash", "width": 2.5},
                hoverinfo="skip",
            ),
        ]
    )
    built.update_layout(plain_layout(380))
    built.update_layout(
        showlegend=True,
        bargap=0.15,
        margin={"t": 56},
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=still("sum", range=[0, 6 * MOST + 1], dtick=10),
        yaxis=still("probability", range=[0, 0.52], tickformat=".0%"),
    )
    return built
