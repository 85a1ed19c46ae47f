"""Bring the bytes of a file, verified, from the nearest place that has them.

Order: cache, mirror folder, upstream addresses. Bytes are hashed in memory and the very
bytes that passed are returned and stored, so nothing unverified is ever written to disk
or used, and no other process can change a file between its check and its use. Hashing
MNIST's 12 MB on each load takes some 10 ms.

Files of a mirror are used in place, not copied into the cache: a mirror is close by,
and often shared by many readers.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import queue
import socket
import tempfile
import threading
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tqdm import tqdm

from ._types import DamagedFileError, DataError, File, Source

CONNECT_SECONDS = 4.0  # wait for a host to answer; readers offline wait this long, once
READ_SECONDS = 20.0  # longest silence in the middle of a download
PAUSES = (0.5, 2.0)  # seconds before the second and the third attempt at an address
REMEMBER_SECONDS = 300.0  # a host that failed is left alone this long
_CHUNK_BYTES = 1 << 16
_STALE_SECONDS = 3600.0  # a temporary file this old belongs to a run that was killed

Endpoint = tuple[str, int]

_failed_hosts: dict[Endpoint, tuple[float, str]] = {}


class _WrongAnswerError(DamagedFileError):
    """The host answers, but not with this file: asking it again would not help."""


def cache_dir() -> Path:
    """Return the folder that keeps verified files: `LDL_DATA_CACHE`, or the usual one.

    The usual one is the operating system's folder for caches, such as
    ``~/.cache/ldl_lib``.
    """
    named = os.environ.get("LDL_DATA_CACHE", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("ldl_lib"))


def mirror_dir() -> Path | None:
    """Return the mirror folder that `LDL_DATA_MIRROR` names, or None if it names none.

    Raises
    ------
    DataError
        If it names something that is not a folder: whoever set it means it to be used.
    """
    named = os.environ.get("LDL_DATA_MIRROR", "").strip()
    if not named:
        return None
    folder = Path(named).expanduser().absolute()
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "does not exist"
        raise DataError(
            f"LDL_DATA_MIRROR names {str(folder)!r}, which {problem}. Set it to a "
            "folder that holds the data files, or unset it to use cache and network."
        )
    return folder


def is_offline() -> bool:
    """Tell whether `LDL_DATA_OFFLINE` rules out the network."""
    value = os.environ.get("LDL_DATA_OFFLINE", "").strip().lower()
    return value not in {"", "0", "false", "no"}


def forget_failures() -> None:
    """Give every host another chance."""
    _failed_hosts.clear()


def local_source(file: File) -> Source | None:
    """Tell which near place seems to have `file`, judged by its size alone."""
    if _has_size(cache_dir() / file.path, file.size):
        return "cache"
    mirror = mirror_dir()
    if mirror is not None and _has_size(mirror / file.path, file.size):
        return "mirror"
    return None


def is_at_hand(file: File) -> bool:
    """Tell whether the cache or the mirror holds exactly `file`."""
    mirror = mirror_dir()
    folders = [cache_dir()] if mirror is None else [cache_dir(), mirror]
    return any(_holds(folder / file.path, file) for folder in folders)


def fetch(file: File, *, progress: bool = True) -> tuple[bytes, Source]:
    """Return the verified bytes of `file`, and where they came from.

    Parameters
    ----------
    file : File
        What to bring.
    progress : bool
        Whether to show a progress bar while downloading.

    Raises
    ------
    DataError
        If no place has it. The message gives the reason of each, one a line.
    """
    reasons: list[str] = []
    data = _from_cache(file, reasons)
    if data is not None:
        return data, "cache"
    data = _from_mirror(file, reasons)
    if data is not None:
        return data, "mirror"
    data = _from_upstream(file, reasons, progress=progress)
    if data is not None:
        _store(file, data)
        return data, "upstream"
    raise DataError("\n".join(reasons))


def _from_cache(file: File, reasons: list[str]) -> bytes | None:
    path = cache_dir() / file.path
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        reasons.append(f"cache: {file.path} is not there yet")
        return None
    except OSError as error:
        reasons.append(f"cache: {path} cannot be read ({_short(error)})")
        return None
    try:
        _verify(file, data)
    except DamagedFileError as error:
        reasons.append(f"cache: {error}; deleted")
        # In a read-only cache it stays, and is refused again next time.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return None
    return data


def _from_mirror(file: File, reasons: list[str]) -> bytes | None:
    mirror = mirror_dir()
    if mirror is None:
        reasons.append("mirror: LDL_DATA_MIRROR is not set")
        return None
    path = mirror / file.path
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        reasons.append(f"mirror: {path} is not there")
        return None
    except OSError as error:
        reasons.append(f"mirror: {path} cannot be read ({_short(error)})")
        return None
    try:
        _verify(file, data)
    except DamagedFileError as error:
        reasons.append(f"mirror: {error}")
        # A mirror is somebody else's: say it, leave the file alone.
        warnings.warn(
            f"The mirror's copy is not used: {error}. Replace {path}.", stacklevel=2
        )
        return None
    return data


def _verify(file: File, data: bytes) -> None:
    if len(data) != file.size:
        kind = "truncated" if len(data) < file.size else "too long"
        raise DamagedFileError(
            f"{file.path} is {kind}: {len(data):,} bytes, expected {file.size:,}"
        )
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise DamagedFileError(
            f"{file.path} has been altered: SHA-256 {found[:12]}…, "
            f"expected {file.sha256[:12]}…"
        )


def _from_upstream(file: File, reasons: list[str], *, progress: bool) -> bytes | None:
    if is_offline():
        reasons.append("network: ruled out by LDL_DATA_OFFLINE")
        return None
    if not file.urls:
        reasons.append("network: no address is known")
        return None
    _probe(file.urls)
    for url in file.urls:
        endpoint = _endpoint(url)
        failure = _remembered(endpoint)
        if failure is None:
            try:
                return _download(file, url, progress=progress)
            except DamagedFileError as error:
                reasons.append(f"network: {url}: {error}")
                continue
            except DataError as error:
                failure = str(error)
                _failed_hosts[endpoint] = (time.monotonic(), failure)
        reasons.append(f"network: {url}: {failure}")
    return None


def _remembered(endpoint: Endpoint) -> str | None:
    when, failure = _failed_hosts.get(endpoint, (-REMEMBER_SECONDS, ""))
    return failure if time.monotonic() - when < REMEMBER_SECONDS else None


def _endpoint(url: str) -> Endpoint:
    """Return host and port to connect to for `url`: its proxy's, if it has one."""
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url, no_proxy=None))
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    parts = urlsplit(proxy or url)
    default_port = 443 if parts.scheme == "https" else 80
    return parts.hostname or "", parts.port or default_port


