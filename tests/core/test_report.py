"""The setup cell's report."""

import platform
import re
import sys
from types import SimpleNamespace

import numpy
import pytest

import ldl_lib
from ldl_lib import _report
from ldl_lib._device import Device


@pytest.fixture(autouse=True)
def no_framework(monkeypatch):
    for name in ("tensorflow", "torch"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delenv("LDL_DATA_MIRROR", raising=False)
    monkeypatch.delenv("LDL_DATA_OFFLINE", raising=False)


def lines(capsys) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_names_versions_hardware_and_data(capsys):
    ldl_lib.report()
    versions, hardware, data = lines(capsys)
    assert f"Python {platform.python_version()}" in versions
    assert f"ldl_lib {ldl_lib.__version__}" in versions
    assert f"NumPy {numpy.__version__}" in versions
    assert re.search(r"Plotly \d+\.\d+", versions)
    assert re.search(r"^Hardware: .*CPU, \d+ core", hardware)
    assert data.startswith("Data: downloaded once and verified")


def test_an_imported_framework_is_reported_with_its_device(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(__version__="2.99.1"))
    found = Device("torch", "cuda", "Tesla T4", "cuda")
    monkeypatch.setattr(_report, "device", lambda name: found)
    ldl_lib.report("torch")
    assert lines(capsys)[1] == "PyTorch 2.99.1 on CUDA: Tesla T4"


def test_unknown_framework_is_an_error():
    with pytest.raises(ValueError, match="unknown framework 'keras'"):
        ldl_lib.report("keras")


def test_a_mirror_is_named_without_its_path(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path))
    ldl_lib.report()
    data = lines(capsys)[-1]
    assert "LDL_DATA_MIRROR" in data
    assert str(tmp_path) not in data


def test_a_mirror_that_is_missing_is_pointed_out(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path / "nowhere"))
    ldl_lib.report()
    data = lines(capsys)[-1]
    assert "loading will fail" in data
    assert "nowhere" in data
    with pytest.raises(ldl_lib.data.DataError, match="nowhere"):
        ldl_lib.data.load("mnist")  # as announced


def test_offline_is_said(capsys, monkeypatch):
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    ldl_lib.report()
    assert lines(capsys)[-1].startswith("Data: verified files downloaded before")
