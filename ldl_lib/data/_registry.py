"""All datasets by name. A new family is a module with its own tuple of entries."""

from __future__ import annotations

from . import _books, _cifar, _houses, _images, _series
from ._types import Entry

_FAMILIES = (
    _images.ENTRIES,
    _cifar.ENTRIES,
    _houses.ENTRIES,
    _series.ENTRIES,
    _books.ENTRIES,
)

REGISTRY: dict[str, Entry] = {
    entry.info.name: entry for family in _FAMILIES for entry in family
}
