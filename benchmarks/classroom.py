"""A class on one server: how long a page takes to open, and a last value to be answered, while a crowd drags.

`python benchmarks/classroom.py --port 5006 --dragging 30 --idle 100 --seconds 10` plays a crowd against a server that
runs, and ends with one line of JSON. Without a port it starts a server and prints the whole table (about 2 minutes).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import time
from pathlib import Path

from crowd import Tally, health, play
from mischief import flood_of_messages, flood_of_pages, reads_nothing

ROOT = Path(__file__).parent.parent
CROWDS = [  # label, dragging, idle, in step, mischief
    ("300 pages at once", 0, 300, False, None),
    ("1 dragging", 1, 0, False, None),
    ("8 dragging", 8, 0, False, None),
    ("30 dragging, 100 idle", 30, 100, False, None),
    ("100 dragging, 200 idle", 100, 200, False, None),
    ("100 dragging in step", 100, 0, True, None),
    ("30 dragging; a script sends 1000 messages a second", 30, 0, False, flood_of_messages),
    ("30 dragging; a script never reads its answers", 30, 0, False, reads_nothing),
    ("30 dragging; a script asks for pages without end", 30, 0, False, flood_of_pages),
]


def start() -> tuple[subprocess.Popen, str]:
    """Start a server and wait until it is ready."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "panel", "serve", "dashboard", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"
    for _ in range(3000):
        try:
            if health(url)["state"] == "ready":
                time.sleep(5)  # the rest of the program is loaded
                return server, url
        except OSError:
            pass
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


async def with_mischief(url: str, crowd: tuple, seconds: float) -> tuple[Tally, dict]:
    """Play a crowd beside a hostile script, if there is one."""
    _, dragging, idle, together, mischief = crowd
    process = None
    if mischief is not None:
        script = str(Path(__file__).with_name("mischief.py"))
        process = await asyncio.create_subprocess_exec(sys.executable, script, mischief.__name__, url, str(seconds + 5))
    try:
        return await play(url, dragging, idle, seconds, together)
    finally:
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()


def table(seconds: float) -> Tally:
    """Play all crowds against a server of our own and print what each has seen."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, which also play the crowd\n")
    heads = ("crowd", "open p50 ms", "all open s", "last p50 ms", "last p95 ms", "updates/s", "CPU ms/open",
             "CPU ms/update", "stall ms", "lost")  # fmt: skip
    print("| " + " | ".join(heads) + " |\n|---|" + "---:|" * (len(heads) - 1))
    everything = Tally()
    for crowd in CROWDS:
        server, url = start()  # a fresh one: what one crowd has asked for is not remembered for the next
        try:
            tally, cost = asyncio.run(with_mischief(url, crowd, seconds))
        finally:
            server.terminate()
            server.wait()
        line = tally.line(cost["seconds"])
        cells = (line["open_ms_p50"], f"{cost['opening_s']:.1f}", line["last_ms_p50"], line["last_ms_p95"],
                 line["updates_per_s"], cost["cpu_ms_open"], cost["cpu_ms_update"], cost["stall_ms"],
                 tally.lost + tally.errors)  # fmt: skip
        print(f"| {crowd[0]} | " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |", flush=True)
        everything.opened += tally.opened
        everything.last += tally.last
        everything.lost, everything.errors = everything.lost + tally.lost, everything.errors + tally.errors
    return everything


def main() -> None:
    """Play one crowd, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, help="of a server that runs on this machine")
    parser.add_argument("--dragging", type=int, default=30)
    parser.add_argument("--idle", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--together", action="store_true", help="everybody makes the same choices")
    chosen = parser.parse_args()
    if chosen.port is None:
        table(chosen.seconds)
        return
    url = f"http://localhost:{chosen.port}"
    tally, cost = asyncio.run(play(url, chosen.dragging, chosen.idle, chosen.seconds, chosen.together))
    print(json.dumps(tally.line(cost["seconds"]) | {name: cost[name] for name in ("cpu_ms_open", "cpu_ms_update")}))


if __name__ == "__main__":
    main()
