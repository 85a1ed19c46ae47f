"""Data in the order of time: monthly sales of book stores, daily trips in Chicago."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._types import Array, DamagedFileError, Entry, File, Info, Whole

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]

_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_FIRST_MONTH, _MONTH_COUNT = np.datetime64("1992-01"), 348
_FIRST_DAY, _DAY_COUNT = np.datetime64("2001-01-01"), 7_639
_DAY_TYPES = ("W", "A", "U")
_SAMPLE_SEED = 1


@dataclass(frozen=True, eq=False, repr=False)
class BookstoreSales(Whole):
    """Monthly sales of book stores in the United States.

    Attributes
    ----------
    months : ndarray of datetime64[M], shape (n,)
        January 1992 to December 2020, one after the other.
    sales : ndarray of float64, shape (n,)
        Million dollars, not adjusted for season or prices.
    """

    months: Dates
    sales: Floats

    @property
    def summary(self) -> str:
        """How many months there are, and which."""
        return f"{len(self.months)} months, {self.months[0]} to {self.months[-1]}"

    def arrays(self) -> tuple[Array, ...]:
        """Return what a digest is made of."""
        return (self.months.astype(np.int64), self.sales)


@dataclass(frozen=True, eq=False, repr=False)
class Ridership(Whole):
    """Boardings of Chicago's buses and trains, day by day.

    Attributes
    ----------
    days : ndarray of datetime64[D], shape (n,)
        1 January 2001 to 30 November 2021, one after the other.
    bus, rail : ndarray of float64, shape (n,)
        Boardings on that day.
    day_type : ndarray of str, shape (n,)
        ``"W"`` for a weekday, ``"A"`` for a Saturday, ``"U"`` for a Sunday or holiday.
    """

    days: Dates
    bus: Floats
    rail: Floats
    day_type: NDArray[np.str_]

    @property
    def summary(self) -> str:
        """How many days there are, and which."""
        return f"{len(self.days):,} days, {self.days[0]} to {self.days[-1]}"

    def arrays(self) -> tuple[Array, ...]:
        """Return what a digest is made of."""
        return (self.days.astype(np.int64), self.bus, self.rail, self.day_type)


def bookstore_sales(files: Mapping[str, bytes]) -> BookstoreSales:
    """Build the series from ``table``: lines such as ``Jan-92,790``.

    Raises
    ------
    DamagedFileError
        If there are not 348 months in a row from January 1992, with positive sales.
    """
    name = "book_store_sales.csv"
    try:
        rows = _rows(files["table"])
        months = np.array([_month(row["Period"]) for row in rows], "datetime64[M]")
        sales = np.array([row["Value"] for row in rows], np.float64)
    except (KeyError, ValueError) as error:
        raise DamagedFileError(f"{name} is no table of months: {error!r}") from error
    _check_in_a_row(months, _FIRST_MONTH, _MONTH_COUNT, name)
    _check_positive(sales, name)
    return BookstoreSales(months, sales)


def ridership(files: Mapping[str, bytes]) -> Ridership:
    """Build the series from ``table``, the Chicago Transit Authority's daily totals.

    The file is not in the order of time everywhere, and lists some days twice with
    equal numbers: these rows are sorted, and counted once.

    Raises
    ------
    DamagedFileError
        If there are not 7,639 days in a row from 1 January 2001 with positive numbers
        of boardings that add up to the file's totals.
    """
    name = "CTA_-_Ridership_-_Daily_Boarding_Totals.csv"
    try:
        listed = [
            (
                _day(row["service_date"]),
                row["day_type"],
                int(row["bus"]),
                int(row["rail_boardings"]),
                int(row["total_rides"]),
            )
            for row in _rows(files["table"])
        ]
    except (KeyError, ValueError) as error:
        raise DamagedFileError(f"{name} is no table of days: {error!r}") from error
    rows = sorted(set(listed))
    days = np.array([row[0] for row in rows], "datetime64[D]")
    _check_in_a_row(days, _FIRST_DAY, _DAY_COUNT, name)
    day_type = np.array([row[1] for row in rows], "<U1")
    bus, rail, total = np.array([row[2:] for row in rows], np.float64).T
    _check_positive(np.minimum(bus, rail), name)
    if not np.array_equal(bus + rail, total) or set(day_type) != set(_DAY_TYPES):
        raise DamagedFileError(
            f"{name}: totals that do not add up, or day types other than "
            f"{', '.join(_DAY_TYPES)}"
        )
    twice = len(listed) - len(rows)
    remark = f"{twice} days that the file lists twice are counted once" if twice else ""
    return Ridership(days, bus.copy(), rail.copy(), day_type, remark=remark)


def _rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def _month(text: str) -> str:
    """Read "Jan-92" as "1992-01", in any locale."""
    name, year = text.split("-")
    century = 1900 if int(year) >= 50 else 2000
    return f"{century + int(year)}-{_MONTHS.index(name) + 1:02}"


def _day(text: str) -> str:
    """Read "01/31/2001" as "2001-01-31"."""
    month, day, year = text.split("/")
    return f"{year}-{month}-{day}"


def _check_in_a_row(dates: Dates, first: np.datetime64, count: int, name: str) -> None:
    if not np.array_equal(dates, first + np.arange(count)):
        raise DamagedFileError(
            f"{name} does not hold {count:,} dates in a row from {first}"
        )


def _check_positive(values: Floats, name: str) -> None:
    if not (np.isfinite(values) & (values > 0)).all():
        raise DamagedFileError(f"{name} holds values that are not positive")


# Typical share of a month of the year in the yearly mean, from January on: a peak
# when terms begin and one before Christmas, as in the real series.
_SEASON = (1.6, 0.8, 0.8, 0.75, 0.85, 0.85, 0.85, 1.5, 1.15, 0.8, 0.85, 1.5)


def bookstore_sample() -> BookstoreSales:
    """Build the sample: a generated series that rises, falls and repeats its year."""
    rng = np.random.default_rng(_SAMPLE_SEED)
    month = np.arange(_MONTH_COUNT)
    years = month / 12
    level = 700 + 55 * np.minimum(years, 13) - 45 * np.maximum(years - 15, 0)
    noise = 1 + 0.06 * (rng.random(_MONTH_COUNT) - 0.5)
    sales = np.round(level * np.array(_SEASON)[month % 12] * noise)
    return BookstoreSales(_FIRST_MONTH + month, sales)


def ridership_sample() -> Ridership:
    """Build the sample: generated boardings with a week, a year and free days."""
    rng = np.random.default_rng(_SAMPLE_SEED)
    days = _FIRST_DAY + np.arange(_DAY_COUNT)
    weekday = np.arange(_DAY_COUNT) % 7  # 1 January 2001 was a Monday
    date = np.array([str(day)[5:] for day in days])
    free = np.isin(date, ["01-01", "07-04", "12-25"]) | (weekday == 6)
    day_type = np.where(free, "U", np.where(weekday == 5, "A", "W"))
    share = np.where(free, 0.42, np.where(weekday == 5, 0.6, 1.0))
    year = np.cos(2 * np.pi * (np.arange(_DAY_COUNT) % 365.25) / 365.25)
    drift = np.cumsum(rng.random(_DAY_COUNT) - 0.5) / 200  # slow ups and downs
    bus, rail = (
        np.round(
            base * share * (1 - 0.05 * year + drift + 0.06 * rng.random(len(days)))
        )
        for base in (850_000.0, 600_000.0)
    )
    return Ridership(days, bus, rail, day_type)


BOOKSTORE_SALES = Entry(
    info=Info(
        name="bookstore_sales",
        title="Book store sales",
        description=(
            "348 months of sales of book stores in the United States, January 1992 to "
            "December 2020, as estimated in 2021 (the Census Bureau revises its "
            "estimates). months: datetime64[M] (n,); sales: float64 (n,), million "
            "dollars, not adjusted. Not split: a series is split in time."
        ),
        files=(
            File(
                role="table",
                path="book-store-sales/book_store_sales.csv",
                sha256="a145c9ccf20d5412f9d24b666a68d815"
                "c0f6088336c983aea00e97e29c3302ce",
                size=4_016,
                # The Census Bureau gives out the series by a form, without an address.
                urls=(
                    "https://raw.githubusercontent.com/jpgacrama/DeepLearning/"
                    "03b230394a4bc8741c3afb7929630e25564561a9/data/"
                    "book_store_sales.csv",
                ),
            ),
        ),
        sample=(
            "a generated series of the same 348 months, with a peak in January, August "
            "and December; no sales"
        ),
        licence="public domain (work of the United States government)",
        attribution=(
            "United States Census Bureau, Monthly Retail Trade Survey, code 451211 "
            "(book stores), sales, not adjusted"
        ),
    ),
    build=bookstore_sales,
    build_sample=bookstore_sample,
    sample_licence="MIT, like this library",
    sample_attribution="generated by ldl_lib; these numbers are no sales",
)

RIDERSHIP = Entry(
    info=Info(
        name="ridership",
        title="Chicago ridership",
        description=(
            "7,639 days of boardings of Chicago's buses and trains, January 2001 to "
            "November 2021. days: datetime64[D] (n,); bus, rail: float64 (n,), "
            "boardings; day_type: str (n,), W weekday, A Saturday, U Sunday or "
            "holiday. Not split: a series is split in time."
        ),
        files=(
            File(
                role="table",
                path="ridership/CTA_-_Ridership_-_Daily_Boarding_Totals.csv",
                sha256="34faaba085ca21434b7dd3e0abcbaf8c"
                "de5be3a4f170dda1c8caef72c5c4bd06",
                size=268_584,
                urls=(
                    "https://raw.githubusercontent.com/ageron/data/main/ridership/"
                    "CTA_-_Ridership_-_Daily_Boarding_Totals.csv",
                ),
            ),
        ),
        sample=(
            "generated boardings for the same 7,639 days, with a week and a year; no "
            "trips"
        ),
        licence="terms of use of the City of Chicago's data portal",
        attribution=(
            "Chicago Transit Authority, Daily Boarding Totals, through the City of "
            "Chicago's data portal; file prepared by A. Géron"
        ),
    ),
    build=ridership,
    build_sample=ridership_sample,
    sample_licence="MIT, like this library",
    sample_attribution="generated by ldl_lib; these numbers are no trips",
)

ENTRIES = (BOOKSTORE_SALES, RIDERSHIP)
