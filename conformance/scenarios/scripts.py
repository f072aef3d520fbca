"""Scripts inside the server: the Python plugin's, and Lua's. Both sides run the same text."""

from __future__ import annotations

import json
from typing import Any

from conformance.asking.configurations import LUA, PYTHON
from conformance.asking.exchange import Request
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "mine")
WITH_4_0 = ("1.10.1", "1.12.7", "1.13.0")

#: Results of functions that depend on nothing: the same for every release that has them.
EXPRESSIONS = (
    "TOLD[:0]",
    "orthanc.RestApiGet('/nope')",
    "orthanc.RestApiGet('tools')",
    "orthanc.RestApiGet(b'/instances')",
    "orthanc.RestApiGet()",
    "orthanc.RestApiGetAfterPlugins('/nope')",
    "orthanc.RestApiPost('/tools/lookup', 'nobody')",
    "orthanc.RestApiPost('/tools/lookup', b'nobody')",
    "orthanc.RestApiPost('/tools/lookup', None)",
    "orthanc.RestApiPost('/tools/find', '{}')",
    "orthanc.RestApiPost('/tools/nope', '')",
    "orthanc.RestApiPost('/instances', 'no file')",
    "orthanc.RestApiPut('/instances', 'x')",
    "orthanc.RestApiPut('/modalities/x', '{')",
    "orthanc.RestApiDelete('/instances/nope')",
    "orthanc.RestApiDelete('/modalities/nope')",
    "orthanc.RestApiGet('/instances/../system')",
    "orthanc.GetDicomForInstance('x')",
    "orthanc.LookupPatient('nobody')",
    "orthanc.GetTagName(0x0010, 0x0010, '')",
    "orthanc.GetTagName(0x0010, 0x0010, 'MYLAB')",
    "orthanc.GetTagName(0x0010, 0x0010, None)",
    "orthanc.GetTagName(0x0011, 0x0101, 'MYLAB')",
    "orthanc.GetTagName(0x0011, 0x1003, 'MYLAB')",
    "orthanc.GetTagName(0x0011, 0x1101, 'MYLAB')",
    "orthanc.GetTagName(0x0011, 0x0010, '')",
    "orthanc.GetTagName(0x0011, 0x0010, 'MYLAB')",
    "orthanc.GetTagName(0x0043, 0x1077, 'MYLAB')",
    "orthanc.GetTagName(0x0043, 0x1077, '')",
    "orthanc.LookupDictionary('PatientID')",
    "orthanc.LookupDictionary('0010,0020')",
    "orthanc.LookupDictionary('ByScript')",
    "orthanc.LookupDictionary('MyLabel')",
    "orthanc.LookupDictionary('PixelData')",
    "orthanc.LookupDictionary('ImageType')",
    "orthanc.LookupDictionary('LongCodeValue')",
    "orthanc.LookupDictionary('Nope')",
    "orthanc.RegisterPrivateDictionaryTag(0x0043, 0x1077, 11, 'ByScript', 1, 1, 'MYLAB')",
    "orthanc.RegisterPrivateDictionaryTag(0x0042, 0x1077, 11, 'Even', 1, 1, 'MYLAB')",
    "orthanc.RegisterPrivateDictionaryTag(0x0043, 0x1078, 99, 'NoVR', 1, 1, 'MYLAB')",
    "orthanc.RegisterPrivateDictionaryTag(0x0043, 0x1078, 11, 'Reversed', 2, 1, 'MYLAB')",
    "orthanc.RegisterOnChangeCallback(print)",
    "orthanc.GetErrorDescription(17)",
    "orthanc.GetErrorDescription(99999)",
    "orthanc.ComputeMd5('abc')",
    "orthanc.ComputeSha1(b'abc')",
    "orthanc.CheckVersionAdvanced(9, 9, 0)",
    "orthanc.AutodetectMimeType('a.dcm')",
    "orthanc.AutodetectMimeType('a.unknown')",
    "orthanc.LogWarning(5)",
    "orthanc.BufferCompression(b'abc', orthanc.CompressionType.ZLIB_WITH_SIZE, 0)",
    "orthanc.DicomBufferToJson(b'abc', 1, 0, 0)",
    "orthanc.DicomInstanceToJson('x', 1, 0, 0)",
    "orthanc.CreateDicomInstance(b'x').GetInstanceSize()",
    "orthanc.CreateDicomInstance(b'x').GetInstanceJson()",
    "orthanc.DicomInstance()",
    "orthanc.RestOutput()",
    "orthanc.ChangeType.STABLE_STUDY, type(orthanc.ChangeType.STABLE_STUDY)",
    "[name for name in sorted(dir(orthanc)) if not name.startswith('__')]",
)

