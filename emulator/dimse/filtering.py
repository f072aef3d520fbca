"""What the scripts of a server make of a query before it is answered. Measured on Orthanc 1.9.1 to 1.13.0."""

from __future__ import annotations

from ..dicom.element import Dataset
from .call import Call


def filtered(call: Call, kind: str, keys: Dataset) -> Dataset:
    """The keys in the place of a query ("find", "worklist"); raises OrthancError."""
    extensions = call.server.extensions
    if not extensions:
        return keys
    asked: Dataset = extensions.incoming(kind, keys, origin_of(call))
    return asked


def origin_of(call: Call) -> dict[str, str]:
    """Who asks, as a script is told."""
    aet = call.calling_aet
    manufacturers = (
        str(one.configuration.get("Manufacturer", "Generic"))
        for one in call.server.settings.modalities.values()
        if one.aet == aet
    )
    return {
        "RemoteIp": call.session.host,
        "RemoteAet": aet,
        "CalledAet": call.session.request.called_aet,
        "Manufacturer": next(manufacturers, "Generic"),
    }
