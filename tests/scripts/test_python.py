"""The Python plugin: callbacks, the REST API in a script, errors (what is expected was measured)."""

from __future__ import annotations

import io
import json
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from emulator import RELEASES, Emulator, OrthancError
from emulator.exchanges.faults import DisconnectedError
from emulator.scripts.functions import EMULATED
from emulator.scripts.names import names_of

Scripted = Callable[..., Emulator]
FILE = Path("fixtures/ct_small.dcm")
MODIFIED = "1CT1"

ECHO = """
    import orthanc

    def echo(output, uri, **request):
        output.AnswerBuffer(repr((uri, sorted(request.items()))), "text/plain")

    orthanc.RegisterRestCallback("/echo/(.*)", echo)
"""

EVALUATE = """
    import json
    import orthanc

    def evaluate(output, uri, **request):
        try:
            answer = repr(eval(request["body"]))
        except Exception as error:
            answer = f"{type(error).__name__}{error.args}"
        output.AnswerBuffer(answer, "text/plain")

    orthanc.RegisterRestCallback("/evaluate", evaluate)
"""


def answer(orthanc: Emulator, expression: str) -> str:
    """What a script's expression is worth."""
    text: str = orthanc.client().post("/evaluate", data=expression).text
    return text


# Routes


def test_a_route_is_given_the_request(scripted: Scripted) -> None:
    client = scripted(ECHO).client()
    given = client.get("/echo/a/b/?x=1&y=2&x=3", headers={"X-One": "1"}).text
    assert given == (
        "('/echo/a/b', [('get', {'x': '3', 'y': '2'}), ('groups', ('a/b',)), "
        "('headers', {'host': 'localhost', 'x-one': '1'}), ('method', 'GET')])"
    )
    posted = client.post("/echo/a", data=b"\x00\xff").text
    assert "('body', b'\\x00\\xff')" in posted
    assert "'get'" not in posted
    assert "body" not in client.delete("/echo/a").text
    assert client.head("/echo/a").status_code == 404
    assert client.get("/prefix/echo/a").status_code == 404


@pytest.mark.parametrize("release", RELEASES)
def test_each_way_to_answer(scripted: Scripted, release: str) -> None:
    orthanc = scripted(
        """
        import orthanc

        WAYS = {
            "redirect": lambda output: output.Redirect("/system"),
            "method": lambda output: output.SendMethodNotAllowed("GET,PUT"),
            "code": lambda output: output.SendHttpStatusCode(404),
            "created": lambda output: output.SendHttpStatusCode(201),
            "unauthorized": lambda output: output.SendUnauthorized("realm"),
            "twice": lambda output: (output.AnswerBuffer("a", "text/plain"), output.AnswerBuffer("b", "text/plain")),
            "headers": lambda output: (
                output.SetCookie("a", "b"),
                output.SetHttpHeader("X-A", "1"),
                output.SetHttpHeader("X-A", "2"),
                output.AnswerBuffer("x", "text/plain"),
            ),
            "multipart": lambda output: (
                output.StartMultipartAnswer("mixed", "text/plain"),
                output.SendMultipartItem("one"),
                output.SendMultipartItem(b"two"),
            ),
            "details": lambda output: (output.SetHttpErrorDetails("why", 1), 1 / 0),
        }

        def answer(output, uri, **request):
            WAYS[uri[1:]](output)

        orthanc.RegisterRestCallback("/(" + "|".join(WAYS) + ")", answer)
        """,
        release=release,
    )
    client = orthanc.client()
    redirected = client.get("/redirect")
    assert (redirected.status_code, redirected.headers["Location"]) == (
        RELEASES[release].rest.redirect_status,
        "/system",
    )
    refused = client.get("/method")
    assert (refused.status_code, refused.headers["Allow"], refused.data) == (405, "GET,PUT", b"")
    assert client.get("/code").status == "404 Not Found"
    assert client.get("/created").status == "201 Created"
    assert client.get("/unauthorized").headers["WWW-Authenticate"] == 'Basic realm="realm"'
    assert client.get("/twice").data == b"a"
    headers = client.get("/headers").headers
    assert (headers.getlist("X-A"), headers["Set-Cookie"]) == (["1", "2"], "a=b")
    multipart = client.get("/multipart")
    assert multipart.headers["Content-Type"].startswith('multipart/mixed; type="text/plain"; boundary=')
    assert multipart.data.count(b"Content-Length: 3\r\nMIME-Version: 1.0\r\n\r\n") == 2
    failed = client.get("/details")
    assert (failed.status_code, json.loads(failed.data)["Details"], json.loads(failed.data)["OrthancStatus"]) == (
        500,
        "why",
        1,
    )


