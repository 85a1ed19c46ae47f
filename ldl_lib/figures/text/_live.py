"""What the live figures of this chapter share: the network, as the page computes it."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from ldl_lib.character_model import CharacterModel, quantise
from ldl_lib.figures.digits.draw import pack

_MATRICES = ("W", "U", "W_out")
_BIASES = ("b", "b_out")


def as_on_page(model: CharacterModel) -> CharacterModel:
    """Return the network with the weights and the precision of the page.

    Its weights are those of `packed`, and it computes in float64, as JavaScript does:
    so both find the same, down to sums that nearly tie.
    """
    double = copy.copy(model)
    for name in _MATRICES:
        numbers, scale = quantise(getattr(model, name))
        rounded = numbers * scale[:, None]
        setattr(double, name, rounded.astype(np.float64))
    for name in _BIASES:
        setattr(double, name, getattr(model, name).astype(np.float64))
    return double


def packed(model: CharacterModel) -> dict[str, Any]:
    """Return the network as the front end's ``recurrent.readModel`` takes it."""
    pairs = [quantise(getattr(model, name)) for name in _MATRICES]
    factors = [scale for _, scale in pairs] + [getattr(model, name) for name in _BIASES]
    return {
        "characters": model.characters,
        "units": model.units,
        "numbers": pack(b"".join(numbers.tobytes() for numbers, _ in pairs)),
        "factors": pack(np.concatenate(factors).astype("<f4").tobytes()),
    }
