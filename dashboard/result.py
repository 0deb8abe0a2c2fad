"""From a snapshot of choices to everything the page shows: one pure function."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dashboard.session import Snapshot
from model import fi_curve, simulate, theory
from model.budget import Budget, check_work
from model.parameters import ExpIFParameters, Numbers
from model.simulate import Trace
from model.stimuli import KINDS
from model.theory.flow import flow

VISITOR = Budget(neuron_steps=5e7, output_points=5e6)  # a fraction of a second of one core, 100 MB
FI_POINTS = 40  # simulated points of the f-I curve
FI_LINE = 200  # points of the exact curve
FI_DURATION = 1000.0  # ms of simulation behind each point


class Curve(NamedTuple):
    """The f-I curve: exact as a line, simulated as points."""

    currents: np.ndarray
    rates: np.ndarray
    simulated_currents: np.ndarray
    simulated_rates: np.ndarray


class Phase(NamedTuple):
    """dV/dt [mV/ms] over V [mV] at one current, and where it is zero."""

    V: np.ndarray
    dV: np.ndarray
    stable: float
    unstable: float


class Result(NamedTuple):
    """One run of the neuron with the theory beside it."""

    neuron: Numbers
    trace: Trace
    curve: Curve
    phase: Phase
    I: float  # nA, the current at which the neuron operates
    rate: float  # Hz, from the intervals of the trace
    exact_rate: float  # Hz, at I
    rheobase: float  # nA
    dt: float
    duration: float
    method: str
    sigma: float
    constant: bool  # the current does not change, nor is there noise: the exact rate applies


def compute(choice: Snapshot) -> Result:
    """Run the neuron and its theory.

    Raises
    ------
    ValueError
        In a sentence for the visitor, when the choices ask for more work than one visitor may have.
    """
    steps = round(choice.duration / choice.dt)
    check_work(VISITOR, steps=steps, neurons=1, output_points=4 * steps)
    neuron = parameters(choice.neuron)
    stimulus = KINDS[choice.kind](**dict(choice.stimulus))
    trace = simulate(
        neuron, stimulus, duration=choice.duration, dt=choice.dt, method=choice.method,
        sigma=choice.sigma, seed=choice.seed,
    )  # fmt: skip
    rheobase = theory.rheobase(neuron)
    I = operating_current(trace, float(stimulus.I))
    sigma = choice.sigma if choice.method == "strang" else 0.0
    curve = f_I(choice.neuron, current_range(choice.neuron, rheobase, I), choice.dt, choice.method, sigma, choice.seed)
    return Result(
        choice.neuron, trace, curve, phase_line(choice.neuron, I), I, rate_of(trace.spikes),
        float(theory.firing_rate(neuron, I)), rheobase, choice.dt, choice.duration, choice.method, choice.sigma,
        choice.kind == "constant" and choice.sigma == 0,
    )  # fmt: skip


def parameters(numbers: Numbers) -> ExpIFParameters:
    """Return the parameters that a tuple of numbers stands for."""
    return ExpIFParameters(**numbers._asdict())


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


def nice(value: float) -> float:
    """Return the next round number at or above a positive value: axes that mostly stand still while one drags."""
    scale = 10.0 ** np.floor(np.log10(value))
    return float(next(scale * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if scale * step >= value * (1 - 1e-9)))


def current_range(neuron: Numbers, rheobase: float, I: float) -> tuple[float, float]:
    """Return the currents [nA] the f-I curve covers: about twelve rheobases, and always the present one."""
    scale = rheobase if rheobase > 0 else neuron.delta_T / neuron.R
    return (-nice(-1.1 * I) if I < 0 else 0.0), nice(max(12 * scale, 1.05 * I))


@lru_cache(maxsize=256)  # shared by all visitors: a class that follows one lesson asks for the same curves
def f_I(numbers: Numbers, span: tuple[float, float], dt: float, method: str, sigma: float, seed: int) -> Curve:
    """Return the f-I curve over a span of currents."""
    neuron = parameters(numbers)
    line = np.linspace(*span, FI_LINE)
    dots = np.linspace(*span, FI_POINTS)
    duration = min(FI_DURATION, VISITOR.neuron_steps * dt / FI_POINTS)
    simulated = fi_curve(neuron, dots, duration=duration, dt=dt, method=method, sigma=sigma, seed=seed)
    return Curve(line, theory.firing_rate(neuron, line), simulated.currents, simulated.rates)


def phase_line(neuron: Numbers, I: float, points: int = 241) -> Phase:
    """Return dV/dt from below the reset up to where the upswing has left the picture."""
    low, high = voltage_range(neuron)
    top = min(high, neuron.V_T + 4 * neuron.delta_T + 2)
    V = np.linspace(low, max(top, low + 1.0), points)
    dV = flow(neuron, V, I)
    stable, unstable = theory.fixed_points(neuron, I)
    return Phase(V, dV, float(stable), float(unstable))


def voltage_range(neuron: Numbers) -> tuple[float, float]:
    """Return the voltages [mV] that the axes cover: a little beyond the reset, the rest and the threshold."""
    low = min(neuron.V_reset, neuron.V_rest)
    return 5.0 * np.floor((low - 5.0) / 5.0), 5.0 * np.ceil((neuron.V_th + 2.0) / 5.0)
