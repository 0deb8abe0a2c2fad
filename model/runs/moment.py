"""The state of one neuron between two steps: where a run ends, and where another one goes on."""

from __future__ import annotations

import numbers
from typing import Any, NamedTuple

from model.integrators.equation import NEVER
from model.quantity import shorten
from model.runs.execution import LARGEST_V

LAST = 1 << 40  # steps; the rounding of a time there is still a small part of a step
LARGEST_MEMORY = 100.0  # standard deviations; normal numbers of 64 bits reach nowhere near
ROUNDING = 1e-9  # relative: a spike at the end of a step may seem to be after it


class Moment(NamedTuple):
    """The state of one neuron between two steps: with it a run goes on as if it had never ended.

    Attributes
    ----------
    step : int
        How many steps lie before it since t = 0; the time is step*dt.
    V : float
        Membrane potential [mV].
    t_last_spike : float
        Time of the last spike [ms]; -1e7 before the first. Until tau_ref after it V is held.
    noise : float or None
        What membrane noise with a memory remembers, in standard deviations; None where it has not begun.
    current : float or None
        The same of a current with a memory.
    """

    step: int
    V: float
    t_last_spike: float = NEVER
    noise: float | None = None
    current: float | None = None


def checked_moment(start: Any, dt: float) -> Moment:
    """Return a moment that a run with steps of `dt` [ms] can go on from.

    Raises
    ------
    ValueError
        If it is none, or one of its values is not allowed.
    """
    if not isinstance(start, Moment):
        raise ValueError(f"A run goes on from a Moment, such as the end of a trace; {shorten(start)} was given.")
    step = start.step
    if isinstance(step, bool) or not isinstance(step, numbers.Integral) or not 0 <= step <= LAST:
        raise ValueError(f"The step of a moment must be a whole number from 0 to {LAST}; {shorten(step)} was given.")
    t = int(step) * dt
    V = _number_between(start.V, -LARGEST_V, LARGEST_V, "V", "mV")
    t_last = _number_between(
        start.t_last_spike, NEVER, t + ROUNDING * (t + dt), "t_last_spike", "ms, at most its own time"
    )
    memories = (
        None if value is None else _number_between(value, -LARGEST_MEMORY, LARGEST_MEMORY, name, "standard deviations")
        for name, value in (("noise", start.noise), ("current", start.current))
    )
    return Moment(int(step), V, t_last, *memories)


def _number_between(value: Any, low: float, high: float, name: str, unit: str) -> float:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ValueError(f"{name} of a moment must be a number; {shorten(value)} was given.")
    number: Any = value
    if not low <= number <= high:  # so with nan, too
        raise ValueError(
            f"{name} of a moment must be between {low:.10g} and {high:.10g} {unit}; {shorten(value)} was given."
        )
    return float(value)
