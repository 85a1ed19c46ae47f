"""Helper library of the interactive companion to *Learning Deep Learning*.

Importing it is quick: the parts below load when first used, and neither TensorFlow nor
PyTorch is ever imported here.

=============  ==================================================================
``data``       datasets: verified download, mirrors, embedded samples
``explore``    the interactive figures
``figures``    pure functions from arrays to Plotly figures
``nn``         small networks from scratch in NumPy
``exercises``  checks, hints, quizzes
``results``    full-size results: record, load, compare with the book
``device()``   where a framework computes here: CPU, CUDA, MPS or TPU
``report()``   prints versions, device and where data comes from
=============  ==================================================================
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import data, exercises, explore, figures, nn, results
    from ._device import device
    from ._report import report

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "data",
    "device",
    "exercises",
    "explore",
    "figures",
    "nn",
    "report",
    "results",
]

_SUBMODULES = {"data", "exercises", "explore", "figures", "nn", "results"}
_FUNCTIONS = {"device": "._device", "report": "._report"}


def __getattr__(name: str) -> Any:
    """Load a submodule or function on first use (PEP 562)."""
    if name in _SUBMODULES:
        return import_module(f".{name}", __name__)
    if name in _FUNCTIONS:
        value = getattr(import_module(_FUNCTIONS[name], __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; it has "
        + ", ".join(sorted(_SUBMODULES | _FUNCTIONS.keys()))
    )


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


# The site's build sets this, so that a bare figure at a cell's end works there too.
if os.environ.get("LDL_SITE") == "1":
    from .explore import site_mode

    site_mode()
