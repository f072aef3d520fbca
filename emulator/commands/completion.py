"""`python -m emulator completion bash`: what a shell needs to complete commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

PROGRAM = "orthanc-emulator"


def add_arguments(parser: argparse.ArgumentParser, whole: Callable[[], argparse.ArgumentParser]) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="put it into the start-up file of this shell")
    parser.set_defaults(command=lambda options: run(options.shell, whole()))


def run(shell: str, parser: argparse.ArgumentParser) -> int:
    words = dict(words_by_command(parser))
    print("\n".join(fish(words) if shell == "fish" else bash(words, is_zsh=shell == "zsh")))
    return 0


def words_by_command(parser: argparse.ArgumentParser) -> Iterator[tuple[str, list[str]]]:
    """What may follow each command, "" for the program itself."""
    commands = next(action.choices for action in parser._actions if isinstance(action.choices, dict))
    yield "", [*commands, "--version", "--help"]
    for name, inner in commands.items():
        words: list[str] = []
        for action in inner._actions:
            words += action.option_strings
            if action.choices is not None:
                words += map(str, action.choices)
        yield name, words


def bash(words: dict[str, list[str]], *, is_zsh: bool) -> Iterator[str]:
    if is_zsh:
        yield "autoload -Uz bashcompinit && bashcompinit"
    yield "_orthanc_emulator() {"
    yield '  local words="" word="${COMP_WORDS[COMP_CWORD]}"'
    yield '  if [ "$COMP_CWORD" -eq 1 ]; then words="' + " ".join(words[""]) + '"; else case "${COMP_WORDS[1]}" in'
    for name, options in words.items():
        if name:
            yield f'    {name}) words="{" ".join(options)}";;'
    yield "  esac; fi"
    yield '  COMPREPLY=($(compgen -W "$words" -- "$word"))'
    yield "}"
    yield f"complete -o default -F _orthanc_emulator {PROGRAM}"


def fish(words: dict[str, list[str]]) -> Iterator[str]:
    for name, options in words.items():
        condition = f"__fish_seen_subcommand_from {name}" if name else "__fish_use_subcommand"
        yield f'complete -c {PROGRAM} -n "{condition}" -a "{" ".join(options)}"'
