"""What `explore` asks: wider than `conformance.strategies`, because right, wrong and odd input all have an answer.

Where a request needs an identifier of the session, it holds `Code`: a Python expression, as a scenario would write it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from ..asking.configurations import EXPLORED
from ..files.raw import RawElement
from ..strategies.element_values import values
from .odd_files import oddities, syntaxes

LEVELS = ("patients", "studies", "series", "instances")
GROUPS = ("0011", "0013", "0015")
CREATORS = ("MYLAB", "OTHERLAB", "NOLAB", "mylab", "MYLAB ", "")
#: What is none, or no good one, in a request.
ODD_CREATORS = (None, 5, ["MYLAB"], "MYLAB\\X", "x" * 65, "\u00e9", " MYLAB")
BLOCKS = ("10", "11", "12", "ff")
OFFSETS = ("01", "02", "03", "04", "05", "06", "09", "10", "99", *(f"{number:02x}" for number in range(0x20, 0x40)))
VRS = tuple(
    "LO US SQ UN UI AE AS AT CS DA DS DT FD FL IS LT OB OD OF OL OV OW PN SH SL SS ST SV TM UC UL UR UT UV ZZ".split()
)
STANDARD: dict[str, str] = {
    "0008,0005": "CS",
    "0008,0020": "DA",
    "0008,0050": "SH",
    "0008,0060": "CS",
    "0008,0090": "PN",
    "0008,1030": "LO",
    "0008,103e": "LO",
    "0008,1140": "SQ",
    "0008,1155": "UI",
    "0010,0010": "PN",
    "0010,0030": "DA",
    "0010,0040": "CS",
    "0010,1000": "LO",
    "0018,1310": "US",
    "0020,0013": "IS",
    "0020,0052": "UI",
    "0020,4000": "LT",
    "0028,0008": "IS",
    "0028,0010": "US",
    "0028,0106": "US",
    "0040,0275": "SQ",
    "0040,a730": "SQ",
    "0014,9999": "LO",
}
NAMES: tuple[str, ...] = (
    *(entry[1] for entry in EXPLORED["Dictionary"].values()),
    *("PatientName", "StudyDescription", "ImageComments", "InstanceNumber", "Rows", "StudyDate", "ContentSequence"),
    *("OtherPatientIDs", "PatientBirthDate", "Modality", "SeriesDescription", "StackSequence", "NotATag"),
)
SEQUENCES = ("0040,a730", "0011,1004", "0008,1140", "0013,1031", "MySequence")
INDICES = ("0", "*", "0", "*", "1", "-1", "x")
IDENTIFIERS = ("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
WILD_BYTES = (
    *(b"", b"a", b"a ", b"a\0", b"a  ", b" a", b"a\\b ", b"\xe9t\xe9 ", b"\0\0", b"\1\0", b"\1\0\2\0", b"\1\2\3"),
    *(b"12345678", b"x" * 258, b"2020", b"\\", b"A\nB ", b"5\0", b"1\0 \0", b"\x10\0\x10\0\x20\0\x08\0"),
)
CHARACTER_SETS = ("ISO_IR 100", "ISO_IR 192", "ISO_IR 13", "ISO_IR 144", "\\ISO 2022 IR 87", "NONSENSE", "")


class Code(str):
    """A Python expression that stands for a value in a request."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def numbers() -> st.SearchStrategy[str]:
    """The number of a private element: any block and offset, creator elements too."""
    element = st.builds("{}{}".format, st.sampled_from(BLOCKS), st.sampled_from(OFFSETS))
    odd = st.sampled_from(("0010", "0011", "00ff", "0001", "0100", "2001"))
    return st.builds("{},{}".format, st.sampled_from(GROUPS), element | element | odd)


PRIVATE_NUMBERS = numbers()
NUMBERS = PRIVATE_NUMBERS | st.sampled_from(sorted(STANDARD))


@st.composite
def spelled(draw: st.DrawFn, numbers: st.SearchStrategy[str] = NUMBERS) -> str:
    """A tag as a request may write it: number or name, now and then a path or nonsense."""
    kind = draw(st.integers(0, 9))
    if kind == 9:
        return draw(st.sampled_from(("", "0011", "PatientName ", "0040,a730[0]", "0040,a730[].0008,0104")) | paths())
    if kind >= 7:
        return draw(st.sampled_from(NAMES))
    number = draw(numbers)
    return {5: number.replace(",", "-"), 6: number.replace(",", "")}.get(kind, number)


