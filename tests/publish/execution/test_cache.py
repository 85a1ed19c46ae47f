"""Each thing that an outcome depends on changes the key; nothing else does."""

import io
import json

import nbformat
import pytest

from ldl_lib.publish import cache, execute

PATH = "notebooks/01_tiny/lab_a.ipynb"


@pytest.fixture
def tree(project, monkeypatch, tmp_path_factory):
    project.add("lab_a", ("epochs = 20", ["parameters"]), "load('01_a')")
    files = {
        "ldl_lib/__init__.py": "a",
        "ldl_lib/data/sample.npz": "a",
        "ldl_lib/explore/engine.py": "a",
        "ldl_lib/explore/front/site.js": "a",
        "ldl_lib/publish/worker.py": "a",
        "ldl_lib/publish/cli.py": "a",
        "requirements.txt": "a",
        "constraints.txt": "a",
        "results/01_a.json": "{}",
        "results/02_b.json": "{}",
        "README.md": "a",
    }
    for name, text in files.items():
        file = project.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    mirror = tmp_path_factory.mktemp("mirror")
    (mirror / "MANIFEST.json").write_text("{}")
    (mirror / "digits.gz").write_text("data")
    monkeypatch.setenv("LDL_DATA_MIRROR", str(mirror))
    project.mirror = mirror
    return project


def key(tree, **parameters):
    return cache.Keys(tree.root).key(PATH, parameters)


def edit(tree, change):
    file = tree.root / PATH
    notebook = nbformat.read(file, as_version=4)
    change(notebook)
    file.write_text(nbformat.writes(notebook))


def test_the_same_tree_has_the_same_key(tree):
    assert key(tree, epochs=1) == key(tree, epochs=1)


@pytest.mark.parametrize(
    "name",
    [
        "ldl_lib/__init__.py",
        "ldl_lib/data/sample.npz",
        "ldl_lib/explore/engine.py",
        "ldl_lib/publish/worker.py",
        "requirements.txt",
        "constraints.txt",
        "results/01_a.json",
    ],
)
def test_these_files_count(tree, name):
    before = key(tree)
    (tree.root / name).write_text("changed")
    changed = key(tree)
    assert changed != before
    (tree.root / name).unlink()
    assert key(tree) not in (before, changed)


@pytest.mark.parametrize(
    "name",
    [
        "ldl_lib/explore/front/site.js",
        "ldl_lib/publish/cli.py",
        "results/02_b.json",
        "README.md",
    ],
)
def test_these_files_do_not_count(tree, name):
    before = key(tree)
    (tree.root / name).write_text("changed")
    assert key(tree) == before


def test_a_new_module_counts(tree):
    before = key(tree)
    (tree.root / "ldl_lib" / "new.py").write_text("")
    assert key(tree) != before


def test_injected_parameters_count(tree):
    assert len({key(tree), key(tree, epochs=1), key(tree, epochs=2)}) == 3


def test_the_notebook_counts_but_not_its_outputs(tree):
    before = key(tree)

    def outputs(notebook):
        notebook.cells[1].execution_count = 7
        notebook.cells[1].outputs = [
            nbformat.v4.new_output("stream", name="stdout", text="x")
        ]

    edit(tree, outputs)
    assert key(tree) == before
    edit(tree, lambda nb: nb.cells[1].metadata.update(tags=["model"]))
    tagged = key(tree)
    edit(tree, lambda nb: nb.cells[1].update(source="2"))
    changed = key(tree)
    edit(tree, lambda nb: nb.cells.append(nbformat.v4.new_markdown_cell("prose")))
    assert len({before, tagged, changed, key(tree)}) == 4


def test_what_the_data_mirror_offers_counts(tree, monkeypatch):
    before = key(tree)
    (tree.mirror / "MANIFEST.json").write_text('{"files": []}')
    manifest = key(tree)
    (tree.mirror / "digits.gz").write_text("dat")
    shorter = key(tree)
    (tree.mirror / "digits.gz").unlink()
    missing = key(tree)
    monkeypatch.delenv("LDL_DATA_MIRROR")
    without = key(tree)
    assert len({before, manifest, shorter, missing, without}) == 5
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tree.mirror / "nowhere"))
    assert key(tree) == without


def test_python_and_installed_packages_count(tree, monkeypatch):
    before = key(tree)
    monkeypatch.setattr(cache.platform, "python_version", lambda: "3.12.0")
    python = key(tree)
    monkeypatch.setattr(cache, "_installed", lambda: "another torch")
    assert len({before, python, key(tree)}) == 3


def test_a_changed_key_executes_again(project):
    path = project.add("lab_a", ("epochs = 20", ["parameters"]), "print(epochs)")

    def cached():
        (result,) = execute.run(project.root, [path], stream=io.StringIO()).results
        return result.cached

    profile = project.root / "notebooks" / "profiles.yml"
    assert [cached(), cached()] == [False, True]
    entry = {"01_tiny/lab_a.ipynb": {"parameters": {"epochs": 1}, "reason": "short"}}
    profile.write_text(json.dumps(entry))
    assert [cached(), cached()] == [False, True]
    # Why it is short says nothing about what comes out.
    entry["01_tiny/lab_a.ipynb"]["reason"] = "shorter"
    profile.write_text(json.dumps(entry))
    assert cached()
    (project.root / "requirements.txt").write_text("torch")
    assert [cached(), cached()] == [False, True]
