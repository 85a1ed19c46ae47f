"""E9.3: every forecast looks at the past only, and errors are what they should be."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from ldl_lib.data._series import bookstore_sample
from ldl_lib.figures.recurrent import forecasts

SAMPLE = bookstore_sample()
SALES = SAMPLE.sales[: forecasts.MONTHS]
NETWORKS = {
    "dense network": np.random.default_rng(0).normal(900, 50, (5, 68)),
    "recurrent network": np.random.default_rng(1).normal(900, 10, (5, 68)),
}
VIEWER = forecasts.Forecasts(SAMPLE.months, SAMPLE.sales, NETWORKS)


@pytest.mark.parametrize("place", [0, 1, 40, 67])
def test_baselines_by_hand(place):
    t = forecasts.TRAINING + place
    assert VIEWER.forecast("last month", 1)[0, place] == SALES[t - 1]
    assert VIEWER.forecast("same month last year", 1)[0, place] == SALES[t - 12]
    factor = SALES[t - 12 : t].sum() / SALES[t - 24 : t - 12].sum()
    grown = VIEWER.forecast("that × growth", 1)[0, place]
    assert grown == pytest.approx(SALES[t - 12] * factor)
    for months in (1, 5, 24):
        mean = VIEWER.forecast("moving average", months)[0, place]
        assert mean == pytest.approx(SALES[t - months : t].mean())


@pytest.mark.parametrize("months", [1, 12, 24])
def test_the_autoregression_is_that_of_scikit_learn(months):
    rows = np.stack([SALES[t - months : t] for t in range(months, len(SALES))])
    training = forecasts.TRAINING - months
    line = LinearRegression().fit(rows[:training], SALES[months : forecasts.TRAINING])
    np.testing.assert_allclose(
        VIEWER.forecast("autoregression", months)[0], line.predict(rows[training:])
    )


@pytest.mark.parametrize("method", forecasts.BASELINES)
def test_the_future_changes_no_forecast(method):
    t = forecasts.TRAINING + 30
    other = SAMPLE.sales.copy()
    other[t:] = 1e6
    changed = forecasts.Forecasts(SAMPLE.months, other)
    before = VIEWER.forecast(method, 12)[0]
    after = changed.forecast(method, 12)[0]
    np.testing.assert_array_equal(before[:31], after[:31])
    assert not np.array_equal(before[31:], after[31:])


def test_the_drawn_network_is_the_middle_one():
    errors = VIEWER.errors("dense network", 12)
    expected = np.abs(NETWORKS["dense network"] - SALES[271:]).mean(axis=1)
    np.testing.assert_allclose(errors, expected)
    state = VIEWER.state("dense network", 12)
    drawn = state["data[1].y"]
    assert np.abs(drawn - SALES[271:]).mean() == pytest.approx(np.median(errors))
    top = drawn + state["data[1].error_y.array"]
    bottom = drawn - state["data[1].error_y.arrayminus"]
    np.testing.assert_allclose(top, NETWORKS["dense network"].max(axis=0))
    np.testing.assert_allclose(bottom, NETWORKS["dense network"].min(axis=0))


def test_the_bars_are_the_errors_of_all_methods():
    state = VIEWER.state("moving average", 3)
    assert len(state["data[2].x"]) == len(VIEWER.methods) == 7
    place = state["data[3].y"][0]
    assert VIEWER.methods[place] == "moving average"
    assert state["data[3].x"][0] == state["data[2].x"][place]
    assert (
        state["data[4].text"][place] == f"moving average: {state['data[3].x'][0]:.0f}"
    )


def test_words():
    deviation = SALES[:271].std()
    last = np.abs(np.diff(SALES)[270:]).mean()
    year = np.abs(SALES[271:] - SALES[259:-12]).mean()
    text = VIEWER.words("last month", 12)
    assert f"Off by {last:.0f} million dollars" in text
    assert f"{last / deviation:.2f} standard deviations" in text
    assert f"{last / year:.2g} times the error" in text
    assert "times" not in VIEWER.words("same month last year", 12)
    assert "mean of 5 seeds, from" in VIEWER.words("recurrent network", 12)


def test_without_networks_there_are_five_methods():
    plain = forecasts.Forecasts(SAMPLE.months, SAMPLE.sales)
    assert plain.methods == forecasts.BASELINES
    assert len(plain.figure().data[2].y) == 5


def test_stored_forecasts_belong_to_the_test_months():
    with np.load(forecasts.ARTIFACT) as arrays:
        assert str(arrays["months"][0]) == "2014-08"
        assert str(arrays["months"][-1]) == "2020-03"
    for rows in forecasts.stored().values():
        assert rows.shape[1] == 68
        assert len(rows) >= 5
        # They know the season: Augusts and Januaries stand out.
        assert rows[:, [0, 5, 12, 17]].mean() > 1.3 * np.median(rows)
