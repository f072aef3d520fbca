"""Private tags are instance-level: only the full tag set of an instance has them."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.scenarios.scenario import scenario

LABEL = (0x0011, 0x01, "LO", "label")
FULL = (0x0011, 0x03, "LO", "full")


def show_parents(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, FULL))
    parents = (
        ("patients", "ParentPatient"),
        ("studies", "ParentStudy"),
        ("series", "ParentSeries"),
        ("instances", "ID"),
    )
    for level, field in parents:
        session.get(f"/{level}/{stored.text_field(field)}")


@scenario("No private tag in GET of a patient, study, series or instance", configuration=LAB)
def not_in_resources(session: Session) -> None:
    show_parents(session)


@scenario("No private tag in the MainDicomTags of /tools/find with Expand", configuration=LAB)
def not_in_expanded_find(session: Session) -> None:
    session.upload(session.dataset(LABEL, FULL))
    for level in ("Patient", "Study", "Series", "Instance"):
        session.find(level, {"PatientID": session.patient_id()}, Expand=True)


@scenario("The full tag set of the instance has the private tag", configuration=LAB)
def in_full_tag_set(session: Session) -> None:
    stored = session.upload(session.dataset(LABEL, FULL))
    session.get(f"/instances/{stored.id}/tags")
