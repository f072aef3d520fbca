"""The example app's tests: nothing but what orthanc-emulator offers to everybody."""

from __future__ import annotations

import httpx
import pytest

from emulator.testing import dicom
from tests.example_app import labels, labels_at_first

ALL_RELEASES = ["1.9.1", "1.10.1", "1.12.7", "1.13.0"]

pytestmark = pytest.mark.orthanc(
    dictionary={"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]},
    release=ALL_RELEASES,
    load="../../fixtures/labelled_series",
)


@pytest.fixture
def study(orthanc):
    """A study of four instances, labelled TRAIN and TEST."""
    (study,) = orthanc.resources("Study")
    return study


# The app as it is


def test_a_study_is_labelled_in_all_its_instances(orthanc, orthanc_url, study):
    labelled = labels.Labels(orthanc_url).label(study, "tumour")
    assert orthanc.resources("Study") == [labelled]
    assert {orthanc.simplified_tags(one)["MyLabel"] for one in orthanc.resources("Instance")} == {"tumour"}
    orthanc.requests.assert_called("POST", "/studies/*/modify", times=1, status=200)


def test_a_label_is_read(orthanc_url, study):
    app = labels.Labels(orthanc_url)
    assert app.label_of(app.label(study, "tumour")) == "tumour"


def test_few_files_are_read_to_find_a_label(orthanc, orthanc_url):
    for number in range(10):
        orthanc.store(dicom(PatientID=f"OTHER{number}", private={("MYLAB", 0x0011, 0x01): ("LO", "TRAIN")}))
    with orthanc.expect_files_read(at_most=1):
        assert labels.Labels(orthanc_url).studies_with("TRAIN", "OTHER7") == orthanc.find(
            "Study", {"PatientID": "OTHER7"}
        )


@pytest.mark.orthanc(unknown_tags="as-release", forbid=["written-as-un", "copies-deleted"])
def test_nothing_is_lost_silently(orthanc_url, study):
    labels.Labels(orthanc_url).label(study, "tumour")


@pytest.mark.parametrize("failure", [503, "disconnect"])
def test_a_busy_server_is_asked_again(orthanc, orthanc_url, study, failure):
    orthanc.fail_next(failure, path="/studies/*", times=2)
    labelled = labels.Labels(orthanc_url).label(study, "tumour")
    assert orthanc.resources("Study") == [labelled]
    orthanc.requests.assert_called("POST", "/studies/*/modify", times=3)


# Its bugs, as they were found


def test_the_default_mode_finds_the_forgotten_creator(orthanc, study):
    with orthanc.intercept("http://orthanc.hospital:8042") as url:
        app = labels_at_first.Labels(url)
        with pytest.raises(httpx.HTTPStatusError, match="400"):
            app.label(study, "tumour")
    answer = orthanc.requests[-1].answer_json
    assert 'add "PrivateCreator" to the request (the dictionary has this tag under "MYLAB"' in answer["Details"]
    assert len(orthanc.resources("Study")) == 1  # nothing was changed


@pytest.mark.orthanc(unknown_tags="as-release")
def test_a_diagnostic_finds_it_where_the_server_is_silent(orthanc, orthanc_url, study):
    with pytest.raises(AssertionError, match="written-as-un 0011,1001"), orthanc.expect_no_diagnostics("written-as-un"):
        labels_at_first.Labels(orthanc_url).label(study, "tumour")


@pytest.mark.orthanc(unknown_tags="as-release")
def test_a_diagnostic_finds_the_forgotten_copy(orthanc, orthanc_url, study):
    labelled = labels_at_first.Labels(orthanc_url).label(study, "tumour")
    assert len(orthanc.resources("Study")) == 2  # the app's result is the study as it was
    assert labelled == study
    assert "cascade-copied" in {diagnostic.code for diagnostic in orthanc.diagnostics}


def test_expect_indexed_finds_the_slow_query(orthanc, orthanc_url):
    with pytest.raises(AssertionError, match="add a standard tag"), orthanc.expect_indexed():
        labels_at_first.Labels(orthanc_url).studies_with("TRAIN")


def test_the_release_matrix_finds_what_old_servers_lack(orthanc_url, orthanc_release, study):
    app = labels_at_first.Labels(orthanc_url)
    if orthanc_release in ("1.9.1", "1.10.1"):  # ?requestedTags came with 1.11
        with pytest.raises(KeyError, match="RequestedTags"):
            app.label_of(study)
    else:
        assert app.label_of(study) in ("TRAIN", "TEST")
