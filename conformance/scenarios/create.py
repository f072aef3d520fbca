"""`POST /tools/create-dicom`: makes a file of tags, a parent and a content, and stores it."""

from __future__ import annotations

import base64
from typing import Any

from conformance.asking.configurations import DEFAULT_CREATOR, LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files.datasets import SECONDARY_CAPTURE
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import Scenario, add, scenario

LABEL = (0x0011, 0x01, "LO", "old")
NAMES = "É山Łñ"


def data_uri(mime_type: str, data: bytes) -> str:
    return f"data:{mime_type};base64,{base64.b64encode(data).decode()}"


PDF = data_uri("application/pdf", b"%PDF-1.4\nhello\n")
BYTES = data_uri("application/octet-stream", b"ABC")


def create(session: Session, body: Any) -> Answer:
    """Creates what the body says, and gets every file that was made."""
    answer = session.post("/tools/create-dicom", json=body)
    if answer.status == 200:
        path = answer.text_field("Path")
        made = [answer.id] if path.startswith("/instances/") else ids_below(session, path)
        for identifier in made:
            session.get(f"/instances/{identifier}/file")
            session.get(f"/instances/{identifier}/tags")
    return answer


def ids_below(session: Session, path: str) -> list[str]:
    _, level, identifier = path.split("/")
    return [str(one["ID"]) for one in session.instances_below(level, identifier)]


def with_patient(session: Session, body: dict[str, Any]) -> dict[str, Any]:
    """The body with the scenario's PatientID, unless it says something of its own of a patient."""
    if "Tags" not in body or not isinstance(body["Tags"], dict) or "Parent" in body:
        return body
    return {**body, "Tags": {"PatientID": session.patient_id(), **body["Tags"]}}


def given(_tag: str, _value: Any, **more: Any) -> dict[str, Any]:
    return {"Tags": {_tag: _value}, **more}


def private(tag: str, value: Any = "12", **more: Any) -> dict[str, Any]:
    return {**given(tag, value), "PrivateCreator": "MYLAB", **more}


def contents(*items: Any, **more: Any) -> dict[str, Any]:
    return {"Tags": {}, "Content": list(items), **more}


def item(**tags: Any) -> dict[str, Any]:
    return {"Content": PDF, "Tags": tags}


def in_sequence(tag: str, value: Any, **more: Any) -> dict[str, Any]:
    return given("ReferencedStudySequence", [{tag: value}], **more)


