"""CIFAR-10 in its binary version: 32 × 32 colour photographs of ten kinds of things.

Format (A. Krizhevsky, *The CIFAR-10 dataset*): each file is a row of records of 3,073
bytes. The first byte is the label; then come the red, the green and the blue plane, of
1,024 bytes each, row by row. There is no header, so only the length and the labels can
be checked, beside the digest. The Python version of the dataset is a pickle, which can
run any code while it is read; it is never touched here.
"""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Mapping

import numpy as np

from ._scenes import CLASS_NAMES, draw_scenes
from ._split import overlap, stable_keys
from ._types import Contents, DamagedFileError, Entry, File, Info, Part, Partial

_PIXELS = 32
_RECORD = 1 + 3 * _PIXELS**2  # bytes
_BATCH = 10_000  # records in a whole file
_MIRRORED_TEST = 1_000  # records of the test file's beginning
_FOLDER = "cifar-10-batches-bin"
_SCENES = (2_000, 500, 500)  # drawn for the sample: train, validation, test
_SCENE_SEEDS = (1, 2, 3)


def cifar_archive(files: Mapping[str, bytes]) -> Contents:
    """Build the whole dataset from ``archive``, the published ``.tar.gz``.

    Batches 1 to 4 are for training and batch 5 is for validation. The batches hold the
    images in random order, so any batch is as good as a draw; and whoever has only
    some of them validates on the same images as whoever has all.

    Returns
    -------
    Contents
        ``X`` uint8 (n, 32, 32, 3), red, green, blue, in 0..255; ``y`` int64 (n,).

    Raises
    ------
    DamagedFileError
        If a member is missing, or a size or a label is not the dataset's.
    """
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    *train, validation, test = (
        cifar_records(raw, name, _BATCH)
        for name, raw in zip(names, _members(files["archive"], names), strict=True)
    )
    X = np.concatenate([part.X for part in train])
    y = np.concatenate([part.y for part in train])
    return _contents(Part(X, y), validation, test)


def cifar_mirrored(files: Mapping[str, bytes]) -> Contents:
    """Build a part of the dataset: ``train``, ``validation`` and ``test`` records."""
    return _contents(
        cifar_records(files["train"], "data_batch_1", _BATCH),
        cifar_records(files["validation"], "data_batch_5", _BATCH),
        cifar_records(files["test"], "test_batch_first1000", _MIRRORED_TEST),
        "only a part of CIFAR-10: training is batch 1 (10,000 of the 50,000 training "
        "images), validation is batch 5 (10,000 others), test is the first 1,000 of "
        "the 10,000 test images",
    )


def cifar_scenes() -> Contents:
    """Build CIFAR-10's sample: drawn scenes of the same ten classes, shape and type."""
    train, validation, test = (
        Part(*draw_scenes(count, seed))
        for count, seed in zip(_SCENES, _SCENE_SEEDS, strict=True)
    )
    return _contents(train, validation, test)


def cifar_records(raw: bytes, name: str, count: int) -> Part:
    """Decode a file of the binary version.

    Parameters
    ----------
    raw : bytes
        The whole file.
    name : str
        What to call the file in an error.
    count : int
        How many records it must hold.

    Returns
    -------
    Part
        ``X`` uint8 (count, 32, 32, 3), channels last; ``y`` int64 (count,).

    Raises
    ------
    DamagedFileError
        If the length or a label is wrong.
    """
    if len(raw) != count * _RECORD:
        raise DamagedFileError(
            f"{name} holds {len(raw):,} bytes, expected {count:,} records of "
            f"{_RECORD:,} bytes = {count * _RECORD:,}"
        )
    records = np.frombuffer(raw, dtype=np.uint8).reshape(count, _RECORD)
    y = records[:, 0].astype(np.int64)
    if y.max(initial=0) >= len(CLASS_NAMES):
        raise DamagedFileError(
            f"{name} holds the label {y.max()}, expected 0 to {len(CLASS_NAMES) - 1}"
        )
    planes = records[:, 1:].reshape(count, 3, _PIXELS, _PIXELS)
    return Part(np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), y)


def _members(archive: bytes, names: list[str]) -> list[bytes]:
    """Return members of the archive, read into memory: nothing is written to disk."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is not None:
                    found[member.name] = stream.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise DamagedFileError(f"CIFAR-10's archive is damaged: {error}") from error
    missing = [name for name in names if f"{_FOLDER}/{name}.bin" not in found]
    if missing:
        raise DamagedFileError(f"CIFAR-10's archive lacks {', '.join(missing)}")
    return [found[f"{_FOLDER}/{name}.bin"] for name in names]


def _contents(train: Part, validation: Part, test: Part, part: str = "") -> Contents:
    known = stable_keys(train.X)
    remarks = [part] if part else []
    for name, other in (("validation", validation), ("test", test)):
        repeated = len(overlap(known, stable_keys(other.X)))
        if repeated:
            remarks.append(
                f"{repeated:,} of the {len(other):,} {name} images also occur in "
                "training"
            )
    return Contents(
        train=train,
        validation=validation,
        test=test,
        train_index=np.arange(len(train)),
        validation_index=len(train) + np.arange(len(validation)),
        class_names=CLASS_NAMES,
        remark="; ".join(remarks),
    )


def _mirrored(role: str, name: str, size: int, sha256: str) -> File:
    return File(role, f"{_FOLDER}/{name}.bin", sha256, size, urls=())


CIFAR10 = Entry(
    info=Info(
        name="cifar10",
        title="CIFAR-10",
        description=(
            "60,000 colour photographs of ten kinds of things. X: uint8 (n, 32, 32, "
            "3), red, green, blue, 0 to 255; y: int64 (n,), 0 to 9; 40,000 train, "
            "10,000 validation (batch 5), 10,000 test. A mirror may hold a part: "
            "10,000 train, 10,000 validation, 1,000 test."
        ),
        files=(
            File(
                role="archive",
                path="cifar-10/cifar-10-binary.tar.gz",
                sha256="c4a38c50a1bc5f3a1c5537f2155ab9d6"
                "8f9f25eb1ed8d9ddda3db29a59bca1dd",
                size=170_052_171,
                urls=("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",),
            ),
        ),
        sample=(
            "3,000 generated drawings of the ten kinds of things, not photographs: "
            "2,000 train, 500 validation, 500 test"
        ),
        licence="none stated; its author asks for a citation of the report",
        attribution=(
            "A. Krizhevsky, Learning multiple layers of features from tiny images, "
            "technical report, University of Toronto, 2009"
        ),
    ),
    build=cifar_archive,
    build_sample=cifar_scenes,
    sample_licence="MIT, like this library",
    sample_attribution="generated by ldl_lib; not CIFAR-10's photographs",
    partial=Partial(
        files=(
            _mirrored(
                "train",
                "data_batch_1",
                30_730_000,
                "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
            ),
            _mirrored(
                "validation",
                "data_batch_5",
                30_730_000,
                "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
            ),
            _mirrored(
                "test",
                "test_batch_first1000",
                3_073_000,
                "8314c96d7cd65618193bab23acdd5d4c4af15bf6dd00a1781d55beedf3be1ef5",
            ),
        ),
        build=cifar_mirrored,
    ),
)

ENTRIES = (CIFAR10,)
