"""What a server's dictionary says of some hundred tags: a sample of what `python -m conformance lookups` compares.

The elements of a file with implicit VRs: their names, the VR in which each is written in explicit VR, and the VR in
which a modify that gives the creator writes some of them.
"""

from __future__ import annotations

from collections.abc import Callable

from pydicom.uid import ExplicitVRLittleEndian

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import Scenario, add, scenario

#: name of the scenario: tags with entries in some release, near them, group lengths, tags of repeating groups.
STANDARD = {
    "standard": """
        0001,0003 0007,0000 0008,0402 0009,0100 000e,0417 0010,0043 0010,2162 0012,0032 0012,9999 0014,0203 0014,4104
        0014,6016 0016,0025 0018,21b3 0018,9104 0018,9378 0019,0000 001a,980d 0020,3100 0020,3101 0020,31fe 0020,3405
        0022,1628 0024,0118 0026,9312 0028,0400 0028,04e0 0028,1211 0028,1201 0028,3101 0030,0325 0032,1033 003a,0242
        0040,0252 0040,0293 0040,a084 0040,b035 0046,e014 004a,b039 0070,0052 0074,1402 0076,0216 1000,0010 1000,fff5
        1010,0004 1010,fff4 2010,0000 2040,0074 3002,0111 3004,0058 300a,0027 300a,067e 300c,00d0 3014,0062 4010,101f
    """,
    "repeating_groups": """
        5000,0005 5000,0020 5000,0112 5000,1001 5000,2000 5000,200e 5000,2610 5000,3000 5002,0010 5006,0114 500e,3000
        50fe,2002 50ff,0100 50ff,0104 50ff,2600 6000,0010 6000,0022 6000,0050 6000,0068 6000,0102 6000,0200 6000,0802
        6000,1101 6000,1500 6000,3000 6002,0015 6004,4000 6008,1001 600a,0805 600e,1103 60fe,3000 60ff,0100 60ff,1204
        7f00,0011 7f04,0020 7f08,0023 7f0e,0030 7f01,0100""",
}

#: private creator: tags of its blocks, with and without an entry, below and above 1000 where no block is.
PRIVATE = {
    "SIEMENS CSA HEADER": "0029,1008 0029,1009 0029,100b 0029,1019 0029,1113 0029,10fe 0029,ff20 002f,1118 0029,0110",
    "SPI": "0009,1140 0009,ff10 0009,ff15 0011,1116 0011,ff20 0013,1041 0015,1112 0029,ff60",
    "GEMS_PARM_01": "0043,1072 0043,108f 0043,1108 0043,110a 0043,1146 0043,1179 0043,ff70 0047,ff80 0047,ff9d",
    "Philips Imaging DD 001": "2001,101a 2001,1033 2001,1062 2001,1159 2001,ff06 2005,1135 200b,1017 200d,ff02",
    "PAPYRUS 3.0": """
        004b,1132 004f,ff18 6001,1001 6001,10c0 6001,1100 6001,1170 6007,ff42 6009,1011 6009,ffa2 60ff,11a4 60ff,ff11
    """,
    "PHILIPS MR/PART": """
        0019,1001 0019,1006 0019,1019 0019,1081 0019,1094 0019,10d9 0019,110b 0019,1181 0019,ff0d 001d,10d2 0021,1000
        0021,1010 0021,1110 0021,1210""",
    "OCULUS Optikgeraete GmbH": "0029,1010 0029,1012 0029,1020 0029,1022 0029,1110 002b,1113 002f,1022 0031,1120",
    "DLX_LKUP_01": "6001,1102 6009,1101 600b,1001 60ff,1104",
    "SIEMENS MED DISPLAY": "0029,1020 0029,1110 0029,1111 0029,119a 0029,ffa1 0029,ffb3 002d,1021 002d,11a0",
    "ELSCINT1": "00e1,1025 00e1,1124 00e1,ff22 00ed,1101 0601,1073 0601,1131 0601,ff24 0601,ff71 0609,ff20",
    "ACUSON": "0009,1001 0009,1008 0009,100a 0009,1012 0009,1103 0009,1115 000f,ff0b 0017,1108",
    "GEMS_IDEN_01": "0009,1002 0009,10e8 0009,1101 0009,1127 0009,11e5 000b,ffe2 0017,11e7 0017,ff17",
    "gems_iden_01": "0009,1002 0009,10e8 0009,1101",
    "MYLAB": """
        0011,1001 0011,1002 0011,1003 0011,1004 0011,1006 0011,1101 0011,1103 0011,1109 0011,ff07 0011,1009 0013,1001
        0013,1101 0013,1201 0013,ff01 0015,1015 0015,1115 0015,1001""",
    "OTHERLAB": "0011,1001 0011,1101 0011,1003 0013,1002 0013,ff02 0013,1001",
    "mylab": "0011,1001 0011,1003 0013,1001",
}

