"""E11.2: beam search, step by step, in a small tree and with a trained network.

The widget is ``ldl_lib/explore/front/widgets/beam_tree``; it searches in the page. Here
is what it needs from Python, and the same search once more, by `ldl_lib.beam_search`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ldl_lib.beam_search import Candidate, Hypothesis, beam_search
from ldl_lib.character_model import CharacterModel
from ldl_lib.figures._shared import State, fixed
from ldl_lib.figures.text._live import as_on_page, packed
from ldl_lib.figures.theme import COLORS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Branches = Mapping[tuple[str, ...], Mapping[str, float]]

TREE = "small tree"  # stands for it among the beginnings
PROMPTS = ("the body ", "the m", "i was ", "my dear ")
WIDEST = 8
DEEPEST = 11  # the chapter's program writes as many letters
END = "."

# How likely each word is after those before it. Greedy search is led astray, two
# beginnings are one too few, and what is best changes with length normalisation.
BRANCHES: Branches = {
    (): {"creature": 0.44, "night": 0.34, "door": 0.22},
    ("creature",): {"fled": 0.3, "wept": 0.25, "spoke": 0.25, END: 0.2},
    ("creature", "fled"): {END: 0.55, "slowly": 0.45},
    ("creature", "wept"): {END: 0.7, "slowly": 0.3},
    ("creature", "spoke"): {END: 0.65, "slowly": 0.35},
    ("night",): {"fell": 0.85, END: 0.15},
    ("night", "fell"): {END: 0.6, "slowly": 0.4},
    ("door",): {"opened": 0.95, END: 0.05},
    ("door", "opened"): {"slowly": 0.85, END: 0.15},
    ("creature", "fled", "slowly"): {END: 1.0},
    ("creature", "wept", "slowly"): {END: 1.0},
    ("creature", "spoke", "slowly"): {END: 1.0},
    ("night", "fell", "slowly"): {END: 1.0},
    ("door", "opened", "slowly"): {END: 1.0},
}
ROOT = "the"


class SmallTree:
    """A model that knows one tree of words, as a table.

    Attributes
    ----------
    words : list of str
        Their places are the tokens. The first is the start, the second the end.
    probabilities : ndarray, shape (nodes, words)
        Of the next word; node 0 is the tree's root.
    children : ndarray of int64, shape (nodes, words)
        The node that a word leads to; 0 where there is none.
    """

    def __init__(self, branches: Branches = BRANCHES) -> None:
        nodes = list(branches)
        known = {word for after in branches.values() for word in after} - {END}
        self.words = [ROOT, END, *sorted(known)]
        self.probabilities = np.zeros((len(nodes), len(self.words)))
        self.children = np.zeros(self.probabilities.shape, np.int64)
        for number, node in enumerate(nodes):
            for word, probability in branches[node].items():
                token = self.words.index(word)
                self.probabilities[number, token] = probability
                if word != END:
                    self.children[number, token] = nodes.index((*node, word))

    def next_step(self, tokens: Integers, state: Integers) -> tuple[Floats, Integers]:
        """Follow the tree; fits `ldl_lib.beam_search`. A state is a node's number."""
        after = self.children[state, tokens]  # no word leads back to the root
        with np.errstate(divide="ignore"):
            return np.log(self.probabilities[after]), after

    def write(self, tokens: tuple[int, ...]) -> str:
        """Return words as a text."""
        return " ".join(self.words[token] for token in tokens).replace(" .", ".")

    def best(self) -> Hypothesis:
        """Return the likeliest sentence of all, by looking at every one."""
        most = self.probabilities.size
        found = beam_search(
            self.next_step, [0], width=most, steps=DEEPEST, end=1, state=np.array([0])
        )
        return found[0][0]


class Search(NamedTuple):
    """What a search found, the best first, and what it looked at, step by step."""

    found: list[Hypothesis]
    looked_at: list[Candidate]

    @property
    def steps(self) -> int:
        """How many steps there were; fewer than asked for where all has ended."""
        return self.looked_at[-1].step if self.looked_at else 0

    def of_step(self, fate: str) -> list[Candidate]:
        """Return the candidates of the last step that met with this fate."""
        return [c for c in self.looked_at if c.step == self.steps and c.fate == fate]

    @property
    def over(self) -> bool:
        """Whether nothing is left to continue."""
        return self.steps > 0 and not self.of_step("kept")


