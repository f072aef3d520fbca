"""Sends each study that has become stable, and holds an instance with the label "research", to the peer "research"."""

import json

import orthanc

orthanc.RegisterPrivateDictionaryTag(0x0011, 0x01, orthanc.ValueRepresentation.LO, "MyLabel", 1, 1, "MYLAB")


def on_change(change, level, resource):
    if change != orthanc.ChangeType.STABLE_STUDY:
        return
    tags = json.loads(orthanc.RestApiGet(f"/studies/{resource}/instances-tags?simplify"))
    if any(one.get("MyLabel") == "research" for one in tags.values()):
        orthanc.RestApiPost("/peers/research/store", resource)


orthanc.RegisterOnChangeCallback(on_change)
