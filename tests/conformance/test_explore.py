"""The explorer is checked: it notices a planted difference, makes it small, and leaves nothing behind."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.asking.clients import EmulatorClient, HttpClient, UnreachableError
from conformance.asking.configurations import EXPLORED
from conformance.asking.exchange import Answer, Request
from conformance.exploring import known_differences, search, sides
from conformance.exploring.exploration import Exploration
from conformance.exploring.known_differences import KnownDifference
from conformance.exploring.own_server import OwnServerClient
from conformance.exploring.reduction import reduced
from conformance.exploring.search import explore
from conformance.reports.explored import conclusion, described, described_silence
from emulator import Emulator


def emulator() -> Emulator:
    return Emulator(EXPLORED, release="1.12.7", unknown_tags="as-release")


@dataclass
class PlantedClient:
    """A server that is the emulator itself, but for one planted fault."""

    fault: str = ""
    server: Emulator = field(default_factory=emulator)
    sent: list[str] = field(default_factory=list)
    deadline: SimpleNamespace = field(default_factory=SimpleNamespace)

    def send_or_raise(self, request: Request) -> Answer:
        if self.fault == "hang" and request.path == "/tools/find":
            raise UnreachableError("it hangs")
        return self.send(request)

    def close(self) -> None:
        """There is nothing to close."""

    def send(self, request: Request) -> Answer:
        self.sent.append(str(request))
        answer = EmulatorClient(self.server).send(request)
        if self.fault == "name" and request.path.endswith("/tags"):
            # the name of a creator element, as /tags shows it
            body = answer.body.replace(b'"Name" : "PrivateCreator"', b'"Name" : "PrivateCreation"')
            return Answer(answer.status, answer.headers, body)
        if self.fault == "interrupt" and request.path == "/tools/find":
            raise KeyboardInterrupt
        return answer

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        return self.send(request), None


def exploration(client: PlantedClient) -> Exploration:
    return Exploration(client, "1.12.7", emulator)  # type: ignore[arg-type]


def test_a_server_that_is_the_emulator_has_no_difference() -> None:
    client = PlantedClient()
    found = exploration(client)
    explore(found, 40, 1, 5)
    assert found.findings == []
    assert found.examples >= 40
    assert client.server.statistics()["CountInstances"] == 0
    assert conclusion(found).endswith("0 differences")


@pytest.fixture(scope="module")
def planted() -> Exploration:
    client = PlantedClient("name")
    found = exploration(client)
    explore(found, 400, 1, 1)
    assert client.server.statistics()["CountInstances"] == 0
    return found


def test_a_planted_difference_is_found_and_made_small(planted: Exploration) -> None:
    (finding,) = planted.findings
    assert len(finding.lines) == 2
    upload, view = finding.lines
    assert len(re.findall(r"\('001[135],00", upload)) == 1, "one creator element, maybe in a sequence"
    assert view.startswith("session.get(")
    assert "/tags" in view
    assert finding.differences[0].left == "PrivateCreator"
    assert finding.differences[0].right == "PrivateCreation"


def test_it_is_printed_as_a_scenario(planted: Exploration) -> None:
    text = described(planted.findings[0], 1, "1.12.7")
    code = text[text.index("@scenario") : text.index("  emulator:")]
    names: dict[str, Any] = {"scenario": lambda *arguments, **options: lambda function: function, "Session": None}
    exec(compile("from __future__ import annotations\n" + code.replace("EXPLORED", "None"), "pasted", "exec"), names)
    assert callable(names["explored_1"])
    assert "PrivateCreation" in text


def test_a_known_difference_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    known = KnownDifference("planted", lambda one: "/tags" in one.route, spoils_the_rest=False)
    monkeypatch.setattr(known_differences, "KNOWN_DIFFERENCES", (known,))
    found = exploration(PlantedClient("name"))
    explore(found, 400, 1, 5)
    assert found.findings == []
    assert found.known["planted"] > 0


def test_lengths_of_generated_uids_in_bytes_are_known() -> None:
    def entry(value: str) -> dict[str, Any]:
        element = {"tag": "0008,1140", "vr": "", "value": value}
        return {"request": {"path": "/instances/x/modify"}, "answer": {"dicom": {"dataset": [element]}}}

    path = "answer.dicom.dataset(0008,1140).value"
    shorter, longer = entry("\x34«uid 2»"), entry("\x3e«uid 2»")
    occurrence = known_differences.Occurrence("1.12.7", shorter, longer, [path])
    assert known_differences.is_length_of_generated_values(occurrence)
    others = known_differences.Occurrence("1.12.7", entry("a"), entry("b"), [path])
    assert not known_differences.is_length_of_generated_values(others)


def test_lengths_of_groups_with_generated_values_are_known() -> None:
    def entry(length: str, name: str) -> dict[str, Any]:
        dataset = [{"tag": "0010,0000", "vr": "UL", "value": length}, {"tag": "0010,0010", "vr": "PN", "value": name}]
        return {"request": {"path": "/instances/x/file"}, "answer": {"dicom": {"dataset": dataset}}}

    def is_known(name: str) -> bool:
        occurrence = known_differences.Occurrence(
            "1.10.1", entry("@", name), entry("B", name), ["answer.dicom.dataset(0010,0000).value"]
        )
        return known_differences.is_length_of_generated_values(occurrence)

    assert is_known("«anonymized»")
    assert not is_known("Jane")


def test_lengths_of_groups_with_generated_values_are_known_in_views() -> None:
    def entry(length: str, uid: str) -> dict[str, Any]:
        tags = {"0008,0000": {"Value": length}, "0008,0018": {"Value": uid}}
        return {"request": {"path": "/instances/x/tags"}, "answer": {"json": tags}}

    def is_known(uid: str) -> bool:
        occurrence = known_differences.Occurrence(
            "1.13.0", entry("86", uid), entry("96", uid), ["answer.json.0008,0000.Value"]
        )
        return known_differences.is_length_of_generated_values(occurrence)

    assert is_known("«uid 1»")
    assert not is_known("1.2.3")


def test_ends_of_odd_words_are_known() -> None:
    def entry(value: str) -> dict[str, Any]:
        element = {"tag": "7fe0,0010", "vr": "OW", "value": value}
        return {"request": {"path": "/instances/x/modify"}, "answer": {"dicom": {"dataset": [element]}}}

    def is_known(one: str, other: str) -> bool:
        paths = ["answer.dicom.dataset(7fe0,0010).value"]
        return known_differences.is_end_of_odd_words(
            known_differences.Occurrence("1.12.7", entry(one), entry(other), paths)
        )

    assert is_known("ab\0c", "abc\0")
    assert not is_known("ab\0c", "abd\0")
    assert not is_known("abcd", "abdc")


def test_a_server_of_its_own_is_asked_unchecked_and_left_empty() -> None:
    client = PlantedClient()
    found = exploration(client)
    found.live = OwnServerClient(lambda: client)  # type: ignore[arg-type, return-value]
    explore(found, 20, 1, 5)
    assert found.findings == []
    assert client.server.statistics()["CountInstances"] == 0
    checked = PlantedClient()
    explore(exploration(checked), 20, 1, 5)
    assert len(client.sent) < len(checked.sent)


def test_a_server_of_its_own_that_hangs_is_started_anew_and_told_of() -> None:
    servers: list[PlantedClient] = []

    def start() -> Any:
        servers.append(PlantedClient("hang"))
        return servers[-1]

    found = exploration(PlantedClient())
    found.live = OwnServerClient(start)
    told: list[str] = []
    found.announce_silence = lambda lines: told.append(described_silence(lines))
    explore(found, 60, 1, 5)
    assert found.findings == []
    assert found.examples >= 60
    assert found.silences == len(told) == len(servers) - 1 > 0
    assert all(one.rstrip().splitlines()[-1].strip().startswith("session.post('/tools/find'") for one in told)
    assert f"{found.silences} examples in which the server answered no more" in conclusion(found)
    assert servers[-1].server.statistics()["CountInstances"] == 0


def test_the_same_seed_asks_the_same() -> None:
    first, second, other = PlantedClient(), PlantedClient(), PlantedClient()
    for client, seed in ((first, 3), (second, 3), (other, 4)):
        explore(exploration(client), 10, seed, 1)
    assert without_identifiers(first) == without_identifiers(second)
    assert without_identifiers(first) != without_identifiers(other)


def without_identifiers(client: PlantedClient) -> list[str]:
    """What was sent, without the identifiers of copies and jobs, which are new each time."""
    return [
        re.sub(r"[0-9a-f]{8}(-[0-9a-f]{8}){4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", one)
        for one in client.sent
    ]


def test_an_interruption_leaves_nothing_behind() -> None:
    client = PlantedClient("interrupt")
    with pytest.raises(KeyboardInterrupt):
        explore(exploration(client), 100, 1, 1)
    assert client.server.statistics()["CountInstances"] == 0


def test_a_line_loses_what_is_not_needed() -> None:
    lines = ["a = 1", "f(x, [1, 2, (3, 4)], {'p': 'q', 'r': {'s': 't'}}, more=5)"]

    def shows(candidate: Any) -> bool:
        return any("2" in line and "'r'" in line for line in candidate)

    assert reduced(lines, shows) == ["f([2], {'r': {}})"]


def test_an_error_inside_the_emulator_is_a_difference() -> None:
    class Broken:
        queries: list[Any] = []

        @property
        def wsgi(self) -> Any:
            raise ZeroDivisionError

    answer = sides.CarefulClient(Broken()).send(Request("POST", "/tools/find", json.dumps({}).encode()))
    assert answer.status == sides.FAILED
    assert b"ZeroDivisionError" in answer.body


@pytest.mark.parametrize(("made", "runs"), [(2, 3), (0, 1)])
def test_it_goes_on_where_hypothesis_ends_before_its_time(
    made: int, runs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    exploration = Exploration(HttpClient("http://127.0.0.1:1"), "1.12.7", Emulator)
    asked: list[int] = []

    def run(machine: object, settings: Any) -> None:
        asked.append(settings.max_examples)
        exploration.examples += made

    monkeypatch.setattr(search, "run_machine", run)
    search.explore(exploration, 5, 1, 1)
    assert asked == [5, 3, 1][:runs]
