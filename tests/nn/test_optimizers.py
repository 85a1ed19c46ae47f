"""Each optimizer, step by step, against PyTorch's with equal constants."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ldl_lib import nn
from tests.nn import twins

STEPS = 50
PAIRS = {
    "SGD": (lambda: nn.SGD(0.05), lambda w: torch.optim.SGD(w, lr=0.05)),
    "momentum": (
        lambda: nn.SGD(0.02, momentum=0.9),
        lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9),
    ),
    "Nesterov": (
        lambda: nn.SGD(0.02, momentum=0.8, nesterov=True),
        lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.8, nesterov=True),
    ),
    "AdaGrad": (
        lambda: nn.AdaGrad(0.3, epsilon=1e-6),
        lambda w: torch.optim.Adagrad(w, lr=0.3, eps=1e-6),
    ),
    "RMSProp": (
        lambda: nn.RMSProp(0.02, decay=0.8, epsilon=1e-5),
        lambda w: torch.optim.RMSprop(w, lr=0.02, alpha=0.8, eps=1e-5),
    ),
    "Adam": (
        lambda: nn.Adam(0.05, beta1=0.8, beta2=0.99, epsilon=1e-5),
        lambda w: torch.optim.Adam(w, lr=0.05, betas=(0.8, 0.99), eps=1e-5),
    ),
    "AdaMax": (
        lambda: nn.AdaMax(0.05, beta1=0.8, beta2=0.99, epsilon=1e-5),
        lambda w: torch.optim.Adamax(w, lr=0.05, betas=(0.8, 0.99), eps=1e-5),
    ),
    "AdamW": (
        lambda: nn.AdamW(0.05, weight_decay=0.2),
        lambda w: torch.optim.AdamW(w, lr=0.05, weight_decay=0.2),
    ),
    "Nadam": (
        lambda: nn.Nadam(0.05, beta1=0.8, beta2=0.99, epsilon=1e-5),
        lambda w: torch.optim.NAdam(w, lr=0.05, betas=(0.8, 0.99), eps=1e-5),
    ),
}
DEFAULTS = {
    "AdaGrad": (lambda: nn.AdaGrad(0.1), lambda w: torch.optim.Adagrad(w, lr=0.1)),
    # PyTorch's default decay is 0.99, Keras's 0.9 as in the lecture.
    "RMSProp": (
        lambda: nn.RMSProp(0.01),
        lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.9),
    ),
    "Adam": (lambda: nn.Adam(), lambda w: torch.optim.Adam(w)),
    "AdaMax": (lambda: nn.AdaMax(0.001), lambda w: torch.optim.Adamax(w, lr=0.001)),
    "AdamW": (lambda: nn.AdamW(), lambda w: torch.optim.AdamW(w)),
    "Nadam": (lambda: nn.Nadam(0.001), lambda w: torch.optim.NAdam(w, lr=0.001)),
}
each = pytest.mark.parametrize("name", PAIRS)


@pytest.fixture(autouse=True, scope="module")
def double_precision():
    """PyTorch's NAdam keeps a product of momenta in the default dtype."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


# A bowl three times as steep in one direction as in another, and turned.
CURVATURE = np.array([[2.0, 0.8, 0.1], [0.8, 1.0, -0.3], [0.1, -0.3, 3.0]])


def paths_on_a_bowl(ours, theirs, steps=STEPS, clip=None):
    """Weights after every step, by us and by PyTorch."""
    w = np.array([3.0, -2.0, 0.5])
    peer = twins.tensor(w)
    theirs = theirs([peer])
    paths = [], []
    for _ in range(steps):
        ours.step(w, CURVATURE @ w)
        paths[0].append(w.copy())
        theirs.zero_grad()
        (0.5 * peer @ torch.tensor(CURVATURE) @ peer).backward()
        if clip:
            clip([peer])
        theirs.step()
        paths[1].append(peer.detach().numpy().copy())
    return np.array(paths[0]), np.array(paths[1])


@each
def test_path_on_a_bowl_agrees_with_pytorch(name):
    ours, theirs = PAIRS[name]
    path, expected = paths_on_a_bowl(ours(), theirs)
    assert np.linalg.norm(path[-1] - path[0]) > 0.1
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", DEFAULTS)
def test_default_constants_are_pytorch_s(name):
    ours, theirs = DEFAULTS[name]
    path, expected = paths_on_a_bowl(ours(), theirs)
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-10)


@each
def test_training_a_network_agrees_with_pytorch(name):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)), rng.integers(0, 3, 30)
    network = nn.Network(4, [nn.Dense(6, "tanh"), nn.Dense(3)], seed=1)
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    weights = twins.tensor(network.weights)
    ours, theirs = PAIRS[name][0](), PAIRS[name][1]([weights])
    for _ in range(STEPS):
        network.backward(loss.gradient(network.forward(X), y))
        ours.step(network.weights, network.gradient)
        theirs.zero_grad()
        twins.loss(loss, twins.forward(network, weights, torch.tensor(X)), y).backward()
        theirs.step()
        np.testing.assert_allclose(
            network.weights, weights.detach(), rtol=0, atol=1e-10
        )
    assert ours.steps == STEPS


@each
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 8))
@settings(max_examples=10, deadline=None)
def test_any_gradients_of_any_size_agree_with_pytorch(name, seed, size):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=size)
    peer = twins.tensor(w)
    ours, theirs = PAIRS[name][0](), PAIRS[name][1]([peer])
    for gradient in rng.normal(size=(8, size)) * 10 ** rng.uniform(-6, 3, (8, size)):
        before = gradient.copy()
        ours.step(w, gradient)
        np.testing.assert_array_equal(gradient, before)
        peer.grad = torch.tensor(gradient)
        theirs.step()
    np.testing.assert_allclose(w, peer.detach(), rtol=1e-10, atol=1e-12)


