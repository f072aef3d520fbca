"""The generated queries: the same ones every time, and of every kind."""

from __future__ import annotations

import random
from itertools import islice

from conformance.asking.clients import EmulatorClient
from conformance.asking.session import Session
from conformance.sweeps.queries import Emulated, Seen, cut_differences, in_any_order
from conformance.sweeps.query_bodies import CONFIGURATION, LEVELS, Question, Stored, load, questions
from emulator import Emulator


def test_the_same_seed_makes_the_same_questions() -> None:
    identifiers = [dict.fromkeys(("PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"), "1.2")]
    stored = Stored(identifiers, {level: ["one", "other"] for level in LEVELS})
    one, other = (list(islice(questions(stored, random.Random(7)), 200)) for _ in range(2))
    assert one == other
    assert {question.path for question in one} == {"/tools/find", "/tools/count-resources", "/tools/lookup"}
    finds = [question.body for question in one if question.path == "/tools/find"]
    assert {body.get("Level") for body in finds} >= set(LEVELS)
    assert {name for body in finds for name in body} >= {"OrderBy", "MetadataQuery", "Labels", "ResponseContent"}


def test_some_are_answered_by_the_index_and_some_from_files() -> None:
    with Emulator(CONFIGURATION, unknown_tags="as-release") as emulator:
        emulated = Emulated(emulator)
        stored = load(Session(EmulatorClient(emulator), "queries", "generated"), random.Random(1))
        seen = [emulated.ask(question) for question in islice(questions(stored, random.Random(1)), 120)]
    assert {one.status for one in seen} >= {200, 400}
    assert any(one.files for one in seen)
    assert any(one.status == 200 and one.body and not one.files for one in seen)


def test_what_one_side_can_not_tell_is_no_difference() -> None:
    here = Seen(200, [], 3, 3, 2000)
    assert Seen(200, [], None, 3, None).differences(here) == {}
    assert Seen(200, [], 3, 2, None).differences(here) == {"files": (2, 3)}


def test_an_order_that_nobody_promises_is_no_difference() -> None:
    assert in_any_order(Seen(200, ["b", "a"])).differences(in_any_order(Seen(200, ["a", "b"]))) == {}
    assert in_any_order(Seen(200, ["b", "b"])).differences(in_any_order(Seen(200, ["a", "b"])))
    twice = [Seen(500, {"Details": f"This resource has already been added: {one}/1"}) for one in "ab"]
    assert in_any_order(twice[0]).differences(in_any_order(twice[1])) == {}


class Answers:
    """A server that answers whatever it is asked with the same resources."""

    def __init__(self, *resources: str) -> None:
        self.seen = Seen(200, list(resources))

    def ask(self, question: Question) -> Seen:
        assert "Limit" not in question.body
        return self.seen


def test_of_all_that_match_a_limit_may_leave_any() -> None:
    question = Question("/tools/find", {"Level": "Study", "Query": {}, "Limit": 1})
    live, emulated = Answers("a", "b", "c"), Answers("c", "b", "a")
    assert cut_differences(question, Seen(200, ["a"]), Seen(200, ["c"]), live, emulated) == {}
    assert cut_differences(question, Seen(200, ["a"]), Seen(200, ["z"]), live, emulated)
    assert cut_differences(question, Seen(200, ["a"]), Seen(200, ["a", "b"]), live, emulated)
    assert cut_differences(question, Seen(200, ["a"]), Seen(200, ["a"]), live, Answers("a", "b"))


def test_what_order_by_leaves_equal_is_in_any_order() -> None:
    with Emulator(CONFIGURATION, unknown_tags="as-release") as emulator:
        emulated = Emulated(emulator)
        load(Session(EmulatorClient(emulator), "queries", "generated"), random.Random(1))
        order = [{"Type": "DicomTag", "Key": "Modality", "Direction": "ASC"}]
        seen = emulated.ask(Question("/tools/find", {"Level": "Series", "Query": {}, "OrderBy": order}))
        turned = Seen(200, [seen.body[1], seen.body[0], *seen.body[2:]])
        assert emulated.with_ties(turned).differences(emulated.with_ties(seen)) == {}
        assert emulated.with_ties(Seen(200, seen.body[::-1])).differences(emulated.with_ties(seen))
