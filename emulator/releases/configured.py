"""A release as a configuration has it: its text rules, its names of metadata, its archives, its main DICOM tags."""

from __future__ import annotations

from dataclasses import replace

from ..annotations.user_names import with_user_content_types, with_user_metadata
from ..configuration import Configuration
from ..dictionary import Dictionary
from ..store.main_tags import with_extra_main_tags
from .databases import with_database
from .release import Release


def configured(release: Release, configuration: Configuration, dictionary: Dictionary) -> Release:
    """The release with all that options change of it; raises OrthancError for what prevents the server's start."""
    options = configuration.options
    release = with_database(with_encoding(release, configuration.default_codec), options)
    store = with_extra_main_tags(release.store, options.get("ExtraMainDicomTags"), dictionary)
    store = with_user_metadata(store, options)
    annotations = with_user_content_types(release.annotations, options)
    archives = release.archives
    if archives.has_utf8_archives and options.get("ZipUseUtf8") is True:
        archives = replace(archives, utf8_is_default=True)
    if archives.streams_archives and options.get("SynchronousZipStream") is False:
        archives = replace(archives, streams_archives=False)
    if (store, annotations, archives) == (release.store, release.annotations, release.archives):
        return release  # a copy costs as much as the rest of a new emulator
    return replace(release, store=store, annotations=annotations, archives=archives)


def with_encoding(release: Release, codec: str) -> Release:
    """The release with the option DefaultEncoding, which is one of the rules by which it reads text."""
    text = release.dicom.text
    if codec == text.default_codec:
        return release
    return replace(release, dicom=replace(release.dicom, text=replace(text, default_codec=codec)))
