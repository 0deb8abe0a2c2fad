"""Telling how far a map is, and asking whether it is still wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.sentences import say

Progress = Callable[[int, int], object]


def asked_by(cancel: Any) -> Callable[[], bool]:
    """Return a function that says whether to stop.

    Raises
    ------
    ValueError
        If `cancel` can be neither called nor asked by `is_set`.
    """
    if cancel is None:
        return lambda: False
    ask = getattr(cancel, "is_set", cancel)
    if not callable(ask):
        raise ValueError(say("cancel must be a function that says whether to stop, or an event with is_set."))
    return lambda: bool(ask())


class Teller:
    """Tells how far the work is: nobody, a function, or whoever sees a bar with the time left."""

    def __init__(self, progress: Any, points: int) -> None:
        if not (progress in (None, True, False) or callable(progress)):
            raise ValueError(say("progress must be True, or a function of the points done and of all points."))
        self._bar: Any = None
        self._tell = progress if callable(progress) else (lambda done, points: None)
        if progress is True:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=points, unit=" points", unit_scale=True, dynamic_ncols=True)
            self._tell = self._move

    def _move(self, done: int, points: int) -> None:
        if self._bar.n == 0:  # what a store had already is no measure of the speed
            self._bar.initial = done
        self._bar.update(done - self._bar.n)

    def __enter__(self) -> Progress:
        return self._tell

    def __exit__(self, *about: object) -> None:
        if self._bar is not None:
            self._bar.close()
