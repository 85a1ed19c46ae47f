"""The datasets themselves: what `load`, `info`, `names` and `prefetch` give."""

from __future__ import annotations

import ast
import doctest
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ldl_lib import data
from ldl_lib.data._images import FASHION_MNIST, MNIST
from ldl_lib.data._registry import REGISTRY
from ldl_lib.data._split import stable_keys
from ldl_lib.data._types import Entry

# Shape of an example, and what the simplest classifier must reach on the sample.
SAMPLES = {
    "mnist": ((28, 28), 0.8),
    "fashion_mnist": ((28, 28), 0.8),
    "cifar10": ((32, 32, 3), 0.5),
}

# What the arrays hold, where they are no images.
DTYPES = {
    "boston_housing": "float64",
    "bookstore_sales": "float64",
    "california_housing": "float64",
    "frankenstein": "str",
    "ridership": "float64",
}

# Class counts of 0 to 9 in the published files.
MNIST_TRAIN = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
MNIST_TEST = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def all_files(entry: Entry) -> tuple[data.File, ...]:
    """Return the files of a dataset, and those of a part of it."""
    return entry.info.files + (entry.partial.files if entry.partial else ())


def nearest_mean_accuracy(dataset: data.Dataset) -> float:
    """Classify each test image by the class whose mean training image is nearest."""
    train = dataset.train_full
    classes = range(len(dataset.class_names))
    means = np.stack([train.X[train.y == k].mean(axis=0).ravel() for k in classes])
    X = dataset.test.X.reshape(len(dataset.test), -1).astype(float)
    distances = (means**2).sum(axis=1) - 2 * X @ means.T  # + |x|², the same for all
    return float((distances.argmin(axis=1) == dataset.test.y).mean())


def check_consistency(dataset: data.Dataset) -> None:
    """Check what holds for every dataset and every source."""
    parts = (dataset.train, dataset.validation, dataset.test)
    for part in parts:
        assert part.X.dtype == np.uint8
        assert part.y.dtype == np.int64
        assert part.X.flags.writeable
        assert set(np.unique(part.y)) == set(range(len(dataset.class_names)))
    keys = [set(stable_keys(part.X).tolist()) for part in parts]
    assert not keys[0] & keys[1]
    assert not (keys[0] | keys[1]) & keys[2]
    full = dataset.train_full
    assert len(full) == len(dataset.train) + len(dataset.validation)
    np.testing.assert_array_equal(full.X[dataset.train_index], dataset.train.X)
    np.testing.assert_array_equal(
        full.y[dataset.validation_index], dataset.validation.y
    )
    assert len(dataset.digest) == 64
    assert dataset.licence
    assert dataset.attribution


# ---------------------------------------------------------------- without files


def test_names_and_info() -> None:
    assert data.names() == (
        "bookstore_sales",
        "boston_housing",
        "california_housing",
        "cifar10",
        "digits",
        "fashion_mnist",
        "frankenstein",
        "mnist",
        "photographs",
        "ridership",
    )
    for name in data.names():
        info = data.info(name)
        assert info.name == name
        assert DTYPES.get(name, "uint8") in info.description
        assert info.licence != "" != info.attribution
    assert data.info("mnist").size == 11_594_722
    assert data.info("digits").files == ()


def test_every_file_is_pinned() -> None:
    every = [file for entry in REGISTRY.values() for file in all_files(entry)]
    assert len({file.path for file in every}) == len(every) == 17
    for file in every:
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.size > 0
    for entry in (MNIST, FASHION_MNIST):
        for file in entry.info.files:
            assert len(file.urls) >= 2
            assert all(url.endswith(file.path.split("/")[1]) for url in file.urls)


