"""What `python -m conformance explore` found and was mended after it; each was asked of all four releases."""

from __future__ import annotations

from typing import Any

from conformance.asking.configurations import LAB
from conformance.asking.exchange import Answer
from conformance.asking.session import Session
from conformance.files.raw import RawElement, raw_file
from conformance.scenarios.scenario import scenario


def upload(session: Session, *elements: RawElement, **options: Any) -> Answer:
    return session.upload(raw_file(session, *elements, **options))


@scenario("A tag of a modify may stand between blanks or in parentheses, from 1.10.1 on", configuration=LAB)
def spellings_of_tags(session: Session) -> None:
    stored = upload(session)
    blanks = ("PatientName ", "\tPatientName\n", " 0010-0010", "00100010 ", "PatientName\v", "\u00a0PatientName", "  ")
    parentheses = ("(0010,0010)", "(0010-0010)", "(00100010)", " (0010,0010) ", "(0010,0010")
    for spelling in (*blanks, *parentheses):
        session.modify("instances", stored.id, Replace={spelling: "x"})
    session.modify("studies", stored.text_field("ParentStudy"), Keep=["PatientName "])


@scenario("/shared-tags holds texts only: no sequence, nothing that is shown without a value", configuration=LAB)
def shared_texts(session: Session) -> None:
    stored = upload(
        session,
        ("0008,1140", "SQ", []),
        ("0010,0010", "PN", ""),
        ("0010,0030", "DA", b"x" * 300),
        ("0010,0040", "OB", b""),
        ("0011,0010", "LO", "MYLAB"),
        ("0011,1001", "LO", "label"),
        ("0011,1004", "SQ", []),
        ("0028,0010", "US", b""),
    )
    session.get(f"/patients/{stored.text_field('ParentPatient')}/shared-tags")
    session.get(f"/series/{stored.text_field('ParentSeries')}/shared-tags?simplify")


@scenario("/module is that of the first instance by identifier; before 1.12, of the last stored", configuration=LAB)
def module_of_several(session: Session) -> None:
    stored = [
        upload(session, ("0008,1030", "LO", f"D{number}"), ("0010,0010", "PN", f"N{number}"), instance=number)
        for number in (2, 3, 1)
    ]
    session.get(f"/patients/{stored[0].text_field('ParentPatient')}/module")
    session.get(f"/studies/{stored[0].text_field('ParentStudy')}/module")
    session.get(f"/studies/{stored[0].text_field('ParentStudy')}/module-patient")
    session.delete(f"/instances/{stored[2].id}")
    session.get(f"/patients/{stored[0].text_field('ParentPatient')}/module")


@scenario("A sequence among the main DICOM tags is shown in the form that is asked for", configuration=LAB)
def main_sequence_in_forms(session: Session) -> None:
    inner = [("0008,0104", "LO", "x")]
    item = [("0011,0010", "LO", "MYLAB"), ("0040,0007", "LO", "step"), ("0040,a730", "SQ", [inner])]
    stored = upload(session, ("0040,0275", "SQ", [item]))
    for form in ("", "?short", "?full"):
        session.get(f"/series/{stored.text_field('ParentSeries')}{form}")


@scenario("The metadata MainDicomSequences holds the sequences among the main DICOM tags", configuration=LAB)
def main_sequences_as_metadata(session: Session) -> None:
    item = [("0011,0010", "LO", "MYLAB"), ("0011,1001", "LO", "\xe9\\x"), ("0040,a730", "SQ", [])]
    stored = upload(session, ("0008,1030", "SQ", []), ("0040,0275", "SQ", [item, []]))
    for path in (f"/series/{stored.text_field('ParentSeries')}", f"/studies/{stored.text_field('ParentStudy')}"):
        session.get(f"{path}/metadata?expand")
        session.get(f"{path}/metadata/MainDicomSequences")
    session.get(f"/instances/{stored.id}/metadata/MainDicomSequences")
    session.get(f"/instances/{stored.id}/metadata/16")


