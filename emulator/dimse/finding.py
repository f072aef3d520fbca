"""C-FIND (PS3.4 annex C; PS3.7 section 9.1.2). What it finds is `emulator.query.identifiers`' part."""

from __future__ import annotations

from ..dicom.element import plain_text
from ..errors import OrthancError
from ..query.identifier_answers import QUERY_RETRIEVE_LEVEL
from ..query.identifiers import Identifier
from ..store.level import Level
from ..upper_layer.sop_classes import WORKLIST_FIND
from .call import Call, RefusedError
from .filtering import filtered
from .statuses import Status
from .worklists import find_worklist

#: How identifiers call the levels (PS3.4 section C.6.1), in any case; INSTANCE is taken, too.
LEVELS = {
    "PATIENT": Level.PATIENT,
    "STUDY": Level.STUDY,
    "SERIES": Level.SERIES,
    "IMAGE": Level.INSTANCE,
    "INSTANCE": Level.INSTANCE,
}


def find(call: Call) -> None:
    """Answers an identifier at any level, whichever root it came under; all errors are 0xC000."""
    if call.message.context.abstract_syntax == WORKLIST_FIND:
        call.check("FindWorklist")
        if not answered_by_script(call, "worklist"):
            find_worklist(call)
        return
    call.check("Find")
    if answered_by_script(call, "find"):
        return
    keys = call.dataset()
    if not len(keys):
        raise RefusedError("an identifier without a key")  # measured: the server waits for more, then it ends
    try:
        keys = filtered(call, "find", keys)
    except OrthancError:
        call.fail()
        call.unable()
        return
    element = keys.get(QUERY_RETRIEVE_LEVEL)
    name = "" if element is None else plain_text(element.value).rstrip()
    call.level = name.upper()
    call.fail()
    level = LEVELS.get(name.upper())
    if level is None:
        call.unable()
        return
    try:
        found = call.server.identifiers.find(Identifier(level, name, keys))
    except OrthancError:
        call.unable()
        return
    call.respond_pending(found.answers)
    call.respond(Status.CANCEL if found.too_many else Status.SUCCESS)


def answered_by_script(call: Call, kind: str) -> bool:
    """Lets a script answer, if there is one for such queries; where it fails, all is 0xC000."""
    script = call.server.extensions.answering(kind)
    if script is None:
        return False
    keys = call.dataset()
    call.fail()
    try:
        answers, is_incomplete = script.found(kind, keys, call.calling_aet, call.session.request.called_aet)
    except OrthancError:
        call.unable()
        return True
    call.respond_pending(answers)
    call.respond(Status.CANCEL if is_incomplete else Status.SUCCESS)
    return True
