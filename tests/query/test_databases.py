"""What a configuration with PostgreSQL changes, and where it changes nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator, OrthancError

POSTGRESQL: dict[str, Any] = {"PostgreSQL": {"EnableIndex": True}}
SERIES = Path(__file__).parents[2] / "fixtures" / "labelled_series"
ORDER = [{"Type": "DicomTag", "Key": "PatientName", "Direction": "ASC"}]


def body(**members: Any) -> dict[str, Any]:
    return {"Level": "Instance", "Query": {}, **members}


def test_the_plugin_is_told_by_system() -> None:
    with Emulator(POSTGRESQL, release="1.12.7") as orthanc:
        assert orthanc.release.system.database_plugin == "/usr/lib/orthanc/libOrthancPostgreSQLIndex.so.5.0"
        assert orthanc.release.system.system_constants["Capabilities"] == {
            "HasExtendedChanges": False,
            "HasExtendedFind": False,
        }


@pytest.mark.parametrize("configuration", [{}, {"PostgreSQL": {}}, {"PostgreSQL": {"EnableIndex": False}}])
def test_an_index_that_is_not_enabled_stays_in_sqlite(configuration: dict[str, Any]) -> None:
    with Emulator(configuration, release="1.12.7") as orthanc:
        assert orthanc.release.system.database_plugin is None
        assert orthanc.server.queries.find(body(OrderBy=ORDER)) == []


def test_what_the_database_lacks_is_not_implemented() -> None:
    with Emulator(POSTGRESQL, release="1.12.7") as orthanc:
        for members in ({"OrderBy": ORDER}, {"MetadataQuery": {"LastUpdate": "1"}}):
            with pytest.raises(OrthancError, match="Not implemented yet") as raised:
                orthanc.server.queries.find(body(**members))
            assert raised.value.http_status == 500


def test_a_limit_counts_matches_where_files_are_read() -> None:
    found = {}
    for name, configuration in (("sqlite", {}), ("postgresql", POSTGRESQL)):
        with Emulator(configuration, release="1.12.7") as orthanc:
            orthanc.load(SERIES)
            orthanc.find("Instance", {"PatientComments": "nobody's"}, limit=1)
            found[name] = orthanc.queries[-1].files_read
    assert found == {"sqlite": 1, "postgresql": 4}


def test_a_release_that_was_not_measured_with_it_answers_as_with_sqlite(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "emulator"), Emulator(POSTGRESQL, release="1.13.0") as orthanc:
        assert orthanc.release.system.database_plugin is None
    assert "PostgreSQL was measured with 1.10.1, 1.12.7 only" in caplog.text