#: name, claim, body
CASES: tuple[tuple[str, str, Any], ...] = (
    # What is made
    ("no_tags", "Without tags: a character set, identifiers, dates and times", {"Tags": {}}),
    ("patient_id_generated", "A PatientID is generated, too", {"Tags": {}, "Parent": None}),
    ("class", "SOPClassUID stands in the meta header, too", given("SOPClassUID", SECONDARY_CAPTURE)),
    ("dates", "Dates that are given stay", given("StudyDate", "20200102")),
    ("dates_empty", "... empty ones, too", {"Tags": {"StudyDate": "", "ContentTime": None}}),
    ("unknown_member", "Unknown members are ignored", {"Tags": {}, "NoSuchMember": 1}),
    # Values
    ("null", "null is an empty value", given("PatientName", None)),
    ("number", "A JSON number is refused", given("PatientName", 5)),
    ("boolean", "true is refused", given("PatientName", True)),
    ("list", "A list of texts is refused", given("PatientName", ["a", "b"])),
    ("object", "An object is refused", given("PatientName", {"a": 1})),
    ("spellings", "Numbers in three spellings", {"Tags": {"0010-0010": "x", "00081030": "y", "0008,103e": "z"}}),
    ("twice", "A tag may not be given twice", {"Tags": {"0010-0010": "x", "PatientName": "y"}}),
    (
        "twice_forced",
        "... with Force the last name in the alphabet counts",
        {
            "Tags": {"0010-0010": "x", "PatientName": "y"},
            "Force": True,
        },
    ),
    ("twice_date", "... dates may, without", {"Tags": {"0008,0020": "20200102", "StudyDate": "20200103"}}),
    ("twice_meta", "... what is not written may not", {"Tags": {"0002,0010": "1", "0002-0010": "2"}}),
    ("unknown_name", "An unknown name is an error", given("NotATag", "x")),
    ("unknown_number", "An unknown number is written as UN", given("0012,0013", "x")),
    ("path", "A path into a sequence is an unknown name", given("ReferencedStudySequence[0].PatientID", "x")),
    ("us", "A US takes a number as text", given("Rows", "5")),
    ("us_bad", "... and no other text", given("Rows", "x")),
    ("us_list", "... and several numbers", given("Rows", "5\\6")),
    ("us_empty", "... and an empty text", given("Rows", "")),
    ("us_null", "... and null", given("Rows", None)),
    ("us_or_ss", "A VR that depends on the context", given("SmallestImagePixelValue", "5")),
    ("us_or_ow", "... US or OW", given("LUTData", "5\\6")),
    ("at", "An AT takes a tag", given("FrameIncrementPointer", "0018,1063")),
    ("at_list", "... and several", given("FrameIncrementPointer", "0018,1063\\0010,0010")),
    ("at_bad", "... and no other text", given("FrameIncrementPointer", "x")),
    ("ow", "An OW takes a text", given("RedPaletteColorLookupTableData", "abcd")),
    ("ow_number", "... or a number", given("RedPaletteColorLookupTableData", "5")),
    ("ov", "An OV", given("ExtendedOffsetTable", "5")),
    ("group_length", "Group lengths are not written", {"Tags": {"0010,0000": 5, "0011,0000": "5"}}),
    (
        "other_groups",
        "Groups that hold no elements of a dataset",
        {"Tags": {"0000,0010": "a", "0001,0010": "a", "0002,0010": "a", "0003,1010": "b", "ffff,1010": "c"}},
    ),
    ("binary", "A data URI of bytes stands for them", given("PatientName", BYTES)),
    (
        "binary_literal",
        "... not with InterpretBinaryTags false",
        given("PatientName", BYTES, InterpretBinaryTags=False),
    ),
    ("binary_of_text", "... nor one of another type", given("PatientName", data_uri("text/plain", b"ABC"))),
    ("binary_bad", "... one that is not base64 is refused", given("PatientName", BYTES + "*")),
    # Sequences
    ("sequence", "A sequence is a list of objects", given("ReferencedStudySequence", [{"PatientID": "x"}, {}])),
    ("sequence_empty", "An empty list", given("ReferencedStudySequence", [])),
    ("sequence_text", "A text is refused", given("ReferencedStudySequence", "x")),
    ("sequence_empty_text", "... an empty one", given("ReferencedStudySequence", "")),
    ("sequence_null", "null is refused", given("ReferencedStudySequence", None)),
    ("sequence_object", "An object is refused", given("ReferencedStudySequence", {"PatientID": "x"})),
    ("sequence_texts", "A list of texts is refused", given("ReferencedStudySequence", ["x"])),
    ("sequence_number", "A number in it is refused", in_sequence("PatientID", 5)),
    ("sequence_unknown", "An unknown name in it", in_sequence("NotATag", "x")),
    ("sequence_twice", "A tag twice in it", given("ReferencedStudySequence", [{"PatientID": "5", "0010,0020": "6"}])),
    ("sequence_private", "Private elements in it", in_sequence("0011,1002", "7", PrivateCreator="MYLAB")),
    ("sequence_private_bare", "... without PrivateCreator", in_sequence("0011,1002", "7")),
    ("sequence_of_creator", "A private sequence", private("0011,1004", [{"0011,1003": "x", "PatientName": None}])),
    ("sequence_bare", "... without PrivateCreator", given("0011,1004", [{"0011,1003": "x"}])),
    ("sequence_pixels", "Pixel data in it", in_sequence("PixelData", "abcd")),
    ("sequence_binary", "A data URI in it", in_sequence("PatientName", BYTES)),
    ("sequence_document", "A PDF in it is a text", in_sequence("EncapsulatedDocument", PDF)),
    # Identifiers
    ("instance_uid", "SOPInstanceUID needs Force", given("SOPInstanceUID", "2.25.1")),
    ("study_uid", "StudyInstanceUID, too", given("StudyInstanceUID", None)),
    ("series_uid", "SeriesInstanceUID, too", given("0020,000e", 5)),
    ("patient_id_empty", "PatientID may be empty", given("PatientID", "")),
    ("patient_id_number", "... and not a number", given("PatientID", 5)),
    ("uid_empty", "An empty UID is refused", given("StudyInstanceUID", "", Force=True)),
    ("uid_null", "... SOPInstanceUID null by another error", given("SOPInstanceUID", None, Force=True)),
    ("uid_number", "... and a number", given("SOPInstanceUID", 5, Force=True)),
    ("class_number", "SOPClassUID as a number", given("SOPClassUID", 5)),
    ("class_null", "SOPClassUID null", given("SOPClassUID", None)),
    ("uid_long", "A long UID is refused", given("SOPInstanceUID", "1." + "2" * 300, Force=True)),
    # Options
    ("force_text", "Force must be a Boolean", {"Tags": {}, "Force": "yes"}),
    ("force_null", "... null is none", {"Tags": {}, "Force": None}),
    ("creator_number", "PrivateCreator must be a text", private("0011,1001", PrivateCreator=5)),
    ("creator_null", "... null is none", private("0011,1001", PrivateCreator=None)),
    ("interpret_text", "InterpretBinaryTags must be a Boolean", {"Tags": {}, "InterpretBinaryTags": "x"}),
    ("tags_list", "Tags must be an object", {"Tags": [], "Parent": "nope"}),
    ("tags_null", "... null is none", {"Tags": None}),
    ("body_list", "A body that is a list", []),
    ("body_null", "A body of null", None),
    ("body_text", "A body that is a text", "text"),
    ("parent_unknown", "An unknown parent", {"Tags": {"NotATag": "x"}, "Parent": "nope"}),
    ("parent_number", "A parent that is a number", {"Tags": {}, "Parent": 5}),
    ("parent_list", "A parent that is a list", {"Tags": {}, "Parent": []}),
    ("parent_before_options", "Parent is checked before the options", {"Tags": {}, "Parent": "nope", "Force": 1}),
    ("options_before_tags", "... and these before the tags", given("NotATag", "x", Force=1)),
    ("tags_in_order", "Tags are checked in the alphabet's order", {"Tags": {"Rows": "x", "PatientName": 5}}),
    ("tags_before_content", "... and before the content", {"Tags": {"NotATag": "x"}, "Content": 5}),
    # Content
    ("pixel_data", "Pixel data is no tag to give", given("PixelData", "abcd")),
    ("document", "A PDF as EncapsulatedDocument", given("EncapsulatedDocument", PDF)),
    (
        "document_literal",
        "... not with InterpretBinaryTags false",
        given("EncapsulatedDocument", PDF, InterpretBinaryTags=False),
    ),
    (
        "document_then_tags",
        "... what it brings may not be given",
        {"Tags": {"EncapsulatedDocument": PDF, "Modality": "CT"}},
    ),
    ("document_forced", "... but with Force", {"Tags": {"EncapsulatedDocument": PDF, "Modality": "CT"}, "Force": True}),
    ("document_bytes", "Bytes as EncapsulatedDocument are pixel data", given("EncapsulatedDocument", BYTES)),
    ("document_text", "A text as EncapsulatedDocument", given("EncapsulatedDocument", "abc")),
    ("document_not_base64", "... one that looks like a data URI", given("EncapsulatedDocument", PDF + "\n")),
    ("content_pdf", "A PDF as content", {"Tags": {}, "Content": PDF}),
    (
        "content_pdf_upper",
        "... its type in capitals",
        {"Tags": {}, "Content": PDF.replace("application/pdf", "APPLICATION/PDF")},
    ),
    (
        "content_pdf_tags",
        "... some tags yield to it",
        {
            "Tags": {
                "SOPClassUID": SECONDARY_CAPTURE,
                "Modality": "CT",
                "ConversionType": "DV",
                "MIMETypeOfEncapsulatedDocument": "x",
            },
            "Content": PDF,
        },
    ),
    ("content_not_pdf", "... something else", {"Tags": {}, "Content": data_uri("application/pdf", b"%PDF")}),
    ("content_pdf_twice", "... when there is one", given("EncapsulatedDocument", PDF, Content=PDF)),
    ("content_bytes", "Bytes as content are pixel data", {"Tags": {"Rows": "1"}, "Content": BYTES}),
    ("content_bytes_twice", "... when there is some", given("EncapsulatedDocument", BYTES, Content=BYTES)),
    ("content_bytes_empty", "... none", {"Tags": {}, "Content": data_uri("application/octet-stream", b"")}),
    ("content_not_base64", "Content that is not base64", {"Tags": {}, "Content": PDF + "*"}),
    ("content_padding", "Content whose padding is too long", {"Tags": {}, "Content": PDF + "=="}),
    ("content_model", "A 3D model", {"Tags": {}, "Content": data_uri("model/stl", b"solid")}),
    ("content_model_material", "... its material", {"Tags": {}, "Content": data_uri("model/mtl", b"newmtl")}),
    ("content_model_object", "... an OBJ", {"Tags": {}, "Content": data_uri("model/obj", b"v 1")}),
    ("content_model_empty", "... empty", {"Tags": {}, "Content": data_uri("model/stl", b"")}),
    ("content_not_png", "A PNG that is none", {"Tags": {}, "Content": data_uri("image/png", b"AAAA")}),
    ("content_not_jpeg", "A JPEG that is none", {"Tags": {}, "Content": data_uri("image/jpeg", b"AAAA")}),
    ("content_not_jpg", "... by its short name", {"Tags": {}, "Content": data_uri("image/jpg", b"A")}),
    ("content_no_jpeg", "... empty", {"Tags": {}, "Content": data_uri("image/jpeg", b"")}),
    ("content_not_pam", "A PAM that is none", {"Tags": {}, "Content": data_uri("image/x-portable-arbitrarymap", b"A")}),
    ("content_plain", "A type that is not made into DICOM", {"Tags": {}, "Content": data_uri("text/plain", b"a")}),
    ("content_unknown", "An unknown type", {"Tags": {}, "Content": data_uri("foo/bar", b"a")}),
    ("content_no_uri", "A text that is no data URI", {"Tags": {}, "Content": "hello"}),
    ("content_null", "null as content", {"Tags": {}, "Content": None}),
    ("content_object", "An object as content", {"Tags": {}, "Content": {}}),
    # Several contents
    ("contents", "Several contents make a series", contents(PDF, PDF)),
    ("contents_one", "... one in a list does", contents(PDF)),
    ("contents_none", "... an empty list does not", contents()),
    (
        "contents_tags",
        "... each with tags of its own",
        contents(item(ImageComments="x"), item(InstanceNumber="7"), PDF),
    ),
    ("contents_same_number", "... InstanceNumber is counted", {**contents(PDF, PDF), "Tags": {"InstanceNumber": "3"}}),
    ("contents_private", "... private ones", contents(item(**{"0011,1001": "x"}), PrivateCreator="MYLAB")),
    (
        "contents_override",
        "... they may not override",
        {**contents(item(), item(PatientName="b")), "Tags": {"PatientName": "a"}},
    ),
    (
        "contents_override_forced",
        "... but with Force",
        {**contents(item(PatientName="b"), item(PatientName="c"), Force=True), "Tags": {"PatientName": "a"}},
    ),
    (
        "contents_override_first",
        "When the first fails, the error is another one",
        contents(item(SOPInstanceUID="2.25.1")),
    ),
    ("contents_second_bad", "When a later one fails, nothing is stored", contents(PDF, "x")),
    ("contents_second_null", "... null", contents(PDF, None)),
    ("contents_no_content", "... an object without Content", contents(PDF, {"Tags": {}})),
    ("contents_bad_tags", "... Tags that are no object", contents(PDF, {"Content": PDF, "Tags": 5})),
    ("contents_unknown_tag", "... an unknown name", contents(PDF, item(NotATag="x"))),
    (
        "contents_character_set",
        "SpecificCharacterSet of one is passed over",
        contents(item(SpecificCharacterSet="ISO_IR 192", ImageComments="é")),
    ),
    # Character sets
    ("latin", "Text is Latin-1 unless something else is asked for", given("PatientName", NAMES)),
    (
        "character_set_number",
        "SpecificCharacterSet counts by its name alone",
        {"Tags": {"0008,0005": "ISO_IR 192", "PatientName": NAMES}},
    ),
    ("character_set_null", "null as character set", given("SpecificCharacterSet", None)),
    (
        "character_set_in_sequence",
        "In a sequence it is an element like others",
        given("ReferencedStudySequence", [{"SpecificCharacterSet": "ISO_IR 192", "PatientName": NAMES}]),
    ),
    # Without "Tags": the tags themselves
    ("simple_nothing", "Without Tags the body is the tags: identifiers alone are added", {}),
    ("simple", "... they are standard ones, all of them texts", {"PatientName": "a", "Rows": "5", "Modality": ""}),
    ("simple_twice", "... the last name counts", {"PatientName": "a", "0010,0010": "b"}),
    ("simple_number", "A number is refused", {"PatientName": 5}),
    ("simple_null", "null, too", {"PatientName": None}),
    ("simple_sequence", "A sequence, too", {"ReferencedStudySequence": []}),
    ("simple_empty_sequence", "... but an empty text empties it", {"ReferencedStudySequence": "", "Rows": ""}),
    ("simple_private", "A private tag is an error", {"0011,1001": "x"}),
    ("simple_creator", "... the creator's name", {"PrivateCreator": "MYLAB"}),
    ("simple_unknown", "An unknown name is an error", {"NotATag": "x"}),
    ("simple_option", "... so are the options", {"Parent": "x"}),
    ("simple_type_first", "The type is checked before the name", {"NotATag": 5}),
    (
        "simple_character_set",
        "SpecificCharacterSet changes nothing",
        {
            "SpecificCharacterSet": "ISO_IR 192",
            "PatientName": NAMES,
        },
    ),
    ("simple_bad_value", "A text that is no number", {"Rows": "x"}),
    ("simple_at", "An AT", {"FrameIncrementPointer": "0010,0010"}),
    ("simple_binary", "A data URI is a text", {"PatientName": BYTES}),
    ("simple_pixels", "Pixel data is a content", {"PixelData": BYTES}),
    ("simple_pdf", "... also a PDF", {"PixelData": PDF, "Modality": "CT"}),
    ("simple_bad_pixels", "... nothing else", {"PixelData": "abcd"}),
    ("simple_document", "EncapsulatedDocument is a text", {"EncapsulatedDocument": PDF}),
)


