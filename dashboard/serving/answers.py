"""What is answered over HTTP: the page, its files, how the server is; and to everything else, no."""

from __future__ import annotations

import gzip
import json
import os
import time
from html import escape
from typing import Any

from bokeh.util.token import generate_jwt_token, generate_session_id
from tornado.web import RequestHandler

from dashboard.serving import hosts
from dashboard.serving.limits import EMBEDDED_IN, RETRY, TOKEN
from dashboard.serving.site import ServerState
from dashboard.words import preferred, translated
from model.sentences import say

SOON = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta http-equiv="refresh" content="{seconds}">
<title>{title}</title><meta name="viewport" content="width=device-width, initial-scale=1"><style>
body {{ font: 18px/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 34em; padding: 0 1em; }}
:root {{ color-scheme: light dark; }}
</style></head><body><h1>{title}</h1><p role="status">{sentence}</p></body></html>
"""
NOTHING_HERE, NO_SUCH_PAGE = say("Nothing here"), say("This server has no such page.")
JUST_A_MOMENT = say("Just a moment")
FOREVER = "public, max-age=31536000, immutable"


def security(host: str) -> dict[str, str]:
    """Return the headers that every answer carries: nothing but our own files runs, and nobody else frames the page.

    Bokeh writes style elements, and compiles the code of its own callbacks; no script from elsewhere or in the page can
    hand it any. WebKit does not take a websocket of the same host for `self`, so it is named.
    """
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; "
            f"font-src 'self' data:; connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; "
            f"frame-ancestors {EMBEDDED_IN}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


FAST = 1  # level of compression, for what is compressed for each visitor


class Guarded(RequestHandler):
    """A handler that checks first which host is asked for, and whether there is time for an answer."""

    COST = 1.0  # in requests for a file
    WORTH_WAITING = False  # whether what was held back is answered after all

    def initialize(self, state: ServerState, **ignored: Any) -> None:
        """Take the state that all handlers share."""
        self.state = state

    def set_default_headers(self) -> None:
        """Say how every answer may be used, errors included, and do not name the server and its version."""
        self.clear_header("Server")
        for name, value in security(self.request.headers.get("Host", "")).items():
            self.set_header(name, value)

    async def prepare(self) -> None:
        """Refuse a foreign host, and hold back a flood."""
        connection: Any = self.request.connection  # tornado promises less than it has
        arrived_at = connection.stream.socket.getsockname()
        host = self.request.headers.get("Host", "")
        address = arrived_at[0] if isinstance(arrived_at, tuple) else ""
        if not hosts.allowed(host, address, self.state.hosts):
            self.refuse(
                403, say("Not this server"),
                say("This server does not answer to the name in your address. Its operator can allow it: "
                    "--allow-websocket-origin=NAME:PORT."),
            )  # fmt: skip
            return
        if not self.state.gate.passes(str(self.request.remote_ip), self.COST):
            self.set_header("Connection", "close")
            held = await self.state.gate.hold()
            if held and self.WORTH_WAITING:
                return
            if held:
                self.busy(say("Too many requests at once. This page tries again by itself."))
            else:
                self.set_status(503)
                self.finish()

    def language(self) -> str:
        """Return the language of the answer: that of the address, or else of the browser."""
        asked = self.request.query_arguments.get("lang", [b""])[-1]
        return preferred(self.request.headers.get("Accept-Language", ""), asked.decode(errors="replace"))

    def busy(self, sentence: str, seconds: int = RETRY, title: str = JUST_A_MOMENT) -> None:
        """Answer that it is too early or too full, with a page that tries again by itself."""
        self.set_header("Retry-After", str(seconds))
        self.refuse(503, title, sentence, seconds)

    def refuse(self, status: int, title: str, sentence: str, seconds: int = 86400) -> None:
        """Answer with a sentence instead of what was asked for."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        language = self.language()
        title, sentence = (escape(translated(each, language)) for each in (title, sentence))
        page = SOON.format(language=language, seconds=seconds, title=title, sentence=sentence)
        self.finish(page if seconds < 86400 else page.replace('<meta http-equiv="refresh" content="86400">', ""))

    def write_error(self, status_code: int, **details: Any) -> None:
        """Answer an error without its details; they are in the log."""
        sentence = say("The server could not answer this.") if status_code >= 500 else NO_SUCH_PAGE
        self.refuse(status_code, say("Sorry"), sentence)

    def compute_etag(self) -> None:
        """Return no checksum of the content: what browsers may keep has an address of its own."""
        return


