"""Which entries a server takes into its dictionary; one that it refuses stops it at its start."""

from __future__ import annotations

from typing import Any

from conformance.asking.session import Session
from conformance.scenarios.scenario import Scenario, add, scenario

PHILIPS = "Philips Imaging DD 001"

#: name, claim, Dictionary
CASES: tuple[tuple[str, str, Any], ...] = (
    ("offset_form", "A private tag registered by its offset starts", {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}),
    ("offset_four_digits", "An offset may have four digits", {"0011,0001": ["LO", "MyLabel", 1, 1, "MYLAB"]}),
    ("full_form", "A private tag registered in full starts", {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}),
    (
        "elscint_full",
        "The guide's example: ELSCINT1 in full",
        {"00e1,10c2": ["UI", "PET-CT Multi Modality Name", 1, 1, "ELSCINT1"]},
    ),
    (
        "elscint_offset",
        "The guide's example by its offset",
        {"00e1,c2": ["UI", "PET-CT Multi Modality Name", 1, 1, "ELSCINT1"]},
    ),
    (
        "philips_pet",
        "The guide's example: Philips PET",
        {"7053,1003": ["ST", "Original Image Filename", 1, 1, "Philips PET Private Group"]},
    ),
    (
        "even_group_of_dcmtk",
        "The guide's example (0014,1020) is refused since DCMTK has the tag",
        {"0014,1020": ["DA", "ValidationExpiryDate", 1, 1]},
    ),
    ("even_group", "A tag of an even group needs no creator", {"0014,2020": ["DA", "MyDate", 1, 1]}),
    (
        "dcmtk_private_offset",
        "A tag that DCMTK's private dictionary has is refused, by its offset",
        {"2001,5f": ["SQ", "StackSequence", 1, 1, PHILIPS]},
    ),
    (
        "dcmtk_private_four_digits",
        "... by its offset in four digits",
        {"2001,005f": ["SQ", "StackSequence", 1, 1, PHILIPS]},
    ),
    (
        "dcmtk_private_full",
        "... and in full",
        {"2001,105f": ["SQ", "StackSequence", 1, 1, PHILIPS]},
    ),
    (
        "dcmtk_private_other_name",
        "A tag of DCMTK's private dictionary is refused under another name, too",
        {"2001,5f": ["SQ", "MyStack", 1, 1, PHILIPS]},
    ),
    ("standard_tag", "A standard tag is refused", {"0010,0010": ["PN", "MyName", 1, 1]}),
    ("standard_name", "The name of a standard tag may be used again", {"0009,1001": ["LO", "PatientName", 1, 1]}),
    (
        "one_name_twice",
        "Two tags may have one name",
        {"0011,01": ["LO", "MyName", 1, 1, "MYLAB"], "0011,02": ["LO", "MyName", 1, 1, "MYLAB"]},
    ),
    (
        "one_tag_twice",
        "A tag registered twice is refused",
        {"0011,01": ["LO", "MyName", 1, 1, "MYLAB"], "0011,0001": ["LO", "Again", 1, 1, "MYLAB"]},
    ),
    (
        "two_creators",
        "Two creators may use one number",
        {"0011,01": ["LO", "Mine", 1, 1, "MYLAB"], "0011,0001": ["LO", "Theirs", 1, 1, "OTHERLAB"]},
    ),
    (
        "offset_and_full",
        "A tag registered by offset and in full",
        {"0011,01": ["LO", "ByOffset", 1, 1, "MYLAB"], "0011,1001": ["LO", "InFull", 1, 1, "MYLAB"]},
    ),
    (
        "offset_and_no_block",
        "An entry by offset covers the numbers below 1000, too",
        {"0011,01": ["LO", "ByOffset", 1, 1, "MYLAB"], "0011,0101": ["LO", "InNoBlock", 1, 1, "MYLAB"]},
    ),
    ("dcmtk_private_in_no_block", "... so do DCMTK's", {"0029,0110": ["LO", "Foo", 1, 1, "SIEMENS CSA HEADER"]}),
    ("no_creator", "A tag of an odd group without creator starts", {"0011,1001": ["LO", "Foo", 1, 1]}),
    ("no_creator_offset", "... even one that looks like an offset", {"0011,01": ["LO", "Foo", 1, 1]}),
    ("empty_creator", "An empty creator", {"0011,01": ["LO", "Foo", 1, 1, ""]}),
    ("creator_in_even_group", "A creator with an even group is refused", {"0008,1001": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("creator_in_group_1", "A creator with group 0001 is refused", {"0001,1001": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("creator_in_group_7", "A creator with group 0007 is refused", {"0007,1001": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("creator_in_group_ffff", "A creator with group ffff is refused", {"ffff,1001": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("creator_element_number", "The number of a creator element", {"0011,0010": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("no_multiplicity", "An entry without multiplicity is refused", {"0011,01": ["LO", "Foo"]}),
    ("least_multiplicity_only", "An entry with only the least multiplicity starts", {"0011,01": ["LO", "Foo", 1]}),
    ("least_zero", "A least multiplicity of 0 is refused", {"0011,01": ["LO", "Foo", 0, 1, "MYLAB"]}),
    ("most_below_least", "A greatest multiplicity below the least is refused", {"0011,01": ["LO", "F", 2, 1, "MYLAB"]}),
    ("most_zero", "A greatest multiplicity of 0 means any number", {"0011,01": ["LO", "Foo", 1, 0, "MYLAB"]}),
    ("negative", "A negative multiplicity is refused", {"0011,01": ["LO", "Foo", -1, 1, "MYLAB"]}),
    ("unknown_vr", "An unknown VR is refused", {"0011,01": ["ZZ", "Foo", 1, 1, "MYLAB"]}),
    ("lower_case_vr", "A VR in lower case is refused", {"0011,01": ["lo", "Foo", 1, 1, "MYLAB"]}),
    ("six_items", "An entry of six items is refused", {"0011,01": ["LO", "Foo", 1, 1, "MYLAB", "more"]}),
    ("empty_entry", "An empty entry is refused", {"0011,01": []}),
    ("entry_is_text", "An entry that is no list is refused", {"0011,01": "LO"}),
    ("vr_is_number", "A VR that is no text is refused", {"0011,01": [1, "Foo", 1, 1, "MYLAB"]}),
    ("name_is_number", "A name that is no text is refused", {"0011,01": ["LO", 5, 1, 1, "MYLAB"]}),
    ("multiplicity_is_text", "A multiplicity that is no number is refused", {"0011,01": ["LO", "F", "1", 1, "MYLAB"]}),
    ("creator_is_number", "A creator that is no text is refused", {"0011,01": ["LO", "Foo", 1, 1, 5]}),
    ("bad_tag", "A key that is no tag is refused", {"hello": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("tag_of_three_digits", "A group of three digits", {"011,01": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("eight_digits", "A tag in eight digits without comma", {"00111001": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("hexadecimal_prefix", "A tag with the prefix 0x", {"0x11,0x01": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("bare_prefix", "The prefix 0x alone is a number up to 1.12.7", {"0011,0x": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("dash", "A tag with a dash", {"0011-1001": ["LO", "Foo", 1, 1, "MYLAB"]}),
    ("empty_name", "An empty name", {"0011,01": ["LO", "", 1, 1, "MYLAB"]}),
    ("name_with_space", "A name with a space", {"0011,01": ["LO", "My Label", 1, 1, "MYLAB"]}),
    ("empty_dictionary", "An empty dictionary", {}),
    ("dictionary_is_list", "A dictionary that is a list is ignored", [1]),
)


def add_case(name: str, claim: str, dictionary: Any) -> None:
    """A scenario that compares the start, and the names of an instance's tags if there is one."""

    def function(session: Session) -> None:
        elements = ((0x0011, 0x01, "LO", "value"), (0x0011, 0x02, "LO", "value"))
        stored = session.upload(session.dataset(*elements))
        session.get(f"/instances/{stored.id}/tags?simplify")

    add(
        Scenario(
            "registration",
            name,
            claim,
            function,
            configuration={"Dictionary": dictionary},
            starts=True,
            promised=claim.startswith("The guide's example"),
        )
    )


for case in CASES:
    add_case(*case)


#: All VRs of PS3.5 §6.2 whose registration is refused by some release, and one of each other kind.
REPRESENTATIONS = ("AT", "OB", "OD", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV")

for representation in REPRESENTATIONS:
    add_case(
        f"vr_{representation.lower()}",
        f"The VR {representation}",
        {"0011,01": [representation, "MyValue", 1, 1, "MYLAB"]},
    )


@scenario(
    "An unknown name in ExtraMainDicomTags stops the server, from 1.12.7 on",
    configuration={"ExtraMainDicomTags": {"Instance": ["NotATag"]}},
    starts=True,
)
def extra_main_tag_unknown(session: Session) -> None:
    session.get("/statistics")


@scenario(
    "An external dictionary that is not there stops the server, from 1.10.1 on",
    configuration={"ExternalDictionaries": ["/no-such-folder/no-such-dictionary.dic"]},
    starts=True,
)
def external_dictionary_absent(session: Session) -> None:
    session.get("/statistics")
