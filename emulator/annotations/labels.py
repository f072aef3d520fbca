"""The labels of a resource (from 1.12 on); a release without them answers as where nothing is."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from ..store.rules import StoreRelease
from ..store.store import Store

LABEL = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class LabelRoom(NamedTuple):
    """The labels of one server's resources; each method raises OrthancError (404) on a release without labels."""

    store: Store
    release: StoreRelease

    def of(self, level: Level, identifier: str) -> list[str]:
        """The labels of a resource, in order; raises OrthancError (404) for an unknown resource."""
        self.check_release()
        return sorted(self.store.get(level, identifier).labels)

    def all(self) -> list[str]:
        """The labels that any resource has, in order."""
        self.check_release()
        with self.store.reading:
            return sorted({label for level in LEVELS for one in self.store.resources(level) for label in one.labels})

    def add(self, level: Level, identifier: str, label: str) -> None:
        """Labels a resource; raises OrthancError for what is no label (400), and an unknown resource."""
        self.check_release()
        check_label(label)
        with self.store.lock:
            resource = self.store.get(level, identifier)
            self.store.set_labels(resource, resource.labels | {label})

    def remove(self, level: Level, identifier: str, label: str) -> None:
        """Takes a label from a resource, which may lack it; raises as `add`."""
        self.check_release()
        check_label(label)
        with self.store.lock:
            resource = self.store.get(level, identifier)
            self.store.set_labels(resource, resource.labels - {label})

    def check_release(self) -> None:
        if not self.release.store.has_labels:
            details = f"Orthanc {self.release.version} has no labels: they came with 1.12"
            raise OrthancError(ErrorCode.UNKNOWN_RESOURCE, details)


def check_label(label: str) -> None:
    if not LABEL.match(label):
        raise OrthancError(
            ErrorCode.PARAMETER_OUT_OF_RANGE,
            "A label must be a non-empty, alphanumeric string, possibly with '_' or '-' characters, with maximum 64 "
            f"characters, but got: {label}",
        )
