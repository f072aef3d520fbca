"""A run as JUnit's XML, which continuous integration servers show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from ..targets.running import Result
from . import printed

#: What XML 1.0 can't hold, not even escaped; answers are foreign input.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Result], tested: str, reference: str | None) -> str:
    """The document: a suite per chapter, a case per scenario; what was not asked is skipped."""
    root = ElementTree.Element("testsuites", name=clean(f"{tested} and {reference}" if reference else tested))
    ordered = sorted(results, key=lambda one: one.scenario.chapter)
    for chapter, members in groupby(ordered, key=lambda one: one.scenario.chapter):
        add_suite(root, chapter, list(members), tested, reference)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def add_suite(
    root: ElementTree.Element, chapter: str, results: Sequence[Result], tested: str, reference: str | None
) -> None:
    failures = sum(one.failed for one in results)
    skipped = sum(one.verdict == "not asked" for one in results)
    counts = {"tests": str(len(results)), "failures": str(failures), "errors": "0", "skipped": str(skipped)}
    suite = ElementTree.SubElement(root, "testsuite", {"name": chapter, **counts})
    for one in results:
        name = {"classname": f"conformance.{chapter}", "name": one.scenario.name}
        case = ElementTree.SubElement(suite, "testcase", name)
        if one.failed:
            failure = ElementTree.SubElement(case, "failure", message=clean(f"{one.verdict}: {one.scenario.claim}"))
            failure.text = clean("\n".join(printed.failure(one, tested, reference)))
        elif one.verdict == "not asked":
            ElementTree.SubElement(case, "skipped", message=clean(one.why_not_asked or ""))


def clean(text: str) -> str:
    return NOT_XML.sub("�", text)
