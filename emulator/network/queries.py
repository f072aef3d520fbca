"""C-FIND of a modality: what is asked, and the answers that are kept (`/modalities/{id}/query`, `/queries`).

A query drops every key that is not among those of its level, private ones among them, and says nothing: it then finds
more than was asked for. The diagnostic "key-ignored" tells of each. With `"Normalize": false` all are sent, private
ones as UN. Measured on Orthanc 1.9.1 to 1.13.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.character_sets import CODECS, character_set_of, encode
from ..dicom.element import SPECIFIC_CHARACTER_SET, TEXT_VRS, Dataset, Element, format_tag
from ..dicom.padding import padded
from ..dicom.text import element_text
from ..dictionary import Dictionary
from ..dictionary.dictionary import written_vr
from ..errors import OrthancError
from ..modification.rules import ModificationRelease
from ..modification.values import ValueEncoder
from ..store.level import LEVELS, Level
from ..store.modules import MODULES

QUERY_RETRIEVE_LEVEL = 0x00080052
ACCESSION_NUMBER = 0x00080050
PATIENT_ID = 0x00100020

#: What is always asked for, empty, at each level.
DEFAULT_KEYS: Mapping[Level, tuple[int, ...]] = {
    Level.PATIENT: (PATIENT_ID,),
    Level.STUDY: (ACCESSION_NUMBER, PATIENT_ID, 0x0020000D),
    Level.SERIES: (ACCESSION_NUMBER, PATIENT_ID, 0x0020000D, 0x0020000E),
    Level.INSTANCE: (0x00080018, ACCESSION_NUMBER, PATIENT_ID, 0x0020000D, 0x0020000E),
}

#: Beside those of the modules, what a normalized query may ask for.
COUNTED: Mapping[Level, frozenset[int]] = {
    Level.PATIENT: frozenset({0x00201200, 0x00201202, 0x00201204}),
    Level.STUDY: frozenset({0x00080061, 0x00080062, 0x00201206, 0x00201208}),
    Level.SERIES: frozenset({0x00201209}),
    Level.INSTANCE: frozenset(),
}

#: The text of a level in an identifier.
LEVEL_TEXTS = {level: "IMAGE" if level is Level.INSTANCE else level.value.upper() for level in LEVELS}

DATE_VRS = frozenset({"DA", "DT", "TM"})


def kept_keys(level: Level) -> frozenset[int]:
    """The keys that a normalized query of a level has."""
    found = frozenset({SPECIFIC_CHARACTER_SET})
    for above in LEVELS[: level.depth + 1]:
        found |= MODULES[above] | COUNTED[above]
    return found | set(DEFAULT_KEYS[level])


@dataclass(frozen=True, eq=False, repr=False)
class Identifiers:
    """Makes the data sets of requests, and reads those of answers, in the server's own character set."""

    dictionary: Dictionary
    release: ModificationRelease

    @property
    def codec(self) -> str:
        return self.release.dicom.text.default_codec

    @property
    def term(self) -> str:
        """The defined term of the server's own character set."""
        if self.codec == "ascii":
            return "ISO_IR 6"
        return next(
            (term for term, known in CODECS.items() if known == self.codec and "2022" not in term), "ISO_IR 100"
        )

    def element(self, tag: int, text: str) -> Element:
        """An element with a text; a private one is UN, whatever "Dictionary" says (measured)."""
        if tag & 0x10000:
            return Element(tag, "UN", padded(encode(text, self.codec), "UN"))
        vr = self.dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
        written = written_vr(tag, vr)
        if not text:
            return Element(tag, written)
        try:
            encoder = ValueEncoder(self.dictionary, self.release, interprets_data_uris=False)
            return Element(tag, written, encoder.encode(tag, vr, text, self.codec))
        except OrthancError:
            return Element(tag, written)

    def dataset(self, texts: Mapping[int, str]) -> Dataset:
        """A data set that names its character set."""
        dataset = Dataset()
        dataset.put(self.element(SPECIFIC_CHARACTER_SET, self.term))
        for tag, text in texts.items():
            dataset.put(self.element(tag, text))
        return dataset

    def from_json(self, members: Mapping[str, Any]) -> Dataset:
        """A worklist query, sequences included."""
        dataset = Dataset()
        for name, value in members.items():
            tag = self.dictionary.tag(name)
            if isinstance(value, list):
                items = [self.from_json(item) for item in value if isinstance(item, Mapping)]
                dataset.put(Element(tag, "SQ", items=items))
            else:
                dataset.put(self.element(tag, str(value)))
        return dataset

    def answer(self, dataset: Dataset) -> Dataset:
        """An answer as it is kept: no sequences, private elements without their values, UN left out (measured)."""
        kept = Dataset()
        character_set = character_set_of(dataset, self.release.dicom.text)
        for element in dataset:
            if element.items is not None or element.vr == "UN":
                continue
            if element.is_private:
                kept.put(Element(element.tag, "OB"))
            elif element.vr in TEXT_VRS:
                text = element_text(element, character_set, element.vr) or ""
                kept.put(Element(element.tag, element.vr, padded(encode(text, self.codec), element.vr)))
            else:
                kept.put(element)
        kept.put(self.element(SPECIFIC_CHARACTER_SET, self.term))
        return kept

    def text(self, dataset: Dataset, tag: int) -> str:
        """The text of an element, "" without one."""
        element = dataset.get(tag)
        if element is None or element.items is not None:
            return ""
        return element_text(element, character_set_of(dataset, self.release.dicom.text), element.vr) or ""


def normalized(level: Level, asked: Mapping[int, str]) -> tuple[dict[int, str], list[Diagnostic]]:
    """The keys that a query sends of those that were asked for, and what is told of the others."""
    kept = kept_keys(level)
    ignored = [
        Diagnostic(
            "key-ignored",
            f"a key was ignored by the server: ({format_tag(tag)}) is none of a query at {level.value} level",
            'send it with "Normalize": false'
            + (", as UN: what the other server then does, it decides" if tag & 0x10000 else ""),
            format_tag(tag),
        )
        for tag, text in asked.items()
        if tag not in kept and tag != QUERY_RETRIEVE_LEVEL and text
    ]
    return {tag: text for tag, text in asked.items() if tag in kept}, ignored


def fixed(
    texts: Mapping[int, str], manufacturer: str, dictionary: Dictionary, defaults: Iterable[int]
) -> dict[int, str]:
    """The keys as a manufacturer takes them."""
    found = dict(texts)
    if manufacturer == "GE":
        found |= {tag: "*" for tag in defaults if not found.get(tag)}
    if manufacturer in ("GenericNoUniversalWildcard", "GenericNoWildcardInDates"):
        for tag, text in texts.items():
            vr = dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
            if text == "*" and (manufacturer == "GenericNoUniversalWildcard" or vr in DATE_VRS):
                found[tag] = ""
    return found
