"""Seconds an epoch of chapter 4's three forms: loop over neurons, matrix, mini-batches.

The functions come out of the lab's notebook, as the reader runs them. All forms take
turns on the same standardised images with one thread, and processor time is counted.
The loop sees fewer images; its time is converted to an epoch of 60,000, like the rest.
The matrix form and the batches also evaluate all their training images, the loop does
not.

    python -m benchmarks.digits          prints the measures as JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures import Measure
from benchmarks.networks import ALONE

Array = NDArray[Any]

LAB = Path("notebooks/04_digits/lab_digits_numpy.ipynb")
EPOCH = 60_000  # images
EXAMPLES = 20_000
LOOP_EXAMPLES = 500
ROUNDS = 3
# Seconds at most, and how many times as long the loop's epoch takes at least.
SINGLE_SECONDS, BATCH_SECONDS, RATIO = 2.5, 0.6, 20


def definitions() -> dict[str, Any]:
    """Run the lab's cells tagged `parameters` and `model`; return what they define."""
    space: dict[str, Any] = {"np": np}
    for cell in json.loads(LAB.read_text(encoding="utf-8"))["cells"]:
        if {"parameters", "model"} & set(cell["metadata"].get("tags", [])):
            exec("".join(cell["source"]), space)
    return space


def examples(lab: dict[str, Any]) -> tuple[Array, Array, Array]:
    """Return MNIST's first images as the lab prepares them, targets and labels."""
    from ldl_lib import data, nn

    train = data.load("mnist").train
    # A sample is smaller: its examples then come several times.
    chosen = np.resize(np.arange(len(train)), EXAMPLES)
    images, labels = train.X[chosen], train.y[chosen]
    X = lab["standardise"](images, *lab["pixel_statistics"](images))
    return X, nn.one_hot(labels, 10, dtype=np.float32), labels


def forms(lab: dict[str, Any]) -> dict[str, Callable[[], float]]:
    """Return what takes one measurement of each form, in seconds for 60,000 images."""
    X, Y, labels = examples(lab)

    def seconds(count: int, train: str, *arguments: Any, evaluate: bool) -> float:
        weights, order = lab["start"](seed=1), np.arange(count)
        began = time.process_time()
        lab[train](weights, X, Y, order, *arguments)
        if evaluate:
            lab["error"](weights, X, labels)
        return (time.process_time() - began) * EPOCH / count

    rate, size = lab["learning_rate"], lab["batch_size"]
    batches = lab["batch_learning_rate"], size
    return {
        "loop": lambda: seconds(LOOP_EXAMPLES, "train_loop", rate, evaluate=False),
        "single": lambda: seconds(EXAMPLES, "train_vector", rate, evaluate=True),
        "batch": lambda: seconds(EXAMPLES, "train_batches", *batches, evaluate=True),
    }


def compare() -> list[Measure]:
    """Time the forms in turns; return the fastest round of each, and their ratios."""
    chosen = forms(definitions())
    best = dict.fromkeys(chosen, float("inf"))
    for _ in range(ROUNDS):  # in turns, so that other load meets all
        for name, measured in chosen.items():
            best[name] = min(best[name], measured())
    what = "digits: an epoch of"
    return [
        Measure(f"{what} the loop over neurons", best["loop"], "s"),
        Measure(
            f"{what} the matrix form, batch 1, evaluated",
            best["single"],
            "s",
            SINGLE_SECONDS,
        ),
        Measure(f"{what} batches of 32, evaluated", best["batch"], "s", BATCH_SECONDS),
        Measure("digits: loop ÷ matrix, batch 1", best["loop"] / best["single"], "×"),
        Measure(
            "digits: loop ÷ batches of 32",
            best["loop"] / best["batch"],
            "×",
            RATIO,
            at_least=True,
        ),
    ]


def measure(root: Path) -> list[Measure]:
    """Compare in a process of its own, whose libraries start with one thread."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.digits"],
        cwd=root,
        env=os.environ | ALONE,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [Measure(**each) for each in json.loads(answer.stdout.splitlines()[-1])]


def main() -> None:
    """Print the measures as one line of JSON."""
    print(json.dumps([asdict(each) for each in compare()]))


if __name__ == "__main__":
    main()
