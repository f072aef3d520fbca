"""What the recorded scenarios of the chapter `ingest` do not ask: pixel data without a codec, scripts, restarts."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from emulator import Emulator, OrthancError

IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
JPEG_LS = "1.2.840.10008.1.2.4.80"

CT = Path(__file__).parent.parent.parent / "fixtures/ct_small.dcm"


def syntax_of(orthanc: Emulator, instance: str) -> str:
    file = orthanc.client().get(f"/instances/{instance}/file").data
    return str(pydicom.dcmread(io.BytesIO(file)).file_meta.TransferSyntaxUID)


def test_pixel_data_that_need_a_codec_are_refused_in_words(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator({"IngestTranscoding": JPEG_LS}, release="1.10.1")
    answer = orthanc.client().post("/instances", data=CT.read_bytes())
    assert answer.status_code == 501
    assert "no codecs" in answer.data.decode()
    stored = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1"))
    assert syntax_of(orthanc, stored.id) == JPEG_LS  # without pixel data there is nothing to encode


def test_a_file_from_the_network_is_transcoded(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator({"IngestTranscoding": BIG}, release="1.12.7")
    received = orthanc.server.uploads.add_received(CT.read_bytes(), "FROM", "TO", "127.0.0.1")
    assert syntax_of(orthanc, received.id) == BIG


def test_a_script_is_asked_about_the_file_that_comes(tmp_path: Path) -> None:
    """As measured on 1.10.1, 1.12.7 and 1.13.0."""
    script = tmp_path / "script.py"
    script.write_text(
        "import orthanc\n"
        "def received(data, origin):\n"
        f"    is_as_it_came = b'{EXPLICIT}\\0' in data\n"
        "    action = orthanc.ReceivedInstanceAction\n"
        "    return action.KEEP_AS_IS if is_as_it_came else action.DISCARD, None\n"
        "orthanc.RegisterReceivedInstanceCallback(received)\n"
    )
    orthanc = Emulator({"IngestTranscoding": IMPLICIT}, release="1.12.7", plugin=script)
    stored = orthanc.store(CT.read_bytes())
    assert syntax_of(orthanc, stored.id) == IMPLICIT


def test_a_restart_takes_another_syntax(small_file: Callable[..., bytes]) -> None:
    orthanc = Emulator({"IngestTranscoding": IMPLICIT}, release="1.12.7")
    first = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.1"))
    orthanc.restart({"IngestTranscoding": BIG})
    second = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.2"))
    assert [syntax_of(orthanc, one.id) for one in (first, second)] == [IMPLICIT, BIG]
    with pytest.raises(OrthancError, match="Unknown transfer syntax"):
        orthanc.restart({"IngestTranscoding": "nope"})
    orthanc.restart({})
    third = orthanc.store(small_file("P", "1.1", "1.1.1", "1.1.1.3"))
    assert syntax_of(orthanc, third.id) == EXPLICIT
