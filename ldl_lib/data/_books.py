"""A book as one long text: Mary Shelley's *Frankenstein*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files as package_files

import numpy as np

from ._types import Array, DamagedFileError, Entry, File, Info, Whole

_TRAIN, _VALIDATION = 0.8, 0.1  # shares of the text, from its beginning
_START, _END = "*** START OF", "*** END OF"
_MOST_HEADER = 2_000  # characters before the marker of the start
_CLOSING = "End of the Project Gutenberg"
_CREDITS = "Produced by"
_SHORTEST = 100_000  # characters that the book has at least


@dataclass(frozen=True, eq=False, repr=False)
class Book(Whole):
    r"""A text in three parts, from its beginning to its end.

    Attributes
    ----------
    text : str
        The whole, with ``"\n"`` at the end of lines.
    train, validation, test : str
        The first 80 %, the next 10 % and the last 10 % of the characters, each cut at
        a word's end. Joined they are `text`. Parts by position, because windows that
        overlap would carry the text of a random part into the others.
    """

    text: str
    train: str
    validation: str
    test: str

    @property
    def summary(self) -> str:
        """How many characters there are, in each part."""
        sizes = [len(part) for part in (self.train, self.validation, self.test)]
        return (
            f"{sizes[0]:,} training, {sizes[1]:,} validation and {sizes[2]:,} test "
            "characters"
        )

    def arrays(self) -> tuple[Array, ...]:
        """Return what a digest is made of."""
        return (np.frombuffer(self.text.encode(), np.uint8),)


def divided(text: str) -> Book:
    """Split a text by position."""
    first = _word_end(text, round(_TRAIN * len(text)))
    second = _word_end(text, round((_TRAIN + _VALIDATION) * len(text)))
    return Book(text, text[:first], text[first:second], text[second:])


def _word_end(text: str, place: int) -> int:
    """Return the nearest place from `place` on where a space follows."""
    while place < len(text) and not text[place].isspace():
        place += 1
    return place


def frankenstein(files: Mapping[str, bytes]) -> Book:
    """Build the book from ``text``, without Project Gutenberg's header and licence.

    Raises
    ------
    DamagedFileError
        If the file is no UTF-8 text, or lacks the marks of the book's start and end.
    """
    try:
        text = files["text"].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedFileError(f"84-0.txt is no UTF-8 text: {error}") from error
    text = text.replace("\r\n", "\n")
    before, marker, rest = text.partition(_START)
    body, end, _ = rest.partition(_END)
    if not (marker and end) or len(before) > _MOST_HEADER or len(body) < _SHORTEST:
        raise DamagedFileError(
            f"84-0.txt lacks a line {_START!r} near its beginning, or {_END!r}, or "
            f"{_SHORTEST:,} characters between them"
        )
    body = body.partition("\n")[2].partition(_CLOSING)[0].strip()
    if body.startswith(_CREDITS):  # of those who prepared the file
        body = body.partition("\n\n")[2].strip()
    return divided(body + "\n")


def companion_prose() -> Book:
    """Build the sample: prose of this book's first chapters.

    ``tools/make_sample_text.py`` made its file.
    """
    source = package_files(__package__) / "companion_prose.txt"
    return divided(source.read_text(encoding="utf-8"))


FRANKENSTEIN = Entry(
    info=Info(
        name="frankenstein",
        title="Frankenstein",
        description=(
            "Mary Shelley's novel without Project Gutenberg's "
            "header and licence. text: str; train, validation, test: its first 80 %, "
            "the next 10 % and the last 10 % of the characters, cut at a word's end."
        ),
        files=(
            File(
                role="text",
                path="gutenberg/84-0.txt",
                sha256="8f39f084255741ac5dd42abac0f426dd"
                "ed1ed5d427013ece6906a9947034b33b",
                size=450_781,
                # Project Gutenberg's own address now gives a newer edition.
                urls=(
                    "https://raw.githubusercontent.com/aditics006/PRODIGY_GA_03/"
                    "cd49308bf6ab0531479ec4da6e8587bf8e0c2e9c/84-0.txt",
                ),
            ),
        ),
        sample="prose of this companion's chapters 1 to 5, not a novel",
        licence="public domain in the United States",
        attribution=(
            "Mary Shelley, Frankenstein; or, The Modern Prometheus; Project Gutenberg "
            "eBook 84, prepared by J. Boss, C. Phillips, L. Hanninen and D. Meltzer"
        ),
    ),
    build=frankenstein,
    build_sample=companion_prose,
    sample_licence="MIT, like this library",
    sample_attribution="written for this companion; not by Mary Shelley",
)

ENTRIES = (FRANKENSTEIN,)
