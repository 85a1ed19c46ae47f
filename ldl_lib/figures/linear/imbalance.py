"""EA.8: how rare the positives are changes precision, but not the ROC curve."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.linear._shared import line, percent, share_axis
from ldl_lib.figures.paths import here_trace
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

SHARES = {"50 %": 0.5, "20 %": 0.2, "5 %": 0.05, "1 %": 0.01, "0.1 %": 0.001}
SEPARATION = 2.0  # standard deviations between the mean scores of both classes
CURVE = np.linspace(-4.0, 6.0, 101)  # thresholds
PEOPLE = 100_000


def rates(threshold: float) -> tuple[float, float]:
    """Return recall and false alarms of scores that are normal in each class.

    Negatives have mean 0, positives mean 2, both a standard deviation of 1.

    Parameters
    ----------
    threshold : float
        Scores from here on are called positive.
    """

    def beyond(z: float) -> float:
        return 0.5 * math.erfc(z / math.sqrt(2))

    return beyond(threshold - SEPARATION), beyond(threshold)


def precision(share: float, recall: float, false_alarms: float) -> float:
    """Return the share of positive answers that are right (Bayes' rule)."""
    hits, alarms = share * recall, (1 - share) * false_alarms
    return hits / (hits + alarms)


@cache
def _curve() -> tuple[Floats, Floats]:
    recall, false_alarms = np.array([rates(t) for t in CURVE.tolist()]).T
    return recall, false_alarms


def numbers(share: float, threshold: float) -> dict[str, int]:
    """Count the answers about 100,000 people, on average.

    Parameters
    ----------
    share : float
        Of positives.
    threshold : float
        As in `rates`.

    Returns
    -------
    dict of str to int
        "hits", "misses", "alarms" and "rejections".
    """
    recall, false_alarms = rates(threshold)
    positives = round(share * PEOPLE)
    hits, alarms = round(positives * recall), round((PEOPLE - positives) * false_alarms)
    return {
        "hits": hits,
        "misses": positives - hits,
        "alarms": alarms,
        "rejections": PEOPLE - positives - alarms,
    }


def state(share: float, threshold: float) -> State:
    """Return the counts, and both curves with the threshold's place on them.

    Parameters as in `numbers`.
    """
    recall, false_alarms = rates(threshold)
    x, y = _curve()
    found = numbers(share, threshold)
    called = found["hits"] + found["alarms"]
    return {
        "data[1].x": [false_alarms],
        "data[1].y": [recall],
        "data[2].x": x,
        "data[2].y": share * x / (share * x + (1 - share) * y),
        "data[3].x": [recall],
        "data[3].y": [precision(share, recall, false_alarms)],
        "data[4].y": [share] * 2,
        "data[5].x": [found["hits"] / max(called, 1)],
        "data[6].x": [found["alarms"] / max(called, 1)],
        "layout.annotations[0].text": (
            f"of {called:,} alarm{'' if called == 1 else 's'}: "
            f"<b>{found['hits']:,}</b> right, <b>{found['alarms']:,}</b> false"
        ),
    }


def words(share: float, threshold: float) -> str:
    """Compare precision and accuracy with a classifier that never raises an alarm."""
    recall, false_alarms = rates(threshold)
    accuracy = share * recall + (1 - share) * (1 - false_alarms)
    naive = 1 - share
    better = "beats" if accuracy > naive else "does not beat"
    if percent(accuracy) == percent(naive):
        better = "is no better than that of"
    return (
        f"Recall {percent(recall)} and false positive rate {percent(false_alarms)}, "
        f"whatever the share of positives is. With {percent(share)} positives, "
        f"precision is {percent(precision(share, recall, false_alarms))}. Accuracy "
        f"{percent(accuracy)} {better} the naive classifier, which always says no and "
        f"is right in {percent(naive)}."
    )


def figure() -> go.Figure:
    """Draw the alarms, the ROC curve, and the precision-recall curve."""
    x, y = _curve()

    def bar(name: str, hue: str, pattern: str) -> go.Bar:
        return go.Bar(
            x=[],
            y=[0],
            orientation="h",
            name=name,
            xaxis="x3",
            yaxis="y3",
            marker={
                "color": color(f"{hue}_tint"),
                "line": {"color": color(hue), "width": 1.5},
                "pattern": {"shape": pattern, "fgcolor": color(hue), "size": 8},
            },
            hoverinfo="skip",
        )

    second: State = {"xaxis": "x2", "yaxis": "y2"}
    built = go.Figure(
        [
            line("green", x=y, y=x, showlegend=False),
            here_trace(cliponaxis=False),
            line("green", **second, showlegend=False),
            here_trace(xaxis="x2", yaxis="y2", cliponaxis=False),
            line("muted", "dot", 2, x=[0, 1], **second, name="precision by chance"),
            bar("right alarms", "blue", ""),
            bar("false alarms", "vermillion", "/"),
        ]
    )
    note = {"xref": "paper", "yref": "paper", "x": 0.5, "xanchor": "center"}
    note |= {"y": 0.99, "yanchor": "top", "showarrow": False, "text": ""}
    built.update_layout(
        plain_layout(520, margin={"l": 56, "r": 14, "t": 64, "b": 48}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False},
        barmode="stack",
        annotations=[note],
        xaxis=share_axis("false positive rate", domain=[0, 0.38], anchor="y"),
        yaxis=share_axis("recall", domain=[0, 0.6], anchor="x"),
        xaxis2=share_axis("recall", domain=[0.62, 1], anchor="y2"),
        yaxis2=share_axis("precision", domain=[0, 0.6], anchor="x2"),
        xaxis3={"range": [0, 1], "visible": False, "anchor": "y3", "fixedrange": True},
        yaxis3={
            "range": [-0.5, 0.5],
            "visible": False,
            "domain": [0.76, 0.92],
            "anchor": "x3",
            "fixedrange": True,
        },
    )
    return built


def best_accuracy(share: float) -> float:
    """Return the best accuracy that any of the drawn thresholds reaches."""
    recall, false_alarms = _curve()
    return float((share * recall + (1 - share) * (1 - false_alarms)).max())


def area() -> float:
    """Return the area under the ROC curve: Φ(d/√2) at a separation of d."""
    return 0.5 * math.erfc(-SEPARATION / 2)
