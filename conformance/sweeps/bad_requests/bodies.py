"""Bodies that are wrong in one place: right ones of each route, broken; and what is no body of any route."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from ..client_methods.world import FILES

Ids = Mapping[str, str]

#: Values of a wrong type, or of the right one and no sense.
JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 7, 1.5, 2**31, 2**32, 2**63, 2**64, 1e300, -(2**63)),
    *("", "x", "0", "-1", "nope", "\0", "a\0b", "é", "\U0001f600", "*", "..", "../../x", " ", "Study", "PatientID"),
    *("x" * 300, [], {}, [[]], [None], ["x"], [5], {"a": {}}, {"": ""}, [{"PatientID": "x"}], {"PatientID": "x"}),
)
#: Bodies that are no JSON, or hardly. (200 brackets that nothing closes end a real server.)
RAW: tuple[bytes, ...] = (
    *(b"", b"\0", b"\xff\xfe", b"{", b"}", b"[" * 40, b"[]", b"{}", b"null", b"5", b'"x"', b"x", b"'x'", b"true"),
    *(b"{} trailing", b'{"a":1}{"b":2}', b"\xef\xbb\xbf{}", b"NaN", b'{"a"', b'{"Level":"Study","Level":5}', b"// x"),
    *(b'{"Query":{"PatientName":"\xff"}}', b'{"Replace":{"PatientName":"\xc3"}}', b'{"\xe9":1}', b"a" * 3000, b"%00"),
)


def find(ids: Ids) -> dict[str, Any]:
    return {
        "Level": "Study",
        "Query": {"PatientID": "P1"},
        "Expand": True,
        "Limit": 2,
        "Since": 0,
        "CaseSensitive": False,
        "Full": False,
        "Short": False,
        "RequestedTags": ["PatientName"],
        "Labels": ["label"],
        "LabelsConstraint": "All",
        "OrderBy": [{"Type": "DicomTag", "Key": "StudyDate", "Direction": "ASC"}],
        "MetadataQuery": {"1024": "one"},
        "ResponseContent": ["MainDicomTags"],
        "ParentPatient": ids["patients"],
    }


def modify(ids: Ids) -> dict[str, Any]:
    return {
        "Replace": {"StudyDescription": "new", "0011,1001": "label-B"},
        "Remove": ["ImageComments"],
        "Keep": ["SeriesDescription"],
        "PrivateCreator": "MYLAB",
        "RemovePrivateTags": False,
        "Force": False,
        "KeepSource": True,
        "KeepLabels": False,
        "Permissive": False,
        "Priority": 0,
        "Synchronous": True,
        "Asynchronous": False,
        "UserData": "x",
        "Transcode": "1.2.840.10008.1.2.1",
        "DicomVersion": "2021b",
        "KeepPrivateTags": False,
    }


def bulk(ids: Ids) -> dict[str, Any]:
    return {"Resources": [ids["series"]], "Level": "Series", "MainDicomTags": True, "Metadata": False, **modify(ids)}


def archive(ids: Ids) -> dict[str, Any]:
    return {
        "Resources": [ids["studies"]],
        "Synchronous": True,
        "Asynchronous": False,
        "Extended": False,
        "Priority": 0,
        "Transcode": "1.2.840.10008.1.2.1",
        "Filename": "x.zip",
        "UserData": 5,
    }


def creation(ids: Ids) -> dict[str, Any]:
    return {
        "Tags": {"SeriesDescription": "made", "0011,1001": "x"},
        "Parent": ids["studies"],
        "PrivateCreator": "MYLAB",
        "Content": "data:text/plain;base64,eA==",
        "Force": False,
        "InterpretBinaryTags": True,
        "Encapsulate": False,
    }


def restructuring(ids: Ids) -> dict[str, Any]:
    return {
        "Series": [ids["series"]],
        "Instances": [ids["instances"]],
        "Resources": [ids["series"]],
        "Replace": {"PatientName": "x"},
        "Remove": ["StudyDescription"],
        "KeepSource": True,
        "KeepLabels": False,
        "Synchronous": True,
    }


def reconstruction(_: Ids) -> dict[str, Any]:
    return {"LimitToThisLevelMainDicomTags": True}


def modality(_: Ids) -> dict[str, Any]:
    return {"AET": "A", "Host": "127.0.0.1", "Port": 9, "Manufacturer": "Generic", "AllowEcho": True, "Timeout": 1}


def peer(_: Ids) -> dict[str, Any]:
    return {"Url": "http://127.0.0.1:9/", "Username": "u", "Password": "p", "HttpHeaders": {"A": "b"}, "Timeout": 1}


def network_query(_: Ids) -> dict[str, Any]:
    return {"Level": "Study", "Query": {"PatientID": "x"}, "Normalize": True, "LocalAet": "A", "Timeout": 1}


def sending(ids: Ids) -> dict[str, Any]:
    return {"Resources": [ids["series"]], "Permissive": False, "LocalAet": "A", "Timeout": 1, "Synchronous": True}


#: The right body of a request, by how its path ends.
RIGHT: Mapping[str, Callable[[Ids], dict[str, Any]]] = {
    "/tools/find": find,
    "/tools/count-resources": find,
    "/modify": modify,
    "/anonymize": modify,
    "/tools/bulk-modify": bulk,
    "/tools/bulk-anonymize": bulk,
    "/tools/bulk-content": bulk,
    "/tools/bulk-delete": bulk,
    "/archive": archive,
    "/media": archive,
    "/tools/create-archive": archive,
    "/tools/create-media": archive,
    "/tools/create-media-extended": archive,
    "/tools/create-dicom": creation,
    "/split": restructuring,
    "/merge": restructuring,
    "/reconstruct": reconstruction,
    "/modalities/{id}": modality,
    "/peers/{id}": peer,
    "/query": network_query,
    "/find-worklist": network_query,
    "/store": sending,
    "/move": network_query,
    "/get": network_query,
}
#: Members that would make a request reach out, run beside the next one, or wait for a server that hangs.
FORBIDDEN = {"Host", "Url", "URL", "ReconstructFiles"}


def body(template: str, ids: Ids, chance: random.Random) -> bytes:
    """A body for a route: its right one with a member or two broken, or something else altogether."""
    if template.endswith("/instances"):
        return upload(chance)
    right = next((make for end, make in RIGHT.items() if template.endswith(end)), None)
    if right is None or chance.random() < 0.2:
        return chance.choice(RAW) if chance.random() < 0.6 else dumped(chance.choice(JUNK))
    return dumped(broken(right(ids), chance))


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def broken(right: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Some of the members, one of them wrong; what is in an object or a list may be wrong, too."""
    names = chance.sample([*right], chance.randint(1, len(right)))
    members = {name: right[name] for name in right if name in names}
    name = chance.choice([*members])
    if name in FORBIDDEN:
        return members
    value, junk = members[name], chance.choice(JUNK)
    if isinstance(value, dict) and chance.random() < 0.6:
        members[name] = {**value, chance.choice((*value, "NotATag", "", "0011,1001", "0010-0010[0].PatientID")): junk}
    elif isinstance(value, list) and chance.random() < 0.6:
        members[name] = [*value, junk]
    elif name != "Asynchronous" or junk is not True:
        members[name] = junk
    return members


