"""A late pattern is used as a compiled one."""

import re

from emulator.late_pattern import late_pattern


def test_it_finds_what_a_compiled_pattern_finds() -> None:
    for text, flags in ((r"(?P<letter>[a-c])\d", re.IGNORECASE), (r"\s+", 0)):
        late, known = late_pattern(text, flags), re.compile(text, flags)
        for sample in ("xB2 c3", "  ", ""):
            assert late.sub("-", sample) == known.sub("-", sample)
            assert [*map(str, late.finditer(sample))] == [*map(str, known.finditer(sample))]
        assert (late.pattern, late.flags, late.groupindex) == (known.pattern, known.flags, known.groupindex)


def test_it_may_be_of_bytes() -> None:
    assert late_pattern(rb"[^a]").split(b"abaca") == [b"a", b"a", b"a"]
