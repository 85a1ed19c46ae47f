"""Determinism: execute the executed copies again and compare every output."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from ldl_lib.publish import execute, lock, notebook, schedule, worker
from ldl_lib.publish.report import Report
from ldl_lib.publish.watch import INTERRUPTED, MIB, Watch
from ldl_lib.publish.worker import (
    CRASHED,
    ERROR,
    OK,
    REPORTS,
    Failure,
    Job,
    Result,
)

NOT_EXECUTED = "not executed"
FOLDER = f"{REPORTS}/nbval"
SANITIZE = Path(__file__).with_name("nbval_sanitize.cfg")
IGNORE = "nbval-ignore-output"
# Versions and device may differ from one machine to the next.
_IGNORED_TAGS = {"setup"}
_KEPT = 6000


def run(
    root: Path,
    notebooks: Sequence[str] | None = None,
    scheduler: str | None = None,
    *,
    workers: int | None = None,
    everything: bool = False,
    force: bool = False,
    time_factor: float = 1.0,
    stream: TextIO | None = None,
) -> Report:
    """Check that executed notebooks show the same when they run again.

    Parameters
    ----------
    root, notebooks, scheduler, workers, time_factor, stream
        As in `ldl_lib.publish.execute.run`.
    everything : bool
        Whether to check labs, too, whose own source did not change since they passed.
    force : bool
        Whether to repeat checks of copies that passed.

    Returns
    -------
    Report
        Checks of executed copies; a notebook without one is a failure.
    """
    root = root.resolve()
    paths = list(notebooks) if notebooks is not None else notebook.find(root)
    workers = max(1, workers or schedule.cores())
    began = time.monotonic()
    estimates = execute.estimates(root)
    with schedule.stop_file(root) as stop:
        jobs = [
            _job(root, path, stop, everything, force, time_factor)
            for path in estimates.longest_first(paths)
        ]
        results = [r for r in map(_passed, jobs) if r]
        at_hand = {result.path for result in results}
        jobs = [job for job in jobs if job.path not in at_hand]
        if jobs:
            checked, workers = schedule.perform(
                "determinism",
                check,
                jobs,
                expected={job.path: estimates.seconds(job.path) for job in jobs},
                workers=workers,
                scheduler=scheduler,
                stop=stop,
                failed=_lost,
                show=_show,
                stream=stream,
            )
            results += checked
    results.sort(key=lambda result: result.path)
    return Report(results, seconds=time.monotonic() - began, workers=workers)


def _job(
    root: Path, path: str, stop: Path, everything: bool, force: bool, factor: float
) -> Job:
    executed = Result.read(root / REPORTS / notebook.FOLDER / worker.result_name(path))
    digest = worker.file_digest(root / worker.EXECUTED / path)
    source = notebook.source_digest(root / path)
    lab = notebook.kind(path) == "lab" and not everything
    return Job(
        root=str(root),
        path=path,
        # A lab that passed is repeated once its own source changes; the rest once
        # the executed copy does, whatever made it change.
        key=f"source {source}" if lab else f"executed {digest}",
        parameters={"executed": digest},
        limits=execute.limits(path, factor),
        threads=executed.threads if executed else 1,
        stop_file=str(stop),
        reports=FOLDER,
        force=force,
    )


def _passed(job: Job) -> Result | None:
    """Return the earlier result of a check that still holds."""
    result = Result.read(job.result_path)
    if job.force or result is None or not result.ok or not job.parameters["executed"]:
        return None
    same_copy = result.executed_sha256 == job.parameters["executed"]
    same_source = job.key.startswith("source") and result.key == job.key
    if not same_copy and not same_source:
        return None
    result.cached = True
    return result


def check(job: Job) -> Result:
    """Run nbval on one executed copy; never raise."""
    try:
        with lock.held(job.lock_path, give_up=job.stopped) as waited:
            earlier = _passed(job) if waited else None
            return earlier or _check_and_store(job)
    except lock.LockAbandonedError:
        return Result(job.path, job.key, status=INTERRUPTED)


def _check_and_store(job: Job) -> Result:
    result = Result(job.path, job.key, threads=job.threads)
    result.executed_sha256 = job.parameters["executed"]
    folder = Path(tempfile.mkdtemp(prefix="ldl-nbval-"))
    try:
        if not job.executed_path.is_file():
            raise notebook.NotebookError("there is none, run `ldl run` first")
        executed = notebook.load(job.executed_path)
        copy = folder / "executed.ipynb"
        copy.write_text(notebook.dumps(prepare(executed)), encoding="utf-8")
        _run_pytest(job, folder, copy, result)
    except notebook.NotebookError as error:
        result.status = NOT_EXECUTED
        result.failure = Failure(f"the executed copy cannot be compared: {error}")
    except Exception as error:
        result.failure = Failure(f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if result.status != INTERRUPTED:
        result.finished = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        result.key = _key_once_done(job)
        result.write(job.result_path)
    return result


def _key_once_done(job: Job) -> str:
    """Return the key by the lab's source, which a later default run asks for."""
    if notebook.kind(job.path) == "lab":
        return f"source {notebook.source_digest(job.source_path)}"
    return job.key


