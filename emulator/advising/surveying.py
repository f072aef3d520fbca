"""Reads many files into one survey, in one process or several, in constant memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, TypeVar

from ..configuration import Configuration, ConfigurationSource
from ..configuration.dictionaries import dictionary_for
from ..dictionary import Dictionary
from ..releases import Release, release_named
from .reading import NotReadError, read_head
from .survey import Survey
from .walking import Path, Unread, files_at

#: How many files a process is given at once, and how many such shares wait for each process.
SHARE = 64
WAITING_SHARES = 4

#: With fewer files than this, starting another process takes longer than it saves.
FEWEST_FOR_PROCESSES = 500

Paths = Iterable["str | os.PathLike[str]"]

#: What is made of files, share by share: it is added up.
ResultT = TypeVar("ResultT")


class Reader:
    """Reads files as a server of a release with a configuration does."""

    def __init__(self, options: dict[str, Any], version: str) -> None:
        self.release: Release = release_named(version)
        configuration = Configuration.load(options, self.release)
        self.dictionary: Dictionary = dictionary_for(configuration, self.release)

    def survey(self, paths: Sequence[Path]) -> Survey:
        """The private tags of some files; what can't be read is counted and told."""
        result = Survey()
        for path, asked in paths:
            try:
                result.see(read_head(path, self.dictionary, self.release.dicom.files), path)
            except NotReadError as error:
                opened = str(error).startswith("cannot be read")
                result.miss(Unread(path, str(error), asked or opened))
        return result


def survey(
    paths: Paths,
    options: dict[str, Any],
    release: Release,
    *,
    processes: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Survey:
    """What private tags the files at these paths and in these folders have, as a server of the release reads them.

    `options` are those of a configuration, `processes` how many read at once, 0 for one per core. `progress` is called
    with the number of files read.
    """
    total = Survey()
    for part in in_shares(files_at(paths), total.miss, partial(read_share, options, release.version), processes):
        total.add(part)
        if progress is not None:
            progress(total.files + total.unread_count)
    return total


#: The reader of this process, by what it was made of: a worker gets many shares for one.
READERS: dict[str, Reader] = {}


def read_share(options: dict[str, Any], version: str, paths: Sequence[Path]) -> Survey:
    key = f"{version} {options!r}"
    if key not in READERS:
        READERS.clear()
        READERS[key] = Reader(options, version)
    return READERS[key].survey(paths)


def in_shares(
    found: Iterator[Path | Unread],
    miss: Callable[[Unread], None],
    work: Callable[[Sequence[Path]], ResultT],
    processes: int,
) -> Iterator[ResultT]:
    """What `work` makes of the files, share by share in their order; `miss` gets what is no file.

    Several processes work only where there are files enough, and a few shares ahead.
    """
    files = only_files(found, miss)
    first = list(islice(files, FEWEST_FOR_PROCESSES))
    wanted = processes or os.cpu_count() or 1
    shares = shared(chain(first, files))
    if wanted == 1 or len(first) < FEWEST_FOR_PROCESSES:
        yield from map(work, shares)
        return
    with ProcessPoolExecutor(wanted, get_context("spawn")) as pool:
        waiting: deque[Future[ResultT]] = deque()
        try:
            for share in shares:
                waiting.append(pool.submit(work, share))
                if len(waiting) >= wanted * WAITING_SHARES:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def only_files(found: Iterator[Path | Unread], miss: Callable[[Unread], None]) -> Iterator[Path]:
    for one in found:
        if isinstance(one, Unread):
            miss(one)
        else:
            yield one


def shared(files: Iterator[Path]) -> Iterator[list[Path]]:
    while share := list(islice(files, SHARE)):
        yield share


def options_of(configuration: ConfigurationSource, release: Release) -> dict[str, Any]:
    """The options of a configuration; raises OrthancError for one that can't be read."""
    return dict(Configuration.load(configuration, release).options)
