"""Two tables of house prices: Boston in 1970 and California in 1990."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ._split import held_out, stable_keys
from ._types import Contents, DamagedFileError, Entry, File, Info, Part

BOSTON_FEATURES = (
    "CRIM",
    "ZN",
    "INDUS",
    "CHAS",
    "NOX",
    "RM",
    "AGE",
    "DIS",
    "RAD",
    "TAX",
    "PTRATIO",
    "B",
    "LSTAT",
)
CALIFORNIA_FEATURES = (
    "MedInc",
    "HouseAge",
    "AveRooms",
    "AveBedrms",
    "Population",
    "AveOccup",
    "Latitude",
    "Longitude",
)
_BOSTON_ROWS, _BOSTON_VALIDATION, _BOSTON_TEST = 506, 54, 102
_CALIFORNIA_ROWS, _CALIFORNIA_VALIDATION, _CALIFORNIA_TEST = 20_640, 2_043, 4_087
_CALIFORNIA_GAPS = 207  # rows without a number of bedrooms
_CALIFORNIA_COLUMNS = (
    "longitude",
    "latitude",
    "housing_median_age",
    "total_rooms",
    "total_bedrooms",
    "population",
    "households",
    "median_income",
    "median_house_value",
)
_SAMPLE_SEED = 1
_BOSTON_UNIT = "thousand dollars of about 1970"
_CALIFORNIA_UNIT = "hundred thousand dollars of 1990"


def boston(files: Mapping[str, bytes]) -> Contents:
    """Build Boston's table from ``table``: 506 lines of 14 numbers.

    Returns
    -------
    Contents
        ``X`` float64 (n, 13), ``y`` float64 (n,), in thousand dollars.

    Raises
    ------
    DamagedFileError
        If there are not 506 rows of 14 finite numbers.
    """
    lines = files["table"].decode("ascii", "replace").splitlines()
    columns = len(BOSTON_FEATURES) + 1
    table = _numbers([line.split() for line in lines if line.strip()], "housing.data")
    if table.shape != (_BOSTON_ROWS, columns) or not np.isfinite(table).all():
        raise DamagedFileError(
            f"housing.data holds a table of {table.shape}, expected {_BOSTON_ROWS} "
            f"rows of {columns} finite numbers"
        )
    return _boston_parts(table[:, :-1], table[:, -1])


def california(files: Mapping[str, bytes]) -> Contents:
    """Build California's table from ``table``, the file of the *handson-ml* books.

    That file gives totals of each district and an ``ocean_proximity`` in words, which
    is not used. Rooms, bedrooms and people per household are derived here as in
    scikit-learn's ``fetch_california_housing``. In 207 districts the file's authors
    have removed the number of bedrooms; these districts are left out.

    Returns
    -------
    Contents
        ``X`` float64 (n, 8), ``y`` float64 (n,), in hundred thousand dollars.

    Raises
    ------
    DamagedFileError
        If a column is missing, or there are not 20,640 rows of numbers.
    """
    text = io.StringIO(files["table"].decode("utf-8", "replace"))
    rows = csv.DictReader(text)
    missing = set(_CALIFORNIA_COLUMNS) - set(rows.fieldnames or ())
    if missing:
        raise DamagedFileError(f"housing.csv lacks {', '.join(sorted(missing))}")
    table = _numbers(
        [[row[name] or "nan" for name in _CALIFORNIA_COLUMNS] for row in rows],
        "housing.csv",
    )
    known = np.isfinite(table)
    gaps = int(np.count_nonzero(~known[:, 4]))
    if (len(table), gaps) != (_CALIFORNIA_ROWS, _CALIFORNIA_GAPS) or not np.delete(
        known, 4, axis=1
    ).all():
        raise DamagedFileError(
            f"housing.csv holds {len(table):,} rows, expected {_CALIFORNIA_ROWS:,}, "
            f"with {_CALIFORNIA_GAPS} gaps in total_bedrooms and no others"
        )
    table = table[known.all(axis=1)]
    longitude, latitude, age, rooms, bedrooms, people, households, income, value = (
        table.T
    )
    X = np.column_stack(
        [
            income,
            age,
            rooms / households,
            bedrooms / households,
            people,
            people / households,
            latitude,
            longitude,
        ]
    )
    return _california_parts(
        X,
        value / 100_000,
        f"{gaps} of the {_CALIFORNIA_ROWS:,} districts are left "
        "out, because the file lacks their number of bedrooms",
    )


def _numbers(rows: list[list[str]], name: str) -> NDArray[np.float64]:
    try:
        return np.array(rows, dtype=np.float64)
    except ValueError as error:
        raise DamagedFileError(f"{name} is no table of numbers: {error}") from error


def _table_parts(
    X: NDArray[np.float64],
    y: NDArray[np.float64],
    remark: str = "",
    *,
    validation: int,
    test: int,
    feature_names: tuple[str, ...],
    target_name: str,
    target_unit: str,
) -> Contents:
    """Set apart `test` rows by their stable key, then `validation` of the others."""
    kept, tested = held_out(stable_keys(X), test)
    full = Part(X[kept], y[kept])
    train, validated = held_out(stable_keys(full.X), validation)
    return Contents(
        train=Part(full.X[train], full.y[train]),
        validation=Part(full.X[validated], full.y[validated]),
        test=Part(X[tested], y[tested]),
        train_index=train,
        validation_index=validated,
        class_names=(),
        remark=remark,
        feature_names=feature_names,
        target_name=target_name,
        target_unit=target_unit,
    )


_boston_parts = partial(
    _table_parts,
    validation=_BOSTON_VALIDATION,
    test=_BOSTON_TEST,
    feature_names=BOSTON_FEATURES,
    target_name="median value of owner-occupied homes in a census tract",
    target_unit=_BOSTON_UNIT,
)
_california_parts = partial(
    _table_parts,
    validation=_CALIFORNIA_VALIDATION,
    test=_CALIFORNIA_TEST,
    feature_names=CALIFORNIA_FEATURES,
    target_name="median value of houses in a block group",
    target_unit=_CALIFORNIA_UNIT,
)

# Smallest and largest value of each generated column: the order of magnitude of the
# real one, so that a reader who forgets to standardise meets the same trouble.
_BOSTON_RANGES = (
    (0.0, 9.0),
    (0.0, 100.0),
    (0.5, 27.0),
    (0.0, 1.0),
    (0.39, 0.87),
    (3.6, 8.8),
    (3.0, 100.0),
    (1.1, 12.0),
    (1.0, 24.0),
    (190.0, 710.0),
    (12.6, 22.0),
    (0.0, 397.0),
    (1.7, 38.0),
)
_CALIFORNIA_RANGES = (
    (0.5, 15.0),
    (1.0, 52.0),
    (1.0, 10.0),
    (0.5, 2.0),
    (3.0, 5_000.0),
    (1.0, 6.0),
    (32.5, 42.0),
    (-124.3, -114.3),
)


def boston_sample() -> Contents:
    """Build Boston's sample: generated numbers under its column names."""
    return _boston_parts(*_generated(_BOSTON_ROWS, _BOSTON_RANGES, (5.0, 50.0)))


