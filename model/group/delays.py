"""A delay line: what is pushed at one step is pulled a fixed time later."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.group.node import Node
from model.quantity import Quantity, shorten

DELAY = Quantity(1.0, bounds=(0.0, 1e5), unit="ms", symbol="d", label="Delay", doc="From push to pull.")
DELAY.name = "delay"
MOST_NUMBERS = 100_000_000


class ConstantDelay(Node):
    """A delay line: values come out a constant time after they went in.

    Parameters
    ----------
    size : int or tuple of int
        Shape of one value.
    delay : float, or array of shape (size,)
        Delay [ms], one for all or one for each element. It is the first step at or after this time.
    dt : float
        Length of a step [ms].
    name : str, optional
    dtype : dtype, optional
        By default float64.

    Raises
    ------
    ValueError
        If the size, the delay or the memory it asks for is not allowed.

    Examples
    --------
    >>> line = ConstantDelay(size=10, delay=2.0, dt=0.1)
    >>> line.push(np.ones(10))
    >>> line.pull()  # zeros, until 20 updates later
    """

    def __init__(self, size: Any, delay: Any, dt: float, name: str | None = None, dtype: Any = None) -> None:
        self.size, self.num = checked_size(size)
        self.delay = DELAY.check_array(delay)
        if self.delay.ndim and self.delay.shape != self.size:
            raise ValueError(
                f"delay must be one number, or one per element in shape {self.size}; its shape is {self.delay.shape}."
            )
        self.dt = dt
        # 1.1 / 0.1 is a little more than 11: not a twelfth step
        self._steps = np.ceil(np.broadcast_to(self.delay, self.size) / dt - 1e-9).astype(np.int64).ravel()
        length = int(self._steps.max(initial=0)) + 1
        if length * self.num > MOST_NUMBERS:
            raise ValueError(
                f"This delay would keep {length * self.num:.3g} numbers, and {MOST_NUMBERS:.3g} are allowed. "
                f"Choose a shorter delay, a larger dt or fewer elements."
            )
        super().__init__(name)
        self.data = np.zeros((length, self.num), dtype=dtype)
        self._row = 0

    def push(self, idx_or_val: Any, value: Any = None) -> None:
        """Put in the value of this step: `push(value)`, or `push(idx, value)` for some elements.

        Parameters
        ----------
        idx_or_val : number, array or index
            The value of shape `size`; where `value` is given too, the elements that it is for.
        value : number or array, optional
            The value of these elements.
        """
        if value is None:
            self.data[self._row] = np.broadcast_to(idx_or_val, self.size).ravel()
        else:
            self.data[self._row, idx_or_val] = value

    def pull(self, idx: Any = None) -> np.ndarray:
        """Return what was put in one delay ago; it is zero at first.

        Parameters
        ----------
        idx : index, optional
            The elements to return; by default all.

        Returns
        -------
        ndarray
            All elements in the shape `size`, or those of `idx`.
        """
        out = self.data[(self._row - self._steps) % len(self.data), np.arange(self.num)]
        return out.reshape(self.size) if idx is None else out[idx]

    def update(self, t: float, dt: float) -> None:
        """Go on to the next step; the group does so after each of its own.

        Parameters
        ----------
        t, dt : float
            Start and length of the step [ms].

        Raises
        ------
        ValueError
            If dt is not the one for which the delay was made.
        """
        if not math.isclose(dt, self.dt):
            raise ValueError(f"The delay {self.name} was registered for dt = {self.dt:g} ms; the run has {dt:g} ms.")
        self._row = (self._row + 1) % len(self.data)

    def reset(self) -> None:
        """Forget everything that was put in."""
        self.data[:] = 0
        self._row = 0

    def _variables(self) -> dict[str, np.ndarray]:
        return {"data": self.data}


def checked_size(size: Any) -> tuple[tuple[int, ...], int]:
    """Return shape and number of elements of a size.

    Parameters
    ----------
    size : int or tuple of int
        How many elements there are along each axis.

    Raises
    ------
    ValueError
        If it is not a whole number above 0, or a tuple of such numbers.
    """
    shape = tuple(size) if isinstance(size, (tuple, list)) else (size,)
    whole = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n > 0 for n in shape)
    if not shape or not whole:
        raise ValueError(f"size must be a whole number above 0, or a tuple of them; {shorten(size)} was given.")
    return tuple(int(n) for n in shape), math.prod(int(n) for n in shape)