#: What CreateDicom is given, and what comes of it: the end of the file, and its tags.
CREATED: tuple[Any, ...] = (
    {"PatientID": "1", "0011,1001": "tumour"},
    {"PatientID": "1", "0011,1001": "tumour", "PrivateCreator": "MYLAB"},
    {"PatientID": "1", "0011,0010": "MYLAB", "0011,1003": "tumour"},
    {"PatientName": "M\xfcller"},
    {"SpecificCharacterSet": "ISO_IR 192", "PatientName": "\u0416"},
    {"PatientID": None},
    {"PatientID": 5},
    {"PatientID": ["x"]},
    {"Nope": "x"},
    {"ReferencedSeriesSequence": "x"},
    {"ReferencedSeriesSequence": {}},
    {"ReferencedSeriesSequence": [{"PatientName": "x", "0011,1001": "y"}]},
    [],
)

ANSWERS = (
    "output.AnswerBuffer('text', 'text/plain')",
    "output.AnswerBuffer('', '')",
    "output.AnswerBuffer('a', 'text/plain'); output.AnswerBuffer('b', 'text/plain')",
    "output.AnswerBuffer('text')",
    "output.AnswerBuffer(5, 'text/plain')",
    "raise ValueError('on purpose')",
    "raise SystemExit(3)",
    "orthanc.RestApiGet('/nope')",
    "output.Redirect('/system')",
    "output.SendMethodNotAllowed('GET,PUT')",
    "output.SendHttpStatusCode(404)",
    "output.SendHttpStatusCode(201)",
    "output.SendHttpStatus(404, 'body')",
    "output.SendHttpStatus(404, 'body', 4)",
    "output.SendUnauthorized('realm')",
    "output.SetCookie('a', 'b'); output.AnswerBuffer('x', 'text/plain')",
    "output.SetHttpHeader('X-A', 'b'); output.AnswerBuffer('x', 'text/plain')",
    "output.SetHttpHeader('X-A', 'b'); output.SendHttpStatusCode(404)",
    "output.SetHttpErrorDetails('why', 1); raise ValueError()",
)


def evaluate(session: Session, expression: str) -> None:
    session.post("/evaluate", data=expression)


@scenario("What functions of the module answer, and which errors they raise", configuration=PYTHON)
def functions(session: Session) -> None:
    for expression in EXPRESSIONS:
        evaluate(session, expression)


@scenario("How a route answers", configuration=PYTHON)
def answers(session: Session) -> None:
    for statement in ANSWERS:
        session.post("/run", data=statement)


@scenario("What a route is given", configuration=PYTHON)
def requests(session: Session) -> None:
    session.get("/plugins")
    session.get("/plugins/python")
    for path in ("/echo/1/ab", "/echo/1/", "/echo/1/2/b", "/echo/x?a=1&b=2&a=3", "/echo/x/", "/prefix/echo/x"):
        session.get(path)
    session.post("/echo/x?a=1", data="body")
    session.put("/echo/x", data="body")
    session.delete("/echo/x")


@scenario("The filter of requests over HTTP", configuration=PYTHON)
def http_filter(session: Session) -> None:
    for path in ("/refused", "/unreadable", "/failing", "/nope"):
        session.get(path)


@scenario("What becomes of a file by the received instance callback", configuration=PYTHON, releases=WITH_4_0)
def received(session: Session) -> None:
    for number, words in enumerate(("DISCARD ME", "BREAK ME", "LOSE ME ", "CONFUSE ME", "FAIL ME ", "CHANGE ME ")):
        session.upload(session.dataset(LABEL, PatientComments=words, instance=number + 1))


@scenario("The callback for stored instances, and for those that are stored already", configuration=PYTHON)
def stored(session: Session) -> None:
    content = session.dataset(LABEL)
    evaluate(session, "TOLD.clear()")
    session.upload(content)
    session.wait(1)  # callbacks have threads of their own
    evaluate(session, "[one for one in TOLD if one[0] == 'stored']")
    session.upload(content)
    session.wait(1)
    evaluate(session, "[one for one in TOLD if one[0] == 'stored']")


