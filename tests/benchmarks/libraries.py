"""What a request costs in process, beside what people use instead: libraries that answer with a fixed body.

`pip install responses respx requests-mock`, then `python tests/benchmarks/libraries.py`. Each row is measured in turns
with those of its client; the figure is the processor's time, the least of the rounds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import requests
import requests_mock
import responses
import respx

from conformance.benchmarks.operations import small_file
from emulator import Emulator

URL = "http://orthanc.test:8042"
ROUNDS, REQUESTS = 9, 300


def cases(orthanc: Emulator, path: str, body: bytes, stack: ExitStack) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    """Client, who answers, and one request; what must be entered is entered when its turn comes."""
    url, kind = URL + path, {"Content-Type": "application/json"}

    def session(adapter: Any = None) -> requests.Session:
        made = requests.Session()
        if adapter is not None:
            made.mount(URL, adapter)
        return made

    adapted = session(orthanc.requests_adapter())
    yield "requests", "emulator: adapter", lambda: adapted.get(url)
    plain = session()
    with orthanc.intercept(URL):
        yield "requests", "emulator: intercept", lambda: plain.get(url)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.get(url, body=body, headers=kind)
        yield "requests", "responses", lambda: plain.get(url)
    with requests_mock.Mocker() as mocker:
        mocker.get(url, content=body, headers=kind)
        yield "requests", "requests-mock", lambda: plain.get(url)
    client = stack.enter_context(httpx.Client(transport=orthanc.httpx_transport()))
    yield "httpx", "emulator: transport", lambda: client.get(url)
    unpatched = stack.enter_context(httpx.Client())
    with respx.mock(assert_all_called=False) as router:
        router.get(url).mock(return_value=httpx.Response(200, content=body, headers=kind))
        yield "httpx", "respx", lambda: unpatched.get(url)


def seconds(request: Callable[[], Any]) -> float:
    assert request().status_code == 200
    start = time.process_time()
    for _ in range(REQUESTS):
        request()
    return (time.process_time() - start) / REQUESTS


def main() -> None:
    orthanc = Emulator()
    path = f"/instances/{orthanc.store(small_file(1, 1)).id}"
    body = json.dumps(orthanc.client().get(path).json).encode()
    least: dict[tuple[str, str], float] = {}
    with ExitStack() as stack:
        for _ in range(ROUNDS):
            for client, who, request in cases(orthanc, path, body, stack):
                least[client, who] = min(seconds(request), least.get((client, who), 9.0))
    fixed = {
        client: min(one for (of, who), one in least.items() if of == client and "emulator" not in who)
        for client, _ in least
    }
    print("| client | answered by | µs a request | times the fastest fixed answer |\n| --- | --- | ---: | ---: |")
    for (client, who), one in least.items():
        print(f"| {client} | {who} | {one * 1e6:.0f} | {one / fixed[client]:.2f} |")


if __name__ == "__main__":
    main()
