"""What the server does before its first visitor: get the kernels ready, and set up the wire."""

import logging
from threading import Thread
from typing import Any

from dashboard import wire
from dashboard.result import compute, opening
from dashboard.session import Session
from dashboard.tabs import TABS
from model.kernels.compile import compiled
from model.simulate import warm

log = logging.getLogger("dashboard")

GRACE = 0.3  # s; enough to see whether the cache holds the kernels of the tabs


def on_server_loaded(server_context: Any) -> None:
    """Make the first page as fast as every other.

    With a warm cache the page opens as soon as its own kernels are loaded, and the others follow while it is looked
    at. Where any must be compiled first, the server waits for all of them, so that no visitor does.
    """
    wire.install()
    opening()
    others = Thread(target=prepare_others, name="warm", daemon=True)
    others.start()
    others.join(GRACE)
    if compiled():
        log.warning("The kernels are being compiled; this happens once and takes about a minute.")
        others.join()


def prepare_others() -> None:
    """Load or compile what the tabs, the noise and the other methods need."""
    for sigma in (0.0, 4.0):
        session = Session()
        session.choose({"sigma": sigma})
        compute(session.snapshot())
        for tab in TABS.values():
            try:
                next(tab.study.run(session.snapshot(), False))
            except Exception:
                log.exception("the tab %s could not be prepared", tab.title)
    warm()
