"""The default mode refuses no more than it says: what a release writes and then shows by name is accepted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import Emulator, OrthancError
from emulator.dicom.element import format_tag, plain_text
from emulator.store.level import Level
from emulator.testing import dicom

DICTIONARY = {
    "0011,0010": ["LO", "MyCreator", 1, 1, "MYLAB"],
    "0011,0011": ["SH", "MySecondCreator", 1, 1, "MYLAB"],
    "0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"],
    "0011,1002": ["US", "MyCount", 1, 1, "MYLAB"],
    "0011,03": ["LO", "MyOffset", 1, 1, "MYLAB"],
    "0013,0010": ["UN", "OtherCreator", 1, 1, "OTHERLAB"],
    "0013,1001": ["LO", "OtherLabel", 1, 1, "OTHERLAB"],
}
NUMBERS = ("0011,0010", "0011,0011", "0011,1001", "0011,1002", "0011,1003", "0011,1103", "0013,0010", "0013,1001")
NAMES = ("MyCreator", "MyLabel", "MyCount", "PatientName", "StudyDescription")
VALUES = ("MYLAB", "OTHERLAB", "x", "7", "")
BODIES = st.fixed_dictionaries(
    {"Replace": st.dictionaries(st.sampled_from((*NUMBERS, *NAMES)), st.sampled_from(VALUES), min_size=1, max_size=3)},
    optional={"PrivateCreator": st.sampled_from(("MYLAB", "OTHERLAB", "NOLAB"))},
)
RELEASES = ("1.9.1", "1.10.1", "1.12.7", "1.13.0")


def servers(release: str) -> tuple[Emulator, Emulator, str]:
    """A server of each mode with one file, which has a block or none."""
    strict = Emulator({"Dictionary": DICTIONARY}, release=release)
    lax = Emulator({"Dictionary": DICTIONARY}, release=release, unknown_tags="as-release")
    file = dicom(PatientID="1", instance=1, private={("MYLAB", 0x0011, 0x01): ("LO", "old")})
    strict.store(file)
    return strict, lax, lax.store(file).id


SERVERS = {release: servers(release) for release in RELEASES}


def written_by_name(orthanc: Emulator, file: bytes, body: dict[str, Any]) -> bool:
    """Whether all that a request writes has a VR of its own, and a name, in the file that comes of it."""
    with orthanc.fork() as trial:
        stored = trial.store(file)
        tags = trial.tags(stored.id)
        elements = trial.server.files.dataset(trial.server.store.get(Level.INSTANCE, stored.id))
    numbers = {trial.dictionary.tag(name) for name in body["Replace"]}
    written = [element for element in elements if element.tag in numbers]
    creators = {tag for tag in numbers if tag & 0x10000 and tag & 0xFFFF < 0x100}
    if any(element.vr == "UN" for element in written):
        return False
    if any(plain_text(element.value) != body.get("PrivateCreator") for element in written if element.tag in creators):
        return False
    return all(tags[format_tag(element.tag)]["Name"] != "Unknown Tag & Data" for element in written)


@pytest.mark.parametrize("release", RELEASES)
@settings(max_examples=100, deadline=None)
@given(body=BODIES)
def test_what_is_written_by_name_is_accepted(release: str, body: dict[str, Any]) -> None:
    strict, lax, instance = SERVERS[release]
    try:
        file = lax.modify("Instance", instance, body)
    except OrthancError:
        return
    if written_by_name(lax, file, body):
        assert strict.modify("Instance", instance, body) is not None
