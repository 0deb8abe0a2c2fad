"""Plays visitors against a running server: real sessions that pace their messages as the page does."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import urlopen

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.websocket import websocket_connect

PATIENCE, MOST_PATIENCE = 0.15, 1.0  # s; as in dashboard/browser/link.js
EVENT = 1 / 60  # s between two values of a slider that is dragged
DRAG = (1.0, 3.0)  # s
PAUSE = (0.3, 1.0)  # s between two drags
LOST = 10.0  # s after which an answer counts as lost
SLIDERS = {"I": (3.0, 18.0, 0.01), "delta_T": (1.0, 6.0, 0.01), "V_T": (-62.0, -55.0, 0.1), "tau": (5.0, 25.0, 0.1)}


@dataclass
class Tally:
    """What the crowd has seen; times in ms."""

    opened: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    updates: int = 0
    lost: int = 0
    errors: int = 0

    def line(self, seconds: float) -> dict[str, float | int | None]:
        """Return what ends the benchmark."""
        return {
            "open_ms_p50": percentile(self.opened, 50), "last_ms_p50": percentile(self.last, 50),
            "last_ms_p95": percentile(self.last, 95), "updates_per_s": round(self.updates / seconds, 1),
            "lost": self.lost, "errors": self.errors,
        }  # fmt: skip


def percentile(values: list[float], percent: float) -> float | None:
    """Return a percentile; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))], 1)


def health(url: str) -> dict:
    """Ask the server how it is."""
    with urlopen(f"{url}/health", timeout=60) as answer:
        return json.load(answer)


class Visitor:
    """One session: opens the page, keeps one message under way, and remembers when it was answered."""

    def __init__(self, url: str, tally: Tally) -> None:
        self.url, self.tally = url, tally
        self.seq = self.confirmed = 0
        self.wanted: dict[str, tuple[float, int]] = {}
        self.answered = asyncio.Event()
        self.patience, self.under_way, self.retry = PATIENCE, 0, None

    async def open(self) -> None:
        """Open the page and its websocket, and wait for the first answer."""
        begun = time.perf_counter()
        client = AsyncHTTPClient()
        while True:
            try:
                page = (await client.fetch(f"{self.url}/dashboard", request_timeout=120)).body.decode()
                break
            except HTTPClientError as refused:
                if refused.code != 503:
                    raise
                await asyncio.sleep(2)
        token = re.search(r'name="token" content="([^"]+)"', page)[1]
        host = urlsplit(self.url).netloc
        request = HTTPRequest(
            f"ws://{host}{urlsplit(self.url).path}/dashboard/ws", headers={"Origin": f"http://{host}"}
        )
        self.socket = await websocket_connect(request, subprotocols=["expif", token])
        self.reader = asyncio.ensure_future(self._read())
        self._send(hello="", opening=True)
        await asyncio.wait_for(self.answered.wait(), 120)
        self.tally.opened.append(1e3 * (time.perf_counter() - begun))

    async def _read(self) -> None:
        while (frame := await self.socket.read_message()) is not None:
            message = json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])
            if "answer" not in message:
                continue
            self.tally.updates += 1
            self._confirm(message["answer"]["seq"])

    def _confirm(self, seq: int) -> None:
        self.confirmed = max(self.confirmed, seq)
        self.wanted = {name: each for name, each in self.wanted.items() if not each[1] <= seq}
        if seq < self.under_way:
            return
        self.under_way, self.patience = 0, PATIENCE
        self.retry.cancel()
        self.answered.set()
        if self.wanted:
            self._send()

    def choose(self, name: str, value: float) -> None:
        """Want a value; it is sent now, or when the answer under way is here."""
        self.wanted[name] = value, 1 << 60
        self.answered.clear()
        if not self.under_way:
            self._send()

    def _send(self, **more: object) -> None:
        self.seq += 1
        self.wanted = {name: (value, min(since, self.seq)) for name, (value, since) in self.wanted.items()}
        message = {"seq": self.seq, "tab": "fi", "choose": {name: value for name, (value, _) in self.wanted.items()}}
        self.under_way = self.seq
        self.writing = asyncio.ensure_future(self._write(json.dumps(message | more)))
        if self.retry is not None:
            self.retry.cancel()
        self.retry = asyncio.get_running_loop().call_later(self.patience, self._again)

    async def _write(self, text: str) -> None:
        try:
            await self.socket.write_message(text)
        except Exception:
            self.tally.errors += 1

    def _again(self) -> None:
        self.patience = min(2 * self.patience, MOST_PATIENCE)
        if any(since > self.seq for _, since in self.wanted.values()):
            self._send()
        else:
            self.retry = asyncio.get_running_loop().call_later(self.patience, self._again)

    async def drag(self, until: float, chance: random.Random, together: bool) -> None:
        """Drag sliders until a time; after each drag wait for the answer to its last value."""
        while (now := time.perf_counter()) < until:
            name, seconds = chance.choice(list(SLIDERS)), chance.uniform(*DRAG)
            low, high, step = SLIDERS[name]
            start, begun = chance.random(), now
            while (past := time.perf_counter() - begun) < seconds:
                if together:  # everybody on the same choices, as a class that follows one lesson
                    name, (low, high, step) = "delta_T", SLIDERS["delta_T"]
                    place = abs((int(time.perf_counter() * 20) / 20) % 4 / 2 - 1)
                else:
                    place = abs((start + past / 2) % 2 - 1)
                self.choose(name, round(low + (high - low) * place, 2 if step < 0.05 else 1))
                await asyncio.sleep(EVENT)
            await self._settle()
            await asyncio.sleep(chance.uniform(*PAUSE))

    async def _settle(self) -> None:
        """Count the time from the last event to its answer."""
        begun = time.perf_counter()
        while self.wanted and time.perf_counter() - begun < LOST:
            self.answered.clear()
            try:
                await asyncio.wait_for(self.answered.wait(), LOST)
            except TimeoutError:
                break
        if self.wanted:
            self.tally.lost += 1
        else:
            self.tally.last.append(1e3 * (time.perf_counter() - begun))

    def close(self) -> None:
        """Leave."""
        if self.retry is not None:
            self.retry.cancel()
        if hasattr(self, "socket"):
            self.socket.close()


