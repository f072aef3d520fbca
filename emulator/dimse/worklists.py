"""Worklists (PS3.4 annex K), as the plugin that all packages ship answers them: from a folder of `.wl` files.

Measured on Orthanc 1.9.1 to 1.13.0 with libModalityWorklists.so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dicom.character_sets import character_set_of, encode
from ..dicom.element import SPECIFIC_CHARACTER_SET, TEXT_VRS, Dataset, Element
from ..dicom.padding import padded
from ..dicom.reader import read_file
from ..dicom.text import element_text, text_of
from ..errors import OrthancError, unhandled
from ..network import worklist_plugin
from ..query.constraint import Constraint, make_constraint
from ..query.identifier_answers import term_of
from .call import Call, RefusedError
from .filtering import filtered
from .statuses import Status

if TYPE_CHECKING:
    from ..server import Server

SCHEDULED_STEPS = 0x00400100
STATION_AE_TITLE = 0x00400001

#: Keys that are no constraint.
NO_CONSTRAINTS = frozenset({SPECIFIC_CHARACTER_SET})


def section(server: Server) -> Mapping[str, Any]:
    return worklist_plugin.section(server.configuration.options)


def find_worklist(call: Call) -> None:
    """Answers each file that matches; one more than LimitAnswers comes before the status that tells of it."""
    keys = call.dataset()
    if not len(keys):
        raise RefusedError("an identifier without a key")
    call.level = "WORKLIST"
    call.fail()
    try:
        keys = filtered(call, "worklist", keys)
        limit = int(section(call.server).get("LimitAnswers", 0))
        for sent, answer in enumerate(answers(call, keys), 1):
            call.respond(Status.PENDING, answer)
            if limit and sent > limit:
                call.respond(Status.CANCEL)
                return
    except OrthancError:
        call.unable()
        return
    call.respond(Status.SUCCESS)


def answers(call: Call, keys: Dataset) -> Iterator[Dataset]:
    """The answers in the order of the folder; raises OrthancError for keys that the server refuses."""
    server = call.server
    matcher = Matcher(server)
    constraints = matcher.constraints(keys)
    if section(server).get("FilterIssuerAet") is True:
        steps = keys.get(SCHEDULED_STEPS)
        if steps is not None and not steps.items:
            raise unhandled()  # measured: the filter needs an item
        constraints = [(path, one) for path, one in constraints if one is None or not one.tag & 0x10000]
        constraints.append(((SCHEDULED_STEPS,), matcher.constraint(STATION_AE_TITLE, call.calling_aet)))
    has_private = any(key.tag & 0x10000 for key in keys)
    for path in sorted(Path(str(section(server).get("Database", "."))).glob("*")):
        if path.suffix.lower() != ".wl" or not path.is_file():
            continue
        try:
            dataset = read_file(path.read_bytes(), server.dictionary, server.release.dicom.files).dataset
        except (OrthancError, OSError):
            continue  # measured: told in the log, and passed over
        if all(matcher.matches(dataset, path_to, one) for path_to, one in constraints):
            if has_private and server.release.dimse.refuses_private_worklist_keys:
                raise unhandled()
            yield matcher.answer(dataset, keys)


class Matcher:
    """Compares worklist files with keys, in items of sequences, too."""

    def __init__(self, server: Server) -> None:
        self.dictionary = server.dictionary
        self.release = server.release
        self.codec = server.release.dicom.text.default_codec

    def constraints(self, keys: Dataset, path: tuple[int, ...] = ()) -> list[tuple[tuple[int, ...], Constraint | None]]:
        """Each key that has a value, with the sequences that lead to it."""
        found: list[tuple[tuple[int, ...], Constraint | None]] = []
        for key in keys:
            if key.tag in NO_CONSTRAINTS or not key.tag & 0xFFFF:
                continue
            if key.items is not None:
                for item in key.items:
                    found += self.constraints(item, (*path, key.tag))
                continue
            text = self.text(keys, key)
            if text:
                found.append((path, self.constraint(key.tag, text)))
        return found

    def constraint(self, tag: int, text: str) -> Constraint | None:
        vr = self.dictionary.value_representation(tag >> 16, tag & 0xFFFF, None)
        name = f"{tag >> 16:04x},{tag & 0xFFFF:04x}"
        return make_constraint(name, text, self.dictionary, self.release, case_sensitive=vr != "PN")

    def text(self, dataset: Dataset, element: Element) -> str | None:
        vr = self.dictionary.value_representation(element.tag >> 16, element.tag & 0xFFFF, None)
        return element_text(element, character_set_of(dataset, self.release.dicom.text), vr)

    def matches(self, dataset: Dataset, path: tuple[int, ...], constraint: Constraint | None) -> bool:
        """Whether a data set, or an item that the path leads to, matches."""
        if constraint is None:
            return True
        if path:
            element = dataset.get(path[0])
            items = (element.items or ()) if element is not None else ()
            return any(self.matches(item, path[1:], constraint) for item in items)
        element = dataset.get(constraint.tag)
        return element is not None and constraint.matches_text(self.text(dataset, element))

    def answer(self, dataset: Dataset, keys: Dataset) -> Dataset:
        """The keys that the file has, its texts in the server's own character set."""
        answer = self.part(dataset, keys, character_set_of(dataset, self.release.dicom.text))
        term = term_of(self.codec).encode("ascii")
        answer.put(Element(SPECIFIC_CHARACTER_SET, "CS", padded(term, "CS")))
        return answer

    def part(self, dataset: Dataset, keys: Dataset, character_set: Any) -> Dataset:
        part = Dataset()
        for key in keys:
            element = dataset.get(key.tag)
            if element is None or key.tag == SPECIFIC_CHARACTER_SET:
                continue
            if key.items is not None and element.items is not None:
                asked = key.items[0] if key.items and len(key.items[0]) else None
                items = [self.part(item, item if asked is None else asked, character_set) for item in element.items]
                part.put(Element(key.tag, "SQ", items=items))
            elif key.tag & 0x10000:  # measured: found by, and answered empty
                part.put(Element(key.tag, "LO" if element.is_private_creator else "UN"))
            elif element.vr in TEXT_VRS:
                text = text_of(element.value, element.vr, character_set)
                part.put(Element(key.tag, element.vr, padded(encode(text, self.codec), element.vr)))
            else:
                part.put(element)
        return part
