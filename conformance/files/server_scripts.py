"""Scripts that run inside a server, by the name that a scenario's configuration gives: `"PythonScript": "evaluate.py"`.

Both sides run the same text: it is written beside the server, and its path put in the place of its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: A route that evaluates an expression, and routes that answer in each way that there is; callbacks note what they get.
EVALUATE = """
import json
import orthanc

TOLD = []
NAMES = {"json": json, "orthanc": orthanc, "TOLD": TOLD}

try:
    orthanc.RegisterPrivateDictionaryTag(0x0043, 0x1077, orthanc.ValueRepresentation.LO, "ByScript", 1, 1, "MYLAB")
except Exception as error:
    TOLD.append(repr(error))


def evaluate(output, uri, **request):
    try:
        answer = repr(eval(request["body"], NAMES))
    except Exception as error:
        answer = f"{type(error).__name__} {error.args}"
    output.AnswerBuffer(answer, "text/plain")


def run(output, uri, **request):
    exec(request["body"], {**NAMES, "output": output, "uri": uri, "request": request})


def echo(output, uri, **request):
    del request["headers"]
    output.AnswerBuffer(repr((uri, sorted(request.items()))), "text/plain")


def changed(change, level, resource):
    TOLD.append(("changed", change, level))


def stored(instance, identifier):
    TOLD.append(("stored", instance.GetInstanceOrigin(), instance.GetInstanceRemoteAet()))


def admits(uri, **request):
    if uri == "/refused":
        return False
    if uri == "/unreadable":
        return 1
    if uri == "/failing":
        raise ValueError("on purpose")
    return True


def received(data, origin):
    if b"DISCARD ME" in data:
        return orthanc.ReceivedInstanceAction.DISCARD, None
    if b"CHANGE ME " in data:
        return orthanc.ReceivedInstanceAction.MODIFY, data.replace(b"CHANGE ME ", b"CHANGED   ")
    if b"BREAK ME" in data:
        return orthanc.ReceivedInstanceAction.MODIFY, b"no file"
    if b"LOSE ME " in data:
        return orthanc.ReceivedInstanceAction.MODIFY, None
    if b"CONFUSE ME" in data:
        return None
    if b"FAIL ME " in data:
        raise ValueError("on purpose")
    return orthanc.ReceivedInstanceAction.KEEP_AS_IS, None


orthanc.RegisterRestCallback("/evaluate", evaluate)
orthanc.RegisterRestCallback("/run", run)
orthanc.RegisterRestCallback("/echo/(.*)/(a)?(b)?", echo)
orthanc.RegisterRestCallback("/echo/.*", echo)
orthanc.RegisterOnChangeCallback(changed)
orthanc.RegisterOnStoredInstanceCallback(stored)
orthanc.RegisterIncomingHttpRequestFilter(admits)
if hasattr(orthanc, "RegisterReceivedInstanceCallback"):
    orthanc.RegisterReceivedInstanceCallback(received)
"""

#: A filter that answers as the comments of a patient say, and callbacks that note what they get.
FILTER = """
TOLD = {}
local function tell(name)
  _G[name] = function(id, tags, metadata) table.insert(TOLD, name) end
end
for _, name in ipairs({'OnStablePatient', 'OnStableStudy', 'OnStableSeries', 'OnUpdatedInstance', 'OnJobSubmitted'}) do
  tell(name)
end

function OnStoredInstance(id, tags, metadata, origin)
  table.insert(TOLD, 'stored ' .. tostring(tags['PatientComments']) .. ' ' .. DumpJson(origin))
end

function ReceivedInstanceFilter(dicom, origin, info)
  local said = dicom.PatientComments
  if said == 'false' then return false end
  if said == 'nil' then return nil end
  if said == 'number' then return 1 end
  if said == 'error' then error('on purpose') end
  return true
end

function IncomingHttpRequestFilter(method, uri, ip, username, headers)
  if uri == '/refused' then return false end
  if uri == '/unreadable' then return 1 end
  return true
end
"""

#: Filters of queries, which do as the PatientID says, and note what they get; one of C-STORE, which gives a comment.
QUERIES = """
TOLD = {}

function OutgoingFindRequestFilter(query, modality)
  table.insert(TOLD, 'out ' .. DumpJson(query, true) .. ' ' .. DumpJson(modality, true))
  local said = query['0010,0020']
  if said == 'nil' then return nil end
  if said == 'number' then return 5 end
  if said == 'error' then error('on purpose') end
  if said == 'list' then return {'a'} end
  if said == 'empty' then return {} end
  if said == 'table' then query['0010,0020'] = {} end
  if said == 'unknown' then query['Nope'] = 'x' end
  if said == 'change' then query['0010,0020'] = 5 query['PatientName'] = 'N' query['0011,1001'] = 'x' end
  return query
end

function IncomingFindRequestFilter(query, origin)
  table.insert(TOLD, 'in ' .. DumpJson(query, true) .. ' ' .. DumpJson(origin, true))
  local said = query['0010,0020']
  if said == 'in nil' then return nil end
  if said == 'in error' then error('on purpose') end
  if said == 'in unknown' then query['Nope'] = 'x' end
  if said == 'in empty' then return {} end
  if said == 'in level' then
    return { QueryRetrieveLevel = 'SERIES', PatientID = 'ORTHANC-EMULATOR-*', ['0008,0060'] = '' }
  end
  return query
end

function ReceivedCStoreInstanceFilter(dicom, origin, info)
  local said = dicom.PatientComments
  if said == 'true' then return true end
  if said == 'half' then return 0.5 end
  if said == 'error' then error('on purpose') end
  if said == 'text' then return 'x' end
  if said == 'digits' then return '42752' end
  return tonumber(said)
end
"""

#: A filter that refuses one of several copies.
SECOND = """
function ReceivedInstanceFilter(dicom, origin, info)
  return dicom.StudyDescription ~= 'new' or dicom.InstanceNumber ~= '2'
end
"""

SCRIPTS: Mapping[str, str] = {
    "evaluate.py": EVALUATE,
    "broken.py": "import orthanc\nraise ValueError('on purpose')\n",
    "unreadable.py": "def x(:\n",
    "leaving.py": "import sys\nsys.exit(3)\n",
    "filter.lua": FILTER,
    "queries.lua": QUERIES,
    "second.lua": SECOND,
    "broken.lua": "error('on purpose')",
    "unreadable.lua": "x=(",
}


def with_scripts(configuration: Mapping[str, Any], folder: Path, seen: Path | None = None) -> Mapping[str, Any]:
    """The configuration with the paths of its scripts, which are written below a folder; `seen` is how the server sees
    the folder."""
    python, lua = configuration.get("PythonScript"), configuration.get("LuaScripts") or []
    names = [name for name in (python, *lua) if name in SCRIPTS]
    if not names:
        return configuration
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(SCRIPTS[name], encoding="utf-8")

    def placed(name: str) -> str:
        return str((seen or folder) / name) if name in SCRIPTS else name

    scripts = {"PythonScript": placed(python)} if python is not None else {}
    return {**configuration, **scripts, **({"LuaScripts": [placed(name) for name in lua]} if lua else {})}
