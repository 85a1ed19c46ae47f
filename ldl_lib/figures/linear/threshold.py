"""EA.7: a threshold on real scores, and the four counts that follow from it."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.histograms import histogram_shares
from ldl_lib.figures.linear._shared import axis, line, percent, share_axis
from ldl_lib.figures.paths import here_trace
from ldl_lib.figures.theme import color
from ldl_lib.linear_models import (
    ThresholdCounts,
    logistic_regression,
    threshold_counts,
)

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

INPUTS = {
    "smoothness": ("mean smoothness",),
    "smoothness and texture": ("mean smoothness", "mean texture"),
    "all 30": (),
}
BINS = 10


class Counts(NamedTuple):
    """The confusion matrix at one threshold.

    Attributes
    ----------
    hits, misses : int
        Malignant tumours that are called malignant, and benign: true positives and
        false negatives.
    alarms, rejections : int
        Benign tumours that are called malignant, and benign: false positives and true
        negatives.
    """

    hits: int
    misses: int
    alarms: int
    rejections: int

    @property
    def precision(self) -> float:
        """Share of the positive answers that are right; NaN if there is none."""
        called = self.hits + self.alarms
        return self.hits / called if called else float("nan")

    @property
    def recall(self) -> float:
        """Share of the positives that are found."""
        return self.hits / (self.hits + self.misses)

    @property
    def false_alarms(self) -> float:
        """Share of the negatives that are called positive."""
        return self.alarms / (self.alarms + self.rejections)

    @property
    def accuracy(self) -> float:
        """Share of all answers that are right."""
        return (self.hits + self.rejections) / sum(self)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hits / (2 * self.hits + self.alarms + self.misses)


@cache
def held_out(inputs: str) -> tuple[Floats, Whole]:
    """Train on half of scikit-learn's breast cancer data and score the other half.

    Parameters
    ----------
    inputs : str
        A key of `INPUTS`.

    Returns
    -------
    scores : ndarray, shape (284,)
        Probability of malignant, of tumours that took no part in training.
    y : ndarray of int, shape (284,)
        1 malignant, 0 benign.
    """
    from sklearn.datasets import load_breast_cancer  # takes long to import

    data = load_breast_cancer()
    names = list(data.feature_names)
    columns = [names.index(name) for name in INPUTS[inputs]] or slice(None)
    X, y = data.data[:, columns], 1 - data.target  # scikit-learn's 0 is malignant
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[: len(y) // 2 + 1], order[len(y) // 2 + 1 :]
    mean, spread = X[train].mean(axis=0), X[train].std(axis=0)
    X = (X - mean) / spread
    weights = logistic_regression(X[train], y[train], penalty=1.0)
    z = weights[0] + X[test] @ weights[1:]
    return np.asarray(nn.ACTIVATIONS["logistic"].value(z), np.float64), y[test]


@cache
def curves(inputs: str) -> ThresholdCounts:
    """Return the counts at every threshold that makes a difference."""
    return threshold_counts(*held_out(inputs))


def counts(inputs: str, threshold: float) -> Counts:
    """Count right and wrong answers.

    Parameters
    ----------
    inputs : str
        A key of `INPUTS`.
    threshold : float
        Scores from here on are called malignant.
    """
    scores, y = held_out(inputs)
    called = scores >= threshold
    hits, alarms = int((called & (y == 1)).sum()), int((called & (y == 0)).sum())
    return Counts(
        hits, int((y == 1).sum()) - hits, alarms, int((y == 0).sum()) - alarms
    )


@cache
def _shares(inputs: str) -> tuple[Floats, Floats]:
    scores, y = held_out(inputs)
    one, zero = (histogram_shares(scores[y == label], (0, 1), BINS) for label in (1, 0))
    return one, -zero


def state(inputs: str, threshold: float) -> State:
    """Return histograms, counts, both curves and the threshold's place on them.

    Parameters as in `counts`.
    """
    found, all_ = counts(inputs, threshold), curves(inputs)
    malignant, benign = _shares(inputs)
    # Thinned by rounding away what is no pixel.
    roc, pr = (
        np.unique(np.round(np.column_stack(pair), 3), axis=0)
        for pair in ((all_.false_alarms, all_.recall), (all_.recall, all_.precision))
    )
    cells = (
        f"<b>{found.hits}</b><br>true positives",
        f"<b>{found.misses}</b><br>false negatives<br>(type II)",
        f"<b>{found.alarms}</b><br>false positives<br>(type I)",
        f"<b>{found.rejections}</b><br>true negatives",
    )
    changes: State = {
        "data[0].y": malignant,
        "data[1].y": benign,
        "data[2].x": [threshold] * 2,
        "data[3].x": roc[:, 0],
        "data[3].y": roc[:, 1],
        "data[4].x": [found.false_alarms],
        "data[4].y": [found.recall],
        "data[5].x": pr[::-1, 0],
        "data[5].y": pr[::-1, 1],
        "data[6].x": [found.recall] if found.hits + found.alarms else [],
        "data[6].y": [found.precision] if found.hits + found.alarms else [],
    }
    for number, text in enumerate(cells):
        changes[f"layout.annotations[{number}].text"] = text
    return changes


def words(inputs: str, threshold: float) -> str:
    """Say what the threshold yields, and which threshold has the best F score."""
    found, all_ = counts(inputs, threshold), curves(inputs)
    best, at = best_f1(inputs)
    precision = (
        "Nothing is called malignant, so there is no precision"
        if np.isnan(found.precision)
        else f"Precision {percent(found.precision)}"
    )
    return (
        f"{precision}; recall {percent(found.recall)}, false positive rate "
        f"{percent(found.false_alarms)}, accuracy {percent(found.accuracy)}, "
        f"F1 {fixed(found.f1, 3)}. Malignant tumours missed: {found.misses}. The best "
        f"F1, {fixed(best, 3)}, is at the threshold {fixed(at, 2)}; the area under the "
        f"ROC curve is {fixed(all_.area, 3)} at any."
    )


@cache
def best_f1(inputs: str) -> tuple[float, float]:
    """Return the best F1 on a grid of thresholds, and the lowest threshold with it."""
    grid = np.round(np.arange(0, 1.001, 0.02), 2)
    scores = [counts(inputs, float(t)).f1 for t in grid]
    place = int(np.argmax(scores))
    return scores[place], float(grid[place])


def figure() -> go.Figure:
    """Draw both histograms, the confusion matrix, and the ROC and PR curves."""
    width = 1 / BINS
    middles = np.linspace(width / 2, 1 - width / 2, BINS)

    def bars(hue: str, name: str, pattern: str) -> go.Bar:
        marker: dict[str, Any] = {"color": color(f"{hue}_tint")}
        marker["line"] = {"color": color(hue), "width": 1.5}
        marker["pattern"] = {"shape": pattern, "fgcolor": color(hue), "size": 7}
        return go.Bar(
            x=middles, y=[], width=width, name=name, marker=marker, hoverinfo="skip"
        )

    def curve(which: int) -> go.Scatter:
        more: State = {"xaxis": f"x{which}", "yaxis": f"y{which}", "showlegend": False}
        return line("green", **more)

    built = go.Figure(
        [
            bars("vermillion", "malignant", ""),
            bars("blue", "benign", "/"),
            line("ink", "dash", 3, y=[-0.95, 0.95], name="threshold"),
            curve(2),
            here_trace(xaxis="x2", yaxis="y2", cliponaxis=False),
            curve(3),
            here_trace(xaxis="x3", yaxis="y3", cliponaxis=False),
        ]
    )
    cell = {"xref": "paper", "yref": "paper", "showarrow": False, "text": ""}
    cell |= {"xanchor": "center", "yanchor": "middle"}
    head = cell | {"font": {"color": color("muted"), "size": 13}}
    left, right, upper, lower, half = 0.295, 0.775, 0.515, 0.395, 0.055
    places = ((left, upper), (right, upper), (left, lower), (right, lower))
    rows = (("malignant", upper), ("benign", lower))
    heads = [
        head | {"x": x, "y": 0.59, "text": text}
        for x, text in ((left, "called malignant"), (right, "called benign"))
    ]
    sides = [
        head | {"x": 0.03, "y": y, "text": text, "textangle": -90} for text, y in rows
    ]
    good, bad = color("green_tint"), color("orange_tint")
    boxes = [
        {
            "type": "rect",
            "xref": "paper",
            "yref": "paper",
            "x0": x - 0.225,
            "x1": x + 0.225,
            "y0": y - half,
            "y1": y + half,
            "fillcolor": good if fine else bad,
            "line": {"width": 0},
            "layer": "below",
        }
        for (x, y), fine in zip(places, (True, False, False, True), strict=True)
    ]
    built.update_layout(
        plain_layout(800, margin={"l": 56, "r": 14, "t": 40, "b": 48}),
        showlegend=True,
        legend={"itemclick": False, "itemdoubleclick": False},
        barmode="overlay",
        bargap=0,
        annotations=[
            *(cell | {"x": x, "y": y} for x, y in places),
            *heads,
            *sides,
        ],
        shapes=boxes,
        xaxis=axis("probability of malignant", 0, 1, anchor="y"),
        yaxis=axis(
            "share of the class",
            -0.95,
            0.95,
            tickvals=[-0.5, 0, 0.5],
            ticktext=["50 %", "0", "50 %"],
            domain=[0.7, 1],
        ),
        xaxis2=share_axis("false positive rate", domain=[0, 0.38], anchor="y2"),
        yaxis2=share_axis("recall", domain=[0, 0.27], anchor="x2"),
        xaxis3=share_axis("recall", domain=[0.62, 1], anchor="y3"),
        yaxis3=share_axis("precision", domain=[0, 0.27], anchor="x3"),
    )
    return built
