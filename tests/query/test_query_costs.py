"""What queries cost: guards, estimates, the inverted index, the plan as JSON."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from werkzeug.test import Client

from emulator import Emulator
from emulator.store.level import Level
from tests.query.query_servers import Serve, found, instance


def test_guards(serve: Serve, hospital: list[Dataset]) -> None:
    orthanc = serve("1.12.7", hospital)
    with orthanc.expect_indexed():
        orthanc.find("Study", {"PatientID": "A"})
    with orthanc.expect_files_read(at_most=4):
        orthanc.find("Study", {"0011,1001": "one"})
    with pytest.raises(AssertionError, match="index it"), orthanc.expect_indexed():
        orthanc.find("Study", {"0011,1001": "one"})


def test_estimate(serve: Serve, hospital: list[Dataset]) -> None:
    orthanc = serve("1.12.7", hospital)
    orthanc.find("Instance", {"PatientID": "A", "0011,1001": "one"})
    figures = orthanc.queries[-1].estimate(instances=6_000, read_ms=8)
    assert (figures.candidates, figures.files_read, figures.reading_seconds) == (4_000, 4_000, 32.0)
    # finding each of 4,000 files takes 148 ns for each of 6,000 instances, and each candidate 5 µs
    assert figures.database_seconds == pytest.approx(3.552 + 0.020 + 0.0027, abs=0.001)
    assert str(figures) == (
        "with 6,000 instances: 4,000 candidates, 4,000 files read, about 35.6 s (32.0 s to read files, 3.6 s in the "
        "database)"
    )
    orthanc.find("Instance", {"0011,1001": "one"}, limit=2)
    assert orthanc.queries[-1].estimate(instances=6_000).files_read == 2


@pytest.mark.parametrize(("release", "growth"), [("1.9.1", 10), ("1.10.1", 10), ("1.12.7", 100), ("1.13.0", 100)])
def test_a_scan_grows_with_the_square_of_what_is_stored_from_1_12_on(
    serve: Serve, hospital: list[Dataset], release: str, growth: int
) -> None:
    orthanc = serve(release, hospital)
    orthanc.find("Instance", {"0011,1001": "one"})
    plan = orthanc.queries[-1]
    million, ten_million = (plan.estimate(instances=count, read_ms=0.1) for count in (1_000_000, 10_000_000))
    assert ten_million.seconds / million.seconds == pytest.approx(growth, rel=0.05)


def test_an_estimate_of_an_indexed_find_reads_nothing(serve: Serve, hospital: list[Dataset]) -> None:
    orthanc = serve("1.12.7", hospital)
    orthanc.find("Study", {"PatientID": "A"})
    figures = orthanc.queries[-1].estimate(instances=5_000_000)
    assert (figures.files_read, figures.reading_seconds) == (0, 0)
    assert str(figures).startswith("with 5,000,000 instances: ")


def test_postgresql_has_no_term_that_was_measured_with_sqlite(serve: Serve, hospital: list[Dataset]) -> None:
    orthanc = serve("1.12.7", hospital, PostgreSQL={"EnableIndex": True})
    orthanc.find("Instance", {"0011,1001": "one"})
    figures = orthanc.queries[-1].estimate(instances=1_000_000, read_ms=1)
    assert figures.reading_seconds == 1000
    assert figures.database_seconds < 30


def test_plans_over_http(serve: Serve, hospital: list[Dataset]) -> None:
    orthanc = serve("1.12.7", hospital)
    client = Client(orthanc.wsgi)
    client.post("/tools/find", json={"Level": "Study", "Query": {"0011,1001": "one"}})
    client.get("/studies?expand&requestedTags=PatientComments")
    find, listing = client.get("/emulator/queries").get_json(force=True)
    assert (find["FilesRead"], find["Results"], find["IsIndexed"]) == (4, 3, False)
    assert find["Constraints"][0]["DecidedBy"] == "files"
    assert (listing["FilesRead"], listing["RequestedTags"]) == (4, ["0010,4000"])


def test_a_tag_on_the_index_is_found_without_a_file(serve: Serve, hospital: list[Dataset]) -> None:
    orthanc = serve("1.12.7", hospital, ExtraMainDicomTags={"Instance": ["0011,1001"]})
    with orthanc.expect_indexed():
        assert sorted(found(orthanc, "Instance", {"0011,1001": "ONE"})) == ["1", "5", "6"]
    with pytest.raises(Exception, match="SQLite: Cannot prepare a cached statement"):
        orthanc.find("Study", {"0011,1001": "one"})
    old = serve("1.10.1", hospital, ExtraMainDicomTags={"Instance": ["0011,1001"]})
    assert len(old.find("Instance", {"0011,1001": "one"})) == 3
    assert old.queries[-1].files_read == 6


WORDS = st.sampled_from(["a", "A", "b", "a\\b", "É", "é", " a", "a_", "a%", ""])
FILES = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), WORDS), max_size=8)


@settings(max_examples=60)
@given(files=FILES, deleted=st.integers(0, 7), asked=WORDS, release=st.sampled_from(["1.9.1", "1.12.7", "1.13.0"]))
def test_the_inverted_index_answers_as_a_look_at_all(
    files: list[tuple[int, int, str]], deleted: int, asked: str, release: str
) -> None:
    orthanc = Emulator(release=release)
    tags = {"Patient": "PatientName", "Study": "StudyDescription", "Series": "Modality", "Instance": "ImageComments"}

    def answers(server: Emulator) -> list[list[str]]:
        return [server.find(level, {tag: asked}) for level, tag in tags.items()] + [
            server.find("Instance", {tag: asked}) for tag in tags.values()
        ]

    answers(orthanc)  # tables are made before anything is stored, and must follow
    stored = []
    for number, (patient, series, word) in enumerate(files):
        texts = dict.fromkeys(tags.values(), word)
        dataset = instance(f"P{patient}", patient, 10 * patient + series, number, **texts)
        stored.append(orthanc.store(dataset).id)
    if deleted < len(stored):
        orthanc.delete("Instance", stored[deleted])
    kept_up = answers(orthanc)
    orthanc.server.store.layers.own.index.tables.clear()
    assert answers(orthanc) == kept_up
    orthanc.server.store.layers.holders = lambda level, tag, texts, *, patient_copy=False: (  # type: ignore[method-assign]
        orthanc.server.store.resources(Level.STUDY if patient_copy else level)
    )
    assert answers(orthanc) == kept_up


def test_indexed_finds_look_at_what_they_find_alone(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much is stored: nobody asks for all resources of a level."""
    orthanc = serve("1.12.7", [instance(f"P{n}", n, n, n) for n in range(20)])
    orthanc.find("Instance", {"PatientID": "P7"})  # makes the table
    monkeypatch.setattr(orthanc.server.store, "resources", None)
    for level in ("Patient", "Study", "Series", "Instance"):
        assert len(orthanc.find(level, {"PatientID": "P7\\nobody"})) == 1
