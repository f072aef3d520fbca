"""Lua: /tools/execute-script, callbacks, filters. What is expected was measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from emulator import RELEASES, Emulator, OrthancError
from tests.modification.modified_files import LABEL, dicom

pytest.importorskip("lupa")

FILE = Path("fixtures/ct_small.dcm")
LATER = ["1.12.7", "1.13.0"]

Lua = Callable[..., Emulator]


@pytest.fixture
def lua(tmp_path: Path) -> Lua:
    """An emulator that runs a script in Lua, and more by /tools/execute-script."""

    def make(script: str = "", release: str = "1.12.7", unknown_tags: Any = "reject", **options: Any) -> Emulator:
        path = tmp_path / "script.lua"
        path.write_text(script)
        configuration = {"LuaScripts": [str(path)], "ExecuteLuaEnabled": True, **options}
        return Emulator(configuration, release=release, unknown_tags=unknown_tags)

    return make


def run(orthanc: Emulator, code: str) -> str:
    """What a script prints."""
    answer = orthanc.client().post("/tools/execute-script", data=code.encode())
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain"
    text: str = answer.text
    return text


#: What Lua says of what is asked for before the first callback (measured on the four releases).
NO_CALLBACK = "bad argument #1 to 'insert' (table expected, got nil)"


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("print('a', 1, nil, true)", "a, 1, nil, true\n"),
        ("return 5", ""),
        ("print('é')", "é\n"),
        ("print('x\\0y')", "x\n"),
        ("print(_VERSION, 5/2, 10//3, math.type(5))", "Lua 5.3, 2.5, 3, integer\n"),
        ("PrintRecursive({b={c=2}})", "table\n\t[b], table\n\t[b]\t[c], number, 2\n"),
        ("print(DumpJson({a=1,b={c='x'}}))", '{"a":1,"b":{"c":"x"}}\n'),
        ("print(DumpJson({1,2,3}), DumpJson({}), DumpJson(nil), DumpJson())", "[1,2,3], [], null, nil\n"),
        ("print(DumpJson({1,2,a=3}))", '{"1":1,"2":2,"a":3}\n'),
        ("print(DumpJson({a='072730',b='1.5',c='1CT1'}))", '{"a":72730,"b":1.5,"c":"1CT1"}\n'),
        ("print(DumpJson({a=1},true))", '{"a":"1"}\n'),
        ("print(ParseJson('nojson'), type(ParseJson('null')), ParseJson('\"x\"'))", "nil, nil, x\n"),
        ("print(#ParseJson('[1,2]'), ParseJson('{\"a\":{\"b\":true}}').a.b)", "2, true\n"),
        ("print(RestApiGet('/nope'), RestApiGet(5), RestApiGet())", "nil, nil, nil\n"),
        ("print(type(RestApiGet), type(ModifyInstance), GetOrthancConfiguration()['ExecuteLuaEnabled'])", None),
        ("print(HttpGet('http://127.0.0.1:1/'))", "nil\n"),
        ("print(select(2, pcall(ModifyInstance, 'x', {}, {}, true)))", f'[string "line"]:86: {NO_CALLBACK}\n'),
        ("print(select(2, pcall(SendToModality, 'x', 'y')))", f'[string "line"]:40: {NO_CALLBACK}\n'),
        ("print(select(2, pcall(SendToPeer, 'x', 'y')))", f'[string "line"]:55: {NO_CALLBACK}\n'),
        ("print(select(2, pcall(Delete, 'x')))", f'[string "line"]:69: {NO_CALLBACK}\n'),
        ("print(select(2, pcall(Delete)))", '[string "line"]:66: Cannot delete a nonexistent resource\n'),
        ("print(select(2, pcall(ModifyInstance)))", '[string "line"]:79: Cannot modify a nonexistent resource\n'),
        ("print(select(2, pcall(ModifyInstance, '')))", '[string "line"]:83: Cannot modify twice an resource\n'),
        ("print(select(2, pcall(SendToPeer)))", '[string "line"]:52: Cannot send a nonexistent resource\n'),
        ("", ""),
    ],
)
def test_what_scripts_print(lua: Lua, code: str, printed: str | None) -> None:
    assert run(lua(), code) == ("function, function, true\n" if printed is None else printed)


@pytest.mark.parametrize(("release", "number"), [("1.9.1", "5.0"), ("1.10.1", "5.0"), ("1.12.7", "5"), ("1.13.0", "5")])
def test_numbers_of_json(lua: Lua, release: str, number: str) -> None:
    assert run(lua(release=release), "print(ParseJson('5'))") == f"{number}\n"


def test_globals_stay(lua: Lua) -> None:
    orthanc = lua("x = 1")
    run(orthanc, "x = x + 1")
    assert run(orthanc, "print(x)") == "2\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x=", '[string "line"]:1: unexpected symbol near <eof>'),
        ("print(1); error('boom')", '[string "line"]:1: boom'),
        ("nope()", "[string \"line\"]:1: attempt to call a nil value (global 'nope')"),
    ],
)
def test_what_fails_is_told(lua: Lua, code: str, told: str) -> None:
    answer = lua().client().post("/tools/execute-script", data=code)
    body = json.loads(answer.data)
    assert (answer.status_code, body["OrthancStatus"], body["Details"]) == (500, 2031, told)


def test_a_script_has_no_way_to_the_process(lua: Lua) -> None:
    orthanc = lua()
    assert run(orthanc, "print(python)") == "nil\n"
    for code in ("os.exit(1)", "while true do end"):
        assert orthanc.client().post("/tools/execute-script", data=code).status_code == 500


def test_without_the_option_nothing_runs() -> None:
    assert Emulator().client().post("/tools/execute-script", data="print(1)").status_code == 403


CALLBACKS = """
    TOLD = {}
    local function tell(name) return function(id, tags, metadata) table.insert(TOLD, name .. ' ' .. id) end end
    for _, name in ipairs({'OnStablePatient', 'OnStableStudy', 'OnStableSeries', 'OnDeletedPatient', 'OnDeletedStudy',
        'OnDeletedSeries', 'OnDeletedInstance', 'OnUpdatedInstance', 'OnJobSubmitted', 'OnJobSuccess'}) do
      _G[name] = tell(name)
    end
    function Initialize() table.insert(TOLD, 'init') end
    function OnStoredInstance(id, tags, metadata, origin)
      table.insert(TOLD, 'stored ' .. tags['PatientID'] .. ' ' .. metadata['Origin'] .. ' ' .. DumpJson(origin))
    end
