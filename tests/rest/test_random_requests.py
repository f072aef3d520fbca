"""Requests by chance over the whole routing table: whatever is asked, an answer comes, and none tells of a failure."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from emulator import RELEASES, Emulator
from emulator.rest.application import ROUTES
from emulator.rest.route import METHODS

STATUSES = {200, 301, 304, 307, 400, 403, 404, 405, 409, 412, 413, 415, 416, 500, 501, 503}

#: Routes that are asked for: all but the one after which there are no answers, each as often as the next.
PATHS = sorted({route.path for route in ROUTES} - {"/tools/shutdown"})

WORDS = ("PatientID", "0011,1001", "0010-0010", "NotATag", "", "*", "0", "-1", "99999999999999999999", "é", "a b", "..")
SMALL = st.sampled_from([*WORDS, None, True, False, 0, 1, -1, 1.5, [], {}, "Study", "Instance"])
JSON: st.SearchStrategy[Any] = st.recursive(
    SMALL, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=3)
)
#: Members that the requests of the REST API have.
MEMBERS = (
    "Level Query Expand Limit Since RequestedTags ResponseContent Replace Remove Keep KeepSource Force PrivateCreator"
    " RemovePrivateTags Synchronous Asynchronous Permissive Priority Resources Tags Content Parent Transcode Labels"
    " OrderBy MetadataQuery LabelsConstraint CaseSensitive Short Full DicomVersion KeepPrivateTags Dictionary Series"
    " Instances AET Host Port Url Timeout"
).split()
BODIES = st.one_of(
    st.binary(max_size=40),
    st.just(b""),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=5).map(lambda value: json.dumps(value).encode()),
)
ARGUMENTS = st.lists(
    st.tuples(
        st.sampled_from(
            "expand since limit short full simplify requestedTags requested-tags level _method numeric filename last"
            " transcode ignore-length to type".split()
        ),
        st.sampled_from(WORDS),
    ),
    max_size=3,
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Accept",
            "Accept-Encoding",
            "Content-Encoding",
            "If-Match",
            "If-None-Match",
            "Range",
            "X-HTTP-Method-Override",
        ]
    ),
    st.sampled_from(
        ["gzip", "*", "application/xml", '"0-x"', "bytes=0-1", "bytes=9-1", "x", "DELETE", "image/png", ""]
    ),
    max_size=2,
)
CONTENT_TYPES = st.sampled_from(
    [None, "application/json", "application/dicom", "application/zip", "multipart/form-data; boundary=x", "text/plain"]
)


def fill(path: str, values: list[str]) -> str:
    """A path with these in the place of its variable parts."""
    found = iter(values)
    return re.sub(r"<[^>]*>", lambda _: quote(next(found, "x"), safe="/"), path)


def stocked(release: str, file: bytes) -> tuple[Emulator, list[str]]:
    """A server with an instance, and what can stand for an identifier in a path."""
    orthanc = Emulator({"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}}, release=release)
    stored = orthanc.store(file)
    return orthanc, [stored.id, stored.parent_series, stored.parent_study, stored.parent_patient]


@pytest.mark.parametrize("release", RELEASES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_request_gets_an_answer(release: str, small_file: Any, data: st.DataObject) -> None:
    orthanc, identifiers = stocked(release, small_file("P", "1", "2", "3", {0x00111001: ("LO", "x")}))
    values = st.sampled_from([*identifiers, *identifiers, *WORDS])
    for _ in range(3):
        path = fill(data.draw(st.sampled_from(PATHS)), data.draw(st.lists(values, min_size=3, max_size=3)))
        arguments = "&".join(f"{name}={quote(value)}" for name, value in data.draw(ARGUMENTS))
        response = ask(
            orthanc,
            data.draw(st.sampled_from(METHODS)),
            f"{path}?{arguments}",
            data.draw(BODIES),
            data.draw(HEADERS),
            data.draw(CONTENT_TYPES),
        )
        check(orthanc, response)


def ask(
    orthanc: Emulator, method: str, path: str, body: bytes, headers: dict[str, str], content_type: str | None
) -> TestResponse:
    return Client(orthanc.wsgi).open(path, method=method, data=body, headers=headers, content_type=content_type)


def check(orthanc: Emulator, response: TestResponse) -> None:
    """No failure of the emulator, no traceback; and what is stored is whole."""
    assert response.status_code in STATUSES
    assert b"The emulator failed" not in response.data
    assert b"Traceback" not in response.data
    if response.status_code >= 400 and response.data.lstrip().startswith(b"{"):
        answer = json.loads(response.data)
        assert answer["HttpStatus"] == response.status_code
    whole(orthanc)


def whole(orthanc: Emulator) -> None:
    """Statistics agree with the tree, from the top and from the bottom."""
    statistics = orthanc.statistics()
    instances = [orthanc.resource("Instance", one) for one in orthanc.resources("Instance")]
    assert statistics["CountInstances"] == len(instances)
    for level, below in (("Patient", "Studies"), ("Study", "Series"), ("Series", "Instances")):
        resources = [orthanc.resource(level, one) for one in orthanc.resources(level)]
        assert all(one[below] for one in resources), f"a {level} with nothing below it"
        assert statistics[f"Count{below}"] == sum(len(one[below]) for one in resources)
