"""Peers over HTTP: on ports, and in one process through `intercept`."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import RELEASES, Emulator
from emulator.testing import dicom


def linked(release: str, url: str, **peer: Any) -> tuple[Emulator, Emulator]:
    there = Emulator(release=release)
    here = Emulator({"OrthancPeers": {"there": {"Url": url, **peer}}}, release=release)
    here.store(dicom(private={("MYLAB", 0x11, 0x01): ("LO", "one")}))
    return here, there


def post(orthanc: Emulator, path: str, body: Any, status: int = 200) -> Any:
    sent: Any = {"data": body} if isinstance(body, str | bytes) else {"json": body}
    answer = orthanc.client().post(path, **sent)
    assert answer.status_code == status, answer.text
    return answer.get_json(force=True)  # errors of some releases are text/plain


@pytest.mark.parametrize("release", RELEASES)
def test_two_emulators_are_peers_without_a_port(release: str) -> None:
    here, there = linked(release, "http://there.hospital:8042/")
    with there.intercept("http://there.hospital:8042"):
        assert here.client().get("/peers/there/system").json["Version"] == release
        (study,) = here.resources("Study")
        answer = post(here, "/peers/there/store", study)
        assert (answer["InstancesCount"], answer["Size"]) == (1, str(len(here.file(here.resources("Instance")[0]))))
        straight = post(here, "/peers/there/store-straight", here.file(here.resources("Instance")[0]))
        assert straight["Status"] == "AlreadyStored"
    assert there.file(there.resources("Instance")[0]) == here.file(here.resources("Instance")[0])
    there.requests.assert_called("POST", "/instances", times=2)
    assert not here.diagnostics


@pytest.mark.parametrize("release", RELEASES)
def test_a_peer_on_a_port_gets_jobs_too(release: str) -> None:
    there = Emulator(release=release)
    with there.serve() as url:
        here, _ = linked(release, url)
        body = {"Resources": here.resources("Study"), "Asynchronous": True, "Compress": True}
        job = here.client().get(post(here, "/peers/there/store", body)["Path"]).json
    assert (job["State"], job["Type"], job["Content"]["Compress"]) == ("Success", "OrthancPeerStore", True)
    assert len(there.resources("Instance")) == 1


@pytest.mark.parametrize("release", RELEASES)
def test_a_peer_elsewhere_is_not_asked(release: str) -> None:
    here, _ = linked(release, "http://there.hospital:8042/")
    answer = post(here, "/peers/there/store", here.resources("Study")[0], 500)
    assert answer["OrthancStatus"] == 9
    assert answer["Details"].startswith("libCURL error")
    assert [one.code for one in here.diagnostics] == ["host-not-reached"]


def test_a_peer_is_asked_with_its_user_and_headers() -> None:
    there = Emulator({"RegisteredUsers": {"alice": "secret"}, "AuthenticationEnabled": True})
    with there.serve() as url:
        here, _ = linked("1.12.7", url, Username="alice", Password="secret", HttpHeaders={"X-Lab": "yes"})
        assert here.client().get("/peers/there/system").status_code == 200
    assert there.requests[-1].headers["X-Lab"] == "yes"


def test_without_urllib3_the_standard_library_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "urllib3", None)
    there = Emulator()
    with there.serve() as url:
        here, _ = linked("1.12.7", url)
        assert here.client().get("/peers/there/system").json["ApiVersion"] == 27
