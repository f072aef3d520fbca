"""What the server takes into its dictionary, and a user will wish that it had not.

One function per rule: it says what is wrong with one entry, beside all others. Each was measured on the four releases:
`fixtures/measurements/registration.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..dictionary.dictionary import Dictionary
from ..releases import Release
from .offers import Offers
from .problem import Problem
from .regret import Registration, Rule, Section
from .repairing import is_known, repaired
from .rules_of_creators import creator_alike, creator_impossible
from .rules_of_names import name_collides, name_shared, name_unusable, offset_name
from .rules_of_tags import even_group, full_form, key_spelling, no_creator, tag_replaced, unreachable
from .rules_of_values import multiplicity_ignored, vr_without_text

RULES: Sequence[Rule] = (
    key_spelling,
    no_creator,
    even_group,
    tag_replaced,
    full_form,
    unreachable,
    name_unusable,
    name_shared,
    name_collides,
    offset_name,
    creator_impossible,
    creator_alike,
    vr_without_text,
    multiplicity_ignored,
)


def regrets(
    registrations: Sequence[Registration], dictionary: Dictionary, release: Release, offers: Offers
) -> Iterator[Problem]:
    """What a user would regret of the lines that were registered, line by line.

    The problems of a line that can be mended have the same `instead`, which mends them all.
    """
    section = Section(registrations, dictionary, release)
    for one in registrations:
        found = [regret for rule in RULES if (regret := rule(one, section)) is not None]
        repairs: dict[str, Any] = {}
        for regret in found:
            repairs |= regret.repair
        can_go = is_known(one.entry, repairs, dictionary) or any(regret.code == "tag-replaced" for regret in found)
        instead = repaired(one, repairs, offers) if repairs and not can_go else None
        for regret in found:
            mends = instead if regret.repair else None
            yield Problem(regret.code, regret.message, regret.advice, key=one.key, instead=mends)
