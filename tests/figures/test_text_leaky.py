"""E11.4: the splits letter by letter, the network against torch, the stored curves."""

import os

import numpy as np
import pytest
import torch

from ldl_lib import data
from ldl_lib.explore.states import evaluate
from ldl_lib.figures.text import leaky


def letters_of(starts, first=0):
    """Return every place of the text from `first` letters into each window on."""
    return {start + at for start in starts for at in range(first, leaky.WINDOW + 1)}


@pytest.mark.parametrize("step", leaky.STEPS)
def test_by_position_no_target_is_shared(step):
    windows = leaky.split(step, "by position")
    assert not letters_of(windows.training, 1) & letters_of(windows.validation, 1)
    assert windows.validation.min() > windows.training.max()


def test_at_random_targets_at_every_step_are_shared_where_windows_overlap():
    for step in leaky.STEPS:
        windows = leaky.split(step, "at random")
        learnt, asked = (letters_of(starts, 1) for starts in windows[:2])
        share = len(learnt & asked) / len(asked)
        assert (share > 0.9) == (step < leaky.WINDOW)
        one = [{start + leaky.WINDOW for start in starts} for starts in windows[:2]]
        assert not one[0] & one[1]


def test_later_text_is_never_shown():
    for step in leaky.STEPS:
        for way in leaky.SPLITS:
            windows = leaky.split(step, way)
            assert max(letters_of(windows.training)) < leaky.LETTERS
            assert min(windows.later) >= leaky.LETTERS
            number = len(windows.validation)
            assert number == round(0.1 * len(range(0, leaky.LETTERS - 20, step)))


@pytest.mark.parametrize("every", [False, True])
def test_a_step_is_that_of_torch(every):
    network = leaky._Network(every, seed=3)
    codes = np.random.default_rng(0).integers(0, 36, 200)
    starts = np.arange(0, 160, 10)
    lstm = torch.nn.LSTM(36, leaky.UNITS, batch_first=True)
    head = torch.nn.Linear(leaky.UNITS, 36)
    own = network.recurrent.layers[0].parameters
    dense = network.readout.layers[0].parameters
    with torch.no_grad():
        for theirs, ours in (
            (lstm.weight_ih_l0, own["W"]),
            (lstm.weight_hh_l0, own["U"]),
            (lstm.bias_ih_l0, own["b"]),
            (lstm.bias_hh_l0, np.zeros_like(own["b"])),
            (head.weight, dense["W"]),
            (head.bias, dense["b"]),
        ):
            theirs.copy_(torch.tensor(ours))
    read = torch.tensor(np.stack([codes[s : s + leaky.WINDOW] for s in starts]))
    after = torch.tensor(np.stack([codes[s + 1 : s + 21] for s in starts]))
    hidden, _ = lstm(torch.nn.functional.one_hot(read, 36).float())
    logits = head(hidden) if every else head(hidden[:, -1:])
    targets = after if every else after[:, -1:]
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, 36), targets.ravel())
    assert network.bits(codes, starts) == pytest.approx(
        loss.item() / np.log(2), rel=1e-5
    )
    loss.backward()
    before = network.readout.weights.copy()
    network.learn(codes, starts)
    gradient = network.recurrent.layers[0].gradients["W"]
    np.testing.assert_allclose(gradient, lstm.weight_ih_l0.grad, atol=1e-6)
    assert not np.array_equal(before, network.readout.weights)


def test_stored_curves_are_complete_and_tell_the_story():
    for target in leaky.TARGETS.values():
        for step in leaky.STEPS:
            for way in leaky.SPLITS:
                found = leaky.curves(target, step, way)
                assert found.shape == (3, leaky.ROUNDS)
                assert 0 <= found.min() < found.max() < 12
                stop = found[1].argmin()
                leaks = target == "every" and way == "at random"
                leaks = leaks and step < leaky.WINDOW
                assert (found[2, stop] - found[1, stop] > 1) == leaks


def test_each_curve_is_measured_on_its_own_windows(monkeypatch):
    parts = leaky.split(20, "by position")

    class Witness:
        def __init__(self, *_):
            pass

        def learn(self, codes, starts):
            assert set(starts) <= set(parts.training)

        def bits(self, codes, starts):
            return [set(starts) <= set(part) for part in parts].index(True)

    monkeypatch.setattr(leaky, "_Network", Witness)
    codes = np.zeros(leaky.LETTERS + leaky.LATER, int)
    found = leaky.measure(codes, "one", 20, "by position", rounds=2)
    np.testing.assert_array_equal(found, [[0, 0], [1, 1], [2, 2]])


@pytest.mark.skipif(
    "LDL_DATA_MIRROR" not in os.environ,
    reason="needs real data: LDL_DATA_MIRROR is not set",
)
def test_the_first_round_is_measured_again():
    codes = leaky.encoded(data.load("frankenstein", strict=True).text)
    assert len(codes) == leaky.LETTERS + leaky.LATER
    again = leaky.measure(codes, "every", 3, "at random", rounds=1)
    stored = leaky.curves("every", 3, "at random")[:, :1]
    np.testing.assert_allclose(again, stored, atol=0.05)


def test_words_and_states_show_the_same_numbers():
    paths = None
    for target in leaky.TARGETS.values():
        for step, way, number in ((1, "at random", 0), (20, "by position", 29)):
            values = {"target": target, "step": step, "way": way, "round": number}
            state = evaluate(leaky.state, values, paths)
            paths = paths or frozenset(state)
            found = leaky.curves(target, step, way)
            marks = [state[f"data[{n}].y"][0] for n in (4, 5, 6)]
            np.testing.assert_array_equal(marks, np.clip(found[:, number], 0, 7))
            said = leaky.words(**values)
            assert f"training {found[0, number]:.2f}, " in said
            assert f"promise {found[1].min():.2f};" in said
            assert ("share 19 of 20" in said) == (way == "at random")
