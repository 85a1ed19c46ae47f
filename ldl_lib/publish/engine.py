"""papermill on a kernel that is ours: private, watched, its output capped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import papermill
from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import remove_error_markers

from ldl_lib.publish import notebook
from ldl_lib.publish.watch import FLOODED, MIB, Limits

_SHOWN = 2000  # characters of a flood that the executed copy keeps


class Session:
    """One kernel and the notebook that it executes.

    Parameters
    ----------
    manager : AsyncKernelManager
        For a kernel that does not run yet.
    limits : Limits
        Only `output_mb` counts here.
    environment : dict
        All of the kernel's environment variables.
    folder : Path
        The kernel's working folder.
    """

    def __init__(
        self,
        manager: AsyncKernelManager,
        limits: Limits,
        environment: dict[str, str],
        folder: Path,
    ) -> None:
        self.output_bytes = 0
        self.on_flood: Callable[[str], None] = lambda verdict: None
        self._limit = limits.output_mb * MIB
        self._manager = manager
        self._environment = environment
        self._folder = folder
        self._managed: Any = None
        self._client: _Client | None = None
        self._current: int | None = None

    def start(self, log: IO[bytes]) -> int:
        """Start the kernel; return its process id."""
        from jupyter_core.utils import run_sync

        run_sync(self._manager.start_kernel)(
            env=self._environment, cwd=str(self._folder), stdout=log, stderr=log
        )
        return int(self._manager.provisioner.pid)  # type: ignore[union-attr]

    def execute(
        self, source: Any, parameters: dict[str, Any]
    ) -> tuple[Any, Exception | None]:
        """Execute; return the notebook as far as it came, and the error if any."""
        error: Exception | None = None
        try:
            papermill.execute_notebook(
                source,
                None,
                parameters=parameters,
                engine_name=_WatchedEngine.name,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                session=self,
            )
        except Exception as caught:
            error = caught
        executed = self._managed.nb if self._managed else source
        executed = remove_error_markers(executed)
        for cell in executed.cells:
            if "injected-parameters" in notebook.tags(cell):
                cell["id"] = "injected-parameters"  # papermill's is random
        if isinstance(error, PapermillExecutionError):
            self._current = _index_of_error(executed)
        return executed, error

    def position(self) -> tuple[int | None, str]:
        """Return the number, from 1, and the source of the code cell it stopped in."""
        if self._current is None or self._managed is None:
            return None, ""
        cells = self._managed.nb.cells
        running = cells[self._current]
        number = sum(c.cell_type == "code" for c in cells[: self._current + 1])
        return number, notebook.source(running)

    def run_in(self, managed: NotebookExecutionManager) -> None:
        """Execute the cells of papermill's prepared notebook."""
        self._managed = managed
        self._client = _Client(managed, self._manager)
        self._client.session = self
        self._client.execute()

    def entered(self, index: int) -> None:
        """Note which cell runs."""
        self._current = index

    def admit(self, content: dict[str, Any]) -> bool:
        """Count a message's content; return whether it may still be shown."""
        if self.output_bytes > self._limit:
            return False
        self.output_bytes += _size(content)
        if self.output_bytes > self._limit:
            self.on_flood(FLOODED)
            text = content.get("text")
            if isinstance(text, str):
                content["text"] = f"{text[:_SHOWN]}\n… cut: too much output\n"
                return True
            return False
        return True

    def close(self) -> None:
        """Release sockets and files; the kernel itself is ended by its watch."""
        from jupyter_core.utils import run_sync

        if self._client is not None and self._client.kc is not None:
            self._client.kc.stop_channels()
        run_sync(self._manager.cleanup_resources)()


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, which tells its session what happens."""

    session: Session

    def __init__(self, managed: NotebookExecutionManager, manager: Any) -> None:
        super().__init__(
            managed,
            km=manager,
            coalesce_streams=True,  # one print, one box, however slowly they come
            timeout=None,  # the watch limits the whole notebook
            startup_timeout=120,
            iopub_timeout=60,  # a busy machine is no reason to lose an output
            shell_timeout_interval=1,  # how soon a dead kernel is noticed
        )

    def execute_cell(self, cell: Any, cell_index: int, **options: Any) -> Any:
        self.session.entered(cell_index)
        return super().execute_cell(cell, cell_index, **options)

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        shows = msg["msg_type"] not in ("status", "execute_input")
        if shows and not self.session.admit(msg["content"]):
            return None
        return super().process_message(msg, cell, cell_index)


class _WatchedEngine(Engine):  # type: ignore[misc]
    """papermill's way in."""

    name = "ldl"

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        session: Session,
        **ignored: Any,
    ) -> None:
        session.run_in(nb_man)


papermill_engines.register(_WatchedEngine.name, _WatchedEngine)


def _size(content: Any) -> int:
    """Return about how many bytes a message shows."""
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_size, content.values()))
    if isinstance(content, list):
        return sum(map(_size, content))
    return 8


def _index_of_error(executed: Any) -> int | None:
    for index, cell in enumerate(executed.cells):
        if any(o.output_type == "error" for o in cell.get("outputs", [])):
            return index
    return None
