"""Answers of real servers, kept as JSON: `<folder>/<release>/<chapter>.json`.

Those of a server whose index is not in SQLite are in a folder of their own, such as `1.12.7-postgresql`.

The files are made to be read and compared: nothing in them depends on the machine, what fits on a line stands on one,
an element of a DICOM answer is a text such as "0011,1001 LO label", a tag of /tags, an upload with the usual answer and
an error of the usual form are lists, and headers are left out where they are the usual ones.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..comparing.differences import NormalEntry
from ..scenarios.scenario import Scenario

if TYPE_CHECKING:
    from importlib.abc import Traversable

FORMAT = 2
SQLITE = "sqlite"
LINE_LENGTH = 160
USUAL_HEADERS = {"content-type": "application/json; charset=utf-8"}
#: The fields of the usual answer to an upload, whose path follows from its ID.
STORED = ("ID", "ParentPatient", "ParentStudy", "ParentSeries", "Status")
#: What /tags says of a tag; the last only of private ones.
TAG = ("Name", "Type", "Value", "PrivateCreator")
#: What stands for the VR of an element of an implicit-VR file.
NO_VR = "--"


def shipped() -> Traversable:
    """The folder of the recordings: in an installed package within it, in a checkout fixtures/recordings."""
    packaged = files("conformance") / "recordings"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "fixtures" / "recordings"


def save(
    folder: Path,
    release: str,
    chapter: str,
    logs: Mapping[str, list[NormalEntry]],
    *,
    partly: bool = False,
) -> Path:
    """Writes the normalised logs of a chapter's scenarios, by name; returns the file.

    `partly` keeps what the file holds of other scenarios. The date stays where the answers stay.
    """
    path = folder / release / f"{chapter}.json"
    former = read(path) if path.is_file() else {}
    scenarios = {name: [packed(entry) for entry in log] for name, log in logs.items()}
    if partly:
        scenarios = {**former.get("scenarios", {}), **scenarios}
    if former.get("scenarios") == scenarios:
        return path
    content = {
        "format": FORMAT,
        "release": release,
        "recorded": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "scenarios": scenarios,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(laid_out(content) + "\n", encoding="utf-8")
    return path


def load(folder: Traversable, release: str, scenario: Scenario) -> list[NormalEntry] | None:
    """The recorded log of a scenario, None if there is none; raises ValueError for a file of another format."""
    path = folder / release / f"{scenario.chapter}.json"
    if not path.is_file():
        return None
    log = read(path)["scenarios"].get(scenario.name)
    return None if log is None else [unpacked(entry) for entry in log]


def variant(release: str, database: str) -> str:
    """The name of the folder for a release with a database."""
    return release if database == SQLITE else f"{release}-{database}"


def releases(folder: Traversable, database: str = SQLITE) -> list[str]:
    """The releases that have recordings with a database, oldest first."""
    if not folder.is_dir():
        return []
    ending = variant("", database)
    names = (
        one.name.removesuffix(ending)
        for one in folder.iterdir()
        if one.is_dir() and one.name[:1].isdigit() and one.name.partition("-")[2] == ending[1:]
    )
    return sorted(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


def titles(folder: Traversable, release: str) -> set[str]:
    """The titles of all scenarios that have a recording."""
    chapters = list((folder / release).iterdir()) if (folder / release).is_dir() else []
    return {f"{one.name.removesuffix('.json')}/{name}" for one in chapters for name in read(one)["scenarios"]}


def recorded_on(folder: Traversable, release: str) -> str | None:
    """The date of the newest recording of a release, None if there is none."""
    if not (folder / release).is_dir():
        return None
    dates = [read(one)["recorded"] for one in (folder / release).iterdir() if one.name.endswith(".json")]
    return max(dates, default=None)


def read(path: Traversable) -> dict[str, Any]:
    content = parsed(path.read_text(encoding="utf-8"))
    if content.get("format") != FORMAT:
        raise ValueError(f"{path} is of format {content.get('format')}, not {FORMAT}: delete it and record it again")
    return content


@lru_cache(maxsize=64)
def parsed(text: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(text)
    return content


def packed(entry: NormalEntry) -> NormalEntry:
    """An entry as it stands in a file."""
    if "answer" not in entry:
        return entry
    request, answer = dict(entry["request"]), dict(entry["answer"])
    if answer["headers"] == USUAL_HEADERS:
        del answer["headers"]
    if is_stored(request, answer):
        return {"stored": [request["body"], *(answer["json"][name] for name in STORED)]}
    if "dicom" in answer:
        answer["dicom"] = {part: packed_elements(value) for part, value in answer["dicom"].items()}
    elif is_error(answer) and answer["json"] == error_body(request, answer["status"], packed_error(answer["json"])):
        answer["error"] = packed_error(answer.pop("json"))
    elif is_tags(answer.get("json")):
        answer["tags"] = {
            tag: [shown[name] for name in TAG if name in shown] for tag, shown in answer.pop("json").items()
        }
    return {"request": f"{request.pop('method')} {request.pop('path')}", **request, "answer": answer}


def unpacked(entry: NormalEntry) -> NormalEntry:
    """The entry that `packed` made this of."""
    if "stored" in entry:
        body, *values = entry["stored"]
        fields = dict(zip(STORED, values, strict=True))
        request: dict[str, Any] = {"method": "POST", "path": "/instances", "body": body}
        answer: dict[str, Any] = {"status": 200, "json": {**fields, "Path": f"/instances/{fields['ID']}"}}
        return {"request": request, "answer": {"headers": USUAL_HEADERS, **answer}}
    if "answer" not in entry:
        return entry
    method, path = entry["request"].split(" ", 1)
    body = {name: value for name, value in entry.items() if name not in ("request", "answer")}
    request = {"method": method, "path": path, **body}
    answer = {"headers": USUAL_HEADERS, **entry["answer"]}
    if "dicom" in answer:
        answer["dicom"] = {part: unpacked_elements(value) for part, value in answer["dicom"].items()}
    elif "tags" in answer:
        tags = answer.pop("tags").items()
        answer["json"] = {tag: dict(zip(TAG, shown, strict=False)) for tag, shown in tags}
    elif "error" in answer:
        answer["json"] = error_body(request, answer["status"], answer.pop("error"))
    return {"request": request, "answer": answer}


def is_tags(body: Any) -> bool:
    """Whether it is what /tags answers."""
    if not isinstance(body, dict) or not body:
        return False
    return all(isinstance(one, dict) and one.keys() in (set(TAG), set(TAG[:-1])) for one in body.values())


#: How the server, and Python before 3.13, spell statuses that RFC 9110 has renamed.
OLD_PHRASES = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}


def is_error(answer: dict[str, Any]) -> bool:
    body = answer.get("json")
    return isinstance(body, dict) and "OrthancStatus" in body and "OrthancError" in body


def packed_error(body: dict[str, Any]) -> list[Any]:
    """Orthanc's code and message of an error and, where it has any, its details."""
    return [body["OrthancStatus"], body["OrthancError"], *([body["Details"]] if "Details" in body else [])]


