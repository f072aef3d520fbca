"""Every file that pydicom ships as test data, sent to the emulator and to a real server of one release.

The files are sent as they are, or damaged by chance, as `conformance attack` damages them. For each file: whether it is
accepted, its /tags and /simplified-tags, the DICOM JSON and the XML of /file, and the file that
{"Replace": {"PatientComments": "x"}} makes of it, all compared whole; or its pictures, compared as pixels.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydicom.data.data_manager import DATA_ROOT

from emulator import Emulator

from ..asking.clients import EmulatorClient, UnreachableError
from ..asking.exchange import Exchange, Request
from ..asking.session import Client
from ..attacking import material
from ..attacking.mutations import damaged
from ..comparing.differences import Difference, differences
from ..comparing.normalising import normalise
from ..targets.live import ExecutableTarget

#: The folders of pydicom's data whose files are DICOM, or pretend to be; nothing is downloaded.
FOLDERS = ("charset_files", "palettes", "test_files")
NO_DATA = frozenset({".py", ".pyc"})

MODIFY = b'{"Replace": {"PatientComments": "x"}}'

#: What is asked of each stored file: what it says, or its pictures.
VIEWS = (
    Request("GET", "/tags"),
    Request("GET", "/simplified-tags"),
    Request("GET", "/file", headers={"Accept": "application/dicom+json"}),
    Request("GET", "/file", headers={"Accept": "application/dicom+xml"}),
    Request("POST", "/modify", MODIFY),
)
PICTURES = tuple(
    Request("GET", f"/{view}", headers={"Accept": "image/png"})
    for view in ("preview", "rendered", "image-uint8", "image-uint16", "image-int16")
)

#: The status of an upload that ended the server.
DIED = 0


@dataclass(frozen=True)
class Comparison:
    """What became of one file: the status of its upload on the real server (0: it died of it), and what differs."""

    name: str
    status: int
    differences: Sequence[Difference]


def shipped_files(only: str = "") -> list[Path]:
    """The files of the installed pydicom whose paths contain a text."""
    found = (path for folder in FOLDERS for path in sorted((Path(DATA_ROOT) / folder).rglob("*")))
    return [path for path in found if path.is_file() and path.suffix not in NO_DATA and only in str(path)]


def whole(only: str) -> Iterator[tuple[str, bytes]]:
    """The files whose paths contain a text, by name."""
    for path in shipped_files(only):
        yield path.relative_to(DATA_ROOT).as_posix(), path.read_bytes()


def broken(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many damaged files, by number; the same seed gives the same ones."""
    files = material.files()
    for number in range(count):
        chance = random.Random(f"damaged/{seed}/{number}")
        yield f"damaged file {number} of seed {seed}", damaged(chance.choice(files), chance, files)


def asked(client: Client, data: bytes, views: Sequence[Request] = VIEWS) -> list[Exchange]:
    """Stores a file, looks at it, modifies it, and leaves nothing behind."""
    upload = Request("POST", "/instances", data)
    log = [Exchange(upload, client.send(upload))]
    if log[0].answer.status != 200:
        return log
    if not isinstance(log[0].answer.json, dict):  # an archive
        for one in client.send(Request("GET", "/instances")).json:
            client.send(Request("DELETE", f"/instances/{one}"))
        return log
    instance = f"/instances/{log[0].answer.id}"
    for view in views:
        request = replace(view, path=f"{instance}{view.path}")
        log.append(Exchange(request, client.send(request)))
    client.send(Request("DELETE", instance))
    return log


def compared(name: str, data: bytes, emulated: Client, live: Client, views: Sequence[Request] = VIEWS) -> Comparison:
    ours, theirs = asked(emulated, data, views), asked(live, data, views)
    known: list[str] = []
    for log in (ours, theirs):
        if len(log) > 1:  # the identifiers that both make of the file's own
            answer = log[0].answer.json
            known += [value for key, value in answer.items() if key in ("ID",) or key.startswith("Parent")]
    found = differences(normalise(ours, known), normalise(theirs, known))
    return Comparison(name, theirs[0].answer.status, found)


def survived(
    name: str, data: bytes, emulated: Client, target: ExecutableTarget, views: Sequence[Request]
) -> Comparison:
    """The comparison, or that the server died of the file: the next one meets a new server."""
    assert target.server is not None
    try:
        return compared(name, data, emulated, target.server.client, views)
    except UnreachableError:
        target.start({}, empty=True)
        return Comparison(name, DIED, ())


def compare(
    executable: str,
    root: Path | None,
    files: Iterable[tuple[str, bytes]],
    verbose: bool,
    views: Sequence[Request] = VIEWS,
) -> int:
    """Compares files, each with its name, and prints what differs; the number of files that do."""
    target = ExecutableTarget(executable, root)
    try:
        assert target.server is not None
        with Emulator(release=target.release, unknown_tags="as-release") as emulator:
            client = EmulatorClient(emulator)
            return report([survived(*one, client, target, views) for one in files], target, verbose)
    finally:
        target.close()


def report(comparisons: Sequence[Comparison], target: ExecutableTarget, verbose: bool) -> int:
    """Prints what differs, and the counts; the number of files that differ."""
    differing = [one for one in comparisons if one.differences]
    for one in comparisons if verbose else differing:
        print(f"{one.name}: {one.status}" + (f", {len(one.differences)} differences" if one.differences else ""))
        for difference in one.differences[:10]:
            print(f"  emulator ≠ server  {difference}")
    accepted = sum(one.status == 200 for one in comparisons)
    died = sum(one.status == DIED for one in comparisons)
    print(
        f"{len(comparisons)} files on Orthanc {target.release} and the emulator: {accepted} accepted, "
        f"{len(comparisons) - accepted - died} refused, {len(differing)} with differences"
        + (f"; the real server died of {died}, which are not compared" if died else "")
    )
    return len(differing)