def california_sample() -> Contents:
    """Build California's sample: generated numbers under its column names."""
    rows = _CALIFORNIA_ROWS - _CALIFORNIA_GAPS
    return _california_parts(*_generated(rows, _CALIFORNIA_RANGES, (0.15, 5.0)))


def _generated(
    rows: int, ranges: tuple[tuple[float, float], ...], target: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw a table whose target bends and mixes its columns, with some noise.

    Only `random()`: of all the generator's methods its numbers are least likely to
    change between versions of NumPy.
    """
    rng = np.random.default_rng(_SAMPLE_SEED)
    unit = rng.random((rows, len(ranges)))  # each column in 0..1
    low, high = np.array(ranges).T
    slopes = np.linspace(-1.0, 1.0, len(ranges))
    score = (2 * unit - 1) @ slopes + 4 * unit[:, 0] * unit[:, -1]
    score += 1.2 * (2 * rng.random(rows) - 1)
    share = (score - score.min()) / (score.max() - score.min())
    # Rounded, so that the last bits of a processor's arithmetic decide nothing.
    X = np.round(low + (high - low) * unit, 4)
    return X, np.round(target[0] + (target[1] - target[0]) * share, 3)


_NO_HOUSES = "generated by ldl_lib; these numbers describe no houses"

BOSTON_HOUSING = Entry(
    info=Info(
        name="boston_housing",
        title="Boston housing",
        description=(
            "506 census tracts around Boston, about 1970. X: float64 (n, 13); y: "
            "float64 (n,), median value of homes in thousand dollars, cut off at 50; "
            "350 train, 54 validation, 102 test. Its column B is 1000 (Bk - 0.63)², "
            "with Bk the share of Black inhabitants; scikit-learn has removed the "
            "dataset for it. Use it to study the problem, not to price houses."
        ),
        files=(
            File(
                role="table",
                path="boston-housing/housing.data",
                sha256="e3e36f7b9e5435f9eb8320e106aebad0"
                "0031fefa3064527da0c71dec59e49b76",
                size=49_081,
                # The UCI repository's own file ends in one more line break.
                urls=(
                    "https://raw.githubusercontent.com/jbrownlee/Datasets/master/"
                    "housing.data",
                ),
            ),
        ),
        sample="a generated table of the same 506 rows and 13 column names; no houses",
        licence="none stated (StatLib and UCI Machine Learning Repository)",
        attribution=(
            "D. Harrison and D. L. Rubinfeld, Hedonic housing prices and the demand "
            "for clean air, Journal of Environmental Economics and Management 5, 1978"
        ),
    ),
    build=boston,
    build_sample=boston_sample,
    sample_licence="MIT, like this library",
    sample_attribution=_NO_HOUSES,
)

CALIFORNIA_HOUSING = Entry(
    info=Info(
        name="california_housing",
        title="California housing",
        description=(
            "20,433 block groups of California in the census of 1990. X: float64 "
            "(n, 8), the columns of scikit-learn's version, derived from the file of "
            "the handson-ml books without its 207 rows that have a gap; y: float64 "
            "(n,), median value of houses in hundred thousand dollars, cut off at 5; "
            "14,303 train, 2,043 validation, 4,087 test."
        ),
        files=(
            File(
                role="table",
                path="housing/housing.csv",
                sha256="2364609dc48bec7df3ba9dbb7041478e"
                "704ecddcee70ef1827ec3fc49d22c0cc",
                size=1_423_529,
                urls=(
                    "https://raw.githubusercontent.com/ageron/data/main/housing/"
                    "housing.csv",
                    "https://raw.githubusercontent.com/ageron/handson-ml2/master/"
                    "datasets/housing/housing.csv",
                ),
            ),
        ),
        sample=(
            "a generated table of the same 20,433 rows and 8 column names; no houses"
        ),
        licence="public census data (StatLib); no further licence stated",
        attribution=(
            "R. K. Pace and R. Barry, Sparse spatial autoregressions, Statistics and "
            "Probability Letters 33, 1997; file prepared by A. Géron"
        ),
    ),
    build=california,
    build_sample=california_sample,
    sample_licence="MIT, like this library",
    sample_attribution=_NO_HOUSES,
)

ENTRIES = (BOSTON_HOUSING, CALIFORNIA_HOUSING)
