"""E4.7: the best of k equal models, against SciPy and against simulation."""

import re

import numpy as np
import pytest
from scipy import stats

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.digits import curse
from ldl_lib.figures.theme import DARK_TWIN


@pytest.mark.parametrize("n", curse.SIZES)
@pytest.mark.parametrize("p", curse.SKILLS)
def test_distribution_is_the_binomial_one(n, p):
    theirs = stats.binom.cdf(np.arange(n + 1), n, p)
    np.testing.assert_allclose(curse.distribution(n, p), theirs, atol=1e-9)


@pytest.mark.parametrize(("k", "n", "p"), [(500, 1000, 0.75), (30, 100, 0.9)])
def test_expected_best_is_that_of_simulated_contests(k, n, p):
    best = np.random.default_rng(1).binomial(n, p, (4000, k)).max(axis=1) / n
    error = 4 * best.std() / np.sqrt(len(best))
    assert curse.expected_best(k, n, p) == pytest.approx(best.mean(), abs=error)


def test_numbers_of_the_page():
    assert curse.expected_best(500, 10_000, 0.75) == pytest.approx(0.763, abs=5e-4)
    assert curse.expected_best(500, 1_000, 0.75) == pytest.approx(0.791, abs=5e-4)
    assert curse.expected_best(1, 1_000, 0.9) == pytest.approx(0.9, abs=1e-9)


def test_more_models_flatter_more_and_more_images_less():
    gaps = [
        [curse.expected_best(k, n, 0.75) - 0.75 for k in curse.MODELS]
        for n in curse.SIZES
    ]
    assert (np.diff(gaps, axis=1) > 0).all()
    assert (np.diff(gaps, axis=0)[:, 1:] < 0).all()


def test_state_shows_the_winner_on_both_sets():
    here, fresh = curse.scores(1_000, 0.75, 1)
    best = int(here[:100].argmax())
    state = curse.state(100, 1_000, 0.75, 1)
    assert len(state["data[0].x"]) == len(state["data[0].y"]) == 200
    assert state["data[3].y"] == [here[best], fresh[best]]
    assert state["data[3].x"][0] == state["data[0].x"][best]
    assert f"{here[:100].max():.1%}" in curse.words(100, 1_000, 0.75, 1)
    low, high = curse.figure().layout.yaxis.range
    for n in curse.SIZES:
        for p in curse.SKILLS:
            both = np.concatenate([curse.scores(n, p, draw) for draw in curse.DRAWS])
            assert low < both.min() <= both.max() < high


def test_every_state_has_the_same_paths_and_only_theme_colours():
    values = {"k": 30, "n": 1_000, "p": 0.75, "draw": 1}
    paths = frozenset(evaluate(curse.state, values, None))
    for k in curse.MODELS:
        evaluate(curse.state, values | {"k": k}, paths)
    hexes = set(
        re.findall(
            r"#[0-9a-f]{6}", curse.figure().update_layout(template=None).to_json()
        )
    )
    assert hexes <= set(DARK_TWIN)
