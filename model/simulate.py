"""The only door to compiled code: one recorded run, and the f-I curve."""

from __future__ import annotations

import numbers
from typing import Any, NamedTuple

import numpy as np

from model import theory
from model.budget import LIBRARY, Budget, check_work
from model.kernels import population_euler, population_strang, random, trace
from model.kernels.tally import Tally, empty
from model.parameters import ExpIFParameters
from model.quantity import shorten
from model.run_settings import METHODS, RunSettings
from model.stimuli import Constant, Samples, Stimulus

_TRACE = {"euler": trace.trace_euler, "strang": trace.trace_strang}
_POPULATION = {"euler": population_euler, "strang": population_strang}


class Trace(NamedTuple):
    """One recorded run of one neuron.

    Attributes
    ----------
    t, V, I : ndarray, shape (steps,)
        Time k*dt [ms], membrane potential [mV] and current [nA]. With `euler` V is the state after the step that starts
        at t, as the documented monitor has it; with `strang` it is the state at t.
    spikes : ndarray, shape (n,)
        Spike times [ms]: between the steps with `strang`, starts of steps with `euler`.
    refractory : ndarray of bool, shape (steps,)
        Whether the neuron is held at V_reset.
    """

    t: np.ndarray
    V: np.ndarray
    I: np.ndarray
    spikes: np.ndarray
    refractory: np.ndarray


class FICurve(NamedTuple):
    """Firing rates over constant currents.

    Attributes
    ----------
    currents : ndarray, shape (n,)
        Currents [nA].
    rates : ndarray, shape (n,)
        Firing rates [Hz], from intervals: (spikes - 1)/(last - first); 0 where there are fewer than two spikes.
    counts : ndarray of int, shape (n,)
        Spikes within the duration.
    """

    currents: np.ndarray
    rates: np.ndarray
    counts: np.ndarray


def simulate(
    p: ExpIFParameters,
    current: float | np.ndarray | Stimulus,
    duration: float = 300.0,
    dt: float = 0.1,
    method: str = "strang",
    V_init: float | None = None,
    sigma: float = 0.0,
    seed: int | None = None,
    budget: Budget = LIBRARY,
) -> Trace:
    """Run one neuron and record every step.

    Parameters
    ----------
    p : ExpIFParameters
        The neuron.
    current : float, array of shape (steps,) or Stimulus
        Input [nA], held over each step.
    duration, dt : float
        Length of the run and of a step [ms]; there are round(duration/dt) steps.
    method : {"strang", "euler"}
        The scheme; `euler` is the documented update rule on the time grid.
    V_init : float, optional
        Membrane potential at the start [mV]; by default the stable point without current, or V_reset where there is
        none. A start at or above V_th is a spike at t = 0.
    sigma : float
        Standard deviation the noise would give the leaky membrane alone [mV].
    seed : int, optional
        The same seed gives the same noise; by default it is new each time.
    budget : Budget
        The most work that is allowed.

    Returns
    -------
    Trace

    Raises
    ------
    ValueError
        If an argument is not allowed, or the run exceeds the budget.
    """
    neuron, steps, (current_seed, membrane_seed) = _prepared(p, duration, dt, method, sigma, seed)
    check_work(budget, steps=steps, output_points=5 * steps)
    start = _start(p, V_init)
    t = np.arange(steps) * dt
    I = _sampled(current, t, dt, np.random.default_rng(current_seed))
    V, held = np.empty(steps), np.empty(steps, dtype=np.bool_)
    capacity = steps
    while True:
        spikes, rng = np.empty(capacity), np.random.default_rng(membrane_seed)
        count = _TRACE[method](start, I, float(dt), float(sigma), rng, neuron, V, held, spikes)
        if count >= 0:
            return Trace(t, V, I, spikes[:count].copy(), held)
        capacity *= 8
        check_work(budget, steps=steps, output_points=5 * steps + capacity)


