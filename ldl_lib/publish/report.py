"""What a run says in the end: a table, the failures in full, report.json."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ldl_lib.publish import notebook
from ldl_lib.publish.worker import REPORTS, Result, result_name

FILE = f"{REPORTS}/report.json"


@dataclass(frozen=True)
class Problem:
    """A broken contract.

    Attributes
    ----------
    path, rule, message : str
        The notebook, the contract's name, one sentence.
    cell : int or None
        The code cell, counted from 1 in the file that `where` names.
    """

    path: str
    rule: str
    message: str
    cell: int | None = None

    def __str__(self) -> str:
        place = f", code cell {self.cell}" if self.cell else ""
        return f"{self.path}{place}: {self.rule}: {self.message}"


@dataclass
class Report:
    """The outcome of a run.

    Attributes
    ----------
    results : list of Result
        One a notebook, in the order of their paths.
    problems : list of Problem
        Broken contracts.
    seconds : float
        Wall-clock time of the run.
    workers : int
        How many notebooks ran at once.
    """

    results: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0
    workers: int = 1

    @property
    def failures(self) -> list[Result]:
        """Results of notebooks that did not run through."""
        return [result for result in self.results if not result.ok]

    @property
    def ok(self) -> bool:
        """Whether everything ran and every contract holds."""
        return not self.failures and not self.problems

    def table(self) -> str:
        """Return one line a notebook."""
        width = max([len(r.path) for r in self.results], default=8)
        lines = [
            f"{'notebook':{width}}  {'status':15}  seconds     cpu  peak MB  figures"
        ]
        for result in self.results:
            status = "cached" if result.cached else result.status
            lines.append(
                f"{result.path:{width}}  {status:15}  {result.seconds:7.1f} "
                f"{result.cpu_seconds:7.1f}  {result.peak_mb:7.0f}  "
                f"{len(result.figures):7d}"
            )
        return "\n".join(lines)

    def details(self) -> str:
        """Return every failure with its cell, source and error, then the problems."""
        parts = [describe_failure(result) for result in self.failures]
        if self.problems:
            parts.append("\n".join(["Broken contracts:", *map(str, self.problems)]))
        return "\n\n".join(parts)

    def summary(self) -> str:
        """Return the one line that matters."""
        cached = sum(result.cached for result in self.results)
        return (
            f"{len(self.results)} notebooks in {self.seconds:.0f} s with "
            f"{self.workers} worker(s): {cached} unchanged, "
            f"{len(self.results) - cached - len(self.failures)} executed, "
            f"{len(self.failures)} failed; {len(self.problems)} broken contract(s)"
        )

    def text(self) -> str:
        """Return all of it."""
        parts = [self.table(), self.details(), self.summary()]
        return "\n\n".join(part for part in parts if part)


def describe_failure(result: Result) -> str:
    """Return what went wrong in a notebook, for a person."""
    lines = [f"FAILED {result.path}: {result.status}"]
    failure = result.failure
    if failure is None:
        return lines[0]
    place = f" in code cell {failure.cell}" if failure.cell else ""
    lines.append(f"  {failure.message}{place}")
    if failure.source:
        lines += ["  cell:", textwrap.indent(failure.source.rstrip(), "    | ")]
    if failure.details:
        lines += ["  details:", textwrap.indent(failure.details.rstrip(), "    ")]
    return "\n".join(lines)


def stored(root: Path) -> dict[str, Result]:
    """Return the last result of every notebook that exists."""
    found = {}
    for path in notebook.find(root):
        result = Result.read(root / REPORTS / notebook.FOLDER / result_name(path))
        if result is not None:
            found[path] = result
    return found


def write(root: Path, report: Report) -> None:
    """Write report.json over all notebooks' last results, and the table beside it."""
    results = stored(root)
    for result in report.results:  # those of this run know whether they were cached
        results[result.path] = result
    whole = Report(
        [results[path] for path in sorted(results)],
        report.problems,
        report.seconds,
        report.workers,
    )
    data: dict[str, Any] = {
        "seconds": round(report.seconds, 1),
        "workers": report.workers,
        "notebooks": [asdict(result) for result in whole.results],
        "problems": [asdict(problem) for problem in report.problems],
    }
    notebook.write_json(root / FILE, data)
    notebook.write_atomically((root / FILE).with_suffix(".txt"), whole.text() + "\n")
