"""A real browser."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

_PROGRAMS: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


# No longer than its module: while it is open, Playwright's loop runs in the thread of all tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next((path for path in _PROGRAMS if Path(path).exists()), None)
    if program is None:
        pytest.skip("REVIEW PAGE NOT TESTED IN A BROWSER: there is no chromium")
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses to run as root, which containers often are.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=program, args=options)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page; what its script or its policy complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))

    def listen(said: ConsoleMessage) -> None:
        # The server may end before its last picture was asked for.
        if said.type == "error" and "net::ERR_CONNECTION" not in said.text:
            complaints.append(said.text)

    opened.on("console", listen)
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield opened
    context.close()
    assert complaints == []
