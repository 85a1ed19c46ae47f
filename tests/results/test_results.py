"""Recording, storing and comparing what labs measure."""

import json
import statistics
import subprocess
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from ldl_lib import results
from ldl_lib.results import Row

FULL = {"epochs": 20, "seeds": [1, 2, 3], "learning_rate": 0.001}


def part(size):
    return SimpleNamespace(y=np.zeros(size))


def dataset(*, is_sample=False):
    size = 1297 if is_sample else 55_000
    return SimpleNamespace(
        name="mnist",
        source="sample" if is_sample else "mirror",
        digest="ab" * 32,
        is_sample=is_sample,
        train=part(size),
        validation=part(200),
        test=part(300),
    )


def run(*, seeds=(1, 2, 3), parameters=FULL, is_sample=False, **changes):
    fields = {
        "lab": "05_digits_pytorch",
        "seeds": seeds,
        "metrics": {"test_error": [0.040 + 0.001 * seed for seed in seeds]},
        "curves": {"validation_error": [[0.2, 0.1 + 0.01 * seed] for seed in seeds]},
        "datasets": [dataset(is_sample=is_sample)],
        "parameters": parameters,
    }
    return results.record(**(fields | changes))


def store(folder, **changes):
    return results.save(
        run(**changes).payload(), folder, key="c0ffee", date="2026-01-31", seconds=321
    )


class Table(HTMLParser):
    """Collects cells and the scope of header cells."""

    def __init__(self, html):
        super().__init__()
        self.cells, self.scopes, self.tags = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "th":
            self.scopes.append(dict(attrs)["scope"])

    def handle_data(self, data):
        self.cells.append(data)


class TestRecord:
    def test_numpy_values_become_plain_json(self):
        result = run(
            seeds=np.array([4, 5]),
            metrics={"test_error": np.array([0.25, 0.5], dtype=np.float32)},
            curves={"loss": np.array([[1, 2], [3, 4]])},
        )
        payload = json.loads(json.dumps(result.payload()))
        assert payload["seeds"] == [4, 5]
        assert payload["metrics"] == {"test_error": [0.25, 0.5]}
        assert payload["curves"] == {"loss": [[1.0, 2.0], [3.0, 4.0]]}

    def test_displays_as_the_type_that_a_full_run_collects(self):
        result = run()
        bundle = result._repr_mimebundle_()
        assert bundle["application/vnd.ldl.result+json"] == result.payload()
        assert "05_digits_pytorch, 3 seeds: test_error 0.042" in bundle["text/plain"]

    def test_mean_and_spread_agree_with_the_statistics_module(self):
        values = [0.041, 0.046, 0.037]
        result = run(metrics={"test_error": values})
        assert result.mean("test_error") == pytest.approx(statistics.mean(values))
        assert result.spread("test_error") == pytest.approx(statistics.stdev(values))

    def test_one_seed_has_no_spread(self):
        assert run(seeds=[7]).spread("test_error") == 0

    def test_data_are_described_by_digest_and_sizes_only(self):
        (entry,) = run().data
        assert entry["digest"] == "ab" * 32
        assert entry["sizes"] == {"train": 55_000, "validation": 200, "test": 300}

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"metrics": {"test_error": [0.1]}}, "1 values, expected one for each of"),
            (
                {"metrics": {"loss": [0.1, float("nan"), 1]}},
                "'loss' is nan at position",
            ),
            ({"curves": {"loss": [[float("inf")]] * 3}}, "did training diverge"),
            ({"curves": {"loss": [[1], [1, 2], [1]]}}, r"lengths \[1, 2, 1\]"),
            ({"metrics": {}}, "metrics is empty"),
            ({"seeds": []}, "seeds is empty"),
            ({"seeds": [1, 1, 2]}, r"seeds repeat: \[1, 1, 2\]"),
            ({"lab": "../secret"}, "names a file"),
            ({"parameters": {"rate": object()}}, "cannot be stored as JSON"),
            ({"metrics": {"test_error": 0.1}}, "wrong form"),
        ],
    )
    def test_what_is_no_result_is_refused_with_the_reason(self, changes, message):
        with pytest.raises(results.ResultError, match=message):
            run(**changes)

    def test_unknown_metric_names_those_there_are(self):
        with pytest.raises(results.ResultError, match="'acc'; it has test_error"):
            run().mean("acc")