"""


@pytest.mark.parametrize("release", RELEASES)
def test_callbacks(lua: Lua, release: str) -> None:
    orthanc = lua(CALLBACKS, release, StableAge=60, UserMetadata={"mine": 1030})
    first = orthanc.store(FILE)
    orthanc.advance(60)
    orthanc.set_metadata("Instance", first.id, "mine", "x")
    orthanc.store(FILE)
    orthanc.delete("Patient", first.parent_patient)
    stored = 'stored 1CT1 RestApi {"RemoteIp":"127.0.0.1","RequestOrigin":"RestApi","Username":""}'
    again = [] if release == "1.13.0" else [stored]
    assert run(orthanc, "print(table.concat(TOLD, '\\n'))").splitlines() == [
        "init",
        stored,
        f"OnStableSeries {first.parent_series}",
        f"OnStableStudy {first.parent_study}",
        f"OnStablePatient {first.parent_patient}",
        f"OnUpdatedInstance {first.id}",
        *again,
        f"OnDeletedInstance {first.id}",
        f"OnDeletedSeries {first.parent_series}",
        f"OnDeletedStudy {first.parent_study}",
        f"OnDeletedPatient {first.parent_patient}",
    ]


def test_what_a_callback_asks_for_is_done_after_it(lua: Lua) -> None:
    orthanc = lua(
        """
        function OnStoredInstance(id, tags, metadata, origin)
          if origin['RequestOrigin'] ~= 'Lua' then
            RESULT = ModifyInstance(id, { PatientName = 'changed', ['0011,1001'] = 'x' }, { 'PatientBirthDate' }, false)
            Delete(id)
          end
        end
        """,
        Dictionary={"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]},
        unknown_tags="as-release",
    )
    first = orthanc.store(dicom(*LABEL))
    (made,) = orthanc.resources("Instance")
    assert made != first.id
    assert run(orthanc, "print(RESULT)") == "\n"
    assert orthanc.metadata("Instance", made)["Origin"] == "Lua"
    assert orthanc.simplified_tags(made)["PatientName"] == "changed"
    assert "creator-not-read" in {one.code for one in orthanc.diagnostics}
    assert b"\x11\x00\x01\x10UN" in orthanc.file(made)


def test_an_operation_goes_on_with_what_the_one_before_made(lua: Lua) -> None:
    orthanc = lua(
        """
        function OnStoredInstance(id, tags, metadata, origin)
          if origin['RequestOrigin'] ~= 'Lua' then Delete(ModifyInstance(id, { PatientName = 'x' }, {}, true)) end
        end
        """
    )
    first = orthanc.store(FILE)
    assert orthanc.resources("Instance") == [first.id]


def test_a_callback_that_fails_is_told(lua: Lua) -> None:
    orthanc = lua("function OnStoredInstance() error('boom') end")
    assert orthanc.store(FILE).status == "Success"
    (told,) = [one for one in orthanc.diagnostics if one.code == "script-failed"]
    assert "boom" in told.happened


FILTER = """
    SHARED = 'no'
    function ReceivedInstanceFilter(dicom, origin, info)
      assert(origin.RequestOrigin == 'RestApi' and info.TransferSyntaxUID == '1.2.840.10008.1.2.1')
      SHARED = 'yes'
      return {answer}
    end
