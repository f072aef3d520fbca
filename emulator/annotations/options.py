"""The options of a configuration that concern what users add to resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..configuration.configuration import option
from ..errors import ErrorCode, OrthancError
from .rules import AnnotationRelease


@dataclass(frozen=True)
class AnnotationOptions:
    """The options, with Orthanc's defaults. Without `reads_files` the server reads no file that it stored."""

    check_revisions: bool = False
    store_md5: bool = True
    storage_compression: bool = False
    reads_files: bool = True

    @classmethod
    def read(cls, options: Mapping[str, Any], release: AnnotationRelease) -> AnnotationOptions:
        """Reads them; raises OrthancError, as the server at its start, for one that is no Boolean."""
        store_md5 = option(options, "StoreMD5ForAttachments", bool, True)
        return cls(
            check_revisions=release.annotations.has_revisions and option(options, "CheckRevisions", bool, False),
            store_md5=store_md5,
            storage_compression=option(options, "StorageCompression", bool, False),
            reads_files=store_md5 or not release.annotations.checks_md5_on_reading,
        )

    def check_readable(self) -> None:
        """Raises OrthancError (Corrupted file) where the server kept no hash to check a file by, and wants one."""
        if not self.reads_files:
            raise OrthancError(ErrorCode.CORRUPTED_FILE)
