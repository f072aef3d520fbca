"""`python -m conformance explore`: asks a live server and the emulator alike, and compares every answer whole.

A step of an example is a line of Python, as a scenario has it, and is run on both sides: what is printed for a
difference is what was run. Each example removes its patients from the server, after Ctrl-C too.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from . import explore_requests as requests
from .clients import EmulatorClient, HttpClient
from .comparison import Difference, NormalEntry, differences, normalise
from .exchange import Answer, Exchange, Request, UnexpectedAnswerError
from .known_differences import KnownDifference, Occurrence, known_difference
from .ownership import NotOursError, OwnedClient
from .raw_files import raw_file
from .reduction import reduced
from .session import Client, Session

STEPS = 8
#: How many examples are run to make one with a difference smaller.
MOST_SHRINKS = 60
#: The status of an answer that stands for an error inside the emulator.
FAILED = 0
#: The OrthancStatus of "Unknown DICOM tag".
UNKNOWN_TAG = "27"
#: What an answer may lack that a line goes on with: its status tells the rest.
STOPPING = (UnexpectedAnswerError, KeyError, IndexError, TypeError, ValueError, AttributeError, NameError)


@dataclass(frozen=True)
class Resource:
    """A resource that an example has: its level, and the expression for its identifier in a scenario."""

    level: str
    expression: str

    def path(self, rest: str = "") -> str:
        """The expression for a path below the resource."""
        return f'f"/{self.level}/{{{self.expression}}}{rest}"'


@dataclass(frozen=True)
class Finding:
    """A difference, with the fewest lines that show it; `kind` tells it from others, `reproduced` if it came again."""

    kind: str
    lines: Sequence[str]
    emulator: NormalEntry | None
    live: NormalEntry | None
    differences: Sequence[Difference]
    reproduced: bool = True


class DifferenceFoundError(Exception):
    """Tells Hypothesis that an example shows the difference that it should shrink."""


class SmallEnough(BaseException):
    """Ends the shrinking: Hypothesis lets pass what is no Exception."""


class Side:
    """One of the two servers during one example: runs the lines of it."""

    def __init__(self, client: Client) -> None:
        self.session = Session(client, "explore", "example")
        self.names: dict[str, Any] = {"session": self.session, "raw_file": raw_file}
        self.stopped = False

    def run(self, line: str) -> None:
        try:
            exec(compile(line, "<example>", "exec"), self.names)
        except STOPPING:
            self.stopped = True

    def is_refused(self, line: str) -> bool:
        """Whether the last request of a line is answered 400 for an unknown tag; the side stays as it was.

        Only what is asked of a fork of the emulator tells: most lines change something, and are run later.
        """
        client = self.session.client
        assert isinstance(client, CarefulClient)
        trial = Side(client.forked())
        trial.names |= {name: value for name, value in self.names.items() if name not in ("session", "raw_file")}
        trial.run(line)
        last = trial.session.log[-1] if trial.session.log else None
        return isinstance(last, Exchange) and is_contract_refusal(last.answer)

    def status(self) -> int:
        """The status of the last answer."""
        last = self.session.log[-1] if self.session.log else None
        return last.answer.status if isinstance(last, Exchange) else FAILED

    def normal(self) -> list[NormalEntry]:
        return normalise(self.session.log, self.session.known)


class CarefulClient:
    """A client of the emulator to which an error inside the emulator is an answer."""

    def __init__(self, emulator: Any) -> None:
        self.emulator = emulator
        self.client = EmulatorClient(emulator)

    def forked(self) -> CarefulClient:
        """A client of a copy of the emulator."""
        return CarefulClient(self.emulator.fork())

    def send(self, request: Request) -> Answer:
        try:
            return self.client.send(request)
        except Exception:
            text = traceback.format_exc(limit=-4)
            return Answer(FAILED, {}, text.encode())

    def send_counting_files(self, request: Request) -> tuple[Answer, int | None]:
        return self.send(request), None

    def wait(self, seconds: float) -> None:
        self.client.wait(seconds)


def is_contract_refusal(answer: Answer) -> bool:
    """Whether an answer is the 400 for an unknown tag; servers answer 500 with this code, or take the request."""
    return answer.status == 400 and error_of({"answer": {"json": answer.json}}) == UNKNOWN_TAG


@dataclass
class Exploration:
    """One run: what is compared, and what has come of it so far.

    `emulator` makes a fresh emulator, `live` is the server. `default_mode` says that the emulator refuses unknown tags:
    what it refuses for that is not asked of the server, and counted in `passed_over`. `target` is the kind of
    difference that is being shrunk; `found` holds the kinds that have been reported.
    """

    live: HttpClient
    release: str
    emulator: Callable[[], Any]
    default_mode: bool = False
    passed_over: int = 0
    progress: Callable[[Exploration], None] = lambda exploration: None
    announce: Callable[[Finding, int], None] = lambda finding, number: None
    examples: int = 0
    requests: int = 0
    known: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    target: str | None = None
    last: Finding | None = None
    shrinks: int = 0

    def judge(self, lines: Sequence[str], emulator: Side, live: Side) -> None:
        """Compares the answers of an example; raises DifferenceFoundError for a new difference."""
        finding = self.new_difference(lines, emulator.normal(), live.normal())
        if self.target is None:
            self.examples += 1
            self.requests += len(live.session.log)
            self.progress(self)
        else:
            self.shrinks += 1
            if self.shrinks > MOST_SHRINKS:
                raise SmallEnough
        if finding is None or finding.kind in {one.kind for one in self.findings}:
            return
        if self.target is None:
            self.target = finding.kind
        if finding.kind == self.target:
            self.last = finding
            raise DifferenceFoundError(finding.kind)

    def new_difference(
        self, lines: Sequence[str], emulator: list[NormalEntry], live: list[NormalEntry]
    ) -> Finding | None:
        """The first difference that is not known, None if there is none or the known one spoils the rest."""
        found = differences(emulator, live)
        for index in sorted({one.entry for one in found}):
            here = [one for one in found if one.entry == index]
            one, other = at(emulator, index), at(live, index)
            known = self.known_difference(one, other, here)
            if known is None:
                return Finding(kind_of(one, other, here[0]), tuple(lines), one, other, here)
            if self.target is None:
                self.known[known.reason] += 1
            if known.spoils_the_rest:
                return None
        return None

    def known_difference(
        self, emulator: NormalEntry | None, live: NormalEntry | None, found: Sequence[Difference]
    ) -> KnownDifference | None:
        if emulator is None or live is None:
            return None
        return known_difference(Occurrence(self.release, emulator, live, [one.path for one in found]))


def at(log: Sequence[NormalEntry], index: int) -> NormalEntry | None:
    return log[index] if index < len(log) else None


def kind_of(emulator: NormalEntry | None, live: NormalEntry | None, difference: Difference) -> str:
    """A difference in words that fit others of its cause: route, place, and kinds of values."""
    request = (live or emulator or {}).get("request", {})
    where = f"{request.get('method')} {generalised(str(request.get('path')))}"
    if difference.path == "answer.status":
        details = [error_of(entry) for entry in (emulator, live)]
        return f"{where}: {difference.left} {details[0]} / {difference.right} {details[1]}"
    return f"{where}: {generalised(difference.path)}: {sort_of(difference.left)} / {sort_of(difference.right)}"


def generalised(text: str) -> str:
    """A path without what only one example has: tags, identifiers, numbers."""
    text = re.sub(r"«\w+ \d+»|[0-9a-f]{8}(-[0-9a-f]{4,8})*…|[0-9a-f]{8}(-[0-9a-f]{8}){4}", "ID", text)
    text = re.sub(r"\b(\w\w(\d\d|\w\w))[,-]?[0-9a-f]{4}\b", lambda one: "ODD" if is_odd(one[1]) else "EVEN", text)
    return re.sub(r"\[\d+\]", "[]", text)


def is_odd(group: str) -> bool:
    return group[-1] in "13579bdf"


def error_of(entry: NormalEntry | None) -> str:
    body = (entry or {}).get("answer", {}).get("json")
    return str(body.get("OrthancStatus", "")) if isinstance(body, dict) else ""


def sort_of(value: Any) -> str:
    """What kind of value it is; itself where it is one of few: a word such as a VR or a type."""
    if isinstance(value, str) and re.fullmatch(r"\(absent\)|[A-Z]\w{1,12}|", value):
        return value or '""'
    return type(value).__name__


class Machine(RuleBasedStateMachine):
    """An example: its rules are the kinds of requests."""

    resources: Bundle[Resource] = Bundle("resources")
    of_instances = resources.filter(lambda one: one.level == "instances")
    above_instances = resources.filter(lambda one: one.level != "instances")

    def __init__(self, exploration: Exploration) -> None:
        super().__init__()
        self.exploration = exploration
        self.owned = OwnedClient(exploration.live)
        self.live = Side(self.owned)
        self.emulator = Side(CarefulClient(exploration.emulator()))
        self.lines: list[str] = []
        self.over = False
        self.has_copies = False

    def perform(self, line: str) -> bool:
        """Runs a line on both sides; False if it was not run, or was the last, as the statuses differ."""
        if self.over or self.is_refused(line):
            return False
        try:
            self.live.run(line)
        except NotOursError:
            return False
        self.emulator.run(line)
        self.lines.append(line)
        same = self.emulator.status() == self.live.status()
        self.over = self.emulator.stopped or self.live.stopped or not same
        return not self.over

    def is_refused(self, line: str) -> bool:
        """Whether the emulator refuses a line by the contract, tried on a fork of it."""
        if not self.exploration.default_mode:
            return False
        refused = self.emulator.is_refused(line)
        self.exploration.passed_over += refused
        return refused

    def name(self, word: str) -> str:
        return f"{word}_{sum(line.startswith(word) for line in self.lines) + 1}"

    # Rules

    @rule(target=resources, file=requests.files())
    def upload(self, file: tuple[list[Any], dict[str, Any]]) -> MultipleResults[Resource]:
        elements, options = file
        arguments = ["session", *map(repr, elements), *(f"{name}={value!r}" for name, value in options.items())]
        name = self.name("stored")
        if not self.perform(f"{name} = session.upload(raw_file({', '.join(arguments)}))"):
            return multiple()
        return multiple(*self.stored_as(name))

    def stored_as(self, name: str) -> list[Resource]:
        """The instance of which an answer tells that it was stored, and what is above it."""
        if self.live.status() != 200:
            return []
        parents = {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries"}
        above = [Resource(level, f"{name}.text_field('{member}')") for level, member in parents.items()]
        return [Resource("instances", f"{name}.id"), *above]

    @rule(resource=resources, data=st.data())
    def view(self, resource: Resource, data: st.DataObject) -> None:
        view = data.draw(requests.views(resource.level))
        if not (self.has_copies and view.split("?")[0] in ("/statistics", "/header", "/module")):
            # lengths in a copy, and which instance comes first, depend on the UIDs that the server generated
            self.perform(f"session.get({resource.path(view)})")

    @rule(resource=of_instances, accept=st.sampled_from(requests.ACCEPTED))
    def web_model(self, resource: Resource, accept: str) -> None:
        self.perform(f"session.get({resource.path('/file')}, headers={{'Accept': {accept!r}}})")

    @rule(resource=of_instances, form=st.sampled_from(requests.TAG_VIEWS))
    def tags(self, resource: Resource, form: str) -> None:
        self.perform(f"session.get({resource.path(form)})")

    @rule(resource=of_instances, body=requests.modifications("instances"))
    def modify_instance(self, resource: Resource, body: Mapping[str, Any]) -> None:
        self.perform(f"session.post({resource.path('/modify')}, json={body!r})")

    @rule(target=resources, resource=above_instances, data=st.data())
    def modify(self, resource: Resource, data: st.DataObject) -> MultipleResults[Resource]:
        body = data.draw(requests.modifications(resource.level))
        return multiple(*self.copies(resource, "modify", body))

    @rule(target=resources, resource=resources, body=requests.anonymizations())
    def anonymize(self, resource: Resource, body: Mapping[str, Any]) -> MultipleResults[Resource]:
        if resource.level == "instances":
            self.perform(f"session.post({resource.path('/anonymize')}, json={body!r})")
            return multiple()
        return multiple(*self.copies(resource, "anonymize", body))

    def copies(self, resource: Resource, action: str, body: Mapping[str, Any]) -> list[Resource]:
        """Modifies or anonymizes a resource, and shows the files that come of it."""
        name = self.name("copied")
        if not self.perform(f"{name} = session.post({resource.path('/' + action)}, json={body!r})"):
            return []
        if self.live.status() != 200:
            return []
        self.has_copies = True
        copy = self.copy_of(resource.level, name)
        return [] if copy is None else [copy, *self.instances_of(resource), *self.instances_of(copy)]

    def copy_of(self, level: str, name: str) -> Resource | None:
        """What an answer says that it made, or the job that it names, once that is over."""
        answer = self.live.names[name].json
        if str(answer.get("Path")).startswith("/jobs/"):
            job = self.name("job")
            if not self.perform(f"{job} = session.wait_for_job({name})"):
                return None
            answer = self.live.names[job].json.get("Content", {})
            return Resource(level, f"{job}.json['Content']['ID']") if "ID" in answer else None
        return Resource(level, f"{name}.id") if "ID" in answer else None

    @rule(resource=resources, other=resources, data=st.data())
    def bulk(self, resource: Resource, other: Resource, data: st.DataObject) -> None:
        """Modifies or anonymizes one or two resources of any level."""
        action = data.draw(st.sampled_from(("bulk-modify", "bulk-anonymize")))
        body = data.draw(requests.bulk_bodies(action, [resource.expression, other.expression]))
        name = self.name("bulk")
        if self.perform(f"{name} = session.post('/tools/{action}', json={body!r})") and self.live.status() == 200:
            if str(self.live.names[name].json.get("Path")).startswith("/jobs/"):
                self.perform(f"session.wait_for_job({name})")
            self.over = True  # copies and sources of one InstanceNumber have no order that is the same on both sides

    @rule(target=resources, resource=resources, data=st.data())
    def create(self, resource: Resource, data: st.DataObject) -> MultipleResults[Resource]:
        # which file a Parent with copies stands for depends on identifiers that the server generated
        body = data.draw(requests.creations(None if self.has_copies else resource.expression))
        name = self.name("created")
        if not self.perform(f"{name} = session.post('/tools/create-dicom', json={body!r})"):
            return multiple()
        if self.live.status() != 200:
            return multiple()
        self.has_copies = True
        if "ParentSeries" not in self.live.names[name].json:
            return multiple(*self.instances_of(Resource("series", f"{name}.id")))
        found = self.stored_as(name)
        self.perform(f"session.get({found[0].path('/file')})")
        return multiple(*found)

    def instances_of(self, resource: Resource) -> list[Resource]:
        """Lists the instances below a resource, and shows the files of two."""
        name = self.name("listed")
        if not self.perform(f"{name} = session.instances_below({resource.level!r}, {resource.expression})"):
            return []
        numbers = [one["MainDicomTags"].get("InstanceNumber") for one in self.live.names[name]]
        # two of one number have no order that is the same on both sides
        sure = [index for index, number in enumerate(numbers) if numbers.count(number) == 1][:2]
        found = [Resource("instances", f"{name}[{index}]['ID']") for index in sure]
        for instance in found:
            self.perform(f"session.get({instance.path('/file')})")
        return found

    @rule(resource=resources, body=requests.finds())
    def find(self, resource: Resource, body: Mapping[str, Any]) -> None:
        """Finds something; a resource is asked for so that there is something to be found."""
        if self.has_copies:
            # which resources a Limit leaves depends on identifiers that the server generated
            body = {option: value for option, value in body.items() if option not in ("Limit", "Since")}
        self.perform(f"session.post('/tools/find', json={body!r})")

    @rule(resource=resources, text=st.sampled_from([*requests.LOOKED_UP, None]))
    def look_up_or_delete(self, resource: Resource, text: str | None) -> None:
        """One rule, so that not too much is deleted: Hypothesis takes each rule as often as any other."""
        if text is None:
            self.perform(f"session.delete({resource.path()})")
        else:
            self.perform(f"session.post('/tools/lookup', data={text})")

    def teardown(self) -> None:
        try:
            # not after Ctrl-C, nor when Hypothesis has given up this example
            if sys.exc_info()[0] is None:
                self.exploration.judge(self.lines, self.emulator, self.live)
        finally:
            self.owned.clean_up()


def explore(exploration: Exploration, examples: int, number: int, most: int) -> None:
    """Runs that many examples, with a seed; what it finds is in `exploration.findings`, at most so many differences.

    Hypothesis stops at the first difference: each round goes on after the one before, and counts it no more.
    """
    rounds = 0
    while exploration.examples < examples and len(exploration.findings) < most:
        exploration.target, exploration.last, exploration.shrinks = None, None, 0
        machine: Any = seed(f"{number}-{rounds}")(lambda: Machine(exploration))
        reproduced = True
        try:
            run_machine(machine, settings=quiet_settings(examples - exploration.examples))
        except (DifferenceFoundError, SmallEnough):
            pass
        except Flaky:
            reproduced = False
        if exploration.last is None:
            return
        finding = replace(smallest(exploration, exploration.last), reproduced=reproduced)
        exploration.findings.append(finding)
        exploration.announce(finding, len(exploration.findings))
        rounds += 1


def smallest(exploration: Exploration, finding: Finding) -> Finding:
    """The finding with the fewest lines: Hypothesis keeps some parts that are not needed, such as a first upload."""

    def shows(lines: Sequence[str]) -> bool:
        again = replay(exploration, lines)
        return again is not None and again.kind == finding.kind

    return replay(exploration, reduced(finding.lines, shows)) or finding


def replay(exploration: Exploration, lines: Sequence[str]) -> Finding | None:
    """Runs lines on both sides; their first difference, None if there is none."""
    machine = Machine(replace(exploration, last=None))
    try:
        for line in lines:
            machine.perform(line)
        return exploration.new_difference(machine.lines, machine.emulator.normal(), machine.live.normal())
    finally:
        machine.owned.clean_up()


def quiet_settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,  # a run depends on its seed alone
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
