"""A lab in TensorFlow and the same lab in PyTorch are the same experiment.

Their `parameters` and `model` cells are taken out of the notebooks and run. Both
notebooks name their networks in a dictionary `networks`, whose values build one from a
seed: a compiled Keras model, and in PyTorch a model with its loss and its optimizer.
Weights are copied across; outputs and losses must then agree, also while training.

A new lab is one line of `LABS`; a new kind of layer one line of `TO_TORCH`.
"""

import ast
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FRAMEWORKS = {"tensorflow": "TensorFlow", "pytorch": "PyTorch"}


@dataclass(frozen=True)
class Lab:
    """Notebooks ``<stem>_tensorflow.ipynb`` and ``<stem>_pytorch.ipynb``."""

    stem: str
    networks: tuple[str, ...]
    logits: tuple[str, ...] = ()  # networks that leave softmax to PyTorch's loss
    steps: int = 30  # updates until losses are compared
    tolerance: float = 1e-4  # of losses; deep networks magnify how numbers are rounded


LABS = [
    Lab(
        "05_frameworks/lab_digits", ("chapter4", "configuration5"), ("configuration5",)
    ),
    Lab(
        "05_frameworks/lab_five_configurations",
        tuple(f"configuration{number}" for number in range(1, 6)),
        ("configuration4", "configuration5"),
    ),
    Lab(
        "05_frameworks/lab_ways_to_write",
        ("sequential", "functional", "subclass"),
        ("sequential", "functional", "subclass"),
    ),
    Lab(
        "06_regression/lab_house_prices",
        ("small", "small_l1", "small_l2", "large_dropout"),
        steps=10,
    ),
    Lab("06_regression/lab_california", ("small", "large"), steps=10),
    Lab(
        "07_convolution/lab_cifar10",
        ("strided", "deeper", "modern"),
        ("strided", "deeper", "modern"),
        steps=2,
        tolerance=5e-4,
    ),
    Lab(
        "07_convolution/lab_lenet5_mnist",
        ("lenet5", "dense", "convolution", "pooling"),
        ("lenet5", "dense", "convolution", "pooling"),
        steps=3,
        tolerance=5e-4,
    ),
    Lab(
        "b_detection_segmentation/lab_detector",
        ("detector",),
        steps=2,
        tolerance=5e-4,  # of a loss of about 10
    ),
    Lab(
        "b_detection_segmentation/lab_unet",
        ("with_skips", "without_skips"),
        steps=2,
        tolerance=2e-4,
    ),
    Lab(
        "10_lstm/lab_copy_and_adding",
        tuple(
            f"{task}_{kind}"
            for task in ("copy", "adding")
            for kind in ("rnn", "lstm", "gru")
        ),
    ),
    Lab(
        "09_recurrent_networks/lab_book_sales",
        ("dense", "rnn", "lstm"),
        steps=2,  # Adam makes much of the last bits where gradients are near 0
    ),
    Lab(
        "09_recurrent_networks/lab_ridership",
        ("rail_alone", "several_inputs", "fourteen_days", "convolution"),
        steps=5,
    ),
    # Their networks: test_pretrained.py and test_resnet34.py.
    Lab("08_deeper_networks/lab_classify_photo", ()),
    Lab("08_deeper_networks/lab_resnet34", ()),
    Lab(
        "08_deeper_networks/lab_transfer_learning",
        ("head", "scratch"),  # logits in both frameworks
        steps=10,
    ),
    Lab(
        "11_text_generation/lab_character_model",
        ("one_target", "every_step", "small"),
        ("one_target", "every_step", "small"),
        steps=4,
        tolerance=5e-4,  # gradients are so small that Adam's epsilon counts
    ),
]

MADE_BY = ("detection.scenes", "sequences")  # functions that draw examples
SEQUENCE_STEPS = 12  # where a network takes sequences of any length


def recurrent(kernel, recurrent_kernel, bias):
    """Leave PyTorch's second bias at 0: it adds to the same sums as the first."""
    return kernel.T, recurrent_kernel.T, bias, np.zeros_like(bias)


