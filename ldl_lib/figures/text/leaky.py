"""E11.4: windows drawn at random make a network look better than it is."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ldl_lib import nn
from ldl_lib.character_model import CHARACTERS as ALPHABET
from ldl_lib.character_model import clean
from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.theme import DASHES, SEQUENCE, SYMBOLS, color

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

# What was measured.
TARGETS = {"the letter after the window": "one", "a target at every step": "every"}
STEPS = (1, 3, 20)
SPLITS = ("at random", "by position")
CURVES = ("training windows", "validation windows", "later text")
LETTERS, LATER = 10_000, 4_000  # windows come from the first, the truth from the next
WINDOW = 20
HELD_OUT = 0.1  # share of the windows that is for validation
UNITS = 96
BATCH, RATE = 64, 0.004
ROUNDS, SHOWN = 30, 3_200  # after each round of so many windows all is measured
ASKED = 400  # at most so many windows are measured
ARTIFACT = Path(__file__).parents[2] / "artifacts/11_leaky.npz"

HIGHEST = 7.0  # bits that are shown; guessing blindly costs log2(36) = 5.2


def encoded(text: str) -> Whole:
    """Return the novel's first 14,000 letters, from its first sentence on.

    Parameters
    ----------
    text : str
        *Frankenstein*, as `ldl_lib.data` loads it.

    Returns
    -------
    ndarray of int, shape (14000,)
        Places in `ALPHABET`.
    """
    letters = clean(text)
    letters = letters[letters.index("you will rejoice") :][: LETTERS + LATER]
    return np.array([ALPHABET.index(letter) for letter in letters])


class Windows(NamedTuple):
    """Where windows start: for training, for validation, and in later text."""

    training: Whole
    validation: Whole
    later: Whole


def split(step: int, way: str, seed: int = 0) -> Windows:
    """Choose windows for training and for validation.

    Parameters
    ----------
    step : int
        Distance of neighbouring windows, in letters.
    way : {"at random", "by position"}
        Whether validation windows are drawn from all, or are the last. By position, no
        training window reaches into a validation window.
    seed : int
        Of the drawing.
    """
    starts = np.arange(0, LETTERS - WINDOW, step)
    number = round(HELD_OUT * len(starts))
    later = np.arange(LETTERS, LETTERS + LATER - WINDOW, WINDOW // 2)
    if way == "at random":
        drawn = np.random.default_rng(seed).permutation(len(starts))
        return Windows(starts[drawn[number:]], starts[drawn[:number]], later)
    validation = starts[-number:]
    training = starts[starts + WINDOW < validation[0]]
    return Windows(training, validation, later)


class _Network:
    """An LSTM that reads letters, and a layer of logits for the next one."""

    def __init__(self, every: bool, seed: int) -> None:
        self.every, letters = every, len(ALPHABET)
        lstm = nn.LSTM(UNITS, every_step=every)
        self.recurrent = nn.Network(letters, [lstm], seed=seed, dtype=np.float32)
        dense = nn.Dense(letters)
        self.readout = nn.Network(UNITS, [dense], seed=seed + 1, dtype=np.float32)
        self.optimizers = nn.Adam(RATE), nn.Adam(RATE)
        self.loss = nn.CategoricalCrossEntropy(from_logits=True)
        self.one_hot = np.eye(letters, dtype=np.float32)

    def forward(self, codes: Whole, starts: Whole) -> tuple[Any, Whole]:
        """Return logits, one row a target, and the targets."""
        read = codes[starts[:, None] + np.arange(WINDOW)]
        hidden = self.recurrent.batch_forward(self.one_hot[read])
        after = codes[starts[:, None] + np.arange(1, WINDOW + 1)]
        targets = after.ravel() if self.every else after[:, -1]
        return self.readout.batch_forward(hidden.reshape(-1, UNITS)), targets

    def learn(self, codes: Whole, starts: Whole) -> None:
        """Take one step of the optimizer."""
        logits, targets = self.forward(codes, starts)
        gradient = self.readout.backward(self.loss.gradient(logits, targets))
        hidden = self.recurrent.layers[-1].outputs
        self.recurrent.backward(gradient.reshape(hidden.shape))
        networks = self.recurrent, self.readout
        for network, optimizer in zip(networks, self.optimizers, strict=True):
            optimizer.step(network.weights, network.gradient)

    def bits(self, codes: Whole, starts: Whole) -> float:
        """Return the mean surprise of a target, in bits."""
        logits, targets = self.forward(codes, starts)
        return self.loss.value(logits, targets) / math.log(2)


def measure(
    codes: Whole, target: str, step: int, way: str, rounds: int = ROUNDS, seed: int = 0
) -> Floats:
    """Train a network on windows of a text, and measure it on three kinds of windows.

    All combinations, stored under the names of targets, are the file that this module
    reads; to measure them takes about five minutes.

    Parameters
    ----------
    codes : ndarray of int, shape (14000,)
        As `encoded` returns them.
    target : {"one", "every"}
        Whether a window has one target, the letter after it, or one at every step.
    step, way
        As in `split`.
    rounds : int
        In each, 3,200 windows are shown, drawn in random order.
    seed : int
        Of starting weights and order.

    Returns
    -------
    ndarray, shape (3, rounds)
        Bits a letter after each round, of the kinds in `CURVES`.
    """
    windows = split(step, way)
    network = _Network(target == "every", seed)
    rng = np.random.default_rng(seed)
    asked = [rng.permutation(starts)[:ASKED] for starts in windows]
    found = np.empty((len(CURVES), rounds))
    queue = np.empty(0, np.int64)
    for number in range(rounds):
        for _ in range(SHOWN // BATCH):
            if len(queue) < BATCH:
                queue = np.concatenate([queue, rng.permutation(windows.training)])
            network.learn(codes, queue[:BATCH])
            queue = queue[BATCH:]
        found[:, number] = [network.bits(codes, starts) for starts in asked]
    return found


@cache
def measured() -> dict[str, Floats]:
    """Return the stored curves: for each target an array (step, split, curve, round).

    The targets are named as in `measure`; steps, splits and curves come in the order
    of `STEPS`, `SPLITS` and `CURVES`.
    """
    with np.load(ARTIFACT) as stored:
        return {name: stored[name].astype(np.float64) for name in stored.files}


def curves(target: str, step: int, way: str) -> Floats:
    """Return stored curves, shape (3, rounds): bits a letter, kinds as in `CURVES`."""
    found: Floats = measured()[target][STEPS.index(step), SPLITS.index(way)]
    return found


def figure() -> go.Figure:
    """Draw three losses of one network while it trains, and where to look."""
    shown = np.arange(1, ROUNDS + 1) * SHOWN / 1000
    hover = "%{x:.0f},000 windows: %{y:.2f} bits<extra></extra>"
    lines = [
        go.Scatter(
            x=shown,
            y=[],
            mode="lines",
            name=name,
            line={"color": SEQUENCE[number], "dash": DASHES[number], "width": 3},
            hovertemplate=hover,
        )
        for number, name in enumerate(CURVES)
    ]
    here = [
        go.Scatter(
            x=[],
            y=[],
            mode="markers",
            marker={"symbol": SYMBOLS[number], "size": 11, "color": SEQUENCE[number]},
            showlegend=False,
            hoverinfo="skip",
        )
        for number in range(len(CURVES))
    ]
    gap = go.Scatter(
        x=[],
        y=[],
        mode="lines",
        line={"color": color("ink"), "width": 2},
        showlegend=False,
        hoverinfo="skip",
    )
    drawn = go.Figure([*lines, gap, *here])
    note = {"text": "", "showarrow": False, "xanchor": "left", "xshift": 8}
    drawn.update_layout(
        plain_layout(
            440,
            margin={"l": 56, "r": 16, "t": 64, "b": 48},
            annotations=[note | {"x": 0, "y": 0}],
        )
        | {"showlegend": True, "legend": {"y": 1.02}},
        xaxis={
            "title": {"text": "windows shown, in thousands"},
            "range": [0, ROUNDS * SHOWN / 1000 * 1.02],
            "fixedrange": True,
        },
        yaxis={
            "title": {"text": "loss (bits a letter)"},
            "range": [0, HIGHEST],
            "fixedrange": True,
        },
    )
    return drawn


def state(target: str, step: int, way: str, round: int) -> State:
    """Return the curves of one training, and where they are after some rounds.

    Curves may leave the picture at the top; what marks them stays at its edge.

    Parameters
    ----------
    target, step, way
        As in `measure`.
    round : int
        From 0, the first.
    """
    found = curves(target, step, way)
    x = (round + 1) * SHOWN / 1000
    _, validation, later = found[:, round]
    marked = np.minimum(found[:, round], HIGHEST)
    values: State = {f"data[{number}].y": found[number] for number in range(3)}
    values |= {"data[3].x": [x, x], "data[3].y": marked[1:]}
    for number in range(3):
        values |= {
            f"data[{4 + number}].x": [x],
            f"data[{4 + number}].y": [marked[number]],
        }
    early = round < ROUNDS * 0.6
    return values | {
        "layout.annotations[0].x": x,
        "layout.annotations[0].y": min(marked[1:].mean(), HIGHEST - 0.4),
        "layout.annotations[0].xanchor": "left" if early else "right",
        "layout.annotations[0].xshift": 8 if early else -8,
        # A small gap has no room beside it that the curves leave free.
        "layout.annotations[0].yshift": 16 if abs(later - validation) < 0.6 else 0,
        "layout.annotations[0].text": f"{fixed(later - validation, 2)} bits",
    }


def words(target: str, step: int, way: str, round: int) -> str:
    """Say how far the validation loss is from the truth, and what it would choose."""
    found = curves(target, step, way)
    training, validation, later = found[:, round]
    best, truly = int(found[1].argmin()), int(found[2].argmin())
    shared = max(0, WINDOW - step)
    text = (
        f"After {(round + 1) * SHOWN:,} windows: training {fixed(training, 2)}, "
        f"validation {fixed(validation, 2)}, later text {fixed(later, 2)} bits a "
        f"letter. Validation would stop after {(best + 1) * SHOWN:,} windows and "
        f"promise {fixed(found[1, best], 2)}; the later text then costs "
        f"{fixed(found[2, best], 2)}, at its best {fixed(found[2, truly], 2)} after "
        f"{(truly + 1) * SHOWN:,}."
    )
    if shared and way == "at random":
        text += f" Neighbouring windows share {shared} of {WINDOW} letters."
    return text
