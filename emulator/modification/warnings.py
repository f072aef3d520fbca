"""What an app would regret of a modify, an anonymize or a create: pure functions of the files before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.character_sets import DEFAULT_TERMS, encode
from ..dicom.element import SPECIFIC_CHARACTER_SET, TEXT_VRS, Dataset, Element, format_tag, plain_text
from ..dicom.rules import DEFAULT_CODEC
from ..dicom.warnings import reserved_by
from ..dicom.writer import UNWRITTEN_GROUPS
from ..dictionary import Dictionary
from ..dictionary.advice import likeliest, line_to_register
from ..dictionary.tag_text import PLAIN_TAG, parse_tag
from ..dictionary.warnings import LAST_OFFSET, name_warnings
from .blocks import where_to_write
from .elements import ElementMaker
from .request import ModificationRequest
from .rules import ModificationRelease
from .tag_path import TagPath, path_text
from .takeovers import takeovers
from .values import DATA_URI

#: What a file without SpecificCharacterSet is read as by nearly all programs.
USUAL_CODECS = frozenset({"ascii", DEFAULT_CODEC})


def body_warnings(
    body: Mapping[str, Any], dictionary: Dictionary, release: ModificationRelease
) -> Iterator[Diagnostic]:
    """The warnings of how a body, parsed without an error, names its tags."""
    for text in names_in_body(body):
        if is_plain(text):
            continue
        *parents, last = text.split(".") if release.modification.reads_tag_paths and "[" in text else [text]
        tag = parse_tag(text)
        if not release.modification.reads_tag_paths and "[" in text and tag is not None:
            yield Diagnostic(
                "path-not-read",
                f'"{text}" is read as {format_tag(tag)}: the whole sequence is replaced or removed',
                "give the whole sequence as an array of objects, or use a release that reads paths, from 1.10 on",
                format_tag(tag),
            )
        steps = [step.partition("[")[0] for step in (*parents, last)]
        yield from name_warnings([step.strip() for step in steps if not step.startswith("(")], dictionary)


def is_plain(text: str) -> bool:
    """Whether a text is a number, as most are, that can't be mistaken for another."""
    plain = PLAIN_TAG.match(text)
    return plain is not None and not (int(plain[1], 16) % 2 and 0 < int(plain[2], 16) <= LAST_OFFSET)


def names_in_body(body: Mapping[str, Any]) -> Iterator[str]:
    """The tags that the members "Replace", "Remove" and "Keep" name, those in items included."""
    yield from names_in(body.get("Replace"))
    for member in ("Remove", "Keep"):
        yield from body.get(member, ())


def names_in(value: Any) -> Iterator[str]:
    """The keys of an object of tags, and those of the objects in its arrays, at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name
            for item in inner if isinstance(inner, list) else ():
                yield from names_in(item)


class EditPitfalls:
    """Finds the warnings of one request in the files that it made. `elements` made the elements that it wrote."""

    def __init__(self, request: ModificationRequest, elements: ElementMaker) -> None:
        self.request = request
        self.elements = elements

    def of(self, source: Dataset, edited: Dataset, codec: str) -> Iterator[Diagnostic]:
        """The warnings of one file; `codec` is Python's for the values written into it."""
        declared = is_declared(codec, edited)
        for path, value in self.request.replace.items():
            if path.tag >> 16 in UNWRITTEN_GROUPS or path.tag & 0xFFFF == 0:
                continue
            found = False
            for dataset in path.datasets(edited):
                element = dataset.get(path.tag)
                if element is not None:
                    found = True
                    where = path_text(path)
                    yield from written(dataset, element, value, self.elements, codec, where, declared=declared)
            if path.tag & 0x10000 and 0x10 <= path.tag & 0xFFFF <= 0xFF:
                yield from takeovers(self.request, path, source, edited, self.elements)
            if not found and path.nested:
                yield Diagnostic(
                    "path-without-effect",
                    f"no item of the file is at {path_text(path)}: the value is written nowhere",
                    "look at /tags for the sequences of the file; replace the whole sequence to make an item",
                    path_text(path),
                )
        yield from self.orphans(source, edited)

    def orphans(self, source: Dataset, edited: Dataset) -> Iterator[Diagnostic]:
        """The blocks that have lost their creator element, while elements of them stay."""
        if not lost_creators(source, edited):  # as nearly always; to ask each private element takes a third of a modify
            return
        seen: set[int] = set()
        for element in edited:
            tag = element.tag
            creator = tag & 0xFFFF0000 | tag >> 8 & 0xFF
            if not element.is_private or tag & 0xFFFF < 0x1000 or creator in seen or self.request.replaced(tag):
                continue
            if edited.creator_element(tag) is not None or source.creator_element(tag) is None:
                continue
            seen.add(creator)
            is_removed = TagPath((), creator) in self.request.remove
            keep = f'add "{format_tag(creator)}" to "Keep"'
            yield Diagnostic(
                "private-creator-removed",
                f"the creator element {format_tag(creator)} is gone and {format_tag(tag)} stays: an orphan, without "
                "name and entry",
                f'leave it out of "Remove", or remove "{format_tag(tag)}" and the like, too' if is_removed else keep,
                format_tag(creator),
            )


