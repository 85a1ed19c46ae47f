"""E8.5: a network grown in depth, in width, in resolution, or in all three."""

from __future__ import annotations

from typing import Any, NamedTuple

import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.deeper._costs import large
from ldl_lib.figures.deeper._drawing import HIDDEN
from ldl_lib.figures.deeper.architectures import Counted, counts
from ldl_lib.figures.theme import color


class Growth(NamedTuple):
    """Factors for one doubling of the work."""

    depth: float
    width: float
    resolution: float


# Compound: α, β and γ of EfficientNet (Tan and Le, 2019).
WAYS = {
    "compound": Growth(1.2, 1.1, 1.15),
    "depth": Growth(2.0, 1.0, 1.0),
    "width": Growth(1.0, 2**0.5, 1.0),
    "resolution": Growth(1.0, 1.0, 2**0.5),
}
NAMES = {
    "all three together": "compound",
    "more layers": "depth",
    "more channels": "width",
    "more pixels": "resolution",
}
MOST = 3
# Table 7 of Tan and Le (2019): top-1 accuracy in per cent, after two doublings.
BASELINE = 77.3
AFTER_TWO = {"compound": 81.1, "depth": 79.0, "width": 78.9, "resolution": 79.1}
INKS = {
    "compound": ("vermillion", "triangle-up"),
    "depth": ("blue", "square"),
    "width": ("green", "diamond"),
    "resolution": ("purple", "circle"),
}


def factors(way: str, doublings: int) -> Growth:
    """Return by what depth, width and resolution have grown.

    Parameters
    ----------
    way : str
        A key of `WAYS`.
    doublings : int
        φ, the number of times that the work is about doubled.
    """
    depth, width, resolution = (factor**doublings for factor in WAYS[way])
    return Growth(depth, width, resolution)


def predicted(growth: Growth) -> float:
    """Return the factor by which the multiply-adds should grow: d · w² · r²."""
    return growth.depth * growth.width**2 * growth.resolution**2


def counted(way: str, doublings: int) -> Counted:
    """Return what was counted in the network grown from EfficientNet-B0."""
    return counts()[f"{way} {doublings}"]


def figure() -> go.Figure:
    """Draw image and network as boxes, above the multiply-adds that were counted."""
    drawn = go.Figure()
    for name, ink in (("image", "purple"), ("network", "blue")):
        drawn.add_scatter(
            x=[],
            y=[],
            mode="lines",
            fill="toself",
            name=name,
            fillcolor=color(f"{ink}_tint"),
            line={"color": color(ink), "width": 2},
            hoverinfo="skip",
        )
    # What B0 has, inside or around.
    for outline in _boxes(Growth(1, 1, 1)):
        drawn.add_scatter(
            x=outline[0],
            y=outline[1],
            mode="lines",
            line={"color": color("ink"), "width": 1.5, "dash": "dot"},
            hoverinfo="skip",
        )
    drawn.add_scatter(
        x=[-2.4, 3.2],
        y=[-1.8, -1.8],
        text=[],
        mode="text",
        textposition="middle right",
        hoverinfo="skip",
    )
    steps = list(range(MOST + 1))
    drawn.add_scatter(
        x=steps,
        y=[2**k for k in steps],
        mode="lines",
        xaxis="x2",
        yaxis="y2",
        line={"color": color("muted"), "dash": "dot", "width": 1.5},
        hovertemplate="2 to the %{x}: %{y:.0f}<extra></extra>",
    )
    base = counted("depth", 0).multiply_adds
    for way, (ink, symbol) in INKS.items():
        drawn.add_scatter(
            x=steps,
            y=[counted(way, k).multiply_adds / base for k in steps],
            mode="lines+markers",
            xaxis="x2",
            yaxis="y2",
            name=way,
            opacity=0.35,
            line={"color": color(ink), "width": 2},
            marker={"color": color(ink), "symbol": symbol, "size": 10},
            hovertemplate=f"{way}, %{{x}}: %{{y:.2f}} times<extra></extra>",
        )
    ring: dict[str, Any] = {"symbol": "circle-open", "size": 20, "color": color("ink")}
    drawn.add_scatter(
        x=[],
        y=[],
        text=[],
        mode="markers+text",
        textposition="top left",
        xaxis="x2",
        yaxis="y2",
        marker=ring | {"line": {"width": 2.5, "color": color("ink")}},
        hoverinfo="skip",
    )
    drawn.update_layout(
        plain_layout(560, margin={"l": 52, "r": 12, "t": 12, "b": 44}),
        xaxis=HIDDEN | {"range": [-2.6, 14], "anchor": "y"},
        yaxis=HIDDEN | {"range": [-2.3, 1.6], "domain": [0.58, 1]},
        xaxis2=still("doublings φ", tickvals=steps, range=[-0.3, 3.3], anchor="y2"),
        yaxis2=still(
            "multiply-adds, B0 = 1",
            type="log",
            range=[-0.12, 1.2],
            tickvals=[1, 2, 4, 8],
            domain=[0, 0.5],
        ),
    )
    return drawn


def state(way: str, doublings: int) -> State:
    """Return both boxes, their sizes in words, and the line that is looked at.

    Parameters as in `factors`.
    """
    growth = factors(way, doublings)
    found = counted(way, doublings)
    image, network = _boxes(growth)
    ratio = found.multiply_adds / counted("depth", 0).multiply_adds
    shown: State = {
        "data[0].x": image[0],
        "data[0].y": image[1],
        "data[1].x": network[0],
        "data[1].y": network[1],
        "data[4].text": [
            f"image:<br>{found.size} pixels",
            f"network: {found.depth} layers,<br>channels × {growth.width:.2f}",
        ],
        "data[10].x": [doublings],
        "data[10].y": [ratio],
        "data[10].text": [f"× {ratio:.2f}"],
    }
    return shown | {
        f"data[{number}].opacity": 1.0 if name == way else 0.35
        for number, name in enumerate(INKS, start=6)
    }


def words(way: str, doublings: int) -> str:
    """Say by what everything has grown, and what it brought where it was measured."""
    growth, found = factors(way, doublings), counted(way, doublings)
    base = counted("depth", 0)
    if not doublings:
        return (
            f"EfficientNet-B0: {large(base.parameters)} parameters, "
            f"{large(base.multiply_adds)} multiply-adds."
        )
    text = (
        f"d·w²·r² = {growth.depth:.2f} · {growth.width:.2f}² · "
        f"{growth.resolution:.2f}² = {predicted(growth):.2f}; counted in the network: "
        f"{found.multiply_adds / base.multiply_adds:.2f} times the multiply-adds, and "
        f"{found.parameters / base.parameters:.2f} times the parameters."
    )
    if doublings == 2:
        text += (
            f" Published accuracy on ImageNet: {AFTER_TWO[way]} % instead of "
            f"{BASELINE} %."
        )
    return text


def _boxes(growth: Growth) -> tuple[tuple[list[float], list[float]], ...]:
    """Outline the image, a square, and the network: long by depth, tall by width."""
    half, tall = 0.5 * growth.resolution, 0.5 * growth.width
    end = 3.2 + 1.2 * growth.depth
    return (
        ([-half, half, half, -half, -half], [-half, -half, half, half, -half]),
        ([3.2, end, end, 3.2, 3.2], [-tall, -tall, tall, tall, -tall]),
    )
