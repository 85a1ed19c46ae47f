"""EB.1: what two boxes share, and what they cover together."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ldl_lib import detection
from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.detection._shared import image_axes, lines, outlines
from ldl_lib.figures.theme import color

WIDTH, HEIGHT = 16, 12  # pixels of the grid
TRUTH = (4, 3, 12, 9)
THRESHOLD = 0.5
# For the twin in front/compute/box_iou.js.
CONSTANTS = {"truth": list(TRUTH), "threshold": THRESHOLD}


def _box(x: int, y: int, width: int, height: int) -> tuple[int, int, int, int]:
    return x, y, x + width, y + height


def state(x: int, y: int, width: int, height: int) -> State:
    """Return the prediction and what it shares with the truth.

    Parameters
    ----------
    x, y : int
        Left and upper edge of the predicted box, in pixels.
    width, height : int
        Its size, at least 1.
    """
    box = _box(x, y, width, height)
    shared = _shared(box)
    across, down = outlines([box])
    common = outlines([shared] if shared else [])
    return {
        "data[1].x": across,
        "data[1].y": down,
        "data[2].x": common[0],
        "data[2].y": common[1],
    }


def _shared(box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Return the box that a prediction and the truth have in common."""
    x0, y0 = max(box[0], TRUTH[0]), max(box[1], TRUTH[1])
    x1, y1 = min(box[2], TRUTH[2]), min(box[3], TRUTH[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def words(x: int, y: int, width: int, height: int) -> str:
    """Say how intersection, union and IoU come about.

    Parameters
    ----------
    x, y, width, height
        As in `state`.
    """
    box = _box(x, y, width, height)
    shared = _shared(box)
    areas = [(TRUTH[2] - TRUTH[0]) * (TRUTH[3] - TRUTH[1]), width * height]
    if shared is None:
        return (
            f"The boxes share nothing: IoU = 0 / {sum(areas)} = 0, however far apart "
            "they are."
        )
    found = detection.overlaps([TRUTH], [box])
    both, either = int(found.intersection.item()), int(found.union.item())
    sides = f"{shared[2] - shared[0]} × {shared[3] - shared[1]}"
    verdict = "a hit" if both >= THRESHOLD * either else "a miss"
    score, covered = _hundredths(both, either) / 100, _hundredths(both, areas[0])
    return (
        f"Intersection {sides} = {both} pixels, union {areas[0]} + {areas[1]} − {both} "
        f"= {either}: IoU = {both} / {either} ≈ {score:.2f}. The prediction covers "
        f"{covered}% of the object. With the usual threshold {THRESHOLD} it is "
        f"{verdict}."
    )


def _hundredths(part: int, whole: int) -> int:
    """Return a share in hundredths, halves rounded up, as the twin does exactly."""
    return (200 * part + whole) // (2 * whole)


def figure() -> go.Figure:
    """Draw the true box, the predicted one and what they share, on a grid of pixels."""
    truth = outlines([TRUTH])
    built = go.Figure(
        [
            lines("truth", "vermillion", dash="dash", fill="toself"),
            lines("prediction", "blue", fill="toself"),
            lines("intersection", "ink", width=4, fill="toself"),
        ]
    )
    tints = ("vermillion_tint", "blue_tint", "green_tint")
    for trace, tint in zip(built.data, tints, strict=True):
        trace.fillcolor = color(tint)
        # Of boxes that lie over one another each stays in sight.
        trace.opacity = 0.75
    built.data[0].x, built.data[0].y = truth
    axes = image_axes(
        WIDTH,
        HEIGHT,
        more={"dtick": 1, "tick0": 0, "showgrid": True, "ticks": "", "showline": False},
    )
    built.update_layout(
        plain_layout(400, showlegend=True, margin={"l": 44, "r": 14, "t": 36, "b": 44}),
        legend={"itemclick": False, "itemdoubleclick": False},
        **axes,
    )
    labels = np.arange(0, WIDTH + 1)
    texts = [str(n) if n % 4 == 0 else "" for n in labels]
    built.update_xaxes(still("x in pixels", tickvals=labels, ticktext=texts))
    # Without the last label, which would touch the first one of the other axis.
    labels, texts = labels[:HEIGHT], texts[:HEIGHT]
    built.update_yaxes(still("y in pixels", tickvals=labels, ticktext=texts))
    return built
