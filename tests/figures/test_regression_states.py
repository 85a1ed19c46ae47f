"""Every state of chapter 6's figures fits its figure, and is told in words."""

import itertools
import re

import pytest

from ldl_lib.explore.states import evaluate
from ldl_lib.figures.regression import (
    bias_variance,
    calibration,
    contours,
    mc_dropout,
    pairs,
    penalised_fit,
    temperature,
    thinned,
)
from ldl_lib.figures.theme import DARK_TWIN


@pytest.mark.parametrize(
    ("module", "grid"),
    [
        (
            pairs,
            itertools.product(
                pairs.UNITS.values(), pairs.LOSSES, pairs.TARGETS.values(), (-6, 0, 2.5)
            ),
        ),
        (temperature, itertools.product((-4, 0, 4), (-1, 3), (0, 5), (0.1, 1, 10))),
        (
            calibration,
            itertools.product(
                calibration.SIZES, calibration.EPOCHS, calibration.TEMPERATURES
            ),
        ),
        (
            penalised_fit,
            itertools.product(
                penalised_fit.REMEDIES.values(),
                range(13),
                penalised_fit.SIZES,
                penalised_fit.NOISES,
            ),
        ),
        (
            contours,
            itertools.product(("L1", "L2"), contours.STRENGTHS, contours.CORRELATIONS),
        ),
        (
            bias_variance,
            itertools.product(
                bias_variance.DEGREES,
                bias_variance.SIZES,
                bias_variance.NOISES,
                bias_variance.STRENGTHS.values(),
            ),
        ),
        (
            thinned,
            itertools.product(thinned.RATES, (True, False), range(thinned.DRAWS + 1)),
        ),
        (
            mc_dropout,
            itertools.product(mc_dropout.RATES, mc_dropout.PASSES, mc_dropout.EPOCHS),
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_state_fits_its_figure(module, grid):
    figure = module.figure()
    paths = None
    names = module.state.__code__.co_varnames
    for setting in grid:
        values = dict(zip(names, setting, strict=False))
        state = evaluate(module.state, values, paths)
        paths = frozenset(state)
        for path in state:
            if path.startswith("data["):
                trace, attribute = path.removeprefix("data[").split("].")
                assert attribute in figure.data[int(trace)]
        assert module.words(**values)
    own = figure.to_plotly_json()
    own["layout"].pop("template")
    assert set(re.findall(r"#[0-9a-f]{6}", str(own))) <= set(DARK_TWIN)
