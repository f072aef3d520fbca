"""The demo: a walk through the documented contract on real files, over the REST API of a running emulator.

Every value shown is taken from an answer, and every line that says what an answer shows is checked before it is
printed: a claim that does not hold ends the walk with a ClaimError.
"""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from werkzeug.test import Client

from ..configuration.configuration import Configuration, ConfigurationSource
from ..dictionary.dictionary import PRIVATE_CREATOR_NAME, UNKNOWN_TAG_NAME
from ..emulator import Emulator
from ..query.plan import QueryPlan
from ..releases import DEFAULT_RELEASE, RELEASES

if TYPE_CHECKING:
    from importlib.abc import Traversable

#: What each kind of line looks like on a terminal (ANSI codes); without colour all look alike.
STYLES = {"title": "1", "heading": "1;36", "request": "", "success": "32", "refusal": "33", "shown": "1", "note": "2"}

WIDTH = 100
INDENT = "  "

#: What a line is not to be broken at: between a key and its value, and before an ellipsis.
KEPT_TOGETHER = re.compile(r'(?<=":) | (?=…)')
NO_BREAK_SPACE = "\u00a0"

#: Real files whose private tags are counted, then the made series with a private label.
PYDICOM_FILES = ("ct_small.dcm", "nm_ge_genie.dcm", "ct_ge_cardiac.dcm", "cr_agfa.dcm")
LABELLED_FILES = tuple(f"labelled_series/instance_{number}.dcm" for number in range(1, 5))
LABELLED_PATIENT = {"PatientID": "LABELLED"}

LABEL = "0011,1001"
REVIEWED = {"Replace": {LABEL: "REVIEWED"}, "PrivateCreator": "MYLAB"}

#: Which keys of an answer are shown, and of the objects below them (None for all); "…" stands for the others.
Shape = Mapping[str, Any] | None

#: What is shown of one tag. Only its "Type" is left out, without an ellipsis; `run` says so once.
TAG: Shape = {"Name": None, "PrivateCreator": None, "Value": None}


class ClaimError(Exception):
    """What the demo was about to say does not hold."""


def run(output: TextIO) -> None:
    """Walks through the contract and writes what is asked, answered and shown; raises ClaimError for a false claim."""
    walk = Walk(Transcript(output))
    walk.transcript.line("title", f"How Orthanc {walk.server.emulator.release.version} treats private tags")
    walk.transcript.note('Answers are shortened: … stands for what is left out, and the "Type" of each tag is.', "")
    for number, (heading, step) in enumerate(STEPS, start=1):
        walk.transcript.line("heading", f"\n{number}. {heading}")
        step(walk)
    walk.transcript.line("title", f"\nAll {walk.transcript.claims} claims were checked against the answers above.")


# What is printed


@dataclass
class Transcript:
    """Writes the walk, in colour where the output is a terminal."""

    output: TextIO
    claims: int = 0

    @cached_property
    def coloured(self) -> bool:
        """As https://no-color.org asks: any text in NO_COLOR switches colours off."""
        return self.output.isatty() and not os.environ.get("NO_COLOR")

    @cached_property
    def ellipsis(self) -> str:
        try:
            "…".encode(self.output.encoding or "utf-8")
        except (LookupError, UnicodeEncodeError):
            return "..."
        return "…"

    def line(self, style: str, text: str, before: str = "") -> None:
        """Writes one line, of which `text` has the style."""
        code = STYLES[style] if self.coloured else ""
        line = before + (f"\x1b[{code}m{text}\x1b[0m" if code else text)
        print(line.replace("…", self.ellipsis), file=self.output)

    def wrapped(self, style: str, text: str, indent: str = INDENT, hanging: str = "") -> None:
        """A text within the width of the page; the lines after its first have the hanging indent too."""
        for line in textwrap.wrap(
            KEPT_TOGETHER.sub(NO_BREAK_SPACE, text),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent + hanging,
            break_long_words=False,
            break_on_hyphens=False,
        ):
            self.line(style, line.replace(NO_BREAK_SPACE, " "))

    def exchange(self, request: str, status: int, answer: str) -> None:
        """A request and its answer: on one line where both fit, on lines of their own otherwise."""
        style = "success" if status < 400 else "refusal"
        request, answer = without_long_identifiers(request), f"{status} {without_long_identifiers(answer)}"
        before = f"{INDENT}{request}  -> "
        if len(before + answer) <= WIDTH:
            self.line(style, answer, before)
        else:
            self.wrapped("request", request, hanging="  ")
            self.wrapped(style, answer, INDENT * 2, hanging="    ")

    def note(self, text: str, indent: str = INDENT) -> None:
        self.wrapped("note", text, indent, hanging="  ")

    def shows(self, text: str, *, holds: bool) -> None:
        """Says what the answers above show, once it is checked."""
        if not holds:
            raise ClaimError(f"The demo's claim does not hold: {text}")
        self.claims += 1
        self.wrapped("shown", f"=> {text}", hanging="   ")


