"""Shapes of input current: each a small set of quantities that is sampled once per run.

A sample is the current held over one step: the exact mean over the step of the current that is declared. So the charge
of every step is right, and a run is second order in the step, wherever the edges of a stimulus lie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import param

from model.draws import beginning, normals
from model.kernels.coloured import increment
from model.points import CURRENT_BOUNDS, TIME_BOUNDS, Points
from model.quantity import Quantity, WholeNumber, shorten
from model.sentences import say

__all__ = [
    "CURRENT_BOUNDS", "KINDS", "NOISY", "Constant", "Drawn", "OrnsteinUhlenbeck", "Points", "Pulses", "Ramp", "Samples",
    "Sine", "Step", "Stimulus", "WhiteNoise",
]  # fmt: skip

ROUNDING = 8.0 * np.finfo(np.float64).eps  # of times, relative: steps and edges are sums and products of a few numbers

NOTHING = np.empty(0)  # what most currents remember

Line = Callable[[np.ndarray], np.ndarray]  # times [ms] -> current [nA]


def current_quantity(default: float, label: str, doc: str, symbol: str = "I", most: float = 20.0) -> Quantity:
    """Return the declaration of a current [nA]; its slider goes from 0 to `most` [nA]."""
    return Quantity(default, bounds=CURRENT_BOUNDS, softbounds=(0.0, most), step=0.1, unit="nA",
                    symbol=symbol, label=label, doc=doc)  # fmt: skip


def time_quantity(default: float, label: str, doc: str, symbol: str, softbounds: tuple, least: float = 0.0) -> Quantity:
    """Return the declaration of a time [ms] that is at least `least` [ms]."""
    return Quantity(default, bounds=(least, TIME_BOUNDS[1]), softbounds=softbounds, step=0.1, unit="ms",
                    symbol=symbol, label=label, doc=doc)  # fmt: skip


class Stimulus(param.Parameterized):
    """An input current [nA] as a function of time [ms]."""

    def sample(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        """Return the mean current of each step.

        Parameters
        ----------
        t : ndarray, shape (steps,)
            Start of each step [ms], one after the other.
        dt : float
            Length of a step [ms].
        rng : numpy.random.Generator
            Source of random numbers for the noisy shapes.

        Returns
        -------
        ndarray, shape (steps,)
            Current [nA], within `CURRENT_BOUNDS`.
        """
        return np.clip(self._means(t, dt, rng), *CURRENT_BOUNDS)

    def going_on(
        self, first: int, steps: int, dt: float, seed: int, memory: float | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return a part of the current, as it is in one long run with this seed.

        Parameters
        ----------
        first, steps : int
            From which step on, and how many.
        dt : float
            Length of a step [ms].
        seed : int
            Of the noisy shapes.
        memory : float, optional
            What the current remembers at the beginning of the part; by default a noise begins there.

        Returns
        -------
        I : ndarray, shape (steps,)
            Mean current of each step [nA], within `CURRENT_BOUNDS`.
        memories : ndarray, shape (steps + 1,) or (0,)
            What it remembers before each step, and after the last one; empty where it remembers nothing.
        """
        means, memories = self._part(first, steps, dt, seed, memory)
        return np.clip(means, *CURRENT_BOUNDS), memories

    def _part(
        self, first: int, steps: int, dt: float, seed: int, memory: float | None
    ) -> tuple[np.ndarray, np.ndarray]:
        return self._means((first + np.arange(steps)) * dt, dt, np.random.default_rng(0)), NOTHING

    def _means(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        """Return the mean current [nA] of each step, shape (steps,), not yet limited to `CURRENT_BOUNDS`."""
        raise NotImplementedError


class Straight(Stimulus):
    """A current that runs in a straight line from each of its edges to the next: its mean is the value in between."""

    def _line(self, end: float) -> tuple[Line, np.ndarray]:
        """Return the current [nA] as a function of time, and its edges [ms] in order, up to `end` at least.

        It reads every quantity once: this takes as long as a sum over a thousand steps.
        """
        raise NotImplementedError

    def _means(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        if not t.size:
            return np.zeros(0)
        at, edges = self._line(t[-1] + dt)
        I = at(t + 0.5 * dt)
        step = t.searchsorted(edges, side="right") - 1
        before, slack = edges - t[step], ROUNDING * edges  # an edge this close to the grid lies on it, in no step
        inside = (step >= 0) & (before > slack) & (before < dt - slack)
        if inside.any():
            cut, means = means_of_pieces(at, t, dt, edges[inside], step[inside])
            I[cut] = means
        return I


def means_of_pieces(
    at: Line, t: np.ndarray, dt: float, edges: np.ndarray, step: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps that edges [ms] cut into pieces, and the mean current [nA] of each of these steps.

    Edge k lies within step[k]; `at` is the current as a function of time, `t` [ms] are the starts of the steps.
    """
    fresh = np.ones(step.size, dtype=np.bool_)
    fresh[1:] = step[1:] != step[:-1]
    place = fresh.nonzero()[0]
    cut, first = step[place], place + np.arange(place.size)  # a cut step has one piece more than it has edges
    begin, end = np.empty(edges.size + cut.size), np.empty(edges.size + cut.size)
    begin[np.arange(edges.size) + fresh.cumsum()] = edges
    begin[first] = t[cut]
    end[:-1] = begin[1:]
    end[first[1:] - 1] = t[cut[:-1]] + dt
    end[-1] = t[cut[-1]] + dt
    length = end - begin
    return cut, np.add.reduceat(at(0.5 * (begin + end)) * length, first) / np.add.reduceat(length, first)


class Constant(Stimulus):
    """A current that is the same all the time."""

    I = current_quantity(10.0, "Current", "The current that flows all the time.")

    def _means(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        return np.full(t.shape, float(self.I))


class Step(Straight):
    """A current that is switched on at `onset` [ms] for `length` [ms]."""

    I = current_quantity(10.0, "Current", "The current while the step lasts.")
    onset = time_quantity(50.0, "Onset", "When the step begins.", r"t_\mathrm{on}", (0.0, 300.0))
    length = time_quantity(200.0, "Length", "How long the step lasts.", r"t_\mathrm{len}", (0.0, 300.0))
    I_base = current_quantity(0.0, "Base current", "The current before and after the step.", r"I_\mathrm{base}")

    def _line(self, end: float) -> tuple[Line, np.ndarray]:
        I, I_base, onset = float(self.I), float(self.I_base), self.onset
        over = onset + self.length
        return lambda t: np.where((t >= onset) & (t < over), I, I_base), np.array((onset, over))


class Ramp(Straight):
    """A current that rises in a straight line from `I_base` to `I` within `length` [ms], and stays there."""

    I = current_quantity(10.0, "Final current", "The current at the end of the ramp, and after it.")
    onset = time_quantity(0.0, "Onset", "When the ramp begins.", r"t_\mathrm{on}", (0.0, 300.0))
    length = time_quantity(300.0, "Length", "How long the ramp takes.", r"t_\mathrm{len}", (1.0, 300.0), least=0.001)
    I_base = current_quantity(0.0, "Base current", "The current before the ramp.", r"I_\mathrm{base}")

    def _line(self, end: float) -> tuple[Line, np.ndarray]:
        I, I_base, onset, length = self.I, self.I_base, self.onset, self.length

        def at(t: np.ndarray) -> np.ndarray:
            risen = np.clip((t - onset) / length, 0.0, 1.0)
            return I * risen + I_base * (1.0 - risen)  # exactly I in the end

        return at, np.array([onset, onset + length])


class Sine(Stimulus):
    """A current that swings around `I` in a sine of the amplitude `I_swing`."""

    I = current_quantity(5.0, "Mean current", "The current around which it swings.")
    I_swing = current_quantity(5.0, "Amplitude", "How far it swings to each side.", r"I_\mathrm{swing}")
    frequency = Quantity(10.0, bounds=(0.0, 1e4), softbounds=(0.5, 100.0), step=0.1, unit="Hz", symbol="f",
                         label="Frequency", doc="Swings per second.")  # fmt: skip

    def _means(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        swings = 1e-3 * self.frequency  # per ms
        return self.I + self.I_swing * np.sinc(swings * dt) * np.sin(2.0 * np.pi * swings * (t + 0.5 * dt))


class Pulses(Straight):
    """A train of short pulses of current."""

    I = current_quantity(35.5, "Pulse current", "The current during a pulse.", most=100.0)
    onset = time_quantity(20.0, "Onset", "When the first pulse begins.", r"t_\mathrm{on}", (0.0, 300.0))
    width = time_quantity(2.0, "Width", "How long one pulse lasts.", r"t_\mathrm{width}", (0.1, 50.0))
    interval = time_quantity(
        50.0, "Interval", "From the start of a pulse to the next.", r"t_\mathrm{int}", (1.0, 200.0), 0.001
    )
    count = WholeNumber(5, bounds=(1, 100000), softbounds=(1, 20), step=1, unit="", symbol="n", label="Pulses",
                     doc="How many pulses.")  # fmt: skip
    I_base = current_quantity(0.0, "Base current", "The current between the pulses.", r"I_\mathrm{base}")

    def _line(self, end: float) -> tuple[Line, np.ndarray]:
        I, I_base, onset = float(self.I), float(self.I_base), self.onset
        width, interval, count = self.width, self.interval, self.count

        def at(t: np.ndarray) -> np.ndarray:
            since = t - onset
            number = np.floor(since / interval)
            inside = (since >= 0) & (number < count) & (since - number * interval < width)
            return np.where(inside, I, I_base)

        if width >= interval:  # the pulses join
            return at, np.array([onset, onset + count * interval])
        begun = min(count, max(0, int((end - onset) / interval) + 1))
        begin = onset + interval * np.arange(begun)
        return at, np.array((begin, begin + width)).T.ravel()


class OrnsteinUhlenbeck(Stimulus):
    """A noisy current that wanders around `I` and forgets its past within `tau_I` (an Ornstein-Uhlenbeck process).

    Its means follow their exact law at any step: the process at the end of a step and its integral over the step are
    jointly normal.
    """

    I = current_quantity(5.0, "Mean current", "The current around which it wanders.")
    I_sd = Quantity(3.0, bounds=(0.0, 1e4), softbounds=(0.0, 20.0), step=0.1, unit="nA", symbol=r"I_\mathrm{sd}",
                    label="Current noise", doc="How far the current wanders: its standard deviation.")  # fmt: skip
    tau_I = time_quantity(
        5.0, "Correlation time", "How long the current remembers.", r"\tau_I", (0.5, 50.0), least=0.001
    )

    def _means(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        first = rng.standard_normal()  # of the stationary state
        pairs = rng.standard_normal((t.size, 2))  # step by step, so that a longer run begins like a shorter one
        return self._path(first, pairs, dt)[0]

    def _part(
        self, first: int, steps: int, dt: float, seed: int, memory: float | None
    ) -> tuple[np.ndarray, np.ndarray]:
        z = beginning(seed, first) if memory is None else memory
        return self._path(z, normals(seed, first, steps, 2, before=1), dt)

    def _path(self, z: float, pairs: np.ndarray, dt: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the means of steps, and z before each and after the last, from z and a pair of numbers for each."""
        from scipy.signal import (
            lfilter,
        )  # imported here: half a second that a page without noise need not wait for

        keep, new, drift, along, across = increment.py_func(dt, self.tau_I, 1.0 / dt)
        a, b = pairs.T
        zs = lfilter([1.0], [1.0, -keep], np.concatenate(([z], new * a)))
        return self.I + self.I_sd * (drift * zs[:-1] + along * a + across * b), zs


class WhiteNoise(Stimulus):
    """A noisy current that never remembers: it is independent from step to step, as strong in short ones as in long."""

    I = current_quantity(5.0, "Mean current", "The current around which it jumps.")
    I_noise = Quantity(10.0, bounds=(0.0, 1e4), softbounds=(0.0, 50.0), step=0.1, unit="nA √ms",
                       symbol=r"I_\mathrm{noise}", label="Current noise",
                       doc="Its strength; it shakes the leaky membrane by R I_noise / sqrt(2 tau) mV.")  # fmt: skip

    def shaking(self, R: float, tau: float) -> float:
        """Return the standard deviation [mV] that the noise alone gives the potential of a leaky membrane.

        Parameters
        ----------
        R, tau : float
            Resistance [MOhm] and time constant [ms] of the membrane.

        Returns
        -------
        float
            R I_noise / sqrt(2 tau) [mV].
        """
        return R * float(self.I_noise) / float(np.sqrt(2.0 * tau))

    def _means(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        return self._jumping(rng.standard_normal(t.size), dt)

    def _part(
        self, first: int, steps: int, dt: float, seed: int, memory: float | None
    ) -> tuple[np.ndarray, np.ndarray]:
        return self._jumping(normals(seed, first, steps, 1)[:, 0], dt), NOTHING

    def _jumping(self, numbers: np.ndarray, dt: float) -> np.ndarray:
        return self.I + self.I_noise / np.sqrt(dt) * numbers


class Drawn(Straight):
    """A current drawn by hand, or read from a table: straight lines through points, constant beyond their ends.

    Parameters
    ----------
    times, currents : array_like, shape (n,)
        Points that it runs through, in ms and nA; see `Points`. `drawn` takes them as one.

    Raises
    ------
    ValueError
        If only one of the two is given, or the points are not allowed.

    Examples
    --------
    >>> from model import ExpIFParameters, simulate, stimuli
    >>> up_and_down = stimuli.Drawn([0.0, 50.0, 100.0], [0.0, 10.0, 0.0])
    >>> simulate(ExpIFParameters(), up_and_down, duration=150.0).spikes.round(1)
    array([36.3, 55.1, 80.3])
    """

    drawn: param.ClassSelector[Points] = param.ClassSelector(
        class_=Points, default=Points([0, 50, 100, 200, 250], [0, 0, 10, 10, 0]), label="Drawing",
        doc="Draw in the plot of the current, edit the points, or read a CSV file: a time in ms and a current in nA in "
        "each line.",
    )  # fmt: skip
    I = current_quantity(0.0, "Added current", "A constant current on top of the drawn one.")

    def __init__(self, times: Any = None, currents: Any = None, **others: Any) -> None:
        if times is not None or currents is not None:
            others["drawn"] = Points(times, currents)
        super().__init__(**others)

    def _line(self, end: float) -> tuple[Line, np.ndarray]:
        I, times, currents = float(self.I), self.drawn.times, self.drawn.currents
        return lambda t: np.interp(t, times, currents) + I, times


class Samples(Stimulus):
    """A recorded current: one value per step; the last value is held when the run is longer.

    Raises
    ------
    ValueError
        If `values` is empty, not one-dimensional, not numeric, not finite or out of `CURRENT_BOUNDS`.
    """

    values = param.Array(np.zeros(1), doc="Current of each step [nA].")

    def __init__(self, values: Any = (0.0,), **others: Any) -> None:
        array = np.asarray(values)
        low, high = CURRENT_BOUNDS
        if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iuf":
            raise ValueError(say(
                "A sampled current is a list of numbers in nA, one per step; not {given}.", given=shorten(values),
            ))  # fmt: skip
        if not ((array >= low) & (array <= high)).all():
            raise ValueError(
                say("Every sample of the current must be between {low:g} and {high:g} nA.", low=low, high=high)
            )
        super().__init__(values=array.astype(np.float64), **others)

    def _means(self, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
        return self.values[np.minimum(np.floor((t + 0.5 * dt) / dt).astype(np.int64), self.values.size - 1)]


#: The shapes with quantities to choose, by name.
KINDS = {
    "constant": Constant,
    "step": Step,
    "ramp": Ramp,
    "sine": Sine,
    "pulses": Pulses,
    "drawn": Drawn,
    "Ornstein-Uhlenbeck noise": OrnsteinUhlenbeck,
    "white noise": WhiteNoise,
}

#: Those of them that another seed makes another current.
NOISY = tuple(kind for kind, shape in KINDS.items() if shape in (OrnsteinUhlenbeck, WhiteNoise))
