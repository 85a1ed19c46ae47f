"""Kernels that nobody else can reach, with the same environment everywhere."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager, KernelManager

SOCKET_PATH_LIMIT = 103  # bytes; Linux allows 107, macOS 103
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)

# ipykernel catches its own error stream. What Python says when it crashes has to go
# past it, to the log that outlives the kernel.
_LAUNCH = """\
import faulthandler, os
faulthandler.enable(os.fdopen(os.dup(2), "w"), all_threads=False)
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


def private_folder() -> Path:
    """Make a folder that only this user can enter, short enough for socket names.

    Raises
    ------
    OSError
        If every candidate's path is too long for a Unix socket.
    """
    longest_name = len("/ldl-12345678/k-65535")
    tried = []
    for base in (tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR"), "/tmp"):
        if not base or not os.access(base, os.W_OK):
            continue
        if len(os.fsencode(os.path.abspath(base))) + longest_name <= SOCKET_PATH_LIMIT:
            # mkdtemp makes the folder with mode 0700.
            return Path(tempfile.mkdtemp(prefix="ldl-", dir=os.path.abspath(base)))
        tried.append(base)
    raise OSError(
        f"no folder with a short enough path for a kernel's sockets (tried {tried}): "
        "set TMPDIR to one of fewer than 80 characters"
    )


def environment(
    root: Path, folder: Path, threads: int, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the environment variables of a notebook's kernel.

    Parameters
    ----------
    root : Path
        The project: its own ldl_lib is the one that notebooks import.
    folder : Path
        The kernel's private folder.
    threads : int
        Threads that each numerical library may use. Two workers that take all
        cores each get in each other's way: measured, 1.1x instead of 1.8x.
    extra : mapping, optional
        Variables that win over the rest.
    """
    variables = dict(os.environ)
    variables.pop("PYTHONSTARTUP", None)
    variables.update(dict.fromkeys(THREAD_VARIABLES, str(threads)))
    variables.update(
        LDL_SITE="1",
        PYTHONHASHSEED="0",
        PYTHONPATH=os.pathsep.join(_import_paths(root)),
        IPYTHONDIR=str(folder),
        PYDEVD_DISABLE_FILE_VALIDATION="1",
        # Outputs are pages: no log lines, no progress bars frozen half way.
        TF_CPP_MIN_LOG_LEVEL="3",
        TQDM_DISABLE="1",
        # Workers that share a GPU must not each take all of its memory.
        TF_FORCE_GPU_ALLOW_GROWTH="true",
    )
    variables.update(extra or {})
    return variables


def _import_paths(root: Path) -> list[str]:
    given = os.environ.get("PYTHONPATH", "")
    own = [str(root)] if (root / "ldl_lib").is_dir() else []
    return own + [path for path in given.split(os.pathsep) if path]


def _settings(folder: Path) -> dict[str, Any]:
    """Return what makes a kernel manager private: file, sockets, interpreter."""
    settings = {
        "connection_file": str(folder / "kernel.json"),
        "kernel_name": "python3",
    }
    if sys.platform == "win32":  # no Unix sockets: the connection file's key protects
        return settings | {"transport": "tcp", "ip": "127.0.0.1"}
    return settings | {"transport": "ipc", "ip": str(folder / "k")}


def _spec() -> KernelSpec:
    # The spec "python3" of a user's home may start another interpreter.
    return KernelSpec(
        argv=[
            sys.executable,
            "-c",
            _LAUNCH,
            "-f",
            "{connection_file}",
            "--HistoryManager.enabled=False",
        ],
        display_name="Python 3",
        language="python",
    )


def manager(folder: Path) -> AsyncKernelManager:
    """Return a manager for a kernel that lives in its private folder."""
    made = AsyncKernelManager(**_settings(folder))
    made._kernel_spec = _spec()
    return made


def blocking_manager(folder: Path) -> KernelManager:
    """Return the same for callers without an event loop."""
    made = KernelManager(**_settings(folder))
    made._kernel_spec = _spec()
    return made
