"""What `explore` asks beside files: metadata, labels, and studies that are split or merged."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .requests import JOB_OPTIONS, WORDS, Code, spelled

#: Metadata that users may write, by their numbers, and names that they may not; some are none.
USER_METADATA = ("1024", "1025", "65535", "01024")
SYSTEM_METADATA = (
    *("AnonymizedFrom", "IndexInSeries", "MainDicomTagsSignature", "ModifiedFrom", "RemoteAET", "SopClassUid"),
    *("TransferSyntax", "PatientName", "nope", "1", "1023", "65536", "-1", "transfersyntax", "Origin"),
)
METADATA_VALUES = ("value", "", "\u00e9", "a\nb", "x" * 300, "1")
LABELS = ("a", "B", "_x", "a-b", "a%20b", "a.b", "x" * 65, "%C3%A9")

#: A method of a session, a path below a resource, and the further arguments as they are written.
Annotation = tuple[str, str, str]


def metadata_or_label(*, only_of_users: bool) -> st.SearchStrategy[Annotation]:
    """A request for a metadata or a label; `only_of_users` leaves out metadata that the server writes."""
    names = USER_METADATA if only_of_users else USER_METADATA + SYSTEM_METADATA
    return st.one_of(
        requests_for("/metadata/", names, METADATA_VALUES),
        requests_for("/labels/", LABELS, ("",)),
        st.just(("get", "/labels", "")),
    )


def requests_for(path: str, names: tuple[str, ...], values: tuple[str, ...]) -> st.SearchStrategy[Annotation]:
    name = st.sampled_from(names).map(lambda name: path + name)
    written = st.builds(lambda path, value: ("put", path, f", data={value!r}"), name, st.sampled_from(values))
    return st.one_of(written, written, st.tuples(st.sampled_from(("get", "get", "delete")), name, st.just("")))


#: Tags of patients and studies, which a split may replace, and others.
SPLIT_TAGS = st.sampled_from(
    ("StudyDescription", "PatientName", "0010,0030", "0008-0090", "AccessionNumber", "PatientSex", "0008,0020")
)


@st.composite
def restructurings(draw: st.DrawFn, action: str, resources: list[tuple[str, str]]) -> dict[str, Any]:
    """The body of a split or merge, right or wrong; `resources` are others by level and expression."""
    body: dict[str, Any] = {}
    if action == "merge":
        body["Resources"] = [Code(expression) for _, expression in resources[: draw(st.integers(1, 2))]]
    else:
        for member, level in (("Series", "series"), ("Instances", "instances")):
            named = [Code(expression) for found, expression in resources if found == level]
            if named or not draw(st.integers(0, 3)):
                body[member] = named
        tags = draw(st.dictionaries(st.one_of(SPLIT_TAGS, SPLIT_TAGS, spelled()), st.sampled_from(WORDS), max_size=2))
        if not draw(st.integers(0, 2)):
            tags["PatientID"] = Code("session.patient_id('2')")
        if tags:
            body["Replace"] = tags
        if not draw(st.integers(0, 2)):
            body["Remove"] = draw(st.lists(st.one_of(SPLIT_TAGS, spelled()), min_size=1, max_size=2))
    if not draw(st.integers(0, 2)):
        body["Keep"] = draw(st.sampled_from((["SOPInstanceUID"], ["SeriesInstanceUID"], ["PatientID"], [])))
    if draw(st.booleans()):
        body["KeepSource"] = draw(st.booleans())
    if not draw(st.integers(0, 5)):
        body |= draw(st.sampled_from(JOB_OPTIONS))
    return body
