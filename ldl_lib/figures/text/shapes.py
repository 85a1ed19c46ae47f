"""Which inputs an output has seen: one or many of both, in one or two directions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib.figures._shared import State, counted, plain_layout
from ldl_lib.figures.text.windows import shown
from ldl_lib.figures.theme import color

STEPS = 6
TEXT = "the bod"  # inputs are the first six letters, targets the last six
BACKWARDS = "eht"  # what "later" writes when it has read the first three
KINDS = {
    "many to one": "last",
    "many to many": "every",
    "many to many, later": "later",
    "one to many": "write",
}
READ_FIRST = len(BACKWARDS)  # inputs before the first output of "later"
APART = 0.24  # of the two states of a step from its middle
LEVELS = {"x": 0.0, "f": 1.0, "b": 1.8, "y": 2.8}  # inputs, states, outputs

Node = tuple[str, int]  # a key of LEVELS, and the step from 1


class Wiring(NamedTuple):
    """What a network is made of.

    Attributes
    ----------
    nodes : list of (str, int)
        Inputs "x", states of the layer that goes forward "f" and of the one that goes
        back "b", and outputs "y", with their steps.
    edges : list of (node, node)
        From what is read to what reads it.
    """

    nodes: list[Node]
    edges: list[tuple[Node, Node]]


def wiring(kind: str, both: bool) -> Wiring:
    """Return nodes and edges of a recurrent network with six steps.

    Parameters
    ----------
    kind : {"last", "every", "later", "write"}
        An output after the last step, at every step, at the last three after three
        inputs, or at every step after one input, each output being the next input.
    both : bool
        Whether a second layer reads from right to left.
    """
    steps = range(1, STEPS + 1)
    inputs = range(1, READ_FIRST + 1) if kind == "later" else steps
    later = range(READ_FIRST + 1, STEPS + 1)
    outputs = {"last": [STEPS], "later": later}.get(kind, steps)
    layers = {"f": steps} | ({"b": inputs} if both else {})
    nodes = [("x", t) for t in inputs]
    nodes += [(layer, t) for layer, at in layers.items() for t in at]
    nodes += [("y", t) for t in outputs]
    edges = [(("x", t), (layer, t)) for layer in layers for t in inputs]
    edges += [(("f", t), ("f", t + 1)) for t in steps if t < STEPS]
    if both:
        edges += [(("b", t + 1), ("b", t)) for t in inputs if t < len(inputs)]
    edges += [(("f", t), ("y", t)) for t in outputs]
    if both and kind == "later":  # read in both directions, then written in one
        edges += [(("b", 1), ("f", READ_FIRST + 1))]
    elif both and kind == "last":  # each layer gives the state after all inputs
        edges += [(("b", 1), ("y", STEPS))]
    elif both:
        edges += [(("b", t), ("y", t)) for t in outputs]
    if kind == "write":
        edges += [(("y", t), ("x", t + 1)) for t in steps if t < STEPS]
    return Wiring(nodes, edges)


def seen_by(output: int, kind: str, both: bool) -> set[Node]:
    """Return an output and everything that it depends on, by any way.

    Parameters
    ----------
    output : int
        Step of the output, from 1.
    kind, both
        As in `wiring`.
    """
    edges = wiring(kind, both).edges
    found: set[Node] = {("y", output)}
    while True:
        more = {start for start, end in edges if end in found} - found
        if not more:
            return found
        found |= more


def outputs_of(kind: str) -> list[int]:
    """Return the steps that have an output."""
    return [step for name, step in wiring(kind, False).nodes if name == "y"]


def nearest_output(kind: str, output: int) -> int:
    """Return the output that is meant where a step has none."""
    return min(outputs_of(kind), key=lambda step: (abs(step - output), step))


def _place(node: Node, both: bool) -> tuple[float, float]:
    name, step = node
    if not both:
        return step, 1.4 if name == "f" else LEVELS[name]
    # Side by side, so that no line runs through a state that it has nothing to do with.
    return step + {"f": -APART, "b": APART}.get(name, 0), LEVELS[name]


def _letter(node: Node, kind: str) -> str:
    name, step = node
    if name in "fb":
        return "→" if name == "f" else "←"
    return shown(TEXT[step - 1]) if name == "x" else shown(_target(step, kind))


def _target(step: int, kind: str) -> str:
    return BACKWARDS[step - READ_FIRST - 1] if kind == "later" else TEXT[step]


def figure() -> go.Figure:
    """Draw inputs below, states between and outputs above, with lines for what reads.

    What the chosen output depends on is filled, the rest hollow.
    """
    line = {"x": [], "y": [], "mode": "lines", "hoverinfo": "skip"}
    node: dict[str, Any] = line | {"mode": "markers+text", "text": []}
    edge = {"width": 2, "color": color("ink")}
    drawn = go.Figure(
        [
            go.Scatter(**line, line={"color": color("grid"), "width": 2}),
            go.Scatter(**line, line={"color": color("blue"), "width": 3}),
            go.Scatter(
                **node,
                marker={"size": 26, "color": color("paper"), "symbol": "circle"}
                | {"line": {"width": 1.5, "color": color("axis")}},
                textfont={"size": 15, "color": color("muted")},
            ),
            go.Scatter(
                **node,
                marker={"size": 26, "color": color("blue_tint"), "line": edge},
                textfont={"size": 15, "color": color("ink")},
            ),
            go.Scatter(
                **node,
                marker={"size": 28, "color": color("orange_tint"), "line": edge}
                | {"symbol": "square"},
                textfont={"size": 15, "color": color("ink")},
            ),
        ]
    )
    names = {"inputs": 0.0, "states": 1.4, "outputs": 2.8}
    drawn.update_layout(
        plain_layout(400, margin={"l": 70, "r": 8, "t": 8, "b": 44}),
        xaxis={
            "title": {"text": "step"},
            "range": [0.35, STEPS + 0.65],
            "dtick": 1,
            "showgrid": False,
            "fixedrange": True,
        },
        yaxis={
            "range": [-0.5, 3.3],
            "tickvals": list(names.values()),
            "ticktext": list(names),
            "ticks": "",
            "showgrid": False,
            "fixedrange": True,
        },
    )
    return drawn


def state(kind: str, both: bool, output: int) -> State:
    """Return nodes and lines, split into what an output has seen and the rest.

    Parameters
    ----------
    kind, both
        As in `wiring`.
    output : int
        Step of the output that is asked, from 1; where it has none, the nearest.
    """
    chosen = nearest_output(kind, output)
    seen = seen_by(chosen, kind, both)
    found: State = {}
    nodes, edges = wiring(kind, both)
    kinds = {
        0: [edge for edge in edges if not seen.issuperset(edge)],
        1: [edge for edge in edges if seen.issuperset(edge)],
    }
    for trace, chosen_edges in kinds.items():
        places = [_place(node, both) for edge in chosen_edges for node in edge]
        pairs = np.array(places, dtype=float).reshape(-1, 2, 2)
        gaps = np.full((len(pairs), 1, 2), np.nan)
        points = np.concatenate([pairs, gaps], axis=1).reshape(-1, 2)
        found |= {f"data[{trace}].x": points[:, 0], f"data[{trace}].y": points[:, 1]}
    asked = ("y", chosen)
    groups = {
        2: [node for node in nodes if node not in seen],
        3: [node for node in nodes if node in seen and node != asked],
        4: [asked],
    }
    for trace, members in groups.items():
        found |= {
            f"data[{trace}].x": [_place(node, both)[0] for node in members],
            f"data[{trace}].y": [_place(node, both)[1] for node in members],
            f"data[{trace}].text": [_letter(node, kind) for node in members],
        }
    return found


def words(kind: str, both: bool, output: int) -> str:
    """Say which inputs the output has seen, and whether that is allowed."""
    chosen = nearest_output(kind, output)
    inputs = sorted(step for name, step in seen_by(chosen, kind, both) if name == "x")
    wanted = shown(_target(chosen, kind))
    read = "".join(shown(TEXT[step - 1]) for step in inputs)
    text = f"Output {chosen} should say “{wanted}” and has seen “{read}”"
    text += f", {counted(len(inputs), 'letter')}."
    future = [step for step in inputs if step > chosen]
    if kind == "write" and both:
        return (
            f"Output {chosen} waits for inputs {chosen + 1} to {STEPS}, which are "
            "written from outputs that wait for it in turn: this network cannot start."
            if future
            else f"{text} But the outputs before it could not be written: each waits "
            "for inputs that come later."
        )
    if future:
        return (
            f"{text} Among them is “{wanted}” itself, as input {chosen + 1}: it need "
            "only copy, and learns nothing about language."
        )
    if both:
        return f"{text} All input is there before, so reading it backwards is fair."
    if kind == "write":
        return f"{text} All but the first are letters that it wrote itself."
    return f"{text} None of them comes after it."