def reset_first(values):
    """Put a GRU's gates, Keras's update, reset, candidate, into PyTorch's order."""
    update, reset, candidate = np.split(values, 3)
    return np.concatenate([reset, update, candidate])


# Keras's weights of a layer, in its order -> PyTorch's parameters, in its order.
TO_TORCH = {
    "Dense": lambda kernel, bias: (kernel.T, bias),
    "Conv1D": lambda kernel, *bias: (kernel.transpose(2, 1, 0), *bias),
    "Conv2D": lambda kernel, *bias: (kernel.transpose(3, 2, 0, 1), *bias),
    "BatchNormalization": lambda scale, shift, *_: (scale, shift),
    "SimpleRNN": recurrent,
    "LSTM": recurrent,  # the same order of gates in both frameworks
    # With the reset after, Keras has two biases as well: one of x, one of h.
    "GRU": lambda kernel, recurrent_kernel, biases: (
        reset_first(kernel.T),
        reset_first(recurrent_kernel.T),
        *map(reset_first, biases),
    ),
}

each_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.stem)
each_network = pytest.mark.parametrize(
    ("lab", "network"),
    [(lab, network) for lab in LABS for network in lab.networks],
    ids=lambda value: value if isinstance(value, str) else value.stem,
)
pytestmark = pytest.mark.timeout(240)


# --- reading notebooks ---------------------------------------------------------------


