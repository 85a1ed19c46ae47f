"""Figures with a kernel: the latency of each in a real JupyterLab."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

import nbformat

from benchmarks.measures import Measure, latency
from ldl_lib.publish.browser import chromium
from tools.live_lab import LabPage, jupyterlab, open_notebook

NOTEBOOK = "01_perceptron/concepts.ipynb"
# The target leaves out what Python itself needs; here it is included.
KERNEL_MS = 120.0


# One line twice: as one of our figures, and as Plotly's own widget beside a slider.
PAIR = (
    """import plotly.graph_objects as go
from ldl_lib.explore import Explorable, Slider

x = [0.0, 1.0, 2.0]
line = Explorable(
    id="same-line",
    figure=go.Figure(go.Scatter(x=x, y=x), layout={"yaxis": {"range": [-20, 20]}}),
    state=lambda slope: {"data[0].y": [slope * value for value in x]},
    controls={"slope": Slider(-5, 5, step=1, value=2)},
    question="How steep is the line?",
    describe=lambda slope: f"It rises by {slope} a unit.",
)
line""",
    """import ipywidgets

peer = go.FigureWidget(go.Scatter(x=x, y=x), layout={"yaxis": {"range": [-20, 20]}})
slider = ipywidgets.IntSlider(value=2, min=-5, max=5)


def follow(change):
    peer.data[0].y = [change["new"] * value for value in x]


slider.observe(follow, "value")
ipywidgets.VBox([slider, peer])""",
)
PEER_PLOT = ".jupyter-widgets .js-plotly-plot:not(.ldl-figure *)"
PEER_LISTEN = """plot => {
  window.peerTimes = [];
  let start = null;
  document.addEventListener("keydown", () => { start = performance.now(); }, true);
  plot.on("plotly_afterplot", () => {
    if (start === null) return;
    const began = start;
    start = null;
    requestAnimationFrame(() => window.peerTimes.push(performance.now() - began));
  });
}"""
PEER_MOVES = 20


def measure(root: Path) -> list[Measure]:
    """Run chapter 1 in JupyterLab and move the first slider of every figure."""
    measures = []
    with tempfile.TemporaryDirectory(prefix="ldl-lab-") as folder:
        notebooks = Path(folder) / "notebooks"
        shutil.copytree(root / "notebooks", notebooks)
        cells = [nbformat.v4.new_code_cell(source) for source in PAIR]
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        pair = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
        nbformat.write(pair, notebooks / "pair.ipynb")
        with (
            jupyterlab(notebooks, Path(folder) / "scratch") as server,
            chromium() as browser,
        ):
            with open_notebook(browser, server, "pair.ipynb") as lab:
                measures += _against_plotlys_widget(lab)
                lab.stop_kernel()
            with open_notebook(browser, server, NOTEBOOK) as lab:
                measures += _chapter(lab)
    return measures


def _chapter(lab: LabPage) -> list[Measure]:
    start = time.monotonic()
    lab.run_all()
    lab.figure()
    seconds = time.monotonic() - start
    return [
        Measure(f"{NOTEBOOK}: run all → first figure", seconds, "s"),
        *_figures(lab),
        Measure(f"{NOTEBOOK}: scripts sent", sum(lab.long_messages) / 1e6, "MB"),
    ]


def _against_plotlys_widget(lab: LabPage) -> list[Measure]:
    """Move the same line in our figure and in Plotly's widget, each by its slider."""
    lab.run_all()
    ours = lab.latencies(lab.figure())
    plot = lab.page.locator(PEER_PLOT)
    plot.scroll_into_view_if_needed()
    plot.evaluate(PEER_LISTEN)
    lab.page.locator(".noUi-handle").focus()
    for move in range(PEER_MOVES):
        lab.page.keyboard.press("ArrowLeft" if move % 2 else "ArrowRight")
        lab.page.wait_for_function(
            "count => window.peerTimes.length >= count", arg=move + 1
        )
    theirs = [float(value) for value in lab.page.evaluate("window.peerTimes")]
    ratio = statistics.median(theirs) / statistics.median(ours)
    return [
        *latency("kernel: one line, ours", ours, KERNEL_MS),
        *latency("kernel: one line, Plotly's FigureWidget and a slider", theirs, None),
        Measure("kernel: one line, FigureWidget ÷ ours", ratio, "×"),
    ]


def _figures(lab: LabPage) -> list[Measure]:
    measures = []
    for index in range(lab.page.locator(".ldl-figure[data-ldl-figure]").count()):
        figure = lab.figure(index)
        if lab.slider(figure):
            what = f"kernel: {figure}, control → paint"
            measures += latency(what, lab.latencies(figure), KERNEL_MS)
    return measures
