"""Writes archives: a ZIP of folders, or of a medium with its DICOMDIR (measured on Orthanc 1.9.1 to 1.13.0)."""

from __future__ import annotations

import io
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import OrthancError
from ..modification.transcoding import can_be_written, is_lost, transcoded
from ..modification.unwritable import check_written_anew
from ..modification.writable import can_be_transcoded
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.traffic import Traffic
from .dicomdir import DicomDirectory
from .names import Names, file_name, folder_name
from .request import ArchiveRequest
from .rules import ArchiveRelease
from .selection import Member

COMMENT = b"Created by Orthanc"

#: The first year that a ZIP can name.
EARLIEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Archive:
    """An archive: its bytes, and the name that its answer gives it.

    One with an `error` ends in the middle, after `written` files, the last of which begins at `last_position`.
    """

    data: bytes
    written: int
    last_position: int = 0
    error: OrthancError | None = None
    filename: str = ""


class Archivist:
    """Gives the files for the archives of one server; the caller holds the store's lock."""

    def __init__(
        self,
        dictionary: Dictionary,
        release: ArchiveRelease,
        read_file: Callable[[Resource], DicomFile],
        traffic: Traffic,
        has_files: bool = True,
    ) -> None:
        self.dictionary = dictionary
        self.release = release
        self.read_file = read_file
        self.traffic = traffic
        self.has_files = has_files

    def counted_file(self, instance: Resource, wanted: str | None) -> bytes | None:
        """As `file`, and counts what the server reads for it."""
        data = self.file(instance, wanted)
        if wanted is None or data is None:
            self.traffic.read(instance)
        else:
            self.traffic.transcode(instance, wanted, len(data))
        return data

    def file(self, instance: Resource, wanted: str | None) -> bytes | None:
        """The bytes of an instance in a transfer syntax, None for one that is left out.

        Where the server can't transcode it, a file stays as it is or, from 1.13 on, is left out. Raises OrthancError:
        Internal error for one that can't be written anew in its own, 501 where the server has a codec.
        """
        if wanted is None:
            return instance.file
        file = self.read_file(instance)
        if not self.release.archives.rewrites_archived_files and wanted == file.transfer_syntax:
            return instance.file
        if wanted == file.transfer_syntax and can_be_written(wanted):
            check_written_anew(file, self.release)
            return write_file(file, self.release.dcmtk_version)
        if not can_be_written(wanted) or not can_be_transcoded(file, self.release):
            return None if self.release.archives.leaves_out_untranscodable_files else instance.file
        made = DicomFile(file.meta, file.dataset, transcoded(file, wanted, self.release))
        if wanted != file.transfer_syntax and is_lost(made, self.release):
            return b""
        return write_file(made, self.release.dcmtk_version)


class ArchiveWriter:
    """Writes one archive, file by file; `now` is its date in seconds since the epoch."""

    def __init__(self, archivist: Archivist, request: ArchiveRequest, now: float) -> None:
        self.archivist = archivist
        self.request = request
        self.output = Output(now)
        self.names: defaultdict[str, Names] = defaultdict(Names)  # by the identifier of the resource whose folder it is
        self.paths = {"": ""}
        self.instances = 0
        self.directory: DicomDirectory | None = None
        if request.media:
            release, dictionary = archivist.release, archivist.dictionary
            self.directory = DicomDirectory(dictionary, release, extended=request.extended, now=now)

    def add(self, series: Resource, member: Member) -> None:
        """Writes the file of an instance; raises OrthancError for one that can't be, 501 where that takes a codec."""
        if self.directory is not None:
            self.add_to_medium(self.directory, member.instance)
        else:
            self.add_to_folder(self.folder(series), series, member)
        self.instances += 1

    def add_to_folder(self, above: str, series: Resource, member: Member) -> None:
        data = self.archivist.counted_file(member.instance, self.request.transcode)
        if data is not None:
            name = file_name(series, member.number, self.archivist.release, utf8=self.request.utf8)
            self.output.add(self.paths[above] + self.names[above].unique(name), data)

    def folder(self, series: Resource) -> str:
        """Whose folder the files of a series are in; what it is in is named, too."""
        release, utf8 = self.archivist.release, self.request.utf8
        above = ""
        for level in self.request.folder_levels:
            folder = series.ancestor(level)
            if folder.id not in self.paths:
                by_study = level is Level.PATIENT and self.request.by_study
                main_tags = series.ancestor(Level.STUDY).patient_tags if by_study else folder.main_tags
                name = folder_name(folder, main_tags, release, utf8=utf8)
                self.paths[folder.id] = self.paths[above] + (
                    "" if name is None else f"{self.names[above].unique(name)}/"
                )
            above = folder.id
        return above

    def add_to_medium(self, directory: DicomDirectory, instance: Resource) -> None:
        data = self.archivist.counted_file(instance, self.request.transcode)
        if data is None:
            return
        name = f"IM{self.instances}"
        file = self.archivist.read_file(instance)
        if data is not instance.file:
            syntax = transcoded(file, self.request.transcode, self.archivist.release)
            file = replace(file, transfer_syntax=syntax)
        above = [instance.ancestor(level).id for level in LEVELS[:-1]]
        directory.add(file, ("IMAGES", name), above)
        self.output.add(f"IMAGES/{name}", data)

    def close(self) -> Archive:
        """The whole archive."""
        if self.directory is not None:
            self.output.add("DICOMDIR", self.directory.encoded())
        return Archive(self.output.closed(), self.output.written)

    def broken_off(self, error: OrthancError) -> Archive:
        """What there is of the archive, which ends with an error."""
        return Archive(self.output.sent(), self.output.written, self.output.last_position, error)


class Output:
    """A ZIP in memory, as the server writes it; `now` is the date of its files in seconds since the epoch."""

    def __init__(self, now: float) -> None:
        self.buffer = io.BytesIO()
        self.archive = zipfile.ZipFile(self.buffer, "w", zipfile.ZIP_DEFLATED)
        self.archive.comment = COMMENT
        self.written = self.last_position = 0
        self.now = now
        self.date = max(time.gmtime(now)[:6], EARLIEST)

    def add(self, name: str, data: bytes) -> None:
        member = zipfile.ZipInfo(name, self.date)
        member.compress_type = zipfile.ZIP_DEFLATED
        member.create_system = 0
        self.archive.NameToInfo.pop(name, None)  # two files may have one name, as with the server: no warning
        self.last_position = self.buffer.tell()
        self.archive.writestr(member, data)
        self.written += 1

    def sent(self) -> bytes:
        """What there is before the end of the archive."""
        data = self.buffer.getvalue()
        self.archive.close()
        return data

    def closed(self) -> bytes:
        self.archive.close()
        return self.buffer.getvalue()
