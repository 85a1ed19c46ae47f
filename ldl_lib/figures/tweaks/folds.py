"""E5.9: cross-validation fold by fold, and what tuning on the test set promises."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.theme import color

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

SPECIES = ("setosa", "versicolor", "virginica")
FLOWERS = 150  # fifty of each species, one species after the other
MOST_FOLDS = 10
ORDERS = ("as listed", "shuffled", "stratified")

PIXELS = 16  # of 64, that a setting looks at
SETTINGS = 100
TRAINING_IMAGES = 300
DRAWS = 200  # test sets that are drawn and averaged over
TEST_SIZES = (25, 50, 100, 200, 400)
TRIED = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100)


@cache
def flowers() -> tuple[Array, Whole]:
    """Return Fisher's irises, as scikit-learn ships them.

    Returns
    -------
    X : ndarray, shape (150, 4)
        Lengths and widths in centimetres.
    y : ndarray of int, shape (150,)
        Number of the species in `SPECIES`.
    """
    from sklearn.datasets import load_iris  # takes long to import

    X, y = load_iris(return_X_y=True)
    return X, y


def fold_numbers(y: Whole, k: int, order: str, seed: int) -> Whole:
    """Deal examples out to k folds of equal size, give or take one.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Classes; only "stratified" looks at them.
    k : int
        Number of folds, from 2 to n.
    order : {"as listed", "shuffled", "stratified"}
        Whether to cut the list as it is into k pieces, to shuffle it first, or to
        shuffle and give every fold its share of every class.
    seed : int
        Of the shuffling.

    Returns
    -------
    ndarray of int, shape (n,)
        For each example the fold that holds it out, from 0 to k − 1.
    """
    rng = np.random.default_rng(seed)
    numbers = np.empty(len(y), np.int64)
    if order == "stratified":
        shuffled = rng.permutation(len(y))
        by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
        numbers[by_class] = np.arange(len(y)) % k  # dealt like cards
        return numbers
    listed = rng.permutation(len(y)) if order == "shuffled" else np.arange(len(y))
    for number, piece in enumerate(np.array_split(listed, k)):
        numbers[piece] = number
    return numbers


def nearest_mean(X: Array, y: Whole, asked: Array) -> Whole:
    """Give each row of `asked` the class of `y` whose mean in `X` is nearest."""
    classes = np.unique(y)
    means = np.stack([X[y == each].mean(axis=0) for each in classes])
    squared = ((asked[:, None] - means) ** 2).sum(axis=2)
    answers: Whole = classes[squared.argmin(axis=1)]
    return answers


class _Result(NamedTuple):
    """One whole cross-validation."""

    folds: Whole  # that holds each flower out
    right: NDArray[np.bool_]  # whether it was classified correctly then
    scores: tuple[float, ...]  # share of right answers, by fold


@cache
def cross_validate(k: int, order: str, seed: int) -> _Result:
    """Hold out each fold of the irises once, learning from the others.

    Parameters
    ----------
    k, order, seed
        As in `fold_numbers`.
    """
    X, y = flowers()
    folds = fold_numbers(y, k, order, seed)
    right = np.empty(len(y), bool)
    for number in range(k):
        out = folds == number
        right[out] = nearest_mean(X[~out], y[~out], X[out]) == y[out]
    scores = tuple(float(right[folds == number].mean()) for number in range(k))
    return _Result(folds, right, scores)


def _markers(symbol: str, hue: str, size: int, name: str) -> go.Scatter:
    return go.Scatter(
        x=[],
        y=[],
        mode="markers",
        marker={"symbol": symbol, "color": color(hue), "size": size},
        name=name,
        hoverinfo="skip",
    )


def figure() -> go.Figure:
    """Draw which flowers each fold holds out, how they fare, and the folds' scores."""
    drawn = go.Figure(
        [
            _markers("circle", "blue", 5, "held out").update(x=np.arange(FLOWERS)),
            _markers("x", "vermillion", 9, "taken for another species"),
            go.Bar(
                x=[],
                y=[],
                text=[],
                orientation="h",
                width=0.7,
                marker={"color": color("blue_tint")},
                textposition="none",
                xaxis="x2",
                yaxis="y",
                showlegend=False,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=[],
                y=[],
                text=[],
                mode="text",
                textposition="middle right",
                textfont={"size": 13},
                xaxis="x2",
                yaxis="y",
                showlegend=False,
                hoverinfo="skip",
            ),
        ]
    )
    name = {
        "xref": "x",
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13, "color": color("muted")},
    }
    names = [
        name | {"x": 50 * number + 24.5, "text": species}
        for number, species in enumerate(SPECIES)
    ]
    border = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    border |= {"line": {"color": color("axis"), "width": 1}}
    row = {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": -1,
        "y1": -1,
        "layer": "below",
        "fillcolor": color("orange_tint"),
        "line": {"width": 0},
    }
    layout = plain_layout(
        440,
        margin={"l": 48, "r": 8, "t": 64, "b": 48},
        annotations=names,
        shapes=[row, *(border | {"x0": x, "x1": x} for x in (49.5, 99.5))],
        bargap=0.2,
    )
    drawn.update_layout(
        layout | {"showlegend": True, "legend": {"y": 1.07, "itemsizing": "constant"}},
        xaxis={
            "title": {"text": "flower, as listed"},
            "range": [-2, FLOWERS + 1],
            "tickvals": [0, 50, 100],
            "ticktext": ["1", "51", "101"],
            "domain": [0, 0.76],
            "fixedrange": True,
            "showgrid": False,
        },
        xaxis2={
            "title": {"text": "right"},
            "range": [0, 1],
            "showticklabels": False,
            "ticks": "",
            "domain": [0.8, 1],
            "fixedrange": True,
            "showgrid": False,
        },
        yaxis={
            "title": {"text": "fold held out"},
            "range": [MOST_FOLDS + 0.6, 0.4],
            "dtick": 1,
            "fixedrange": True,
            "showgrid": False,
        },
    )
    return drawn


