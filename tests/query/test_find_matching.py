"""How the text of a query is compared with what is stored: in the index, and in files."""

from __future__ import annotations

import fnmatch
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import Emulator
from tests.query.query_servers import Serve, instance

OLD = ("1.9.1", "1.10.1")
NEW = ("1.12.7", "1.13.0")
LATER = ("1.10.1", *NEW)
ALL = OLD + NEW

MAIN, IDENTIFIER, FILE = "ImageComments", "StudyDescription", "PatientComments"
EVERYWHERE = (MAIN, IDENTIFIER, FILE)

#: Releases, tags (a main DICOM tag, one that the database normalises, one in files), stored, asked, found.
MATCHES = [
    (ALL, EVERYWHERE, "Hello World", "hello world", True),
    (ALL, EVERYWHERE, "Hello World", "Hello World ", False),
    (ALL, EVERYWHERE, "  Hello World", "Hello World", False),
    (ALL, EVERYWHERE, "  Hello World", "*World", True),
    (ALL, EVERYWHERE, "100%_x", "100%*", True),
    (ALL, EVERYWHERE, "100ab", "100%*", False),
    (ALL, EVERYWHERE, "P_Q", "P?Q", True),
    (ALL, EVERYWHERE, "P_Q", "P%Q", False),
    (ALL, EVERYWHERE, "a", "a\\b", True),
    (ALL, EVERYWHERE, "a*", "a*\\b", True),
    (ALL, EVERYWHERE, "ax", "a*\\b", False),
    (ALL, EVERYWHERE, "a-b", "a-b", True),
    (ALL, EVERYWHERE, "b", "a-c", False),
    (ALL, EVERYWHERE, "Éric", "eric", False),
    (ALL, EVERYWHERE, "ä", "?", False),
    (ALL, (FILE,), "ä", "??", True),
    (ALL, (MAIN, IDENTIFIER), "ä", "??", False),
    (ALL, EVERYWHERE, "Éric", "?*", True),
    (ALL, (MAIN, FILE), "ä", "?*", True),
    (ALL, (IDENTIFIER,), "ä", "?*", False),
    (LATER, (IDENTIFIER, FILE), "É", "é", True),
    (LATER, (MAIN,), "É", "é", False),
    (("1.9.1",), EVERYWHERE, "É", "é", False),
    (ALL, EVERYWHERE, "a", "", True),
]


@pytest.mark.parametrize(("releases", "tags", "stored", "asked", "expected"), MATCHES)
def test_matching(
    serve: Serve, releases: tuple[str, ...], tags: tuple[str, ...], stored: str, asked: str, expected: bool
) -> None:
    for release in releases:
        for tag in tags:
            orthanc = serve(release, [instance("A", 1, 1, 1, **{tag: stored})])
            assert bool(orthanc.find("Instance", {tag: asked})) == expected, (release, tag)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("20200101-20201231", True),
        ("2020-", True),
        ("-2020", False),
        ("-20200615", True),
        ("20200616-", False),
        ("20210101-20200101", False),
        ("20200615\\20210101", True),
    ],
)
def test_dates(serve: Serve, asked: str, expected: bool) -> None:
    """Measured on 1.9.1 to 1.13.0: a range compares text, in the index (StudyDate) and in files (ContentDate)."""
    for release in ALL:
        orthanc = serve(release, [instance("A", 1, 1, 1, StudyDate="20200615", ContentDate="20200615")])
        for tag in ("StudyDate", "ContentDate"):
            assert bool(orthanc.find("Instance", {tag: asked})) == expected, (release, tag)


@pytest.mark.parametrize(
    ("asked", "old", "new"),
    [("A", False, False), ("A\\B", False, True), ("B\\zzz", False, True), ("C\\D", False, False)],
)
def test_multi_valued_private_tags(serve: Serve, asked: str, old: bool, new: bool) -> None:
    for release in ALL:
        orthanc = serve(release, [instance("A", 1, 1, 1, private=["A", "B"])])
        assert bool(orthanc.find("Instance", {"0011,1001": asked})) == (new if release in NEW else old), release


@pytest.mark.parametrize("tag", EVERYWHERE)
def test_case_sensitive(serve: Serve, tag: str) -> None:
    for release in ALL:
        orthanc = serve(release, [instance("A", 1, 1, 1, **{tag: "Abc"})])
        assert orthanc.find("Instance", {tag: "Abc"}, case_sensitive=True)
        assert not orthanc.find("Instance", {tag: "abc"}, case_sensitive=True)


TEXTS = st.text("abAB _%*?", min_size=1, max_size=6).map(str.strip).filter(bool)


@settings(max_examples=60)
@given(stored=TEXTS, asked=TEXTS, release=st.sampled_from(ALL))
def test_wildcards_agree_in_the_index_and_in_files(stored: str, asked: str, release: str) -> None:
    """ASCII: `*` is any text and `?` one character, wherever the tag is kept; all else stands for itself."""
    orthanc = Emulator(release=release)
    orthanc.store(instance("A", 1, 1, 1, ImageComments=stored, PatientComments=stored))
    pattern = fnmatch.translate(asked.replace("[", "[[]").lower())
    expected = re.match(pattern, stored.lower()) is not None
    for tag in ("ImageComments", "PatientComments"):
        assert bool(orthanc.find("Instance", {tag: asked})) == expected, tag
