"""Split examples by what they contain, not by where they stand.

Taking the last 5,000 rows would trust the order of a file: MNIST's first 30,000 rows
and last 30,000 come from different writers. A shuffle with a seed depends on the random
generator's version. A key made from the example itself depends on neither: both
frameworks, every machine and every order of the file give the same parts, and two equal
images get equal keys, so that no copy of a training image validates the model.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from ._types import Array

# Eight bytes: among 70,000 different images, the chance that any two collide is 1e-10.
_KEY_BYTES = 8


def stable_keys(X: Array) -> NDArray[np.uint64]:
    """Return a key of each example: a BLAKE2b hash of its bytes.

    Parameters
    ----------
    X : ndarray, shape (n, ...)
        Examples, one a row.

    Returns
    -------
    ndarray of uint64, shape (n,)
        Equal for equal examples, evenly spread over the others.
    """
    rows = np.ascontiguousarray(X).reshape(len(X), -1)
    digests = b"".join(
        hashlib.blake2b(row.tobytes(), digest_size=_KEY_BYTES).digest() for row in rows
    )
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def held_out(
    keys: NDArray[np.uint64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hold out the examples with the smallest keys.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n,)
        From `stable_keys`.
    count : int
        How many to hold out, between 0 and n.

    Returns
    -------
    kept, held : ndarray of int64
        Positions of the n - `count` other examples and of the `count` held-out ones,
        each in ascending order.

    Raises
    ------
    ValueError
        If `count` is out of range.
    """
    if not 0 <= count <= len(keys):
        raise ValueError(f"count is {count}, expected 0 to {len(keys)}")
    order = np.argsort(keys, kind="stable").astype(np.int64)
    return np.sort(order[count:]), np.sort(order[:count])


def overlap(
    train_keys: NDArray[np.uint64], test_keys: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Return the positions of test examples that also occur in training."""
    return np.flatnonzero(np.isin(test_keys, train_keys))
