"""What was found while serving: what the server does silently and an app would regret.

No answer depends on them.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from types import MappingProxyType, TracebackType
from typing import Any, Literal

#: Where each diagnostic is told, at level WARNING, to programs that want it: without a handler nothing is printed.
LOGGER = logging.getLogger("emulator.diagnostics")
LOGGER.addHandler(logging.NullHandler())

#: How many diagnostics `Emulator.diagnostics` keeps.
KEPT_DIAGNOSTICS = 1000

#: The codes of diagnostics; `CODES` says what each tells.
DiagnosticCode = Literal[
    "orphaned-element",
    "misplaced-private-creator",
    "unreadable-private-creator",
    "entry-of-another-block",
    "written-as-un",
    "outside-reserved-block",
    "other-private-creator",
    "private-creator-overwritten",
    "private-creator-removed",
    "offset-form-name",
    "characters-dropped",
    "member-ignored",
    "characters-undeclared",
    "path-without-effect",
    "path-not-read",
    "cascade-copied",
    "copies-deleted",
    "copies-merged",
    "copy-not-stored",
    "failed-sources-deleted",
    "left-behind",
    "file-read-by-query",
    "limit-before-files",
    "query-cannot-match",
    "key-ignored",
    "simplified-name-collision",
    "host-not-reached",
    "creator-not-read",
    "script-failed",
    "plugin-off",
    "known-difference",
]

#: Every code with what it stands for. Codes are stable: a program may rely on them.
CODES: Mapping[DiagnosticCode, str] = MappingProxyType(
    {
        # stored files
        "orphaned-element": "private elements are in no block, or in one that no creator element reserves: no name",
        "misplaced-private-creator": "a creator element stands behind elements of higher tags: it is not heeded",
        "unreadable-private-creator": "a creator element is empty or no text: its block has no creator",
        "entry-of-another-block": "the dictionary's entry is for the same offset in another block: no name, no entry",
        # what a modify, an anonymize or a create writes
        "written-as-un": "the element is written with VR UN: it has no entry under the request's PrivateCreator",
        "outside-reserved-block": "the element is written where no creator element reserves the block: an orphan",
        "other-private-creator": "the element is written into a block that another creator has reserved",
        "private-creator-overwritten": "a creator element is written: its block is, or was, not PrivateCreator's",
        "private-creator-removed": "a creator element is removed, and elements of its block stay: orphans",
        "offset-form-name": "a name, or a number, means (gggg,00ee), where no element of a block is",
        "characters-dropped": "characters that the file's character set lacks are left out of the value",
        "member-ignored": "a member of the request is misspelt, or of another release: the server passes over it",
        "characters-undeclared": "a text that is no ASCII is written into a file that names no character set",
        "path-without-effect": "a path leads to no item of the file: nothing is written",
        "path-not-read": "the release reads no paths (1.9.1): the whole sequence is replaced or removed",
        # what becomes of the resources
        "cascade-copied": "a patient, study or series was copied, where the request looks like an update",
        "copies-deleted": "the copies had the identifiers of their sources, and were deleted with them: data is lost",
        "copies-merged": "several copies had the same identifiers: only one of them is stored",
        "copy-not-stored": "an instance with the copy's identifiers was there, and stays as it is: the edit is lost",
        "failed-sources-deleted": "an instance could not be modified and was deleted all the same: data is lost",
        "left-behind": "labels, metadata or attachments of the sources are lost: the copies do not have them",
        # queries and views
        "file-read-by-query": "a query read files, which takes time in proportion to what is stored",
        "limit-before-files": "a Limit or Since cut the candidates before files were compared: matches may be missing",
        "query-cannot-match": "a query finds nothing, whatever is stored",
        "key-ignored": "a key of a query was ignored by the server: it finds more than was asked for",
        "simplified-name-collision": "tags of one name in /simplified-tags or RequestedTags: only the last is shown",
        # other servers
        "host-not-reached": "the emulator did not ask another server, and answered as where nobody listens",
        # scripts
        "creator-not-read": "a script names a private creator where none is read: its tags are orphans, of VR UN",
        "script-failed": "a script's callback raised, or gave no answer that can be used: it is told in the log alone",
        # plugins
        "plugin-off": "a path of DICOMweb was asked for, which the configuration does not switch on: 404",
        # the emulator itself
        "known-difference": "a real server does otherwise than the emulator, which does not say so in its answer",
    }
)


@dataclass(frozen=True)
class Diagnostic:
    """One thing that the server did silently and an app would regret.

    `code` is one of `CODES`; `happened` says what, `advice` how to do it right; `tag` is the element, or the path to
    it, as "gggg,eeee", None where it is about none. `request` is the method and path over HTTP, the call in Python;
    `count` tells in how many files, or how often, it happened in that request.
    """

    code: str
    happened: str
    advice: str
    tag: str | None = None
    request: str = ""
    count: int = 1

    def __str__(self) -> str:
        tag = "" if self.tag is None else f" {self.tag}"
        times = "" if self.count == 1 else f" ({self.count:,} times)"
        return f"{self.code}{tag}: {self.happened}{times}; {self.advice} [{self.request}]"

    def weight(self) -> int:
        """About how many bytes the texts in it take."""
        return 500 + len(self.happened) + len(self.advice) + len(self.request) + len(self.tag or "")

    def to_json(self) -> dict[str, Any]:
        """The diagnostic as `GET /emulator/diagnostics` answers it."""
        return {
            "Code": self.code,
            "Tag": self.tag,
            "Request": self.request,
            "Happened": self.happened,
            "Advice": self.advice,
            "Count": self.count,
        }


#: The request that is being answered in this thread: the outermost one that was named.
REQUEST: ContextVar[str] = ContextVar("request", default="")


#: What the request over HTTP that is being answered in this thread has caused so far: diagnostics and query plans.
CAUSED: ContextVar[list[Any] | None] = ContextVar("caused", default=None)


class causes:  # noqa: N801  # used as a function; each request over HTTP enters one, and a generator takes twice as long
    """A context in which diagnostics and query plans are gathered in a list, too: what one request caused."""

    def __enter__(self) -> list[Any]:
        caused: list[Any] = []
        self.token = CAUSED.set(caused)
        return caused

    def __exit__(self, *_: object) -> None:
        CAUSED.reset(self.token)


class asked:  # noqa: N801  # as above
    """A context in which diagnostics belong to this request, unless one around it was named already."""

    def __init__(self, request: str) -> None:
        self.request = request
        self.token: Token[str] | None = None

    def __enter__(self) -> None:
        if not REQUEST.get():
            self.token = REQUEST.set(self.request)

    def __exit__(self, *_: object) -> None:
        if self.token is not None:
            REQUEST.reset(self.token)


def gathered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics with their request; equal ones become one, which counts them."""
    found = [*diagnostics]
    if not found:  # as nearly always
        return []
    request = REQUEST.get()
    return [
        replace(one, happened=printable(one.happened), request=request, count=count)
        for one, count in Counter(found).items()
    ]