@cache
def cells(lab, framework):
    path = NOTEBOOKS / f"{lab.stem}_{framework}.ipynb"
    return [
        (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", []))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]


def tagged(lab, framework, *tags):
    listing = cells(lab, framework)
    return [source for _, source, own in listing if set(tags) & set(own)]


def headings(lab, framework):
    found = []
    for kind, source, _ in cells(lab, framework):
        if kind == "markdown":
            found += [line for line in source.split("\n") if line.startswith("#")]
    return [line.replace(FRAMEWORKS[framework], "FRAMEWORK") for line in found]


def code(lab, framework):
    sources = [source for kind, source, _ in cells(lab, framework) if kind == "code"]
    return ast.parse("\n\n".join(sources))


def recorded_keys(lab, framework, keyword):
    """Keys of the dictionary that the notebook passes to `record`, in order."""
    tree = code(lab, framework)
    (call,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record")
    ]
    value = next(k.value for k in call.keywords if k.arg == keyword)
    if isinstance(value, ast.Name):
        value = next(
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and value.id in map(ast.unparse, node.targets)
        )
    return [ast.literal_eval(key) for key in value.keys]


# --- the same text -------------------------------------------------------------------


@each_lab
def test_headings_are_the_same(lab):
    tensorflow, pytorch = (headings(lab, name) for name in FRAMEWORKS)
    assert len(tensorflow) > 5
    assert tensorflow == pytorch


@each_lab
def test_parameters_are_the_same(lab):
    tensorflow, pytorch = (tagged(lab, name, "parameters") for name in FRAMEWORKS)
    assert len(tensorflow) == 1
    assert tensorflow == pytorch


@each_lab
def test_data_and_splits_are_the_same(lab):
    tensorflow, pytorch = (tagged(lab, name, "shared") for name in FRAMEWORKS)
    assert tensorflow == pytorch
    for framework in FRAMEWORKS:
        loading = [
            source
            for _, source, _ in cells(lab, framework)
            if any(f"{name}(" in source for name in ("data.load", *MADE_BY))
        ]
        assert loading
        assert set(loading) <= set(tensorflow)


@each_lab
@pytest.mark.parametrize("keyword", ["metrics", "curves", "parameters"])
def test_recorded_keys_are_the_same(lab, keyword):
    tensorflow, pytorch = (recorded_keys(lab, name, keyword) for name in FRAMEWORKS)
    assert tensorflow or keyword == "curves"  # a lab that trains nothing has none
    assert tensorflow == pytorch


@each_lab
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_parameter_is_recorded(lab, framework):
    (source,) = tagged(lab, framework, "parameters")
    names = [ast.unparse(line.targets[0]) for line in ast.parse(source).body]
    assert sorted(recorded_keys(lab, framework, "parameters")) == sorted(names)


@each_lab
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_test_images_appear_only_in_the_evaluation(lab, framework):
    reads = []
    section = ""
    for kind, source, _ in cells(lab, framework):
        if kind == "markdown":
            titles = [s for s in source.split("\n") if s.startswith("## ")]
            section = titles[-1] if titles else section
        elif any(map(reads_test_data, ast.walk(ast.parse(source)))):
            reads.append(section)
    assert reads == ["## Evaluation"]


def reads_test_data(node):
    """Whether code takes a dataset's test part, or makes the scenes to test with."""
    if isinstance(node, ast.Attribute) and node.attr in ("X", "y"):
        return ast.unparse(node.value).endswith(".test")
    if not isinstance(node, ast.Call):
        return False
    function, given = ast.unparse(node.func), list(map(ast.unparse, node.args))
    if function in MADE_BY:
        return any("test_" in value for value in given)
    # A text's test part is a string. Its length gives nothing away.
    return function != "len" and any(value.endswith(".test") for value in given)


# --- the same networks ---------------------------------------------------------------


@cache
def namespace(lab, framework):
    names: dict[str, object] = {}
    for source in tagged(lab, framework, "parameters", "model"):
        exec(source, names)
    assert tuple(names["networks"]) == lab.networks
    return names


def pair(lab, network):
    """Both versions of a network with equal weights: Keras's, and PyTorch's trio."""
    keras_model = namespace(lab, "tensorflow")["networks"][network](seed=1)
    trio = namespace(lab, "pytorch")["networks"][network](seed=2)
    copy_weights(keras_model, trio[0])
    switch_dropout_off(keras_model, trio[0])
    return keras_model, trio


def switch_dropout_off(keras_model, torch_model):
    """Each framework drops other units, so that nothing could be compared."""
    for layer in keras_model.layers:
        if type(layer).__name__ == "Dropout":
            layer.rate = 0.0
        if hasattr(layer, "cell"):
            layer.cell.dropout = layer.cell.recurrent_dropout = 0.0
    for module in getattr(torch_model, "modules", list)():
        if type(module).__name__ == "Dropout":
            module.p = 0.0
        if hasattr(module, "all_weights"):  # a recurrent layer drops between its layers
            module.dropout = 0.0


def copy_weights(keras_model, torch_model):
    import torch

    values = as_in_torch(keras_model)
    with torch.no_grad():
        for own, value in zip(torch_parameters(torch_model), values, strict=True):
            assert own.shape == value.shape
            own.copy_(torch.from_numpy(np.ascontiguousarray(value)))


def as_in_torch(keras_model):
    """Return a Keras model's weights in PyTorch's order and layout."""
    values = []
    flattened = None  # shape of the maps that a Flatten has just made a vector
    for layer in keras_model.layers:
        kind = type(layer).__name__
        # Layers of a model that is a subclass have no input of their own.
        given = getattr(layer, "input", None)
        if kind == "Flatten" and given is not None and len(given.shape) == 4:
            flattened = given.shape[1:]
        if layer.weights:
            assert kind in TO_TORCH, f"{kind} has no line in TO_TORCH yet"
            weights = layer.get_weights()
            if flattened:
                weights[0] = channels_first(weights[0], flattened)
                flattened = None
            values += TO_TORCH[kind](*weights)
    return values


def channels_first(kernel, shape):
    """Put the rows of a dense kernel into the order in which PyTorch flattens maps."""
    return kernel.reshape(*shape, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)


def to_torch(X):
    """Return inputs as a tensor: images with the channels first."""
    import torch

    tensor = torch.from_numpy(X)
    return tensor.permute(0, 3, 1, 2) if X.ndim == 4 else tensor


def set_mode(model, training):
    """Tell a module, if it is one, whether it is being trained."""
    if hasattr(model, "train"):
        model.train(training)


def torch_parameters(model):
    """Return a module's parameters, layer by layer, or those tied to a function."""
    if hasattr(model, "parameters"):
        return list(model.parameters())
    (parameters,) = model.args  # of a functools.partial
    return list(parameters.values())


def inputs(keras_model, count, seed=0):
    # A subclassed model has no input shape of its own, only that of its first call.
    shape = getattr(keras_model, "input_shape", None)
    shape = shape or keras_model.get_build_config()["input_shape"]
    shape = [size or SEQUENCE_STEPS for size in shape[1:]]
    generator = np.random.default_rng(seed)
    return generator.normal(size=(count, *shape)).astype(np.float32)


def targets(keras_model, count, seed=0):
    """Class numbers for a sparse loss, else one-hot rows; for anchors class and box.

    A single output is a regression: its targets are any numbers.
    """
    *places, classes = keras_model(inputs(keras_model, 1)).shape[1:]
    if getattr(keras_model.loss, "__name__", "") == "detection_loss":
        return anchor_targets((count, *places), seed)
    if classes == 1:
        return np.random.default_rng(seed).normal(size=(count, 1)).astype(np.float32)
    numbers = np.random.default_rng(seed).integers(classes, size=(count, *places))
    sparse = "Sparse" in type(keras_model.loss).__name__
    return numbers if sparse else np.eye(classes, dtype=np.float32)[numbers]


def anchor_targets(shape, seed):
    """A few anchors with an object (classes 1 to 3), a few to ignore, and offsets."""
    rng = np.random.default_rng(seed)
    classes = rng.choice([-1, 0, 1, 2, 3], p=[0.02, 0.92, 0.02, 0.02, 0.02], size=shape)
    offsets = rng.normal(0, 0.3, size=(*shape, 4))
    return np.concatenate([classes[..., None], offsets], axis=-1).astype(np.float32)


def torch_outputs(lab, network, model, X):
    import torch

    set_mode(model, training=False)
    with torch.no_grad():
        outputs = model(to_torch(X))
        if network in lab.logits:
            outputs = torch.softmax(outputs, dim=-1)
    return outputs.numpy()


def keras_losses(model, steps):
    """Loss on the first batch before, between and after `steps` updates."""
    X, y = inputs(model, 32), targets(model, 32)

    def loss():
        value = model.loss(y, model(X))
        return float(value + sum(model.losses))  # with the penalties of its layers

    losses = [loss()]
    for step in range(steps):
        model.train_on_batch(inputs(model, 32, step), targets(model, 32, step))
        losses.append(loss())
    return losses


def torch_losses(keras_model, model, loss_function, optimizer, steps):
    """Do the same with PyTorch; `keras_model` only says what the data look like."""
    import torch

    def loss(seed, training):
        set_mode(model, training)
        X, y = inputs(keras_model, 32, seed), targets(keras_model, 32, seed)
        return loss_function(model(to_torch(X)), torch.from_numpy(y))

    losses = [loss(0, training=False).item()]
    for step in range(steps):
        optimizer.zero_grad()
        loss(step, training=True).backward()
        optimizer.step()
        losses.append(loss(0, training=False).item())
    return losses


@pytest.mark.parametrize(
    ("keras_name", "torch_name", "options", "torch_options"),
    [
        ("SimpleRNN", "RNN", {}, {}),
        ("SimpleRNN", "RNN", {"activation": "relu"}, {"nonlinearity": "relu"}),
        ("LSTM", "LSTM", {}, {}),
        ("GRU", "GRU", {"reset_after": True}, {}),
    ],
    ids=["tanh", "relu", "lstm", "gru"],
)
def test_a_recurrent_layer_keeps_its_meaning_in_the_other_framework(
    keras_name, torch_name, options, torch_options
):
    import keras
    import torch

    layer = getattr(keras.layers, keras_name)(5, return_sequences=True, **options)
    keras_model = keras.Sequential([keras.Input((None, 3)), layer])
    generator = np.random.default_rng(0)
    # Zeros, as biases start, would hide an order of gates that is wrong.
    drawn = [generator.normal(0, 0.5, w.shape) for w in layer.get_weights()]
    layer.set_weights(drawn)
    model = getattr(torch.nn, torch_name)(3, 5, batch_first=True, **torch_options)
    copy_weights(keras_model, model)

    X = inputs(keras_model, 20)
    assert X.shape == (20, SEQUENCE_STEPS, 3)
    with torch.no_grad():
        ours, _ = model(torch.from_numpy(X))
    np.testing.assert_allclose(ours, keras_model(X).numpy(), rtol=1e-5, atol=1e-5)


@each_network
def test_parameter_counts_are_equal(lab, network):
    keras_model, (model, _, _) = pair(lab, network)
    count = sum(p.numel() for p in torch_parameters(model) if p.requires_grad)
    assert count == sum(int(np.prod(w.shape)) for w in keras_model.trainable_weights)


@each_network
def test_outputs_are_equal(lab, network):
    keras_model, (model, _, _) = pair(lab, network)
    X = inputs(keras_model, 100)
    ours = torch_outputs(lab, network, model, X)
    np.testing.assert_allclose(ours, keras_model(X).numpy(), rtol=1e-5, atol=2e-5)


@each_network
def test_losses_stay_equal_with_the_lab_s_own_optimizers(lab, network):
    keras_model, trio = pair(lab, network)
    expected = keras_losses(keras_model, lab.steps)
    assert abs(expected[-1] - expected[0]) > 1e-3, "training must change something"
    actual = torch_losses(keras_model, *trio, steps=lab.steps)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=lab.tolerance)


@each_network
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_losses_stay_equal_with_equal_constants(lab, network, optimizer):
    keras_model, trio = pair(lab, network)
    ours, theirs = optimizers(optimizer, trio[0])
    keras_model.compile(theirs, keras_model.loss)
    expected = keras_losses(keras_model, lab.steps)
    actual = torch_losses(keras_model, trio[0], trio[1], ours, steps=lab.steps)
    # These constants suit no network in particular: a loss may explode, in both alike.
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=lab.tolerance)


