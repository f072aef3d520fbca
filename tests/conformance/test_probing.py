"""A server with the suite's own configuration is asked whether it has it: for an entry of each VR there is a value."""

from __future__ import annotations

import pytest

from conformance.asking.clients import EmulatorClient
from conformance.asking.session import Session
from conformance.targets.probing import lacking_entries
from emulator import Emulator
from emulator.dictionary.registration import ALLOWED_VRS, LONG_VRS


@pytest.mark.parametrize("form", ["0013,{:02x}", "0013,10{:02x}"], ids=["by offset", "in full"])
def test_an_entry_of_each_vr_can_be_tried_out(form: str) -> None:
    representations = sorted((ALLOWED_VRS | LONG_VRS) - {"NA", "UP", "XS", "OX", "LT*"})
    entries = {form.format(number): [vr, f"My{vr}", 1, 1, "MYLAB"] for number, vr in enumerate(representations, 1)}
    orthanc = Emulator({"Dictionary": entries}, release="1.13.0", unknown_tags="as-release")
    assert lacking_entries(Session(EmulatorClient(orthanc), "probe", "each_vr"), entries) is None