class TestStore:
    def test_what_is_saved_is_loaded(self, tmp_path):
        path = store(tmp_path)
        loaded = results.load("05_digits_pytorch", tmp_path)
        assert path == tmp_path / "05_digits_pytorch.json"
        assert (loaded.key, loaded.date, loaded.seconds) == (
            "c0ffee",
            "2026-01-31",
            321,
        )
        assert loaded.metrics == run().metrics
        assert loaded.curves == run().curves
        assert list(tmp_path.iterdir()) == [path]

    def test_a_list_of_numbers_takes_one_line(self, tmp_path):
        text = store(tmp_path).read_text()
        assert '"seeds": [ 1, 2, 3 ]' in text
        assert json.loads(text)["parameters"] == FULL

    def test_unknown_lab_names_the_nearest(self, tmp_path):
        store(tmp_path)
        with pytest.raises(
            results.ResultNotFoundError, match="did you mean '05_digits_pytorch'"
        ):
            results.load("05_digit_pytorch", tmp_path)

    def test_unknown_lab_without_a_near_one_says_how_to_make_it(self, tmp_path):
        with pytest.raises(results.ResultNotFoundError, match="make full LAB=houses"):
            results.load("houses", tmp_path)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('{"lab": "x"', "is no JSON"),
            ("[1, 2]", "holds a list"),
            ('{"lab": "x", "metrics": {"a": [1]}}', "needs the field 'seeds'"),
            ('{"lab": "x", "seeds": [1], "metrics": {"a": [NaN]}}', "'a' is nan"),
            ('{"lab": "y", "seeds": [1], "metrics": {"a": [1]}}', "of lab 'y'"),
            ("\x00\x01", "is no JSON"),
        ],
    )
    def test_a_damaged_file_is_named(self, tmp_path, text, message):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(results.StoredResultError, match=message) as error:
            results.load("x", tmp_path)
        assert "x.json" in str(error.value)

    def test_a_run_on_a_sample_is_not_stored(self, tmp_path):
        with pytest.raises(results.ResultError, match="needs the real data"):
            store(tmp_path, is_sample=True)
        assert not list(tmp_path.iterdir())

    def test_too_large_a_result_is_not_stored(self, tmp_path):
        with pytest.raises(results.ResultError, match="at most 100,000"):
            store(tmp_path, curves={"loss": [[0.123456789] * 10_000] * 3})

    def test_every_stored_result_of_the_project_loads(self):
        for lab in results.names():
            assert results.load(lab).key


class TestTable:
    row = Row("test_error", "Test error", "≈ 4 %", "table 5-1")

    def test_full_run_and_book_stand_beside_this_run(self, tmp_path):
        store(tmp_path)
        table = results.reported_vs_measured(run(), [self.row], folder=tmp_path)
        assert table.header == ("Metric", "Book", "Full run, stored", "This run")
        assert table.rows == (
            (
                "Test error",
                "≈ 4 % (table 5-1)",
                "4.20 % ± 0.10 (3 seeds)",
                "4.20 % ± 0.10 (3 seeds)",
            ),
        )

    @pytest.mark.parametrize(
        ("parameters", "label"),
        [
            (FULL, "This run"),
            (FULL | {"epochs": 2}, "This run (shortened)"),
            (FULL | {"epochs": 2, "seeds": [1]}, "This run (shortened)"),
            (FULL | {"learning_rate": 0.01}, "This run (other parameters)"),
            (FULL | {"epochs": 40}, "This run (other parameters)"),
            (FULL | {"epochs": 2, "learning_rate": 1.0}, "This run (other parameters)"),
        ],
    )
    def test_a_run_that_differs_is_labelled(self, tmp_path, parameters, label):
        store(tmp_path)
        table = results.reported_vs_measured(
            run(parameters=parameters), [self.row], folder=tmp_path
        )
        assert table.header[-1] == label

    def test_what_differs_is_said(self, tmp_path):
        store(tmp_path)
        table = results.reported_vs_measured(
            run(parameters=FULL | {"epochs": 2}), [self.row], folder=tmp_path
        )
        assert "This run: epochs = 2, in the full run 20." in table.notes

    def test_a_subset_carries_its_size_in_the_heading(self, tmp_path):
        full = FULL | {"training_examples": 55_000}
        store(tmp_path, parameters=full)
        table = results.reported_vs_measured(
            run(parameters=full | {"training_examples": 20_000}),
            [self.row],
            folder=tmp_path,
        )
        assert table.header[-1] == (
            "This run (20,000 of 55,000 training examples; shortened)"
        )

    def test_a_full_run_may_train_on_more_than_the_training_part(self, tmp_path):
        full = FULL | {"training_examples": 60_000}
        store(tmp_path, parameters=full)
        few = run(parameters=full | {"training_examples": 3_000})
        table = results.reported_vs_measured(few, [self.row], folder=tmp_path)
        assert "3,000 of 60,000 training examples" in table.header[-1]

    def test_without_numbers_of_the_book_its_column_is_left_out(self, tmp_path):
        rows = [Row("test_error", f"Error {n}") for n in range(3)]
        table = results.reported_vs_measured(run(), rows, folder=tmp_path)
        assert table.header[:2] == ("Metric", "Full run, stored")
        assert len(table.rows[0]) == 3
        assert table.caption == "Measured"

    def test_a_run_on_a_sample_says_so_in_its_heading(self, tmp_path):
        table = results.reported_vs_measured(
            run(is_sample=True), [self.row], folder=tmp_path
        )
        assert table.header[-1] == "This run (sample of 1,297 examples, not mnist)"

    def test_a_series_that_the_lab_splits_itself_can_be_a_sample(self, tmp_path):
        series = SimpleNamespace(
            name="sales",
            source="sample",
            digest="0",
            is_sample=True,
            arrays=lambda: (np.zeros(348), np.zeros(348)),
        )
        recorded = results.record(
            lab="09_sales_pytorch",
            seeds=[1],
            metrics={"test_error": [0.5]},
            datasets=[series],
        )
        assert recorded.data[0]["sizes"] == {"whole": 348}
        table = results.reported_vs_measured(recorded, [self.row], folder=tmp_path)
        assert table.header[-1] == "This run (sample, not sales)"

    def test_without_a_full_run_the_table_says_how_to_make_one(self, tmp_path):
        table = results.reported_vs_measured(run(), [self.row], folder=tmp_path)
        assert table.rows[0][2] == "not stored"
        assert "make full LAB=05_digits_pytorch" in table.notes[0]

    def test_html_is_accessible_and_escaped(self, tmp_path):
        row = Row("test_error", "<b>Error</b>", "≈ 4 %")
        html = results.reported_vs_measured(run(), [row], folder=tmp_path)._repr_html_()
        table = Table(html)
        assert table.scopes == ["col"] * 4 + ["row"]
        assert "caption" in table.tags
        assert "b" not in table.tags
        assert "<b>Error</b>" in table.cells

    def test_text_holds_the_same_cells(self, tmp_path):
        table = results.reported_vs_measured(run(), [self.row], folder=tmp_path)
        for cell in (*table.header, *table.rows[0], *table.notes):
            assert cell in repr(table)

    def test_one_seed_and_other_units(self):
        row = Row("loss", "Loss", unit="", digits=3)
        assert (
            row.words(run(seeds=[1], metrics={"loss": [0.12345]})) == "0.123 (1 seed)"
        )


