"""`pytest --orthanc-report DIR`, and `orthanc.open()`."""

from __future__ import annotations

from urllib.request import urlopen

import pytest

from emulator import Emulator

SUITE = """
    from emulator.testing import dicom
    import pytest

    @pytest.mark.orthanc(dictionary={"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]})
    def test_fails(orthanc):
        orthanc.store(dicom(PatientID="<script>1</script>", private={("MYLAB", 0x0011, 0x01): ("LO", "tumour")}))
        orthanc.client().post("/tools/find", json={"Level": "Instance", "Query": {"MyLabel": "tumour"}})
        assert "this" == "that <b>"

    def test_passes(orthanc):
        pass

    def test_fails_without_an_emulator():
        assert False
"""


@pytest.mark.parametrize("arguments", [[], ["-n", "1"]])
def test_each_failed_test_leaves_a_page(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.makepyfile(SUITE)
    outcome = pytester.runpytest_subprocess("--orthanc-report", "reports", *arguments)
    outcome.assert_outcomes(passed=1, failed=2)
    (path,) = (pytester.path / "reports").iterdir()
    assert path.name.endswith("test_fails.html")
    outcome.stdout.fnmatch_lines([f"*{path.name}"])
    page = path.read_text(encoding="utf-8")
    for text in ("that &lt;b&gt;", "MyLabel", "tumour", "file-read-by-query", "POST /tools/find", "&lt;script&gt;1"):
        assert text in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://localhost", "")


def test_open_waits_and_shows_the_page() -> None:
    orthanc = Emulator()
    seen: list[str] = []

    def look(prompt: str) -> None:
        url = next(word for word in prompt.split() if word.startswith("http"))
        with urlopen(url, timeout=10) as answer:
            seen.append(answer.read().decode())

    orthanc.open(look)
    assert "<title>Orthanc, emulated</title>" in seen[0]
