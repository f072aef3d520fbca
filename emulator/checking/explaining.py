"""What a refused configuration's error says beside the server's words: place, entry, and what to write."""

from __future__ import annotations

from collections.abc import Iterator

from ..configuration.configuration import ConfigurationFileError, ConfigurationSource
from ..errors import OrthancError
from ..releases import Release
from .check import Places, check
from .problem import Problem

#: How many errors are told with the first one.
MOST_TOLD = 5


def explain(error: OrthancError, configuration: ConfigurationSource, release: Release) -> None:
    """Lets the text of an error, raised for a configuration, say where it is wrong and what to write."""
    if not error.explanation:
        error.explanation = "\n".join(explanation(error, configuration, release))


def explanation(error: OrthancError, configuration: ConfigurationSource, release: Release) -> Iterator[str]:
    """Lines for each entry that the server refuses, else for the file or the option."""
    if isinstance(error, ConfigurationFileError):
        yield f"  {error.hint}"
        return
    problems = [one for one in check(configuration, release=release.version) if one.severity == "error"]
    entries = [one for one in problems if one.key is not None]
    for problem in entries[:MOST_TOLD]:
        yield from of_entry(problem)
    if len(entries) > MOST_TOLD:
        yield f"  and {len(entries) - MOST_TOLD} more entries"
    if not entries:
        place = of_option(error, Places(configuration))
        told = [*([place] if place else []), *([error.hint] if error.hint else [])]
        if told:
            yield f"  {': '.join(told)}"


def of_entry(problem: Problem) -> Iterator[str]:
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
    where = f"{place}, " if place else ""
    yield f'  {where}the entry "{problem.key}" of "Dictionary" ({problem.code}): {problem.advice}'
    if problem.instead:
        yield "    write:"
        yield from (f"      {line}" for line in problem.instead.splitlines())


def of_option(error: OrthancError, places: Places) -> str | None:
    """Where the option stands that an error names in quotes; None where it names none of a file."""
    for file, position in places.sections:
        if f'"{position.path[0]}"' in (error.details or ""):
            return f"{file}:{position.line}:{position.column}"
    return places.file
