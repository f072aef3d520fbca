"""Storage commitment, both ways: what this server asked for, and the reports that it gives (PS3.4 annex J)."""

from __future__ import annotations

import copy
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..dicom.element import Dataset, Element
from ..dicom.padding import padded
from ..errors import ErrorCode, OrthancError

TRANSACTION = 0x00081195
FAILED = 0x00081198
REFERENCED = 0x00081199
SOP_CLASS = 0x00081150
SOP_INSTANCE = 0x00081155
FAILURE_REASON = 0x00081197

NO_SUCH_INSTANCE = 0x0112
CLASS_INSTANCE_CONFLICT = 0x0119

#: What the server says of the reasons (PS3.3 section C.14.1.1).
REASONS = {
    0x0110: "A general failure in processing the operation was encountered",
    NO_SUCH_INSTANCE: ("One or more of the elements in the Referenced SOP Instance Sequence was not available"),
    0x0213: "The SCP does not currently have enough resources to store the requested SOP Instance(s)",
    0x0122: (
        "Storage Commitment has been requested for a SOP Instance with a SOP Class that is not supported by the SCP"
    ),
    CLASS_INSTANCE_CONFLICT: (
        "The SOP Class of an element in the Referenced SOP Instance Sequence did not correspond to the SOP class "
        "registered for this SOP Instance at the SCP"
    ),
    0x0131: "The Transaction UID of the Storage Commitment Request is already in use",
}

#: SOP class and SOP instance.
Reference = tuple[str, str]


class Committed(NamedTuple):
    """What a report tells: what is stored, and what is not, with the reason."""

    successes: tuple[Reference, ...] = ()
    failures: tuple[tuple[str, str, int], ...] = ()


class Transaction(NamedTuple):
    """A request for storage commitment, and its report once it came."""

    remote_aet: str
    report: Committed | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer of `GET /storage-commitment/{id}`."""
        if self.report is None:
            return {"RemoteAET": self.remote_aet, "Status": "Pending"}
        success = [{"SOPClassUID": one, "SOPInstanceUID": instance} for one, instance in self.report.successes]
        failures = [
            {
                "Description": REASONS.get(reason, "Unknown failure reason"),
                "FailureReason": reason,
                "SOPClassUID": one,
                "SOPInstanceUID": instance,
            }
            for one, instance, reason in self.report.failures
        ]
        status = "Failure" if failures else "Success"
        return {"Failures": failures, "RemoteAET": self.remote_aet, "Status": status, "Success": success}


@dataclass(eq=False)
class Commitments:
    """The transactions of one server; safe to use from several threads."""

    known: dict[str, Transaction] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, remote_aet: str) -> str:
        """A new transaction, and its UID."""
        transaction = f"2.25.{uuid.uuid4().int}"
        with self.lock:
            self.known[transaction] = Transaction(remote_aet)
        return transaction

    def report(self, transaction: str, remote_aet: str, report: Committed) -> None:
        """Keeps a report, unless this server did not ask that modality for it."""
        with self.lock:
            asked = self.known.get(transaction)
            if asked is not None and asked.remote_aet.lower() == remote_aet.lower():
                self.known[transaction] = asked._replace(report=report)

    def __getitem__(self, transaction: str) -> Transaction:
        """Raises OrthancError (Accessing an inexistent item, 404)."""
        found = self.known.get(transaction)
        if found is None:
            details = f"No storage commitment transaction with UID: {transaction}"
            raise OrthancError(ErrorCode.INEXISTENT_ITEM, details)
        return found

    def fork(self) -> Commitments:
        with self.lock:
            return Commitments(copy.copy(self.known))


def referencing(transaction: str, report: Committed) -> Dataset:
    """The data set of a request, or of a report: the transaction with what it is about."""
    dataset = Dataset()
    dataset.put(text(TRANSACTION, transaction))
    if report.failures:
        items = [referenced(one, instance, reason) for one, instance, reason in report.failures]
        dataset.put(Element(FAILED, "SQ", items=items))
    if report.successes or not report.failures:
        dataset.put(Element(REFERENCED, "SQ", items=[referenced(*one) for one in report.successes]))
    return dataset


def referenced(sop_class: str, instance: str, reason: int | None = None) -> Dataset:
    item = Dataset()
    item.put(text(SOP_CLASS, sop_class))
    item.put(text(SOP_INSTANCE, instance))
    if reason is not None:
        item.put(Element(FAILURE_REASON, "US", reason.to_bytes(2, "little")))
    return item


def text(tag: int, value: str) -> Element:
    return Element(tag, "UI", padded(value.encode("ascii", "replace"), "UI"))


def checked(references: Iterable[Reference], stored: dict[str, str]) -> Committed:
    """What is stored of some references; `stored` are the SOP classes of the instances, by SOP instance."""
    successes, failures = [], []
    for sop_class, instance in references:
        if instance not in stored:
            failures.append((sop_class, instance, NO_SUCH_INSTANCE))
        elif stored[instance] != sop_class:
            failures.append((sop_class, instance, CLASS_INSTANCE_CONFLICT))
        else:
            successes.append((sop_class, instance))
    return Committed(tuple(successes), tuple(failures))
