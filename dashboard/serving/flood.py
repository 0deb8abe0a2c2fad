"""How fast somebody may ask, and how much one may hold.

A bucket fills at a steady rate, and every request takes one from it; a share is given back.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict

from dashboard.serving.limits import ALL_REQUESTS, MOST_ADDRESSES, MOST_WAITING, REQUESTS


class Bucket:
    """A bucket that lets through `rate` requests a second on average, and `size` at once."""

    def __init__(self, rate: float, size: float) -> None:
        self._rate, self._size = rate, size
        self._left, self._seen = size, time.monotonic()

    def take(self, cost: float = 1.0) -> float:
        """Take what something costs; return for how many seconds the bucket is overdrawn, 0 where it is not."""
        now = time.monotonic()
        self._left = min(self._size, self._left + (now - self._seen) * self._rate) - cost
        self._seen = now
        if self._left >= 0.0:
            return 0.0
        self._left = max(self._left, -self._size)
        return -self._left / self._rate


class Share:
    """How much of something is held at a time: no more than `most` by all, and `of_address` by one address."""

    def __init__(self, most: float, of_address: float) -> None:
        self._most, self._of_address = most, of_address
        self._held: Counter[str] = Counter()

    def take(self, address: str, amount: int = 1) -> bool:
        """Take so much, if there is so much left; return whether there was."""
        if self._held.total() + amount > self._most or self._held[address] + amount > self._of_address:
            return False
        self._held[address] += amount
        return True

    def give(self, address: str, amount: int = 1) -> None:
        """Give so much back."""
        self._held[address] -= amount
        self._held = +self._held  # nothing is kept of who holds nothing


class Gate:
    """A gate that keeps a flood of requests from the visitors who are inside.

    Who asks too much is answered late and briefly: the delay costs this server nothing, and makes a script that waits
    for its answers a slow one.
    """

    DELAY = 1.0  # s

    def __init__(self) -> None:
        self._all = Bucket(*ALL_REQUESTS)
        self._addresses: OrderedDict[str, Bucket] = OrderedDict()
        self._waiting = 0

    def passes(self, address: str, cost: float) -> bool:
        """Return whether a request from this address may be answered now, given what it costs."""
        bucket = self._addresses.setdefault(address, Bucket(*REQUESTS))
        self._addresses.move_to_end(address)
        if len(self._addresses) > MOST_ADDRESSES:
            self._addresses.popitem(last=False)
        return bucket.take(cost) == 0.0 and self._all.take(cost) == 0.0

    async def hold(self) -> bool:
        """Make a request wait that may not pass; return False where too many wait already."""
        if self._waiting >= MOST_WAITING:
            return False
        self._waiting += 1
        try:
            await asyncio.sleep(self.DELAY)
        finally:
            self._waiting -= 1
        return True
