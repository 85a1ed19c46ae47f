"""Full-size runs of labs: execute without a profile, store what was measured."""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from ldl_lib import results
from ldl_lib.publish import execute, notebook, schedule, worker
from ldl_lib.publish.report import Report
from ldl_lib.publish.watch import Limits
from ldl_lib.publish.worker import ERROR, Failure, Job, Result

EXECUTED = f"{notebook.BUILD}/full"
REPORTS = f"{worker.REPORTS}/full"
FOLDER = "results"


@dataclass(frozen=True)
class Stale:
    """A stored result that does not belong to the notebook as it is.

    Attributes
    ----------
    lab, reason : str
        The result's name; a sentence.
    """

    lab: str
    reason: str

    def __str__(self) -> str:
        return f"{FOLDER}/{self.lab}.json: {self.reason}"


def lab_name(path: str) -> str:
    """Return the name of a lab's result.

    Examples
    --------
    >>> lab_name("notebooks/05_frameworks/lab_digits_tensorflow.ipynb")
    '05_digits_tensorflow'
    """
    file = Path(path)
    chapter = file.parent.name.split("_")[0]
    return f"{chapter}_{file.stem.removeprefix('lab_')}"


def labs(root: Path) -> dict[str, str]:
    """Return every lab's name and notebook."""
    paths = [path for path in notebook.find(root) if notebook.kind(path) == "lab"]
    return {lab_name(path): path for path in paths}


def select(root: Path, names: Sequence[str]) -> list[str]:
    """Return the notebooks of labs, given by name or by path.

    Raises
    ------
    SelectionError
        If a name is no lab's.
    """
    known = labs(root)
    chosen = []
    for name in names:
        if name in known:
            chosen.append(known[name])
            continue
        try:
            found = [
                path
                for path in notebook.select(root, [name])
                if notebook.kind(path) == "lab"
            ]
        except notebook.SelectionError:
            found = []
        if not found:
            available = ", ".join(known) or "none"
            raise notebook.SelectionError(f"{name!r} is no lab; there are: {available}")
        chosen += found
    return list(dict.fromkeys(chosen))


