"""What differs between releases in this room, as data: which files are read, and the text of their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..ruling import Rules
from .transfer_syntaxes import ENCAPSULATED, UNLISTED, TransferSyntax, transfer_syntaxes

#: VRs that elements of the meta header may have; OV, SV and UV are strange to releases before 1.13.
META_VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OW PN SH SL SQ SS ST TM UC UI UL UN UR US UT".split()
)


@dataclass(init=False, frozen=True)
class FileRules(Rules):
    """Which files a release accepts."""

    transfer_syntaxes: Mapping[str, TransferSyntax] = field(default_factory=lambda: transfer_syntaxes(ENCAPSULATED))
    """The transfer syntaxes that are known, and how each is written [changed in 1.12.7 and 1.13.0]."""
    unlisted_syntaxes: frozenset[str] = UNLISTED
    """Transfer syntaxes that are read, but neither told in metadata nor transcoded [changed in 1.12.7 and 1.13.0]."""
    meta_vrs: frozenset[str] = META_VRS
    """VRs that elements of the meta header may have [changed in 1.13.0]."""
    long_unknown_vrs: frozenset[bytes] = frozenset({b"lt", b"ox", b"px"})
    """VRs of the dictionary's own whose length has four bytes in a file [changed in 1.10.1]."""
    reads_unprintable_vrs: bool = True
    """A VR with a NUL or a byte from 80 on is one of two-byte length [up to 1.10.1]."""
    word_sizes: Mapping[str, int] = field(default_factory=dict)
    """VRs whose values must be a multiple of bytes long [changed in 1.13.0]."""


#: The text of a dataset that names no character set, unless the option DefaultEncoding says otherwise.
DEFAULT_CODEC = "iso8859-1"


@dataclass(init=False, frozen=True)
class TextRules(Rules):
    """How a release shows values, and what its configuration says of them."""

    default_codec: str = DEFAULT_CODEC
    """The character set of a dataset that names none (DefaultEncoding)."""

    strips_nuls: bool = False
    """Trailing NULs and blanks go in any order; else blanks, unless a NUL hides them [1.13.0 on]."""
    shows_words: bool = False
    """OD, OF, OL, OV, SV and UV are shown as numbers [1.13.0 on]."""
    shows_all_attribute_tags: bool = False
    """Every value of an AT is shown, else the first [1.13.0 on]."""
    splits_before_decoding: bool = False
    """ISO_IR 13: 5c is a backslash, else the yen sign [1.13.0 on]."""
    knows_underscores: bool = False
    """ISO_IR_100 is ISO_IR 100 [1.12.7 on]."""
    gb18030_has_plane_2: bool = False
    """Six codes such as fe51 are characters of plane 2, else of the private use area [up to 1.10.1]."""


@dataclass(init=False, frozen=True)
class WebRules(Rules):
    """What differs between releases in the DICOM JSON model and in the native DICOM model."""

    names_unknown: bool = True
    """A UN has the VR of the dictionary, else it is binary [1.10.1 on]."""
    shows_empty_binary: bool = False
    """An empty value, or encapsulated pixel data, is an empty InlineBinary [only 1.9.1]."""
    decides_vrs: bool = False
    """Elements of an implicit VR file whose VR depends on the context are shown [1.12.7 on]."""
    keeps_decimals: bool = False
    """A DS is a text, else a number [1.12.7 on]."""
    is_complete: bool = False
    """All values of OD, OF, OL, OV, SV and UV, OW as numbers, and empty items are told [1.13.0 on]."""


@dataclass(init=False, eq=False, repr=False)
class DicomRules(Rules):
    """What differs between releases in one stored file."""

    files: FileRules
    text: TextRules
    web: WebRules


class DicomRelease(Protocol):
    """What one stored file asks of a release."""

    @property
    def version(self) -> str: ...

    @property
    def dcmtk_version(self) -> str: ...

    @property
    def dicom(self) -> DicomRules: ...
