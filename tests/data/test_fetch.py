"""Getting files: every place they come from, and everything that can go wrong there."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from ldl_lib import data
from ldl_lib.data import _fetch

# `tiny` and `server` are described in conftest.py.


def stored(folder: Path) -> list[str]:
    """List all files below a folder."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# ---------------------------------------------------------------- order of places


def test_upstream_then_cache(tiny: Any, server: Any, cache: Path) -> None:
    assert data.load("mnist").source == "upstream"
    assert stored(cache) == sorted(tiny.bodies)
    asked = len(server.requests)
    again = data.load("mnist")
    assert again.source == "cache"
    assert len(server.requests) == asked == 4
    assert not again.is_sample


def test_mirror_comes_before_upstream_and_is_used_in_place(
    tiny: Any, server: Any, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tiny.write_to(tmp_path / "mirror")))
    assert data.load("mnist").source == "mirror"
    assert server.requests == []
    assert stored(cache) == []


def test_cache_comes_before_mirror(
    tiny: Any, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.write_to(cache)
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tiny.write_to(tmp_path / "mirror")))
    assert data.load("mnist").source == "cache"


def test_a_mirror_that_lacks_a_file_is_completed_from_upstream(
    tiny: Any, server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = tiny.write_to(tmp_path / "mirror")
    (mirror / tiny.files[3].path).unlink()
    monkeypatch.setenv("LDL_DATA_MIRROR", str(mirror))
    assert data.load("mnist").source == "upstream"
    assert len(server.requests) == 1


def test_every_place_gives_the_same_arrays_and_digest(tiny: Any, cache: Path) -> None:
    first, second = data.load("mnist"), data.load("mnist")
    assert first.source != second.source
    assert first.digest == second.digest
    assert (first.train.X == second.train.X).all()
    assert first.train.X is not second.train.X


# ---------------------------------------------------------------- damaged files


def damage(path: Path, kind: str) -> None:
    body = path.read_bytes()
    if kind == "altered":
        body = body[:20] + bytes([body[20] ^ 1]) + body[21:]
    elif kind == "truncated":
        body = body[: len(body) // 2]
    elif kind == "empty":
        body = b""
    else:
        body += b"surplus"
    path.write_bytes(body)


KINDS = ["altered", "truncated", "empty", "too long"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_in_the_cache_is_fetched_again(
    tiny: Any, server: Any, cache: Path, kind: str
) -> None:
    path = tiny.write_to(cache) / tiny.files[0].path
    damage(path, kind)
    assert data.load("mnist").source == "upstream"
    assert len(server.requests) == 1
    assert path.read_bytes() == tiny.bodies[tiny.files[0].path]


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_in_the_cache_is_deleted_and_never_loaded(
    tiny: Any,
    cache: Path,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    path = tiny.write_to(cache) / tiny.files[0].path
    damage(path, kind)
    assert data.load("mnist").is_sample
    assert not path.exists()
    assert "SAMPLE" in capsys.readouterr().out


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_in_the_mirror_is_reported_left_alone_and_not_used(
    tiny: Any,
    server: Any,
    tmp_path: Path,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mirror = tiny.write_to(tmp_path / "mirror")
    path = mirror / tiny.files[1].path
    damage(path, kind)
    damaged = path.read_bytes()
    monkeypatch.setenv("LDL_DATA_MIRROR", str(mirror))
    with pytest.warns(UserWarning, match=r"mirror's copy is not used.*train_labels"):
        assert data.load("mnist").source == "upstream"
    assert path.read_bytes() == damaged
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    (_fetch.cache_dir() / tiny.files[1].path).unlink()
    with (
        pytest.warns(UserWarning, match="mirror's copy"),
        pytest.raises(data.DataError, match=r"mirror: .*train_labels\.gz (is|has)"),
    ):
        data.load("mnist", strict=True)


def test_a_folder_in_a_files_place_is_no_file(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mirror" / tiny.files[0].path).mkdir(parents=True)
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path / "mirror"))
    assert data.load("mnist").source == "upstream"


# ---------------------------------------------------------------- a bad mirror


@pytest.mark.parametrize("strict", [True, False])
def test_a_mirror_that_is_missing_is_an_error(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(data.DataError, match=r"LDL_DATA_MIRROR.*does not exist.*unset"):
        data.load("mnist", strict=strict)
    with pytest.raises(data.DataError, match="does not exist"):
        data.prefetch(["mnist"])
    assert "does not exist" in data.describe_source()


def test_a_mirror_that_is_a_file_is_an_error(
    tiny: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LDL_DATA_MIRROR", str(tmp_path / "file"))
    with pytest.raises(data.DataError, match="is not a folder"):
        data.load("mnist")


def test_an_empty_setting_is_no_mirror(
    tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDL_DATA_MIRROR", " ")
    assert data.load("mnist").source == "upstream"


# ---------------------------------------------------------------- a bad cache


def test_a_cache_that_cannot_be_written_to_still_loads(
    tiny: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.warns(UserWarning, match=r"Read-only file system.*LDL_DATA_CACHE"):
        dataset = data.load("mnist")
    assert dataset.source == "upstream"
    assert stored(cache) == []


def test_a_cache_that_is_a_file_still_loads(tiny: Any, cache: Path) -> None:
    cache.write_text("")
    with pytest.warns(UserWarning, match="cannot be kept"):
        assert data.load("mnist").source == "upstream"
    assert cache.read_text() == ""


class FullDisk(io.FileIO):
    """Takes half of what is written, as a disk does that fills up."""

    def write(self, body: Any) -> int:
        super().write(body[: len(body) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fdopen", FullDisk)


def test_a_full_disk_still_loads_and_leaves_nothing_behind(
    tiny: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(monkeypatch)
    with pytest.warns(UserWarning, match="No space left on device"):
        dataset = data.load("mnist")
    assert dataset.source == "upstream"
    assert stored(cache) == []


def test_prefetch_on_a_full_disk_is_an_error(
    tiny: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(monkeypatch)
    with (
        pytest.warns(UserWarning, match="No space"),
        pytest.raises(data.DataError, match="cannot be kept in"),
    ):
        data.prefetch(["mnist"])


def test_the_usual_cache_belongs_to_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LDL_DATA_CACHE")
    folder = _fetch.cache_dir()
    assert folder.is_absolute()
    assert "ldl_lib" in folder.parts


# ---------------------------------------------------------------- a bad network


@pytest.mark.parametrize("answer", ["broken", "cut", "cut_unannounced"])
def test_a_passing_failure_is_tried_again(
    tiny: Any, server: Any, answer: str, cache: Path
) -> None:
    server.answers = [getattr(server, answer)] * 2
    assert data.load("mnist").source == "upstream"
    assert server.requests[:4] == ["/first/train_images.gz"] * 3 + [
        "/first/train_labels.gz"
    ]
    assert stored(cache) == sorted(tiny.bodies)


def test_a_server_that_falls_silent_is_tried_again(
    tiny: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_fetch, "READ_SECONDS", 0.2)
    server.answers = [server.stalled]
    assert data.load("mnist").source == "upstream"


@pytest.mark.parametrize("answer", ["altered", "endless", "missing"])
def test_a_wrong_answer_is_not_asked_for_twice(
    tiny: Any, server: Any, answer: str
) -> None:
    server.answers = [getattr(server, answer)]
    assert data.load("mnist").source == "upstream"
    assert server.requests[:3] == [
        "/first/train_images.gz",
        "/second/train_images.gz",
        "/first/train_labels.gz",
    ]


def test_a_server_that_unpacks_on_the_way_is_told_not_to(
    tiny: Any, server: Any
) -> None:
    server.always = server.unpacking
    assert data.load("mnist").source == "upstream"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("broken", r"500 .*\(3 attempts\)"),
        ("missing", "404"),
        ("cut", r"after \d+ bytes \(3 attempts\)"),
        ("altered", "has been altered: SHA-256"),
        ("endless", "is too long"),
    ],
)
def test_lasting_failures_give_the_sample_or_an_error_with_reasons(
    tiny: Any,
    server: Any,
    cache: Path,
    answer: str,
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.always = getattr(server, answer)
    with pytest.raises(data.DataError, match=rf"(?s)first.*{reason}.*second.*{reason}"):
        data.load("mnist", strict=True)
    dataset = data.load("mnist")
    assert dataset.is_sample
    assert dataset.source == "sample"
    assert capsys.readouterr().out.count("\n") == 1
    assert stored(cache) == []


def test_a_host_that_failed_is_left_alone_until_prefetch_asks(
    tiny: Any, server: Any
) -> None:
    server.always = server.broken
    data.load("mnist")
    asked = len(server.requests)
    assert asked == 6
    data.load("mnist")
    assert len(server.requests) == asked
    server.always = server.good
    assert data.load("mnist").is_sample
    assert data.prefetch(["mnist"]) == {"mnist": "upstream"}
    assert data.load("mnist").source == "cache"


def test_a_host_that_failed_is_asked_again_after_some_minutes(
    tiny: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.always = server.broken
    data.load("mnist")
    server.always = server.good
    monkeypatch.setattr(_fetch, "REMEMBER_SECONDS", 0.0)
    assert data.load("mnist").source == "upstream"


def test_no_connection_fails_fast(
    tiny: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", refuse)
    start = time.perf_counter()
    with pytest.raises(data.DataError, match="cannot connect") as caught:
        data.load("mnist", strict=True)
    assert time.perf_counter() - start < 1
    assert "data.prefetch(['mnist'])" in str(caught.value)
    assert "LDL_DATA_MIRROR" in str(caught.value)


def test_a_network_that_swallows_everything_is_waited_for_once(
    tiny: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    knocks = []

    def hang(endpoint: Any, timeout: float) -> Any:
        knocks.append(endpoint)
        time.sleep(3)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", hang)
    monkeypatch.setattr(_fetch, "CONNECT_SECONDS", 0.2)
    start = time.perf_counter()
    for _ in range(3):
        assert data.load("mnist").is_sample
    assert time.perf_counter() - start < 2
    assert len(knocks) == 2
    with pytest.raises(data.DataError, match=r"no answer within 0\.2 s"):
        data.load("mnist", strict=True)


@pytest.mark.parametrize("value", ["1", "true", "Yes"])
def test_offline_never_touches_the_network(
    tiny: Any, server: Any, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "create_connection", fail)
    monkeypatch.setenv("LDL_DATA_OFFLINE", value)
    assert data.load("mnist").is_sample
    with pytest.raises(data.DataError, match="ruled out by LDL_DATA_OFFLINE"):
        data.load("mnist", strict=True)
    assert server.requests == []


@pytest.mark.parametrize("value", ["", "0", "false", "No"])
def test_offline_can_be_switched_off(
    tiny: Any, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", value)
    assert data.load("mnist").source == "upstream"


def test_a_proxy_is_what_must_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://data.example/mnist.gz"
    assert _fetch._endpoint(url) == ("data.example", 443)
    assert _fetch._endpoint("http://data.example/x") == ("data.example", 80)
    for proxy in ("http://proxy.example:3128", "proxy.example:3128"):
        monkeypatch.setenv("https_proxy", proxy)
        assert _fetch._endpoint(url) == ("proxy.example", 3128)
    monkeypatch.setenv("no_proxy", "data.example")
    assert _fetch._endpoint(url) == ("data.example", 443)


def test_a_download_shows_progress_only_when_wanted(
    tiny: Any,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data.load("mnist")
    captured = capsys.readouterr()
    assert "tiny/train_images.gz" in captured.err
    assert captured.out == ""
    (cache / tiny.files[0].path).unlink()
    data.prefetch(["mnist"], progress=False)
    (cache / tiny.files[0].path).unlink()
    monkeypatch.setenv("LDL_SITE", "1")
    data.load("mnist")
    assert capsys.readouterr() == ("", "")


# ---------------------------------------------------------------- other processes

FETCH = """
import json, os, sys
from ldl_lib.data import _fetch
from ldl_lib.data._types import File
spec = json.loads(sys.argv[1])
if spec.pop("die"):
    _fetch.os.replace = lambda *names: os._exit(9)
data, source = _fetch.fetch(File(**spec), progress=False)
print(len(data), source)
"""


def start(file: Any, *, die: bool = False) -> subprocess.Popen[str]:
    spec = {**vars(file), "die": die}
    return subprocess.Popen(
        [sys.executable, "-c", FETCH, json.dumps(spec)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(data.__file__).parents[2],
    )


def test_a_killed_run_leaves_no_half_written_file_to_load(
    tiny: Any, cache: Path
) -> None:
    file = tiny.files[0]
    assert start(file, die=True).wait(60) == 9
    (leftover,) = stored(cache)
    assert leftover.endswith(".part")
    assert data.load("mnist").source == "upstream"
    assert leftover in stored(cache)  # too young: it might still be written to
    an_hour_ago = time.time() - 2 * 3600
    os.utime(cache / leftover, (an_hour_ago, an_hour_ago))
    (cache / file.path).unlink()
    data.load("mnist")
    assert stored(cache) == sorted(tiny.bodies)


def test_two_processes_at_once(tiny: Any, cache: Path) -> None:
    file = tiny.files[0]
    runs = [start(file), start(file)]
    outputs = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert {output.split()[0] for output in outputs} == {str(file.size)}
    assert stored(cache) == [file.path]
    body = (cache / file.path).read_bytes()
    assert hashlib.sha256(body).hexdigest() == file.sha256


# ---------------------------------------------------------------- details


def test_a_length_that_differs_is_named(
    tiny: Any, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LDL_DATA_OFFLINE", "1")
    for kind in ("truncated", "too long"):
        damage(tiny.write_to(cache) / tiny.files[0].path, kind)
        message = rf"train_images\.gz is {kind}: [\d,]+ bytes, expected [\d,]+; del"
        with pytest.raises(data.DataError, match=message):
            data.load("mnist", strict=True)


def test_a_surplus_is_never_collected(tiny: Any) -> None:
    file = tiny.files[0]
    with _fetch._Sink(file, progress=False) as sink:
        sink.write(b"x" * file.size)
        with pytest.raises(data.DamagedFileError, match="too long"):
            sink.write(b"x")
        assert len(sink.getvalue()) == file.size
