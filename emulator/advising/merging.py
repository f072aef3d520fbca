"""Writes lines into a configuration's section "Dictionary", all else of the file, comments too, as it is."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..configuration.configuration import Configuration, files_of
from ..errors import OrthancError
from ..json.positions import TOKEN, unquoted
from ..releases import Release
from .suggestion import Line, lines_text

SECTION = "Dictionary"

#: What is neither a comment nor blank.
SIGNIFICANT = re.compile(TOKEN.pattern + r"|(?P<comma>,)|(?P<other>[^\s\"{}\[\]:,/]+|/)", re.DOTALL | re.VERBOSE)


class CannotMergeError(OSError):
    """A file into which no lines can be written; nothing of it was changed."""


def write_into(configuration: Path, lines: Sequence[Line], releases: Sequence[Release]) -> Path:
    """Adds lines to a configuration's file, or to the one of a folder that has the section; makes a file where none is.

    The file is replaced in one step, once the releases have read the new text. Gives its path; raises OSError and
    CannotMergeError, and then nothing was written.
    """
    path = file_with_section(configuration)
    if path.exists():
        raw = path.read_bytes()
        mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
        try:
            text = raw[len(mark) :].decode("utf-8")
        except UnicodeDecodeError:
            raise CannotMergeError(f"{path}: is not UTF-8; nothing was written") from None
        merged = mark + merged_text(text, lines, str(path)).encode("utf-8")
    else:
        merged = f'{{\n  "{SECTION}": {{\n{lines_text(lines)}  }}\n}}\n'.encode()
    replace_file(path, merged, releases)
    return path


def file_with_section(configuration: Path) -> Path:
    files = files_of(configuration)
    if not configuration.is_dir():
        return configuration
    for file in files:
        if section_span(file.read_text(encoding="utf-8-sig", errors="replace")) is not None:
            return file
    return configuration / "dictionary.json"


def replace_file(path: Path, data: bytes, releases: Sequence[Release]) -> None:
    path = path.resolve()  # a link stays one
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".json", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        for release in releases:
            try:
                Configuration.load(temporary, release)
            except OrthancError as error:
                raise CannotMergeError(f"{path}: could not be merged ({error}); nothing was written") from None
        if path.exists():
            os.chmod(temporary, path.stat().st_mode & 0o7777)
        else:
            os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def merged_text(text: str, lines: Sequence[Line], path: str = "the configuration") -> str:
    """A configuration's text with lines at the end of its section, or with a section at its own end."""
    if not lines:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    span = section_span(text)
    if span is not None:
        indent = indent_of(text, span[0]) or "    "
        return inserted(text, *span, lines_text(lines, indent, newline), newline)
    root = object_span(text, 0, len(text))
    if root is None:
        raise CannotMergeError(f"{path}: is no JSON object; nothing was written")
    indent = indent_of(text, root[0]) or "  "
    body = lines_text(lines, indent * 2, newline)
    return inserted(text, *root, f'{indent}"{SECTION}": {{{newline}{body}{indent}}}{newline}', newline)


def inserted(text: str, start: int, end: int, addition: str, newline: str) -> str:
    """The text with an addition before the brace at `end` of the object that begins behind `start`."""
    last = None
    for token in tokens(text, start, end):
        last = token
    if last is None:
        before, rest = text[:start], text[start:end]
    elif last.group() == ",":
        before, rest = text[: last.end()], text[last.end() : end]
    else:
        before, rest = text[: last.end()] + ",", text[last.end() : end]
    behind = text[end:]
    if "\n" not in rest:
        rest = f"{rest.rstrip()}{newline}"
        return f"{before}{rest}{addition}{own_indent(text, start)}{behind}"
    head, _, tail = rest.rpartition("\n")
    if tail.strip():  # a comment before the brace
        return f"{before}{rest.rstrip()}{newline}{addition}{behind}"
    return f"{before}{head}\n{addition}{tail}{behind}"


def tokens(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """What is neither a comment nor blank between two positions."""
    return (token for token in SIGNIFICANT.finditer(text, start, end) if token.lastgroup != "comment")


def section_span(text: str) -> tuple[int, int] | None:
    """Where the last section "Dictionary" begins, behind its brace, and ends, before the other one."""
    root = object_span(text, 0, len(text))
    if root is None:
        return None
    found = None
    depth, key = 0, ""
    awaits = False
    for token in tokens(text, *root):
        what = token.group()
        if awaits and what == "{" and not depth and key == SECTION:
            found = object_span(text, token.start(), root[1])
        awaits = what == ":" and not depth
        if token.lastgroup == "string" and not depth:
            key = unquoted(what)
        elif token.lastgroup == "bracket":
            depth += 1 if what in "{[" else -1
    return found


def object_span(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The inside of the object that begins at or behind `start`, None where there is none, or it does not end."""
    depth, inside = 0, None
    for token in tokens(text, start, end):
        if token.lastgroup != "bracket":
            if inside is None:
                return None
            continue
        depth += 1 if token.group() in "{[" else -1
        if inside is None:
            if token.group() != "{":
                return None
            inside = token.end()
        elif not depth:
            return inside, token.start()
    return None


def indent_of(text: str, start: int) -> str:
    """The indent of the first line of an object that has one."""
    found = re.compile(r"\n([ \t]+)(?=[\"/])").search(text, start)
    return found[1] if found else ""


def own_indent(text: str, position: int) -> str:
    line = text[text.rfind("\n", 0, position) + 1 : position]
    return line[: len(line) - len(line.lstrip(" \t"))]
