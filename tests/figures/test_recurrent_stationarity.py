"""E9.2 agrees with statsmodels, and tells a stationary series from others."""

import re

import numpy as np
import pytest

from ldl_lib.data._series import bookstore_sample
from ldl_lib.figures.recurrent import stationarity

SAMPLE = bookstore_sample()
SHOWN = stationarity.Stationarity(SAMPLE.months, SAMPLE.sales)


def test_autocorrelation_is_that_of_statsmodels():
    stattools = pytest.importorskip("statsmodels.tsa.stattools")
    noise = np.random.default_rng(0).normal(size=200).cumsum()
    for values in (SAMPLE.sales, noise):
        expected = stattools.acf(values, nlags=36, fft=False)[1:]
        found = stationarity.autocorrelation(values, 36)
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_differences_by_hand():
    sales = np.array([2.0 ** (i % 12) * (3 if i >= 12 else 1) for i in range(24)])
    change = stationarity.transformed(sales, "change from last month")
    assert np.isnan(change[0])
    np.testing.assert_allclose(change[1:4], [1, 2, 4])
    growth = stationarity.transformed(sales, "growth in a year")
    assert np.isnan(growth[:12]).all()
    np.testing.assert_allclose(growth[12:], 100 * np.log(3))
    again = stationarity.transformed(sales, "change of that growth")
    assert np.isnan(again[:13]).all()
    np.testing.assert_allclose(again[13:], 0, atol=1e-12)


def test_months_become_years():
    months = np.array(["1969-07", "1992-01", "1992-02", "2020-03"], "datetime64[M]")
    expected = [1969.5, 1992, 1992 + 1 / 12, 2020 + 2 / 12]
    np.testing.assert_allclose(stationarity.years(months), expected)


@pytest.mark.parametrize("name", stationarity.TRANSFORMS)
def test_the_window_of_any_year_is_complete(name):
    first, last = SHOWN.first_years
    assert (first, last) == (1993, 2015)
    # A difference over a year has no values in 1992, and none for a month after it.
    lengths = [len(SHOWN.window(name, year)) for year in range(first, last + 1)]
    assert lengths[0] in {59, 60}
    assert set(lengths[1:]) == {60}
    assert np.isfinite(SHOWN.window(name, first)).all()


@pytest.mark.parametrize("name", stationarity.TRANSFORMS)
def test_the_state_lies_within_its_axis(name):
    state = SHOWN.state(name, 2000)
    low, high = state["layout.yaxis.range"]
    for path in ("data[0].y", "data[1].y", "data[2].y"):
        values = np.array(state[path])
        values = values[~np.isnan(values)]
        assert values.size
        assert low < values.min() <= values.max() < high
    inside = SAMPLE.sales[96:156]
    if name == "sales":
        assert state["data[1].y"] == [inside.mean()] * 2
        assert state["data[2].y"][4] - inside.mean() == pytest.approx(inside.std())
    assert state["layout.shapes[0].x1"] - state["layout.shapes[0].x0"] == 5


def test_the_words_find_the_drift_and_the_season():
    text = SHOWN.words("sales", 2000)
    assert f"{SAMPLE.sales[96:156].mean():,.0f}" in text
    means = re.search(r"mean goes from ([\d,]+) to ([\d,]+)", text)
    low, high = (int(each.replace(",", "")) for each in means.groups())
    assert high > 1.2 * low
    change = SHOWN.words("change of that growth", 2000)
    drift = re.search(r"mean goes from ([−\d.]+) to ([−\d.]+)", change)
    assert all(abs(float(each.replace("−", "-"))) < 1 for each in drift.groups())
    assert "correlate by 0.9" in text
    assert "correlate by 0.9" not in change
