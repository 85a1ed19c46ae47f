"""Chapter 4's lab on honest splits: its cells, its numbers and its sentences."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.model_selection import GroupShuffleSplit

from ldl_lib import nn, results
from ldl_lib.figures.digits import overfitting

ROOT = Path(__file__).parents[2]
LAB = ROOT / "notebooks/04_digits/lab_honest_splits_numpy.ipynb"
STORED = results.load("04_honest_splits_numpy", ROOT / "results")
SIZES, HIDDEN = (200, 1_000, 5_000), (10, 25, 100)


def cell(*starts):
    """Return the sources of the lab's cells that start so."""
    cells = json.loads(LAB.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(each["source"]) for each in cells]
    found = [source for source in sources if source.startswith(starts)]
    assert len(found) == len(starts)
    return "\n".join(found)


def space(**more):
    """Run the cells that define model and experiments, on made-up data."""
    names = {"np": np, "nn": nn} | more
    exec(cell("seeds = ", "def build", "spacing = "), names)
    spoil = cell("def spoil").split("\n\n\n")[0]
    exec(spoil, names)
    exec(cell("def choose").split("\n\n\nmiddle")[0], names)
    exec(cell("STEPS = ").split("\n\n\noriginals")[0], names)
    return names


SPACE = space()


def last(size, hidden, labels, part):
    return STORED.mean(f"error_{size}_{hidden}_{labels}_{part}")


def test_the_full_run_is_stored_with_the_lab_s_parameters():
    for name, value in STORED.parameters.items():
        assert SPACE[name] == value, name
    assert STORED.seeds == (1, 2, 3)
    assert not STORED.is_sample
    assert len(STORED.curves) == 3 * 3 * 2 * 3
    for name, curves in STORED.curves.items():
        assert np.shape(curves) == (3, len(SPACE["checkpoints"]))
        assert STORED.metrics[f"error_{name}"] == tuple(c[-1] for c in curves)


def test_network_and_gradient_are_those_of_torch():
    network = SPACE["build"](25, seed=1)
    assert network.weights.size == 784 * 25 + 25 + 25 * 10 + 10
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6, 784)).astype(np.float32)
    y = rng.integers(0, 10, 6)
    W, b, V, c = (
        torch.tensor(layer.parameters[name], requires_grad=True)
        for layer in network.layers
        for name in "Wb"
    )
    hidden = torch.tanh(torch.from_numpy(X) @ W.T + b)
    outputs = torch.sigmoid(hidden @ V.T + c)
    targets = torch.eye(10)[torch.from_numpy(y)]
    (0.5 * ((outputs - targets) ** 2).sum(dim=1).mean()).backward()
    before = network.weights.copy()
    SPACE["learn"](network, X, y, 1, seed=1)  # six images are one batch, one step
    step = np.concatenate([p.grad.numpy().ravel() for p in (W, b, V, c)])
    expected = before - SPACE["learning_rate"] * step
    np.testing.assert_allclose(network.weights, expected, atol=1e-6)


def test_learning_in_pieces_is_learning_in_one_go():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(50, 784)).astype(np.float32)
    y = rng.integers(0, 10, 50)
    whole, pieces = (SPACE["build"](10, seed=2) for _ in range(2))
    SPACE["learn"](whole, X, y, 5, seed=2)
    history = nn.History()
    optimizers_weights = []
    for until in (1, 3, 5):
        SPACE["learn"](pieces, X, y, until, 2, history)
        optimizers_weights.append(pieces.weights.copy())
    assert history.epochs == 5
    np.testing.assert_array_equal(whole.weights, optimizers_weights[-1])


def test_spoiling_changes_the_share_that_it_says_and_always_the_digit():
    y = np.random.default_rng(0).integers(0, 10, 20_000)
    for share in (0.0, 0.2):
        spoilt = SPACE["spoil"](y, share, seed=1)
        assert (spoilt != y).mean() == pytest.approx(share, abs=0.01)
        assert spoilt.min() >= 0
        assert spoilt.max() <= 9


def test_choosing_flatters_equal_candidates_by_what_statistics_say():
    wrong = np.random.default_rng(2).random((20, 20_000)) < 0.2
    here, there, rest = SPACE["choose"](wrong, 100, seed=1)
    # The mean of the lowest of 20 normal numbers lies 1.867 deviations below theirs.
    deviation = np.sqrt(0.2 * 0.8 / 100)
    assert here == pytest.approx(0.2 - 1.867 * deviation, abs=0.01)
    assert there == pytest.approx(0.2, abs=0.01)
    assert rest == pytest.approx(0.2, abs=0.005)


