"""Whatever is given wrongly gets an error that says what, and what to do."""

import re
import warnings

import numpy as np
import pytest

from ldl_lib import nn

X, LABELS = np.zeros((6, 4)), np.array([0, 1, 2, 0, 1, 2])
ROWS = np.eye(3)[LABELS]
NAN, INF = np.full((6, 4), np.nan), np.full((6, 4), np.inf)
HALVES = np.full((6, 3), 0.5)


def network(**settings):
    return nn.Network(4, [nn.Dense(3, "softmax")], seed=1, **settings)


def train(X=X, y=LABELS, loss=None, **settings):
    loss = loss or nn.CategoricalCrossEntropy()
    nn.train(network(), loss, nn.SGD(0.1), X, y, **settings)


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


def step(weights, gradient, optimizer=None):
    (optimizer or nn.SGD(0.1)).step(np.asarray(weights), np.asarray(gradient))


def restore_another():
    other = nn.Network(5, [nn.Dense(3, "softmax")], seed=1)
    network().restore(other.state())


def step_two_networks():
    adam = nn.Adam()
    step(np.zeros(2), np.zeros(2), adam)
    step(np.zeros(3), np.zeros(3), adam)


def backward_another_batch():
    own = network()
    own.forward(X)
    own.backward(np.ones((5, 3)))


def train_normalised_alone():
    layers = [nn.Dense(3), nn.BatchNorm()]
    own = nn.Network(4, layers, seed=1)
    loss = nn.CategoricalCrossEntropy(from_logits=True)
    nn.train(own, loss, nn.SGD(0.1), X[:5], LABELS[:5], batch_size=2)


mse, bce, cce = nn.SquaredError(), nn.BinaryCrossEntropy(), nn.CategoricalCrossEntropy()
softmaxed = nn.softmax(np.zeros((6, 3)))

# What is done -> what the message must contain: the value, then what to do about it.
SHAPES = {
    "an example alone": (
        lambda: network().forward(X[0]),
        [r"\(examples, 4\)", r"got shape \(4,\)"],
    ),
    "another number of inputs": (
        lambda: network().forward(np.zeros((6, 5))),
        [r"4 inputs", r"\(6, 5\)"],
    ),
    "images not flattened": (
        lambda: network().forward(np.zeros((6, 2, 2))),
        [r"\(6, 2, 2\)", r"X\.reshape\(len\(X\), -1\)"],
    ),
    "an empty batch": (
        lambda: network().forward(np.zeros((0, 4))),
        [r"at least one example", r"\(0, 4\)"],
    ),
    "no examples to predict": (
        lambda: network().predict(np.zeros((0, 4))),
        [r"at least one example"],
    ),
    "no examples to learn from": (
        lambda: train(X[:0], LABELS[:0]),
        [r"at least one example", r"\(0, 4\)"],
    ),
    "no examples to validate with": (
        lambda: train(validation=(X[:0], LABELS[:0])),
        [r"at least one example"],
    ),
    "fewer targets than examples": (
        lambda: train(y=LABELS[:5]),
        [r"6 examples", r"\(5,\)"],
    ),
    "one number as targets": (lambda: train(y=3), [r"6 examples", r"\(\)"]),
    "class numbers for squared error": (
        lambda: train(loss=mse),
        [r"targets \(1,\)", r"one_hot"],
    ),
    "a vector for one output": (
        lambda: bce.value([[0.5], [0.5]], [0, 1]),
        [r"\(2, 1\)", r"\(2,\)", r"reshape\(-1, 1\)"],
    ),
    "rows of another width": (
        lambda: cce.value(softmaxed, np.eye(4)[LABELS]),
        [r"\(6, 3\)", r"\(6, 4\)"],
    ),
    "labels of another length": (
        lambda: cce.value(softmaxed, LABELS[:4]),
        [r"6 examples need as many labels", r"got 4"],
    ),
    "empty outputs": (
        lambda: mse.value(np.zeros((0, 3)), np.zeros((0, 3))),
        [r"not be empty", r"\(0, 3\)"],
    ),
    "outputs as a vector": (
        lambda: mse.gradient([1, 2], [1, 2]),
        [r"\(examples, outputs\)", r"\(2,\)"],
    ),
    "an error rate of nothing": (
        lambda: nn.error_rate(np.zeros((0, 3)), []),
        [r"\(n, classes\)", r"\(0, 3\)"],
    ),
    "an error rate of other classes": (
        lambda: nn.error_rate(np.zeros((6, 3)), np.eye(4)[LABELS]),
        [r"\(6, 3\) and \(6, 4\)"],
    ),
    "a gradient of another batch": (
        backward_another_batch,
        [r"\(5, 3\)", r"\(6, 3\)", r"call forward"],
    ),
    "backward before forward": (
        lambda: network().backward(np.ones((6, 3))),
        [r"\(6, 3\)", r"\(0, 0\)", r"call forward"],
    ),
    "a gradient of another shape": (
        lambda: step(np.zeros(2), np.zeros(3)),
        [r"\(2,\)", r"\(3,\)"],
    ),
    "an optimizer for two networks": (
        step_two_networks,
        [r"\(2,\)", r"\(3,\)", r"new optimizer for each network"],
    ),
    "a state of another network": (restore_another, [r"\(18,\)", r"do not fit"]),
}