def error_body(request: dict[str, Any], status: int, error: list[Any]) -> dict[str, Any]:
    """The usual body of an error: all of it but what `packed_error` gives follows from the request and the status."""
    code, message, *details = error
    phrase = OLD_PHRASES.get(status) or next((one.phrase for one in HTTPStatus if one == status), "")
    body = {"HttpError": phrase, "HttpStatus": status, "Message": message, "Method": request["method"]}
    body |= {"OrthancError": message, "OrthancStatus": code, "Uri": request["path"].partition("?")[0]}
    return {**body, "Details": details[0]} if details else body


def is_stored(request: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether it is an upload with the usual answer."""
    body = answer.get("json")
    return (
        request.keys() == {"method", "path", "body"}
        and (request["method"], request["path"]) == ("POST", "/instances")
        and answer.keys() == {"status", "json"}
        and answer["status"] == 200
        and isinstance(body, dict)
        and body.keys() == {*STORED, "Path"}
        and body["Path"] == f"/instances/{body['ID']}"
    )


def packed_elements(elements: Any) -> Any:
    """Elements as texts, sequences as objects of one member; what a syntax leaves unparsed, a text, as it is."""
    return [packed_element(one) for one in elements] if isinstance(elements, list) else elements


def packed_element(element: dict[str, Any]) -> Any:
    name = f"{element['tag']} {element['vr'] or NO_VR}"
    if "value" in element:
        return f"{name} {element['value']}"
    if "items" in element:
        return {name: [packed_elements(item) for item in element["items"]]}
    return element


def unpacked_elements(elements: Any) -> Any:
    return [unpacked_element(one) for one in elements] if isinstance(elements, list) else elements


def unpacked_element(element: Any) -> dict[str, Any]:
    if isinstance(element, str):
        tag, representation, value = element.split(" ", 2)
        return {"tag": tag, "vr": representation.replace(NO_VR, ""), "value": value}
    if "tag" in element:
        return dict(element)
    ((name, items),) = element.items()
    tag, representation = name.split(" ")
    found = [unpacked_elements(item) for item in items]
    return {"tag": tag, "vr": representation.replace(NO_VR, ""), "items": found}


def laid_out(value: Any, indent: int = 0) -> str:
    """JSON with sorted keys, each list and object on one line where it fits, else a line per member."""
    line = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not isinstance(value, (dict, list)) or not value or indent + len(line) <= LINE_LENGTH:
        return line
    if isinstance(value, dict):
        names = (json.dumps(key, ensure_ascii=False) for key in sorted(value))
        members = [
            f"{name}: {laid_out(value[key], indent + 1)}" for name, key in zip(names, sorted(value), strict=True)
        ]
    else:
        members = [laid_out(one, indent + 1) for one in value]
    inside, end = "\n" + " " * (indent + 1), "\n" + " " * indent
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + inside + f",{inside}".join(members) + end + closing