def test_digits_are_complete_and_no_sample(capsys: pytest.CaptureFixture[str]) -> None:
    dataset = data.load("digits", strict=True)
    check_consistency(dataset)
    assert dataset.source == "package"
    assert not dataset.is_sample
    assert [len(p) for p in (dataset.train, dataset.validation, dataset.test)] == [
        1297,
        200,
        300,
    ]
    bunch = load_digits()
    together = np.concatenate([dataset.train_full.X, dataset.test.X])
    assert sorted(x.tobytes() for x in together) == sorted(
        x.tobytes() for x in bunch.images.astype(np.uint8)
    )
    images = [x.astype(np.uint8).tobytes() for x in bunch.images]
    label = dict(zip(images, bunch.target, strict=True))
    assert [label[x.tobytes()] for x in dataset.test.X] == dataset.test.y.tolist()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_the_same_shape_and_says_so_in_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    dataset = data.load(name)
    printed = capsys.readouterr().out
    check_consistency(dataset)
    assert dataset.is_sample
    assert dataset.source == "sample"
    assert printed == dataset.note + "\n"
    assert printed.startswith("SAMPLE, not ")
    for part in (dataset.train, dataset.validation, dataset.test):
        assert part.X.shape[1:] == SAMPLES[name][0]
        assert f"{len(part):,}" in dataset.note
        assert part.X.max() > 200
    assert dataset.licence != "" != dataset.attribution
    assert dataset.digest == data.load(name).digest
    assert dataset.digest != data.load("digits").digest
    assert nearest_mean_accuracy(dataset) > SAMPLES[name][1]  # it can be learnt


def test_strict_refuses_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    with pytest.raises(data.DataError) as caught:
        data.load("mnist", strict=True)
    message = str(caught.value)
    for part in ("MNIST cannot be loaded", "cache:", "mirror:", "11.6 MB", "prefetch"):
        assert part in message


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("minst", "mnist"), ("Fashion-MNIST", "fashion_mnist"), ("digit", "digits")],
)
def test_an_unknown_name_suggests_the_nearest(wrong: str, near: str) -> None:
    for function in (data.load, data.info, data.prefetch):
        with pytest.raises(data.UnknownDatasetError, match=f"Did you mean '{near}'"):
            function(wrong)


def test_a_name_near_to_nothing_lists_what_there_is() -> None:
    with pytest.raises(ValueError, match="Known: 'bookstore_sales', 'boston_hou"):
        data.load("zzz")


@pytest.mark.parametrize("wrong", [None, 3, b"mnist", ["mnist"], Path("mnist")])
def test_a_name_of_the_wrong_type(wrong: Any) -> None:
    for function in (data.load, data.info):
        with pytest.raises(TypeError, match="is text, not"):
            function(wrong)
    with pytest.raises(TypeError, match="is text, not"):
        data.prefetch([wrong])


def test_parameters_of_the_wrong_type() -> None:
    wrong: Any = "yes"
    with pytest.raises(TypeError, match="strict is 'yes', expected True or False"):
        data.load("digits", strict=wrong)
    number: Any = 5
    with pytest.raises(TypeError, match="names is 5, expected names such as"):
        data.prefetch(number)


def test_parts_and_datasets_print_short() -> None:
    dataset = data.load("digits")
    assert repr(dataset.test) == "Part(X: 300 × 8 × 8 uint8, y: 300 int64)"
    assert repr(dataset) == (
        "Dataset('digits' from package: 1,297 train, 200 validation, 300 test; "
        "X n × 8 × 8 uint8)"
    )


def test_the_example_in_the_documentation() -> None:
    assert doctest.testmod(data).attempted == 3
    assert doctest.testmod(data).failed == 0


# ---------------------------------------------------------------- prefetch and report


