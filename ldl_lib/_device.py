"""Where TensorFlow or PyTorch computes on this machine: CPU, CUDA, MPS or TPU."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from glob import glob
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

Kind = Literal["cpu", "cuda", "mps", "tpu"]

FRAMEWORKS = {"tensorflow": "TensorFlow", "torch": "PyTorch"}

# Set on Cloud and Colab machines with a TPU. Asking TensorFlow for a TPU where there is
# none can wait minutes for a network address, so nothing is asked without such a sign.
TPU_VARIABLES = ("TPU_ACCELERATOR_TYPE", "TPU_NAME", "COLAB_TPU_ADDR")


@dataclass(frozen=True)
class Device:
    """A device that computes.

    Attributes
    ----------
    framework : str
        ``"tensorflow"``, ``"torch"``, or ``"numpy"`` where neither is in use.
    kind : {"cpu", "cuda", "mps", "tpu"}
        What it is.
    name : str
        Its name in words, such as ``"Tesla T4"`` or ``"CPU, 2 cores"``.
    handle : str
        What the framework calls it: ``"cuda"`` for ``tensor.to(...)`` in PyTorch,
        ``"/GPU:0"`` for ``tf.device(...)`` in TensorFlow.
    note : str
        Why an accelerator that is there is not used; mostly empty.
    """

    framework: str
    kind: Kind
    name: str
    handle: str
    note: str = ""
    strategy: Any = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        label = self.kind.upper()
        words = self.name if self.name.startswith(label) else f"{label}: {self.name}"
        return f"{words} ({self.note})" if self.note else words

    def scope(self) -> AbstractContextManager[Any]:
        """Context in which to build and compile a Keras model.

        Only a TPU needs it, where it is the scope of a `tf.distribute.TPUStrategy`;
        on every other device it does nothing.
        """
        if self.strategy is None:
            return nullcontext()
        scope: AbstractContextManager[Any] = self.strategy.scope()
        return scope


def device(framework: str | None = None) -> Device:
    """Find the best device that a framework can use here.

    Parameters
    ----------
    framework : {"tensorflow", "torch"}, optional
        Imported if necessary. Left out, it is the framework that this program has
        already imported; where it has imported none, NumPy on the CPU.

    Returns
    -------
    Device
        A TPU if there is one, else CUDA or MPS, else the CPU.

    Raises
    ------
    ValueError
        If the name is unknown, or left out while both frameworks are in use.
    ModuleNotFoundError
        If the framework is not installed.
    """
    if framework is None:
        loaded = loaded_frameworks()
        if len(loaded) > 1:
            raise ValueError(
                "TensorFlow and PyTorch are both imported: say which one you mean, "
                'device("tensorflow") or device("torch")'
            )
        if not loaded:
            return Device("numpy", "cpu", _cpu_name(), "cpu")
        framework = loaded[0]
    if framework not in FRAMEWORKS:
        raise ValueError(
            f'unknown framework {framework!r}: expected "tensorflow" or "torch"'
        )
    if framework not in sys.modules and find_spec(framework) is None:
        raise ModuleNotFoundError(
            f"{FRAMEWORKS[framework]} is not installed here; install it with "
            f"`pip install {framework}`",
            name=framework,
        )
    return _torch_device() if framework == "torch" else _tensorflow_device()


def loaded_frameworks() -> list[str]:
    """Names of the frameworks that this program has already imported."""
    return [name for name in FRAMEWORKS if name in sys.modules]


def _torch_device() -> Device:
    torch = import_module("torch")
    note = ""
    if tpu_attached():
        try:
            runtime = import_module("torch_xla.runtime")
            if runtime.device_type() == "TPU":
                return Device("torch", "tpu", _tpu_name(), "xla")
            note = "a TPU is attached, but torch_xla does not see it"
        except ModuleNotFoundError:
            note = "a TPU is attached, but PyTorch needs the package torch_xla for it"
        except (ImportError, RuntimeError) as error:
            note = f"a TPU is attached, but torch_xla failed: {_first_line(error)}"
    if torch.cuda.is_available():
        return Device("torch", "cuda", torch.cuda.get_device_name(0), "cuda", note)
    if torch.backends.mps.is_available():
        return Device("torch", "mps", "Apple GPU", "mps", note)
    return Device("torch", "cpu", _cpu_name(), "cpu", note)


def _tensorflow_device() -> Device:
    tf = import_module("tensorflow")
    note = ""
    if tpu_attached():
        try:
            resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu=_tpu())
            tf.config.experimental_connect_to_cluster(resolver)
            tf.tpu.experimental.initialize_tpu_system(resolver)
            strategy = tf.distribute.TPUStrategy(resolver)
            return Device("tensorflow", "tpu", _tpu_name(), "/TPU:0", strategy=strategy)
        except (ValueError, RuntimeError, tf.errors.OpError) as error:
            note = f"a TPU is attached, but TensorFlow failed: {_first_line(error)}"
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        if sys.platform == "darwin":
            return Device("tensorflow", "mps", "Apple GPU", "/GPU:0", note)
        name = tf.config.experimental.get_device_details(gpus[0]).get("device_name")
        return Device("tensorflow", "cuda", name or "NVIDIA GPU", "/GPU:0", note)
    return Device("tensorflow", "cpu", _cpu_name(), "/CPU:0", note)


def hardware() -> str:
    """Name what this machine has to compute with, without asking a framework."""
    accelerators = []
    if tpu_attached():
        accelerators.append(_tpu_name())
    accelerators += _nvidia_names()
    if sys.platform == "darwin" and platform.machine() == "arm64":
        accelerators.append("Apple GPU")
    return ", ".join([*accelerators, _cpu_name()])


def tpu_attached() -> bool:
    """Whether this machine shows signs of a TPU."""
    return (
        any(os.environ.get(name) for name in TPU_VARIABLES)
        or os.environ.get("PJRT_DEVICE") == "TPU"
        or bool(glob("/dev/accel[0-9]*"))
    )


def _tpu() -> str:
    """Name under which TensorFlow finds the TPU: an address, or this very machine."""
    return os.environ.get("TPU_NAME") or os.environ.get("COLAB_TPU_ADDR") or "local"


def _tpu_name() -> str:
    accelerator = os.environ.get("TPU_ACCELERATOR_TYPE", "")
    return f"TPU {accelerator}".rstrip()


def _nvidia_names() -> list[str]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    try:
        answer = subprocess.run(
            [program, "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return answer.stdout.split("\n")[:-1] if answer.returncode == 0 else []


def _cpu_name() -> str:
    # Containers and job schedulers often grant fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return f"CPU, {cores} core{'s' if cores > 1 else ''}"


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
