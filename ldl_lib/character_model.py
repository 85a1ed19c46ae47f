"""A small network that has read a novel and says which letter comes next.

One LSTM layer and softmax, in NumPy and with trained weights, for pages that look at
how text is written: one letter at a time, each drawn from the probabilities that the
network gives after those before. The lab of chapter 11 trains it, in PyTorch.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ARTIFACT",
    "CHARACTERS",
    "CharacterModel",
    "Reading",
    "clean",
    "load",
    "quantise",
]

CHARACTERS = " !\"',-.:;?abcdefghijklmnopqrstuvwxyz"
ARTIFACT = Path(__file__).parent / "artifacts/11_character_model.npz"

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
State = tuple[Floats, Floats]  # h and c, each (batch, units)

_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-"})


def clean(text: str) -> str:
    r"""Return a text in the few characters that the chapter's models know.

    Letters become small and lose their accents, quotation marks straight, dashes
    hyphens. Everything else, line ends and digits too, counts as space, and spaces in
    a row as one.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Of `CHARACTERS` alone.

    Examples
    --------
    >>> clean("St. Petersburgh,\nDec. 11th, 17—.")
    'st. petersburgh, dec. th, -.'
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    known = [
        character if character in CHARACTERS else " "
        for character in plain
        if not unicodedata.combining(character)
    ]
    single: list[str] = []
    for character in known:
        if character != " " or not single or single[-1] != " ":
            single.append(character)
    return "".join(single)


class Reading(NamedTuple):
    """What happens in the network while it reads a text, one row a character.

    Attributes
    ----------
    tokens : ndarray of int64, shape (n,)
        The characters.
    h, c : ndarray of float32, shape (n, units)
        Hidden state and cell after the character.
    i, f, g, o : ndarray of float32, shape (n, units)
        Input gate, forget gate, candidate and output gate, of the same step.
    log_probabilities : ndarray of float32, shape (n, characters)
        Of what comes after the character (natural logarithms).
    """

    tokens: Integers
    h: Floats
    c: Floats
    i: Floats
    f: Floats
    g: Floats
    o: Floats
    log_probabilities: Floats