@st.composite
def paths(draw: st.DrawFn) -> str:
    """A tag in the items of one or two sequences: `0011,1004[*].0011,1001`."""
    steps = draw(st.lists(st.sampled_from(SEQUENCES), min_size=1, max_size=2))
    indices = [draw(st.sampled_from(INDICES)) for _ in steps]
    last = draw(NUMBERS | st.sampled_from(NAMES) | st.sampled_from(SEQUENCES))
    return ".".join([*(f"{step}[{index}]" for step, index in zip(steps, indices, strict=True)), last])


def registered_vr(tag: str) -> str | None:
    """The VR of a tag in the explored dictionary or among the standard ones, None if it has none."""
    entries: Mapping[str, Any] = EXPLORED["Dictionary"]
    entry = entries.get(tag) or entries.get(f"{tag[:5]}{tag[7:]}")
    return str(entry[0]) if entry else STANDARD.get(tag)


@st.composite
def elements(draw: st.DrawFn, depth: int = 1) -> list[RawElement]:
    """Elements of a data set or an item: blocks with and without creators, standard elements, in order."""
    found: dict[str, RawElement] = {}
    for _ in range(draw(st.integers(0, 3 if depth else 2))):
        group, block = draw(st.sampled_from(GROUPS)), draw(st.sampled_from(BLOCKS))
        creator = draw(st.sampled_from(CREATORS[:2]) | st.sampled_from(CREATORS) | st.none())
        if creator is not None:
            vr = "LO" if draw(st.integers(0, 9)) else draw(st.sampled_from(VRS))
            found[f"{group},00{block}"] = (f"{group},00{block}", "LO" if vr == "SQ" else vr, creator)
        for offset in draw(st.lists(st.sampled_from(OFFSETS), max_size=3, unique=True)):
            tag = f"{group},{block}{offset}"
            found[tag] = draw(element(tag, depth))
    for tag in draw(st.lists(st.sampled_from(sorted(STANDARD)), max_size=2 if depth else 1, unique=True)):
        found[tag] = draw(element(tag, depth))
    return [found[tag] for tag in sorted(found)]


@st.composite
def element(draw: st.DrawFn, tag: str, depth: int) -> RawElement:
    if tag == "0008,0005":
        return tag, "CS", draw(st.sampled_from(CHARACTER_SETS))
    vr = registered_vr(tag)
    if vr is None or draw(st.integers(0, 4)) == 4:
        vr = draw(st.sampled_from(VRS))
    if vr == "SQ":
        return tag, vr, draw(st.lists(elements(depth - 1), max_size=2)) if depth else []
    if vr in ("OD", "OF", "OL", "OV", "SV", "UV", "ZZ") or draw(st.integers(0, 3)) == 3:
        return tag, vr, draw(st.sampled_from(WILD_BYTES))
    return tag, vr, draw(values(vr))


@st.composite
def files(draw: st.DrawFn) -> tuple[list[RawElement], dict[str, Any]]:
    """The arguments of a `raw_file`: its elements, and which instance it is."""
    content: list[Any] = draw(elements())
    named_syntax = None
    if draw(st.integers(0, 1)):
        odd = draw(oddities())
        taken = {one[0] for one in odd}
        content = sorted([*(one for one in content if one[0] not in taken), *odd], key=lambda one: one[0])
        named_syntax = draw(syntaxes()) if draw(st.integers(0, 3)) == 3 else None
    if draw(st.integers(0, 19)) == 19:
        content.append((draw(st.sampled_from(("0008,0018", "0010,0020", "0020,000e", "0008,0016"))), None))
    options: dict[str, Any] = {
        name: draw(st.integers(1, last)) for name, last in (("instance", 3), ("series", 2), ("study", 2))
    }
    options["patient"] = draw(st.sampled_from(("", "", "2")))
    encoding = draw(st.sampled_from(("", "", "", "implicit", "implicit", "big_endian", "deflated")))
    options.update(implicit=False, big_endian=False, deflated=False)
    if encoding:
        options[encoding] = True
    if encoding == "implicit" and named_syntax and draw(st.integers(0, 9)) != 9:
        # rarely: read as explicit VRs its texts are lengths, and a server takes seconds to take GiB of memory
        named_syntax = None
    options["undefined_lengths"] = draw(st.booleans())
    options["syntax"] = named_syntax
    plain: dict[str, Any] = {"instance": 1, "series": 1, "study": 1, "patient": "", "syntax": None}
    return content, {name: value for name, value in options.items() if value != plain.get(name, False)}


