"""EF.2: a race of the loop, the matrix form and mini-batches, as the lab timed it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib import results
from ldl_lib.figures._shared import State, counted, plain_layout
from ldl_lib.figures.theme import color

LAB = "04_digits_numpy"
IMAGES = 60_000  # an epoch
GOAL = 20  # epochs
SECONDS = 180  # of the race; the loop is the last to arrive
# What the axis counts, and its marks at 0, 5, … epochs of one image a step. (Plotly
# drops empty strings, hence the spaces.)
TICKS = {
    "epochs": ["0", "5", "10", "15", "20"],
    "updates": ["0", "\u00a0", "0.6 M", "\u00a0", "1.2 M"],
}
ROOM = 1.6  # of the axis, so that words fit behind the longest bar


class Runner(NamedTuple):
    """One way to train.

    Attributes
    ----------
    name : str
    seconds : float
        Measured for an epoch, without evaluation; mean over the lab's seeds.
    updates : int
        In an epoch.
    """

    name: str
    seconds: float
    updates: int


@cache
def runners() -> tuple[Runner, ...]:
    """Return the forms that the lab's full run has timed, the loop first."""
    stored = results.load(LAB)
    found = [Runner("loop", stored.mean("seconds_loop"), IMAGES)]
    for size in (1, *stored.parameters["timed_batches"]):
        seconds = stored.mean(f"seconds_{size}")
        found.append(Runner(f"batch {size}", seconds, -(-IMAGES // size)))
    return tuple(found)


def figure() -> go.Figure:
    """Draw a bar for each form, with room for its words."""
    names = [runner.name for runner in runners()]
    figure = go.Figure(
        go.Bar(
            x=[0] * len(names),
            y=names,
            orientation="h",
            marker={"color": color("blue")},
            hoverinfo="skip",
        )
    )
    words = {"showarrow": False, "xanchor": "left", "x": 0}
    figure.update_layout(
        plain_layout(380, margin={"l": 76, "r": 16, "t": 8, "b": 48}),
        bargap=0.35,
        annotations=[words | {"y": name, "text": name} for name in names],
        xaxis={
            "title": {"text": "epochs done"},
            "range": [0, ROOM * GOAL],
            "tickvals": [0, 5, 10, 15, 20],
            "ticktext": TICKS["epochs"],
            "fixedrange": True,
        },
        yaxis={"autorange": "reversed", "fixedrange": True, "ticks": ""},
    )
    return figure


def state(seconds: int, count: str) -> State:
    """Return how far each form is.

    Parameters
    ----------
    seconds : int
        Since the start, at most `SECONDS`.
    count : str
        What the axis counts, a key of `TICKS`.
    """
    unit = 1 if count == "epochs" else IMAGES
    done = [_done(runner, seconds, count) / unit for runner in runners()]
    state: State = {
        "data[0].x": np.round(done, 2),  # the axis is the same for both
        "layout.xaxis.ticktext": TICKS[count],
        "layout.xaxis.title.text": f"{count} done",
    }
    for number, runner in enumerate(runners()):
        state[f"layout.annotations[{number}].text"] = _told(runner, seconds, count)
        state[f"layout.annotations[{number}].x"] = round(done[number], 2)
    return state


def words(seconds: int, count: str) -> str:
    """Say who has arrived, and who makes the most updates.

    Parameters
    ----------
    seconds, count
        As in `state`.
    """
    arrived = [runner for runner in runners() if _finish(runner) <= seconds]
    loop, *others = runners()
    fastest = min(others, key=lambda runner: runner.seconds)
    text = f"After {counted(seconds, 'second')}, "
    text += f"{len(arrived)} of {len(runners())} have done {GOAL} epochs. "
    if count == "epochs":
        ratio = loop.seconds / fastest.seconds
        return text + (
            f"{fastest.name.capitalize()} needs {_finish(fastest):.1f} s for them, the "
            f"loop {_finish(loop):.0f} s: {ratio:.0f} times as long."
        )
    busiest = max(others, key=lambda runner: runner.updates / runner.seconds)
    return text + (
        f"{busiest.name.capitalize()} makes the most updates a second, "
        f"{busiest.updates / busiest.seconds:,.0f}; {fastest.name}, first through the "
        f"epochs, {fastest.updates / fastest.seconds:,.0f}. An epoch is no update."
    )


def _finish(runner: Runner) -> float:
    return GOAL * runner.seconds


def _done(runner: Runner, seconds: float, count: str) -> float:
    epochs = min(seconds / runner.seconds, GOAL)
    return epochs if count == "epochs" else epochs * runner.updates


def _told(runner: Runner, seconds: float, count: str) -> str:
    """Write beside a bar how far it is, or when it arrived."""
    done = _done(runner, seconds, count)
    arrived = _finish(runner) <= seconds
    if count == "epochs":
        return f"✓ {_finish(runner):.1f} s" if arrived else f"{done:.1f}"
    return f"{'✓ ' if arrived else ''}{done:,.0f}"
