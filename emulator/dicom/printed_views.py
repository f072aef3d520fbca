"""A dataset -> the text of the JSON of its views, without making the JSON first: half the time of both together."""

from __future__ import annotations

from collections.abc import Collection
from json.encoder import encode_basestring_ascii

from ..dictionary import Dictionary
from ..dictionary.dictionary import Shown
from ..json.printing import INDENTATION, KEYS, key_text, string_text
from .character_sets import character_set_of
from .element import Dataset, Element
from .rules import TextRules
from .text import NOT_KEPT, element_text
from .views import SHORTEST_TOO_LONG, Format, Viewer, up_to_pixel_data

#: What stands before and behind the text of an element at the top level of a view in full.
STRING = f'{INDENTATION * 2}"Type" : "String",\n{INDENTATION * 2}"Value" : '
END = f"\n{INDENTATION}}}"


def view_text(
    dataset: Dataset,
    dictionary: Dictionary,
    form: Format,
    ignore_length: Collection[int] = (),
    *,
    rules: TextRules,
    hidden: list[tuple[str, int]] | None = None,
) -> str:
    """What `view` gives, as `json_text` prints it."""
    printer = Printer(dictionary, form, character_set_of(dataset, rules), ignore_length)
    text = printer.printed(up_to_pixel_data(dataset), "")
    if hidden is not None:
        hidden += printer.hidden
    return text


class Printer(Viewer):
    """Prints the elements of one file; `margin` is what stands before each line."""

    def printed(self, dataset: Dataset, margin: str) -> str:
        inner = margin + INDENTATION
        members: dict[str, str] = {}
        by_name = self.form is Format.SIMPLIFY
        in_full = self.form is Format.FULL
        kept, is_top = self.kept, not margin
        for element, shown, _ in self.elements(dataset):
            key = shown.name if by_name else shown.number
            if by_name and key in members:
                self.hidden.append((key, element.tag))
            text = None
            if is_top and element.items is None:  # in place: two calls more take a fifth of a view
                text = kept((element.vr, element.value), NOT_KEPT)
                if text is NOT_KEPT:
                    text = element_text(element, self.character_set, shown.vr)
            if text is None or len(text) > SHORTEST_TOO_LONG or "\x7f" in text:
                members[key] = self.member(key, element, shown, inner)
            elif in_full:
                members[key] = f"{shown.value_head}{STRING}{encode_basestring_ascii(text)}{END}"
            else:
                members[key] = f"{inner}{KEYS.get(key) or key_text(key)} : {encode_basestring_ascii(text)}"
        if not members:
            return "{}"
        body = ",\n".join([members[name] for name in sorted(members)] if by_name else members.values())
        return f"{{\n{body}\n{margin}}}"

    def member(self, key: str, element: Element, shown: Shown, margin: str) -> str:
        if self.form is Format.FULL:
            return self.printed_in_full(element, shown, margin)
        return f"{margin}{KEYS.get(key) or key_text(key)} : {self.printed_value(element, shown, margin)}"

    def printed_in_full(self, element: Element, shown: Shown, margin: str) -> str:
        inner = margin + INDENTATION
        head = shown.value_head if element.items is None else shown.head
        if margin != INDENTATION:  # an item's
            deeper = margin.removeprefix(INDENTATION)
            head = deeper + head[:-1].replace("\n", "\n" + deeper) + "\n"
        if element.items is not None:
            kind, printed = "Sequence", self.printed_items(element.items, inner)
        else:
            kind, text = self.value(element, shown.vr)
            printed = "null" if text is None else string_text(text)
        return f'{head}{inner}"Type" : "{kind}",\n{inner}"Value" : {printed}\n{margin}}}'

    def printed_value(self, element: Element, shown: Shown, margin: str) -> str:
        """The text alone, or the items."""
        if element.items is not None:
            return self.printed_items(element.items, margin)
        text = self.value(element, shown.vr)[1]
        return "null" if text is None else string_text(text)

    def printed_items(self, items: Collection[Dataset], margin: str) -> str:
        if not items:
            return "[]"
        inner = margin + INDENTATION
        body = ",\n".join([inner + self.printed(item, inner) for item in items])
        return f"\n{margin}[\n{body}\n{margin}]"
