"""EfficientNet-Lite0 of the chapter-8 labs: the same answers in both frameworks."""

import numpy as np
import pytest
import torch

from ldl_lib import data, pretrained
from tests.parity.test_parity import FRAMEWORKS, Lab, tagged

CLASSIFY = Lab("08_deeper_networks/lab_classify_photo", ())
TRANSFER = Lab("08_deeper_networks/lab_transfer_learning", ())
pytestmark = pytest.mark.timeout(240)


def defined(lab):
    """Return the names that a lab's cells define, by framework."""
    names = {framework: {} for framework in FRAMEWORKS}
    for framework, own in names.items():
        for source in tagged(lab, framework, "parameters", "model"):
            exec(source, own)
    return names


@pytest.fixture(scope="module")
def labs():
    return defined(CLASSIFY)


@pytest.fixture(scope="module")
def trunks():
    """Return lower and upper part of the transfer labs, by framework."""
    return {name: own["build_trunk"]() for name, own in defined(TRANSFER).items()}


@pytest.fixture(scope="module")
def squares(labs):
    """Prepare real photographs as the lab does: float32 (n, 224, 224, 3)."""
    (source,) = [s for s in tagged(CLASSIFY, "pytorch", "shared") if "def scale" in s]
    own = {**labs["pytorch"], "photographs": data.load("photographs")}
    exec(source, own)
    assert own["inputs"].min() >= -1
    return own["inputs"]


def logits(labs, framework, inputs, padding="same"):
    own = labs[framework]
    model = own["load_weights"](own["build_efficientnet_lite0"](padding))
    if framework == "tensorflow":
        return model(inputs, training=False).numpy()
    with torch.no_grad():
        return model(torch.from_numpy(inputs).permute(0, 3, 1, 2)).numpy()


@pytest.mark.parametrize("padding", ["same", "symmetric"])
def test_logits_are_equal_on_real_photographs(labs, squares, padding):
    ours, theirs = (logits(labs, name, squares, padding) for name in FRAMEWORKS)
    assert ours.shape == (len(squares), 1000)
    assert np.ptp(ours) > 10, "an untrained network would say the same to everything"
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)


@pytest.mark.parametrize("size", [32, 97, 128])
def test_logits_are_equal_at_other_sizes(labs, squares, size):
    """An odd length needs other padding than an even one."""
    cut = np.ascontiguousarray(squares[:2, :size, : size + 8])
    ours, theirs = (logits(labs, name, cut) for name in FRAMEWORKS)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)


def test_paddings_differ_so_that_a_mix_up_would_be_noticed(labs, squares):
    same, symmetric = (
        logits(labs, "pytorch", squares, padding) for padding in ("same", "symmetric")
    )
    assert np.abs(same - symmetric).max() > 0.1


def test_easy_photographs_get_their_names(labs, squares):
    """The names are a fact outside of both networks."""
    photographs = list(data.load("photographs"))
    if "coffee" not in photographs:
        pytest.skip("scikit-image, which holds the photographs, is not installed")
    names = data.imagenet_classes()
    best = logits(labs, "pytorch", squares).argmax(axis=1)
    found = {name: names[i] for name, i in zip(photographs, best, strict=True)}
    assert found["coffee"] == "espresso"
    assert found["chelsea"] in {"tabby", "tiger cat", "Egyptian cat"}
    assert found["rocket"] == "missile"
    assert found["flower"] == "daisy"


def test_parameter_counts_are_equal(labs):
    model = labs["pytorch"]["build_efficientnet_lite0"]()
    keras_model = labs["tensorflow"]["build_efficientnet_lite0"]()
    count = sum(parameter.numel() for parameter in model.parameters())
    assert count == sum(int(np.prod(w.shape)) for w in keras_model.trainable_weights)
    trained = pretrained.efficientnet_lite0()
    assert count == sum(a.size for n, a in trained.items() if "running" not in n)


def test_a_network_of_another_shape_is_refused(labs, monkeypatch):
    own = labs["pytorch"]
    monkeypatch.setitem(own, "STAGES", [(1, 16, 5, 1, 1), *own["STAGES"][1:]])
    with pytest.raises(ValueError, match=r"is torch.Size\(\[32, 1, 5, 5\]\)"):
        own["load_weights"](own["build_efficientnet_lite0"]())


def features(trunks, framework, inputs):
    lower, upper = trunks[framework]
    if framework == "tensorflow":
        return upper(lower(inputs, training=False), training=False).numpy()
    with torch.no_grad():
        return upper(lower(torch.from_numpy(inputs).permute(0, 3, 1, 2))).numpy()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_transfer_labs_split_the_same_network(labs, trunks, squares, framework):
    """Lower part, upper part and ImageNet's last layer are the photograph labs' net."""
    small = np.ascontiguousarray(squares[:, ::2, ::2])
    *_, weights, bias = pretrained.efficientnet_lite0().values()
    ours = features(trunks, framework, small) @ weights.T + bias
    expected = logits(labs, "pytorch", small)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4)


def test_parts_hold_the_same_weights(trunks):
    for part in (0, 1):
        module, keras_model = trunks["pytorch"][part], trunks["tensorflow"][part]
        count = sum(parameter.numel() for parameter in module.parameters())
        own = keras_model.trainable_weights
        assert count == sum(int(np.prod(weight.shape)) for weight in own)
