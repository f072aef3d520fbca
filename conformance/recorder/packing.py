"""Entries of a log as they stand in a file of recordings: short, and without what is usual."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ..comparing.normalising import NormalEntry

USUAL_HEADERS = {"content-type": "application/json; charset=utf-8"}
#: The fields of the usual answer to an upload, whose path follows from its ID.
STORED = ("ID", "ParentPatient", "ParentStudy", "ParentSeries", "Status")
#: What /tags says of a tag; the last only of private ones.
TAG = ("Name", "Type", "Value", "PrivateCreator")
#: What stands for the VR of an element of an implicit-VR file.
NO_VR = "--"


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
