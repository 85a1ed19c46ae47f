"""What Windows lacks must not stop it: file locks, sessions and Unix sockets."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import sys
from types import ModuleType, SimpleNamespace

import pytest

from ldl_lib.publish import kernel, lock, watch


def locking(descriptor: int, mode: int, size: int) -> None:
    """Lock bytes from the file's position on, as Windows does."""
    assert mode == 2
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert os.lseek(descriptor, 0, os.SEEK_CUR) > 1_000  # what is locked is unreadable


@pytest.fixture
def lock_there(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as Windows imports it."""
    spec = importlib.util.find_spec(lock.__name__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as there:
        there.setattr(sys, "platform", "win32")
        there.setitem(sys.modules, "fcntl", None)
        windows = SimpleNamespace(LK_NBLCK=2, locking=locking)
        there.setitem(sys.modules, "msvcrt", windows)
        spec.loader.exec_module(module)
    monkeypatch.delattr(os, "uname")
    return module


def test_a_lock_holds_and_names_its_holder(tmp_path, lock_there):
    path = tmp_path / "one.lock"
    with lock_there.held(path) as waited:
        assert not waited
        assert lock_there.holder(path).startswith(f"process {os.getpid()} on ")
        with (
            pytest.raises(lock_there.LockAbandonedError),
            lock_there.held(path, give_up=lambda: True),
        ):
            pass
    assert lock_there.holder(path) is None


def test_without_sessions_the_tree_is_what_is_watched(monkeypatch):
    monkeypatch.delattr(os, "getsid")
    assert watch._session(os.getpid()) == []


def test_without_unix_sockets_a_kernel_stays_on_this_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    made = kernel.blocking_manager(tmp_path)
    assert made.transport == "tcp"
    assert made.ip == "127.0.0.1"
    assert made.connection_file == str(tmp_path / "kernel.json")
