"""What the server does before its first visitor: compile the kernels, and close what would leak."""

from typing import Any

from dashboard import wire
from dashboard.result import compute
from dashboard.session import Session
from model.simulate import warm


def on_server_loaded(server_context: Any) -> None:
    """Make the first page as fast as every other."""
    wire.install()
    warm()
    compute(Session().snapshot())
