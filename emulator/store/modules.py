"""The tags of the module of each level: what `/module` shows, and what makes a study one when studies are merged."""

from __future__ import annotations

from collections.abc import Mapping

from .level import Level
from .resource import Resource
from .rules import StoreRelease

#: The tags of the module of each level, as /module shows them (measured alike on 1.9.1 to 1.13.0).
MODULES: Mapping[Level, frozenset[int]] = {
    level: frozenset(int(tag.replace(",", ""), 16) for tag in tags.split())
    for level, tags in {
        Level.PATIENT: "0008,1120 0010,0010 0010,0020 0010,0021 0010,0024 0010,0030 0010,0032 0010,0040 0010,1000 "
        "0010,1001 0010,1002 0010,2160 0010,2201 0010,2202 0010,2292 0010,2293 0010,2294 0010,2297 0010,2298 "
        "0010,2299 0010,4000 0012,0062 0012,0063 0012,0064",
        Level.STUDY: "0008,0020 0008,0030 0008,0050 0008,0051 0008,0090 0008,0096 0008,1030 0008,1032 0008,1048 "
        "0008,1049 0008,1060 0008,1062 0008,1110 0020,000d 0020,0010 0032,1034 0040,1012",
        Level.SERIES: "0008,0021 0008,0031 0008,0060 0008,103e 0008,103f 0008,1050 0008,1052 0008,1070 0008,1072 "
        "0008,1111 0008,1250 0010,2210 0018,0015 0018,1030 0018,5100 0020,000e 0020,0011 0020,0060 0028,0108 "
        "0040,0244 0040,0245 0040,0253 0040,0254 0040,0260 0040,0275 0040,0280",
        Level.INSTANCE: "0008,0005 0008,0012 0008,0013 0008,0014 0008,0016 0008,0018 0008,001a 0008,001b 0008,0110 "
        "0008,0201 0018,a001 0020,0013 0028,0303 0040,a390 0100,0410 0100,0420 0100,0424 0100,0426 0400,0500 "
        "0400,0561 4ffe,0001",
    }.items()
}


def shown_instance(resource: Resource, release: StoreRelease) -> Resource:
    """The instance whose tags stand for a resource: the first by identifier, or the last that came at each level."""
    instances = resource.descendants(Level.INSTANCE)
    if release.store.lists_by_identifier:
        return min(instances, key=lambda instance: instance.id)
    return instances[-1]
