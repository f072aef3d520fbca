"""The libraries by which apps talk to Orthanc, unchanged: in process, intercepted, and on a port."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from emulator import Emulator
from emulator.testing import dicom_bytes
from tests.testing.clients import client_library

DICTIONARY = {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}
CHANGED = {"Replace": {"0011,1001": "label-B"}, "PrivateCreator": "MYLAB"}
WAYS = ["intercepted", "port"]


@pytest.fixture
def orthanc() -> Emulator:
    emulator = Emulator({"Dictionary": DICTIONARY})
    for number in (1, 2):
        label = {("MYLAB", 0x0011, 0x01): ("LO", f"label-{number}")}
        emulator.store(dicom_bytes(PatientID="P1", PatientName="A^B", private=label, instance=number))
    return emulator


@contextmanager
def url_of(orthanc: Emulator, way: str) -> Iterator[str]:
    with orthanc.intercept("http://orthanc.hospital:8042") if way == "intercepted" else orthanc.serve() as url:
        yield url


@pytest.mark.parametrize("way", WAYS)
def test_pyorthanc(orthanc: Emulator, way: str) -> None:
    pyorthanc = client_library("pyorthanc")
    with url_of(orthanc, way) as url:
        work_with_pyorthanc(pyorthanc, pyorthanc.Orthanc(url))


def test_pyorthanc_in_process(orthanc: Emulator) -> None:
    pyorthanc = client_library("pyorthanc")
    work_with_pyorthanc(pyorthanc, pyorthanc.Orthanc("http://orthanc", transport=orthanc.httpx_transport()))


def work_with_pyorthanc(pyorthanc: Any, client: Any) -> None:
    import httpx

    assert client.get_system()["Version"] == "1.12.7"
    label = {("MYLAB", 0x0011, 0x01): ("LO", "label-3")}
    uploaded = client.post_instances(dicom_bytes(PatientID="P2", PatientName="C^D", private=label))
    assert client.get_instances_id_simplified_tags(uploaded["ID"])["MyLabel"] == "label-3"
    (patient,) = pyorthanc.query_orthanc(client=client, level="Patient", query={"PatientID": "P1"})
    assert patient.name == "A^B"
    private = {"0011,1001": "label-1"}
    assert len(client.post_tools_find(json={"Level": "Instance", "Query": private})) == 1
    with pytest.raises(httpx.HTTPError, match="Unable to use 'Since'"):  # as a real server of 1.12 on (measured)
        pyorthanc.find_instances(client, query=private)
    (study,) = patient.studies
    instances = [instance for series in study.series for instance in series.instances]
    assert sorted(instance.simplified_tags["MyLabel"] for instance in instances) == ["label-1", "label-2"]
    copied = client.post_studies_id_modify(study.id_, json=CHANGED)
    series = pyorthanc.Study(copied["ID"], client).series
    assert {instance.simplified_tags["MyLabel"] for instance in series[0].instances} == {"label-B"}
    assert instances[0].get_pydicom().PatientID == "P1"
    client.delete_studies_id(copied["ID"])
    assert client.get_statistics()["CountInstances"] == 3


@pytest.mark.parametrize("way", ["in process", *WAYS])
def test_pyorthanc_with_asyncio(orthanc: Emulator, way: str) -> None:
    pyorthanc = client_library("pyorthanc")

    async def work(url: str, **options: Any) -> None:
        async with pyorthanc.AsyncOrthanc(url, **options) as client:
            uploaded = await client.post_instances(dicom_bytes(PatientID="P2"))
            counted = await asyncio.gather(client.get_patients(), client.get_studies(), client.get_instances())
            assert [len(listed) for listed in counted] == [2, 2, 3]
            file = await client.post_instances_id_modify(orthanc.resources("Instance")[0], json=CHANGED)
            assert b"label-B" in file
            await client.delete_instances_id(uploaded["ID"])

    if way == "in process":
        asyncio.run(work("http://orthanc", transport=orthanc.httpx_transport()))
    else:
        with url_of(orthanc, way) as url:
            asyncio.run(work(url))
    assert orthanc.statistics()["CountInstances"] == 2


@pytest.mark.parametrize("way", WAYS)
def test_orthanc_api_client(orthanc: Emulator, way: str) -> None:
    client_library("orthanc_api_client")
    from orthanc_api_client import OrthancApiClient, ResourceNotFound

    with url_of(orthanc, way) as url:
        client = OrthancApiClient(url)
        assert client.is_alive()
        (uploaded,) = client.upload(dicom_bytes(PatientID="P2", StudyDescription="chest"))
        assert client.instances.get_tags(uploaded)["PatientID"] == "P2"
        (study,) = client.studies.find(query={"PatientID": "P1"})
        labels = [
            client.instances.get_tags(one)["MyLabel"] for one in client.studies.get_instances_ids(study.orthanc_id)
        ]
        assert sorted(labels) == ["label-1", "label-2"]
        assert client.instances.get_file(uploaded)[128:132] == b"DICM"
        orthanc.fail_next(503, path="/studies*", times=2)  # the client tries again
        assert len(client.studies.get_all_ids()) == 2
        assert client.studies.lookup(study.dicom_id) == study.orthanc_id
        client.instances.delete(uploaded)
        with pytest.raises(ResourceNotFound):
            client.instances.get_tags(uploaded)
    assert len(orthanc.resources("Instance")) == 2


@pytest.mark.parametrize("name", ["httpx", "requests"])
@pytest.mark.parametrize("way", WAYS)
def test_plain_clients(orthanc: Emulator, name: str, way: str) -> None:
    client = client_library(name)
    (study,) = orthanc.resources("Study")
    with url_of(orthanc, way) as url:
        copied = client.post(f"{url}/studies/{study}/modify", json=CHANGED, timeout=10).json()["ID"]
        query = {"Level": "Instance", "Query": {"0011,1001": "label-B"}}
        found = client.post(f"{url}/tools/find", json=query, timeout=10).json()
        assert sorted(found) == sorted(
            one["ID"] for one in client.get(f"{url}/studies/{copied}/instances", timeout=10).json()
        )
        refused = client.post(f"{url}/studies/{study}/modify", json={"Replace": {"0011,1001": "x"}}, timeout=10)
        assert refused.status_code == 400
        assert 'add "PrivateCreator"' in refused.json()["Details"]
