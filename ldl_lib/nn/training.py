"""Training in mini-batches, with a history and callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ldl_lib.nn.losses import Loss, error_rate
from ldl_lib.nn.network import Network
from ldl_lib.nn.optimizers import Optimizer
from ldl_lib.nn.penalties import Penalty

__all__ = ["EarlyStopping", "History", "train"]

Array = NDArray[np.floating[Any]]
Metric = Callable[[Array, Array], float]


class History(dict[str, list[float]]):
    """What training measured: a list for each name, with one number an epoch."""

    @property
    def epochs(self) -> int:
        """Number of complete epochs."""
        return len(self.get("loss", []))

    def add(self, record: Mapping[str, float]) -> None:
        """Append what one epoch measured."""
        for name, value in record.items():
            self.setdefault(name, []).append(value)


Callback = Callable[[int, Network, History], bool | None]


def train(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    X: ArrayLike,
    y: ArrayLike,
    *,
    epochs: int = 1,
    batch_size: int = 32,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    seed: int | None = None,
    shuffle: bool = True,
    callbacks: Iterable[Callback] = (),
    history: History | None = None,
    penalty: Penalty | None = None,
) -> History:
    """Show all examples `epochs` times, in batches; after each, take one step.

    Parameters
    ----------
    network : Network
        Its weights are changed.
    loss, optimizer
        What to lower, and how. An optimizer serves one network.
    X : array_like, shape (examples, inputs)
    y : array_like
        Targets as the loss takes them.
    epochs, batch_size : int
        The last batch of an epoch may be smaller.
    validation : (X, y), optional
        Measured after each epoch, never learnt from.
    metrics : mapping of str to callable, optional
        Functions of (outputs, targets); default "error", the `error_rate`. Pass ``{}``
        for regression.
    seed : int, optional
        Makes the order of the examples reproducible: that of epoch k depends on the
        seed and k alone.
    shuffle : bool
        Whether the order changes from epoch to epoch.
    callbacks : iterable of callable
        Called after each epoch as ``callback(epoch, network, history)``, with epochs
        counted from 1. One that returns True ends training.
    history : History, optional
        Continue this one. Pass your own to keep the complete epochs of a training that
        you interrupt.
    penalty : Penalty, optional
        `L1` or `L2`: what the weights add to the loss that is lowered. The losses of
        the history leave it out, so that they tell how wrong the outputs are.

    Returns
    -------
    History
        "loss" and each metric, averaged over the epoch *while the weights moved*, every
        example counting once; and with `validation` the same under "validation_…",
        measured at the epoch's end.

    Raises
    ------
    ValueError
        If data are empty, do not fit together, or hold a value that is not finite.
    FloatingPointError
        If the loss becomes infinite or NaN. The weights are spoilt then.
    """
    if metrics is None:
        metrics = {"error": partial(error_rate, threshold=loss.threshold)}
    if epochs < 1 or batch_size < 1:
        raise ValueError(
            f"epochs and batch_size must be at least 1, got {epochs} and {batch_size}"
        )
    X, targets = _prepared(network, loss, X, y)
    checked = None if validation is None else _prepared(network, loss, *validation)
    history = History() if history is None else history
    seed = int(np.random.default_rng().integers(2**32)) if seed is None else seed

    for _ in range(epochs):
        epoch = history.epochs + 1
        order = np.arange(len(X))
        if shuffle:
            np.random.default_rng([seed, epoch]).shuffle(order)
        sums = dict.fromkeys(["loss", *metrics], 0.0)
        for batch in _batches(order, batch_size):
            examples = X[batch], targets[batch]
            outputs, value = _step(network, loss, optimizer, *examples, penalty)
            _require_finite_loss(value, epoch, optimizer)
            # A sum over the batch becomes a mean over all examples in the end.
            sums["loss"] += value * (len(batch) if loss.batch == "mean" else 1)
            for name, metric in metrics.items():
                sums[name] += metric(outputs, targets[batch]) * len(batch)
        record = {name: total / len(X) for name, total in sums.items()}
        if checked is not None:
            record |= _measured(network, loss, metrics, *checked)
            _require_finite_loss(record["validation_loss"], epoch, optimizer)
        history.add(record)
        answers = [callback(epoch, network, history) for callback in callbacks]
        if any(answers):
            break
    return history


class EarlyStopping:
    """End training when a measure has not improved for some epochs.

    Parameters
    ----------
    patience : int
        So many epochs without a new lowest value end training.
    watch : str
        Which list of the history to watch; lower is better.

    Attributes
    ----------
    best_epoch : int
        Epoch of the lowest value so far.
    best_state : dict
        The network's state then: ``network.restore(stopping.best_state)``.
    """

    def __init__(self, patience: int, watch: str = "validation_loss"):
        if patience < 1:
            raise ValueError(f"patience must be at least 1 epoch, got {patience}")
        self.patience = patience
        self.watch = watch
        self.best_epoch = 0
        self.best_state: dict[str, Array] = {}
        self._best = np.inf

    def __call__(self, epoch: int, network: Network, history: History) -> bool:
        """Return whether to stop."""
        if self.watch not in history:
            raise ValueError(
                f"nothing called {self.watch!r} is measured, only "
                f"{', '.join(history)}; is `validation` missing?"
            )
        value = history[self.watch][-1]
        if value < self._best:
            self._best = value
            self.best_epoch = epoch
            self.best_state = network.state()
        return epoch - self.best_epoch >= self.patience


def _prepared(
    network: Network, loss: Loss, X: ArrayLike, y: ArrayLike
) -> tuple[Array, Array]:
    """Check a whole data set once, so that no batch has to be checked."""
    X, y = network.examples(X), np.asarray(y)
    if y.ndim == 0 or len(X) != len(y):
        raise ValueError(f"{len(X)} examples need as many targets, got shape {y.shape}")
    loss.value(network.batch_forward(X[:1]), y[:1])  # do outputs suit the loss?
    shape = np.empty((len(X), network.outputs), network.dtype)
    return X, loss.targets(y, shape)


def _batches(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _step(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    X: Array,
    targets: Array,
    penalty: Penalty | None,
) -> tuple[Array, float]:
    """Forward, backward, update; return the outputs and the loss before the update."""
    with np.errstate(over="ignore", invalid="ignore"):  # `train` reports it, in words
        outputs = network.batch_forward(X, training=True)
        value = loss.batch_value(outputs, targets)
        network.backward(loss.batch_gradient(outputs, targets))
        if penalty is not None:
            penalty.add_gradient(network)
        optimizer.step(network.weights, network.gradient)
    return outputs, value


def _require_finite_loss(value: float, epoch: int, optimizer: Optimizer) -> None:
    if not np.isfinite(value):
        raise FloatingPointError(
            f"the loss became {value} in epoch {epoch}, after step {optimizer.steps}: "
            f"lower the learning rate ({optimizer.rate:g}) or clip the gradient"
        )


def _measured(
    network: Network, loss: Loss, metrics: Mapping[str, Metric], X: Array, y: Array
) -> dict[str, float]:
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = network.predict(X)
        value = loss.batch_value(outputs, y)
    share = 1 if loss.batch == "mean" else 1 / len(X)
    record = {"validation_loss": value * share}
    for name, metric in metrics.items():
        record[f"validation_{name}"] = metric(outputs, y)
    return record
