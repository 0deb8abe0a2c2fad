"""What all connections of one process share, and how a process starts, stands and stops."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from typing import TYPE_CHECKING

from dashboard.serving import invitation
from dashboard.serving.flood import Gate, Share
from dashboard.serving.limits import EXPORTS, EXPORTS_OF_ADDRESS, FILES, UNREAD, UNSENT, VISITORS
from dashboard.serving.preparation import Preparation
from dashboard.serving.pulse import Pulse
from dashboard.serving.rooms import Rooms
from dashboard.serving.turns import Turns

if TYPE_CHECKING:
    from dashboard.serving.socket import Socket

log = logging.getLogger("dashboard")
STOPS = (signal.SIGTERM, signal.SIGINT)
SWITCH = 0.0005  # s after which a thread that computes lets the event loop have the interpreter
WATCH = 0.3  # s between two looks at whether the process that started this one is still there
GRACE = 0.3  # s for the last answers
ENDS_WITH_PARENT = os.environ.get("EXPIF_ENDS_WITH_PARENT") == "yes"  # set by a notebook that starts a server
LAST_RESORT = 2.0  # s after which the process ends whatever still runs


class ServerState:
    """What all connections of one process share.

    Parameters
    ----------
    hosts : collection of str
        Further hosts that this server answers to.
    key : bytes
        What tokens are signed with; the same in all processes of a server.
    """

    def __init__(self, hosts: Collection[str], key: bytes) -> None:
        self.hosts, self.key, self.room = hosts, key, VISITORS
        self.gate, self.pulse, self.turns = Gate(), Pulse(), Turns()
        self.rooms = Rooms(self.turns, self.gate)
        self.visitors: set[Socket] = set()
        self.turned_away = 0
        self.exports = Share(EXPORTS, EXPORTS_OF_ADDRESS)  # files that are being made
        self.unsent = Share(*(mebibytes * 2**20 for mebibytes in UNSENT))  # bytes of those that are made
        self._used: OrderedDict[str, float] = OrderedDict()  # sessions that have had their websocket, and their expiry
        self.preparation = Preparation(self._ready)

    # -- visitors ------------------------------------------------------------------------------------------------
    def full(self) -> bool:
        """Return whether there is no room for one more."""
        return len(self.visitors) >= self.room

    def waiting(self) -> int:
        """Return how many visitors wait for an answer."""
        return self.turns.waiting

    def redeem(self, session: str, expiry: float) -> bool:
        """Return whether a session may have its one websocket now."""
        now = time.time()
        while self._used and next(iter(self._used.values())) < now:
            self._used.popitem(last=False)
        if expiry < now or session in self._used:
            return False
        self._used[session] = expiry
        return True

    def arrive(self, socket: Socket) -> None:
        """Take in a visitor, and begin to answer if the program is ready."""
        self.visitors.add(socket)
        if self.preparation.answering:
            socket.begin()

    def leave(self, socket: Socket) -> None:
        """Forget a visitor."""
        self.visitors.discard(socket)

    # -- a process -----------------------------------------------------------------------------------------------
    def start(self, url: str | None, number: int | None) -> None:
        """Start on the event loop.

        Parameters
        ----------
        url : str or None
            The address to tell when the page is ready; None if another process tells it.
        number : int or None
            Which of several processes this is, counted from 0; None if it is the only one.
        """
        self._url = url
        self._loop = asyncio.get_running_loop()
        self._beat = self._loop.create_task(self.pulse.beat())
        self._sweep()
        self.rooms.start(number or 0)
        sys.setswitchinterval(SWITCH)
        allow_many_connections()
        self.turns.start()
        self.preparation.start()
        if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
            for each in STOPS:  # Bokeh's own way fails where nobody reads the log
                self._loop.add_signal_handler(each, self.stop)
        if number is not None or ENDS_WITH_PARENT:
            self._watch(os.getppid())

    def _sweep(self) -> None:
        """Hang up, now and then, on browsers that do not read what they are sent."""
        now = time.monotonic()
        for socket in list(self.visitors):
            since = socket.unread_since()
            if since is not None and now - since > UNREAD:
                socket.hang_up()
        self._loop.call_later(UNREAD / 10, self._sweep)

    def _ready(self) -> None:
        """Answer those who have come meanwhile; called by the thread that prepares."""
        self._loop.call_soon_threadsafe(self._welcome)

    def _welcome(self) -> None:
        """Say that the page is ready, and begin to answer those who have come meanwhile."""
        if self._url:
            invitation.tell(self._url)
        for socket in list(self.visitors):
            if socket.visitor is None:
                socket.begin()

    def _watch(self, parent: int) -> None:
        """Stop when the process that started this one is gone: nobody else would."""
        if os.getppid() != parent:
            self.stop()
        else:
            self._loop.call_later(WATCH, self._watch, parent)

    def stop(self) -> None:
        """Say goodbye and end within seconds, whatever still computes, and whether or not anybody reads the log."""
        last = threading.Timer(LAST_RESORT, os._exit, (0,))
        last.daemon = True
        last.start()
        for socket in list(self.visitors):
            socket.close(1001, "The server stops.")
        self._loop.call_later(GRACE if self.visitors else 0.0, self._loop.stop)


def end_when_told() -> None:
    """Let this process end at once when it is told to, as long as it serves nobody itself.

    That is a process that has started others, which see that it is gone; the first one of a container would otherwise
    not even listen.
    """
    if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
        for each in STOPS:
            signal.signal(each, lambda *ignored: os._exit(0))


def allow_many_connections() -> None:
    """Raise the number of connections this process may hold; systems start with as few as 256."""
    if sys.platform == "win32":  # there is no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError) as problem:
            log.warning("This process may hold %d connections only (%s).", soft, problem)
