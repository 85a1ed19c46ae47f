"""What a dataset is: its arrays, its description, and what can go wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Source = Literal["cache", "mirror", "upstream", "package", "sample"]


class DataError(Exception):
    """A dataset cannot be had as asked; the message says what to do."""


class UnknownDatasetError(DataError, ValueError):
    """No dataset has this name."""


class DamagedFileError(DataError):
    """A file does not hold what its format or its digest promises."""


@dataclass(frozen=True, eq=False)
class Part:
    """Inputs and targets of one part of a dataset.

    Attributes
    ----------
    X : ndarray, shape (n, ...)
        Inputs, one example a row.
    y : ndarray, shape (n,)
        Targets, in the same order.

    Raises
    ------
    DataError
        If `X` and `y` differ in length.
    """

    X: Array
    y: Array

    def __post_init__(self) -> None:
        if len(self.X) != len(self.y):
            raise DataError(
                f"a part needs one target an example, but has {len(self.X)} examples "
                f"and {len(self.y)} targets"
            )

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        return (
            f"Part(X: {_shape(self.X)} {self.X.dtype}, "
            f"y: {_shape(self.y)} {self.y.dtype})"
        )


@dataclass(frozen=True, eq=False)
class Contents:
    """The arrays of a dataset, as a family's builder returns them.

    Attributes
    ----------
    train, validation, test : Part
        The three parts.
    train_index, validation_index : ndarray of int64
        Positions of the two parts' rows in the original training file.
    class_names : tuple of str
        Name of class 0, 1, …; empty where the targets are numbers, not classes.
    remark : str
        A fact found while building, such as test images seen in training; may be empty.
    feature_names : tuple of str
        Name of each column of ``X`` where the examples are rows of a table.
    target_name, target_unit : str
        What ``y`` measures, and in what, where the targets are numbers.
    """

    train: Part
    validation: Part
    test: Part
    train_index: NDArray[np.int64]
    validation_index: NDArray[np.int64]
    class_names: tuple[str, ...]
    remark: str = ""
    feature_names: tuple[str, ...] = ()
    target_name: str = ""
    target_unit: str = ""

    @property
    def summary(self) -> str:
        """How many examples each part has."""
        return (
            f"{len(self.train):,} training, {len(self.validation):,} validation and "
            f"{len(self.test):,} test examples"
        )

    def arrays(self) -> tuple[Array, ...]:
        """Return what a digest is made of."""
        parts = (self.train, self.validation, self.test)
        return tuple(array for part in parts for array in (part.X, part.y))


@dataclass(frozen=True, eq=False, kw_only=True)
class Whole(ABC):
    """A dataset that does not come as examples in three parts, such as a series.

    A family's builder returns an instance with the data alone; loading fills in the
    rest.

    Attributes
    ----------
    name, source, is_sample, digest, licence, attribution, note
        As in `Dataset`.
    remark : str
        A fact found while building; may be empty.
    """

    name: str = ""
    source: Source = "sample"
    is_sample: bool = True
    digest: str = ""
    licence: str = ""
    attribution: str = ""
    note: str = ""
    remark: str = ""

    @property
    @abstractmethod
    def summary(self) -> str:
        """How much there is of it."""

    @abstractmethod
    def arrays(self) -> tuple[Array, ...]:
        """Return what a digest is made of."""

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({self.name!r} from {self.source}: {self.summary})"
        )


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset in three parts, with where it came from and who made it.

    Attributes
    ----------
    name : str
        The name it was loaded by.
    train, validation, test : Part
        Fit on `train`, choose on `validation`, report on `test`, once.
    class_names : tuple of str
        Name of class 0, 1, …; empty where the targets are numbers, not classes.
    source : {"cache", "mirror", "upstream", "package", "sample"}
        Where the bytes came from; `"package"` means that an installed package holds
        the whole dataset. If files came from several places, the farthest one.
    is_sample : bool
        True if these arrays only stand in for the dataset.
    digest : str
        SHA-256 over the dataset's files (or over the arrays, where there are no files).
    licence, attribution : str
        Show them wherever the data are shown.
    note : str
        One sentence about what was loaded.
    train_index, validation_index : ndarray of int64
        Positions of the two parts' rows in the original training file.
    feature_names : tuple of str
        Name of each column of ``X`` where the examples are rows of a table.
    target_name, target_unit : str
        What ``y`` measures, and in what, where the targets are numbers.
    """

    name: str
    train: Part
    validation: Part
    test: Part
    class_names: tuple[str, ...]
    source: Source
    is_sample: bool
    digest: str
    licence: str
    attribution: str
    note: str
    train_index: NDArray[np.int64] = field(repr=False)
    validation_index: NDArray[np.int64] = field(repr=False)
    feature_names: tuple[str, ...] = ()
    target_name: str = ""
    target_unit: str = ""

    @property
    def train_full(self) -> Part:
        """Training and validation examples together, in their original order."""
        order = np.argsort(np.concatenate([self.train_index, self.validation_index]))
        X = np.concatenate([self.train.X, self.validation.X])
        y = np.concatenate([self.train.y, self.validation.y])
        return Part(X[order], y[order])

    def __repr__(self) -> str:
        X = self.train.X
        shape = " × ".join(["n", *map(str, X.shape[1:])])
        return (
            f"Dataset({self.name!r} from {self.source}: {len(self.train):,} train, "
            f"{len(self.validation):,} validation, {len(self.test):,} test; "
            f"X {shape} {X.dtype})"
        )


