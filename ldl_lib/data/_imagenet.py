"""The names of ImageNet's 1,000 classes, in the order of a network's outputs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def imagenet_classes() -> tuple[str, ...]:
    """Return the names of the 1,000 classes of the ImageNet challenge.

    Output `i` of a network trained on ImageNet means name `i`: the classes are sorted
    by their WordNet number, in Keras, in PyTorch and wherever weights are published.
    Two names occur twice (*crane* is a bird and a machine, *maillot* a swimsuit and
    a tank suit).

    Returns
    -------
    tuple of str
        Such as ``"tench"``, ``"goldfish"``, ``"great white shark"``.
    """
    # The names are those of Keras's imagenet_class_index.json (Apache-2.0), with
    # spaces for underscores; they travel with the library, since they are small.
    text = (files(__package__) / "imagenet_classes.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())
