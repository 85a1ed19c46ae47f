"""The image datasets: MNIST, Fashion-MNIST, and scikit-learn's small digits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ._drawings import CLASS_NAMES as GARMENTS
from ._drawings import draw_garments
from ._idx import parse_idx
from ._split import held_out, overlap, stable_keys
from ._types import Contents, DamagedFileError, Entry, File, Info, Part

DIGIT_NAMES = tuple("0123456789")

_DIGITS_TEST, _DIGITS_VALIDATION = 300, 200
_GARMENT_SHAPES = (1_300, 200, 300)  # train, validation, test: about as many as digits
_GARMENT_SEEDS = (1, 2)  # of the drawings for training and validation, and for the test


def idx_images(
    files: Mapping[str, bytes],
    *,
    train: int,
    validation: int,
    test: int,
    class_names: tuple[str, ...],
) -> Contents:
    """Build a dataset from the four IDX files of MNIST or a dataset like it.

    Parameters
    ----------
    files : mapping of str to bytes
        The files by role: ``train_images``, ``train_labels``, ``test_images``,
        ``test_labels``.
    train, validation, test : int
        How many examples each part must have; training and validation share a file.
    class_names : tuple of str
        Name of each label, from 0.

    Returns
    -------
    Contents
        ``X`` uint8 (n, rows, columns) in 0..255, ``y`` int64 (n,).

    Raises
    ------
    DamagedFileError
        If counts, shapes or labels are not those of the dataset.
    """
    full = _labelled_images(files, "train", train + validation, len(class_names))
    held_back = _labelled_images(files, "test", test, len(class_names))
    if full.X.shape[1:] != held_back.X.shape[1:]:
        raise DamagedFileError(
            f"training images are {full.X.shape[1:]}, test images "
            f"{held_back.X.shape[1:]}: expected the same size"
        )
    return _contents(full, held_back, validation, class_names)


def _labelled_images(
    files: Mapping[str, bytes], part: str, count: int, classes: int
) -> Part:
    images = parse_idx(files[f"{part}_images"], f"{part}_images", ndim=3)
    labels = parse_idx(files[f"{part}_labels"], f"{part}_labels", ndim=1)
    if not len(images) == len(labels) == count:
        raise DamagedFileError(
            f"{part}: {len(images):,} images and {len(labels):,} labels, "
            f"expected {count:,} of each"
        )
    if labels.max(initial=0) >= classes:
        raise DamagedFileError(
            f"{part}_labels holds the label {labels.max()}, expected 0 to {classes - 1}"
        )
    # int64, because differences of uint8 labels wrap around.
    return Part(images, labels.astype(np.int64))


def _contents(
    full: Part, test: Part, validation: int, class_names: tuple[str, ...]
) -> Contents:
    keys = stable_keys(full.X)
    kept, held = held_out(keys, validation)
    repeated = overlap(keys, stable_keys(test.X))
    remark = (
        f"{len(repeated):,} of the {len(test):,} test images also occur in training"
        if len(repeated)
        else ""
    )
    return Contents(
        train=Part(full.X[kept], full.y[kept]),
        validation=Part(full.X[held], full.y[held]),
        test=test,
        train_index=kept,
        validation_index=held,
        class_names=class_names,
        remark=remark,
    )


def digits() -> Contents:
    """Build scikit-learn's digits: ``X`` uint8 (n, 8, 8) in 0..16, ``y`` int64 (n,).

    The 1,797 images have no test part of their own. 300 are set apart by their stable
    key, then 200 of the others for validation.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    X = bunch.images.astype(np.uint8)
    y = bunch.target.astype(np.int64)
    kept, held = held_out(stable_keys(X), _DIGITS_TEST)
    return _contents(
        Part(X[kept], y[kept]), Part(X[held], y[held]), _DIGITS_VALIDATION, DIGIT_NAMES
    )


def enlarged_digits() -> Contents:
    """Build MNIST's sample: scikit-learn's digits in MNIST's shape, dtype and range.

    As in MNIST, the digit fills 20 × 20 pixels inside a black border of 4.
    """
    small = digits()
    return Contents(
        train=Part(_enlarge(small.train.X), small.train.y),
        validation=Part(_enlarge(small.validation.X), small.validation.y),
        test=Part(_enlarge(small.test.X), small.test.y),
        train_index=small.train_index,
        validation_index=small.validation_index,
        class_names=small.class_names,
        remark=small.remark,
    )