def prepare(executed: Any) -> Any:
    """Return the executed notebook with our tags put in nbval's terms."""
    for cell in notebook.code_cells(executed):
        tags = notebook.tags(cell)
        if IGNORE not in tags and not _IGNORED_TAGS.isdisjoint(tags):
            cell["metadata"]["tags"] = [*tags, IGNORE]
    return executed


def _run_pytest(job: Job, folder: Path, copy: Path, result: Result) -> None:
    # Imported here: the plugin imports pytest and nbval.
    from ldl_lib.publish import nbval_plugin as plugin

    config = folder / "pytest.ini"
    config.write_text("[pytest]\n", encoding="utf-8")
    report = folder / "report.json"
    log = folder / "pytest.log"
    command = [sys.executable, "-m", "pytest", "--nbval", str(copy)]
    command += ["-p", "nbval.plugin", "-p", plugin.__name__, "-p", "no:cacheprovider"]
    command += ["--nbval-sanitize-with", str(SANITIZE), "--nbval-current-env"]
    command += ["-c", str(config), "--rootdir", str(folder), "--color=no", "-q"]
    variables = {
        **os.environ,
        **job.environment,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        plugin.REPORT: str(report),
        plugin.ROOT: job.root,
        plugin.THREADS: str(job.threads),
    }
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=variables,
            cwd=folder,
            start_new_session=True,
        )
    # pytest's own start and comparison take time and memory on top.
    limits = replace(
        job.limits,
        seconds=job.limits.seconds and job.limits.seconds + 30,
        memory_mb=job.limits.memory_mb and job.limits.memory_mb + 500,
    )
    watch = Watch(process.pid, limits, Path(job.stop_file), log=log)
    watch.start()
    try:
        code = process.wait()
    finally:
        watch.close()
    result.seconds = round(time.monotonic() - began, 2)
    result.cpu_seconds = round(watch.cpu_seconds, 2)
    result.peak_mb = round(watch.peak_bytes / MIB, 1)
    _judge(result, watch, code, report, log)


def _judge(result: Result, watch: Watch, code: int, report: Path, log: Path) -> None:
    tail = log.read_bytes()[-_KEPT:].decode(errors="replace")
    if watch.verdict:
        result.status = watch.verdict
        result.failure = Failure(f"{watch.verdict} when executed again", details=tail)
        return
    try:
        outcome = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        result.status = CRASHED
        result.failure = Failure(f"pytest ended with code {code}", details=tail)
        return
    failures = outcome["failures"]
    if failures:
        first = failures[0]
        result.status = ERROR
        cells = ", ".join(str(failure["cell"]) for failure in failures)
        result.failure = Failure(
            f"{first['message']} when executed again (code cells {cells})",
            first["cell"],
            first["source"],
            first["details"][-_KEPT:],
        )
    elif code in (0, 5):  # 5: a notebook without code has nothing to compare
        result.status = OK
    else:
        result.status = CRASHED
        result.failure = Failure(f"pytest ended with code {code}", details=tail)


def _lost(job: Job, error: BaseException) -> Result:
    message = f"its worker was lost: {type(error).__name__}: {error}"
    return Result(job.path, job.key, failure=Failure(message))


def _show(progress: schedule.Progress, result: Result) -> None:
    line = f"{result.status:8} {result.seconds:6.1f} s  {result.path}"
    if result.failure:
        line += f": {result.failure.message.splitlines()[0]}"
    progress.advance(result.path, result.seconds, line, failed=not result.ok)


def write(root: Path, report: Report) -> None:
    """Write the summary of the determinism check."""
    notebook.write_json(
        root / REPORTS / "nbval.json",
        {
            "seconds": round(report.seconds, 1),
            "workers": report.workers,
            "notebooks": [asdict(result) for result in report.results],
        },
    )
