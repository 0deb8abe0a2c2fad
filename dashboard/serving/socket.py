"""A visitor's websocket: who may open one, how fast it is read, how it is written to."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from bokeh.util.token import check_token_signature, get_session_id, get_token_payload
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from dashboard.serving import hosts
from dashboard.serving.answers import Guarded
from dashboard.serving.flood import Bucket
from dashboard.serving.limits import MESSAGES
from dashboard.serving.log import log_visitor
from dashboard.serving.site import ServerState

PROTOCOL = "expif"


class Socket(Guarded, WebSocketHandler):
    """The websocket of one page; its session is its own and ends with it."""

    def initialize(self, state: ServerState, **ignored: Any) -> None:
        """Take the state that all handlers share."""
        super().initialize(state)
        self.visitor: Any = None
        self._bucket = Bucket(*MESSAGES)
        self._sent_at: float | None = None
        self._early: str | None = None  # a wish from before the program was loaded

    async def prepare(self) -> None:
        """Let in pages of this server, once for each that was handed out, while there is room."""
        await super().prepare()
        if self._finished:
            return
        if self.state.full():
            self.busy("The server is full.")
        elif not self._redeem():
            self.refuse(403, "Not this page", "This token is none of this server's, too old, or used; load the page.")

    def _redeem(self) -> bool:
        """Return whether the page shows a fresh token; from now on it is used."""
        offered = [each.strip() for each in self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        if len(offered) != 2 or offered[0] != PROTOCOL:
            return False
        token, state = offered[1], self.state
        try:
            if not check_token_signature(token, state.key, signed=True):
                return False
            return state.redeem(get_session_id(token), float(get_token_payload(token)["session_expiry"]))
        except Exception:  # whatever was sent as a token
            return False

    def check_origin(self, origin: str) -> bool:
        """Return whether a page of this server asks; a script that sends no origin is no page."""
        return hosts.same_origin(origin, self.request.headers.get("Host", ""), self.state.hosts)

    async def get(self, *arguments: Any, **named: Any) -> None:
        """Open the websocket; tornado lets a missing origin pass."""
        if not self.request.headers.get("Origin"):
            self.refuse(403, "Not a page", "A websocket is opened by a page of this server.")
            return
        await WebSocketHandler.get(self, *arguments, **named)

    def select_subprotocol(self, offered: list[str]) -> str | None:
        """Answer in our protocol."""
        return PROTOCOL

    def open(self, *arguments: str, **named: str) -> None:
        """Begin a session."""
        self.set_nodelay(True)  # Nagle's algorithm holds small messages back for about 40 ms
        self.state.arrive(self)

    def begin(self) -> None:
        """Begin to answer, once the program is loaded."""
        from dashboard.serving.visitor import Visitor

        loop = asyncio.get_running_loop()
        self.visitor = Visitor(self.state.turns, self._send, self._dismiss, loop)
        if self._early is not None:
            self.visitor.wish(self._early)

    def on_message(self, message: str | bytes) -> asyncio.Task | None:
        """Take a wish; who sends too many is read more slowly, which slows the sender down and nobody else."""
        if not isinstance(message, str):
            self._dismiss("A message is text.")
            return None
        if self.visitor is None:
            self._early = message
        else:
            self.visitor.wish(message)
        overdrawn = self._bucket.take()
        return asyncio.ensure_future(asyncio.sleep(min(overdrawn, 1.0))) if overdrawn else None

    def on_close(self) -> None:
        """End the session; nothing of it is kept."""
        self.state.leave(self)
        if self.visitor is not None:
            self.visitor.leave()

    def unread_since(self) -> float | None:
        """Return when a frame was sent that the browser has not taken yet; None where it has taken all."""
        return self._sent_at

    def hang_up(self) -> None:
        """End the connection of a browser that does not read: what waits for it fills the memory."""
        log_visitor(str(self.request.remote_ip), "a browser does not read its answers; its connection is closed")
        self.close(1008, "Answers were not read.")

    def _send(self, frame: bytes) -> asyncio.Future:
        """Send a frame; return a future that is done when the socket has taken it."""
        self.state.pulse.count()
        self._sent_at = time.monotonic()
        try:
            taken = self.write_message(frame, binary=True)
        except WebSocketClosedError as closed:
            taken = asyncio.get_running_loop().create_future()
            taken.set_exception(closed)
        taken.add_done_callback(self._taken)
        return taken

    def _taken(self, future: asyncio.Future) -> None:
        """Note that the socket has taken the last frame."""
        self._sent_at = None
        if not future.cancelled():
            future.exception()  # it has left; on_close says so

    def _dismiss(self, reason: str) -> None:
        """Close the connection, and write into the log why."""
        log_visitor(str(self.request.remote_ip), f"a connection is closed: {reason}")
        self.close(1008, reason[:100])
