"""The Orthanc options that scenarios ask for. Few, because each one costs a start of the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Private tags of a made-up laboratory in the forms that Orthanc knows: by offset (0011,01), in full (0011,1003),
#: in full for the second block (0011,1109), without a creator; and two creators that share a number.
DICTIONARY: Mapping[str, Any] = {
    "0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"],
    "0011,02": ["US", "MyCount", 1, 1, "MYLAB"],
    "0011,1003": ["LO", "MyFull", 1, 1, "MYLAB"],
    "0011,04": ["SQ", "MySequence", 1, 1, "MYLAB"],
    "0011,1005": ["LO", "MyCreatorless", 1, 1],
    "0011,06": ["LO", "MyList", 1, 0, "MYLAB"],
    "0011,07": ["DS", "MyNumber", 1, 1, "MYLAB"],
    "0011,08": ["CS", "MyCode", 1, 1, "MYLAB"],
    "0011,1109": ["LO", "MySecondBlock", 1, 1, "MYLAB"],
    "0011,0001": ["LO", "OtherLabel", 1, 1, "OTHERLAB"],
    "0015,15": ["AT", "MyTag", 1, 0, "MYLAB"],
}

#: What every scenario needs that does not say otherwise: Orthanc's defaults.
DEFAULTS: Mapping[str, Any] = {
    "DefaultPrivateCreator": "",
    "ExtraMainDicomTags": {},
    "LoadPrivateDictionary": True,
    "StorageAccessOnFind": "Always",
}

LAB: Mapping[str, Any] = {"Dictionary": DICTIONARY}
OVERWRITING: Mapping[str, Any] = {"Dictionary": DICTIONARY, "OverwriteInstances": True}
#: For what must not be overwritten: LAB leaves that to the server.
NOT_OVERWRITING: Mapping[str, Any] = {"Dictionary": DICTIONARY, "OverwriteInstances": False}
DEFAULT_CREATOR: Mapping[str, Any] = {"Dictionary": DICTIONARY, "DefaultPrivateCreator": "MYLAB"}
NO_PRIVATE_DICTIONARY: Mapping[str, Any] = {"Dictionary": DICTIONARY, "LoadPrivateDictionary": False}
NO_FILES_ON_FIND: Mapping[str, Any] = {"Dictionary": DICTIONARY, "StorageAccessOnFind": "Never"}
FILES_FOR_ANSWERS: Mapping[str, Any] = {"Dictionary": DICTIONARY, "StorageAccessOnFind": "Answers"}
INDEXED_FULL: Mapping[str, Any] = {"Dictionary": DICTIONARY, "ExtraMainDicomTags": {"Instance": ["0011,1003"]}}

#: The DICOMweb plugin, and what changes its answers.
WEB: Mapping[str, Any] = {"Dictionary": DICTIONARY, "DicomWeb": {"Enable": True}}
WEB_OFF: Mapping[str, Any] = {"DicomWeb": {"Enable": False}}
WEB_ELSEWHERE: Mapping[str, Any] = {
    "DicomWeb": {"Root": "dw/x", "WadoRoot": "get", "Host": "pacs.example:8443", "Ssl": True, "PublicRoot": "/out/"}
}
WEB_FROM_INDEX: Mapping[str, Any] = {
    "Dictionary": DICTIONARY,
    "ExtraMainDicomTags": {"Instance": ["0011,1003"]},
    "DicomWeb": {
        "QidoCaseSensitive": True,
        "EnableWado": False,
        "StudiesMetadata": "MainDicomTags",
        "SeriesMetadata": "Extrapolate",
        "SeriesMetadataExtrapolatedTags": ["Rows", "BodyPartExamined"],
    },
}

#: A script of the Python plugin, and one in Lua: names of conformance.files.server_scripts.
PYTHON: Mapping[str, Any] = {"Dictionary": DICTIONARY, "PythonScript": "evaluate.py"}
LUA: Mapping[str, Any] = {"Dictionary": DICTIONARY, "ExecuteLuaEnabled": True, "LuaScripts": ["filter.lua"]}

#: Names for metadata and attachments, and how a server keeps them by default.
ANNOTATED: Mapping[str, Any] = {
    "UserMetadata": {"Reviewer": 5000, "Score": 1500},
    "UserContentType": {"Report": 5000, "Picture": [1500, "image/png"]},
    "CheckRevisions": False,
    "StorageCompression": False,
    "StoreMD5ForAttachments": True,
}
CHECKING_REVISIONS: Mapping[str, Any] = {**ANNOTATED, "CheckRevisions": True}
COMPRESSING: Mapping[str, Any] = {**ANNOTATED, "StorageCompression": True}
WITHOUT_MD5: Mapping[str, Any] = {**ANNOTATED, "StoreMD5ForAttachments": False}
OVERWRITING_ANNOTATED: Mapping[str, Any] = {**ANNOTATED, "OverwriteInstances": True}

#: The VRs that every release lets be registered (OD, OL, OV, SV, UC, UR and UV are refused up to 1.12.7).
REGISTRABLE_VRS = tuple("AE AS AT CS DA DS DT FD FL IS LO LT OB OF OW PN SH SL SQ SS ST TM UI UL UN US UT".split())
#: The DICOM network, on which everybody may do everything.
NETWORK: Mapping[str, Any] = {
    "DicomServerEnabled": True,
    "DicomAlwaysAllowFind": True,
    "DicomAlwaysAllowGet": True,
    "DicomAlwaysAllowMove": True,
}

#: What `explore` asks for: the laboratory's tags, and one of every VR by offset, in group 0013 from offset 20 on.
EXPLORED: Mapping[str, Any] = {
    "Dictionary": {
        **DICTIONARY,
        **{f"0013,{0x20 + index:02x}": [vr, f"My{vr}", 1, 0, "MYLAB"] for index, vr in enumerate(REGISTRABLE_VRS)},
    }
}
#: The same for `explore --network`.
EXPLORED_NETWORK: Mapping[str, Any] = {**EXPLORED, **NETWORK}
