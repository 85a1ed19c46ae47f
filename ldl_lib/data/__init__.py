"""Datasets: verified files from the nearest place, or a sample that says it is one.

>>> from ldl_lib import data
>>> digits = data.load("digits")
>>> digits.train.X.shape, digits.train.X.dtype
((1297, 8, 8), dtype('uint8'))

Places are tried in this order: verified cache (`LDL_DATA_CACHE` names its folder),
mirror folder (`LDL_DATA_MIRROR`), upstream addresses (unless `LDL_DATA_OFFLINE=1`),
embedded sample (unless ``strict=True``). Every byte is checked against a SHA-256.
"""

from __future__ import annotations

from ._books import Book
from ._fetch import cache_dir
from ._imagenet import imagenet_classes
from ._loading import describe_source, info, load, names, prefetch
from ._photographs import Photograph, Photographs
from ._series import BookstoreSales, Ridership
from ._types import (
    DamagedFileError,
    DataError,
    Dataset,
    File,
    Info,
    Part,
    UnknownDatasetError,
)

__all__ = [
    "Book",
    "BookstoreSales",
    "DamagedFileError",
    "DataError",
    "Dataset",
    "File",
    "Info",
    "Part",
    "Photograph",
    "Photographs",
    "Ridership",
    "UnknownDatasetError",
    "cache_dir",
    "describe_source",
    "imagenet_classes",
    "info",
    "load",
    "names",
    "prefetch",
]
