"""The table that sets a lab's numbers beside the book's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ._store import ResultNotFoundError, load
from ._types import Result

# A run with this parameter used only so many training examples.
SUBSET = "training_examples"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    metric : str
        Name of the recorded metric.
    label : str
        What it is, in words.
    book : str
        What the book prints, such as ``"≈ 4 %"``; empty if it prints nothing.
    source : str
        Where the book prints it, such as ``"table 5-1"``.
    unit : str
        ``"%"`` shows a fraction of 0.04 as 4.00 %; any other unit follows the number.
    digits : int
        Digits after the decimal point.
    """

    metric: str
    label: str
    book: str = ""
    source: str = ""
    unit: str = "%"
    digits: int = 2

    def words(self, result: Result) -> str:
        """Mean and standard deviation over the seeds, such as 4.05 % ± 0.12."""
        factor = 100 if self.unit == "%" else 1
        unit = f" {self.unit}" if self.unit else ""
        mean = f"{factor * result.mean(self.metric):.{self.digits}f}{unit}"
        mean = mean.replace("-", "−")  # as the book's column prints it
        if len(result.seeds) == 1:
            return f"{mean} (1 seed)"
        spread = f"{factor * result.spread(self.metric):.{self.digits}f}"
        return f"{mean} ± {spread} ({len(result.seeds)} seeds)"


@dataclass(frozen=True)
class Comparison:
    """A table for the page, and the same table as text.

    Attributes
    ----------
    caption : str
        What the table compares.
    header : tuple of str
        One heading a column.
    rows : tuple of tuple of str
        One cell a column; the first names the row.
    notes : tuple of str
        Sentences that the numbers must not be read without.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.header)
        body = "".join(
            f'<tr><th scope="row">{escape(row[0])}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return (
            '<div class="ldl-reported-vs-measured"><table>'
            f"<caption>{escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}</div>"
        )

    def __str__(self) -> str:
        lines = [self.header, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        table = [
            "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            ).rstrip()
            for line in lines
        ]
        table.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([self.caption, "", *table, "", *self.notes]).rstrip()

    def __repr__(self) -> str:
        return str(self)


def reported_vs_measured(
    run: Result, rows: Sequence[Row], *, folder: Path | None = None
) -> Comparison:
    """Set this run beside the stored full run and the book's numbers.

    A run whose parameters ask for less than the full run's is labelled "shortened",
    one on a subset carries its size (parameter ``training_examples``), and one on a
    sample says so in its heading: none can pass for a full result.

    Parameters
    ----------
    run : Result
        What `record` returned.
    rows : sequence of Row
        What to compare.
    folder : Path, optional
        Where full runs are stored; left out, where this installation keeps them.

    Returns
    -------
    Comparison
        As a cell's last expression, a table.

    Raises
    ------
    ResultError
        If a row names a metric that a result lacks.
    StoredResultError
        If the stored full run cannot be read.
    """
    try:
        full: Result | None = load(run.lab, folder)
    except ResultNotFoundError:
        full = None
    here, notes = _describe_run(run, full)
    # Without a number of the book's its column would only repeat "not given".
    reported = any(row.book for row in rows)
    header = ("Metric", *(["Book"] if reported else []), "Full run, stored", here)
    if full is None:
        notes.insert(
            0, f"No full run is stored yet: make full LAB={run.lab} makes one."
        )
    else:
        notes.insert(0, _describe_full(full))
    if reported:
        notes.append("Book: M. Ekman, Learning Deep Learning (2022).")
    if max(len(result.seeds) for result in (run, full or run)) > 1:
        notes.append("± is one standard deviation over the seeds.")
    return Comparison(
        caption=_caption(rows, "Reported and measured" if reported else "Measured"),
        header=header,
        rows=tuple(
            (
                row.label,
                *([_book(row)] if reported else []),
                row.words(full) if full else "not stored",
                row.words(run),
            )
            for row in rows
        ),
        notes=tuple(notes),
    )


def _caption(rows: Sequence[Row], title: str) -> str:
    """Name what is compared, unless the table's own rows say it better."""
    labels = ", ".join(row.label for row in rows)
    return f"{title}: {labels}" if len(rows) <= 2 else title


def _book(row: Row) -> str:
    if not row.book:
        return "not given"
    return f"{row.book} ({row.source})" if row.source else row.book


def _describe_full(full: Result) -> str:
    made_with = ", ".join(f"{name} {number}" for name, number in full.versions.items())
    where = f" on {full.device}" if full.device else ""
    return f"Full run: {full.date}{where}, {full.seconds:.0f} s, {made_with}."


def _describe_run(run: Result, full: Result | None) -> tuple[str, list[str]]:
    """Heading of this run's column, and the sentences that belong to it."""
    labels: list[str] = []
    notes: list[str] = []
    for entry in run.data:
        if entry.get("is_sample"):
            size = entry["sizes"].get("train")  # a series has no such part
            of = f" of {size:,}" if size else ""
            labels.append(f"sample{of and of + ' examples'}, not {entry['name']}")
            notes.append(
                f"{entry['name']} could not be loaded: this run used a sample"
                f"{of and of + ' training examples'}, and its numbers say nothing "
                "about the book's or the full run's."
            )
        elif 0 < (run.parameters.get(SUBSET) or 0) < entry["sizes"].get("train", 0):
            size = run.parameters[SUBSET]
            # A lab without validation may train on more than the part "train".
            asked = full.parameters.get(SUBSET, 0) if full else 0
            most = max(asked, entry["sizes"]["train"])
            labels.append(f"{size:,} of {most:,} training examples")
    differences = _differences(run, full)
    if differences:
        labels.append("shortened" if _shortened(run, full) else "other parameters")
        notes.append(f"This run: {'; '.join(differences)}.")
    return f"This run ({'; '.join(labels)})" if labels else "This run", notes


def _differences(run: Result, full: Result | None) -> list[str]:
    if full is None:
        return []
    return [
        f"{name} = {value}, in the full run {full.parameters.get(name, 'not named')}"
        for name, value in run.parameters.items()
        if name not in full.parameters or full.parameters[name] != value
    ]


def _shortened(run: Result, full: Result | None) -> bool:
    """Whether every parameter that differs asks for less: fewer epochs, fewer seeds."""
    if full is None:
        return False
    return all(
        _is_less(value, full.parameters.get(name))
        for name, value in run.parameters.items()
        if full.parameters.get(name) != value
    )


def _is_less(value: Any, full: Any) -> bool:
    if isinstance(value, list) and isinstance(full, list):
        return len(value) < len(full)
    counts = isinstance(value, int) and isinstance(full, int)
    return counts and value < full
