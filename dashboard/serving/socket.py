"""A visitor's websocket: who may open one, how fast it is read, how it is written to."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from bokeh.util.token import check_token_signature, get_session_id, get_token_payload
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from dashboard.serving import hosts
from dashboard.serving.answers import Guarded
from dashboard.serving.flood import Bucket
from dashboard.serving.invitation import painted
from dashboard.serving.limits import MESSAGES, PICTURE, PINGS
from dashboard.serving.log import log_visitor, trouble
from dashboard.serving.member import ABOUT_A_ROOM, Member
from dashboard.serving.site import ServerState
from model.sentences import say

PROTOCOL = "expif"
EARLY = 8  # messages about rooms that are kept until the program is loaded


class Socket(Guarded, WebSocketHandler):
    """The websocket of one page; its session is its own and ends with it."""

    def initialize(self, state: ServerState, **ignored: Any) -> None:
        """Take the state that all handlers share."""
        super().initialize(state)
        self.visitor: Any = None
        self._bucket, self._pings = Bucket(*MESSAGES), Bucket(*PINGS)
        self._sent_at: float | None = None
        self._early: str | None = None  # a wish from before the program was loaded, and what was said about a room
        self._early_about_a_room: deque[str] = deque(maxlen=EARLY)

    async def prepare(self) -> None:
        """Let in pages of this server, once for each that was handed out, while there is room."""
        await super().prepare()
        if self._finished:
            return
        if self.state.full():
            self.busy(say("The server is full."))
        elif not self._redeem():
            self.refuse(
                403, say("Not this page"),
                say("This token is none of this server's, too old, or used; load the page."),
            )  # fmt: skip

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
            self.refuse(403, say("Not a page"), say("A websocket is opened by a page of this server."))
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
        self.member = Member(self.state.rooms, self)
        self.visitor = self._visitor()
        if self._early is not None:
            self.visitor.wish(self._early)
        for message in self._early_about_a_room:
            self._about_a_room(message)

    def _visitor(self) -> Any:
        from dashboard.serving.visitor import Visitor

        visitor = Visitor(self.state.turns, self.send, self._dismiss, asyncio.get_running_loop())
        visitor.pictured = self.pictured
        return visitor

    def on_message(self, message: str | bytes) -> asyncio.Future | None:
        """Take a wish; who sends too many is read more slowly, which slows the sender down and nobody else."""
        if not isinstance(message, str):
            self._dismiss("A message is text.")
            return None
        work = self._take(message)
        overdrawn = self._bucket.take()
        if overdrawn:
            return asyncio.gather(asyncio.sleep(min(overdrawn, 1.0)), *([work] if work else []))
        return work

    def _take(self, message: str) -> asyncio.Future | None:
        about_a_room = message.startswith(ABOUT_A_ROOM)
        if self.visitor is None:
            if about_a_room:
                self._early_about_a_room.append(message)
            else:
                self._early = message
            return None
        if about_a_room:
            return self._about_a_room(message)
        self.member.let_go()  # a page that follows wishes nothing: it goes on alone
        self.visitor.wish(message)
        return None

    def _about_a_room(self, message: str) -> asyncio.Future | None:
        try:
            work = self.member.take(message)
        except (ValueError, RecursionError) as error:
            self._dismiss(str(error))
            return None
        return None if work is None else asyncio.ensure_future(self._unharmed(work))

    async def _unharmed(self, work: Awaitable[None]) -> None:
        """Wait for what a message has begun; whatever goes wrong in it ends this connection only."""
        try:
            await work
        except Exception as error:
            trouble("a message about a room was not handled", error)
            self._dismiss("The server could not handle this message.")

    def on_ping(self, data: bytes) -> None:
        """Count a ping or a pong, which tornado answers itself: who sends many is cut off."""
        if self._pings.take() and self.ws_connection is not None:
            log_visitor(self.address, "a connection is closed: too many pings")
            connection: Any = self.ws_connection  # tornado promises less than it has
            connection.stream.close()  # at once: until a page agrees to be closed, all that it sends is read

    on_pong = on_ping

    def on_close(self) -> None:
        """End the session; nothing of it is kept."""
        self.state.leave(self)
        if self.visitor is not None:
            self.visitor.leave()
            self.member.leave()

    # -- what a member of a room needs of its connection -----------------------------------------------------------
    @property
    def address(self) -> str:
        """Where the page is."""
        return str(self.request.remote_ip)

    def charge(self, messages: float) -> None:
        """Count a message as some more."""
        self._bucket.take(messages)

    async def pictured(self, link: Any) -> str:
        """Return a picture of a link; nothing for who asks for too many."""
        return await painted(link) if self.state.gate.passes(self.address, PICTURE) else ""

    def stand_aside(self) -> None:
        """Forget what the page had asked for, and what it was sent: it follows."""
        self.visitor.leave()
        self.visitor = self._visitor()

    def tell_choices(self, taker: Callable[[dict[str, Any]], None]) -> None:
        """Tell from now on what the page has chosen."""
        self.visitor.leads = taker

    def unread_since(self) -> float | None:
        """Return when a frame was sent that the browser has not taken yet; None where it has taken all."""
        return self._sent_at

    def hang_up(self) -> None:
        """End the connection of a browser that does not read: what waits for it fills the memory."""
        log_visitor(self.address, "a browser does not read its answers; its connection is closed")
        self.close(1008, "Answers were not read.")

    def send(self, frame: bytes) -> asyncio.Future:
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
        log_visitor(self.address, f"a connection is closed: {reason}")
        self.close(1008, reason[:100])
