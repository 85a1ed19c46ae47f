"""E10.2: gradients through time, against PyTorch's autograd."""

import numpy as np
import pytest
import torch

from ldl_lib.figures.lstm import carousel


def in_torch(kind, keep_bias, scale):
    """Norms of the gradient by each step's state, from the last back, by autograd."""
    own = carousel.layer_of(kind, keep_bias, scale).parameters
    cells = {
        "rnn": torch.nn.RNNCell,
        "lstm": torch.nn.LSTMCell,
        "gru": torch.nn.GRUCell,
    }
    cell = cells[kind](carousel.INPUTS, carousel.UNITS, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.tensor(own["W"]))
        cell.weight_hh.copy_(torch.tensor(own["U"]))
        cell.bias_ih.copy_(torch.tensor(own["b"]))
        cell.bias_hh.zero_()
    X, by_output = (torch.tensor(values) for values in carousel._data())
    h = c = torch.zeros(carousel.BATCH, carousel.UNITS, dtype=torch.float64)
    watched = []
    for x in X.unbind(dim=1):
        if kind == "lstm":
            h, c = cell(x, (h, c))
        else:
            h = cell(x, h)
        watched.append(c if kind == "lstm" else h)
        watched[-1].retain_grad()
    (h * by_output).sum().backward()
    norms = np.array([float(each.grad.norm()) for each in watched[::-1]])
    return norms / norms[0]


@pytest.mark.parametrize(
    ("kind", "keep_bias", "scale"),
    [
        ("rnn", 0.0, 1.0),
        ("rnn", 0.0, 2.0),
        ("lstm", 0.0, 1.0),
        ("lstm", 3.0, 2.0),
        ("gru", 1.0, 1.0),
        ("gru", 5.0, 0.5),
    ],
)
def test_gradients_are_those_of_autograd(kind, keep_bias, scale):
    found, _ = carousel.gradients(kind, keep_bias, scale)
    assert found == pytest.approx(in_torch(kind, keep_bias, scale), rel=1e-6)


def test_without_recurrent_weights_the_carousel_is_everything(monkeypatch):
    built = carousel.layer_of("lstm", 1.0, 0.0)
    monkeypatch.setattr(carousel, "layer_of", lambda *_: built)
    whole, straight = carousel.gradients.__wrapped__("lstm", 1.0, 0.0)
    assert straight == pytest.approx(whole, rel=1e-9)


@pytest.mark.parametrize("bias", carousel.KEEP_BIASES.values())
@pytest.mark.parametrize("scale", carousel.SCALES.values())
def test_forget_gates_alone_never_let_it_grow(bias, scale):
    found = carousel.measure(bias, scale).carousel
    assert (np.diff(found) <= 0).all()


def test_what_the_page_says():
    found = {bias: carousel.measure(bias, 1.0) for bias in (0.0, 1.0)}
    reaches = [carousel.reach(line) for line in (found[0.0].rnn, found[0.0].lstm)]
    assert reaches[0] > reaches[1] < carousel.reach(found[0.0].gru)
    assert carousel.reach(found[1.0].lstm) > carousel.reach(found[1.0].gru)
    for scale in carousel.SCALES.values():
        for bias in (3.0, 5.0):
            kept = carousel.measure(bias, scale)
            assert min(kept.lstm[-1], kept.gru[-1]) > 1e-3
        assert not 0.01 < carousel.measure(1.0, scale).rnn[-1] < 100


def test_lines_end_where_they_leave_the_picture_and_words_tell():
    state = carousel.state(0.0, 0.5)
    low, high = carousel.LIMITS
    for number in range(4):
        inside = state[f"data[{number}].y"]
        inside = inside[np.isfinite(inside)]
        assert (inside >= 10.0**low).all()
        assert (inside <= 10.0**high).all()
    assert "all 100 steps in the LSTM" in carousel.words(5.0, 1.0)
