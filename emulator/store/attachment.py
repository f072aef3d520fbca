"""One file that a resource has: the DICOM file of an instance, or what users attach."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

#: The level of zlib's compression (the servers' bytes are the same as Python's).
COMPRESSION_LEVEL = 6


@dataclass(frozen=True)
class Attachment:
    """A file; `data` are its bytes, `uuid` is its name in the server's storage, where it may stand compressed.

    `revision` counts its changes.
    """

    data: bytes
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    is_compressed: bool = False
    revision: int = 0

    @property
    def size(self) -> int:
        return len(self.data)

    @cached_property
    def stored_size(self) -> int:
        """The number of bytes that it takes in the storage."""
        return len(self.stored) if self.is_compressed else len(self.data)

    @property
    def stored(self) -> bytes:
        """The bytes in the storage: where compressed, the size in eight bytes, little endian, and zlib's."""
        if not self.is_compressed or not self.data:
            return self.data
        return len(self.data).to_bytes(8, "little") + zlib.compress(self.data, COMPRESSION_LEVEL)

    @property
    def md5(self) -> str:
        return md5_of(self.data)

    @property
    def stored_md5(self) -> str:
        return md5_of(self.stored)

    def describe(self, number: int, *, signed: bool) -> dict[str, Any]:
        """What the server tells of it; `signed` says whether it keeps MD5 hashes (StoreMD5ForAttachments)."""
        return {
            "CompressedMD5": self.stored_md5 if signed else "",
            "CompressedSize": self.stored_size,
            "ContentType": number,
            "UncompressedMD5": self.md5 if signed else "",
            "UncompressedSize": self.size,
            "Uuid": self.uuid,
        }

    def converted(self, *, compressed: bool) -> Attachment:
        """The same data, compressed or not: a new file in the storage."""
        return replace(self, is_compressed=compressed, uuid=str(uuid.uuid4()))


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
