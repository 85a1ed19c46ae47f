"""EB.2: from many boxes to one an object."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import detection
from ldl_lib.figures._shared import State, counted, plain_layout, still
from ldl_lib.figures.detection._shared import image_axes, lines, outlines
from ldl_lib.figures.theme import color

WIDTH, HEIGHT = 100, 68
# Three people, two of them close together.
PEOPLE = np.array([[20, 10, 44, 60], [31, 12, 55, 62], [70, 14, 92, 58]])
# What a detector could say about them: boxes and scores.
CANDIDATES = np.array(
    [
        [21, 10, 45, 60],
        [32, 12, 55, 62],
        [70, 15, 92, 58],
        [18, 12, 43, 58],
        [33, 15, 57, 61],
        [22, 7, 46, 60],
        [68, 16, 93, 60],
        [30, 10, 54, 65],
        [72, 11, 91, 54],
        [23, 14, 42, 56],
        [2, 42, 15, 63],
        [58, 4, 67, 20],
    ]
)
SCORES = np.array([95, 90, 85, 80, 75, 70, 65, 60, 50, 35, 30, 20]) / 100
STEPS = len(SCORES) + 1
FOUND = 0.5  # a person is found by a box with at least this IoU


class Progress(NamedTuple):
    """How far suppression has come; positions in `CANDIDATES`.

    Attributes
    ----------
    waiting, dropped, kept : ndarray of int64
        Not looked at yet; dropped for one that was kept; kept, the surest first.
    now : ndarray of int64
        Dropped by the last step.
    done : bool
        Whether nothing waits any more.
    """

    waiting: NDArray[np.int64]
    dropped: NDArray[np.int64]
    kept: NDArray[np.int64]
    now: NDArray[np.int64]
    done: bool


def progress(threshold: float, cut: float, step: int) -> Progress:
    """Return what happened to each box until a step.

    Parameters
    ----------
    threshold : float
        A box is dropped if its IoU with one that is kept is larger.
    cut : float
        Boxes with a lower score do not take part.
    step : int
        How many boxes have been kept, as far as there are so many.
    """
    waiting = np.flatnonzero(cut <= SCORES)  # the surest first
    kept: list[int] = []
    dropped = now = np.empty(0, dtype=np.int64)
    while len(waiting) and len(kept) < step:
        best, rest = waiting[:1], waiting[1:]
        much = detection.iou(CANDIDATES[best], CANDIDATES[rest])[0] > threshold
        now, waiting = rest[much], rest[~much]
        dropped = np.append(dropped, now)
        kept.append(int(best[0]))
    return Progress(waiting, dropped, np.array(kept, np.int64), now, not len(waiting))


def state(threshold: float, cut: float, step: int) -> State:
    """Return the boxes that wait, are dropped, are kept, and the last one kept.

    Parameters
    ----------
    threshold, cut, step
        As in `progress`.
    """
    reached = progress(threshold, cut, step)
    groups = (reached.waiting, reached.dropped, reached.kept[:-1], reached.kept[-1:])
    state: State = {}
    for trace, group in enumerate(groups, start=1):
        state[f"data[{trace}].x"], state[f"data[{trace}].y"] = outlines(
            CANDIDATES[group]
        )
    last = reached.kept[-1:]  # more scores would cover one another
    state["data[5].x"] = CANDIDATES[last, 0] + 1.0
    state["data[5].y"] = CANDIDATES[last, 1] + 1.0
    state["data[5].text"] = [f"<b>{SCORES[i]:.2f}</b>" for i in last]
    return state


def words(threshold: float, cut: float, step: int) -> str:
    """Say what the step did and, at the end, who was found.

    Parameters
    ----------
    threshold, cut, step
        As in `progress`.
    """
    reached = progress(threshold, cut, step)
    if step == 0:
        return (
            f"{len(reached.waiting)} boxes with a score of at least {cut:g} for three "
            "people."
        )
    if not reached.done:
        last = reached.kept[-1]
        return (
            f"The surest box left, {SCORES[last]:.2f}, is kept. It drops "
            f"{len(reached.now)} that overlap it with an IoU above {threshold:g}; "
            f"{len(reached.waiting)} wait."
        )
    return f"Done: {result(reached.kept)}"


def result(kept: NDArray[np.int64]) -> str:
    """Say how many people some boxes find, and how many boxes are too many.

    Parameters
    ----------
    kept : ndarray of int64
        Positions in `CANDIDATES`, the surest first.
    """
    match = detection.match_detections(
        CANDIDATES[kept], SCORES[kept], PEOPLE, threshold=FOUND
    )
    found, wrong = int((match >= 0).sum()), int((match < 0).sum())
    boxes = "1 box is" if len(kept) == 1 else f"{len(kept)} boxes are"
    text = f"{boxes} kept for three people. {found} of 3 are found"
    if wrong:
        doubles = detection.iou(CANDIDATES[kept[match < 0]], PEOPLE).max(axis=1)
        twice = int((doubles >= FOUND).sum())
        parts = [
            counted(twice, "duplicate") if twice else "",
            counted(wrong - twice, "false alarm") if wrong > twice else "",
        ]
        return f"{text}, with {' and '.join(filter(None, parts))}."
    return f"{text}, each once." if found == 3 else f"{text}."


def figure() -> go.Figure:
    """Draw three people as filled boxes, and the candidates around them."""
    people = lines("person", "muted", width=1, fill="toself")
    people.fillcolor = color("gray_tint")
    people.x, people.y = outlines(PEOPLE)
    built = go.Figure(
        [
            people,
            lines("waiting", "sky", width=1.5),
            lines("dropped", "muted", width=1.5, dash="dot"),
            lines("kept", "blue"),
            lines("kept last", "vermillion", width=4, dash="dash"),
            go.Scatter(
                x=[],
                y=[],
                text=[],
                mode="text",
                textposition="bottom right",
                textfont={"size": 12, "color": color("ink")},
                showlegend=False,
                hoverinfo="skip",
            ),
        ]
    )
    built.update_layout(
        plain_layout(420, showlegend=True, margin={"l": 44, "r": 8, "t": 60, "b": 44}),
        legend={"itemclick": False, "itemdoubleclick": False},
        **image_axes(WIDTH, HEIGHT),
    )
    built.update_xaxes(still("x in pixels"))
    built.update_yaxes(still("y in pixels"))
    return built
