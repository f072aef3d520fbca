"""The page in Debian's Chromium, by Playwright.

With ORTHANC_EMULATOR_ALL_TOOLS=1, as on CI, these tests fail where the browser is missing; elsewhere they are skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from emulator import Emulator

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CONFIGURATION = {
    "Name": "browser",
    "OverwriteInstances": True,
    "Dictionary": {"0011,1001": ["LO", "MyLabel", 1, 1, "MYLAB"]},
}


@pytest.fixture(scope="module")  # Playwright keeps an event loop running: tests of asyncio that follow need it closed
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if executable is None and not os.environ.get("ORTHANC_EMULATOR_ALL_TOOLS"):
        pytest.skip("Chromium is not installed")
    if not os.environ.get("ORTHANC_EMULATOR_ALL_TOOLS"):
        pytest.importorskip("playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def orthanc() -> Emulator:
    return Emulator(CONFIGURATION, unknown_tags="as-release")


@pytest.fixture
def url(orthanc: Emulator) -> Iterator[str]:
    with orthanc.serve() as url:
        yield url


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """A page of the emulator, in which no error is logged but those of answers that say so."""
    context = browser.new_context(base_url=f"{url}/emulator/", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_error(message) else None)
    yield page
    context.close()
    assert errors == []


def is_error(message: Any) -> bool:
    return message.type in ("error", "warning") and "Failed to load resource" not in message.text


@pytest.fixture(scope="session")
def artefacts() -> Path | None:
    """Where screenshots are kept: $SCREENSHOTS, else nowhere."""
    folder = os.environ.get("SCREENSHOTS")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