def add_case(name: str, claim: str, body: Any) -> None:
    def function(session: Session) -> None:
        create(
            session, with_patient(session, body) if isinstance(body, dict) and name != "patient_id_generated" else body
        )

    add(Scenario("create", name, claim, function, configuration=LAB))


for case in CASES:
    add_case(*case)


PRIVATE_TAGS = {
    "offset": "0011,1001",
    "count": "0011,1002",
    "full": "0011,1003",
    "creatorless": "0011,1005",
    "not_registered": "0011,1099",
    "other_group": "0015,1001",
    "creator": "0011,0010",
    "name_by_offset": "MyLabel",
    "name_in_full": "MyFull",
    "name_without_creator": "MyCreatorless",
}


def add_private(name: str, tag: str) -> None:
    def function(session: Session) -> None:
        for body in (given(tag, "12"), private(tag), given(tag, "12", PrivateCreator=""), private(tag, None)):
            create(session, with_patient(session, body))

    add(Scenario("create", f"private_{name}", f"{tag} with and without PrivateCreator", function, LAB))


for tag_name, private_tag in PRIVATE_TAGS.items():
    add_private(tag_name, private_tag)


@scenario("DefaultPrivateCreator stands in for PrivateCreator, but not for an empty one", configuration=DEFAULT_CREATOR)
def private_default_creator(session: Session) -> None:
    create(session, with_patient(session, given("0011,1001", "x")))
    create(session, with_patient(session, given("0011,1001", "x", PrivateCreator="")))


