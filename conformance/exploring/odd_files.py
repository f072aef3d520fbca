"""What files of the field have and clean ones have not: each drawn by itself, and added to a file now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from ..files.raw import IMAGE, RawElement

#: A text for each defined term, as bytes of it, and texts that are none in it.
TEXTS: Mapping[str, Sequence[bytes]] = {
    "ISO_IR 100": (b"J\xe9r\xf4me ", b"\x80\xa0"),
    "ISO_IR 101": (b"W\xb1\xb3\xeasa", b"\xa5 "),
    "ISO_IR 109": (b"\xf8\xfe",),
    "ISO_IR 110": (b"\xb3\xb9",),
    "ISO_IR 144": (b"\xbb\xee\xda\xd5\xdc\xd1", b"\xf0 "),
    "ISO_IR 127": (b"\xe2\xc8\xc7\xe6\xea ",),
    "ISO_IR 126": (b"\xc4\xe9\xef\xed ", b"\xd2 "),
    "ISO_IR 138": (b"\xf9\xf8\xe5\xef",),
    "ISO_IR 148": (b"\xdd\xfd\xf0 ",),
    "ISO_IR 166": (b"\xe4\xb7\xc2 ", b"\xfc "),
    "ISO_IR 13": (b"\xd4\xcf\xc0\xde^\\~", b"\x83\\ "),
    "ISO_IR 192": ("山田^é".encode() + b" ", b"\xe5\xb1", "\U0001d538".encode()),
    "GB18030": ("王^小东".encode("gb18030"), b"\x81\x30\x81\x30"),
    "GBK": ("王".encode("gbk"), b"\x80 "),
    "ISO 2022 IR 87": (b"\x1b$B;3ED\x1b(B", b"\x1b(J\\~\x1b(B "),
    "\\ISO 2022 IR 87": (b"Yamada=\x1b$B;3\x1b(B", b"\x1b$(D0!\x1b(B", b"\x1b(I1O\x1b(B "),
    "ISO 2022 IR 13\\ISO 2022 IR 87": (b"\xd4\xcf=\x1b$B;3ED\x1b(J",),
    "\\ISO 2022 IR 149": (b"Kim=\x1b$)C\xb1\xe8", b"\x1b$)C\xfb\xf3 "),
    "ISO 2022 IR 149": (b"\xb1\xe8",),
    "\\ISO 2022 IR 58": (b"\x1b$)A\xcd\xf5",),
    "ISO 2022 IR 100\\ISO 2022 IR 126": (b"a\xe9=\x1b-F\xc4\xe9",),
    "ISO_IR 6": (b"a\xe9",),
    "iso_ir 100": (b"\xe9 ",),
    "ISO_IR_192": ("é".encode(),),
    "BOGUS": (b"\xe9a",),
    "": (b"\xe9 ", "é".encode()),
}
#: Texts at patient, study, series and instance level, most of them main DICOM tags, in the VR of the dictionary.
TEXT_TAGS: Mapping[str, str] = {
    "0008,0050": "SH",
    "0008,0080": "LO",
    "0008,0090": "PN",
    "0008,1010": "SH",
    "0008,1030": "LO",
    "0008,103e": "LO",
    "0010,0010": "PN",
    "0018,0015": "CS",
    "0020,0010": "SH",
    "0020,4000": "LT",
}
#: VRs that stand where another one should.
WRONG_VRS = ("UN", "UN", "LO", "LO", "SH", "ST", "OB", "UT", "CS", "US")
ODD_TEXTS = (
    *(b"AB\0CD", b"AB\0", b"\0AB", b" AB", b"  ", b" ", b"AB ", b"A\\\0B", b"\\", b"A\\B ", b"A\tB ", b"A\rB"),
    *(b"\x01\x02", b"\x1b$B", b"\x7f ", b"abc", b"a", b"\0", b"\0\0\0", b"x" * 257, b"x" * 65, b"^", b"/", b"%s"),
)
GROUP_LENGTHS: Sequence[RawElement] = (
    *(("0008,0000", "UL", value) for value in (b"", b"\1\0", b"\1\0\0\0", b"\x10\0\0\0\1\0\0\0")),
    *(("0010,0000", vr, value) for vr, value in (("US", b"\1\0"), ("LO", b"ab"), ("LO", b"abcd"), ("UN", b"\1\0\0\0"))),
    ("0011,0000", "UL", b"\0\0\0\0"),
    ("0013,0000", "SQ", []),
    ("0020,0000", "OB", b"\1\0"),
    ("6000,0000", "UL", b"\4\0\0\0"),
)
#: No negative numbers of frames, and no large ones: with some routes they take a server's memory.
FRAME_COUNTS = ("", "1", "2", "2 ", " 2", "+2", "00002", "-0", "0", "F", "4.1", "1\\2", "3abc", "2\\", "10")
INSTANCE_NUMBERS = ("", " 5", "5 ", "-0", "+7", "007", "1.5", "abc", "1\\2", "-3", "4294967295", "99999999999999999999")
#: The transfer syntaxes that a file may name, whatever it is written in.
SYNTAXES = (
    *(
        f"1.2.840.10008.1.2.{end}"
        for end in ("1", "4.50", "4.57", "4.80", "4.90", "4.70", "5", "4.52", "4.102", "4.106")
    ),
    *(f"1.2.840.10008.1.2.{end}" for end in ("1.98", "4.109", "4.110", "4.201", "4.204", "4.94", "6.1", "7.1", "8.1")),
    *("1.2.3.4", "", " 1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1 "),
)
#: Native pixel data, and fragments (a tuple).
NATIVE: Sequence[bytes] = (b"\1\2\3\4", b"\1\2\3\4\5\6\7\10", b"\1\2\3", b"")
FRAGMENTS: Sequence[tuple[bytes, ...]] = ((b"abcd",), (b"abc",), (b"ab", b"cde"), (), (b"",))


@st.composite
def texts(draw: st.DrawFn) -> list[RawElement]:
    """A character set, and texts of it at some levels; now and then in another VR, or with bytes of another set."""
    term = draw(st.sampled_from(sorted(TEXTS)))
    found: list[RawElement] = [("0008,0005", "CS", term)] if term or draw(st.booleans()) else []
    for tag in draw(st.lists(st.sampled_from(sorted(TEXT_TAGS)), min_size=1, max_size=4, unique=True)):
        vr = TEXT_TAGS[tag] if draw(st.integers(0, 4)) else draw(st.sampled_from(WRONG_VRS))
        of = term if draw(st.integers(0, 9)) else draw(st.sampled_from(sorted(TEXTS)))
        found.append((tag, vr, draw(st.sampled_from(TEXTS[of]))))
    return found


@st.composite
def wrong_values(draw: st.DrawFn) -> list[RawElement]:
    """Texts that are none, in the right VR or another."""
    found: list[RawElement] = []
    for tag in draw(st.lists(st.sampled_from(sorted(TEXT_TAGS)), min_size=1, max_size=3, unique=True)):
        vr = draw(st.sampled_from((TEXT_TAGS[tag], TEXT_TAGS[tag], *WRONG_VRS)))
        found.append((tag, vr, draw(st.sampled_from(ODD_TEXTS))))
    return found


@st.composite
def lengths(draw: st.DrawFn) -> list[RawElement]:
    """A group length, right or wrong, here or in an item."""
    length = draw(st.sampled_from(GROUP_LENGTHS))
    if draw(st.integers(0, 3)) == 3:
        return [("0040,a730", "SQ", [[length, ("0040,a040", "CS", "TEXT")]])]
    return [length]


@st.composite
def counts(draw: st.DrawFn) -> list[RawElement]:
    """A number of frames and of the instance, of any text, in any VR."""
    found: list[RawElement] = []
    for tag, values in (("0020,0013", INSTANCE_NUMBERS), ("0028,0008", FRAME_COUNTS)):
        if draw(st.booleans()):
            vr = draw(st.sampled_from(("IS", "IS", "IS", "UN", "LO", "DS")))
            found.append((tag, vr, draw(st.sampled_from(values))))
    return found


@st.composite
def images(draw: st.DrawFn) -> list[RawElement]:
    """Pixel data, native or in fragments, an icon, an overlay."""
    found: list[RawElement] = [*IMAGE]
    pixels = st.sampled_from((*NATIVE, *FRAGMENTS))
    vr = st.sampled_from(("OB", "OW"))
    kind = draw(st.integers(0, 5))
    if kind != 5:
        found.append(("7fe0,0010", draw(vr), draw(pixels)))
    if kind >= 4:
        item: list[RawElement] = [("0028,0010", "US", b"\2\0"), ("7fe0,0010", draw(vr), draw(pixels))]
        found.append(("0088,0200", "SQ", [item]))
    if kind == 3:
        found.append(("6000,3000", "OW", draw(st.sampled_from((b"ab", b"abc", b"")))))
    return found


ODDITIES = (texts(), texts(), wrong_values(), wrong_values(), lengths(), counts(), images())


@st.composite
def oddities(draw: st.DrawFn) -> list[RawElement]:
    """One or two odd things that a file has beside the rest."""
    found: dict[str, RawElement] = {}
    for _ in range(draw(st.integers(1, 2))):
        found |= {element[0]: element for element in draw(draw(st.sampled_from(ODDITIES)))}
    return [found[tag] for tag in sorted(found)]


def syntaxes() -> st.SearchStrategy[Any]:
    """The transfer syntax that a file names."""
    return st.sampled_from(SYNTAXES)