def test_the_status_of_older_plugins_takes_the_size_of_the_body(scripted: Scripted) -> None:
    script = """
        import orthanc

        def answer(output, uri, **request):
            if uri == "/two":
                output.SendHttpStatus(404, "body")
            else:
                output.SendHttpStatus(404, "body", 4)

        orthanc.RegisterRestCallback("/two|/three", answer)
    """
    older, newer = scripted(script, release="1.10.1").client(), scripted(script, release="1.12.7").client()
    assert [older.get(path).status_code for path in ("/two", "/three")] == [500, 404]
    assert [newer.get(path).status_code for path in ("/two", "/three")] == [404, 500]


@pytest.mark.parametrize("ending", ["pass", "return 'text'", "output.SendHttpStatusCode(418)"])
def test_no_answer_closes_the_connection(scripted: Scripted, ending: str) -> None:
    orthanc = scripted(
        f"""
        import orthanc

        def answer(output, uri, **request):
            {ending}

        orthanc.RegisterRestCallback("/x", answer)
        """
    )
    with pytest.raises(DisconnectedError):
        orthanc.client().get("/x")
    assert orthanc.diagnostics[-1].code == "script-failed"
    assert orthanc.requests[-1].status is None


@pytest.mark.parametrize("ending", ["1 / 0", "sys.exit(3)", "output.AnswerBuffer(5, 'x')", "orthanc.RestApiGet('/no')"])
def test_what_a_callback_raises_is_an_error_of_the_plugin_engine(scripted: Scripted, ending: str) -> None:
    orthanc = scripted(
        f"""
        import sys
        import orthanc

        def answer(output, uri, **request):
            {ending}

        orthanc.RegisterRestCallback("/x", answer)
        """
    )
    failed = orthanc.client().get("/x")
    assert (failed.status_code, json.loads(failed.data)["Message"]) == (
        500,
        "Error encountered within the plugin engine",
    )
    (told,) = [one for one in orthanc.diagnostics if one.code == "script-failed"]
    assert ending.split("(", maxsplit=1)[0] in told.happened  # the line of the script
    assert "emulator/rest" not in told.happened


def test_a_route_of_a_script_comes_before_that_of_the_server(scripted: Scripted) -> None:
    orthanc = scripted(
        """
        import orthanc

        def mine(output, uri, **request):
            inner = orthanc.RestApiGet("/system")
            outer = orthanc.RestApiGetAfterPlugins("/other")
            output.AnswerBuffer(inner[:1] + outer, "text/plain")

        orthanc.RegisterRestCallback("/system", mine)
        orthanc.RegisterRestCallback("/other", lambda output, uri, **request: output.AnswerBuffer("o", "text/plain"))
        """
    )
    assert orthanc.client().get("/system").data == b"{o"


# Callbacks


def test_changes_are_told_in_order_in_the_thread_of_the_request(scripted: Scripted) -> None:
    orthanc = scripted(
        """
        import threading
        import orthanc

        TOLD = []

        def changed(change, level, resource):
            TOLD.append((change, level, threading.get_ident()))

        def stored(instance, identifier):
            assert instance.GetInstanceSize() and instance.GetInstanceOrigin() == orthanc.InstanceOrigin.REST_API
            orthanc.RestApiGet("/instances/" + identifier)
            TOLD.append(("stored", 3, threading.get_ident()))

        orthanc.RegisterOnChangeCallback(changed)
        orthanc.RegisterOnStoredInstanceCallback(stored)
        orthanc.RegisterRestCallback("/told", lambda output, uri, **_: output.AnswerBuffer(repr(TOLD), "text/plain"))
        """,
        configuration={"StableAge": 60},
    )
    orthanc.store(FILE)
    orthanc.advance(60)
    orthanc.delete("Patient", orthanc.resources("Patient")[0])
    told = eval(orthanc.client().get("/told").text)
    assert [(change, level) for change, level, _ in told] == [
        (10, 4),
        ("stored", 3),
        (3, 3),
        (5, 2),
        (6, 1),
        (4, 0),
        (2, 2),
        (2, 1),
        (2, 0),
        (8, 2),
        (9, 1),
        (7, 0),
        (1, 3),
        (1, 2),
        (1, 1),
        (1, 0),
    ]
    assert {thread for *_, thread in told} == {threading.get_ident()}


