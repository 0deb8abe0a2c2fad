"""Hostile scripts for `classroom.py`: each ends after the seconds it is given, and only talks to this machine."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from urllib.parse import urlsplit

from crowd import Tally, Visitor


async def flood_of_messages(url: str, seconds: float) -> None:
    """Send 1000 messages a second, without waiting for answers."""
    visitor = Visitor(url, Tally())
    await visitor.open()
    until, sent, begun = time.perf_counter() + seconds, 0, time.perf_counter()
    while time.perf_counter() < until:
        due = int(1000 * (time.perf_counter() - begun))
        for count in range(sent, due):
            message = {"seq": count, "tab": "fi", "choose": {"delta_T": 1 + count % 500 / 100}}
            try:
                await asyncio.wait_for(visitor.socket.write_message(json.dumps(message)), 1)
            except Exception:
                return
        sent = max(sent, due)
        await asyncio.sleep(0.001)


async def reads_nothing(url: str, seconds: float) -> None:
    """Ask for large answers again and again, and never read one."""
    visitor = Visitor(url, Tally())
    await visitor.open()
    visitor.reader.cancel()
    until, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        count += 1
        message = {
            "seq": count,
            "tab": "fi",
            "choose": {"delta_T": 1 + count % 500 / 100, "sigma": 3, "duration": 2000},
        }
        try:
            await asyncio.wait_for(visitor.socket.write_message(json.dumps(message)), 1)
        except Exception:
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.002)


async def flood_of_pages(url: str, seconds: float) -> None:
    """Ask for the page over and over on 50 connections, as fast as they are answered."""
    until, parts = time.perf_counter() + seconds, urlsplit(url)
    request = f"GET {parts.path}/dashboard HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()

    async def ask() -> None:
        while time.perf_counter() < until:
            try:
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port, family=socket.AF_INET)
                while time.perf_counter() < until:
                    writer.write(request)
                    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
                    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                                  if line.startswith(b"content-length"))  # fmt: skip
                    await asyncio.wait_for(reader.readexactly(length), 5)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, StopIteration):
                await asyncio.sleep(0)

    await asyncio.gather(*(ask() for _ in range(50)))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print("The hostile scripts of classroom.py, which starts them; alone they measure nothing.")
        sys.exit()
    action, url, seconds = sys.argv[1:]
    asyncio.run(
        {each.__name__: each for each in (flood_of_messages, reads_nothing, flood_of_pages)}[action](
            url, float(seconds)
        )
    )
