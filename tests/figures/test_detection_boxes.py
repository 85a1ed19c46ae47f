"""Boxes in figures: pixels are counted, TensorFlow suppresses, COCO's rules hold."""

import itertools
import re

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score

from ldl_lib import detection
from ldl_lib.figures.detection import anchors, family, iou, precision, suppression


def pixels(box):
    x0, y0, x1, y1 = box
    picture = np.zeros((iou.HEIGHT, iou.WIDTH), dtype=bool)
    picture[y0:y1, x0:x1] = True
    return picture


@pytest.mark.parametrize("size", [(8, 6), (3, 2), (1, 6), (5, 1)])
def test_the_words_count_pixels(size):
    width, height = size
    truth = pixels(iou.TRUTH)
    for x, y in itertools.product(range(9), range(7)):
        guess = pixels((x, y, x + width, y + height))
        both, either = int((truth & guess).sum()), int((truth | guess).sum())
        said = iou.words(x, y, width, height)
        drawn = iou.state(x, y, width, height)
        if not both:
            assert f"IoU = 0 / {either} = 0" in said
            assert np.isnan(drawn["data[2].x"]).all()
            continue
        assert f"= {both} pixels" in said
        assert f"= {either}: IoU = {both} / {either}" in said
        assert ("is a hit" in said) == (both / either >= 0.5)
        corners = drawn["data[2].x"][:4], drawn["data[2].y"][:4]
        assert np.ptp(corners[0]) * np.ptp(corners[1]) == both


def test_the_question_of_half_and_two_thirds():
    assert "≈ 0.33. The prediction covers 50% of the" in iou.words(8, 3, 8, 6)
    assert "≈ 0.50. The prediction covers 67% of the" in iou.words(4, 5, 8, 6)


THRESHOLDS = np.arange(1, 10) / 10
CUTS = (0.1, 0.25, 0.4, 0.55, 0.7)


@pytest.mark.parametrize("cut", CUTS)
def test_the_last_step_keeps_what_the_library_keeps(cut):
    ready = np.flatnonzero(cut <= suppression.SCORES)
    for threshold in THRESHOLDS:
        kept = detection.non_maximum_suppression(
            suppression.CANDIDATES[ready], suppression.SCORES[ready], threshold
        )
        last = suppression.progress(threshold, cut, suppression.STEPS - 1)
        assert last.done
        assert last.kept.tolist() == ready[kept].tolist()


@pytest.mark.parametrize("cut", CUTS)
def test_each_box_is_in_one_group_and_none_comes_back(cut):
    ready = int((cut <= suppression.SCORES).sum())
    for threshold in THRESHOLDS:
        gone: set[int] = set()
        for step in range(suppression.STEPS):
            reached = suppression.progress(threshold, cut, step)
            groups = (reached.waiting, reached.dropped, reached.kept)
            everything = sorted(np.concatenate(groups).tolist())
            assert everything == list(range(ready))
            assert gone <= set(reached.dropped.tolist())
            gone = set(reached.dropped.tolist())
            assert set(reached.now.tolist()) <= gone


def test_thresholds_between_and_beyond():
    def end(threshold, cut=0.4):
        return suppression.words(threshold, cut, suppression.STEPS - 1)

    for threshold in (0.4, 0.5, 0.6, 0.7):
        assert end(threshold).endswith("3 of 3 are found, each once.")
    assert "2 of 3 are found" in end(0.3)
    assert "duplicates" in end(0.8)
    # A lonely false alarm survives any threshold, but not a higher lowest score.
    assert all("1 false alarm" in end(threshold, cut=0.25) for threshold in THRESHOLDS)


def area(box):
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


