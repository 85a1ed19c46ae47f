"""The book as one text: stripping, splits and the sample."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from ldl_lib import data
from ldl_lib.data import _books

ROOT = Path(__file__).parents[2]
BODY = "It was on a dreary night of November.\n\nI beheld it.\n" * 2_200
FILE = (
    "\ufeff\r\nProject Gutenberg's Frankenstein\r\n\r\nLicence, in short.\r\n"
    "*** START OF THIS PROJECT GUTENBERG EBOOK FRANKENSTEIN ***\r\n\r\n\r\n"
    "Produced by Somebody,\r\nand others.\r\n\r\n\r\nFrankenstein;\r\n\r\n"
    f"{BODY}"
    "\r\n\r\nEnd of the Project Gutenberg EBook of Frankenstein\r\n\r\n"
    "*** END OF THIS PROJECT GUTENBERG EBOOK FRANKENSTEIN ***\r\nLicence.\r\n"
)


def check_book(book: data.Book) -> None:
    """Check what holds for the real book and for the sample."""
    assert book.train + book.validation + book.test == book.text
    assert "\r" not in book.text
    assert "\ufeff" not in book.text
    assert book.text == book.text.strip() + "\n"
    count = len(book.text)
    assert len(book.train) == pytest.approx(0.8 * count, abs=30)
    assert len(book.validation) == pytest.approx(0.1 * count, abs=30)
    for before, after in ((book.train, book.validation), (book.validation, book.test)):
        assert not before[-1].isspace()  # a word's end
        assert after[0].isspace()


def test_header_credits_and_licence_are_stripped() -> None:
    book = _books.frankenstein({"text": FILE.encode()})
    check_book(book)
    assert book.text == "Frankenstein;\n\n" + BODY.strip() + "\n"


@pytest.mark.parametrize("size", range(1, 30))
def test_parts_are_cut_where_a_word_ends(size: int) -> None:
    text = "ab cde f ghij klm nopq rstu vwx y z"[:size]
    book = _books.divided(text)
    assert book.train + book.validation + book.test == text
    for place in (len(book.train), len(book.train + book.validation)):
        assert place == size or text[place] == " "
    assert len(book.train) >= 0.8 * size - 0.5


@pytest.mark.parametrize(
    "raw",
    [
        FILE.replace("*** START", "*** BEGIN").encode(),
        FILE.replace("*** END", "*** DONE").encode(),
        FILE.replace(BODY, "Short.").encode(),
        ("x" * 3_000 + FILE).encode(),
        FILE.encode("utf-16"),
        b"<html>404</html>",
        b"",
    ],
    ids=["no start", "no end", "short", "late start", "utf-16", "web page", "empty"],
)
def test_a_damaged_book(raw: bytes) -> None:
    with pytest.raises(data.DamagedFileError, match=r"84-0\.txt"):
        _books.frankenstein({"text": raw})


def test_the_sample_is_our_own_prose_and_says_so(monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    book = data.load("frankenstein")
    assert capsys.readouterr().out == book.note + "\n"
    assert book.note.startswith("SAMPLE, not Frankenstein: prose of this companion")
    check_book(book)
    assert book.is_sample
    assert "not by Mary Shelley" in book.attribution
    assert 80_000 < len(book.text.encode()) <= 120_000
    assert "the perceptron" in book.text
    assert not set(book.text) & set("$`{}[]|_*#\\")  # no markup is left
    assert repr(book).startswith("Book('frankenstein' from sample: ")
    assert book.digest == data.load("frankenstein").digest


def sample_text_tool() -> Any:
    path = ROOT / "tools/make_sample_text.py"
    spec = importlib.util.spec_from_file_location("make_sample_text", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def test_the_tool_keeps_prose_and_drops_formulas(tmp_path: Path) -> None:
    cells = [
        ("markdown", "# Title\n\nOne *neuron* {cite:p}`a2020` [learns](b.ipynb) fast."),
        ("markdown", "With $x$ a formula. None here! Half a sentence:"),
        ("markdown", "| a | table |\n\n- a list\n\n**Read on:** {cite:p}`a2020`, now."),
        ("code", "print('Not prose.')"),
    ]
    path = tmp_path / "01_topic/concepts.ipynb"
    path.parent.mkdir()
    listed = [{"cell_type": kind, "source": [text]} for kind, text in cells]
    path.write_text(json.dumps({"cells": listed}), encoding="utf-8")
    tool = sample_text_tool()
    assert list(tool.prose(path)) == ["One neuron learns fast.", "None here!"]
    assert tool.collect(tmp_path) == "One neuron learns fast.\n\nNone here!\n"


def test_real_frankenstein(real_mirror: Path) -> None:
    book = data.load("frankenstein", strict=True)
    check_book(book)
    assert not book.is_sample
    assert book.text.startswith("Frankenstein;\n\n\nor, the Modern Prometheus\n")
    assert book.text.endswith("lost in darkness and distance.\n")
    assert "utenberg" not in book.text
    assert book.text.count("\nChapter ") == 2 * 24  # in the contents, and above each
    assert 420_000 < len(book.text) < 440_000
