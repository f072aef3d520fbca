"""The files at paths and in folders, one after the other: never all at once, and no folder twice."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Unread(NamedTuple):
    """A path that was not read, and why. `asked` for: given by name, or a folder or a file that can't be opened."""

    path: str
    reason: str
    asked: bool = True

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Path(NamedTuple):
    """A file to read; `asked` for by name, or else found in a folder."""

    path: str
    asked: bool


def files_at(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path | Unread]:
    """The files at these paths and in the folders among them, sorted by name within a folder.

    Links are followed; a folder that was seen is not entered again, so that links in circles end.
    """
    seen: set[tuple[int, int]] = set()
    for path in [os.fspath(path) for path in paths]:
        if os.path.isdir(path):
            yield from files_in(path, seen)
        elif os.path.exists(path):
            yield Path(path, asked=True) if os.path.isfile(path) else Unread(path, "is neither a file nor a folder")
        else:
            yield Unread(path, "there is no such file or folder")


def files_in(folder: str, seen: set[tuple[int, int]]) -> Iterator[Path | Unread]:
    waiting = [folder]  # no recursion: folders may be nested deeply
    while waiting:
        folder = waiting.pop()
        try:
            status = os.stat(folder)
            if (status.st_dev, status.st_ino) in seen:
                continue
            if status.st_ino:  # Windows may not tell
                seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield Unread(folder, f"cannot be read: {error.strerror or error}")
            continue
        inner = []
        for entry in entries:
            try:
                if entry.is_dir():
                    inner.append(entry.path)
                elif entry.is_file():
                    yield Path(entry.path, asked=False)
                elif entry.is_symlink():
                    yield Unread(entry.path, "is a link that leads nowhere")
            except OSError as error:  # a link to itself
                yield Unread(entry.path, f"cannot be read: {error.strerror or error}")
        waiting += reversed(inner)
