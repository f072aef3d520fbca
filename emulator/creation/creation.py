"""One create request from its body to its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..diagnostics import Diagnostic
from ..dicom.element import Dataset
from ..dicom.reader import DicomFile
from ..dicom.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN
from ..dicom.writer import write_file
from ..dictionary import Dictionary
from ..dictionary.contract import Contract
from ..errors import ErrorCode, OrthancError
from ..members import ignored_members
from ..modification.elements import ElementMaker
from ..store.level import LEVELS, Level
from ..store.resource import Resource
from ..store.store import Store
from ..store.uploads import StoredInstance
from .files import FileMaker, item_tags
from .inheritance import instance_asked
from .request import ALL, MEMBERS, NO_CONTENT, parse_creation
from .rules import CreationRelease
from .simple import simple_dataset
from .unknown_tags import check_simple_tags, check_tags
from .warnings import creation_warnings

#: The status of what the server does and the emulator can't: there is nothing to do as the server does.
EMULATOR_ONLY = 501


class Creator:
    """Creates the files of one request; `store_file` stores one as `POST /instances` does, `tell` is told of it."""

    def __init__(  # the parts that a creation brings together
        self,
        *,
        store: Store,
        dictionary: Dictionary,
        release: CreationRelease,
        contract: Contract,
        default_private_creator: str,
        store_file: Callable[[bytes], StoredInstance],
        read_dataset: Callable[[Resource], Dataset],
        tell: Callable[[Iterable[Diagnostic]], None],
    ) -> None:
        self.store = store
        self.dictionary = dictionary
        self.release = release
        self.default_private_creator = default_private_creator
        self.store_file = store_file
        self.read_dataset = read_dataset
        self.contract = contract
        self.rejects_unknown_tags = contract.rejects_unknown_tags
        self.tell = tell
        #: What an app would regret of the files that were created.
        self.diagnostics: list[Diagnostic] = []

    def create(self, body: Any) -> dict[str, str]:
        """Answers the body of a `POST /tools/create-dicom`, already parsed from JSON; raises OrthancError."""
        with self.contract.kept(), self.store.lock:
            answer = self.created(body)
            self.tell(self.diagnostics)
            return answer

    def created(self, body: Any) -> dict[str, str]:
        if not isinstance(body, Mapping):
            raise OrthancError(ErrorCode.BAD_REQUEST)
        if "Tags" not in body:
            if self.rejects_unknown_tags:
                check_simple_tags(body, self.dictionary)
            dataset = simple_dataset(body, self.dictionary, self.release)
            elements = ElementMaker(self.dictionary, self.release, "", interprets_data_uris=False)
            self.diagnostics += creation_warnings(body, dataset, elements, self.release.dicom.text.default_codec)
            return self.store_dataset(dataset).to_json()
        request = parse_creation(body, self.release, self.find_resource)
        known = ALL if self.release.creation.reads_encapsulate else MEMBERS
        self.diagnostics += ignored_members(body, known, ALL, self.release.version)
        private_creator = request.private_creator
        if private_creator is None:
            private_creator = self.default_private_creator
        if self.rejects_unknown_tags:
            check_tags(body, self.dictionary, private_creator)
        parent = request.parent
        source = None if parent is None else self.read_dataset(instance_asked(parent, self.release))
        maker = FileMaker(request, source, self.dictionary, self.release, private_creator, self.store.clock())
        dataset = maker.base()
        self.diagnostics += creation_warnings(request.tags, dataset, maker.elements, maker.codec)
        if isinstance(request.content, list) and request.content:
            return self.store_series(maker, request.content)
        if request.content is not NO_CONTENT and request.content != []:
            maker.put_content(dataset, request.content)
        return self.store_dataset(dataset).to_json()

    def find_resource(self, identifier: str) -> Resource | None:
        resources = (self.store.levels[level].get(identifier) for level in LEVELS)
        return next(filter(None, resources), None)

    def store_dataset(self, dataset: Dataset) -> StoredInstance:
        file = DicomFile(Dataset(), dataset, EXPLICIT_LITTLE_ENDIAN)
        return self.store_file(write_file(file, self.release.dcmtk_version))

    def store_series(self, maker: FileMaker, contents: list[Any]) -> dict[str, str]:
        """Stores one instance for each content, and answers their series.

        When one fails, the server deletes the series of the one before, with all that was in it already; where the
        first fails there is none, which then is the error.
        """
        stored: list[StoredInstance] = []
        try:
            for content, dataset in zip(contents, maker.series(contents), strict=True):
                if isinstance(content, Mapping):
                    self.diagnostics += creation_warnings(item_tags(content), dataset, maker.elements, maker.codec)
                stored.append(self.store_dataset(dataset))
        except OrthancError as error:
            if error.http_status == EMULATOR_ONLY:
                for instance in stored:
                    if instance.status == "Success":
                        self.store.delete(self.store.get(Level.INSTANCE, instance.id))
                raise
            if not stored:
                raise OrthancError(ErrorCode.UNKNOWN_RESOURCE) from None
            self.store.delete(self.store.get(Level.SERIES, stored[-1].parent_series))
            raise
        series = stored[-1].parent_series
        return {"ID": series, "Path": f"/series/{series}", "Status": "Success"}