def test_adam_by_hand():
    """The first step has the length of the learning rate, whatever the gradient."""
    w = np.zeros(3)
    adam = nn.Adam(0.1, epsilon=1e-12)
    adam.step(w, np.array([1000.0, -0.001, 1.0]))
    np.testing.assert_allclose(w, [-0.1, 0.1, -0.1])


def test_momentum_by_hand():
    w = np.zeros(1)
    sgd = nn.SGD(0.1, momentum=0.5)
    for expected in (-0.1, -0.25, -0.425):  # velocity 1, 1.5, 1.75
        sgd.step(w, np.ones(1))
        assert w[0] == pytest.approx(expected)


# --- clipping ---------------------------------------------------------------------

vectors = st.lists(st.floats(-1e3, 1e3, allow_subnormal=False), min_size=1, max_size=6)


@given(vectors, st.floats(1e-3, 1e3))
@settings(deadline=None)
def test_clipping_agrees_with_pytorch(gradient, limit):
    gradient = np.array(gradient)
    for ours, theirs, close in (
        (nn.clip_by_value, torch.nn.utils.clip_grad_value_, 0),
        # PyTorch adds 1e-6 to the norm before it divides.
        (nn.clip_by_norm, torch.nn.utils.clip_grad_norm_, 2e-6 / limit + 1e-6),
    ):
        peer = twins.tensor(gradient)
        peer.grad = torch.tensor(gradient)
        theirs([peer], limit)
        clipped = ours(gradient, limit)
        np.testing.assert_allclose(clipped, peer.grad, rtol=close, atol=0)


@given(vectors, st.floats(1e-3, 1e3))
@settings(deadline=None)
def test_clipping_by_norm_keeps_the_direction_and_short_gradients(gradient, limit):
    gradient = np.array(gradient)
    norm = np.linalg.norm(gradient)
    clipped = nn.clip_by_norm(gradient, limit)
    assert np.linalg.norm(clipped) == pytest.approx(min(norm, limit))
    if norm > 0:
        np.testing.assert_allclose(
            clipped, gradient / norm * min(norm, limit), rtol=1e-9, atol=1e-300
        )


@pytest.mark.parametrize("name", ["SGD", "momentum", "Adam"])
def test_clipped_steps_agree_with_pytorch(name):
    utils = torch.nn.utils
    for key, limit, clip, close in (
        ("clip_value", 0.5, lambda p: utils.clip_grad_value_(p, 0.5), 1e-12),
        ("clip_norm", 0.7, lambda p: utils.clip_grad_norm_(p, 0.7), 1e-4),
    ):
        ours, theirs = PAIRS[name]
        ours = ours()
        setattr(ours, key, limit)
        path, expected = paths_on_a_bowl(ours, theirs, clip=clip)
        free, _ = paths_on_a_bowl(PAIRS[name][0](), theirs)
        assert np.abs(path - free).max() > 0.01, "clipping changed nothing"
        np.testing.assert_allclose(path, expected, rtol=0, atol=close)


@pytest.mark.parametrize(
    "make",
    [
        nn.SGD,
        nn.AdaGrad,
        nn.RMSProp,
        nn.Adam,
        nn.AdaMax,
        nn.AdamW,
        nn.Nadam,
    ],
)
def test_every_optimizer_takes_both_clips(make):
    for clip in ({"clip_value": 1e-3}, {"clip_norm": 1e-3}):
        optimizer = make(0.1, **clip)
        ((key, limit),) = clip.items()
        assert getattr(optimizer, key) == limit
        clipped, plain = np.ones(2), np.ones(2)
        for gradient in ([1.0, 2.0], [2e-4, 1e-4]):
            gradient = np.array(gradient)
            optimizer.step(clipped, gradient)
        peer = make(0.1)
        for gradient in ([1.0, 2.0], [2e-4, 1e-4]):
            cut = nn.clip_by_value if key == "clip_value" else nn.clip_by_norm
            peer.step(plain, cut(np.array(gradient), limit))
        np.testing.assert_array_equal(clipped, plain)


# --- use --------------------------------------------------------------------------


@each
def test_each_finds_the_bottom_of_a_bowl(name):
    w = np.array([3.0, -2.0, 0.5])
    optimizer = PAIRS[name][0]()
    if name == "AdamW":
        optimizer.weight_decay = 0.0
    for _ in range(1500):
        optimizer.step(w, CURVATURE @ w)
    # Steps divided by a short memory of gradients stay about as long as the rate.
    assert np.abs(w).max() < (0.05 if name in ("RMSProp", "Nadam") else 1e-3)


def test_the_learning_rate_may_change_between_steps():
    w, sgd = np.zeros(1), nn.SGD(1.0)
    sgd.step(w, np.ones(1))
    sgd.rate = 0.1
    sgd.step(w, np.ones(1))
    assert w[0] == pytest.approx(-1.1)


@each
def test_float32_weights_stay_float32(name):
    w = np.ones(4, np.float32)
    optimizer = PAIRS[name][0]()
    for _ in range(3):
        optimizer.step(w, np.full(4, 0.5, np.float32))
    assert w.dtype == np.float32
    assert (w < 1).all()
    assert {m.dtype for m in optimizer._memory.values()} <= {np.dtype(np.float32)}


def test_two_optimizers_share_nothing():
    first, second = nn.Nadam(0.1), nn.Nadam(0.1)
    a, b = np.ones(2), np.ones(2)
    for _ in range(5):
        first.step(a, np.ones(2))
    for _ in range(5):
        second.step(b, np.ones(2))
    np.testing.assert_array_equal(a, b)
