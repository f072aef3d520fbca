"""Text as HTML. Answers are foreign input: every text of the page goes through `escaped`."""

from __future__ import annotations

import html
import json
import re
from itertools import zip_longest
from typing import Any

from ..comparing.differences import ABSENT
from ..comparing.normalising import NormalEntry
from ..recorder.layout import laid_out
from ..recorder.packing import packed_elements

LONGEST_ANSWER = 8000
LONGEST_VALUE = 300
DICOM_PARTS = ("meta", "dataset")
#: What HTML can't hold: control characters, shown as escapes, and halves of surrogate pairs.
CONTROL = re.compile("[\0-\x08\x0b-\x1f]")
NO_CHARACTER = re.compile("[\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def escaped(value: Any) -> str:
    """The text as HTML, in an element as well as in an attribute."""
    visible = CONTROL.sub(lambda found: "\\0" if found[0] == "\0" else f"\\x{ord(found[0]):02x}", str(value))
    return html.escape(NO_CHARACTER.sub("�", visible), quote=True)


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]} … ({len(text) - limit} characters more)"


def value_text(value: Any) -> str:
    """One value of a difference."""
    return escaped(shortened(value if value is ABSENT else json.dumps(value, ensure_ascii=False), LONGEST_VALUE))


def request_html(entry: NormalEntry) -> str:
    """The line of a request; of an observation, what was observed."""
    if "observation" in entry:
        return f'<p class="ask">{escaped(entry["observation"])}</p>'
    request = entry["request"]
    body = request["body"] if "body" in request else laid_out(request["json"]) if "json" in request else ""
    text = shortened(body, LONGEST_ANSWER)
    return f'<p class="ask"><b>{escaped(request["method"])}</b> {escaped(request["path"])} {escaped(text)}</p>'


def status_text(entry: NormalEntry | None) -> str:
    if entry is None:
        return "no such request"
    return str(entry["answer"]["status"]) if "answer" in entry else value_text(entry["value"])


def answer_html(entry: NormalEntry | None, opposite: NormalEntry | None = None) -> str:
    """The body of an answer, "" where it has none; the first line in which another differs is marked."""
    text = body_of(entry)
    if not text:
        return ""
    lines = shortened(text, LONGEST_ANSWER).splitlines()
    others = shortened(body_of(opposite), LONGEST_ANSWER).splitlines() if opposite is not None else lines
    pairs = zip_longest(lines, others)
    first = next((number for number, (one, other) in enumerate(pairs) if one != other), len(lines))
    told = [f'<span class="first">{escaped(one)}</span>' if n == first else escaped(one) for n, one in enumerate(lines)]
    return f"<pre>{chr(10).join(told)}</pre>"


def body_of(entry: NormalEntry | None) -> str:
    return "" if entry is None or "answer" not in entry else answer_text(entry["answer"])


def answer_text(answer: dict[str, Any]) -> str:
    headers = [f"{name}: {value}" for name, value in answer["headers"].items() if "json" not in value]
    if "json" in answer:
        body = laid_out(answer["json"])
    elif "dicom" in answer:
        parts = (answer["dicom"].get(name, []) for name in DICOM_PARTS)
        body = "\n".join(line for part in parts for line in element_lines(packed_elements(part), ""))
    else:
        body = str(answer.get("text", answer.get("bytes", "")))
    return "\n".join([*headers, body]).strip()


def element_lines(elements: Any, indent: str) -> list[str]:
    """DICOM elements, a line each, those of a sequence's items indented."""
    if not isinstance(elements, list):
        return [f"{indent}{elements}"]
    lines = []
    for element in elements:
        if isinstance(element, dict) and "tag" not in element:
            ((name, items),) = element.items()
            lines.append(f"{indent}{name}, {len(items)} items")
            lines += [line for item in items for line in element_lines(item, indent + "  > ")]
        else:
            lines.append(f"{indent}{element}")
    return lines