class TestCurveFigure:
    names = {"validation_error": "Validation error"}  # noqa: RUF012

    def test_without_a_full_run_it_shows_this_run(self, tmp_path):
        curves = np.array([[0.2, 0.11], [0.2, 0.12], [0.2, 0.16]])
        figure = results.curve_figure(
            run(curves={"validation_error": curves}),
            self.names,
            y_title="error",
            folder=tmp_path,
        )
        assert figure.layout.title.text == "This run, 3 seeds"
        np.testing.assert_allclose(figure.data[-1].y, curves.mean(axis=0))

    def test_a_full_run_is_shown_instead(self, tmp_path):
        store(tmp_path)
        figure = results.curve_figure(
            run(seeds=[1], is_sample=True), self.names, y_title="error", folder=tmp_path
        )
        assert figure.layout.title.text == "Full run of 2026-01-31, 3 seeds"
        np.testing.assert_allclose(figure.data[-1].y, [0.2, 0.12])

    def test_fractions_can_be_shown_as_per_cent(self, tmp_path):
        figure = results.curve_figure(
            run(), self.names, y_title="error", percent=True, folder=tmp_path
        )
        assert figure.layout.yaxis.tickformat.endswith("%")

    def test_a_sample_is_named_in_the_title(self, tmp_path):
        figure = results.curve_figure(
            run(seeds=[1], is_sample=True), self.names, y_title="error", folder=tmp_path
        )
        assert figure.layout.title.text == "This run, on a sample, 1 seed"

    def test_unknown_curve_names_those_there_are(self, tmp_path):
        with pytest.raises(results.ResultError, match="it has validation_error"):
            results.curve_figure(
                run(), {"loss": "Loss"}, y_title="loss", folder=tmp_path
            )


def test_results_import_no_framework():
    code = (
        "import sys, ldl_lib.results as r; "
        "r.record(lab='x', seeds=[1], metrics={'a': [1]}); "
        "print([m for m in ('tensorflow', 'keras', 'torch') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "field",
    [{"metrics": {"test_error": ["good"]}}, {"seeds": ["x"]}, {"seeds": [1e999]}],
    ids=["text", "seed", "infinite"],
)
def test_a_damaged_file_is_reported_as_one(tmp_path, field):
    file = store(tmp_path)
    file.write_text(json.dumps({**json.loads(file.read_text()), **field}))
    with pytest.raises(results.StoredResultError, match=r"05_digits_pytorch\.json: "):
        results.load("05_digits_pytorch", tmp_path)


def test_text_with_brackets_is_stored_as_it_is(tmp_path):
    store(tmp_path, device="GPU [a  b]")
    assert results.load("05_digits_pytorch", tmp_path).device == "GPU [a  b]"


def test_no_subset_means_all_examples(tmp_path):
    store(tmp_path)
    whole = run(parameters={**FULL, "training_examples": None})
    table = results.reported_vs_measured(
        whole, [Row("test_error", "e")], folder=tmp_path
    )
    assert "training examples" not in " ".join(table.header)
