"""What the processes of a server tell each other: datagrams over sockets that are made before the processes part.

Nothing is promised: a message that cannot be taken now waits, a newer one about the same takes its place, and whoever
uses this says everything again from time to time. So a process may die and be started again at any moment.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

ROOM_FOR = 256 * 1024  # bytes that may be under way to one process; some systems allow 2 kB a message unless asked
AGAIN = 0.02  # s after which a message that could not be taken is offered again
AT_ONCE = 100  # messages that are read before others have their turn


class Between:
    """The other processes of this server.

    Parameters
    ----------
    processes : int
        How many there will be; must be known before they are started. With one there is nobody to talk to.
    """

    def __init__(self, processes: int = 1) -> None:
        self._ends: list[tuple[socket.socket, socket.socket]] = []  # (where a process reads, where the others write)
        self._waiting: list[dict[str, bytes]] = [{} for _ in range(processes)]
        self._timer: asyncio.TimerHandle | None = None
        self.me = 0
        for _ in range(processes if processes > 1 else 0):
            reading, writing = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            for end, option in ((reading, socket.SO_RCVBUF), (writing, socket.SO_SNDBUF)):
                end.setblocking(False)
                end.setsockopt(socket.SOL_SOCKET, option, ROOM_FOR)
            self._ends.append((reading, writing))

    def listen(self, me: int, heard: Callable[[bytes], None]) -> None:
        """Begin, on the event loop of process number `me`."""
        self.me, self._heard = me, heard
        if self._ends:
            asyncio.get_running_loop().add_reader(self._ends[me][0].fileno(), self._read)

    def tell(self, about: str, message: bytes) -> None:
        """Tell all others something; it takes the place of what waits about the same."""
        for waiting, (_, writing) in zip(self._waiting, self._ends, strict=False):
            if writing is not self._ends[self.me][1]:
                waiting[about] = message
        self._write()

    def close(self) -> None:
        """Talk and listen no more."""
        if self._ends:
            asyncio.get_running_loop().remove_reader(self._ends[self.me][0].fileno())
        for end in (end for ends in self._ends for end in ends):
            end.close()

    def _write(self) -> None:
        for waiting, (_, writing) in zip(self._waiting, self._ends, strict=False):
            while waiting:
                about = next(iter(waiting))
                try:
                    writing.send(waiting[about])
                except OSError:  # it is busy, or being started again
                    break
                del waiting[about]
        if any(self._waiting) and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(AGAIN, self._again)

    def _again(self) -> None:
        self._timer = None
        self._write()

    def _read(self) -> None:
        for _ in range(AT_ONCE):
            try:
                message = self._ends[self.me][0].recv(ROOM_FOR)
            except OSError:
                return
            self._heard(message)
