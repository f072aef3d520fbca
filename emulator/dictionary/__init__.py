"""Which tags are known: entries by creator, group and offset; the registration rules; DCMTK's tables."""

from .dictionary import PRIVATE_CREATOR_NAME, UNKNOWN_TAG_NAME, Dictionary
from .entry import Entry

__all__ = ["PRIVATE_CREATOR_NAME", "UNKNOWN_TAG_NAME", "Dictionary", "Entry"]
