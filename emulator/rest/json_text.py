"""The JSON of answers, with bytes in it that are no UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dicom.character_sets import unchecked_utf_8, utf_8_bytes
from ..json.printing import json_text

#: How the first of a byte's digits is written that is no UTF-8, and the second half of some surrogate pairs.
ESCAPED_BYTE = "\\udc"


def answer_text(value: Any, indentation: str = "   ") -> str:
    """The text of a JSON answer, bytes in it that are no UTF-8 (kept by "surrogateescape") as the server shows them."""
    text = json_text(value, indentation)
    return json_text(with_readable_texts(value), indentation) if ESCAPED_BYTE in text else text


def with_readable_texts(value: Any) -> Any:
    """The value with texts that are Unicode."""
    if isinstance(value, str):
        return unchecked_utf_8(utf_8_bytes(value))
    if isinstance(value, Mapping):
        return {with_readable_texts(key): with_readable_texts(member) for key, member in value.items()}
    return [*map(with_readable_texts, value)] if isinstance(value, (list, tuple)) else value
