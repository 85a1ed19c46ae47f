"""Convolution in one dimension, an output at a time, with or without the flip."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, fixed
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

SIGNALS = {
    "a single 1": (0, 0, 0, 1, 0, 0, 0),
    "a hill": (0, 1, 3, 4, 2, 2, 0),
}
KERNELS = {
    "1, 2, 3": (1.0, 2.0, 3.0),
    "1, 2, 1": (1.0, 2.0, 1.0),
    "1, 0, −1": (1.0, 0.0, -1.0),
    "moving average of 3": (1 / 3, 1 / 3, 1 / 3),
}
WAYS = {"flipped: convolution": "flip", "as it is: cross-correlation": "keep"}
WIDTH = 3
OUTPUTS = 7 + WIDTH - 1
ROWS = (
    ("signal x", "blue", [-0.5, 5.4], [0.72, 1.0]),
    ("kernel", "vermillion", [-1.8, 4.2], [0.4, 0.64]),
    ("output y", "green", [-6.0, 23.5], [0.0, 0.32]),
)
NOTHING = "\u00a0"  # plotly drops empty strings


def outputs(signal: str, kernel: str, way: str) -> Floats:
    """Return all output numbers.

    Parameters
    ----------
    signal, kernel : str
        Keys of `SIGNALS` and `KERNELS`.
    way : {"flip", "keep"}
        Whether the kernel is flipped.

    Returns
    -------
    ndarray of float64, shape (9,)
        Wherever signal and kernel overlap.
    """
    padded = np.pad(np.array(SIGNALS[signal], dtype=np.float64), WIDTH - 1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, WIDTH)
    result: Floats = windows @ laid(kernel, way)
    return result


def laid(kernel: str, way: str) -> Floats:
    """Return the kernel's numbers from left to right, as they lie on the signal."""
    numbers = np.array(KERNELS[kernel])
    return numbers[::-1] if way == "flip" else numbers


def _short(value: float) -> str:
    """Write a number without needless digits."""
    text = fixed(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _labels(values: Floats) -> State:
    """Return the numbers to write, and on which side of their bars."""
    return {
        "y": values,
        "text": [NOTHING if np.isnan(value) else _short(value) for value in values],
        "textposition": [
            "bottom center" if value < 0 else "top center" for value in values
        ],
    }


def state(signal: str, kernel: str, way: str, step: int) -> State:
    """Return where the kernel lies, and the outputs so far.

    Parameters
    ----------
    signal, kernel : str
        Keys of `SIGNALS` and `KERNELS`.
    way : {"flip", "keep"}
        Whether the kernel is flipped.
    step : int
        Output that is computed now, from 0.
    """
    x = np.array(SIGNALS[signal], dtype=np.float64)
    y = outputs(signal, kernel, way)
    done = np.where(np.arange(OUTPUTS) <= step, y, np.nan)
    lies = np.arange(step - WIDTH + 1, step + 1)
    numbers = laid(kernel, way)
    labels = {
        f"data[{len(ROWS) + row}].{name}": value
        for row, values in enumerate((x, numbers, done))
        for name, value in _labels(values).items()
    }
    return labels | {
        "data[0].y": x,
        "data[1].x": lies,
        "data[1].y": numbers,
        "data[2].y": done,
        "data[4].x": lies,
        "layout.shapes[0].x0": step - WIDTH + 0.5,
        "layout.shapes[0].x1": step + 0.5,
    }


def words(signal: str, kernel: str, way: str, step: int) -> str:
    """Write out the sum, and what the flip changes.

    Parameters as in `state`.
    """
    padded = np.pad(np.array(SIGNALS[signal], dtype=np.float64), WIDTH - 1)
    window = padded[step : step + WIDTH]
    numbers = laid(kernel, way)
    terms = " + ".join(
        f"{_bracketed(h)} · {_short(x)}" for h, x in zip(numbers, window, strict=True)
    )
    y = outputs(signal, kernel, way)[step]
    other = outputs(signal, kernel, "keep" if way == "flip" else "flip")
    name = "With" if way == "flip" else "Without"
    told = f"{name} the flip, output {step} is {terms} = {_short(y)}. "
    if np.allclose(laid(kernel, "flip"), laid(kernel, "keep")):
        return told + (
            "This kernel reads the same from both ends: the flip changes nothing."
        )
    flipped = "without it" if way == "flip" else "with it"
    row = ", ".join(_short(value) for value in other)
    return told + f"All outputs {flipped}: {row}."


def _bracketed(value: float) -> str:
    return f"({_short(value)})" if value < 0 else _short(value)


def figure() -> go.Figure:
    """Draw signal, kernel and output below each other, over the same places."""
    places: tuple[list[int], ...] = (list(range(7)), [], list(range(OUTPUTS)))
    built = go.Figure()
    labels = []
    for number, ((name, hue, limits, domain), x) in enumerate(
        zip(ROWS, places, strict=True), start=1
    ):
        axis = "y" if number == 1 else f"y{number}"
        built.add_trace(
            go.Bar(
                x=x,
                y=[],
                width=0.7,
                marker={"color": color(hue)},
                yaxis=axis,
                hoverinfo="skip",
            )
        )
        # Not the bars' own text: plotly loses some of it when the bars change.
        labels.append(
            go.Scatter(
                x=x,
                y=[],
                text=[],
                mode="text",
                cliponaxis=False,
                yaxis=axis,
                hoverinfo="skip",
            )
        )
        built.update_layout(
            {
                f"yaxis{number if number > 1 else ''}": {
                    "title": {"text": name},
                    "range": limits,
                    "domain": domain,
                    "fixedrange": True,
                    "nticks": 4,
                    "zeroline": True,
                    "zerolinecolor": color("axis"),
                }
            }
        )
    built.add_traces(labels)
    built.add_shape(
        type="rect",
        yref="paper",
        y0=0.4,
        y1=1,
        x0=0,
        x1=0,
        line={"width": 0},
        fillcolor=color("orange_tint"),
        layer="below",
    )
    built.update_layout(
        height=470,
        showlegend=False,
        dragmode=False,
        margin={"l": 56, "r": 12, "t": 12, "b": 44},
        xaxis={
            "title": {"text": "place n"},
            "range": [-2.6, 8.6],
            "dtick": 1,
            "anchor": "y3",
            "fixedrange": True,
        },
    )
    return built
