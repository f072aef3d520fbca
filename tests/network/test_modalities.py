"""Modalities, as REST asks them: two emulators speak to each other, and pynetdicom listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from emulator import RELEASES, Emulator

SPEC = spec_from_file_location("dimse_clients", Path(__file__).parent.parent / "dimse/clients.py")
assert SPEC is not None
assert SPEC.loader is not None
clients = module_from_spec(SPEC)
SPEC.loader.exec_module(clients)

NEW = ("1.12.7", "1.13.0")


@contextmanager
def two(release: str = "1.12.7", **options: Any) -> Iterator[tuple[Emulator, Emulator]]:
    """A server with three instances of one study and one of another, and an app's that knows it as `pacs`."""
    pacs = Emulator(clients.ALLOWED, release=release)
    app = Emulator({**clients.ALLOWED, "DicomAet": "APP", **options}, release=release)
    with pacs.serve_dicom() as address, app.serve_dicom() as own:
        for number in (1, 2, 3, 101):
            pacs.store(clients.file_of(clients.image(number, label=f"label {number}")))
        put(pacs, "app", [own.aet, own.host, own.port])
        put(app, "pacs", [address.aet, address.host, address.port])
        yield app, pacs


def put(orthanc: Emulator, name: str, modality: Any) -> None:
    assert orthanc.client().put(f"/modalities/{name}", json=modality).status_code == 200


def post(orthanc: Emulator, path: str, body: Any = None, status: int = 200) -> Any:
    sent: Any = {"data": body} if isinstance(body, str | bytes) else {"json": {} if body is None else body}
    answer = orthanc.client().post(path, **sent)
    assert answer.status_code == status, answer.text
    return answer.get_json(force=True)  # errors of some releases are text/plain


def get(orthanc: Emulator, path: str) -> Any:
    answer = orthanc.client().get(path)
    assert answer.status_code == 200, answer.text
    return answer.json if answer.is_json else answer.text


@pytest.mark.parametrize("release", RELEASES)
def test_an_echo_reaches_the_other(release: str) -> None:
    with two(release) as (app, pacs):
        assert post(app, "/modalities/pacs/echo") == {}
        assert pacs.associations.assert_called("C-ECHO", times=1, calling_aet="APP").status == 0
        assert app.expect_no_diagnostics().noticed() == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_query_is_kept_with_its_answers_and_retrieved(release: str) -> None:
    with two(release) as (app, pacs):
        asked = {"Level": "Study", "Query": {"PatientID": "P1", "PatientName": "", "ModalitiesInStudy": ""}}
        path = post(app, "/modalities/pacs/query", asked)["Path"]
        assert get(app, "/queries") == [path.rpartition("/")[2]]
        assert get(app, path) == ["answers", "level", "modality", "query", "retrieve"]
        assert (get(app, f"{path}/level"), get(app, f"{path}/modality")) == ("Study", "pacs")
        assert get(app, f"{path}/answers") == ["0"]
        content = get(app, f"{path}/answers/0/content?simplify")
        assert {name: content[name] for name in ("PatientID", "PatientName", "ModalitiesInStudy")} == {
            "PatientID": "P1",
            "PatientName": "Doe^John",
            "ModalitiesInStudy": "CT",
        }
        below = post(app, f"{path}/answers/0/query-series")["Path"]
        assert get(app, f"{below}/answers?expand&simplify")[0]["SeriesInstanceUID"] == "1.2.3.1.1"
        answer = post(app, f"{path}/retrieve", "APP")
        assert answer["Query"][0]["0020,000d"] == "1.2.3.1"
        assert len(app.resources("Instance")) == 3
        pacs.associations.assert_called("C-MOVE", times=1, status=0)
        (job,) = app.jobs
        assert (job.kind, job.state.value) == ("DicomMoveScu", "Success")
        metadata = app.metadata("Instance", app.resources("Instance")[0])
        assert (metadata["Origin"], metadata["RemoteAET"]) == ("DicomProtocol", "ORTHANC")
        assert app.client().delete(path).status_code == 200
        assert app.client().get(path).status_code == 404


