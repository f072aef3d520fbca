"""How the elements of an instance are shown: their names, types and values."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

from conformance.asking.configurations import LAB, NO_PRIVATE_DICTIONARY
from conformance.asking.session import Session
from conformance.files import datasets
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "label")
COUNT = (0x0011, 0x02, "US", 7)
FULL = (0x0011, 0x03, "LO", "full")
UNKNOWN = (0x0011, 0x99, "LO", "unknown")


def show(session: Session, dataset: Dataset, *views: str) -> None:
    """Stores the dataset and asks for views of it."""
    stored = session.upload(dataset)
    for view in views or ("tags",):
        session.get(f"/instances/{stored.id}/{view}")


@scenario("A registered tag has its name in /tags", configuration=LAB)
def name_in_tags(session: Session) -> None:
    show(session, session.dataset(LABEL, COUNT, FULL))


@scenario("A registered tag is used like a standard one in /simplified-tags", configuration=LAB)
def name_in_simplified_tags(session: Session) -> None:
    show(session, session.dataset(LABEL, COUNT, FULL), "simplified-tags")


@scenario("/tags?simplify and /tags?short are the same data in other words", configuration=LAB)
def simplify_and_short(session: Session) -> None:
    show(session, session.dataset(LABEL, COUNT, FULL), "tags?simplify", "tags?short")


@scenario("An unknown private tag is in the full tag set, as Unknown Tag & Data", configuration=LAB)
def unknown_is_shown(session: Session) -> None:
    show(session, session.dataset(UNKNOWN), "tags", "tags?short", "simplified-tags")


@scenario("Several unknown tags share one key in /simplified-tags: the last one wins", configuration=LAB)
def unknown_collide(session: Session) -> None:
    more = (0x0011, 0x9A, "LO", "more")
    show(session, session.dataset(UNKNOWN, more), "simplified-tags")


@scenario("Several creators share one key in /simplified-tags", configuration=LAB)
def creators_collide(session: Session) -> None:
    show(session, session.dataset(LABEL, ("OTHERLAB", 0x0011, 0x01, "LO", "theirs")), "simplified-tags")


@scenario("Creator and number keep tags apart: each block's (gggg,xx01) has its creator's name", configuration=LAB)
def creators_keep_tags_apart(session: Session) -> None:
    show(session, session.dataset(LABEL, ("OTHERLAB", 0x0011, 0x01, "LO", "theirs")))


def in_block(session: Session, block: int, *offsets: int) -> Dataset:
    """A dataset whose MYLAB block is `block`."""
    made = session.dataset()
    made.add_new((0x0011, block), "LO", "MYLAB")
    for offset in offsets:
        made.add_new((0x0011, block << 8 | offset), "LO", f"at {block:02x}{offset:02x}")
    return made


@scenario("An entry by offset fits any block; one in full only its own number", configuration=LAB)
def block_11(session: Session) -> None:
    show(session, in_block(session, 0x11, 0x01, 0x03, 0x09))


@scenario("The last block, ff", configuration=LAB)
def block_ff(session: Session) -> None:
    show(session, in_block(session, 0xFF, 0x01, 0x03))


@scenario("One creator may have two blocks in a group", configuration=LAB)
def two_blocks_of_one_creator(session: Session) -> None:
    made = in_block(session, 0x10, 0x01, 0x03)
    made.update(in_block(session, 0x11, 0x01, 0x09))
    show(session, made)


@scenario("The same creator in another group is another tag", configuration=LAB)
def other_group(session: Session) -> None:
    show(session, session.dataset((0x0013, 0x01, "LO", "other group")))


@scenario("The creator is compared letter by letter, its case included", configuration=LAB)
def creator_case(session: Session) -> None:
    show(session, session.dataset(LABEL, creator="mylab"))


@scenario("An orphan, an element of a block that nobody reserved", configuration=LAB)
def orphan(session: Session) -> None:
    made = session.dataset()
    made.add_new((0x0011, 0x1001), "LO", "orphan")
    made.add_new((0x0011, 0x1005), "LO", "creatorless")
    show(session, made)


@scenario("An entry without creator names no element of a reserved block", configuration=LAB)
def creatorless_entry(session: Session) -> None:
    show(session, session.dataset((0x0011, 0x05, "LO", "in a block")))


@scenario(
    "In an implicit-VR file a registered tag has its VR, an unknown one is UN and shown as null", configuration=LAB
)
def implicit(session: Session) -> None:
    made = session.dataset(LABEL, COUNT, FULL, (0x0011, 0x05, "LO", "five"), UNKNOWN)
    stored = session.upload(datasets.to_bytes(made, ImplicitVRLittleEndian))
    session.get(f"/instances/{stored.id}/tags")
    session.get(f"/instances/{stored.id}/simplified-tags")


@scenario("A tag of DCMTK's private dictionary has its name without any configuration", configuration=LAB)
def dcmtk_private(session: Session) -> None:
    gems = ("GEMS_IDEN_01", 0x0009, 0x02, "SH", "CT01")
    siemens = ("SIEMENS CSA HEADER", 0x0029, 0x08, "CS", "IMAGE NUM 4")
    philips = ("Philips Imaging DD 001", 0x2001, 0x03, "FL", 1.5)
    show(session, session.dataset(gems, siemens, philips), "tags", "simplified-tags")


@scenario("A private sequence is shown with its items, names within included", configuration=LAB)
def private_sequence(session: Session) -> None:
    item = Dataset()
    item.PatientName = "Inner^Name"
    datasets.add_private(item, "MYLAB", [LABEL, UNKNOWN])
    show(session, session.dataset((0x0011, 0x04, "SQ", [item])), "tags", "simplified-tags", "tags?short")


@scenario("An empty private sequence, and an empty item", configuration=LAB)
def empty_sequence(session: Session) -> None:
    show(session, session.dataset((0x0011, 0x04, "SQ", [])), "tags", "simplified-tags")
    show(session, session.dataset((0x0011, 0x04, "SQ", [Dataset()]), instance=2), "tags", "simplified-tags")


@scenario("Values of every text VR are shown as they stand in the file, padding removed", configuration=LAB)
def text_representations(session: Session) -> None:
    values = (
        ("AE", "TITLE"),
        ("AS", "030Y"),
        ("CS", "CODE"),
        ("DA", "20200229"),
        ("DS", "1.50"),
        ("DT", "20200229120000.5"),
        ("IS", "042"),
        ("LO", "long string "),
        ("LT", "long text"),
        ("PN", "Family^Given"),
        ("SH", "short"),
        ("ST", "short text"),
        ("TM", "120000"),
        ("UC", "unlimited"),
        ("UI", "1.2.840.10008.1.1"),
        ("UR", "http://example.org/a"),
        ("UT", "unlimited text"),
    )
    elements = [(0x0015, 0x20 + number, name, value) for number, (name, value) in enumerate(values)]
    show(session, session.dataset(*elements))


@scenario("Values of every numeric VR are shown as text", configuration=LAB)
def numeric_representations(session: Session) -> None:
    values = (("FD", 1.5), ("FL", 0.25), ("SL", -70000), ("SS", -3), ("UL", 4000000000), ("US", 65535))
    elements = [(0x0015, 0x40 + number, name, value) for number, (name, value) in enumerate(values)]
    show(session, session.dataset(*elements))


@scenario("Several values are shown joined by a backslash", configuration=LAB)
def several_values(session: Session) -> None:
    texts = (0x0011, 0x06, "LO", ["one", "two"])
    numbers = (0x0011, 0x02, "US", [1, 2, 3])
    decimals = (0x0011, 0x07, "DS", ["1.0", "2.50"])
    show(session, session.dataset(texts, numbers, decimals))


@scenario("Binary values are not shown as text", configuration=LAB)
def binary_representations(session: Session) -> None:
    values = (("OB", b"\x01\x02"), ("OW", b"\x01\x02"), ("UN", b"text"))
    elements = [(0x0015, 0x50 + number, name, value) for number, (name, value) in enumerate(values)]
    show(session, session.dataset(*elements), "tags", "simplified-tags")


@scenario("An empty private value", configuration=LAB)
def empty_value(session: Session) -> None:
    empty = ((0x0011, 0x01, "LO", ""), (0x0011, 0x02, "US", None), (0x0011, 0x99, "LO", ""))
    show(session, session.dataset(*empty), "tags", "simplified-tags")


@scenario("A value of 256 characters is shown, one of 257 is TooLong", configuration=LAB)
def long_values(session: Session) -> None:
    values = ((0x0011, 0x01, "LT", "x" * 256), (0x0011, 0x99, "LT", "x" * 257))
    show(session, session.dataset(*values), "tags", "simplified-tags")


@scenario("A Latin-1 value is shown as UTF-8", configuration=LAB)
def latin_1(session: Session) -> None:
    show(session, session.dataset((0x0011, 0x01, "LO", "Zürich"), SpecificCharacterSet="ISO_IR 100"))


@scenario("A UTF-8 value is shown as it is", configuration=LAB)
def utf_8(session: Session) -> None:
    show(session, session.dataset((0x0011, 0x01, "LO", "Ω ü 山"), SpecificCharacterSet="ISO_IR 192"))


@scenario("/content lists the tags and gives one value, of private tags by number", configuration=LAB)
def content(session: Session) -> None:
    item = Dataset()
    item.PatientName = "Inner^Name"
    stored = session.upload(session.dataset(LABEL, COUNT, (0x0011, 0x04, "SQ", [item])))
    for path in ("", "/0010-0020", "/0011-1001", "/0011-1002", "/0011-1004", "/0011-1004/0/0010-0010"):
        session.get(f"/instances/{stored.id}/content{path}")
    for path in ("/PatientID", "/MyLabel", "/0011-1099", "/NotATag"):
        session.get(f"/instances/{stored.id}/content{path}")


@scenario("/file is the upload, byte for byte", configuration=LAB)
def file(session: Session) -> None:
    data = datasets.to_bytes(session.dataset(LABEL, UNKNOWN))
    stored = session.upload(data)
    answer = session.get(f"/instances/{stored.id}/file")
    session.observe("the file is the upload", answer.body == data)


@scenario("Several attribute tags: 1.13.0 shows all of them", configuration=LAB)
def attribute_tags(session: Session) -> None:
    made = session.dataset((0x0015, 0x15, "AT", [0x00181063, 0x00100010]), (0x0011, 0x99, "AT", 0x00100020))
    made.add_new("FrameIncrementPointer", "AT", [0x00181063, 0x00100010])
    show(session, made, "tags", "simplified-tags", "content/0015-1015")


@scenario("An empty attribute tag", configuration=LAB)
def empty_attribute_tag(session: Session) -> None:
    show(session, session.dataset((0x0015, 0x15, "AT", None)), "tags", "simplified-tags")


@scenario("An attribute tag of six bytes in an implicit-VR file", configuration=LAB)
def attribute_tag_of_odd_length(session: Session) -> None:
    data = datasets.to_bytes(session.dataset((0x0015, 0x15, "UN", b"\x18\0\x63\x10\x10\0")), ImplicitVRLittleEndian)
    stored = session.upload(data)
    if stored.status == 200:
        session.get(f"/instances/{stored.id}/tags")


@scenario("LoadPrivateDictionary false: no names of DCMTK's private tags", configuration=NO_PRIVATE_DICTIONARY)
def without_private_dictionary(session: Session) -> None:
    gems = ("GEMS_IDEN_01", 0x0009, 0x02, "SH", "CT01")
    philips = ("Philips Imaging DD 001", 0x2001, 0x03, "FL", 1.5)
    show(session, session.dataset(LABEL, gems, philips), "tags", "simplified-tags")


@scenario("An index in /content: which signs, blanks and sizes each release reads, of an item and of a block")
def content_indexes(session: Session) -> None:
    items = [[("0008,1155", "UI", "1.2.3")], [("0008,1155", "UI", "1.2.4")]]
    stored = session.upload(raw_file(session, ("0008,1140", "SQ", items), ("7fe0,0010", "OW", b"\1\0")))
    for (
        index
    ) in "+0 %200 0%20 %0a1 00 -0 -1 -2 2 0x0 0.0 a 4294967296 4294967295 2147483648 %2B1 000000000000000001".split():
        session.get(f"/instances/{stored.id}/content/0008-1140/{index}")
        session.get(f"/instances/{stored.id}/content/0008-1140/{index}/0008-1155")
        session.get(f"/instances/{stored.id}/content/PixelData/{index}")


@scenario("An offset of a directory record that is UL has no value in any view, and stays in a modified file")
def directory_offsets(session: Session) -> None:
    for number, (representation, value) in enumerate(
        (("UL", b"\1\0\0\0"), ("UL", b""), ("US", b"\1\0"), ("LO", "5")), 1
    ):
        offset = ("0004,1200", representation, value)
        stored = session.upload(
            raw_file(
                session, offset, ("0004,1600", "UL", b"\1\0\0\0"), ("0008,1140", "SQ", [[offset]]), instance=number
            )
        )
        session.get(f"/instances/{stored.id}/tags")
        session.get(f"/instances/{stored.id}/content/0004-1200")
        session.get(f"/instances/{stored.id}/file", headers={"Accept": "application/dicom+json"})
        session.modify("instances", stored.id)
    offset = ("0004,1200", "UL", b"\1\2\3\4")
    stored = session.upload(raw_file(session, offset, instance=9, big_endian=True))
    session.get(f"/instances/{stored.id}/content/0004-1200")
    session.modify("instances", stored.id, Transcode="1.2.840.10008.1.2.1")


@scenario("A private UN value that is ASCII is shown as such, whatever the character set", configuration=LAB)
def unknown_text_under_a_character_set(session: Session) -> None:
    for number, term in enumerate(("ISO_IR 13", "ISO_IR 192"), 1):
        elements = [(tag, "UN", b"a\\b~") for tag in ("0008,1030", "0011,1001", "0009,0010")]
        creator = ("0011,0010", "LO", "MYLAB")
        stored = session.upload(raw_file(session, ("0008,0005", "CS", term), creator, *elements, instance=number))
        session.get(f"/instances/{stored.id}/tags")
        session.get(f"/instances/{stored.id}/file", headers={"Accept": "application/dicom+json"})