def without_long_identifiers(text: str) -> str:
    """Orthanc's identifiers (five groups of eight digits) cut to their first group."""
    return re.sub(r"\b([0-9a-f]{8})(?:-[0-9a-f]{8}){4}\b", r"\1-…", text)


def excerpt(answer: Any, shape: Shape) -> Any:
    """The part of an answer that matters: the keys of the shape, the first two items of a list."""
    if isinstance(answer, list):
        return answer if len(answer) <= 2 else [*answer[:2], "…"]
    if shape is None or not isinstance(answer, dict):
        return answer
    chosen = {key: excerpt(answer[key], inner) for key, inner in shape.items() if key in answer}
    return chosen if len(chosen) == len(answer) or shape is TAG else {**chosen, "…": None}


def as_text(value: Any) -> str:
    """JSON on one line, with a bare … for what an excerpt left out."""
    return json.dumps(value, ensure_ascii=False).replace('"…": null', "…").replace('"…"', "…")


# What is asked


@dataclass
class Server:
    """An emulator whose REST API is called in process; what is asked and answered goes into the transcript."""

    transcript: Transcript
    configuration: ConfigurationSource = None
    emulator: Emulator = field(init=False)
    client: Client = field(init=False)
    stored: dict[str, dict[str, str]] = field(default_factory=dict)  # what POST /instances answered for each file

    def __post_init__(self) -> None:
        self.emulator = Emulator(self.configuration)
        self.client = Client(self.emulator.wsgi)

    def ask(self, method: str, path: str, body: Any = None, *, shape: Shape = None) -> Any:
        """Sends a request, prints it with the part of the answer that matters, and gives the answer."""
        response = self.client.open(path, method=method, json=body)
        answer = response.get_json(force=True)
        request = f"{method} {path}" + ("" if body is None else f" {as_text(body)}")
        self.transcript.exchange(request, response.status_code, as_text(excerpt(answer, shape)))
        check(request, response.status_code, 200)
        return answer

    def refusal(self, path: str, body: Any) -> str:
        """Sends a request that is to be answered 400, and gives the details of the error."""
        response = self.client.post(path, json=body)
        error = response.get_json(force=True)
        request = f"POST {path} {as_text(body)}"
        self.transcript.exchange(request, response.status_code, as_text(excerpt(error, {"Message": None})))
        self.transcript.wrapped("refusal", f"Details: {error['Details']}", INDENT * 2, hanging="    ")
        check(request, response.status_code, 400)
        return str(error["Details"])

    def children(self, study: str) -> list[str]:
        """The instances of a study, in the order of their numbers; nothing is printed."""
        instances = self.client.get(f"/studies/{study}/instances").get_json(force=True)
        return [
            instance["ID"]
            for instance in sorted(instances, key=lambda instance: int(instance["MainDicomTags"]["InstanceNumber"]))
        ]

    def get(self, path: str, shape: Shape = None) -> Any:
        return self.ask("GET", path, shape=shape)

    def modified_instance(self, instance: str, body: Mapping[str, Any]) -> bytes:
        """The file that `POST /instances/{id}/modify` answers."""
        path = f"/instances/{instance}/modify"
        response = self.client.post(path, json=body)
        request = f"POST {path} {as_text(body)}"
        self.transcript.exchange(request, response.status_code, f"({len(response.data)} bytes of DICOM)")
        check(request, response.status_code, 200)
        return bytes(response.data)

    def upload(self, name: str, *, quietly: bool = False) -> str:
        """Stores one of the demo's files and gives the instance's identifier."""
        data = demo_files().joinpath(name).read_bytes()
        response = self.client.post("/instances", data=data)
        answer = response.get_json(force=True)
        if not quietly:
            text = as_text(excerpt(answer, {"ID": None, "Status": None}))
            self.transcript.exchange(f"POST /instances ({name}, {len(data)} bytes)", response.status_code, text)
        check(f"POST /instances ({name})", response.status_code, 200)
        self.stored[name] = answer
        return str(answer["ID"])

    def upload_all(self, names: Iterable[str]) -> None:
        """Stores several files, of which only the outcome is printed."""
        names = tuple(names)
        self.transcript.note(f"POST /instances, for {len(names)} files")
        for name in names:
            self.upload(name, quietly=True)
        counted = self.get("/statistics", {"CountStudies": None, "CountInstances": None})
        check("POST /instances, for all files", counted["CountInstances"], len(names))

    def find(self, level: str, query: Mapping[str, str]) -> QueryPlan:
        """Asks for resources, shows the plan of the query, and gives it with what it took."""
        found = self.ask("POST", "/tools/find", {"Level": level, "Query": query})
        plan = self.emulator.queries[-1]
        for line in str(plan).splitlines():
            self.transcript.note(line.strip(), INDENT * 2)
        check(f"POST /tools/find {as_text(query)}", plan.results, len(found))
        return plan

    def labels(self, instances: Iterable[str]) -> list[str]:
        """The private label of each instance, by its name."""
        shape = {"InstanceNumber": None, "MyLabel": None}
        return [self.get(f"/instances/{instance}/simplified-tags", shape)["MyLabel"] for instance in instances]


