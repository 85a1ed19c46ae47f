"""Figures with a kernel: the latency of each in a real JupyterLab."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.measures import Measure, latency
from ldl_lib.publish.browser import chromium
from tools.live_lab import LabPage, jupyterlab, open_notebook

NOTEBOOK = "01_perceptron/concepts.ipynb"
# The target leaves out what Python itself needs; here it is included.
KERNEL_MS = 120.0


def measure(root: Path) -> list[Measure]:
    """Run chapter 1 in JupyterLab and move the first slider of every figure."""
    measures = []
    with tempfile.TemporaryDirectory(prefix="ldl-lab-") as folder:
        notebooks = Path(folder) / "notebooks"
        shutil.copytree(root / "notebooks", notebooks)
        with (
            jupyterlab(notebooks, Path(folder) / "scratch") as server,
            chromium() as browser,
            open_notebook(browser, server, NOTEBOOK) as lab,
        ):
            start = time.monotonic()
            lab.run_all()
            lab.figure()
            seconds = time.monotonic() - start
            measures.append(
                Measure(f"{NOTEBOOK}: run all → first figure", seconds, "s")
            )
            measures += _figures(lab)
            sent = sum(lab.long_messages) / 1e6
            measures.append(Measure(f"{NOTEBOOK}: scripts sent", sent, "MB"))
    return measures


def _figures(lab: LabPage) -> list[Measure]:
    measures = []
    for index in range(lab.page.locator(".ldl-figure[data-ldl-figure]").count()):
        figure = lab.figure(index)
        if lab.slider(figure):
            what = f"kernel: {figure}, control → paint"
            measures += latency(what, lab.latencies(figure), KERNEL_MS)
    return measures
