"""Hypothesis strategies for private tags: dictionaries, blocks, datasets, and requests that modify and find.

For property tests of your own code, against the emulator or a real server. Each strategy draws what all emulated
releases accept; with `valid=False` it draws what all of them refuse. They import nothing of the emulator, but for
`assert_dictionary_holds`, which asks one.

The room takes from `asking` and `files`, and gives to `exploring`, `sweeps` and to whoever tests with it.

>>> from hypothesis import given, strategies as st
>>> from conformance import strategies
>>> from emulator import Emulator
>>> @given(dictionary=strategies.dictionaries(), data=st.data())
... def test_a_value_that_was_written_is_found(dictionary, data):
...     with Emulator({"Dictionary": dictionary}) as orthanc:
...         stored = orthanc.store(data.draw(strategies.datasets(dictionary)))
...         request = data.draw(strategies.modify_requests(dictionary))
...         assert orthanc.modify("Instance", stored.id, request)
>>> test_a_value_that_was_written_is_found()
"""

from importlib.util import find_spec

if find_spec("hypothesis") is None:
    raise ImportError(
        "conformance.strategies needs Hypothesis: pip install hypothesis, or '.[test]' in a clone of the emulator"
    )

from .blocks import PrivateBlock, private_blocks
from .dicomweb import StowRequest, qido_requests, stow_requests
from .entries import CREATORS, GROUPS, Entry, dictionaries, dictionary_entries
from .holding import assert_dictionary_holds, files_for
from .odd_sections import dictionary_sections
from .requests import LEVELS, Level, find_requests, modify_requests
from .stored_files import datasets

__all__ = [
    "CREATORS",
    "GROUPS",
    "LEVELS",
    "Entry",
    "Level",
    "PrivateBlock",
    "StowRequest",
    "assert_dictionary_holds",
    "datasets",
    "dictionaries",
    "dictionary_entries",
    "dictionary_sections",
    "files_for",
    "find_requests",
    "modify_requests",
    "private_blocks",
    "qido_requests",
    "stow_requests",
]
