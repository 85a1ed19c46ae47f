"""Training: the same as a loop in PyTorch, what history holds, when it ends."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, make_moons

from ldl_lib import nn
from tests.nn import twins

rng = np.random.default_rng(0)
X, LABELS = rng.normal(size=(20, 4)), rng.integers(0, 3, 20)


def classifier(seed=1, **settings):
    return nn.Network(4, [nn.Dense(6, "tanh"), nn.Dense(3)], seed=seed, **settings)


def train(network=None, **settings):
    settings = {"epochs": 3, "batch_size": 5, "seed": 1} | settings
    loss = settings.pop("loss", nn.CategoricalCrossEntropy(from_logits=True))
    optimizer = settings.pop("optimizer", nn.SGD(0.5))
    X_, y = settings.pop("data", (X, LABELS))
    return nn.train(network or classifier(), loss, optimizer, X_, y, **settings)


# --- the same as PyTorch's --------------------------------------------------------


class Recorder(nn.Network):
    """Remembers which examples each batch held."""

    def batch_forward(self, X, training=False):
        if training:
            self.__dict__.setdefault("batches", []).append(X.copy())
        return super().batch_forward(X, training)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (nn.SGD(0.3), lambda w: torch.optim.SGD(w, lr=0.3)),
        (nn.Adam(0.01), lambda w: torch.optim.Adam(w, lr=0.01)),
    ],
    ids=["SGD", "Adam"],
)
def test_losses_are_those_of_a_loop_in_pytorch(ours, theirs):
    layers = [nn.Dense(6, "relu"), nn.BatchNorm(), nn.Dense(3)]
    network = Recorder(4, layers, seed=1)
    weights = twins.tensor(network.weights)
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    history = train(network, optimizer=ours, loss=loss, epochs=7, batch_size=7)

    optimizer = theirs([weights])
    label = {tuple(x): y for x, y in zip(X, LABELS, strict=True)}
    losses = []
    for batch in network.batches:
        y = np.array([label[tuple(x)] for x in batch])
        optimizer.zero_grad()
        outputs = twins.forward(network, weights, torch.tensor(batch), training=True)
        value = twins.loss(loss, outputs, y)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    assert len(losses) == 21
    # Batches of 7, 7 and 6: the mean over all examples
    expected = np.reshape(losses, (7, 3)) @ [7, 7, 6] / 20
    np.testing.assert_allclose(history["loss"], expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(network.weights, weights.detach(), rtol=0, atol=1e-9)
    assert history["loss"][-1] < 0.8 * history["loss"][0]


def test_every_example_is_shown_once_an_epoch_in_a_new_order():
    network = Recorder(4, [nn.Dense(3)], seed=1)
    train(network, epochs=2, batch_size=6)
    sizes = [len(batch) for batch in network.batches]
    assert sizes == [6, 6, 6, 2] * 2
    first, second = (np.concatenate(network.batches[i : i + 4]) for i in (0, 4))
    assert (first != second).any()
    for order in (first, second):
        np.testing.assert_array_equal(np.sort(order, axis=0), np.sort(X, axis=0))


def test_without_shuffling_the_order_stays():
    network = Recorder(4, [nn.Dense(3)], seed=1)
    train(network, epochs=2, batch_size=6, shuffle=False)
    np.testing.assert_array_equal(np.concatenate(network.batches), np.tile(X, (2, 1)))


# --- history ----------------------------------------------------------------------


def test_history_holds_one_number_an_epoch():
    history = train(epochs=4, validation=(X[:7], LABELS[:7]))
    assert set(history) == {"loss", "error", "validation_loss", "validation_error"}
    assert {len(values) for values in history.values()} == {4}
    assert history.epochs == 4


def test_without_validation_and_metrics_there_is_only_the_loss():
    assert set(train(metrics={})) == {"loss"}


@pytest.mark.parametrize("batch", ["mean", "sum"])
def test_every_example_counts_once_even_in_a_short_last_batch(batch):
    """With weights that hardly move, the epoch's means are those over all examples."""
    network = classifier()
    loss = nn.CategoricalCrossEntropy(from_logits=True, batch=batch)
    outputs = network.forward(X)
    mean = nn.CategoricalCrossEntropy(from_logits=True).value(outputs, LABELS)
    history = train(
        network,
        optimizer=nn.SGD(1e-12),
        loss=loss,
        epochs=1,
        batch_size=19,
        validation=(X[:13], LABELS[:13]),
        metrics={"error": nn.error_rate, "spread": lambda outputs, y: outputs.std()},
    )
    assert history["loss"] == pytest.approx([mean])
    assert history["error"] == pytest.approx([nn.error_rate(outputs, LABELS)])
    checked = nn.CategoricalCrossEntropy(from_logits=True).value(
        outputs[:13], LABELS[:13]
    )
    assert history["validation_loss"] == pytest.approx([checked])
    assert history["validation_spread"] == pytest.approx([outputs[:13].std()])


