"""The two tables of house prices: parsing, splits, published facts and samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from ldl_lib import data
from ldl_lib.data import _houses

NAMES = ("boston_housing", "california_housing")
SIZES = {
    "boston_housing": (350, 54, 102),
    "california_housing": (14_303, 2_043, 4_087),
}

# Positions of the first rows held out for validation.
BOSTON_VALIDATION = [4, 23, 30, 53, 66]
CALIFORNIA_VALIDATION = [0, 4, 7, 8, 27]


def parts(dataset: data.Dataset) -> tuple[data.Part, ...]:
    return (dataset.train, dataset.validation, dataset.test)


def rows(part: data.Part) -> set[bytes]:
    return {row.tobytes() for row in part.X}


def check_table(dataset: data.Dataset) -> None:
    """Check what holds for the real tables and for their samples."""
    assert tuple(len(part) for part in parts(dataset)) == SIZES[dataset.name]
    for part in parts(dataset):
        assert part.X.dtype == part.y.dtype == np.float64
        assert part.X.shape[1] == len(dataset.feature_names)
        assert np.isfinite(part.X).all()
        assert np.isfinite(part.y).all()
        assert (part.y > 0).all()
    train, validation, test = (rows(part) for part in parts(dataset))
    assert not train & validation
    assert not (train | validation) & test
    assert dataset.class_names == ()
    assert "dollars" in dataset.target_unit
    assert dataset.target_name
    full = dataset.train_full
    np.testing.assert_array_equal(full.X[dataset.train_index], dataset.train.X)
    np.testing.assert_array_equal(
        full.y[dataset.validation_index], dataset.validation.y
    )


def explained(dataset: data.Dataset) -> float:
    """Return the test R² of a straight line, by another library."""
    line = LinearRegression().fit(dataset.train_full.X, dataset.train_full.y)
    return float(line.score(dataset.test.X, dataset.test.y))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_a_table_of_the_same_shape_that_says_what_it_is(
    name: str, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    dataset = data.load(name)
    check_table(dataset)
    assert dataset.is_sample
    assert "generated" in capsys.readouterr().out
    assert "no houses" in dataset.attribution
    np.testing.assert_array_equal(data.load(name).train.X, dataset.train.X)
    assert 0.5 < explained(dataset) < 0.95  # a line helps, and leaves something
    spans = np.ptp(dataset.train.X, axis=0)
    assert spans.max() / spans.min() > 100  # it must be standardised


def test_a_part_of_images_has_no_features() -> None:
    digits = data.load("digits")
    assert digits.feature_names == ()
    assert digits.target_unit == ""


def boston_table(count: int = 506) -> str:
    rng = np.random.default_rng(0)
    return "\n".join(
        " ".join(f"{value:.3f}" for value in rng.random(14)) for _ in range(count)
    )


@pytest.mark.parametrize(
    "text",
    [
        boston_table(505),
        boston_table()[:-6],  # the last number is missing
        boston_table().replace("0.", "O.", 1),
        boston_table().replace("0.", "nan0.", 1),
        "nan" + boston_table()[5:],
        "<html>404</html>",
        "",
    ],
    ids=["short", "cut", "letter", "text", "nan", "web page", "empty"],
)
def test_a_damaged_boston_table(text: str) -> None:
    with pytest.raises(data.DamagedFileError, match=r"housing\.data"):
        _houses.boston({"table": text.encode()})


def test_bostons_last_column_is_the_target() -> None:
    table = np.array([line.split() for line in boston_table().split("\n")], float)
    contents = _houses.boston({"table": boston_table().encode()})
    together = {tuple(row) for row in table}
    for part in (contents.train, contents.validation, contents.test):
        assert {(*x, y) for x, y in zip(part.X, part.y, strict=True)} <= together


HEADER = (
    "longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,"
    "households,median_income,median_house_value,ocean_proximity"
)


def california_table(lines: int = 20_640, gaps: int = 207) -> str:
    body = [
        f"-120.5,{30 + i / 1000},10.0,60.0,{'' if i < gaps else '30.0'},{100 + i},"
        f"20.0,5.5,250000.0,INLAND"
        for i in range(lines)
    ]
    return "\n".join([HEADER, *body])


def test_californias_columns_are_derived_per_household() -> None:
    contents = _houses.california({"table": california_table().encode()})
    assert len(contents.train) + len(contents.validation) + len(contents.test) == 20_433
    assert contents.remark.startswith("207 of the 20,640 districts are left out")
    for x in contents.train.X[:50]:
        i = x[4] - 100  # the number of the line
        np.testing.assert_allclose(
            x, [5.5, 10, 3, 1.5, 100 + i, (100 + i) / 20, 30 + i / 1000, -120.5]
        )
    assert set(contents.test.y) == {2.5}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (california_table(lines=300), r"300 rows, expected 20,640"),
        (california_table().replace("latitude", "breadth"), "lacks latitude"),
        (california_table().replace("-120.5", "", 1), "no others"),
        (california_table(gaps=206), "with 207 gaps"),
        (california_table().replace("-120.5", "west", 1), "no table of numbers"),
        ("<html>404</html>", "lacks"),
        ("", "lacks"),
    ],
)
def test_a_damaged_california_table(text: str, message: str) -> None:
    with pytest.raises(data.DamagedFileError, match=message):
        _houses.california({"table": text.encode()})


def test_real_boston(real_mirror: Path) -> None:
    dataset = data.load("boston_housing", strict=True)
    check_table(dataset)
    X = np.concatenate([part.X for part in parts(dataset)])
    y = np.concatenate([part.y for part in parts(dataset)])
    assert y.mean() == pytest.approx(22.5328, abs=5e-5)  # as published
    assert (y == 50).sum() == 16  # prices cut off at 50
    column = dict(zip(dataset.feature_names, X.T, strict=True))
    assert set(column["CHAS"]) == {0, 1}
    assert column["CHAS"].sum() == 35  # tracts at the river
    assert column["RM"].mean() == pytest.approx(6.2846, abs=5e-5)
    # B = 1000 (Bk - 0.63)² with Bk in 0..1 cannot exceed 1000 · 0.63².
    assert column["B"].max() == pytest.approx(1000 * 0.63**2)
    assert 0.6 < explained(dataset) < 0.85
    # The split that every result in the book rests on must never change.
    assert dataset.validation_index[:5].tolist() == BOSTON_VALIDATION


def test_real_california(real_mirror: Path) -> None:
    dataset = data.load("california_housing", strict=True)
    check_table(dataset)
    X = np.concatenate([part.X for part in parts(dataset)])
    y = np.concatenate([part.y for part in parts(dataset)])
    assert y.mean() == pytest.approx(2.0686, abs=0.005)  # of all 20,640 districts
    assert y.max() == pytest.approx(5.00001)
    column = dict(zip(dataset.feature_names, X.T, strict=True))
    assert 32.5 < column["Latitude"].min() < column["Latitude"].max() < 42
    # Means of scikit-learn's version, all 20,640 districts.
    assert column["MedInc"].mean() == pytest.approx(3.8707, abs=0.005)
    assert column["AveRooms"].mean() == pytest.approx(5.4290, abs=0.01)
    assert column["AveBedrms"].mean() == pytest.approx(1.0967, abs=0.005)
    assert column["AveOccup"].mean() == pytest.approx(3.0707, abs=0.02)
    assert 0.5 < explained(dataset) < 0.7
    assert dataset.validation_index[:5].tolist() == CALIFORNIA_VALIDATION
