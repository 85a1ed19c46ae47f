"""EB.8: a transposed convolution stamps its kernel, and where the stamps overlap."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

INPUTS = 5  # values along one side, all 1
LARGEST, WIDEST = 6, 4  # kernel and stride
KERNELS = ("all equal", "tent", "random")
LENGTH = (INPUTS - 1) * WIDEST + LARGEST  # of the longest output
HIGHEST = 5.2


def kernel_weights(kind: str, size: int) -> Floats:
    """Return the weights of a kernel along one side.

    Parameters
    ----------
    kind : str
        One of `KERNELS`.
    size : int
        Number of weights.

    Returns
    -------
    ndarray, shape (size,)
        At most 1 each.
    """
    if kind == "tent":
        rising: Floats = np.minimum(np.arange(size), np.arange(size)[::-1]) + 0.5
        tent: Floats = rising / rising.max()
        return tent
    if kind == "random":
        return np.random.default_rng(2).uniform(0.1, 1, size=LARGEST)[:size]
    return np.ones(size)


def stamps(kind: str, size: int, stride: int) -> Floats:
    """Return what each input adds to each position of the output.

    Parameters
    ----------
    kind, size
        As in `kernel_weights`.
    stride : int
        Positions from one stamp to the next.

    Returns
    -------
    ndarray, shape (INPUTS, output length)
        Its sum over inputs is the transposed convolution of ones.
    """
    added = np.zeros((INPUTS, (INPUTS - 1) * stride + size))
    for i, row in enumerate(added):
        row[i * stride : i * stride + size] = kernel_weights(kind, size)
    return added


def phase_sums(kind: str, size: int, stride: int) -> Floats:
    """Return the sums that repeat along the output, away from its ends.

    Parameters
    ----------
    kind, size, stride
        As in `stamps`.

    Returns
    -------
    ndarray, shape (stride,)
    """
    weights = kernel_weights(kind, size)
    return np.array([weights[phase::stride].sum() for phase in range(stride)])


def state(kind: str, size: int, stride: int) -> State:
    """Return the stamps along one side, and the output in two dimensions.

    Parameters
    ----------
    kind, size, stride
        As in `stamps`.
    """
    added = stamps(kind, size, stride)
    total = added.sum(axis=0)
    state: State = {
        f"data[{i}].y": row[i * stride : i * stride + size]
        for i, row in enumerate(added)
    }
    for i in range(INPUTS):
        state[f"data[{i}].x"] = np.arange(i * stride, i * stride + size) + 0.5
    state[f"data[{INPUTS}].z"] = np.outer(total, total) / total.max() ** 2
    return state


def words(kind: str, size: int, stride: int) -> str:
    """Say how large the output is, and whether its sums are even.

    Parameters
    ----------
    kind, size, stride
        As in `stamps`.
    """
    length = (INPUTS - 1) * stride + size
    fewest, rest = divmod(size, stride)
    sums = phase_sums(kind, size, stride)
    text = f"Output: ({INPUTS} − 1) · {stride} + {size} = {length} positions. "
    count = f"{fewest} or {fewest + 1} stamps" if rest else _stamps(fewest)
    text += f"Away from the ends each gets {count}"
    even = float(np.ptp(sums)) < 1e-9
    if even:
        return f"{text}, and all sums are {sums[0]:.3g}: an even picture."
    listed = ", ".join(f"{value:.3g}" for value in sums)
    if not sums.min():
        return f"{text}; the sums are {listed}, so there are gaps."
    ratio = (sums.max() / sums.min()) ** 2
    return (
        f"{text}; the sums are {listed} in turn. In two dimensions the largest value "
        f"is {ratio:.2g} times the smallest: a checkerboard."
    )


def _stamps(count: int) -> str:
    return "1 stamp" if count == 1 else f"{count} stamps"


def figure() -> go.Figure:
    """Draw the stamps of five inputs as stacked bars, above the output as a picture."""
    tints = ("blue_tint", "orange_tint")
    edges = ("blue", "vermillion")
    bars = [
        go.Bar(
            x=[],
            y=[],
            width=0.94,
            marker={
                "color": color(tints[i % 2]),
                "line": {"color": color(edges[i % 2]), "width": 1.5},
            },
            hovertemplate=f"input {i + 1} adds %{{y:.2f}}<extra></extra>",
        )
        for i in range(INPUTS)
    ]
    picture = go.Heatmap(
        z=[],
        x0=0.5,
        dx=1,
        y0=0.5,
        dy=1,
        zmin=0,
        zmax=1,
        showscale=False,
        xaxis="x2",
        yaxis="y2",
        hoverinfo="skip",
    )
    built = go.Figure([*bars, picture])
    built.update_layout(
        plain_layout(620, margin={"l": 52, "r": 8, "t": 12, "b": 44}),
        barmode="stack",
        bargap=0,
        xaxis=still("output position", range=[0, LENGTH], dtick=4),
        yaxis=still("sum of the stamps", range=[0, HIGHEST], domain=[0.66, 1]),
        xaxis2=still(
            "the same in two dimensions",
            range=[0, LENGTH],
            dtick=4,
            anchor="y2",
            showgrid=False,
            constrain="domain",
        ),
        yaxis2=still(
            "",
            range=[LENGTH, 0],
            dtick=4,
            domain=[0, 0.53],
            anchor="x2",
            showgrid=False,
            scaleanchor="x2",
        ),
    )
    built.layout.xaxis.anchor = "y"
    return built
