"""The f-I curve: exact as a line, simulated as points."""

from __future__ import annotations

import math
from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dashboard.session import Snapshot
from model import devices, fi_curve, theory
from model.kernels.event import NEAR
from model.parameters import ExpIFParameters, Numbers
from model.runs.arguments import pieces_of
from model.stimuli import CURRENT_BOUNDS

# All work is reckoned in steps of one of many neurons that run together, about 3 ns each.
RUN = 8e7  # that a recorded run may cost, spikes included: about 0.25 s
PART = 1e7  # that one part of a study may cost, spikes included: about 0.03 s
TOGETHER = 64  # neurons that go through a step together: one alone costs as much as all of them
SPIKE = 400.0  # what one spike costs
RECORDED = 50.0  # what a step costs that is recorded and shown
BY_GROUP = 360.0  # the same with the schemes that only the neuron group has
GRAZING = 8.0  # what a step costs while the noise of each may carry V from anywhere to V_th
FEW_STEPS = 10.0  # a run of fewer shows nothing
POINTS = 40  # simulated without noise
LINE = 200  # points of the exact curve without noise
LINE_WITH_NOISE = (24, 16)  # up to `BEND` rheobases, and beyond
BEND = 3.0
DURATION = 1000.0  # ms of simulation behind each point
REMEMBERED = 200  # curves; one is about 5 kB


class Simulated(NamedTuple):
    """Simulated points: currents [nA], rates and their standard errors [Hz]."""

    currents: np.ndarray
    rates: np.ndarray
    errors: np.ndarray


NONE = Simulated(np.zeros(0), np.zeros(0), np.zeros(0))


class Curve(NamedTuple):
    """Exact rates [Hz] over currents [nA], with the chosen noise and without it, and the simulated points."""

    currents: np.ndarray
    rates: np.ndarray
    quiet_currents: np.ndarray
    quiet_rates: np.ndarray
    simulated: Simulated
    problem: str = ""  # what is missing, and why, in a sentence


class Key(NamedTuple):
    """Everything the curve depends on."""

    neuron: Numbers
    span: tuple[float, float]
    dt: float
    method: str
    sigma: float
    seed: int
    device: str


def nice(value: float) -> float:
    """Return the next round number at or above a positive value: axes that mostly stand still while one drags.

    It stays within the numbers that a plot can show: 1e-307 for smaller values, 1e307 for larger ones.
    """
    value = min(max(value, 1e-307), 1e307)  # below, a power of ten is 0; above, the next round number is infinite
    scale = 10.0 ** math.floor(math.log10(value))
    return float(next(scale * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if scale * step >= value * (1 - 1e-9)))


def current_range(neuron: Numbers, I: float) -> tuple[float, float]:
    """Return the currents [nA] the curve covers: about twelve rheobases, and always the present one."""
    rheobase = theory.rheobase(neuron)
    scale = rheobase if rheobase > 0 else neuron.delta_T / neuron.R
    low, high = (-nice(-1.1 * I) if I < 0 else 0.0), nice(max(12 * scale, 1.05 * I))
    return max(low, CURRENT_BOUNDS[0]), min(high, CURRENT_BOUNDS[1])


def key_of(choice: Snapshot) -> Key:
    """Return what the curve of these choices depends on; what does not matter is left at 0 or "cpu"."""
    span, noisy = current_range(choice.neuron, float(dict(choice.stimulus)["I"])), choice.sigma > 0
    seed, device = (choice.seed, "cpu") if noisy else (0, choice.device)
    return Key(choice.neuron, span, choice.dt, choice.method, choice.sigma, seed, device)


def steps_per_ms(neuron: Numbers, dt: float, method: str = "strang", sigma: float = 0.0) -> float:
    """Return what 1 ms of a neuron costs [neuron-steps]: the steps that are divided count as many, stages too."""
    if method != "strang":
        return (1.0 if method == "euler" else 4.0) / dt
    grazing = sigma > 0 and neuron.V_th - NEAR * kick(neuron, dt, sigma) < neuron.V_T
    return pieces_of(method, dt, neuron.tau) / dt * (GRAZING if grazing else 1.0)


def recorded_per_ms(neuron: Numbers, dt: float, method: str = "strang") -> float:
    """Return what 1 ms of a neuron costs of which every step is recorded [neuron-steps]."""
    return pieces_of(method, dt, neuron.tau) / dt * (RECORDED if method in ("strang", "euler") else BY_GROUP)


def kick(neuron: Numbers, dt: float, sigma: float) -> float:
    """Return the standard deviation [mV] of the noise of one step, or of one part of a step that is divided."""
    return sigma * math.sqrt(2.0 * dt / (pieces_of("strang", dt, neuron.tau) * neuron.tau))


def expected_rate(neuron: Numbers, I: np.ndarray, sigma: float) -> np.ndarray:
    """Return the rate [Hz] that spikes are expected at, without noise where the theory of noise does not reach."""
    try:
        return np.asarray(theory.stationary_rate(neuron, I, sigma))
    except ValueError:
        return np.asarray(theory.firing_rate(neuron, I))


