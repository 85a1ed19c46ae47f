"""E10.4: what single units of a trained character LSTM do while it reads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.character_model import CharacterModel, Reading
from ldl_lib.figures._shared import State, fixed, plain_layout
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

COLUMNS, ROWS = 20, 4  # characters in a line, and lines
PITCH = 270  # from line to line, where a bar of full height is 100
GRAIN = 4  # heights are rounded to this: hardly a pixel, and they pack small
LETTERS = -135  # below the line: where the characters stand
SENTENCES = {
    "a story": "the night was cold and silent. i waited for my friend, but nobody came",
    "a question": 'he asked, "where is my brother?" and then he left us with no word.',
    "long words": "extraordinary circumstances overwhelmed all honourable inhabitants",
    "nonsense": "aaaaaaaaaaaaaaaaaaaa b b b b b b b b b b qqqqqqqqqqqqqqqqqqqq, qqqq.",
}
SHOWN = {
    "cell, tanh c": "c",
    "output h": "h",
    "forget gate f": "f",
    "input gate i": "i",
    "output gate o": "o",
}
VOWELS, PUNCTUATION = "aeiou", "!,-.:;?"


class Best(NamedTuple):
    """Which unit follows a property of the text best.

    Attributes
    ----------
    unit : int
        From 1.
    correlation : float
        Of its cell with the property, over a text; the sign says in which direction.
    """

    unit: int
    correlation: float


def properties(text: str) -> dict[str, Floats]:
    """Return what could be remembered, a number for each character of a text.

    Parameters
    ----------
    text : str
        In small letters.

    Returns
    -------
    dict of str to ndarray, shape (len(text),)
        Whether the character is a space, a vowel, a punctuation mark, and how many
        characters ago the last space and the last punctuation mark were, 20 at most.
    """
    characters = np.array(list(text))
    space = characters == " "
    mark = np.isin(characters, list(PUNCTUATION))
    return {
        "a space": space.astype(float),
        "a vowel": np.isin(characters, list(VOWELS)).astype(float),
        "a punctuation mark": mark.astype(float),
        "letters since the last space": _since(space),
        "letters since the last punctuation mark": _since(mark),
    }


def _since(event: NDArray[np.bool_]) -> Floats:
    """Count the steps since the last event, or since the start; 20 at most."""
    places = np.arange(len(event))
    last = np.maximum.accumulate(np.where(event, places, -1))
    return np.minimum(places - last, COLUMNS).astype(float)


def correlations(cells: ArrayLike, values: ArrayLike) -> Floats:
    """Return the correlation of each unit's cell with a property of the text.

    Parameters
    ----------
    cells : array_like, shape (n, units)
    values : array_like, shape (n,)

    Returns
    -------
    ndarray of float64, shape (units,)
        0 for a unit, or a property, that is the same everywhere.
    """
    a = np.asarray(cells, dtype=np.float64)
    b = np.asarray(values, dtype=np.float64)
    a, b = a - a.mean(axis=0), b - b.mean()
    lengths = np.linalg.norm(a, axis=0) * np.linalg.norm(b)
    found: Floats = np.zeros(a.shape[1])
    np.divide(a.T @ b, lengths, out=found, where=lengths > 0)
    return found


class Units:
    """A trained model, and what its units do in a few sentences.

    Parameters
    ----------
    model : CharacterModel
    text : str
        Over which correlations are measured: a few thousand characters that the model
        was not trained on.

    Attributes
    ----------
    best : dict of str to Best
        For each of `properties`.
    """

    def __init__(self, model: CharacterModel, text: str) -> None:
        self._readings = {name: model.read(said) for name, said in SENTENCES.items()}
        reading = model.read(text)
        plain = model.decode(reading.tokens)
        self._found = {
            name: correlations(np.tanh(reading.c), values)
            for name, values in properties(plain).items()
        }
        self.best = {}
        for name, found in self._found.items():
            unit = int(np.abs(found).argmax())
            self.best[name] = Best(unit + 1, float(found[unit]))

    def values(self, sentence: str, unit: int, shown: str) -> Floats:
        """Return what is drawn: one number a character, from −1 to 1.

        Parameters
        ----------
        sentence : str
            A key of `SENTENCES`.
        unit : int
            From 1.
        shown : str
            A value of `SHOWN`.
        """
        column = getattr(self._readings[sentence], shown)[:, unit - 1]
        return np.asarray(np.tanh(column) if shown == "c" else column, np.float64)

    def reading(self, sentence: str) -> Reading:
        """Return all states and gates of a sentence, a key of `SENTENCES`."""
        return self._readings[sentence]

    def state(self, sentence: str, unit: int, shown: str) -> State:
        """Return the bars and the letters below them; parameters as in `values`."""
        heights = self.values(sentence, unit, shown)
        spread = np.zeros(ROWS * COLUMNS)  # nothing where the sentence has ended
        spread[: len(heights)] = GRAIN * np.round(100 * heights / GRAIN)
        # A space that is drawn as nothing could not be told from the end.
        letters = list(SENTENCES[sentence].replace(" ", "␣").ljust(len(spread), "\xa0"))
        return {"data[0].y": spread, "data[1].text": letters}

    def words(self, sentence: str, unit: int, shown: str) -> str:
        """Say where it is high and low, and what its cell follows best.

        Parameters as in `values`.
        """
        heights = self.values(sentence, unit, shown)
        text = SENTENCES[sentence]
        name = next(label for label, key in SHOWN.items() if key == shown)
        high, low = int(heights.argmax()), int(heights.argmin())
        rank = max(self._found, key=lambda key: abs(self._found[key][unit - 1]))
        followed = self._found[rank][unit - 1]
        return (
            f"Unit {unit}, {name}: from {fixed(heights[low], 2)} (after "
            f"“{_around(text, low)}”) to {fixed(heights[high], 2)} (after "
            f"“{_around(text, high)}”). Over a longer text its cell follows “{rank}” "
            f"best, with a correlation of {fixed(followed, 2)}."
        )


def _around(text: str, place: int) -> str:
    """Return a character and up to five before it."""
    return text[max(0, place - 5) : place + 1]


def figure() -> go.Figure:
    """Draw four lines of bars, up for positive and down for negative, with letters."""
    place = np.arange(ROWS * COLUMNS)
    across, line = place % COLUMNS, -PITCH * (place // COLUMNS)
    drawn = go.Figure(
        [
            go.Bar(
                x=across,
                y=[],
                base=line,
                width=0.8,
                marker={"color": color("blue")},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=across,
                y=line + LETTERS,
                text=[],
                mode="text",
                textfont={"size": 14, "color": color("ink"), "family": "monospace"},
                hoverinfo="skip",
            ),
        ]
    )
    ticks = [(offset - PITCH * row) for row in range(ROWS) for offset in (100, 0, -100)]
    drawn.update_layout(
        plain_layout(480, margin={"l": 40, "r": 8, "t": 8, "b": 8}),
        hovermode=False,
        xaxis={"visible": False, "fixedrange": True, "range": [-0.7, COLUMNS - 0.3]},
        yaxis={
            "range": [-PITCH * (ROWS - 1) - 175, 115],
            "tickvals": ticks,
            "ticktext": ["1", "0", "−1"] * ROWS,
            "fixedrange": True,
        },
    )
    return drawn
