"""Epochs a second of `ldl_lib.nn`, scikit-learn, Keras and PyTorch on one network.

The network is 784-25-10, tanh then softmax, with cross-entropy and plain gradient
descent in float32. All start from the same weights, learn from the same examples with
one thread each, take turns, and must end at about the same loss: nobody may be fast by
doing less. Nobody measures anything but the loss while training. Processor time is
counted, which other load on the machine disturbs far less than the clock.

    python -m benchmarks.networks          prints the measures as JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures import Measure

Array = NDArray[Any]

INPUTS, HIDDEN, CLASSES = 784, 25, 10
EXAMPLES = 2048  # a whole number of batches of every size
ROUNDS = 3
TOLERANCE = 0.1  # relative, between final losses: the orders of examples differ
# With one thread each, whatever the machine has.
ALONE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


@dataclass(frozen=True)
class Task:
    """How to train: batch size, learning rate, epochs to time."""

    batch: int
    rate: float
    epochs: int


TASKS = (Task(1, 0.003, 1), Task(32, 0.03, 8), Task(256, 0.1, 16))


class Peer(Protocol):
    """A network in one of the frameworks."""

    def start(self, weights: list[Array]) -> None:
        """Take W and b of both layers, with one neuron a row."""

    def train(self, epochs: int) -> None:
        """Train; this is timed."""

    def weights(self) -> list[Array]:
        """Return W and b of both layers."""


class Ours:
    """`ldl_lib.nn`."""

    def __init__(self, X: Array, y: Array, task: Task):
        from ldl_lib import nn

        self.nn, self.X, self.y, self.task = nn, X, y, task
        layers = [nn.Dense(HIDDEN, "tanh"), nn.Dense(CLASSES, "softmax")]
        self.network = nn.Network(INPUTS, layers, seed=1, dtype=np.float32)

    def _arrays(self) -> list[Array]:
        return [
            each for layer in self.network.layers for each in layer.parameters.values()
        ]

    def start(self, weights: list[Array]) -> None:
        for own, value in zip(self._arrays(), weights, strict=True):
            own[...] = value

    def train(self, epochs: int) -> None:
        self.nn.train(
            self.network,
            self.nn.CategoricalCrossEntropy(),
            self.nn.SGD(self.task.rate),
            self.X,
            self.y,
            epochs=epochs,
            batch_size=self.task.batch,
            metrics={},
            seed=1,
        )

    def weights(self) -> list[Array]:
        return self._arrays()


class ScikitLearn:
    """`MLPClassifier` without momentum, penalty and early stopping."""

    def __init__(self, X: Array, y: Array, task: Task):
        from sklearn.neural_network import MLPClassifier

        self.X, self.y = X, y
        self.model = MLPClassifier(
            hidden_layer_sizes=(HIDDEN,),
            activation="tanh",
            solver="sgd",
            alpha=0,
            batch_size=task.batch,
            learning_rate_init=task.rate,
            momentum=0,
            tol=0,
            n_iter_no_change=10**6,
            warm_start=True,
            max_iter=1,
            random_state=1,
        )
        self._fit()

    def _fit(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has not converged is intended
            self.model.fit(self.X, self.y)

    def start(self, weights: list[Array]) -> None:
        self.model.coefs_ = [W.T.copy() for W in weights[::2]]
        self.model.intercepts_ = [b.copy() for b in weights[1::2]]

    def train(self, epochs: int) -> None:
        self.model.set_params(max_iter=epochs)
        self._fit()

    def weights(self) -> list[Array]:
        pairs = zip(self.model.coefs_, self.model.intercepts_, strict=True)
        return [each for W, b in pairs for each in (W.T, b)]


class Keras:
    """`fit` with arrays."""

    steps_per_execution = 1

    def __init__(self, X: Array, y: Array, task: Task):
        import keras

        self.X, self.y, self.task = X, y, task
        self.model = keras.Sequential(
            [
                keras.Input((INPUTS,)),
                keras.layers.Dense(HIDDEN, activation="tanh"),
                keras.layers.Dense(CLASSES, activation="softmax"),
            ]
        )
        self.model.compile(
            keras.optimizers.SGD(task.rate),
            "sparse_categorical_crossentropy",
            steps_per_execution=self.steps_per_execution,
        )
        self._fit(1)  # traces and compiles

    def _fit(self, epochs: int) -> None:
        batch = self.task.batch
        self.model.fit(self.X, self.y, epochs=epochs, batch_size=batch, verbose=0)

    def start(self, weights: list[Array]) -> None:
        self.model.set_weights([each.T for each in weights])

    def train(self, epochs: int) -> None:
        self._fit(epochs)

    def weights(self) -> list[Array]:
        return [each.T for each in self.model.get_weights()]


class KerasPipeline(Keras):
    """`fit` with tf.data, and many steps in one call of the compiled function."""

    steps_per_execution = 128

    def _fit(self, epochs: int) -> None:
        import tensorflow as tf

        examples = tf.data.Dataset.from_tensor_slices((self.X, self.y))
        batches = examples.shuffle(EXAMPLES).batch(self.task.batch).prefetch(2)
        self.model.fit(batches, epochs=epochs, verbose=0, shuffle=False)


class PyTorch:
    """The loop one writes oneself."""

    def __init__(self, X: Array, y: Array, task: Task):
        import torch

        self.torch, self.task = torch, task
        self.X, self.y = torch.from_numpy(X), torch.from_numpy(y)
        self.model = torch.nn.Sequential(
            torch.nn.Linear(INPUTS, HIDDEN),
            torch.nn.Tanh(),
            torch.nn.Linear(HIDDEN, CLASSES),
        )
        self.train(1)

    def start(self, weights: list[Array]) -> None:
        with self.torch.no_grad():
            for own, value in zip(self.model.parameters(), weights, strict=True):
                own.copy_(self.torch.from_numpy(value))

    def train(self, epochs: int) -> None:
        loss_function = self.torch.nn.CrossEntropyLoss()
        optimizer = self.torch.optim.SGD(self.model.parameters(), lr=self.task.rate)
        for _ in range(epochs):
            order = self.torch.randperm(len(self.X))
            total = 0.0
            for batch in order.split(self.task.batch):
                optimizer.zero_grad()
                loss = loss_function(self.model(self.X[batch]), self.y[batch])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(batch)

    def weights(self) -> list[Array]:
        return [each.detach().numpy() for each in self.model.parameters()]


PEERS: dict[str, Callable[[Array, Array, Task], Peer]] = {
    "ldl_lib.nn": Ours,
    "scikit-learn": ScikitLearn,
    "PyTorch": PyTorch,
    "Keras": Keras,
}
PIPELINE = "Keras with tf.data, 128 steps a call"


def examples() -> tuple[Array, Array]:
    """Return standardised digits and their class numbers."""
    from ldl_lib import data

    train = data.load("mnist").train
    # A sample may be smaller: its examples then come several times.
    chosen = np.random.default_rng(0).permutation(len(train))[:EXAMPLES]
    chosen = np.resize(chosen, EXAMPLES)
    X = train.X[chosen].reshape(EXAMPLES, -1).astype(np.float32)
    return (X - X.mean()) / X.std(), train.y[chosen].astype(np.int64)


def loss(weights: list[Array], X: Array, y: Array) -> float:
    """Return the cross-entropy of a network with these weights, in float64."""
    W1, b1, W2, b2 = (each.astype(np.float64) for each in weights)
    z = np.tanh(X @ W1.T + b1) @ W2.T + b2
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(y)), y].mean())


def compare(task: Task, X: Array, y: Array) -> list[Measure]:
    """Time all on one task; return epochs a second, ratios, and that losses agree."""
    makers = dict(PEERS)
    if task.batch == 1:
        makers[PIPELINE] = KerasPipeline
    peers = {name: make(X, y, task) for name, make in makers.items()}
    start = [each.copy() for each in peers["ldl_lib.nn"].weights()]
    seconds = {name: float("inf") for name in peers}
    losses = {}
    for _ in range(ROUNDS):  # in turns, so that other load meets all
        for name, peer in peers.items():
            peer.start(start)
            began = time.process_time()
            peer.train(task.epochs)
            seconds[name] = min(seconds[name], time.process_time() - began)
            losses[name] = loss(peer.weights(), X, y)

    own_loss = losses["ldl_lib.nn"]
    for name, value in losses.items():
        if not abs(value / own_loss - 1) <= TOLERANCE:
            raise SystemExit(f"{name} ends at loss {value}, we at {own_loss}")
    if not own_loss < 0.5 * loss(start, X, y):
        raise SystemExit(f"nothing was learnt: loss {own_loss}")
    what = f"networks: batch {task.batch}"
    speeds = {name: task.epochs / spent for name, spent in seconds.items()}
    ratios = {name: speeds["ldl_lib.nn"] / speeds[name] for name in peers}
    del ratios["ldl_lib.nn"]
    return [
        *(Measure(f"{what}, {name}", s, "epochs/s") for name, s in speeds.items()),
        *(Measure(f"{what}, ldl_lib.nn ÷ {n}", r, "×") for n, r in ratios.items()),
        Measure(
            f"{what}, final losses, largest ÷ smallest",
            max(losses.values()) / min(losses.values()),
            "×",
        ),
    ]


def measure(root: Path) -> list[Measure]:
    """Compare in a process of its own, whose libraries start with one thread."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.networks"],
        cwd=root,
        env=os.environ | ALONE | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [Measure(**each) for each in json.loads(answer.stdout.splitlines()[-1])]


def main() -> None:
    """Print the measures as one line of JSON."""
    import torch

    torch.set_num_threads(1)
    X, y = examples()
    measures = [measure for task in TASKS for measure in compare(task, X, y)]
    print(json.dumps([asdict(measure) for measure in measures]))


if __name__ == "__main__":
    main()
