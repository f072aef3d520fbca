"""The pytest plugin, as users' tests use it: pytest runs inside pytest here."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import subprocess
import sys
import textwrap
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

import pytest

import emulator
from emulator.testing import dicom_bytes

ROOT = Path(__file__).parent.parent.parent

TOP = """
import asyncio, json, unittest
from urllib.request import Request, urlopen
import pytest
from emulator.testing import dicom, dicom_bytes

DICTIONARY = {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]}
LABEL = {("MYLAB", 0x0011, 0x01): ("LO", "label-A")}
"""


# An inner run of pytest forgets the modules that it is the first to import: a class would then be there twice.
for module in pkgutil.walk_packages(emulator.__path__, "emulator."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
if importlib.util.find_spec("httpcore"):  # httpx imports it late, and maps its errors once
    importlib.import_module("httpcore")


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(TOP + textwrap.dedent(source))
    return run_pytest(pytester, *arguments)


def run_pytest(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    plugin = [] if is_installed("orthanc_emulator") else ["-p", "pytest_orthanc_emulator"]
    return pytester.runpytest_inprocess(*plugin, "-p", "no:cacheprovider", "--strict-markers", *arguments)


def is_installed(name: str) -> bool:
    """Whether pytest loads a plugin of this name by itself."""
    plugins: list[EntryPoint] = [*entry_points(group="pytest11")]
    return any(plugin.name == name for plugin in plugins)


def test_each_test_gets_a_fresh_emulator_and_both_fixtures_the_same(pytester: pytest.Pytester) -> None:
    source = """
        @pytest.fixture(scope="session")
        def seen(): return set()

        @pytest.mark.parametrize("number", [1, 2, 3])
        def test_one(orthanc, orthanc_url, seen, number):
            assert orthanc.resources("Instance") == []
            stored = json.load(urlopen(f"{orthanc_url}/instances", data=dicom_bytes()))
            assert orthanc.resources("Instance") == [stored["ID"]]
            orthanc.requests.assert_called("POST", "/instances", times=1)
            seen.add(orthanc_url)
            assert len(seen) == 1

        def test_url_alone(orthanc_url):
            assert json.load(urlopen(f"{orthanc_url}/instances")) == []
        """
    run(pytester, source).assert_outcomes(passed=4)


def test_the_marker_sets_it_up(pytester: pytest.Pytester) -> None:
    pytester.mkdir("files")
    (pytester.path / "files" / "one.dcm").write_bytes(dicom_bytes(PatientID="LOADED"))
    (pytester.path / "orthanc.json").write_text('{"Name": "mine", /* as users write it */ "Dictionary": {}}')
    source = """
        pytestmark = pytest.mark.orthanc(configuration="orthanc.json", load="files")

        @pytest.mark.orthanc(dictionary=DICTIONARY, release="1.10.1")
        class TestMarked:
            @pytest.mark.orthanc(unknown_tags="as-release")
            def test_all(self, orthanc, orthanc_release):
                assert orthanc.release.version == orthanc_release == "1.10.1"
                assert not orthanc.server.rejects_unknown_tags
                assert orthanc.server.configuration.name == "mine"
                stored = orthanc.store(dicom(private=LABEL))
                assert orthanc.simplified_tags(stored.id)["MyLabel"] == "label-A"

            @pytest.mark.parametrize("number", [1, 2])
            def test_loaded(self, orthanc, number):
                (patient,) = orthanc.resources("Patient")
                orthanc.delete("Patient", patient)
                orthanc.dictionary.register("0011,02", ["US", "MyCount", 1, 1, "MYLAB"])

        def test_release(orthanc):
            assert orthanc.release.version == "1.12.7"
        """
    run(pytester, source).assert_outcomes(passed=4)


def test_the_ini_file_sets_up_all(pytester: pytest.Pytester) -> None:
    (pytester.path / "one.dcm").write_bytes(dicom_bytes())
    (pytester.path / "orthanc.json").write_text('{"Name": "mine"}')
    pytester.makeini(
        """
        [pytest]
        orthanc_configuration = orthanc.json
        orthanc_load = one.dcm
        orthanc_release = 1.9.1 1.13.0
        orthanc_unknown_tags = as-release
        orthanc_forbid = scan
        """
    )
    source = """
        def test_ini(orthanc, orthanc_release):
            assert (orthanc.server.configuration.name, orthanc.server.rejects_unknown_tags) == ("mine", False)
            assert len(orthanc.resources("Instance")) == 1
            assert orthanc.release.version == orthanc_release

        @pytest.mark.orthanc(release="1.10.1")
        def test_marker(orthanc):
            assert orthanc.release.version == "1.10.1"
            orthanc.find("Instance", {"PatientComments": "x"})
        """
    result = run(pytester, source, "-v")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*test_ini?1.9.1? PASSED*", "*test_ini?1.13.0? PASSED*", "*Queries read 1 files*"])


def test_a_release_matrix(pytester: pytest.Pytester) -> None:
    source = """
        def test_matrix(orthanc_url, orthanc_release):
            assert json.load(urlopen(f"{orthanc_url}/system"))["Version"] == orthanc_release

        @pytest.mark.orthanc(release=["1.9.1", "1.10.1"])
        def test_old(orthanc): assert orthanc.release.version < "1.11" or orthanc.release.version == "1.9.1"

        @pytest.mark.parametrize("orthanc_release", ["1.13.0"])
        def test_own(orthanc): assert orthanc.release.version == "1.13.0"

        def test_without(): pass
        """
    result = run(pytester, source, "-v", "--orthanc-release", "1.10.1,1.12.7,1.13.0")
    result.assert_outcomes(passed=7)
    result.stdout.fnmatch_lines([f"*test_matrix?{release}? PASSED*" for release in ("1.10.1", "1.12.7", "1.13.0")])
    run(pytester, source, "--orthanc-release", "all").assert_outcomes(passed=8)


def test_a_failed_test_tells_what_the_emulator_saw(pytester: pytest.Pytester) -> None:
    source = """
        @pytest.mark.orthanc(dictionary=DICTIONARY, unknown_tags="as-release")
        def test_fails(orthanc, orthanc_url):
            stored = json.load(urlopen(f"{orthanc_url}/instances", data=dicom_bytes(private=LABEL)))
            body = json.dumps({"Replace": {"0011,1001": "x"}}).encode()
            urlopen(f"{orthanc_url}/instances/{stored['ID']}/modify", data=body)
            orthanc.find("Instance", {"0011,1001": "x"})
            assert False

        def test_passes(orthanc): pass
        """
    result = run(pytester, source)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- orthanc-emulator -*",
            '<Emulator of Orthanc 1.12.7: 1 instances>, unknown_tags="as-release"',
            "2 requests:",
            "POST /instances -> 200",
            "POST /instances/*/modify -> 200",
            '    > {"Replace": {"0011,1001": "x"}}',
            "    < * bytes of DICOM",
            "2 diagnostics:",
            "written-as-un 0011,1001: *",
            "1 query:",
            "Instance level: 1 candidate, 1 file read*",
        ]
    )


def test_what_is_forbidden_fails_the_test(pytester: pytest.Pytester) -> None:
    source = """
        pytestmark = pytest.mark.orthanc(
            dictionary=DICTIONARY, unknown_tags="as-release", forbid=["scan", "written-as-un"]
        )

        def test_scan(orthanc):
            orthanc.store(dicom(private=LABEL))
            orthanc.find("Instance", {"MyLabel": "x"})

        def test_diagnostic(orthanc):
            stored = orthanc.store(dicom(private=LABEL))
            orthanc.modify("Instance", stored.id, {"Replace": {"0011,1001": "x"}})

        def test_neither(orthanc):
            stored = orthanc.store(dicom(private=LABEL))
            orthanc.find("Instance", {"PatientID": "x"})
            orthanc.modify("Instance", stored.id, {"Replace": {"0011,1001": "x"}, "PrivateCreator": "MYLAB"})

        @pytest.mark.orthanc(forbid=[])
        def test_nothing_is(orthanc):
            orthanc.store(dicom(private=LABEL))
            orthanc.find("Instance", {"MyLabel": "x"})
        """
    result = run(pytester, source, "-rf")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        ["Queries read 1 files*", "*The server did what an app would regret:", "written-as-un*"]
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("@pytest.mark.orthanc(forbid=['nonsense'])\ndef test(orthanc): pass", "*no codes of diagnostics: nonsense*"),
        ("@pytest.mark.orthanc(releases='1.9.1')\ndef test(orthanc): pass", "*the marker orthanc takes *releases*"),
        ("@pytest.mark.orthanc(release='2.0')\ndef test(orthanc): pass", "*Orthanc 2.0 can't be emulated*"),
        ("@pytest.mark.orthanc(load='nowhere')\ndef test(orthanc): pass", "*No such file or folder*nowhere*"),
        ("@pytest.mark.orthanc(unknown_tags='x')\ndef test(orthanc): pass", "*unknown_tags must be*"),
    ],
)
def test_a_wrong_marker_is_told(pytester: pytest.Pytester, source: str, message: str) -> None:
    pytester.makepyfile(f"import pytest\n{source}")
    result = run_pytest(pytester)
    assert result.ret != 0
    result.stdout.fnmatch_lines([message])


def test_a_wrong_release_on_the_command_line_is_told(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test(orthanc): pass", "--orthanc-release", "1.10.1,2.0")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*Orthanc 2.0 can't be emulated; there are 1.9.1*"])


def test_unittest_classes(pytester: pytest.Pytester) -> None:
    source = """
        @pytest.mark.orthanc(dictionary=DICTIONARY)
        class TestLabels(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def server(self, orthanc, orthanc_url):
                self.orthanc, self.url = orthanc, orthanc_url

            def test_label(self):
                stored = json.load(urlopen(f"{self.url}/instances", data=dicom_bytes(private=LABEL)))
                self.assertEqual(self.orthanc.simplified_tags(stored["ID"])["MyLabel"], "label-A")

            def test_fresh(self):
                self.assertEqual(self.orthanc.resources("Instance"), [])
        """
    run(pytester, source, "--orthanc-release", "1.10.1,1.13.0").assert_outcomes(passed=2)


@pytest.mark.skipif(not (find_spec("anyio") and find_spec("httpx")), reason="anyio or httpx is not installed")
def test_anyio(pytester: pytest.Pytester) -> None:
    source = """
        import httpx

        @pytest.fixture
        def anyio_backend(): return "asyncio"

        @pytest.mark.anyio
        async def test_async(orthanc, orthanc_url):
            async with httpx.AsyncClient(base_url=orthanc_url) as client:
                assert (await client.post("/instances", content=dicom_bytes())).status_code == 200
            transport = orthanc.httpx_transport()
            async with httpx.AsyncClient(transport=transport, base_url="http://orthanc") as client:
                assert len((await client.get("/instances")).json()) == 1
        """
    run(pytester, source, *([] if is_installed("anyio") else ["-p", "anyio.pytest_plugin"])).assert_outcomes(passed=1)


@pytest.mark.skipif(find_spec("pytest_asyncio") is None, reason="pytest-asyncio is not installed")
def test_asyncio(pytester: pytest.Pytester) -> None:
    source = """
        @pytest.mark.asyncio
        async def test_async(orthanc, orthanc_url):
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, lambda: urlopen(f"{orthanc_url}/instances", data=dicom_bytes()).read())
            assert len(orthanc.resources("Instance")) == 1
        """
    run(pytester, source).assert_outcomes(passed=1)


@pytest.mark.skipif(find_spec("xdist") is None, reason="pytest-xdist is not installed")
def test_xdist(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
        @pytest.mark.parametrize("number", range(6))
        def test_one(orthanc, orthanc_url, number):
            urlopen(f"{orthanc_url}/instances", data=dicom_bytes()).read()
            assert len(orthanc.resources("Instance")) == 1
            assert number != 5
        """
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(TOP + textwrap.dedent(source))
    plugin = [] if is_installed("orthanc_emulator") else ["-p", "pytest_orthanc_emulator"]
    result = pytester.runpytest_subprocess(*plugin, "-n", "2", "--orthanc-release", "1.10.1,1.13.0", timeout=120)
    result.assert_outcomes(passed=10, failed=2)
    result.stdout.fnmatch_lines(["*orthanc-emulator*", "POST /instances -> 200"])


