"""The browser fixtures keep their promises; without that no other browser test means anything."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import conftest as fixtures


class Silent(http.server.BaseHTTPRequestHandler):
    """Answers every request with a page that asks for a file and a socket from outside, and complains."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            b"<link rel=icon href=data:,><p>here</p><script>console.error('careless')</script>"
            b"<img src=http://picture.invalid/a.png>"
            b"<script>new WebSocket('ws://socket.invalid/ws'); nobody()</script>"
        )

    def log_message(self, *ignored: object) -> None:
        """Say nothing."""


@pytest.fixture
def careless_site() -> Iterator[str]:
    site = http.server.ThreadingHTTPServer(("localhost", 0), Silent)
    thread = threading.Thread(target=site.serve_forever)
    thread.start()
    yield f"http://localhost:{site.server_port}/"
    site.shutdown()
    thread.join()
    site.server_close()


def test_requests_beyond_this_machine_fail_the_test_and_errors_are_kept(browser, careless_site) -> None:
    visits = fixtures.pages_of(browser)
    open_page: Callable[..., Page] = next(visits)
    page = open_page()
    with page.expect_websocket():
        page.goto(careless_site)
    assert page.locator("p").text_content() == "here"
    assert any("careless" in error for error in page.errors)
    assert any("nobody is not defined" in error for error in page.errors)
    with pytest.raises(AssertionError, match=r"(?=.*picture\.invalid).*socket\.invalid"):
        next(visits)


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("http://localhost:5006/dashboard", False),
        ("ws://127.0.0.1:5006/dashboard/ws", False),
        ("http://[::1]:5006/", False),
        ("data:image/png;base64,AAAA", False),
        ("blob:http://localhost:5006/1", False),
        ("https://cdn.example/bokeh.js", True),
        ("http://localhost.example/", True),
        ("wss://127.0.0.1.example/ws", True),
    ],
)
def test_only_the_loopback_counts_as_this_machine(address, outside) -> None:
    assert bool(fixtures.OUTSIDE.match(address)) == outside


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setattr(fixtures, "MAC", str(tmp_path / "Chrome"))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_without_chromium_the_test_is_skipped_with_advice(monkeypatch, nothing_installed) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="playwright install chromium"):
        fixtures.chromium_or_skip(str(nothing_installed / "playwrights"))


def test_without_chromium_the_test_fails_in_ci(monkeypatch, nothing_installed) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="playwright install chromium"):
        fixtures.chromium_or_skip(str(nothing_installed / "playwrights"))


def test_a_chromium_of_the_system_is_found(nothing_installed) -> None:
    chromium = nothing_installed / "chromium"
    chromium.touch(mode=0o755)
    assert fixtures.chromium_or_skip(str(nothing_installed / "playwrights")) == str(chromium)
