"""What `python -m conformance dicomweb` asks: a few files, and requests to DICOMweb made up from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..asking.configurations import DICTIONARY
from ..asking.dicom_web import HOST, ROOT
from ..asking.exchange import Request
from ..asking.session import Session
from ..files import multipart
from ..files.raw import RawElement, raw_file

CONFIGURATION: Mapping[str, Any] = {
    "Dictionary": DICTIONARY,
    "ExtraMainDicomTags": {"Instance": ["0011,1003", "Rows"], "Study": ["PatientWeight"]},
    "DicomWeb": {"Enable": True},
}

#: Text values by tag and VR; of each file some.
TEXTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("0008,0020", "DA"): ("20200101", "20210304", ""),
    ("0008,0030", "TM"): ("101112.5", "2359", "08"),
    ("0008,0050", "SH"): ("A1", "a1", "", "B\\C"),
    ("0008,0060", "CS"): ("CT", "MR", "OT"),
    ("0008,0090", "PN"): ("Ref^Doc", "", "A=B=C"),
    ("0008,0201", "SH"): ("+0100", "-0530"),
    ("0008,1030", "LO"): ("Study 1", "study 2", "Two\\Three", " lead", "x" * 300),
    ("0008,103e", "LO"): ("Series 1", "SERIES 2", ""),
    ("0010,0010", "PN"): ("Doe^John", "doe^jane", "M\xfcller^Anna", "Yamada=\xe9=\xe8", "^^^Dr"),
    ("0010,0030", "DA"): ("19700102", ""),
    ("0010,0040", "CS"): ("F", "M", "O"),
    ("0010,1030", "DS"): ("71.50", "1e3", "-0", "abc", "1\\x\\3"),
    ("0018,0015", "CS"): ("HEAD", "head", "CHEST"),
    ("0018,0050", "DS"): ("1.50", "+0.10", "2"),
    ("0020,0010", "SH"): ("S1", "s1"),
    ("0020,0011", "IS"): ("1", " 2", "x", "99999999999"),
    ("0020,4000", "LT"): ("short", " a comment ", "long " * 80),
    ("0028,0008", "IS"): ("1",),
    ("0040,0244", "DA"): ("20200105",),
    ("0011,0010", "LO"): ("MYLAB",),
    ("0011,1001", "LO"): ("a label", "two\\values", "\xe9"),
    ("0011,1003", "LO"): ("full",),
    ("0011,1007", "DS"): ("1.5", "x"),
    ("0013,1001", "LO"): ("orphan",),
}
#: Other values.
OTHERS: Mapping[tuple[str, str], tuple[Any, ...]] = {
    ("0008,1140", "SQ"): (
        [[("0008,1155", "UI", "1.2.3")]],
        [],
        [[("0008,1155", "UI", "1.2"), ("0009,0010", "LO", "X")]],
    ),
    ("0009,1002", "UN"): (b"ab", b"text", b""),
    ("0011,1002", "US"): (b"\7\0", b"\1\0\2\0"),
    ("0011,1004", "SQ"): ([[("0011,0010", "LO", "MYLAB"), ("0011,1001", "LO", "inner")]],),
    ("0011,1030", "OB"): (b"\1\2\3\4", b"", b"\0" * 40),
    ("0018,1063", "DS"): (b"40 ",),
    ("0018,9087", "FD"): (b"\0\0\0\0\0\0\xf8\x3f",),
    ("0028,0009", "AT"): (b"\x18\0\x63\x10", b"\x18\0\x63\x10\x18\0\x65\x10"),
    ("0028,0010", "US"): (b"\2\0",),
    ("0028,0011", "US"): (b"\3\0",),
    ("0040,0275", "SQ"): ([[("0040,0009", "SH", "S1")]], [[("0040,0009", "SH", "S1")], [("0040,1001", "SH", "R")]]),
    ("7fe0,0010", "OW"): (bytes(12),),
}
IMAGE: Sequence[RawElement] = (
    ("0028,0002", "US", b"\1\0"),
    ("0028,0004", "CS", "MONOCHROME2"),
    ("0028,0010", "US", b"\2\0"),
    ("0028,0011", "US", b"\2\0"),
    ("0028,0100", "US", b"\x08\0"),
    ("0028,0101", "US", b"\x08\0"),
    ("0028,0102", "US", b"\7\0"),
    ("0028,0103", "US", b"\0\0"),
)

NAMES = (
    *("PatientID", "PatientName", "StudyDate", "StudyTime", "AccessionNumber", "ModalitiesInStudy", "Modality"),
    *("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "StudyDescription", "SeriesDescription", "StudyID"),
    *("ReferringPhysicianName", "PatientBirthDate", "PatientSex", "PatientWeight", "BodyPartExamined", "Rows"),
    *("SliceThickness", "ImageComments", "InstanceNumber", "SeriesNumber", "SpecificCharacterSet", "NumberOfFrames"),
    *("RequestAttributesSequence", "ReferencedImageSequence", "TimezoneOffsetFromUTC", "FrameIncrementPointer"),
    *("00100020", "0010,0020", "0010-0020", "0020000D", "0020000e", "00181063", "00189087", "00280010"),
    *("MyLabel", "00111001", "0011,1001", "0011-1001", "00110010", "00111003", "MyFull", "PixelData", "NoSuchTag"),
    *("patientid", "(0010,0020)", "NumberOfStudyRelatedInstances", "NumberOfSeriesRelatedInstances"),
    *("RequestAttributesSequence.ScheduledProcedureStepID", "InstanceAvailability", "RetrieveURL", "StationName"),
)
VALUES = (
    *("", "*", "CT", "ct", "C*", "MR,CT", "Doe*", "doe^john", "D?e^John", "20200101", "2020*", "20200101-20210101"),
    *("-20201231", "20210101-", "1", "2", "1,2", "Study%201", "study*", "HEAD", "head,CHEST", "A1", "a1", "71.50"),
    *("M%C3%BCller*", "%5Ex", "S1", "x", "+0100", "%2B0100", "1.50", "full", "a%20label", "ISO_IR%20100", "9.9"),
)
ACCEPTS = (
    *("*/*", "*/*", "*/*", "application/dicom+json", "application/json", "application/dicom+xml", "text/xml", ""),
    'multipart/related; type="application/dicom+xml"',
    'multipart/related; type="application/dicom"',
    'multipart/related; type="application/dicom"; transfer-syntax=*',
    'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2',
    'multipart/related; type="application/octet-stream"',
    'multipart/related; type="application/octet-stream"; transfer-syntax=*',
    "multipart/related; type=application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1",
    "multipart/related",
    "application/dicom+json, application/json",
    "text/html, application/json;q=0.9",
)
BULK_TAGS = (
    *("00100010", "00111001", "0011,1001", "0011-1030", "00111030", "MyLabel", "00111004", "00111004/1/00111001"),
    *("00081140/1/00081155", "00081140/0/00081155", "00091002", "7fe00010", "7FE00010", "PatientName", "NoSuchName"),
    *("00280010", "00081140/1", "00081140/x/00081155", "99999999", "00020010", "00081140/2/00081155", "00101030"),
)
FRAMES = ("1", "2", "1,2", "2,1", "3", "1,3", "0", "x", "1,", "", "01", "+1", "1,1,2,9")


@dataclass
class World:
    """What there is to ask about: the UIDs of the files (study, series, instance), and the bytes of all."""

    uids: list[tuple[str, str, str]] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)


def load(session: Session, chance: random.Random, count: int = 24) -> World:
    """Stores files made by chance; the same for each session with the same seed."""
    world = World()
    for number in range(count):
        study, series = chance.randint(1, 6), chance.randint(1, 3)
        data = made_file(session, chance, study, series, number)
        session.upload(data)
        where = str(study), str(series)
        uids = (
            session.uid("study", "", where[0]),
            session.uid("series", "", *where),
            session.uid("instance", "", *where, str(number)),
        )
        world.uids.append(uids)
        world.files.append(data)
    return world


def made_file(session: Session, chance: random.Random, study: int, series: int, instance: int) -> bytes:
    elements: dict[str, RawElement] = {}
    if chance.random() < 0.6:
        elements["0008,0005"] = ("0008,0005", "CS", chance.choice(("ISO_IR 100", "ISO_IR 100", "ISO_IR 192")))
    for table in (TEXTS, OTHERS):
        for (tag, vr), choices in table.items():
            if chance.random() < 0.6:
                elements[tag] = (tag, vr, chance.choice(choices))
    if elements.get("0008,0005", ("", "", ""))[2] == "ISO_IR 192":
        texts = ("0010,0010", "0011,1001", "0008,0090")
        elements |= {tag: (tag, elements[tag][1], encoded(elements[tag][2])) for tag in texts if tag in elements}
    if chance.random() < 0.4:
        elements |= {one[0]: one for one in IMAGE}
        count = chance.randint(1, 3)
        elements["0028,0008"] = ("0028,0008", "IS", str(count))
        elements["7fe0,0010"] = ("7fe0,0010", "OW", bytes(range(4 * count)))
    return raw_file(
        session,
        *elements.values(),
        study=study,
        series=series,
        instance=instance,
        implicit=chance.random() < 0.2,
        undefined_lengths=chance.random() < 0.3,
    )


def encoded(value: Any) -> Any:
    """A text in UTF-8, of even length."""
    if not isinstance(value, str):
        return value
    data = value.encode("utf-8")
    return data + b" " * (len(data) % 2)


def requests(world: World, session: Session, chance: random.Random) -> Iterator[Request]:
    """Requests without end."""
    makers = (search,) * 12 + (metadata,) * 3 + (bulk,) * 2 + (frames,) * 2 + (file,) * 2 + (store,) * 2 + (wado,)
    while True:
        yield chance.choice(makers)(world, session, chance)


def get(path: str, chance: random.Random, accept: str | None = None) -> Request:
    return Request("GET", path, b"", {"Host": HOST, "Accept": chance.choice(ACCEPTS) if accept is None else accept})


def some_path(world: World, chance: random.Random, depth: int | None = None) -> str:
    """The path of a study, a series or an instance, sometimes of one that there is not."""
    uids = list(chance.choice(world.uids))
    if chance.random() < 0.08:
        uids[chance.randrange(3)] = chance.choice(("9.9", chance.choice(world.uids)[chance.randrange(3)]))
    names = ("studies", "series", "instances")
    return ROOT + "".join(
        f"/{name}/{uid}" for name, uid in zip(names[: depth or chance.randint(1, 3)], uids, strict=False)
    )


def search(world: World, session: Session, chance: random.Random) -> Request:
    level = chance.choice(("studies", "series", "instances"))
    path = f"{ROOT}/{level}"
    if chance.random() < 0.25:
        study, series, _ = chance.choice(world.uids)
        path = f"{ROOT}/studies/{study}/{chance.choice(('series', 'instances', f'series/{series}/instances'))}"
    arguments = [argument(world, session, chance) for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3)))]
    accept = chance.choice(ACCEPTS[:8]) if chance.random() < 0.3 else "application/dicom+json"
    return get(path + ("?" + "&".join(arguments) if arguments else ""), chance, accept)


def argument(world: World, session: Session, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.25:
        fields = ",".join(chance.choice(NAMES) for _ in range(chance.randint(1, 3)))
        return f"includefield={chance.choice((fields, fields, 'all'))}"
    if kind < 0.35:
        return f"{chance.choice(('limit', 'offset'))}={chance.choice(('0', '1', '2', '5', '50', 'x', '-1', ''))}"
    if kind < 0.38:
        return f"fuzzymatching={chance.choice(('true', 'false', 'x'))}"
    name = chance.choice(NAMES)
    uids = {"StudyInstanceUID": 0, "SeriesInstanceUID": 1, "SOPInstanceUID": 2, "0020000D": 0, "0020000e": 1}
    if name in uids and chance.random() < 0.8:
        return f"{name}={chance.choice(world.uids)[uids[name]]}"
    if name.endswith("0020") and chance.random() < 0.7:
        return f"{name}={session.patient_id()}"
    return f"{name}={chance.choice(VALUES)}"


def metadata(world: World, session: Session, chance: random.Random) -> Request:
    return get(some_path(world, chance) + "/metadata", chance)


def bulk(world: World, session: Session, chance: random.Random) -> Request:
    return get(f"{some_path(world, chance, 3)}/bulk/{chance.choice(BULK_TAGS)}", chance)


def frames(world: World, session: Session, chance: random.Random) -> Request:
    return get(f"{some_path(world, chance, 3)}/frames/{chance.choice(FRAMES)}", chance)


def file(world: World, session: Session, chance: random.Random) -> Request:
    return get(some_path(world, chance), chance)


def wado(world: World, session: Session, chance: random.Random) -> Request:
    study, series, instance = chance.choice(world.uids)
    arguments = [f"objectUID={instance}", chance.choice(("requestType=WADO", "requestType=WADO", "requestType=x", ""))]
    arguments += [chance.choice((f"studyUID={study}", "studyUID=9.9", "")), chance.choice((f"seriesUID={series}", ""))]
    arguments.append(chance.choice(("contentType=application/dicom",) * 3 + ("contentType=image/gif",)))
    return get("/wado?" + "&".join(filter(None, arguments)), chance, "*/*")


def store(world: World, session: Session, chance: random.Random) -> Request:
    """Files that are there, new ones, and what is none."""
    files = []
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        kind = chance.random()
        if kind < 0.4:
            files.append(chance.choice(world.files))
        elif kind < 0.7:
            files.append(made_file(session, chance, chance.randint(1, 6), chance.randint(1, 3), chance.randint(30, 60)))
        else:
            files.append(
                chance.choice((b"", b"junk", chance.choice(world.files)[:-7], chance.choice(world.files)[:200]))
            )
    study = chance.choice(world.uids)[0]
    part_type = chance.choice((multipart.DICOM_TYPE,) * 6 + (None, "image/jpeg", "application/dicom+json"))
    body = multipart.multipart(files, part_type)
    if chance.random() < 0.15:
        body = chance.choice((body[:-20], b"x\r\n" + body, body + b"tail", body.replace(b"\r\n\r\n", b"\n\n", 1)))
    content_type = multipart.CONTENT_TYPE
    if chance.random() < 0.1:
        content_type = chance.choice(("multipart/related; boundary=conformance", "application/dicom", "text/plain"))
    headers = {"Host": HOST, "Content-Type": content_type, "Accept": chance.choice(ACCEPTS[:9])}
    return Request("POST", chance.choice((f"{ROOT}/studies",) * 3 + (f"{ROOT}/studies/{study}",)), body, headers)