@scenario("The elements of a file by the flags of DicomInstanceToJson", configuration=PYTHON)
def flags(session: Session) -> None:
    content = session.dataset(LABEL, (0x0013, 0x01, "UN", b"abcd"), (0x0011, 0x03, "LO", "here"), Rows=2)
    instance = session.upload(content).json["ID"]
    for form in (1, 2, 3):
        for flag in (0, 1, 2, 4, 6, 7, 15, 23, 39):
            evaluate(session, f"json.loads(orthanc.DicomInstanceToJson('{instance}', {form}, {flag}, 0))")
    evaluate(session, f"json.loads(orthanc.DicomInstanceToJson('{instance}', 3, 6, 4))")
    evaluate(session, f"orthanc.DicomInstanceToJson('{instance}', 9, 0, 0)")


@scenario("CreateDicom has no place for a private creator", configuration=PYTHON, releases=WITH_4_0)
def create(session: Session) -> None:
    for body in CREATED:
        call = f"orthanc.CreateDicom({json.dumps(body)!r}, None, 0)"
        evaluate(session, f"{call}.partition(b'CS')[2]")
        evaluate(session, f"json.loads(orthanc.DicomBufferToJson({call}, 2, 15, 0))")
    evaluate(session, "orthanc.CreateDicom('x', None, 0)")
    evaluate(session, "orthanc.CreateDicom('{}', 5, 0)")


@scenario(
    "CreateDicom2 is told one, and writes no creator element", configuration=PYTHON, releases=("1.12.7", "1.13.0")
)
def create_for_creator(session: Session) -> None:
    for creator in ("MYLAB", "OTHERLAB", ""):
        for body in CREATED[:3]:
            evaluate(session, f"orthanc.CreateDicom2({json.dumps(body)!r}, None, 0, {creator!r}).partition(b'CS')[2]")


@scenario("A script that does not load", configuration={"PythonScript": "broken.py"}, starts=True)
def broken(session: Session) -> None:
    session.get("/system")


@scenario("A script that can't be read", configuration={"PythonScript": "unreadable.py"}, starts=True)
def unreadable(session: Session) -> None:
    session.get("/system")


@scenario("A script that leaves", configuration={"PythonScript": "leaving.py"}, starts=True)
def leaving(session: Session) -> None:
    session.get("/system")


#: Scripts in Lua that print the same on all servers.
LUA_SCRIPTS = (
    "print('a', 1, nil, true)",
    "print('a\\0b')",
    "return 5",
    "x=",
    "error('on purpose')",
    "print(1); nope()",
    "print(_VERSION, 5/2, 4/2, 10//3, math.type(5), 2^53)",
    "print(type(io), type(os), type(package), type(debug), type(require), type(bit32), type(python))",
    "local t = {} for k in pairs(_G) do if type(_G[k]) == 'function' and k:match('^[A-Z]') then t[#t+1] = k end end "
    "table.sort(t) print(table.concat(t, ' '))",
    "print(DumpJson({1,2,3}), DumpJson({}), DumpJson('x'), DumpJson(5), DumpJson(5.5), DumpJson(nil), DumpJson(true))",
    "print(DumpJson({a='072730', b='1.5', c='1CT1', d=' 7 '}))",
    "print(DumpJson({a=1, b='02'}, true))",
    "print(DumpJson({1, 2, a=3}))",
    "print(DumpJson())",
    "print(ParseJson('nojson'), ParseJson('5'), ParseJson('5.5'), ParseJson('true'), ParseJson('\"x\"'))",
    "print(type(ParseJson('null')), type(ParseJson('[]')), #ParseJson('[1,2]'))",
    'PrintRecursive(ParseJson(\'{"a":[1,2,null,true,"x"]}\'))',
    "print(RestApiGet('/nope'), RestApiGet(5), RestApiGet())",
    "print(RestApiPost('/tools/lookup', 'nobody'), RestApiPost('/tools/nope', ''))",
    "print(RestApiDelete('/instances/nope'))",
    "print(GetOrthancConfiguration()['ExecuteLuaEnabled'])",
    "print(HttpGet('http://127.0.0.1:1/'))",
)


@scenario("What a script in Lua prints, and how it fails", configuration=LUA)
def lua(session: Session) -> None:
    for script in LUA_SCRIPTS:
        session.post("/tools/execute-script", data=script)


@scenario("Lua's filter of what comes in", configuration=LUA)
def lua_filter(session: Session) -> None:
    for number, words in enumerate(("false", "nil", "number", "error", "true")):
        session.upload(session.dataset(LABEL, PatientComments=words, instance=number + 1))


@scenario("Lua's filter of requests over HTTP", configuration=LUA)
def lua_http_filter(session: Session) -> None:
    for path in ("/refused", "/unreadable", "/nope"):
        session.get(path)


