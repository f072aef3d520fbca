"""/module of patients, studies and series: the text of the file's character set."""

from __future__ import annotations

from conformance.asking.configurations import LAB
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario

TEXTS = {
    "ISO_IR 192": "山田^é".encode(),
    "ISO_IR 144": "Люкceмбypг".encode("iso8859-5"),  # noqa: RUF001 - letters of two alphabets, on purpose
    "ISO_IR 126": "Διονυσιος".encode("iso8859-7"),
    "ISO_IR 166": "ไทย".encode("tis-620"),
    "ISO_IR 13": "ﾔﾏﾀﾞ^ﾀﾛｳ".encode("shift_jis"),
    "ISO_IR 100": "Buc^Jérôme".encode("latin-1"),
    "GB18030": "王^小东".encode("gb18030"),
    "": "é山".encode(),
    "BOGUS": "é".encode(),
}


def padded(data: bytes) -> bytes:
    return data + b" " * (len(data) % 2)


def add(number: int, term: str, text: bytes) -> None:
    name = f"text_{number}"

    def function(session: Session) -> None:
        value = padded(text)
        declared = [("0008,0005", "CS", term)] if term else []
        stored = session.upload(
            raw_file(
                session,
                *declared,
                ("0008,1030", "LO", value),
                ("0008,103e", "LO", value),
                ("0010,0010", "PN", value),
                ("0010,1002", "SQ", [[("0010,0020", "LO", value)]]),
                ("0010,4000", "LT", padded(text * 40)[:250]),
            )
        )
        for path in (
            f"/patients/{stored.text_field('ParentPatient')}/module",
            f"/studies/{stored.text_field('ParentStudy')}/module",
            f"/studies/{stored.text_field('ParentStudy')}/module-patient",
            f"/series/{stored.text_field('ParentSeries')}/module",
            f"/instances/{stored.id}/module",
        ):
            for form in ("", "?short", "?simplify"):
                session.get(path + form)

    function.__name__ = name
    function.__module__ = __name__
    scenario(f"/module decodes texts of {term or 'no character set'}", configuration=LAB)(function)


for index, (term, text) in enumerate(TEXTS.items()):
    add(index, term, text)


@scenario("Instances of several character sets: /module is that of one of them", configuration=LAB)
def several_character_sets(session: Session) -> None:
    stored = session.upload(
        raw_file(session, ("0008,0005", "CS", "ISO_IR 144"), ("0010,0010", "PN", "Люкce".encode("iso8859-5") + b" "))
    )
    session.upload(
        raw_file(session, ("0008,0005", "CS", "ISO_IR 192"), ("0010,0010", "PN", "山田".encode()), instance=2)
    )
    for path in (f"/patients/{stored.text_field('ParentPatient')}", f"/studies/{stored.text_field('ParentStudy')}"):
        session.get(f"{path}/module")
        session.get(f"{path}/module?simplify")
        session.get(f"{path}/shared-tags?simplify")


@scenario("Whose tags the module of a patient or study with several of each shows", configuration=LAB)
def modules_of_many(session: Session) -> None:
    for name, study, series, instance in (
        ("a", 1, 1, 1),
        ("b", 2, 2, 2),
        ("c", 1, 3, 3),
        ("d", 1, 1, 4),
        ("e", 2, 2, 5),
        ("f", 1, 1, 6),
    ):
        elements: list[RawElement] = [("0008,1030", "LO", name), ("0008,103e", "LO", name), ("0010,0010", "PN", name)]
        stored = session.upload(raw_file(session, *elements, study=study, series=series, instance=instance))
        for path in (
            f"/patients/{stored.text_field('ParentPatient')}/module",
            f"/studies/{stored.text_field('ParentStudy')}/module",
            f"/studies/{stored.text_field('ParentStudy')}/module-patient",
            f"/series/{stored.text_field('ParentSeries')}/module",
        ):
            session.get(path)