@scenario("A study's new patient tags are compared with the patient's in order of their numbers", configuration=LAB)
def order_of_patient_tags(session: Session) -> None:
    stored = upload(session, ("0010,0030", "DA", "20200101"))
    upload(session, ("0010,0030", "DA", "20200101"), study=2)
    for replaced in (
        {"PatientName": "a"},
        {"PatientSex": "M"},
        {"PatientBirthDate": "20200101"},
        {"PatientBirthDate": 5},
        {"PatientName": [], "PatientBirthDate": "1999"},
    ):
        session.modify("studies", stored.text_field("ParentStudy"), Replace=replaced)


@scenario("Since with CaseSensitive is refused from 1.12 on, whatever is asked", configuration=LAB)
def since_and_case(session: Session) -> None:
    upload(session, ("0008,1030", "LO", "Study"))
    for query in (
        {"PatientID": session.patient_id()},
        {"PatientID": session.patient_id(), "StudyDescription": "Study"},
    ):
        for level in ("Patient", "Study", "Instance"):
            session.find(level, query, CaseSensitive=True, Since=1)
            session.find(level, query, CaseSensitive=True, Since=0)


@scenario("A new SpecificCharacterSet is written in the former one, other new values in the new one", configuration=LAB)
def character_set_replaced(session: Session) -> None:
    stored = upload(session)
    for terms in ("Zürich", "ISO_IR 192", "ISO_IR 6", ""):
        session.modify("instances", stored.id, Replace={"SpecificCharacterSet": terms, "StudyDescription": "Zürich"})


@scenario("Japanese is written with the letters of JIS X 0212", configuration=LAB)
def japanese_supplement(session: Session) -> None:
    for number, terms in enumerate(("ISO 2022 IR 87", "\\ISO 2022 IR 87"), 1):
        stored = upload(session, ("0008,0005", "CS", terms), instance=number)
        for text in ("Zürich", "日本éЖΩ한x ÿ ł Ā ½ €"):
            session.modify("instances", stored.id, Replace={"0011,1001": text}, PrivateCreator="MYLAB")


@scenario("The meta header of a file without SOPClassUID gets a generated class", configuration=LAB)
def without_class(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0008,0016", None)))
    session.modify("instances", stored.id, Keep=["SOPInstanceUID"], Force=True)


@scenario("A copy has main DICOM tags of an unknown VR from 1.12 on, as its file has them as UN", configuration=LAB)
def copies_of_unsupported_vrs(session: Session) -> None:
    upload(session, study=9)  # by this one the patient is known to be of the suite
    tags = ("0008,1030", "0008,103e", "0028,0008")
    for number, vr in enumerate(("ZZ", "UN", "OB"), 1):
        stored = upload(session, *((tag, vr, b"12") for tag in tags), study=number)
        session.get(f"/instances/{stored.id}")
        for action in (session.modify, session.anonymize):
            copy = action("studies", stored.text_field("ParentStudy"))
            instance = session.instances_below("studies", copy.id)[0]["ID"]
            for path in ("study", "series", "file"):
                session.get(f"/instances/{instance}/{path}")


@scenario("A UN keeps its padding among the main DICOM tags of a copy of implicit VRs, before 1.12", configuration=LAB)
def copies_of_padded_unknown_vrs(session: Session) -> None:
    upload(session, study=9)  # by this one the patient is known to be of the suite
    tags = ("0008,1030", "0008,103e", "0028,0008")
    for number, value in enumerate((b"1", b"1 ", b" 1", b"1\0"), 1):
        stored = upload(session, *((tag, "UN", value) for tag in tags), study=number)
        session.get(f"/instances/{stored.id}")
        for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1"):
            for action in (session.modify, session.anonymize):
                copy = action("studies", stored.text_field("ParentStudy"), Transcode=syntax)
                instance = session.instances_below("studies", copy.id)[0]["ID"]
                for path in ("study", "series", "tags?simplify"):
                    session.get(f"/instances/{instance}/{path}")


@scenario(
    "A copy of implicit VRs has the main DICOM tags that it had before its elements got the dictionary's VRs, up to "
    "1.10.1",
    configuration=LAB,
)
def copies_of_other_vrs(session: Session) -> None:
    upload(session, study=9)  # by this one the patient is known to be of the suite
    values = (
        ("OV", b"\1\2\3\4\5\6\7\x08"),
        ("US", b"12"),
        ("FD", b"12345678"),
        ("AT", b"1234"),
        ("OB", b"1 "),
        ("UI", b"1.2 "),
    )
    for number, (vr, value) in enumerate(values, 1):
        stored = upload(session, ("0008,1030", vr, value), ("0020,4000", vr, value), study=number)
        for syntax in ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1"):
            copy = session.modify("studies", stored.text_field("ParentStudy"), Transcode=syntax)
            session.get(f"/studies/{copy.id}")
            session.get(f"/studies/{copy.id}/instances")


@scenario("What the views show without a value is empty in a new file below it", configuration=LAB)
def inherited_without_text(session: Session) -> None:
    for number, (vr, value) in enumerate((("OB", b"ab"), ("US", b""), ("FD", b"ab"), ("UC", b"x" * 258)), 1):
        stored = upload(session, ("0008,1030", vr, value), ("0010,0010", vr, value), study=number, patient=str(number))
        for member in ("ParentPatient", "ParentStudy"):
            created = session.post("/tools/create-dicom", json={"Tags": {}, "Parent": stored.text_field(member)})
            session.get(f"/instances/{created.id}/file")
            session.delete(f"/instances/{created.id}")


@scenario("Permissive passes over copies that may not overwrite an instance, and counts them not", configuration=LAB)
def permissive_without_overwriting(session: Session) -> None:
    all_kept = {"Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"]}
    for patient, options in (("one", {"Replace": {"SOPInstanceUID": session.uid("one")}}), ("kept", all_kept)):
        for keep_source in (True, False):
            name = f"{patient}-{keep_source}"
            stored = [upload(session, instance=number, patient=name) for number in (1, 2)]
            series, owner = (stored[0].text_field(member) for member in ("ParentSeries", "ParentPatient"))
            session.modify("series", series, Force=True, Permissive=True, KeepSource=keep_source, **options)
            session.get(f"/patients/{owner}/instances")