def check(what: str, actual: int, expected: int) -> None:
    if actual != expected:
        raise ClaimError(f"{what}: {actual} instead of {expected}")


def demo_files() -> Traversable:
    """The folder of the demo's files: in an installed package emulator/demo_files, in a checkout fixtures/."""
    packaged = files("emulator") / "demo_files"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "fixtures"


def sample_configuration() -> Configuration:
    """fixtures/orthanc.json, read as a user's configuration is."""
    with as_file(demo_files() / "orthanc.json") as path:
        return Configuration.load(path, RELEASES[DEFAULT_RELEASE])


# The walk


class Walk:
    """What the steps share: where they write, and the server with the sample's Dictionary."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.shows = transcript.shows
        self.configuration = sample_configuration()
        self.server = Server(transcript, self.configuration.options)

    def announce(self, dictionary: Mapping[str, Any]) -> None:
        self.transcript.note(f'A server with "Dictionary": {as_text(dictionary)}')


def known_and_unknown(walk: Walk) -> None:
    walk.announce({})
    server = Server(walk.transcript)
    shapes: dict[str, Shape] = {"ct_small.dcm": {"0043,1010": TAG}, "cr_agfa.dcm": {"0019,1093": TAG}}
    counts: dict[str, tuple[int, int]] = {}
    for name in PYDICOM_FILES:
        instance = server.upload(name, quietly=name not in shapes)
        if name in shapes:
            tags = server.get(f"/instances/{instance}/tags", shapes[name])
        else:
            tags = server.emulator.tags(instance)
        counts[name] = known_private_tags(tags)
    walk.transcript.line("note", f"{INDENT}{'file':20}{'private tags':>14}{'with a name':>14}{'unknown':>10}")
    for name, (known, unknown) in counts.items():
        walk.transcript.line("note", f"{INDENT}{name:20}{known + unknown:14}{known:14}{unknown:10}")
    (ct_known, ct_unknown), (cr_known, cr_unknown) = (counts[name] for name in shapes)
    walk.shows(
        f"DCMTK's dictionary knows all {ct_known} private tags of this GE scanner, and none of the {cr_unknown} of "
        f'this AGFA one: those are named "{UNKNOWN_TAG_NAME}".',
        holds=ct_known > 0 and ct_unknown == 0 and cr_known == 0 and cr_unknown > 0,
    )


def known_private_tags(tags: Mapping[str, Any]) -> tuple[int, int]:
    """How many private tags have a name and how many have none, creator elements aside."""
    names = [tag["Name"] for number, tag in tags.items() if int(number[:4], 16) % 2]
    unknown = names.count(UNKNOWN_TAG_NAME)
    return len(names) - names.count(PRIVATE_CREATOR_NAME) - unknown, unknown


def registration(walk: Walk) -> None:
    walk.announce({})
    without = Server(walk.transcript)
    before = without.get(f"/instances/{without.upload(LABELLED_FILES[0])}/tags", {LABEL: TAG})[LABEL]
    walk.announce({LABEL: walk.configuration.dictionary[LABEL], "…": None})
    walk.server.upload_all(PYDICOM_FILES + LABELLED_FILES)
    instance = walk.server.stored[LABELLED_FILES[0]]["ID"]
    after = walk.server.get(f"/instances/{instance}/tags", {LABEL: TAG})[LABEL]
    walk.shows(
        f'One line of configuration, and "{before["Name"]}" has the name "{after["Name"]}".',
        holds=before["Name"] == UNKNOWN_TAG_NAME and after["Name"] == walk.configuration.dictionary[LABEL][1],
    )


def instance_level(walk: Walk) -> None:
    stored = walk.server.stored[LABELLED_FILES[0]]
    path = f"/instances/{stored['ID']}"
    full = walk.server.get(f"{path}/tags", {"0020,0013": TAG, LABEL: TAG})
    simplified = walk.server.get(f"{path}/simplified-tags", {"InstanceNumber": None, "MyLabel": None})
    walk.shows(
        f"The full tag set holds the private tag beside the standard ones: {simplified['MyLabel']!r}.",
        holds=LABEL in full and simplified["MyLabel"] == full[LABEL]["Value"],
    )
    main_tag = {
        path: "InstanceNumber",
        f"/series/{stored['ParentSeries']}": "Modality",
        f"/studies/{stored['ParentStudy']}": "StudyDescription",
        f"/patients/{stored['ParentPatient']}": "PatientID",
    }
    answers = [walk.server.get(path, {"Type": None, "MainDicomTags": {tag: None}}) for path, tag in main_tag.items()]
    absent = not any(private in as_text(answers) for private in ("MyLabel", LABEL, simplified["MyLabel"]))
    walk.shows(
        f"Private tags are instance-level: none of these {len(answers)} answers has one (nor do the parts left out).",
        holds=absent and len(answers) == 4,
    )


def one_instance(walk: Walk) -> None:
    from pydicom import dcmread

    instance = walk.server.stored["ct_small.dcm"]["ID"]
    shape = {"0043,1010": TAG}
    path = f"/instances/{instance}/tags"
    before = walk.server.get(path, shape)["0043,1010"]
    data = walk.server.modified_instance(
        instance, {"Replace": {"0043,1010": "350"}, "PrivateCreator": before["PrivateCreator"]}
    )
    element = dcmread(BytesIO(data))[0x0043, 0x1010]
    walk.transcript.note(f"pydicom reads in it: {element.tag} {element.VR} {element.value}", INDENT * 2)
    after = walk.server.get(path, shape)["0043,1010"]
    counted = walk.server.get("/statistics", {"CountInstances": None})["CountInstances"]
    walk.shows(
        f"The answer is a file with {element.value} for {before['Name']}; nothing is stored, and the instance keeps "
        f"its {after['Value']}.",
        holds=(element.VR, element.value) == ("US", 350) and after == before and counted == len(walk.server.stored),
    )


def whole_study(walk: Walk) -> None:
    study = walk.server.stored[LABELLED_FILES[0]]["ParentStudy"]
    sources = [walk.server.stored[name]["ID"] for name in LABELLED_FILES]
    shape = {"ID": None, "InstancesCount": None, "FailedInstancesCount": None}
    result = walk.server.ask("POST", f"/studies/{study}/modify", REVIEWED, shape=shape)
    copies = walk.server.children(result["ID"])
    copied = walk.server.labels(copies)
    walk.shows(
        f"Every instance of the copy, {len(copies)} of {len(sources)}, carries the value {copied[0]!r}.",
        holds=copied == ["REVIEWED"] * len(sources) and result["InstancesCount"] == len(sources),
    )
    kept = walk.server.labels(sources)
    walk.shows(
        f"The source stays as it was: {', '.join(kept)}.",
        holds=kept == ["TRAIN", "TRAIN", "TEST", "TEST"] and result["ID"] != study,
    )


def unknown_tag(walk: Walk) -> None:
    stored = walk.server.stored["cr_agfa.dcm"]
    shape = {"0019,1093": TAG}
    tag = walk.server.get(f"/instances/{stored['ID']}/tags", shape)["0019,1093"]
    walk.shows(
        f"An unknown tag is stored, and shown with its value {tag['Value']!r}.",
        holds=(tag["Name"], tag["Value"]) == (UNKNOWN_TAG_NAME, "COMPLETED"),
    )
    path = f"/studies/{stored['ParentStudy']}/modify"
    request = {"Replace": {"0019,1093": "CHECKED"}, "PrivateCreator": tag["PrivateCreator"]}
    before = walk.server.emulator.statistics()
    details = walk.server.refusal(path, request)
    walk.shows(
        "The contract answers 400, changes nothing, and says which line is missing in the Dictionary.",
        holds='"0019,1093": ["CS", "NameOfTheTag", 1, 1, "AGFA"]' in details
        and walk.server.emulator.statistics() == before,
    )
    registered = {"0019,1093": ["CS", "AgfaStatus", 1, 1, tag["PrivateCreator"]]}
    walk.announce(registered)
    mended = Server(walk.transcript, {"Dictionary": registered})
    mended.upload("cr_agfa.dcm")
    result = mended.ask("POST", path, request, shape={"ID": None, "InstancesCount": None})
    (copy,) = mended.children(result["ID"])
    after = mended.get(f"/instances/{copy}/tags", shape)["0019,1093"]
    walk.shows(
        f"With that line, the same request works: {after['Name']} is {after['Value']!r}.",
        holds=(after["Name"], after["Value"]) == ("AgfaStatus", "CHECKED"),
    )


def queries(walk: Walk) -> None:
    total = walk.server.get("/statistics", {"CountInstances": None})["CountInstances"]
    label = {"MyLabel": "REVIEWED"}
    standard = walk.server.find("Instance", LABELLED_PATIENT)
    walk.shows(
        f"PatientID is in the index: {standard.results} instances are found and {standard.files_read} files read.",
        holds=standard.files_read == 0 and standard.results == 8,
    )
    private = walk.server.find("Instance", label)
    walk.shows(
        f"A private tag is only in the files: {private.files_read} are read, one for each of the {total} instances.",
        holds=private.files_read == private.candidates == total and private.results == 4,
    )
    both = walk.server.find("Instance", {**LABELLED_PATIENT, **label})
    walk.shows(
        f"With both, the index leaves {both.candidates} candidates, and only their files are read: {both.files_read}.",
        holds=both.files_read == both.candidates == standard.results < total and both.results == private.results,
    )


STEPS: tuple[tuple[str, Callable[[Walk], None]], ...] = (
    ("Which private tags does the dictionary know?", known_and_unknown),
    ("A tag registered in the Dictionary gets a name", registration),
    ("Private tags are in the full tag set only", instance_level),
    ("Modify one instance: the answer is the file", one_instance),
    ("Modify a study: every instance of the copy carries the value", whole_study),
    ("An unknown tag: stored and shown, but not to be modified", unknown_tag),
    ("Queries: combine a private tag with a standard one", queries),
)
