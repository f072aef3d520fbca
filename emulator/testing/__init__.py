"""Emulators in tests: small files, clients in process, requests that fail, and the pytest plugin.

    from emulator.testing import dicom

    def test_a_label_is_shown(orthanc):
        stored = orthanc.store(dicom(private={("MYLAB", 0x0011, 0x01): ("LO", "label-A")}))
        print(orthanc.tree())

The rest is at `emulator.Emulator`: `client`, `httpx_transport`, `requests_adapter`,
`intercept`, `serve`, `requests`, `fail_next`, `tree`.
"""

from ..exchanges.exchange import Exchange, Requests
from ..exchanges.faults import DisconnectedError, Failure, HeldBackError
from .dicom import dicom, dicom_bytes

__all__ = ["DisconnectedError", "Exchange", "Failure", "HeldBackError", "Requests", "dicom", "dicom_bytes"]