def test_validation_measures_the_epoch_s_end_as_at_inference():
    layers = [nn.Dense(6, "tanh"), nn.BatchNorm(), nn.Dropout(0.5), nn.Dense(3)]
    network = nn.Network(4, layers, seed=1)
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    held_out = X[:7], LABELS[:7]
    history = train(network, epochs=2, validation=held_out)
    outputs = network.forward(held_out[0])
    assert history["validation_loss"][-1] == pytest.approx(
        loss.value(outputs, held_out[1])
    )
    assert history["validation_error"][-1] == nn.error_rate(outputs, held_out[1])


def test_validation_does_not_change_what_is_learnt():
    plain, checked = classifier(), classifier()
    train(plain)
    train(checked, validation=(X[:7] + 1, LABELS[:7]))
    np.testing.assert_array_equal(plain.weights, checked.weights)


def test_a_single_logit_counts_as_yes_above_zero():
    """σ(z) > ½ where z > 0, so both forms of the same network are equally wrong."""
    y = (X[:, :1] > 0.3).astype(float)
    errors = []
    for activation, from_logits in (("linear", True), ("logistic", False)):
        network = nn.Network(4, [nn.Dense(1, activation)], seed=1)
        loss = nn.BinaryCrossEntropy(from_logits)
        history = train(network, loss=loss, data=(X, y), validation=(X, y))
        errors.append(history["error"] + history["validation_error"])
    assert errors[0] == errors[1]


# --- reproducible -----------------------------------------------------------------


def test_a_seed_makes_training_reproducible():
    def run(seed):
        layers = [nn.Dense(6, "tanh"), nn.Dropout(0.3), nn.Dense(3)]
        network = nn.Network(4, layers, seed=1)
        return train(network, seed=seed), network.weights

    (history, weights), (again, same) = run(5), run(5)
    assert history == again
    np.testing.assert_array_equal(weights, same)
    other, _ = run(6)
    assert history != other


def test_training_on_is_the_same_as_training_longer():
    long, stopped = classifier(), classifier()
    whole = train(long, epochs=5)
    optimizer = nn.SGD(0.5)
    history = train(stopped, epochs=2, optimizer=optimizer)
    train(stopped, epochs=3, optimizer=optimizer, history=history)
    assert history == whole
    np.testing.assert_array_equal(long.weights, stopped.weights)


def test_an_interrupted_training_leaves_its_history():
    """As when you stop a cell: in the middle of the third epoch."""
    calls = []

    def interrupt(outputs, y):
        calls.append(len(y))
        if len(calls) == 10:
            raise KeyboardInterrupt
        return 0.0

    history, network = nn.History(), classifier()
    with pytest.raises(KeyboardInterrupt):
        train(network, epochs=9, history=history, metrics={"error": interrupt})
    assert history.epochs == 2
    assert {len(values) for values in history.values()} == {2}
    complete = train(epochs=2)
    assert history["loss"] == complete["loss"]
    train(network, epochs=1, history=history, metrics={})
    assert history.epochs == 3


def test_data_are_not_changed():
    own, labels = X.copy(), LABELS.copy()
    train(data=(own, labels))
    np.testing.assert_array_equal(own, X)
    np.testing.assert_array_equal(labels, LABELS)


