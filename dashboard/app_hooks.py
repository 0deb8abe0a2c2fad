"""What the server does before its first visitor: get the kernels ready, and set up the wire."""

import logging
import time
from threading import Thread
from typing import Any

from dashboard import wire
from dashboard.result import compute
from dashboard.session import Session
from dashboard.tabs import TABS
from model.simulate import warm

log = logging.getLogger("dashboard")

COMPILED = 1.5  # s; loading a kernel from the cache takes a tenth of it, compiling one takes ten times as long


def on_server_loaded(server_context: Any) -> None:
    """Make the first page as fast as every other.

    With a warm cache the page opens as soon as its own kernels are loaded, and the others follow while it is looked
    at. Where they must be compiled first, the server waits for all of them, so that no visitor does.
    """
    wire.install()
    begun = time.perf_counter()
    compute(Session().snapshot())
    others = Thread(target=prepare_others, name="warm", daemon=True)
    others.start()
    if time.perf_counter() - begun > COMPILED:
        log.warning("The kernels are being compiled; this happens once and takes about a minute.")
        others.join()


def prepare_others() -> None:
    """Load or compile what the tabs, the noise and the other methods need."""
    for sigma in (0.0, 4.0):
        session = Session()
        session.choose({"sigma": sigma})
        compute(session.snapshot())
        for tab in TABS.values():
            next(tab.study.run(session.snapshot(), False))
    warm()
