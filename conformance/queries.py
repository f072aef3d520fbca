"""Generated queries, side by side: the same finds to a live server and to the emulator over the same files.

    python -m conformance.queries --orthanc /usr/sbin/Orthanc --count 1000 --seed 1

Compared are the whole answers, the candidates that the database left, the files read and, where the release has metrics
of it, their bytes. Exit status 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator import Emulator
from emulator.releases import RELEASES

from .clients import METRICS, EmulatorClient, HttpClient
from .configurations import DICTIONARY
from .exchange import Answer, Request
from .masking import mask_fields
from .postgresql import PostgresqlServer
from .server_process import BASE_CONFIGURATION, ServerProcess
from .session import Session
from .targets import DATABASE_OPTIONS, database_of

LEVELS = ("Patient", "Study", "Series", "Instance")

#: ExtraMainDicomTags is passed over by the releases that have none.
CONFIGURATION: Mapping[str, Any] = {
    "Dictionary": DICTIONARY,
    "ExtraMainDicomTags": {
        "Instance": ["0011,1003", "Rows"],
        "Series": ["PatientPosition"],
        "Study": ["PatientComments"],
    },
}

NAMES = ("Doe^John", "doe^jane", "Éric^Ärger", "Roe")
LABELS = ("a", "b", "B", "a b", "full a")

#: What a query may ask of each tag; None stands for an identifier of the files.
TEXTS: Mapping[str, tuple[str | None, ...]] = {
    "PatientID": (None, "*", "GENERATED-1", "generated-*", "GENERATED-?", "GENERATED-1\\GENERATED-2", "nobody"),
    "PatientName": (*NAMES, "DOE^JOHN", "doe*", "*^j*", "éric^ärger", "Doe^John\\Roe", "?oe", "%oe"),
    "PatientBirthDate": ("19800101", "1980-", "-19801231", "19800101-19901231", "-"),
    "PatientComments": ("first", "FIRST", "*", "s*", "second\\first"),
    "StudyInstanceUID": (None, "1.2.3"),
    "StudyDescription": ("Study 1", "study 2", "*1", "Study 1\\Study 2", "Study ?"),
    "StudyDate": ("20200101", "20200101-20200102", "20200102-", "-20200101", "2020*"),
    "AccessionNumber": ("A1", "a1", "A*", ""),
    "ModalitiesInStudy": ("CT", "ct", "CT\\MR", "US"),
    "NumberOfStudyRelatedInstances": ("1", "4", "2\\3", "*"),
    "NumberOfSeriesRelatedInstances": ("1", "2"),
    "SeriesInstanceUID": (None,),
    "Modality": ("CT", "MR", "mr", "C*", "CT\\MR", "*"),
    "SeriesDescription": ("Series 1", "*", "SERIES ?"),
    "PatientPosition": ("HFS", "hfs", "h*", "FFS\\HFS"),
    "SOPInstanceUID": (None,),
    "SOPClassUID": ("1.2.840.10008.5.1.4.1.1.7", "1.2.3"),
    "InstanceNumber": ("1", "2", "1\\2", "01", "1-2"),
    "ImageComments": ("x", "*"),
    "Rows": ("4", "04", "8", "4\\8"),
    "0011,1001": (*LABELS, "A", "a\\b", "*", "zzz"),
    "0011,1002": ("1", "2", "01", "1\\2"),
    "0011,1003": ("full 1", "FULL 1", "full 2\\full 1", "full*"),
    "MyFull": ("full 1", "full 2"),
    "MyLabel": ("a",),
    "0011,1006": ("A", "A\\B", "B\\C"),
    "0011,1004": ("x", ""),
    "0011,0010": ("MYLAB", "MY*", "OTHER"),
    "0011,1099": ("x", ""),
    "NotATag": ("x", ""),
}
REQUESTED = (
    "PatientComments",
    "ModalitiesInStudy",
    "0011,1001",
    "Rows",
    "StudyDescription",
    "NumberOfSeriesRelatedInstances",
    "SOPClassUID",
    "PatientPosition",
)


@dataclass(frozen=True)
class Seen:
    """What is compared of one find; None for what can't be seen."""

    status: int
    body: Any
    candidates: int | None
    files: int | None
    bytes: int | None

    def differences(self, other: Seen) -> dict[str, tuple[Any, Any]]:
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__}
        return {name: pair for name, pair in pairs.items() if None not in pair and pair[0] != pair[1]}


def load(session: Session, chance: random.Random) -> list[dict[str, str]]:
    """Stores some fifty files of six patients, in any order; returns their DICOM identifiers."""
    places = [
        (patient, study, series, instance)
        for patient in range(1, 7)
        for study in range(1, 1 + chance.randint(1, 2))
        for series in range(1, 1 + chance.randint(1, 3))
        for instance in range(1, 1 + chance.randint(1, 4))
    ]
    chance.shuffle(places)
    identifiers = []
    for patient, study, series, instance in places:
        dataset = session.dataset(
            (0x0011, 0x01, "LO", chance.choice(LABELS)),
            (0x0011, 0x02, "US", chance.randint(1, 3)),
            (0x0011, 0x03, "LO", f"full {chance.randint(1, 3)}"),
            (0x0011, 0x06, "LO", ["A", chance.choice("BC")]),
            patient=str(patient),
            study=study,
            series=series,
            instance=instance,
            SpecificCharacterSet="ISO_IR 100",
            PatientID=f"GENERATED-{patient}",
            PatientName=NAMES[patient % len(NAMES)],
            PatientBirthDate=f"19{78 + patient}0101",
            PatientComments=("first", "second", "")[patient % 3],
            StudyDate=f"2020010{study}",
            AccessionNumber=f"A{study}" if patient % 2 else "",
            Modality="CT" if (patient + series) % 2 else "MR",
            PatientPosition=("HFS", "FFS")[series % 2],
            Rows=(4, 8)[instance % 2],
            ImageComments="x" if instance == 1 else "",
        )
        names = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
        identifiers.append({name: str(dataset[name].value) for name in names})
        session.upload(dataset)
    return identifiers


