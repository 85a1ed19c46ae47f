"""E11.3: temperature, top-k and nucleus, and the text that a network writes with them.

The widget is ``ldl_lib/explore/front/widgets/sampling``; it writes in the page. Here is
what it needs from Python, and the same computation once more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ldl_lib.character_model import CharacterModel
from ldl_lib.figures._shared import State, counted, fixed
from ldl_lib.figures.digits.draw import chances
from ldl_lib.figures.text._live import as_on_page, packed
from ldl_lib.figures.theme import COLORS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PROMPTS = ("the body ", "it was a ", "i saw ", "my dear ")
OWN = "own"  # stands for the reader's own beginning, which starts empty
LONGEST = 200  # characters
SEEDS = (1, 2, 3, 4, 5)


class Choice(NamedTuple):
    """How the next token is drawn.

    Attributes
    ----------
    probabilities : ndarray, shape (tokens,)
        0 for those that are cut off.
    order : ndarray of int64, shape (tokens,)
        All tokens, the likeliest first.
    kept : int
        How many of them can be drawn.
    """

    probabilities: Floats
    order: Integers
    kept: int


def reshape(
    log_probabilities: ArrayLike, temperature: float, top_k: int, nucleus: float
) -> Choice:
    """Change how likely tokens are: temperature, then top-k, then nucleus.

    Parameters
    ----------
    log_probabilities : array_like, shape (tokens,)
    temperature : float
        What they are divided by, > 0.
    top_k : int
        Keep this many of the likeliest.
    nucleus : float
        Of what is left, keep the likeliest until they have this share together; 1
        keeps all.
    """
    given = np.asarray(log_probabilities, dtype=np.float64)
    order: Integers = np.argsort(-given, kind="stable")
    z = given / temperature
    warm = np.exp(z - z.max() - np.log(np.exp(z - z.max()).sum()))
    first = order[:top_k]
    before = np.cumsum(warm[first]) - warm[first]
    cut = (before >= nucleus * warm[first].sum()) & (nucleus < 1)
    cut[0] = False
    kept = first[~cut]
    probabilities = np.zeros(len(given))
    probabilities[kept] = warm[kept] / warm[kept].sum()
    return Choice(probabilities, order, len(kept))


def pick(choice: Choice, random: float) -> int:
    """Return the token in whose share of [0, 1) a random number falls.

    The shares lie side by side, the likeliest token's first.
    """
    kept = choice.order[: choice.kept]
    place = np.searchsorted(np.cumsum(choice.probabilities[kept]), random, "right")
    return int(kept[min(int(place), choice.kept - 1)])


class Written(NamedTuple):
    """A text so far: its tokens, their log-probabilities, and those of the next."""

    tokens: list[int]
    log_probabilities: list[float]
    following: Floats


class Sampling:
    """A network that writes, one drawn character after another.

    Parameters
    ----------
    model : CharacterModel
        The network.
    """

    def __init__(self, model: CharacterModel) -> None:
        self.model = as_on_page(model)
        self._packed = packed(model)

    @property
    def tokens(self) -> int:
        """How many characters the network knows."""
        return len(self.model.characters)

    def options(self) -> dict[str, str]:
        """Return the prompts that can be continued."""
        named = {f"{prompt.strip()} …": prompt for prompt in PROMPTS}
        return named | {"your own": OWN}

    def constants(self) -> dict[str, Any]:
        """Return what the widget needs: the network and colours."""
        names = ("ink", "muted", "axis", "blue", "vermillion", "blue_tint")
        return {
            "model": self._packed,
            "colors": {name: list(COLORS[name]) for name in names},
        }

    def written(
        self,
        prompt: str,
        temperature: float,
        top_k: int,
        nucleus: float,
        seed: int,
        letters: int,
    ) -> Written:
        """Draw a text; parameters as in `state`."""
        # Where nothing is typed the network reads a space.
        token, state = self.model.start(" " if prompt == OWN else prompt)
        random = chances(seed, LONGEST + 1)
        tokens: list[int] = []
        logs: list[float] = []
        for number in range(letters + 1):
            given, state = self.model.next_step([token], state)
            following = np.asarray(given[0], np.float64)
            if number == letters:
                break
            choice = reshape(following, temperature, top_k, nucleus)
            token = pick(choice, random[number])
            tokens.append(token)
            logs.append(float(following[token]))
        return Written(tokens, logs, following)

    def state(
        self,
        prompt: str,
        temperature: float,
        top_k: int,
        nucleus: float,
        seed: int,
        letters: int,
    ) -> State:
        """Return the text, and how likely each character is to come next.

        Parameters
        ----------
        prompt : str
            What the network reads first; `OWN` where the reader has typed nothing yet.
        temperature, top_k, nucleus
            As in `reshape`.
        seed : int
            Which random numbers are drawn.
        letters : int
            How many characters are written.
        """
        written = self.written(prompt, temperature, top_k, nucleus, seed, letters)
        choice = reshape(written.following, temperature, top_k, nucleus)
        return {
            "layout.text": self.model.decode(written.tokens),
            "layout.before": np.exp(written.following),
            "layout.after": choice.probabilities,
            "layout.kept": choice.kept,
        }

    def words(
        self,
        prompt: str,
        temperature: float,
        top_k: int,
        nucleus: float,
        seed: int,
        letters: int,
    ) -> str:
        """Say what can come next, and how likely and varied the text is."""
        written = self.written(prompt, temperature, top_k, nucleus, seed, letters)
        choice = reshape(written.following, temperature, top_k, nucleus)
        likeliest = choice.order[0]
        said = (
            f"{choice.kept} of {self.tokens} characters can come next. The likeliest, "
            f"{spoken(self.model.characters[likeliest])}, has "
            f"{fixed(100 * choice.probabilities[likeliest])} %; the network gives it "
            f"{fixed(100 * np.exp(written.following[likeliest]))} %."
        )
        if not letters:
            return said
        bits = -np.mean(written.log_probabilities) / np.log(2)
        text = self.model.decode(written.tokens).split()
        return (
            f"{said} What is written has {counted(len(text), 'word')}, "
            f"{len(set(text))} different, and costs the network {fixed(bits, 2)} "
            "bits a character."
        )


def spoken(character: str) -> str:
    """Name a character, as it is read out."""
    return "a space" if character == " " else f"“{character}”"
