"""The figures of appendix B fit the page: tables, colours, and nothing outside."""

import json
import re

import numpy as np
import pytest

from ldl_lib.explore import Choice, Player, Slider, Toggle
from ldl_lib.explore.table import build
from ldl_lib.figures.detection import (
    anchors,
    family,
    iou,
    mask_scores,
    matrix,
    precision,
    resolution,
    roi,
    suppression,
    transposed,
    unet,
    upsampling,
)
from ldl_lib.figures.detection._shared import outlines
from ldl_lib.figures.theme import DARK_TWIN

CONTROLS = {
    suppression: {
        "threshold": Slider(0.1, 0.9, step=0.1, value=0.5),
        "cut": Slider(0.1, 0.7, step=0.15, value=0.25),
        "step": Player(suppression.STEPS),
    },
    anchors: {
        "item": Choice(list(anchors.OBJECTS)),
        "stride": Choice(list(anchors.STRIDES)),
        "sizes": Choice(list(anchors.SIZES)),
        "ratios": Choice(list(anchors.RATIOS)),
    },
    roi: {
        "method": Choice(list(roi.METHODS)),
        "x": Slider(0.0, 3.0, step=0.25, value=1.25),
        "y": Slider(0.0, 3.0, step=0.25, value=1.5),
        "size": Choice(list(roi.SIZES)),
    },
    family: {"name": Choice(list(family.DETECTORS))},
    precision: {
        "score": Slider(0.05, 0.95, step=0.05, value=0.5),
        "threshold": Choice(list(precision.THRESHOLDS)),
        "suppress": Toggle(True),
    },
    upsampling: {
        "method": Choice(list(upsampling.METHODS)),
        "cell": Player(upsampling.CELLS),
    },
    transposed: {
        "kind": Choice(list(transposed.KERNELS)),
        "size": Slider(1, transposed.LARGEST, step=1, value=3),
        "stride": Slider(2, transposed.WIDEST, step=1, value=2),
    },
    matrix: {
        "direction": Choice(list(matrix.DIRECTIONS)),
        "size": Slider(2, 4, step=1, value=3),
        "stride": Slider(1, 3, step=1, value=1),
        "row": Player(matrix.STEPS),
    },
    unet: {
        "size": Choice(list(unet.SIZES)),
        "levels": Choice(list(unet.LEVELS)),
        "maps": Choice(list(unet.MAPS)),
        "skips": Toggle(True),
    },
    resolution: {
        "factor": Choice(list(resolution.FACTORS)),
        "method": Choice(list(resolution.METHODS)),
        "scene": Choice([1, 2, 3, 4]),
    },
    mask_scores: {
        "radius": Choice(list(mask_scores.RADII)),
        "prediction": Choice(list(mask_scores.PREDICTIONS)),
    },
}


def name(module):
    return module.__name__.rsplit(".", 1)[-1]


def hexes(text):
    return set(re.findall(r"#[0-9a-fA-F]{6}\b", text))


@pytest.mark.parametrize("module", [iou, *CONTROLS], ids=name)
def test_colours_have_a_dark_twin(module):
    drawn = module.figure().to_plotly_json()
    template = hexes(repr(drawn["layout"]["template"]))
    used = hexes(json.dumps(drawn, default=lambda array: np.asarray(array).tolist()))
    assert used - template <= set(DARK_TWIN)


@pytest.mark.parametrize("module", CONTROLS, ids=name)
def test_tables_are_small(module):
    table = build(module.state, module.words, CONTROLS[module])
    assert len(table.text) < 40_000


@pytest.mark.parametrize("module", [suppression, anchors], ids=name)
def test_boxes_stay_in_the_picture(module):
    layout = module.figure().layout
    boxes = (
        module.CANDIDATES
        if module is suppression
        else np.array(list(module.OBJECTS.values()))
    )
    assert boxes.min() >= 0
    assert boxes[:, 2].max() <= layout.xaxis.range[1]
    assert boxes[:, 3].max() <= layout.yaxis.range[0]


def test_the_frame_holds_every_predicted_box():
    assert iou.WIDTH >= 8 + 8
    assert iou.HEIGHT >= 6 + 6


def test_outlines_close_and_keep_apart():
    x, y = outlines([[0, 1, 2, 3], [4, 5, 6, 7]])
    assert x[:5].tolist() == [0, 2, 2, 0, 0]
    assert y[:5].tolist() == [1, 1, 3, 3, 1]
    assert np.isnan(x[[5, 11]]).all()
    assert np.isnan(outlines([])).all()  # one gap, so that the legend stays
