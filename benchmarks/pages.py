"""The built site as a reader meets it: weight, first figure, and every control.

Pages come over HTTP from this machine. What is weighed is compressed as a static host
would send it; fonts and pictures are compressed already.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Response

from benchmarks.measures import Measure, latency
from ldl_lib.publish.browser import chromium

MOVES = 40
PAGE_KB, FIGURE_KB, PAYLOAD_KB = 300.0, 40.0, 600.0
SITE_MS = {"one plot": 33.0, "subplots": 100.0, "3-D": 200.0}

# Before the page's own scripts run: note when the first figure has been drawn.
WATCH = """addEventListener("DOMContentLoaded", () => {
  const look = () => {
    if (!document.querySelector('.ldl-figure[data-ldl-state="ready"]')) return;
    watching.disconnect();
    requestAnimationFrame(() => { window.firstFigure ??= performance.now(); });
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, {
    subtree: true, childList: true,
    attributes: true, attributeFilter: ["data-ldl-state"],
  });
});"""

# Operates the first control as a reader does, and waits for the paint each time.
OPERATE = """async ([id, moves]) => {
  const handle = ldl.figures.get(id);
  const figure = await handle.load();
  const [control] = figure.spec.controls;
  if (!control) return null;
  const box = figure.el.querySelector(`[data-control="${control.name}"]`);
  const inputs = [...box.querySelectorAll("input, select")];
  const operate = (move) => {
    const [first] = inputs;
    if (first.type === "range") {
      const middle = Math.floor(Number(first.max) / 2);
      first.value = middle + move % 2;
      first.dispatchEvent(new Event("input"));
    } else if (first.tagName === "SELECT") {
      first.selectedIndex = move % 2;
      first.dispatchEvent(new Event("change"));
    } else {
      inputs[move % inputs.length].click();
    }
  };
  const times = [];
  for (let move = -3; move < moves; move++) { // the first three warm up
    await new Promise(requestAnimationFrame);
    const start = performance.now();
    operate(move + 4);
    await (figure.waiting ?? figure.drawing);
    if (move >= 0) times.push(performance.now() - start);
  }
  // The same change drawn anew, as a page without an engine would.
  const anew = [];
  const [{plot}] = figure.panels.values();
  if (plot) {
    const {data, layout} = plot.element;
    const stage = plot.element.cloneNode(false);
    plot.element.replaceWith(stage);
    for (let move = 0; move < 8; move++) {
      await new Promise(requestAnimationFrame);
      const start = performance.now();
      await plot.Plotly.newPlot(stage, structuredClone(data), structuredClone(layout));
      await new Promise(requestAnimationFrame);
      anew.push(performance.now() - start);
    }
    plot.Plotly.purge(stage);
    stage.replaceWith(plot.element);
  }
  const panels = figure.spec.panels;
  const axes = panels.flatMap(({figure}) => Object.keys(figure?.layout ?? {}))
    .filter((key) => key.startsWith("xaxis")).length;
  const deep = panels.some(({plotly}) => plotly === "gl3d");
  const several = panels.length > 1 || axes > 1;
  return {times, anew, kind: deep ? "3-D" : several ? "subplots" : "one plot"};
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: a page makes dozens of requests."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free loopback port; yield its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def measure(root: Path) -> list[Measure]:
    """Open every page that has a figure; measure it and each of its figures."""
    site = root / "_build" / "html"
    pages = [
        path.relative_to(site).as_posix()
        for path in sorted(site.rglob("*.html"))
        if b"data-ldl-figure=" in path.read_bytes()
    ]
    if not pages:
        raise SystemExit(f"no page with a figure in {site}: run make book first")
    measures = []
    with served(site) as address, chromium() as browser:
        for path in pages:
            measures += _measure_page(browser, address, path)
    return measures


def _measure_page(browser: Browser, address: str, path: str) -> list[Measure]:
    answered: list[Response] = []
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.on("response", lambda response: answered.append(response))
        page.goto(address + path, wait_until="networkidle")
        page.locator(".ldl-figure[data-ldl-figure]").first.scroll_into_view_if_needed()
        page.wait_for_function("window.firstFigure")
        first = float(page.evaluate("window.firstFigure"))
        early = {response.url for response in answered}
        figures = _measure_figures(page, path)
        weights = _weights(answered)
    before = sum(
        weight
        for url, weight in weights.items()
        if url in early and "/ldl/figures/" not in url and "/plotly-" not in url
    )
    page_measures = [
        Measure(f"{path}: page", before / 1000, "kB", PAGE_KB),
        Measure(f"{path}: opened → first figure", first, "ms"),
    ]
    payloads = [w / 1000 for url, w in weights.items() if "/ldl/figures/" in url]
    total = Measure(f"{path}: figures' data", sum(payloads), "kB", PAYLOAD_KB)
    most = max(payloads, default=0.0)
    largest = Measure(f"{path}: largest figure", most, "kB", FIGURE_KB)
    return [*page_measures, total, largest, *figures]


def _weights(answered: list[Response]) -> dict[str, int]:
    """Return each address's weight in bytes, as a server that compresses sends it."""
    return {
        each.url: len(gzip.compress(each.body(), 6)) for each in answered if each.ok
    }


def _measure_figures(page: Page, path: str) -> list[Measure]:
    measures = []
    for identifier in page.evaluate("[...ldl.figures.keys()]"):
        host = page.locator(f'.ldl-figure[data-ldl-figure="{identifier}"]')
        host.scroll_into_view_if_needed()
        answer = page.evaluate(OPERATE, [identifier, MOVES])
        if answer:
            what = f"{path}: {identifier} ({answer['kind']}), control → paint"
            measures += latency(what, answer["times"], SITE_MS[answer["kind"]])
            if answer["anew"]:
                anew = statistics.median(answer["anew"])
                ratio = anew / statistics.median(answer["times"])
                measures.append(Measure(f"{what}, drawn anew ÷ ours", ratio, "×"))
    return measures
