"""Fills in what the pages take from the code: a line `<!-- generated: NAME -->` becomes the table of that name.

So they can't drift: each table is made, when the site is built, of the data by which the emulator itself works.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from emulator import DEFAULT_RELEASE, RELEASES
from emulator.checking import CODES as PROBLEMS
from emulator.checking import SEVERITY_OF
from emulator.commands.command_line import main, parser
from emulator.commands.releases import diff_text
from emulator.commands.routes import compact, markdown, rows_of
from emulator.configuration.option_table import State, all_options
from emulator.control.routes import descriptions
from emulator.diagnostics import CODES
from emulator.releases.differences import differences
from emulator.scripts.functions import EMULATED
from emulator.scripts.names import names_of
from emulator.scripts.python_script import CLASSES

MARK = re.compile(r"^<!-- generated: (?P<name>[\w-]+) -->$", re.MULTILINE)


def on_page_markdown(text: str, **_: Any) -> str:
    return MARK.sub(lambda found: GENERATED[found["name"]](), text)


def help_text(*arguments: str) -> str:
    """What a command prints for --help."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        main([*arguments, "--help"])
    return printed.getvalue()


def command_line() -> str:
    """Each command with its arguments, from argparse."""
    actions = [one for one in parser()._actions if getattr(one, "choices", None)]
    parts = []
    for name, command in actions[0].choices.items():
        nested = [one for one in command._actions if isinstance(getattr(one, "choices", None), dict)]
        for words in [[name, inner] for one in nested for inner in one.choices] or [[name]]:
            parts.append(f"## {' '.join(words)}\n\n```text\n{help_text(*words)}```\n")
    return "\n".join(parts)


def diagnostics() -> str:
    rows = (f"| `{code}` | {text} |" for code, text in CODES.items())
    return "\n".join(["| code | what happened |", "| --- | --- |", *rows])


def problems() -> str:
    rows = (f"| `{code}` | {SEVERITY_OF[code]} | {text} |" for code, text in PROBLEMS.items())
    return "\n".join(["| code | | what it means |", "| --- | --- | --- |", *rows])


def routes() -> str:
    return "\n".join(markdown(sorted(compact(rows_of(RELEASES.values())))))


def options() -> str:
    titles = {
        State.HONOURED: "An emulated server does as the release does.",
        State.REFUSED: "The emulator does not start with it, or its route answers 501.",
        State.WITHOUT_EFFECT: "It changes no answer, or in a way that a program on the emulator would not notice.",
    }
    parts = []
    for state, text in titles.items():
        rows = [f"| `{name}` | {why} |" for name, (one, why) in all_options().items() if one is state]
        parts += [f"## {state.value.capitalize()}\n\n{text}\n", "| option | why |", "| --- | --- |", *rows, ""]
    return "\n".join(parts)


def releases() -> str:
    rows = [
        f"| {one.version}{' (default)' if one.version == DEFAULT_RELEASE else ''} | {one.api_version} "
        f"| {one.dcmtk_version} |"
        for one in RELEASES.values()
    ]
    versions = [*RELEASES]
    parts = ["| release | API | DCMTK's dictionary |", "| --- | --- | --- |", *rows, ""]
    for older, newer in pairwise(versions):
        told = diff_text((older, newer), differences(RELEASES[older], RELEASES[newer]))
        parts.append(f"## {older} to {newer}\n\n```text\n{told}\n```\n")
    return "\n".join(parts)


def control_api() -> str:
    """Each control route with its members, from the description that is also OpenAPI's."""
    parts = []
    for path, methods in descriptions().items():
        for method, route in methods.items():
            if method == "parameters":
                continue
            parts.append(f"## {method.upper()} {path}\n\n{route['summary']}\n")
            body = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            required = body.get("required", [])
            members = {name: (schema, name in required) for name, schema in body.get("properties", {}).items()}
            members |= {one["name"]: (one["schema"], one["required"]) for one in route.get("parameters", [])}
            if members:
                kind = "member" if body else "argument"
                parts.append(f"| {kind} | what it is | default |\n| --- | --- | --- |")
                parts += [member_row(name, schema, needed) for name, (schema, needed) in members.items()]
                parts.append("")
            answers = (f"{status}: {one['description']}" for status, one in route["responses"].items())
            parts.append("Answers " + "; ".join(answers) + ".\n")
    return "\n".join(parts)


def member_row(name: str, schema: dict[str, Any], needed: bool) -> str:
    choices = f" ({', '.join(f'`{one}`' for one in schema['enum'])})" if "enum" in schema else ""
    default = "required" if needed else f"`{json.dumps(schema['default'])}`" if "default" in schema else ""
    return f"| `{name}` | {schema['description']}{choices} | {default} |"


def plugin_functions() -> str:
    """Each name of the module `orthanc`: which releases have it, and whether it is emulated."""
    tables = {version: names_of(version) for version in RELEASES}
    rows = []
    for name in sorted({name for names in tables.values() for name in names}):
        having = [version for version in RELEASES if name in tables[version]]
        what = tables[having[-1]][name]
        kind = "function" if what == "function" else "enumeration" if isinstance(what, dict) else "class"
        is_emulated = name in EMULATED or kind == "enumeration" or name in CLASSES or what == "exception"
        since = "all" if len(having) == len(RELEASES) else ", ".join(having)
        rows.append(f"| `{name}` | {kind} | {since} | {'yes' if is_emulated else ''} |")
    return "\n".join(["| name | | releases | emulated |", "| --- | --- | --- | --- |", *rows])


GENERATED: dict[str, Callable[[], str]] = {
    "command-line": command_line,
    "control-api": control_api,
    "diagnostics": diagnostics,
    "dictionary-codes": problems,
    "routes": routes,
    "options": options,
    "plugin-functions": plugin_functions,
    "releases": releases,
}
