"""E9.2: a series and what is left of it after differences, window by window."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures._shared import State, fixed, plain_layout, still
from ldl_lib.figures.recurrent._axes import signed_axis
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

SEASON = 12  # months
YEARS = 5  # that a window is long
LAGS = 36  # months, that correlations are shown for
BAND = 0.11  # 1.96/√n: 19 of 20 correlations of pure noise lie within, n about 330


class _Transform(NamedTuple):
    """What to make of the sales, and how to write and draw its values."""

    unit: str
    digits: int
    low: float
    high: float
    dtick: float


TRANSFORMS = {
    "sales": _Transform("million dollars", 0, 0, 2_600, 500),
    "logarithm of sales": _Transform("log of million dollars", 2, 5.7, 8, 0.5),
    "change from last month": _Transform("million dollars", 0, -1_400, 1_400, 500),
    "growth in a year": _Transform("%", 1, -48, 32, 20),
    "change of that growth": _Transform("percentage points", 1, -48, 32, 20),
}


def transformed(sales: ArrayLike, name: str) -> Floats:
    """Take logarithms or differences of a monthly series.

    Parameters
    ----------
    sales : array_like, shape (n,)
        Positive values.
    name : str
        A key of `TRANSFORMS`. Growth is 100 times the difference of logarithms, which
        is a percentage as long as it is small.

    Returns
    -------
    ndarray, shape (n,)
        NaN at the beginning, where there is nothing to compare with.
    """
    values = np.asarray(sales, np.float64)
    if name == "sales":
        return values
    if name == "logarithm of sales":
        return np.log(values)
    if name == "change from last month":
        return _difference(values, 1)
    growth = 100 * _difference(np.log(values), SEASON)
    return growth if name == "growth in a year" else _difference(growth, 1)


def _difference(values: Floats, lag: int) -> Floats:
    return np.concatenate([np.full(lag, np.nan), values[lag:] - values[:-lag]])


def autocorrelation(values: ArrayLike, lags: int) -> Floats:
    """Correlate a series with itself, 1 to `lags` steps earlier.

    Parameters
    ----------
    values : array_like, shape (n,)
        Without NaN.
    lags : int
        Fewer than n.

    Returns
    -------
    ndarray, shape (lags,)
        Between −1 and 1. As usual, all lags share the mean and the variance of the
        whole series.
    """
    v = np.asarray(values, np.float64)
    v = v - v.mean()
    products = [float(v[k:] @ v[:-k]) for k in range(1, lags + 1)]
    return np.array(products) / float(v @ v)


class Stationarity:
    """The figure for one monthly series.

    Parameters
    ----------
    months : array_like of datetime64[M], shape (n,)
    sales : array_like, shape (n,)
        Positive.
    """

    def __init__(self, months: ArrayLike, sales: ArrayLike) -> None:
        self.time = years(months)
        self._values = {name: transformed(sales, name) for name in TRANSFORMS}
        self._correlations = {
            name: autocorrelation(values[~np.isnan(values)], LAGS)
            for name, values in self._values.items()
        }

    @property
    def first_years(self) -> tuple[int, int]:
        """First year of the first and of the last window."""
        return int(self.time[0]) + 1, int(self.time[-1]) - YEARS

    def window(self, transform: str, year: int) -> Floats:
        """Return the values of the five years from `year` on."""
        inside = (self.time >= year) & (self.time < year + YEARS)
        values = self._values[transform][inside]
        return values[~np.isnan(values)]

    def figure(self) -> go.Figure:
        """Draw the series with a window, above its correlations with its past."""
        quiet = {"hoverinfo": "skip", "showlegend": False}
        lags = np.arange(1, LAGS + 1)
        seasons = lags % SEASON == 0
        spread = {"color": color("vermillion"), "dash": "dot", "width": 2}
        drawn = go.Figure(
            [
                go.Scatter(
                    x=self.time,
                    y=[],
                    mode="lines",
                    line={"color": color("blue"), "width": 1.5},
                    **quiet,
                ),
                go.Scatter(
                    x=[],
                    y=[],
                    mode="lines",
                    name="mean",
                    line={"color": color("vermillion"), "width": 3},
                    hoverinfo="skip",
                ),
                go.Scatter(
                    x=[],
                    y=[],
                    mode="lines",
                    name="± one standard deviation",
                    line=spread,
                    hoverinfo="skip",
                ),
                go.Bar(
                    x=lags,
                    y=[],
                    xaxis="x2",
                    yaxis="y2",
                    width=0.5,
                    marker={
                        "color": np.where(seasons, color("vermillion"), color("blue"))
                    },
                    hovertemplate="%{x} months apart: %{y:.2f}<extra></extra>",
                    showlegend=False,
                ),
            ]
        )
        window = {"type": "rect", "yref": "y domain", "y0": 0, "y1": 1}
        window |= {"fillcolor": color("orange_tint"), "layer": "below"}
        window |= {"line": {"width": 0}}
        noise = {"type": "rect", "xref": "x2 domain", "yref": "y2", "x0": 0, "x1": 1}
        noise |= {"y0": -BAND, "y1": BAND, "layer": "below", "line": {"width": 0}}
        drawn.update_layout(
            plain_layout(500, margin={"l": 60, "r": 12, "t": 36, "b": 48}),
            showlegend=True,
            shapes=[window, noise | {"fillcolor": color("gray_tint")}],
            legend={"y": 1.01, "itemclick": False, "itemdoubleclick": False},
            xaxis=still(
                "", range=[self.time[0], self.time[-1] + 0.2], dtick=5, anchor="y"
            ),
            yaxis=still("", domain=[0.46, 1]),
            xaxis2=still(
                "months apart", range=[0, LAGS + 1], dtick=SEASON, anchor="y2"
            ),
            yaxis2=signed_axis(
                "correlation",
                range=[-1, 1.05],
                domain=[0, 0.32],
                anchor="x2",
            ),
        )
        return drawn

    def state(self, transform: str, year: int) -> State:
        """Return the transformed series, its window, and its correlations.

        Parameters
        ----------
        transform : str
            A key of `TRANSFORMS`.
        year : int
            First year of the window.
        """
        kind = TRANSFORMS[transform]
        inside = self.window(transform, year)
        mean, deviation = float(inside.mean()), float(inside.std())
        ends = [year, year + YEARS]
        return {
            "data[0].y": self._values[transform],
            "data[1].x": ends,
            "data[1].y": [mean, mean],
            "data[2].x": [*ends, np.nan, *ends],
            "data[2].y": [
                mean - deviation,
                mean - deviation,
                np.nan,
                mean + deviation,
                mean + deviation,
            ],
            "data[3].y": self._correlations[transform],
            "layout.shapes[0].x0": year,
            "layout.shapes[0].x1": year + YEARS,
            "layout.yaxis.title.text": kind.unit,
            "layout.yaxis.range": [kind.low, kind.high],
            "layout.yaxis.dtick": kind.dtick,
        }

    def words(self, transform: str, year: int) -> str:
        """Say what mean and spread are in the window, and over all windows.

        Parameters as in `state`.
        """
        kind = TRANSFORMS[transform]
        first, last = self.first_years
        windows = [self.window(transform, start) for start in range(first, last + 1)]
        inside = self.window(transform, year)
        means = [float(values.mean()) for values in windows]
        deviations = [float(values.std()) for values in windows]

        def written(value: float) -> str:
            whole = f"{value:,.0f}".replace("-", "−")
            return fixed(value, kind.digits) if kind.digits else whole

        season = self._correlations[transform][SEASON - 1]
        return (
            f"{year} to {year + YEARS - 1}: mean {written(float(inside.mean()))}, "
            f"standard deviation {written(float(inside.std()))}. Over all windows of "
            f"{YEARS} years the mean goes from {written(min(means))} to "
            f"{written(max(means))}, the standard deviation from "
            f"{written(min(deviations))} to {written(max(deviations))}. "
            f"12 months apart, values correlate by {fixed(float(season), 2)}."
        )


def years(months: ArrayLike) -> Floats:
    """Return months as years with decimals: January 1992 is 1992.0.

    Parameters
    ----------
    months : array_like of datetime64[M]
    """
    numbers: Floats = np.asarray(months, "datetime64[M]").astype(np.int64) / SEASON
    return numbers + 1970
