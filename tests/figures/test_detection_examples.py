"""Images side by side: what lies where, and which boxes are drawn."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from ldl_lib.detection import Detections, Truth, scenes
from ldl_lib.figures.detection import examples


@pytest.fixture(scope="module")
def made():
    return scenes(4, seed=5)


def pixels(figure):
    source = figure.layout.images[0].source.split(",")[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source))).convert("RGB"))


def test_a_mosaic_holds_every_image_where_its_boxes_are_moved_to(made):
    laid = examples.mosaic(made.images)
    assert laid.shape == (64 + 6 + 64, 64 + 6 + 64, 3)
    np.testing.assert_array_equal(laid[:64, 70:], made.images[1])
    np.testing.assert_array_equal(laid[70:, :64], made.images[2])
    # What lies inside the boxes as drawn is what lies inside the boxes as given.
    nothing = [Detections([], [], [])] * 4
    figure = examples.boxes_figure(made.images, made.truths, nothing)
    boxes = np.asarray(figure.data[0].x).reshape(-1, 6)[:, 0]
    wanted = np.concatenate([truth.boxes for truth in made.truths])
    shift = np.repeat([0, 70, 0, 70], [len(truth.boxes) for truth in made.truths])
    np.testing.assert_array_equal(boxes, wanted[:, 0] + shift)


def test_only_sure_detections_are_drawn_and_each_with_its_class(made):
    found = Detections([[1, 2, 11, 12], [5, 5, 9, 9]], [0.93, 0.49], [3, 1])
    nothing = Detections([], [], [])
    truths = [Truth([[0, 0, 10, 10]], [3])] * 4
    figure = examples.boxes_figure(
        made.images, truths, [nothing, found, nothing, nothing]
    )
    (label,) = figure.layout.annotations
    assert (label.text, label.x, label.y) == ("t 93", 71, 2)
    # Corners; a class without a box has none, only a gap that keeps its legend entry.
    drawn = {trace.name: int(np.isfinite(trace.x).sum()) for trace in figure.data}
    assert drawn == {"": 20, "there": 20, "circle": 0, "square": 0, "triangle": 5}
    assert figure.layout.meta["alt"] == "4 images with 4 objects; 1 detection."


def test_masks_are_painted_below_their_images(made):
    figure = examples.masks_figure(made.images, {"true": made.masks})
    image = pixels(figure)
    first, second = image[70:134, :64], image[70:134, 70:134]
    for painted, mask in zip((first, second), made.masks, strict=False):
        colours = {tuple(painted[mask == k][0]) for k in np.unique(mask)}
        assert len(colours) == len(np.unique(mask))
        for k in np.unique(mask):
            assert len(np.unique(painted[mask == k], axis=0)) == 1
    assert len(figure.layout.images[0].source) < 60_000
