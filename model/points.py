"""Points through which a drawn current runs, and the widest times and currents there are."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.quantity import shorten
from model.sentences import say

CURRENT_BOUNDS = (-1e4, 1e4)  #: nA; the widest current any entry of the model accepts
TIME_BOUNDS = (0.0, 1e5)  # ms
MOST = 10_000  # points
CLOSEST = 1e-6  # ms between two of them: a jump is two points as near as that
BETWEEN = "_"  # the numbers of a text; nothing that an address would have to write in another way


class Points:
    """Points (t, I) of a current that runs in straight lines from each to the next.

    They never change, and equal ones have one hash, so that a run with them can be remembered.

    Parameters
    ----------
    times : array_like, shape (n,)
        Times [ms], each later than the one before.
    currents : array_like, shape (n,)
        Current [nA] at each of these times.

    Raises
    ------
    ValueError
        In a sentence, if they are not finite, not in order, too many, or out of bounds.
    """

    __slots__ = ("_packed",)

    def __init__(self, times: Any, currents: Any) -> None:
        both = [_numbers(times, "times"), _numbers(currents, "currents")]
        self._packed = b"".join(each.tobytes() for each in both)
        _check(*both)

    @property
    def times(self) -> np.ndarray:
        """Times [ms], shape (n,)."""
        return np.frombuffer(self._packed)[: len(self)]

    @property
    def currents(self) -> np.ndarray:
        """Currents [nA], shape (n,)."""
        return np.frombuffer(self._packed)[len(self) :]

    def mean(self, end: float) -> float:
        """Return the mean current [nA] from 0 to `end` [ms]."""
        inside = self.times[(self.times > 0.0) & (self.times < end)]
        t = np.concatenate(([0.0], inside, [end]))
        return float(np.trapezoid(np.interp(t, self.times, self.currents), t) / end)

    @property
    def text(self) -> str:
        """The points as a text that loses nothing: "0_0_50_2.5", a time and a current in turn."""
        pairs = np.column_stack((self.times, self.currents)).ravel().tolist()
        return BETWEEN.join(repr(each).removesuffix(".0") for each in pairs)

    @classmethod
    def read(cls, text: Any) -> Points:
        """Return the points that a text stands for, as `text` writes it.

        Raises
        ------
        ValueError
            In a sentence, if it is no such text, or the points are not allowed.
        """
        try:
            numbers = np.array([float(each) for each in text.split(BETWEEN)])
            if numbers.size % 2 or not text.isascii():
                raise ValueError
        except (AttributeError, ValueError):
            raise ValueError(
                say(
                    "A drawn current is a time in ms and a current in nA in turn, joined by _, as in 0_0_50_2.5; "
                    "{given} is not.",
                    given=shorten(text),
                )
            ) from None
        return cls(numbers[::2], numbers[1::2])

    def __len__(self) -> int:
        return len(self._packed) // 16

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Points) and self._packed == other._packed

    def __hash__(self) -> int:
        return hash(self._packed)

    def __repr__(self) -> str:
        return f"Points({self.times.tolist()}, {self.currents.tolist()})"


def _numbers(values: Any, name: str) -> np.ndarray:
    """Return a list of numbers as an array, with no negative zero, whose text would differ."""
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise ValueError(
            say(
                "The {name} of a drawn current are a list of numbers; {given} is not.", name=name, given=shorten(values)
            )
        )
    return array.astype(np.float64) + 0.0


def _check(times: np.ndarray, currents: np.ndarray) -> None:
    if not 1 <= times.size <= MOST or times.size != currents.size:
        raise ValueError(
            say(
                "A drawn current has from 1 to {most} points, each with a time and a current; it has {times} times and "
                "{currents} currents.",
                most=MOST, times=times.size, currents=currents.size,
            )
        )  # fmt: skip
    if wrong := _outside(times, TIME_BOUNDS):
        raise ValueError(
            say(
                "Every time of a drawn current must be between {low:g} and {high:g} ms; that of point {number} is "
                "{value:g}.",
                **wrong,
            )
        )
    if wrong := _outside(currents, CURRENT_BOUNDS):
        raise ValueError(
            say(
                "Every current of a drawn one must be between {low:g} and {high:g} nA; that of point {number} is "
                "{value:g}.",
                **wrong,
            )
        )
    early = np.flatnonzero(np.diff(times) < CLOSEST)
    if early.size:
        first = int(early[0])
        raise ValueError(
            say(
                "Each time of a drawn current must come at least {closest:g} ms after the one before; point {number} "
                "is at {time:.10g} ms, after {before:.10g} ms.",
                closest=CLOSEST, number=first + 2, time=float(times[first + 1]), before=float(times[first]),
            )
        )  # fmt: skip


def _outside(values: np.ndarray, bounds: tuple[float, float]) -> dict[str, float]:
    """Return the first value out of bounds, or no number, with what a sentence says of it; {} if there is none."""
    low, high = bounds
    wrong = np.flatnonzero(~((values >= low) & (values <= high)))
    if not wrong.size:
        return {}
    return {"low": low, "high": high, "number": int(wrong[0]) + 1, "value": float(values[wrong[0]])}
