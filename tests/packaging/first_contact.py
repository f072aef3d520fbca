"""What a new user meets: a bare install, a project whose names clash, cp1252, the oldest versions of what is needed.

    python tests/packaging/first_contact.py [--python PYTHON] [--only bare,clash,cp1252,oldest,newest] [--all-tests]

Each scene gets an environment of its own, with a wheel that is built from this checkout, by pip. `oldest` installs each
dependency in the lowest version that pyproject.toml allows and runs tests on it, `newest` those of a Python that is
named with --python, 3.14 for example. Exit status: 0, or 1 for a scene that failed, whose output is shown.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: The tests that are run on other versions: one of each room, and all of the plugin and the transports.
TESTS = ("tests/advising", "tests/dictionary", "tests/testing", "tests/modification", "tests/query", "tests/dicom")

CLASHING_CONFTEST = """
import pytest

def pytest_addoption(parser):
    group = parser.getgroup("ours")
    for name in ("--orthanc-url", "--orthanc-user", "--orthanc", "--orthanc-root", "--orthanc-password"):
        group.addoption(name, default=f"ours{name}")
    group.addoption("--orthanc-version", dest="orthanc_release", default="ours")
    parser.addini("orthanc_url", "ours")

def pytest_configure(config):
    config.addinivalue_line("markers", "orthanc: ours")

@pytest.fixture
def orthanc(request):
    return request.config.getoption("--orthanc-url")

@pytest.fixture
def orthanc_url():
    return "http://ours"
"""

CLASHING_TEST = """
import pytest

@pytest.mark.orthanc
def test_ours(orthanc, orthanc_url, request):
    assert (orthanc, orthanc_url) == ("ours--orthanc-url", "http://ours")
    assert request.config.getoption("orthanc_release") == "ours"

class TestTheirs:
    @pytest.fixture
    def emulated(self):
        from emulator import Emulator
        return Emulator()

    def test_it(self, emulated):
        assert emulated.resources("Study") == []
"""

#: Each command, with what it may end with.
COMMANDS = (
    ("emulator", "demo"),
    ("emulator", "options"),
    ("emulator", "routes"),
    ("emulator", "releases", "--diff", "1.10.1", "1.12.7"),
    ("emulator", "dictionary", "show", "--creator", "Grüße → 你好"),
    ("emulator", "dictionary", "suggest", "scan.dcm"),
    ("emulator", "dictionary", "report", "scan.dcm"),
    ("emulator", "dictionary", "report", "scan.dcm", "--html", "report.html"),
    ("emulator", "dictionary", "check", "odd.json"),
    ("emulator", "explain", "--level", "Study", "--query", '{"PatientName": "→*"}', "--load", "scan.dcm"),
    ("conformance", "run", "--only", "registration"),
)


class FailedError(Exception):
    """A scene that did not go as it should; its text says what was run and printed."""


class Scene:
    """An environment with the wheel, and a folder to work in."""

    def __init__(self, folder: Path, python: str, wheel: Path) -> None:
        self.folder, self.wheel = folder, wheel
        self.python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        run([python, "-m", "venv", str(folder / "venv")], folder)

    def install(self, *requirements: str) -> None:
        self.run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements)

    def run(self, *arguments: str, status: int | None = 0, cwd: Path | None = None, **environment: str) -> str:
        return run([str(self.python), *arguments], cwd or self.work, status, environment)


def run(command: list[str], cwd: Path, status: int | None = 0, environment: dict[str, str] | None = None) -> str:
    """The output of a command, both streams; raises FailedError where it ends with another status."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**kept, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if status is not None and done.returncode != status:
        raise FailedError(f"{' '.join(command)}\nended with {done.returncode}, not {status}:\n{done.stdout[-6000:]}")
    return done.stdout


def must(condition: bool, what: str, output: str) -> None:
    if not condition:
        raise FailedError(f"{what}:\n{output[-3000:]}")


def bare(scene: Scene) -> str:
    """The wheel without extras, and nothing else."""
    scene.install(str(scene.wheel))
    scene.run("-m", "emulator", "demo")
    told = []
    for command in ("explore", "sections"):
        output = scene.run("-m", "conformance", command, "--orthanc", "Orthanc", status=2)
        must(len(output.splitlines()) == 1, f"conformance {command} tells one line", output)
        must(
            "or '.[test]' in a clone of the emulator" in output, f"conformance {command} tells what to install", output
        )
        told.append(output.strip())
    output = scene.run("-c", "from conformance.strategies import datasets", status=1)
    hypothesis = "needs Hypothesis: pip install hypothesis, or '.[test]' in a clone of the emulator"
    must(output.strip().endswith(hypothesis), "what is missing", output)
    told.append(output.strip().splitlines()[-1])
    scene.run("-m", "conformance", "run", "--only", "registration")
    code = "from emulator import Emulator; Emulator().httpx_transport()"
    output = scene.run("-c", code, status=1)
    must("or '.[clients]' in a clone of the emulator" in output, "a transport tells what is missing", output)
    return "\n".join(told)


