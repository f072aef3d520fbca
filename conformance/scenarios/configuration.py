"""Options with which a server starts, or does not: types, external dictionaries, the default encoding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.asking.session import Session
from conformance.files.raw import raw_file
from conformance.scenarios.scenario import Scenario, add, scenario

#: name, claim, configuration
CASES: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("unknown_option", "An unknown option is ignored", {"Nonsense": {"a": [1]}}),
    ("boolean_as_text", "A Boolean is no text", {"LoadPrivateDictionary": "true"}),
    ("negative_limit", "A limit is not negative", {"LimitFindResults": -1}),
    ("limit_as_text", "A limit is no text", {"LimitFindResults": "42"}),
    ("wide_limit", "A limit has 31 bits", {"LimitFindResults": 5_000_000_000}),
    ("unknown_storage_access", "StorageAccessOnFind has three values", {"StorageAccessOnFind": "always"}),
    ("encoding_in_lower_case", "The case of DefaultEncoding does not matter", {"DefaultEncoding": "utf8"}),
    ("unknown_encoding", "DefaultEncoding is no defined term", {"DefaultEncoding": "ISO_IR 100"}),
    ("number_as_name", "Name is looked at once it is needed", {"LimitFindInstances": 0, "DefaultPrivateCreator": 5}),
    ("dictionaries_as_text", "ExternalDictionaries is a list", {"ExternalDictionaries": "mylab.dic"}),
    ("dictionaries_of_numbers", "ExternalDictionaries holds texts", {"ExternalDictionaries": [5]}),
    ("missing_dictionary", "A dictionary that is not there", {"ExternalDictionaries": ["/nowhere/mylab.dic"]}),
    ("overwriting_mode", "OverwriteInstances as a mode", {"OverwriteInstances": "Always"}),
    ("unknown_overwriting_mode", "An unknown mode of OverwriteInstances", {"OverwriteInstances": "never"}),
    ("overwriting_as_number", "OverwriteInstances as a number", {"OverwriteInstances": 5}),
)


def started(_: Session) -> None:
    """What is compared is the start itself."""


for name, claim, configuration in CASES:
    add(
        Scenario(
            chapter="configuration",
            name=name,
            claim=claim,
            function=started,
            configuration=configuration,
            starts=True,
        )
    )


@scenario(
    "With an empty list of dictionaries no tag is known, and an implicit VR file is refused",
    configuration={"ExternalDictionaries": []},
)
def no_dictionaries(session: Session) -> None:
    session.upload(raw_file(session, ("0018,0015", "CS", "HEAD"), implicit=True))


@scenario(
    "DefaultEncoding is how a file without SpecificCharacterSet is read", configuration={"DefaultEncoding": "Cyrillic"}
)
def default_encoding(session: Session) -> None:
    stored = session.upload(raw_file(session, ("0018,0015", "LO", b"\xb4\xef"), ("0018,1000", "LO", b"A\xe9")))
    session.get(f"/instances/{stored.id}/simplified-tags")
