"""Each contract: kept by a good lab, broken once, and told by its name."""

import copy

import nbformat
import pytest

from ldl_lib.publish import contracts
from ldl_lib.publish.worker import FIGURE_MIME, Result

LAB = "notebooks/01_tiny/lab_a.ipynb"
CONCEPTS = "notebooks/01_tiny/concepts.ipynb"


def code(id, source, tags=(), outputs=()):
    cell = nbformat.v4.new_code_cell(source, id=id, outputs=list(outputs))
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell


def shown(**data):
    data = {name.replace("__", "/"): value for name, value in data.items()}
    return nbformat.v4.new_output("display_data", data=data)


def figure(id, alt="A line.", payload=None):
    spec = {"panels": [{"figure": {"layout": {"meta": {"alt": alt}}}}]}
    data = {
        "text/html": f'<div class="ldl-figure" data-ldl-figure="{id}"></div>',
        FIGURE_MIME: {"id": id, "payload": spec if payload is None else payload},
    }
    return nbformat.v4.new_output("display_data", data=data)


def printed(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


@pytest.fixture
def source():
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Title", id="title"),
            code("setup", contracts.setup_cell(), ["setup"]),
            code("parameters", "epochs = 2", ["parameters"]),
            code("figure", "figure"),
            code("stored", "print(3)", [contracts.KEEPS_OUTPUT], [printed("3\n")]),
            code("compare", "table", ["reported-vs-measured"]),
        ]
    )


@pytest.fixture
def executed(source):
    notebook = copy.deepcopy(source)
    outputs = {
        "setup": [printed("versions\n")],
        "figure": [figure("first"), figure("fig-0123456789ab")],
        "stored": [printed("3\n")],
        "compare": [shown(text__html="<table></table>", text__plain="table")],
    }
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.execution_count = number
            cell.outputs = outputs.get(cell.id, [])
    return notebook


def cell(notebook, id):
    return next(cell for cell in notebook.cells if cell.id == id)


def rules(findings):
    return [rule for rule, _, _ in findings]


def test_a_good_lab_keeps_all_contracts(source, executed):
    nbformat.validate(executed)
    assert list(contracts.check_source(LAB, source)) == []
    assert list(contracts.check_executed(LAB, source, executed)) == []


@pytest.mark.parametrize(
    ("id", "text", "rule"),
    [
        ("setup", "import ldl_lib", "setup"),
        ("figure", "\n".join(["a = 1"] * 26), "length"),
        ("figure", "a = '" + "x" * 84 + "'", "width"),
        ("figure", "if ci:\n    epochs = 1", "no if ci"),
        ("figure", "n = 1 if os.environ.get('CI') else 2", "no if ci"),
    ],
)
def test_broken_sources(source, id, text, rule):
    cell(source, id).source = text
    assert rules(contracts.check_source(LAB, source)) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["a = 1"] * 25),
        "a = '" + "x" * 82 + "'",
        "for ci in intervals:\n    if wide:\n        ci",
        "%matplotlib inline",
    ],
)
def test_sources_at_the_limit_are_fine(source, text):
    cell(source, "figure").source = text
    assert rules(contracts.check_source(LAB, source)) == []


def test_the_setup_cell_comes_first_and_is_tagged(source):
    cell(source, "setup").metadata["tags"] = []
    assert rules(contracts.check_source(LAB, source)) == ["setup"]
    cell(source, "setup").metadata["tags"] = ["setup"]
    source.cells.insert(1, code("early", "1"))
    assert rules(contracts.check_source(LAB, source)) == ["setup"]


def test_outputs_are_stripped(source):
    cell(source, "figure").outputs = [printed("x")]
    assert rules(contracts.check_source(LAB, source)) == ["stripped"]
    cell(source, "figure").outputs = []
    cell(source, "figure").execution_count = 1
    assert rules(contracts.check_source(LAB, source)) == ["stripped"]


def test_names_and_parameters(source):
    name = "notebooks/01_tiny/draft.ipynb"
    assert rules(contracts.check_source(name, source)) == ["name"]
    cell(source, "parameters").metadata["tags"] = []
    assert rules(contracts.check_source(LAB, source)) == ["parameters"]
    assert rules(contracts.check_source(CONCEPTS, source)) == []


WIDGET = {contracts.WIDGET_MIME: {"model_id": "x"}}
ERROR = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
HOST = '<div data-ldl-figure="first"></div>'


