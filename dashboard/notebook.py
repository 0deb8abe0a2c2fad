"""The page and its plots in a notebook: `from dashboard import show, trace`."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.address import to_query
from dashboard.result import compute
from dashboard.session import Session, Snapshot
from dashboard.tabs import TABS
from dashboard.update import VIEWS
from dashboard.views.alone import element
from model.quantity import shorten
from model.sentences import say

if TYPE_CHECKING:
    import holoviews as hv

PATIENCE = 60.0  # s until the server listens; it may go on getting ready, and the page says so
# Where a notebook may come from: Jupyter on this machine, and the editors that show one.
NOTEBOOKS = "http://localhost:* http://127.0.0.1:* https://localhost:* vscode-webview:"
PLOTS = {name: drawn for name, drawn in VIEWS.items() if name not in TABS["recording"].views}  # no choice names a file
BELOW = {"trace": "time (ms)", "raster": "time (ms)", "gain": "frequency (Hz)"}  # on the page below the next plot


class Page:
    """The page in a frame; a notebook shows it."""

    def __init__(self, url: str, height: int) -> None:
        self.url, self.height = url, height

    def _repr_html_(self) -> str:
        where = f'src="{escape(self.url)}" width="100%" height="{self.height}" style="border: 0"'
        return f'<iframe {where} title="How a neuron fires" allow="fullscreen; autoplay; clipboard-write"></iframe>'

    def __repr__(self) -> str:
        return f"The page: {self.url}"


def show(height: int = 800, **choices: Any) -> Page:
    """Show the page, with these choices to begin with.

    The first call starts a server beside this process, which ends with it: on this machine only, on a free port.

    Parameters
    ----------
    height : int
        Of the frame [px].
    **choices : number or str
        By the names that an address of the page has: ``show(I=12, sigma=2)``.

    Raises
    ------
    ValueError
        If a choice is not allowed.
    RuntimeError
        If the server does not start.
    """
    session = session_with(choices)
    return Page(f"{_server()}{to_query(session.changed())}", int(height))


def view(name: str, **choices: Any) -> hv.Overlay:
    """Return one plot of the page as a HoloViews element, of a run with these choices.

    Parameters
    ----------
    name : str
        "trace", "current", "phase", "fi", or one of a tab: "intervals", "density", "gain", "lag", "kick", "raster",
        "population", "bifurcation", "map".
    **choices : number or str
        As those of `show`.

    Raises
    ------
    ValueError
        If there is no such plot, or a choice is not allowed.
    """
    if name not in PLOTS:
        raise ValueError(
            say("There is no plot called {name}; there are {all}.", name=shorten(name), all=", ".join(PLOTS))
        )
    choice = session_with(choices).snapshot()
    labels = {**BELOW, "bifurcation": choice.over, "map": f"{choice.map_x}, and up {choice.map_y}"}
    return element(PLOTS[name], *_drawn(name, choice), labels.get(name, ""))


def trace(**choices: Any) -> hv.Overlay:
    """Return the voltage trace of a run with these choices; see `view`."""
    return view("trace", **choices)


def current(**choices: Any) -> hv.Overlay:
    """Return the input current of a run with these choices; see `view`."""
    return view("current", **choices)


def phase(**choices: Any) -> hv.Overlay:
    """Return the phase line of a neuron with these choices; see `view`."""
    return view("phase", **choices)


def fi(**choices: Any) -> hv.Overlay:
    """Return the f-I curve of a neuron with these choices, exact and simulated; see `view`."""
    return view("fi", **choices)


def session_with(choices: dict[str, Any]) -> Session:
    """Return a session with these choices.

    Raises
    ------
    ValueError
        If one is not allowed.
    """
    session = Session()
    if refused := session.choose(choices):
        raise ValueError(" ".join(refused.values()))
    return session


def _drawn(name: str, choice: Snapshot) -> tuple[dict[str, Any], Any]:
    """Return the columns of a plot, of the run and of the whole study behind it, and where its axes end."""
    result, drawn = compute(choice), PLOTS[name]
    columns: dict[str, Any] = dict(drawn.columns(result)) if hasattr(drawn, "columns") else {}
    ranges = drawn.ranges(result) if hasattr(drawn, "ranges") else None
    studies = [tab.study for tab in TABS.values() if name in tab.views]
    part = None
    for part in studies[0].run(choice, False) if studies else ():
        if hasattr(drawn, "study_columns"):
            columns |= drawn.study_columns(part)
    if part is not None and hasattr(drawn, "study_ranges"):
        ranges = drawn.study_ranges(part)
    return columns, ranges


@cache
def _server() -> str:
    """Start the server, once, and return the address of its page."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "--address", "127.0.0.1", "--port", str(port)],
            cwd=Path(__file__).parent.parent, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env={**os.environ, "EXPIF_EMBEDDED_IN": NOTEBOOKS, "EXPIF_ENDS_WITH_PARENT": "yes"},
        )  # fmt: skip
        atexit.register(_end, process)
        url, end = f"http://localhost:{port}/dashboard", time.monotonic() + PATIENCE
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > end:
                _end(process)
                log.seek(0)
                said = log.read().decode(errors="replace")[-2000:]
                raise RuntimeError(f"The server of the page did not start. It said:\n{said}")
            time.sleep(0.1)
    return url


def _answers(url: str) -> bool:
    """Whether somebody answers there, if only to say that the page is being prepared; never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=5).close()
    except urllib.error.HTTPError as answer:
        answer.close()
    except OSError:
        return False
    return True


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
