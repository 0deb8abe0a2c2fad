"""The one place that decides how kernels are compiled, and where the result is kept for the next start.

Compiled code is kept by numba's cache, with three differences. An edit in any file of compiled code makes all of it
stale, not only an edit in the kernel's own file. What is read back is compared with a checksum first. And whatever goes
wrong with the cache - no folder to write to, a damaged or foreign file, a full disk - is said once in the log, and the
kernel is compiled as if there were no cache.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

log = logging.getLogger("model.kernels")
_MODEL = Path(__file__).resolve().parent.parent
_CHECKSUM = hashlib.sha256().digest_size
_said: set[str] = set()
_missed: list[str] = []


def kernel(function: Callable | None = None, *, vector: bool = False) -> Callable:
    """Compile a module-level function; it runs without the interpreter lock.

    Parameters
    ----------
    function : callable
        What to compile; its first call compiles it or loads it from the cache.
    vector : bool
        Allow fused multiply-add and forget the sign of zero, which a loop over neurons needs to become vector
        instructions. nan and inf stay what they are.
    """
    if function is None:
        return lambda function: kernel(function, vector=vector)
    flags = {"contract", "nsz"} if vector else False
    compiled = numba.njit(nogil=True, error_model="numpy", fastmath=flags)(function)
    try:
        compiled._cache = _KernelCache(function)  # type: ignore[attr-defined] # numba's own part
    except Exception as problem:  # numba raises RuntimeError where no folder is writable; its insides may change too
        _announce("cannot be kept", problem)
        _missed.append(function.__qualname__)
    return compiled


def _announce(what: str, problem: Exception) -> None:
    """Write one warning for each kind of trouble, however many kernels run into it."""
    if what not in _said:
        _said.add(what)
        log.warning("Compiled code %s: %s. It is compiled anew instead, which takes a while.", what, problem)


@cache
def _compiled_sources(of: str) -> str:
    """Checksum of every file that compiled code in the folder `of` may come from."""
    total = hashlib.sha256()
    for folder in sorted({"integrators", "kernels", of}):
        for file in sorted((_MODEL / folder).glob("*.py")):
            total.update(file.name.encode() + file.read_bytes())
    return total.hexdigest()


def compiled() -> list[str]:
    """Return the names of the kernels that this process has to compile, because no cache holds them."""
    return list(_missed)


class _CheckedFile(IndexDataCacheFile):
    """numba's cache file with a checksum before the data: machine code that was altered must not be run."""

    def _save_data(self, name: str, data: Any) -> None:
        payload = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(hashlib.sha256(payload).digest() + payload)

    def _load_data(self, name: str) -> Any:
        content = Path(self._data_path(name)).read_bytes()
        payload = content[_CHECKSUM:]
        if hashlib.sha256(payload).digest() != content[:_CHECKSUM]:
            raise ValueError(f"the file {name} is damaged")
        return pickle.loads(payload)

    def _load_index(self) -> dict:
        try:
            return super()._load_index()
        except Exception as problem:  # a damaged pickle raises almost anything
            _announce("cannot be read back", problem)
            return {}


class _KernelCache(FunctionCache):
    """numba's cache of one function, for which trouble is never an error."""

    def __init__(self, function: Callable) -> None:
        super().__init__(function)
        folder = Path(function.__code__.co_filename).parent.name
        self._cache_file = _CheckedFile(self._cache_path, self._impl.filename_base, _compiled_sources(folder))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            found = super().load_overload(sig, target_context)
        except Exception as problem:
            _announce("cannot be read back", problem)
            found = None
        if found is None:
            _missed.append(self._name)
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception as problem:
            _announce("cannot be kept", problem)