class CharacterModel:
    """One-hot characters, an LSTM layer, and softmax over the next character.

    Parameters
    ----------
    W : array_like, shape (4 · units, characters)
        Weights of the inputs: rows of the gates i, f, g, o below each other, the order
        of `ldl_lib.nn.LSTM` and of PyTorch.
    U : array_like, shape (4 · units, units)
        Weights of the hidden state.
    b : array_like, shape (4 · units,)
    W_out : array_like, shape (characters, units)
    b_out : array_like, shape (characters,)
    characters : str
        Their places are the tokens.

    Attributes
    ----------
    W, U, b, W_out, b_out : ndarray of float32
    characters : str
    units : int

    Raises
    ------
    ValueError
        If the shapes do not fit each other.
    """

    def __init__(
        self,
        W: ArrayLike,
        U: ArrayLike,
        b: ArrayLike,
        W_out: ArrayLike,
        b_out: ArrayLike,
        characters: str = CHARACTERS,
    ):
        given = (W, U, b, W_out, b_out)
        self.W, self.U, self.b, self.W_out, self.b_out = (
            np.asarray(values, dtype=np.float32) for values in given
        )
        self.characters = characters
        self.units = self.U.shape[-1]
        kinds, units = len(characters), self.units
        expected: tuple[tuple[int, ...], ...] = (
            (4 * units, kinds),
            (4 * units, units),
            (4 * units,),
            (kinds, units),
            (kinds,),
        )
        shapes = tuple(np.shape(values) for values in given)
        if shapes != expected:
            raise ValueError(
                f"weights for {kinds} characters and {units} units have shapes "
                f"{expected}, got {shapes}"
            )

    def encode(self, text: str) -> Integers:
        """Return the tokens of a text, cleaned first: int64 (n,)."""
        return np.array([self.characters.index(c) for c in clean(text)], dtype=np.int64)

    def decode(self, tokens: ArrayLike) -> str:
        """Return the text that tokens stand for."""
        return "".join(self.characters[token] for token in np.asarray(tokens, int))

    def zeros(self, batch: int = 1) -> State:
        """Return the state before a text begins: h and c, each (batch, units)."""
        nothing = np.zeros((batch, self.units), np.float32)
        return nothing, nothing

    def next_step(
        self, tokens: ArrayLike, state: State | None = None
    ) -> tuple[Floats, State]:
        """Read one more character of each text; fits `ldl_lib.beam_search`.

        Parameters
        ----------
        tokens : array_like of int, shape (batch,)
        state : tuple of ndarray, shape (batch, units) each, optional
            As an earlier step returned it. Without, the texts begin here.

        Returns
        -------
        log_probabilities : ndarray of float32, shape (batch, characters)
            Of what comes next (natural logarithms).
        state : tuple of ndarray
        """
        read = np.asarray(tokens, dtype=np.int64)
        new_state, _ = self._step(read, state or self.zeros(len(read)))
        return self._log_softmax(new_state[0]), new_state

    def start(self, prompt: str) -> tuple[int, State]:
        """Return what a continuation of a prompt starts from.

        Parameters
        ----------
        prompt : str

        Returns
        -------
        token : int
            The prompt's last character, which `next_step` reads first.
        state : tuple of ndarray, shape (1, units) each
            After all characters before it.

        Raises
        ------
        ValueError
            If the prompt is empty.
        """
        tokens = self.encode(prompt)
        if not len(tokens):
            raise ValueError("the prompt is empty: give at least one character")
        state = self.zeros()
        for token in tokens[:-1]:
            state, _ = self._step(np.array([token]), state)
        return int(tokens[-1]), state

    def read(self, text: str) -> Reading:
        """Return states, gates and predictions, character by character of a text.

        Parameters
        ----------
        text : str

        Returns
        -------
        Reading

        Raises
        ------
        ValueError
            If nothing of the text is left when it is cleaned.
        """
        tokens = self.encode(text)
        state = self.zeros()
        rows = []
        for token in tokens:
            state, gates = self._step(np.array([token]), state)
            rows.append((*state, *gates, self._log_softmax(state[0])))
        if not rows:
            raise ValueError("the text is empty: give at least one character")
        columns = (np.concatenate(column) for column in zip(*rows, strict=True))
        return Reading(tokens, *columns)

    def _step(
        self, tokens: Integers, state: State
    ) -> tuple[State, tuple[Floats, Floats, Floats, Floats]]:
        h, c = state
        # A one-hot row times Wᵀ only picks a column of W.
        z = self.W.T[tokens] + h @ self.U.T + self.b
        z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
        i, f, g, o = _logistic(z_i), _logistic(z_f), np.tanh(z_g), _logistic(z_o)
        c = f * c + i * g
        return (o * np.tanh(c), c), (i, f, g, o)

    def _log_softmax(self, h: Floats) -> Floats:
        z: Floats = h @ self.W_out.T + self.b_out
        z = z - z.max(axis=1, keepdims=True)
        logarithms: Floats = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return logarithms


@cache
def load() -> CharacterModel:
    """Return the trained model that comes with the companion.

    Its file holds each weight matrix as whole numbers from -127 to 127, int8, and a
    factor for each row, float32; their product, in float32, is what is used here and
    in the pages.
    """
    with np.load(ARTIFACT) as stored:
        W, U, W_out = (
            stored[name] * stored[f"{name}_scale"][:, None]
            for name in ("W", "U", "W_out")
        )
        characters = str(stored["characters"])
        return CharacterModel(W, U, stored["b"], W_out, stored["b_out"], characters)


def quantise(weights: ArrayLike) -> tuple[NDArray[np.int8], Floats]:
    """Round each row of a matrix to whole numbers times a factor of its own.

    Parameters
    ----------
    weights : array_like, shape (rows, columns)

    Returns
    -------
    numbers : ndarray of int8, shape (rows, columns)
        From -127 to 127.
    scale : ndarray of float32, shape (rows,)
        ``numbers * scale[:, None]`` differs from the weights by half a factor at most.
    """
    values = np.asarray(weights, dtype=np.float64)
    largest = np.abs(values).max(axis=1)
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return np.rint(values / scale[:, None]).astype(np.int8), scale


def _logistic(z: Any) -> Any:
    return 0.5 * (1 + np.tanh(0.5 * z))  # cannot overflow
