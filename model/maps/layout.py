"""Into which pieces a map is cut: each should hold about a second of work, for handing out and keeping cost 10 ms."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import product
from typing import Any

from model.maps.piece import TILE, computed, cut
from model.maps.request import Request
from model.quantity import shorten
from model.sentences import say

WORK = 1.0  # s in a piece
QUICK = 0.1  # s; a tile that may take longer is not computed for the sake of its time
LARGEST = 2_000_000  # points of a piece: what it needs of memory
SHARES = 4  # pieces for each worker at least, so that none waits long for the last one
A_FEW = 4096  # points on which a measure that takes all at once is tried


def shape_of_pieces(shape: tuple[int, ...], along: int | None, tile: int, points: int) -> tuple[int, ...]:
    """Return how many values of each axis a piece has: whole tiles along the current, and about so many points.

    Parameters
    ----------
    shape : tuple of int
        Of the map.
    along : int or None
        Which axis is the current.
    tile : int
        Neighbouring currents of a tile.
    points : int
        How many points a piece should have.
    """
    found = [1] * len(shape)
    order = [k for k in reversed(range(len(shape))) if k != along]
    if along is not None:
        found[along] = min(shape[along], max(tile, points // tile * tile))
        points //= found[along]
    for k in order:
        found[k] = max(1, min(shape[k], points))
        points //= found[k]
    return tuple(found)


def edges_of_piece(
    index: tuple[int, ...], pieces: tuple[int, ...], shape: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return where piece number `index` begins and ends along each axis, for pieces of this shape."""
    start = tuple(i * n for i, n in zip(index, pieces, strict=True))
    return start, tuple(min(a + n, end) for a, n, end in zip(start, pieces, shape, strict=True))


def all_pieces(pieces: tuple[int, ...], shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the number of every piece along each axis, in order."""
    return product(*(range(-(-end // n)) for n, end in zip(pieces, shape, strict=True)))


def checked_points(points: Any) -> int | None:
    """Return how many points a piece should have, as it was asked for.

    Raises
    ------
    ValueError
        If it is no whole number from 1 upwards.
    """
    if points is not None and (isinstance(points, bool) or not isinstance(points, int) or points < 1):
        raise ValueError(say(
            "points must be a whole number from 1 upwards, or None; {given} was given.", given=shorten(points)
        ))  # fmt: skip
    return points


def tried(request: Request) -> tuple[str, ...]:
    """Return the names of what a measure gives: a point is computed.

    So the code is also compiled, and what is wrong with an option is said before anything is begun.

    Raises
    ------
    ValueError
        If the measure has no answer at the first point, in the middle and at the last one.
    """
    one = (1,) * len(request.axes)
    wrong = 0
    for share in (0.0, 0.5, 1.0):
        start = tuple(int(share * (end - 1)) for end in request.shape)
        part = computed(cut(request, start, tuple(a + n for a, n in zip(start, one, strict=True))))
        if part and not (part.note and all((column != column).all() for column in part.values.values())):
            break
        wrong += 1
    if wrong == 3 and part:
        raise ValueError(getattr(part.note, "values", {}).get("problem", part.note))
    return tuple(part.values if part else ())


def time_of_a_point(request: Request) -> float:
    """Return how long a point takes [s], from one of them or, where that is quick, from a whole tile."""
    tile = A_FEW if request.measure.wide else TILE[request.device]
    took, points = 0.0, 1
    for most in (1, tile):
        shape = shape_of_pieces(request.shape, request.along, 1, most)
        piece, begun = cut(request, (0,) * len(shape), shape), time.perf_counter()
        computed(piece)
        took, points = time.perf_counter() - begun, piece.request.points
        if took > QUICK:
            break
    return took / points


def chosen_points(request: Request, seconds: float, workers: int) -> int:
    """Return how many points a piece should have, where a point takes so long [s] and there are so many workers."""
    share = -(-request.points // (SHARES * workers)) if workers > 1 else request.points
    return max(1, min(int(WORK / max(seconds, 1e-9)), share, LARGEST))
