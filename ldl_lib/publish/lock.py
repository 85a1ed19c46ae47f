"""Locks between executors that work on the same tree."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class LockAbandonedError(RuntimeError):
    """Waiting for a lock was called off."""


@contextlib.contextmanager
def held(
    path: Path, *, give_up: Callable[[], bool] = lambda: False, interval: float = 0.1
) -> Iterator[bool]:
    """Hold a lock file; wait while another executor holds it.

    The operating system frees the lock when its holder ends, however it ends, so
    nothing has to be cleaned up after a kill.

    Parameters
    ----------
    path : Path
        The lock file; made where missing and never deleted (deleting would let two
        executors lock two different files of one name).
    give_up : callable
        Asked while waiting.

    Yields
    ------
    bool
        Whether another executor held the lock first.

    Raises
    ------
    LockAbandonedError
        If `give_up` said so.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    waited = False
    with path.open("a+") as file:
        while not _try(file.fileno()):
            waited = True
            if give_up():
                raise LockAbandonedError(f"gave up waiting for {path.name}")
            time.sleep(interval)
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()}\n")
        file.flush()
        yield waited


def holder(path: Path) -> str | None:
    """Return who holds the lock, or None if nobody does."""
    if not path.is_file():
        return None
    with path.open("r+") as file:
        if _try(file.fileno()):
            return None
        return file.read().strip() or "another process"


if sys.platform == "win32":
    # Windows lets nobody read what is locked: a byte that no file of ours reaches.
    _LOCKED_BYTE = 2**30

    def _try(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
