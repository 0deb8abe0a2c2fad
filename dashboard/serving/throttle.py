"""How a room tells its members something: the newest of each kind, for a share of the time of a processor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from dashboard.serving.limits import SHARE

if TYPE_CHECKING:
    from dashboard.serving.member import Member

AT_ONCE = 25  # members that are sent something before others have their turn


class Throttle:
    """How much of the processor's time all rooms together may take for telling their members."""

    def __init__(self) -> None:
        self._rooms = 0  # that tell something now, or have to rest after it

    async def in_turns(self, members: Iterable[Member], least: float, spent: float = 0.0) -> None:
        """Send members what is new, and wait until a next time is due: many of them take no more than a share of it.

        `spent` is the time [s] that was needed to find out what is new; it counts as well.
        """
        waiting = list(members)
        self._rooms += 1
        try:
            for start in range(0, len(waiting), AT_ONCE):
                begun = time.thread_time()
                for member in waiting[start : start + AT_ONCE]:
                    member.flush()
                spent += time.thread_time() - begun
                await asyncio.sleep(0)
            await asyncio.sleep(max(least, self._rooms * spent / SHARE))
        finally:
            self._rooms -= 1


class News:
    """The newest about one thing, told to everybody; what comes while it is told takes the place of what waits.

    Parameters
    ----------
    throttle : Throttle
        That of all rooms.
    about : str
        What it is about.
    everybody : callable
        Returns who is to be told.
    least : float
        Time between two tellings [s], at least.
    """

    def __init__(self, throttle: Throttle, about: str, everybody: Callable[[], list[Member]], least: float) -> None:
        self._throttle, self._about, self._everybody, self._least = throttle, about, everybody, least
        self._told = self.newest = b""
        self._telling: asyncio.Future | None = None

    @property
    def busy(self) -> bool:
        """Whether some have not been told yet, or the rest after it is not over."""
        return self._telling is not None

    def tell(self, data: bytes, spent: float = 0.0) -> None:
        """Tell everybody, now or as soon as it is time; finding it out has taken so long [s]."""
        self.newest = data
        if not self.busy:
            self._tell(spent)

    def _tell(self, spent: float) -> None:
        self._told, everybody = self.newest, self._everybody()
        for member in everybody:
            member.note(self._about, self._told)
        self._telling = asyncio.ensure_future(self._throttle.in_turns(everybody, self._least, spent))
        self._telling.add_done_callback(self._rested)

    def _rested(self, telling: asyncio.Future) -> None:
        self._telling = None
        if not telling.cancelled() and self.newest != self._told:
            self._tell(0.0)
