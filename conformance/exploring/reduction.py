"""Makes an example smaller: fewer lines, and fewer parts in each line."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

UPLOAD = re.compile(r"(\w+) = session\.upload\(")

#: An identifier out of a list: `listed_1[0]['ID']`.
LISTED = re.compile(r"""\w+\[\d+\]\[['"]ID['"]\]""")


def reduced(lines: Sequence[str], shows: Callable[[Sequence[str]], bool], most: int = 300) -> list[str]:
    """The fewest lines found that still show what is looked for, after at most so many tries.

    `shows` tells whether lines do. A line loses arguments, keywords, and members of lists and dictionaries, at any
    depth, until none can be spared.
    """
    best, tries, smaller = list(lines), 0, True
    while smaller:
        smaller = False
        for candidate in without_one_part(best):
            tries += 1
            if tries > most:
                return best
            if shows(candidate):
                best, smaller = candidate, True
                break
    return best


def without_one_part(lines: list[str]) -> Iterator[list[str]]:
    """The lines without one of them, then with one part of one of them left out, the last line first."""
    for index in reversed(range(len(lines))):
        yield lines[:index] + lines[index + 1 :]
    for index in reversed(range(len(lines))):
        for line in (*smaller_lines(lines[index]), *without_listing(lines[index], lines[:index])):
            yield [*lines[:index], line, *lines[index + 1 :]]


def without_listing(line: str, before: list[str]) -> Iterator[str]:
    """A line with an instance that was uploaded in the place of one that a line before it has listed."""
    uploaded = [found[1] for one in before if (found := UPLOAD.match(one))]
    for name in uploaded if LISTED.search(line) else ():
        yield LISTED.sub(f"{name}.id", line)


def smaller_lines(line: str) -> Iterator[str]:
    """A line of Python with one argument, keyword, list member or dictionary member left out; large parts first."""
    tree = ast.parse(line)
    for node in ast.walk(tree):
        parts: tuple[list[ast.expr] | list[ast.expr | None] | list[ast.keyword], ...] = ()
        if isinstance(node, ast.List):
            parts = (node.elts,)
        elif isinstance(node, ast.Dict):
            parts = (node.keys, node.values)
        elif isinstance(node, ast.Call):
            # its members go alone: an argument says nothing about a keyword
            for own in (node.args, node.keywords):
                yield from without_each(tree, (own,))
        yield from without_each(tree, parts)


def without_each(
    tree: ast.AST, parts: Sequence[list[ast.expr] | list[ast.expr | None] | list[ast.keyword]]
) -> Iterator[str]:
    """The tree as text, each time without the members of one index in all the parts."""
    for index in reversed(range(len(parts[0]) if parts else 0)):
        removed = [part.pop(index) for part in parts]
        text = ast.unparse(tree)
        for part, one in zip(parts, removed, strict=True):
            part.insert(index, one)  # type: ignore[arg-type]
        yield text