@scenario("DICOM JSON of floats has all digits, and shows elements of an unknown VR as UN", configuration=LAB)
def floats_and_unknown_vrs(session: Session) -> None:
    odd = [(f"0011,10{number}", vr, b"12345678") for number, vr in ((10, "ZZ"), (11, "OF"), (12, "FL"), (13, "OD"))]
    stored = upload(session, *odd, ("0011,1014", "ZZ", b""), ("0011,1005", "LO", "no creator"))
    for kind in ("json", "xml"):
        session.get(f"/instances/{stored.id}/file", headers={"Accept": f"application/dicom+{kind}"})


@scenario("Files in big endian and deflated", configuration=LAB)
def encodings(session: Session) -> None:
    elements: list[RawElement] = [("0010,0010", "PN", "A^B"), ("0040,a730", "SQ", [[("0008,0104", "LO", "x")]])]
    for number, options in enumerate(({"big_endian": True}, {"deflated": True}), 1):
        for undefined_lengths in (False, True):
            stored = upload(session, *elements, instance=number, undefined_lengths=undefined_lengths, **options)
            session.get(f"/instances/{stored.id}/tags")
            session.modify("instances", stored.id, Replace={"0040,a730[*].0008,0104": "new"}, Keep=["SOPInstanceUID"])
            session.delete(f"/instances/{stored.id}")


