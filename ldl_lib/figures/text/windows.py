"""E11.1: how a text becomes windows, and a window a table of ones and zeros."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ldl_lib.character_model import CHARACTERS as ALPHABET
from ldl_lib.figures._shared import State, counted, plain_layout, still
from ldl_lib.figures.theme import color

LENGTHS = (5, 10, 20, 40)
STEPS = (1, 3, 10)
WINDOWS = 8  # so many are shown, from the start of the text
COLUMNS, ROWS = 24, 5  # the text is written in lines
TARGET_AT = max(LENGTHS) + 3  # column of the target, right of the widest window
OUTSIDE = -9  # where nothing is seen


def shown(letter: str) -> str:
    """Return a letter as it is written in figures: a space as an open box."""
    return "␣" if letter == " " else letter


def readers(length: int, step: int) -> tuple[int, int]:
    """Return how many windows read a letter in the middle of a text: fewest, most."""
    return length // step, math.ceil(length / step)


class TextWindows:
    """Windows over the beginning of a text.

    Parameters
    ----------
    text : str
        At least 120 characters of `ALPHABET`.

    Raises
    ------
    ValueError
        If the text is too short, or has other letters.
    """

    def __init__(self, text: str) -> None:
        if len(text) < COLUMNS * ROWS or not set(text) <= set(ALPHABET):
            raise ValueError(
                f"expected at least {COLUMNS * ROWS} of the characters {ALPHABET!r}, "
                f"got {len(text)}: {text[:20]!r}"
            )
        self.text = text

    def count(self, length: int, step: int) -> int:
        """Return the number of windows that have a letter after them as target."""
        return len(range(0, len(self.text) - length, step))

    def figure(self) -> go.Figure:
        """Draw lines of text above the table of one window."""
        place = np.arange(COLUMNS * ROWS)
        letters = [shown(letter) for letter in self.text[: len(place)]]
        column = {"mode": "markers", "hoverinfo": "skip", "xaxis": "x2", "yaxis": "y2"}
        row_names = [shown(letter) for letter in ALPHABET]
        drawn = go.Figure(
            [
                go.Scatter(
                    x=place % COLUMNS,
                    y=place // COLUMNS,
                    text=letters,
                    mode="text",
                    textfont={"size": 13, "family": "monospace", "color": color("ink")},
                    hoverinfo="skip",
                ),
                go.Scatter(
                    x=[],
                    y=[],
                    marker={"symbol": "square", "size": 7, "color": color("blue")},
                    **column,
                ),
                go.Scatter(
                    x=[TARGET_AT],
                    y=[],
                    marker={"symbol": "diamond", "size": 9}
                    | {"color": color("vermillion")},
                    **column,
                ),
                go.Scatter(
                    x=[],
                    y=[],
                    text=[],
                    mode="text",
                    textfont={"size": 10, "family": "monospace", "color": color("ink")},
                    hoverinfo="skip",
                    xaxis="x2",
                    yaxis="y2",
                ),
            ]
        )
        bare = {"showticklabels": False, "ticks": "", "showgrid": False}
        bare |= {"showline": False, "fixedrange": True}
        part: dict[str, Any] = {"type": "rect", "layer": "below"}
        part |= {
            "line": {"width": 0},
            "fillcolor": color("blue_tint"),
            "x0": OUTSIDE,
            "x1": OUTSIDE,
        }
        ring: dict[str, Any] = {
            "type": "rect",
            "line": {"width": 2, "color": color("vermillion")},
        }
        end: dict[str, Any] = {"type": "line", "xref": "x2", "yref": "y2", "y0": -2}
        end |= {"y1": len(ALPHABET)}
        end |= {"line": {"width": 1, "color": color("axis")}, "x0": 0, "x1": 0}
        drawn.update_layout(
            plain_layout(
                700,
                margin={"l": 40, "r": 8, "t": 8, "b": 44},
                shapes=[part] * 3 + [ring, end],
            ),
            xaxis=bare | {"range": [-0.6, COLUMNS - 0.4], "anchor": "y"},
            yaxis=bare | {"range": [ROWS - 0.4, -0.6], "domain": [0.74, 1]},
            xaxis2=still("place in the window", anchor="y2")
            | {
                "range": [0, TARGET_AT + 1.5],
                "tickvals": [1, 10, 20, 30, TARGET_AT - 0.5],
                "ticktext": ["1", "10", "20", "30", "target"],
                "tickangle": 0,
                "showgrid": False,
            },
            yaxis2=still("letter")
            | {
                "range": [len(ALPHABET) - 0.4, -2],
                "domain": [0, 0.7],
                "tickvals": list(range(len(ALPHABET))),
                "ticktext": row_names,
                "tickfont": {"size": 9, "family": "monospace"},
                "ticks": "",
            },
        )
        return drawn

    def state(self, length: int, step: int, number: int) -> State:
        """Return where a window lies in the text, and its table.

        Parameters
        ----------
        length : int
            Letters that a window reads.
        step : int
            Distance of the starts of neighbouring windows.
        number : int
            Which window, from 0.
        """
        start = number * step
        window, target = self.text[start : start + length], self.text[start + length]
        rows = [ALPHABET.index(letter) for letter in window]
        found: State = {
            "data[1].x": np.arange(1, length + 1),
            "data[1].y": rows,
            "data[2].y": [ALPHABET.index(target)],
            "data[3].x": [*range(1, length + 1), TARGET_AT],
            "data[3].y": np.full(length + 1, -1.2),
            "data[3].text": [shown(letter) for letter in window + target],
            "layout.shapes[4].x0": length + 0.8,
            "layout.shapes[4].x1": length + 0.8,
        }
        first_line = start // COLUMNS
        for piece in range(3):  # a window of 40 letters lies in at most three lines
            line = first_line + piece
            left = max(start, line * COLUMNS)
            right = min(start + length, (line + 1) * COLUMNS)
            seen = left < right
            found |= _box(f"layout.shapes[{piece}]", left, right - left, seen)
        return found | _box("layout.shapes[3]", start + length, 1, True)

    def words(self, length: int, step: int, number: int) -> str:
        """Say what the window reads, how large its table is, and what windows share."""
        start = number * step
        window, target = self.text[start : start + length], self.text[start + length]
        size = length * len(ALPHABET)
        fewest, most = readers(length, step)
        times = f"{fewest}" if fewest == most else f"{fewest} or {most}"
        if step < length:
            overlap = f"It shares {length - step} of them with the next window"
            overlap += f", and each letter is read by {times} windows."
        else:
            overlap = "It shares none with the next window."
        if step > length:
            overlap += f" {step - length} of every {step} letters are read by none."
        return (
            f"Window {number} starts at place {start}, reads “{window}” and should say "
            f"“{shown(target)}”. Its {length} letters become {length} × "
            f"{len(ALPHABET)} = {size:,} numbers, {length} of them 1. {overlap} "
            f"{len(self.text):,} letters give "
            f"{counted(self.count(length, step), 'window')}."
        )


def _box(path: str, start: int, length: int, seen: bool) -> State:
    """Return the corners of a rectangle around letters of one line."""
    line, column = divmod(start, COLUMNS)
    corners = (column - 0.5, column + length - 0.5, line - 0.45, line + 0.45)
    names = ("x0", "x1", "y0", "y1")
    return {
        f"{path}.{name}": corner if seen else OUTSIDE
        for name, corner in zip(names, corners, strict=True)
    }
