"""What one can regret of an entry's VR and multiplicity."""

from __future__ import annotations

from collections.abc import Mapping

from .regret import Registration, Regret, Section

#: VRs whose values are one text, or one run of bytes, however long (PS3.5 section 6.4).
SINGLE_VALUED_VRS = frozenset({"LT", "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "ST", "UN", "UR", "UT"})


#: What becomes of a text that a request gives for a VR that is none of text or numbers.
VALUES_WITHOUT_TEXT: Mapping[str, tuple[str, str]] = {
    "SQ": (
        "a modify with a text is refused (400), and no find matches a text",
        "nothing can be mended if the elements are sequences: give a list of items in a modify",
    ),
    "OB": (
        "a text in a modify is written as its bytes, and views show no text",
        "nothing can be mended if the elements are bytes: give a data URI in base64 in a modify",
    ),
    "OW": (
        "a text in a modify is written as its bytes, refused if they are odd; 1.13.0 takes numbers",
        "nothing can be mended if the elements are words: give a data URI in base64 in a modify",
    ),
    "UN": ("the entry gives elements no VR: they are written as if it were not there", "write the VR that they have"),
    "AT": ("this release refuses every value of AT in a modify (500, Not implemented yet)", "use a later release"),
}


def vr_without_text(one: Registration, section: Section) -> Regret | None:
    vr = one.entry.vr
    if vr not in VALUES_WITHOUT_TEXT or (vr == "AT" and section.release.modification.replaces_attribute_tags):
        return None
    message, advice = VALUES_WITHOUT_TEXT[vr]
    return Regret("vr-without-text", f"{vr}: {message}", advice)


def multiplicity_ignored(one: Registration, section: Section) -> Regret | None:
    entry = one.entry
    if entry.vr in SINGLE_VALUED_VRS:
        if entry.vm_max == 1 and entry.vm_min == 1:
            return None
        message = f"a value of {entry.vr} is always one, whatever the multiplicity says"
        better = {"minimum": 1, "maximum": 1}
    elif entry.vm_min == 1 and entry.vm_max in (1, None):
        return None
    else:
        message = f"the server takes any number of values, not only {entry.vm}: it never looks at the multiplicity"
        better = {"minimum": 1, "maximum": 0}
    return Regret("multiplicity-ignored", message, "check the number of values in your app", better)
