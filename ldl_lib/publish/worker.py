"""Run one notebook, come what may, and leave one result file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import re
import shutil
import time
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ldl_lib.publish import lock, notebook
from ldl_lib.publish.watch import (
    FLOODED,
    INTERRUPTED,
    MIB,
    OUT_OF_MEMORY,
    TIMED_OUT,
    Limits,
    Watch,
)

OK = "ok"
ERROR = "error"
KERNEL_DIED = "kernel died"
INVALID = "not a notebook"
CRASHED = "executor failed"

FIGURE_MIME = "application/vnd.ldl.figure+json"
EXECUTED = f"{notebook.BUILD}/executed"
REPORTS = f"{notebook.BUILD}/reports"
LOCKS = f"{notebook.BUILD}/locks"

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_KEPT = 4000  # characters of a traceback or log that a report shows


@dataclass(frozen=True)
class Job:
    """All that a worker needs to know about one notebook; plain data, picklable.

    Attributes
    ----------
    root : str
        Absolute path of the project, which all workers see.
    path : str
        The notebook, relative to `root`.
    key : str
        What the outcome depends on (see `ldl_lib.publish.cache`).
    parameters : dict
        Injected after the cell tagged `parameters`; may be empty.
    limits : Limits
        What the kernel may use.
    threads : int
        Threads for each numerical library in the kernel.
    stop_file : str
        Absolute path; execution stops when this file appears.
    executed, reports : str
        Folders, relative to `root`, for the executed copy and the result.
    environment : dict
        Variables for the kernel besides the usual ones.
    force : bool
        Whether to execute although nothing changed.
    """

    root: str
    path: str
    key: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = Limits(60)  # noqa: RUF009  (frozen)
    threads: int = 1
    stop_file: str = ""
    executed: str = EXECUTED
    reports: str = f"{REPORTS}/{notebook.FOLDER}"
    environment: Mapping[str, str] = field(default_factory=dict)
    force: bool = False

    @property
    def source_path(self) -> Path:
        """The notebook's source."""
        return Path(self.root, self.path)

    @property
    def executed_path(self) -> Path:
        """Where the executed copy goes."""
        return Path(self.root, self.executed, self.path)

    @property
    def result_path(self) -> Path:
        """Where the result goes."""
        return Path(self.root, self.reports, result_name(self.path))

    @property
    def lock_path(self) -> Path:
        """The lock that executors of this notebook take."""
        name = f"{self.reports}/{self.path}".replace("/", "-")
        return Path(self.root, LOCKS, f"{name}.lock")

    def stopped(self) -> bool:
        """Return whether the run was called off."""
        return bool(self.stop_file) and Path(self.stop_file).exists()


@dataclass
class Failure:
    """Where and how a notebook failed.

    Attributes
    ----------
    message : str
        One line.
    cell : int or None
        The code cell, counted from 1 in the order of execution.
    source, details : str
        The cell's source; traceback or log.
    """

    message: str
    cell: int | None = None
    source: str = ""
    details: str = ""


@dataclass
class Result:
    """The outcome of one notebook: one JSON file.

    Attributes
    ----------
    status : str
        "ok" or what went wrong.
    seconds, cpu_seconds : float
        Wall-clock time from the kernel's start; computing time of its process tree.
    peak_mb : float
        Most resident memory of the process tree in MiB.
    cell_seconds : list of float
        One number a code cell.
    figures : list of dict
        Of each interactive figure: id, states, bytes.
    executed_sha256 : str
        Digest of the executed copy that belongs to this result.
    cached : bool
        Whether this run took the result over from an earlier one.
    """

    path: str
    key: str
    status: str = CRASHED
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    output_mb: float = 0.0
    threads: int = 1
    finished: str = ""
    cell_seconds: list[float] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    failure: Failure | None = None
    executed_sha256: str = ""
    cached: bool = False

    @property
    def ok(self) -> bool:
        """Whether every cell ran without an error within the limits."""
        return self.status == OK

    def write(self, path: Path) -> None:
        """Write the result's file atomically."""
        data = asdict(self)
        del data["cached"]
        notebook.write_json(path, data)

    @classmethod
    def read(cls, path: Path) -> Result | None:
        """Return the result in a file, or None if there is no readable one."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            failure = data.pop("failure")
            return cls(**data, failure=Failure(**failure) if failure else None)
        except (OSError, ValueError, TypeError, KeyError):
            return None


def result_name(path: str) -> str:
    """Return where a notebook's result lies below the folder of reports."""
    return Path(path).relative_to(notebook.FOLDER).with_suffix(".json").as_posix()


def reusable(job: Job) -> Result | None:
    """Return the earlier result if nothing that it depends on changed."""
    result = Result.read(job.result_path)
    if result is None or not result.ok or result.key != job.key:
        return None
    if file_digest(job.executed_path) != result.executed_sha256:
        return None
    result.cached = True
    return result