"""


@pytest.mark.parametrize("release", RELEASES)
def test_the_filter_of_what_comes_in(lua: Lua, release: str) -> None:
    refusing = lua(FILTER.replace("{answer}", "dicom.PatientID == 'other'"), release)
    answer = refusing.client().post("/instances", data=FILE.read_bytes()).json
    assert answer["Status"] == "FilteredOut"
    assert answer["Path"] == f"/instances/{answer['ID']}"  # told, though it is not there
    assert refusing.resources("Instance") == []
    assert run(refusing, "print(SHARED)") == "no\n"  # filters have a Lua of their own
    for wrong in ("nil", "1", "'x'"):
        orthanc = lua(FILTER.replace("{answer}", wrong), release)
        failed = orthanc.client().post("/instances", data=FILE.read_bytes())
        assert (failed.status_code, json.loads(failed.data)["OrthancStatus"]) == (500, 2034)
        assert orthanc.diagnostics[-1].code == "script-failed"


def test_the_filter_of_requests(lua: Lua) -> None:
    orthanc = lua(
        """
        function IncomingHttpRequestFilter(method, uri, ip, username, headers)
          if uri == '/wrong' then return 1 end
          return method ~= 'DELETE' and headers['x-no'] == nil
        end
        """
    )
    client = orthanc.client()
    assert client.get("/system").status_code == 200
    assert client.get("/system", headers={"X-No": "1"}).status_code == 403
    assert client.delete("/patients/x").status_code == 403
    assert json.loads(client.get("/wrong").data)["OrthancStatus"] == 2034


def test_hosts_are_reached_by_the_rule_of_peers(lua: Lua) -> None:
    asked: list[tuple[str, str | None, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["X-One"], body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *_: Any) -> None:
            pass

    orthanc = lua()
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/hook"
        assert run(orthanc, f"print(HttpPost('{url}', 'body', {{['X-One']='1'}}))") == "thanks\n"
        server.shutdown()
    assert asked == [("/hook", "1", b"body")]
    assert run(orthanc, "print(HttpGet('http://hospital.example/'))") == "nil\n"
    assert orthanc.diagnostics[-1].code == "host-not-reached"


@pytest.mark.parametrize("script", ["x=(", "error('boom')"])
def test_a_script_that_fails_ends_the_start(lua: Lua, script: str) -> None:
    with pytest.raises(OrthancError, match="Cannot execute a Lua command"):
        lua(script)


@pytest.mark.parametrize("paths", [["/nope/nope.lua"], "x", [5]])
def test_a_path_that_leads_to_no_script(paths: Any) -> None:
    with pytest.raises(OrthancError):
        Emulator({"LuaScripts": paths})
