"""The documented contract: a file is not created with a tag that the dictionary does not know, at any depth.

Real servers write such a tag as UN, which no view shows by its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..dictionary import Dictionary
from ..modification.unknown_tags import check_written, is_private, tags_in


def check_tags(body: Mapping[str, Any], dictionary: Dictionary, private_creator: str) -> None:
    """Refuses what is given in "Tags", or for one of several contents, and not known under the private creator.

    Raises OrthancError (Unknown DICOM tag, 400) whose details say how to mend the request.
    """
    for tags in given_tags(body):
        for name in sorted(tags):
            for tag in (dictionary.tag(name), *tags_in(tags[name], dictionary)):
                check_written(tag, dictionary, private_creator)


def check_simple_tags(body: Mapping[str, Any], dictionary: Dictionary) -> None:
    """The same for a body without "Tags": its private tags are left to the server's own error."""
    for name in sorted(body):
        tag = dictionary.tag(name)
        if not is_private(tag):
            check_written(tag, dictionary, "")


def given_tags(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each object of tags in a body."""
    content = body.get("Content")
    for holder in (body, *(content if isinstance(content, list) else ())):
        tags = holder.get("Tags") if isinstance(holder, Mapping) else None
        if isinstance(tags, Mapping):
            yield tags