def lost_creators(source: Dataset, edited: Dataset) -> list[int]:
    """The creator elements that a file had before it was edited, and has no more."""
    return [
        tag
        for tag in source.elements
        if tag & 0x10000 and 0x10 <= tag & 0xFFFF <= 0xFF and (tag not in edited or tag in edited.late_creators)
    ]


def is_declared(codec: str, dataset: Dataset) -> bool:
    """Whether other programs read the texts of a file by this codec: it names its character set, or need not."""
    if codec in USUAL_CODECS:
        return True
    named = dataset.get(SPECIFIC_CHARACTER_SET)
    return named is not None and plain_text(named.value) != ""


def written(
    dataset: Dataset,
    element: Element,
    value: Any,
    elements: ElementMaker,
    codec: str,
    path: str,
    *,
    declared: bool = True,
) -> Iterator[Diagnostic]:
    """The warnings of one element that a JSON value was written as, and of those in its items; see `is_declared`."""
    yield from written_warnings(dataset, element, elements, path)
    yield from foreign_characters(element, value, codec, path, declared=declared)
    if element.items is None or not isinstance(value, list):
        return
    for index, (item, given) in enumerate(zip(element.items, value, strict=False)):
        texts = {elements.dictionary.tag(name): text for name, text in sorted(given.items(), reverse=True)}
        for inner in item:
            inner_path = f"{path}[{index}].{format_tag(inner.tag)}"
            yield from written(item, inner, texts.get(inner.tag), elements, codec, inner_path, declared=declared)


def written_warnings(dataset: Dataset, element: Element, elements: ElementMaker, path: str) -> Iterator[Diagnostic]:
    """What is wrong with the VR and the place of an element that a request wrote into a dataset."""
    tag, number, is_private = element.tag, element.tag & 0xFFFF, element.tag & 0x10000
    if is_private and 0x10 <= number <= 0xFF and tag >= 0x00090000:
        yield from creator_written(element, elements.private_creator, path)
        return
    if element.vr == "UN" and not has_entry(tag, elements):
        yield written_as_un(dataset, tag, elements, path)
    if not is_private or number < 0x0100:  # those below are told by their names
        return
    creator = reserved_by(dataset, tag)
    if creator == elements.private_creator:  # as nearly always
        return
    if creator is None:
        yield outside_block(tag, elements, path)
    elif elements.private_creator:
        meant = meant_creator(dataset, tag, elements)
        yield Diagnostic(
            "other-private-creator",
            f'{format_tag(tag)} is written as an element of "{elements.private_creator}" into the block of "{creator}"',
            f'give the request "PrivateCreator": "{creator}"'
            if meant == creator
            else where_to_write([tag], meant, elements.dictionary, dataset),
            path,
        )


def outside_block(tag: int, elements: ElementMaker, path: str) -> Diagnostic:
    group, number = tag >> 16, tag >> 8 & 0xFF
    block = f"{group:04x},00{number:02x}"
    creator = elements.private_creator
    if creator and elements.dictionary.find(group, number, creator) is not None:
        register = f'replace {block} by "{creator}", too'
    else:
        line = line_to_register(group << 16 | number, elements.dictionary, creator or "CREATOR", name="NameOfTheBlock")
        register = f"register {line}, and replace {block} by that creator, too"
    return Diagnostic(
        "outside-reserved-block",
        f"{format_tag(tag)} is written, but no creator element {block} reserves its block: an orphan",
        f"upload files that have {block}, or let the request add it: {register}",
        path,
    )


