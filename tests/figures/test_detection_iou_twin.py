"""The twin of the IoU figure agrees with Python in every setting."""

import itertools

import numpy as np
from playwright.sync_api import Browser

from ldl_lib.explore import bundle
from ldl_lib.figures.detection import iou

CALL = """([all, constants]) => all.map((values) =>
  front.registered("compute", "box_iou")(values, constants))"""


def test_the_twin_agrees(browser: Browser) -> None:
    page = browser.new_page()
    page.goto("about:blank")
    page.add_script_tag(content=bundle.library() + "window.front = ldl;")
    page.add_script_tag(content=bundle.part("compute", "box_iou"))
    grid = itertools.product(range(9), range(7), range(1, 9), range(1, 7))
    names = ("x", "y", "width", "height")
    settings = [dict(zip(names, values, strict=True)) for values in grid]
    twins = page.evaluate(CALL, [settings, iou.CONSTANTS])
    page.close()
    for values, twin in zip(settings, twins, strict=True):
        assert twin.pop("$describe") == iou.words(**values)
        expected = iou.state(**values)
        assert twin.keys() == expected.keys()
        for path, value in expected.items():
            assert np.array_equal(np.array(twin[path], float), value, equal_nan=True)
