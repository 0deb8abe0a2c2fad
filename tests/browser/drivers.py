"""Firefox and WebKit for the tests, through what they speak of themselves: WebDriver BiDi and WebDriver.

Playwright drives builds of its own of these two, which no package of a system holds; what stands here drives the ones
that a system has. Each offers the same three things: go to an address, evaluate a script, take a picture.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tornado.websocket import websocket_connect

PATIENCE = 40.0  # s
LARGEST = 64_000_000  # bytes of a message: a picture is one
MINI_BROWSERS = sorted(Path("/usr/lib").glob("*/webkit*gtk-4.*/MiniBrowser"))


def missing(name: str) -> str | None:
    """Say what is missing to drive a browser; None where nothing is."""
    needed = {"firefox": [("firefox-esr", "firefox")], "webkit": [("WebKitWebDriver",), ("Xvfb",)]}[name]
    lacking = [programs[0] for programs in needed if not any(map(shutil.which, programs))]
    if name == "webkit" and not MINI_BROWSERS:
        lacking.append("MiniBrowser")
    return f"{' and '.join(lacking)} not found" if lacking else None


class Program:
    """A program that runs until it is closed, and what it says."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            command, env=os.environ | environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.reader: threading.Thread | None = None

    def says(self, pattern: str) -> str:
        """Wait until it has printed a line with the pattern, and return the first group of it."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                self.reader = threading.Thread(target=self.process.stdout.read)  # or it would block when that is full
                self.reader.start()
                return found[1]
        raise RuntimeError(f"{self.process.args!r} ended without saying {pattern!r}.")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        if self.reader:
            self.reader.join(PATIENCE)
        self.process.stdout.close()


class Firefox:
    """Firefox without a window, driven by WebDriver BiDi."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        name = shutil.which("firefox-esr") or shutil.which("firefox") or ""
        self.program = Program(
            name, "--headless", "--remote-debugging-port", "0", "--profile", str(folder), HOME=str(folder)
        )
        self.loop, self.numbers = asyncio.new_event_loop(), itertools.count(1)
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.errors: list[str] = []
        address = self.program.says(r"WebDriver BiDi listening on (\S+)")
        self.socket = self._wait(lambda: websocket_connect(f"{address}/session", max_message_size=LARGEST))
        self.command("session.new", capabilities={})
        self.context = self.command("browsingContext.getTree")["contexts"][0]["context"]
        self.command("session.subscribe", events=["log.entryAdded"])
        self.command("browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height})

    def _wait(self, begin: Callable[[], Awaitable]) -> Any:
        """Let something happen in the thread of the socket: this thread's event loop may be Playwright's."""

        async def whole() -> Any:
            return await begin()

        return asyncio.run_coroutine_threadsafe(whole(), self.loop).result(PATIENCE)

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; what the page writes as an error meanwhile is kept."""
        number = next(self.numbers)
        message = json.dumps({"id": number, "method": method, "params": params})
        self._wait(lambda: self.socket.write_message(message))
        while True:
            answer = json.loads(self._wait(self.socket.read_message))
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] == "error":
                self.errors.append(answer["params"]["text"])
            if answer.get("id") == number:
                if answer["type"] == "error":
                    raise RuntimeError(answer["message"])
                return answer["result"]

    def goto(self, url: str) -> None:
        for place in ("about:blank", url):  # to where it is already it would only say that it goes
            self.command("browsingContext.navigate", context=self.context, url=place, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression, which may be a promise, as plain data."""
        text = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        target = {"context": self.context}
        result = self.command("script.evaluate", expression=text, target=target, awaitPromise=True)
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def picture(self) -> bytes:
        return base64.b64decode(self.command("browsingContext.captureScreenshot", context=self.context)["data"])

    def close(self) -> None:
        self.command("session.end")
        self.loop.call_soon_threadsafe(self.socket.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()
        self.program.close()


class WebKit:
    """WebKit in a window that nobody sees, driven by WebDriver."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self.screen = Program("Xvfb", "-displayfd", "1", "-screen", "0", "1920x1280x24", "-nolisten", "tcp")
        display = ":" + self.screen.says(r"^(\d+)$")
        quiet = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}
        self.port = free_port()
        self.program = Program(
            "WebKitWebDriver", f"--port={self.port}", DISPLAY=display, HOME=str(folder), GDK_BACKEND="x11", **quiet
        )
        self.errors: list[str] = []
        options = {"binary": str(MINI_BROWSERS[0]), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self.session = ""
        self.session = f"/session/{self._first('POST', '/session', wanted)['sessionId']}"
        self.command("POST", "/window/rect", {"width": width, "height": height, "x": 0, "y": 0})
        frame = height - self.evaluate("innerHeight")  # the window has a bar of its own
        self.command("POST", "/window/rect", {"width": width, "height": height + frame})
        self.command("POST", "/timeouts", {"script": int(1000 * PATIENCE)})

    def _first(self, *request: Any) -> Any:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.command(*request)
            except OSError:  # it does not listen yet
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def command(self, method: str, path: str, body: Any = None) -> Any:
        """Send a command and return its value."""
        data = None if body is None else json.dumps(body).encode()
        url = f"http://127.0.0.1:{self.port}{self.session}{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            with problem:
                raise RuntimeError(problem.read().decode()) from problem

    def goto(self, url: str) -> None:
        self.command("POST", "/url", {"url": url})
        self.evaluate(
            "window.seen_errors = [], addEventListener('error', ({ message }) => seen_errors.push(message)), "
            "addEventListener('unhandledrejection', ({ reason }) => seen_errors.push(String(reason)))"
        )

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression, which may be a promise, as plain data."""
        script = (
            f"const done = arguments[0]; Promise.resolve({expression}).then((v) => done(JSON.stringify(v ?? null)))"
        )
        value = json.loads(self.command("POST", "/execute/async", {"script": script, "args": []}))
        self.errors = json.loads(
            self.command(
                "POST", "/execute/sync", {"script": "return JSON.stringify(window.seen_errors ?? [])", "args": []}
            )
        )
        return value

    def picture(self) -> bytes:
        return base64.b64decode(self.command("GET", "/screenshot"))

    def close(self) -> None:
        self.command("DELETE", "")
        self.program.close()
        self.screen.close()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
