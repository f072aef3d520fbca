"""The report as HTML: self-contained, safe to open whatever a server answered, and every link leads somewhere."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from conformance.asking.session import Session
from conformance.comparing.normalising import NormalEntry
from conformance.recorder import recordings
from conformance.reports.matrix import Row
from conformance.reports.page import page
from conformance.scenarios.scenario import Scenario, chosen
from conformance.targets import running
from conformance.targets.emulated import EmulatorTarget
from conformance.targets.outcome import Outcome

HOSTILE = '</pre><script>alert("x")</script>\0\ud800\x1b[2J&amp;'


class Hostile:
    """A server that answers everything with markup."""

    name, release = f"Orthanc {HOSTILE}", "1.12.7"

    def run(self, scenario: Scenario) -> Outcome:
        if scenario.chapter == "visibility":
            return Outcome(not_asked=f"needs {HOSTILE}")
        return Outcome(normal=[answer(500, {HOSTILE: [HOSTILE]}), {"observation": HOSTILE, "value": HOSTILE}])

    def close(self) -> None:
        pass


def answer(status: int, body: object = None) -> NormalEntry:
    request = {"method": "GET", "path": f"/{HOSTILE}"}
    return {"request": request, "answer": {"status": status, "headers": {"x": HOSTILE}, "json": body}}


class Elements(HTMLParser):
    """The elements and attributes of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.found if (value := attributes.get(attribute))]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("recordings")
    scenarios = chosen(["contract", "visibility"])
    for release in ("1.10.1", "1.12.7"):
        results = {one: EmulatorTarget(release).run(one) for one in scenarios}
        for chapter in ("contract", "visibility"):
            logs = {one.name: result.normal for one, result in results.items() if one.chapter == chapter}
            recordings.save(folder, release, chapter, logs)
    target, hostile = EmulatorTarget("1.12.7"), Hostile()
    return page(list(running.run(scenarios, target, hostile)), target, hostile, folder)


def test_answers_are_text(document: str) -> None:
    (script,) = re.findall("<script[^>]*>(.*?)</script>", document + "".join(inside(document)), re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in document  # the page's own, and nothing else runs
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", document)
    assert "&lt;script&gt;" in document
    document.encode("utf-8")


def inside(document: str) -> list[str]:
    """What the page unpacks: of each scenario its identifier, its line and the rest."""
    packed = re.findall('<pre id="packed" hidden>([^<]*)</pre>', document)[0]
    chapters = json.loads(gzip.decompress(b64decode(packed)))
    return [part for _, scenarios in chapters for scenario in scenarios for part in scenario]


def test_what_is_packed_is_escaped_too(document: str) -> None:
    elements = Elements("".join(inside(document)))
    assert {tag for tag, _ in elements.found} <= {"span", "p", "pre", "b", "ul", "li", "del", "ins"}


def test_nothing_is_loaded(document: str) -> None:
    elements = Elements(document)
    assert {tag for tag, _ in elements.found} & {"link", "img", "iframe", "object", "form", "base"} == set()
    assert elements.values("src") == []
    assert "url(" not in document
    assert "@import" not in document
    assert "default-src 'none'" in document


def test_every_link_leads_somewhere(document: str) -> None:
    elements = Elements(document)
    identifiers = elements.values("id")
    assert len(identifiers) == len(set(identifiers))
    links = elements.values("href")
    assert links
    assert {link for link in links if link[1:] not in [*identifiers, *inside(document)]} == set()


def test_the_page_has_every_part(document: str) -> None:
    for part in ("differences", "rules", "not-asked", "everything"):
        assert f'id="{part}"' in document
    assert "prefers-color-scheme: dark" in document
    assert '<th scope="col">1.10.1</th>' in document


def test_a_page_without_recordings(tmp_path: Path) -> None:
    target = EmulatorTarget("1.12.7")
    text = page(list(running.run(chosen(["visibility"]), target, None)), target, None, tmp_path)
    assert "No recordings" in text


def kinds(logs: Sequence[list[NormalEntry] | None], mode: str = "as-release") -> list[str]:
    scenario = Scenario("chapter", "name", "claim", function, mode=mode)  # type: ignore[arg-type]
    return [one.kind for one in Row(scenario, {str(number): log for number, log in enumerate(logs)}).cells.values()]


def function(session: Session) -> None:
    raise AssertionError


def promise(holds: bool | None) -> NormalEntry:
    return {"observation": "it holds", "value": holds, "contract": True}


def test_what_a_cell_shows() -> None:
    one, other = answer(200, {"a": 1}), answer(200, {"a": 2})
    assert kinds([[one], [one], [one]]) == ["alike", "alike", "alike"]
    assert kinds([[one], [one], [answer(400)]]) == ["alike", "alike", "otherwise"]
    assert kinds([[answer(400)], [one], [answer(400)], [one]]) == ["otherwise", "alike", "otherwise", "alike"]
    assert kinds([[one], [one], [other]]) == ["alike", "alike", "in_detail"]
    assert kinds([[one], None]) == ["alike", "unknown"]
    assert kinds([[one, promise(True)], [one, promise(False)], [one, promise(None)]])[1] == "breaks"
    unmarked: NormalEntry = {"observation": "it holds", "value": False}
    assert kinds([[unmarked]], "contract") == ["breaks"]
    assert kinds([[unmarked]]) == ["alike"]


def test_the_names_of_the_software_are_no_other_content() -> None:
    def file(name: str) -> NormalEntry:
        meta = [{"tag": "0002,0013", "vr": "SH", "value": name}]
        return {
            "request": {},
            "answer": {"status": 200, "headers": {"x": name}, "dicom": {"meta": meta, "dataset": []}},
        }

    assert kinds([[file("OFFIS_DCMTK_367")], [file("OFFIS_DCMTK_369")]]) == ["alike", "alike"]