#: What a new instance is made of, or a value of a tag: bytes, a document, none of both. Images are not emulated.
DATA_URIS = tuple(
    f"data:{kind};base64,{content}"
    for kind, content in (
        ("application/octet-stream", "QUJDRA=="),
        ("application/octet-stream", "QUI="),
        ("application/pdf", "JVBERi0xLjQK"),
        ("application/pdf", "QUJDRA=="),
        ("model/stl", "QUJDRA=="),
        ("text/plain", "QUJDRA=="),
    )
)

WORDS = (
    "new",
    "a\\b",
    "7",
    "70000",
    "-1",
    "1.50",
    "",
    "odd",
    "  x ",
    "Zürich",
    "20200131",
    "2001,1010",
    "notnum",
    "7\\8",
)
JSON_VALUES: st.SearchStrategy[Any] = st.one_of(
    *[st.sampled_from(WORDS)] * 4,
    st.sampled_from((None, 5, True, [], {}, ["x"], [{}])),
    st.sampled_from(DATA_URIS),
    st.recursive(
        st.lists(st.dictionaries(NUMBERS | st.sampled_from(NAMES), st.sampled_from(WORDS), max_size=2), max_size=2),
        lambda inner: st.lists(
            st.dictionaries(st.sampled_from(SEQUENCES) | NUMBERS, inner | st.sampled_from(WORDS), max_size=2),
            max_size=2,
        ),
        max_leaves=3,
    ),
)


@st.composite
def modifications(draw: st.DrawFn, level: str) -> dict[str, Any]:
    """The body of a modify, right or wrong."""
    tags = spelled()
    replaced: dict[str, Any] = draw(st.dictionaries(tags, JSON_VALUES, max_size=2))
    body: dict[str, Any] = {}
    identifiers = draw(st.integers(0, 5)) == 5 or level == "patients"
    if identifiers:
        identifier = draw(st.sampled_from(IDENTIFIERS)) if level != "patients" else "PatientID"
        replaced[identifier] = new_identifier(identifier)
        body["Force"] = True
    if replaced:
        body["Replace"] = replaced
    drawn = draw(options(MODIFY_OPTIONS))
    if level != "instances" and draw(st.integers(0, 5)) == 5:
        drawn |= draw(st.sampled_from(JOB_OPTIONS))
    return body | drawn


def new_identifier(name: str) -> Code:
    """The expression for a new value of PatientID or of a UID."""
    return Code("session.patient_id('2')" if name == "PatientID" else "session.uid('new')")


