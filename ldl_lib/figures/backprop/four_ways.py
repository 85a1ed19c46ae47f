"""E3.7: four ways to differentiate, and what they cost for n weights.

The example f = x²y + y + 2 at (3, 4), with f = 42 and derivatives 24 and 10, is known
from books [1]_; what forward and reverse accumulation cost is in [2]_.

References
----------
.. [1] A. Géron, "Hands-On Machine Learning", O'Reilly, appendix on autodiff.
.. [2] A. Griewank, A. Walther, "Evaluating Derivatives", SIAM, 2008.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, plain_layout, trimmed
from ldl_lib.figures.theme import color

WAYS = {
    "by hand": "hand",
    "differences": "differences",
    "forward, dual numbers": "forward",
    "reverse": "reverse",
}
SIZES = {"2": 2, "9 (XOR)": 9, "19,885 (digits)": 19_885}
STEPS = 11
AT = (3.0, 4.0)
H = 0.001  # step of the finite differences
ASIDE = "\u2003\u2002"  # spaces as wide as half a node, on every screen
LEFT = ("x", "a", "b")  # an edge runs on the right of these
NODES = ("x", "y", "a", "b", "c", "f")
WHAT = {"a": "a = x²", "b": "b = a·y", "c": "c = b + y", "f": "f = c + 2"}
PLACES = {
    "x": (0.0, 0.0),
    "y": (1.7, 0.0),
    "a": (0.0, 1.0),
    "b": (0.6, 2.0),
    "c": (1.2, 3.0),
    "f": (1.2, 4.0),
}
EDGES = (("x", "a"), ("a", "b"), ("y", "b"), ("b", "c"), ("y", "c"), ("c", "f"))


class Dual(NamedTuple):
    """A number a + a′ε with ε² = 0: a value and its derivative, side by side."""

    value: float
    slope: float

    def times(self, other: Dual) -> Dual:
        """Multiply: the product rule."""
        slope = self.slope * other.value + self.value * other.slope
        return Dual(self.value * other.value, slope)

    def plus(self, other: Dual) -> Dual:
        """Add."""
        return Dual(self.value + other.value, self.slope + other.slope)


def forward(x: Dual, y: Dual) -> dict[str, Dual]:
    """Compute every node with dual numbers, in order."""
    nodes = {"x": x, "y": y}
    nodes["a"] = x.times(x)
    nodes["b"] = nodes["a"].times(y)
    nodes["c"] = nodes["b"].plus(y)
    nodes["f"] = nodes["c"].plus(Dual(2.0, 0.0))
    return nodes


def values(x: float, y: float) -> dict[str, float]:
    """Compute every node."""
    nodes = forward(Dual(x, 0.0), Dual(y, 0.0))
    return {name: node.value for name, node in nodes.items()}


def reverse(x: float, y: float) -> list[dict[str, float]]:
    """Carry df/df = 1 back to x and y; return what is known after each step.

    A node adds up what comes back along all its edges: y feeds both c and b.
    """
    at = values(x, y)
    known = {"f": 1.0}
    history = [dict(known)]

    def add(**parts: float) -> None:
        for name, part in parts.items():
            known[name] = known.get(name, 0.0) + part
        history.append(dict(known))

    add(c=known["f"])
    add(b=known["c"], y=known["c"])
    add(a=known["b"] * at["y"], y=known["b"] * at["a"])
    add(x=known["a"] * 2 * at["x"])
    return history


class Frame(NamedTuple):
    """One picture: what each node shows, the calculation, and passes made so far."""

    nodes: dict[str, str]
    text: str
    passes: int
    lit: tuple[str, ...]


@cache
def frames(way: str) -> tuple[Frame, ...]:
    """Return the pictures of a way, from the start to both derivatives.

    Parameters
    ----------
    way : str
        One of the values of `WAYS`.
    """
    start = Frame({}, "f = x²y + y + 2 at x = 3, y = 4", 0, ())
    made = {
        "hand": _by_hand,
        "differences": _by_differences,
        "forward": _by_dual_numbers,
        "reverse": _by_reverse,
    }[way]()
    return (start, *made)


def _by_hand() -> list[Frame]:
    x, y = AT
    known = {"x": trimmed(x, 6), "y": trimmed(y, 6)}
    return [
        Frame(known, "∂f/∂x = 2xy: y is a constant here", 0, ()),
        Frame(known, f"∂f/∂x = 2·3·4 = <b>{trimmed(2 * x * y, 6)}</b>", 1, ("x",)),
        Frame(known, "∂f/∂y = x² + 1: x is a constant here", 1, ()),
        Frame(known, f"∂f/∂y = 3² + 1 = <b>{trimmed(x * x + 1, 6)}</b>", 2, ("y",)),
    ]


def _by_differences() -> list[Frame]:
    x, y = AT
    told = []
    base = values(x, y)["f"]
    for count, (name, point) in enumerate(
        (("", (x, y)), ("x", (x + H, y)), ("y", (x, y + H))), start=1
    ):
        at = values(*point)
        nodes = {key: trimmed(value, 6) for key, value in at.items()}
        text = f"f({trimmed(point[0], 6)}, {trimmed(point[1], 6)}) = "
        told.append(Frame(nodes, text + trimmed(at["f"], 6), count, (name, "f")))
        if name:
            slope = (at["f"] - base) / H
            text = f"∂f/∂{name} ≈ ({trimmed(at['f'], 6)} − {trimmed(base, 6)}) / {H}"
            text += f"<br>= <b>{trimmed(slope, 6)}</b>"
            told.append(Frame(nodes, text, count, (name,)))
    return told


def _by_dual_numbers() -> list[Frame]:
    x, y = AT
    told = []
    for count, name in enumerate(("x", "y"), start=1):
        nodes = forward(Dual(x, float(name == "x")), Dual(y, float(name == "y")))
        texts = {
            key: f"{node.value:g} + {node.slope:g}ε" for key, node in nodes.items()
        }
        shown = {key: texts[key] for key in ("x", "y")}
        told.append(
            Frame(dict(shown), f"Pass {count}: ask about {name}", count, (name,))
        )
        for key in ("a", "b", "c", "f"):
            shown[key] = texts[key]
            text = f"{WHAT[key]} = {texts[key]}"
            if key == "f":
                text += f",<br>so ∂f/∂{name} = <b>{nodes['f'].slope:g}</b>"
            told.append(Frame(dict(shown), text, count, (key,)))
    return told


REVERSE_TEXTS = (
    "∂f/∂f = 1",
    "Back through f = c + 2: ∂f/∂c = 1",
    "Back through c = b + y:<br>∂f/∂b = 1, and 1 for y",
    "Back through b = a·y: ∂f/∂a = 1·y = 4,<br>and 1·a = 9 more for y: "
    "<b>∂f/∂y = 10</b>",
    "Back through a = x²:<br>∂f/∂x = 4·2·3 = <b>24</b>",
)


def _by_reverse() -> list[Frame]:
    at = values(*AT)
    shown = {key: trimmed(at[key], 6) for key in ("x", "y")}
    told = []
    for key in ("a", "b", "c", "f"):
        shown[key] = trimmed(at[key], 6)
        told.append(Frame(dict(shown), f"{WHAT[key]} = {shown[key]}", 1, (key,)))
    lit = (("f",), ("c",), ("b", "y"), ("a", "y"), ("x",))
    for known, text, nodes in zip(reverse(*AT), REVERSE_TEXTS, lit, strict=True):
        both = {
            key: shown[key] + (f" | ∂ {known[key]:g}" if key in known else "")
            for key in NODES
        }
        told.append(Frame(both, text, 2, nodes))
    return told


def passes(way: str, weights: int) -> int:
    """Count the passes through the network that all derivatives take.

    Parameters
    ----------
    way : str
        One of the values of `WAYS`. By hand it is formulas that are counted.
    weights : int
        Number of weights n.

    Returns
    -------
    int
        n formulas by hand, n + 1 passes with (one-sided) differences, n with dual
        numbers, 2 in reverse: one forward and one back.
    """
    return {
        "hand": weights,
        "differences": weights + 1,
        "forward": weights,
        "reverse": 2,
    }[way]


def figure() -> go.Figure:
    """Draw f as a graph of small operations, above the passes of all four ways."""
    still = {"hoverinfo": "skip"}
    x, y = [], []
    for start, end in EDGES:
        x += [PLACES[start][0], PLACES[end][0], np.nan]
        y += [PLACES[start][1], PLACES[end][1], np.nan]
    spots = [PLACES[name] for name in NODES]
    marker = {"size": 34, "color": color("gray_tint")}
    marker |= {"line": {"color": color("ink"), "width": 1.5}}
    lit = {"size": 38, "color": color("orange_tint")}
    lit |= {"line": {"color": color("orange"), "width": 4}}
    drawn = go.Figure(
        [
            go.Scatter(x=x, y=y, mode="lines", line={"color": color("axis")}, **still),
            go.Scatter(
                x=[p[0] for p in spots],
                y=[p[1] for p in spots],
                mode="markers",
                marker=marker,
                **still,
            ),
            go.Scatter(x=[], y=[], mode="markers", marker=lit, **still),
            go.Scatter(
                x=[p[0] for p in spots],
                y=[p[1] for p in spots],
                text=list(NODES),
                mode="text",
                textfont={"size": 15, "color": color("ink")},
                **still,
            ),
            go.Scatter(
                x=[p[0] for p in spots],
                y=[p[1] for p in spots],
                text=[],
                mode="text",
                textposition=[
                    "middle left" if name in LEFT else "middle right" for name in NODES
                ],
                textfont={"size": 14, "color": color("ink"), "shadow": "auto"},
                cliponaxis=False,
                **still,
            ),
            go.Bar(
                x=[],
                y=list(WAYS),
                orientation="h",
                base=0.7,
                text=[],
                textposition="outside",
                cliponaxis=False,
                marker={
                    "color": [],
                    "line": {"color": color("ink"), "width": 1.5},
                },
                xaxis="x2",
                yaxis="y2",
                **still,
            ),
        ]
    )
    note = {"showarrow": False, "xref": "paper", "yref": "paper", "text": ""}
    drawn.update_layout(
        plain_layout(
            640,
            margin={"l": 96, "r": 40, "t": 12, "b": 48},
            annotations=[
                note | {"x": 0.5, "y": 0.39, "yanchor": "middle", "font": {"size": 15}},
            ],
        ),
        xaxis={
            "range": [-0.5, 2.9],
            "domain": [0, 1],
            "visible": False,
            "fixedrange": True,
            "anchor": "y",
        },
        yaxis={
            "range": [-0.4, 4.4],
            "visible": False,
            "domain": [0.44, 1],
            "fixedrange": True,
        },
        xaxis2={
            "title": {"text": "passes (by hand: formulas)"},
            "type": "log",
            "range": [np.log10(0.7), 5.3],
            "tickvals": [1, 100, 10_000],
            "ticktext": ["1", "100", "10,000"],
            "tickangle": 0,
            "anchor": "y2",
            "fixedrange": True,
        },
        yaxis2={
            "domain": [0, 0.32],
            "anchor": "x2",
            "autorange": "reversed",
            "tickvals": list(WAYS),
            "ticktext": ["by hand", "differences", "forward", "reverse"],
            "fixedrange": True,
        },
    )
    return drawn


def state(way: str, step: int, weights: int) -> State:
    """Return what the nodes show, the calculation, and the passes of all ways.

    Parameters
    ----------
    way : str
        One of the values of `WAYS`.
    step : int
        From 0 to 10; a way that needs fewer rests at its end.
    weights : int
        Number of weights n, for the passes.
    """
    told = frames(way)
    frame = told[min(step, len(told) - 1)]
    counts = [passes(other, weights) for other in WAYS.values()]
    lit = [PLACES[name] for name in frame.lit if name]
    return {
        "data[2].x": [place[0] for place in lit],
        "data[2].y": [place[1] for place in lit],
        "data[4].text": [
            frame.nodes.get(name, "") + ASIDE
            if name in LEFT
            else ASIDE + frame.nodes.get(name, "")
            for name in NODES
        ],
        "data[5].x": np.array(counts) - 0.7,
        "data[5].text": [f"{count:,}" for count in counts],
        "data[5].marker.color": [
            color("blue" if other == way else "gray_tint") for other in WAYS.values()
        ],
        "layout.annotations[0].text": frame.text,
    }


def words(way: str, step: int, weights: int) -> str:
    """Say what the step found, and how many passes n weights take."""
    told = frames(way)
    frame = told[min(step, len(told) - 1)]
    text = frame.text.replace("<br>", " ").replace("<b>", "").replace("</b>", "")
    count = passes(way, weights)
    needs = f"{count:,} formulas" if way == "hand" else f"{count:,} passes"
    return f"{text}. For {weights:,} weights this way takes {needs}."
