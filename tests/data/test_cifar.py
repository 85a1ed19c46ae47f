"""CIFAR-10: the binary format, the published archive, a part of it, and the sample."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ldl_lib import data
from ldl_lib.data import _cifar
from ldl_lib.data._registry import REGISTRY
from ldl_lib.data._scenes import draw_scenes
from ldl_lib.data._split import stable_keys
from ldl_lib.data._types import File, Partial

BATCHES = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Shrink the files to 30 and 5 random records; return the six whole ones."""
    monkeypatch.setattr(_cifar, "_BATCH", 30)
    monkeypatch.setattr(_cifar, "_MIRRORED_TEST", 5)
    rng = np.random.default_rng(0)
    return {name: records(rng, 30) for name in BATCHES}


def records(rng: np.random.Generator, count: int) -> bytes:
    rows = rng.integers(0, 256, (count, 3073), dtype=np.uint8)
    rows[:, 0] = np.arange(count) % 10
    return rows.tobytes()


def packed(files: dict[str, bytes]) -> bytes:
    """Pack files as the publisher does: with a folder, a text and a web page."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        folder = tarfile.TarInfo("cifar-10-batches-bin")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        others = {"batches.meta.txt": b"airplane\n", "readme.html": b"<p>"}
        whole = {f"{name}.bin": raw for name, raw in files.items()} | others
        for name, raw in whole.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(raw)
            tar.addfile(member, io.BytesIO(raw))
    return buffer.getvalue()


def publish(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], url: str = ""
) -> tuple[bytes, dict[str, bytes]]:
    """Register the shrunken archive and part; return both files' bytes."""
    archive = packed(files)
    part = {
        "train": files["data_batch_1"],
        "validation": files["data_batch_5"],
        "test": files["test_batch"][: 5 * 3073],
    }
    entry = REGISTRY["cifar10"]
    monkeypatch.setitem(
        REGISTRY,
        "cifar10",
        replace(
            entry,
            info=replace(
                entry.info, files=(described("archive", archive, (url,) * bool(url)),)
            ),
            partial=Partial(
                tuple(described(role, raw, ()) for role, raw in part.items()),
                _cifar.cifar_mirrored,
            ),
        ),
    )
    return archive, part


def described(role: str, raw: bytes, urls: tuple[str, ...]) -> File:
    return File(role, f"c/{role}", hashlib.sha256(raw).hexdigest(), len(raw), urls)


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, raw in files.items():
        path = folder / "c" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def test_a_record_is_a_label_and_three_planes_row_by_row() -> None:
    # A red, green and blue ramp, each told apart in place and direction.
    rows, columns = np.mgrid[0:32, 0:32]
    planes = [rows, columns + 100, 255 - rows]
    raw = bytes([7]) + b"".join(plane.astype(np.uint8).tobytes() for plane in planes)
    part = _cifar.cifar_records(raw, "x", 1)
    assert part.y.tolist() == [7]
    assert part.X.shape == (1, 32, 32, 3)
    assert part.X[0, 3, 9].tolist() == [3, 109, 252]
    assert part.X.flags.c_contiguous
    assert part.X.flags.writeable


@pytest.mark.parametrize("cut", [1, 3073, -3073, -1])
def test_a_wrong_length_is_damage(cut: int) -> None:
    raw = bytes(2 * 3073)
    damaged = raw[cut:] if cut > 0 else raw + bytes(-cut)
    with pytest.raises(data.DamagedFileError, match=r"batch holds .* expected 2 rec"):
        _cifar.cifar_records(damaged, "batch", 2)


def test_a_label_beyond_nine_is_damage() -> None:
    with pytest.raises(data.DamagedFileError, match="the label 10, expected 0 to 9"):
        _cifar.cifar_records(bytes([10]) + bytes(3072), "batch", 1)


def test_the_archive_gives_four_batches_a_fifth_and_the_test(
    small: dict[str, bytes],
) -> None:
    contents = _cifar.cifar_archive({"archive": packed(small)})
    sizes = [len(p) for p in (contents.train, contents.validation, contents.test)]
    assert sizes == [120, 30, 30]
    for part, name, start in (
        (contents.train, "data_batch_3", 60),
        (contents.validation, "data_batch_5", 0),
        (contents.test, "test_batch", 0),
    ):
        raw = np.frombuffer(small[name], np.uint8).reshape(30, 3073)
        planes = raw[:, 1:].reshape(30, 3, 32, 32)
        rows = part.X[start : start + 30]
        np.testing.assert_array_equal(rows[..., 1], planes[:, 1])
    assert contents.validation_index.tolist() == list(range(120, 150))
    assert contents.remark == ""


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda files: packed(files)[:5000], "archive is damaged"),
        (lambda files: b"<html>log in</html>", "archive is damaged"),
        (lambda files: gzip.compress(b"x" * 2000), "archive is damaged"),
        (
            lambda files: packed({k: v for k, v in files.items() if k != BATCHES[3]}),
            "lacks data_batch_4",
        ),
        (
            lambda files: packed(files | {"test_batch": files["test_batch"][:-1]}),
            "test_batch holds",
        ),
    ],
)
def test_a_damaged_archive(small: dict[str, bytes], damage: Any, message: str) -> None:
    with pytest.raises(data.DamagedFileError, match=message):
        _cifar.cifar_archive({"archive": damage(small)})


