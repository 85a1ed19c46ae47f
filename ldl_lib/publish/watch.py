"""Watch a process and all it starts: time, memory, and a clean end."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 1024 * 1024

TIMED_OUT = "timed out"
OUT_OF_MEMORY = "out of memory"
FLOODED = "too much output"
INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Limits:
    """What one notebook may use; None is no limit.

    Attributes
    ----------
    seconds : float or None
        Time it may be busy. A process tree is stopped at twice this computing time,
        or at eight times this wall-clock time: a machine that is busy with something
        else must not fail a notebook, a notebook that hangs must not block the rest,
        and one that is merely too slow should come back with its seconds a cell.
    memory_mb : float or None
        Resident memory of the whole process tree in MiB.
    output_mb : float
        Text and data that its cells may show, in MiB.
    """

    seconds: float | None
    memory_mb: float | None = 3 * 1024
    output_mb: float = 20

    def exceeded(self, wall: float, cpu: float) -> bool:
        """Return whether a finished run took longer than it may."""
        if self.seconds is None:
            return False
        return min(wall, cpu) > self.seconds or wall > 4 * self.seconds

    def hopeless(self, wall: float, cpu: float) -> bool:
        """Return whether a run that goes on has to be stopped."""
        if self.seconds is None:
            return False
        return min(wall, cpu) > 2 * self.seconds or wall > 8 * self.seconds


class Watch:
    """Samples a process tree and ends it when a limit breaks.

    Parameters
    ----------
    pid : int
        The root of the tree; it should lead a session of its own.
    limits : Limits
        What the tree may use.
    stop_file : Path
        The tree is stopped as soon as this file exists: it reaches workers of any
        executor, on this machine or on another that shares the folder.
    log : Path, optional
        A file that the tree writes to; counts as output.
    """

    def __init__(
        self,
        pid: int,
        limits: Limits,
        stop_file: Path,
        *,
        log: Path | None = None,
        interval: float = 0.2,
    ) -> None:
        self.limits = limits
        self.verdict: str | None = None
        self.peak_bytes = 0
        self.cpu_seconds = 0.0
        self._pid = pid
        self._stop_file = stop_file
        self._log = log
        self._interval = interval
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._watch, name=f"watch-{pid}", daemon=True
        )
        self._seen: dict[int, psutil.Process] = {}
        self._cpu: dict[int, float] = {}
        with contextlib.suppress(psutil.Error):
            self._seen[pid] = psutil.Process(pid)

    @property
    def seconds(self) -> float:
        """Wall-clock time since the watch began."""
        return time.monotonic() - self._began

    def start(self) -> None:
        """Begin to sample."""
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(self._interval):
            self._sample()
            verdict = self._judge()
            if verdict:
                self.stop(verdict)
                return

    def stop(self, verdict: str) -> None:
        """End the tree, now, and say why."""
        self.verdict = self.verdict or verdict
        self._ended.set()
        self.kill()

    def close(self) -> None:
        """Take a last sample, end whatever still runs, and end the thread."""
        self._sample()
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        self.kill()

    def kill(self) -> None:
        """Kill every process of the tree, those that left it included."""
        patience = time.monotonic() + 5
        while time.monotonic() < patience:
            # Found anew each time: a process may have begun another meanwhile.
            targets = self._tree() + _session(self._pid)
            living = [process for process in targets if _alive(process)]
            if not living:
                return
            for process in living:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            time.sleep(0.01)

    def _tree(self) -> list[psutil.Process]:
        """Return all processes seen so far and their children."""
        for process in list(self._seen.values()):
            with contextlib.suppress(psutil.Error):
                for child in process.children(recursive=True):
                    self._seen.setdefault(child.pid, child)
        return list(self._seen.values())

    def _sample(self) -> None:
        resident = 0
        for process in self._tree():
            with contextlib.suppress(psutil.Error):
                resident += process.memory_info().rss
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
        self.peak_bytes = max(self.peak_bytes, resident, _high_water(self._pid))
        self.cpu_seconds = sum(self._cpu.values())

    def _judge(self) -> str | None:
        if self._stop_file.exists():
            return INTERRUPTED
        if self.limits.hopeless(self.seconds, self.cpu_seconds):
            return TIMED_OUT
        memory = self.limits.memory_mb
        if memory is not None and self.peak_bytes > memory * MIB:
            return OUT_OF_MEMORY
        written = self._log.stat().st_size if self._log and self._log.exists() else 0
        return FLOODED if written > self.limits.output_mb * MIB else None


def _alive(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _session(leader: int) -> list[psutil.Process]:
    """Return the processes in the session that `leader` began, daemons included."""
    members: list[psutil.Process] = []
    if not hasattr(os, "getsid"):  # Windows has no sessions
        return members
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(pid) == leader:
                members.append(psutil.Process(pid))
    return members


def _high_water(pid: int) -> int:
    """Return the most resident memory of a process in bytes, where the OS tells."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
