"""The lines and columns of keys, as comments, strings and errors stand in their way."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from emulator.json.positions import key_positions

TEXT = r"""{ // "no": key
  "a" : { "b" : "c : \" {", /* "d" : { */
    "e":[{"f":1}], "g\u0041" :{"h":{}} },
  "a" : 2
"""


def test_keys_of_a_text_with_comments() -> None:
    found = [(position.path, position.line, position.column) for position in key_positions(TEXT)]
    assert found == [
        (("a",), 2, 3),
        (("a", "b"), 2, 11),
        (("a", "e"), 3, 5),
        (("a", "gA"), 3, 20),
        (("a",), 4, 3),
    ]


@given(
    st.dictionaries(st.text(), st.dictionaries(st.text(), st.lists(st.text()) | st.text())), st.sampled_from([None, 1])
)
def test_every_key_is_found_where_it_stands(value: dict[str, dict[str, object]], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    found = list(key_positions(text))
    assert [position.path for position in found] == [
        path for name, inner in value.items() for path in [(name,), *((name, key) for key in inner)]
    ]
    for position in found:
        line = text.splitlines()[position.line - 1]
        assert line[position.column - 1 :].startswith(json.dumps(position.path[-1]))


@given(st.text(alphabet='{}[]":,/*\\ ab\n'))
def test_any_text_is_read(text: str) -> None:
    for position in key_positions(text):
        assert position.line <= text.count("\n") + 1
