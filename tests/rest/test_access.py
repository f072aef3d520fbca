"""Who may use a server: measured on Orthanc 1.9.1 to 1.13.0, with the same headers and configurations."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator, OrthancError

REALM = 'Basic realm="Orthanc Secure Area"'
USERS = {"bob": "pw", "é": "ü", "colon": "a:b", "empty": ""}
ON: dict[str, Any] = {"AuthenticationEnabled": True}
REMOTE: dict[str, Any] = {"RemoteAccessAllowed": True}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def status(options: dict[str, Any], header: str | None, release: str = "1.12.7") -> int:
    client = Client(Emulator(options, release=release).wsgi)
    return client.get("/system", headers={} if header is None else {"Authorization": header}).status_code


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        *((basic(user, password), 200) for user, password in USERS.items()),
        (basic("bob", ""), 401),
        (basic("bob", "PW"), 401),
        (basic("nobody", "pw"), 401),
        (None, 401),
        ("", 401),
        ("Basic", 401),
        ("Basic ", 401),
        ("Basic !!!", 401),
        (basic("bob", "pw").lower(), 401),
        (basic("bob", "pw").replace("Basic", "basic"), 401),
        (basic("bob", "pw").replace(" ", "  "), 401),
        (basic("bob", "p"), 401),
        ("Basic Ym9i", 401),
        ("Bearer x", 401),
    ],
)
def test_who_is_registered_gets_in(header: str | None, expected: int) -> None:
    assert status({**ON, "RegisteredUsers": USERS}, header) == expected


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nope"),
        ("HEAD", "/system"),
        ("OPTIONS", "/system"),
        ("PATCH", "/system"),
        ("GET", "/"),
        ("GET", "/app/explorer.html"),
        ("POST", "/instances"),
        ("GET", "/system?_method=PATCH"),
        ("GET", "/emulator/diagnostics"),
    ],
)
def test_whatever_is_asked_the_answer_is_a_401(release: str, method: str, path: str) -> None:
    client = Client(Emulator({**ON, "RegisteredUsers": USERS}, release=release).wsgi)
    response = client.open(path, method=method, data=b"x")
    assert (response.status_code, response.data) == (401, b"")
    assert response.headers["WWW-Authenticate"] == REALM
    assert "Content-Type" not in response.headers
    unknown = client.open("/system", method="FOO")  # refused by the web server, before
    assert unknown.status_code == 400


@pytest.mark.parametrize("release", RELEASES)
def test_a_server_without_users(release: str) -> None:
    default_user = basic("orthanc", "orthanc")
    assert status({}, None, release) == 200
    assert status({"RegisteredUsers": {"bob": "pw"}}, None, release) == 200
    assert status(ON, default_user, release) == 401
    assert status({**ON, **REMOTE, "RegisteredUsers": {}}, default_user, release) == (
        401 if release == "1.13.0" else 200
    )
    assert status({**REMOTE, "RegisteredUsers": {"bob": "pw"}}, default_user, release) == 401
    assert status({**REMOTE, "RegisteredUsers": {"bob": "pw"}}, basic("bob", "pw"), release) == 200
    assert status({**REMOTE, "AuthenticationEnabled": False}, None, release) == 200


def test_remote_access_without_users_is_refused_at_the_start_from_1_13_on() -> None:
    for release in ("1.9.1", "1.10.1", "1.12.7"):
        assert status(REMOTE, basic("orthanc", "orthanc"), release) == 200
    with pytest.raises(OrthancError, match="no user is declared") as refused:
        Emulator(REMOTE, release="1.13.0")
    assert refused.value.code == 47


@pytest.mark.parametrize(
    ("address", "allowed"), [("127.0.0.1", True), ("127.0.0.2", True), ("192.0.2.2", False), ("", True)]
)
def test_who_may_come_from_elsewhere(address: str, allowed: bool) -> None:
    """A client of another machine gets a 401 unless RemoteAccessAllowed is true."""
    for options, expected in (({}, 200 if allowed else 401), ({**REMOTE, "AuthenticationEnabled": False}, 200)):
        client = Client(Emulator(options).wsgi)
        assert client.get("/system", environ_overrides={"REMOTE_ADDR": address}).status_code == expected


@pytest.mark.parametrize("release", RELEASES)
def test_what_system_says_of_it(release: str) -> None:
    """IsHttpServerSecure: nobody else comes in, or whoever does has a password of the user's own."""
    for options, secure in (
        ({}, True),
        ({**REMOTE, "AuthenticationEnabled": False}, False),
        ({**REMOTE, "RegisteredUsers": {"bob": "pw"}}, True),
    ):
        client = Client(Emulator(options, release=release).wsgi)
        answer = client.get("/system", headers={"Authorization": basic("bob", "pw")})
        assert answer.get_json()["IsHttpServerSecure"] is secure