@scenario("The creator element beside its elements is written as UN, and reserves no block", configuration=LAB)
def private_block(session: Session) -> None:
    body = {"Tags": {"0011,0010": "MYLAB", "0011,1001": "x"}, "PrivateCreator": "MYLAB"}
    made = create(session, with_patient(session, body))
    session.get(f"/instances/{made.id}/simplified-tags")
    session.find("Instance", {"PatientID": session.patient_id(), "0011,1001": "x"})


TERMS = (
    *("", "ISO_IR 6", "ISO_IR 13", "ISO_IR 58", "ISO_IR 87", "ISO_IR 100", "ISO_IR 101", "ISO_IR 166", "ISO_IR 192"),
    *("ISO 2022 IR 6", "ISO 2022 IR 13", "ISO 2022 IR 58", "ISO 2022 IR 100", "ISO 2022 IR 149", "ISO 2022 IR 192"),
    *("GB18030", "GBK", "GB2312", " iso_ir 101 ", "ISO_IR_101", "ISO_2022_IR_101", "ISO_2022 IR 101", "UTF-8"),
    *("\\ISO 2022 IR 87", "ISO 2022 IR 6\\ISO 2022 IR 87", "ISO_IR 100\\ISO_IR 101", "ISO_IR 999"),
)


@scenario("SpecificCharacterSet is one term that the server knows; it writes some of them as others", configuration=LAB)
def character_sets(session: Session) -> None:
    for term in TERMS:
        create(session, with_patient(session, {"Tags": {"SpecificCharacterSet": term, "PatientName": NAMES}}))


