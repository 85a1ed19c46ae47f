"""E4.1: look at the digits, their balance, and what ten mean images already read."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.digits._pictures import (
    Floats,
    Images,
    Whole,
    image_axes,
    image_trace,
    levels,
    montage,
)
from ldl_lib.figures.theme import color

ORDERS = ("as they come", "nearest to the mean", "farthest from the mean")
ROWS, COLUMNS = 3, 3
DIGITS = tuple("0123456789")
EVEN = 0.1  # share of each of ten classes, if all were equally large


class DigitBrowser:
    """Training images, sorted and averaged, and the nearest-mean classifier.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
        Training images; means are taken over these.
    labels : ndarray of int, shape (n,)
        From 0 to 9.
    asked, answers : ndarray
        Other images, and their labels, which the nearest-mean classifier is tried on.
    """

    def __init__(self, images: Images, labels: Whole, asked: Images, answers: Whole):
        self.images, self.labels = images, labels
        self.asked, self.answers = asked, answers
        self.counts: Whole = np.bincount(labels, minlength=10)
        self._shown: dict[tuple[int, str], Floats] = {}

    @cached_property
    def means(self) -> Floats:
        """Mean image of each digit, shape (10, height, width), 0 to 255."""
        each = [self.images[self.labels == digit] for digit in range(10)]
        return np.array([part.mean(axis=0) for part in each])

    @cached_property
    def confusion(self) -> Whole:
        """Answers of the nearest mean on `asked`, shape (true, answer)."""
        found = nearest_mean(self.means, self.asked)
        return np.bincount(10 * self.answers + found, minlength=100).reshape(10, 10)

    def examples(self, digit: int, order: str) -> NDArray[np.intp]:
        """Return positions of nine training images of a digit.

        Parameters
        ----------
        digit : int
        order : str
            One of `ORDERS`.
        """
        of_digit = np.flatnonzero(self.labels == digit)
        if order == ORDERS[0]:
            return of_digit[: ROWS * COLUMNS]
        pixels = self.images[of_digit].reshape(len(of_digit), -1).astype(np.float32)
        mean = self.means[digit].ravel().astype(np.float32)
        sign = 1 if order == ORDERS[1] else -1
        distances = sign * ((pixels - mean) ** 2).sum(axis=1)
        return of_digit[np.argsort(distances, kind="stable")[: ROWS * COLUMNS]]

    def figure(self) -> go.Figure:
        """Draw nine images, the mean of all, class sizes, and what the mean reads."""
        right = np.diag(self.confusion) / np.maximum(self.confusion.sum(axis=1), 1)
        drawn = go.Figure(
            [
                image_trace(),
                image_trace("x2", "y2"),
                _bars(self.counts / self.counts.sum(), 3),
                _bars(right, 4),
                _ring(3),
                _ring(4),
            ]
        )
        height, width = self.images.shape[1:]
        x, y = image_axes("x", "y", ROWS * height, COLUMNS * width)
        x2, y2 = image_axes("x2", "y2", height, width)
        ticks = {"tickvals": list(range(10)), "fixedrange": True, "showgrid": False}
        share = {"fixedrange": True, "tickformat": ".0%", "domain": [0, 0.3]}
        drawn.update_layout(
            plain_layout(480, margin={"l": 44, "r": 8, "t": 30, "b": 44}),
            hovermode=False,
            bargap=0.25,
            annotations=[
                _title("nine images", ""),
                _title("mean of all", "2"),
                _title("share of images", "3"),
                _title("read rightly", "4"),
            ],
            xaxis=x | {"domain": [0, 0.7]},
            yaxis=y | {"domain": [0.42, 1]},
            xaxis2=x2 | {"domain": [0.74, 1]},
            yaxis2=y2 | {"domain": [0.42, 1]},
            xaxis3=ticks
            | {"anchor": "y3", "domain": [0, 0.44], "title": {"text": "digit"}},
            yaxis3=share | {"anchor": "x3", "range": [0, 0.16], "dtick": 0.05},
            xaxis4=ticks
            | {"anchor": "y4", "domain": [0.58, 1], "title": {"text": "digit"}},
            yaxis4=share | {"anchor": "x4", "range": [0, 1.12], "dtick": 0.5},
        )
        return drawn

    def state(self, digit: int, order: str) -> State:
        """Return the images of a digit, their mean, and rings around its bars.

        Parameters
        ----------
        digit : int
        order : str
            One of `ORDERS`.
        """
        if (digit, order) not in self._shown:
            chosen = self.images[self.examples(digit, order)]
            self._shown[digit, order] = montage(chosen, ROWS, COLUMNS)
        right = self.confusion[digit, digit] / max(self.confusion[digit].sum(), 1)
        return {
            "data[0].z": self._shown[digit, order],
            "data[1].z": levels(2 * self.means[digit]) / 2,  # a blur shows its steps
            "data[4].x": [digit],
            "data[4].y": [self.counts[digit] / self.counts.sum() + 0.01],
            "data[5].x": [digit],
            "data[5].y": [right + 0.07],
        }

    def words(self, digit: int, order: str) -> str:
        """Say how many there are of a digit, and how the nearest mean reads them."""
        count, row = int(self.counts[digit]), self.confusion[digit].copy()
        total, right = int(row.sum()), int(row[digit])
        row[digit] = -1
        other = int(row.argmax())
        overall = np.trace(self.confusion) / max(self.confusion.sum(), 1)
        text = (
            f"{count:,} of {len(self.labels):,} training images are a {digit}: "
            f"{count / len(self.labels):.1%}, where even shares would be {EVEN:.0%}. "
        )
        if not total:
            return f"{text}No validation image is one."
        text += (
            f"The nearest mean reads {right / total:.0%} of the validation images of "
            f"{digit}"
        )
        if row[other] > 0:
            text += f" and takes the others most often for {other}"
        return f"{text}; of all digits it reads {overall:.1%}."


def nearest_mean(means: Floats, images: Images) -> Whole:
    """Give each image the number of the mean image at the smallest distance.

    Parameters
    ----------
    means : ndarray, shape (classes, height, width)
    images : ndarray, shape (n, height, width)

    Returns
    -------
    ndarray of int, shape (n,)

    Notes
    -----
    |x − m|² = |x|² − 2 x·m + |m|², and the first term is the same for all means.
    """
    flat = means.reshape(len(means), -1).astype(np.float32)
    pixels = images.reshape(len(images), -1).astype(np.float32)
    answers: Whole = ((flat**2).sum(axis=1) - 2 * pixels @ flat.T).argmin(axis=1)
    return answers


def _bars(heights: Floats, axis: int) -> go.Bar:
    return go.Bar(
        x=list(range(10)),
        y=heights,
        marker={"color": color("blue")},
        hoverinfo="skip",
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
    )


def _ring(axis: int) -> go.Scatter:
    """Return the mark over the bar of the digit that is shown."""
    return go.Scatter(
        x=[],
        y=[],
        mode="markers",
        marker={"symbol": "triangle-down", "size": 11, "color": color("vermillion")},
        cliponaxis=False,
        hoverinfo="skip",
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
    )


def _title(text: str, axis: str) -> State:
    return {
        "text": text,
        "x": 0.5,
        "y": 1,
        "xref": f"x{axis} domain",
        "yref": f"y{axis} domain",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13, "color": color("muted")},
    }