@pytest.mark.parametrize("release", RELEASES)
def test_a_private_key_is_dropped_and_a_diagnostic_says_so(release: str) -> None:
    with two(release) as (app, _):
        path = post(app, "/modalities/pacs/query", {"Level": "Study", "Query": {"0011,1001": "nothing"}})["Path"]
        assert get(app, f"{path}/answers") == ["0", "1"]
        (told,) = [one for one in app.diagnostics if one.code == "key-ignored"]
        assert (told.tag, "Normalize" in told.advice) == ("0011,1001", True)


@pytest.mark.parametrize("release", RELEASES)
def test_without_normalization_it_is_sent_as_un_which_the_other_ignores(release: str) -> None:
    with two(release) as (app, pacs):
        query = {"0011,0010": "MYLAB", "0011,1001": "nothing"}
        path = post(app, "/modalities/pacs/query", {"Level": "Study", "Query": query, "Normalize": False})["Path"]
        assert get(app, f"{path}/answers") == ["0", "1"]
        assert [one.code for one in pacs.diagnostics if one.code == "key-ignored"] == ["key-ignored"]


@pytest.mark.parametrize("release", RELEASES)
def test_a_study_is_sent(release: str) -> None:
    with two(release) as (app, pacs):
        (study, _) = pacs.resources("Study")
        body = {"Resources": [study], "Synchronous": True}
        answer = post(pacs, "/modalities/app/store", body)
        assert (answer["InstancesCount"], answer["FailedInstancesCount"], answer["RemoteAet"]) == (3, 0, "APP")
        assert len(app.resources("Instance")) == 3
        asynchronous = post(pacs, "/modalities/app/store", {"Resources": [study], "Asynchronous": True})
        assert get(pacs, asynchronous["Path"])["State"] == "Success"
        app.associations.assert_called("C-STORE", times=6, status=0)


@pytest.mark.parametrize("release", RELEASES)
def test_a_status_of_the_other_is_the_servers_error(release: str) -> None:
    with two(release) as (app, pacs):
        app.fail_next_association(0xA700, command="C-STORE")
        answer = post(pacs, "/modalities/app/store", pacs.resources("Instance")[0], 500)
        assert answer["Details"] == 'C-STORE SCU to AET "APP" has failed with DIMSE status 0xA700'
        assert ("ErrorPayload" in answer) is (release == "1.13.0")
        app.fail_next_association("abort", command="C-STORE")
        answer = post(pacs, "/modalities/app/store", pacs.resources("Instance")[0], 500)
        assert answer["Details"].endswith("Peer aborted Association (or never connected)")
        pacs.fail_next_association("reject")
        answer = post(app, "/modalities/pacs/echo", {}, 500)
        assert answer["Details"] == 'DicomAssociation - connecting to AET "ORTHANC": DUL Association Rejected'
        pacs.fail_next_association(0xC000, command="C-FIND")
        assert post(app, "/modalities/pacs/query", {"Level": "Study"}, 422)["OrthancStatus"] == 9


@pytest.mark.parametrize("release", NEW)
def test_a_get_stores_here_what_the_other_sends(release: str) -> None:
    with two(release) as (app, pacs):
        body = {"Level": "Study", "Resources": [{"StudyInstanceUID": "1.2.3.1"}]}
        answer = post(app, "/modalities/pacs/get", body)
        assert answer["RemoteAet"] == "ORTHANC"
        assert len(app.resources("Instance")) == 3
        labels = [app.tags(one)["0011,1001"]["Value"] for one in app.resources("Instance")]
        assert sorted(labels) == ["label 1", "label 2", "label 3"]
        pacs.associations.assert_called("C-GET", times=1, status=0)