def test_clients_that_keep_connections_open_do_not_fill_the_server(pytester: pytest.Pytester) -> None:
    source = """
        import http.client
        from urllib.parse import urlsplit
        LEFT_OPEN = []

        @pytest.mark.parametrize("number", range(150))
        def test_one(orthanc, orthanc_url, number):
            connection = http.client.HTTPConnection(urlsplit(orthanc_url).netloc, timeout=10)
            LEFT_OPEN.append(connection)
            connection.request("GET", "/instances")
            assert connection.getresponse().read().strip() == b"[]"
        """
    run(pytester, source).assert_outcomes(passed=150)


def test_between_tests_nobody_answers(pytester: pytest.Pytester) -> None:
    source = """
        from urllib.error import HTTPError

        def test_one(orthanc_server, request):
            with pytest.raises(HTTPError, match="503"):
                urlopen(f"{orthanc_server.url}/instances", timeout=10)
            url = request.getfixturevalue("orthanc_url")
            assert json.load(urlopen(f"{url}/instances")) == []
        """
    run(pytester, source).assert_outcomes(passed=1)


def test_the_plugin_imports_nothing_until_it_is_used(pytester: pytest.Pytester) -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import pytest_orthanc_emulator; "
        "print(sorted(set(sys.modules) - before))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert printed.strip() == "['pytest_orthanc_emulator']"
