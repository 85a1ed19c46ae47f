"""The ResNets of chapter 8: equal outputs, losses and gradients in both frameworks."""

import re

import numpy as np
import pytest
import torch

from tests.parity.test_parity import FRAMEWORKS, Lab, tagged

LAB = Lab("08_deeper_networks/lab_resnet34", ())
SMALL = ("residual", "plain", "shallow")
pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def labs():
    """Names that the labs' cells define, by framework."""
    names = {framework: {} for framework in FRAMEWORKS}
    for framework, own in names.items():
        for source in tagged(LAB, framework, "parameters", "model"):
            exec(source, own)
    return names


def in_order_of_creation(model, kind):
    """Return Keras's layers of a kind; `model.layers` sorts branches otherwise."""
    own = [layer for layer in model.layers if type(layer).__name__ == kind]
    return sorted(own, key=lambda x: int((re.findall(r"_(\d+)$", x.name) or [0])[0]))


def copy_weights(keras_model, module):
    """Copy convolutions, batch normalisations and the dense layer, kind by kind."""
    kinds = {
        "Conv2D": (torch.nn.Conv2d, lambda k: [k.transpose(3, 2, 0, 1)]),
        "BatchNormalization": (torch.nn.BatchNorm2d, lambda *four: four),
        "Dense": (torch.nn.Linear, lambda kernel, bias: (kernel.T, bias)),
    }
    for kind, (torch_kind, turn) in kinds.items():
        theirs = in_order_of_creation(keras_model, kind)
        ours = [m for m in module.modules() if isinstance(m, torch_kind)]
        for layer, own in zip(theirs, ours, strict=True):
            arrays = turn(*layer.get_weights())
            targets = [a for a in own.state_dict().values() if a.is_floating_point()]
            for target, array in zip(targets, arrays, strict=True):
                assert target.shape == array.shape
                target.copy_(torch.from_numpy(np.ascontiguousarray(array)))


def pair(labs, name):
    keras_model = labs["tensorflow"]["networks"][name](seed=1)
    trio = labs["pytorch"]["networks"][name](seed=2)
    copy_weights(keras_model, trio[0])
    return keras_model, trio


def images(count, size=32):
    X = np.random.default_rng(0).normal(size=(count, size, size, 3))
    return X.astype(np.float32)


def to_torch(X):
    return torch.from_numpy(X).permute(0, 3, 1, 2)


def assert_close(actual, expected, relative):
    """Compare within a part of the largest value: maps are not of order 1 here."""
    limit = relative * np.abs(expected).max()
    np.testing.assert_allclose(actual, expected, rtol=0, atol=limit)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("training", [False, True])
def test_outputs_are_equal(labs, name, training):
    """Training mode tests batch statistics; inference mode the stored ones."""
    keras_model, (model, _, _) = pair(labs, name)
    X = images(32)
    model.train(training)
    with torch.no_grad():
        ours = model(to_torch(X)).numpy()
    assert_close(ours, keras_model(X, training=training).numpy(), 1e-3)


def test_stored_statistics_move_alike(labs):
    """Shares of the old value: momentum 0.9 in Keras, 1 - 0.1 in PyTorch."""
    keras_model, (model, _, _) = pair(labs, "shallow")
    X = images(32)
    keras_model(X, training=True)
    model.train()(to_torch(X))
    theirs = in_order_of_creation(keras_model, "BatchNormalization")
    ours = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for layer, own in zip(theirs, ours, strict=True):
        moved = layer.moving_mean.numpy()
        assert_close(own.running_mean.numpy(), moved, 1e-3)


@pytest.mark.parametrize("name", SMALL)
def test_losses_and_gradients_are_equal(labs, name):
    import tensorflow as tf

    keras_model, (model, loss_function, _) = pair(labs, name)
    X, y = images(64), np.arange(64) % 10
    with tf.GradientTape() as tape:
        expected = keras_model.loss(y, keras_model(X, training=True))
    convolutions = in_order_of_creation(keras_model, "Conv2D")
    theirs = tape.gradient(expected, [conv.kernel.value for conv in convolutions])
    loss = loss_function(model.train()(to_torch(X)), torch.from_numpy(y))
    loss.backward()
    assert loss.item() == pytest.approx(float(expected), abs=1e-3)
    ours = [m.weight.grad for m in model.modules() if isinstance(m, torch.nn.Conv2d)]
    for own, other in zip(ours, theirs, strict=True):
        assert own.norm().item() == pytest.approx(float(tf.norm(other)), rel=0.02)


def test_small_networks_have_equal_counts(labs):
    for name in SMALL:
        keras_model, (model, _, _) = pair(labs, name)
        count = sum(parameter.numel() for parameter in model.parameters())
        own = keras_model.trainable_weights
        assert count == sum(int(np.prod(weight.shape)) for weight in own)


def test_resnet34_is_the_same_network(labs):
    """The number is that of the reference implementation's documentation."""
    keras_model = labs["tensorflow"]["build_resnet34"]()
    model = labs["pytorch"]["build_resnet34"]()
    count = sum(parameter.numel() for parameter in model.parameters())
    assert count == 21_797_672
    copy_weights(keras_model, model)
    X = images(1, 224)
    with torch.no_grad():
        ours = model.eval()(to_torch(X)).numpy()
    assert_close(ours, keras_model(X, training=False).numpy(), 1e-3)


def test_starting_weights_have_the_same_spread(labs):
    keras_model = labs["tensorflow"]["networks"]["residual"](seed=1)
    model = labs["pytorch"]["networks"]["residual"](seed=1)[0]
    theirs = in_order_of_creation(keras_model, "Conv2D")
    ours = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d)]
    for layer, own in zip(theirs, ours, strict=True):
        spread = own.weight.detach().numpy().std()
        tolerance = 5 / np.sqrt(2 * own.weight.numel())
        assert spread == pytest.approx(layer.get_weights()[0].std(), rel=tolerance)
