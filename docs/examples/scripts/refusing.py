"""Refuses instances without a label of the laboratory, whatever sends them."""

import json

import orthanc

orthanc.RegisterPrivateDictionaryTag(0x0011, 0x01, orthanc.ValueRepresentation.LO, "MyLabel", 1, 1, "MYLAB")


def received(data, origin):
    tags = json.loads(orthanc.CreateDicomInstance(data).GetInstanceSimplifiedJson())
    if tags.get("MyLabel"):
        return orthanc.ReceivedInstanceAction.KEEP_AS_IS, None
    return orthanc.ReceivedInstanceAction.DISCARD, None


orthanc.RegisterReceivedInstanceCallback(received)
