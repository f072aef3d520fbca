"""The checker is checked: it notices each kind of wrong answer, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from conformance.asking.exchange import Answer, Entry, Exchange, Observation, Request
from conformance.asking.session import Session
from conformance.comparing.differences import differences
from conformance.comparing.normalising import normalise
from conformance.files import datasets

STUDY, SERIES, ONE, TWO = (datasets.orthanc_id("a server made", word) for word in ("study", "series", "one", "two"))
KNOWN = datasets.orthanc_id("the scenario made")
JSON = {"content-type": "application/json; charset=utf-8"}


class NoClient:
    """Sends nothing."""

    def send(self, request: Request) -> Answer:
        raise AssertionError(request)

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        raise AssertionError(request)


def dicom_file() -> bytes:
    session = Session(NoClient(), "tests", "comparison")
    return datasets.to_bytes(session.dataset((0x0011, 0x01, "LO", "label"), (0x0011, 0x02, "US", 7)))


def get(path: str, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Exchange:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(Request("GET", path), Answer(status, JSON if headers is None else headers, content))


def log() -> list[Entry]:
    """A run with one of everything: a resource with copies, tags, a file, an observation."""
    copies = [
        {"ID": ONE, "MainDicomTags": {"InstanceNumber": "1"}},
        {"ID": TWO, "MainDicomTags": {"InstanceNumber": "2"}},
    ]
    return [
        get(f"/studies/{STUDY}", {"ID": STUDY, "Series": [SERIES], "ModifiedFrom": KNOWN, "IsStable": False}),
        get(f"/studies/{STUDY}/instances", copies),
        get("/instances", [KNOWN, datasets.orthanc_id("known too")]),
        get(f"/instances/{ONE}/tags", {"0011,1001": {"Name": "MyLabel", "Type": "String", "Value": "7"}}),
        get(f"/instances/{ONE}/file", dicom_file(), headers={"content-type": "application/dicom"}),
        get("/statistics", {"CountInstances": 2}),
        Observation("files read by this find", 4),
    ]


def normal(entries: list[Entry]) -> list[dict[str, Any]]:
    known = {KNOWN, datasets.orthanc_id("known too")} | set(datasets.orthanc_ids(datasets.read(dicom_file())))  # type: ignore[arg-type]
    return normalise(entries, known)


def replaced(entries: list[Entry], index: int, body: Any, **more: Any) -> None:
    exchange = entries[index]
    assert isinstance(exchange, Exchange)
    entries[index] = get(exchange.request.path, body, **more)


def body_of(entries: list[Entry], index: int) -> Any:
    exchange = entries[index]
    assert isinstance(exchange, Exchange)
    return copy.deepcopy(exchange.answer.json)


def edit(index: int, change: Callable[[Any], None]) -> Callable[[list[Entry]], None]:
    def mutate(entries: list[Entry]) -> None:
        body = body_of(entries, index)
        change(body)
        replaced(entries, index, body)

    return mutate


def patch_file(old: bytes, new: bytes) -> Callable[[list[Entry]], None]:
    def mutate(entries: list[Entry]) -> None:
        assert dicom_file().count(old) == 1
        replaced(entries, 4, dicom_file().replace(old, new), headers={"content-type": "application/dicom"})

    return mutate


EXTRA_ELEMENT = b"\x11\x00\x03\x10LO\x02\x00x "
MUTATIONS: dict[str, Callable[[list[Entry]], None]] = {
    "another status": lambda entries: replaced(entries, 5, {"CountInstances": 2}, status=201),
    "another Content-Type": lambda entries: replaced(
        entries, 5, {"CountInstances": 2}, headers={"content-type": "text/plain"}
    ),
    "no Content-Type": lambda entries: replaced(entries, 5, {"CountInstances": 2}, headers={}),
    "a missing key": edit(0, lambda body: body.pop("IsStable")),
    "an extra key": edit(0, lambda body: body.update(Labels=[])),
    "a text in place of a number": edit(5, lambda body: body.update(CountInstances="2")),
    "0 in place of false": edit(0, lambda body: body.update(IsStable=0)),
    "2.0 in place of 2": edit(5, lambda body: body.update(CountInstances=2.0)),
    "null in place of a text": edit(3, lambda body: body["0011,1001"].update(Value=None)),
    "another spelling": edit(3, lambda body: body["0011,1001"].update(Name="Mylabel")),
    "a list in another order": edit(2, lambda body: body.reverse()),
    "a shorter list": edit(1, lambda body: body.pop()),
    "an identifier used inconsistently": edit(0, lambda body: body.update(ID=TWO)),
    "an identifier that should be known": edit(0, lambda body: body.update(ModifiedFrom=ONE)),
    "an element's VR": patch_file(b"\x11\x00\x01\x10LO", b"\x11\x00\x01\x10SH"),
    "a byte of a value": patch_file(b"label ", b"label\0"),
    "an extra element": patch_file(
        b"\x11\x00\x02\x10US\x02\x00\x07\x00", b"\x11\x00\x02\x10US\x02\x00\x07\x00" + EXTRA_ELEMENT
    ),
    "a missing element": patch_file(b"\x11\x00\x02\x10US\x02\x00\x07\x00", b""),
    "a meta element": patch_file(b"CONFORMANCE", b"CONFORMANCY"),
    "a truncated file": lambda entries: replaced(
        entries, 4, dicom_file()[:-3], headers={"content-type": "application/dicom"}
    ),
    "a missing answer": lambda entries: entries.__delitem__(5),
    "an extra answer": lambda entries: entries.append(get("/system", {})),
    "another observation": lambda entries: entries.__setitem__(6, Observation("files read by this find", 5)),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_mutated_answer_is_noticed(mutation: Callable[[list[Entry]], None]) -> None:
    mutated = log()
    mutation(mutated)
    assert differences(normal(mutated), normal(log()))


def test_equal_logs_have_no_difference() -> None:
    assert differences(normal(log()), normal(log())) == []


def test_a_difference_says_where() -> None:
    mutated = log()
    MUTATIONS["another spelling"](mutated)
    (difference,) = differences(normal(mutated), normal(log()))
    assert (difference.entry, difference.path) == (3, "answer.json.0011,1001.Name")
    assert str(difference) == 'answer.json.0011,1001.Name: "Mylabel" ≠ "MyLabel"'


def with_other_identifiers(entries: list[Entry]) -> list[Entry]:
    """The same run on a server that generated other identifiers and listed the copies in another order."""
    changed: list[Entry] = []
    names = {one: datasets.orthanc_id("another server", one) for one in (STUDY, SERIES, ONE, TWO)}
    for entry in entries:
        if isinstance(entry, Observation) or entry.answer.body[128:132] == b"DICM":
            changed.append(entry)
            continue
        path, text = entry.request.path, entry.answer.body.decode()
        for name, other in names.items():
            path, text = path.replace(name, other), text.replace(name, other)
        body = json.loads(text)
        changed.append(get(path, body[::-1] if path.endswith("/instances") and "studies" in path else body))
    file = changed[4]
    assert isinstance(file, Exchange)
    changed[4] = Exchange(Request("GET", f"/instances/{names[ONE]}/file"), file.answer)
    return changed


def test_generated_identifiers_and_the_order_of_copies_do_not_count() -> None:
    assert differences(normal(with_other_identifiers(log())), normal(log())) == []


def test_what_a_target_does_not_let_be_seen_is_no_difference() -> None:
    unseen = log()
    unseen[6] = Observation("files read by this find", None)
    assert differences(normal(unseen), normal(log())) == []


def start(details: str) -> list[Entry]:
    outcome = {"Started": False, "OrthancStatus": 3, "Message": "Parameter out of range", "Details": details}
    return [Observation("the server's start", outcome)]


def test_the_emulator_may_say_more_about_a_refused_start() -> None:
    more = normal(start('Unsupported value representation encountered: ZZ, at "Dictionary": "0011,01"'))
    assert differences(more, normal(start("Unsupported value representation encountered: ZZ"))) == []
    assert differences(more, normal(start("something else")))


def test_clock_and_file_names_are_masked() -> None:
    one = [get(f"/studies/{KNOWN}", {"ID": KNOWN, "LastUpdate": "20200101T000000", "FileUuid": "a"})]
    other = [get(f"/studies/{KNOWN}", {"ID": KNOWN, "LastUpdate": "20210101T000000", "FileUuid": "b"})]
    assert differences(normal(list(one)), normal(list(other))) == []


@pytest.mark.parametrize(
    "shown",
    [
        '{"00080013": {"Value": ["%s"], "vr": "TM"}, "0010,0010": {"vr": "PN"}}',
        '<NativeDicomModel><DicomAttribute tag="00080013" vr="TM" keyword="InstanceCreationTime">\n'
        '  <Value number="1">%s</Value></DicomAttribute></NativeDicomModel>',
    ],
)
def test_times_that_a_server_generates_are_masked_in_models(shown: str) -> None:
    def log(time: str) -> list[Entry]:
        created = Exchange(Request("POST", "/tools/create-dicom", b'{"Tags": {}}'), Answer(200, {}, b"{}"))
        return [created, Exchange(Request("GET", "/instances/x/file"), Answer(200, {}, (shown % time).encode()))]

    assert differences(normal(log("101112.123456")), normal(log("101113.000001"))) == []
    assert differences(normal(log("101112.123456")), normal(log("101112")))


def test_the_size_of_an_upload_counts_and_that_of_a_copy_does_not() -> None:
    def instance(identifier: str, size: int) -> list[Entry]:
        return [get("/instances/x", {"ID": identifier, "FileSize": size})]

    assert differences(normal(instance(KNOWN, 1)), normal(instance(KNOWN, 2)))
    assert differences(normal(instance(ONE, 1)), normal(instance(TWO, 2))) == []


def test_what_pads_a_generated_uid_does_not_count() -> None:
    def shown(*texts: str) -> list[Entry]:
        return [get("/instances/x/tags?short", {f"0008,115{number}": text for number, text in enumerate(texts)})]

    even, odd = "2.25.123456789012", "2.25.12345678901"
    assert differences(normal(shown(even, even)), normal(shown(f"{odd} ", f"{odd}\0"))) == []
    assert differences(normal(shown(f"{even} x")), normal(shown(f"{even}x")))
