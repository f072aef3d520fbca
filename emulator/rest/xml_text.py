"""An answer as XML, for who accepts nothing else: made of the JSON, and not always well-formed.

Measured on Orthanc 1.9.1 to 1.13.0: the names of members are written as they are, such as `<0008,0018>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..dicom.native_model import escaped, value_text

XML_CONTENT_TYPE = "application/xml; charset=utf-8"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def accepts_xml(accept: str) -> bool:
    """Whether a header "Accept" asks for XML: what stands before its first parameter is this, and nothing else."""
    return accept.partition(";")[0] == "application/xml"


def xml_text(value: Any, *, shortens_empty: bool) -> str:
    """The XML of an answer; `shortens_empty` writes an empty text as `<Name />` (1.13.0)."""
    return HEAD + "".join(f"{line}\n" for line in element("root", value, "", shortens_empty))


def element(name: str, value: Any, blanks: str, shortens_empty: bool) -> Iterator[str]:
    """The lines of a value; the members of an array are items."""
    if isinstance(value, (Mapping, list, tuple)):
        if not value:
            yield f"{blanks}<{name} />"
            return
        yield f"{blanks}<{name}>"
        for member, inner in members(value):
            yield from element(member, inner, blanks + "  ", shortens_empty)
        yield f"{blanks}</{name}>"
    elif value == "" and shortens_empty:
        yield f"{blanks}<{name} />"
    else:
        yield f"{blanks}<{name}>{scalar(value)}</{name}>"


def members(value: Mapping[str, Any] | list[Any] | tuple[Any, ...]) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return ((name, value[name]) for name in sorted(value))
    return (("item", item) for item in value)


def scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return escaped(value_text(value))
