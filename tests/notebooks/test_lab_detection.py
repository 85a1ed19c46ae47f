"""The labs on detection and segmentation: their own functions against slow loops."""

import json
from pathlib import Path

import numpy as np
import pytest

from ldl_lib import detection

FOLDER = Path(__file__).parents[2] / "notebooks/b_detection_segmentation"
SMALL = {"training_images": 12, "validation_images": 6, "test_images": 6}


def run(lab):
    """Return what the cells of a PyTorch lab define up to its training."""
    names = {}
    notebook = json.loads((FOLDER / f"{lab}_pytorch.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        tags = set(cell["metadata"].get("tags", []))
        if tags & {"parameters", "model", "shared"}:
            source = "".join(cell["source"])
            exec(compile(source, f"{lab} {cell['id']}", "exec"), names)
        if "parameters" in tags:
            names |= SMALL
        if "networks" in names:
            return names
    raise AssertionError("a lab names its networks")


@pytest.fixture(scope="module")
def detector():
    return run("lab_detector")


@pytest.fixture(scope="module")
def unet():
    return run("lab_unet")


def test_every_object_has_an_anchor_and_its_offsets_lead_back_to_its_box(detector):
    anchors = detector["anchors"]
    for truth, target in zip(
        detector["train"].truths, detector["targets_train"], strict=True
    ):
        classes = target[:, 0]
        positive = classes > 0
        boxes = detection.decode_boxes(target[positive, 1:], anchors[positive])
        shared = detection.iou(boxes, truth.boxes)
        assert (shared.max(axis=0) > 0.999).all()  # each object is somebody's
        owner = shared.argmax(axis=1)
        np.testing.assert_array_equal(truth.classes[owner], classes[positive])
        overlap = detection.iou(anchors, truth.boxes).max(axis=1)
        assert (overlap[classes == 0] < 0.4).all()
        assert (overlap[classes == -1] < 0.5).all()
        assert (classes[overlap >= 0.5] > 0).all()


def test_perfect_outputs_are_perfect_detections(detector):
    truths, targets = detector["validation"].truths, detector["targets_validation"]
    logits = 20 * np.eye(4)[np.maximum(targets[..., 0], 0).astype(int)]
    outputs = np.concatenate([logits, targets[..., 1:]], axis=-1)
    found = [detector["detect"](each) for each in outputs]
    # Suppression merges the boxes of one object; two of a class may truly overlap.
    assert detection.mean_average_precision(found, truths) > 0.9
    nothing = np.zeros_like(outputs)
    nothing[..., 0] = 20
    assert len(detector["detect"](nothing[0]).scores) == 0


def slow_loss(outputs, targets, per_positive, beta):
    """Return the detection loss, image by image and anchor by anchor."""
    total, positives = 0.0, 0
    for output, target in zip(outputs, targets, strict=True):
        background, count = [], 0
        for values, (class_, *offsets) in zip(output, target, strict=True):
            logits = values[:4]
            entropy = np.log(np.exp(logits).sum()) - logits[max(int(class_), 0)]
            if class_ == 0:
                background.append(entropy)
            if class_ > 0:
                count += 1
                total += entropy
                for error in abs(values[4:] - offsets):
                    small = error < beta
                    total += error**2 / (2 * beta) if small else error - beta / 2
        total += sum(sorted(background, reverse=True)[: per_positive * count])
        positives += count
    return total / positives


def test_the_detector_s_loss_is_that_of_a_loop(detector):
    import torch

    targets = detector["targets_train"][:3]
    outputs = np.random.default_rng(2).normal(size=(3, 768, 8)).astype(np.float32)
    ours = detector["detection_loss"](
        torch.from_numpy(outputs), torch.from_numpy(targets)
    )
    expected = slow_loss(
        outputs, targets, detector["negatives_per_positive"], detector["smooth_below"]
    )
    assert ours.item() == pytest.approx(expected, rel=1e-4)


def test_pixels_beside_edges_are_those_with_another_neighbour(unet):
    masks = detection.scenes(2, seed=9).masks
    ours = unet["beside_edges"](masks)
    for k, y, x in np.ndindex(*masks.shape):
        near = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        inside = [(r, c) for r, c in near if 0 <= r < 64 and 0 <= c < 64]
        differs = any(masks[k, r, c] != masks[k, y, x] for r, c in inside)
        assert ours[k, y, x] == differs


def test_skips_alone_carry_a_single_pixel_across(unet):
    """Far from a changed pixel, only the way through the middle can reach."""
    import torch

    images = torch.zeros(1, 3, 64, 64)
    changed = images.clone()
    changed[0, :, 20, 20] = 1.0
    for name, build in unet["networks"].items():
        network, _, _ = build(seed=3)
        # Cut the middle: what is left of the change has come by the skips.
        with torch.no_grad():
            network.convolutions[3].weight.zero_()
            difference = (network(changed) - network(images)).abs().sum(dim=-1)[0]
        assert bool(difference.max() > 0) == (name == "with_skips")
