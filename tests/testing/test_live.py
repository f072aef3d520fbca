"""`pytest --orthanc-live`: a user's tests on a live server, here an emulator that does not know that it is one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from emulator import Emulator
from emulator.http.server import WebServer
from emulator.testing import dicom

DICTIONARY = {"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]}

TESTS = """
import httpx, pytest
from emulator.testing import dicom

pytestmark = pytest.mark.orthanc(dictionary={"0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"]})
FILE = dict(PatientID="LIVE", private={("MYLAB", 0x0011, 0x01): ("LO", "label-A")})

def test_what_is_stored_is_found(orthanc):
    stored = orthanc.store(dicom(**FILE))
    assert orthanc.resources("Instance") == [stored.id]
    assert orthanc.find("Study", {"0011,1001": "label-A"}) == [stored.parent_study]
    assert orthanc.simplified_tags(stored.id)["MyLabel"] == "label-A"
    assert orthanc.file(stored.id)[128:132] == b"DICM"
    assert len(orthanc.queries) == 1
    orthanc.delete("Patient", stored.parent_patient)
    assert orthanc.statistics()["CountPatients"] == 0

def test_a_modification_makes_a_copy(orthanc, orthanc_url):
    stored = orthanc.store(dicom(**FILE))
    request = {"Replace": {"0011,1001": "B"}, "PrivateCreator": "MYLAB"}
    copy = httpx.post(f"{orthanc_url}/studies/{stored.parent_study}/modify", json=request).json()["ID"]
    assert set(orthanc.resources("Study")) == {stored.parent_study, copy}
    assert orthanc.metadata("Study", copy)["ModifiedFrom"] == stored.parent_study
    orthanc.requests.assert_called("POST", "/studies/*/modify", times=1, status=200)
    assert {job.state.value for job in orthanc.jobs} == {"Success"}

def test_in_process(orthanc):
    stored = orthanc.store(dicom(**FILE))
    orthanc.add_label("Study", stored.parent_study, "seen")
    assert orthanc.client().get(f"/studies/{stored.parent_study}/labels").json == ["seen"]
    with orthanc.intercept("http://orthanc.hospital:8042") as url:
        assert httpx.get(url + "/instances").json() == [stored.id]
    with httpx.Client(transport=orthanc.httpx_transport(), base_url="http://x") as client:
        assert client.get("/instances?expand").json()[0]["ID"] == stored.id

def test_an_error_is_raised(orthanc):
    from emulator import OrthancError
    with pytest.raises(OrthancError) as raised:
        orthanc.store(b"no file")
    assert raised.value.http_status == 400

def test_only_an_emulator_can_do_this(orthanc):
    orthanc.fail_next(503)

def test_only_an_emulator_refuses_this(orthanc):
    stored = orthanc.store(dicom(**FILE))
    answer = orthanc.client().post(f"/instances/{stored.id}/modify", json={"Replace": {"0011,1001": "B"}})
    assert answer.status_code == 400

def test_a_guard_sees_what_the_emulator_sees(orthanc):
    stored = orthanc.store(dicom(**FILE))
    with pytest.raises(AssertionError, match="written-as-un"), orthanc.expect_no_diagnostics("written-as-un"):
        orthanc.client().post(f"/instances/{stored.id}/modify", json={"Replace": {"0011,1001": "B"}})
