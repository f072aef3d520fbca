"""The document in an Encapsulated PDF (PS3.3 section A.45.1), its last byte left out as the server does."""

from __future__ import annotations

from .frames import FrameReader

DOCUMENT_CLASS, DOCUMENT_TYPE, DOCUMENT = 0x00080016, 0x00420012, 0x00420011
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"


def encapsulated_document(reader: FrameReader) -> bytes | None:
    """The bytes of the document in a file, None where it has none."""
    document = reader.dataset.get(DOCUMENT)
    named = (reader.text(DOCUMENT_CLASS), (reader.text(DOCUMENT_TYPE) or "").strip())
    if document is None or document.items is not None or named != (ENCAPSULATED_PDF, "application/pdf"):
        return None
    return document.value[:-1]