VALUES = {
    "NaN among the inputs": (
        lambda: network().forward(changed(X, (2, 1), np.nan)),
        [r"got nan at index \(2, 1\)", r"clean the data"],
    ),
    "infinity among the inputs": (
        lambda: train(changed(X, (5, 0), -np.inf)),
        [r"got -inf at index \(5, 0\)"],
    ),
    "NaN among the examples of validation": (
        lambda: train(validation=(changed(X, (2, 1), np.nan), LABELS)),
        [r"got nan at index \(2, 1\)"],
    ),
    "NaN among the targets": (
        lambda: train(y=changed(ROWS, (4, 2), np.nan), loss=mse),
        [r"targets", r"got nan at index \(4, 2\)"],
    ),
    "NaN among the outputs": (
        lambda: mse.value(changed(ROWS, (3, 0), np.nan), ROWS),
        [r"outputs", r"got nan at index \(3, 0\)"],
    ),
    "a label too large": (
        lambda: train(y=changed(LABELS, 4, 3)),
        [r"from 0 to 2 for 3 outputs", r"got 3"],
    ),
    "a label below 0": (
        lambda: cce.value(softmaxed, changed(LABELS, 0, -1)),
        [r"from 0 to 2", r"got -1"],
    ),
    "labels that count from 1": (
        lambda: nn.one_hot([1, 2, 3], 3),
        [r"from 0 to 2", r"got 3"],
    ),
    "labels with fractions": (
        lambda: nn.one_hot([0.0, 1.0], 2),
        [r"whole numbers", r"float64"],
    ),
    "rows that do not sum to 1": (
        lambda: cce.value(softmaxed, HALVES),
        [r"sum to 1", r"0\.5 0\.5 0\.5"],
    ),
    "rows with a negative probability": (
        lambda: cce.value(softmaxed, np.tile([-1.0, 1.0, 1.0], (6, 1))),
        [r"probabilities", r"-1"],
    ),
    "signs as targets": (
        lambda: bce.value(HALVES, 2 * ROWS - 1),
        [r"between 0 and 1", r"got -1", r"\(y \+ 1\) / 2"],
    ),
    "logits where probabilities are expected": (
        lambda: cce.value(np.full((6, 3), 2.5), LABELS),
        [r"got 2\.5", r"softmax", r"from_logits=True"],
    ),
    "logits for binary cross-entropy": (
        lambda: bce.gradient([[-0.1]], [[1]]),
        [r"got -0\.1", r"logistic", r"from_logits=True"],
    ),
    "a batch of one, normalised": (
        train_normalised_alone,
        [r"batch of 1 example", r"batch size"],
    ),
}