def clash(scene: Scene) -> str:
    """A project that has options, fixtures, a marker and ini options of the same names."""
    scene.install(str(scene.wheel), "pytest>=8")
    (scene.work / "conftest.py").write_text(CLASHING_CONFTEST, encoding="utf-8")
    (scene.work / "test_ours.py").write_text(CLASHING_TEST, encoding="utf-8")
    quiet = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    told = [scene.run(*quiet).strip().splitlines()[-1]]
    told.append(scene.run(*quiet, "--strict-markers", "--orthanc-url", "x", "--co").strip().splitlines()[-1])
    shown = scene.run("-m", "pytest", "--help")
    must("--orthanc-exclusive" not in shown, "options of the suite are there for everybody", shown)
    told.append(scene.run(*quiet, "--pyargs", "conformance", "--co").strip().splitlines()[-1])
    elsewhere = scene.folder / "elsewhere"
    elsewhere.mkdir()
    options = ("--orthanc-url", "http://127.0.0.1:9", "--orthanc-exclusive", "--co")
    output = scene.run(*quiet, "--pyargs", "conformance.test_conformance", *options, cwd=elsewhere)
    told.append(output.strip().splitlines()[-1])
    return "\n".join(told)


def cp1252(scene: Scene) -> str:
    """Output in the encoding of a Western Windows, and in ASCII, of a file with a creator that neither can write."""
    scene.install(str(scene.wheel))
    make = (
        "from emulator.testing import dicom; dicom(PatientName='Grüße', SpecificCharacterSet='ISO_IR 100', "
        "private={('MYLAB', 0x11, 1): ('LO', 'a')}).save_as('scan.dcm')"
    )
    scene.run("-c", make)
    section = '{"Dictionary": {"0011,01": ["LO", "你好→", 1, 1, "日本"]}, "Diktionary": {}}'
    (scene.work / "odd.json").write_text(section, encoding="utf-8")
    for encoding in ("cp1252", "ascii"):
        for command in COMMANDS:
            output = scene.run("-m", *command, status=None, PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
            must("Traceback" not in output, f"{encoding}: {' '.join(command)}", output)
    return f"{2 * len(COMMANDS)} commands, no traceback"


def lowest(requirement: str) -> str:
    """A requirement in the lowest version that it allows."""
    return re.sub(r">=([\w.]+)(,<[\w.]+)?", r"==\1", requirement, count=1)


def requirements(extra: str) -> list[str]:
    """The dependencies that pyproject.toml lists, or those of an extra."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(rf"^{extra} = \[(.*?)\]$", text, re.DOTALL | re.MULTILINE)
    assert found is not None
    listed = re.findall(r'^[^#"]*"([^"]+)"', found[1].replace(", ", ",\n"), re.MULTILINE)
    return [one for one in listed if not one.startswith("orthanc-emulator")]


def oldest(scene: Scene) -> str:
    """The lowest version of each dependency that pyproject.toml allows."""
    wanted = [lowest(one) for extra in ("dependencies", "clients", "images", "test") for one in requirements(extra)]
    scene.install(str(scene.wheel), *wanted)
    return tested(scene)


def newest(scene: Scene) -> str:
    """The newest version of each dependency, on the Python that was named."""
    scene.install(f"{scene.wheel}[test]")
    return tested(scene)


def tested(scene: Scene) -> str:
    """Runs a copy of the checkout's tests against the wheel."""
    for name in ("tests", "fixtures"):
        shutil.copytree(ROOT / name, scene.work / name)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, scene.work / name)
    arguments = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "pythonpath=",
        "-o",
        "addopts=--import-mode=importlib",
    ]
    output = scene.run(*arguments, *SELECTED, PYTHONPATH=str(scene.work))
    return output.strip().splitlines()[-1]


SELECTED: list[str] = [*TESTS]
SCENES: dict[str, Callable[[Scene], str]] = {one.__name__: one for one in (bare, clash, cp1252, oldest, newest)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the environments")
    parser.add_argument("--only", default="bare,clash,cp1252", help="scenes, separated by commas (%(default)s)")
    parser.add_argument(
        "--all-tests", action="store_true", help="oldest and newest run all tests, not one of each room"
    )
    options = parser.parse_args()
    if options.all_tests:
        SELECTED[:] = ["tests"]
    failed = False
    with tempfile.TemporaryDirectory(prefix="first-contact-") as name:
        folder = Path(name)
        run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", name, str(ROOT)], folder)
        (wheel,) = folder.glob("*.whl")
        for scene in options.only.split(","):
            started = time.perf_counter()
            try:
                told = SCENES[scene](Scene(folder / scene, options.python, wheel))
            except FailedError as error:
                failed, told = True, f"FAILED {error}"
            print(f"== {scene} ({time.perf_counter() - started:.0f} s)\n{told}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