@pytest.mark.parametrize(
    ("output", "rule"),
    [
        (ERROR, "no error"),
        (printed("Warning: old\n", "stderr"), "no stderr"),
        (nbformat.v4.new_output("display_data", data=WIDGET), "widget"),
        (shown(text__html=HOST), "figure"),
        (figure("first", payload={}), "figure"),
        (figure("fig-1", alt=""), "alt text"),
        (
            nbformat.v4.new_output(
                "display_data", data={FIGURE_MIME: {"id": "a", "payload": {"a": 1}}}
            ),
            "figure",
        ),
        (
            nbformat.v4.new_output(
                "display_data", data={"application/vnd.plotly.v1+json": {}}
            ),
            "figure",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_broken_outputs(source, executed, output, rule):
    cell(executed, "figure").outputs = [output]
    assert rules(contracts.check_executed(LAB, source, executed)) == [rule]


def test_outputs_that_are_fine(source, executed):
    data = {**WIDGET, "text/html": "<p>shown</p>"}
    cell(executed, "figure").outputs = [
        nbformat.v4.new_output("display_data", data=data),
        printed(" \n", "stderr"),
    ]
    assert rules(contracts.check_executed(LAB, source, executed)) == []
    cell(executed, "figure").outputs = [ERROR]
    cell(executed, "figure").metadata["tags"] = ["raises-exception"]
    assert rules(contracts.check_executed(LAB, source, executed)) == []


def test_all_cells_ran(source, executed):
    cell(executed, "figure").execution_count = None
    ((rule, _, number),) = contracts.check_executed(LAB, source, executed)
    assert (rule, number) == ("executed", 3)


def test_a_lab_compares_reported_with_measured(source, executed):
    cell(executed, "compare").outputs = [shown(text__plain="table")]
    rule = ["reported-vs-measured"]
    assert rules(contracts.check_executed(LAB, source, executed)) == rule
    cell(executed, "compare").metadata["tags"] = []
    assert rules(contracts.check_executed(LAB, source, executed)) == rule
    assert rules(contracts.check_executed(CONCEPTS, source, executed)) == []


def test_stored_outputs_are_what_comes_out(source, executed):
    cell(executed, "stored").outputs = [printed("4\n")]
    ((rule, message, _),) = contracts.check_executed(LAB, source, executed)
    assert rule == "stored output"
    assert "'3'" in message
    assert "'4'" in message
    cell(source, "stored").outputs = []
    assert rules(contracts.check_executed(LAB, source, executed)) == ["stored output"]


def test_limits():
    fine = Result(CONCEPTS, "k", seconds=14.0, cpu_seconds=14.0, peak_mb=3000)
    assert rules(contracts.check_limits(fine)) == []
    slow = Result(
        CONCEPTS, "k", seconds=16.0, cpu_seconds=16.0, cell_seconds=[1.0, 14.5, 0.5]
    )
    ((rule, message, _),) = contracts.check_limits(slow)
    assert rule == "time"
    assert "cell 2: 14.5 s" in message
    assert rules(contracts.check_limits(slow, time_factor=2)) == []
    # A crowded machine is not the notebook's fault; waiting for ever is.
    crowded = Result(CONCEPTS, "k", seconds=55.0, cpu_seconds=8.0)
    assert rules(contracts.check_limits(crowded)) == []
    sleeping = Result(CONCEPTS, "k", seconds=61.0, cpu_seconds=1.0)
    assert rules(contracts.check_limits(sleeping)) == ["time"]
    large = Result(CONCEPTS, "k", peak_mb=3100)
    assert rules(contracts.check_limits(large)) == ["memory"]
    lab = Result(LAB, "k", seconds=50.0, cpu_seconds=50.0)
    assert rules(contracts.check_limits(lab)) == []


@pytest.fixture
def two(project, source, executed):
    """Return two notebooks that ran, and a function that gives their figures ids."""
    paths = [f"notebooks/01_tiny/{name}.ipynb" for name in ("lab_a", "lab_b")]

    def write(*ids):
        for path, own in zip(paths, ids, strict=True):
            cell(executed, "figure").outputs = [figure(id) for id in own]
            (project.root / path).write_text(nbformat.writes(source))
            made = project.root / "_build" / "executed" / path
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_text(nbformat.writes(executed))
        results = {path: Result(path, "k", status="ok") for path in paths}
        return contracts.check(project.root, paths, results)

    return write


def test_figure_ids_are_unique_across_notebooks(two):
    assert two(["one"], ["two"]) == []
    (problem,) = two(["one"], ["one"])
    assert problem.rule == "unique ids"
    assert "'one'" in problem.message
    assert "lab_b" in problem.message
    (problem,) = two(["one", "one"], ["two"])
    assert problem.path.endswith("lab_a.ipynb")


def test_two_pages_may_show_the_same_plain_figure_but_one_page_not_twice(two):
    assert two(["fig-1"], ["fig-1"]) == []
    assert [p.rule for p in two(["fig-1", "fig-1"], [])] == ["unique ids"]


def test_question_ids_are_unique_across_notebooks(two, executed):
    asked = '<div class="ldl-quiz" data-ldl-quiz="how"></div>'
    cell(executed, "compare").outputs.append(shown(text__html=asked))
    problems = two(["one"], ["two"])
    assert [p.rule for p in problems] == ["unique ids"]
    assert "question id 'how' is used 2 times" in problems[0].message


def test_what_failed_is_checked_as_a_source_only(two, project):
    two(["one"], ["two"])
    path = "notebooks/01_tiny/lab_a.ipynb"
    copy_ = project.root / "_build" / "executed" / path
    copy_.unlink()
    failed = {path: Result(path, "k", status="error")}
    assert contracts.check(project.root, [path], failed) == []


def test_the_command_fails_on_a_broken_contract(project):
    project.add("concepts", "import sys; print('noise', file=sys.stderr)")
    done = project.ldl("run")
    assert done.returncode == 1
    assert "Broken contracts:" in done.stdout
    assert "code cell 1: no stderr: prints to stderr: noise" in done.stdout
    assert "setup: the first code cell must be tagged setup" in done.stdout


def test_the_setup_cell_is_itself_within_the_limits():
    lines = contracts.setup_cell().splitlines()
    assert len(lines) <= contracts.MAX_LINES
    assert max(map(len, lines)) <= contracts.MAX_COLUMNS
