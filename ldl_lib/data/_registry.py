"""All datasets by name. A new family is a module with its own tuple of entries."""

from __future__ import annotations

from . import _images
from ._types import Entry

REGISTRY: dict[str, Entry] = {entry.info.name: entry for entry in _images.ENTRIES}
