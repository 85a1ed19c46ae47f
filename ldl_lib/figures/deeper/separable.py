"""E8.4: a plain convolution against a depthwise separable one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.deeper._costs import Cost, convolution, large
from ldl_lib.figures.theme import color

KERNELS = (3, 5, 7)
CHANNELS = (16, 32, 64, 128, 256, 512, 1024)
SIDES = (7, 14, 28, 56, 112)


class Pair(NamedTuple):
    """Both layers, from the same inputs to outputs of the same shape.

    Attributes
    ----------
    plain, depthwise, pointwise : Cost
        The plain convolution, and the two layers that replace it.
    plain_moved, separable_moved : int
        Numbers read and written: inputs, parameters and outputs of each layer.
    """

    plain: Cost
    depthwise: Cost
    pointwise: Cost
    plain_moved: int
    separable_moved: int

    @property
    def separable(self) -> Cost:
        """Both replacing layers together."""
        return self.depthwise.plus(self.pointwise)

    @property
    def ratio(self) -> float:
        """Multiply-adds of the separable layers by those of the plain one."""
        return self.separable.multiply_adds / self.plain.multiply_adds


def count(kernel: int, inputs: int, outputs: int, side: int) -> Pair:
    """Count both ways.

    Parameters
    ----------
    kernel : int
        Side of the kernel.
    inputs, outputs : int
        Channels in and out.
    side : int
        Side of the maps.
    """
    plain = convolution(inputs, outputs, kernel, side)
    depthwise = convolution(inputs, inputs, kernel, side, groups=inputs)
    pointwise = convolution(inputs, outputs, 1, side)
    area = side**2
    return Pair(
        plain,
        depthwise,
        pointwise,
        plain_moved=area * (inputs + outputs) + plain.parameters,
        separable_moved=area * (3 * inputs + outputs)
        + depthwise.parameters
        + pointwise.parameters,
    )


def figure() -> go.Figure:
    """Draw the share that is left, by number of outputs, and three pairs of bars."""
    drawn = go.Figure(
        go.Scatter(
            x=CHANNELS,
            y=[],
            mode="lines",
            line={"color": color("blue")},
            hovertemplate="%{x} outputs: %{y:.1%}<extra></extra>",
        )
    )
    drawn.add_scatter(
        x=CHANNELS,
        y=[],
        mode="lines",
        line={"color": color("muted"), "dash": "dot", "width": 1.5},
        hoverinfo="skip",
    )
    drawn.add_scatter(
        x=[],
        y=[],
        text=[],
        mode="markers+text",
        textposition="top right",
        marker={"color": color("vermillion"), "size": 12},
        hoverinfo="skip",
    )
    for name, ink, pattern in (("plain", "muted", ""), ("separable", "orange", "/")):
        drawn.add_bar(
            x=[],
            y=[0, 1, 2],
            orientation="h",
            width=0.38,
            offset=-0.4 if name == "plain" else 0.02,
            text=[],
            textposition="outside",
            cliponaxis=False,
            xaxis="x2",
            yaxis="y2",
            marker={
                "color": color(ink),
                "pattern": {"shape": pattern, "fillmode": "overlay"},
            },
            hoverinfo="skip",
        )
    drawn.update_layout(
        plain_layout(520, margin={"l": 116, "r": 16, "t": 12, "b": 40}),
        xaxis=still(
            "output channels M",
            type="log",
            range=[1.15, 3.08],
            tickvals=[16, 64, 256, 1024],
            ticktext=["16", "64", "256", "1,024"],
            anchor="y",
        ),
        yaxis=still(
            "multiply-adds left",
            type="log",
            range=[-1.75, -0.55],
            tickvals=[0.02, 0.05, 0.1, 0.2],
            ticktext=["2 %", "5 %", "10 %", "20 %"],
            domain=[0.58, 1],
        ),
        xaxis2=still(
            "% of the plain convolution",
            nticks=5,
            anchor="y2",
        ),
        yaxis2={
            "tickvals": [0, 1, 2],
            "ticktext": ["multiply-adds", "parameters", "numbers moved"],
            "range": [2.6, -0.6],
            "domain": [0, 0.42],
            "showgrid": False,
            "fixedrange": True,
            "anchor": "x2",
        },
    )
    return drawn


def state(kernel: int, inputs: int, outputs: int, side: int) -> State:
    """Return the curve, the point on it, and the bars.

    Parameters as in `count`.
    """
    pair = count(kernel, inputs, outputs, side)
    separable = pair.separable
    plain = (pair.plain.multiply_adds, pair.plain.parameters, pair.plain_moved)
    other = (separable.multiply_adds, separable.parameters, pair.separable_moved)
    shares = [100 * a / b for a, b in zip(other, plain, strict=True)]
    return {
        "data[0].y": [count(kernel, inputs, m, side).ratio for m in CHANNELS],
        "data[1].y": np.full(len(CHANNELS), 1 / kernel**2),
        "data[2].x": [outputs],
        "data[2].y": [pair.ratio],
        "data[2].text": [f"{pair.ratio:.1%}"],
        "data[3].x": [100, 100, 100],
        "data[3].text": [large(value) for value in plain],
        "data[4].x": shares,
        # The room right of the longest bar is for its words.
        "layout.xaxis2.range": [0, max(185.0, 2.4 * max(shares))],
        "data[4].text": [
            f"{share:.0f} %: {large(value)}"
            for share, value in zip(shares, other, strict=True)
        ],
    }


def words(kernel: int, inputs: int, outputs: int, side: int) -> str:
    """Say what is saved, and how much work is left for each number that is moved."""
    pair = count(kernel, inputs, outputs, side)
    work = pair.plain.multiply_adds / pair.plain_moved
    left = pair.separable.multiply_adds / pair.separable_moved
    moved = pair.separable_moved / pair.plain_moved
    numbers = (
        f"But {moved:.0%} of the numbers still have to be read and written"
        if moved < 1
        else f"But {moved:.1f} times as many numbers have to be read and written"
    )
    return (
        f"1/{outputs} + 1/{kernel}² = {pair.ratio:.1%} of the multiply-adds are left, "
        f"a saving of {1 / pair.ratio:.1f} times. {numbers}: {left:.0f} multiply-adds "
        f"for each, instead of {work:.0f}."
    )
