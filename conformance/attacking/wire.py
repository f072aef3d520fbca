"""Bytes that are no request, or not quite one, on the socket of an emulator's port."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

#: What messages are made of: parts of requests, right and wrong, and whole ones.
WORDS: Sequence[bytes] = (
    *(b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"FOO", b"get", b" ", b"  ", b"\t", b"/", b"/nope", b"/tools/find"),
    *(b"/instances", b"?a=b", b"*", b"http://x/y", b"%2e%2e", b"%00", b"%zz", b"\xe9", b"\0", b"\x7f", b"\r", b"\n"),
    *(b"\r\n", b"\r\n\r\n", b"\n\n", b"HTTP/1.1", b"HTTP/1.0", b"HTTP/2", b"HTTP/", b"Host: x", b":", b": ", b"X"),
    *(b"Content-Length: ", b"Content-Length: 3", b"Content-Length: 5\r\nContent-Length: 3", b"Content-Length: -1"),
    *(b"Content-Length: 18446744073709551616", b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip"),
    *(b"Transfer-Encoding: chunked\r\nContent-Length: 3", b"Connection: close", b"Connection: keep-alive"),
    *(b"Expect: 100-continue", b"abc", b"0\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"3;x=y\r\nabc\r\n0\r\nX: y\r\n\r\n"),
    *(b"zz\r\n", b"ffffffffffffffff\r\n", b"-3\r\nabc\r\n", b"3\r\nabcd\r\n", b"{}", b'{"Level":"Study","Query":{}}'),
    *(b"GET /system HTTP/1.1\r\nHost: x\r\n\r\n", b"POST /nope HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
    *(b"PUT /nope HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"a" * 17000, b"X: y\r\n" * 80),
)
#: Those that a server reads as a request; a message is at times one or two of them, with a few bytes changed.
WHOLE = tuple(word for word in WORDS if word[:1].isupper() and b" /" in word)

#: The status line of an answer; a page shows the version that the request says it is.
STATUS_LINE = re.compile(rb"HTTP/[^\0]*? (\d\d\d) [A-Z]", re.DOTALL)

MOST_WORDS, MOST_PIECES, MOST_CHANGES = 14, 3, 4
#: How long the server may take for its next bytes, in seconds: it knows that no more come.
SECONDS = 20.0


def message(chance: random.Random) -> bytes:
    """Bytes for a connection: words in any order, or requests with some bytes changed."""
    if chance.random() < 0.5:
        return b"".join(chance.choices(WORDS, k=chance.randint(0, MOST_WORDS)))
    data = bytearray(b"".join(chance.choices(WHOLE, k=chance.randint(1, 3))))
    for _ in range(chance.randint(0, MOST_CHANGES)):
        place = chance.randrange(len(data))
        change = chance.choice((bytes([chance.randrange(256)]), b"", chance.choice(WORDS)[:40]))
        data[place : place + chance.randint(0, 2)] = change
        if not data:
            break
    return bytes(data)


def answer_to(url: str, sent: bytes, chance: random.Random) -> bytes:
    """All that a server sends on a connection that brings these bytes, in pieces, and says that no more come.

    Raises TimeoutError for a server that then neither answers nor closes.
    """
    parts = urlsplit(url)
    received: list[bytes] = []
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=SECONDS) as connection:
        cuts = sorted(chance.randint(0, len(sent)) for _ in range(chance.randrange(MOST_PIECES)))
        try:
            for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
                connection.sendall(sent[start:end])
            connection.shutdown(socket.SHUT_WR)
        except TimeoutError:
            raise
        except OSError:
            pass  # a server that has refused the beginning may be gone before the rest
        with suppress(ConnectionError):
            while data := connection.recv(1 << 16):
                received.append(data)
    return b"".join(received)