class Nothing(Guarded):
    """The answer to every address that is not served."""

    async def prepare(self) -> None:
        """Answer, whatever the method, that there is nothing here."""
        await super().prepare()
        if not self._finished:
            self.refuse(404, NOTHING_HERE, NO_SUCH_PAGE)


class Elsewhere(Guarded):
    """The answer to other addresses of the page: it leads to the page."""

    def initialize(self, state: ServerState, to: str = "", **ignored: Any) -> None:
        """Take the address to lead to, relative to the one that is asked for."""
        super().initialize(state)
        self.to = to

    def get(self, *ignored: str) -> None:
        """Redirect to the page, and keep the query."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(self.to + query)


class ThePage(Guarded):
    """The page: the same for everyone but for its language, a token, and the theme that its address asks for."""

    COST = 5.0  # a token is signed for each

    def get(self) -> None:
        """Hand out the page, or say why it is not there yet."""
        state = self.state
        files = state.preparation.files
        if files is None:
            self.busy(
                say("The page is being prepared: {step}. It opens by itself.", step=state.preparation.step),
                2, say("Almost ready"),
            )  # fmt: skip
            return
        if state.full():
            state.turned_away += 1
            self.busy(
                say("The server is full. This page tries again by itself, and opens as soon as somebody leaves."),
                RETRY, say("All seats are taken"),
            )  # fmt: skip
            return
        before, between, after = files.html[self.language()]
        asked = self.get_query_argument("theme", "")
        theme = asked if asked in ("light", "dark") else ""  # the one of the visitor's system
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        page = f"{before}{theme}{between}{token(state.key)}{after}".encode()
        self.set_header("Vary", "Accept-Encoding, Accept-Language")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):  # nothing of an address stands beside the token
            self.set_header("Content-Encoding", "gzip")
            page = gzip.compress(page, FAST, mtime=0)
        self.finish(page)

    head = get


def token(key: bytes) -> str:
    """Return a token for one websocket: a fresh session's id and a time, signed."""
    return generate_jwt_token(generate_session_id(key, signed=True), key, signed=True, expiration=TOKEN)


class TheFiles(Guarded):
    """The files of the page; their addresses change with their content."""

    WORTH_WAITING = True  # a page that misses one of them would stay dead

    def get(self, folder: str, name: str) -> None:
        """Hand out a file, compressed where the browser takes it."""
        file = self.state.preparation.file(folder, name)
        if file is None:
            self.refuse(404, NOTHING_HERE, say("This server has no such file; load the page again."))
            return
        zipped = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if zipped:
            self.set_header("Content-Encoding", "gzip")
        self.set_header("Vary", "Accept-Encoding")
        self.set_header("Cache-Control", FOREVER)
        self.set_header("Content-Type", file.kind)
        self.finish(file.zipped if zipped else file.plain)


class Health(Guarded):
    """The state of the server, for whoever runs it."""

    WORTH_WAITING = True  # during a flood it is asked for most

    def get(self) -> None:
        """Answer in JSON, with status 200 when visitors are answered and 503 before."""
        state = self.state
        ready = state.preparation.answering
        self.set_status(200 if ready else 503)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "application/json")
        self.finish(
            json.dumps({
                "state": "ready" if ready else f"preparing {state.preparation.step}", "process": os.getpid(),
                "up_s": round(time.monotonic() - state.pulse.begun, 1), **state.pulse.read(),
                "visitors": len(state.visitors), "room_for": state.room, "waiting": state.waiting(),
                "turned_away": state.turned_away, "rooms": len(state.rooms.open),
                "cpu_s": round(sum(os.times()[:2]), 2),
            })
        )  # fmt: skip