#: field of an upload's answer that has a parent; the claim of its scenario
PARENTS = {
    "ParentPatient": "A new study of a patient",
    "ParentStudy": "A new series of a study",
    "ParentSeries": "A new instance of a series",
    "ID": "An instance is no parent",
}

#: What a parent may leave to its children, and next to it what it does not.
INHERITED: tuple[RawElement, ...] = (
    *((tag, "DA", "20200102") for tag in ("0008,0020", "0008,0021", "0008,0022", "0040,0244", "0010,0030")),
    *((tag, "TM", "101112") for tag in ("0008,0030", "0008,0031", "0008,0032", "0040,0245", "0010,0032")),
    *((tag, "SH", "sh") for tag in ("0008,0050", "0008,1010", "0010,2160", "0020,0010", "0040,0253")),
    *((tag, "PN", "A^B") for tag in ("0008,0090", "0008,1048", "0008,1050", "0008,1060", "0008,1070", "0010,0010")),
    *((tag, "PN", "C^D") for tag in ("0010,1001", "0010,2297", "0032,1032")),
    *((tag, "LO", "lo") for tag in ("0008,0070", "0008,1030", "0008,103e", "0010,0021", "0010,1000", "0010,2201")),
    *((tag, "LO", "lo") for tag in ("0010,2292", "0010,2299", "0012,0063", "0018,0010", "0018,1030", "0032,1060")),
    *((tag, "LO", "lo") for tag in ("0040,0254", "0008,0080")),
    *((tag, "CS", "CS") for tag in ("0008,0060", "0010,0040", "0010,2210", "0010,2298", "0012,0062", "0018,0015")),
    *((tag, "CS", "CS") for tag in ("0018,5100", "0020,0060")),
    *((tag, "IS", "3") for tag in ("0020,0011", "0020,0012", "0020,0105")),
    *((tag, "LT", "lt") for tag in ("0010,21b0", "0010,4000", "0020,4000")),
    ("0040,0280", "ST", "st"),
    ("0010,1010", "AS", "030Y"),
    ("0010,1030", "DS", "80"),
    ("0010,1002", "SQ", [[("0010,0020", "LO", "other")]]),
    ("0020,0052", "UI", "1.2.3"),
    ("0008,0201", "SH", "+0100"),
    ("0011,0010", "LO", "MYLAB"),
    ("0011,1001", "LO", "label"),
)


