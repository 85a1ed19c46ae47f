"""Boxes, masks and how good they are: object detection and segmentation in NumPy.

Boxes are rows (x0, y0, x1, y1) in pixels, x to the right and y downwards. They are
continuous: a pixel in column 3 covers x from 3 to 4, so a box around columns 3 and 4
alone runs from x0 = 3 to x1 = 5 and is 2 wide.

References
----------
.. [1] R. Girshick et al., "Rich feature hierarchies for accurate object detection and
   semantic segmentation", CVPR 2014.
.. [2] S. Ren et al., "Faster R-CNN: Towards Real-Time Object Detection with Region
   Proposal Networks", NeurIPS 2015.
.. [3] T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014.
.. [4] M. Everingham et al., "The Pascal Visual Object Classes (VOC) Challenge",
   International Journal of Computer Vision 88, 2010.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CLASSES",
    "COCO_THRESHOLDS",
    "Detections",
    "PrecisionRecall",
    "Scenes",
    "Truth",
    "anchor_boxes",
    "average_precision",
    "average_precisions",
    "class_iou",
    "decode_boxes",
    "encode_boxes",
    "iou",
    "match_detections",
    "mean_average_precision",
    "mean_iou",
    "non_maximum_suppression",
    "overlaps",
    "precision_recall",
    "scenes",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

COCO_THRESHOLDS = np.linspace(0.5, 0.95, 10)  # of IoU, over which COCO averages
RECALLS = np.linspace(0, 1, 101)  # at which COCO reads the precision
MOST_DETECTIONS = 100  # of a class in an image; COCO ignores what comes after


class Overlaps(NamedTuple):
    """How much boxes share.

    Attributes
    ----------
    intersection, union : ndarray of float64, shape (n, m)
        Areas in square pixels, for each pair.
    """

    intersection: Floats
    union: Floats


class Detections(NamedTuple):
    """What a detector finds in one image.

    Attributes
    ----------
    boxes : array_like, shape (n, 4)
        Rows (x0, y0, x1, y1), in pixels.
    scores : array_like, shape (n,)
        How sure it is; higher is surer.
    classes : array_like of int, shape (n,)
        What it takes each for.
    """

    boxes: ArrayLike
    scores: ArrayLike
    classes: ArrayLike


class Truth(NamedTuple):
    """What there is in one image.

    Attributes
    ----------
    boxes : array_like, shape (n, 4)
        Rows (x0, y0, x1, y1), in pixels.
    classes : array_like of int, shape (n,)
        What each is.
    """

    boxes: ArrayLike
    classes: ArrayLike


class PrecisionRecall(NamedTuple):
    """Precision and recall as the threshold falls.

    Attributes
    ----------
    scores : ndarray of float64, shape (n,)
        Thresholds: the detections' scores, falling.
    precision, recall : ndarray of float64, shape (n,)
        Of all detections down to this one.
    envelope : ndarray of float64, shape (n,)
        The best precision at this recall or a higher one.
    """

    scores: Floats
    precision: Floats
    recall: Floats
    envelope: Floats


def _boxes(boxes: ArrayLike) -> Floats:
    """Return boxes as an array (n, 4); an empty list is no box."""
    array = np.asarray(boxes, dtype=np.float64)
    if array.size == 0:
        return array.reshape(0, 4)
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(
            f"boxes of shape {array.shape}: expected rows x0, y0, x1, y1, shape (n, 4)"
        )
    if (array[:, :2] > array[:, 2:]).any():
        raise ValueError("a box ends before it begins: expected x0 ≤ x1 and y0 ≤ y1")
    return array


def overlaps(a: ArrayLike, b: ArrayLike) -> Overlaps:
    """Return intersection and union of each box of `a` with each of `b`.

    Parameters
    ----------
    a, b : array_like, shapes (n, 4) and (m, 4)
        Rows (x0, y0, x1, y1), in pixels.

    Raises
    ------
    ValueError
        If the shape is another, or a box ends before it begins.
    """
    a, b = _boxes(a), _boxes(b)
    lower = np.maximum(a[:, None, :2], b[None, :, :2])
    upper = np.minimum(a[:, None, 2:], b[None, :, 2:])
    intersection = np.clip(upper - lower, 0, None).prod(axis=2)
    areas = (a[:, 2:] - a[:, :2]).prod(axis=1), (b[:, 2:] - b[:, :2]).prod(axis=1)
    return Overlaps(intersection, areas[0][:, None] + areas[1] - intersection)


def iou(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return the intersection over union of each box of `a` with each of `b`.

    Parameters
    ----------
    a, b : array_like, shapes (n, 4) and (m, 4)
        Rows (x0, y0, x1, y1), in pixels.

    Returns
    -------
    ndarray of float64, shape (n, m)
        From 0 (nothing in common) to 1 (equal). Two boxes without area have 0.

    Raises
    ------
    ValueError
        If the shape is another, or a box ends before it begins.
    """
    intersection, union = overlaps(a, b)
    return np.divide(
        intersection, union, out=np.zeros_like(intersection), where=union > 0
    )


