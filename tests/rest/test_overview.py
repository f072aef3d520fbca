"""The emulator's own page for people."""

from __future__ import annotations

from emulator import Emulator
from emulator.testing import dicom


def page(orthanc: Emulator) -> str:
    answer = orthanc.client().get("/emulator/")
    assert (answer.status_code, answer.content_type) == (200, "text/html; charset=utf-8")
    return answer.get_data(as_text=True)


def test_it_shows_what_is_stored_and_what_was_asked() -> None:
    orthanc = Emulator({"Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}})
    assert "Nothing that an app would regret" in page(orthanc)
    orthanc.store(dicom(PatientID="P1", private={("MYLAB", 0x0011, 0x01): ("LO", "tumour")}))
    orthanc.client().post("/tools/find", json={"Level": "Instance", "Query": {"MyLabel": "tumour"}})
    orthanc.client().get("/instances/nope")
    shown = page(orthanc)
    for text in ("1 instances", "MyLabel", "tumour", "file-read-by-query", "/tools/find", "/instances/nope", "404"):
        assert text in shown
    assert "/emulator" not in shown


def test_what_strangers_send_is_escaped() -> None:
    orthanc = Emulator({"Name": "<b>name</b>"})
    orthanc.store(dicom(PatientID="<script>1</script>", private={("MYLAB", 0x0011, 0x01): ("LO", "<i>x</i>")}))
    orthanc.client().get("/instances/<script>2</script>")
    shown = page(orthanc)
    assert "<script" not in shown
    assert "<i>x" not in shown
    assert "<b>name" not in shown
    assert "&lt;script&gt;" in shown
