"""How the event loop is: how long it stood still, and how many updates were sent."""

from __future__ import annotations

import asyncio
import time
from collections import deque

EVERY = 0.02  # s
STALL = 0.03  # s; standing still for longer is told
WINDOW = 10  # s that the figures look back


class Pulse:
    """A beat on the event loop, which is late by as long as something holds the loop up."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self._updates = 0
        self._past: deque[tuple[float, int]] = deque(maxlen=WINDOW + 1)
        self._worst: deque[float] = deque([0.0], maxlen=WINDOW)  # of each second, the last one still running
        self._last_stall: tuple[float, float] | None = None

    def count(self) -> None:
        """Count an update."""
        self._updates += 1

    async def beat(self) -> None:
        """Beat for as long as the loop runs."""
        while True:
            due = time.monotonic() + EVERY
            await asyncio.sleep(EVERY)
            now = time.monotonic()
            late = now - due
            if late > STALL:
                self._last_stall = late, now
            self._worst[-1] = max(self._worst[-1], late)
            if not self._past or now - self._past[-1][0] >= 1.0:
                self._past.append((now, self._updates))
                self._worst.append(0.0)

    def read(self) -> dict[str, float | int | None]:
        """Return the updates in all, and over the last ten seconds: updates per second, longest standstill [ms]."""
        rate = 0.0
        if len(self._past) > 1:
            (then, before), (now, after) = self._past[0], self._past[-1]
            rate = (after - before) / (now - then)
        stall = self._last_stall
        return {
            "updates": self._updates, "updates_per_s": round(rate, 1),
            "last_stall_ms": None if stall is None else round(1e3 * stall[0], 1),
            "last_stall_ago_s": None if stall is None else round(time.monotonic() - stall[1], 1),
            "longest_stall_ms": round(1e3 * max(self._worst), 1),
        }  # fmt: skip