def state(step: int, k: int, order: str, seed: int) -> State:
    """Return the folds, the flowers classified so far, and the scores so far.

    Parameters
    ----------
    step : int
        So many folds have been held out, from 0 to 10; at most k.
    k : int
        Number of folds, from 2 to 10.
    order : {"as listed", "shuffled", "stratified"}
        See `fold_numbers`.
    seed : int
        Of the shuffling.
    """
    result = cross_validate(k, order, seed)
    done = min(step, k)
    wrong = np.flatnonzero((result.folds < done) & ~result.right)
    rows = np.arange(1, done + 1)
    scores = list(result.scores[:done])
    current = done if step <= k and done else -1
    return {
        "data[0].y": result.folds + 1,
        "data[1].x": wrong,
        "data[1].y": result.folds[wrong] + 1,
        "data[2].x": scores,
        "data[2].y": rows,
        "data[3].x": np.zeros(done),
        "data[3].y": rows,
        "data[3].text": [f"{score:.0%}" for score in scores],
        "layout.shapes[0].y0": current - 0.5,
        "layout.shapes[0].y1": current + 0.5,
    }


def words(step: int, k: int, order: str, seed: int) -> str:
    """Say what the current fold scored, or mean and spread when all have been."""
    result = cross_validate(k, order, seed)
    if step == 0:
        sizes = np.bincount(result.folds)
        size = f"{sizes.min()}" + (f" or {sizes.max()}" if np.ptp(sizes) else "")
        return f"Each of {k} folds holds out {size} flowers, every flower once."
    if step >= k:
        text = (
            f"Mean of {k} folds: {np.mean(result.scores):.1%} right, standard "
            f"deviation {100 * np.std(result.scores, ddof=1):.1f} points."
        )
        unseen = sum(bool(_unseen(result.folds, number)) for number in range(k))
        if unseen:
            text += f" In {unseen} of them a species was missing from the training."
        return text
    out = result.folds == step - 1
    text = (
        f"Fold {step} of {k}: {result.right[out].sum()} of {out.sum()} right, learnt "
        f"from the other {(~out).sum()}."
    )
    unseen_here = _unseen(result.folds, step - 1)
    return text + (f" Among those is no {unseen_here}." if unseen_here else "")


def _unseen(folds: Whole, number: int) -> str:
    """Name the species that are all in one fold, hence not learnt from."""
    kept = np.unique(flowers()[1][folds != number])
    return " or ".join(
        species for each, species in enumerate(SPECIES) if each not in kept
    )


class _Promise(NamedTuple):
    """What the best of some settings scores, averaged over test sets."""

    on_test: tuple[float, ...]  # on the set it was chosen on
    on_fresh: tuple[float, ...]  # on all other images