def test_a_repeated_image_is_counted(small: dict[str, bytes]) -> None:
    small["test_batch"] = small["data_batch_2"][:3073] + small["test_batch"][3073:]
    contents = _cifar.cifar_archive({"archive": packed(small)})
    assert contents.remark == "1 of the 30 test images also occur in training"


def test_the_whole_comes_from_the_network_even_beside_a_part(
    small: dict[str, bytes], server: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    archive, part = publish(monkeypatch, small, f"{server.url}archive")
    server.bodies["archive"] = archive
    write(tmp_path / "mirror", part)
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path / "mirror"))
    assert "upstream, else mirror folder (a part)" in data.describe_source()
    whole = data.load("cifar10", strict=True)
    assert (whole.source, len(whole.train), len(whole.test)) == ("upstream", 120, 30)
    assert "part" not in whole.note
    assert data.load("cifar10").source == "cache"


def test_a_part_is_used_where_the_whole_cannot_be_had(
    small: dict[str, bytes], tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    _, part = publish(monkeypatch, small)
    write(tmp_path, part)
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path))
    dataset = data.load("cifar10", strict=True)
    assert (dataset.source, dataset.is_sample) == ("mirror", False)
    assert [len(p) for p in (dataset.train, dataset.validation, dataset.test)] == [
        30,
        30,
        5,
    ]
    assert "10,000 of the 50,000" in dataset.note
    assert capsys.readouterr().out == ""
    assert data.prefetch("cifar10") == {"cifar10": "mirror"}
    assert "cifar10: mirror folder (a part)" in data.describe_source()


def test_without_the_whole_part_there_is_only_the_sample(
    small: dict[str, bytes], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    _, part = publish(monkeypatch, small)
    damaged = part["validation"][:-1] + bytes([part["validation"][-1] ^ 1])
    write(tmp_path, part | {"validation": damaged})
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path))
    with pytest.warns(UserWarning, match="has been altered"):
        assert data.load("cifar10").is_sample
    with (
        pytest.warns(UserWarning, match="has been altered"),
        pytest.raises(data.DataError, match=r"archive is not there[\s\S]*altered"),
    ):
        data.load("cifar10", strict=True)
    with pytest.raises(data.DataError, match="CIFAR-10 cannot be loaded"):
        data.prefetch("cifar10")


def test_scenes_are_mixed_classes_that_a_seed_repeats() -> None:
    X, y = draw_scenes(200, 5)
    again, _ = draw_scenes(200, 5)
    np.testing.assert_array_equal(X, again)
    assert np.bincount(y).tolist() == [20] * 10
    assert len(np.unique(y[:20])) > 5
    assert len(np.unique(stable_keys(X))) == 200
    assert not np.array_equal(X, draw_scenes(200, 6)[0])


def test_scenes_are_colourful() -> None:
    X, _ = draw_scenes(200, 5)
    channels: NDArray[np.float64] = X.astype(float).mean(axis=(1, 2))
    assert (channels.std(axis=0) > 20).all()
    assert np.abs(X[..., 0].astype(int) - X[..., 2]).mean() > 30


def test_the_mirrors_part_of_cifar10(real_mirror: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    dataset = data.load("cifar10", strict=True)
    if "only a part" not in dataset.note:
        pytest.skip("the mirror holds the whole dataset")
    parts = (dataset.train, dataset.validation, dataset.test)
    assert [len(part) for part in parts] == [10_000, 10_000, 1_000]
    assert dataset.train.X.dtype == np.uint8
    assert dataset.train.y.dtype == np.int64
    # Class counts of data_batch_1 as other projects have published them.
    counts = [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981]
    assert np.bincount(dataset.train.y).tolist() == counts
    assert dataset.test.y[:10].tolist() == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]
    assert dataset.class_names[int(dataset.train.y[0])] == "frog"
    # Everybody standardises the 50,000 images with these means and deviations.
    mean = dataset.train.X.mean(axis=(0, 1, 2)) / 255
    std = dataset.train.X.std(axis=(0, 1, 2)) / 255
    np.testing.assert_allclose(mean, [0.4914, 0.4822, 0.4465], atol=0.004)
    np.testing.assert_allclose(std, [0.2470, 0.2435, 0.2616], atol=0.004)
    keys = [set(stable_keys(part.X).tolist()) for part in parts]
    assert not keys[0] & keys[1]
    assert not (keys[0] | keys[1]) & keys[2]
    full = dataset.train_full
    np.testing.assert_array_equal(full.X[dataset.train_index], dataset.train.X)
