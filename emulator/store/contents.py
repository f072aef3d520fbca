"""What a store holds at one moment: what it takes to look at it while others go on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .changes import Changes
from .exports import Export
from .layers import Layers
from .level import Level


@dataclass
class Contents:
    """The resources, the logs and the counters of a store."""

    layers: Layers = field(default_factory=Layers)
    changes: Changes = field(default_factory=Changes)
    exports: tuple[Export, ...] = ()  # what GET /exports lists
    exported: int = 0  # the number of the last one
    made: int = 0
    anonymizations: int = 0  # their number is in the names of anonymized patients
    touches: int = 0  # counts what patients got, for the order in which they are recycled
    size: int = 0  # the bytes of all files and attachments
    stored_size: int = 0  # the same as they are kept, some of them compressed
    #: When each patient, study or series that is not stable yet changed last, the longest ago first.
    unstable: dict[tuple[Level, str], float] = field(default_factory=dict)

    def fork(self) -> Contents:
        """The same; neither sees later changes of the other. Its cost does not grow with what is stored."""
        self.layers = self.layers.fork()
        return replace(self, layers=self.layers.fork(), changes=self.changes.fork(), unstable=dict(self.unstable))

    def above(self) -> Contents:
        """The same, to be changed, while this is only looked at."""
        return replace(self, layers=self.layers.above(), changes=self.changes.fork(), unstable=dict(self.unstable))