def test_shifted_copies_stay_together_and_move_by_one_pixel():
    images = np.zeros((3, 5, 5), np.uint8)
    images[:, 2, 2] = [1, 2, 3]
    copies = SPACE["shifted"](images)
    assert copies.shape == (15, 5, 5)
    assert list(copies.max(axis=(1, 2))) == [1] * 5 + [2] * 5 + [3] * 5
    places = [tuple(np.argwhere(copy)[0]) for copy in copies[:5]]
    assert sorted(places) == [(1, 2), (2, 1), (2, 2), (2, 3), (3, 2)]


def test_the_split_by_original_keeps_groups_together_as_scikit_learn_does():
    groups = np.repeat(np.arange(200), 5)
    random = np.random.default_rng([45, 1])
    random.permutation(1_000)
    ours = np.repeat(random.permutation(200) < 1_000 // 25, 5)
    _, theirs = next(GroupShuffleSplit(1, test_size=0.2).split(groups, groups=groups))
    assert ours.sum() == len(theirs)
    assert not set(groups[ours]) & set(groups[~ours])


def test_the_sentences_about_overfitting_hold():
    for hidden in HIDDEN:
        errors = [last(size, hidden, "right", "validation") for size in SIZES]
        assert errors == sorted(errors, reverse=True)
    assert last(5_000, 100, "right", "validation") < 0.34 * last(
        200, 100, "right", "validation"
    )
    for size in SIZES:
        by_hidden = [last(size, hidden, "right", "validation") for hidden in HIDDEN]
        assert min(by_hidden) == by_hidden[-1]
        assert last(size, 100, "right", "training") < 0.015
        gaps = [
            last(size, hidden, "right", "validation")
            - last(size, hidden, "right", "training")
            for hidden in HIDDEN
        ]
        assert min(gaps) == gaps[-1]
        for hidden in HIDDEN:
            wrong = last(size, hidden, "wrong", "validation")
            assert wrong > last(size, hidden, "right", "validation")


def test_the_sentences_about_stopping_hold():
    validation, test = overfitting.errors(STORED, 5_000, 100, "wrong")[1:]
    best = int(validation.argmin())
    assert test[-1] - test[best] == pytest.approx(0.04, abs=0.005)
    small = overfitting.errors(STORED, 200, 100, "wrong")
    saved = small[2, -1] - small[2, small[1].argmin()]
    assert saved == pytest.approx(0.02, abs=0.005)
    right = overfitting.errors(STORED, 5_000, 100, "right")
    assert right[2, -1] - right[2, right[1].argmin()] < 0.005
    training = overfitting.errors(STORED, 5_000, 100, "wrong")[0]
    assert (training[:6] > validation[:6]).all()
    assert (np.diff(training[best:]) < 0.005).all()


def test_the_sentences_about_leaks_hold():
    for size in (100, 300, 1_000):
        here, there, rest = (
            STORED.mean(f"chosen_{size}_{where}") for where in ("here", "there", "rest")
        )
        assert here < rest
        assert there == pytest.approx(rest, abs=0.006)
    gaps = [
        STORED.mean(f"chosen_{size}_rest") - STORED.mean(f"chosen_{size}_here")
        for size in (100, 300, 1_000)
    ]
    assert gaps == pytest.approx([0.038, 0.015, 0.005], abs=0.002)
    clean = STORED.mean("copies_0_reported")
    assert clean > STORED.mean("copies_0_true")
    true = [STORED.mean(f"copies_{share}_true") for share in (0, 10, 25, 50)]
    assert true == sorted(true, reverse=True)
    for share in (10, 25, 50):
        reported = STORED.mean(f"copies_{share}_reported")
        assert reported == pytest.approx((1 - share / 100) * clean, abs=0.02)
    by_image, by_original = (
        [STORED.mean(f"shifted_{how}_{what}") for what in ("reported", "true")]
        for how in ("by_image", "by_original")
    )
    assert by_image[0] == pytest.approx(by_image[1] / 2, rel=0.1)
    assert by_original[0] == pytest.approx(by_original[1], abs=0.04)


def test_the_figure_shows_the_stored_run():
    steps = len(SPACE["checkpoints"])
    for step in (0, 8, steps - 1):
        state = overfitting.state(1_000, 25, "wrong", step)
        for number, part in enumerate(overfitting.PARTS):
            curve = np.mean(STORED.curves[f"1000_25_wrong_{part}"], axis=0)
            shown = state[f"data[{number}].y"]
            assert np.isnan(shown[step + 1 :]).all()
            low = curve[: step + 1] < overfitting.HIGHEST
            np.testing.assert_allclose(
                shown[: step + 1][low], curve[: step + 1][low], atol=1e-4
            )
    highest = max(np.mean(curves, axis=0).max() for curves in STORED.curves.values())
    assert highest < overfitting.HIGHEST  # no state is an empty picture
    said = overfitting.words(1_000, 25, "wrong", steps - 1)
    assert f"test {100 * last(1_000, 25, 'wrong', 'test'):.1f} %" in said
