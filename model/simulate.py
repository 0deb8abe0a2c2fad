"""The door to compiled code: one recorded run, and the f-I curve."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from model import by_group, devices
from model.arguments import (
    check_run,
    current_of,
    currents_of,
    memory,
    most_spikes,
    pieces_of,
    seeds,
    start_of,
    steps_of,
)
from model.budget import LIBRARY, Budget, check_work
from model.kernels import endless, trace
from model.parameters import ExpIFParameters, Numbers
from model.population import spike_trains, tallied
from model.run_settings import METHODS, RunSettings
from model.schemes import ALIASES
from model.spikes import firing_rate, rate_of_intervals
from model.stimuli import Stimulus
from model.theory.inputs import numbers_of

_TRACE = {"euler": trace.trace_euler, "strang": trace.trace_strang}
WARM_UP = 20.0  # memories of membrane and noise; a population started at rest has then forgotten it
MOST_SPIKES = 1_000_000  # of a recorded run in which there are more spikes than steps
_SILENCE = np.random.default_rng(0)  # handed to kernels that draw nothing: a new generator takes longer than a run


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
        Firing rates [Hz]. Of one neuron from intervals, (spikes - 1)/(last - first), 0 where there are fewer than two
        spikes; of several under noise from counts, after a warm-up, see `model.spikes.firing_rate`.
    counts : ndarray of int, shape (n,)
        Spikes within the duration, of all neurons of this current.
    errors : ndarray, shape (n,)
        Standard errors of the rates [Hz]; 0 without noise.
    """

    currents: np.ndarray
    rates: np.ndarray
    counts: np.ndarray
    errors: np.ndarray


def simulate(
    p: ExpIFParameters | Numbers,
    current: float | np.ndarray | Stimulus,
    duration: float = 300.0,
    dt: float = 0.1,
    method: str = "strang",
    V_init: float | None = None,
    sigma: float = 0.0,
    seed: int | None = None,
    budget: Budget = LIBRARY,
    tau_noise: float = 0.0,
) -> Trace:
    """Run one neuron and record every step.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    current : float, array of shape (steps,) or Stimulus
        Input [nA], held over each step.
    duration, dt : float
        Length of the run and of a step [ms]; there are round(duration/dt) steps.
    method : str
        The scheme, one of `model.run_settings.METHODS`: `strang` finds spikes between the steps; all others follow
        the documented update rule on the time grid.
    V_init : float, optional
        Membrane potential at the start [mV]; by default the stable point without current, or V_reset where there is
        none. A start at or above V_th is a spike at t = 0.
    sigma : float
        Standard deviation the noise would give the leaky membrane alone [mV].
    seed : int, optional
        The same seed gives the same noise; by default it is new each time.
    budget : Budget
        The most work that is allowed.
    tau_noise : float
        How long the noise remembers [ms]: tau dV = (...) dt + eta dt, where eta is an Ornstein-Uhlenbeck process with
        this correlation time and variance sigma^2 tau/tau_noise. 0 is white noise, and the limit of short ones. The
        leaky membrane alone then has the variance sigma^2 tau/(tau + tau_noise).

    Returns
    -------
    Trace

    Raises
    ------
    ValueError
        If an argument is not allowed, or the run exceeds the budget.
    """
    method = ALIASES.get(method, method) if isinstance(method, str) else method
    check_run(p, method, dt, sigma, tau_noise)
    neuron = numbers_of(p)
    steps, start, (current_seed, membrane_seed) = steps_of(duration, dt), start_of(neuron, V_init), seeds(seed)
    room, pieces = steps, pieces_of(method, dt, p.tau)
    check_work(budget, steps=steps, output_points=4 * steps + room, pieces=pieces)
    t, V, held = np.arange(steps) * float(dt), np.empty(steps), np.empty(steps, dtype=np.bool_)
    I = current_of(current, t, float(dt), current_seed)
    if method not in _TRACE:
        V, held, spikes = by_group.recorded(ExpIFParameters(**neuron._asdict()), I, float(dt), method, start)
        return Trace(t, V, I, spikes, held)
    spikes = most_spikes(neuron, method, I.max(), duration, steps * pieces, MOST_SPIKES)
    check_work(budget, steps=steps, pieces=pieces, spikes=spikes)
    while True:
        spikes, rng = np.empty(room), np.random.default_rng(membrane_seed) if sigma > 0.0 else _SILENCE
        count = _TRACE[method](start, I, float(dt), float(sigma), memory(tau_noise), rng, neuron, V, held, spikes)
        if count >= 0:
            return Trace(t, V, I, spikes[:count].copy(), held)
        if count == endless.ENDLESS:
            raise ValueError(endless.SENTENCE)
        if room >= MOST_SPIKES:
            raise ValueError(
                f"This run has more than {room} spikes. Choose a shorter duration, a weaker current, or a longer "
                "tau_ref."
            )
        room = MOST_SPIKES
        check_work(budget, steps=steps, output_points=4 * steps + room)


