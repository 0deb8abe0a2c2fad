"""A neuron that runs: frames per second, from a slider to the picture, and what pages that play cost the server.

`python benchmarks/play.py` prints one table. A move counts from the change of a slider to the first frame in which
the ball on the current stands elsewhere. Needs the test extra and a Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time

import numpy as np
from crowd import Tally, Visitor, health, percentile
from playwright.sync_api import Page, sync_playwright
from slider_to_screen import ROOT, SIZE, chromium, free_port, row, serve
from tornado.httpclient import AsyncHTTPClient
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from dashboard import playing

AHEAD = 1.0  # s of watching that a piece lasts, as in dashboard/browser/play.js
DT = 0.1  # ms

FRAMES = """(seconds) => new Promise((done) => {
  const times = [], begun = performance.now()
  const frame = (now) => {
    times.push(now)
    if (performance.now() - begun < 1000 * seconds) requestAnimationFrame(frame)
    else done(times.slice(1).map((time, k) => time - times[k]))
  }
  requestAnimationFrame(frame)
})"""
INSTRUMENT = """() => {
  const slider = document.querySelector('nav [data-name="I"] input[type=range]')
  const ball = document.querySelector('.current .play-ball')
  window.set = (value) => {
    slider.value = String(value)
    slider.dispatchEvent(new Event('input'))
  }
  const height = () => Number(ball.style.transform.match(/, (.*)px/)[1])
  window.move = (value) => new Promise((done) => {
    const before = height(), begun = performance.now()
    const look = () => (Math.abs(height() - before) > 0.1 ? done(performance.now() - begun)
      : performance.now() - begun > 3000 ? done(null) : requestAnimationFrame(look))
    set(value)
    requestAnimationFrame(look)
  })
  window.drag = (seconds) => {
    const begun = performance.now()
    const timer = setInterval(() => {
      const past = (performance.now() - begun) / 1000
      if (past > seconds) clearInterval(timer)
      else set(10 + 6 * Math.sin(2 * past))
    }, 1000 / 60)
  }
}"""


def frames(page: Page, label: str, seconds: float) -> None:
    """Print how fast the frames follow each other."""
    gaps = np.array(page.evaluate(FRAMES, seconds))
    row(label, f"{1e3 / gaps.mean():.1f}", f"{np.percentile(gaps, 95):.1f}")


def watch(page: Page, url: str, moves: int, seconds: float) -> None:
    """Measure one page that plays and print its lines."""
    page.goto(url)
    page.get_by_text("rheobase").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2500)
    page.evaluate(INSTRUMENT)
    frames(page, "standing still", seconds)
    page.evaluate("(seconds) => drag(seconds)", seconds)
    frames(page, "standing still, a slider dragged", seconds)
    page.wait_for_timeout(1000)
    page.locator(".transport .play").click()
    for speed in playing.SPEEDS:
        page.select_option(".transport .speed", f"{speed:g}")
        page.wait_for_timeout(1500)
        frames(page, f"playing at {speed:g} of real time", seconds)
    page.select_option(".transport .speed", f"{playing.USUAL_SPEED:g}")
    page.wait_for_timeout(1000)
    page.evaluate("(seconds) => drag(seconds)", seconds)
    frames(page, "playing, a slider dragged", seconds)
    page.wait_for_timeout(1000)
    times = []
    for value in np.random.default_rng(1).permutation(np.linspace(4.0, 16.0, moves)):
        times.append(page.evaluate("(value) => move(value)", round(float(value), 1)))
        page.wait_for_timeout(400)
    times = [each for each in times if each is not None]
    row("slider to picture while playing: p50 / p95 ms", *(f"{np.percentile(times, each):.1f}" for each in (50, 95)))


class Player(Visitor):
    """A page that plays: it asks for a second of watching each second, from where the last piece ended."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)
        self.state: list[float | None] = []
        self.waits: list[float] = []
        self.arrived = asyncio.Event()

    async def _read(self) -> None:
        while (frame := await self.socket.read_message()) is not None:
            message = json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])
            if "play" in message:
                self.state = last_moment(frame, message["sources"])
                self.arrived.set()
            elif "end" in message.get("texts", {}):
                self.state = message["texts"]["end"]
            if "answer" in message:
                self._confirm(message["answer"]["seq"])

    async def watch(self, until: float, speed: float) -> None:
        """Play until a time."""
        steps, number = round(1e3 * AHEAD * speed / DT), 0
        while time.perf_counter() < until:
            begun, number = time.perf_counter(), number + 1
            self.arrived.clear()
            self._send(play={"number": number, "from": self.state, "dt": DT, "steps": steps, "every": 5, "poke": 0.0})
            await self.arrived.wait()
            self.waits.append(1e3 * (time.perf_counter() - begun))
            await asyncio.sleep(max(0.0, begun + AHEAD - time.perf_counter()))


def last_moment(frame: bytes, sources: dict) -> list[float | None]:
    """Return the last moment of a piece, as the page sends it back."""
    at = 4 + int.from_bytes(frame[:4], "little")
    at, state = at + -at % 8, []
    for name, columns in sources.items():
        for _, kind, size in columns:
            bytes_each = {"f4": 4, "f8": 8}[kind]
            if name == "play_moments":
                value = float(np.frombuffer(frame, "<f8", size, at)[-1])
                state.append(None if np.isnan(value) else value)
            at += size * bytes_each + -(size * bytes_each) % 8
    return [int(state[0] or 0), *state[1:]]


async def crowd(url: str, pages: int, seconds: float, speed: float) -> None:
    """Have a crowd play and print what it costs."""
    players = [Player(url, Tally()) for _ in range(pages)]
    await asyncio.gather(*(each.open() for each in players))
    await asyncio.sleep(3)  # for the studies
    before, begun = await asyncio.to_thread(health, url), time.perf_counter()
    apart = iter(np.linspace(0.0, AHEAD, pages))

    async def watch(player: Player) -> None:
        await asyncio.sleep(next(apart))
        await player.watch(begun + seconds, speed)

    await asyncio.gather(*(watch(each) for each in players))
    lasted, after = time.perf_counter() - begun, await asyncio.to_thread(health, url)
    waits = [wait for each in players for wait in each.waits]
    cost = 1e3 * (after["cpu_s"] - before["cpu_s"]) / lasted / pages
    label = f"{pages} pages at {speed:g} of real time"
    row(f"{label}: server CPU ms / page and s", f"{cost:.2f}", f"{100 * cost * pages / 1e3:.0f} % of one")
    row(f"{label}: a piece p50 / p95 ms", f"{percentile(waits, 50)}", f"{percentile(waits, 95)}")
    for each in players:
        each.close()


def main() -> None:
    """Measure one page in a browser, and many without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--pages", type=int, default=100)
    chosen = parser.parse_args()
    row("measured", "frames / s", "p95 ms")
    row("---", "---:", "---:")
    port = free_port()
    server, url = serve(ROOT / "dashboard", port), f"http://localhost:{port}"
    try:
        with sync_playwright() as driver:
            browser = chromium(driver)
            watch(browser.new_page(viewport=SIZE), f"{url}/dashboard", chosen.moves, chosen.seconds)
            browser.close()
        AsyncHTTPClient.configure(SimpleAsyncHTTPClient, max_clients=50)
        for speed in (playing.USUAL_SPEED, 1.0):
            asyncio.run(crowd(url, chosen.pages, 4 * chosen.seconds, speed))
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
