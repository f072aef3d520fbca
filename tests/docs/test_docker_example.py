"""docs/examples/docker, as far as it can be checked without Docker: its form, and that its command starts."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.commands.environment import OWN
from emulator.releases import RELEASES

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "docker"

#: What a Dockerfile may say.
INSTRUCTIONS = frozenset("FROM ARG COPY RUN USER WORKDIR ENV EXPOSE HEALTHCHECK STOPSIGNAL ENTRYPOINT CMD".split())


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (EXAMPLE / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def environment() -> dict[str, str]:
    (text,) = (rest for name, rest in instructions() if name == "ENV")
    return dict(word.split("=", 1) for word in shlex.split(text))


def test_the_dockerfile_says_what_it_should() -> None:
    said = dict(instructions())
    assert said.keys() == INSTRUCTIONS
    assert said["USER"] == "1000"
    assert said["EXPOSE"] == "8042 4242"
    assert {name for name in environment() if name.startswith("EMULATOR_")} <= OWN.keys()


def test_its_command_starts_with_its_environment_and_is_healthy(tmp_path: Path) -> None:
    own = {"EMULATOR_PORT": "0", "EMULATOR_HOST": "127.0.0.1", "EMULATOR_CONFIG": str(tmp_path)}
    variables = {**os.environ, **environment(), **own, "EMULATOR_LOAD_ROOT": str(tmp_path)}
    probe = re.search(r'"-c", "(.*)"\]', dict(instructions())["HEALTHCHECK"])
    assert probe is not None
    command = [sys.executable, "-m", "emulator", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition(" at ")[2].partition(": ")[0]
        code = probe[1].replace("http://127.0.0.1:8042", url).replace("timeout=2", "timeout=20")
        done = subprocess.run([sys.executable, "-c", code], check=False)
        process.terminate()
    assert done.returncode == 0


def test_the_compose_file_has_the_form_of_one() -> None:
    yaml = pytest.importorskip("yaml")  # of the documentation's tools
    compose: dict[str, Any] = yaml.safe_load((EXAMPLE / "compose.yaml").read_text())
    assert compose.keys() == {"services"}
    known = {"build", "image", "ports", "environment", "volumes", "working_dir", "command", "depends_on", "profiles"}
    for service in compose["services"].values():
        assert service.keys() <= known
        assert all(isinstance(value, str) for value in service["environment"].values())
    said = compose["services"]["orthanc"]["environment"]
    assert said["EMULATOR_RELEASE"] in RELEASES
    assert compose["services"]["tests"]["depends_on"]["orthanc"]["condition"] == "service_healthy"