SETTINGS = {
    "activation": (lambda: nn.Dense(3, "sigmoid"), [r"'sigmoid'", r"logistic"]),
    "initialiser": (
        lambda: nn.Dense(3, initializer="xavier"),
        [r"'xavier'", r"glorot_uniform", r"Uniform\(limit\)"],
    ),
    "no units": (lambda: nn.Dense(0), [r"units", r"got 0"]),
    "half a unit": (lambda: nn.Maxout(2.5), [r"units", r"got 2\.5"]),
    "no pieces": (lambda: nn.Maxout(2, pieces=0), [r"pieces", r"got 0"]),
    "dropping all": (lambda: nn.Dropout(1.0), [r"rate", r"below 1", r"got 1\.0"]),
    "dropping less than none": (lambda: nn.Dropout(-0.1), [r"got -0\.1"]),
    "momentum": (lambda: nn.BatchNorm(momentum=1.0), [r"momentum", r"got 1\.0"]),
    "epsilon": (lambda: nn.BatchNorm(epsilon=0), [r"epsilon", r"got 0"]),
    "limit": (lambda: nn.Uniform(-0.1), [r"limit", r"got -0\.1"]),
    "sd": (lambda: nn.Normal(np.nan), [r"sd", r"got nan"]),
    "reduction": (lambda: nn.SquaredError(outputs="max"), [r"outputs", r"'max'"]),
    "batch": (lambda: nn.CategoricalCrossEntropy(batch="none"), [r"batch", r"'none'"]),
    "rate": (lambda: nn.SGD(0), [r"learning rate", r"got 0"]),
    "negative rate": (lambda: nn.Adam(-0.1), [r"learning rate", r"got -0\.1"]),
    "NaN as rate": (lambda: nn.Nadam(np.nan), [r"learning rate", r"got nan"]),
    "SGD's momentum": (lambda: nn.SGD(0.1, momentum=1), [r"momentum", r"got 1"]),
    "Nesterov": (lambda: nn.SGD(0.1, nesterov=True), [r"momentum above 0"]),
    "decay": (lambda: nn.RMSProp(0.1, decay=1.5), [r"decay", r"got 1\.5"]),
    "beta1": (lambda: nn.Adam(beta1=-0.1), [r"beta1", r"got -0\.1"]),
    "beta2": (lambda: nn.AdaMax(beta2=1.0), [r"beta2", r"got 1\.0"]),
    "Adam's epsilon": (lambda: nn.Adam(epsilon=0), [r"epsilon", r"got 0"]),
    "weight decay": (lambda: nn.AdamW(weight_decay=-1), [r"weight_decay", r"got -1"]),
    "clipping": (lambda: nn.SGD(0.1, clip_norm=0), [r"clip_norm", r"got 0"]),
    "clipping twice": (
        lambda: nn.SGD(0.1, clip_norm=1, clip_value=1),
        [r"by value or by norm, not both"],
    ),
    "whole numbers as weights": (
        lambda: step(np.zeros(2, int), np.zeros(2)),
        [r"floating-point", r"int64"],
    ),
    "no layers": (lambda: nn.Network(4, []), [r"1 layer", r"4 and 0"]),
    "no inputs": (lambda: nn.Network(0, [nn.Dense(1)]), [r"1 input", r"0 and 1"]),
    "a layer twice": (lambda: nn.Network(4, [nn.Dense(4)] * 2), [r"stands twice"]),
    "dtype": (lambda: network(dtype=int), [r"float64 or float32", r"got int64"]),
    "no epochs": (lambda: train(epochs=0), [r"at least 1", r"got 0"]),
    "no batch": (lambda: train(batch_size=0), [r"at least 1", r"0$"]),
    "patience": (lambda: nn.EarlyStopping(0), [r"patience", r"got 0"]),
    "nothing to watch": (
        lambda: train(callbacks=[nn.EarlyStopping(2)]),
        [r"'validation_loss'", r"loss, error", r"is `validation` missing"],
    ),
}
CASES = SHAPES | VALUES | SETTINGS


@pytest.mark.parametrize("case", CASES)
def test_an_error_names_the_value_and_what_to_do(case):
    act, parts = CASES[case]
    with pytest.raises(ValueError, match=parts[0]) as caught:
        act()
    for part in parts:
        assert re.search(part, str(caught.value)), str(caught.value)


@pytest.mark.parametrize("data", [NAN, INF], ids=["nan", "inf"])
def test_bad_data_leave_the_weights_alone(data):
    own = network()
    before = own.weights.copy()
    with pytest.raises(ValueError, match="finite"):
        nn.train(own, cce, nn.SGD(0.1), data, LABELS)
    np.testing.assert_array_equal(own.weights, before)


def test_a_state_that_does_not_fit_changes_nothing():
    own = nn.Network(4, [nn.BatchNorm(), nn.Dense(3)], seed=1)
    before = own.state()
    other = nn.Network(4, [nn.Dense(3), nn.BatchNorm()], seed=2)
    with pytest.raises(ValueError, match="do not fit"):
        own.restore(other.state())
    for name, values in own.state().items():
        np.testing.assert_array_equal(values, before[name])


def diverging(**settings):
    layers = [nn.Dense(8, "relu", nn.Normal(1.0)), nn.Dense(2, "linear")]
    own = nn.Network(4, layers, seed=1)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 4)), rng.normal(size=(6, 2))
    nn.train(own, mse, nn.SGD(1e3), X, y, metrics={}, batch_size=6, **settings)


def test_a_loss_that_explodes_is_reported_without_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FloatingPointError, match=r"(?s)epoch.*step.*lower.*1000"):
            diverging(epochs=200)


def test_a_last_step_that_explodes_is_seen_by_validation():
    """Its loss was measured before the step: only the validation loss can tell."""
    with pytest.raises(FloatingPointError) as caught:
        diverging(epochs=200)
    epoch = int(re.search(r"epoch (\d+)", str(caught.value))[1])
    held_out = np.ones((3, 4)), np.ones((3, 2))
    diverging(epochs=epoch - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FloatingPointError, match=f"epoch {epoch - 1},"):
            diverging(epochs=epoch - 1, validation=held_out)
