"""The strategies draw what every release accepts and, on request, what every release refuses."""

from __future__ import annotations

import doctest
import warnings
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NonInteractiveExampleWarning

from conformance import strategies
from conformance.files.datasets import PATIENT_PREFIX
from conformance.strategies import blocks, dicomweb, entries, odd_sections, requests, stored_files
from emulator import RELEASES, Emulator, OrthancError

DICTIONARY: dict[str, list[Any]] = {
    "0011,01": ["LO", "MyLabel", 1, 1, "MYLAB"],
    "0011,02": ["US", "MyCount", 1, 1, "MYLAB"],
    "0011,1003": ["DS", "MyNumber", 1, 1, "MYLAB"],
    "0013,01": ["SQ", "MySequence", 1, 1, "OTHERLAB"],
}
RELEASE = pytest.mark.parametrize("release", RELEASES)
BRIEF = settings(max_examples=25, database=None, suppress_health_check=[HealthCheck.too_slow])


def started(release: str, dictionary: Any = None) -> Emulator:
    configuration = {"Dictionary": DICTIONARY if dictionary is None else dictionary}
    return Emulator(configuration, release=release, unknown_tags="as-release")


def test_the_examples_in_the_docstrings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NonInteractiveExampleWarning)
        assert doctest.testmod(odd_sections) == (0, 2)
        results = [doctest.testmod(one) for one in (strategies, blocks, dicomweb, entries, requests, stored_files)]
    assert sum(result.attempted for result in results) > 10
    assert [result.failed for result in results] == [0] * len(results)


@RELEASE
@BRIEF
@given(strategies.dictionaries())
def test_dictionaries_are_registered(release: str, dictionary: dict[str, Any]) -> None:
    started(release, dictionary)


@RELEASE
@BRIEF
@given(strategies.dictionaries(min_size=0, valid=False))
def test_bad_dictionaries_are_refused(release: str, dictionary: dict[str, Any]) -> None:
    with pytest.raises(OrthancError):
        started(release, dictionary)


@RELEASE
@given(strategies.dictionary_sections())
def test_a_section_starts_a_server_or_is_refused_with_an_error_of_orthanc(release: str, section: Any) -> None:
    with suppress(OrthancError):
        started(release, section)


@RELEASE
@BRIEF
@given(strategies.datasets(DICTIONARY))
def test_datasets_are_stored_and_their_tags_known(release: str, dataset: Any) -> None:
    orthanc = started(release)
    tags = orthanc.tags(orthanc.store(dataset).id)
    assert tags["0010,0020"]["Value"].startswith(PATIENT_PREFIX)
    assert not [tag for tag, element in tags.items() if element["Name"] == "Unknown Tag & Data"]


@RELEASE
@BRIEF
@given(strategies.datasets(valid=False))
def test_bad_datasets_are_refused(release: str, dataset: Any) -> None:
    with pytest.raises(OrthancError):
        started(release).store(dataset)


@given(strategies.private_blocks(DICTIONARY, valid=False))
@BRIEF
def test_the_elements_of_bad_blocks_are_unknown(block: strategies.PrivateBlock) -> None:
    from conformance.files.raw import encode_file

    identity = [("0008,0018", "UI", "1.2.3"), ("0020,000d", "UI", "1.2.4"), ("0020,000e", "UI", "1.2.5")]
    elements = sorted([*block.raw_elements(), *identity], key=lambda element: element[0])
    orthanc = started("1.12.7")
    tags = orthanc.tags(orthanc.store(encode_file(elements)).id)
    for offset, _, _ in block.elements:
        assert tags[f"{block.group:04x},{block.block:02x}{offset:02x}"]["Name"] == "Unknown Tag & Data"


@RELEASE
@BRIEF
@given(st.sampled_from(strategies.LEVELS), st.data())
def test_modifications_are_done(release: str, level: strategies.Level, data: st.DataObject) -> None:
    orthanc = started(release)
    stored = orthanc.store(data.draw(strategies.datasets(DICTIONARY)))
    orthanc.modify(level, resource(stored, level), data.draw(strategies.modify_requests(DICTIONARY, level)))


@RELEASE
@BRIEF
@given(st.sampled_from(strategies.LEVELS), st.data())
def test_bad_modifications_are_refused(release: str, level: strategies.Level, data: st.DataObject) -> None:
    orthanc = started(release)
    stored = orthanc.store(data.draw(strategies.datasets(DICTIONARY)))
    request = data.draw(strategies.modify_requests(DICTIONARY, level, valid=False))
    with pytest.raises(OrthancError):
        orthanc.modify(level, resource(stored, level), request)
    assert orthanc.statistics()["CountInstances"] == 1


@RELEASE
@BRIEF
@given(strategies.datasets(DICTIONARY), strategies.find_requests(DICTIONARY))
def test_finds_are_answered(release: str, dataset: Any, request: dict[str, Any]) -> None:
    orthanc = started(release)
    orthanc.store(dataset)
    assert isinstance(orthanc.server.queries.find(request), list)


@RELEASE
@BRIEF
@given(strategies.datasets(DICTIONARY), strategies.find_requests(DICTIONARY, valid=False))
def test_bad_finds_are_refused(release: str, dataset: Any, request: dict[str, Any]) -> None:
    orthanc = started(release)
    orthanc.store(dataset)
    with pytest.raises(OrthancError):
        orthanc.server.queries.find(request)


def resource(stored: Any, level: str) -> str:
    return str(stored.id if level == "Instance" else getattr(stored, f"parent_{level.lower()}"))


@RELEASE
@BRIEF
@given(data=st.data())
def test_requests_to_dicomweb(release: str, data: st.DataObject) -> None:
    configuration = {"Dictionary": DICTIONARY, "DicomWeb": {}}
    client = Emulator(configuration, release=release, unknown_tags="as-release").client()
    stored = data.draw(strategies.stow_requests(DICTIONARY))
    assert client.post("/dicom-web/studies", data=stored.body, content_type=stored.content_type).status_code == 200
    refused = data.draw(strategies.stow_requests(valid=False))
    before = len(client.get("/instances").json)
    client.post("/dicom-web/studies", data=refused.body, content_type=refused.content_type)
    assert len(client.get("/instances").json) == before > 0
    assert client.get(data.draw(strategies.qido_requests(DICTIONARY))).status_code in (200, 400, 500)
    assert client.get(data.draw(strategies.qido_requests(valid=False))).status_code in (400, 500)