#: What a modify replaces, in numbers that all releases take whatever the VR: entries of texts and numbers, or none.
REPLACED = {
    "SIEMENS CSA HEADER": "0029,1008 0029,1009 0029,1108 0029,1218 0029,10fe 0029,0109",
    "SPI": "0009,1015 0009,ff15 0009,0015 0009,0115 0009,1040 0011,1110",
    "GEMS_PARM_01": "0043,1004 0043,1104 0043,0104 0043,1030 0045,1004",
    "Philips Imaging DD 001": "2001,1003 2001,1103 2001,0f03 2001,1006 2003,1003",
    "PAPYRUS 3.0": "6001,1010 6003,ff10 6003,0110 6002,1010 6101,1010",
    "PHILIPS MR/PART": "0019,1081 0019,1181 0019,0181 0019,10d9 0019,1000",
    "DLX_LKUP_01": "6001,1001 600b,1101 600b,0f01 6002,1001",
    "ELSCINT1": "00e1,1022 00e1,ff22 00e1,0122",
    "gems_iden_01": "0009,1002",
    "MYLAB": "0011,1001 0011,0101 0011,1002 0011,0002 0011,1003 0011,1103 0011,0003 0013,1001 0013,1101 0013,1201",
    "OTHERLAB": "0011,1001 0011,1002 0013,1002 0013,0f02 0013,ff02",
}


def looked_up(tags: str, creator: str = "") -> Callable[[Session], None]:
    """A scenario's function: uploads a file with these tags, and shows, rewrites and modifies it."""

    def function(session: Session) -> None:
        elements: list[RawElement] = [(tag, "UN", b"\0\0\0\0" if tag.endswith(",0000") else "") for tag in tags.split()]
        blocks = {tag[:5] + "00" + tag[5:7] for tag in tags.split() if creator and not tag[5:].startswith("0")}
        data = raw_file(session, *((block, "LO", creator) for block in sorted(blocks)), *elements, implicit=True)
        path = f"/instances/{session.upload(data).id}"
        session.get(f"{path}/tags")
        session.post(f"{path}/modify", json={"Transcode": str(ExplicitVRLittleEndian)})
        for tag in REPLACED.get(creator, "").split():
            body = {"Keep": [], "Replace": {tag: "1"}, "PrivateCreator": creator, "Remove": tags.split()}
            session.post(f"{path}/modify", json=body)

    return function


@scenario("A value stored as UN is found by the text that the dictionary lets views show", configuration=LAB)
def found_by_text(session: Session) -> None:
    elements: list[RawElement] = [
        ("0011,0010", "LO", "MYLAB"),
        ("0011,1001", "UN", b"label\0"),
        ("0011,1002", "UN", b"7\0"),
        ("0011,1005", "UN", b"label "),
        ("0011,1099", "UN", b"label\0"),
        ("0019,00a1", "UN", b"LAB\0"),
        ("0018,1030", "UN", b"head"),
    ]
    session.upload(raw_file(session, *elements))
    queries = [
        *((tag, "label") for tag in ("0011,1001", "0011,1005", "0011,1099", "MyLabel")),
        ("0011,1002", "7"),
        ("0011,1005", "label "),
        ("0019,00a1", "LAB"),
        ("0019,00a1", "L*"),
        ("ProtocolName", "head"),
    ]
    for tag, text in queries:
        session.find("Instance", {"PatientID": session.patient_id(), tag: text})


for name, tags in STANDARD.items():
    claim = f"The dictionary on {len(tags.split())} tags: {name.replace('_', ' ')}"
    add(Scenario("look_ups", name, claim, looked_up(tags), configuration=LAB))

for number, (owner, tags) in enumerate(PRIVATE.items()):
    claim = f'The dictionary on {len(tags.split())} tags of "{owner}"'
    add(Scenario("look_ups", f"creator_{number}", claim, looked_up(tags, owner), configuration=LAB))
