"""E1.2: the learning rule, example by example."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import plotly.graph_objects as go

from ldl_lib.figures.perceptron._shared import (
    INPUTS,
    Point,
    State,
    area_trace,
    bits_text,
    counted,
    cross_trace,
    cut_frame,
    dot_trace,
    farthest_corner,
    line_trace,
    plain_layout,
    plane_axes,
    ring_trace,
    short,
    signed,
    split_inputs,
    vector_text,
    word_trace,
    xy,
)
from ldl_lib.figures.theme import color
from ldl_lib.nn import GATES

START = (0.20, -0.60, 0.25)
LEARNING_STEPS = 26  # the slowest rate on offer needs 24; one to start, one to finish


class _Step(NamedTuple):
    """One presentation of an example to the perceptron, in whole hundredths."""

    example: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    z: int
    finished: bool


@cache
def _lesson(rate: int) -> tuple[_Step, ...]:
    """Train on NAND; `rate` in hundredths. Stops changing after a clean pass."""
    weights = tuple(round(100 * w) for w in START)
    steps: list[_Step] = []
    clean, finished = 0, False
    for count in range(LEARNING_STEPS - 1):
        example = count % 4
        signal, target = (1, *INPUTS[example]), GATES["NAND"][example]
        z = sum(w * x for w, x in zip(weights, signal, strict=True))
        wrong = (z >= 0) != (target > 0)
        clean = 0 if wrong else clean + 1
        step = rate * target if wrong else 0
        after = tuple(w + step * x for w, x in zip(weights, signal, strict=True))
        steps.append(_Step(example, weights, after, z, finished))
        finished = finished or (clean >= 4 and example == 3)
        weights = after
    return tuple(steps)


def learning_figure() -> go.Figure:
    """Draw the line before and after a step, the steps so far, and the sum."""
    log = {
        "symbol": ["circle"],
        "color": color("axis"),
        "size": 9,
    }
    figure = go.Figure(
        [
            area_trace("blue_tint"),
            area_trace("vermillion_tint"),
            line_trace("muted", 3, "dash"),
            line_trace("ink", 4),
            dot_trace(True),
            dot_trace(False),
            ring_trace(),
            cross_trace(),
            word_trace([], "<b>+1</b>", 18, ink="blue"),
            word_trace([], "<b>−1</b>", 18, ink="vermillion"),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                marker=log,
                xaxis="x2",
                yaxis="y2",
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers",
                marker={"symbol": "diamond", "color": color("ink"), "size": 12},
                xaxis="x2",
                yaxis="y2",
                hoverinfo="skip",
            ),
        ]
    )
    axes = plane_axes("input x₁", "input x₂")
    axes["yaxis"]["domain"] = [0.4, 1]
    layout = plain_layout(
        560,
        margin={"l": 48, "r": 12, "t": 12, "b": 8},
        xaxis2={
            "anchor": "y2",
            "range": [0, LEARNING_STEPS],
            "tickvals": [4, 8, 12, 16, 20, 24],
            "title": {"text": "examples (◆: the line moved)"},
            "fixedrange": True,
            "showgrid": False,
        },
        yaxis2={
            "anchor": "x2",
            "domain": [0.23, 0.28],
            "range": [-1, 1],
            "visible": False,
            "fixedrange": True,
        },
        annotations=[
            {
                "text": "",
                "xref": "paper",
                "yref": "paper",
                "x": 0.5,
                "y": 0,
                "xanchor": "center",
                "yanchor": "bottom",
                "align": "center",
                "showarrow": False,
                "font": {"size": 14},
            }
        ],
    )
    figure.update_layout(**layout, **axes)
    return figure


def _sum_in_words(step: _Step) -> str:
    signal = (1, *INPUTS[step.example])
    terms = [w * x / 100 for w, x in zip(step.before, signal, strict=True)]
    text = short(terms[0])
    for term in terms[1:]:
        text += (" − " if term < 0 else " + ") + short(abs(term))
    return text


def _weights_of(hundredths: Sequence[int]) -> str:
    return vector_text([w / 100 for w in hundredths])


def learning_state(step: int, rate: float) -> State:
    """Return line, examples and sum after `step` examples at learning rate `rate`.

    Parameters
    ----------
    step : int
        Examples shown so far, 0 to 25.
    rate : float
        Learning rate, a multiple of 0.01.
    """
    lesson = _lesson(round(100 * rate))
    seen = [s for s in lesson[:step] if not s.finished]
    now = lesson[step - 1] if step else None
    after = now.after if now else lesson[0].before
    weights = [w / 100 for w in after]
    positive, negative, line = cut_frame(weights)
    old: Iterable[Sequence[float]] = []
    current: list[Point] = []
    wrong: list[Point] = []
    if now is None:
        text = f"start: w = {_weights_of(after)}<br> <br> "
    elif now.finished:
        text = f"finished<br>a whole pass without an error<br>w = {_weights_of(after)}"
    else:
        point, target = INPUTS[now.example], GATES["NAND"][now.example]
        current = [point]
        right = (now.z >= 0) == (target > 0)
        text = (
            f"x = (1, {signed(point[0])}, {signed(point[1])}), "
            f"target {signed(target)}<br>"
            f"z = {_sum_in_words(now)} = {short(now.z / 100)} → "
            f"{'+1' if now.z >= 0 else '−1'} {'✓' if right else '✗'}<br>"
        )
        if right:
            text += f"w stays {_weights_of(after)}"
        else:
            wrong = [point]
            old = cut_frame([w / 100 for w in now.before])[2]
            text += f"w: {_weights_of(now.before)} → {_weights_of(after)}"
    changed = [s.before != s.after for s in seen]
    log = [(n + 1, 0.0) for n, moved in enumerate(changed) if not moved]
    moves = [(n + 1, 0.0) for n, moved in enumerate(changed) if moved]
    circles, squares = split_inputs(GATES["NAND"])
    return (
        xy("data[0]", positive)
        | xy("data[1]", negative)
        | xy("data[2]", old)
        | xy("data[3]", line)
        | xy("data[4]", circles)
        | xy("data[5]", squares)
        | xy("data[6]", current)
        | xy("data[7]", wrong)
        | xy("data[8]", farthest_corner(weights, 1))
        | xy("data[9]", farthest_corner(weights, -1))
        | xy("data[10]", log)
        | xy("data[11]", moves)
        | {"layout.annotations[0].text": text}
    )


def learning_words(step: int, rate: float) -> str:
    """Say what the example showed and what the rule did."""
    lesson = _lesson(round(100 * rate))
    if step == 0:
        return f"Before the first example: w = {_weights_of(lesson[0].before)}."
    now = lesson[step - 1]
    updates = sum(s.before != s.after for s in lesson[:step])
    so_far = f"{counted(updates, 'update')} so far."
    if now.finished:
        return (
            f"Finished: a whole pass without an error, after "
            f"{counted(updates, 'update')}, with w = {_weights_of(now.after)}."
        )
    point, target = INPUTS[now.example], GATES["NAND"][now.example]
    place = f"Pass {(step - 1) // 4 + 1}, input {bits_text(point)}"
    if now.before == now.after:
        return f"{place}: output {signed(target)} is right, nothing moves. {so_far}"
    return (
        f"{place}: output {signed(-target)}, but {signed(target)} is wanted. "
        f"The line moves; w is now {_weights_of(now.after)}. {so_far}"
    )
