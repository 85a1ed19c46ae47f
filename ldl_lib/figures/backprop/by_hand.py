"""E3.3: one step of backpropagation, number by number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed, plain_layout, trimmed
from ldl_lib.figures.theme import color

Array = NDArray[np.floating[Any]]
Point = tuple[float, float]

RATE = 0.1
DIGITS = 4
STEPS = 13
ORDERS = {"the old ones": "old", "the new ones (a mistake)": "new"}


class Net(NamedTuple):
    """A network with two inputs, tanh units g and a logistic output f, and an example.

    Attributes
    ----------
    hidden : tuple of tuples, shape (units, 3)
        Bias weight and two weights of each g.
    output : tuple, shape (units + 1,)
        Bias weight of f, then one weight for each g.
    x, y
        Inputs and target.
    """

    hidden: tuple[tuple[float, ...], ...]
    output: tuple[float, ...]
    x: tuple[float, float]
    y: float


NETS = {
    # The book's example.
    "2-1-1": Net(((0.3, 0.6, -0.1),), (-0.2, 0.5), (-0.9, 0.1), 1.0),
    # An XOR network at its start: weights between −1 and 1, bias weights 0.
    "2-2-1": Net(
        ((0.0, 0.5, -0.8), (0.0, 0.7, 0.2)), (0.0, 0.9, -0.4), (-1.0, 1.0), 1.0
    ),
}
CHOICES = {"2-1-1, the book’s": "2-1-1", "2-2-1, for XOR": "2-2-1"}


class Numbers(NamedTuple):
    """Every number of one step; a row of weights starts with the bias weight.

    Attributes
    ----------
    z, g, slope_g, back, error_g : ndarray, shape (units,)
        Weighted sum, value and slope of each g; what comes back to it along its weight;
        its error term.
    z_f, f, e, by_f, slope_f, error_f : float
        Weighted sum, value, ½(y − f)², its derivative by f, slope and error term of f.
    new_hidden : ndarray, shape (units, 3)
    new_output : ndarray, shape (units + 1,)
        Weights after the update.
    g_after : ndarray, shape (units,)
    f_after, e_after : float
        Values, output and error with them.
    """

    z: Array
    g: Array
    slope_g: Array
    back: Array
    error_g: Array
    z_f: float
    f: float
    e: float
    by_f: float
    slope_f: float
    error_f: float
    new_hidden: Array
    new_output: Array
    g_after: Array
    f_after: float
    e_after: float


@cache
def numbers(net: str, order: str = "old") -> Numbers:
    """Take one step of gradient descent, and note every number on the way.

    Parameters
    ----------
    net : str
        A key of `NETS`.
    order : {"old", "new"}
        Which weights of f the errors flow back through: as they were on the way
        forward, or already updated, which is a mistake.

    Returns
    -------
    Numbers
        For ½(y − f)² and learning rate 0.1, from `ldl_lib.nn`.
    """
    given = NETS[net]
    first, last = nn.Dense(len(given.hidden), "tanh"), nn.Dense(1, "logistic")
    network = nn.Network(2, [first, last], seed=0)
    for layer, rows in ((first, given.hidden), (last, (given.output,))):
        table = np.array(rows)
        layer.parameters["b"][:] = table[:, 0]
        layer.parameters["W"][:] = table[:, 1:]
    loss = nn.SquaredError(half=True, outputs="sum", batch="sum")
    X, y = np.array([given.x]), np.array([[given.y]])

    f = float(network.forward(X)[0, 0])
    e = loss.value([[f]], y)
    by_f = loss.gradient([[f]], y)
    z, g, z_f = first.z[0].copy(), first.outputs[0].copy(), float(last.z[0, 0])
    used = last.parameters["W"][0]
    back = last.backward(by_f)
    if order == "new":
        used -= RATE * last.gradients["W"][0]
        back = last.gradients["b"] * used[None, :]
    first.backward(back)
    error_g, error_f = first.gradients["b"].copy(), float(last.gradients["b"][0])
    if order == "new":
        used += RATE * last.gradients["W"][0]  # the update below does it for all

    nn.SGD(RATE).step(network.weights, network.gradient)
    new = [
        np.column_stack([p["b"], p["W"]]) for p in (first.parameters, last.parameters)
    ]
    f_after = float(network.forward(X)[0, 0])
    return Numbers(
        z=z,
        g=g,
        slope_g=first.activation.derivative(z),
        back=back[0],
        error_g=error_g,
        z_f=z_f,
        f=f,
        e=e,
        by_f=float(by_f[0, 0]),
        slope_f=float(last.activation.derivative(np.array([z_f]))[0]),
        error_f=error_f,
        new_hidden=new[0],
        new_output=new[1][0],
        g_after=first.outputs[0].copy(),
        f_after=f_after,
        e_after=loss.value([[f_after]], y),
    )


def number_text(value: float) -> str:
    """Write a number with four decimals, or fewer where they are zeros."""
    return trimmed(value, DIGITS)


def _names(net: str) -> list[str]:
    units = len(NETS[net].hidden)
    return ["g"] if units == 1 else [f"g{'₁₂'[unit]}" for unit in range(units)]


def _sum_text(weights: Sequence[float], values: Sequence[float]) -> str:
    """Write w0 + w1·x1 + …, with brackets around negative factors."""
    terms = [number_text(weights[0])]
    for weight, value in zip(weights[1:], values, strict=True):
        terms.append(f"{_factor(weight)}·{_factor(value)}")
    return " + ".join(terms)


def _factor(value: float) -> str:
    text = number_text(value)
    return f"({text})" if text.startswith("−") else text


def _four(value: float) -> str:
    return fixed(value, DIGITS)


TITLES = (
    "Start: weights, inputs and the target",
    "Forward: weighted sum z of each g",
    "Forward: value of each g = tanh(z)",
    "Forward: weighted sum z of f",
    "Forward: value of f = σ(z)",
    "Error: e = ½ (y − f)²",
    "Back: derivative of the error by f",
    "Back: error term δ of f",
    "Back: along the weight to each g",
    "Back: error term δ of each g",
    "Update: weights of f",
    "Update: weights of each g",
    "Forward again, with the new weights",
)


def _lines(net: str, order: str, step: int) -> list[str]:
    """Return the calculation of a step, one line for each unit or weight."""
    given, n = NETS[net], numbers(net, order)
    names = _names(net)
    units = range(len(names))
    carried = n.new_output if order == "new" else given.output
    if step == 0:
        return [f"η = {RATE}, y = {number_text(given.y)}"]
    if step == 1:
        return [
            f"z of {names[u]} = {_sum_text(given.hidden[u], given.x)} = {_four(n.z[u])}"
            for u in units
        ]
    if step == 2:
        return [
            f"{names[u]} = tanh({_four(n.z[u])}) = <b>{_four(n.g[u])}</b>"
            for u in units
        ]
    if step == 3:
        return [
            f"z of f = {_sum_text(given.output, n.g.tolist())}",
            f"= {_four(n.z_f)}",
        ]
    if step == 4:
        return [f"f = σ({_four(n.z_f)}) = <b>{_four(n.f)}</b>"]
    if step == 5:
        return [f"e = ½ ({number_text(given.y)} − {_four(n.f)})² = <b>{_four(n.e)}</b>"]
    if step == 6:
        return [
            f"−(y − f) = −({number_text(given.y)} − {_four(n.f)}) = {_four(n.by_f)}"
        ]
    if step == 7:
        return [
            f"slope of f = f (1 − f) = {_four(n.slope_f)}",
            f"δ of f = {_four(n.by_f)} · {_four(n.slope_f)} "
            f"= <b>{_four(n.error_f)}</b>",
        ]
    if step == 8:
        return [
            f"to {names[u]}: {_four(n.error_f)} · {_factor(carried[u + 1])} "
            f"= {_four(n.back[u])}"
            for u in units
        ]
    if step == 9:
        return [
            f"δ of {names[u]} = {_four(n.back[u])} · (1 − {_four(abs(n.g[u]))}²) "
            f"= <b>{_four(n.error_g[u])}</b>"
            for u in units
        ]
    if step == 10:
        fed = [1.0, *n.g]
        return [
            f"{number_text(w)} − {RATE}·{_factor(n.error_f)}·{_factor(value)} "
            f"= <b>{_four(new)}</b>"
            for w, value, new in zip(given.output, fed, n.new_output, strict=True)
        ]
    if step == 11:
        return [
            f"{names[u]}: {number_text(w)} − {RATE}·{_factor(n.error_g[u])}"
            f"·{_factor(x)} = <b>{_four(new)}</b>"
            for u in units
            for w, x, new in zip(
                given.hidden[u], (1.0, *given.x), n.new_hidden[u], strict=True
            )
        ]
    return [
        f"f was {_four(n.f)}, is <b>{_four(n.f_after)}</b>",
        f"e was {_four(n.e)}, is <b>{_four(n.e_after)}</b>",
    ]


@cache
def _places(net: str) -> tuple[list[Point], list[Point], list[Point]]:
    """Return where inputs (1, x1, x2), hidden units (1, g…) and f stand."""
    inputs = [(0.0, y) for y in (2.6, 1.1, -0.4)]
    heights = [1.1] if len(NETS[net].hidden) == 1 else [1.75, -0.25]
    return inputs, [(1.1, 3.1), *((1.1, y) for y in heights)], [(1.9, 1.5)]


def figure() -> go.Figure:
    """Draw a network with room for values, errors, weights and a calculation."""
    still = {"hoverinfo": "skip", "showlegend": False}
    word = {"mode": "text", "cliponaxis": False}
    drawn = go.Figure()
    for hue, width in (("axis", 1.5), ("orange", 6)):  # all edges; those in use
        line = {"color": color(hue), "width": width}
        drawn.add_scatter(x=[], y=[], mode="lines", line=line, **still)
    for symbol, hue in (("circle", "blue_tint"), ("square", "gray_tint")):
        marker = {"symbol": symbol, "color": color(hue), "size": 40}
        marker |= {"line": {"color": color("ink"), "width": 1.5}}
        drawn.add_scatter(x=[], y=[], mode="markers", marker=marker, **still)
    # Names of units, weights (lifted off their edges), values, errors.
    for number, hue in enumerate(("ink", "ink", "blue", "vermillion")):
        font = {"size": 14, "color": color(hue)}
        font |= {"shadow": "auto"} if number == 1 else {}
        drawn.add_scatter(x=[], y=[], text=[], textfont=font, **word, **still)
    note = {"showarrow": False, "xref": "paper", "yref": "paper", "text": ""}
    note |= {"x": 0.5, "xanchor": "center", "align": "center"}
    drawn.update_layout(
        plain_layout(
            600,
            margin={"l": 8, "r": 8, "t": 40, "b": 8},
            annotations=[
                note | {"y": 1, "yanchor": "bottom", "font": {"size": 15}},
                note | {"y": 0, "yanchor": "bottom", "font": {"size": 14}},
            ],
        ),
        xaxis={"range": [-0.2, 2.35], "visible": False, "fixedrange": True},
        yaxis={"range": [-2.5, 3.6], "visible": False, "fixedrange": True},
    )
    return drawn


class _Edge(NamedTuple):
    """A weight of the drawing."""

    start: Point
    end: Point
    old: float
    new: float
    layer: int  # 0 leads to a hidden unit, 1 to the output
    bias: bool


@cache
def _edges(net: str, order: str) -> list[_Edge]:
    given, n = NETS[net], numbers(net, order)
    inputs, hidden, (output,) = _places(net)
    edges = [
        _Edge(inputs[i], hidden[u + 1], w, float(n.new_hidden[u, i]), 0, i == 0)
        for u, row in enumerate(given.hidden)
        for i, w in enumerate(row)
    ]
    return edges + [
        _Edge(hidden[i], output, w, float(n.new_output[i]), 1, i == 0)
        for i, w in enumerate(given.output)
    ]


def _lit(edge: _Edge, step: int) -> bool:
    """Return whether a step uses this weight."""
    if step == 8:
        return edge.layer == 1 and not edge.bias
    if step == 12:
        return True
    return step in ((1, 11) if edge.layer == 0 else (3, 10))


def _segments(edges: Sequence[_Edge]) -> tuple[list[float], list[float]]:
    x: list[float] = []
    y: list[float] = []
    for edge in edges:
        x += [edge.start[0], edge.end[0], np.nan]
        y += [edge.start[1], edge.end[1], np.nan]
    return x, y


def state(step: int, net: str, order: str) -> State:
    """Return the network with the numbers known after a step, and its calculation.

    Parameters
    ----------
    step : int
        From 0 to 12.
    net : str
        A key of `NETS`.
    order : {"old", "new"}
        As in `numbers`.
    """
    n = numbers(net, order)
    given = NETS[net]
    inputs, hidden, (output,) = _places(net)
    units, names = hidden[1:], _names(net)
    edges = _edges(net, order)
    shown: State = {}
    for trace, some in enumerate((edges, [e for e in edges if _lit(e, step)])):
        shown[f"data[{trace}].x"], shown[f"data[{trace}].y"] = _segments(some)
    boxes = [*inputs, hidden[0]]
    for trace, places in ((2, [*units, output]), (3, boxes)):
        shown[f"data[{trace}].x"] = [p[0] for p in places]
        shown[f"data[{trace}].y"] = [p[1] for p in places]

    texts = [(p, t) for p, t in zip([*units, output], [*names, "f"], strict=True)]
    fed = ["1", *(number_text(x) for x in given.x), "1"]
    texts += list(zip(boxes, fed, strict=True))
    _write(shown, 4, texts)
    _write(shown, 5, [_weight_label(edge, step) for edge in edges])
    values: list[tuple[Point, str]] = []
    if step >= 2:
        known = n.g_after if step == 12 else n.g
        values += [(_above(p), _four(v)) for p, v in zip(units, known, strict=True)]
    if step >= 4:
        f = n.f_after if step == 12 else n.f
        values.append((_above(output), f"f = {_four(f)}"))
    if step == 1:
        values += [
            (_above(p), f"z {_four(v)}") for p, v in zip(units, n.z, strict=True)
        ]
    if step == 3:
        values.append((_above(output), f"z {_four(n.z_f)}"))
    _write(shown, 6, values)
    errors: list[tuple[Point, str]] = []
    if 7 <= step < 12:
        errors.append((_below(output), f"δ {_four(n.error_f)}"))
    if step == 8:
        errors += [(_below(p), _four(v)) for p, v in zip(units, n.back, strict=True)]
    if 9 <= step < 12:
        errors += [
            (_below(p), f"δ {_four(v)}") for p, v in zip(units, n.error_g, strict=True)
        ]
    _write(shown, 7, errors)
    shown["layout.annotations[0].text"] = f"<b>{TITLES[step]}</b>"
    shown["layout.annotations[1].text"] = "<br>".join(_lines(net, order, step))
    return shown


def _above(place: Point) -> Point:
    """Return where a unit's value stands: clear of the edges."""
    x, y = place
    if y < 0:  # edges come down to the lower unit: its value stands below, too
        return x, y - 0.42
    return (x + 0.2 if x > 1.5 else x), y + 0.42


