"""Beam search: write a likely sequence when each step depends on those before.

A model says how likely every next token is, given those so far. Taking the likeliest
each time (*greedy*) can miss the likeliest sequence; trying all is hopeless. Beam
search keeps the best few beginnings, step by step.

References
----------
.. [1] A. Graves, "Sequence Transduction with Recurrent Neural Networks", 2012.
.. [2] I. Sutskever, O. Vinyals, Q. Le, "Sequence to Sequence Learning with Neural
   Networks", NeurIPS 2014.
.. [3] Y. Wu et al., "Google's Neural Machine Translation System", 2016, section 7
   (why long sequences need a bonus).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Candidate", "Hypothesis", "beam_search"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NextStep = Callable[[Integers, Any], tuple[ArrayLike, Any]]


@dataclass(frozen=True)
class Hypothesis:
    """A sequence that the search has found.

    Attributes
    ----------
    tokens : tuple of int
        What follows the start, with the end token if it got there.
    log_probability : float
        Sum of the logarithms of the tokens' probabilities (natural logarithms).
    score : float
        The same divided by length ** length_power: what hypotheses are ranked by.
    finished : bool
        Whether it ended with the end token.
    """

    tokens: tuple[int, ...]
    log_probability: float
    score: float
    finished: bool


class Candidate(NamedTuple):
    """A continuation that the search has looked at, for pictures of the search.

    Attributes
    ----------
    step : int
        From 1.
    tokens : tuple of int
        What follows the start.
    log_probability : float
        Of the whole sequence so far.
    fate : {"kept", "finished", "pruned"}
        What became of it at this step.
    """

    step: int
    tokens: tuple[int, ...]
    log_probability: float
    fate: str


class _Beam(NamedTuple):
    """An unfinished beginning: which start it belongs to, and what follows it."""

    start: int
    tokens: tuple[int, ...]
    log_probability: float


def beam_search(
    next_step: NextStep,
    starts: Sequence[int],
    *,
    width: int,
    steps: int,
    end: int | None = None,
    length_power: float = 0.0,
    state: Any = None,
    looked_at: list[list[Candidate]] | None = None,
) -> list[list[Hypothesis]]:
    """Search likely continuations of several starts at once.

    At each step every beginning is continued by every token, and for each start the
    `width` likeliest are kept. One that ends leaves the beam, and its place stays
    empty, so that in the end there are at most `width` hypotheses a start [1]_, [2]_.

    Parameters
    ----------
    next_step : callable
        ``next_step(tokens, state)`` takes the last token of n beginnings, int64 (n,),
        and their states, and returns logarithms of the probabilities of every next
        token, (n, vocabulary), and the states after it. Minus infinity forbids a token.
    starts : sequence of int
        The token that each sequence starts from, which is no part of the result.
    width : int
        1 is greedy search.
    steps : int
        Most tokens of a hypothesis.
    end : int, optional
        The token that ends a sequence. Without, all have `steps` tokens.
    length_power : float
        The sum of logarithms is divided by length to this power. At 0 short sequences
        have the advantage that each token only costs; 1 gives the mean per token [3]_.
    state : any, optional
        One state a start: an array with one row each, or tuples, lists and
        dictionaries of such. None where the model has none.
    looked_at : list, optional
        Filled with one list of `Candidate` a start: everything that was looked at.

    Returns
    -------
    list of list of Hypothesis
        For each start its hypotheses, the best first.

    Raises
    ------
    ValueError
        If `width` or `steps` is below 1, there is no start, or the model returns
        another shape, NaN, or a logarithm above 0.
    """
    if width < 1 or steps < 1 or len(starts) == 0:
        raise ValueError(
            "beam search needs a width and steps of at least 1 and a start, got width "
            f"{width}, {steps} steps and {len(starts)} starts"
        )
    beams = [_Beam(number, (), 0.0) for number in range(len(starts))]
    last = np.array(starts, dtype=np.int64)
    ended: list[list[Hypothesis]] = [[] for _ in starts]
    seen: list[list[Candidate]] = [[] for _ in starts]

    def hypothesis(beam: _Beam, finished: bool) -> Hypothesis:
        score = beam.log_probability / len(beam.tokens) ** length_power
        return Hypothesis(beam.tokens, beam.log_probability, score, finished)

    for step in range(1, steps + 1):
        given, state = next_step(last, state)
        totals = _checked(given, len(beams)) + [[b.log_probability] for b in beams]
        parents, kept = [], []
        for number in range(len(starts)):
            rows = [row for row, beam in enumerate(beams) if beam.start == number]
            room = width - len(ended[number])
            most = None if looked_at is not None else room
            for rank, (place, token) in enumerate(_ranked(totals[rows], most)):
                row = rows[place]
                tokens = (*beams[row].tokens, token)
                beam = _Beam(number, tokens, float(totals[row, token]))
                fate = "pruned"
                if rank < room:
                    fate = "finished" if token == end else "kept"
                seen[number].append(Candidate(step, tokens, beam.log_probability, fate))
                if fate == "finished":
                    ended[number].append(hypothesis(beam, finished=True))
                elif fate == "kept":
                    parents.append(row)
                    kept.append(beam)
        beams = kept
        if not beams:
            break
        last = np.array([beam.tokens[-1] for beam in beams], dtype=np.int64)
        state = _rows(state, np.array(parents))
    for beam in beams:
        ended[beam.start].append(hypothesis(beam, finished=False))
    if looked_at is not None:
        looked_at[:] = seen
    return [sorted(found, key=lambda each: -each.score) for found in ended]


def _checked(given: ArrayLike, beams: int) -> Floats:
    logarithms = np.asarray(given, dtype=np.float64)
    if logarithms.ndim != 2 or len(logarithms) != beams:
        raise ValueError(
            f"next_step returned shape {logarithms.shape} for {beams} beginnings: "
            f"expected ({beams}, vocabulary)"
        )
    if not (logarithms <= 1e-6).all():  # NaN fails, too
        raise ValueError(
            "next_step must return logarithms of probabilities, at most 0, got up to "
            f"{logarithms.max()}: take the logarithm of softmax"
        )
    return logarithms


def _ranked(totals: Floats, most: int | None) -> list[tuple[int, int]]:
    """Return (row, token) of continuations, the likeliest first, none forbidden."""
    flat = totals.ravel()
    places = np.arange(flat.size)
    if most is not None and 0 < most < flat.size:  # sorting all would take long
        places = np.flatnonzero(flat >= np.partition(flat, -most)[-most])
    order = places[np.argsort(-flat[places], kind="stable")][:most]
    rows, tokens = np.unravel_index(order, totals.shape)
    return [
        (int(row), int(token))
        for row, token in zip(rows, tokens, strict=True)
        if totals[row, token] > -math.inf
    ]


def _rows(state: Any, index: Integers) -> Any:
    """Pick rows of every array in a state."""
    if state is None:
        return None
    if isinstance(state, dict):
        return {key: _rows(each, index) for key, each in state.items()}
    if isinstance(state, tuple | list):
        return type(state)(_rows(each, index) for each in state)
    return state[index]