"""


@pytest.fixture
def server() -> Iterator[tuple[str, Emulator]]:
    served = Emulator({"Dictionary": DICTIONARY, "StableAge": 600}, release="1.12.7", unknown_tags="as-release")
    with served.serve() as url:
        yield url, served


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-rs", *options)


def test_the_same_tests_run_on_both(pytester: pytest.Pytester, server: tuple[str, Emulator]) -> None:
    url, served = server
    result = run(pytester, TESTS, "--orthanc-live", url)
    result.assert_outcomes(passed=5, skipped=2)
    result.stdout.fnmatch_lines(
        [
            f"5 tests passed on Orthanc 1.12.7 at {url}; the emulator of 1.12.7 gives the same answers to all that 5 *",
            "*only an emulator has fail_next*",
            "*only an emulator keeps to the documented contract here: 400*",
        ]
    )
    assert served.statistics()["CountPatients"] == 0
    run(pytester, TESTS).assert_outcomes(passed=6, failed=1)  # the guard: here the contract refuses what it waits for


def test_a_server_with_patients_is_refused(pytester: pytest.Pytester, server: tuple[str, Emulator]) -> None:
    url, served = server
    served.store(dicom(PatientID="SOMEBODY"))
    result = run(pytester, TESTS, "--orthanc-live", url)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "is not empty: there are 1 patients" in result.stdout.str() + result.stderr.str()
    assert served.statistics()["CountPatients"] == 1
    run(pytester, TESTS, "--orthanc-live", url, "--orthanc-live-delete").assert_outcomes(passed=5, skipped=2)
    assert served.statistics()["CountPatients"] == 0


def test_a_patient_that_came_meanwhile_is_left_alone(pytester: pytest.Pytester, server: tuple[str, Emulator]) -> None:
    """Between two tests the server must be empty again: what is there then is somebody's."""
    url, served = server
    served_file = dicom(PatientID="SOMEBODY")
    tests = f"""
        import httpx, pytest

        def test_first():
            data = bytes.fromhex({served_bytes(served_file).hex()!r})
            assert httpx.post({url!r} + "/instances", content=data).status_code == 200

        def test_second(orthanc):
            pass
    """
    result = run(pytester, tests, "--orthanc-live", url)
    result.assert_outcomes(passed=1, skipped=1)
    assert served.statistics()["CountPatients"] == 1


def served_bytes(dataset: Any) -> bytes:
    from emulator.store.loading import bytes_of

    return bytes_of(dataset)


def test_a_test_that_needs_another_configuration_is_not_run(
    pytester: pytest.Pytester, server: tuple[str, Emulator]
) -> None:
    tests = """
        import pytest

        @pytest.mark.orthanc(dictionary={"0013,01": ["LO", "Other", 1, 1, "MYLAB"]})
        def test_other_entry(orthanc):
            pass

        @pytest.mark.orthanc(release="1.9.1")
        def test_other_release(orthanc):
            pass

        @pytest.mark.orthanc(release=["1.9.1", "1.12.7"])
        def test_this_release_among_others(orthanc, orthanc_release):
            assert orthanc_release == "1.12.7" == orthanc.release.version
    """
    result = run(pytester, tests, "--orthanc-live", server[0])
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(['*has another configuration than this test needs: "Dictionary"*'])
    result.stdout.fnmatch_lines(["*is for 1.9.1, and the live server is 1.12.7*"])


def test_the_first_answer_that_differs_is_told_as_a_scenario(pytester: pytest.Pytester) -> None:
    served = Emulator(release="1.12.7", unknown_tags="as-release")
    application: Any = served.wsgi

    def lying(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].endswith("/simplified-tags"):
            start_response("200 OK", [("Content-Type", "application/json; charset=utf-8")])
            return [json.dumps({"PatientID": "ANOTHER"}).encode()]
        return application(environ, start_response)

    tests = """
        from emulator.testing import dicom

        def test_tags(orthanc):
            stored = orthanc.store(dicom(PatientID="LIVE"))
            assert orthanc.simplified_tags(stored.id)["PatientID"] == "LIVE"
    """
    with WebServer(lying, "127.0.0.1", 0) as web:
        result = run(pytester, tests, "--orthanc-live", web.url)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_tags: the emulator answers otherwise, which is its fault or a known difference:",
            "GET /instances/*/simplified-tags",
            '  live:     200 {"PatientID": "ANOTHER"}',
            '*answer.json.PatientID: "LIVE" ≠ "ANOTHER"',
            "    def found(session: Session) -> None:",
            "*session.send(Request('GET', '/instances/*/simplified-tags'))",
        ]
    )


def test_what_is_no_server_is_told(pytester: pytest.Pytester) -> None:
    for place in ("http://127.0.0.1:1", "/nowhere/Orthanc"):
        result = run(pytester, TESTS, "--orthanc-live", place)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert "--orthanc-live: " in result.stdout.str() + result.stderr.str()


@pytest.mark.skipif(shutil.which("Orthanc") is None, reason="no Orthanc here: apt-get install orthanc")
def test_an_executable_is_started_with_the_markers_configuration(pytester: pytest.Pytester) -> None:
    tests = TESTS.replace('orthanc.add_label("Study", stored.parent_study, "seen")', "pytest.skip('needs labels')")
    result = run(pytester, tests, "--orthanc-live", "Orthanc")
    outcomes = result.parseoutcomes()
    assert "failed" not in outcomes
    assert "errors" not in outcomes
    assert outcomes["passed"] >= 4
