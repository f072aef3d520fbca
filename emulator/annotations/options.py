"""The options of a configuration that concern what users add to resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..configuration.configuration import option
from ..errors import ErrorCode, OrthancError
from ..store.numbered_names import DICOM
from .rules import AnnotationRelease


class AnnotationOptions(NamedTuple):
    """The options, with Orthanc's defaults.

    Without `reads_files` the server reads no file that it stored; without `stores_dicom` it keeps the tags alone.
    """

    check_revisions: bool = False
    store_md5: bool = True
    storage_compression: bool = False
    reads_files: bool = True
    stores_dicom: bool = True

    @classmethod
    def read(cls, options: Mapping[str, Any], release: AnnotationRelease) -> AnnotationOptions:
        """Reads them; raises OrthancError, as the server at its start, for one that is no Boolean."""
        store_md5 = option(options, "StoreMD5ForAttachments", bool, True)
        return cls(
            check_revisions=release.annotations.has_revisions and option(options, "CheckRevisions", bool, False),
            store_md5=store_md5,
            storage_compression=option(options, "StorageCompression", bool, False),
            reads_files=store_md5 or not release.annotations.checks_md5_on_reading,
            stores_dicom=option(options, "StoreDicom", bool, True),
        )

    def check_readable(self, number: int = DICOM) -> None:
        """Raises OrthancError for an attachment that can't be read: Unknown resource for a file that is not kept,
        Corrupted file where the server kept no hash to check it by, and wants one.
        """
        if not self.stores_dicom and number == DICOM:
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE)
        if not self.reads_files:
            raise OrthancError(ErrorCode.CORRUPTED_FILE)