def add_parent(field: str, claim: str) -> None:
    def function(session: Session) -> None:
        stored = session.upload(raw_file(session, *INHERITED))
        made = create(session, {"Tags": {}, "Parent": stored.text_field(field)})
        if made.status == 200:
            session.get(f"/instances/{made.id}/metadata?expand")
            session.get(f"/patients/{made.text_field('ParentPatient')}")
            session.get(f"/studies/{made.text_field('ParentStudy')}")
            session.get(f"/series/{made.text_field('ParentSeries')}")

    add(Scenario("create", f"parent_{field.lower()}", claim, function, LAB))


for parent_field, parent_claim in PARENTS.items():
    add_parent(parent_field, parent_claim)


def below(session: Session, field: str, tags: dict[str, Any], *elements: RawElement, **more: Any) -> Answer:
    """Creates a file below a parent with these elements, each time one of its own."""
    stored = session.upload(raw_file(session, *elements, patient=str(len(session.log)), instance=9))
    return create(session, {"Tags": tags, "Parent": stored.text_field(field), **more})


@scenario("What is inherited may not be given, not even the same", configuration=LAB)
def parent_overrides(session: Session) -> None:
    for tags in ({"PatientName": "A"}, {"StudyInstanceUID": "2.25.1"}, {"Modality": "CT"}, {"StationName": "a"}):
        below(session, "ParentSeries", tags, ("0010,0010", "PN", "A"), ("0008,0060", "CS", "MR"))


