"""E4.3: a cell of the confusion matrix, and the images in it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib.figures._shared import State, plain_layout
from ldl_lib.figures.confusion import confusion_counts
from ldl_lib.figures.digits._pictures import (
    Floats,
    Images,
    Whole,
    image_axes,
    image_trace,
    matrix_axes,
    matrix_state,
    matrix_traces,
    montage,
)
from ldl_lib.figures.theme import color

DIGITS = [str(digit) for digit in range(10)]
ROWS, COLUMNS = 1, 4


class ConfusionImages:
    """Images that a network has answered, by true digit and answer.

    Parameters
    ----------
    images : ndarray of uint8, shape (n, height, width)
    labels : ndarray of int, shape (n,)
        The true digits.
    outputs : ndarray, shape (n, 10)
        What the network says; the largest of a row is its answer.
    """

    def __init__(self, images: Images, labels: Whole, outputs: Floats):
        self.images, self.labels = images, labels
        self.answers: Whole = outputs.argmax(axis=1)
        self.largest: Floats = outputs.max(axis=1)
        self.counts = confusion_counts(labels, self.answers, 10)

    def cell(self, true: int, answer: int) -> NDArray[np.intp]:
        """Return positions of the images in a cell, the largest output first."""
        there = np.flatnonzero((self.labels == true) & (self.answers == answer))
        return there[np.argsort(-self.largest[there], kind="stable")]

    def figure(self) -> go.Figure:
        """Draw the matrix with a frame around a cell, and its images below."""
        traces = matrix_traces(10, 10)
        drawn = go.Figure([*traces, image_trace("x2", "y2")])
        for path, value in matrix_state(self.counts).items():
            number, name = path.removeprefix("data[").split("].")
            drawn.data[int(number)][name] = value
        height, width = self.images.shape[1:]
        x, y = matrix_axes(DIGITS, DIGITS, [0.32, 1])
        x2, y2 = image_axes("x2", "y2", ROWS * height, COLUMNS * width)
        frame = {"color": color("vermillion"), "width": 3}
        drawn.update_layout(
            plain_layout(590, margin={"l": 56, "r": 12, "t": 12, "b": 12}),
            hovermode=False,
            shapes=[
                {"type": "rect", "x0": 0, "x1": 0, "y0": 0, "y1": 0, "line": frame}
            ],
            xaxis=x,
            yaxis=y,
            xaxis2=x2 | {"domain": [0, 1]},
            yaxis2=y2 | {"domain": [0, 0.18]},
        )
        return drawn

    def state(self, true: int, answer: int) -> State:
        """Return the frame around a cell, and up to four of its images.

        Parameters
        ----------
        true, answer : int
            Row and column of the cell.
        """
        chosen = self.images[self.cell(true, answer)[: ROWS * COLUMNS]]
        return {
            "data[3].z": montage(chosen, ROWS, COLUMNS),
            "layout.shapes[0].x0": answer - 0.5,
            "layout.shapes[0].x1": answer + 0.5,
            "layout.shapes[0].y0": true - 0.5,
            "layout.shapes[0].y1": true + 0.5,
        }

    def words(self, true: int, answer: int) -> str:
        """Say how many images are in the cell, and how many in the opposite one."""
        count, total = int(self.counts[true, answer]), int(self.counts[true].sum())
        share = count / max(total, 1)
        if true == answer:
            text = f"{count:,} of {total:,} images of {true} are right: {share:.1%}."
        else:
            back = int(self.counts[answer, true])
            text = (
                f"{count:,} of {total:,} images of {true} are answered with {answer}: "
                f"{share:.1%}. The other way round, {answer} taken for {true}: {back}."
            )
        if not count:
            return text
        first = float(self.largest[self.cell(true, answer)[0]])
        more = (
            "Those with the largest outputs are below"
            if count > ROWS * COLUMNS
            else "They are all below"
            if count > 1
            else "It is below"
        )
        return f"{text} {more}; the network's output for {answer} reaches {first:.2f}."
