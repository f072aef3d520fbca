"""DICOM files from where a user has them: bytes, paths, folders, open files, pydicom Datasets."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, Union

from ..errors import ErrorCode, OrthancError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


class BinaryFile(Protocol):
    """What gives the bytes of a file: `open(path, "rb")`, `io.BytesIO(...)`."""

    def read(self) -> bytes: ...


DicomSource = Union[bytes, str, "os.PathLike[str]", BinaryFile, "Dataset"]

StoredT = TypeVar("StoredT")


def bytes_of(source: DicomSource) -> bytes:
    """The bytes of a DICOM file, of the file at a path, of what is left of an open file, or of a pydicom Dataset.

    A Dataset without a transfer syntax is written in explicit VR little endian. Raises OSError for a path that
    can't be read, TypeError for all else.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        return Path(source).read_bytes()
    if hasattr(source, "read"):
        data: Any = source.read()
        if isinstance(data, bytes | bytearray | memoryview):
            return bytes(data)
    from pydicom.dataset import Dataset

    if isinstance(source, Dataset):
        return bytes_of_dataset(source)
    found = type(source).__name__
    raise TypeError(f"store() takes bytes, a path, a binary file or a pydicom Dataset, not {found}")


def bytes_of_dataset(dataset: Dataset) -> bytes:
    from pydicom import dcmwrite
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    dataset = copy.copy(dataset)  # its meta header is completed below, which the caller's must not be
    meta = FileMetaDataset(getattr(dataset, "file_meta", FileMetaDataset()))
    if "TransferSyntaxUID" not in meta:
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    buffer = BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format="SOPClassUID" in dataset and "SOPInstanceUID" in dataset)
    return buffer.getvalue()


def load_files(
    paths: Iterable[str | os.PathLike[str]],
    store: Callable[[bytes], StoredT],
    progress: Callable[[int, int], None] | None = None,
) -> list[StoredT]:
    """Stores the files at `paths` and in the folders among them, in the order of their names."""
    found = [(path, *files_at(path)) for path in map(Path, paths)]
    total = sum(len(files) for _, files, _ in found)
    stored: list[StoredT] = []
    read = 0
    for path, files, is_folder in found:
        before = len(stored)
        for file in files:
            try:
                stored.append(store(file.read_bytes()))
            except OrthancError as error:
                if not is_folder:
                    raise OrthancError(error.code, f"{path} is no DICOM file that can be stored: {error}") from None
            read += 1
            if progress is not None:
                progress(read, total)
        if len(stored) == before:
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"{path} holds no DICOM file")
    return stored


def files_at(path: Path) -> tuple[list[Path], bool]:
    """The file at a path or the files in a folder, and whether it is a folder; raises FileNotFoundError."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file()), True
    if not path.exists():
        raise FileNotFoundError(2, "No such file or folder", str(path))
    return [path], False
