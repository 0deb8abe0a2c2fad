"""From a snapshot of choices to everything the page shows: one pure function."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from dashboard.axes import with_edge
from dashboard.costs import RUN, SPIKE, recorded_per_ms
from dashboard.curve import REMEMBERED, Curve, curve, key_of
from dashboard.names import within
from dashboard.session import Session, Snapshot
from model import simulate, theory
from model.parameters import ExpIFParameters, Numbers
from model.run_settings import RunSettings
from model.runs.arguments import pieces_of
from model.runs.expectation import highest_rate
from model.runs.trace import Trace
from model.sentences import listed, say
from model.stimuli import CURRENT_BOUNDS, KINDS, Stimulus, WhiteNoise
from model.theory.flow import vector_field

LONG = 6.7e6  # neuron-steps; a run of more takes longer than a slider may wait, about 15 ms
NOISY = 2e6  # of these for the exact curve under noise, unless most of it lies deep below the rheobase
DEEP = 15.0  # standard deviations
RARE = 5.0  # standard deviations by which a current hardly ever exceeds its mean

NEURON = ExpIFParameters.param


class Phase(NamedTuple):
    """The phase line: dV/dt [mV/ms] over V [mV] at one current, and the fixed points [mV] where it is zero."""

    V: np.ndarray
    dV: np.ndarray
    stable: float
    unstable: float


class Result(NamedTuple):
    """One run of the neuron with the theory beside it."""

    choice: Snapshot
    neuron: Numbers
    trace: Trace
    curve: Curve
    phase: Phase
    I: float  # nA, the mean current from the first spike to the last
    rate: float  # Hz, from the intervals of the trace
    exact_rate: float  # Hz, at I, with the chosen noise; nan where the theory does not reach
    rheobase: float  # nA
    dt: float
    duration: float
    method: str
    sigma: float
    constant: bool  # the current does not change: the exact rate applies


def compute(choice: Snapshot) -> Result:
    """Run the neuron and its theory.

    Raises
    ------
    ValueError
        In a sentence for the visitor, when the choices ask for more work than one visitor may have.
    """
    check_run_cost(choice)
    stimulus = stimulus_of(choice.kind, choice.stimulus)
    trace = simulate(
        choice.neuron, stimulus, duration=choice.duration, dt=choice.dt, method=choice.method,
        sigma=choice.sigma, seed=choice.seed, tau_noise=choice.tau_noise,
    )  # fmt: skip
    rheobase = theory.rheobase(choice.neuron)
    I = operating_current(trace, choice.main_current)
    return Result(
        choice, choice.neuron, trace, curve(key_of(choice)), phase_line(choice.neuron, I, lowest(trace)), I,
        rate_of(trace.spikes), exact_rate(choice.neuron, I, choice.sigma), rheobase, choice.dt, choice.duration,
        choice.method, choice.sigma, choice.kind == "constant",
    )  # fmt: skip


def work(choice: Snapshot, enough: float) -> tuple[float, float]:
    """Return what the steps of a run and, at most, its spikes cost [neuron-steps]; exact only beyond `enough`."""
    neuron, ms = choice.neuron, choice.duration
    sigma = shaking(choice)
    steps = ms * recorded_per_ms(neuron, choice.dt, choice.method, sigma, choice.tau_noise, shared=sigma > choice.sigma)
    if choice.method != "strang":  # a spike is part of its step
        return steps, 0.0
    per_hertz, rate = 1e-3 * ms * SPIKE, 1e3 / neuron.tau_ref if neuron.tau_ref > 0 else np.inf
    if steps + per_hertz * rate > enough:  # only then the exact rate is worth its while
        rate = min(rate, float(highest_rate(neuron, strongest(choice), sigma)))
    return steps, per_hertz * rate


def strongest(choice: Snapshot) -> float:
    """Return a current [nA] that the chosen one hardly ever exceeds."""
    parts = dict(choice.stimulus)
    level = max(parts["I"], parts.get("I_base", -np.inf)) + abs(parts.get("I_swing", 0.0))
    level += parts["drawn"].currents.max() if "drawn" in parts else 0.0
    return min(level + RARE * parts.get("I_sd", 0.0), CURRENT_BOUNDS[1])


def shaking(choice: Snapshot) -> float:
    """Return the white noise of the membrane [mV]: its own, with what a noisy current makes of it."""
    stimulus = stimulus_of(choice.kind, choice.stimulus)
    shared = stimulus.shaking(choice.neuron.R, choice.neuron.tau) if isinstance(stimulus, WhiteNoise) else 0.0
    return math.hypot(choice.sigma, shared)


def check_run_cost(choice: Snapshot) -> None:
    """Raise ValueError, in a sentence, where a run of these choices takes too long for one visitor of many."""
    steps, spikes = work(choice, RUN)
    if steps + spikes <= RUN:
        return
    dt, possible = choice.dt, choice.duration * RUN / (steps + spikes)
    if spikes > steps:
        said = say("its spikes are countless")
        if spikes < np.inf:
            said = say("it may have {spikes:.2g} spikes", spikes=spikes / SPIKE)
        remedies = [
            say("a longer {quantity}", quantity=within(NEURON.tau_ref)),
            say("a lower {quantity}", quantity=within(NEURON.V_reset)), say("a weaker current"),
        ]  # fmt: skip
    elif (parts := pieces_of(choice.method, dt, choice.neuron.tau, choice.tau_noise if choice.sigma > 0 else 0.0)) > 1:
        by_noise = parts > pieces_of(choice.method, dt, choice.neuron.tau)
        short = within(RunSettings.param.tau_noise if by_noise else NEURON.tau)
        said = say("it has {steps:.3g} steps, each in {parts} parts because dt is long beside the {quantity}",
                   steps=choice.duration / dt, parts=parts, quantity=short)  # fmt: skip
        remedies = [say("a longer {quantity}", quantity=short)]
    else:
        said = say("it has {steps:.3g} steps", steps=choice.duration / dt)
        remedies = [say("a larger {quantity}", quantity=within(RunSettings.param.dt))]
        remedies += [] if choice.method in ("strang", "euler") else [say("the method strang")]
    if possible >= max(dt, RunSettings.param.duration.bounds[0]):
        remedies.insert(0, say("a duration of at most {most:g} ms", most=rounded_down(possible)))
    raise ValueError(say("This run is too long: {reason}. Choose {remedies}.", reason=said, remedies=listed(remedies)))


def rounded_down(value: float) -> float:
    """Return a positive number with two digits that is not larger."""
    digit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.floor(value / digit) * digit


def is_long(choice: Snapshot) -> bool:
    """Return whether a run of these choices may take longer than a slider may wait."""
    short = LONG
    if choice.sigma > 0:
        key = key_of(choice)
        if key.neuron.R * (theory.rheobase(key.neuron) - 0.5 * sum(key.span)) > DEEP * key.sigma:
            return True
        short -= NOISY
    return sum(work(choice, short)) > short


@cache
def opening() -> Result:
    """Return the run that every page opens with: the documented example."""
    return compute(Session().snapshot())


def exact_rate(neuron: Numbers, I: float, sigma: float) -> float:
    """Return the exact rate [Hz] at I [nA] and sigma [mV]; nan where the theory has no finite answer."""
    try:
        rate = float(theory.stationary_rate(neuron, I, sigma) if sigma > 0 else theory.firing_rate(neuron, I))
    except ValueError:
        return np.nan
    return rate if np.isfinite(rate) else np.nan


def lowest(trace: Trace) -> float:
    """Return the lowest membrane potential [mV] of a run."""
    return float(trace.V.min())


@lru_cache(maxsize=REMEMBERED)  # building one takes as long as a run; nobody changes what is returned
def stimulus_of(kind: str, values: tuple[tuple[str, Any], ...]) -> Stimulus:
    """Return the stimulus that these values stand for."""
    return KINDS[kind](**dict(values))


def rate_of(spikes: np.ndarray) -> float:
    """Return the rate [Hz] from the intervals between spikes [ms]; 0 with fewer than two."""
    return 1000.0 * (spikes.size - 1) / (spikes[-1] - spikes[0]) if spikes.size > 1 else 0.0


def operating_current(trace: Trace, chosen: float) -> float:
    """Return the mean current [nA] from the first spike to the last, or the chosen one when there is no interval.

    The rate comes from the same intervals, so for a step of current the pair lies on the f-I curve.
    """
    if trace.spikes.size < 2:
        return chosen
    between = (trace.t >= trace.spikes[0]) & (trace.t < trace.spikes[-1])
    return float(trace.I[between].mean()) if between.any() else chosen


def phase_line(neuron: Numbers, I: float, lowest: float, points: int = 241) -> Phase:
    """Return the phase line at I [nA] over every V the neuron can have, with an edge for the names of the levels."""
    stable, unstable = theory.fixed_points(neuron, I)
    V = np.linspace(*with_edge(voltage_range(neuron, np.fmin(lowest, stable))), points)
    dV = vector_field(neuron, V, I)
    return Phase(V, dV, float(stable), float(unstable))


def voltage_range(neuron: Numbers, lowest: float = np.inf) -> tuple[float, float]:
    """Return the voltages [mV] that the axes cover: reset, rest, thresholds, and the lowest V there is to show."""
    low = min(neuron.V_reset, neuron.V_rest, neuron.V_T)
    low, high = 5.0 * np.floor((low - 5.0) / 5.0), 5.0 * np.ceil((max(neuron.V_th, neuron.V_T) + 2.0) / 5.0)
    if lowest < low:  # in coarse steps, so that the axis does not jump with every run
        low = 20.0 * np.floor((lowest - 2.0) / 20.0)
    return low, high
