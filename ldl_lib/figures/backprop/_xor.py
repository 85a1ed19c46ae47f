"""XOR networks with two hidden units, trained side by side.

Two tanh units, one logistic output, error ½(y − ŷ)², one update after every example.
A network is one row of nine numbers, in the order W (2 × 2, one unit a row), b (2),
V (2), c. The weights start uniform in ±1, the biases at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

INPUTS = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
TARGETS = np.array([0.0, 1.0, 1.0, 0.0])
RATE = 0.1
WEIGHTS = 9  # numbers a network has


class Run(NamedTuple):
    """What `train` measured, for n networks.

    Attributes
    ----------
    solved : ndarray of int, shape (n,)
        The epoch after which all four outputs were first on the right side of 0.5;
        0 for none.
    weights : ndarray, shape (n, epochs + 1, 9)
        After every epoch, from 0. They stay as they are once all four are right.
    """

    solved: NDArray[np.int64]
    weights: Array


def seeded(seeds: Sequence[int], epochs: int) -> tuple[Array, NDArray[np.int64]]:
    """Draw starting weights, and the order of the examples in every epoch.

    Parameters
    ----------
    seeds : sequence of int
        One a network, for NumPy's old generator, which the book's program uses: so
        equal seeds give equal runs.
    epochs : int
        How many orders to draw.

    Returns
    -------
    weights : ndarray, shape (n, 9)
    orders : ndarray of int, shape (n, epochs, 4)
        Each epoch shuffles the order of the one before.
    """
    weights = np.zeros((len(seeds), WEIGHTS))
    orders = np.empty((len(seeds), epochs, 4), np.int64)
    for row, seed in enumerate(seeds):
        random = np.random.RandomState(seed)
        weights[row, [0, 1, 2, 3, 6, 7]] = random.uniform(-1, 1, 6)
        order = np.arange(4)
        for epoch in range(epochs):
            random.shuffle(order)
            orders[row, epoch] = order
    return weights, orders


def split(weights: Array) -> tuple[Array, Array, Array, Array]:
    """Return W (…, 2, 2), b (…, 2), V (…, 2), c (…), for weights of shape (…, 9)."""
    W = weights[..., :4].reshape(*weights.shape[:-1], 2, 2)
    return W, weights[..., 4:6], weights[..., 6:8], weights[..., 8]


def outputs(weights: Array) -> tuple[Array, Array]:
    """Return hidden values and outputs for all four inputs.

    Parameters
    ----------
    weights : ndarray, shape (…, 9)

    Returns
    -------
    hidden : ndarray, shape (…, 4, 2)
    output : ndarray, shape (…, 4)
    """
    W, b, V, c = split(weights)
    # Summed by hand: a product of matrices may round two equal units differently.
    z = (W[..., None, :, :] * INPUTS[:, None, :]).sum(axis=-1) + b[..., None, :]
    hidden = np.tanh(z)
    return hidden, logistic((V[..., None, :] * hidden).sum(axis=-1) + c[..., None])


def logistic(z: Array) -> Array:
    """Return 1 / (1 + e^−z)."""
    result: Array = 1 / (1 + np.exp(-z))
    return result


def right(output: Array) -> NDArray[np.bool_]:
    """Return which of the four outputs are on their target's side, shape (…, 4)."""
    answer: NDArray[np.bool_] = (output >= 0.5) == (TARGETS > 0.5)
    return answer


def train(start: Array, orders: NDArray[np.int64]) -> Run:
    """Train networks example by example, with learning rate 0.1.

    Parameters
    ----------
    start : ndarray, shape (n, 9)
        Starting weights.
    orders : ndarray of int, shape (n, epochs, 4)
        See `seeded`.
    """
    epochs = orders.shape[1]
    history = np.empty((len(start), epochs + 1, WEIGHTS))
    history[:, 0] = start
    solved = np.zeros(len(start), np.int64)
    learning = np.arange(len(start))  # rows of the networks that are not finished
    weights = start.copy()
    for epoch in range(1, epochs + 1):
        for example in orders[learning, epoch - 1].T:
            weights -= RATE * gradient(weights, INPUTS[example], TARGETS[example])
        history[learning, epoch] = weights
        done = right(outputs(weights)[1]).all(axis=-1)
        if done.any():
            solved[learning[done]] = epoch
            history[learning[done], epoch:] = weights[done, None]
            learning, weights = learning[~done], weights[~done]
            if not len(learning):
                break
    return Run(solved, history)


def gradient(weights: Array, x: Array, y: Array) -> Array:
    """Differentiate ½(y − ŷ)² by all weights, by backpropagation.

    Parameters
    ----------
    weights : ndarray, shape (n, 9)
    x : ndarray, shape (n, 2)
        One example for each network.
    y : ndarray, shape (n,)
        Its target.

    Returns
    -------
    ndarray, shape (n, 9)
    """
    W, b, V, c = split(weights)
    hidden = np.tanh((W * x[:, None, :]).sum(axis=2) + b)
    output = logistic((V * hidden).sum(axis=1) + c)
    last = (output - y) * output * (1 - output)  # error term of the output, (n,)
    error = last[:, None] * V * (1 - hidden * hidden)  # of the hidden units, (n, 2)
    by_W = error[:, :, None] * x[:, None, :]
    return np.concatenate(
        [by_W.reshape(-1, 4), error, last[:, None] * hidden, last[:, None]], axis=1
    )
