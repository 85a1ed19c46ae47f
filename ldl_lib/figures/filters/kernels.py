"""Kernels of audio filters, and what they do to tones.

References
----------
.. [1] A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 3rd ed.,
   Pearson 2010: the frequency response in chapter 2, windowed sincs in chapter 7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RATE = 16_000  # samples a second
DELAY = 3_200  # of the echo, in samples: a fifth of a second
ECHO = 0.6  # loudness of the echo

NAMES = ("moving average", "difference", "echo", "low-pass", "high-pass")


def kernel(name: str, length: int, cutoff: float) -> Floats:
    """Return the numbers with which a filter is convolved.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    length : int
        How many numbers: an odd number, so that there is one in the middle. Difference
        and echo have a length of their own.
    cutoff : float
        Frequency in hertz that the low-pass and the high-pass halve.

    Returns
    -------
    ndarray of float64, shape (k,)

    Raises
    ------
    ValueError
        If there is no such filter, or the length is even or less than 1.
    """
    if name not in NAMES:
        raise ValueError(f"no filter named {name!r}; choose from {', '.join(NAMES)}")
    if length < 1 or length % 2 == 0:
        raise ValueError(f"length={length}: expected an odd number")
    if name == "moving average":
        return np.full(length, 1 / length)
    if name == "difference":
        return np.array([1.0, -1.0])
    if name == "echo":
        echo = np.zeros(DELAY + 1)
        echo[0], echo[-1] = 1, ECHO
        return echo
    low = _windowed_sinc(length, cutoff)
    if name == "low-pass":
        return low
    high = -low  # what a low-pass takes away
    high[length // 2] += 1
    return high


def _windowed_sinc(length: int, cutoff: float) -> Floats:
    """Return a low-pass: a sinc, cut off gently by a Hamming window, with sum 1."""
    n = np.arange(length) - length // 2
    shaped = np.sinc(2 * cutoff / RATE * n) * np.hamming(length)
    scaled: Floats = shaped / shaped.sum()
    return scaled


def response(h: ArrayLike, frequencies: ArrayLike) -> NDArray[np.complex128]:
    """Return what a kernel makes of tones.

    Parameters
    ----------
    h : array_like, shape (k,)
        The kernel.
    frequencies : array_like
        In hertz.

    Returns
    -------
    ndarray of complex128, of the same shape
        The absolute value is the factor of the tone's height, the angle its shift in
        radians [1]_.
    """
    kernel = np.asarray(h, dtype=np.float64)
    turns = np.asarray(frequencies, dtype=np.float64)[..., None] / RATE
    waves = np.exp(-2j * np.pi * turns * np.arange(len(kernel)))
    tones: NDArray[np.complex128] = waves @ kernel
    return tones