def _enlarge(X: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Resize (n, 8, 8) in 0..16 to (n, 28, 28) in 0..255, bilinearly."""
    weights = _interpolation(8, 20)  # (20, 8)
    grown = weights @ (X / 16.0) @ weights.T  # (n, 20, 20) in 0..1
    framed = np.pad(grown, ((0, 0), (4, 4), (4, 4)))
    return np.rint(255 * framed).astype(np.uint8)


def _interpolation(old: int, new: int) -> NDArray[np.float64]:
    """Return the (new, old) matrix that resizes a line of pixels linearly."""
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    centres = np.clip(centres, 0, old - 1)
    distance = np.abs(centres[:, None] - np.arange(old))
    weights: NDArray[np.float64] = np.clip(1 - distance, 0, None)
    return weights


def drawn_garments() -> Contents:
    """Build Fashion-MNIST's sample: generated silhouettes in its shape and dtype."""
    train, validation, test = _GARMENT_SHAPES
    seed, test_seed = _GARMENT_SEEDS
    full = Part(*draw_garments(train + validation, seed))
    return _contents(full, Part(*draw_garments(test, test_seed)), validation, GARMENTS)


def _idx_files(
    folder: str, bases: tuple[str, ...], listed: Mapping[str, tuple[int, str]]
) -> tuple[File, ...]:
    """Describe files from their (size, SHA-256), by name, below each of `bases`."""
    roles = {"train": "train", "t10k": "test"}
    files = []
    for name, (size, sha256) in listed.items():
        part, kind, *_ = name.split("-")
        files.append(
            File(
                role=f"{roles[part]}_{kind}",
                path=f"{folder}/{name}",
                sha256=sha256,
                size=size,
                urls=tuple(base + name for base in bases),
            )
        )
    return tuple(files)


_DIGITS_CREDIT = (
    "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, "
    "UCI Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49; "
    "the copy that scikit-learn ships"
)

MNIST = Entry(
    info=Info(
        name="mnist",
        title="MNIST",
        description=(
            "70,000 handwritten digits. X: uint8 (n, 28, 28), 0 black to 255 white; "
            "y: int64 (n,), 0 to 9; 55,000 train, 5,000 validation, 10,000 test."
        ),
        files=_idx_files(
            "mnist",
            (
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ),
            {
                "train-images-idx3-ubyte.gz": (
                    9_912_422,
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                ),
                "train-labels-idx1-ubyte.gz": (
                    28_881,
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                ),
                "t10k-images-idx3-ubyte.gz": (
                    1_648_877,
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                ),
                "t10k-labels-idx1-ubyte.gz": (
                    4_542,
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                ),
            },
        ),
        sample=(
            "scikit-learn's 1,797 digits of 8 × 8 pixels, enlarged to 28 × 28 and "
            "mapped to 0..255: 1,297 train, 200 validation, 300 test"
        ),
        licence=(
            "CC BY-SA 3.0, as commonly stated; the original page names no licence"
        ),
        attribution=(
            "Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of "
            "handwritten digits, 1998; made from NIST Special Databases 1 and 3"
        ),
    ),
    build=partial(
        idx_images,
        train=55_000,
        validation=5_000,
        test=10_000,
        class_names=DIGIT_NAMES,
    ),
    build_sample=enlarged_digits,
    sample_licence="CC BY 4.0",
    sample_attribution=_DIGITS_CREDIT,
)

FASHION_MNIST = Entry(
    info=Info(
        name="fashion_mnist",
        title="Fashion-MNIST",
        description=(
            "70,000 pictures of garments. X: uint8 (n, 28, 28), 0 black to 255 white; "
            "y: int64 (n,), 0 to 9; 55,000 train, 5,000 validation, 10,000 test."
        ),
        files=_idx_files(
            "fashion-mnist",
            (
                # Plain http: this host has no certificate. The digest protects us.
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/"
                "master/data/fashion/",
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            ),
            {
                "train-images-idx3-ubyte.gz": (
                    26_421_880,
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                ),
                "train-labels-idx1-ubyte.gz": (
                    29_515,
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                ),
                "t10k-images-idx3-ubyte.gz": (
                    4_422_102,
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                ),
                "t10k-labels-idx1-ubyte.gz": (
                    5_148,
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                ),
            },
        ),
        sample=(
            "1,800 generated drawings of garments, not photographs: "
            "1,300 train, 200 validation, 300 test"
        ),
        licence="MIT (Zalando SE)",
        attribution=(
            "H. Xiao, K. Rasul and R. Vollgraf, Fashion-MNIST: a novel image dataset "
            "for benchmarking machine learning algorithms, arXiv:1708.07747, 2017"
        ),
    ),
    build=partial(
        idx_images, train=55_000, validation=5_000, test=10_000, class_names=GARMENTS
    ),
    build_sample=drawn_garments,
    sample_licence="MIT, like this library",
    sample_attribution="generated by ldl_lib; not Zalando's photographs",
)

DIGITS = Entry(
    info=Info(
        name="digits",
        title="Digits",
        description=(
            "1,797 handwritten digits. X: uint8 (n, 8, 8), 0 empty to 16 full; "
            "y: int64 (n,), 0 to 9; 1,297 train, 200 validation, 300 test."
        ),
        files=(),
        sample="",
        licence="CC BY 4.0",
        attribution=_DIGITS_CREDIT,
    ),
    build=lambda files: digits(),
)

ENTRIES = (MNIST, FASHION_MNIST, DIGITS)
