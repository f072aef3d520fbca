"""POST /tools/bulk-content, and archives as jobs, which are refused."""

from __future__ import annotations

import json
from collections.abc import Callable

from werkzeug.test import Client

from emulator import Emulator


def test_resources_of_one_level(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator()
    stored = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1"))
    orthanc.store(small_file("P", "1.1", "1.1.2", "1.1.2.1"))
    answers = orthanc.bulk_content_json({"Resources": [stored.id, stored.parent_study, "nope"], "Level": "Series"})
    assert [answer["ID"] for answer in answers] == orthanc.resources("Series")
    assert all("Metadata" in answer for answer in answers)


def test_archive_as_job_is_refused_clearly(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator()
    stored = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1"))
    answer = Client(orthanc.wsgi).post(f"/studies/{stored.parent_study}/archive", json={"Asynchronous": True})
    assert answer.status_code == 501
    assert "jobs" in json.loads(answer.data)["Details"]
