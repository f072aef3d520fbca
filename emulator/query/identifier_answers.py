"""The answers to one C-FIND: every key that was asked for, as the index or a file has it (PS3.4 section C.4.1).

What a key needs (its level, its VR) is looked up once for all answers: a C-FIND of many studies takes its time here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..dicom.character_sets import CODECS, character_set_of, encode
from ..dicom.element import SPECIFIC_CHARACTER_SET, Dataset, Element
from ..dicom.padding import SPACE_PADDED_VRS, padded
from ..dicom.text import element_text
from ..dicom.views import shown_vr
from ..dictionary.dictionary import written_vr
from ..errors import ErrorCode, OrthancError
from ..modification.values import ValueEncoder
from ..store.level import Level
from ..store.main_tags import main_tag
from ..store.resource import Resource
from .computed import COMPUTED, FILE_META_GROUP, NEVER_THERE, SOP_CLASS_UID, computed_text
from .placement import index_level, index_level_upwards

if TYPE_CHECKING:
    from .execution import Execution
    from .identifiers import Identifier, Identifiers

QUERY_RETRIEVE_LEVEL = 0x00080052
RETRIEVE_AE_TITLE = 0x00080054
INSTANCE_AVAILABILITY = 0x00080056

#: Keys that are never compared, and that an answer has of its own.
NO_CONSTRAINTS = frozenset({SPECIFIC_CHARACTER_SET, QUERY_RETRIEVE_LEVEL})

#: Keys that are answered empty, whatever a file has.
ALWAYS_EMPTY = NEVER_THERE | {0x00880130}

#: What a key is answered with for a resource, None where it is left out.
Answered = Callable[[Resource], Element | None]

#: Makes the element that answers a key of a text, None where it is left out.
MakesElement = Callable[[str], Element | None]


class Answers:
    """Answers the keys of one identifier, for one resource after the other; `read`: the instances that were read."""

    def __init__(self, identifiers: Identifiers, identifier: Identifier, execution: Execution) -> None:
        self.configuration = identifiers.configuration
        self.dictionary = identifiers.dictionary
        self.release = identifiers.release
        self.read_dataset = identifiers.read_dataset
        self.level = identifier.level
        self.sample_instance = execution.scan.sample_instance
        self.read: list[Resource] = []
        self.codec = codec = self.release.dicom.text.default_codec
        self.asked = [key for key in identifier.keys if key.tag not in NO_CONSTRAINTS and key.tag & 0xFFFF]
        self.own = (
            Element(SPECIFIC_CHARACTER_SET, "CS", padded(term_of(codec).encode("ascii"), "CS")),
            Element(QUERY_RETRIEVE_LEVEL, "CS", even(encode(identifier.level_name, codec))),
            Element(RETRIEVE_AE_TITLE, "AE", even(encode(identifiers.aet, codec))),
        )
        self.needs_file = any(self.is_of_files_alone(key.tag) for key in self.asked)
        self.answered: list[Answered] = [self.answered_by(key) for key in self.asked]
        self.file: Dataset | None = None  # of the resource that is answered

    def answer(self, resource: Resource) -> Dataset:
        """Every key that was asked for, those without a value empty."""
        answer = Dataset()
        self.file = None
        for element in self.own:
            answer.put(element)
        for answered in self.answered:
            element_or_none = answered(resource)
            if element_or_none is not None:
                answer.put(element_or_none)
        return answer

    def answered_by(self, key: Element) -> Answered:
        """Where the answers to a key come from."""
        tag = key.tag
        element = self.element_maker(tag)
        if key.items is not None:
            return partial(self.sequence, tag, element)
        level = index_level_upwards(tag, self.level, self.release)
        if level is not None and tag not in ALWAYS_EMPTY:
            return partial(self.indexed, tag, level, element)
        if tag in COMPUTED:
            if COMPUTED[tag][0] is self.level and (tag != INSTANCE_AVAILABILITY or self.release.query.computes_tags):
                return lambda resource: element(computed_text(tag, resource, self.read_dataset) or "")
            if tag != SOP_CLASS_UID:
                return lambda _: element("")
        if tag in ALWAYS_EMPTY or self.is_in_no_file(tag):
            return lambda _: element("")
        return partial(self.text, tag, element)

    def indexed(self, tag: int, level: Level, element_of: MakesElement, resource: Resource) -> Element | None:
        """What the index has for a key; raises OrthancError for a sequence that has the tag of a text (1.12.7 on)."""
        if tag in resource.ancestor(level).main_sequences and self.release.query.identifiers_refuse_sequences:
            raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
        return element_of(main_tag(resource, level, tag) or "")

    def is_in_no_file(self, tag: int) -> bool:
        """Whether no file is read for a key: up to 1.10.1 for one of a lower level, unless another key needs it."""
        if not self.release.query.identifiers_leave_out_lower_levels or self.needs_file:
            return False
        return index_level(tag, self.level, self.release) is not None

    def sequence(self, tag: int, element_of: MakesElement, resource: Resource) -> Element | None:
        """What answers a key that is a sequence: that of the file, also where the index has a text for it.

        Raises OrthancError for one that the dictionary has in another VR, as the server does.
        """
        rules = self.release.query
        element = self.file_of(resource).get(tag)
        if element is None or element.items is None:
            return element_of("") if rules.identifiers_complete_sequences else None
        if not rules.identifiers_return_sequences:
            return None
        if self.vr(tag) != "SQ":
            raise OrthancError(ErrorCode.INTERNAL_ERROR)
        return Element(tag, "SQ", items=[*element.items])

    def text(self, tag: int, element_of: MakesElement, resource: Resource) -> Element | None:
        """What answers a key that is no sequence: the text of the file, nothing for a sequence, which later fails."""
        dataset = self.file_of(resource)
        element = dataset.get(tag)
        if element is None:
            return element_of("")
        if element.items is not None:
            if self.release.query.identifiers_refuse_sequences:
                raise OrthancError(ErrorCode.BAD_PARAMETER_TYPE)
            return element_of("")
        vr = shown_vr(dataset, tag, self.dictionary, self.release.dicom.text)
        return element_of(element_text(element, character_set_of(dataset, self.release.dicom.text), vr) or "")

    def file_of(self, resource: Resource) -> Dataset:
        """The dataset of the instance that stands for a resource; empty where no file may be read."""
        if self.configuration.storage_access_on_find == "Never":
            return Dataset()
        if self.file is None:
            instance = resource if resource.level is Level.INSTANCE else self.sample_instance(resource)
            self.read.append(instance)
            self.file = self.read_dataset(instance)
        return self.file

    def tags_in_files(self) -> tuple[int, ...]:
        """The keys that are answered from files."""
        return tuple(
            key.tag
            for key in self.asked
            if key.tag not in ALWAYS_EMPTY | COMPUTED.keys()
            and index_level_upwards(key.tag, self.level, self.release) is None
            and not self.is_in_no_file(key.tag)
        )

    def is_of_files_alone(self, tag: int) -> bool:
        """Whether no index holds a tag, and nothing computes it, on the releases up to 1.10.1."""
        is_computed = tag in COMPUTED and tag not in (SOP_CLASS_UID, INSTANCE_AVAILABILITY)
        if is_computed or tag == RETRIEVE_AE_TITLE or tag >> 16 == FILE_META_GROUP:
            return False
        return index_level(tag, self.level, self.release) is None

    def vr(self, tag: int) -> str:
        return self.dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)

    def element_maker(self, tag: int) -> MakesElement:
        """Makes elements of texts; private ones are UN, padded with a NUL (measured: also with an entry)."""
        codec = self.codec
        if tag & 0x10000:
            return lambda text: Element(tag, "UN", even(encode(text, codec), b"\0"))
        vr = self.vr(tag)
        empty = Element(tag, written_vr(tag, vr))
        if vr == "SQ":
            return lambda text: None if text else empty
        if vr in SPACE_PADDED_VRS or vr == "UI":  # nearly all
            return lambda text: Element(tag, vr, padded(encode(text, codec), vr)) if text else empty
        return lambda text: self.encoded(tag, vr, text) if text else empty

    def encoded(self, tag: int, vr: str, text: str) -> Element:
        """An element whose value is no text; empty where the text is none of its values."""
        encoder = ValueEncoder(self.dictionary, self.release, interprets_data_uris=False)
        try:
            value = encoder.encode(tag, vr, text, self.codec)
        except OrthancError:
            value = b""
        return Element(tag, written_vr(tag, vr), value)


def even(value: bytes, padding: bytes = b" ") -> bytes:
    return value + padding * (len(value) % 2)


def term_of(codec: str) -> str:
    """The defined term of what is written with a codec: ISO_IR 6 for ASCII."""
    if codec == "ascii":
        return "ISO_IR 6"
    return next((term for term, known in CODECS.items() if known == codec and "2022" not in term), "ISO_IR 100")
