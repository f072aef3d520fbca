"""The log of what is sent elsewhere: "LogExportedResources"."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import RELEASES, Emulator


@pytest.mark.parametrize("release", RELEASES)
def test_a_resource_is_logged_before_the_server_is_looked_up(release: str, small_file: Callable[..., bytes]) -> None:
    """As measured on the four releases: it stands in the log though nobody is called so."""
    orthanc = Emulator({"LogExportedResources": True}, release=release)
    client = orthanc.client()
    instance = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1")).id
    for number, kind in enumerate(("modalities", "peers"), 1):
        assert client.post(f"/{kind}/nobody/store", data=instance).status_code == 404
        exports = client.get("/exports").get_json()["Exports"]
        assert (len(exports), exports[-1]["RemoteModality"]) == (number, "nobody")
