"""Sounds and filters to listen to.

The widget is ``ldl_lib/explore/front/widgets/audio_filter``; it makes the sounds,
convolves and plays them. Here is what it needs from Python, and its sentence.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ldl_lib.figures._shared import State
from ldl_lib.figures.filters.kernels import DELAY, ECHO, NAMES, RATE, kernel, response
from ldl_lib.figures.theme import COLORS

SOUNDS = ("plucked chord", "vowel", "noise", "clicks")
TONES = (200, 1_000, 4_000)  # hertz, which the sentence reports
_HUES = ("blue", "vermillion", "ink", "muted", "grid", "orange_tint")
CONSTANTS: dict[str, Any] = {
    "rate": RATE,
    "delay": DELAY,
    "echo": ECHO,
    "tones": list(TONES),
    "colors": {name: list(COLORS[name]) for name in _HUES},
}

__all__ = ["CONSTANTS", "NAMES", "SOUNDS", "state", "words"]


def state(sound: str, name: str, length: int, cutoff: int) -> State:
    """Return what the widget's `read` returns for the same settings.

    Parameters
    ----------
    sound, name : str
        One of `SOUNDS`, one of `ldl_lib.figures.filters.kernels.NAMES`.
    length : int
        How many numbers the kernel has, where the filter leaves it open.
    cutoff : int
        In hertz, of the low-pass and the high-pass.
    """
    h = kernel(name, length, cutoff)
    return {"layout.kernel": h, "layout.factors": _factors(h)}


def _factors(h: Any) -> Any:
    """Return the factors of the reported tones.

    Those of an echo are averaged over 100 Hz: they change every few hertz.
    """
    if len(h) <= DELAY:
        return abs(response(h, TONES))
    near = np.linspace(-50, 50, 101)
    return np.array([abs(response(h, tone + near)).mean() for tone in TONES])


def words(sound: str, name: str, length: int, cutoff: int) -> str:
    """Say how much of low, middle and high tones passes.

    Parameters as in `state`.
    """
    h = kernel(name, length, cutoff)
    shares = [
        f"of {tone:,} Hz to {factor:.0%}"
        for tone, factor in zip(TONES, _factors(h), strict=True)
    ]
    told = f"{', '.join(shares[:-1])} and {shares[-1]}"
    return f"A kernel of {len(h):,} numbers. It changes the height of a tone {told}."
