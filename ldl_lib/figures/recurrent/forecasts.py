"""E9.3: seven ways to forecast next month's sales, on the same 68 months."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from ldl_lib.figures._shared import State, plain_layout, still
from ldl_lib.figures.recurrent.stationarity import SEASON, years
from ldl_lib.figures.theme import color

Floats = NDArray[np.float64]

MONTHS = 339  # January 1992 to March 2020, as in the book
TRAINING = 271  # months; the other 68 are to be forecast
MOST_MONTHS = 24  # that an average or an autoregression looks back at
ARTIFACT = Path(__file__).parents[2] / "artifacts/09_forecasts.npz"
NETWORKS = {"dense network": "dense", "recurrent network": "recurrent"}
AVERAGE, REGRESSION = "moving average", "autoregression"
LAST_YEAR = "same month last year"
BASELINES = ("last month", LAST_YEAR, "that × growth", AVERAGE, REGRESSION)


def last_month(sales: Floats) -> Floats:
    """Forecast the months from `TRAINING` on by the month before.

    Parameters
    ----------
    sales : ndarray, shape (n,)
        All months. Like all forecasts here, one for month t looks at months before t
        only.

    Returns
    -------
    ndarray, shape (n − 271,)
    """
    return sales[TRAINING - 1 : -1]


def same_month_last_year(sales: Floats) -> Floats:
    """Forecast by the same month of the year before; as in `last_month`."""
    return sales[TRAINING - SEASON : -SEASON]


def with_growth(sales: Floats) -> Floats:
    """Forecast by the same month last year, times how the year compares.

    The factor is the sum of the last twelve months divided by that of the twelve
    months before them; otherwise as in `last_month`.
    """
    year = np.convolve(sales, np.ones(SEASON), "valid")  # year[i]: months i to i + 11
    ends = np.arange(TRAINING, len(sales)) - SEASON
    return sales[ends] * year[ends] / year[ends - SEASON]


def moving_average(sales: Floats, months: int) -> Floats:
    """Forecast by the mean of so many months before; otherwise as in `last_month`."""
    means = np.convolve(sales, np.full(months, 1 / months), "valid")
    return means[TRAINING - months : -1]


def lags(sales: Floats, first: int, months: int) -> Floats:
    """Return a row for each month from `first` on: 1, and the months before it.

    Parameters
    ----------
    sales : ndarray, shape (n,)
    first : int
        At least `months`.
    months : int
        How many; the latest comes first.

    Returns
    -------
    ndarray, shape (n − first, 1 + months)
    """
    earlier = [sales[first - k : len(sales) - k] for k in range(1, months + 1)]
    return np.column_stack([np.ones(len(sales) - first), *earlier])


def autoregression(sales: Floats, months: int) -> Floats:
    """Forecast by a weighted sum of the months before and a constant.

    The weights are those of least squares on the training months; otherwise as in
    `last_month`.
    """
    past = sales[:TRAINING]
    X, y = lags(past, months, months), past[months:]
    weights, *_ = np.linalg.lstsq(X, y, rcond=None)
    return np.asarray(lags(sales, TRAINING, months) @ weights)


@cache
def stored() -> dict[str, Floats]:
    """Return what trained networks forecast for the real series, by name.

    Returns
    -------
    dict of str to ndarray, shape (seeds, 68)
        Million dollars; one row for each start of the training. The book-sales lab in
        PyTorch has written them.
    """
    with np.load(ARTIFACT) as arrays:
        return {name: arrays[key].astype(np.float64) for name, key in NETWORKS.items()}


class Forecasts:
    """The figure for one series.

    Parameters
    ----------
    months : array_like of datetime64[M], shape (n,)
        At most the first 339 are looked at.
    sales : array_like, shape (n,)
        Million dollars.
    networks : mapping of str to array_like, shape (seeds, 68), optional
        Forecasts of trained networks, such as `stored` gives.
    """

    def __init__(
        self,
        months: ArrayLike,
        sales: ArrayLike,
        networks: Mapping[str, ArrayLike] | None = None,
    ) -> None:
        self.sales = np.asarray(sales, np.float64)[:MONTHS]
        self.time = years(np.asarray(months)[TRAINING:MONTHS])
        self.target = self.sales[TRAINING:]
        self.deviation = float(self.sales[:TRAINING].std())
        given = networks or {}
        self.networks = {k: np.asarray(v, np.float64) for k, v in given.items()}
        self.methods = (*BASELINES, *self.networks)

    def forecast(self, method: str, months: int) -> Floats:
        """Return a method's forecasts.

        Parameters
        ----------
        method : str
            One of `methods`.
        months : int
            How many months an average or an autoregression looks back at.

        Returns
        -------
        ndarray, shape (seeds, 68)
            One row, except for networks.
        """
        if method in self.networks:
            return self.networks[method]
        if method == AVERAGE:
            return moving_average(self.sales, months)[None]
        if method == REGRESSION:
            return autoregression(self.sales, months)[None]
        simple = {
            "last month": last_month,
            LAST_YEAR: same_month_last_year,
            "that × growth": with_growth,
        }
        return simple[method](self.sales)[None]

    def errors(self, method: str, months: int) -> Floats:
        """Return the mean absolute error of each row of `forecast`, million dollars."""
        off = self.forecast(method, months) - self.target
        return np.asarray(np.abs(off).mean(axis=1))

    def figure(self) -> go.Figure:
        """Draw sales and forecasts, above the errors of all methods."""
        count = len(self.methods)
        rows = np.arange(count)
        below: State = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}
        bar = {"orientation": "h", "width": 0.34, "hoverinfo": "skip"} | below
        drawn = go.Figure(
            [
                go.Scatter(
                    x=self.time,
                    y=self.target,
                    name="sales",
                    mode="lines",
                    line={"color": color("blue"), "width": 2},
                    hoverinfo="skip",
                ),
                go.Scatter(
                    x=self.time,
                    y=[],
                    name="forecast",
                    mode="markers",
                    marker={
                        "symbol": "diamond",
                        "size": 7,
                        "color": color("vermillion"),
                    },
                    error_y={
                        "type": "data",
                        "symmetric": False,
                        "array": [],
                        "arrayminus": [],
                        "color": color("vermillion"),
                        "thickness": 1,
                        "width": 0,
                    },
                    hovertemplate="forecast %{y:,.0f}<extra></extra>",
                ),
                go.Bar(x=[], y=rows, marker={"color": color("axis")}, **bar),
                go.Bar(x=[], y=[], marker={"color": color("vermillion")}, **bar),
                go.Scatter(
                    x=np.zeros(count),
                    y=rows - 0.45,
                    text=[],
                    mode="text",
                    textposition="middle right",
                    textfont={"size": 13},
                    hoverinfo="skip",
                    **below,
                ),
            ]
        )
        drawn.update_layout(
            plain_layout(620, margin={"l": 60, "r": 12, "t": 36, "b": 48}),
            showlegend=True,
            barmode="overlay",
            legend={"y": 1.01, "itemclick": False, "itemdoubleclick": False},
            xaxis=still(
                "", range=[self.time[0] - 0.1, self.time[-1] + 0.1], dtick=1, anchor="y"
            ),
            yaxis=still("million dollars", domain=[0.52, 1], range=[200, 2_000]),
            xaxis2=still("mean error, million dollars", range=[0, 340], anchor="y2"),
            yaxis2=still(
                "",
                domain=[0, 0.42],
                anchor="x2",
                range=[count - 0.5, -0.9],
                showticklabels=False,
                ticks="",
                showgrid=False,
            ),
        )
        return drawn

    def state(self, method: str, months: int) -> State:
        """Return the method's forecasts and the errors of all methods.

        Parameters as in `forecast`. Of several seeds, the one with the middle error is
        drawn, with lines from the lowest to the highest forecast.
        """
        rows = self.forecast(method, months)
        errors = self.errors(method, months)
        drawn = rows[np.argsort(errors)[len(errors) // 2]]
        means = [float(self.errors(each, months).mean()) for each in self.methods]
        return {
            "data[1].y": drawn,
            "data[1].error_y.array": rows.max(axis=0) - drawn,
            "data[1].error_y.arrayminus": drawn - rows.min(axis=0),
            "data[2].x": means,
            "data[3].x": [float(errors.mean())],
            "data[3].y": [self.methods.index(method)],
            "data[4].text": [
                f"{name}: {error:.0f}"
                for name, error in zip(self.methods, means, strict=True)
            ],
        }

    def words(self, method: str, months: int) -> str:
        """Say how far off the method is, and how that compares with last year.

        Parameters as in `forecast`.
        """
        errors = self.errors(method, months)
        mean = float(errors.mean())
        text = (
            f"Off by {mean:.0f} million dollars on average over {len(self.target)} "
            f"months, or {mean / self.deviation:.2f} standard deviations of the "
            "training months"
        )
        if len(errors) > 1:
            text += (
                f" (mean of {len(errors)} seeds, from {errors.min():.0f} to "
                f"{errors.max():.0f})"
            )
        if method == LAST_YEAR:
            return f"{text}."
        ratio = mean / float(self.errors(LAST_YEAR, months).mean())
        return f"{text}: {ratio:.2g} times the error of the same month last year."
