"""Paths, methods and arguments as Orthanc's web server reads them; measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from emulator import RELEASES, Emulator

ServerOf = Callable[[str], Client]

ALL = tuple(RELEASES)
OLD = ("1.9.1", "1.10.1")
NEW = ("1.12.7", "1.13.0")


@pytest.mark.parametrize("release", ALL)
@pytest.mark.parametrize(
    ("sent", "uri"),
    [
        ("/nope/", "/nope/"),
        ("//nope///a", "/nope/a"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/a/../../b", "/b"),
        ("/a/b/../../c", "/c"),
        ("/%2e%2e/a", "/a"),
        ("/a%2f..%2fb", "/b"),
        ("/a\\..\\b", "/b"),
        ("/a%5cb", "/a/b"),
        ("/a.../b", "/a/b"),
        ("/a/...", "/a/"),
        ("/a..b", "/a..b"),
        ("/.a", "/.a"),
        ("/a%00b", "/a"),
        ("/a%2bb", "/a+b"),
        ("/%zz/%4", "/%zz/%4"),
        ("/%C3%A9", "/é"),
        ("/%FF", "/\ufffd"),
        ("/nope#x", "/nope#x"),
        ("/nope?a=b", "/nope"),
        ("/PATIENTS", "/PATIENTS"),
    ],
)
def test_an_unknown_path_is_named_as_the_server_reads_it(
    server_of: ServerOf, release: str, sent: str, uri: str
) -> None:
    response = raw(server_of(release), sent)
    assert (response.status_code, response.get_json(force=True)["Uri"]) == (404, uri)


@pytest.mark.parametrize(
    ("release", "uri"), [("1.9.1", "/a+b"), ("1.10.1", "/a+b"), ("1.12.7", "/a b"), ("1.13.0", "/a b")]
)
def test_a_plus_in_a_path(server_of: ServerOf, release: str, uri: str) -> None:
    assert raw(server_of(release), "/a+b").get_json(force=True)["Uri"] == uri


DETOURS = st.lists(st.sampled_from(["/", "/.", "/./", "/x/..", "/x/../", "/%2e", "\\"]), max_size=3).map("".join)


@given(before=DETOURS, within=DETOURS, after=DETOURS, encoded=st.booleans())
def test_detours_and_encoding_make_no_difference(before: str, within: str, after: str, encoded: bool) -> None:
    """All releases; "/x/.." cancels itself out, and "/." and doubled slashes stand for nothing."""
    client = Client(EMPTY.wsgi)
    word = "".join(f"%{ord(letter):02x}" for letter in "patients") if encoded else "patients"
    path = f"{before}/{word}{within}/nope{after}/studies"
    response = raw(client, path)
    assert response.status_code == 404
    assert response.get_json(force=True)["Uri"] == "/patients/nope/studies"


EMPTY = Emulator()


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_path_and_no_query_makes_the_server_fail(path: str, query: str) -> None:
    response = raw(Client(EMPTY.wsgi), f"/instances/{quote(path)}?{quote(query, safe='&=+')}")
    assert response.status_code in {200, 307, 400, 404}


@pytest.mark.parametrize("release", ALL)
@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("POST", "/system", 405, "GET"),
        ("PUT", "/instances", 405, "GET,POST"),
        ("PUT", "/patients/nope", 405, "GET,DELETE"),
        ("GET", "/tools/find", 405, "POST"),
        ("GET", "/studies/nope/modify", 405, "POST"),
        ("POST", "/app/x", 405, "GET"),
        ("POST", "/nope", 404, None),
        ("DELETE", "/instances/nope/content/0010-0010", 404, None),
        ("HEAD", "/system", 404, None),
        ("OPTIONS", "/system", 404, None),
        ("PROPFIND", "/system", 404, None),
        ("PATCH", "/system", 400, None),
        ("REPORT", "/nope", 400, None),
        ("GET", "/system?_method=DELETE", 405, "GET"),
        ("GET", "/system?_method=put", 405, "GET"),
        ("GET", "/system?_method=POST", 400, None),
        ("POST", "/tools/lookup?_method=PUT", 200, None),
        ("GET", "/system?_method=", 200, None),
    ],
)
def test_methods(server_of: ServerOf, release: str, method: str, path: str, status: int, allow: str | None) -> None:
    response = server_of(release).open(path, method=method)
    assert (response.status_code, response.headers.get("Allow")) == (status, allow)
    if status in {400, 405} or method in {"HEAD", "OPTIONS", "PROPFIND"}:
        assert response.data == b""
        assert "Content-Type" not in response.headers


@pytest.mark.parametrize("release", ALL)
@pytest.mark.parametrize(
    ("method", "override", "status"),
    [("GET", "DELETE", 405), ("POST", "put", 405), ("HEAD", "PUT", 405), ("GET", "GET", 400), ("HEAD", "GET", 404)],
)
def test_the_header_that_overrides_the_method(
    server_of: ServerOf, release: str, method: str, override: str, status: int
) -> None:
    response = server_of(release).open("/system", method=method, headers={"X-HTTP-Method-Override": override})
    assert response.status_code == status


def test_an_overridden_method_deletes(small_file: Callable[..., bytes]) -> None:
    """All releases."""
    with Emulator() as orthanc:
        instance = orthanc.store(small_file("P", "1", "2", "3"))
        response = Client(orthanc.wsgi).get(f"/instances/{instance.id}?_method=DELETE")
        assert response.get_json() == {"RemainingAncestor": None}
        assert orthanc.resources("Patient") == []


@pytest.mark.parametrize(("release", "status"), [("1.10.1", "page"), ("1.12.7", "empty"), ("1.13.0", "empty")])
def test_methods_that_only_later_web_servers_let_through(server_of: ServerOf, release: str, status: str) -> None:
    response = server_of(release).open("/system", method="COPY")
    assert response.status_code == 400
    assert response.data == (b"Error 400: Bad Request\nBad request" if status == "page" else b"")


def test_the_web_server_refuses_unknown_methods_itself(server_of: ServerOf) -> None:
    """1.10.1, 1.12.7 and 1.13.0; the answer of 1.9.1 has no valid first line."""
    response = server_of("1.12.7").open("/system", method="FOO")
    assert response.data == b"Error 400: Bad Request\nBad request"
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "X-Content-Type-Options" not in response.headers


@pytest.mark.parametrize("release", OLD)
@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate", "gzip"),
        ("deflate, gzip", "gzip"),
        ("deflate", "deflate"),
        ("gzip;q=1", None),
        ("GZIP", None),
        ("*", None),
        ("br", None),
    ],
)
def test_old_releases_compress_what_succeeds(
    server_of: ServerOf, release: str, accepted: str, coding: str | None
) -> None:
    plain = server_of(release).get("/patients")
    response = server_of(release).get("/patients", headers={"Accept-Encoding": accepted})
    unpack = {"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[coding]
    assert response.headers.get("Content-Encoding") == coding
    assert unpack(response.data) == plain.data
    failed = server_of(release).get("/nope", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in failed.headers


@pytest.mark.parametrize("release", NEW)
def test_later_releases_do_not_compress(server_of: ServerOf, release: str) -> None:
    assert "Content-Encoding" not in server_of(release).get("/patients", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize(
    ("release", "status", "error_type", "nosniff"),
    [
        ("1.9.1", 301, None, None),
        ("1.10.1", 301, None, None),
        ("1.12.7", 307, "text/plain", "nosniff"),
        ("1.13.0", 307, "text/plain", "nosniff"),
    ],
)
def test_headers(server_of: ServerOf, release: str, status: int, error_type: str | None, nosniff: str | None) -> None:
    client = server_of(release)
    redirect = client.get("/")
    assert (redirect.status_code, redirect.headers["Location"], redirect.data) == (status, "app/explorer.html", b"")
    assert client.get("/nope").headers.get("Content-Type") == error_type
    assert client.get("/system").headers["Content-Type"] == "application/json; charset=utf-8"
    assert client.get("/system").headers.get("X-Content-Type-Options") == nosniff


def raw(client: Client, target: str) -> TestResponse:
    """Sends a request target as it stands, which the client would else normalise."""
    path, _, query = target.partition("?")
    return client.open("/", query_string=query, environ_overrides={"REQUEST_URI": target, "PATH_INFO": path})
