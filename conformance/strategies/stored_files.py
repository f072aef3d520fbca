"""Strategies for files that a server stores, or refuses."""

from __future__ import annotations

import io
from collections.abc import Mapping

from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset

from ..files.datasets import PATIENT_PREFIX, SECONDARY_CAPTURE, uid
from ..files.raw import RawElement, encode_file
from .blocks import private_blocks
from .element_values import sorted_elements, values
from .entries import Entry


def datasets(dictionary: Mapping[str, Entry] | None = None, *, valid: bool = True) -> st.SearchStrategy[Dataset]:
    """A small secondary capture of few patients, studies and series, with private blocks; ready to be saved.

    Its PatientID begins with "ORTHANC-EMULATOR-", so that on a server in use one sees whose it is. With `valid=False`
    a server refuses to store it: an identifier is missing or empty.

    >>> dataset = datasets().example()
    >>> dataset.PatientID.startswith("ORTHANC-EMULATOR-"), "TransferSyntaxUID" in dataset.file_meta
    (True, True)
    """
    return st.builds(
        lambda elements, implicit: dcmread(io.BytesIO(encode_file(elements, implicit=implicit))),
        dataset_elements(dict(dictionary or {}), valid),
        st.booleans(),
    )


@st.composite
def dataset_elements(draw: st.DrawFn, dictionary: dict[str, Entry], valid: bool) -> list[RawElement]:
    patient, study, series, instance = (draw(st.integers(1, last)) for last in (2, 2, 2, 4))
    words = [str(number) for number in (patient, study, series, instance)]
    identity: dict[str, RawElement] = {
        element[0]: element
        for element in (
            ("0008,0016", "UI", SECONDARY_CAPTURE),
            ("0008,0018", "UI", uid("strategies", *words)),
            ("0008,0060", "CS", "OT"),
            ("0010,0010", "PN", draw(values("PN"))),
            ("0010,0020", "LO", f"{PATIENT_PREFIX}STRATEGIES-{patient}"),
            ("0020,000d", "UI", uid("strategies", *words[:2])),
            ("0020,000e", "UI", uid("strategies", *words[:3])),
            ("0020,0013", "IS", str(instance)),
        )
    }
    if not valid:
        spoiled = draw(st.sampled_from(["0008,0018", "0020,000d", "0020,000e"]))
        if draw(st.booleans()):
            identity[spoiled] = (spoiled, "UI", "")
        else:
            del identity[spoiled]
    blocks = draw(st.lists(private_blocks(dictionary), max_size=3, unique_by=lambda block: (block.group, block.block)))
    private = [element for block in blocks for element in block.raw_elements()]
    return sorted_elements([*identity.values(), *private])
