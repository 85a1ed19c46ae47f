"""Photographs by name, and the names of ImageNet's classes."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ldl_lib import data
from ldl_lib.data import _photographs


def without(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Make it look as if packages were not installed."""
    real = importlib.util.find_spec

    def find(name: str, *rest: Any) -> Any:
        return None if name in packages else real(name, *rest)

    monkeypatch.setattr(_photographs.importlib.util, "find_spec", find)


def test_photographs_by_name() -> None:
    pytest.importorskip("skimage")
    photographs = data.load("photographs", strict=True)
    assert not photographs.is_sample
    assert photographs.source == "package"
    assert "coffee" in photographs
    assert sorted(photographs) == sorted(_photographs._LISTED)
    for name, photo in photographs.items():
        assert photo.name == name
        assert photo.image.dtype == np.uint8
        assert photo.image.ndim == 3
        assert photo.image.shape[2] == 3
        assert photo.image.flags.writeable
        assert photo.image.std() > 20
        assert photo.author in photo.credit
        assert photo.licence in {"CC0", "public domain", "CC BY 2.0"}
        assert f"{name}: {photo.author}" in photographs.attribution
        assert name in data.info("photographs").description


def test_photographs_equal_what_their_packages_load() -> None:
    skimage_data = pytest.importorskip("skimage.data")
    from sklearn.datasets import load_sample_image

    photographs = data.load("photographs")
    for name in ("astronaut", "chelsea", "coffee"):  # lossless files
        expected = getattr(skimage_data, name)()
        np.testing.assert_array_equal(photographs[name].image, expected)
    flower = photographs["flower"].image.astype(int)
    assert np.abs(flower - load_sample_image("flower.jpg")).mean() < 1


def test_every_load_gives_arrays_of_its_own() -> None:
    first = data.load("photographs")["china"].image
    first[:] = 0
    assert data.load("photographs")["china"].image.any()


def test_without_scikit_image_two_remain(monkeypatch: Any, capsys: Any) -> None:
    without(monkeypatch, "skimage")
    photographs = data.load("photographs")
    assert list(photographs) == ["china", "flower"]
    assert photographs.is_sample
    assert photographs.source == "sample"
    assert capsys.readouterr().out == photographs.note + "\n"
    assert photographs.note.startswith("SAMPLE: only 2 of the 6")
    with pytest.raises(data.DataError, match="astronaut, chelsea, coffee, rocket are"):
        data.load("photographs", strict=True)


def test_without_any_package(monkeypatch: Any) -> None:
    without(monkeypatch, "skimage", "sklearn")
    with pytest.raises(data.DataError, match="install scikit-image and scikit-learn"):
        data.load("photographs")


def test_there_is_nothing_to_prefetch() -> None:
    assert data.prefetch("photographs") == {}


def test_imagenets_classes() -> None:
    names = data.imagenet_classes()
    assert len(names) == 1000
    assert names[:3] == ("tench", "goldfish", "great white shark")
    assert (names[207], names[281], names[999]) == (
        "golden retriever",
        "tabby",
        "toilet tissue",
    )
    assert len(set(names)) == 998  # crane and maillot are two things each
    assert not any("_" in name or name != name.strip() for name in names)


def test_imagenets_classes_are_those_of_keras(real_mirror: Path) -> None:
    path = real_mirror / "keras-applications" / "imagenet_class_index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    expected = tuple(index[str(i)][1].replace("_", " ") for i in range(1000))
    assert data.imagenet_classes() == expected