@dataclass(frozen=True)
class File:
    """One file of a dataset.

    Attributes
    ----------
    role : str
        What the family's builder knows it as, such as ``"train_images"``.
    path : str
        Relative path, with ``/``, below a mirror and below the cache.
    sha256 : str
        Hexadecimal digest of the bytes as they are stored upstream.
    size : int
        Length in bytes.
    urls : tuple of str
        Addresses, tried in this order.
    """

    role: str
    path: str
    sha256: str
    size: int
    urls: tuple[str, ...]


@dataclass(frozen=True)
class Info:
    """What is known about a dataset without loading it.

    Attributes
    ----------
    name, title, description : str
        The name to load it by, its proper name, and its shapes, dtypes and range.
    files : tuple of File
        Empty if an installed package holds the data.
    sample : str
        What stands in for it when it cannot be had; empty if it always can.
    licence, attribution : str
        Show them wherever the data are shown.
    """

    name: str
    title: str
    description: str
    files: tuple[File, ...]
    sample: str
    licence: str
    attribution: str

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


Build = Callable[[Mapping[str, bytes]], Contents | Whole]


@dataclass(frozen=True)
class Partial:
    """Files that hold a part of a dataset, for when the whole cannot be had.

    Attributes
    ----------
    files : tuple of File
        What to bring.
    build : callable
        Makes the arrays from their verified bytes, by role. Its remark says which part
        of the dataset they are.
    """

    files: tuple[File, ...]
    build: Build


@dataclass(frozen=True)
class Entry:
    """A line of the registry: what a dataset is, and the functions that build it.

    Attributes
    ----------
    info : Info
        Its description.
    build : callable
        Makes the arrays from the verified bytes of each file, by role.
    build_sample : callable or None
        Makes the arrays of the sample; None if the dataset never needs one.
    sample_licence, sample_attribution : str
        Those of the sample, which other people made.
    partial : Partial or None
        Real examples to use before the sample, where a place has some of the files.
    """

    info: Info
    build: Build
    build_sample: Callable[[], Contents | Whole] | None = None
    sample_licence: str = ""
    sample_attribution: str = ""
    partial: Partial | None = None


def _shape(array: Array) -> str:
    return " × ".join(f"{length:,}" for length in array.shape)
