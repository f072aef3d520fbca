"""What the emulator does with each option of Orthanc's configuration: `python -m emulator options`.

Measured on Orthanc 1.9.1 to 1.13.0: each option was given another value than its default, and the answers to some 90
requests were compared (fixtures/measurements/configuration.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Any

from ..spelling import what_was_meant
from .plugins import NESTED, PLUGINS

#: What an emulated server does as the release does it.
HONOURED = (
    "AcceptedSopClasses AcceptedTransferSyntaxes AuthenticationEnabled CaseSensitivePN CheckRevisions ConcurrentJobs "
    "DatabaseServerIdentifier DefaultEncoding DefaultPrivateCreator DeflatedTransferSyntaxAccepted DicomAet "
    "DicomAlwaysAllowEcho DicomAlwaysAllowFind DicomAlwaysAllowFindWorklist DicomAlwaysAllowGet DicomAlwaysAllowMove "
    "DicomAlwaysAllowStore DicomCheckCalledAet DicomCheckModalityHost DicomDefaultRetrieveMethod DicomEchoChecksFind "
    "DicomModalities DicomModalitiesInDatabase DicomPort DicomScpTimeout DicomScuPreferredTransferSyntax "
    "DicomScuTimeout DicomServerEnabled DicomThreadsCount Dictionary ExecuteLuaEnabled ExternalDictionaries "
    "ExtraMainDicomTags "
    "H265TransferSyntaxAccepted HttpCompressionEnabled HttpDescribeErrors HttpRequestTimeout "
    "HttpThreadsCount HttpTimeout "
    "IngestTranscoding IngestTranscodingOfCompressed IngestTranscodingOfUncompressed "
    "JobsHistorySize Jpeg2000TransferSyntaxAccepted JpegLosslessTransferSyntaxAccepted JpegTransferSyntaxAccepted "
    "JpipTransferSyntaxAccepted KeepAlive KeepAliveTimeout LimitFindInstances LimitFindResults LoadPrivateDictionary "
    "LogExportedResources LuaScripts MaximumPatientCount MaximumPduLength MaximumStorageCacheSize MaximumStorageMode "
    "PatientLevelEnabled ReadOnly "
    "MaximumStorageSize MediaArchiveSize MetricsEnabled Mpeg2TransferSyntaxAccepted Mpeg4TransferSyntaxAccepted Name "
    "OrthancExplorerEnabled OrthancPeers OrthancPeersInDatabase OverwriteInstances RegisteredUsers RejectedSopClasses "
    "RemoteAccessAllowed RleTransferSyntaxAccepted SaveJobs StableAge StorageAccessOnFind StorageCompression "
    "StorageLoaderThreadsCount StorageMemoryCapacity StoreDicom StoreMD5ForAttachments SynchronousCMove "
    "SynchronousZipStream TranscodeDicomProtocol "
    "UnknownSopClassAccepted UserContentType UserMetadata ZipUseUtf8"
)

#: What changes no answer of the REST API but in part, or in a way that a program on the emulator would not notice.
WITHOUT_EFFECT: Mapping[str, str] = {
    "the DICOM network of the emulator does without": (
        "DicomAssociationCloseDelay DicomTlsCertificate DicomTlsCiphersAccepted DicomTlsEnabled "
        "DicomTlsMinimumProtocolVersion DicomTlsPrivateKey DicomTlsRemoteCertificateRequired "
        "DicomTlsTrustedCertificates QueryRetrieveSize StorageCommitmentReportsSize StrictAetComparison"
    ),
    "requests to peers do without": "HttpProxy HttpVerbose HttpsCACertificates HttpsVerifyPeers Pkcs11",
    "the emulator has no codec": (
        "BuiltinDecoderTranscoderOrder DicomLossyTranscodingQuality MaximumConcurrentDcmtkTranscoders"
    ),
    "the emulator keeps all in memory": (
        "IndexDirectory StorageDirectory SyncStorageArea TemporaryDirectory MallocArenaMax"
    ),
    "how fast, not what": "JobsEngineThreadsCount LimitJobs TcpNoDelay ZipLoaderThreads",
    "host and port are those of `serve`; it speaks HTTP alone": (
        "HttpBindAddresses HttpPort SslCertificate SslCiphersAccepted SslEnabled "
        "SslMinimumProtocolVersion SslTrustedClientCertificates SslVerifyPeers"
    ),
    "the emulator has no WebDAV": "WebDavDeleteAllowed WebDavEnabled WebDavUploadAllowed",
    "the emulator loads no plugin; a path of OrthancDicomWeb or ModalityWorklists turns these on": "Plugins",
    "no callback is called by a clock": "LuaHeartBeatPeriod",
    "the emulator writes no log of DICOM requests": "DeidentifyLogs DeidentifyLogsDicomVersion Warnings",
    "case is folded as by servers without a locale": "Locale",
}

#: What the emulator refuses when it is asked for: at the start or, of the last two, by the route that needs it.
REFUSED: Mapping[str, str] = {
    "does not start with false": "HttpServerEnabled",
    "501 from the routes that write files": "RestApiWriteToFileSystemEnabled",
}

#: Sections of plugins that have a page of their own.
OF_PLUGINS = "Worklists"

#: What is no option of Orthanc itself, and honoured.
FURTHER = {
    "DicomWeb": "the plugin's: DICOMweb is answered where this section is",
    "EmulatorMaximumUnpackedSize": "the emulator's own",
    "PythonScript": "the Python plugin's: the script runs in this process",
    "PythonVerbose": "the Python plugin's: it is how much the log tells",
    "PostgreSQL": "answers as with that database behind the index, if its EnableIndex is true",
}


class State(Enum):
    """What the emulator does with an option."""

    HONOURED = "honoured"
    WITHOUT_EFFECT = "without effect"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def all_options() -> dict[str, tuple[State, str]]:
    """Each option that Orthanc documents, with what becomes of it, and why."""
    found = dict.fromkeys(HONOURED.split(), (State.HONOURED, ""))
    for state, groups in ((State.WITHOUT_EFFECT, WITHOUT_EFFECT), (State.REFUSED, REFUSED)):
        for reason, names in groups.items():
            found |= dict.fromkeys(names.split(), (state, reason))
    return dict(sorted(found.items()))


@cache
def told_options() -> Mapping[str, tuple[State, str]]:
    """Each option that someone reads, Orthanc, a plugin or the emulator, with what becomes of it, and why."""
    plugins = dict.fromkeys(OF_PLUGINS.split(), (State.WITHOUT_EFFECT, "a plugin's: the emulator loads none"))
    for plugin in PLUGINS:
        reason = f"of a plugin that is not emulated ({plugin.name}): {plugin.without}"
        plugins |= dict.fromkeys(plugin.sections, (State.WITHOUT_EFFECT, reason))
    return {**plugins, **{name: (State.HONOURED, why) for name, why in FURTHER.items()}, **all_options()}


def unknown_options(names: Iterable[str]) -> tuple[str, ...]:
    """What to tell of the options that nobody reads: Orthanc passes over them without a word."""
    told = []
    for name in names:
        if name not in told_options():
            meant = what_was_meant(name, told_options())
            nobody = "no release documents it, nor is it a plugin's that is known"
            advice = f'did you mean "{meant}"?' if meant else nobody
            told.append(f'Orthanc has no option "{name}", and ignores it: {advice}')
    return tuple(told)


def nested_options(options: Mapping[str, Any]) -> Iterator[tuple[str, State, str]]:
    """The options in the sections of emulated plugins, as "Section.Option", with what becomes of each, and why."""
    for section, known in NESTED.items():
        given = options.get(section)
        for name in sorted(given) if isinstance(given, Mapping) else ():
            reason = known.get(name)
            if reason is None:
                yield f"{section}.{name}", State.UNKNOWN, "no option that the plugin documents"
            else:
                yield f"{section}.{name}", State.WITHOUT_EFFECT if reason else State.HONOURED, reason
