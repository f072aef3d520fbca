"""The texts that scans have read: a file need not be looked at twice for the same tag."""

from __future__ import annotations

from collections.abc import Callable

from ..store.resource import Resource

#: How many texts are kept, of all tags together; then all are forgotten. One takes about 150 bytes.
MOST_TEXTS = 250_000

#: A text of more characters counts as several.
SHORT_TEXT = 32

#: Longer texts are not kept.
LONGEST_TEXT = 256

#: The texts of one tag by the name of the file; None where the file shows none.
Column = dict[str, str | None]


class ScannedTexts:
    """The texts of tags by file; a file never changes, so a server shares them with its forks."""

    def __init__(self) -> None:
        self.columns: dict[tuple[int, str], Column] = {}
        self.count = 0

    def column(self, tag: int, codec: str) -> Column:
        """The texts of a tag; `codec` is the character set of files that name none."""
        column = self.columns.get((tag, codec))
        if column is None:
            if self.count >= MOST_TEXTS:
                self.forget()
            column = self.columns[tag, codec] = {}
            self.count += 1
        return column

    def read(self, column: Column, instance: Resource, text_of: Callable[[], str | None]) -> str | None:
        """The text that `text_of` finds in the file of an instance, kept in the column."""
        text = text_of()
        if text is None or len(text) <= LONGEST_TEXT:
            if self.count >= MOST_TEXTS:
                self.forget()
            column[instance.file_uuid] = text
            self.count += 1 + (0 if text is None else len(text) // SHORT_TEXT)
        return text

    def forget(self) -> None:
        for column in [*self.columns.values()]:  # other threads may add one
            column.clear()
        self.columns, self.count = {}, 0