def upload(chance: random.Random) -> bytes:
    """Something to store that is cut short, packed, or no file at all."""
    file = chance.choice(FILES)
    kind = chance.randrange(6)
    if kind == 0:
        return file[: chance.randrange(len(file))]
    if kind == 1:
        return chance.choice(RAW)
    if kind == 2:
        return gzip.compress(file)[: chance.choice((None, -1, -9, 30))]
    if kind == 3:
        return form(file, chance)
    return archived(file, chance)


def form(file: bytes, chance: random.Random) -> bytes:
    start, end = (
        chance.choice((b"--x\r\n", b"--y\r\n", b"--x\n", b"")),
        chance.choice((b"\r\n--x--", b"--x--", b"", b"\r\n--x")),
    )
    head = chance.choice(
        (
            b"Content-Type: application/dicom\r\n\r\n",
            b"\r\n",
            b"",
            b'Content-Disposition: form-data; name="../x"\r\n\r\n',
        )
    )
    return start + head + file + end


def archived(file: bytes, chance: random.Random) -> bytes:
    """A ZIP archive whose members have odd names, or which is damaged."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as made:
        for _ in range(chance.randint(0, 2)):
            name = chance.choice(("a", "../../etc/x", "/x", "a/b/", "é", "a\\b", "x" * 200))
            made.writestr(name, chance.choice((file, file[:200], b"", b"x")))
    data = output.getvalue()
    damage = chance.randrange(4)
    if damage == 0:
        return data[: chance.randrange(len(data))]
    if damage == 1 and len(data) > 60:
        place = chance.randrange(4, 30)
        return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
    return data
