"""Networks that nobody has trained: they do for tests of what looks at one."""

import numpy as np

from ldl_lib.character_model import CHARACTERS, CharacterModel


def random_model(seed: int = 0, units: int = 20) -> CharacterModel:
    rng = np.random.default_rng(seed)
    kinds = len(CHARACTERS)
    return CharacterModel(
        rng.normal(0, 1, (4 * units, kinds)),
        rng.normal(0, 0.4, (4 * units, units)),
        rng.normal(0, 0.3, 4 * units),
        rng.normal(0, 1, (kinds, units)),
        rng.normal(0, 1, kinds),
    )
