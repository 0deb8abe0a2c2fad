"""The one place that decides how kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable

import numba


def kernel(function: Callable) -> Callable:
    """Compile a module-level function so that it runs without the interpreter lock."""
    return numba.njit(nogil=True, error_model="numpy")(function)