class BeamTree:
    """Beam search in the small tree, or after one of a few prompts.

    Parameters
    ----------
    model : CharacterModel
        What continues the prompts.
    """

    def __init__(self, model: CharacterModel) -> None:
        self.model = as_on_page(model)
        self.tree = SmallTree()
        self._packed = packed(model)

    def options(self) -> dict[str, str]:
        """Return what can be continued: the small tree, then the prompts."""
        named = {f"network: {prompt.strip()} …": prompt for prompt in PROMPTS}
        return {"a small tree": TREE} | named

    def constants(self) -> dict[str, Any]:
        """Return what the widget needs: network, tree and colours."""
        names = ("blue", "green", "blue_tint", "green_tint")
        return {
            "model": self._packed,
            "tree": {
                "words": self.tree.words,
                "probabilities": self.tree.probabilities.tolist(),
                "children": self.tree.children.tolist(),
                "deepest": 1 + max(len(node) for node in BRANCHES),
                "best_log_probability": self.tree.best().log_probability,
            },
            "deepest": DEEPEST,
            "colors": {name: list(COLORS[name]) for name in names},
        }

    def search(
        self, start: str, width: int, depth: int, length_power: float, space: bool
    ) -> Search:
        """Search; parameters as in `state`."""
        if depth == 0:
            return Search([], [])
        looked_at: list[list[Candidate]] = []
        if start == TREE:
            ends: int | None = 1
            found = beam_search(
                self.tree.next_step,
                [0],
                width=width,
                steps=depth,
                end=ends,
                length_power=length_power,
                state=np.array([0]),
                looked_at=looked_at,
            )
        else:
            token, state = self.model.start(start)
            ends = self.model.characters.index(" ") if space else None
            found = beam_search(
                self.model.next_step,
                [token],
                width=width,
                steps=depth,
                end=ends,
                length_power=length_power,
                state=state,
                looked_at=looked_at,
            )
        return Search(found[0], looked_at[0])

    def write(self, start: str, tokens: tuple[int, ...]) -> str:
        """Return the text that follows a start."""
        return (
            self.tree.write(tokens) if start == TREE else self.model.decode([*tokens])
        )

    def state(
        self, start: str, width: int, depth: int, length_power: float, space: bool
    ) -> State:
        """Return what was found, and what was kept and pruned at the last step.

        Parameters
        ----------
        start : str
            `TREE`, or a prompt.
        width : int
            How many beginnings are kept.
        depth : int
            Steps taken; at 0 there is only the start.
        length_power : float
            Power of the length that log-probabilities are divided by.
        space : bool
            Whether a space ends what the network writes.
        """
        search = self.search(start, width, depth, length_power, space)
        kept = [c for c in search.looked_at if c.fate != "pruned"]
        greedy = self.search(start, 1, depth, 0, space).found
        return {
            "layout.texts": [self.write(start, h.tokens) for h in search.found],
            "layout.log_probabilities": [h.log_probability for h in search.found],
            "layout.scores": [h.score for h in search.found],
            "layout.kept": [c.log_probability for c in kept],
            "layout.pruned": len(search.looked_at) - len(kept),
            "layout.greedy": [h.log_probability for h in greedy],
        }

    def words(
        self, start: str, width: int, depth: int, length_power: float, space: bool
    ) -> str:
        """Say what became of the last step, and how greedy search compares."""
        search = self.search(start, width, depth, length_power, space)
        if not search.found:
            return (
                f"Nothing is written after “{self._begin(start)}”: one beginning, "
                "with probability 1 and log-probability 0."
            )
        best = search.found[0]
        counts = ", ".join(
            f"{len(search.of_step(fate))} {fate}"
            for fate in ("kept", "finished", "pruned")
        )
        over = ["Nothing is left to continue: the search is over."]
        score = f" and score {fixed(best.score, 2)}" if length_power else ""
        return " ".join(
            [
                f"Step {search.steps}: {counts}.",
                *(over if search.over else []),
                f"The beam's best is {self._quoted(start, best)} with log-probability "
                f"{fixed(best.log_probability, 2)}{score}.",
                *(self._normalised(start, search) if length_power else []),
                self._compared(start, best, width, depth, space),
                *(self._judged(search) if start == TREE and search.over else []),
            ]
        )

    def _begin(self, start: str) -> str:
        return ROOT if start == TREE else start

    def _quoted(self, start: str, found: Hypothesis) -> str:
        # A space at the end would be lost on the page.
        return f"“{self.write(start, found.tokens)}”".replace(" ”", "␣”")

    def _normalised(self, start: str, search: Search) -> list[str]:
        if len(search.found) < 2:
            return []
        likeliest = max(search.found, key=lambda each: each.log_probability)
        if likeliest is search.found[0]:
            return ["Without length normalisation it would be first, too."]
        return [
            f"Without length normalisation {self._quoted(start, likeliest)} would be "
            f"first, with {fixed(likeliest.log_probability, 2)}."
        ]

    def _compared(
        self, start: str, best: Hypothesis, width: int, depth: int, space: bool
    ) -> str:
        if width == 1:
            return "A beam of width 1 is greedy search."
        greedy = self.search(start, 1, depth, 0, space).found[0]
        if best.tokens == greedy.tokens:
            return "Greedy search finds the same."
        times = math.exp(best.log_probability - greedy.log_probability)
        return (
            f"Greedy search finds {self._quoted(start, greedy)} with "
            f"{fixed(greedy.log_probability, 2)}: the beam's is {fixed(times, 2)} "
            "times as likely."
        )

    def _judged(self, search: Search) -> list[str]:
        most = self.tree.best().log_probability
        reached = [each.log_probability > most - 1e-9 for each in search.found]
        if reached[0]:
            return ["No sentence of this tree is likelier."]
        if any(reached):  # it was found, and length normalisation put another first
            return []
        return [
            "The likeliest sentence of this tree was pruned on the way: it has "
            f"{fixed(most, 2)}."
        ]