def _probe(urls: Iterable[str]) -> None:
    """Note which hosts do not answer, asking all at once and waiting for a few seconds.

    Looking up a name has no time limit of its own, and a connection's limit counts anew
    for each of a host's many addresses: without this, a reader behind a firewall waits
    for minutes.
    """
    pending = {_endpoint(url) for url in urls}
    pending = {endpoint for endpoint in pending if _remembered(endpoint) is None}
    answers: queue.SimpleQueue[tuple[Endpoint, str | None]] = queue.SimpleQueue()

    def knock(endpoint: Endpoint) -> None:
        try:
            socket.create_connection(endpoint, timeout=CONNECT_SECONDS).close()
        except (OSError, UnicodeError) as error:
            answers.put((endpoint, f"cannot connect ({_short(error)})"))
        else:
            answers.put((endpoint, None))

    for endpoint in pending:
        threading.Thread(target=knock, args=(endpoint,), daemon=True).start()
    deadline = time.monotonic() + CONNECT_SECONDS
    while pending:
        try:
            timeout = max(0.0, deadline - time.monotonic())
            endpoint, failure = answers.get(timeout=timeout)
        except queue.Empty:
            break
        pending.discard(endpoint)
        if failure is not None:
            _failed_hosts[endpoint] = (time.monotonic(), failure)
    for endpoint in pending:
        failure = f"no answer within {CONNECT_SECONDS:g} s"
        _failed_hosts[endpoint] = (time.monotonic(), failure)


