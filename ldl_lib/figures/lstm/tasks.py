"""Two tasks that need nothing but memory, one sequence at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, counted, plain_layout, still
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

TASKS = ("copying", "adding")
LETTERS = "ABCDEFGH"
SYMBOLS = 2  # letters to remember
STEPS = 34  # of every sequence
LONGEST = STEPS - 2 * SYMBOLS
BLANK = -0.16  # height of a blank, below the letters, which fill 0 to 1


class Sequence(NamedTuple):
    """What a network is shown, and what it must say in the end.

    Attributes
    ----------
    heights : ndarray, shape (34,)
        In copying a letter's place in the alphabet, divided by 7, `BLANK`, or NaN for a
        go; in adding the number.
    kept : ndarray, shape (2,)
        Positions of what must be remembered, from 0.
    ends : ndarray, shape (2,) or (1,)
        Positions at which an answer is due.
    answers : tuple of str
        The answers.
    """

    heights: Floats
    kept: NDArray[np.int64]
    ends: NDArray[np.int64]
    answers: tuple[str, ...]


def sequence(task: str, wait: int, seed: int) -> Sequence:
    """Draw one sequence of a task.

    Parameters
    ----------
    task : {"copying", "adding"}
    wait : int
        Blanks between the last letter and the first answer; or steps from the first
        marked number to the end. From 1 to 30.
    seed : int
        Of the letters or numbers.
    """
    rng = np.random.default_rng([10, seed])
    if task == "copying":
        places = rng.integers(len(LETTERS), size=SYMBOLS)
        kept = np.arange(SYMBOLS) + LONGEST - wait
        heights = np.full(STEPS, BLANK)
        heights[kept] = places / (len(LETTERS) - 1)
        ends = np.arange(STEPS - SYMBOLS, STEPS)
        heights[ends] = np.nan
        return Sequence(heights, kept, ends, tuple(LETTERS[p] for p in places))
    heights = rng.random(STEPS).round(2)  # as shown, so that sums can be checked
    first = STEPS - 1 - wait
    second = first + 1 + int(rng.random() * wait)
    kept = np.array([first, second])
    total = f"{heights[kept].sum():.2f}"
    return Sequence(heights, kept, np.array([STEPS - 1]), (total,))


def figure() -> go.Figure:
    """Draw the inputs by step, what must be remembered, and where answers are due."""
    blue, ink = color("blue"), color("ink")
    drawn = go.Figure(
        [
            go.Scatter(
                x=np.arange(1, STEPS + 1),
                y=[],
                mode="markers",
                name="shown",
                marker={"symbol": "circle-open", "size": 7, "color": color("axis")},
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers+text",
                name="to be remembered",
                marker={"symbol": "diamond", "size": 13, "color": blue},
                text=[],
                textposition="top center",
                textfont={"color": ink, "size": 14},
            ),
            go.Scatter(
                x=[],
                y=[],
                mode="markers+text",
                name="answer due",
                marker={"symbol": "square", "size": 8, "color": color("vermillion")},
                text=[],
                textposition=["top left", "top right"],  # two steps side by side
                textfont={"color": ink, "size": 14},
            ),
        ]
    )
    drawn.update_traces(hoverinfo="skip", cliponaxis=False)
    drawn.update_layout(
        plain_layout(360, margin={"l": 56, "r": 20, "t": 40, "b": 46})
        | {"showlegend": True, "hovermode": False},
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=still("step", range=[0, STEPS + 1], dtick=5, tick0=0),
        yaxis=still("input", range=[-0.3, 1.45], tickvals=[], ticktext=[]),
    )
    return drawn


def state(task: str, wait: int, seed: int) -> State:
    """Return the inputs, what must be remembered, and the answers.

    Parameters
    ----------
    task, wait, seed
        As in `sequence`.
    """
    heights, kept, ends, answers = sequence(task, wait, seed)
    if task == "copying":
        ticks = [BLANK, *np.linspace(0, 1, len(LETTERS))]
        names = ["blank", *LETTERS]
        labels = list(answers)
    else:
        ticks, names = [0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"]
        labels = [f"{heights[place]:.2f}" for place in kept]
    return {
        "data[0].y": heights,
        "data[1].x": kept + 1,
        "data[1].y": heights[kept],
        "data[1].text": labels,
        "data[2].x": ends + 1,
        "data[2].y": np.full(len(ends), 1.28),
        "data[2].text": list(answers),
        "layout.yaxis.tickvals": ticks,
        "layout.yaxis.ticktext": names,
    }


def words(task: str, wait: int, seed: int) -> str:
    """Say what must be remembered, for how long, and what guessing gets.

    Parameters
    ----------
    task, wait, seed
        As in `sequence`.
    """
    heights, kept, ends, answers = sequence(task, wait, seed)
    steps = [int(place) + 1 for place in (*kept, *ends)]
    if task == "copying":
        pair = " and ".join(answers)
        return (
            f"Letters {pair} at steps {steps[0]} and {steps[1]}, then "
            f"{counted(wait, 'blank')}; at steps {steps[2]} and {steps[3]} the network "
            f"must say {pair}. Only the letters differ from sequence to sequence, so "
            "guessing gets one in eight right: 12.5%."
        )
    first, second = (float(heights[place]) for place in kept)
    return (
        f"{first:.2f} is marked at step {steps[0]}, {second:.2f} at step {steps[1]}; "
        f"after step {STEPS} the network must say {answers[0]}. It must hold the first "
        f"for {counted(wait, 'step')} and keep {counted(wait - 1, 'other number')} out "
        "on the way. Always answering 1 is within 0.1 of the sum for 19% of sequences."
    )
