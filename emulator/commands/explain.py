"""The command `python -m emulator explain`: the plan of a query, and what a live server says that it took."""

from __future__ import annotations

import argparse
import json
import re
import sys
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ..emulator import Emulator
from ..errors import ErrorCode, OrthancError
from ..releases import DEFAULT_RELEASE, RELEASES

#: How long the live server may take to answer, in seconds.
TIMEOUT = 600


def add_arguments(explaining: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command, and sets it to the function that runs it."""
    explaining.set_defaults(command=explain)
    explaining.add_argument("--level", required=True, help="Patient, Study, Series or Instance")
    explaining.add_argument("--query", required=True, metavar="JSON", help='such as {"0011,1001": "A"}')
    explaining.add_argument("--load", nargs="+", default=[], metavar="PATH", help="DICOM files and folders to ask")
    explaining.add_argument("--config", metavar="FILE", help="Orthanc's JSON configuration, comments allowed")
    explaining.add_argument(
        "--release", choices=[*RELEASES], help=f"the release to stand for: that of --url, or else {DEFAULT_RELEASE}"
    )
    explaining.add_argument("--url", metavar="LIVE", help="a live server (1.12 on): the reads that its metrics tell")
    explaining.add_argument("--instances", type=int, metavar="N", help="tell what it would take on so many instances")
    explaining.add_argument(
        "--read-ms", type=float, default=8.0, metavar="MS", help="what it takes to read a file there (%(default)s ms)"
    )


def explain(options: argparse.Namespace) -> int:
    """Runs the query and prints its plan."""
    query = query_of(options.query)
    url = options.url and checked_url(options.url)
    release = options.release or (url and live_release(url)) or DEFAULT_RELEASE
    orthanc = Emulator(options.config, release=release, unknown_tags="as-release")
    if options.load:
        orthanc.load(*options.load)
    orthanc.find(options.level, query)
    plan = orthanc.queries[-1]
    print(plan)
    if options.instances:
        print(plan.estimate(options.instances, read_ms=options.read_ms))
    if url:
        print(live_figures(url, options.level, query))
    return 0


def query_of(text: str) -> dict[str, str]:
    try:
        query = json.loads(text)
    except json.JSONDecodeError as error:
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, f"--query is no JSON: {error}") from None
    if not isinstance(query, dict):
        raise OrthancError(ErrorCode.BAD_FILE_FORMAT, "--query must be a JSON object of tags and texts")
    return query


def checked_url(text: str) -> str:
    url = text.rstrip("/")
    if urlsplit(url).scheme not in ("http", "https"):
        raise OSError(f"--url {url}: this is no URL of a server, such as http://127.0.0.1:8042")
    return url


def live_release(url: str) -> str | None:
    """The release that a live server is, None for one that is not emulated. Raises OSError where none answers."""
    try:
        with urlopen(f"{url}/system", timeout=TIMEOUT) as response:
            version = json.load(response)["Version"]
    except HTTPError as error:
        error.close()
        return None
    except (ValueError, KeyError, TypeError):
        return None
    return version if isinstance(version, str) and version in RELEASES else None


def live_figures(url: str, level: str, query: dict[str, str]) -> str:
    """What a live server found, and how many files its metrics say that it read meanwhile, for whomever.

    Raises OSError for a server that can't be asked.
    """
    before = files_read(url)
    body = json.dumps({"Level": level, "Query": query}).encode("utf-8")
    try:
        with urlopen(Request(f"{url}/tools/find", body), timeout=TIMEOUT) as response:
            found = len(json.load(response))
    except HTTPError as error:
        with error:
            raise OSError(f"{url} answers the find with {error.code} {error.reason}") from None
    except ValueError:
        raise OSError(f"{url} answers the find with no JSON: is it an Orthanc?") from None
    after = files_read(url)
    read = "its metrics tell no reads" if before is None or after is None else f"{after - before} files read"
    return f"live: {read}, {found} found"


def files_read(url: str) -> int | None:
    """How many files a server has read since its start; None for a release whose metrics do not tell."""
    try:
        with urlopen(f"{url}/tools/metrics-prometheus", timeout=TIMEOUT) as response:
            text = response.read().decode("utf-8", "replace")
    except OSError as error:
        print(f"The metrics of {url} can't be read: {error}", file=sys.stderr)
        return None
    if "orthanc_storage_cache_count" not in text:
        return None
    # a count is there only from the first read on (1.12.7)
    counts = re.findall(r"^orthanc_storage_cache_(?:miss|hit)_count (\d+)", text, re.MULTILINE)
    return sum(map(int, counts))