def file_digest(path: Path) -> str:
    """Return a file's SHA-256, or "" if it is missing."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def execute(job: Job) -> Result:
    """Run a notebook unless its result is at hand; never raise.

    The executed copy is written first and the result, which holds its digest, last:
    after a kill at any moment the two either belong together or are made anew.
    """
    if not job.source_path.parent.is_dir():
        message = (
            f"this worker sees no folder {job.source_path.parent}: workers need the "
            "project at the same path"
        )
        return Result(job.path, job.key, failure=Failure(message))
    try:
        with lock.held(job.lock_path, give_up=job.stopped) as waited:
            earlier = None if job.force and not waited else reusable(job)
            return earlier or _execute_and_store(job)
    except lock.LockAbandonedError:
        return Result(job.path, job.key, status=INTERRUPTED)


def _execute_and_store(job: Job) -> Result:
    result = Result(job.path, job.key, threads=job.threads)
    text = ""
    try:
        source = notebook.load(job.source_path)
        text = _Execution(job, result).run(source)
    except notebook.NotebookError as error:
        result.status, result.failure = INVALID, Failure(str(error))
    except Exception as error:
        result.status = CRASHED
        result.failure = Failure(
            f"{type(error).__name__}: {error}", details=traceback.format_exc()[-_KEPT:]
        )
    if result.status == INTERRUPTED:
        return result
    result.finished = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    if text:
        notebook.write_atomically(job.executed_path, text)
    else:
        job.executed_path.unlink(missing_ok=True)
    result.executed_sha256 = file_digest(job.executed_path)
    result.write(job.result_path)
    return result


class _Execution:
    """One execution of one notebook."""

    def __init__(self, job: Job, result: Result) -> None:
        self.job = job
        self.result = result

    def run(self, source: Any) -> str:
        """Execute and fill in the result; return the executed notebook's text."""
        from ldl_lib.publish import kernel

        folder = kernel.private_folder()
        try:
            executed = self._run_in(folder, source)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self._record_cells(executed)
        if "papermill" in executed.metadata:
            executed.metadata.papermill["input_path"] = self.job.path
        return notebook.dumps(executed)

    def _run_in(self, folder: Path, source: Any) -> Any:
        from ldl_lib.publish import engine, kernel

        job, result = self.job, self.result
        variables = kernel.environment(
            Path(job.root), folder, job.threads, job.environment
        )
        work = folder / "work"
        work.mkdir()
        log = folder / "kernel.log"
        session = engine.Session(kernel.manager(folder), job.limits, variables, work)
        watch: Watch | None = None
        started = time.monotonic()
        try:
            with log.open("wb") as file:
                pid = session.start(file)
            watch = Watch(pid, job.limits, Path(job.stop_file or folder / "-"), log=log)
            session.on_flood = watch.stop
            watch.start()
            executed, error = session.execute(source, dict(job.parameters))
            result.seconds = round(time.monotonic() - started, 2)
        finally:
            if watch:
                watch.close()
            session.close()
        result.cpu_seconds = round(watch.cpu_seconds, 2)
        result.peak_mb = round(watch.peak_bytes / MIB, 1)
        result.output_mb = round(session.output_bytes / MIB, 2)
        self._judge(watch, error, session, log)
        return executed

    def _judge(
        self, watch: Watch, error: Exception | None, session: Any, log: Path
    ) -> None:
        from nbclient.exceptions import DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        result, limits = self.result, self.job.limits
        if watch.verdict is None and error is None:
            result.status = OK
            return
        cell, source = session.position()
        failure = Failure("", cell, source)
        result.failure = failure
        if watch.verdict:
            result.status = watch.verdict
            failure.message = {
                TIMED_OUT: f"stopped after {result.seconds:.0f} s "
                f"({result.cpu_seconds:.0f} s computing); its limit is "
                f"{limits.seconds} s",
                OUT_OF_MEMORY: f"stopped at {result.peak_mb:.0f} MiB; its limit is "
                f"{limits.memory_mb} MiB",
                FLOODED: f"stopped: its cells show more than {limits.output_mb} MiB",
                INTERRUPTED: "interrupted",
            }[watch.verdict]
        elif isinstance(error, PapermillExecutionError):
            result.status = ERROR
            failure.message = f"{error.ename}: {error.evalue}"[:_KEPT]
            failure.details = _ANSI.sub("", "\n".join(error.traceback))[-_KEPT:]
            failure.source = error.source
        elif isinstance(error, DeadKernelError):
            result.status = KERNEL_DIED
            failure.message = "the kernel died while it ran this cell"
            failure.details = _ends(log)
        else:
            result.status = CRASHED
            failure.message = f"{type(error).__name__}: {error}"
            failure.details = "".join(traceback.format_exception(error))[-_KEPT:]

    def _record_cells(self, executed: Any) -> None:
        cells = notebook.code_cells(executed)
        self.result.cell_seconds = [
            round(cell["metadata"].get("papermill", {}).get("duration") or 0.0, 3)
            for cell in cells
        ]
        self.result.figures = [
            {
                "id": figure.get("id"),
                "states": figure.get("meta", {}).get("states"),
                "bytes": figure.get("meta", {}).get("bytes"),
            }
            for figure in notebook.bundles(cells, FIGURE_MIME)
        ]


def _ends(log: Path) -> str:
    """Return the beginning and the end of a kernel's log."""
    with contextlib.suppress(OSError):
        text = log.read_bytes().decode(errors="replace")
        if len(text) <= _KEPT:
            return text
        return f"{text[: _KEPT // 2]}\n…\n{text[-_KEPT // 2 :]}"
    return ""


# papermill and nbclient say in their logs what the result says better.
logging.getLogger("papermill").setLevel(logging.CRITICAL)
logging.getLogger("traitlets").setLevel(logging.CRITICAL)
