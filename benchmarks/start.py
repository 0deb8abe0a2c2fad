"""From `panel serve` to the first page with data, with a warm cache, beside the time that the imports alone take.

`python benchmarks/start.py`. Needs the test extra and a Chromium.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time

from playwright.sync_api import sync_playwright
from slider_to_screen import ROOT, SIZE, chromium, free_port

DRAWN = """() => window.Bokeh?.documents?.[0] && [...Bokeh.documents[0]._all_models.values()]
  .some((model) => model.name === 'trace' && model.type === 'ColumnDataSource' && model.get_length() > 100)"""
PATIENCE = 240  # s
IMPORTS = "import panel, holoviews, bokeh, numba, panel.command"


def timed_imports() -> float:
    """Seconds that Python takes to start and to import the libraries."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.perf_counter() - begun


def timed_start(page) -> tuple[float, float]:
    """Seconds from the command to the first answer, and to the first page that holds a trace."""
    port = free_port()
    begun = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "panel", "serve", "dashboard", "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            if server.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise SystemExit("The server did not start.")
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", port)) == 0:
                    break
            time.sleep(0.01)
        answered = time.perf_counter() - begun
        page.goto(f"http://localhost:{port}/dashboard", timeout=1000 * PATIENCE)
        page.wait_for_function(DRAWN, polling=10, timeout=1000 * PATIENCE)
        return answered, time.perf_counter() - begun
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Print the best of five starts."""
    with sync_playwright() as driver:
        page = chromium(driver).new_page(viewport=SIZE)
        timed_start(page)  # warms the caches of kernels and files
        starts = [timed_start(page) for _ in range(5)]
    answered, drawn = min(starts, key=lambda start: start[1])
    imports = min(timed_imports() for _ in range(3))
    print("| from the command to | s | times the imports |\n|---|---:|---:|")
    for label, seconds in (("imports done", imports), ("first answer", answered), ("first page with data", drawn)):
        print(f"| {label} | {seconds:.2f} | {seconds / imports:.2f} |")


if __name__ == "__main__":
    main()