@cache
def _right_answers() -> NDArray[np.bool_]:
    """Return which images each setting classifies correctly, (settings, images).

    A setting says which of the 64 pixels of scikit-learn's digits a nearest-mean
    classifier looks at: a choice without sense, like many that tuning tries.
    """
    from sklearn.datasets import load_digits  # takes long to import

    X, y = load_digits(return_X_y=True)
    rng = np.random.default_rng(9)
    order = rng.permutation(len(y))
    learnt, asked = order[:TRAINING_IMAGES], order[TRAINING_IMAGES:]
    means = np.stack([X[learnt][y[learnt] == d].mean(axis=0) for d in range(10)])
    right = np.empty((SETTINGS, len(asked)), bool)
    for row in right:
        pixels = rng.choice(64, PIXELS, replace=False)
        part = means[:, pixels]
        # |x − m|² without |x|², which is the same for all means.
        squared = (part**2).sum(axis=1) - 2 * X[np.ix_(asked, pixels)] @ part.T
        row[:] = squared.argmin(axis=1) == y[asked]
    return right


@cache
def promise(size: int) -> _Promise:
    """Choose the best of m settings on a test set, and score it on fresh images.

    Parameters
    ----------
    size : int
        Number of images in the test set.

    Returns
    -------
    _Promise
        Shares of right answers for every m in `TRIED`.
    """
    right = _right_answers()
    rng = np.random.default_rng(size)
    chosen, fresh = np.empty((2, DRAWS, len(TRIED)))
    for draw in range(DRAWS):
        order = rng.permutation(right.shape[1])
        settings = rng.permutation(SETTINGS)
        on_test = right[:, order[:size]].mean(axis=1)[settings]
        on_fresh = right[:, order[size:]].mean(axis=1)[settings]
        winners = [int(on_test[:tried].argmax()) for tried in TRIED]
        chosen[draw], fresh[draw] = on_test[winners], on_fresh[winners]
    return _Promise(
        tuple(chosen.mean(axis=0).tolist()),
        tuple(fresh.mean(axis=0).tolist()),
    )


def leak_figure() -> go.Figure:
    """Draw what the winner scores on its test set and on fresh images."""
    style = {"x": list(TRIED), "y": [], "mode": "lines+markers", "hoverinfo": "skip"}
    gap = go.Scatter(
        x=[],
        y=[],
        mode="lines",
        line={"color": color("ink"), "width": 3},
        showlegend=False,
        hoverinfo="skip",
    )
    drawn = go.Figure(
        [
            go.Scatter(
                name="on the test set that chose it",
                line={"color": color("vermillion"), "dash": "dash"},
                marker={"symbol": "square", "size": 8},
                **style,
            ),
            go.Scatter(
                name="on fresh images",
                line={"color": color("blue")},
                marker={"symbol": "circle", "size": 8},
                **style,
            ),
            gap,
        ]
    )
    note = {
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "yshift": -16,
        "showarrow": False,
        "text": "",
        "font": {"size": 14},
    }
    drawn.update_layout(
        plain_layout(
            380, margin={"l": 56, "r": 16, "t": 56, "b": 48}, annotations=[note]
        )
        | {"showlegend": True},
        xaxis={
            "title": {"text": "settings tried"},
            "type": "log",
            "range": [-0.08, 2.08],
            "tickvals": [1, 2, 5, 10, 20, 50, 100],
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "right answers of the best"},
            "range": [0.66, 0.92],
            "dtick": 0.05,
            "tick0": 0.7,
            "tickformat": ".0%",
            "fixedrange": True,
        },
    )
    return drawn


def leak_state(size: int, tried: int) -> State:
    """Return both curves for a size of the test set, and their gap.

    Parameters
    ----------
    size : int
        One of `TEST_SIZES`.
    tried : int
        One of `TRIED`: how many settings compete.
    """
    found = promise(size)
    place = TRIED.index(tried)
    high, low = found.on_test[place], found.on_fresh[place]
    return {
        "data[0].y": list(found.on_test),
        "data[1].y": list(found.on_fresh),
        "data[2].x": [tried, tried],
        "data[2].y": [low, high],
        "layout.annotations[0].x": float(np.log10(tried)),
        "layout.annotations[0].y": low,
        "layout.annotations[0].xanchor": "left" if tried < 30 else "right",
        "layout.annotations[0].text": (
            f"{100 * (high - low):.1f} points" if tried > 1 else ""
        ),
    }


def leak_words(size: int, tried: int) -> str:
    """Say by how much the test set flatters the setting that it chose."""
    found = promise(size)
    place = TRIED.index(tried)
    high, low = found.on_test[place], found.on_fresh[place]
    if tried == 1:
        return (
            f"One setting, nothing to choose: {high:.1%} right on {size} test images, "
            f"{low:.1%} on fresh ones. On average the number is honest."
        )
    return (
        f"The best of {tried} settings has {high:.1%} right on the {size} images that "
        f"chose it, and {low:.1%} on fresh ones: {100 * (high - low):.1f} points too "
        f"good (mean of {DRAWS} test sets)."
    )
