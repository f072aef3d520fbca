"""Strategies for requests to DICOMweb: searches (QIDO-RS), and files to be stored (STOW-RS)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st

from ..files import datasets as files
from ..files import multipart
from .entries import Entry
from .stored_files import datasets

#: Standard tags as a search may spell them, with values that fit.
FILTERS: Mapping[str, tuple[str, ...]] = {
    "PatientID": (f"{files.PATIENT_PREFIX}STRATEGIES-1", f"{files.PATIENT_PREFIX}STRATEGIES-*", "nobody"),
    "PatientName": ("*", "A*", "nobody"),
    "00080060": ("OT", "ot", "CT,OT"),
    "0020000D": (files.uid("strategies", "1", "1"), "1.2.3"),
    "StudyDate": ("20200101", "20200101-20201231", "-20200101", ""),
    "InstanceNumber": ("1", "2", "x"),
}
FIELDS = ("StudyDescription", "00081030", "PatientBirthDate", "Rows", "all", "RequestAttributesSequence")
NUMBERS = ("0", "1", "2", "50")
#: What every release answers with 400.
BAD_ARGUMENTS = ("limit=x", "limit=", "offset=1.5", "fuzzymatching=maybe", "StudyInstanceUID=1.2*")


class StowRequest(NamedTuple):
    """A request to store: its Content-Type, and its body."""

    content_type: str
    body: bytes


def qido_requests(
    dictionary: Mapping[str, Entry] | None = None, *, root: str = "/dicom-web", valid: bool = True
) -> st.SearchStrategy[str]:
    """The path and arguments of a search; the private tags of a dictionary are among its filters, by name and number.

    With `valid=False` every release answers 400.

    >>> path = qido_requests({"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}).example()
    >>> path.startswith("/dicom-web/")
    True
    """
    names = [entry[1] for entry in (dictionary or {}).values()]
    private = [*names, *(key.replace(",", "") for key in dictionary or {} if len(key) == 9)]
    return search(private, root, valid)


@st.composite
def search(draw: st.DrawFn, private: list[str], root: str, valid: bool) -> str:
    level = draw(st.sampled_from(["studies", "series", "instances"]))
    chosen = draw(st.lists(st.sampled_from([*FILTERS]), max_size=2, unique=True))
    arguments = [f"{name}={quote(draw(st.sampled_from(FILTERS[name])), safe='*,-')}" for name in chosen]
    if bool(private) and draw(st.booleans()):
        arguments.append(f"{draw(st.sampled_from(private))}={draw(st.sampled_from(['x', '*', '']))}")
    if draw(st.booleans()):
        fields = draw(st.lists(st.sampled_from([*FIELDS, *private]), min_size=1, max_size=3))
        arguments.append(f"includefield={','.join(fields)}")
    if draw(st.booleans()):
        arguments.append(f"limit={draw(st.sampled_from(NUMBERS))}")
    if not valid:
        arguments.append(draw(st.sampled_from(BAD_ARGUMENTS)))
    return f"{root}/{level}" + (f"?{'&'.join(arguments)}" if arguments else "")


def stow_requests(
    dictionary: Mapping[str, Entry] | None = None, *, valid: bool = True
) -> st.SearchStrategy[StowRequest]:
    """A request that stores files with private tags of a dictionary; with `valid=False` it stores nothing.

    >>> request = stow_requests().example()
    >>> request.content_type.startswith("multipart/related"), request.body.startswith(b"--")
    (True, True)
    """
    return store(dict(dictionary or {})) if valid else st.sampled_from(BAD_REQUESTS)


@st.composite
def store(draw: st.DrawFn, dictionary: dict[str, Entry]) -> StowRequest:
    drawn = draw(st.lists(datasets(dictionary), min_size=1, max_size=3))
    return StowRequest(multipart.CONTENT_TYPE, multipart.multipart(files.to_bytes(one) for one in drawn))


BAD_REQUESTS = (
    StowRequest(multipart.CONTENT_TYPE, b""),
    StowRequest(multipart.CONTENT_TYPE, b"junk"),
    StowRequest(multipart.CONTENT_TYPE, multipart.multipart([b"no DICOM"])),
    StowRequest(multipart.CONTENT_TYPE, multipart.multipart([b""] * 3)),
    StowRequest('multipart/related; type="application/dicom"', multipart.multipart([b""])),
    StowRequest("application/dicom", b"DICM"),
)
