"""A few real photographs, by name, out of packages that are installed anyway."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ._types import DataError, Info, Source


@dataclass(frozen=True, eq=False)
class Photograph:
    """One photograph, with who took it and on what terms.

    Attributes
    ----------
    name, title : str
        The name it is found by, and what it shows.
    image : ndarray of uint8, shape (rows, columns, 3)
        Red, green, blue.
    author, licence : str
        Show them wherever the photograph is shown.
    """

    name: str
    title: str
    image: NDArray[np.uint8]
    author: str
    licence: str

    @property
    def credit(self) -> str:
        """Title, author and licence in one line."""
        return f"{self.title}. Photograph: {self.author}, {self.licence}"

    def __repr__(self) -> str:
        rows, columns, _ = self.image.shape
        return f"Photograph({self.name!r}: {rows} × {columns})"


class Photographs(Mapping[str, Photograph]):
    """Photographs by name; every look-up gives an array that may be written to.

    Attributes
    ----------
    name : str
        The name they were loaded by.
    source : {"package", "sample"}
        ``"sample"`` if scikit-image is not installed, and only scikit-learn's two
        are here.
    is_sample : bool
        True in that case.
    digest : str
        SHA-256 over the files.
    licence, attribution : str
        Those of all photographs, in one line each.
    note : str
        One sentence about what was loaded.
    """

    name = "photographs"

    def __init__(self, photographs: Mapping[str, Photograph], digest: str) -> None:
        self._photographs = dict(photographs)
        self.digest = digest
        self.is_sample = len(photographs) < len(_LISTED)
        self.source: Source = "sample" if self.is_sample else "package"
        shown = ", ".join(photographs)
        self.note = f"Photographs: {len(photographs)} ({shown}), out of packages."
        if self.is_sample:
            self.note = (
                f"SAMPLE: only {len(photographs)} of the {len(_LISTED)} photographs "
                f"({shown}). Install scikit-image to have them all."
            )

    @property
    def licence(self) -> str:
        """Licences by photograph."""
        return "; ".join(f"{photo.name}: {photo.licence}" for photo in self.values())

    @property
    def attribution(self) -> str:
        """Authors by photograph."""
        return "; ".join(f"{photo.name}: {photo.author}" for photo in self.values())

    def __getitem__(self, name: str) -> Photograph:
        return self._photographs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._photographs)

    def __len__(self) -> int:
        return len(self._photographs)

    def __repr__(self) -> str:
        return f"Photographs({', '.join(self)})"


@dataclass(frozen=True)
class _Listed:
    package: str
    path: str  # below the package
    title: str
    author: str
    licence: str


# Licences: documentation of skimage.data, and the README beside scikit-learn's images.
_LISTED: dict[str, _Listed] = {
    "astronaut": _Listed(
        "skimage",
        "data/astronaut.png",
        "Eileen Collins, astronaut",
        "NASA",
        "public domain",
    ),
    "chelsea": _Listed(
        "skimage", "data/chelsea.png", "Chelsea the cat", "Stefan van der Walt", "CC0"
    ),
    "coffee": _Listed(
        "skimage", "data/coffee.png", "A cup of coffee", "Rachel Michetti", "CC0"
    ),
    "rocket": _Listed(
        "skimage",
        "data/rocket.jpg",
        "A Falcon 9 rocket lifts off",
        "SpaceX",
        "public domain",
    ),
    "china": _Listed(
        "sklearn",
        "datasets/images/china.jpg",
        "A palace in China",
        "danielbuechele on Flickr",
        "CC BY 2.0",
    ),
    "flower": _Listed(
        "sklearn",
        "datasets/images/flower.jpg",
        "A flower",
        "vultilion on Flickr",
        "CC BY 2.0",
    ),
}

INFO = Info(
    name="photographs",
    title="Photographs",
    description=(
        f"{len(_LISTED)} real photographs by name: {', '.join(_LISTED)}. Each has an "
        "image: uint8 (rows, columns, 3), red, green, blue, and title, author, licence."
    ),
    files=(),
    sample="scikit-learn's two photographs, china and flower",
    licence="CC0, public domain, or CC BY 2.0: each photograph says which",
    attribution="each photograph names its author",
)


def load_photographs(*, strict: bool) -> Photographs:
    """Read the photographs whose packages are installed.

    Parameters
    ----------
    strict : bool
        Refuse to do with fewer than all.

    Raises
    ------
    DataError
        If some are missing and `strict`, or if there are none at all.
    """
    found: dict[str, Photograph] = {}
    digest = hashlib.sha256()
    missing = []
    for name, listed in _LISTED.items():
        path = _path(listed)
        if path is None:
            missing.append(name)
            continue
        digest.update(path.read_bytes())
        found[name] = Photograph(
            name, listed.title, _pixels(path), listed.author, listed.licence
        )
    if missing and (strict or not found):
        raise DataError(
            f"Photographs cannot be loaded: {', '.join(missing)} are missing.\n"
            "What to do: install scikit-image and scikit-learn, which hold them."
        )
    return Photographs(found, digest.hexdigest())


def _path(listed: _Listed) -> Path | None:
    """Find a file inside a package without importing the package, which is slow."""
    spec = importlib.util.find_spec(listed.package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / listed.path
    return path if path.is_file() else None


def _pixels(path: Path) -> NDArray[np.uint8]:
    from PIL import Image

    with Image.open(path) as image:
        return np.array(image.convert("RGB"), dtype=np.uint8)
