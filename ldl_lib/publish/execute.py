"""Execute notebooks: what changed, in parallel, on any executor."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from ldl_lib.publish import cache, lock, notebook, profiles, report, schedule, worker
from ldl_lib.publish.report import Report
from ldl_lib.publish.watch import Limits
from ldl_lib.publish.worker import Failure, Job, Result

SECONDS = {"concepts": 15.0, "exercises": 30.0, "lab": 60.0, "other": 60.0}
MEMORY_MB = 3 * 1024.0
# Guesses for notebooks that never ran; only their order matters.
_TYPICAL = {"concepts": 4.0, "exercises": 6.0, "lab": 20.0, "other": 10.0}


def limits(path: str, time_factor: float = 1.0) -> Limits:
    """Return what a notebook of this kind may use."""
    return Limits(SECONDS[notebook.kind(path)] * time_factor, MEMORY_MB)


def estimates(root: Path) -> schedule.Estimates:
    """Return how long notebooks should take, from their last results."""
    known = {p: r.seconds for p, r in report.stored(root).items() if r.seconds}
    return schedule.Estimates(known, lambda path: _TYPICAL[notebook.kind(path)])


def plan(
    root: Path,
    paths: Sequence[str],
    *,
    threads: int = 1,
    stop: Path | None = None,
    force: bool = False,
    time_factor: float = 1.0,
) -> list[Job]:
    """Return the jobs for these notebooks, longest first.

    Raises
    ------
    ProfileError
        If notebooks/profiles.yml does not fit the notebooks.
    """
    injected = profiles.load(root)
    keys = cache.Keys(root)
    jobs = []
    for path in estimates(root).longest_first(paths):
        parameters = injected[path].parameters if path in injected else {}
        jobs.append(
            Job(
                root=str(root),
                path=path,
                key=keys.key(path, parameters),
                parameters=parameters,
                limits=limits(path, time_factor),
                threads=threads,
                stop_file=str(stop or ""),
                environment=variables(),
                force=force,
            )
        )
    return jobs


def run(
    root: Path,
    notebooks: Sequence[str] | None = None,
    scheduler: str | None = None,
    *,
    workers: int | None = None,
    force: bool = False,
    time_factor: float = 1.0,
    stream: TextIO | None = None,
) -> Report:
    """Execute notebooks whose results are not at hand.

    Parameters
    ----------
    root : Path
        The project's folder.
    notebooks : sequence of str, optional
        Paths relative to `root`; all by default.
    scheduler : str, optional
        Address of a Dask scheduler; by default this machine does the work.
    workers : int, optional
        Notebooks at once on this machine; one a core by default.
    force : bool
        Whether to execute what did not change, too.
    time_factor : float
        Multiplies the limits of time, for a slow or crowded machine.
    stream : text file, optional
        Where progress goes; standard error by default.

    Returns
    -------
    Report
        Results in the order of the paths; contracts are checked elsewhere.
    """
    root = root.resolve()
    paths = list(notebooks) if notebooks is not None else notebook.find(root)
    if notebooks is None:
        _remove_orphans(root, paths)
    workers = max(1, workers or schedule.cores())
    threads = 1 if scheduler else max(1, schedule.cores() // workers)
    began = time.monotonic()
    expected = estimates(root)
    with schedule.stop_file(root) as stop:
        jobs = plan(
            root,
            paths,
            threads=threads,
            stop=stop,
            force=force,
            time_factor=time_factor,
        )
        # What is at hand needs no worker; this also makes the time left honest.
        results = [] if force else [r for r in map(worker.reusable, jobs) if r]
        at_hand = {result.path for result in results}
        jobs = [job for job in jobs if job.path not in at_hand]
        if jobs:
            _tell_of_others(jobs, stream)
            executed, workers = schedule.perform(
                "notebooks",
                worker.execute,
                jobs,
                expected={job.path: expected.seconds(job.path) for job in jobs},
                workers=workers,
                scheduler=scheduler,
                stop=stop,
                failed=lost,
                show=show,
                stream=stream,
            )
            results += executed
    results.sort(key=lambda result: result.path)
    return Report(results, seconds=time.monotonic() - began, workers=workers)


def show(progress: schedule.Progress, result: Result) -> None:
    """Show that a notebook is done."""
    line = (
        f"{result.status:8} {result.seconds:6.1f} s {result.peak_mb:6.0f} MB  "
        f"{result.path}"
    )
    if result.failure:
        line += f": {result.failure.message.splitlines()[0]}"
    progress.advance(result.path, result.seconds, line, failed=not result.ok)


def lost(job: Job, error: BaseException) -> Result:
    """Return the result of a job whose worker went away, and store it."""
    message = f"its worker was lost: {type(error).__name__}: {error}"
    result = Result(job.path, job.key, failure=Failure(message))
    result.write(job.result_path)
    return result


def variables() -> dict[str, str]:
    """Return this process's settings, for workers that were started without them."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("LDL_") and name != "LDL_SITE"
    }


def _tell_of_others(jobs: Sequence[Job], stream: TextIO | None) -> None:
    for job in jobs:
        who = lock.holder(job.lock_path)
        if who:
            print(
                f"{job.path} is being executed by {who}: waiting for its result",
                file=stream or sys.stderr,
            )


def _remove_orphans(root: Path, paths: Sequence[str]) -> None:
    """Remove executed copies and results of notebooks that are gone."""
    executed = {root / worker.EXECUTED / path for path in paths}
    results = {
        root / worker.REPORTS / notebook.FOLDER / worker.result_name(path)
        for path in paths
    }
    for folder, pattern, kept in (
        (worker.EXECUTED, "*.ipynb", executed),
        (f"{worker.REPORTS}/{notebook.FOLDER}", "*.json", results),
    ):
        for path in (root / folder).rglob(pattern):
            if path not in kept:
                path.unlink(missing_ok=True)
