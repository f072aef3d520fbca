"""The documented contract, as an error: what names an unknown tag gets 400, with how to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import ErrorCode, OrthancError
from ..late_pattern import late_pattern
from .dictionary import Dictionary


@dataclass(frozen=True, eq=False, repr=False)
class Contract:
    """What the mode of an emulator makes of an unknown name; `rejects_unknown_tags` is the default mode."""

    dictionary: Dictionary
    rejects_unknown_tags: bool

    def kept(self) -> Keeping:
        """A context: in the default mode an unknown name is answered 400, with how to mend the request."""
        return Keeping(self)

    def told(self, error: OrthancError) -> OrthancError:
        """What is raised in the place of an error: in the default mode, of that which names an unknown tag."""
        is_name = error.code is ErrorCode.UNKNOWN_DICOM_TAG and error.http_status == 500
        return unknown_name(error.details or "", self.dictionary) if is_name and self.rejects_unknown_tags else error


class Keeping:
    """A context in which a contract is kept; a generator takes twice as long, and each request enters one."""

    __slots__ = ("contract",)

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, OrthancError):
            told = self.contract.told(error)
            if told is not error:
                raise told from None


#: What looks like a number of several elements, as other tools write it.
PATTERN = late_pattern(r"(?=.*[x*?])(?=.*[*?,]|.{8})\(?[0-9a-fx*?]{4}[,-]?[0-9a-fx*?]{1,4}\)?\Z", re.IGNORECASE)


def unknown_name(name: str, dictionary: Dictionary) -> OrthancError:
    """The contract's answer to a name that the dictionary does not know."""
    name = name.removeprefix("Cannot parse tag: ")
    if PATTERN.match(name):
        return contract_error(
            f'Unknown tag "{name}": no release reads a pattern; list the numbers one by one, or say '
            '"RemovePrivateTags" with "Keep" for those that stay'
        )
    from difflib import get_close_matches  # most processes never need it

    names = (entry.name for entry in dictionary)
    similar = get_close_matches(name[:100], names, n=1, cutoff=0.8)
    guess = f' (did you mean "{similar[0]}"?)' if similar else ""
    return contract_error(
        f'Unknown tag "{name}": the dictionary has no such name{guess}; write its number as "gggg,eeee", or register '
        f'it in the configuration: "Dictionary": {{"gggg,eeee": ["LO", "{name}", 1, 1, "CREATOR"]}}'
    )


def contract_error(details: str) -> OrthancError:
    return OrthancError(ErrorCode.UNKNOWN_DICOM_TAG, details, http_status=400)
