"""E8.3: what the 1×1 convolutions of an inception module save."""

from __future__ import annotations

from typing import NamedTuple

import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.deeper._costs import Cost, convolution, large
from ldl_lib.figures.theme import color


class Module(NamedTuple):
    """An inception module.

    Attributes
    ----------
    side, inputs : int
        Side of the maps, and channels that come in.
    one : int
        Channels of the 1×1 branch.
    three_before, three, five_before, five : int
        Channels of the 1×1 convolutions before, and of the 3×3 and 5×5 themselves.
    pooled : int
        Channels of the 1×1 convolution behind the pooling.
    """

    side: int
    inputs: int
    one: int
    three_before: int
    three: int
    five_before: int
    five: int
    pooled: int


# GoogLeNet's nine, from table 1 of Szegedy et al. (2015).
MODULES = {
    "3a": Module(28, 192, 64, 96, 128, 16, 32, 32),
    "3b": Module(28, 256, 128, 128, 192, 32, 96, 64),
    "4a": Module(14, 480, 192, 96, 208, 16, 48, 64),
    "4b": Module(14, 512, 160, 112, 224, 24, 64, 64),
    "4c": Module(14, 512, 128, 128, 256, 24, 64, 64),
    "4d": Module(14, 512, 112, 144, 288, 32, 64, 64),
    "4e": Module(14, 528, 256, 160, 320, 32, 128, 128),
    "5a": Module(7, 832, 256, 160, 320, 32, 128, 128),
    "5b": Module(7, 832, 384, 192, 384, 48, 128, 128),
}
# Channels that the 1×1 convolutions leave for 3×3 and 5×5, as a share of the inputs.
SQUEEZES = {
    "none: 3×3 and 5×5 see all channels": 1.0,
    "to a half": 0.5,
    "to a quarter": 0.25,
    "to an eighth": 0.125,
    "as in GoogLeNet": 0.0,
}
BRANCHES = ("1×1", "3×3", "5×5", "pooling")
COUNTS = {"multiply-adds": "multiply_adds", "parameters": "parameters"}
# End of the axis, with room for words, and distance of its marks.
ENDS = {"multiply_adds": (750e6, 200e6), "parameters": (4.5e6, 1e6)}
NONE = Cost(0, 0)


class Counted(NamedTuple):
    """What each of the four branches costs.

    Attributes
    ----------
    small, large : tuple of four Cost
        Of the 1×1 convolutions that only reduce channels, and of everything else.
    outputs : int
        Channels that the module puts out.
    """

    small: tuple[Cost, ...]
    large: tuple[Cost, ...]
    outputs: int

    def total(self) -> Cost:
        """Return the cost of the whole module."""
        total = NONE
        for cost in (*self.small, *self.large):
            total = total.plus(cost)
        return total


def count(module: str, squeeze: float) -> Counted:
    """Count an inception module, branch by branch.

    Parameters
    ----------
    module : str
        A key of `MODULES`.
    squeeze : float
        A value of `SQUEEZES`. With 1 there are no reducing convolutions at all, also
        not behind the pooling, which passes all channels on.
    """
    side, inputs, one, three_before, three, five_before, five, pooled = MODULES[module]
    first = convolution(inputs, one, 1, side)
    if squeeze == 1:
        wide = convolution(inputs, three, 3, side), convolution(inputs, five, 5, side)
        return Counted((NONE,) * 4, (first, *wide, NONE), one + three + five + inputs)
    if squeeze:
        three_before = five_before = round(squeeze * inputs)
    return Counted(
        small=(
            NONE,
            convolution(inputs, three_before, 1, side),
            convolution(inputs, five_before, 1, side),
            convolution(inputs, pooled, 1, side),
        ),
        large=(
            first,
            convolution(three_before, three, 3, side),
            convolution(five_before, five, 5, side),
            NONE,
        ),
        outputs=one + three + five + pooled,
    )


def figure() -> go.Figure:
    """Draw a bar for each branch, its reducing 1×1 convolution first."""
    drawn = go.Figure()
    for name, ink, pattern in (
        ("1×1 that reduces channels", "orange", "/"),
        ("1×1, 3×3 or 5×5 itself", "blue", ""),
    ):
        drawn.add_bar(
            x=[],
            y=list(range(4)),
            orientation="h",
            name=name,
            width=0.6,
            marker={
                "color": color(ink),
                "pattern": {"shape": pattern, "fillmode": "overlay"},
            },
            hovertemplate=f"{name}: %{{x:.3s}}<extra></extra>",
        )
    drawn.add_scatter(
        x=[],
        y=list(range(4)),
        text=[],
        mode="text",
        textposition="middle right",
        showlegend=False,
        hoverinfo="skip",
    )
    drawn.update_layout(
        plain_layout(340, margin={"l": 64, "r": 12, "t": 52, "b": 48}),
        showlegend=True,
        barmode="stack",
        legend={"traceorder": "normal"},
        xaxis=still("multiply-adds"),
        yaxis={
            "tickvals": list(range(4)),
            "ticktext": list(BRANCHES),
            "range": [3.6, -0.6],
            "showgrid": False,
            "fixedrange": True,
        },
    )
    return drawn


def state(module: str, squeeze: float, measure: str) -> State:
    """Return the bars of one module.

    Parameters
    ----------
    module, squeeze
        As in `count`.
    measure : {"multiply_adds", "parameters"}
    """
    found = count(module, squeeze)
    small, rest = (
        [getattr(cost, measure) for cost in costs]
        for costs in (found.small, found.large)
    )
    both = [a + b for a, b in zip(small, rest, strict=True)]
    end, step = ENDS[measure]
    return {
        "data[0].x": small,
        "data[1].x": rest,
        "data[2].x": both,
        "data[2].text": [f" {large(value)}" for value in both],
        "layout.xaxis.title.text": measure.replace("_", "-"),
        "layout.xaxis.range": [0, end],
        "layout.xaxis.tickvals": [step * number for number in range(3)],
        "layout.xaxis.ticktext": ["0", *(f"{step * k / 1e6:.0f} M" for k in (1, 2))],
    }


def words(module: str, squeeze: float, measure: str) -> str:
    """Say what the module costs, and how many times that it would without 1×1."""
    found, naive = count(module, squeeze), count(module, 1.0)
    total = found.total()
    text = (
        f"Module {module}: {MODULES[module].inputs} channels in, {found.outputs} out, "
        f"{large(total.multiply_adds)} multiply-adds, {large(total.parameters)} "
        "parameters."
    )
    if squeeze == 1:
        return (
            f"{text} The pooling passes all channels on, so that the modules would "
            "grow wider and wider."
        )
    ratio = naive.total().multiply_adds / total.multiply_adds
    return (
        f"{text} Without the reducing 1×1 it would compute {ratio:.1f} times as much."
    )