async def play(url: str, dragging: int, idle: int, seconds: float, together: bool = False) -> tuple[Tally, dict]:
    """Have a crowd open the page and drag.

    Returns
    -------
    tally : Tally
        What it has seen.
    server : dict
        Processor time of the server [ms] per opened page and per update, its longest stall [ms].
    """
    AsyncHTTPClient.configure(SimpleAsyncHTTPClient, max_clients=50)
    tally, chance = Tally(), random.Random(1)
    before = health(url)
    visitors = [Visitor(url, tally) for _ in range(dragging + idle)]
    begun = time.perf_counter()
    for opened in await asyncio.gather(*(visitor.open() for visitor in visitors), return_exceptions=True):
        if isinstance(opened, BaseException):
            tally.errors += 1
    opening, between = time.perf_counter() - begun, await asyncio.to_thread(health, url)
    there = [visitor for visitor in visitors if hasattr(visitor, "reader")]
    tally.updates = 0
    until = time.perf_counter() + seconds
    drags = (visitor.drag(until, random.Random(chance.random()), together) for visitor in there[:dragging])
    begun = time.perf_counter()
    await asyncio.gather(*drags)
    if not dragging:
        await asyncio.sleep(seconds)
    lasted, after = time.perf_counter() - begun, await asyncio.to_thread(health, url)
    for visitor in there:
        visitor.close()
    await asyncio.sleep(0.2)
    same = before["process"] == between["process"] == after["process"]
    cpu = 1e3 * (between["cpu_s"] - before["cpu_s"]), 1e3 * (after["cpu_s"] - between["cpu_s"])
    return tally, {
        "seconds": lasted, "opening_s": opening, "stall_ms": after["longest_stall_ms"],
        "cpu_ms_open": round(cpu[0] / max(len(there), 1), 1) if same else None,
        "cpu_ms_update": round(cpu[1] / max(tally.updates, 1), 2) if same and dragging else None,
    }  # fmt: skip