@st.composite
def options(draw: st.DrawFn, strategies: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Each option in one request of four, and PrivateCreator in most."""
    body = {name: draw(strategy) for name, strategy in strategies.items() if draw(st.integers(0, 3)) == 3}
    if draw(st.integers(0, 2)):
        is_odd = draw(st.integers(0, 19)) == 19
        body["PrivateCreator"] = draw(st.sampled_from(ODD_CREATORS if is_odd else CREATORS))
    return body


@st.composite
def anonymizations(draw: st.DrawFn) -> dict[str, Any]:
    """The body of an anonymize, right or wrong."""
    body: dict[str, Any] = draw(options(ANONYMIZE_OPTIONS))
    if draw(st.integers(0, 5)) == 5:
        identifier = draw(st.sampled_from(IDENTIFIERS))
        body |= {"Force": True, "Replace": {identifier: new_identifier(identifier)}}
    elif draw(st.integers(0, 2)) == 2:
        body["Replace"] = draw(st.dictionaries(spelled(), JSON_VALUES, max_size=2))
    return body


#: Those that need no codec, most often; JPEG 2000, which servers can't write; nonsense.
TRANSFER_SYNTAXES = (
    *(f"1.2.840.10008.1.2{end}" for end in ("", ".1", ".2", ".1.99", "", ".1", ".2", ".1.99", ".4.90")),
    "nope",
    5,
)
JOB_OPTIONS: tuple[dict[str, Any], ...] = (
    {"Asynchronous": True},
    {"Asynchronous": True, "Priority": -3, "UserData": {"a": [1]}},
    {"Synchronous": False},
    {"Synchronous": True, "Asynchronous": True},
    {"Asynchronous": "x"},
    {"Priority": "x"},
)


@st.composite
def bulk_bodies(draw: st.DrawFn, action: str, resources: list[str]) -> dict[str, Any]:
    """The body of a /tools/bulk-modify or bulk-anonymize of one or two resources, right or wrong."""
    named = [Code(one) for one in resources[: draw(st.integers(1, 2))]]
    if action == "bulk-anonymize":
        anonymization = draw(anonymizations())
        return {"Resources": named, **anonymization}
    level = draw(st.sampled_from((None, "Instance", "Series", "Study", "Patient", "study")))
    body = draw(modifications("patients" if level == "Patient" else "studies"))
    return {"Resources": named, **({} if level is None else {"Level": level}), **body}


MODIFY_OPTIONS: Mapping[str, st.SearchStrategy[Any]] = {
    "Remove": st.lists(spelled() | paths(), min_size=1, max_size=2),
    "Keep": st.lists(spelled() | st.sampled_from(IDENTIFIERS), min_size=1, max_size=3),
    "RemovePrivateTags": st.booleans(),
    "Force": st.booleans(),
    "KeepSource": st.booleans(),
    "KeepLabels": st.booleans(),
    "Permissive": st.booleans(),
    "Transcode": st.sampled_from(TRANSFER_SYNTAXES),
}
ANONYMIZE_OPTIONS: Mapping[str, st.SearchStrategy[Any]] = {
    **MODIFY_OPTIONS,
    "KeepPrivateTags": st.booleans(),
    "DicomVersion": st.sampled_from(("2008", "2017c", "2021b", "2023b", "2017C", None)),
}

CREATED_CHARACTER_SETS = ("ISO_IR 100", "ISO_IR 192", "iso_ir 13", "ISO 2022 IR 87", "ISO_IR_144", "GBK", "Zürich", "")


@st.composite
def new_tags(draw: st.DrawFn) -> dict[str, Any]:
    """The tags of a new instance."""
    values = st.one_of(*[st.sampled_from(WORDS)] * 4, st.sampled_from(DATA_URIS), JSON_VALUES)
    tags: dict[str, Any] = draw(st.dictionaries(spelled(), values, max_size=3))
    for identifier in IDENTIFIERS[1:]:
        if draw(st.integers(0, 7)) == 7:
            tags[identifier] = new_identifier(identifier)
    return tags


@st.composite
def creations(draw: st.DrawFn, parent: str | None) -> dict[str, Any]:
    """The body of a /tools/create-dicom, right or wrong; `parent` is the expression for a resource to create below."""
    tags = draw(new_tags())
    kind = draw(st.integers(0, 9))
    if kind < 5 or parent is None:
        tags["PatientID"] = Code("session.patient_id('2')")
    if kind == 9:
        return {"PatientID": Code("session.patient_id('2')"), **tags}
    body: dict[str, Any] = {"Tags": tags}
    if kind >= 5 and parent is not None:
        body["Parent"] = Code(parent)
    drawn = draw(options(CREATE_OPTIONS))
    return body | drawn


CONTENTS = st.sampled_from(DATA_URIS)
CREATE_OPTIONS: Mapping[str, st.SearchStrategy[Any]] = {
    "Content": CONTENTS
    | st.lists(CONTENTS | st.fixed_dictionaries({"Content": CONTENTS, "Tags": new_tags()}), max_size=2),
    "Force": st.booleans(),
    "InterpretBinaryTags": st.booleans(),
    "SpecificCharacterSet": st.sampled_from(CREATED_CHARACTER_SETS),
}

SEARCHED = ("new", "NEW", "a", "a\\b", "a\\c", "*", "n*", "n?w", "7", "", "2020-", "20200101-20201231", "-", "é*", "\\")


@st.composite
def finds(draw: st.DrawFn) -> dict[str, Any]:
    """The body of a /tools/find; it always asks for patients of the session, as a server may be in use."""
    patients = ("session.patient_id()", "session.patient_id() + '*'", "session.patient_id('2').lower()")
    query: dict[str, Any] = draw(st.dictionaries(spelled(), st.sampled_from(SEARCHED), max_size=2))
    query["PatientID"] = Code(draw(st.sampled_from(patients)))
    level = draw(st.sampled_from(("Instance", "Series", "Study", "Patient")))
    body: dict[str, Any] = {"Level": level, "Query": query}
    for option, strategy in FIND_OPTIONS.items():
        if draw(st.integers(0, 4)) == 4:
            body[option] = draw(strategy)
    return body


FIND_OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "Expand": st.booleans(),
    "CaseSensitive": st.booleans(),
    "Limit": st.integers(0, 2),
    "Since": st.integers(0, 2),
    "Short": st.booleans(),
    "Full": st.booleans(),
    "RequestedTags": st.lists(spelled(), max_size=2),
    "Labels": st.lists(st.sampled_from(("a", "B", "_x", "a b")), max_size=2),
    "LabelsConstraint": st.sampled_from(("All", "Any", "None", "all")),
}

#: What is asked of each resource, below /{level}/{id}.
RESOURCE_VIEWS = (
    *("", "?short", "?full", "/metadata", "/metadata?expand", "/statistics", "/module", "/module?short", "/module"),
    *("?requestedTags=0011-1001;PatientName", "?requested-tags=0011-1001;PatientName", "/module?simplify"),
)
VIEWS: dict[str, tuple[str, ...]] = {
    "patients": (
        *RESOURCE_VIEWS,
        "/archive",
        "/studies",
        "/series",
        "/instances",
        "/shared-tags",
        "/instances-tags?simplify",
    ),
    "studies": (
        *RESOURCE_VIEWS,
        "/archive",
        "/module-patient",
        "/patient",
        "/series",
        "/instances",
        "/shared-tags?simplify",
        "/shared-tags?short",
        "/instances-tags",
    ),
    "series": (
        *RESOURCE_VIEWS,
        "/archive",
        "/patient",
        "/study",
        "/instances",
        "/shared-tags",
        "/instances-tags?short",
    ),
    "instances": (
        *("/tags", "/tags?short", "/tags?simplify", "/simplified-tags", "/content", "/file", "/header"),
        *(*RESOURCE_VIEWS, "/patient", "/study", "/series", "/tags?ignore-length=0011-1001,MyFull"),
        *("/tags?whole", "/tags?whole&short", "/tags?simplify&ignore-length=PatientID", "/header?short"),
        *("/frames", "/frames/0/raw", "/frames/1/raw", "/pdf", "/metadata/IndexInSeries"),
        *("/simplified-tags?whole", "/tags?short&ignore-length=0011-1001&simplify", "/header?simplify"),
        *(f"/file?transcode={syntax}" for syntax in dict.fromkeys(TRANSFER_SYNTAXES)),
    ),
}


#: Other forms of /file, some of which no release has.
ACCEPTED = ("application/dicom+json", "application/dicom+xml", "application/dicom", "*/*")

#: The views of an instance's private tags, asked more often than all else.
TAG_VIEWS = ("/tags", "/simplified-tags", "/tags?short", "/file")


#: What has blocks, or items with such, in /content.
PICTURED = ("7fe0,0010", "0088,0200", "6000,3000")


@st.composite
def views(draw: st.DrawFn, level: str) -> str:
    """What is asked of a resource of a level: a path below it."""
    if level == "instances" and draw(st.integers(0, 3)) == 3:
        ends = ("", "", "/0", "/1", "/0/0008-0104", "/0/0011-1001", "/*/0008-0104", "/x", "/0/0040-a730/0")
        return (
            "/content/"
            + draw(NUMBERS | st.sampled_from((*SEQUENCES, *PICTURED))).replace(",", "-")
            + draw(st.sampled_from(ends))
        )
    return draw(st.sampled_from(VIEWS[level]))


LOOKED_UP = (
    "session.patient_id()",
    "session.patient_id('2').lower()",
    "session.patient_id() + ' '",
    "session.uid('study', '', '1')",
    "session.uid('series', '', '1', '1')",
    "session.uid('instance', '', '1', '1', '1')",
    "session.patient_id() + '*'",
)
