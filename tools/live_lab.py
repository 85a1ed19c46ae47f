"""A real JupyterLab on loopback, used in Chromium as a reader would use it.

The end-to-end test, the measurement of latency and the screenshots share it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from playwright.sync_api import Browser, Page, WebSocket

START_SECONDS = 90
# A message this long carries a script: states of a figure are kilobytes.
SCRIPT_BYTES = 1_000_000

# What a figure draws, as one text: equal texts mean an unchanged figure.
DRAWN = """host => JSON.stringify(
  [...host.querySelectorAll(".js-plotly-plot")].map(plot =>
  [plot.data, plot.layout.shapes, plot.layout.annotations, plot.layout.title]))"""

# Every code cell has its number, or one has raised, after which the others do not run.
ALL_HAVE_RUN = """() => {
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return document.querySelector('[data-mime-type="application/vnd.jupyter.error"]')
    || prompts.every(prompt => /\\[\\d+\\]/.test(prompt.textContent));
}"""

# Moves one control `moves` times between two neighbouring values; milliseconds each
# until the result has been painted.
TIME_MOVES = """async ({id, name, values, moves}) => {
  const figure = ldl.figures.get(id);
  const times = [];
  for (let move = 0; move < moves; move++) {
    const start = performance.now();
    await figure.set({[name]: values[move % values.length]});
    times.push(performance.now() - start);
  }
  return times;
}"""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class LabServer:
    """A running JupyterLab.

    Attributes
    ----------
    url : str
        Its address, without a slash at the end.
    token : str
        What a browser shows to get in.
    runtime : Path
        Folder of the connection files of its kernels.
    """

    url: str
    token: str
    runtime: Path


@contextmanager
def jupyterlab(notebooks: Path, scratch: Path) -> Iterator[LabServer]:
    """Start JupyterLab on a free loopback port and stop it, come what may.

    Parameters
    ----------
    notebooks : Path
        Folder that it shows; give it a copy, since notebooks get saved.
    scratch : Path
        Empty folder for its settings and sockets, so that the reader's own settings
        neither matter nor change.

    Raises
    ------
    RuntimeError
        If it does not answer; the message ends with its log.
    """
    config, runtime = scratch / "config", scratch / "runtime"
    (config / "labconfig").mkdir(parents=True)
    runtime.mkdir(mode=0o700)
    # The extension asks a server on the internet for news.
    settings = {
        "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}
    }
    (config / "labconfig" / "page_config.json").write_text(json.dumps(settings))
    token = secrets.token_hex(16)
    port = free_port()
    environment = os.environ | {
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "IPYTHONDIR": str(scratch / "ipython"),
        "OMP_NUM_THREADS": "1",
    }
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={notebooks}",
        "--KernelManager.transport=ipc",
    ]
    log = scratch / "jupyterlab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = LabServer(f"http://127.0.0.1:{port}", token, runtime)
    try:
        _wait_until_it_answers(server, process, log)
        yield server
    finally:
        _stop(process)


def _wait_until_it_answers(
    server: LabServer, process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + START_SECONDS
    address = f"{server.url}/api/status?token={server.token}"
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server, which ends its kernels; kill what is left of its group."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass
class LabPage:
    """A notebook open in JupyterLab.

    Attributes
    ----------
    page : Page
        Its browser page.
    server : LabServer
        Where it comes from.
    long_messages : list of int
        Size in bytes of every message or file that carried a script to a figure.
    """

    page: Page
    server: LabServer
    long_messages: list[int] = field(default_factory=list)

    def run_all(self, timeout: float = 180) -> None:
        """Choose Run All Cells from the menu and wait until the last cell has run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.locator('[data-command="runmenu:run-all"]').click()
        self.page.wait_for_function(ALL_HAVE_RUN, timeout=timeout * 1000)
        error = self.page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        if error.count():
            raise RuntimeError(f"a cell raised: {error.first.text_content()}")

    def figure(self, index: int = 0, timeout: float = 60) -> str:
        """Wait until the notebook's figure number `index` is drawn; return its id."""
        host = self.page.locator(".ldl-figure[data-ldl-figure]").nth(index)
        host.scroll_into_view_if_needed(timeout=timeout * 1000)
        self.page.wait_for_function(
            'i => document.querySelectorAll(".ldl-figure[data-ldl-figure]")[i]'
            '?.dataset.ldlState === "ready"',
            arg=index,
            timeout=timeout * 1000,
        )
        return str(host.get_attribute("data-ldl-figure"))

    def drawn(self, figure: str) -> str:
        """Return everything the figure draws, as one text to compare."""
        host = self.page.locator(f'.ldl-figure[data-ldl-figure="{figure}"]')
        return str(host.evaluate(DRAWN))

    def values(self, figure: str) -> dict[str, Any]:
        """Return the control values that the browser holds."""
        script = "id => ({...ldl.figures.get(id).values})"
        return dict(self.page.evaluate(script, figure))

    def kernel_values(self, figure: str) -> dict[str, Any]:
        """Return the control values that Python holds, asked of the kernel itself."""
        expression = (
            "[w.values for w in __import__('gc').get_objects()"
            " if any(c.__name__ == 'FigureWidget' for c in type(w).__mro__)"
            f" and w.spec['id'] == {figure!r}][-1]"
        )
        return dict(literal_eval(self.evaluate(expression)))

    def evaluate(self, expression: str) -> str:
        """Return the repr of an expression in the notebook's kernel."""
        (connection,) = self.server.runtime.glob("kernel-*.json")
        client = BlockingKernelClient(connection_file=str(connection))
        client.load_connection_file()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=30)
            reply = client.execute_interactive(
                "", user_expressions={"it": expression}, store_history=False, timeout=30
            )
            answer = reply["content"]["user_expressions"]["it"]
            if answer["status"] != "ok":
                raise RuntimeError(
                    f"{expression}: {answer['ename']} {answer['evalue']}"
                )
            return str(answer["data"]["text/plain"])
        finally:
            client.stop_channels()

    def stop_kernel(self) -> None:
        """End the notebook's kernel, as closing it for good would."""
        for session in self._api("api/sessions") or []:
            self._api(f"api/sessions/{session['id']}", "DELETE")

    def _api(self, path: str, method: str = "GET") -> Any:
        headers = {"Authorization": f"token {self.server.token}"}
        address = f"{self.server.url}/{path}"
        request = urllib.request.Request(address, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def slider(self, figure: str) -> str | None:
        """Return the name of the figure's first slider; None where it has none."""
        slider = self.page.locator(
            f'.ldl-figure[data-ldl-figure="{figure}"] .ldl-slider'
        ).first
        return slider.get_attribute("data-control") if slider.count() else None

    def latencies(self, figure: str, moves: int = 30) -> list[float]:
        """Move the first slider to and fro; milliseconds from move to paint."""
        name = self.slider(figure)
        start = self.values(figure)[str(name)]
        box = self.page.locator(
            f'.ldl-figure[data-ldl-figure="{figure}"] [data-control="{name}"] input'
        )
        box.focus()
        neighbour = start
        for key in ("ArrowRight", "ArrowLeft"):
            box.press(key)
            neighbour = self.values(figure)[str(name)]
            if neighbour != start:
                break
        arguments = {"id": figure, "name": name, "values": [start, neighbour]}
        times = self.page.evaluate(TIME_MOVES, arguments | {"moves": moves})
        return [float(milliseconds) for milliseconds in times]


@contextmanager
def open_notebook(browser: Browser, server: LabServer, path: str) -> Iterator[LabPage]:
    """Open a notebook of the server in a fresh browser context."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        lab = LabPage(page, server)

        def listen(socket: WebSocket) -> None:
            def weigh(payload: str | bytes) -> None:
                if len(payload) > SCRIPT_BYTES:
                    lab.long_messages.append(len(payload))

            socket.on("framereceived", weigh)

        page.on("websocket", listen)
        page.goto(f"{server.url}/lab/tree/{path}?reset&token={server.token}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=90_000)
        # Run before the kernel is connected, JupyterLab asks which kernel to use.
        page.get_by_text(re.compile(r"\| Idle$")).wait_for(timeout=90_000)
        yield lab
