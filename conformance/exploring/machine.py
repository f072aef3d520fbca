"""The machine of `explore`: an example is made of its rules, each a kind of request."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.errors import StopTest
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from ..files import datasets
from ..targets.ownership import NotOursError, OwnedClient
from . import annotations as beside
from . import requests
from .own_server import OwnServerClient, SilentServerError
from .sides import CarefulClient, Side

if TYPE_CHECKING:
    from .exploration import Exploration

#: What depends on UIDs that the server generated, once there are copies: their lengths, and which comes first.
COPY_DEPENDENT = ("/statistics", "/header", "/module", "/module-patient", "/archive", "/shared-tags")

#: A line that looks at such.
COPY_DEPENDENT_LINE = re.compile(
    rf"""session\.get\(f["']/(?:patients|studies|series|instances)/\{{.*\}}(?:{"|".join(COPY_DEPENDENT)})["'?]"""
)
#: A line that makes copies, or may have made some when it fails; a file modified for the answer alone is none.
COPYING_LINE = re.compile(
    r"""session\.post\((?:f["']/(?:patients|studies|series)/\{.*\}/(?:modify|anonymize|split|merge)["']"""
    r"""|["']/tools/(?:bulk-|create-dicom))"""
)
#: The answers to a request that has made nothing.
REFUSALS = (400, 404)

LEVELS_ABOVE = ("patients", "studies", "series")


@dataclass(frozen=True)
class Resource:
    """A resource that an example has: its level, and the expression for its identifier in a scenario."""

    level: str
    expression: str

    def path(self, rest: str = "") -> str:
        """The expression for a path below the resource."""
        return f'f"/{self.level}/{{{self.expression}}}{rest}"'


def is_over_dicom(line: str) -> bool:
    return line.partition("(")[0].rpartition(" ")[2].startswith("c_")


Rule = Callable[..., None]


def asked(**strategies: st.SearchStrategy[Any]) -> Callable[[Rule], Rule]:
    """A rule for when there is something to ask about, and the example is not over."""

    def decorate(function: Rule) -> Rule:
        ready: Any = precondition(lambda machine: bool(machine.resources) and not machine.over)
        make: Any = rule  # its overloads allow no strategies in a dict
        decorated: Rule = ready(make(data=st.data(), **strategies)(function))
        return decorated

    return decorate


class Machine(RuleBasedStateMachine):
    """An example: its rules are the kinds of requests."""

    def __init__(self, exploration: Exploration) -> None:
        super().__init__()
        self.exploration = exploration
        live = exploration.live
        self.owned = live if isinstance(live, OwnServerClient) else OwnedClient(live)
        self.owned.delete_leftovers(datasets.patient_id("explore", "example"))
        self.live = Side(self.owned)
        self.emulator = Side(CarefulClient(exploration.emulator()))
        self.lines: list[str] = []
        self.resources: list[Resource] = []
        self.over = False
        self.silent = False
        self.has_copies = False

    def perform(self, line: str) -> bool:
        """Runs a line on both sides; False if it was not run, or was the last, as the statuses differ."""
        if self.over or self.is_refused(line) or (self.has_copies and COPY_DEPENDENT_LINE.search(line)):
            return False
        try:
            self.live.run(line)
        except NotOursError:
            return False
        except SilentServerError:
            self.lines.append(line)
            self.over = self.silent = True
            return False
        self.emulator.run(line)
        self.lines.append(line)
        self.has_copies |= bool(COPYING_LINE.search(line)) and self.live.status() not in REFUSALS
        same = self.emulator.status() == self.live.status()
        self.over = self.emulator.stopped or self.live.stopped or not same
        return not self.over

    def is_refused(self, line: str) -> bool:
        """Whether the emulator refuses a line by the contract, tried on a fork of it."""
        if not self.exploration.default_mode or is_over_dicom(line):
            return False  # the contract is about REST: over the DICOM network an answer is the release's own
        refused = self.emulator.is_refused(line)
        self.exploration.passed_over += refused
        return refused

    def name(self, word: str) -> str:
        return f"{word}_{sum(line.startswith(word) for line in self.lines) + 1}"

    def drawn(self, data: st.DataObject, *levels: str) -> Resource:
        """A resource that the example has, of one of the levels or, without them, of any: there is one of each."""
        return data.draw(st.sampled_from([one for one in self.resources if one.level in levels or not levels]))

    # Rules

    @precondition(lambda machine: machine.over)
    @rule()
    def rest(self) -> None:
        """Lets the steps pass that an example which is over has left."""

    @precondition(lambda machine: not machine.over)
    @rule(file=requests.files())
    def upload(self, file: tuple[list[Any], dict[str, Any]]) -> None:
        elements, options = file
        arguments = ["session", *map(repr, elements), *(f"{name}={value!r}" for name, value in options.items())]
        name = self.name("stored")
        if self.perform(f"{name} = session.upload(raw_file({', '.join(arguments)}))"):
            self.resources += self.stored_as(name)

    def stored_as(self, name: str) -> list[Resource]:
        """The instance of which an answer tells that it was stored, and what is above it."""
        if self.live.status() not in (200, "0x0000"):
            return []
        parents = {"patients": "ParentPatient", "studies": "ParentStudy", "series": "ParentSeries"}
        above = [Resource(level, f"{name}.text_field('{member}')") for level, member in parents.items()]
        return [Resource("instances", f"{name}.id"), *above]

    @asked()
    def view(self, data: st.DataObject) -> None:
        resource = self.drawn(data)
        view = data.draw(requests.views(resource.level))
        self.perform(f"session.get({resource.path(view)})")

    @asked(accept=st.sampled_from(requests.ACCEPTED))
    def web_model(self, data: st.DataObject, accept: str) -> None:
        resource = self.drawn(data, "instances")
        self.perform(f"session.get({resource.path('/file')}, headers={{'Accept': {accept!r}}})")

    @asked(form=st.sampled_from(requests.TAG_VIEWS))
    def tags(self, data: st.DataObject, form: str) -> None:
        self.perform(f"session.get({self.drawn(data, 'instances').path(form)})")

    @asked(body=requests.modifications("instances"))
    def modify_instance(self, data: st.DataObject, body: Mapping[str, Any]) -> None:
        self.perform(f"session.post({self.drawn(data, 'instances').path('/modify')}, json={body!r})")

    @asked()
    def modify(self, data: st.DataObject) -> None:
        resource = self.drawn(data, *LEVELS_ABOVE)
        self.copies(resource, "modify", data.draw(requests.modifications(resource.level)))

    @asked(body=requests.anonymizations())
    def anonymize(self, data: st.DataObject, body: Mapping[str, Any]) -> None:
        resource = self.drawn(data)
        if resource.level == "instances":
            self.perform(f"session.post({resource.path('/anonymize')}, json={body!r})")
        else:
            self.copies(resource, "anonymize", body)

    def copies(self, resource: Resource, action: str, body: Mapping[str, Any]) -> None:
        """Modifies or anonymizes a resource, and shows the files that come of it."""
        answer = self.outcome("copied", f"session.post({resource.path('/' + action)}, json={body!r})")
        if answer is None:
            return
        if "ID" in self.value(answer):
            copy = Resource(resource.level, f"{answer}['ID']")
            self.resources += [copy, *self.instances_of(resource), *self.instances_of(copy)]

    def outcome(self, word: str, request: str) -> str | None:
        """The expression for what a request answers or, if it names a job, for what that has come to; None for none."""
        name = self.name(word)
        if not self.perform(f"{name} = {request}") or self.live.status() != 200:
            return None
        if not str(self.value(f"{name}.json").get("Path")).startswith("/jobs/"):
            return f"{name}.json"
        job = self.name("job")
        if not self.perform(f"{job} = session.wait_for_job({name})"):
            return None
        return f"{job}.json['Content']" if "Content" in self.value(f"{job}.json") else None

    def value(self, expression: str) -> Any:
        """The value of an expression on the live side."""
        return eval(expression, self.live.names)  # nosec B307

    @asked()
    def bulk(self, data: st.DataObject) -> None:
        """Modifies or anonymizes one or two resources of any level."""
        action = data.draw(st.sampled_from(("bulk-modify", "bulk-anonymize")))
        named = [self.drawn(data).expression for _ in range(2)]
        body = data.draw(requests.bulk_bodies(action, named))
        made = self.outcome("bulk", f"session.post('/tools/{action}', json={body!r})")
        if made is not None or self.live.status() not in REFUSALS:
            self.over = True  # copies and sources of one InstanceNumber have no order that is the same on both sides

    @asked()
    def restructure(self, data: st.DataObject) -> None:
        """Splits a study, or merges others into it."""
        study, others = self.drawn(data, "studies"), [self.drawn(data) for _ in range(2)]
        action = data.draw(st.sampled_from(("split", "merge")))
        body = data.draw(beside.restructurings(action, [(one.level, one.expression) for one in others]))
        answer = self.outcome(action, f"session.post({study.path('/' + action)}, json={body!r})")
        if answer is None:
            return
        if "TargetStudy" in self.value(answer):
            made = Resource("studies", f"{answer}['TargetStudy']")
            self.resources += [made, *self.instances_of(made)]

    @asked()
    def annotate(self, data: st.DataObject) -> None:
        """Reads, writes or deletes a metadata or a label."""
        resource = self.drawn(data)
        method, path, arguments = data.draw(beside.metadata_or_label(only_of_users=self.has_copies))
        self.perform(f"session.{method}({resource.path(path)}{arguments})")

    @asked()
    def create(self, data: st.DataObject) -> None:
        # which file a Parent with copies stands for depends on identifiers that the server generated
        parent = self.drawn(data).expression
        body = data.draw(requests.creations(None if self.has_copies else parent))
        name = self.name("created")
        if not self.perform(f"{name} = session.post('/tools/create-dicom', json={body!r})"):
            return
        if self.live.status() != 200:
            return
        if "ParentSeries" not in self.live.names[name].json:
            self.resources += self.instances_of(Resource("series", f"{name}.id"))
            return
        found = self.stored_as(name)
        self.perform(f"session.get({found[0].path('/file')})")
        self.resources += found

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

    @asked(body=requests.finds())
    def find(self, data: st.DataObject, body: Mapping[str, Any]) -> None:
        if self.has_copies:
            # which resources a Limit leaves, and of which instance a file is read, depends on generated identifiers
            body = {name: value for name, value in body.items() if name not in ("Limit", "Since", "RequestedTags")}
        self.perform(f"session.post('/tools/find', json={body!r})")

    @asked(text=st.sampled_from([*requests.LOOKED_UP, None, ...]))
    def look_up_or_delete(self, data: st.DataObject, text: Any) -> None:
        """One rule, so that not too much is deleted: Hypothesis takes each rule as often as any other."""
        resource = self.drawn(data)
        if text is None:
            self.perform(f"session.delete({resource.path()})")
        elif text is ...:
            self.perform(f"session.post({resource.path('/reconstruct')}, json={{}})")
        else:
            self.perform(f"session.post('/tools/lookup', data={text})")

    def teardown(self) -> None:
        try:
            raised = sys.exc_info()[0]
            if raised not in (None, StopTest):
                return  # Ctrl-C
            if self.silent:
                self.exploration.judge_silence(self.lines, self.live)
            else:
                self.exploration.judge(self.lines, self.emulator, self.live, given_up=raised is StopTest)
        finally:
            self.clean_up()

    def clean_up(self) -> None:
        """Removes what the example made, and ends what it listened with."""
        self.emulator.close()
        self.owned.clean_up()
