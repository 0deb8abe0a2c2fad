"""A real browser for the tests: Chromium, wherever it is, and pages that may not leave this machine."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, WebSocket, sync_playwright

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ADVICE = (
    "No Chromium was found, so the page was not tried in a browser. Get one with `python -m playwright install "
    "chromium` or from your system's packages (chromium or google-chrome), or name it in CHROMIUM_PATH."
)
OUTSIDE = re.compile(r"^(?:https?|wss?|ftp)://(?!(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))")


def find_chromium(playwrights_own: str) -> str | None:
    """The path of a Chromium: the one asked for, Playwright's own, or the system's; None where there is none."""
    asked = os.environ.get("CHROMIUM_PATH")
    if asked:
        return asked
    for path in (playwrights_own, *map(shutil.which, NAMES), MAC):
        if path and Path(path).exists():
            return path
    return None


def chromium_or_skip(playwrights_own: str) -> str:
    """The path of a Chromium. Without one the test is skipped, but fails in CI: nobody would notice the gap there."""
    path = find_chromium(playwrights_own)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ADVICE)
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver. Its event loop stays in this thread, so a test's own asyncio code needs a thread."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, headless, one for all tests."""
    path = chromium_or_skip(playwright.chromium.executable_path)
    chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield chromium
    chromium.close()


def pages_of(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages, each a visitor of its own: `open_page(url, viewport=(390, 844), has_touch=True)`.

    `page.errors` lists the console's errors and the uncaught exceptions so far. Any request beyond this machine is
    refused, and fails the test when the pages are closed.
    """
    contexts, outside = [], []

    def watch_socket(socket: WebSocket) -> None:
        if OUTSIDE.match(socket.url):
            outside.append(socket.url)

    def open_one(url: str | None = None, viewport: tuple[int, int] = (1280, 800), **options: object) -> Page:
        size = {"width": viewport[0], "height": viewport[1]}
        context = browser.new_context(viewport=size, service_workers="block", **options)
        contexts.append(context)
        # Only addresses outside pass through here, so that local files keep their speed and their cache.
        context.route(OUTSIDE, lambda route: (outside.append(route.request.url), route.abort()))
        page = context.new_page()
        page.errors = []
        page.on("console", lambda message: note_error(page, message))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("websocket", watch_socket)
        if url is not None:
            page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not outside, f"The page asked for what is not on this machine: {outside}"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages, each a visitor of its own, as `pages_of` describes; they are closed when the test ends."""
    yield from pages_of(browser)


@pytest.fixture(scope="module")
def open_shared_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages that all tests of a module share, and leave as they found them."""
    yield from pages_of(browser)


def note_error(page: Page, message: ConsoleMessage) -> None:
    """Keep what the console marks as an error, with the file it speaks of."""
    if message.type == "error":
        page.errors.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """One empty page of 1280 x 800; `page.goto(server)` visits the dashboard."""
    return open_page()
