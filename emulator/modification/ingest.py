""" "IngestTranscoding": the transfer syntax in which a server keeps what comes in, its own copies included.

Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..configuration.configuration import option
from ..dicom.element import PIXEL_DATA
from ..dicom.reader import read_file
from ..dicom.transfer_syntaxes import DEFLATED_LITTLE_ENDIAN
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from .receiving import Receive
from .rules import ModificationRelease
from .transcoding import UNCOMPRESSED, known_transfer_syntaxes, transcoded_file, transcoded_if_possible

#: What "uncompressed" means in the names of the options: deflated files are none.
NATIVE = UNCOMPRESSED - {DEFLATED_LITTLE_ENDIAN}


@dataclass(frozen=True)
class Ingest:
    """The transfer syntax that is wanted, and of which files."""

    wanted: str
    of_uncompressed: bool
    of_compressed: bool
    dictionary: Dictionary
    release: ModificationRelease

    def received(self, data: bytes) -> bytes:
        """What is kept of a file: itself, if it can't be read or written in the other transfer syntax.

        Raises OrthancError: Not implemented yet (501) where a server would compress or decompress.
        """
        try:
            file = read_file(data, self.dictionary, self.release.dicom.files)
        except OrthancError:
            return data  # who stores it says why not
        is_native = file.transfer_syntax in NATIVE
        keeps_natives = self.release.modification.compresses_pixels_alone and self.wanted not in NATIVE
        is_chosen = self.of_uncompressed if is_native else self.of_compressed
        if not is_chosen or (is_native and keeps_natives and PIXEL_DATA not in file.dataset):
            return data
        syntax = transcoded_if_possible(file, self.wanted, self.release)
        if syntax == file.transfer_syntax:
            return data
        return transcoded_file(file, syntax, self.release) or data

    def after(self, receive: Receive) -> Receive:
        """What a server stores in the place of a file: scripts are asked about the one that comes."""

        def receive_transcoded(data: bytes, origin: Mapping[str, str]) -> bytes | None:
            taken = receive(data, origin)
            return None if taken is None else self.received(taken)

        return receive_transcoded


def ingest_of(options: Mapping[str, Any], dictionary: Dictionary, release: ModificationRelease) -> Ingest:
    """What a configuration that has the option wants; raises OrthancError for what prevents a start."""
    wanted = option(options, "IngestTranscoding", str, "")
    if wanted not in known_transfer_syntaxes(release):
        details = f"Unknown transfer syntax for ingest transcoding: {wanted}"
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    return Ingest(
        wanted,
        option(options, "IngestTranscodingOfUncompressed", bool, True),
        option(options, "IngestTranscodingOfCompressed", bool, True),
        dictionary,
        release,
    )
