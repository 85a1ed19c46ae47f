"""EB.6: precision, recall and average precision of a detector."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ldl_lib import detection
from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.theme import color

IMAGES, SEED = 30, 4
THRESHOLDS = (0.5, 0.75, 0.9)  # of IoU, from which on a box counts as right
SUPPRESSED = 0.5  # IoU above which the surer box stays
TRIES = 3  # boxes around every object


class Curve(NamedTuple):
    """How good the detector is, as its score threshold falls.

    Attributes
    ----------
    counts : PrecisionRecall
        Of all detections, the surest first.
    objects : int
        How many objects there are.
    average : float
        COCO's average precision at this IoU threshold.
    """

    counts: detection.PrecisionRecall
    objects: int
    average: float


@cache
def _detections() -> tuple[list[detection.Truth], list[detection.Detections]]:
    """Return the objects of generated scenes, and what an imagined detector finds.

    Around each object it draws three boxes, some of them far off; scores go with the
    quality, but not quite. In each image it also imagines two.
    """
    rng = np.random.default_rng(SEED)
    truths = detection.scenes(IMAGES, SEED).truths
    found = []
    for truth in truths:
        objects = np.repeat(np.asarray(truth.boxes), TRIES, axis=0)
        sizes = np.tile(objects[:, 2:] - objects[:, :2], 2)
        spread = rng.choice([0.03, 0.07, 0.2], size=(len(objects), 1))
        near = objects + spread * sizes * rng.normal(size=objects.shape)
        corners = rng.uniform(0, 40, size=(2, 2))
        dreamt = np.hstack([corners, corners + rng.uniform(8, 24, size=(2, 2))])
        quality = np.append(1 - 4 * spread, [0.1, 0.1])
        scores = 1 / (1 + np.exp(-3 * quality - rng.normal(-0.5, 0.9, quality.shape)))
        boxes = np.vstack([near, dreamt])
        found.append(detection.Detections(boxes, scores, np.ones(len(boxes), int)))
    return truths, found


@cache
def curve(threshold: float, suppress: bool) -> Curve:
    """Return precision and recall of the imagined detector.

    Parameters
    ----------
    threshold : float
        IoU from which on a box counts as right.
    suppress : bool
        Whether boxes go through non-maximum suppression first.
    """
    scores, correct, objects = [], [], 0
    for truth, found in zip(*_detections(), strict=True):
        boxes, given = np.asarray(found.boxes), np.asarray(found.scores)
        if suppress:
            kept = detection.non_maximum_suppression(boxes, given, SUPPRESSED)
            boxes, given = boxes[kept], given[kept]
        match = detection.match_detections(boxes, given, truth.boxes, threshold)
        scores.append(given)
        correct.append(match >= 0)
        objects += len(np.asarray(truth.classes))
    everything = np.concatenate(scores), np.concatenate(correct), objects
    return Curve(
        detection.precision_recall(*everything),
        objects,
        detection.average_precision(*everything),
    )


def state(score: float, threshold: float, suppress: bool) -> State:
    """Return the curve, its envelope, and the point of the chosen threshold.

    Parameters
    ----------
    score : float
        Detections with a lower score are left out.
    threshold, suppress
        As in `curve`.
    """
    counts = curve(threshold, suppress).counts
    chosen = _chosen(counts, score)
    last = counts.recall[-1]
    return {
        "data[0].x": np.concatenate([[0], counts.recall, [last]]),
        "data[0].y": np.concatenate([counts.envelope[:1], counts.envelope, [0]]),
        "data[1].x": counts.recall,
        "data[1].y": counts.precision,
        "data[2].x": counts.recall[chosen - 1 : chosen],
        "data[2].y": counts.precision[chosen - 1 : chosen],
    }


def _chosen(counts: detection.PrecisionRecall, score: float) -> int:
    """Return how many detections have at least this score."""
    return int((counts.scores >= score).sum())


def words(score: float, threshold: float, suppress: bool) -> str:
    """Say how many detections are right, and what the average precision is.

    Parameters
    ----------
    score, threshold, suppress
        As in `state`.
    """
    found = curve(threshold, suppress)
    chosen = _chosen(found.counts, score)
    right = round(found.counts.recall[chosen - 1] * found.objects)
    return (
        f"{chosen} detections of {found.objects} objects; {right} are right. "
        f"Precision {right} / {chosen} = {right / chosen:.2f}, recall {right} / "
        f"{found.objects} = {right / found.objects:.2f}. The average precision, over "
        f"all scores, is {found.average:.2f}."
    )


def figure() -> go.Figure:
    """Draw precision against recall, with the area below its envelope."""
    built = go.Figure(
        [
            go.Scatter(
                x=[],
                y=[],
                name="best precision from here on",
                mode="lines",
                fill="tozeroy",
                fillcolor=color("blue_tint"),
                line={"color": color("blue"), "dash": "dash", "shape": "vh"},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                name="precision",
                mode="lines",
                line={"color": color("vermillion"), "width": 2},
                hovertemplate="recall %{x:.2f}, precision %{y:.2f}<extra></extra>",
            ),
            go.Scatter(
                x=[],
                y=[],
                name="your threshold",
                mode="markers",
                marker={"color": color("ink"), "size": 15, "symbol": "diamond"},
                cliponaxis=False,
                hovertemplate="recall %{x:.2f}, precision %{y:.2f}<extra></extra>",
            ),
        ]
    )
    built.update_layout(
        plain_layout(420, showlegend=True, margin={"l": 56, "r": 12, "t": 60, "b": 48}),
        legend={"itemclick": False, "itemdoubleclick": False},
        xaxis=still("recall: share of the objects found", range=[0, 1.02]),
        yaxis=still("precision: share of right boxes", range=[0, 1.05]),
    )
    return built