def only(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Leave no other datasets in the registry."""
    for name in set(REGISTRY) - set(names):
        monkeypatch.delitem(REGISTRY, name)


def test_prefetch_takes_one_name_several_or_all(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "mnist", "digits")
    assert data.prefetch("mnist") == {"mnist": "upstream"}
    assert data.prefetch(name for name in ["mnist"]) == {"mnist": "cache"}
    assert data.prefetch() == {"mnist": "cache", "digits": "package"}
    assert data.prefetch([]) == {}


def test_prefetch_fetches_the_others_before_it_fails(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        REGISTRY,
        "fashion_mnist",
        FASHION_MNIST.__class__(
            info=data.Info(
                "fashion_mnist",
                "Fashion-MNIST",
                "",
                (data.File("train_images", "f/x.gz", "0" * 64, 1, ()),),
                "",
                "",
                "",
            ),
            build=FASHION_MNIST.build,
        ),
    )
    with pytest.raises(data.DataError, match=r"Fashion-MNIST.*\n.*\n.*\n.*no address"):
        data.prefetch(["fashion_mnist", "mnist"])
    assert data.load("mnist").source == "cache"
    # Without a sample, load fails even if it is not strict.
    with pytest.raises(data.DataError, match="Fashion-MNIST cannot be loaded"):
        data.load("fashion_mnist")


def test_the_report_says_where_data_come_from(
    tiny: Any, server: Any, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "mnist", "fashion_mnist")
    assert data.describe_source() == "upstream"
    assert server.requests == []
    tiny.write_to(cache)
    assert data.describe_source() == "fashion_mnist: upstream; mnist: verified cache"
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    assert "fashion_mnist: embedded sample" in data.describe_source()
    monkeypatch.delitem(REGISTRY, "fashion_mnist")
    assert data.describe_source() == "verified cache"
    monkeypatch.setenv("LDL_DATA_CACHE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("LDL_DATA_MIRROR", str(cache))
    assert data.describe_source() == "mirror folder"


# ---------------------------------------------------------------- a package of its own


def test_importing_is_light() -> None:
    code = (
        "import sys, ldl_lib.data\n"
        "heavy = {'sklearn', 'scipy', 'pooch', 'requests', 'torch', 'tensorflow'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(data.__file__).parents[2],
    )
    assert out.stdout.strip() == "[]"


def test_imports_nothing_of_the_rest_and_unpickles_nothing() -> None:
    for path in Path(data.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, f"{path.name} imports from outside"
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                root = name.split(".")[0]
                assert root not in {"ldl_lib", "pickle", "joblib", "dill"}, path.name


# ---------------------------------------------------------------- the real data


def test_registry_agrees_with_the_mirrors_manifest(real_mirror: Path) -> None:
    manifest = json.loads((real_mirror / "MANIFEST.json").read_text(encoding="utf-8"))
    listed = {line["path"]: line for line in manifest["files"]}
    mirrored = [
        file
        for entry in REGISTRY.values()
        for file in all_files(entry)
        if file.path in listed
    ]
    assert len(mirrored) == 16  # all but CIFAR-10's archive
    for file in mirrored:
        line = listed[file.path]
        assert (line["sha256"], line["bytes"]) == (file.sha256, file.size)
        if line["byte_identical_to_upstream"] is None:
            # Another edition, or none, is upstream: the address is the copy's.
            repository = line["source_repository"].split()[0]
            assert all(repository in url for url in file.urls)
        elif file.urls:
            assert line["byte_identical_to_upstream"] is True
            assert line["upstream_url"] in file.urls


def test_real_mnist(real_mirror: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = data.load("mnist", strict=True)
    check_consistency(dataset)
    assert dataset.source == "mirror"
    full = dataset.train_full
    assert dataset.train.X.shape == (55_000, 28, 28)
    assert dataset.validation.X.shape == (5_000, 28, 28)
    assert dataset.test.X.shape == (10_000, 28, 28)
    assert np.bincount(full.y).tolist() == MNIST_TRAIN
    assert np.bincount(dataset.test.y).tolist() == MNIST_TEST
    assert full.y[:5].tolist() == [5, 0, 4, 1, 9]
    assert dataset.test.y[:5].tolist() == [7, 2, 1, 0, 4]
    # The mean and standard deviation that everybody standardises MNIST with.
    assert full.X.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert full.X.std() / 255 == pytest.approx(0.3081, abs=5e-5)
    assert nearest_mean_accuracy(dataset) == pytest.approx(0.8203, abs=5e-4)
    assert capsys.readouterr().out == ""
    assert "also occur in training" not in dataset.note
    # The split that every result in the book rests on must never change.
    assert dataset.validation_index[:5].tolist() == [17, 18, 19, 31, 36]
    assert (
        np.abs(np.bincount(dataset.validation.y) / 5e3 - full_share(full.y)).max()
        < 0.01
    )


def full_share(y: Any) -> Any:
    return np.bincount(y) / len(y)


def test_real_fashion_mnist(real_mirror: Path) -> None:
    dataset = data.load("fashion_mnist", strict=True)
    check_consistency(dataset)
    full = dataset.train_full
    assert np.bincount(full.y).tolist() == [6000] * 10
    assert np.bincount(dataset.test.y).tolist() == [1000] * 10
    assert dataset.class_names[int(full.y[0])] == "Ankle boot"
    assert full.X.mean() / 255 == pytest.approx(0.2860, abs=5e-5)
    assert full.X.std() / 255 == pytest.approx(0.3530, abs=5e-5)
    assert "also occur in training" not in dataset.note
    assert dataset.validation_index[:5].tolist() == [0, 1, 2, 4, 6]
