"""The pages by which the web server refuses what it can't read; the connection ends with them."""

from __future__ import annotations

import time

REASONS = {400: "Bad Request", 411: "Length Required", 505: "HTTP Version not supported"}

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

BAD_REQUEST, MALFORMED, INVALID_URI = "Bad request", "Malformed message", "Invalid URI"


class RefusedError(Exception):
    """What came is no request: `why` is told; `version` is what the request says that it is, as far as it was read."""

    def __init__(self, version: str, why: str = BAD_REQUEST, status: int = 400) -> None:
        super().__init__(why)
        self.version, self.why, self.status = version, why, status

    def page(self) -> bytes:
        """The bytes of the answer."""
        reason = REASONS[self.status]
        head = (
            f"HTTP/{self.version} {self.status} {reason}\r\n"
            "Cache-Control: no-cache, no-store, must-revalidate, private, max-age=0\r\n"
            "Expires: 0\r\nPragma: no-cache\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nDate: {now()}\r\nConnection: close\r\n\r\n"
        )
        return f"{head}Error {self.status}: {reason}\n{self.why}".encode("latin-1")


class NoAnswerError(Exception):
    """The connection is closed without an answer."""


def now() -> str:
    """The time as HTTP writes it, whatever the locale is."""
    at = time.gmtime()
    return time.strftime(f"{DAYS[at.tm_wday]}, %d {MONTHS[at.tm_mon - 1]} %Y %H:%M:%S GMT", at)
