"""The body of POST /tools/find, over HTTP: what is refused, and in which words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client

from tests.query.query_servers import Serve, instance

INTERNAL = (500, -1, "An unhandled exception was generated inside the HTTP server")
NOT_AN_OBJECT = (400, 8, "The body must contain a JSON object")
WANTS_LEVEL = (400, 8, 'Field "Level" is missing, or should be a string')
FOUND = (200, None, None)

#: What is added to {"Level": "Study", "Query": {}}, or the whole body; status, OrthancStatus and Details of 1.10.1
#: and of 1.12.7 (1.9.1 is as 1.10.1, 1.13.0 as 1.12.7).
BODIES: list[tuple[Any, tuple[int, Any, Any], tuple[int, Any, Any]]] = [
    ("", NOT_AN_OBJECT, NOT_AN_OBJECT),
    ("[]", NOT_AN_OBJECT, NOT_AN_OBJECT),
    ('{"Query":{}}', WANTS_LEVEL, WANTS_LEVEL),
    ({"Level": 5}, WANTS_LEVEL, WANTS_LEVEL),
    ({"Level": "Foo"}, (400, 3, None), (400, 3, "Invalid resource type 'Foo'")),
    ({"Level": "studies"}, FOUND, FOUND),
    ({"Query": None}, FOUND, FOUND),
    ({"Query": 5}, INTERNAL, INTERNAL),
    (
        {"Query": {"PatientID": 5}},
        (400, 8, 'Tag "PatientID" should be associated with a string'),
        (400, 8, 'Tag "PatientID" must be associated with a string'),
    ),
    ({"Query": {"NotATag": "x"}}, (500, 27, None), (500, 27, "NotATag")),
    ({"Query": {"NotATag": ""}}, FOUND, FOUND),
    ({"Query": {"OtherPatientIDs": "x"}}, (500, 27, None), FOUND),
    ({"Expand": None}, FOUND, FOUND),
    ({"Expand": 1}, FOUND, FOUND),
    ({"Expand": ""}, INTERNAL, INTERNAL),
    ({"Expand": []}, INTERNAL, INTERNAL),
    ({"Limit": "1"}, (400, 8, 'Field "Limit" should be an integer'), (400, 8, 'Field "Limit" must be an integer')),
    (
        {"Limit": -1},
        (400, 3, 'Field "Limit" should be a positive integer'),
        (400, 3, 'Field "Limit" must be a positive integer'),
    ),
    ({"Limit": 1 << 32}, INTERNAL, FOUND),
    ({"Since": 1 << 32}, INTERNAL, FOUND),
    ({"Since": 1, "Query": {"0011,1001": ""}}, FOUND, FOUND),
    (
        {"Since": 1, "Query": {"0011,1001": "x"}},
        FOUND,
        (
            400,
            8,
            "Unable to use 'Since' in tools/find when querying tags that are not stored as MainDicomTags "
            "in the Database",
        ),
    ),
    (
        {"Short": 1},
        (400, 15, "Boolean value expected in field: Short"),
        (400, 15, "Boolean value expected in field: Short"),
    ),
    ({"Foo": 5}, FOUND, FOUND),
]


@pytest.mark.parametrize(("change", "old", "new"), BODIES, ids=lambda value: str(value)[:40])
def test_bodies(serve: Serve, change: Any, old: tuple[int, Any, Any], new: tuple[int, Any, Any]) -> None:
    body = change if isinstance(change, str) else json.dumps({"Level": "Study", "Query": {}, **change})
    for release, expected in (("1.10.1", old), ("1.12.7", new)):
        client = Client(serve(release, [instance("A", 1, 1, 1)]).wsgi)
        response = client.post("/tools/find", data=body)
        answer = json.loads(response.data)
        error = answer if isinstance(answer, dict) else {}
        assert (response.status_code, error.get("OrthancStatus"), error.get("Details")) == expected, release


def test_short_is_not_read_on_1_9_1(serve: Serve) -> None:
    client = Client(serve("1.9.1", [instance("A", 1, 1, 1)]).wsgi)
    response = client.post("/tools/find", json={"Level": "Patient", "Query": {}, "Expand": True, "Short": 1})
    assert response.status_code == 200
    assert json.loads(response.data)[0]["MainDicomTags"] == {"PatientID": "A"}
