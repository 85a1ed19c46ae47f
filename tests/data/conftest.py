"""A tiny dataset on a local server, and a clean environment around every test."""

from __future__ import annotations

import gzip
import hashlib
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ldl_lib.data import _fetch
from ldl_lib.data._images import DIGIT_NAMES, idx_images
from ldl_lib.data._registry import REGISTRY
from ldl_lib.data._types import Entry, File

REAL_MIRROR = os.environ.get("LDL_DATA_MIRROR", "").strip()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty cache, no mirror, no memory, and short waits."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("LDL_DATA_CACHE", str(folder))
    for name in ("MIRROR", "OFFLINE"):
        monkeypatch.delenv(f"LDL_DATA_{name}", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "LDL_SITE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(_fetch, "PAUSES", (0.01, 0.01))
    monkeypatch.setattr(_fetch, "CONNECT_SECONDS", 2.0)
    monkeypatch.setattr(_fetch, "_failed_hosts", {})
    return folder


@pytest.fixture
def real_mirror(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point at the mirror of real data, or skip."""
    if not REAL_MIRROR:
        pytest.skip("needs real data: LDL_DATA_MIRROR is not set")
    monkeypatch.setenv("LDL_DATA_MIRROR", REAL_MIRROR)
    return Path(REAL_MIRROR).expanduser().absolute()


@pytest.fixture
def encode() -> Callable[[NDArray[np.uint8]], bytes]:
    """Encode an array as a gzipped IDX file."""
    return idx_bytes


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """Encode an array of unsigned bytes as a gzipped IDX file."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)


# What the server does with a request: write an answer, given the right body.
Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


class Server:
    """A local web server: files by name, and a queue of answers to give."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: dict[str, bytes] = {}
        self.answers: list[Answer] = []
        self.always: Answer = self.good
        self.requests: list[str] = []

    @staticmethod
    def good(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    @staticmethod
    def broken(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_error(500)

    @staticmethod
    def missing(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_error(404)

    @staticmethod
    def cut(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Promise the whole body, send half, and hang up."""
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])

    @staticmethod
    def cut_unannounced(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Send half without ever saying how much there is."""
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])

    @staticmethod
    def stalled(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Send half, then nothing more for longer than the client waits."""
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
        time.sleep(1.0)

    @staticmethod
    def altered(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        Server.good(handler, body[:-1] + bytes([body[-1] ^ 1]))

    @staticmethod
    def endless(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Send more than the file has, a page of a hotel's log-in for instance."""
        Server.good(handler, body + b"x" * 1_000_000)

    @staticmethod
    def unpacking(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Mark the file as compressed only for the journey, if the client agrees."""
        handler.send_response(200)
        if "gzip" in handler.headers.get("Accept-Encoding", ""):
            handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests.append(self.path)
            answer = state.answers.pop(0) if state.answers else state.always
            answer(self, state.bodies[self.path.rpartition("/")[2]])

        def log_message(self, format: str, *args: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.daemon_threads = True
    state = Server(f"http://127.0.0.1:{web.server_port}/")
    thread = threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield state
    web.shutdown()
    web.server_close()


@dataclass(frozen=True)
class Tiny:
    """MNIST's registry entry, shrunk to 60 + 10 random images of 4 × 4 pixels."""

    entry: Entry
    bodies: dict[str, bytes]
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    @property
    def files(self) -> tuple[File, ...]:
        return self.entry.info.files

    def write_to(self, folder: Path) -> Path:
        for file in self.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.bodies[file.path])
        return folder


@pytest.fixture
def tiny(server: Server, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (70, 4, 4), dtype=np.uint8)
    labels = rng.integers(0, 10, 70, dtype=np.uint8)
    bodies = {
        "train_images": idx_bytes(images[:60]),
        "train_labels": idx_bytes(labels[:60]),
        "test_images": idx_bytes(images[60:]),
        "test_labels": idx_bytes(labels[60:]),
    }
    files = tuple(
        File(
            role=role,
            path=f"tiny/{role}.gz",
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            # Two names of one machine: two hosts, as far as the client can see.
            urls=(
                f"{server.url}first/{role}.gz",
                f"{server.url.replace('127.0.0.1', 'localhost')}second/{role}.gz",
            ),
        )
        for role, body in bodies.items()
    )
    server.bodies.update({f"{role}.gz": body for role, body in bodies.items()})
    mnist = REGISTRY["mnist"]
    entry = replace(
        mnist,
        info=replace(mnist.info, files=files),
        build=partial(
            idx_images, train=55, validation=5, test=10, class_names=DIGIT_NAMES
        ),
    )
    monkeypatch.setitem(REGISTRY, "mnist", entry)
    by_path = {file.path: bodies[file.role] for file in files}
    return Tiny(entry, by_path, images, labels)
