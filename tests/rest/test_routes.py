"""The routing table against the routes and the error codes that the real servers print of themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from werkzeug.test import Client

from emulator import RELEASES, Emulator
from emulator.commands.command_line import main
from emulator.commands.routes import LEVELS, rows_of
from emulator.errors import MESSAGES
from emulator.rest.application import ROUTES
from emulator.rest.not_emulated import NotEmulated

ROOT = Path(__file__).parents[2]

#: What servers answer beside the routes that they document. Below /content it is a 404 rather than a 405.
UNDOCUMENTED = {
    "/": {"GET"},
    "/app": {"GET"},
    "/app/{}": {"GET"},
    "/favicon.ico": {"GET"},
    "/instances/{}/content": {"GET", "POST", "PUT", "DELETE"},
    "/instances/{}/content/{}": {"GET", "POST", "PUT", "DELETE"},
    # to GET and DELETE the name of an action is that of an output of the job
    **{f"/jobs/{{}}/{action}": {"GET", "DELETE"} for action in ("cancel", "pause", "resubmit", "resume")},
}


def documented(release: str) -> dict[str, set[str]]:
    """Methods by path, as `Orthanc --openapi` tells them, without the names of the variable parts."""
    listed = json.loads((ROOT / "fixtures" / "routes" / f"{release}.json").read_text())
    return {re.sub(r"\{\w+\}", "{}", path): set(methods.split(",")) for path, methods in listed.items()}


def known(release: str) -> dict[str, set[str]]:
    found = {route.shape: set(route.methods(RELEASES[release])) for route in ROUTES}
    return {path: methods for path, methods in found.items() if methods and not path.startswith("/emulator")}


@pytest.mark.parametrize("release", RELEASES)
def test_no_route_of_a_release_is_forgotten(release: str) -> None:
    ours = known(release)
    forgotten = {path: methods - ours.get(path, set()) for path, methods in documented(release).items()}
    assert {path: methods for path, methods in forgotten.items() if methods} == {}


@pytest.mark.parametrize("release", RELEASES)
def test_no_route_is_made_up(release: str) -> None:
    theirs = documented(release)
    made_up = {
        path: methods - theirs.get(path, set()) - UNDOCUMENTED.get(path, set())
        for path, methods in known(release).items()
    }
    assert {path: methods for path, methods in made_up.items() if methods} == {}


def test_a_route_stands_once_in_the_table() -> None:
    shapes = [route.shape for route in ROUTES]
    assert sorted(shapes) == sorted(set(shapes))


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_not_emulated_says_so(release: str) -> None:
    client = Client(Emulator(release=release).wsgi)
    for route in ROUTES:
        for method in route.methods(RELEASES[release]):
            handler = route.handlers[method]
            if isinstance(handler, NotEmulated):
                response = client.open(re.sub(r"<[^>]*>", "1", route.path), method=method)
                assert response.status_code == 501
                assert handler.what in response.get_json(force=True)["Details"]


@pytest.mark.parametrize("release", RELEASES)
def test_the_codes_and_messages_of_errors_are_those_that_the_server_prints(release: str) -> None:
    """Codes that a release lacks are those of a later one's features; messages are those of 1.12.7."""
    printed = json.loads((ROOT / "fixtures" / "errors" / f"{release}.json").read_text())
    ours = {str(int(code)): message for code, message in MESSAGES.items() if str(int(code)) in printed}
    assert ours == {code: printed[code] for code in ours}
    if release == "1.12.7":
        assert len(ours) == len(MESSAGES)


def test_the_command_counts_the_routes_of_each_release(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes"]) == 0
    printed = capsys.readouterr().out
    for release in RELEASES:
        assert f"\n{release}: " in printed


def test_the_table_of_the_documentation_knows_each_route(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", "--markdown"]) == 0
    table = capsys.readouterr().out.replace("\\|", "|")
    shown = set()
    for path, methods in re.findall(r"^\| `([^`]*)` \| ([A-Z, ]*) \|", table, re.MULTILINE):
        levels = LEVELS if path.startswith("/{level}/") else re.findall(r"\w+", path.split("/")[1])
        for level in levels if "{" in path.split("/")[1] else [""]:
            whole = re.sub(r"\A/\{[^}]*\}", f"/{level}", path) if level else path
            shown.update((whole, method) for method in methods.split(", "))
    known_now = {(row.path, method) for row in rows_of([*RELEASES.values()]) for method in row.methods}
    assert shown == known_now


@pytest.mark.parametrize("release", RELEASES)
def test_the_openapi_description_has_the_routes_of_a_release(release: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", "--openapi", "--release", release]) == 0
    description = json.loads(capsys.readouterr().out)
    assert (description["openapi"][:3], description["info"]["version"]) == ("3.0", release)
    described: dict[str, set[str]] = {}
    for path, item in description["paths"].items():
        assert re.findall(r"\{(\w+)\}", path) == [one["name"] for one in item["parameters"]]
        if not path.startswith("/emulator"):
            shape = re.sub(r"\{\w+\}", "{}", path)
            described.setdefault(shape, set()).update(name.upper() for name in item if name != "parameters")
    assert described == known(release)


def test_the_openapi_description_tells_what_is_not_emulated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routes", "--openapi"]) == 0
    paths = json.loads(capsys.readouterr().out)["paths"]
    assert [*paths["/tools/dicom-conformance"]["get"]["responses"]] == ["501"]
    assert "501" not in paths["/tools/find"]["post"]["responses"]
