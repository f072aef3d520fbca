"""Transfer syntaxes that a release does not know, and pixel data that is not of the file's."""

from __future__ import annotations

import struct

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.datasets import SECONDARY_CAPTURE
from conformance.files.raw import IMAGE, Form, RawElement, encode
from conformance.scenarios.scenario import scenario

EXPLICIT, IMPLICIT, JPEG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.50"
GE = "1.2.840.113619.5.2"
EXPLICIT_FORM = Form()
NATIVE = b"\xe0\x7f\x10\0OB\0\0\4\0\0\0\1\2\3\4"
END = b"\xfe\xff\xdd\xe0\0\0\0\0"


def encapsulated(*fragments: bytes, end: bytes = END) -> bytes:
    listed = (b"\xfe\xff\x00\xe0" + struct.pack("<I", len(one)) + one for one in (b"", *fragments))
    return b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff" + b"".join(listed) + end


def icon(pixels: bytes) -> bytes:
    rows = b"\x28\0\x10\0US\2\0\2\0\x28\0\x11\0US\2\0\2\0"
    item = b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + rows + pixels + b"\xfe\xff\x0d\xe0\0\0\0\0"
    return b"\x88\0\0\2SQ\0\0\xff\xff\xff\xff" + item + END


def file(
    session: Session, syntax: bytes | None, number: int, pixels: bytes, *more: RawElement, form: Form = EXPLICIT_FORM
) -> bytes:
    """An image of a study of its own, its transfer syntax written as it is given."""
    words = [str(number)] * 3
    uid = session.uid("instance", "", *words)
    elements: list[RawElement] = [
        ("0008,0016", "UI", SECONDARY_CAPTURE),
        ("0008,0018", "UI", uid),
        ("0010,0020", "LO", session.patient_id()),
        ("0020,000d", "UI", session.uid("study", "", *words[:1])),
        ("0020,000e", "UI", session.uid("series", "", *words[:2])),
        ("0020,0013", "IS", str(number)),
        *(element for element in IMAGE if element[0] not in {one[0] for one in more}),
        *more,
    ]
    meta: list[RawElement] = [
        ("0002,0001", "OB", b"\0\1"),
        ("0002,0002", "UI", SECONDARY_CAPTURE),
        ("0002,0003", "UI", uid),
    ]
    if syntax is not None:
        meta.append(("0002,0010", "UI", syntax))
    header = b"".join(encode(element, Form()) for element in meta)
    length = encode(("0002,0000", "UL", struct.pack("<I", len(header))), Form())
    body = b"".join(encode(element, form) for element in sorted(elements, key=lambda one: one[0]))
    return bytes(128) + b"DICM" + length + header + body + pixels


def padded(syntax: str) -> bytes:
    return syntax.encode() + b"\0" * (len(syntax) % 2)


def ask(session: Session, content: bytes, *syntaxes: str) -> None:
    stored = session.upload(content)
    if stored.status != 200:
        return
    session.get(f"/instances/{stored.id}/metadata?expand")
    session.modify("instances", stored.id, Replace={"StudyID": "x"}, Keep=["SOPInstanceUID"], Force=True)
    session.modify("studies", stored.text_field("ParentStudy"), Replace={"StudyID": "x"})
    session.get(f"/instances/{stored.id}/frames/0/raw")
    for syntax in syntaxes:
        session.modify("instances", stored.id, Transcode=syntax, Keep=["SOPInstanceUID"], Force=True)


KNOWN = ("4.52", "4.66", "4.106", "4.107", "6.1")
UNKNOWN = ("1.98", "4.109", "4.110", "4.112", "4.201", "4.203", "4.204", "4.205", "7.1", "8.1")


def add(name: str, syntax: bytes | None) -> None:
    def function(session: Session) -> None:
        ask(session, file(session, syntax, 1, NATIVE))
        ask(session, file(session, syntax, 2, encapsulated(b"abcd")))
        ask(session, file(session, syntax, 3, b""))

    function.__name__ = name
    function.__module__ = __name__
    scenario(f"Native, encapsulated and no pixel data in transfer syntax {syntax!r}", configuration=LAB)(function)


for end in KNOWN + UNKNOWN:
    add("syntax_" + end.replace(".", "_"), padded(f"{IMPLICIT}.{end}"))
for title, odd in (
    ("private_syntax", b"1.2.3.4\0"),
    ("empty_syntax", b""),
    ("syntax_of_nuls", b"\0\0"),
    ("syntax_after_a_blank", b" 1.2.840.10008.1.2.1"),
    ("syntax_before_a_blank", b"1.2.840.10008.1.2.1 "),
    ("syntax_before_a_nul", b"1.2.840.10008.1.2.1\0x\0"),
    ("no_syntax", None),
):
    add(title, odd)


@scenario("GE's private DLX syntax: implicit VR, its pixel data big endian", configuration=LAB)
def ge_dlx(session: Session) -> None:
    pixels = b"\xe0\x7f\x10\0\x08\0\0\0\1\2\3\4\5\6\7\10"
    words: list[RawElement] = [
        ("0028,0100", "US", b"\20\0"),
        ("0028,0101", "US", b"\20\0"),
        ("0028,0102", "US", b"\17\0"),
    ]
    content = file(session, GE.encode(), 1, pixels, *words, form=Form(implicit=True))
    ask(session, content, IMPLICIT, EXPLICIT)


@scenario("Fragments of odd length are padded", configuration=LAB)
def odd_fragments(session: Session) -> None:
    for number, fragments in enumerate(([b"abc"], [b"abc", b"defgh"], [b"a", b"bc"], [b""], []), 1):
        ask(
            session,
            file(
                session,
                padded(JPEG),
                number,
                encapsulated(*fragments),
                ("0028,0008", "IS", str(max(1, len(fragments)))),
            ),
        )


@scenario("A sequence delimiter is written with length 0, whatever it had", configuration=LAB)
def delimiters(session: Session) -> None:
    for number, length in enumerate((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x08\0\0\0"), 1):
        ask(session, file(session, padded(JPEG), number, encapsulated(b"abcd", end=END[:4] + length)))


@scenario("Encapsulated pixel data in a native syntax can't be written, nor in an icon", configuration=LAB)
def encapsulated_in_native(session: Session) -> None:
    ask(session, file(session, padded(EXPLICIT), 1, encapsulated(b"abcd")))
    ask(session, file(session, padded(EXPLICIT), 2, encapsulated()))
    ask(session, file(session, padded(EXPLICIT), 3, icon(encapsulated(b"abcd"))))
    ask(session, file(session, padded(EXPLICIT), 4, icon(encapsulated(b"abcd")) + NATIVE))
    ask(session, file(session, padded(JPEG), 5, icon(NATIVE) + encapsulated(b"abcd")))
    ask(session, file(session, padded(JPEG), 6, icon(encapsulated(b"ab")) + encapsulated(b"abcd")))
    ask(session, file(session, padded(JPEG), 7, encapsulated()))
