"""Read the IDX format, in which MNIST and Fashion-MNIST are published.

Format (Y. LeCun, C. Cortes, C. Burges, *The MNIST database*): two zero bytes, one byte
for the type (8: unsigned byte), one byte for the number of dimensions, then each
dimension as a big-endian 32-bit number, then the values in row-major order.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from ._types import DamagedFileError

_UNSIGNED_BYTE = 0x08


def parse_idx(data: bytes, name: str, ndim: int) -> NDArray[np.uint8]:
    """Decode a gzipped IDX file of unsigned bytes.

    Parameters
    ----------
    data : bytes
        The whole file, gzipped.
    name : str
        What to call the file in an error.
    ndim : int
        The number of dimensions it must have.

    Returns
    -------
    ndarray of uint8
        The values, in an array of its own that may be written to.

    Raises
    ------
    DamagedFileError
        If the gzip stream, the magic number or the lengths are wrong.
    """
    try:
        raw = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedFileError(f"{name} is no complete gzip file: {error}") from error
    header_size = 4 + 4 * ndim
    if len(raw) < header_size:
        raise DamagedFileError(
            f"{name} holds {len(raw)} bytes, but an IDX header with "
            f"{ndim} dimension(s) takes {header_size}"
        )
    expected_magic = bytes([0, 0, _UNSIGNED_BYTE, ndim])
    if raw[:4] != expected_magic:
        raise DamagedFileError(
            f"{name} starts with 0x{raw[:4].hex()}, expected the IDX magic number "
            f"0x{expected_magic.hex()} (unsigned bytes, {ndim} dimension(s))"
        )
    shape = struct.unpack_from(f">{ndim}I", raw, 4)
    expected, found = math.prod(shape), len(raw) - header_size
    if found != expected:
        raise DamagedFileError(
            f"{name} promises {' × '.join(map(str, shape))} = {expected:,} values, "
            f"but holds {found:,}"
        )
    values = np.frombuffer(raw, dtype=np.uint8, offset=header_size)
    # A copy, because PyTorch warns about arrays that may not be written to.
    return values.reshape(shape).copy()
