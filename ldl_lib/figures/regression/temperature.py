"""E6.2: softmax of three logits, moved, shifted and divided by a temperature."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed, significant
from ldl_lib.figures.linear._shared import axis, percent
from ldl_lib.figures.regression._shared import Floats, ticks
from ldl_lib.figures.theme import color

CLASSES = ("cat", "dog", "bird")
TEMPERATURES = (0.1, 0.25, 0.5, 1, 2, 4, 10)
SHIFTS = {"nothing": 0, "+ 5": 5, "− 5": -5}


def logits(cat: float, dog: float, shift: float) -> Floats:
    """Return the three logits; that of the bird is the shift alone, shape (3,)."""
    return np.array([cat, dog, 0.0]) + shift


def probabilities(cat: float, dog: float, shift: float, temperature: float) -> Floats:
    """Return softmax of the logits divided by the temperature, shape (3,)."""
    result: Floats = nn.softmax(logits(cat, dog, shift)[None] / temperature)[0]
    return result


def state(cat: float, dog: float, shift: float, temperature: float) -> State:
    """Return the bars of both rows and what is written at them.

    Parameters
    ----------
    cat, dog : float
        Logits before the shift; the bird's is 0.
    shift : float
        Added to all three.
    temperature : float
        What the logits are divided by, above 0.
    """
    z, p = logits(cat, dog, shift), probabilities(cat, dog, shift, temperature)
    return {
        "data[0].y": z,
        "data[0].text": [fixed(value) for value in z],
        "data[1].y": p,
        "data[1].text": [percent(value) for value in p],
    }


def words(cat: float, dog: float, shift: float, temperature: float) -> str:
    """Say the probabilities and the odds of cat against dog."""
    p = probabilities(cat, dog, shift, temperature)
    difference = cat - dog
    odds = math.exp(difference / temperature)
    first, second = ("cat", "dog") if odds >= 1 else ("dog", "cat")
    ratio = max(odds, 1 / odds)
    said = ", ".join(
        f"{name} {percent(share)}" for name, share in zip(CLASSES, p, strict=True)
    )
    text = f"{said}. "
    if odds == 1:
        return text + "Cat and dog have the same logit, so the same probability."
    shown = significant(ratio) if ratio < 1e6 else "over a million"
    return (
        f"{text}The logits of {first} and {second} differ by {fixed(abs(difference))}: "
        f"divided by {temperature:g}, that makes the {first} {shown} times "
        f"as probable as the {second}."
    )


def figure() -> go.Figure:
    """Draw three logits above three probabilities."""
    bar = {
        "x": CLASSES,
        "y": [],
        "text": [],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "textangle": 0,
        "textfont": {"size": 13},
        "constraintext": "none",  # "under 0.1 %" may be wider than its bar
    }
    built = go.Figure(
        [
            go.Bar(**bar, marker={"color": color("sky")}),
            go.Bar(**bar, marker={"color": color("blue")}, yaxis="y2"),
        ]
    )
    zero = {"zeroline": True, "zerolinecolor": color("axis")}
    built.update_layout(
        height=480,
        showlegend=False,
        dragmode=False,
        bargap=0.5,
        margin={"l": 60, "r": 14, "t": 20, "b": 48},
        xaxis={"anchor": "y2", "fixedrange": True, "title": {"text": "class"}},
        yaxis=axis(
            "logit z", -11.5, 11.5, **ticks(-10, -5, 0, 5, 10), **zero, domain=[0.56, 1]
        ),
        yaxis2=axis("probability", 0, 1.2, **ticks(0, 0.5, 1), domain=[0, 0.46]),
    )
    return built
