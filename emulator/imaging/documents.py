"""The document in an Encapsulated PDF (PS3.3 section A.45.1), without its padding as the server takes it."""

from __future__ import annotations

from .frames import FrameReader

DOCUMENT_CLASS, DOCUMENT_TYPE, DOCUMENT = 0x00080016, 0x00420012, 0x00420011
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"


def encapsulated_document(reader: FrameReader) -> bytes | None:
    """The bytes of the document in a file, None where it has none.

    Of an even number of bytes the last one is taken for padding, unless it is a line feed (measured on all releases).
    """
    document = reader.dataset.get(DOCUMENT)
    named = (reader.text(DOCUMENT_CLASS), (reader.text(DOCUMENT_TYPE) or "").strip())
    if document is None or document.vr not in ("OB", "UN") or named != (ENCAPSULATED_PDF, "application/pdf"):
        return None
    is_padded = len(document.value) % 2 == 0 and not document.value.endswith(b"\n")
    return document.value[:-1] if is_padded else document.value