def queries(identifiers: list[dict[str, str]], chance: random.Random) -> Iterator[dict[str, Any]]:
    """The bodies of finds, without end."""
    while True:
        names = chance.sample(list(TEXTS), chance.choice((0, 1, 1, 2, 2, 3)))
        query = {}
        for name in names:
            text = chance.choice(TEXTS[name])
            query[name] = chance.choice(identifiers)[name] if text is None else text
        body: dict[str, Any] = {"Level": chance.choice(LEVELS), "Query": query}
        for name, values, likelihood in (
            ("Limit", (0, 1, 2, 3, 7), 0.3),
            ("Since", (0, 1, 2), 0.15),
            ("CaseSensitive", (True, False), 0.25),
            ("Expand", (True, False), 0.35),
            ("Short", (True,), 0.05),
            ("Full", (True,), 0.05),
        ):
            if chance.random() < likelihood:
                body[name] = chance.choice(values)
        if chance.random() < 0.25:
            body["RequestedTags"] = chance.sample(REQUESTED, chance.randint(1, 3))
        yield body


class Live:
    """A started server, and what its log and its metrics tell of each find."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.client: HttpClient = server.client
        self.place = 0

    def find(self, body: Mapping[str, Any]) -> Seen:
        self.new_log()
        before = self.bytes_read()
        answer = self.client.send(Request("POST", "/tools/find", json.dumps(body).encode()))
        after = self.bytes_read()
        log = self.new_log()
        counted = re.findall(r"Number of candidate resources after fast DB filtering on main DICOM tags: (\d+)", log)
        read = log.count("Reading attachment")
        size = None if before is None or after is None else after - before
        candidates = int(counted[-1]) if counted and answer.status == 200 else None
        return Seen(answer.status, comparable(answer), candidates, read, size)

    def new_log(self) -> str:
        """What the server logged since the last call."""
        with self.server.log_path.open("rb") as log:
            log.seek(self.place)
            text = log.read()
        self.place += len(text)
        return text.decode("utf-8", "replace")

    def bytes_read(self) -> int | None:
        """The metric of that name, 0 before the first read; None for a release without it."""
        text = self.client.send(METRICS).body.decode("utf-8", "replace")
        if "orthanc_storage_cache_count" not in text:
            return None
        found = re.search(r"^orthanc_storage_read_bytes (\d+)", text, re.MULTILINE)
        return int(found[1]) if found else 0


def emulated(emulator: Emulator, client: EmulatorClient, body: Mapping[str, Any]) -> Seen:
    emulator.queries.clear()
    answer = client.send(Request("POST", "/tools/find", json.dumps(body).encode()))
    plans = list(emulator.queries)
    candidates = plans[-1].candidates if plans and answer.status == 200 else None
    files, size = sum(plan.files_read for plan in plans), sum(plan.bytes_read for plan in plans)
    return Seen(answer.status, comparable(answer), candidates, files, size)


def comparable(answer: Answer) -> Any:
    """An answer's JSON without what no two servers have in common."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        return answer.body.decode("utf-8", "replace")
    return mask_fields(body, "/tools/find", lambda _: False)


def compare(
    executable: str, root: Path | None, count: int, seed: int, postgresql: PostgresqlServer | None = None
) -> int:
    """Prints every difference; the number of finds that differ."""
    server = ServerProcess(executable, CONFIGURATION, root, postgresql=postgresql)
    differing = files = indexed = 0
    try:
        system = server.client.send(Request("GET", "/system")).json
        release = str(system["Version"])
        if release not in RELEASES:
            raise SystemExit(f"Orthanc {release} is none of {', '.join(RELEASES)}")
        options = {**BASE_CONFIGURATION, **CONFIGURATION, **DATABASE_OPTIONS[database_of(system)]}
        with Emulator(options, release=release, unknown_tags="as-release") as emulator:
            client = EmulatorClient(emulator)
            for target in (server.client, client):
                identifiers = load(Session(target, "queries", "generated"), random.Random(seed))
            live = Live(server)
            bodies = queries(identifiers, random.Random(seed))
            for _, body in zip(range(count), bodies, strict=False):
                there, here = live.find(body), emulated(emulator, client, body)
                found = there.differences(here)
                differing += bool(found)
                files += there.files or 0
                indexed += not there.files
                if found:
                    print(json.dumps(body, ensure_ascii=False))
                    for name, (expected, got) in found.items():
                        print(f"    {name}: live {expected!r:.400}, emulated {got!r:.400}")
    finally:
        server.stop()
    database = " with PostgreSQL" if postgresql else ""
    print(
        f"Orthanc {release}{database}: {count} finds over {len(identifiers)} files, seed {seed}: {differing} differ; "
        f"the server answered {indexed} without a file and read {files} files for the others"
    )
    return differing


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m conformance.queries", description="Compare generated finds.")
    parser.add_argument("--orthanc", required=True, metavar="EXECUTABLE")
    parser.add_argument("--root", type=Path, help="run the executable in a chroot there")
    parser.add_argument("--count", type=int, default=1000, help="how many finds (default: 1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", type=PostgresqlServer, metavar="URI", help="keep the server's index there")
    options = parser.parse_args(arguments)
    return int(bool(compare(options.orthanc, options.root, options.count, options.seed, options.postgresql)))


if __name__ == "__main__":
    sys.exit(main())