# --- callbacks --------------------------------------------------------------------


def test_callbacks_see_every_epoch_and_may_end_training():
    seen = []

    def watch(epoch, network, history):
        seen.append((epoch, history.epochs, network.weights.copy()))

    def stop(epoch, network, history):
        return epoch == 3

    # The first that says stop must not keep the others from seeing the epoch.
    history = train(epochs=9, callbacks=[stop, watch])
    assert [epoch for epoch, _, _ in seen] == [1, 2, 3]
    assert [epochs for _, epochs, _ in seen] == [1, 2, 3]
    assert (seen[0][2] != seen[1][2]).any()
    assert history.epochs == 3


def fake(values, stopping):
    """Feed a course of validation losses to early stopping; return where it ends."""
    network, history = classifier(), nn.History()
    for epoch, value in enumerate(values, start=1):
        network.weights[:] = epoch
        history.add({"validation_loss": value})
        if stopping(epoch, network, history):
            return epoch, network
    return None, network


def test_early_stopping_waits_as_long_as_told_and_knows_the_best():
    stopping = nn.EarlyStopping(patience=3)
    end, network = fake([5, 4, 4.5, 3, 3, 3.5, 4, 1], stopping)
    assert (end, stopping.best_epoch) == (7, 4)
    network.restore(stopping.best_state)
    np.testing.assert_array_equal(network.weights, 4)


def test_early_stopping_does_not_stop_what_improves():
    end, _ = fake([5, 6, 4, 5, 3, 4, 2], nn.EarlyStopping(patience=2))
    assert end is None


def test_early_stopping_in_training():
    """Noise can only be learnt by heart, so validation soon gets worse."""
    noise = np.random.default_rng(1)
    held_out = noise.normal(size=(20, 4)), noise.integers(0, 3, 20)
    stopping = nn.EarlyStopping(patience=4)
    history = train(epochs=300, validation=held_out, callbacks=[stopping])
    best = int(np.argmin(history["validation_loss"])) + 1
    assert stopping.best_epoch == best
    assert history.epochs == best + 4
    network = classifier()
    train(network, epochs=best)
    np.testing.assert_array_equal(stopping.best_state["weights"], network.weights)


def test_early_stopping_may_watch_the_training_error():
    stopping = nn.EarlyStopping(patience=2, watch="error")
    history = train(epochs=200, callbacks=[stopping])
    assert history.epochs < 200


# --- does it learn? ---------------------------------------------------------------


def test_it_learns_xor():
    X = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    y = [[0], [1], [1], [0]]
    network = nn.Network(2, [nn.Dense(4, "tanh"), nn.Dense(1, "logistic")], seed=1)
    history = nn.train(
        network, nn.BinaryCrossEntropy(), nn.Adam(0.05), X, y, epochs=300, seed=1
    )
    assert history["error"][-1] == 0
    assert history["loss"][-1] < 0.05


def test_it_learns_two_moons_as_well_as_scikit_learn_s():
    X, y = make_moons(400, noise=0.2, random_state=0)
    network = nn.Network(2, [nn.Dense(16, "relu", "he_normal"), nn.Dense(2)], seed=1)
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    nn.train(network, loss, nn.Adam(0.02), X[:300], y[:300], epochs=60, seed=1)
    assert nn.error_rate(network.predict(X[300:]), y[300:]) <= 0.06


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_learns_digits(dtype):
    digits = load_digits()
    X, y = (digits.data / 8 - 1).astype(dtype), digits.target
    layers = [nn.Dense(25, "tanh"), nn.Dense(10, "softmax")]
    network = nn.Network(64, layers, seed=1, dtype=dtype)
    history = nn.train(
        network,
        nn.CategoricalCrossEntropy(),
        nn.SGD(0.3),
        X[:1400],
        y[:1400],
        epochs=10,
        validation=(X[1400:], y[1400:]),
        seed=1,
    )
    assert history["error"][-1] < 0.02
    assert history["validation_error"][-1] < 0.1
    assert network.weights.dtype == dtype
