"""Chapter 2's twin of the descent in one dimension agrees with Python."""

import numpy as np
from playwright.sync_api import Page

from ldl_lib.explore import bundle
from ldl_lib.figures.gradients import descent_1d

CALL = """([all, constants]) => all.map((values) =>
  front.registered("compute", "descent_1d")(values, constants))"""


def test_the_twin_agrees_over_random_settings(front: Page) -> None:
    front.add_script_tag(content=bundle.part("compute", "descent_1d"))
    rng = np.random.default_rng(3)
    settings = [
        {
            "curve": str(rng.choice(list(descent_1d.CURVES))),
            "rate": int(rng.integers(1, 51)) / 20,
            "steepness": int(rng.integers(1, 9)) / 4,
            "start": int(rng.integers(-12, 13)) / 4,
            "step": int(rng.integers(16)),
        }
        for _ in range(400)
    ]
    flat = {"rate": 0.5, "steepness": 1.0, "step": 15}
    settings += [
        flat | {"curve": "terrace", "start": 0.0},
        flat | {"curve": "two valleys", "start": 2.5},
        flat | {"curve": "two valleys", "start": -2.5},
        flat | {"curve": "parabola", "start": 2.5, "rate": 2.0},
        flat | {"curve": "parabola", "start": 2.5, "rate": 1.0},
    ]
    twins = front.evaluate(CALL, [settings, descent_1d.CONSTANTS])
    for values, twin in zip(settings, twins, strict=True):
        assert twin.pop("$describe") == descent_1d.words(**values), values
        expected = descent_1d.state(**values)
        assert twin.keys() == expected.keys()
        for path, value in expected.items():
            assert np.allclose(twin[path], value, atol=1e-9, equal_nan=True), (
                values,
                path,
            )
