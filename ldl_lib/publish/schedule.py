"""Run many jobs on an executor: longest first, with progress, stoppable."""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from pathlib import Path
from typing import Any, TextIO, TypeVar

from tqdm import tqdm

from ldl_lib.publish.worker import LOCKS

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def open_executor(
    workers: int, scheduler: str | None
) -> Iterator[tuple[Executor, int]]:
    """Yield an executor and its number of workers.

    Without a scheduler these are threads: each only starts a kernel, a process of its
    own, and watches it. With one they are the workers of a Dask cluster.

    Parameters
    ----------
    workers : int
        Workers on this machine.
    scheduler : str or None
        Address of a Dask scheduler, for example "tcp://127.0.0.1:8786".
    """
    if scheduler is None:
        with ThreadPoolExecutor(workers, thread_name_prefix="notebook") as local:
            yield local, workers
        return
    from distributed import Client

    connect: Any = Client
    with connect(scheduler, set_as_default=False) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ConnectionError(f"the scheduler at {scheduler} has no workers yet")
        remote = client.get_executor(pure=False)
        try:
            yield remote, threads
        finally:
            remote.shutdown(wait=False)


@contextlib.contextmanager
def stop_file(root: Path) -> Iterator[Path]:
    """Yield the path of a file whose appearance stops this run's workers."""
    path = root / LOCKS / f"stop-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("stop-*"):
        if time.time() - old.stat().st_mtime > 3600:
            old.unlink(missing_ok=True)
    try:
        yield path
    except KeyboardInterrupt:
        # Workers elsewhere may look for it a moment later, so it stays.
        path.touch()
        raise
    else:
        path.unlink(missing_ok=True)


def run_all(
    executor: Executor,
    function: Callable[[Job], Outcome],
    jobs: Sequence[Job],
    *,
    stop: Path,
    failed: Callable[[Job, BaseException], Outcome],
    done: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run all jobs in the order given; return their outcomes as they finish.

    Parameters
    ----------
    executor : Executor
        Any; jobs, function and outcomes are picklable.
    function : callable
        What runs one job; it should not raise.
    jobs : sequence
        The longest first.
    stop : Path
        Made on Ctrl-C, so that running jobs end.
    failed : callable
        Makes an outcome of a job whose worker was lost.
    done : callable
        Called with every outcome.
    """
    futures: dict[Future[Outcome], Job] = {
        executor.submit(function, job): job for job in jobs
    }
    outcomes = []
    pending = set(futures)
    try:
        while pending:
            finished, pending = wait(pending, 0.5, return_when=FIRST_COMPLETED)
            for future in finished:
                error = future.exception()
                outcome = (
                    future.result() if error is None else failed(futures[future], error)
                )
                outcomes.append(outcome)
                done(outcome)
    except BaseException:
        stop.touch()
        for future in pending:
            future.cancel()
        raise
    return outcomes


def perform(
    title: str,
    function: Callable[[Job], Outcome],
    jobs: Sequence[Job],
    *,
    expected: dict[str, float],
    workers: int,
    scheduler: str | None,
    stop: Path,
    failed: Callable[[Job, BaseException], Outcome],
    show: Callable[[Progress, Outcome], None],
    stream: TextIO | None = None,
) -> tuple[list[Outcome], int]:
    """Run all jobs here or on a cluster, with progress.

    Parameters
    ----------
    title : str
        What happens.
    function, jobs, stop, failed
        As in `run_all`.
    expected : dict
        Path -> expected seconds.
    workers : int
        Workers on this machine, unless a scheduler has its own.
    scheduler : str or None
        Address of a Dask scheduler.
    show : callable
        Called with the progress and every outcome.
    stream : text file, optional
        Where progress goes; standard error by default.

    Returns
    -------
    tuple of list and int
        The outcomes as they finished, and how many workers there were.
    """
    with open_executor(workers, scheduler) as (executor, workers):
        progress = Progress(title, expected, workers, stream)
        try:
            outcomes = run_all(
                executor,
                function,
                jobs,
                stop=stop,
                failed=failed,
                done=lambda outcome: show(progress, outcome),
            )
        finally:
            progress.close()
    return outcomes, workers


class Estimates:
    """How long jobs should take, from earlier runs."""

    def __init__(self, known: dict[str, float], defaults: Callable[[str], float]):
        self._known = known
        self._defaults = defaults
        guesses = [defaults(path) for path in known]
        # Earlier times show how this machine compares with the default guesses.
        ratios = [known[p] / g for p, g in zip(known, guesses, strict=True) if g]
        # One odd notebook must not make all others look long.
        self._ratio = min(max(statistics.median(ratios or [1.0]), 0.2), 5.0)

    def seconds(self, path: str) -> float:
        """Return the expected seconds."""
        return self._known.get(path) or self._defaults(path) * self._ratio

    def longest_first(self, paths: Sequence[str]) -> list[str]:
        """Return the paths, the longest first."""
        return sorted(paths, key=lambda path: (-self.seconds(path), path))


class Progress:
    """A bar with the time left on a terminal; a line a notebook elsewhere.

    Parameters
    ----------
    title : str
        What happens.
    expected : dict
        Path -> expected seconds.
    workers : int
        How many run at once.
    stream : text file
        Where it goes.
    """

    def __init__(
        self,
        title: str,
        expected: dict[str, float],
        workers: int,
        stream: TextIO | None = None,
    ) -> None:
        self._stream = stream or sys.stderr
        self._expected = dict(expected)
        self._count = len(expected)
        self._done = 0
        self._workers = workers
        self._began = time.monotonic()
        self._spent = 0.0
        self._planned = 0.0
        self._ended = threading.Event()
        self._bar: Any = None
        if self._stream.isatty() and expected:
            self._bar = tqdm(
                total=self._count,
                desc=title,
                file=self._stream,
                bar_format="{desc} {bar} {n_fmt}/{total_fmt} [{elapsed}{postfix}]",
                leave=False,
            )
            threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while not self._ended.wait(1):
            self._bar.set_postfix_str(self.left())

    def left(self) -> str:
        """Return the time left in words, as the speed so far suggests."""
        rate = self._spent / self._planned if self._planned else 1.0
        rest = list(self._expected.values())
        if not rest:
            return "done"
        running = sorted(rest, reverse=True)[: self._workers]
        seconds = max(sum(rest) / self._workers, max(running)) * rate
        if not self._done:
            seconds -= time.monotonic() - self._began
        return f"about {_minutes(max(seconds, 1))} left"

    def advance(self, path: str, seconds: float, line: str, *, failed: bool) -> None:
        """Note that a notebook is done; failures are shown at once."""
        self._planned += self._expected.pop(path, 0.0)
        self._spent += seconds
        self._done += 1
        if self._bar is None:
            left = f"  ({self.left()})" if self._expected else ""
            width = len(str(self._count))
            text = f"[{self._done:{width}}/{self._count}] {line}{left}"
            print(text, file=self._stream, flush=True)
            return
        if failed:
            self._bar.write(line, file=self._stream)
        self._bar.set_postfix_str(self.left())
        self._bar.update()

    def close(self) -> None:
        """Remove the bar."""
        self._ended.set()
        if self._bar is not None:
            self._bar.close()


def _minutes(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
