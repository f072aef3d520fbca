"""The route of a path: found by its first word and the number of its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .route import VARIABLE, Route

#: A variable that stands for the rest of a path.
REST = "<path:"


class Shape(NamedTuple):
    """A route that a path of so many words may have: its fixed words, and where its variables are."""

    route: Route
    fixed: tuple[tuple[int, str], ...]
    variables: tuple[tuple[int, str], ...]


class Router:
    """Finds routes by paths; of two that could match it is the one with a fixed word where the other has a variable."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.shapes: dict[tuple[str, int], list[Shape]] = {}
        self.open: list[tuple[re.Pattern[str], Route]] = []
        for route in routes:
            if REST in route.path:
                self.open.append((open_pattern(route.path), route))
                continue
            words = route.path.strip("/").split("/")
            shape = shape_of(route, words)
            assert not words[0].startswith("<"), f"{route.path} begins with a variable"
            self.shapes.setdefault((words[0], len(words)), []).append(shape)
        for shapes in self.shapes.values():
            shapes.sort(key=rank)

    def match(self, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route of a path, with the variables in it; None where there is none."""
        words = path.split("/")
        del words[0]
        for route, fixed, variables in self.shapes.get((words[0], len(words)), ()):
            for at, word in fixed:
                if words[at] != word:
                    break
            else:
                values = {name: words[at] for at, name in variables}
                if "" not in values.values():
                    return route, values
        for pattern, route in self.open:
            found = pattern.match(path)
            if found is not None:
                return route, found.groupdict()
        return None


def rank(shape: Shape) -> list[int]:
    """The places of a shape's fixed words, as a key by which those with early ones come first."""
    places = {at for at, _ in shape.variables}
    return [int(at in places) for at in range(len(shape.fixed) + len(places) + 1)]


def shape_of(route: Route, words: list[str]) -> Shape:
    named = [(at, VARIABLE.fullmatch(word), word) for at, word in enumerate(words)]
    fixed = tuple((at, word) for at, name, word in named[1:] if name is None)
    return Shape(route, fixed, tuple((at, name[1]) for at, name, _ in named if name is not None))


def open_pattern(path: str) -> re.Pattern[str]:
    """The paths of a route whose last variable stands for all that follows, line feeds included."""
    pattern = ""
    for part in re.split(r"(<[^>]*>)", path):
        name = VARIABLE.fullmatch(part)
        if name is None:
            pattern += re.escape(part)
        else:
            pattern += f"(?P<{name[1]}>{'[^/].*' if part.startswith(REST) else '[^/]+'})"
    return re.compile(pattern + r"\Z", re.DOTALL)
