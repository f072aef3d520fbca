"""Orthanc's JSON, read token by token: slower than `lenient`, but it takes what the server takes, and no more.

Measured by starting Orthanc 1.9.1 to 1.13.0 with some 150 configuration files. It tells where an error is, in the words
of the server's log, what was open there, and where a user most likely forgot something.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple, NoReturn

from ..late_pattern import late_pattern
from .rules import JsonRules

#: White space as the server knows it.
BLANKS = late_pattern(r"[ \t\r\n]*")
LINE_BLANKS = late_pattern(r"[^\S\n]*")

TOKEN = late_pattern(
    r"""(?P<comment>//[^\r\n]*|/\*.*?\*/)
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<number>[+-][0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?)
      | (?P<literal>true|false|null)
      | (?P<mark>[{}\[\]:,])""",
    re.DOTALL | re.VERBOSE,
)
ESCAPE = late_pattern(r"\\(?P<letter>.)", re.DOTALL)
HEXADECIMAL = late_pattern(r"[0-9A-Fa-f]{4}")
CONTROL_CHARACTER = late_pattern(r"[\x00-\x1f]")
#: Of more digits no integer is made, which Python would refuse from 4301 on.
MOST_DIGITS = 400
LITERALS = {"true": True, "false": False, "null": None}
ESCAPED = {'"': '"', "/": "/", "\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

MISSING_VALUE = "Syntax error: value, object or array expected."
MISSING_NAME = "Missing '}' or object member name"
MISSING_COLON = "Missing ':' after object member name"
MISSING_COMMA = "Missing ',' or '}' in object declaration"
MISSING_COMMA_IN_ARRAY = "Missing ',' or ']' in array declaration"


#: Those of 1.12.7.
DEFAULT_RULES = JsonRules(refuses_infinity=False, comments_separate=False)

#: What to tell of characters with which nothing begins.
STRANGE = {
    '"': "this text has no closing quotation mark",
    "'": "texts stand between double quotation marks",
    "#": "comments begin with // or stand between /* and */",
}


class Token(NamedTuple):
    """A piece of the text; `kind` is "end" behind its end and "error" where nothing that JSON knows begins."""

    kind: str
    text: str
    start: int
    end: int
    indent: int = 0  # how many blanks its line begins with


class JsonSyntaxError(json.JSONDecodeError):
    """A text that the server can't read.

    `message` is the server's; `line` and `column` count from 1, in characters; `advice` tells the likely reason.
    """

    def __init__(self, message: str, text: str, position: int, advice: str = "") -> None:
        self.message, self.advice = message, advice
        self.line, self.column = place(text, position)
        super().__init__(message, text, position)


class TooDeepError(JsonSyntaxError):
    """Values nested too deeply, of which the server's log tells no place."""


def blanks_at(text: str, position: int) -> int:
    """How many blanks a line begins with, at a position."""
    blanks = LINE_BLANKS.match(text, position)
    return 0 if blanks is None else blanks.end() - position


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position, both from 1; a line ends with CR, LF or both."""
    lines = re.split(r"\r\n|\r|\n", text[:position])
    return len(lines), len(lines[-1]) + 1


def read(text: str, rules: JsonRules = DEFAULT_RULES) -> Any:
    """The value at the start of `text`; what follows it is not looked at. Raises JsonSyntaxError."""
    reader = Reader(text, rules)
    try:
        return reader.value()
    except RecursionError:  # some 480 values within each other: more than any configuration, less than the server takes
        raise TooDeepError("Exceeded stackLimit in readValue().", text, reader.position) from None


class Reader:
    """Reads one text from its start to the end of its first value."""

    def __init__(self, text: str, rules: JsonRules) -> None:
        self.text = text
        self.rules = rules
        self.position = 0
        self.last = Token("start", "", 0, 0)  # the last one that is no comment
        self.open: list[Token] = []
        self.line, self.indent = 0, blanks_at(text, 0)  # where the present line begins, and its blanks
        self.suspicious: tuple[Token, Token] | None = None  # a bracket, and what closes it, indented otherwise

    def token(self) -> Token:
        """The next token, comments included."""
        start = self.behind_blanks()
        if start >= len(self.text):
            token = Token("end", "", start, start, self.indent)
        elif found := TOKEN.match(self.text, start):
            token = Token(found.lastgroup or "", found.group(), start, found.end(), self.indent)
        else:
            token = Token("error", self.text[start], start, start + 1, self.indent)
        self.go_to(token.end)
        return token

    def behind_blanks(self) -> int:
        """Goes on to where the next token begins."""
        match = BLANKS.match(self.text, self.position)
        self.go_to(self.position if match is None else match.end())
        return self.position

    def go_to(self, position: int) -> None:
        """Goes on, and notes the line that begins on the way: each character is looked at once."""
        line_end = self.text.rfind("\n", self.position, position)
        if line_end >= 0:
            self.line = line_end + 1
            self.indent = blanks_at(self.text, self.line)
        self.position = position

    def token_behind_comments(self) -> Token:
        token = self.token()
        while token.kind == "comment":
            token = self.token()
        return token

    def value(self) -> Any:
        token = self.token_behind_comments()
        if len(self.open) >= self.rules.maximum_depth:
            raise TooDeepError("Exceeded stackLimit in readValue().", self.text, token.start)
        if token.text in ("{", "["):
            self.open.append(token)
            value: Any = self.members() if token.text == "{" else self.elements()
            self.close(token)
        elif token.kind == "string":
            value = self.string(token)
        elif token.kind == "number":
            value = self.number(token)
        elif token.kind == "literal":
            value = LITERALS[token.text]
        else:
            self.refuse(MISSING_VALUE, token)
        self.last = Token(token.kind, token.text, token.start, self.position)
        return value

    def members(self) -> dict[str, Any]:
        """What stands behind `{`; of members with one name the last counts."""
        found: dict[str, Any] = {}
        while True:
            name = self.token_behind_comments()
            if name.text == "}":
                return found
            if name.kind != "string":
                self.refuse(MISSING_NAME, name)
            key = self.string(name)
            self.last = name
            colon = self.token()
            if colon.text != ":":
                self.refuse(MISSING_COLON, colon)
            self.last = colon
            found[key] = self.value()
            separator = self.token()
            is_comment = separator.kind == "comment"
            while separator.kind == "comment":
                separator = self.token()
            if separator.text not in (",", "}") and not (is_comment and self.rules.comments_separate):
                self.refuse(MISSING_COMMA, separator)
            if separator.text == "}":
                return found
            self.last = separator

    def elements(self) -> list[Any]:
        """What stands behind `[`; a comment before `]` is read as an element that is missing."""
        found: list[Any] = []
        while not self.closes():
            found.append(self.value())
            separator = self.token_behind_comments()
            if separator.text not in (",", "]"):
                self.refuse(MISSING_COMMA_IN_ARRAY, separator)
            if separator.text == "]":
                break
            self.last = separator
        return found

    def closes(self) -> bool:
        """Whether `]` comes next, which is then read."""
        before = self.position, self.line, self.indent
        start = self.behind_blanks()
        if not self.text.startswith("]", start):
            self.position, self.line, self.indent = before
            return False
        self.go_to(start + 1)
        return True

    def close(self, opening: Token) -> None:
        self.open.pop()
        closing = Token("mark", self.text[self.position - 1], self.position - 1, self.position, self.indent)
        stands_first = closing.start == self.line + self.indent
        if self.suspicious is None and stands_first and closing.indent != opening.indent:
            self.suspicious = opening, closing

    def string(self, token: Token) -> str:
        """The text that a string stands for."""
        control = CONTROL_CHARACTER.search(token.text) if self.rules.refuses_control_characters else None
        if control is not None:
            self.refuse("Control character in string", token, token.start + control.start())
        if "\\" not in token.text:
            return token.text[1:-1]
        pieces: list[str] = []
        position, end = token.start + 1, token.end - 1
        while position < end:
            escape = ESCAPE.search(self.text, position, end)
            if escape is None:
                break
            pieces.append(self.text[position : escape.start()])
            position = escape.end()
            if escape["letter"] == "u":
                character, position = self.escaped_character(token, position)
                pieces.append(character)
            elif escape["letter"] in ESCAPED:
                pieces.append(ESCAPED[escape["letter"]])
            else:
                self.refuse("Bad escape sequence in string", token, position)
        return "".join(pieces) + self.text[position:end]

    def escaped_character(self, token: Token, position: int) -> tuple[str, int]:
        r"""The character of a `\uXXXX`, two of them for what has a surrogate pair, and the position behind it."""
        high = self.hexadecimal(token, position)
        position += 4
        if not 0xD800 <= high <= 0xDBFF:
            return "\ufffd" if 0xDC00 <= high <= 0xDFFF else chr(high), position
        if not self.text.startswith("\\u", position):
            self.refuse("additional six characters expected to parse unicode surrogate pair.", token, position)
        low = self.hexadecimal(token, position + 2)
        return chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)), position + 6

    def hexadecimal(self, token: Token, position: int) -> int:
        digits = HEXADECIMAL.match(self.text, position, token.end - 1)
        if digits is None:
            self.refuse("Bad unicode escape sequence in string: four digits expected.", token, position)
        return int(digits.group(), 16)

    def number(self, token: Token) -> float:
        digits = token.text.removeprefix("-")
        if not digits:
            return 0
        if digits.isdigit() and len(digits) <= MOST_DIGITS:
            return int(token.text)
        try:
            value = float(token.text)
        except ValueError:
            self.refuse(f"'{token.text}' is not a number.", token)
        if self.rules.refuses_infinity and value in (float("inf"), float("-inf")):
            self.refuse(f"'{token.text}' is not a number.", token)
        return value

    def refuse(self, message: str, token: Token, detail: int | None = None) -> NoReturn:
        """Raises the error at a token; `detail` is the position inside of it, if there is one."""
        raise JsonSyntaxError(
            message, self.text, token.start if detail is None else detail, self.advice(message, token)
        )

    # What to tell people

    def advice(self, message: str, token: Token) -> str:
        """Where it likely went wrong, which is seldom where the server noticed."""
        if token.kind == "end" and self.open:
            return self.unclosed()
        if message in (MISSING_COMMA, MISSING_COMMA_IN_ARRAY) and token.kind == "string":
            return f"a comma is missing after {self.shown(self.last)}"
        if token.text in ("}", "]") and message in (MISSING_COMMA, MISSING_COMMA_IN_ARRAY):
            return f"{self.shown(self.open[-1])} is not closed before this {token.text}"
        if token.text in STRANGE:
            return STRANGE[token.text]
        return f"it follows {self.shown(self.last)}" if self.last.end else ""

    def unclosed(self) -> str:
        if self.suspicious is None:
            return f"{self.shown(self.open[-1])} is never closed"
        opening, closing = self.suspicious
        line, _ = place(self.text, closing.start)
        return (
            f"a {'}' if opening.text == '{' else ']'} is missing: {self.shown(opening)} seems to be closed by mistake "
            f"in line {line}, which is indented otherwise"
        )

    def shown(self, token: Token) -> str:
        line, column = place(self.text, token.start)
        text = self.text[token.start : token.end].split("\n", 1)[0]
        return f"{text if len(text) <= 40 else text[:37] + '...'} (line {line}, column {column})"