@scenario("... but with Force; PatientID, dates and times without", configuration=LAB)
def parent_overrides_forced(session: Session) -> None:
    elements: tuple[RawElement, ...] = (("0010,0010", "PN", "A"), ("0008,0020", "DA", "20200102"))
    below(session, "ParentStudy", {"PatientName": "B"}, *elements, Force=True)
    below(session, "ParentStudy", {"StudyDate": "20200103", "StudyTime": ""}, *elements)
    below(session, "ParentStudy", {"PatientID": session.patient_id("2")}, *elements)


#: name, elements of the parent
TEXTS: tuple[tuple[str, tuple[RawElement, ...]], ...] = (
    ("empty", (("0010,0010", "PN", ""), ("0008,0020", "DA", ""), ("0010,0040", "CS", b"  "))),
    ("padded", (("0010,0010", "PN", b"a\0"), ("0010,0040", "CS", b"M\0"), ("0010,4000", "LT", b" x  "))),
    ("of_other_vrs", (("0010,0010", "US", b"\1\0"), ("0010,0040", "LO", b"\1\0"), ("0008,0050", "UN", b"a "))),
    ("too_long", (("0010,4000", "LT", "x" * 258), ("0008,1030", "LO", "x" * 256))),
    ("like_data_uris", (("0010,0010", "PN", BYTES),)),
    ("of_numbers", (("0028,0108", "US", b"\1\0"), ("0028,0109", "US", b"\2\0"))),
)


def add_texts(name: str, elements: tuple[RawElement, ...]) -> None:
    def function(session: Session) -> None:
        below(session, "ParentSeries", {}, *elements)

    add(Scenario("create", f"parent_texts_{name}", f"Inherited values {name.replace('_', ' ')}", function, LAB))


for texts_name, texts_elements in TEXTS:
    add_texts(texts_name, texts_elements)


@scenario("The parent's character set counts, where the server knows it as one term", configuration=LAB)
def parent_character_sets(session: Session) -> None:
    name: RawElement = ("0010,0010", "PN", b"\xc9\xa3a ")
    for terms in ("ISO_IR 101", "ISO 2022 IR 126", "ISO_IR 6", "ISO_IR 999", "\\ISO 2022 IR 87", "", "ISO_IR_126"):
        below(session, "ParentStudy", {"StudyDescription": NAMES}, ("0008,0005", "CS", terms), name)
    for terms in ("ISO_IR 101", "ISO_IR 999", ""):
        tags = {"StudyDescription": NAMES, "SpecificCharacterSet": "ISO_IR 192"}
        below(session, "ParentStudy", tags, ("0008,0005", "CS", terms), name)
    tags = {"StudyDescription": NAMES, "SpecificCharacterSet": "ISO_IR 192"}
    below(session, "ParentStudy", tags, name)


@scenario("Of several instances below a parent, which one is asked", configuration=LAB)
def parent_of_several(session: Session) -> None:
    stored = session.upload(session.dataset())
    for study in (2, 1, 3):
        for series in (3, 1, 2):
            for instance in (2, 3, 1):
                name = f"{study}^{series}^{instance}"
                session.upload(session.dataset(study=study, series=series, instance=instance, PatientName=name))
    for field in ("ParentPatient", "ParentStudy", "ParentSeries"):
        create(session, {"Tags": {}, "Parent": stored.text_field(field)})


@scenario("Several contents below a parent", configuration=LAB)
def parent_of_contents(session: Session) -> None:
    for field in ("ParentPatient", "ParentStudy", "ParentSeries"):
        below(session, field, {}, ("0008,0060", "CS", "MR"), Content=[PDF, PDF])


def add_failure(name: str, claim: str, content: list[Any]) -> None:
    def function(session: Session) -> None:
        stored = session.upload(session.dataset(LABEL))
        session.upload(session.dataset(LABEL, instance=2))
        create(session, {"Tags": {}, "Parent": stored.text_field("ParentSeries"), "Content": content})
        session.get(f"/series/{stored.text_field('ParentSeries')}")
        session.get(f"/patients/{stored.text_field('ParentPatient')}")

    add(Scenario("create", name, claim, function, LAB))


add_failure("loss_of_series", "When a later content fails, the whole parent series is deleted", [PDF, "x"])
add_failure("no_loss_of_series", "... when the first does, it is not", ["x", PDF])