def optimizers(name, model):
    import keras
    import torch

    # Keras adds epsilon before Adam's bias correction, PyTorch after it: with 1e-7 the
    # losses differ by up to 8e-5, with 1e-8 by a tenth of that.
    weights = torch_parameters(model)
    if name == "SGD":
        return torch.optim.SGD(weights, lr=0.1), keras.optimizers.SGD(0.1)
    ours = torch.optim.Adam(weights, lr=0.001, betas=(0.9, 0.999), eps=1e-8)
    theirs = keras.optimizers.Adam(0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8)
    return ours, theirs


@each_network
def test_a_learning_rate_that_differs_would_be_noticed(lab, network):
    keras_model, (model, loss_function, optimizer) = pair(lab, network)
    for group in optimizer.param_groups:
        group["lr"] *= 1.1
    expected = keras_losses(keras_model, lab.steps)
    actual = torch_losses(keras_model, model, loss_function, optimizer, steps=lab.steps)
    assert np.abs(np.subtract(actual, expected)).max() > lab.tolerance


@each_network
def test_each_seed_has_starting_weights_of_its_own(lab, network):
    build = namespace(lab, "tensorflow")["networks"][network]
    kernels = [build(seed=seed).get_weights()[0] for seed in (1, 1, 2)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])

    build = namespace(lab, "pytorch")["networks"][network]
    kernels = [torch_parameters(build(seed=s)[0])[0].detach() for s in (1, 1, 2)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])


@each_network
def test_starting_weights_have_the_same_spread(lab, network):
    """Both frameworks draw from the same distribution, if not the same numbers."""
    keras_model = namespace(lab, "tensorflow")["networks"][network](seed=1)
    model = namespace(lab, "pytorch")["networks"][network](seed=1)[0]
    ours = [p.detach().numpy() for p in torch_parameters(model)]
    for own, other in zip(ours, as_in_torch(keras_model), strict=True):
        # Standard errors of a standard deviation: about 1 / sqrt(2 n).
        tolerance = 5 / np.sqrt(2 * own.size)
        assert own.std() == pytest.approx(other.std(), rel=tolerance, abs=1e-12)
