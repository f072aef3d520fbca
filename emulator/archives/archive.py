"""Writes archives: a ZIP of folders, or of a medium with its DICOMDIR (measured on Orthanc 1.9.1 to 1.13.0)."""

from __future__ import annotations

import io
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..dicom.reader import DicomFile
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..errors import OrthancError
from ..modification.transcoding import can_be_written, transcoded
from ..releases import Release
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from .dicomdir import DicomDirectory
from .names import Names, file_name, folder_name
from .request import ArchiveRequest
from .selection import Member

COMMENT = b"Created by Orthanc"

#: The members of each series, in order.
Contents = Sequence[tuple[Resource, Sequence[Member]]]

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
    """Writes the archives of one server; the caller holds the store's lock."""

    def __init__(self, dictionary: Dictionary, release: Release, read_file: Callable[[Resource], DicomFile]) -> None:
        self.dictionary = dictionary
        self.release = release
        self.read_file = read_file

    def write(self, contents: Contents, request: ArchiveRequest, now: float) -> Archive:
        """The archive of these instances; `now` is the date of its files in seconds since the epoch.

        Raises OrthancError (501) for files that only a codec can transcode.
        """
        output = Output(now)
        try:
            if request.media:
                self.write_medium(output, [member.instance for _, members in contents for member in members], request)
            else:
                self.write_folders(output, contents, request)
        except OrthancError as error:
            sent = output.sent()
            if error.http_status == 501:
                raise
            return Archive(sent, output.written, output.last_position, error)
        return Archive(output.closed(), output.written)

    def write_folders(self, output: Output, contents: Contents, request: ArchiveRequest) -> None:
        names: defaultdict[str, Names] = defaultdict(Names)  # by the identifier of the resource whose folder it is
        paths = {"": ""}
        for series, members in contents:
            above = ""
            for level in (Level.SERIES,) if request.stands_alone else LEVELS[:-1]:
                folder = series.ancestor(level)
                if folder.id not in paths:
                    name = folder_name(folder, self.release, utf8=request.utf8)
                    paths[folder.id] = paths[above] + (f"{names[above].unique(name)}/" if name else "")
                above = folder.id
            for member in members:
                data = self.file(member.instance, request.transcode)
                if data is not None:
                    name = file_name(series, member.number, self.release, utf8=request.utf8)
                    output.add(paths[above] + names[above].unique(name), data)

    def write_medium(self, output: Output, instances: Sequence[Resource], request: ArchiveRequest) -> None:
        directory = DicomDirectory(self.dictionary, self.release, extended=request.extended, now=output.now)
        for number, instance in enumerate(instances):
            data = self.file(instance, request.transcode)
            if data is None:
                continue
            name = f"IM{number}"
            file = self.read_file(instance)
            if data is not instance.file:
                file = replace(file, transfer_syntax=transcoded(file, request.transcode, self.release))
            above = [instance.ancestor(level).id for level in LEVELS[:-1]]
            directory.add(file, ("IMAGES", name), above)
            output.add(f"IMAGES/{name}", data)
        output.add("DICOMDIR", directory.encoded())

    def file(self, instance: Resource, wanted: str | None) -> bytes | None:
        """The bytes of an instance in a transfer syntax, None for one that is left out.

        Where the server can't write it, a file stays as it is or, from 1.13 on, is left out. Raises OrthancError
        (501) where the server has a codec.
        """
        if wanted is None:
            return instance.file
        file = self.read_file(instance)
        if not self.release.rewrites_archived_files and wanted == file.transfer_syntax:
            return instance.file
        if not can_be_written(wanted):
            return None if self.release.leaves_out_untranscodable_files else instance.file
        return write_file(
            DicomFile(file.meta, file.dataset, transcoded(file, wanted, self.release)), self.release.dcmtk_version
        )


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