@scenario(
    "Contents of several patients: the series of the last one is answered, and lost in a failure", configuration=LAB
)
def contents_of_patients(session: Session) -> None:
    items = [item(PatientID=session.patient_id(suffix)) for suffix in ("1", "2")]
    create(session, contents(*items))
    items = [item(PatientID=session.patient_id(suffix)) for suffix in ("3", "4")]
    create(session, contents(*items, "x"))
    for suffix in ("3", "4"):
        session.find("Patient", {"PatientID": session.patient_id(suffix)})


@scenario("A file that is there is not created again", configuration=LAB)
def stored_already(session: Session) -> None:
    tags = {
        "PatientID": session.patient_id(),
        "SOPClassUID": SECONDARY_CAPTURE,
        "StudyInstanceUID": session.uid("study"),
        "SeriesInstanceUID": session.uid("series"),
        "SOPInstanceUID": session.uid("instance"),
        "PatientName": "a",
    }
    create(session, {"Tags": tags, "Force": True})
    create(session, {"Tags": {**tags, "PatientName": "b"}, "Force": True})


@scenario("Bodies that are no JSON, and such as are almost")
def bodies(session: Session) -> None:
    for body in ("", "{", "5", "{'a':1}", '{"Tags": {"PatientName": 5}} trailing'):
        session.post("/tools/create-dicom", data=body)
    session.get("/tools/create-dicom")


#: name, what is given in Tags, what the Details of the contract's refusal say
REFUSED: tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...] = (
    ("number", private("0011,1099"), ("0011,1099", "MYLAB", "Dictionary")),
    ("other_creator", given("0011,1002", "5", PrivateCreator="OTHERLAB"), ("0011,1002", "OTHERLAB", "Dictionary")),
    ("no_creator", given("0011,1001", "x"), ("0011,1001", "PrivateCreator")),
    ("in_sequence", in_sequence("0011,1099", "x", PrivateCreator="MYLAB"), ("0011,1099", "MYLAB")),
    ("in_private_sequence", private("0011,1004", [{"0011,1099": "x"}]), ("0011,1099", "MYLAB")),
    ("in_content", contents(PDF, item(**{"0011,1099": "x"}), PrivateCreator="MYLAB"), ("0011,1099", "MYLAB")),
    ("name", given("NotATag", "x"), ("NotATag",)),
    ("name_in_sequence", in_sequence("NotATag", "x"), ("NotATag",)),
    ("name_in_content", contents(PDF, item(NotATag="x")), ("NotATag",)),
    ("standard_number", given("0012,0013", "x"), ("0012,0013",)),
    ("simple_name", {"NotATag": "x"}, ("NotATag",)),
)


def add_refused(name: str, body: dict[str, Any], words: tuple[str, ...]) -> None:
    def function(session: Session) -> None:
        session.observe_refusal(session.post("/tools/create-dicom", json=with_patient(session, body)), words)
        session.observe("nothing is stored", session.find("Patient", {"PatientID": session.patient_id()}).json == [])

    add(Scenario("create", f"contract_{name}", "A tag that is not known: 400", function, LAB, mode="contract"))


for refused_case in REFUSED:
    add_refused(*refused_case)


@scenario("A known private tag is created in the default mode, too", configuration=LAB, mode="contract")
def contract_known_tag(session: Session) -> None:
    answer = session.post("/tools/create-dicom", json=with_patient(session, private("0011,1001", "new")))
    session.observe("the answer is 200", answer.status == 200)
    file = session.get(f"/instances/{answer.id}/file")
    session.observe("the file has the value", b"LO\x04\x00new " in file.body)


@scenario(
    "A body without Tags: a character set is that of the texts whose names come behind its own", configuration=LAB
)
def simple_character_sets(session: Session) -> None:
    for term in ("ISO_IR 192", "ISO_IR 101", "ISO 2022 IR 87", "ISO_IR 6", "new", "\\ISO_IR 192", ""):
        for name in ("0008,0005", "SpecificCharacterSet"):
            body = {
                name: term,
                "PatientID": session.patient_id(),
                "0008,103e": "Z\u00fcrich",
                "StudyDescription": "\u00fc",
            }
            made = session.post("/tools/create-dicom", json=body)
            session.get(f"/instances/{made.id}/file")