def test_jobs_and_settings_are_told(scripted: Scripted) -> None:
    orthanc = scripted(
        """
        import orthanc

        TOLD = []
        orthanc.RegisterOnChangeCallback(lambda change, level, resource: TOLD.append((change, level, resource)))
        orthanc.RegisterRestCallback("/told", lambda output, uri, **_: output.AnswerBuffer(repr(TOLD), "text/plain"))
        """
    )
    client = orthanc.client()
    orthanc.store(FILE)
    client.put("/modalities/a", json=["A", "localhost", 104])
    client.put("/peers/b", json=["http://localhost/"])
    with orthanc.jobs.hold():
        job = client.post(f"/studies/{orthanc.resources('Study')[0]}/anonymize", json={"Asynchronous": True}).json["ID"]
        told = eval(client.get("/told").text)
        assert told[-3:] == [(15, 4, ""), (14, 4, ""), (16, 4, job)]
    assert (17, 4, job) in eval(client.get("/told").text)


def test_a_callback_that_fails_changes_nothing(scripted: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    orthanc = scripted(
        """
        import orthanc

        def changed(change, level, resource):
            raise ValueError("boom")

        orthanc.RegisterOnChangeCallback(changed)
        """
    )
    assert orthanc.store(FILE).status == "Success"
    failed = [one for one in orthanc.diagnostics if one.code == "script-failed"]
    assert failed
    assert 'raise ValueError("boom")' in failed[0].happened
    assert "boom" in caplog.text


def test_what_a_callback_stores_is_told_to_it_too(scripted: Scripted) -> None:
    orthanc = scripted(
        """
        import json
        import orthanc

        def stored(instance, identifier):
            if instance.GetInstanceOrigin() == orthanc.InstanceOrigin.REST_API:
                request = json.dumps({"Replace": {"PatientID": "x"}, "Force": True})
                copy = orthanc.RestApiPost(f"/instances/{identifier}/modify", request)
                orthanc.RestApiPost("/instances", copy)

        orthanc.RegisterOnStoredInstanceCallback(stored)
        """
    )
    first = orthanc.store(FILE)
    assert len(orthanc.resources("Instance")) == 2
    (copy,) = [one for one in orthanc.resources("Instance") if one != first.id]
    assert orthanc.metadata("Instance", copy)["Origin"] == "Plugins"


RECEIVED = """
    import orthanc

    def received(data, origin):
        return {answer}

    orthanc.RegisterReceivedInstanceCallback(received)
"""


@pytest.mark.parametrize("release", ["1.10.1", "1.12.7", "1.13.0"])
def test_what_is_discarded_is_filtered_out(scripted: Scripted, release: str) -> None:
    orthanc = scripted(RECEIVED.format(answer="(orthanc.ReceivedInstanceAction.DISCARD, None)"), release=release)
    answered = orthanc.client().post("/instances", data=FILE.read_bytes())
    assert (answered.status_code, answered.json["Status"], answered.json["ID"], answered.json["Path"]) == (
        200,
        "FilteredOut",
        "",
        "/instances/",
    )
    assert orthanc.resources("Instance") == []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(FILE, "a")
    assert orthanc.client().post("/instances", data=packed.getvalue()).json[0]["Status"] == "FilteredOut"
    assert orthanc.client().post("/instances", data=b"no file").status_code == 400


@pytest.mark.parametrize("answered", ["None", "1", "[1, None]", "1 / 0"])
def test_an_answer_that_can_not_be_used_keeps_the_file(scripted: Scripted, answered: str) -> None:
    orthanc = scripted(RECEIVED.format(answer=answered))
    assert orthanc.store(FILE).status == "Success"
    assert orthanc.diagnostics[-1].code == "script-failed"


def test_a_modified_file_is_stored_in_the_place_of_the_first(scripted: Scripted) -> None:
    orthanc = scripted(
        RECEIVED.format(answer="(orthanc.ReceivedInstanceAction.MODIFY, data.replace(b'1CT1', b'2CT2'))")
    )
    assert orthanc.tags(orthanc.store(FILE).id)["0010,0020"]["Value"] == "2CT2"
    broken = scripted(RECEIVED.format(answer="(orthanc.ReceivedInstanceAction.MODIFY, b'x')"))
    with pytest.raises(OrthancError, match="invalid DICOM file"):
        broken.store(FILE)
    missing = scripted(RECEIVED.format(answer="(orthanc.ReceivedInstanceAction.MODIFY, None)"))
    with pytest.raises(OrthancError, match="not returning a modified buffer"):
        missing.store(FILE)


def test_the_filter_of_requests(scripted: Scripted) -> None:
    orthanc = scripted(
        """
        import orthanc

        def admits(uri, **request):
            assert request["ip"] == "127.0.0.1" and isinstance(request["headers"], dict)
            if uri == "/wrong":
                return 1
            return request["method"] == orthanc.HttpMethod.GET and "get" in request

        orthanc.RegisterIncomingHttpRequestFilter(admits)
        """
    )
    client, sender = orthanc.client(), {"REMOTE_ADDR": "127.0.0.1"}
    assert client.get("/system", environ_base=sender).status_code == 200
    assert client.post("/tools/lookup", data="x", environ_base=sender).status_code == 403
    wrong = client.get("/wrong", environ_base=sender)
    assert (wrong.status_code, json.loads(wrong.data)["OrthancStatus"]) == (500, 1)


def test_one_callback_of_a_kind(scripted: Scripted) -> None:
    with pytest.raises(OrthancError, match="Can only register one Python on-changes callback"):
        scripted("import orthanc\nfor _ in range(2):\n    orthanc.RegisterOnChangeCallback(print)\n")


# The functions


@pytest.mark.parametrize("release", RELEASES)
def test_errors_of_the_server_are_those_of_the_plugin(scripted: Scripted, release: str) -> None:
    orthanc = scripted(EVALUATE, release=release)
    unknown = answer(orthanc, "orthanc.RestApiGet('/nope')")
    missing = answer(orthanc, "orthanc.RestApiDelete('/instances/nope')")
    if release == "1.9.1":
        assert unknown == "ValueError('Internal error',)"
        assert missing == "None"
    else:
        assert unknown == missing == "OrthancException(17, 'Unknown resource')"
    assert "Bad types for the arguments (1 arguments expected)" in answer(orthanc, "orthanc.RestApiGet(5)")


def test_the_rest_api_is_not_asked_while_the_script_loads(scripted: Scripted) -> None:
    with pytest.raises(OrthancError, match="database during its initialization"):
        scripted("import orthanc\northanc.RestApiGet('/system')\n")


def test_private_tags_are_left_out_unless_the_flag_wants_them(scripted: Scripted) -> None:
    orthanc = scripted(
        """
    import orthanc
    orthanc.RegisterPrivateDictionaryTag(0x0043, 0x1010, orthanc.ValueRepresentation.US, "MyWindow", 1, 1, "MYLAB")
        """
        + EVALUATE
    )
    instance = orthanc.store(FILE).id
    without, with_them = (
        json.loads(eval(answer(orthanc, f"orthanc.DicomInstanceToJson('{instance}', 3, {flags}, 0)")))
        for flags in ("orthanc.DicomToJsonFlags.NONE", "orthanc.DicomToJsonFlags.INCLUDE_PRIVATE_TAGS")
    )
    assert "PatientStatus" not in without
    assert with_them["PatientStatus"] == "0"
    assert answer(orthanc, "orthanc.GetTagName(0x0043, 0x1010, 'MYLAB')") == "'MyWindow'"
    assert answer(orthanc, "orthanc.LookupDictionary('MyWindow')") == "TypeError('Unknown DICOM tag: MyWindow',)"
    assert answer(orthanc, "orthanc.LookupDictionary('PatientID')['Group']") == "16"
    again = "orthanc.RegisterPrivateDictionaryTag(0x0043, 0x1010, 11, 'MyWindow', 1, 1, 'MYLAB')"
    assert answer(orthanc, again).startswith("OrthancException(2042,")


def test_create_dicom_writes_orphans(scripted: Scripted) -> None:
    orthanc = scripted(
        EVALUATE, configuration={"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}, release="1.12.7"
    )
    tags = {"PatientID": "1", "0011,1001": "tumour", "PrivateCreator": "MYLAB"}
    written = eval(answer(orthanc, f"orthanc.CreateDicom({json.dumps(tags)!r}, None, 0)"))
    assert written.endswith(b"\x11\x00\x01\x10UN\x00\x00\x06\x00\x00\x00tumour")
    assert {"written-as-un", "creator-not-read"} <= {one.code for one in orthanc.diagnostics}
    told = eval(answer(orthanc, f"orthanc.CreateDicom2({json.dumps(tags)!r}, None, 0, 'MYLAB')"))
    assert told.endswith(b"\x11\x00\x01\x10LO\x06\x00tumour")
    assert b"\x11\x00\x11\x00" not in told  # nor does this write a creator


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_not_emulated_says_so(scripted: Scripted, release: str) -> None:
    orthanc = scripted(EVALUATE, release=release)
    functions = [name for name, what in names_of(release).items() if what == "function" and name not in EMULATED]
    for name in functions:
        assert answer(orthanc, f"orthanc.{name}()") == f"NotImplementedError('orthanc.{name} is not emulated',)"
    assert answer(orthanc, "orthanc.RegisterNothing()").startswith("AttributeError(")


@pytest.mark.parametrize("release", RELEASES)
def test_every_name_of_the_plugin_is_there(scripted: Scripted, release: str) -> None:
    orthanc = scripted(EVALUATE, release=release)
    shown = eval(answer(orthanc, "[name for name in dir(orthanc) if not name.startswith('__')]"))
    assert shown == [*names_of(release)]
    assert answer(orthanc, "orthanc.ChangeType.STABLE_STUDY") == "9"


# The script


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("def x(:\n", "SyntaxError"),
        ("import orthanc\nraise ValueError('boom')\n", "raise ValueError('boom')"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3"),
        ("import orthanc\northanc.RegisterRestCallback('(', print)\n", "no regular expression"),
    ],
)
def test_a_script_that_does_not_load_ends_the_start(scripted: Scripted, script: str, told: str) -> None:
    with pytest.raises(OrthancError, match="shared library") as caught:
        scripted(script)
    assert told in str(caught.value)


@pytest.mark.parametrize("option", ["nope.py", "", 5])
def test_a_path_that_leads_to_no_script_ends_the_start(option: Any, tmp_path: Path) -> None:
    with pytest.raises(OrthancError, match="shared library"):
        Emulator({"PythonScript": option})


def test_scripts_of_several_emulators_do_not_meet(scripted: Scripted, tmp_path: Path) -> None:
    (tmp_path / "helper_of_scripts.py").write_text(
        "import orthanc\nCOUNT = []\n\ndef name():\n    import orthanc\n    return orthanc\n"
    )
    script = """
        import helper_of_scripts
        import orthanc

        def answer(output, uri, **request):
            import orthanc as later
            helper_of_scripts.COUNT.append(1)
            same = later is orthanc is helper_of_scripts.name() is helper_of_scripts.orthanc
            version = json_version()
            output.AnswerBuffer(f"{same} {len(helper_of_scripts.COUNT)} {version}", "text/plain")

        def json_version():
            import json
            return json.loads(orthanc.RestApiGet("/system"))["Version"]

        orthanc.RegisterRestCallback("/x", answer)
    """
    first, second = scripted(script, release="1.10.1"), scripted(script, release="1.12.7")
    assert [first.client().get("/x").text, first.client().get("/x").text] == ["True 1 1.10.1", "True 2 1.10.1"]
    assert second.client().get("/x").text == "True 1 1.12.7"
    third = second.fork()
    assert third.client().get("/x").text == "True 1 1.12.7"
    assert "orthanc" not in sys.modules
    assert "helper_of_scripts" not in sys.modules


def test_a_restart_runs_the_script_anew(scripted: Scripted) -> None:
    orthanc = scripted(
        """
        import orthanc

        CALLS = []

        def answer(output, uri, **request):
            CALLS.append(1)
            output.AnswerBuffer(str(len(CALLS)), "text/plain")

        orthanc.RegisterRestCallback("/x", answer)
        """
    )
    assert [orthanc.client().get("/x").text for _ in range(2)] == ["1", "2"]
    orthanc.restart()
    assert orthanc.client().get("/x").text == "1"
    orthanc.restart({})
    assert orthanc.client().get("/x").status_code == 404


def test_a_snapshot_leaves_the_script_alone(scripted: Scripted) -> None:
    orthanc = scripted(ECHO)
    snapshot = orthanc.snapshot()
    orthanc.store(FILE)
    orthanc.restore(snapshot)
    assert orthanc.resources("Instance") == []
    assert orthanc.client().get("/echo/a").status_code == 200


@pytest.mark.orthanc(plugin="echo_plugin.py", load=["../../fixtures/ct_small.dcm"])
def test_the_marker_names_a_script(orthanc: Emulator) -> None:
    assert orthanc.client().get("/count").text == "1"


@pytest.mark.parametrize(
    ("answered", "status", "stored"),
    [
        ("0", 0, 1),
        ("0xA700", 0xA700, 0),
        ("0xB000", 0xB000, 0),
        ("True", 1, 0),
        ("None", 0xA700, 0),
        ("'x'", 0xA700, 0),
        ("1 / 0", 0xA700, 0),
        ("2**40", 0, 1),
        ("-1", 0xA700, 0),
    ],
)
def test_the_filter_of_c_store(scripted: Scripted, answered: str, status: int, stored: int) -> None:
    network = pytest.importorskip("pynetdicom")
    orthanc = scripted(
        f"""
        import orthanc

        def status(instance):
            assert instance.GetInstanceOrigin() == orthanc.InstanceOrigin.DICOM_PROTOCOL
            assert instance.GetInstanceRemoteAet() == "APP"
            return {answered}

        orthanc.RegisterIncomingCStoreInstanceFilter(status)
        """
    )
    sent = dcmread(FILE)
    app = network.AE("APP")
    app.add_requested_context(sent.SOPClassUID, sent.file_meta.TransferSyntaxUID)
    with orthanc.serve_dicom() as door:
        association = app.associate(door.host, door.port, ae_title=door.aet)
        assert association.send_c_store(sent).Status == status
        association.release()
    assert len(orthanc.resources("Instance")) == stored


def test_peers_and_other_servers(scripted: Scripted) -> None:
    orthanc = scripted(
        EVALUATE, configuration={"OrthancPeers": {"b": ["http://b:1/"], "a": {"Url": "http://a:1/", "Mine": "x"}}}
    )
    peers = "orthanc.GetPeers()"
    assert answer(orthanc, f"{peers}.GetPeersCount(), {peers}.GetPeerName(0), {peers}.GetPeerUrl(1)") == (
        "(2, 'a', 'http://b:1/')"
    )
    assert answer(orthanc, f"{peers}.GetPeerUserProperty(0, 'Mine'), {peers}.GetPeerName(7)") == "('x', None)"
    with Emulator().serve() as url:
        assert answer(orthanc, f"orthanc.HttpGet('{url}/instances', '', '')") == "b'[]'"
        assert answer(orthanc, f"orthanc.HttpPost('{url}/tools/lookup', 'x', '', '')") == "b'[]'"
        assert answer(orthanc, f"orthanc.HttpGet('{url}/nope', '', '')") == "OrthancException(17, 'Unknown resource')"
    refused = answer(orthanc, "orthanc.HttpGet('http://hospital.example/', '', '')")
    assert refused == "OrthancException(9, 'Error in the network protocol')"
    assert orthanc.diagnostics[-1].code == "host-not-reached"