def fi_curve(
    p: ExpIFParameters,
    currents: np.ndarray,
    duration: float = 1000.0,
    dt: float = 0.1,
    method: str = "strang",
    sigma: float = 0.0,
    seed: int | None = None,
    device: str = "cpu",
    budget: Budget = LIBRARY,
) -> FICurve:
    """Simulate one neuron per current and measure its firing rate.

    Parameters
    ----------
    p : ExpIFParameters
        The neuron.
    currents : array, shape (n,)
        Constant currents [nA].
    duration, dt, method, sigma, seed, budget
        As for `simulate`. Each neuron starts at the stable point without current.
    device : {"cpu"}
        Where to run.

    Returns
    -------
    FICurve

    Raises
    ------
    ValueError
        If an argument is not allowed, or the work exceeds the budget.
    """
    _, steps, (_, membrane_seed) = _prepared(p, duration, dt, method, sigma, seed)
    if device != "cpu":
        raise ValueError(f"device must be 'cpu'; {shorten(device)} was given.")
    currents = Constant.param.I.check_array(currents)
    if currents.ndim != 1:
        raise ValueError(f"currents must be a list of numbers in nA; an array of shape {currents.shape} was given.")
    check_work(budget, steps=steps, neurons=currents.size, output_points=3 * currents.size)
    tally = _population(p, currents, steps, float(dt), method, float(sigma), membrane_seed)
    span = tally.last - tally.first
    rates = np.divide(1000.0 * (tally.count - 1), span, out=np.zeros(span.shape), where=(tally.count > 1) & (span > 0))
    return FICurve(currents, rates, tally.count)


def _population(p: ExpIFParameters, currents: np.ndarray, steps: int, dt: float, method: str, sigma: float, seed: Any,
                room: int = 0) -> Tally:  # fmt: skip
    """Run one neuron per current, and count (and where there is room record) its spikes."""
    module = _POPULATION[method]
    states = random.lanes(np.random.default_rng(seed), -(-currents.size // module.WIDTH), module.WIDTH)
    tally = empty(currents.size, room)
    if not module.run(_start(p, None), currents, steps, dt, sigma, states, p.numbers(), tally):
        raise ValueError(
            "This neuron spikes without end: more than a million times within one step, as tau_ref is 0 and V_reset "
            "is so close to V_th, or so far up the upswing. Raise tau_ref or lower V_reset."
        )
    return tally


def warm() -> None:
    """Compile, or load from the cache, every kernel that a run can need."""
    p = ExpIFParameters()
    for method in METHODS:
        for sigma in (0.0, 1.0):
            simulate(p, 10.0, 2.0, sigma=sigma, method=method, seed=1)
            fi_curve(p, np.full(3, 10.0), 2.0, sigma=sigma, method=method, seed=1)


def _prepared(p: Any, duration: Any, dt: Any, method: Any, sigma: Any, seed: Any) -> tuple:
    """Check what every run needs; return the neuron's numbers, the steps, and seeds for current and membrane."""
    if not isinstance(p, ExpIFParameters):
        raise ValueError(f"The neuron must be an ExpIFParameters; {shorten(p)} was given.")
    settings = RunSettings.param
    settings.duration.check(duration)
    settings.dt.check(dt)
    settings.sigma.check(sigma)
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; {shorten(method)} was given.")
    steps = round(duration / dt)
    if steps < 1:
        raise ValueError(f"duration must be at least one step; duration is {duration:g} ms and dt {dt:g} ms.")
    return p.numbers(), steps, np.random.SeedSequence(_checked_seed(seed)).spawn(2)


def _checked_seed(seed: Any) -> int | None:
    if seed is None:
        return None
    if isinstance(seed, (bool, np.bool_)) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0 upwards, or None; {shorten(seed)} was given.")
    return int(seed)


def _start(p: ExpIFParameters, V_init: Any) -> float:
    """Where the membrane potential starts [mV]."""
    if V_init is None:
        rest = float(theory.fixed_points(p, 0.0)[0])
        return rest if rest < p.V_th else float(p.V_reset)
    RunSettings.param.V_init.check(V_init)
    return float(V_init)


def _sampled(current: Any, t: np.ndarray, dt: float, rng: np.random.Generator) -> np.ndarray:
    """The current held over each step [nA], from whatever form it was given in."""
    if isinstance(current, Stimulus):
        return current.sample(t, float(dt), rng)
    if isinstance(current, numbers.Real):
        Constant.param.I.check(current)
        return np.full(t.size, float(current))
    values = Samples(current).values
    if values.size != t.size:
        raise ValueError(f"An array of current needs one value per step, {t.size} here; it has {values.size}.")
    return values.copy()