def _download(file: File, url: str, *, progress: bool) -> bytes:
    """Download and verify one address; try again where that can help."""
    import pooch
    import requests

    downloader = pooch.HTTPDownloader(
        chunk_size=_CHUNK_BYTES,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
        # Otherwise some servers unpack the .gz on the way, and no digest fits.
        headers={"Accept-Encoding": "identity"},
    )
    failure = ""
    for attempt in range(1 + len(PAUSES)):
        if attempt:
            time.sleep(PAUSES[attempt - 1])
        with _Sink(file, progress=progress) as sink:
            try:
                downloader(url, sink, None)
            except requests.HTTPError as error:
                failure = f"the server answered: {error}".partition(" for url")[0]
                if error.response is not None and _is_final(error.response.status_code):
                    raise _WrongAnswerError(failure) from error
                continue
            except OSError as error:  # every other error of requests is one
                failure = f"{type(error).__name__} after {sink.received:,} bytes"
                continue
            if sink.received < file.size:
                failure = f"ended after {sink.received:,} of {file.size:,} bytes"
                continue
            data = sink.getvalue()
        _verify(file, data)
        return data
    raise DataError(f"{failure} ({1 + len(PAUSES)} attempts)")


def _is_final(status: int) -> bool:
    """Tell whether an HTTP status other than success stays when asked again."""
    return status < 500 and status not in {408, 429}


class _Sink(io.BytesIO):
    """Memory that a download flows into; moves a progress bar and refuses a surplus."""

    def __init__(self, file: File, *, progress: bool) -> None:
        super().__init__()
        self._file = file
        self.received = 0
        # A page that is being built must not keep a bar in its output.
        hidden = not progress or os.environ.get("LDL_SITE") == "1"
        self._bar = tqdm(
            total=file.size,
            desc=file.path,
            unit="B",
            unit_scale=True,
            leave=False,
            disable=hidden,
        )

    def write(self, chunk: Any) -> int:
        """Take one chunk."""
        self.received += len(chunk)
        if self.received > self._file.size:
            raise _WrongAnswerError(
                f"{self._file.path} is too long: more than {self._file.size:,} bytes"
            )
        self._bar.update(len(chunk))
        return super().write(chunk)

    def close(self) -> None:
        """Release the memory and remove the bar."""
        self._bar.close()
        super().close()


def _store(file: File, data: bytes) -> None:
    """Keep verified bytes in the cache; warn if that fails, since the data are there.

    A file gets its name only when it is complete. Two processes that store the same
    file at once both succeed: the second replaces the first by the same bytes.
    """
    path = cache_dir() / file.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(path)
        handle, temporary = tempfile.mkstemp(
            prefix=f".{path.name}.", suffix=".part", dir=path.parent
        )
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, 0o644)  # a cache may be shared: mkstemp says 0600
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        # On Windows another process may hold the file open, complete, at this moment.
        if not _holds(path, file):
            # No file name in it: Python shows equal warnings only once.
            warnings.warn(
                f"Downloaded data cannot be kept in {cache_dir()} ({_short(error)}): "
                "they will be downloaded again next time. Free some space, or set "
                "LDL_DATA_CACHE to a folder that can be written to.",
                stacklevel=2,
            )


def _remove_stale(path: Path) -> None:
    """Delete what killed runs left of `path`; younger ones may still be written to."""
    for leftover in path.parent.glob(f".{path.name}.*.part"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > _STALE_SECONDS:
                leftover.unlink()


def _holds(path: Path, file: File) -> bool:
    try:
        _verify(file, path.read_bytes())
    except (OSError, DamagedFileError):
        return False
    return True


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.is_file() and path.stat().st_size == size
    except OSError:
        return False


def _short(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
