"""The body of a modify request -> a ModificationRequest, checked in the server's order.

Measured on Orthanc 1.10.1 and 1.12.7: of several errors in a body the server reports the first in this order:
Force, RemovePrivateTags, KeepLabels, Remove (as listed), Replace (keys in alphabetical order), Keep (as listed),
PrivateCreator. "Transcode" comes later, see `transcoding.parse_transcode`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..dicom.element import format_tag
from ..dicom.text_order import in_bytes
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from .rules import ModificationRelease
from .tag_path import TagPath, parse_tag_path

IDENTIFIER_TAGS = frozenset(level.identifier_tag for level in LEVELS)


class ModificationRequest(NamedTuple):
    """What a modify request asks for.

    `replace` holds JSON values by path; what is kept is neither in it nor in `remove`. `private_creator` is None where
    the body names none, so that the configuration's DefaultPrivateCreator holds.
    """

    replace: Mapping[TagPath, Any]
    remove: tuple[TagPath, ...]
    keep: frozenset[TagPath]
    remove_private_tags: bool
    force: bool
    private_creator: str | None
    keep_labels: bool = False
    transcode: str | None = None

    def replaced(self, tag: int) -> bool:
        return TagPath((), tag) in self.replace

    def kept(self, tag: int) -> bool:
        return TagPath((), tag) in self.keep

    def names(self, paths: Iterable[TagPath]) -> bool:
        """Whether one of these is replaced or kept."""
        return not (self.replace.keys().isdisjoint(paths) and self.keep.isdisjoint(paths))

    def paths(self) -> Iterator[TagPath]:
        """Every tag that the request names."""
        yield from self.replace
        yield from self.remove
        yield from self.keep

    def in_place(self) -> bool:
        """Whether every UID and the PatientID stay, so that the copies come in the place of their sources."""
        uids = (Level.STUDY, Level.SERIES, Level.INSTANCE)
        return all(self.kept(level.identifier_tag) for level in uids) and not self.replaced(
            Level.PATIENT.identifier_tag
        )


def parse_modification(body: Any, dictionary: Dictionary, release: ModificationRelease) -> ModificationRequest:
    """Reads the body of a modify request.

    At the top level Keep goes before Replace, and both before Remove: what loses is not even checked further.
    Raises OrthancError as the server does: Bad file format for a wrong option, Bad request for a wrong list or a
    missing Force, Unknown DICOM tag for a name.
    """
    if not isinstance(body, Mapping):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT)
    reader = BodyReader(body, dictionary, release)
    force = reader.boolean("Force")
    return reader.request(force=force, remove_private_tags=reader.boolean("RemovePrivateTags"))


def is_length(path: TagPath) -> bool:
    """Whether a path names a group length, which the server counts itself and never takes from a request."""
    return path.tag & 0xFFFF == 0


class BodyReader:
    """Reads the members of a body, each with the server's error."""

    def __init__(self, body: Mapping[str, Any], dictionary: Dictionary, release: ModificationRelease) -> None:
        self.body = body
        self.dictionary = dictionary
        self.release = release

    def request(
        self, *, force: bool, remove_private_tags: bool, unless_named: Mapping[TagPath, Any] | None = None
    ) -> ModificationRequest:
        """The request that the members of the body make.

        `unless_named` are the values of tags that the body neither removes nor replaces nor keeps.
        """
        keep_labels = self.release.modification.has_keep_labels and self.boolean("KeepLabels")
        remove = self.listed("Remove", "removed", force=force)
        replacements = {path: value for path, value in (unless_named or {}).items() if path not in remove}
        replacements.update(self.replacements(force=force))
        keep = frozenset(self.listed("Keep", "kept", force=force))
        kept = {path for path in keep if not path.nested}
        if remove:
            kept_or_replaced = kept | {path for path in replacements if not path.nested}
            remove = [path for path in remove if path not in kept_or_replaced]
        return ModificationRequest(
            {path: value for path, value in replacements.items() if path not in kept and not is_length(path)},
            tuple(remove),
            keep,
            remove_private_tags=remove_private_tags,
            force=force,
            private_creator=self.string("PrivateCreator"),
            keep_labels=keep_labels,
        )

    def boolean(self, name: str) -> bool:
        value = self.body.get(name, False)
        if not isinstance(value, bool):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f'Member "{name}" should be a Boolean value')
        return value

    def string(self, name: str) -> str | None:
        value = self.body.get(name)
        if name in self.body and not isinstance(value, str):
            raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"String value expected in field: {name}")
        return value

    def listed(self, name: str, participle: str, *, force: bool) -> list[TagPath]:
        """The tags of "Remove" or "Keep"."""
        tags = self.body.get(name, [])
        if not isinstance(tags, list):
            raise OrthancError(ErrorCode.BAD_REQUEST)
        listed = []
        for text in tags:
            if not isinstance(text, str):
                raise OrthancError(ErrorCode.BAD_REQUEST)
            listed.append(self.path(text, participle, force=force))
        return listed

    def replacements(self, *, force: bool) -> dict[TagPath, Any]:
        """The tags of "Replace" with their values; of two spellings of one tag the last in the alphabet counts."""
        values = self.body.get("Replace", {})
        if not isinstance(values, Mapping):
            raise OrthancError(ErrorCode.BAD_REQUEST)
        return {self.path(text, "replaced", force=force): values[text] for text in sorted(values, key=in_bytes)}

    def path(self, text: str, participle: str, *, force: bool) -> TagPath:
        path = parse_tag_path(text, self.dictionary, self.release)
        if not force and not path.parents and path.tag in IDENTIFIER_TAGS:
            raise OrthancError(
                ErrorCode.BAD_REQUEST,
                f'Marking tag "{text}" as to be {participle} requires the "Force" option to be set to true',
            )
        return path


def bad_parameter_type(tag: int) -> OrthancError:
    return OrthancError(ErrorCode.BAD_PARAMETER_TYPE, f"Bad Parameter type for tag {format_tag(tag)}")
