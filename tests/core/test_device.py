"""Device detection, with stand-ins for the accelerators that a test machine lacks."""

import importlib.util
import os
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

import ldl_lib
from ldl_lib import _device
from ldl_lib._device import Device

SIGNS_OF_A_TPU = (*_device.TPU_VARIABLES, "PJRT_DEVICE")


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch):
    """No accelerator and no framework, whatever this machine has."""
    for name in SIGNS_OF_A_TPU:
        monkeypatch.delenv(name, raising=False)
    for name in ("tensorflow", "torch"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(_device, "glob", lambda pattern: [])
    monkeypatch.setattr(_device.shutil, "which", lambda name: None)


def fake_torch(*, cuda: bool = False, mps: bool = False) -> SimpleNamespace:
    return SimpleNamespace(
        cuda=SimpleNamespace(
            is_available=lambda: cuda, get_device_name=lambda index: "Tesla T4"
        ),
        backends=SimpleNamespace(mps=SimpleNamespace(is_available=lambda: mps)),
    )


class FakeTensorFlow:
    """The few names of TensorFlow that detection uses."""

    def __init__(self, gpus=(), tpu_error=None):
        self.asked_for_tpu = []
        self.entered = []

        def resolver(tpu):
            self.asked_for_tpu.append(tpu)
            if tpu_error:
                raise tpu_error
            return "resolver"

        @contextmanager
        def scope():
            self.entered.append("scope")
            yield

        self.distribute = SimpleNamespace(
            cluster_resolver=SimpleNamespace(TPUClusterResolver=resolver),
            TPUStrategy=lambda resolver: SimpleNamespace(scope=scope),
        )
        self.tpu = SimpleNamespace(
            experimental=SimpleNamespace(initialize_tpu_system=lambda resolver: None)
        )
        self.errors = SimpleNamespace(OpError=type("OpError", (Exception,), {}))
        self.config = SimpleNamespace(
            experimental_connect_to_cluster=lambda resolver: None,
            list_physical_devices=lambda kind: list(gpus),
            experimental=SimpleNamespace(
                get_device_details=lambda gpu: {"device_name": "NVIDIA L4"}
            ),
        )


@pytest.mark.parametrize(
    ("has", "kind", "handle", "name"),
    [
        ({}, "cpu", "cpu", "CPU, "),
        ({"mps": True}, "mps", "mps", "Apple GPU"),
        ({"cuda": True}, "cuda", "cuda", "Tesla T4"),
        ({"cuda": True, "mps": True}, "cuda", "cuda", "Tesla T4"),
    ],
)
def test_torch_prefers_cuda_then_mps_then_cpu(monkeypatch, has, kind, handle, name):
    monkeypatch.setitem(sys.modules, "torch", fake_torch(**has))
    found = ldl_lib.device("torch")
    assert (found.framework, found.kind, found.handle) == ("torch", kind, handle)
    assert found.name.startswith(name)
    assert found.note == ""


@pytest.mark.parametrize(
    ("platform", "kind", "name"),
    [("linux", "cuda", "NVIDIA L4"), ("darwin", "mps", "Apple GPU")],
)
def test_tensorflow_finds_a_gpu(monkeypatch, platform, kind, name):
    monkeypatch.setitem(sys.modules, "tensorflow", FakeTensorFlow(gpus=["gpu0"]))
    monkeypatch.setattr(_device.sys, "platform", platform)
    found = ldl_lib.device("tensorflow")
    assert (found.kind, found.name, found.handle) == (kind, name, "/GPU:0")


def test_tensorflow_is_not_asked_for_a_tpu_without_a_sign_of_one(monkeypatch):
    tf = FakeTensorFlow()
    monkeypatch.setitem(sys.modules, "tensorflow", tf)
    found = ldl_lib.device("tensorflow")
    assert (found.kind, found.handle) == ("cpu", "/CPU:0")
    assert tf.asked_for_tpu == []
    with found.scope():
        assert tf.entered == []


@pytest.mark.parametrize(
    ("variables", "asked_for", "name"),
    [
        ({"TPU_ACCELERATOR_TYPE": "v5e-1"}, "local", "TPU v5e-1"),
        ({"COLAB_TPU_ADDR": "10.0.0.2:8470"}, "10.0.0.2:8470", "TPU"),
        ({"PJRT_DEVICE": "TPU"}, "local", "TPU"),
    ],
)
def test_tensorflow_uses_a_tpu(monkeypatch, variables, asked_for, name):
    tf = FakeTensorFlow(gpus=["gpu0"])
    monkeypatch.setitem(sys.modules, "tensorflow", tf)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    found = ldl_lib.device("tensorflow")
    assert tf.asked_for_tpu == [asked_for]
    assert (found.kind, found.name) == ("tpu", name)
    with found.scope():
        assert tf.entered == ["scope"]


def test_a_tpu_that_tensorflow_cannot_use_is_reported_not_raised(monkeypatch):
    error = ValueError("Please provide a TPU Name to connect to.\nTraceback ...")
    tf = FakeTensorFlow(tpu_error=error)
    monkeypatch.setitem(sys.modules, "tensorflow", tf)
    monkeypatch.setenv("TPU_NAME", "local")
    found = ldl_lib.device("tensorflow")
    assert found.kind == "cpu"
    assert found.note.endswith("Please provide a TPU Name to connect to.")
    assert "a TPU is attached" in str(found)


def test_torch_uses_a_tpu_through_torch_xla(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", fake_torch())
    runtime = SimpleNamespace(device_type=lambda: "TPU")
    monkeypatch.setitem(sys.modules, "torch_xla", SimpleNamespace(runtime=runtime))
    monkeypatch.setitem(sys.modules, "torch_xla.runtime", runtime)
    monkeypatch.setenv("TPU_ACCELERATOR_TYPE", "v5e-1")
    found = ldl_lib.device("torch")
    assert (found.kind, found.handle, str(found)) == ("tpu", "xla", "TPU v5e-1")


def test_torch_says_what_a_tpu_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", fake_torch())
    monkeypatch.setitem(sys.modules, "torch_xla.runtime", None)
    monkeypatch.setenv("TPU_NAME", "local")
    found = ldl_lib.device("torch")
    assert found.kind == "cpu"
    assert "torch_xla" in found.note


def test_without_a_name_the_imported_framework_counts(monkeypatch):
    assert ldl_lib.device().framework == "numpy"
    monkeypatch.setitem(sys.modules, "torch", fake_torch(cuda=True))
    assert ldl_lib.device().kind == "cuda"
    monkeypatch.setitem(sys.modules, "tensorflow", FakeTensorFlow())
    with pytest.raises(ValueError, match="both imported: say which"):
        ldl_lib.device()


def test_unknown_framework():
    with pytest.raises(ValueError, match=r"'jax'.*expected \"tensorflow\" or \"torch"):
        ldl_lib.device("jax")


def test_missing_framework_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(_device, "find_spec", lambda name: None)
    with pytest.raises(
        ModuleNotFoundError, match=r"PyTorch is not installed.*pip inst"
    ):
        ldl_lib.device("torch")


def test_devices_in_words():
    assert str(Device("torch", "cuda", "Tesla T4", "cuda")) == "CUDA: Tesla T4"
    assert str(Device("torch", "cpu", "CPU, 2 cores", "cpu")) == "CPU, 2 cores"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_hardware_names_nvidia_gpus(monkeypatch, tmp_path):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'Tesla T4'\necho 'Tesla T4'\n")
    program.chmod(0o755)
    monkeypatch.setattr(_device.shutil, "which", lambda name: str(program))
    assert _device.hardware().startswith("Tesla T4, Tesla T4, CPU, ")
    program.write_text("#!/bin/sh\necho 'no driver'\nexit 9\n")
    assert _device.hardware().startswith("CPU, ")


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_the_real_framework_accepts_its_handle(framework):
    # Importing it here, too, would load a second copy beside other tests' PyTorch.
    if importlib.util.find_spec(framework) is None:
        pytest.skip(f"{framework} is not installed")
    check = {
        "torch": "float(module.ones(3, device=found.handle).sum())",
        "tensorflow": "float(tf_sum(module, found))",
    }[framework]
    code = f"""
import {framework} as module, ldl_lib
def tf_sum(tf, found):
    with tf.device(found.handle):
        return tf.reduce_sum(tf.ones(3))
found = ldl_lib.device()
assert found.framework == {framework!r} and {check} == 3
"""
    environment = {k: v for k, v in os.environ.items() if k not in SIGNS_OF_A_TPU}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
