"""Collect prose of the book's first chapters: the sample text for character models.

``python tools/make_sample_text.py`` writes ``ldl_lib/data/companion_prose.txt``. Run it
only to renew that file: whatever was learnt from the old text belongs to the old one.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "ldl_lib/data/companion_prose.txt"
CHAPTERS = ("01", "02", "03", "04", "05")
MOST_BYTES = 120_000
WIDTH = 72  # columns, about as in a book of Project Gutenberg

# How a paragraph begins that is no prose: headings, tables, formulas, lists and
# directives, and the recommendations at the end, which consist of citations.
_MARKUP = ("#", "|", "$$", "- ", "* ", ":::", "```", "<", "1.", "2.", "3.", "4.")
_NO_PROSE = (*_MARKUP, "**Read on")
_CITATION = re.compile(r"\s*\{\w+(?::\w+)?\}`[^`]*`")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*{1,2}|_)(?=\S)(.+?)(?<=\S)\1")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z“\"(])")
_PLAIN = re.compile(r"[A-Za-z0-9 ,.;:?!'’“”\"()%–—-]+")


def main() -> None:
    """Write the file."""
    text = collect(ROOT / "notebooks")
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    print(f"{TARGET.relative_to(ROOT)}: {len(text):,} characters")


def collect(folder: Path) -> str:
    """Return the prose of all concepts pages, up to `MOST_BYTES`."""
    text = ""
    for chapter in CHAPTERS:
        for path in sorted(folder.glob(f"{chapter}_*/concepts*.ipynb")):
            for paragraph in prose(path):
                filled = textwrap.fill(paragraph, WIDTH, break_on_hyphens=False)
                longer = f"{text}\n{filled}\n" if text else f"{filled}\n"
                if len(longer.encode()) > MOST_BYTES:
                    return text
                text = longer
    return text


def prose(path: Path) -> Iterator[str]:
    """Give the paragraphs of a notebook, without sentences that hold formulas."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] != "markdown":
            continue
        for paragraph in re.split(r"\n\s*\n", "".join(cell["source"])):
            if not paragraph.startswith(_NO_PROSE):
                kept = " ".join(plain_sentences(paragraph))
                if kept:
                    yield kept


def plain_sentences(paragraph: str) -> Iterator[str]:
    """Give the sentences of a paragraph that consist of plain letters."""
    text = _LINK.sub(r"\1", _CITATION.sub("", paragraph))
    text = _EMPHASIS.sub(r"\2", text).replace("−", "-")
    for sentence in _SENTENCE.split(" ".join(text.split())):
        if _PLAIN.fullmatch(sentence) and sentence.endswith((".", "?", "!")):
            yield sentence


if __name__ == "__main__":
    main()