def meant_creator(dataset: Dataset, tag: int, elements: ElementMaker) -> str:
    """The creator that a request means: its own where that has an entry for the tag, else the likeliest that has."""
    creator, group, number = elements.private_creator, tag >> 16, tag & 0xFFFF
    if creator and elements.dictionary.find(group, number, creator) is not None:
        return creator
    creators = likeliest(elements.dictionary.creators_of(group, number), creator, reserved_by(dataset, tag))
    return creators[0] if creators else creator


def creator_written(element: Element, private_creator: str, path: str) -> Iterator[Diagnostic]:
    """What is wrong with a creator element that a request wrote: nothing if it reserves the block for its creator."""
    tag, text = format_tag(element.tag), plain_text(element.value)
    if element.vr not in TEXT_VRS:
        happened = f"the creator element {tag} is written as {element.vr}: the block has no creator afterwards"
        entry = f'"{tag}": ["LO", "PrivateCreatorElement", 1, 1, "{private_creator or "CREATOR"}"]'
        advice = f"register it, to reserve the block: {entry}; or leave it out and upload files that have it"
    elif not text:
        happened = f"the creator element {tag} is written empty: the block has no creator afterwards"
        advice = f'give it the text "{private_creator}"'
    elif text != private_creator:
        happened = f'the creator element {tag} is written as "{text}": the block is not "{private_creator}"\'s'
        advice = f'give it the text "{private_creator}", the PrivateCreator of the request'
    else:
        return
    yield Diagnostic("private-creator-overwritten", happened, advice, path)


def has_entry(tag: int, elements: ElementMaker) -> bool:
    """Whether the request's creator gives a tag an entry, so that a UN is the dictionary's own."""
    creator = elements.private_creator if tag & 0x10000 else None
    return creator != "" and elements.dictionary.find(tag >> 16, tag & 0xFFFF, creator) is not None


def written_as_un(dataset: Dataset, tag: int, elements: ElementMaker, path: str) -> Diagnostic:
    text, creator = format_tag(tag), elements.private_creator
    is_private = tag & 0x10000 != 0
    meant = meant_creator(dataset, tag, elements) if is_private else creator
    if meant != creator:
        advice = f'add "PrivateCreator": "{meant}" to the request'
        owner = reserved_by(dataset, tag)
        if owner not in (None, meant):
            where = where_to_write([tag], meant, elements.dictionary, dataset)
            advice += f'; in the file the block of {text} is that of "{owner}": {where}'
    elif is_private:
        line = line_to_register(tag, elements.dictionary, creator or "CREATOR")
        advice = f'register it: "Dictionary": {{{line}}}'
        if not creator:
            advice += ', and add "PrivateCreator" to the request'
    else:
        advice = f'register it: "Dictionary": {{"{text}": ["LO", "NameOfTheTag", 1, 1]}}'
    under = f' of PrivateCreator "{creator}"' if creator else ""
    return Diagnostic(
        "written-as-un", f"{text}{under} has no entry in the dictionary: it is written as UN", advice, path
    )


def foreign_characters(element: Element, value: Any, codec: str, path: str, *, declared: bool) -> Iterator[Diagnostic]:
    """Tells the characters of a text that the character set of the file lacks, and those that none is named for."""
    if not isinstance(value, str) or value.isascii() or (element.vr not in TEXT_VRS and element.vr != "UN"):
        return
    if value.startswith(DATA_URI):
        return
    foreign = [character for character in dict.fromkeys(value) if not character.isascii()]
    lost = "".join(character for character in foreign if not encode(character, codec))
    if lost:
        yield Diagnostic(
            "characters-dropped",
            f'the character set of the file has no "{lost}": left out of the value of {format_tag(element.tag)}',
            'upload files in ISO_IR 192 (UTF-8), or replace "SpecificCharacterSet" and every text with it',
            path,
        )
    if not declared and len(lost) < len(foreign):
        term = DEFAULT_TERMS.get(codec, "")
        others = ""
        if not term.startswith(("ISO_IR", "GB")):  # no file of one character set may have it (PS3.3 section C.12.1.1.2)
            term, others = "ISO_IR 192", ", and every other text of the file that is no ASCII"
        kept = "".join(character for character in foreign if character not in lost)
        yield Diagnostic(
            "characters-undeclared",
            f'"{kept}" is written into {format_tag(element.tag)} in the server\'s DefaultEncoding, and the file '
            "names no character set: other programs read something else",
            f'replace "SpecificCharacterSet" by "{term}", too{others}',
            path,
        )