@pytest.mark.parametrize("stride", anchors.STRIDES)
@pytest.mark.parametrize("ratios", anchors.RATIOS)
def test_the_best_anchor_is_found_by_trying_all(stride, ratios):
    target = anchors.OBJECTS["bus"]
    tried = {}
    for row, column in np.ndindex(anchors.SIZE // stride, anchors.SIZE // stride):
        for size, ratio in itertools.product((12, 28), anchors.RATIOS[ratios]):
            w, h = size * ratio**0.5, size / ratio**0.5
            assert w * h == pytest.approx(size**2)
            x, y = (column + 0.5) * stride, (row + 0.5) * stride
            box = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
            shared = area(
                (
                    max(box[0], target[0]),
                    max(box[1], target[1]),
                    min(box[2], target[2]),
                    min(box[3], target[3]),
                )
            )
            tried[box] = shared / (size**2 + area(target) - shared)
    found = anchors.match("bus", stride, "12 and 28", ratios)
    assert found.total == len(tried)
    assert found.iou == pytest.approx(max(tried.values()))
    nearest = min(tried, key=lambda box: np.abs(np.subtract(box, found.best)).sum())
    assert tried[nearest] == pytest.approx(found.iou)
    assert found.good[2] == sum(value >= 0.5 for value in tried.values())
    # The anchors shown are those of one cell.
    centres = (found.here[:, :2] + found.here[:, 2:]) / 2
    np.testing.assert_allclose(centres, np.tile(centres[0], (len(centres), 1)))
    assert (np.abs(found.here - found.best).sum(axis=1) < 1e-9).any()


def test_only_the_finest_grid_has_anchors_for_all():
    good = anchors.match("ball", 8, "10, 20 and 30", "½, 1, 2")
    assert (good.good > 0).all()
    assert good.total == 576
    assert "Every object has an anchor" in anchors.words(
        "ball", 8, "10, 20 and 30", "½, 1, 2"
    )
    assert "No anchor reaches" in anchors.words("ball", 16, "16", "1")


@pytest.mark.parametrize("threshold", precision.THRESHOLDS)
@pytest.mark.parametrize("suppress", [True, False])
def test_precision_and_recall_at_a_score_are_scikit_learn_s(threshold, suppress):
    found = precision.curve(threshold, suppress)
    counts = found.counts
    right = np.diff(counts.recall * found.objects, prepend=0) > 0.5
    # Objects that nothing finds are positives which no score can reach.
    truth = np.append(right, np.ones(found.objects - right.sum(), bool))
    for score in np.arange(1, 20) / 20:
        state = precision.state(score, threshold, suppress)
        called = np.append(counts.scores >= score, np.zeros(truth.size - right.size))
        assert state["data[2].x"][0] == pytest.approx(recall_score(truth, called))
        assert state["data[2].y"][0] == pytest.approx(precision_score(truth, called))
        said = precision.words(score, threshold, suppress)
        assert said.startswith(f"{int(called.sum())} detections of {found.objects}")
    assert found.average == pytest.approx(np.trapezoid(*area_below(state)), abs=0.02)


def area_below(state):
    return state["data[0].y"], state["data[0].x"]


def test_only_two_controls_change_the_average_precision():
    averages = {
        (threshold, suppress): precision.curve(threshold, suppress).average
        for threshold in precision.THRESHOLDS
        for suppress in (True, False)
    }
    assert len({round(value, 3) for value in averages.values()}) == 6
    for threshold, suppress in averages:
        said = {
            re.search(r"over all scores, is (\S+)\.", words)[1]
            for words in (
                precision.words(score, threshold, suppress) for score in (0.1, 0.9)
            )
        }
        assert said == {f"{averages[threshold, suppress]:.2f}"}


def test_detectors_compute_less_and_less_for_every_proposal():
    repeated = {
        name: sum(stage.repeated for stage in detector.stages)
        for name, detector in family.DETECTORS.items()
    }
    assert repeated["R-CNN"] > repeated["Fast R-CNN"] >= repeated["Faster R-CNN"]
    assert repeated["single shot"] == 0
    for name, detector in family.DETECTORS.items():
        assert len(detector.stages) <= family.MOST_STAGES
        drawn = family.state(name)
        places = sorted(drawn["data[0].y"] + drawn["data[1].y"])
        assert places == list(range(1, len(detector.stages) + 1))
        assert len(drawn["data[1].y"]) == repeated[name]
        assert (detector.proposals == 0) == (repeated[name] == 0)