@pytest.mark.parametrize("release", RELEASES)
def test_a_move_names_what_it_wants(release: str) -> None:
    with two(release) as (app, _):
        body = {"Level": "Study", "Resources": [{"StudyInstanceUID": "1.2.3.2"}], "TargetAet": "APP"}
        post(app, "/modalities/pacs/move", body)
        assert len(app.resources("Instance")) == 1
        answer = post(app, "/modalities/pacs/move", {**body, "Resources": [{"StudyInstanceUID": "9.9"}]}, 500)
        assert answer["Details"].endswith("0xC000 (unable to process - resource not found ?)")


@pytest.mark.parametrize("release", RELEASES)
def test_a_file_that_is_not_stored_is_sent_straight(release: str) -> None:
    with two(release) as (app, pacs):
        sent = clients.file_of(clients.image(201, label="straight"))
        answer = post(app, "/modalities/pacs/store-straight", sent)
        assert answer == {"SOPClassUID": clients.CT, "SOPInstanceUID": "1.2.3.3.1.201"}
        assert (len(app.resources("Instance")), len(pacs.resources("Instance"))) == (0, 5)


@pytest.mark.parametrize("release", RELEASES)
def test_storage_commitment_goes_there_and_back(release: str) -> None:
    with two(release) as (app, pacs):
        instances = [[clients.CT, "1.2.3.1.1.1"], [clients.CT, "9.9"]]
        path = post(app, "/modalities/pacs/storage-commitment", {"DicomInstances": instances})["Path"]
        clients.wait_until(lambda: get(app, path)["Status"] != "Pending")
        report = get(app, path)
        assert (report["Status"], report["RemoteAET"]) == ("Failure", "ORTHANC")
        assert [one["SOPInstanceUID"] for one in report["Success"]] == ["1.2.3.1.1.1"]
        assert [one["FailureReason"] for one in report["Failures"]] == [0x0112]
        clients.wait_until(lambda: [job.state.value for job in pacs.jobs] == ["Success"])
        post(app, f"{path}/remove", {}, 500)


@pytest.mark.parametrize("release", RELEASES)
def test_a_host_that_is_not_of_this_machine_is_not_asked(release: str) -> None:
    orthanc = Emulator({"DicomModalities": {"pacs": ["PACS", "pacs.hospital", 104]}}, release=release)
    nobody = Emulator({"DicomModalities": {"pacs": ["PACS", "127.0.0.1", 1]}}, release=release)
    answer, expected = (post(one, "/modalities/pacs/echo", {}, 500) for one in (orthanc, nobody))
    assert answer == expected
    (told,) = orthanc.diagnostics
    assert told.code == "host-not-reached"
    assert "pacs.hospital was not asked" in told.happened
    assert 'network="any"' in told.advice
    assert not nobody.diagnostics


def test_nothing_is_reached_where_a_test_says_so() -> None:
    with two() as (app, pacs):
        modality = get(app, "/modalities/pacs/configuration")
        offline = Emulator({"DicomModalities": {"pacs": modality}}, network="none")
        post(offline, "/modalities/pacs/echo", {}, 500)
        assert [one.code for one in offline.diagnostics] == ["host-not-reached"]
        assert len(pacs.associations) == 0


def test_an_unknown_reach_is_refused() -> None:
    with pytest.raises(ValueError, match="network must be one of"):
        Emulator(network="everywhere")  # type: ignore[arg-type]


def test_a_receiver_of_pynetdicom_gets_the_private_elements_in_implicit_vr() -> None:
    from pydicom.uid import ImplicitVRLittleEndian
    from pynetdicom import AE, evt

    received: list[Any] = []
    entity = AE(ae_title="DEST")
    entity.add_supported_context(clients.CT, ImplicitVRLittleEndian)
    handlers = [(evt.EVT_C_STORE, lambda event: received.append(event.request.DataSet.getvalue()) or 0)]
    listening = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        with two() as (_, pacs):
            put(pacs, "dest", ["DEST", "127.0.0.1", listening.server_address[1]])
            post(pacs, "/modalities/dest/store", pacs.resources("Study")[0])
    finally:
        listening.shutdown()
    assert all(b"\x11\x00\x10\x00\x06\x00\x00\x00MYLAB \x11\x00\x01\x10" in data for data in received)
