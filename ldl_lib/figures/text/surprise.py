"""How surprised a model is by each letter of a sentence, and what it expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.character_model import CHARACTERS as ALPHABET
from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.text.windows import shown
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

LETTERS = 40  # that are guessed
LEAD = 8  # letters before them that a sentence starts with
HIGHEST = 16.0  # bits that fit: the page's highest bar has 15.5
NAMED = 3  # so many letters are named in words


class Surprise:
    """Models that guess each letter of some sentences.

    Parameters
    ----------
    sentences : list of str
        Each of 48 letters of `ALPHABET`. The first 8 are there to guess from.
    guesses : mapping of (model, sentence number) to array_like, shape (40, 36)
        Probabilities of every letter at each of the other 40 places, given those
        before it. Each row sums to 1, and what comes has a probability above 0.

    Raises
    ------
    ValueError
        If a sentence or a table has another shape, or a row does not sum to 1.
    """

    def __init__(
        self, sentences: list[str], guesses: Mapping[tuple[Any, int], ArrayLike]
    ) -> None:
        self.sentences = sentences
        self._tables: dict[tuple[Any, int], Floats] = {}
        for (model, number), given in guesses.items():
            table = np.asarray(given, dtype=np.float64)
            if table.shape != (LETTERS, len(ALPHABET)) or (
                len(sentences[number]) != LEAD + LETTERS
            ):
                raise ValueError(
                    f"expected sentences of {LEAD + LETTERS} letters, tables of "
                    f"shape {(LETTERS, len(ALPHABET))}, got {table.shape} from {model} "
                    f"for {sentences[number]!r}"
                )
            if not np.allclose(table.sum(axis=1), 1, atol=1e-4):
                raise ValueError(f"probabilities of {model} do not sum to 1")
            self._tables[model, number] = table

    def guessed(self, sentence: int) -> str:
        """Return the 40 letters of a sentence that are guessed."""
        return self.sentences[sentence][LEAD:]

    def bits(self, model: Any, sentence: int) -> Floats:
        """Return the surprise −log2 p of each letter, shape (40,)."""
        codes = [ALPHABET.index(letter) for letter in self.guessed(sentence)]
        table = self._tables[model, sentence]
        found: Floats = -np.log2(table[np.arange(LETTERS), codes])
        return found

    def figure(self) -> go.Figure:
        """Draw the surprise of all letters above the probabilities at one of them."""
        place = np.arange(LETTERS)
        bars = {"marker": {"color": color("blue")}, "hoverinfo": "skip"}
        drawn = go.Figure(
            [
                go.Bar(x=place, y=[], **bars),
                go.Bar(x=[], y=[], marker={"color": color("vermillion")}).update(
                    hoverinfo="skip", width=0.8
                ),
                go.Scatter(
                    x=[-0.5, LETTERS - 0.5],
                    y=[],
                    mode="lines",
                    line={"color": color("ink"), "dash": "dash", "width": 2},
                    hoverinfo="skip",
                ),
                go.Scatter(
                    x=place,
                    y=np.full(LETTERS, -0.9),
                    text=[],
                    mode="text",
                    textfont={"size": 11, "family": "monospace"},
                    cliponaxis=False,
                    hoverinfo="skip",
                ),
                go.Bar(
                    x=list(range(len(ALPHABET))), y=[], xaxis="x2", yaxis="y2", **bars
                ),
                go.Bar(
                    x=[],
                    y=[],
                    xaxis="x2",
                    yaxis="y2",
                    marker={"color": color("vermillion")},
                    width=0.8,
                    hoverinfo="skip",
                ),
            ]
        )
        note = {"showarrow": False, "text": "", "font": {"size": 13}}
        drawn.update_layout(
            plain_layout(
                560,
                margin={"l": 52, "r": 8, "t": 32, "b": 48},
                barmode="overlay",
                bargap=0.2,
                annotations=[
                    note
                    | {"x": 1, "xref": "paper", "xanchor": "right", "y": 1}
                    | {"yref": "paper", "yanchor": "bottom"},
                    note
                    | {"x": 1, "xref": "paper", "xanchor": "right", "y": 0.42}
                    | {"yref": "paper", "yanchor": "top"},
                ],
            ),
            xaxis={
                "range": [-0.7, LETTERS - 0.3],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "fixedrange": True,
                "anchor": "y",
            },
            yaxis=still("surprise (bits)")
            | {
                "range": [-1.6, HIGHEST],
                "tickvals": [0, 4, 8, 12, 16],
                "domain": [0.5, 1],
            },
            xaxis2=still("next letter", anchor="y2")
            | {
                "range": [-0.7, len(ALPHABET) - 0.3],
                "tickvals": list(range(len(ALPHABET))),
                "ticktext": [shown(letter) for letter in ALPHABET],
                "tickfont": {"size": 11, "family": "monospace"},
                "tickangle": 0,
                "showgrid": False,
            },
            yaxis2=still("probability")
            | {
                "range": [0, 1],
                "tickvals": [0, 0.5, 1],
                "ticktext": ["0", "50%", "100%"],
                "domain": [0, 0.42],
            },
        )
        return drawn

    def state(self, model: Any, sentence: int, place: int) -> State:
        """Return the surprise of all letters, and all probabilities at one place.

        Parameters
        ----------
        model : str or int
            Which model guesses.
        sentence : int
            Which sentence, from 0.
        place : int
            Which of the 40 letters, from 0.
        """
        bits = self.bits(model, sentence)
        code = ALPHABET.index(self.guessed(sentence)[place])
        guess = self._tables[model, sentence][place]
        mean = float(bits.mean())
        before = _before(self.sentences[sentence], place)
        return {
            "data[0].y": bits,
            "data[1].x": [place],
            "data[1].y": [bits[place]],
            "data[2].y": [mean, mean],
            "data[3].text": [shown(letter) for letter in self.guessed(sentence)],
            "data[4].y": guess,
            "data[5].x": [code],
            "data[5].y": [guess[code]],
            "layout.annotations[0].text": f"dashed: mean of {fixed(mean, 2)} bits",
            "layout.annotations[1].text": f"after “{before}”",
        }

    def words(self, model: Any, sentence: int, place: int) -> str:
        """Say what was expected, what came, and what the sentence costs a letter."""
        bits = self.bits(model, sentence)
        text = self.sentences[sentence]
        guess = self._tables[model, sentence][place]
        order = np.argsort(-guess)[:NAMED]
        likely = ", ".join(
            f"{shown(ALPHABET[code])} {_percent(guess[code])}" for code in order
        )
        worst = int(bits.argmax())
        mean = float(bits.mean())
        return (
            f"After “{_before(text, place)}” the likeliest are {likely}. "
            f"“{shown(text[LEAD + place])}” comes, with "
            f"{_percent(2.0 ** -bits[place])}: {fixed(bits[place], 2)} bits of "
            f"surprise. Over the sentence the mean is {fixed(mean, 2)} bits, a "
            f"perplexity of {fixed(2**mean, 1)}; most surprising is "
            f"“{shown(text[LEAD + worst])}” after “{_before(text, worst)}”, with "
            f"{fixed(bits[worst], 1)} bits."
        )


def _before(sentence: str, place: int) -> str:
    """Return the eight letters before one that is guessed."""
    return "".join(map(shown, sentence[place : place + LEAD]))


def _percent(share: float) -> str:
    if share < 0.0005:
        return "under 0.1%"
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"