@scenario("A script in Lua that fails", configuration={"LuaScripts": ["broken.lua"]}, starts=True)
def lua_broken(session: Session) -> None:
    session.get("/system")


@scenario("A script in Lua that can't be read", configuration={"LuaScripts": ["unreadable.lua"]}, starts=True)
def lua_unreadable(session: Session) -> None:
    session.get("/system")


def copies(session: Session, comments: tuple[str, ...]) -> None:
    """Copies of one instance, each with a comment that a script reads."""
    stored = session.upload(session.dataset(LABEL, PatientComments="true"))
    session.upload(session.dataset(LABEL, PatientComments="true", series=2))
    study, series = stored.text_field("ParentStudy"), stored.text_field("ParentSeries")
    for comment in comments:
        replace = {"PatientComments": comment}
        session.post(f"/series/{series}/modify", json={"Replace": replace})
        session.post(f"/series/{series}/modify", json={"Replace": replace, "Permissive": True})
        session.post(f"/studies/{study}/split", json={"Series": [series], "Replace": replace, "KeepSource": True})
        made = {"PatientID": session.patient_id(), "PatientComments": comment}
        session.post("/tools/create-dicom", json={"Tags": made, "Content": ""})
    listed = session.client.send(Request("GET", "/instances")).json
    tags = [session.client.send(Request("GET", f"/instances/{one}/simplified-tags")).json for one in listed]
    session.observe("what is stored", sorted(one["PatientComments"] for one in tags))


@scenario("Lua's filter of the copies that requests make", configuration=LUA, needs_empty_server=True)
def lua_copies(session: Session) -> None:
    copies(session, ("true", "false", "nil", "error"))


@scenario("One of several copies is refused", configuration={"LuaScripts": ["second.lua"]}, needs_empty_server=True)
def lua_mixed_copies(session: Session) -> None:
    study = session.upload_series(3, LABEL)[0].text_field("ParentStudy")
    session.post(f"/studies/{study}/modify", json={"Replace": {"StudyDescription": "new"}, "Permissive": True})


@scenario(
    "The received instance callback of the copies that requests make",
    configuration=PYTHON,
    needs_empty_server=True,
    releases=WITH_4_0,
)
def received_copies(session: Session) -> None:
    copies(session, ("DISCARD ME", "LOSE ME ", "FAIL ME ", "CHANGE ME "))


#: A server whose Lua filters queries, and on whose DICOM network everybody may do everything.
QUERYING = {
    "DicomServerEnabled": True,
    "DicomAlwaysAllowStore": True,
    "DicomAlwaysAllowFind": True,
    "ExecuteLuaEnabled": True,
    "LuaScripts": ["queries.lua"],
}


@scenario("Lua's filters of queries that are sent, and that come in", configuration=QUERYING, needs_empty_server=True)
def lua_queries(session: Session) -> None:
    session.upload(session.dataset(LABEL))
    address = session.network.address
    modality = json.dumps([address.aet, address.host, address.port]).encode()
    session.client.send(Request("PUT", "/modalities/self", modality))  # not logged: the port is any
    outgoing = ("nil", "number", "error", "list", "empty", "table", "unknown", "change")
    for word in (*outgoing, "in nil", "in error", "in unknown", "in empty", "in level"):
        body = {"Level": "Study", "Query": {"PatientID": word}}
        asked = session.client.send(Request("POST", "/modalities/self/query", json.dumps(body).encode()))
        if asked.status != 200:
            session.post("/modalities/self/query", json=body)
            continue
        found = session.client.send(Request("GET", f"/queries/{asked.id}/answers?expand&simplify"))
        session.observe(f"answers to {word}", found.json)
    session.post("/modalities/self/find-patient", json={"PatientID": session.patient_id()})
    session.post("/tools/execute-script", data="for _, one in ipairs(TOLD) do print(one) end")


@scenario("Lua's filter of C-STORE", configuration=QUERYING, needs_empty_server=True)
def lua_store_filter(session: Session) -> None:
    words = ("0", "1", "42752", "65536", "70000", "-1", "half", "digits", "true", "text", "error", "nil")
    for number, word in enumerate(words):
        session.dicom_store(session.dataset(LABEL, PatientComments=word, instance=number + 1))
    listed = session.client.send(Request("GET", "/instances")).json
    tags = [session.client.send(Request("GET", f"/instances/{one}/simplified-tags")).json for one in listed]
    session.observe("what is stored", sorted(one["PatientComments"] for one in tags))