@scenario(
    "What bulk-modify refuses from 1.12 on: other patient tags, copies over sources",
    configuration=LAB,
    releases=("1.12.7", "1.13.0"),
)
def bulk_refusals(session: Session) -> None:
    stored = upload(session)
    upload(session, study=2)
    members = ("ID", "ParentSeries", "ParentStudy", "ParentPatient")
    for member in members:
        body = {"Resources": [stored.text_field(member)], "Level": "Study", "Replace": {"PatientName": "x"}}
        session.post("/tools/bulk-modify", json=body)
    uids = {"Keep": ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"], "Force": True, "KeepSource": False}
    for level in ("Study", "Patient"):
        session.post(
            "/tools/bulk-modify", json={"Resources": [stored.text_field("ParentStudy")], "Level": level, **uids}
        )


@scenario("DICOM JSON and XML lose count of items behind one that shows nothing, or fail", configuration=LAB)
def models_of_empty_items(session: Session) -> None:
    a, b, c = (("0008,0100", "SH", "a"), ("0008,0102", "SH", "b"), ("0008,0104", "LO", "c"))
    left_out: RawElement = ("0028,0010", "UN", b"ab")
    inner: RawElement = ("0040,a730", "SQ", [[], [a, b]])
    listed: list[list[list[RawElement]]] = [
        [[], [a, b, c]],
        [[a], [], [b]],
        [[], [], [a]],
        [[], [a, b], [c, inner]],
        [[left_out], [a, b]],
        [[], [("0040,a730", "SQ", [])], []],
    ]
    for number, items in enumerate(listed, 1):
        stored = upload(session, ("0008,1140", "SQ", items), instance=number)
        for kind in ("json", "xml"):
            session.get(f"/instances/{stored.id}/file", headers={"Accept": f"application/dicom+{kind}"})


@scenario("DICOM JSON gives an unknown VR, and UN, that of the dictionary, from 1.10.1 on", configuration=LAB)
def models_of_unknown_vrs(session: Session) -> None:
    tags = ("0008,0020", "0008,0120", "0010,0010", "0020,0013", "0028,0009", "0028,0010", "0028,0106", "0040,a730")
    private = ("0011,1001", "0011,1002", "0011,1004", "0011,1007", "0011,1099")
    for number, vr in enumerate(("ZZ", "UN"), 1):
        values = [
            (tag, vr, value) for tag, value in zip(tags, (b"2020 \\", b"a \0b", b"A^B=C  ", b"5\\x") * 2, strict=True)
        ]
        odd = [(tag, vr, b"\1\0\2\0") for tag in private]
        for beside in ([("0011,0010", "LO", "MYLAB")], [("6000,3000", vr, b"ab")], [("0028,1201", vr, b"ab")]):
            stored = upload(session, *values, *odd, *beside, instance=number)
            session.get(f"/instances/{stored.id}/file", headers={"Accept": "application/dicom+json"})
            session.delete(f"/instances/{stored.id}")


@scenario("A sequence among a patient's main DICOM tags is told by the patient alone", configuration=LAB)
def requested_sequences(session: Session) -> None:
    stored = upload(session, ("0010,0010", "SQ", []), ("0008,1030", "SQ", [[("0008,0100", "SH", "x")]]))
    members = {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries", "instances": "ID"}
    for level, member in members.items():
        for tags in ("PatientName;StudyDescription", "0011-1001;PatientName;StudyDescription"):
            session.get(f"/{level}/{stored.text_field(member)}?requestedTags={tags}")
    for name in ("Patient", "Study"):
        query = {"PatientID": session.patient_id()}
        session.find(name, query, Expand=True, RequestedTags=["PatientName", "StudyDescription"])


@scenario(
    "A Transcode that fails goes before bad values on 1.13.0; LossyQuality is read from 1.12 on", configuration=LAB
)
def transcoding_of_bad_values(session: Session) -> None:
    stored = upload(session)
    jpeg_2000 = "1.2.840.10008.1.2.4.90"
    replacements: tuple[dict[str, Any], ...] = (
        {"0028,0008": {}},
        {"Rows": "notnum"},
        {"NotATag": "x"},
        {"SOPInstanceUID": "1.2"},
    )
    for replaced in replacements:
        session.modify("instances", stored.id, Replace=replaced, Transcode=jpeg_2000)
        session.anonymize("instances", stored.id, Replace=replaced, Transcode=jpeg_2000)
    session.modify("instances", stored.id, Remove=["SOPInstanceUID"], Force=True, Transcode=jpeg_2000)
    session.modify("instances", session.unknown_id(), Transcode=jpeg_2000)
    for quality in ("x", -1, None, 5):
        for syntax in (jpeg_2000, "1.2.840.10008.1.2", "nope"):
            session.modify("instances", stored.id, LossyQuality=quality, Transcode=syntax)
        session.modify("instances", stored.id, LossyQuality=quality)
        session.modify("series", stored.text_field("ParentSeries"), LossyQuality=quality, Transcode="nope")


@scenario("DICOM JSON and XML show every whole number, also where bytes are left over", configuration=LAB)
def models_of_odd_numbers(session: Session) -> None:
    vrs = {"0011,1010": "US", "0011,1011": "UL", "0011,1012": "FD", "0011,1013": "UV"}
    numbers = [(tag, vr, b"\1\0\2\0\0\0\0\0" * 2 + b"xx") for tag, vr in vrs.items()]
    long: RawElement = ("0011,1014", "OV", b"\1\0\0\0\0\0\0\x80")
    odd: RawElement = ("0011,1015", "OW", b"abc")
    for number, elements in enumerate((numbers, [long], [odd]), 1):
        stored = upload(session, *elements, instance=number)
        for kind in ("json", "xml"):
            session.get(f"/instances/{stored.id}/file", headers={"Accept": f"application/dicom+{kind}"})


@scenario("A copy below a patient or study that is there already tells there from what it was made", configuration=LAB)
def origin_of_copies_elsewhere(session: Session) -> None:
    other = {"PatientID": session.patient_id("2"), "StudyInstanceUID": session.uid("study", "2", "1")}
    for action in ("modify", "anonymize"):
        stored, target = upload(session), upload(session, patient="2", instance=2)
        patient = {"Replace": {"PatientID": other["PatientID"]}, "Force": True}
        session.post(f"/patients/{stored.text_field('ParentPatient')}/{action}", json=patient)
        session.get(f"/patients/{target.text_field('ParentPatient')}/metadata?expand")
        session.get(f"/studies/{target.text_field('ParentStudy')}/metadata?expand")
        series = {"Replace": other, "Force": True}
        session.post(f"/series/{stored.text_field('ParentSeries')}/{action}", json=series)
        for member, level in (("ParentPatient", "patients"), ("ParentStudy", "studies"), ("ParentSeries", "series")):
            session.get(f"/{level}/{target.text_field(member)}/metadata?expand")
        session.delete(f"/patients/{target.text_field('ParentPatient')}")
        upload(session, patient="3")


@scenario("Split and merged copies lack main DICOM tags of a VR that is none", configuration=LAB)
def restructured_unknown_vrs(session: Session) -> None:
    upload(session, study=9)  # by this one the patient is known to be of the suite
    stored = upload(session, ("0008,1030", "ZZ", b"b "), ("0020,0013", "ZZ", b"a "))
    body = {"Series": [stored.text_field("ParentSeries")], "KeepSource": True}
    split = session.post(f"/studies/{stored.text_field('ParentStudy')}/split", json=body)
    session.get(f"/studies/{split.text_field('TargetStudy')}")
    session.instances_below("studies", split.text_field("TargetStudy"))


@scenario("A text that stands where a sequence should be is inherited, and refused", configuration=LAB)
def inherited_text_of_sequences(session: Session) -> None:
    for number, (tag, value) in enumerate((("0040,0275", "HEAD"), ("0040,0275", ""), ("0010,1002", "HEAD")), 1):
        stored = upload(session, (tag, "LO", value), instance=number, patient=str(number))
        for member in ("ParentPatient", "ParentSeries"):
            created = session.post("/tools/create-dicom", json={"Tags": {}, "Parent": stored.text_field(member)})
            if created.status == 200:
                session.get(f"/instances/{created.id}/tags")
                session.delete(f"/instances/{created.id}")


@scenario(
    "A US of an implicit file that the dictionary has as US or SS is swapped in a big endian copy", configuration=LAB
)
def swapped_words(session: Session) -> None:
    stored = upload(session, ("0028,0106", "US", b"L9"), ("0028,3006", "OW", b"abcd"), implicit=True)
    for syntax in ("1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1"):
        session.modify("instances", stored.id, Transcode=syntax)
        session.get(f"/instances/{stored.id}/file?transcode={syntax}")
    copied = session.modify("studies", stored.text_field("ParentStudy"), Transcode="1.2.840.10008.1.2.2")
    for instance in session.get(f"/studies/{copied.id}/instances").json:
        session.get(f"/instances/{instance['ID']}/file")
        session.get(f"/instances/{instance['ID']}/tags")


@scenario("Words of odd length in a big endian file, as DICOM JSON and XML", configuration=LAB)
def odd_words(session: Session) -> None:
    for number, (vr, value) in enumerate(
        (("OW", b"\\"), ("OW", b"abc"), ("OF", b"abcde"), ("US", b"abc"), ("OB", b"abc"))
    ):
        stored = upload(session, ("0011,1103", vr, value), instance=number + 1, big_endian=True)
        for kind in ("json", "xml") if stored.status == 200 else ():
            session.get(f"/instances/{stored.id}/file", headers={"Accept": f"application/dicom+{kind}"})
