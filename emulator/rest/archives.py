"""/{level}/{id}/archive and /media, /tools/create-archive, /create-media and /create-media-extended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..archives.archive import Archive
from ..archives.request import ArchiveRequest, checked_syntax, parse_archive, parse_resources
from ..errors import ErrorCode, OrthancError
from ..store.level import LEVELS, Level
from .answers import json_answer, named_answer, streamed_archive
from .arguments import json_body
from .response import Response
from .route import Call, Handler, Route, route


def got(level: Level, *, media: bool) -> Handler:
    """The archive of a resource by GET."""

    def handler(call: Call) -> Response:
        try:
            request = arguments(call, media=media, extended="extended" in call.request.args)
        except OrthancError:  # a resource that is not there is told first
            call.server.archives.of_resource(level, call.path["id"], ArchiveRequest(media=media))
            raise
        return answer(call, call.server.archives.of_resource(level, call.path["id"], request))

    return handler


def posted(level: Level, *, media: bool) -> Handler:
    """The archive of a resource by POST."""

    def handler(call: Call) -> Response:
        body = json_body(call.request)
        request = parse_archive(body, call.server.release, media=media)
        archive = call.server.archives.of_resource(level, call.path["id"], replace(request, stands_alone=True))
        return answer(call, archive)

    return handler


def got_chosen(*, media: bool, extended: bool = False) -> Handler:
    """The archive of the resources that the argument "resources" lists."""

    def handler(call: Call) -> Response:
        if "resources" not in call.request.args:
            raise OrthancError(ErrorCode.BAD_REQUEST, "Missing resources argument")
        identifiers = [one for one in call.request.args.getlist("resources")[-1].split(",") if one]
        for identifier in identifiers:
            call.server.store.find(identifier)
        request = arguments(call, media=media, extended=extended)
        return answer(call, call.server.archives.of_resources(identifiers, request))

    return handler


def posted_chosen(*, media: bool, extended: bool = False) -> Handler:
    """The archive of the resources that the body lists."""

    def handler(call: Call) -> Response:
        body = json_body(
            call.request,
            OrthancError(ErrorCode.BAD_FILE_FORMAT, "Expected a list of resources to archive in the body"),
        )
        request = parse_archive(body, call.server.release, media=media, extended=extended)
        return answer(call, call.server.archives.of_resources(parse_resources(body), request))

    return handler


def arguments(call: Call, *, media: bool, extended: bool) -> ArchiveRequest:
    """The arguments of a GET."""
    release = call.server.release
    given = {name: values[-1] for name, values in call.request.args.items()}
    syntax = checked_syntax(given.get("transcode"), release)
    quality = given.get("lossy-quality", str(ArchiveRequest.lossy_quality))
    heeds_quality = release.modification.reads_lossy_quality and syntax is not None
    if heeds_quality and not quality.isdecimal():
        details = f'Expected a Unsigned Int for GET argument "lossy-quality", found: {quality}'
        raise OrthancError(ErrorCode.PARAMETER_OUT_OF_RANGE, details)
    filename = given.get("filename") if release.archives.names_archives else None
    return ArchiveRequest(
        media=media,
        extended=extended,
        transcode=syntax,
        filename=filename,
        lossy_quality=int(quality) if heeds_quality else ArchiveRequest.lossy_quality,
    )


def answer(call: Call, made: Archive | dict[str, Any]) -> Response:
    """The archive, or the job that makes it."""
    if not isinstance(made, Archive):
        return json_answer(made)
    cleaned = call.server.release.rest.cleans_file_names
    if call.server.release.archives.streams_archives:
        return streamed_archive(made.data, made.filename, cleaned=cleaned)
    return named_answer(made.data, "application/zip", made.filename, cleaned=cleaned)


def chosen_route(path: str, *, media: bool, extended: bool = False) -> Route:
    """A route of /tools, of which some releases have the POST alone."""
    return route(
        path,
        only={"GET": lambda release: release.rest.gets_chosen_archives},
        GET=got_chosen(media=media, extended=extended),
        POST=posted_chosen(media=media, extended=extended),
    )


ROUTES: tuple[Route, ...] = (
    *(
        route(f"/{level.plural}/<id>/{kind}", GET=got(level, media=media), POST=posted(level, media=media))
        for level in LEVELS[:-1]
        for kind, media in (("archive", False), ("media", True))
    ),
    chosen_route("/tools/create-archive", media=False),
    chosen_route("/tools/create-media", media=True),
    chosen_route("/tools/create-media-extended", media=True, extended=True),
)
