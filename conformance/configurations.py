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
}

LAB: Mapping[str, Any] = {"Dictionary": DICTIONARY}
OVERWRITING: Mapping[str, Any] = {"Dictionary": DICTIONARY, "OverwriteInstances": True}
DEFAULT_CREATOR: Mapping[str, Any] = {"Dictionary": DICTIONARY, "DefaultPrivateCreator": "MYLAB"}
