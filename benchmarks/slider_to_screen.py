"""From a slider to the screen, in a real browser with the whole page live.

`python benchmarks/slider_to_screen.py` prints one table. A move counts from the change of a slider's value in the page
to the end of the first frame after the new trace is there, and after all plots have theirs. Needs the test extra and a
Chromium.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from dashboard.tabs import TABS

ROOT = Path(__file__).parent.parent
SIZE = {"width": 1280, "height": 800}
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"

INSTRUMENT = """
() => {
  const find = (name, root = document) => {
    for (const each of root.querySelectorAll('*')) {
      if (each.matches(`.field[data-name="${name}"] input[type=range]`)) return each
      const inside = each.shadowRoot && find(name, each.shadowRoot)
      if (inside) return inside
    }
  }
  const source = (name) => [...Bokeh.documents[0]._all_models.values()].find((model) => model.name === name)
  const afterFrame = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => done(performance.now())
    channel.port2.postMessage(0)
  }))
  const trace = source('trace'), rest = source('phase_line') // of the plots that come after the trace
  const set = (slider, value) => {
    slider.value = String(value)
    slider.dispatchEvent(new Event('input', { bubbles: true, composed: true }))
  }
  window.move = (name, value) => new Promise((done) => {
    const slider = find(name)
    const first = (its) => new Promise((found) => {
      const arrived = () => {
        its.properties.data.change.disconnect(arrived)
        const data = performance.now()
        afterFrame().then((shown) => found([data, shown]))
      }
      its.properties.data.change.connect(arrived)
    })
    const before = slider.value, both = Promise.all([first(trace), first(rest)])
    const begun = performance.now()
    set(slider, value)
    if (slider.value === before) return done(null) // the step it stands on: nothing changes, and nothing would arrive
    both.then(([[data, shown], [, last]]) => done([data - begun, shown - begun, Math.max(shown, last) - begun]))
  })
  window.drag = (name, from, to, seconds) => new Promise((done) => {
    const slider = find(name), events = Math.round(60 * seconds)
    const shown = []
    const arrived = () => afterFrame().then((at) => shown.push(at))
    trace.properties.data.change.connect(arrived)
    let sent = 0, last = 0
    const begun = performance.now()
    const timer = setInterval(() => {
      while (sent < events && performance.now() - begun >= sent * 1000 / 60) {
        sent += 1
        set(slider, from + (to - from) * sent / events)
        last = performance.now()
      }
      if (sent === events) {
        clearInterval(timer)
        setTimeout(() => {
          trace.properties.data.change.disconnect(arrived)
          const during = shown.filter((at) => at <= last).length
          done([during / (last - begun) * 1000, Math.max(...shown) - last, Number(slider.value)])
        }, 700)
      }
    }, 1)
  })
}
"""


def serve(script: Path, port: int) -> subprocess.Popen:
    """Start the page and wait until it answers."""
    served = ["-m", "panel", "serve", str(script)] if script.is_dir() else [str(script)]
    process = subprocess.Popen(
        [sys.executable, *served, "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(3000):
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=60):  # 503 until it is ready
                return process
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def chromium(driver: Playwright) -> Browser:
    """Launch Chromium: the one named, the system's, or Playwright's own."""
    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    return driver.chromium.launch(executable_path=path, args=FLAGS.split())


def row(label: str, *cells: str) -> None:
    """Print one line of the table."""
    print(f"| {label:<44} | " + " | ".join(f"{cell:>12}" for cell in cells) + " |")


def moves(page: Page, name: str, low: float, high: float, count: int) -> np.ndarray:
    """Move a slider `count` times; rows of (data arrived, trace on screen, all plots on screen) in ms."""
    rng = np.random.default_rng(1)
    times = []
    for value in rng.permutation(np.linspace(low, high, count)):
        time = page.evaluate("([name, value]) => move(name, value)", [name, round(float(value), 2)])
        if time is not None:
            times.append(time)
        page.wait_for_timeout(float(rng.uniform(20, 60)))
    return np.array(times)


def visit(page: Page, url: str) -> None:
    """Open the page and wait until it shows a run and stands still."""
    page.goto(url)
    page.get_by_text("rheobase").first.wait_for(timeout=60000)
    page.wait_for_timeout(2500)
    page.evaluate(INSTRUMENT)


def measure(page: Page, url: str, count: int, seconds: float) -> None:
    """Measure one page and print its lines."""
    visit(page, url)
    for name, low, high in (("I", 3.0, 18.0), ("delta_T", 1.0, 6.0), ("V_T", -62.0, -55.0)):
        moves(page, name, low, high, 5)
        data, shown, all_shown = moves(page, name, low, high, count).T
        for what, times in (("trace on screen", shown), ("all on screen", all_shown), ("data arrived", data)):
            row(f"{name}: p50 / p95 {what}, ms", f"{np.median(times):.1f}", f"{np.percentile(times, 95):.1f}")
    for name, low, high in (("I", 3.0, 18.0), ("delta_T", 1.0, 6.0)):
        rate, late, _ = page.evaluate("([n, a, b, s]) => drag(n, a, b, s)", [name, low, high, seconds])
        row(f"60 Hz drag of {name}: updates/s / last one after, ms", f"{rate:.1f}", f"{late:.1f}")


def tabs(page: Page, url: str, count: int) -> None:
    """Compare moves of one slider with each tab open, under noise, with the page as it opens."""
    plain = None
    for tab in ("", *TABS):
        visit(page, f"{url}?sigma=4&tab={tab}" if tab else url)
        moves(page, "delta_T", 1.0, 6.0, 5)
        _, shown, _ = moves(page, "delta_T", 1.0, 6.0, count).T
        p95 = float(np.percentile(shown, 95))
        plain = plain or p95
        row(f"tab {tab or 'none (no noise)'}: p95 on screen, ms / ratio", f"{p95:.1f}", f"{p95 / plain:.2f}")


def pins(page: Page, url: str, count: int, rounds: int = 4) -> None:
    """Compare moves of a slider with two pinned runs behind, in turns with the page without; the least counts."""
    found: dict[str, list[np.ndarray]] = {"": [], "?pin=I%3D5&pin=delta_T%3D2": []}
    for _ in range(rounds):
        for query, times in found.items():
            visit(page, url + query)
            moves(page, "delta_T", 1.0, 6.0, 5)
            _, shown, all_shown = moves(page, "delta_T", 1.0, 6.0, count).T
            times.append(np.concatenate([np.percentile(each, [50, 95]) for each in (shown, all_shown)]))
    plain, pinned = (np.min(times, axis=0) for times in found.values())
    for each, what in enumerate(("p50 trace", "p95 trace", "p50 all", "p95 all")):
        row(f"two pins: {what} on screen, ms / ratio", f"{pinned[each]:.1f}", f"{pinned[each] / plain[each]:.2f}")


def parameter_map(page: Page, url: str, count: int, rounds: int = 4) -> None:
    """Compare moves of a slider with the map open, in turns with the f-I curve; the least counts."""
    found: dict[str, list[np.ndarray]] = {"fi": [], "map": []}
    for _ in range(rounds):
        for tab, times in found.items():
            visit(page, f"{url}?tab={tab}")
            moves(page, "tau", 5.0, 30.0, 5)
            times.append(np.percentile(moves(page, "tau", 5.0, 30.0, count), [50, 95], axis=0))
    plain, mapped = (np.min(times, axis=0) for times in found.values())
    for each, what in enumerate(("data arrived", "trace on screen", "all on screen")):
        for k, part in enumerate(("p50", "p95")):
            ratio = f"{mapped[k, each] / plain[k, each]:.2f}"
            row(f"map open: {part} {what}, ms / ratio to f-I", f"{mapped[k, each]:.1f}", ratio)


def main() -> None:
    """Measure the page as it is, and with a simulation slowed to 60 ms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--map", action="store_true", help="only the map, in turns with the f-I curve")
    chosen = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, software rendering, 1280 x 800\n")
    row("measured", "", "")
    row("---", "---:", "---:")
    with sync_playwright() as driver:
        browser = chromium(driver)
        for label, script in (
            ("", ROOT / "dashboard"),
            ("simulation slowed to 60 ms", ROOT / "benchmarks" / "slowed.py"),
        ):
            port = free_port()
            server = serve(script, port)
            try:
                if label:
                    row(f"**{label}**", "", "")
                page, url = browser.new_page(viewport=SIZE), f"http://localhost:{port}/dashboard"
                if chosen.map:
                    parameter_map(page, url, chosen.moves)
                    break
                measure(page, url, chosen.moves, chosen.seconds)
                if not label:
                    pins(page, url, chosen.moves)
                    tabs(page, url, chosen.moves)
            finally:
                server.terminate()
        browser.close()


if __name__ == "__main__":
    main()
