"""Computing what is missing of a map: pieces are handed out, kept as they come back, and what goes wrong is said."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from itertools import islice
from math import prod
from typing import TYPE_CHECKING, Any

from model.maps.crews import AHEAD, crew_for
from model.maps.keeping import Keeper
from model.maps.layout import all_pieces, edges_of_piece
from model.maps.piece import MapPart, cut
from model.maps.request import Request
from model.maps.telling import Progress
from model.sentences import say

if TYPE_CHECKING:
    import xarray

POLL = 0.1  # s between looks at `cancel`
LONELY = 60.0  # s without any worker after which a cluster is given up
MOST_DEATHS = 3  # of workers, one after the other, without a piece in between


class MapStopped(RuntimeError):
    """A map could not be computed to its end.

    Attributes
    ----------
    so_far : xarray.Dataset or None
        What is done; None where even that cannot be read.
    """

    so_far: xarray.Dataset | None = None


def carried_out(
    request: Request, kept: Keeper, workers: int, client: Any, told: Progress, cancelled: Callable[[], bool]
) -> bool:
    """Compute what is missing; return whether all of it is done."""
    missing = dict.fromkeys(each for each in all_pieces(kept.pieces, request.shape) if not kept.has(each))
    done = request.points - sum(_points_in(request, kept, each) for each in missing)
    told(done, request.points)
    deaths = 0
    while missing and not cancelled():
        crew = crew_for(workers, client)
        try:
            for each, part in _handed_out(request, kept, iter(list(missing)), crew, cancelled):
                kept.keep(each, part)
                del missing[each]
                done, deaths = done + _points_in(request, kept, each), 0
                told(done, request.points)
        except BrokenExecutor as problem:
            deaths += 1
            if deaths >= MOST_DEATHS:
                raise _stopped(kept, say(
                    "A worker died {deaths} times without having done anything: memory may be short, or the measure "
                    "ends its process. What is done is kept; choose fewer workers, or smaller pieces with points.",
                    deaths=deaths,
                )) from problem  # fmt: skip
        except OSError as problem:
            raise stopped_by_disk(getattr(kept, "path", ""), problem, kept) from problem
        finally:
            crew.let_go()
    return not missing


def _handed_out(
    request: Request, kept: Keeper, index: Iterator[Any], crew: Any, cancelled: Callable[[], bool]
) -> Iterator[tuple[Any, MapPart]]:
    """Yield pieces as they are done, in any order; a few are in hand for each worker."""
    pending: dict[Future[MapPart | None], Any] = {}
    seen = time.monotonic()
    while not cancelled():
        for each in islice(index, max(0, AHEAD * crew.workers - len(pending))):
            pending[crew.submit(cut(request, *edges_of_piece(each, kept.pieces, request.shape)))] = each
        if not pending:
            return
        ready, _ = wait(pending, POLL, FIRST_COMPLETED)
        if ready or not crew.alone():
            seen = time.monotonic()
        if time.monotonic() - seen > LONELY:
            raise _stopped(kept, say(
                "The cluster has had no worker for {seconds:g} s. What is done is kept; start workers, and call again.",
                seconds=LONELY,
            ))  # fmt: skip
        for future in sorted(ready, key=_has_failed):  # what is done is kept before a failure ends the work
            each, part = pending.pop(future), _result(future, kept, request)
            if part is not None:
                yield each, part


def _has_failed(future: Future[MapPart | None]) -> bool:
    return future.cancelled() or future.exception() is not None


def _result(future: Future[MapPart | None], kept: Keeper, request: Request) -> MapPart | None:
    """Return what became of a piece.

    Raises
    ------
    MapStopped
        If it could not be computed.
    """
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except CancelledError as problem:
        raise _stopped(kept, say(
            "The cluster was closed, or lost, in the middle of the work. What is done is kept; call again."
        )) from problem  # fmt: skip
    except Exception as problem:
        if type(problem).__name__ == "KilledWorker":  # of distributed, which need not be installed
            raise _stopped(kept, say(
                "Several workers of the cluster died over the same piece: memory may be short. What is done is kept; "
                "give the workers more memory, or choose smaller pieces with points, and call again."
            )) from problem  # fmt: skip
        raise _stopped(kept, say(
            "The measure {measure} failed: {problem} What is done is kept.",
            measure=request.measure.name, problem=str(problem) or type(problem).__name__,
        )) from problem  # fmt: skip


def _stopped(kept: Keeper | None, sentence: str) -> MapStopped:
    """Return the error that says why a map is not complete, with what is done."""
    stopped = MapStopped(sentence)
    if kept is not None:
        try:
            stopped.so_far = kept.dataset(complete=False)
        except OSError:  # a disk that does not even let itself be read
            stopped.so_far = None
    return stopped


def stopped_by_disk(path: Any, problem: OSError, kept: Keeper | None) -> MapStopped:
    """Return the error that says that a store could not be written."""
    return _stopped(kept, say(
        "The store {path} could not be written: {problem}. What is done is kept; make room, and call again.",
        path=str(path), problem=problem.strerror or str(problem),
    ))  # fmt: skip


def _points_in(request: Request, kept: Keeper, index: Any) -> int:
    """Return how many points a piece has."""
    start, stop = edges_of_piece(index, kept.pieces, request.shape)
    return prod(b - a for a, b in zip(start, stop, strict=True))
