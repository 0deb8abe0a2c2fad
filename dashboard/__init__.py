"""What people see; contains no physics. A notebook has it too: `from dashboard import show, trace`."""

from __future__ import annotations

from typing import Any

__all__ = ["current", "fi", "phase", "show", "trace", "view"]


def __getattr__(name: str) -> Any:
    """Load what a notebook uses when it is asked for: the server needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dashboard import notebook

    return getattr(notebook, name)