def non_maximum_suppression(
    boxes: ArrayLike, scores: ArrayLike, threshold: float
) -> Integers:
    """Keep the surest of several boxes that overlap.

    The box with the highest score is kept, all that overlap it too much are dropped,
    and so on with what is left. Boxes of other classes should not compete: call it
    once a class.

    Parameters
    ----------
    boxes : array_like, shape (n, 4)
        Rows (x0, y0, x1, y1), in pixels.
    scores : array_like, shape (n,)
        Higher is surer. Of equal scores the first comes first.
    threshold : float
        A box is dropped if its IoU with one that is kept is larger than this.

    Returns
    -------
    ndarray of int64, shape (kept,)
        Positions of the boxes kept, the surest first.

    Raises
    ------
    ValueError
        If there is not one score a box.
    """
    boxes = _boxes(boxes)
    scores = np.asarray(scores, dtype=np.float64)
    if scores.shape != (len(boxes),):
        raise ValueError(
            f"{scores.shape} scores for {len(boxes)} boxes: expected one each"
        )
    left = np.argsort(-scores, kind="stable")
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        left = left[iou(boxes[best : best + 1], boxes[left])[0] <= threshold]
    return np.array(kept, dtype=np.int64)


def anchor_boxes(
    rows: int, columns: int, stride: float, sizes: ArrayLike, ratios: ArrayLike
) -> Floats:
    """Return the boxes from which a detector starts, at each cell of a feature map.

    Parameters
    ----------
    rows, columns : int
        Of the feature map.
    stride : float
        Pixels of the image from one cell to the next. The first centre lies at half of
        it.
    sizes : array_like, shape (s,)
        Side of a square of the same area, in pixels.
    ratios : array_like, shape (r,)
        Width divided by height.

    Returns
    -------
    ndarray of float64, shape (rows · columns · s · r, 4)
        Row by row of the map, then size by size, then ratio by ratio.
    """
    sizes, roots = np.asarray(sizes, float), np.sqrt(np.asarray(ratios, float))
    widths, heights = np.ravel(sizes[:, None] * roots), np.ravel(sizes[:, None] / roots)
    y, x = np.meshgrid(
        (np.arange(rows) + 0.5) * stride,
        (np.arange(columns) + 0.5) * stride,
        indexing="ij",
    )
    centres = np.stack([x, y], axis=-1).reshape(-1, 1, 2)
    halves = np.stack([widths, heights], axis=-1) / 2
    return np.concatenate([centres - halves, centres + halves], axis=2).reshape(-1, 4)


def encode_boxes(boxes: ArrayLike, anchors: ArrayLike) -> Floats:
    """Return what turns each anchor into its box: the targets of box regression.

    Parameters
    ----------
    boxes, anchors : array_like, shape (n, 4)
        Rows (x0, y0, x1, y1), in pixels, all with an area.

    Returns
    -------
    ndarray of float64, shape (n, 4)
        Shift of the centre to the right and down, in widths and heights of the anchor;
        logarithms of the ratios of widths and of heights [1]_, [2]_.

    Raises
    ------
    ValueError
        If a box or anchor has no area, or there is not one box an anchor.
    """
    centres, sizes = _centres_and_sizes(boxes)
    anchor_centres, anchor_sizes = _centres_and_sizes(anchors)
    if centres.shape != anchor_centres.shape:
        raise ValueError(f"{len(centres)} boxes for {len(anchor_centres)} anchors")
    if not (sizes > 0).all() or not (anchor_sizes > 0).all():
        raise ValueError("a box without area has no logarithm of its size")
    shift = (centres - anchor_centres) / anchor_sizes
    return np.hstack([shift, np.log(sizes / anchor_sizes)])


