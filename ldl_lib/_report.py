"""What runs here: versions, device, data source."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from . import __version__
from ._device import FRAMEWORKS, device, hardware, loaded_frameworks
from .data import DataError
from .data._fetch import is_offline, mirror_dir


def report(*frameworks: str) -> None:
    """Print which versions run, on which device, and where data comes from.

    Parameters
    ----------
    *frameworks : {"tensorflow", "torch"}
        Frameworks to report although they are not imported yet; they are imported.
        Those that are already imported are always reported.

    Raises
    ------
    ValueError, ModuleNotFoundError
        As `ldl_lib.device`, if a name is unknown or the framework is not installed.
    """
    devices = {name: device(name) for name in (*loaded_frameworks(), *frameworks)}
    print(
        f"Python {platform.python_version()}, ldl_lib {__version__}, "
        f"NumPy {_version('numpy')}, Plotly {_version('plotly')}"
    )
    for name, found in devices.items():
        print(f"{FRAMEWORKS[name]} {_version(name)} on {found}")
    if not devices:
        print(f"Hardware: {hardware()}")
    print(f"Data: {_data_source()}")


def _version(package: str) -> str:
    # TensorFlow's wheels have several names, so a module's own version comes first.
    module = sys.modules.get(package)
    own = getattr(module, "__version__", None)
    if isinstance(own, str):
        return own
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _data_source() -> str:
    try:
        mirror = mirror_dir()
    except DataError as error:
        return f"loading will fail. {error}"
    if mirror is not None:
        return "verified files of the folder that LDL_DATA_MIRROR names"
    if is_offline():
        return "verified files downloaded before; embedded samples of the others"
    return "downloaded once and verified; embedded samples where that fails"