def _below(place: Point) -> Point:
    """Return where a unit's error term stands."""
    x, y = place
    return (x + 0.2 if x > 1.5 else x), y - (0.8 if y < 0 else 0.42)


def _weight_label(edge: _Edge, step: int) -> tuple[Point, str]:
    """Return where a weight's number stands, and the number; new once it is updated."""
    updated = step >= (11 if edge.layer == 0 else 10)
    share = 0.5
    if edge.layer == 0:
        # Edges to the lower unit cross those to the upper one: keep the numbers apart.
        rising, low = edge.start[1] < 0 < edge.end[1], edge.end[1] < 0
        share = 0.27 if low and edge.start[1] > 0 else 0.5 if low else 0.6
        if rising and edge.end[1] > 1.5:
            share = 0.3
    x = edge.start[0] + share * (edge.end[0] - edge.start[0])
    y = edge.start[1] + share * (edge.end[1] - edge.start[1])
    return (x, y), _four(edge.new) if updated else number_text(edge.old)


def _write(shown: State, trace: int, texts: list[tuple[Point, str]]) -> None:
    shown[f"data[{trace}].x"] = [place[0] for place, _ in texts]
    shown[f"data[{trace}].y"] = [place[1] for place, _ in texts]
    shown[f"data[{trace}].text"] = [text for _, text in texts]


def words(step: int, net: str, order: str) -> str:
    """Say what the step computed; with the mistake, what comes out wrong."""
    lines = [
        line.replace("<b>", "").replace("</b>", "") for line in _lines(net, order, step)
    ]
    told = "; ".join(lines).replace("; =", " =")
    text = f"{TITLES[step]}. {told}."
    if order == "new" and step >= 8:
        good, bad = numbers(net, "old").error_g, numbers(net, "new").error_g
        pairs = ", ".join(
            f"{name} gets {_four(b)} in place of {_four(g)}"
            for name, g, b in zip(_names(net), good, bad, strict=True)
        )
        text += f" Mistake: f’s weights have moved already, so {pairs}."
    return text