def decode_boxes(offsets: ArrayLike, anchors: ArrayLike) -> Floats:
    """Return the boxes that predicted offsets make of anchors.

    The inverse of `encode_boxes`.

    Parameters
    ----------
    offsets, anchors : array_like, shape (n, 4)
        As `encode_boxes` returns them; rows (x0, y0, x1, y1) in pixels.

    Returns
    -------
    ndarray of float64, shape (n, 4)
        Rows (x0, y0, x1, y1), in pixels.
    """
    offsets = np.asarray(offsets, dtype=np.float64).reshape(-1, 4)
    anchor_centres, anchor_sizes = _centres_and_sizes(anchors)
    centres = anchor_centres + offsets[:, :2] * anchor_sizes
    halves = np.exp(offsets[:, 2:]) * anchor_sizes / 2
    return np.hstack([centres - halves, centres + halves])


def _centres_and_sizes(boxes: ArrayLike) -> tuple[Floats, Floats]:
    boxes = _boxes(boxes)
    return (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]


def match_detections(
    boxes: ArrayLike, scores: ArrayLike, truth: ArrayLike, threshold: float
) -> Integers:
    """Say which object each detection of one class in one image has found.

    The surest detection chooses first. It gets the object it overlaps most, among
    those that no surer one has. A second box on the same object finds nothing.

    Parameters
    ----------
    boxes : array_like, shape (n, 4)
        Detected, rows (x0, y0, x1, y1).
    scores : array_like, shape (n,)
        Of the detections.
    truth : array_like, shape (m, 4)
        The objects' boxes.
    threshold : float
        An IoU below it does not count.

    Returns
    -------
    ndarray of int64, shape (n,)
        Position of the object in `truth`, or −1 for a false alarm.
    """
    shared = iou(boxes, truth)
    found = np.full(len(shared), -1, dtype=np.int64)
    if shared.shape[1] == 0:
        return found
    for i in np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable"):
        best = shared.shape[1] - 1 - np.argmax(shared[i, ::-1])  # of equals the last
        # As in COCO's program: equal boxes pass a threshold of 1 despite rounding.
        if shared[i, best] >= min(threshold, 1 - 1e-10):
            found[i] = best
            shared[:, best] = -1.0
    return found


