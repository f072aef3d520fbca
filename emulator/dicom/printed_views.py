"""A dataset -> the text of the JSON of its views, without making the JSON first: half the time of both together."""

from __future__ import annotations

from collections.abc import Collection

from ..dictionary import Dictionary
from ..dictionary.dictionary import Shown
from ..json.printing import INDENTATION, KEYS, key_text, string_text
from .character_sets import character_set_of
from .element import Dataset, Element
from .rules import TextRules
from .views import Format, Viewer, up_to_pixel_data


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
        for element, shown, creator in self.elements(dataset):
            key = shown.name if by_name else shown.number
            if by_name and key in members:
                self.hidden.append((key, element.tag))
            if in_full:
                members[key] = self.printed_in_full(element, shown, creator, inner)
            else:
                members[key] = f"{inner}{KEYS.get(key) or key_text(key)} : {self.printed_value(element, shown, inner)}"
        if not members:
            return "{}"
        body = ",\n".join([members[name] for name in sorted(members)] if by_name else members.values())
        return f"{{\n{body}\n{margin}}}"

    def printed_in_full(self, element: Element, shown: Shown, creator: str | None, margin: str) -> str:
        inner = margin + INDENTATION
        head = shown.head
        if margin != INDENTATION:  # an item's
            deeper = margin.removeprefix(INDENTATION)
            head = deeper + head[:-1].replace("\n", "\n" + deeper) + "\n"
        if element.items is not None:
            kind, printed = "Sequence", self.printed_items(element.items, inner)
        else:
            kind, text = self.value(element, shown.vr)
            printed = "null" if text is None else string_text(text)
            if creator is not None:
                head += f'{inner}"PrivateCreator" : {string_text(creator)},\n'
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
