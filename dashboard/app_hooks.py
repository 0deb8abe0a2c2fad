"""What the server does before its first visitor: compile the kernels, and close what would leak."""

from typing import Any

from dashboard import wire
from dashboard.result import compute
from dashboard.session import Session
from dashboard.tabs import TABS
from model.simulate import warm


def on_server_loaded(server_context: Any) -> None:
    """Make the first page as fast as every other."""
    wire.install()
    warm()
    for sigma in (0.0, 4.0):
        session = Session()
        session.choose({"sigma": sigma})
        compute(session.snapshot())
        for tab in TABS.values():  # the first part of each study; the theory behind it is compiled too
            next(tab.study.run(session.snapshot(), False))
