"""Which configuration a server at a URL has, as far as it shows, and what it can be asked with it.

A scenario names the options that it needs. Where the server has others, the emulator tells whether that matters: the
scenario is run on it with both configurations, and the answers are alike if it is about something else. Where the
laboratory's tags matter, a block that the server knows stands in for them (`asking.stand_ins`), if the emulator says
the same of it. Only what is left can't be asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from emulator import Emulator, OrthancError
from emulator.configuration.option_table import HONOURED

from ..asking.configurations import DEFAULTS, DICTIONARY
from ..asking.stand_ins import StandIns
from ..scenarios.scenario import Scenario
from .emulated import EmulatorTarget
from .outcome import Outcome
from .server_process import BASE_CONFIGURATION
from .stand_in_search import stand_ins

Options = dict[str, Any]
#: What a server lacks of the wanted value of an option, None if nothing.
Lacking = Callable[[str, Any], Any]

#: Options of an administrator's file that say who may ask, and where, or that run scripts, or that the suite sets for
#: itself.
NOT_TAKEN = frozenset(
    "AuthenticationEnabled RegisteredUsers RemoteAccessAllowed OrthancExplorerEnabled DatabaseServerIdentifier "
    "MaximumStorageCacheSize SaveJobs KeepAlive PythonScript LuaScripts ExecuteLuaEnabled".split()
) | (BASE_CONFIGURATION.keys())
#: What /system tells of the configuration, from 1.12 on.
TOLD = ("OverwriteInstances", "StorageCompression", "CheckRevisions", "UserMetadata")
#: What no emulator can do without: a network that is not there answers nothing, and scripts are run for nothing.
NEEDED_IN_ANY_CASE = ("DicomServerEnabled", "DicomAlwaysAllow", "PythonScript", "LuaScripts", "ExecuteLuaEnabled")

#: The laboratory's entries in words, for those that no table has.
IN_WORDS: Mapping[str, str] = {
    "0011,1003": "a private tag in full",
    "0011,1109": "a private tag in full in a second block",
    "0011,1005": "a private tag without creator",
    "0011,0001": "two creators with the same number",
    "0015,15": "a private tag of VR AT",
}


class Fitting:
    """Fits scenarios to a server of `release` that tells `system`, and whose administrator gives `given`.

    `lacking` asks the server itself. `has_web` says that its DICOMweb plugin is there.
    """

    def __init__(
        self,
        target: EmulatorTarget,
        system: Mapping[str, Any],
        given: Mapping[str, Any],
        lacking: Lacking,
        *,
        has_web: bool,
    ) -> None:
        self.target = target
        self.lacking = lacking
        self.base = self.base_configuration(system, given, has_web=has_web)
        self.candidates: list[StandIns] | None = None

    def base_configuration(self, system: Mapping[str, Any], given: Mapping[str, Any], *, has_web: bool) -> Options:
        """What is known of the server's configuration whatever a scenario needs."""
        taken = {*HONOURED.split(), *(["DicomWeb"] if has_web else [])} - NOT_TAKEN
        options = {name: value for name, value in given.items() if name in taken}
        options |= {name: system[name] for name in TOLD if system.get(name) is not None}
        options["UserMetadata"] = named(options.get("UserMetadata", {}))
        if "OverwriteInstances" not in options:
            options["OverwriteInstances"] = self.lacking("OverwriteInstances", False) is not None
        return options

    def fit(self, scenario: Scenario) -> Scenario | str:
        """The scenario as the server can be asked it, or what it would need in a few words."""
        wanted = scenario.configuration
        if scenario.as_given:
            return self.given(scenario, self.base | dict(wanted))
        lacking = {name: value for name, value in self.all_lacking(wanted).items() if value is not None}
        if not lacking:
            return self.given(scenario, self.base | self.merged(wanted))
        needed = [name for name in lacking if name.startswith(NEEDED_IN_ANY_CASE)]
        if needed:
            return needing({name: lacking[name] for name in needed})
        wished = self.given(scenario, self.base | self.merged(wanted))
        found = self.given(scenario, self.base | self.found(wanted, lacking))
        right = self.shown(wished)
        if right is None:
            return needing(lacking)
        for one in [found, *(replace(found, stand_ins=block) for block in self.blocks() if "Dictionary" in lacking)]:
            if self.shown(one) == right:
                return one
        return needing(self.what_matters(wished, lacking, right))

    def all_lacking(self, wanted: Mapping[str, Any]) -> Options:
        return {name: self.lacking(name, value) for name, value in {**DEFAULTS, **wanted}.items()}

    def given(self, scenario: Scenario, options: Options) -> Scenario:
        return replace(scenario, configuration=options)

    def merged(self, wanted: Mapping[str, Any]) -> Options:
        """The wanted options, with the administrator's entries in the dictionary where they go together."""
        mine = self.base.get("Dictionary")
        if not mine or "Dictionary" not in wanted:
            return dict(wanted)
        both = {**mine, **wanted["Dictionary"]}
        return {**wanted, "Dictionary": both if self.starts(both) else mine}

    def starts(self, section: Mapping[str, Any]) -> bool:
        try:
            Emulator({"Dictionary": section}, release=self.target.release)
        except OrthancError:
            return False
        return True

    def found(self, wanted: Mapping[str, Any], lacking: Mapping[str, Any]) -> Options:
        """What the server has of the wanted options."""
        options: Options = {}
        for name, value in wanted.items():
            if name not in lacking:
                options[name] = value
            elif name in self.base:
                options[name] = self.base[name]
            elif name == "Dictionary":
                options[name] = {key: entry for key, entry in value.items() if key not in lacking[name]}
            elif isinstance(value, bool):
                options[name] = not value
        if "Dictionary" in self.base and "Dictionary" in lacking:
            options["Dictionary"] = self.base["Dictionary"]
        return options | {name: not value for name, value in lacking.items() if value is True and name not in wanted}

    def shown(self, scenario: Scenario) -> Any:
        """What the emulator answers to a scenario, None where it does not start."""
        outcome = self.target.run(scenario)
        return None if outcome.stopped and not outcome.log else comparable(outcome, scenario.mode)

    def blocks(self) -> list[StandIns]:
        """The blocks that can stand in for the laboratory's, of those that the server shows by their names."""
        if self.candidates is None:
            dictionary = Emulator(
                {"Dictionary": self.base.get("Dictionary", {})}, release=self.target.release
            ).server.dictionary
            self.candidates = [one for one in stand_ins(dictionary, DICTIONARY) if self.is_known(one)]
        return self.candidates

    def is_known(self, one: StandIns) -> bool:
        return self.lacking("Dictionary", section_of(one)) is None

    def what_matters(self, wished: Scenario, lacking: Mapping[str, Any], right: Any) -> Options:
        """What of the lacking options and entries changes the emulator's answers by itself, as far as it is told."""
        if len(lacking) == 1 and "Dictionary" not in lacking:
            return dict(lacking)
        options = dict(wished.configuration)
        matters: Options = {}
        for name in lacking:
            left = {one: options[one] for one in options if one != name}
            if name != "Dictionary" and self.shown(self.given(wished, left)) != right:
                matters[name] = lacking[name]
        entries = lacking.get("Dictionary", {})
        told = {key: entry for key, entry in entries.items() if key in IN_WORDS and self.changes(wished, right, key)}
        served = {key for block in self.blocks()[:1] for key in block.keys}
        unserved = {key: entry for key, entry in told.items() if key not in served}
        if unserved or (entries and not matters):
            matters["Dictionary"] = unserved or told or entries
        return matters or dict(lacking)

    def changes(self, wished: Scenario, right: Any, key: str) -> bool:
        options = wished.configuration
        section = {one: entry for one, entry in options["Dictionary"].items() if one != key}
        return bool(self.shown(replace(wished, configuration={**options, "Dictionary": section})) != right)


