"""POST /tools/bulk-content."""

from __future__ import annotations

from collections.abc import Callable

from emulator import Emulator


def test_resources_of_one_level(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator()
    stored = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1"))
    orthanc.store(small_file("P", "1.1", "1.1.2", "1.1.2.1"))
    answers = orthanc.server.queries.bulk_content(
        {"Resources": [stored.id, stored.parent_study, "nope"], "Level": "Series"}
    )
    assert [answer["ID"] for answer in answers] == orthanc.resources("Series")
    assert all("Metadata" in answer for answer in answers)
