"""A room: what one move of a lecturer costs the server, and when the last of those who follow has it.

`python benchmarks/room.py` starts a server for each size of class and prints the table (about a minute); with
`--followers 300` it measures one size. Half of a lesson is single moves, half is a drag at 60 events a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import secrets
import time

from classroom import start
from crowd import EVENT, Tally, Visitor, health, percentile

SIZES = (0, 1, 100, 300)
MOVES, DRAG = 20, 8.0  # single moves; s of a drag
REST = 0.4  # s between two moves
LOW, HIGH = 3.0, 18.0  # nA, between which the current is dragged


class Lecturer(Visitor):
    """Opens a room and leads it."""

    async def lead(self) -> str:
        """Open a room; return its code."""
        self.told: dict = {}
        self.heard = asyncio.Event()
        await self.socket.write_message(
            json.dumps({"room": {"lead": secrets.token_urlsafe(16)}}, separators=(",", ":"))
        )
        await asyncio.wait_for(self.heard.wait(), 30)
        return self.told["leads"]

    async def _read(self) -> None:
        while (frame := await self.socket.read_message()) is not None:
            message = json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])
            if "leads" in message.get("room", {}):
                self.told = message["room"]
                self.heard.set()
            if "answer" in message:
                self.tally.updates += 1
                self._confirm(message["answer"]["seq"])


class Follower(Visitor):
    """Follows; remembers which current it was shown last, and when. Reads no more of a frame than that takes."""

    def __init__(self, url: str, tally: Tally, seen: asyncio.Event) -> None:
        super().__init__(url, tally)
        self.current, self.at, self.frames, self.bytes, self.seen = None, 0.0, 0, 0, seen

    async def join(self, code: str) -> None:
        """Join a room, and wait for what is shown there."""
        await self.socket.write_message(json.dumps({"room": {"join": code}}, separators=(",", ":")))
        while self.current is None:
            await asyncio.sleep(0.01)

    async def _read(self) -> None:
        while (frame := await self.socket.read_message()) is not None:
            length = int.from_bytes(frame[:4], "little")
            if frame[4:22] != b'{"room": {"show": ':
                message = json.loads(frame[4 : 4 + length])
                if "answer" in message:
                    self._confirm(message["answer"]["seq"])
                continue
            self.frames += 1
            self.bytes += len(frame)
            start = frame.index(b'"I": ') + 5
            self.current, self.at = float(frame[start : frame.index(b",", start)]), time.perf_counter()
            self.seen.set()


async def all_have(value: float, followers: list[Follower], seen: asyncio.Event) -> float:
    """Wait until all have been shown a current; return when the last was."""
    async with asyncio.timeout(20):
        while any(each.current != value for each in followers):
            seen.clear()
            await seen.wait()
    return max((each.at for each in followers), default=time.perf_counter())


async def lesson(url: str, size: int) -> dict[str, float | int | None]:
    """Play a lecturer and those who follow; return what was measured."""
    tally, seen = Tally(), asyncio.Event()
    lecturer = Lecturer(url, tally)
    await lecturer.open()
    code = await lecturer.lead()
    followers = [Follower(url, tally, seen) for _ in range(size)]
    for each in range(0, size, 50):
        await asyncio.gather(*(follower.open() for follower in followers[each : each + 50]))
    lecturer.choose("I", 5.0)
    await lecturer.answered.wait()
    await asyncio.gather(*(follower.join(code) for follower in followers))
    await asyncio.sleep(2)

    idle = await cpu(url, lambda: asyncio.sleep(REST * MOVES))
    last: list[float] = []
    cost = await cpu(url, lambda: moves(lecturer, followers, seen, last))
    for follower in followers:
        follower.frames = follower.bytes = 0
    begun = time.perf_counter()
    dragged = await cpu(url, lambda: drag(lecturer))
    seconds = time.perf_counter() - begun
    end = time.perf_counter()
    late = await all_have(HIGH, followers, seen) - end
    for each in (lecturer, *followers):
        each.close()
    await asyncio.sleep(0.3)
    stall = (await asyncio.to_thread(health, url))["longest_stall_ms"]
    frames, sent = sum(each.frames for each in followers), sum(each.bytes for each in followers)
    return {
        "followers": size, "cpu_ms_move": round((cost - idle) / MOVES, 1), "last_ms_p50": percentile(last, 50),
        "last_ms_p95": percentile(last, 95), "drag_cpu_percent": round(dragged / 10 / seconds, 1),
        "drag_frames_s": round(frames / max(size, 1) / seconds, 1), "drag_kB": round(sent / max(frames, 1) / 1e3, 1),
        "drag_last_ms": round(1e3 * max(late, 0.0)), "stall_ms": stall,
    }  # fmt: skip


async def cpu(url: str, work) -> float:
    """Processor time of the server [ms] while something is done."""
    before = (await asyncio.to_thread(health, url))["cpu_s"]
    await work()
    return 1e3 * ((await asyncio.to_thread(health, url))["cpu_s"] - before)


async def moves(lecturer: Lecturer, followers: list[Follower], seen: asyncio.Event, last: list[float]) -> None:
    """Move now and then; note when the last follower has it [ms after the move]."""
    for number in range(MOVES):
        value, begun = 6.0 + number / 2, time.perf_counter()
        lecturer.choose("I", value)
        last.append(1e3 * (await all_have(value, followers, seen) - begun))
        await asyncio.sleep(max(0.0, begun + REST - time.perf_counter()))


async def drag(lecturer: Lecturer) -> None:
    """Drag the current up and down, and end at the top."""
    begun = time.perf_counter()
    while (past := time.perf_counter() - begun) < DRAG:
        lecturer.choose("I", round(LOW + (HIGH - LOW) * abs((past / 2) % 2 - 1), 2))
        await asyncio.sleep(EVENT)
    lecturer.choose("I", HIGH)
    await lecturer._settle()


def main() -> None:
    """Measure one size, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--followers", type=int, help="how many follow; without it 0, 1, 100 and 300")
    chosen = parser.parse_args()
    sizes = SIZES if chosen.followers is None else (chosen.followers,)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, which also play the class\n")
    heads = ("followers", "CPU ms/move", "last follower p50 ms", "p95 ms", "CPU % while dragged", "frames/s each",
             "kB/frame", "last value ms", "stall ms")  # fmt: skip
    print("| " + " | ".join(heads) + " |\n|" + "---:|" * len(heads))
    for size in sizes:
        server, url = start()
        try:
            measured = asyncio.run(lesson(url, size))
        finally:
            server.terminate()
            server.wait()
        print("| " + " | ".join(str(each) for each in measured.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