def highest_rate(neuron: Numbers, I: np.ndarray, sigma: float) -> np.ndarray:
    """Return the rate [Hz] that spikes may come at: a neuron that can both rest and fire may begin with firing."""
    return np.maximum(expected_rate(neuron, I, sigma), theory.firing_rate(neuron, I))


def affordable(steps: float, rates: np.ndarray | float, neurons: int = 1) -> float:
    """Return for how long [ms] all neurons can run in one part.

    Parameters
    ----------
    steps : float
        Steps of a neuron per ms, see `steps_per_ms`.
    rates : float or array, shape (n,)
        Rates [Hz] of n populations, see `highest_rate`.
    neurons : int
        Neurons of each population.
    """
    lanes = TOGETHER * math.ceil(np.size(rates) * neurons / TOGETHER)
    return PART / (lanes * steps + SPIKE * neurons * float(np.sum(rates)) * 1e-3)


def curve(key: Key) -> Curve:
    """Return the exact curve, with the simulated points that a study has finished for these choices, if any."""
    currents, rates, problem = finite(*without_noise(key.neuron, key.span))
    simulated = finished(key) or NONE
    if key.sigma == 0:
        return Curve(currents, rates, np.zeros(0), np.zeros(0), simulated, problem)
    try:
        *noisy, problem = finite(*with_noise(key.neuron, key.span, key.sigma))
    except ValueError as error:  # the theory does not reach there; the simulation does
        noisy, problem = (np.zeros(0), np.zeros(0)), f"No exact curve: {error}"
    return Curve(*noisy, currents, rates, simulated, problem)


def finite(currents: np.ndarray, rates: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the part of a curve that can be drawn, and a sentence where that is not all of it."""
    known = np.isfinite(rates)
    if known.all():
        return currents, rates, ""
    return currents[known], rates[known], "The exact rate is beyond all numbers at some currents: raise tau_ref."


@lru_cache(maxsize=REMEMBERED)  # shared by all visitors: a class that follows one lesson asks for the same curves
def without_noise(neuron: Numbers, span: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return currents and exact rates."""
    currents = np.linspace(*span, LINE)
    return currents, theory.firing_rate(neuron, currents)


@lru_cache(maxsize=REMEMBERED)
def with_noise(neuron: Numbers, span: tuple[float, float], sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Return currents and exact rates under noise, closer where the curve bends: one of them takes about 0.1 ms."""
    low, high = span
    bend = min(max(BEND * theory.rheobase(neuron), low + 0.25 * (high - low)), high)
    currents = np.concatenate(
        [np.linspace(low, bend, LINE_WITH_NOISE[0], endpoint=False), np.linspace(bend, high, LINE_WITH_NOISE[1])]
    )
    return currents, theory.stationary_rate(neuron, currents, sigma)


def points(key: Key) -> tuple[Simulated, str]:
    """Return the points simulated without noise, and a sentence about what is missing.

    A device that does not work is asked again the next time: it is not remembered.
    """
    try:
        devices.checked(key.device)
        return simulated_points(key)
    except RuntimeError as error:
        simulated, problem = simulated_points(key._replace(device="cpu"))
        return simulated, " ".join(filter(None, [f"{error} The CPU is used instead.", problem]))


@lru_cache(maxsize=REMEMBERED)
def simulated_points(key: Key) -> tuple[Simulated, str]:
    """Return the points simulated without noise, and a sentence where there is no time for them.

    Where the spikes are so rare that two of them do not fit, there is no point.
    """
    neuron, currents = ExpIFParameters(**key.neuron._asdict()), np.linspace(*key.span, POINTS)
    exact = np.asarray(theory.firing_rate(key.neuron, currents))
    duration = min(DURATION, affordable(steps_per_ms(key.neuron, key.dt, key.method), exact))
    if duration < FEW_STEPS * key.dt:
        return NONE, "No simulated points on the f-I curve: the spikes are too many to count. Raise tau_ref."
    run = fi_curve(neuron, currents, duration, key.dt, key.method, device=key.device)
    rare = (run.counts < 2) & (exact > 0) & (exact * duration < 3000.0)
    shown = Simulated(run.currents[~rare], run.rates[~rare], np.zeros(int((~rare).sum())))
    if duration < DURATION and rare.any():
        return shown, f"Simulated points of the f-I curve cover {duration:.3g} ms only; slow ones are left out."
    return shown, ""


_finished: OrderedDict[Key, Simulated] = OrderedDict()


def finished(key: Key) -> Simulated | None:
    """Return the points of a curve if somebody has waited for them already."""
    return _finished.get(key)


def keep(key: Key, simulated: Simulated) -> None:
    """Remember the finished points of a curve for all visitors."""
    _finished[key] = simulated
    while len(_finished) > REMEMBERED:
        _finished.popitem(last=False)
