"""What is packed small and unpacks large: it is measured, piece by piece, before it is unpacked."""

from __future__ import annotations

import zlib

from ..errors import ErrorCode, OrthancError

#: How much is unpacked at once to measure it, in bytes.
PIECE = 1 << 20


def unpacked_size(data: bytes, window: int, maximum_size: int) -> int:
    """How many bytes a stream unpacks to, as far as it goes; `window` is zlib's wbits.

    Takes 1 MiB, whatever the size. Raises OrthancError (Bad file format) beyond the maximum, zlib.error.
    """
    engine = zlib.decompressobj(window)
    size = 0
    rest: bytes | memoryview = data
    for start in range(0, len(data), PIECE):
        rest = data[start : start + PIECE]
        while rest and not engine.eof:
            size += len(engine.decompress(rest, PIECE))
            rest = engine.unconsumed_tail
            if size > maximum_size:
                raise too_large(maximum_size)
        if engine.eof:
            break
    return size + len(engine.flush())


def too_large(maximum_size: int) -> OrthancError:
    details = f"The emulator unpacks at most {maximum_size} bytes (EmulatorMaximumUnpackedSize)"
    return OrthancError(ErrorCode.BAD_FILE_FORMAT, details)