def printable(text: str) -> str:
    """A text that a log can be written with: bytes in it that are no UTF-8 (kept by "surrogateescape") are escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class DiagnosticGuard:
    """Notices the diagnostics of some codes, of all for none, while the context is open.

    `diagnostics` are those of a server, the newest last; those of other threads count, too.
    """

    def __init__(self, diagnostics: deque[Diagnostic], codes: tuple[DiagnosticCode, ...]) -> None:
        unknown = [code for code in codes if code not in CODES]
        if unknown:
            raise ValueError(f"no codes of diagnostics: {', '.join(unknown)}; there are {', '.join(CODES)}")
        self.diagnostics = diagnostics
        self.codes = frozenset(codes or CODES)
        self.before: Diagnostic | None = None

    def __enter__(self) -> DiagnosticGuard:
        self.before = self.diagnostics[-1] if self.diagnostics else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None and (noticed := self.noticed()):
            told = "\n".join(map(str, noticed))
            raise AssertionError(f"The server did what an app would regret:\n{told}")

    def noticed(self) -> list[Diagnostic]:
        """The diagnostics of the codes since the context was opened, as far as the server keeps them."""
        since: list[Diagnostic] = []
        for diagnostic in reversed(self.diagnostics):
            if diagnostic is self.before:
                break
            since.append(diagnostic)
        return [one for one in reversed(since) if one.code in self.codes]
