"""Full-size runs: collected, stored with a key, told when stale."""

import io
import json

import pytest

from ldl_lib import results
from ldl_lib.publish import execute, full, notebook

RECORD = """\
from types import SimpleNamespace as N
from ldl_lib import results
part = N(y=[0] * epochs)
data = N(name="tiny", source="mirror", digest="d{digest}", is_sample=False,
         train=part, validation=part, test=part)
results.record(lab="{lab}", seeds=[1, 2], metrics={{"test_error": [0.1, 0.2]}},
               datasets=[data], parameters={{"epochs": epochs}}, device="cpu")
"""


def add(project, *, lab="01_tiny_numpy", digest=1, epochs="epochs = 20", model="m = 1"):
    return project.add(
        "lab_tiny_numpy",
        (epochs, ["parameters"]),
        (model, ["model"]),
        RECORD.format(lab=lab, digest=digest),
    )


def run(project, **options):
    paths = full.select(project.root, ["01_tiny_numpy"])
    return full.run(project.root, paths, stream=io.StringIO(), **options)


def stored(project):
    return json.loads((project.root / "results/01_tiny_numpy.json").read_text())


def test_a_result_is_collected_with_all_that_identifies_it(project):
    path = add(project)
    profile = "01_tiny/lab_tiny_numpy.ipynb: {parameters: {epochs: 1}, reason: short}"
    (project.root / "notebooks/profiles.yml").write_text(profile)
    assert run(project).ok
    kept = stored(project)
    assert kept["parameters"] == {"epochs": 20}  # no profile
    assert kept["seeds"] == [1, 2]
    assert kept["data"][0]["digest"] == "d1"
    assert kept["device"] == "cpu"
    assert kept["versions"]["python"]
    assert kept["seconds"] > 0
    assert len(kept["date"]) == 10
    source = notebook.load(project.root / path)
    assert kept["key"] == full.key(source, ["d1"])
    assert results.load("01_tiny_numpy", project.root / "results").seeds == (1, 2)
    # The published copy is of the shortened run.
    assert not (project.root / "_build" / "executed").exists()


def test_an_edit_during_the_run_makes_the_result_stale(project):
    file = project.root / "notebooks/01_tiny/lab_tiny_numpy.ipynb"
    edit = f"p = __import__('pathlib').Path({str(file)!r})\n"
    edit += "p.write_text(p.read_text().replace('epochs = 20', 'epochs = 30'))"
    add(project, model=edit)
    assert run(project).ok
    (entry,) = full.stale(project.root)
    assert "parameters or model changed" in entry.reason


def test_an_up_to_date_result_is_not_made_again(project):
    add(project)
    assert not run(project).results[0].cached
    assert run(project).results[0].cached
    assert not run(project, force=True).results[0].cached


def test_what_makes_a_result_stale(project):
    add(project)
    assert run(project).ok
    assert full.stale(project.root) == []
    add(project, epochs="epochs  =  20  # layout and comments do not count")
    assert full.stale(project.root) == []
    for change in ({"epochs": "epochs = 30"}, {"model": "m = 2"}):
        add(project, **change)
        (entry,) = full.stale(project.root)
        assert "parameters or model changed" in entry.reason
        assert "ldl full 01_tiny_numpy" in entry.reason
    add(project, digest=2)
    assert full.stale(project.root) == []  # nobody has seen the new data yet
    execute.run(project.root, stream=io.StringIO())
    (entry,) = full.stale(project.root)
    assert "data changed" in entry.reason
    (project.root / "notebooks/01_tiny/lab_tiny_numpy.ipynb").unlink()
    (entry,) = full.stale(project.root)
    assert "no such lab" in entry.reason


def test_a_damaged_result_is_reported_and_hides_no_other(project):
    add(project)
    assert run(project).ok
    file = project.root / "results/01_tiny_numpy.json"
    damaged = json.loads(file.read_text())
    damaged["data"] = [{"digest": "d1"}]
    file.write_text(json.dumps(damaged))
    (entry,) = full.stale(project.root)
    assert "01_tiny_numpy.json: data lacks name, sizes" in entry.reason


@pytest.mark.parametrize("lab", ["02_other", "01_tiny_numpy_2"])
def test_a_lab_records_one_result_of_its_own_name(project, lab):
    add(project, lab=lab)
    outcome = run(project)
    assert not outcome.ok
    assert repr(lab) in outcome.text()
    assert not (project.root / "results").exists()


def test_a_failing_lab_leaves_the_stored_result_alone(project):
    add(project)
    run(project)
    before = stored(project)
    add(project, model="1 / 0")
    assert "ZeroDivisionError" in run(project).text()
    assert stored(project) == before


def test_labs_are_named_by_chapter_and_topic(project):
    add(project)
    assert full.labs(project.root) == {
        "01_tiny_numpy": "notebooks/01_tiny/lab_tiny_numpy.ipynb"
    }
    path = "notebooks/01_tiny/lab_tiny_numpy.ipynb"
    assert full.select(project.root, [path, "01_tiny"]) == [path]
    with pytest.raises(notebook.SelectionError, match="there are: 01_tiny_numpy"):
        full.select(project.root, ["02_nothing"])


def test_the_command(project):
    add(project)
    done = project.ldl("full", "01_tiny_numpy")
    assert done.returncode == 0, done.stderr
    assert stored(project)["lab"] == "01_tiny_numpy"
    done = project.ldl("full", "nothing")
    assert done.returncode == 2
    assert "'nothing' is no lab" in done.stderr
