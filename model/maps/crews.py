"""Who computes the pieces of a map: a thread, processes on this machine, or the workers of a Dask cluster.

All are executors of `concurrent.futures`, so that whoever hands out the pieces need not know which it is.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from model.maps.piece import MapPart, MapPiece, computed
from model.quantity import shorten
from model.sentences import say

AHEAD = 3  # pieces in hand for each worker, so that none waits for the next one

_stopped: Any = None  # of a worker process: the event that ends its work


class Crew:
    """One thread of this process; it takes no piece after the one in hand once it is let go."""

    workers = 1

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="map")

    def submit(self, piece: MapPiece) -> Future[MapPart | None]:
        """Hand a piece over."""
        return self._threads.submit(computed, piece, self._stop.is_set)

    def alone(self) -> bool:
        """Whether nobody is left who could compute."""
        return False

    def let_go(self) -> None:
        """End the work: at once where nothing is in hand, else after the tile that is being computed."""
        self._stop.set()
        self._threads.shutdown(wait=False, cancel_futures=True)


class Processes:
    """Processes on this machine, one for each core that is asked for."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        context = multiprocessing.get_context("spawn")  # a fork would copy threads in the middle of their work
        self._stop = context.Event()
        self._pool = ProcessPoolExecutor(workers, context, _begin_work, (self._stop,))

    def submit(self, piece: MapPiece) -> Future[MapPart | None]:
        """Hand a piece over.

        Raises
        ------
        ValueError
            If the measure cannot be sent to another process.
        """
        return self._pool.submit(_computed_there, _packed(piece))

    def alone(self) -> bool:
        """Whether nobody is left who could compute."""
        return False

    def let_go(self) -> None:
        """End the work after the tiles that are being computed."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)


class Cluster:
    """The workers of a Dask cluster; they need this package, and no access to the store."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pool = client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """How many pieces it computes at a time, as far as it can be asked."""
        return max(1, sum(self._threads().values()))

    def submit(self, piece: MapPiece) -> Future[MapPart | None]:
        """Hand a piece over; to a cluster that is lost, in vain."""
        try:
            return self._pool.submit(computed, piece)
        except Exception as problem:
            lost: Future[MapPart | None] = Future()
            lost.set_exception(CancelledError(str(problem)))
            return lost

    def alone(self) -> bool:
        """Whether nobody is left who could compute."""
        return not self._threads()

    def _threads(self) -> dict[str, int]:
        try:
            return self._client.nthreads()
        except Exception:  # a scheduler that does not answer, a client that is closed: each says it in its way
            return {}

    def let_go(self) -> None:
        """Take back what is not being computed; the client stays open."""
        with suppress(Exception):  # from a client that is closed, there is nothing to take back
            self._pool.shutdown(wait=False)


def workers_of(client: Any) -> int:
    """Return how many pieces the cluster of a client computes at a time, as it is now."""
    return max(1, sum(client.nthreads().values()))


def crew_for(workers: int, client: Any) -> Crew | Processes | Cluster:
    """Return who computes."""
    if client is not None:
        return Cluster(client)
    return Processes(workers) if workers > 1 else Crew()


def checked_crew(workers: Any, client: Any) -> int:
    """Return the number of workers.

    Raises
    ------
    ValueError
        If it is no whole number from 1 upwards, or the client is none of Dask's.
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(say(
            "workers must be a whole number from 1 upwards; {given} was given.", given=shorten(workers)
        ))  # fmt: skip
    if client is not None and not all(hasattr(client, name) for name in ("get_executor", "nthreads")):
        raise ValueError(say(
            "client must be a distributed.Client; {given} was given.", given=shorten(client)
        ))  # fmt: skip
    if client is not None and workers > 1:
        raise ValueError(say("Give workers or client, not both: with a client its cluster says how many there are."))
    return workers


def _packed(piece: MapPiece) -> bytes:
    """Return a piece as bytes, with a measure that may stand in a notebook or within a function."""
    own = not piece.request.measure.results and find_spec("cloudpickle") is not None
    pack = import_module("cloudpickle" if own else "pickle").dumps  # the first packs what a notebook defines, too
    try:
        return pack(piece)
    except Exception as problem:  # whatever an object says when it cannot be packed
        raise ValueError(say(
            "The measure {measure} cannot be sent to another process ({problem}). Write it as a function of a module, "
            "or choose workers=1.", measure=piece.request.measure.name, problem=str(problem)[:200],
        )) from problem  # fmt: skip


def _computed_there(packed: bytes) -> MapPart | None:
    """Compute a piece in a worker process."""
    return computed(pickle.loads(packed), _stopped.is_set)


def _begin_work(stop: Any) -> None:
    """Make a worker process end with its parent, however that ends, and leave interruptions to it."""
    global _stopped
    _stopped = stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
