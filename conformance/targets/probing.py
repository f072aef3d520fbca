"""What the configuration of a server at a URL lets it be asked: its REST API does not show it, so it is tried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydicom.dataset import Dataset

from ..asking.exchange import Exchange
from ..asking.session import Session
from ..files import datasets
from ..files.entry_elements import add_probe_element


def lacking_of(session: Session, option: str, wanted: Any) -> Any:
    """What a server's configuration lacks of the wanted value of an option, None if nothing.

    Stores probe instances of the suite's own; the caller removes them.
    """
    return PROBES.get(option, never_known)(session, wanted)


def never_known(session: Session, wanted: Any) -> Any:
    """An option that can't be tried out: taken as lacking."""
    return wanted


def lacking_entries(session: Session, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The dictionary entries whose names an instance with all the tags does not show; None if it shows all."""
    owned, ownerless = session.dataset(instance=100), session.dataset(instance=101)
    for key, entry in wanted.items():
        # an entry without creator names only elements of blocks that nobody has reserved
        add_probe_element(owned if len(entry) > 4 else ownerless, key, entry)
    names: set[str] = set()
    for probe in (owned, ownerless):
        stored = session.upload(probe)
        names |= {element["Name"] for element in session.get(f"/instances/{stored.id}/tags").json.values()}
    return {key: entry for key, entry in wanted.items() if entry[1] not in names} or None


def lacking_overwriting(session: Session, wanted: bool) -> bool | None:
    """`wanted` unless storing an instance again stores it, or does not, as OverwriteInstances says."""
    probe = session.dataset(instance=102)
    session.upload(probe)
    overwrites = session.upload(probe).text_field("Status") == "Success"
    return None if overwrites == wanted else wanted


def lacking_default_creator(session: Session, wanted: str) -> str | None:
    """`wanted` unless a tag replaced without a creator is written as with the wanted one."""
    stored = session.upload(session.dataset((0x0011, 0x01, "LO", "probe"), instance=103, creator=wanted or "MYLAB"))
    path = f"/instances/{stored.id}/modify"
    session.post(path, json={"Replace": {"0011,1001": "probe"}})
    session.post(path, json={"Replace": {"0011,1001": "probe"}, "PrivateCreator": wanted})
    without, given = (written_representation(one) for one in session.log[-2:] if isinstance(one, Exchange))
    return None if without == given else wanted


def written_representation(exchange: Exchange) -> str:
    dataset = datasets.read(exchange.answer.body)
    return "" if dataset is None else str(dataset[0x0011, 0x1001].VR)


def lacking_private_dictionary(session: Session, wanted: bool) -> bool | None:
    """`wanted` unless a tag of DCMTK's private dictionary has its name, or has not, as LoadPrivateDictionary says."""
    stored = session.upload(session.dataset(("GEMS_IDEN_01", 0x0009, 0x02, "SH", "probe"), instance=104))
    shown = session.get(f"/instances/{stored.id}/tags?simplify").json
    return None if ("Unknown Tag & Data" not in shown) == wanted else wanted


def lacking_access(session: Session, wanted: str) -> str | None:
    """`wanted` unless a find reads files, or does not, as it says; "Answers" is like either, as the release has it."""
    session.upload(session.dataset((0x0011, 0x01, "LO", "probe"), instance=105))
    found = session.find("Instance", {"PatientID": session.patient_id(), "0011,1001": "probe"}).json
    return None if wanted == ("Always" if found else "Never") else wanted


def lacking_main_tags(session: Session, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`wanted` unless the tags of it, and they alone of the suite's private ones, are main DICOM tags of an instance.

    Releases before 1.11 know no such option: to them it makes no difference.
    """
    if "MainDicomTags" not in session.get("/system").json:
        return None
    stored = session.upload(session.dataset((0x0011, 0x03, "LO", "probe"), instance=106))
    shown = session.get(f"/instances/{stored.id}").json["MainDicomTags"]
    return None if ("probe" in shown.values()) == bool(wanted) else wanted


def lacking_metadata(session: Session, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The names of metadata that the server does not know."""
    stored = session.upload(session.dataset(instance=107))
    return {
        name: number
        for name, number in wanted.items()
        if session.put(f"/instances/{stored.id}/metadata/{name}", data="probe").status == 404
    } or None


def lacking_content_types(session: Session, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The names of attachments that the server does not know."""
    stored = session.upload(session.dataset(instance=107))
    return {
        name: number
        for name, number in wanted.items()
        if session.put(f"/instances/{stored.id}/attachments/{name}", data="probe").status == 404
    } or None


def lacking_checks(session: Session, wanted: bool) -> bool | None:
    """`wanted` unless a metadata can be written again without its revision, or can't, as CheckRevisions says."""
    path = f"/instances/{session.upload(session.dataset(instance=108)).id}/metadata/1024"
    first = session.put(path, data="probe")
    has_revisions = "etag" in first.headers  # releases before 1.10 have none, whatever the option says
    checks = session.put(path, data="probe").status == 409
    return None if not has_revisions or checks == wanted else wanted


def lacking_compression(session: Session, wanted: bool) -> bool | None:
    """`wanted` unless a new file is compressed, or is not, as StorageCompression says."""
    stored = session.upload(session.dataset(instance=109))
    compresses = session.get(f"/instances/{stored.id}/attachments/dicom/is-compressed").body == b"1"
    return None if compresses == wanted else wanted


def lacking_hashes(session: Session, wanted: bool) -> bool | None:
    """`wanted` unless a new file has an MD5 hash, or has none, as StoreMD5ForAttachments says."""
    stored = session.upload(session.dataset(instance=109))
    has_hash = session.get(f"/instances/{stored.id}/attachments/dicom/md5").status == 200
    return None if has_hash == wanted else wanted


def lacking_dicom_web(session: Session, wanted: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`wanted` unless the plugin is there, with its defaults: it tells no option."""
    listed = session.get("/plugins").json
    return None if "dicom-web" in listed and wanted in ({}, {"Enable": True}) else wanted


def lacking_network(session: Session, wanted: Any) -> Any:
    """DicomServerEnabled: where the server is on the DICOM network, the command line says."""
    return wanted if session.client.dicom is None else None


def lacking_permission(session: Session, wanted: Any) -> Any:
    """One of DicomAlwaysAllow...: without it the server aborts, in the place of a status."""
    if session.client.dicom is None:
        return wanted
    keys = Dataset()
    keys.QueryRetrieveLevel, keys.PatientID, keys.StudyInstanceUID = "STUDY", session.patient_id(), "9.9"
    tried = (session.network.find(keys)["Status"], session.network.get(keys)["Statuses"][0][0])
    return wanted if None in tried else None


#: option: what the server's configuration lacks of the wanted value, None if nothing.
PROBES: Mapping[str, Callable[[Session, Any], Any]] = {
    "Dictionary": lacking_entries,
    "OverwriteInstances": lacking_overwriting,
    "DefaultPrivateCreator": lacking_default_creator,
    "ExtraMainDicomTags": lacking_main_tags,
    "LoadPrivateDictionary": lacking_private_dictionary,
    "StorageAccessOnFind": lacking_access,
    "UserMetadata": lacking_metadata,
    "UserContentType": lacking_content_types,
    "CheckRevisions": lacking_checks,
    "StorageCompression": lacking_compression,
    "StoreMD5ForAttachments": lacking_hashes,
    "DicomWeb": lacking_dicom_web,
    "DicomServerEnabled": lacking_network,
    "DicomAlwaysAllowFind": lacking_permission,
    "DicomAlwaysAllowGet": lacking_permission,
}
