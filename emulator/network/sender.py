"""C-STORE to a modality (PS3.4 annex B): one association for many files, another where one does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..configuration.configuration import option
from ..dicom.element import Dataset, plain_text
from ..dicom.padding import repad
from ..dicom.reader import DicomFile, read_file
from ..dicom.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN
from ..dicom.writer import write_data_set
from ..dictionary import Dictionary
from ..errors import ErrorCode, OrthancError
from ..modification.rules import ModificationRelease
from ..modification.transcoding import UNCOMPRESSED, transcoded
from . import proposals
from .associating import Associating, Dialogue, failed
from .modality import Modality

if TYPE_CHECKING:
    from ..upper_layer.negotiation import Context

SOP_CLASS_UID = 0x00080016
SOP_INSTANCE_UID = 0x00080018
TRAILING_PADDING = 0xFFFCFFFC

#: Statuses of a C-STORE that are no failure: a warning is taken as success (measured with 0xB000).
SUCCESSES = (0x0000, 0xB000, 0xB006, 0xB007)

MEDIUM_PRIORITY = 0

NO_CONTEXT = "the destination has not accepted any TransferSyntax for this SOPClassUID."


@dataclass(eq=False)
class Sender:
    """Sends files to a modality until it is left as a context; raises OrthancError as the server does.

    `originator` is the AET and the message of the C-MOVE that wants it, None without.
    """

    associating: Associating
    dictionary: Dictionary
    release: ModificationRelease
    modality: Modality
    calling: str | None = None
    called: str | None = None
    timeout: int = 0
    originator: tuple[str, int] | None = None
    dialogue: Dialogue | None = None
    wanted: dict[str, set[str]] = field(default_factory=dict)

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> None:
        self.close()

    def close(self) -> None:
        """Releases the association, if there is one."""
        if self.dialogue is not None:
            self.dialogue.association.release()
            self.dialogue = None

    def send(self, data: bytes) -> tuple[str, str]:
        """Sends the bytes of a file, and gives its SOP class and instance."""
        file = read_file(data, self.dictionary, self.release.dicom.files)
        sop_class, instance = uid(file, SOP_CLASS_UID), uid(file, SOP_INSTANCE_UID)
        if SOP_CLASS_UID not in file.dataset or SOP_INSTANCE_UID not in file.dataset:
            aet = self.modality.aet if self.called is None else self.called
            details = f"Unable to determine the SOP class/instance for C-STORE with AET {aet}"
            raise OrthancError(ErrorCode.NO_SOP_CLASS_OR_INSTANCE, details)
        dialogue = self.fitting_dialogue(sop_class, file.transfer_syntax)
        contexts = dialogue.contexts(sop_class)
        context = self.chosen(file, sop_class, contexts)
        syntax = transcoded(file, context.transfer_syntax, self.release)
        if has_strange_fragments(file, syntax):
            self.close()
            raise failed(f'DicomAssociation - C-STORE to AET "{dialogue.aet}": DIMSE Failed to send message')
        body = sent_data_set(file, syntax, strips_nuls=self.release.dicom.text.strips_nuls)
        self.store(dialogue, context, sop_class, instance, body)
        return sop_class, instance

    def fitting_dialogue(self, sop_class: str, transfer_syntax: str) -> Dialogue:
        """The association, another one where the class, or the transfer syntax, was not proposed on it."""
        dialogue = self.dialogue
        if dialogue is not None and dialogue.association.is_open:
            accepted = {one.transfer_syntax for one in dialogue.contexts(sop_class)}
            if self.associating.release.network.proposes_syntaxes_anew:
                fits = transfer_syntax in accepted or dialogue.has_proposed_alone(sop_class, transfer_syntax)
            else:
                fits = bool(accepted) or dialogue.has_proposed(sop_class, transfer_syntax)
            if fits:
                return dialogue
        self.close()
        self.wanted.setdefault(sop_class, set()).add(transfer_syntax)  # also what was proposed before (measured)
        wanted = proposals.storage(sop_class, self.wanted[sop_class], self.preferred)
        self.dialogue = self.associating.connect(
            self.modality, wanted, calling=self.calling, called=self.called, timeout=self.timeout
        )
        return self.dialogue

    @property
    def preferred(self) -> str:
        options = self.associating.configuration.options
        return str(option(options, "DicomScuPreferredTransferSyntax", str, EXPLICIT_LITTLE_ENDIAN))

    @property
    def transcodes(self) -> bool:
        allowed = bool(self.modality.configuration.get("AllowTranscoding", True))
        return allowed and bool(option(self.associating.configuration.options, "TranscodeDicomProtocol", bool, True))

    def chosen(self, file: DicomFile, sop_class: str, contexts: list[Context]) -> Context:
        """The context in which a file is sent: that of its own transfer syntax, else one to which it is transcoded."""
        own = next((one for one in contexts if one.transfer_syntax == file.transfer_syntax), None)
        if own is not None:
            return own
        if not self.transcodes:
            raise failed(
                f"No valid presentation context was negotiated for SOP class UID [{sop_class}] and transfer syntax "
                f"[{file.transfer_syntax}] while sending to modality [{self.modality.aet}]"
            )
        rules = self.associating.release.network
        if not contexts and rules.explains_missing_contexts:
            details = f"Cannot C-Store an instance of SOPClassUID {sop_class}, {NO_CONTEXT}"
            raise OrthancError(ErrorCode.NO_PRESENTATION_CONTEXT, details)
        plain = [one for one in contexts if one.transfer_syntax in proposals.UNCOMPRESSED]
        plain.sort(key=lambda one: one.transfer_syntax != EXPLICIT_LITTLE_ENDIAN)
        if plain:
            return plain[0]
        if not rules.explains_missing_contexts:
            details = f"Cannot transcode from {file.transfer_syntax} to one of [ ]"
            raise OrthancError(ErrorCode.NOT_IMPLEMENTED, details)
        raise OrthancError(
            ErrorCode.INTERNAL_ERROR,
            f"Cannot transcode instance of SOPClassUID {sop_class} from {file.transfer_syntax} to one of [ ]",
        )

    def store(self, dialogue: Dialogue, context: Context, sop_class: str, instance: str, body: bytes) -> None:
        from ..upper_layer.commands import LONGEST_AET, Command, Field, Kind

        command: Command = {
            Field.AFFECTED_SOP_CLASS: sop_class,
            Field.COMMAND: Kind.C_STORE,
            Field.MESSAGE_ID: next(dialogue.numbers),
            Field.PRIORITY: MEDIUM_PRIORITY,
            Field.AFFECTED_SOP_INSTANCE: instance,
        }
        if self.originator is not None:
            aet, command[Field.MOVE_ORIGINATOR_MESSAGE] = self.originator
            command[Field.MOVE_ORIGINATOR] = aet[:LONGEST_AET]
        *_, response = dialogue.ask(context, "C-STORE", command, body)
        status = response.number(Field.STATUS)
        if status not in SUCCESSES:
            raise dialogue.refused("C-STORE", status)


def has_strange_fragments(file: DicomFile, transfer_syntax: str) -> bool:
    """Whether there are fragments, also in items, in a native transfer syntax: the file can't be written."""
    return transfer_syntax in UNCOMPRESSED and has_fragments(file.dataset)


def has_fragments(dataset: Dataset) -> bool:
    return any(
        any(map(has_fragments, element.items))
        if element.items is not None
        else element.undefined_length and element.vr != "UN"
        for element in dataset
    )


def uid(file: DicomFile, tag: int) -> str:
    element = file.dataset.get(tag)
    return "" if element is None else plain_text(element.value)


def sent_data_set(file: DicomFile, transfer_syntax: str, *, strips_nuls: bool) -> bytes:
    """The bytes of a data set as it is sent: values padded anew, without the padding behind it (measured)."""
    dataset = file.dataset.copy()
    dataset.remove(TRAILING_PADDING)
    repad(dataset, strips_nuls=strips_nuls)
    body = write_data_set(dataset, transfer_syntax)
    return body + b"\0" * (len(body) % 2)  # what is deflated may be odd, a fragment may not (PS3.8 annex E)