def key(source: Any, digests: Sequence[str]) -> str:
    """Return what a full-size result depends on.

    Parameters
    ----------
    source : notebook
        The lab; its cells tagged `parameters` and `model` count. Comments and layout
        do not.
    digests : sequence of str
        Digests of the datasets.
    """
    cells = {
        tag: [_normalised(notebook.source(c)) for c in notebook.tagged(source, tag)]
        for tag in ("parameters", "model")
    }
    text = json.dumps([cells, sorted(digests)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _normalised(source: str) -> str:
    try:
        return ast.unparse(ast.parse(source))
    except SyntaxError:
        return source


def run(
    root: Path,
    paths: Sequence[str],
    *,
    force: bool = False,
    stream: TextIO | None = None,
) -> Report:
    """Run labs with their full parameters, one after the other on all cores.

    Each measured result goes to ``results/<lab>.json`` as soon as its lab is done, so
    that a run that is stopped loses only the lab it was at.

    Parameters
    ----------
    root : Path
        The project's folder.
    paths : sequence of str
        Notebooks of labs.
    force : bool
        Whether to run labs, too, whose stored result is up to date.
    stream : text file, optional
        Where progress goes.
    """
    root = root.resolve()
    began = time.monotonic()
    outcomes = []
    with schedule.stop_file(root) as stop:
        jobs = [_job(root, path, stop) for path in paths]
        if not force:
            outcomes = [_at_hand(job) for job in jobs if _is_current(root, job.path)]
        done = {result.path for result in outcomes}
        jobs = [job for job in jobs if job.path not in done]
        expected = schedule.Estimates(
            {
                job.path: r.seconds
                for job in jobs
                if (r := Result.read(job.result_path))
            },
            lambda path: 600.0,
        )

        def finish(progress: schedule.Progress, result: Result) -> None:
            if result.ok:
                _collect(root, result)
            execute.show(progress, result)

        executed, _ = schedule.perform(
            "full runs",
            worker.execute,
            jobs,
            expected={job.path: expected.seconds(job.path) for job in jobs},
            workers=1,
            scheduler=None,
            stop=stop,
            failed=execute.lost,
            show=finish,
            stream=stream,
        )
        outcomes += executed
    outcomes.sort(key=lambda result: result.path)
    return Report(outcomes, seconds=time.monotonic() - began)


def _job(root: Path, path: str, stop: Path) -> Job:
    return Job(
        root=str(root),
        path=path,
        key="full",
        limits=Limits(seconds=None, memory_mb=None),
        threads=schedule.cores(),
        stop_file=str(stop),
        executed=EXECUTED,
        reports=REPORTS,
        environment=execute.variables(),
        force=True,
    )


def _at_hand(job: Job) -> Result:
    result = Result.read(job.result_path) or Result(job.path, job.key)
    result.status, result.failure, result.cached = worker.OK, None, True
    return result


def _is_current(root: Path, path: str) -> bool:
    name = lab_name(path)
    stored = root / FOLDER / f"{name}.json"
    return stored.is_file() and _why_stale(root, name, path) is None


def _collect(root: Path, result: Result) -> None:
    """Store what the executed lab recorded; turn the result into a failure if not."""
    name = lab_name(result.path)
    try:
        executed = notebook.load(root / EXECUTED / result.path)
        recorded = list(notebook.bundles(notebook.code_cells(executed), results.MIME))
        if len(recorded) != 1 or recorded[0].get("lab") != name:
            names = [entry.get("lab") for entry in recorded]
            raise results.ResultError(
                f"a lab records one result, called {name!r}; this one recorded {names}"
            )
        # The key is that of what ran: the source may have been edited meanwhile.
        results.save(
            recorded[0],
            root / FOLDER,
            key=key(executed, _digests(recorded[0])),
            date=time.strftime("%Y-%m-%d"),
            seconds=result.seconds,
        )
    except (results.ResultError, notebook.NotebookError) as error:
        result.status, result.failure = ERROR, Failure(str(error))


def _digests(recorded: dict[str, Any]) -> list[str]:
    return [str(entry.get("digest", "")) for entry in recorded.get("data", [])]


def stale(root: Path) -> list[Stale]:
    """Return stored results whose lab's parameters, model or data changed."""
    known = labs(root)
    found = []
    for file in sorted((root / FOLDER).glob("*.json")):
        name = file.stem
        reason = (
            _why_stale(root, name, known[name])
            if name in known
            else "there is no such lab (any more): remove the file"
        )
        if reason:
            found.append(Stale(name, reason))
    return found


def _why_stale(root: Path, name: str, path: str) -> str | None:
    again = f"run `ldl full {name}` again"
    try:
        stored = results.load(name, root / FOLDER)
        source = notebook.load(root / path)
    except (results.ResultError, LookupError, notebook.NotebookError) as error:
        return str(error)
    digests = [str(entry.get("digest", "")) for entry in stored.data]
    if key(source, digests) != stored.key:
        return f"the lab's parameters or model changed since: {again}"
    current = _current_digests(root / worker.EXECUTED / path)
    if any(
        current.get(entry["name"], entry["digest"]) != entry["digest"]
        for entry in stored.data
    ):
        return f"its data changed since: {again}"
    return None


def _current_digests(copy: Path) -> dict[str, str]:
    """Return the digests of the real data that the lab's last shortened run used."""
    try:
        cells = notebook.code_cells(notebook.load(copy))
    except notebook.NotebookError:
        return {}
    return {
        str(entry.get("name")): str(entry.get("digest"))
        for recorded in notebook.bundles(cells, results.MIME)
        for entry in recorded.get("data", [])
        if not entry.get("is_sample")
    }
