"""Read a notebook in real JupyterLab: run it, move a slider, see the figure follow."""

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, expect

from tools.live_lab import LabPage, LabServer, jupyterlab, open_notebook

ROOT = Path(__file__).resolve().parents[2]
Opener = Callable[[str], AbstractContextManager[LabPage]]
CHAPTER = "01_perceptron/concepts.ipynb"

SMALL = """
import plotly.graph_objects as go
from ldl_lib.explore import Explorable, Slider

x = [0.0, 1.0, 2.0]
figure = go.Figure(go.Scatter(x=x, y=x))
figure.update_layout(xaxis_range=[0, 2], yaxis_range=[-20, 20])
line = Explorable(
    id="small-line",
    figure=figure,
    state=lambda slope: {"data[0].y": [slope * value for value in x]},
    controls={"slope": Slider(-5, 5, step=1, value=2)},
    question="How steep is the line?",
    describe=lambda slope: f"The line rises by {slope} a unit.",
)
line
"""

QUESTION = """
from ldl_lib.exercises import MultipleChoice

MultipleChoice(
    id="lab-question",
    question="What is sign(0) here?",
    options={"0": (False, "A gate has two answers."), "+1": (True, "By agreement.")},
)
"""
SOLUTION = """<details><summary>Solution</summary>

```python
answer = 42
```

</details>"""


@pytest.fixture(scope="module")
def server() -> Iterator[LabServer]:
    # Not pytest's folder: the kernel's sockets lie below, and a socket's path has at
    # most 107 characters.
    with tempfile.TemporaryDirectory(prefix="ldl-lab-") as folder:
        notebooks = Path(folder) / "notebooks"
        shutil.copytree(ROOT / "notebooks", notebooks)
        cells = [new_code_cell(SMALL), new_code_cell("line.widget.values")]
        # Without the name of a kernel JupyterLab opens a dialog to ask for one.
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        small = new_notebook(cells=cells, metadata=metadata)
        nbformat.write(small, notebooks / "small.ipynb")
        cells = [new_code_cell(QUESTION), new_markdown_cell(SOLUTION)]
        asks = new_notebook(cells=cells, metadata=metadata)
        nbformat.write(asks, notebooks / "asks.ipynb")
        with jupyterlab(notebooks, Path(folder) / "scratch") as server:
            yield server


@pytest.fixture
def opened(browser: Browser, server: LabServer) -> Opener:
    """Open a notebook of the server: a kernel of its own, which does not stay."""

    @contextmanager
    def opened(path: str) -> Iterator[LabPage]:
        with open_notebook(browser, server, path) as lab:
            try:
                yield lab
            finally:
                lab.stop_kernel()

    return opened


def move_first_slider(lab: LabPage, figure: str) -> None:
    name = lab.slider(figure)
    box = lab.page.locator(
        f'.ldl-figure[data-ldl-figure="{figure}"] [data-control="{name}"] input'
    )
    box.focus()
    before = lab.values(figure)[str(name)]
    for key in ("ArrowRight", "ArrowLeft"):
        box.press(key)
        if lab.values(figure)[str(name)] != before:
            break
    # Resolves once what the keyboard asked for has been painted.
    lab.page.evaluate("id => ldl.figures.get(id).set({})", figure)


def test_python_and_browser_hold_the_same_values(opened: Opener) -> None:
    with opened("small.ipynb") as lab:
        lab.run_all()
        assert lab.figure() == "small-line"
        read = "path => ldl.figures.get('small-line').read(path)"
        assert lab.page.evaluate(read, "data[0].y") == [0, 2, 4]

        move_first_slider(lab, "small-line")
        assert lab.kernel_values("small-line") == {"slope": 3}
        assert lab.page.evaluate(read, "data[0].y") == [0, 3, 6]
        sentence = lab.page.locator(".ldl-figure .ldl-sentence").first
        assert sentence.text_content() == "The line rises by 3 a unit."

        lab.evaluate("line.widget.set_trait('values', {'slope': -4})")
        lab.page.wait_for_function(
            "() => ldl.figures.get('small-line').read('data[0].y')[1] === -4"
        )


def test_a_question_answers_to_the_keyboard_and_a_solution_unfolds(
    opened: Opener,
) -> None:
    with opened("asks.ipynb") as lab:
        lab.run_all()
        radio = lab.page.get_by_role("radio", name="0", exact=True)
        radio.focus()
        # JupyterLab's own shortcuts for these keys would leave the question.
        for key in ("Space", "Enter"):
            lab.page.keyboard.press(key)
        verdict = lab.page.locator(".ldl-quiz [role=status]")
        expect(verdict).to_have_text("Not this one. A gate has two answers.")
        lab.page.keyboard.press("ArrowDown")
        lab.page.get_by_role("button", name="Check", exact=True).click()
        expect(verdict).to_have_text("Right. By agreement.")

        answer = lab.page.locator("details code", has_text="answer = 42")
        expect(answer).to_be_hidden()
        lab.page.locator("summary", has_text="Solution").click()
        expect(answer).to_be_visible()


def test_reader_plays_with_chapter_1(opened: Opener) -> None:
    with opened(CHAPTER) as lab:
        lab.run_all()
        figure = lab.figure()
        drawn, values = lab.drawn(figure), lab.kernel_values(figure)
        move_first_slider(lab, figure)
        assert lab.drawn(figure) != drawn, "the slider moved, the figure did not"
        assert lab.kernel_values(figure) != values
        assert lab.kernel_values(figure) == lab.values(figure)

        times = sorted(lab.latencies(figure))
        median, p95 = statistics.median(times), times[int(0.95 * len(times))]
        print(f"{figure}: control to paint {median:.0f} ms median, {p95:.0f} ms p95")

        count = lab.page.locator(".ldl-figure[data-ldl-figure]").count()
        assert count >= 7
        for index in range(count):
            lab.figure(index)
        assert lab.page.locator(".ldl-error").count() == 0
        assert len(lab.long_messages) <= 1, "Plotly's script was sent more than once"
