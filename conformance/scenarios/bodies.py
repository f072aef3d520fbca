"""What a server takes for JSON in the body of a request, and what becomes of bytes that are no UTF-8."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import scenario

#: Bytes that are no UTF-8, or only for a lenient reader: alone, cut short, too long, beyond Unicode.
NO_UTF_8 = (
    b"a\xe9b",
    b"\xe9 t\xe9",
    b"a\xc3",
    b"\xc3(",
    b"\xc3\xc3\xa9",
    b"\xe2\x82(",
    b"\xf0\x28\x8c\xbc",
    b"\xf0\x9f\x98",
    b"\xed\xa0\x80q",
    b"\xc0\x80q",
    b"\xf4\x90\x80\x80z",
    b"\xf8\x88\x80\x80\x80z",
    b"\xfc\x80z",
    b"\x80a",
    b"ab\xff\xfecd",
)


def send_bodies(session: Session, *bodies: bytes) -> None:
    """Sends the bodies where an error, a query and tags are made of them."""
    stored = session.upload(session.dataset())
    for body in bodies:
        session.post(f"/instances/{stored.id}/modify", data=body)
        session.post("/tools/find", data=body)
        session.put("/peers/orthanc-emulator-bodies", data=body)


@scenario("Numbers: signs, zeros and points that no other reader takes; from 1.12 on too large ones")
def numbers(session: Session) -> None:
    members = b"1e400 -1e400 01 -01 1. .5 +1 - 1e 1.5.5 1-2 nan 18446744073709551616".split()
    send_bodies(session, *(b'{"Unknown":%s}' % number for number in members))
    send_bodies(session, b'{"Force":1e400}', b'{"Keep":[1e400]}', b'{"Unknown":' + b"9" * 4400 + b"}")


@scenario("Commas: one too many at the end is taken, none without a value before it")
def commas(session: Session) -> None:
    send_bodies(session, b'{"Keep":[],}', b"{,}", b'{"Keep":[],,}', b'{"Keep":[,]}', b'{"Keep":["StudyID",]}')


@scenario("Control characters in texts are taken up to 1.12; blanks are those of JSON alone")
def control_characters(session: Session) -> None:
    send_bodies(session, b'{"Unknown":"\tb"}', b'{"Unknown":"\nb"}', b'{"Unknown":"\\u0001"}', b'{"Unknown":"\x7f"}')
    send_bodies(session, b" \t\r\n{}", b"\x0b{}", b"\x0c{}", b"\xc2\xa0{}", b"\x00{}", b"{}\x00")


@scenario("Comments, what follows the value, and what is cut short")
def comments_and_ends(session: Session) -> None:
    send_bodies(session, b"/* c */ {} // d", b'{"Keep":/* c */[] // d\n}', b"[/* c */]", b"{} trailing", b'{"Keep":[')
    send_bodies(session, b'{"Unknown":"\\ud800"}', b'{"Unknown":"\\udc00"}', b'{"Unknown":"\\x"}', b"{'a':1}", b"{1:2}")


@scenario("One byte order mark is passed over, and no byte that is no UTF-8 stands outside a text")
def byte_order_marks(session: Session) -> None:
    mark = b"\xef\xbb\xbf"
    send_bodies(session, mark + b"{}", mark + mark + b"{}", b" " + mark + b"{}", b"\xe9{}", b"{\xe9}")


@scenario("Values that are nested 100 deep are read")
def depth(session: Session) -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        send_bodies(session, b'{"Unknown":' + opening * 100 + b"1" + closing * 100 + b"}")


@scenario("A value that is no UTF-8 is written as it is into a file in UTF-8, and left out of all others")
def values_that_are_no_utf_8(session: Session) -> None:
    for number, term in enumerate(("ISO_IR 192", "ISO_IR 100", "ISO_IR 13", "GB18030", "ISO 2022 IR 87"), 1):
        stored = session.upload(raw_file(session, ("0008,0005", "CS", term), instance=number))
        for value in NO_UTF_8:
            session.post(f"/instances/{stored.id}/modify", data=b'{"Replace":{"StudyID":"%s"}}' % value)


@scenario("A name that is no UTF-8 is an unknown one")
def names_that_are_no_utf_8(session: Session) -> None:
    stored = session.upload(session.dataset())
    session.post(f"/instances/{stored.id}/modify", data=b'{"Replace":{"Study\xe9ID":"x"}}')
    session.post(f"/instances/{stored.id}/modify", data=b'{"Remove":["StudyID\xe9"]}')
    session.post("/tools/find", data=b'{"Level":"Stu\xe9dy","Query":{}}')
    session.post("/tools/find", data=b'{"Level":"Study","Query":{"Study\xe9ID":"x"}}')


@scenario("A query that is no UTF-8: where case is folded, what is none is left out", configuration=LAB)
def queries_that_are_no_utf_8(session: Session) -> None:
    session.upload(session.dataset((0x0011, 0x01, "LO", "AbC"), StudyID="AbC"))
    patient = session.patient_id().encode()
    for tag in (b"StudyID", b"0011,1001"):
        for value in (b"AbC\xe9", b"\xe9abc", b"abc\xe9", b"\xe9"):
            for case_sensitive in (b"true", b"false"):
                query = b'"Query":{"PatientID":"%s","%s":"%s"}' % (patient, tag, value)
                session.post("/tools/find", data=b'{"Level":"Study","CaseSensitive":%s,%s}' % (case_sensitive, query))
    session.post("/tools/find", data=b'{"Level":"Study","Query":{"PatientID":"%s\xe9"}}' % patient)


@scenario("A look-up of what is no UTF-8: up to 1.12 without those bytes")
def look_ups_that_are_no_utf_8(session: Session) -> None:
    session.upload(session.dataset())
    for ending in (b"\xe9", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbf\xbd", b"\0abc"):
        session.post("/tools/lookup", data=session.patient_id().encode() + ending)


@scenario("A metadata that is no UTF-8 is kept as it is, and read as UTF-8 that nobody has checked in JSON")
def metadata_that_are_no_utf_8(session: Session) -> None:
    stored = session.upload(session.dataset())
    for value in NO_UTF_8:
        session.put(f"/instances/{stored.id}/metadata/1024", data=value)
        session.get(f"/instances/{stored.id}/metadata?expand")
        session.get(f"/instances/{stored.id}/metadata/1024")
