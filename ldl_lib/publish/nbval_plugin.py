"""pytest plugin: nbval on our private kernels, comparing all that a cell shows."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbval.kernel
import nbval.plugin
import pytest
from jupyter_client.manager import KernelManager

from ldl_lib.publish import kernel
from ldl_lib.publish.worker import FIGURE_MIME

REPORT = "LDL_NBVAL_REPORT"
ROOT = "LDL_NBVAL_ROOT"
THREADS = "LDL_NBVAL_THREADS"
RESULT_MIME = "application/vnd.ldl.result+json"
# Measured times: they differ from run to run and no reader sees them.
_VOLATILE = {"seconds", "date"}

_folders: list[Path] = []
_failures: list[dict[str, Any]] = []


def _start_new_kernel(
    startup_timeout: float = 60, kernel_name: str = "python3", **options: Any
) -> tuple[KernelManager, Any]:
    """Stand in for nbval's function, which opens TCP ports that others can reach."""
    folder = kernel.private_folder()
    _folders.append(folder)
    work = folder / "work"
    work.mkdir()
    options["cwd"] = str(work)
    options["env"] = kernel.environment(
        Path(os.environ[ROOT]), folder, int(os.environ[THREADS])
    )
    manager = kernel.blocking_manager(folder)
    manager.start_kernel(**options)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=startup_timeout)
    return manager, client


_compare_as_nbval = nbval.plugin.IPyNbCell.compare_outputs


def _compare_outputs(cell: Any, test: Any, ref: Any, skip_compare: Any = None) -> bool:
    """Stand in for nbval's method: compare pictures and payloads, too."""
    pictures = {"image/png", "image/jpeg"}
    skipped = tuple(set(cell.parent.skip_compare) - pictures)
    return bool(_compare_as_nbval(cell, _steady(test), _steady(ref), skipped))


def _steady(outputs: Any) -> list[Any]:
    """Return outputs without the times inside our own media types."""
    steady = []
    for output in outputs:
        data = output.get("data")
        if isinstance(data, Mapping) and not data.keys().isdisjoint(
            (FIGURE_MIME, RESULT_MIME)
        ):
            data = {
                mime: _without_times(value)
                if mime in (FIGURE_MIME, RESULT_MIME)
                else value
                for mime, value in data.items()
            }
            output = type(output)({**output, "data": data})
        steady.append(output)
    return steady


def _without_times(value: Any) -> str:
    """Return one text for a payload; nbval shows differences of texts well."""
    if isinstance(value, Mapping):
        value = {key: v for key, v in value.items() if key not in _VOLATILE}
        meta = value.get("meta")
        if isinstance(meta, Mapping):
            value["meta"] = {k: v for k, v in meta.items() if k not in _VOLATILE}
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False)


def pytest_configure(config: pytest.Config) -> None:
    """Put our kernel and our comparison in nbval's place."""
    nbval.kernel.start_new_kernel = _start_new_kernel
    nbval.plugin.IPyNbCell.compare_outputs = _compare_outputs


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Any:
    """Note failing cells for the report."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        cell = getattr(item, "cell", {})
        _failures.append(
            {
                "cell": getattr(item, "cell_num", -1) + 1,
                "source": cell.get("source", ""),
                "details": report.longreprtext,
                "message": str(getattr(call.excinfo, "value", "")) or "failed",
            }
        )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the report and remove the kernels' folders."""
    counts = {"collected": session.testscollected, "failures": _failures}
    Path(os.environ[REPORT]).write_text(json.dumps(counts), encoding="utf-8")
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)