def fi_curve(
    p: ExpIFParameters,
    currents: np.ndarray,
    duration: float = 1000.0,
    dt: float = 0.1,
    method: str = "strang",
    sigma: float = 0.0,
    seed: int | None = None,
    device: str = "cpu",
    threads: int | None = None,
    budget: Budget = LIBRARY,
    neurons: int = 1,
    tau_noise: float = 0.0,
) -> FICurve:
    """Simulate one neuron, or several, per current and measure the firing rate.

    Parameters
    ----------
    p : ExpIFParameters
        The neuron.
    currents : float or array, shape (n,)
        Constant currents [nA].
    duration, dt, method, sigma, seed, budget, tau_noise
        As for `simulate`. Each neuron starts at the stable point without current.
    device : {"cpu", "cuda"}
        Where to run. On the GPU noise needs the method strang, one neuron per current, and is white; the errors are
        then those of exponential intervals, because only spikes are counted.
    threads : int, optional
        On how many parts the work is spread; by default long work goes to all cores, and the result is the same.
    neurons : int
        How many independent neurons each current has. They differ by their noise only; without it one is run.

    Returns
    -------
    FICurve

    Raises
    ------
    ValueError
        If an argument is not allowed, or the work exceeds the budget.
    RuntimeError
        If the device was asked for by name and does not work.
    """
    method = ALIASES.get(method, method) if isinstance(method, str) else method
    check_run(p, method, dt, sigma, tau_noise)
    RunSettings.param.neurons.check(neurons)
    steps, where = steps_of(duration, dt), devices.checked(device)
    check_work(
        budget,
        steps=steps,
        neurons=np.size(currents) * (neurons if sigma > 0.0 else 1),
        output_points=3 * np.size(currents),
        pieces=pieces_of(method, dt, p.tau),
    )
    if sigma > 0.0 and where == "cpu":
        return _under_noise(p, currents, duration, dt, method, (sigma, tau_noise), seed, threads, budget, int(neurons))
    if sigma > 0.0 and (neurons > 1 or tau_noise > 0.0):
        raise ValueError("On the GPU noise is white, and there is one neuron per current; choose the device cpu.")
    if where == "cpu" and method in _TRACE:
        tally = tallied(p, currents, duration, dt, method, (sigma, tau_noise), seed, threads, budget)
    else:
        tally = by_group.tallied(p, currents, steps, float(dt), method, start_of(p), sigma, seed, device)
    rates = rate_of_intervals(tally.count, tally.first, tally.last)
    errors = rates / np.sqrt(np.maximum(tally.count - 1, 1)) if sigma > 0.0 else np.zeros(rates.size)
    return FICurve(np.array(currents, dtype=np.float64, ndmin=1), rates, tally.count * int(neurons), errors)


def _under_noise(
    p: ExpIFParameters,
    currents: np.ndarray,
    duration: float,
    dt: float,
    method: str,
    noise: tuple[float, float],
    seed: int | None,
    threads: int | None,
    budget: Budget,
    neurons: int,
) -> FICurve:
    """`fi_curve` with noise (sigma, tau_noise), on the CPU."""
    currents = currents_of(currents)
    sigma, tau_noise = noise
    t, who = spike_trains(
        p, np.repeat(currents, neurons), duration, dt, method, sigma, seed, threads, budget, tau_noise=tau_noise
    )
    warm_up = min(WARM_UP * (p.tau + tau_noise), 0.2 * duration) if neurons > 1 else 0.0
    edges = np.searchsorted(who, np.arange(currents.size + 1) * neurons)
    rates, errors = np.empty(currents.size), np.empty(currents.size)
    for k, (a, b) in enumerate(pairwise(edges)):
        rates[k], errors[k] = firing_rate(t[a:b], who[a:b] - k * neurons, neurons, duration, warm_up)
    return FICurve(currents, rates, np.diff(edges), errors)


def warm() -> None:
    """Compile, or load from the cache, every kernel that a run can need."""
    p = ExpIFParameters()
    for method in METHODS:
        simulate(p, 10.0, 2.0, method=method)
        fi_curve(p, 10.0, 2.0, method=method)
