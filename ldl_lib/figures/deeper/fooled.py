"""E8.8: a nudge, too small to matter to you, and a network reads another digit."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.deeper._drawing import HIDDEN
from ldl_lib.figures.digits.draw import Weights
from ldl_lib.figures.pixels import data_uri
from ldl_lib.figures.theme import color

Pixels = NDArray[np.uint8]
Array = NDArray[np.float64]

WHITE = 255
SURE = 0.95  # an output from which on the network has no doubt
GREYS = 16  # levels that a shown image keeps
STEPS = 10
KINDS = {
    "against the network": "against",
    "in ten small steps": "steps",
    "random signs": "random",
}
MOST, STEP = 0.2, 0.05


class Fooled:
    """Nudged test images, and what a network makes of them.

    Parameters
    ----------
    weights : Weights
        Of a network that reads digits.
    images : ndarray of uint8, shape (n, 28, 28)
    labels : ndarray of int, shape (n,)
    """

    def __init__(
        self, weights: Weights, images: Pixels, labels: NDArray[np.int64]
    ) -> None:
        self.weights = weights
        self.network = weights.network()
        outputs = self.network.forward(weights.standardise(images))
        right = outputs[np.arange(len(labels)), labels] == outputs.max(axis=1)
        sure = right & (outputs.max(axis=1) > SURE) & (outputs.sum(axis=1) < 1 / SURE)
        # The first image of each digit, if possible one that is read without doubt.
        order = np.lexsort((~sure, labels))
        chosen = order[np.searchsorted(labels[order], np.arange(10))]
        self.images, self.labels = images[chosen], labels[chosen]
        self.all_nudged = lru_cache(maxsize=None)(self._all_nudged)

    def nudged(self, digit: int, epsilon: float, kind: str) -> tuple[Pixels, Array]:
        """Return a nudged image, shape (28, 28), and the ten outputs for it."""
        images, outputs = self.all_nudged(epsilon, kind)
        return images[digit], outputs[digit]

    def _all_nudged(self, epsilon: float, kind: str) -> tuple[Pixels, Array]:
        if kind == "random":
            drawn = np.random.default_rng(4).choice([-1.0, 1.0], self.images.shape)
            images = nudge(self.images, drawn, epsilon)
        else:
            steps = STEPS if kind == "steps" else 1
            images = self.attack(self.images, self.labels, epsilon, steps)
        outputs = self.network.forward(self.weights.standardise(images))
        return images, np.asarray(outputs, dtype=np.float64)

    def attack(
        self,
        images: Pixels,
        labels: NDArray[np.int64],
        epsilon: float,
        steps: int = 1,
    ) -> Pixels:
        """Nudge images against the network.

        One step is the fast gradient sign method [1]_.

        Parameters
        ----------
        images : ndarray of uint8, shape (n, 28, 28)
        labels : ndarray of int, shape (n,)
            The true digits.
        epsilon : float
            Largest nudge of a pixel, as a share of the way from black to white.
        steps : int
            In so many equal steps, asking for the gradient anew before each.

        Returns
        -------
        ndarray of uint8, shape (n, 28, 28)

        References
        ----------
        .. [1] I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and Harnessing
           Adversarial Examples", ICLR 2015.
        """
        moved = images.astype(float)
        for _ in range(steps):
            signs = np.sign(input_gradient(self.network, self.weights, moved, labels))
            moved = np.clip(moved + epsilon / steps * WHITE * signs, 0, WHITE)
        nudged: Pixels = np.rint(moved).astype(np.uint8)
        return nudged

    def figure(self) -> go.Figure:
        """Draw the image, the nudge and their sum, above the ten outputs."""
        blank = data_uri(np.zeros((28, 28), np.uint8))
        drawn = go.Figure()
        for number in range(1, 4):
            axis = "" if number == 1 else str(number)
            drawn.add_image(
                source=blank, xaxis=f"x{axis}", yaxis=f"y{axis}", hoverinfo="skip"
            )
        for name, ink, pattern, offset in (
            ("before", "muted", "", -0.4),
            ("after", "vermillion", "/", 0.02),
        ):
            drawn.add_bar(
                x=list(range(10)),
                y=[],
                name=name,
                width=0.38,
                offset=offset,
                xaxis="x4",
                yaxis="y4",
                marker={
                    "color": color(ink),
                    "pattern": {"shape": pattern, "fillmode": "overlay"},
                },
                hovertemplate="output for %{x}: %{y:.2f}<extra></extra>",
            )
        layout = plain_layout(460, margin={"l": 52, "r": 12, "t": 30, "b": 44})
        titles = ("image", "nudge", "sum")
        for number in range(1, 4):
            axis = "" if number == 1 else str(number)
            left = (number - 1) * 0.35
            plain = HIDDEN | {"constrain": "domain"}
            layout[f"xaxis{axis}"] = plain | {
                "range": [-0.5, 27.5],
                "domain": [left, left + 0.3],
                "anchor": f"y{axis}",
            }
            layout[f"yaxis{axis}"] = plain | {
                "range": [27.5, -0.5],
                "domain": [0.55, 1],
                "anchor": f"x{axis}",
                "scaleanchor": f"x{axis}",
            }
        drawn.update_layout(
            layout,
            showlegend=True,
            legend={"x": 1, "xanchor": "right", "y": 0.43, "yanchor": "bottom"},
            xaxis4=still("digit", tickvals=list(range(10)), anchor="y4"),
            yaxis4=still("output", range=[0, 1.02], domain=[0, 0.42], anchor="x4"),
            annotations=[
                {
                    "text": title,
                    "x": 0.5,
                    "y": 1,
                    "xref": f"x{number} domain",
                    "yref": f"y{number} domain",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "font": {"size": 13, "color": color("muted")},
                }
                for number, title in zip(("", 2, 3), titles, strict=True)
            ],
        )
        return drawn

    def state(self, digit: int, epsilon: float, kind: str) -> State:
        """Return three images, and the outputs before and after.

        Parameters
        ----------
        digit : int
            The true digit.
        epsilon : float
            Largest nudge of a pixel, as a share of the way from black to white.
        kind : {"against", "steps", "random"}
            Whether the signs come from the gradient, at once or step by step, or are
            drawn.
        """
        image, outputs = self.nudged(digit, epsilon, kind)
        # Three levels pack small: darker, as it was, brighter.
        directions = np.sign(image.astype(int) - self.images[digit])
        grey = 128 + 100 * directions
        return {
            "data[0].source": data_uri(self.images[digit], colours=GREYS),
            "data[1].source": data_uri(grey.astype(np.uint8), colours=4),
            "data[2].source": data_uri(image, colours=GREYS),
            "data[3].y": self.nudged(digit, 0.0, kind)[1],
            "data[4].y": outputs,
        }

    def words(self, digit: int, epsilon: float, kind: str) -> str:
        """Say what the network reads, and how sure it is. Parameters as in `state`."""
        outputs = self.nudged(digit, epsilon, kind)[1]
        answer = int(outputs.argmax())
        text = (
            f"A pixel moves by at most {epsilon:.1%} of the way from black to white. "
            f"The network reads {answer}, with output {outputs[answer]:.2f}"
        )
        if answer == digit:
            return f"{text}. It is a {digit}."
        return f"{text}; for {digit}, which it is, the output is {outputs[digit]:.2f}."


def input_gradient(
    network: nn.Network,
    weights: Weights,
    images: NDArray[Any],
    labels: NDArray[np.int64],
) -> Array:
    """Differentiate the squared error by the pixels.

    Parameters
    ----------
    network : Network
        That of `weights`.
    weights : Weights
        Whose mean and standard deviation prepare the pixels.
    images : ndarray, shape (n, 28, 28)
        Grey levels from 0 to 255.
    labels : ndarray of int, shape (n,)

    Returns
    -------
    ndarray, shape (n, 28, 28)
        For each image on its own, by its grey levels from 0 to 255.
    """
    loss = nn.SquaredError(half=True, outputs="sum", batch="sum")
    y_hat = network.forward(weights.standardise(images))
    back = network.backward(loss.gradient(y_hat, nn.one_hot(labels, classes=10)))
    return np.asarray(back / weights.sd).reshape(images.shape)


def nudge(images: Pixels, signs: Array, epsilon: float) -> Pixels:
    """Move every pixel by epsilon in the direction of its sign, within black and white.

    Parameters
    ----------
    images : ndarray of uint8
    signs : ndarray, same shape
    epsilon : float
        Share of the way from black to white.

    Returns
    -------
    ndarray of uint8, same shape
    """
    moved = images + epsilon * WHITE * signs
    return np.rint(np.clip(moved, 0, WHITE)).astype(np.uint8)