def precision_recall(
    scores: ArrayLike, correct: ArrayLike, positives: int
) -> PrecisionRecall:
    """Return precision and recall after each detection, the surest first.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Of the detections of one class in all images.
    correct : array_like of bool, shape (n,)
        Which of them found an object.
    positives : int
        How many objects of the class there are, found or not.
    """
    scores = np.asarray(scores, dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(np.asarray(correct, dtype=bool)[order])
    precision = hits / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return PrecisionRecall(scores[order], precision, hits / positives, envelope)


def average_precision(scores: ArrayLike, correct: ArrayLike, positives: int) -> float:
    """Return the average precision of one class, as COCO defines it.

    The mean, over the recalls 0, 0.01, …, 1, of the best precision at that recall or a
    higher one; 0 where no threshold reaches the recall [3]_.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Of the detections of one class in all images.
    correct : array_like of bool, shape (n,)
        Which of them found an object.
    positives : int
        How many objects of the class there are, found or not.

    Returns
    -------
    float
        From 0 to 1; NaN if there is no object of the class.
    """
    if positives == 0:
        return float("nan")
    curve = precision_recall(scores, correct, positives)
    reached = np.searchsorted(curve.recall, RECALLS, side="left")
    return float(np.append(curve.envelope, 0.0)[reached].mean())


def average_precisions(
    predictions: Sequence[Detections],
    truths: Sequence[Truth],
    thresholds: ArrayLike = COCO_THRESHOLDS,
) -> tuple[Integers, Floats]:
    """Return the average precision of each class at each IoU threshold.

    Parameters
    ----------
    predictions : sequence of Detections
        One for each image. Of each class in an image the surest 100 count.
    truths : sequence of Truth
        One for each image, in the same order.
    thresholds : array_like, shape (t,)
        From which IoU on a box counts as found. COCO's ten by default.

    Returns
    -------
    classes : ndarray of int64, shape (c,)
        The classes that occur in `truths`, rising.
    precisions : ndarray of float64, shape (c, t)
        From 0 to 1.

    Raises
    ------
    ValueError
        If there are not as many predictions as truths.
    """
    if len(predictions) != len(truths):
        raise ValueError(f"{len(predictions)} predictions for {len(truths)} images")
    thresholds = np.atleast_1d(np.asarray(thresholds, dtype=np.float64))
    there = [np.asarray(truth.classes, dtype=np.int64) for truth in truths]
    classes = np.unique(np.concatenate([np.empty(0, np.int64), *there]))
    precisions = np.array(
        [
            [_average_precision(predictions, truths, k, t) for t in thresholds]
            for k in classes
        ]
    )
    return classes, precisions.reshape(len(classes), len(thresholds))


def _average_precision(
    predictions: Sequence[Detections],
    truths: Sequence[Truth],
    class_: int,
    threshold: float,
) -> float:
    """Return the average precision of one class at one IoU threshold."""
    all_scores, all_correct, positives = [np.empty(0)], [np.empty(0, bool)], 0
    for prediction, truth in zip(predictions, truths, strict=True):
        objects = _boxes(truth.boxes)[np.asarray(truth.classes) == class_]
        positives += len(objects)
        mine = np.asarray(prediction.classes) == class_
        scores = np.asarray(prediction.scores, dtype=np.float64)[mine]
        surest = np.argsort(-scores, kind="stable")[:MOST_DETECTIONS]
        boxes = _boxes(prediction.boxes)[mine][surest]
        found = match_detections(boxes, scores[surest], objects, threshold)
        all_scores.append(scores[surest])
        all_correct.append(found >= 0)
    return average_precision(
        np.concatenate(all_scores), np.concatenate(all_correct), positives
    )


def mean_average_precision(
    predictions: Sequence[Detections],
    truths: Sequence[Truth],
    thresholds: ArrayLike = COCO_THRESHOLDS,
) -> float:
    """Return the mean of the average precisions over classes and IoU thresholds.

    With the default thresholds it is the number that COCO calls AP; with 0.5 alone it
    is close to that of Pascal VOC, which reads the curve at other recalls [4]_.

    Parameters
    ----------
    predictions : sequence of Detections
        One for each image.
    truths : sequence of Truth
        One for each image, in the same order.
    thresholds : array_like, shape (t,)
        From which IoU on a box counts as found.

    Returns
    -------
    float
        From 0 to 1; NaN if there is no object in any image.

    Raises
    ------
    ValueError
        If there are not as many predictions as truths.
    """
    _, precisions = average_precisions(predictions, truths, thresholds)
    return float(precisions.mean()) if precisions.size else float("nan")


def class_iou(predicted: ArrayLike, truth: ArrayLike, classes: int) -> Floats:
    """Return the IoU of each class over all pixels.

    Parameters
    ----------
    predicted, truth : array_like of int, of the same shape
        Class of each pixel, 0 to classes − 1, of one image or many.
    classes : int
        Number of classes, with the background.

    Returns
    -------
    ndarray of float64, shape (classes,)
        From 0 to 1; NaN for a class that occurs in neither.

    Raises
    ------
    ValueError
        If the shapes differ, or a class is out of range.
    """
    predicted, truth = np.asarray(predicted), np.asarray(truth)
    if predicted.shape != truth.shape:
        raise ValueError(
            f"predicted {predicted.shape} and truth {truth.shape} differ in shape"
        )
    both = np.stack([truth.ravel(), predicted.ravel()]).astype(np.int64)
    if both.size and not (both.min() >= 0 and both.max() < classes):
        raise ValueError(f"classes must be 0 to {classes - 1}, got {np.unique(both)}")
    pairs = np.bincount(both[0] * classes + both[1], minlength=classes**2)
    counts = pairs.reshape(classes, classes)
    intersection = np.diag(counts).astype(np.float64)
    union = counts.sum(axis=0) + counts.sum(axis=1) - intersection
    shares: Floats = np.full(classes, np.nan)
    np.divide(intersection, union, out=shares, where=union > 0)
    return shares


def mean_iou(predicted: ArrayLike, truth: ArrayLike, classes: int) -> float:
    """Return the mean over classes of the IoU over all pixels.

    Parameters
    ----------
    predicted, truth : array_like of int, of the same shape
        Class of each pixel, 0 to classes − 1, of one image or many.
    classes : int
        Number of classes, with the background.

    Returns
    -------
    float
        From 0 to 1. Classes that occur in neither do not count.

    Raises
    ------
    ValueError
        If the shapes differ, or a class is out of range.
    """
    return float(np.nanmean(class_iou(predicted, truth, classes)))


CLASSES = ("background", "circle", "square", "triangle")
SCENE_SIZE = 64
MOST_OBJECTS = 4
RADII = (6.0, 13.0)  # of the circle around a shape, in pixels
TILT = np.pi / 12  # by which squares and triangles are turned at most
LEAST_SEEN = 0.5  # share of an object that others must not hide
CONTRAST = 90.0  # distance of an object's colour from the ground's, of 442


class Scenes(NamedTuple):
    """Generated images with what there is in them.

    Attributes
    ----------
    images : ndarray of uint8, shape (n, 64, 64, 3)
        Red, green, blue.
    masks : ndarray of uint8, shape (n, 64, 64)
        Class of each pixel, a position in `CLASSES`; 0 is the background.
    truths : list of Truth
        Boxes and classes (1 to 3) of the objects, those behind first. A box surrounds
        the whole object, also what another one hides.
    """

    images: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    truths: list[Truth]


def scenes(n: int, seed: int) -> Scenes:
    """Make images of one to four coloured shapes on textured ground.

    Circles, squares and triangles of any colour, 8 to 26 pixels large, may overlap; at
    least half of each object is seen. The colour says nothing about the class.

    Parameters
    ----------
    n : int
        Number of images.
    seed : int
        The same seed gives the same images; the first m of n are those of m.
    """
    rng = np.random.default_rng(seed)
    size = SCENE_SIZE
    images = np.empty((n, size, size, 3), dtype=np.uint8)
    masks = np.zeros((n, size, size), dtype=np.uint8)
    truths = []
    for image, mask in zip(images, masks, strict=True):
        colour = rng.uniform(30, 225, size=3)
        picture = _ground(colour, rng)
        silhouettes, classes = _arrange(rng)
        for silhouette, class_ in zip(silhouettes, classes, strict=True):
            picture[silhouette] = _contrasting(colour, rng)
            mask[silhouette] = class_
        noisy = picture + rng.normal(0, 8, size=picture.shape)
        image[:] = np.clip(noisy, 0, 255).astype(np.uint8)
        boxes = np.array([_surrounding(silhouette) for silhouette in silhouettes])
        truths.append(Truth(boxes, np.array(classes, dtype=np.int64)))
    return Scenes(images, masks, truths)


def _pixels() -> tuple[Floats, Floats]:
    """Return x and y of the centres of all pixels."""
    centres = np.arange(SCENE_SIZE) + 0.5
    x, y = np.meshgrid(centres, centres)
    return x, y


def _ground(colour: Floats, rng: np.random.Generator) -> Floats:
    """Return stripes of a random direction and width, and a slow change of light."""
    x, y = _pixels()
    angle, light = rng.uniform(0, 2 * np.pi, size=2)
    wave, phase = rng.uniform(4, 16), rng.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    stripes = rng.uniform(0, 20) * np.sin(2 * np.pi * along / wave + phase)
    slope = x * np.cos(light) + y * np.sin(light)
    shade = rng.uniform(0, 25) * slope / SCENE_SIZE
    ground: Floats = colour + (stripes + shade)[..., None]
    return ground


def _arrange(rng: np.random.Generator) -> tuple[list[Flags], list[int]]:
    """Return silhouettes and classes of objects that stay half in sight."""
    silhouettes: list[Flags] = []
    classes: list[int] = []
    wanted = rng.integers(1, MOST_OBJECTS + 1)
    while len(silhouettes) < wanted:
        class_ = int(rng.integers(1, len(CLASSES)))
        new = _silhouette(CLASSES[class_], rng)
        hidden = np.zeros_like(new)
        for behind in [new, *silhouettes[::-1]]:
            if (behind & ~hidden).sum() < LEAST_SEEN * behind.sum():
                break
            hidden |= behind
        else:
            silhouettes.append(new)
            classes.append(class_)
    return silhouettes, classes


def _silhouette(name: str, rng: np.random.Generator) -> Flags:
    """Return the pixels of a shape of random place, size and tilt."""
    radius = rng.uniform(*RADII)
    centre_x, centre_y = rng.uniform(radius, SCENE_SIZE - radius, size=2)
    tilt = rng.uniform(-TILT, TILT)
    x, y = _pixels()
    x, y = x - centre_x, y - centre_y
    across = x * np.cos(tilt) + y * np.sin(tilt)
    down = y * np.cos(tilt) - x * np.sin(tilt)
    inside: dict[str, Flags] = {
        "circle": np.hypot(x, y) <= radius,
        "square": np.maximum(abs(across), abs(down)) <= radius / np.sqrt(2),
        # Sides at distance r/2 from the middle, corners at r, one of them on top.
        "triangle": (down <= radius / 2) & (np.sqrt(3) * abs(across) - down <= radius),
    }
    return inside[name]


def _contrasting(ground: Floats, rng: np.random.Generator) -> Floats:
    """Return a colour that differs from that of the ground."""
    while True:
        colour = rng.uniform(0, 255, size=3)
        if np.linalg.norm(colour - ground) >= CONTRAST:
            return colour


def _surrounding(silhouette: Flags) -> Floats:
    """Return the smallest box around the pixels that are set."""
    rows = np.flatnonzero(silhouette.any(axis=1))
    columns = np.flatnonzero(silhouette.any(axis=0))
    return np.array(
        [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], dtype=np.float64
    )