def named(metadata: Mapping[str, Any]) -> Options:
    """The names of metadata as a configuration has them: /system tells each by its number, too."""
    return {name: number for name, number in metadata.items() if not name.isdigit()}


def section_of(block: StandIns) -> Options:
    """The entries of a block, as a section "Dictionary" would have them."""
    return {
        f"{block.group:04x},{block.offsets[int(key.partition(',')[2], 16) & 0xFF]:02x}": [
            DICTIONARY[key][0],
            block.names[DICTIONARY[key][1]],
            1,
            1,
            block.creator,
        ]
        for key in sorted(block.keys)
    }


def comparable(outcome: Outcome, mode: str) -> Any:
    """What two runs of a scenario have alike where it shows the same: without sizes, which come of a creator's length.

    Of the documented contract it is what holds, for the words of a refusal name what the dictionary has.
    """
    entries = outcome.normal
    if mode == "contract":
        return [one["value"] if "observation" in one else one["answer"]["status"] for one in entries]
    return json.dumps([outcome.stopped, without_sizes(entries)], sort_keys=True)


def without_sizes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "" if "Size" in name or "MD5" in name else without_sizes(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_sizes(one) for one in value]
    return "" if isinstance(value, str) and "bytes, SHA-256" in value else value


def needing(options: Mapping[str, Any]) -> str:
    """What a server would need, in a few words: `python -m conformance config` prints it whole."""
    return "needs in its configuration: " + ", ".join(in_words(options))


def in_words(options: Mapping[str, Any]) -> Iterable[str]:
    for name, value in options.items():
        if name == "Dictionary":
            words = [IN_WORDS[key] for key in value if key in IN_WORDS]
            yield f'"Dictionary" with {" and ".join(words or ["entries that go together"])}'
        elif isinstance(value, bool):
            yield f'"{name}": {json.dumps(value)}'
        else:
            yield f'another "{name}"'
