"""The f-I curve: exact as a line, simulated as points."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dashboard.axes import current_range
from dashboard.costs import FEW_STEPS, affordable, steps_per_ms
from dashboard.session import Snapshot
from model import devices, fi_curve, theory
from model.parameters import ExpIFParameters, Numbers
from model.runs.beginning import bistable
from model.sentences import joined, say

POINTS = 40  # simulated without noise
LINE = 200  # points of the exact curve without noise
LINE_WITH_NOISE = (24, 16)  # up to `BEND` rheobases, and beyond
BEND = 3.0
DURATION = 1000.0  # ms of simulation behind each point
REMEMBERED = 200  # curves; one is about 5 kB


class Simulated(NamedTuple):
    """Simulated points of the f-I curve: currents [nA], rates and their standard errors [Hz]."""

    currents: np.ndarray
    rates: np.ndarray
    errors: np.ndarray


NONE = Simulated(np.zeros(0), np.zeros(0), np.zeros(0))


class Curve(NamedTuple):
    """The f-I curve: exact rates [Hz] over currents [nA], with the chosen noise and without, and simulated points."""

    currents: np.ndarray
    rates: np.ndarray
    quiet_currents: np.ndarray
    quiet_rates: np.ndarray
    simulated: Simulated
    from_reset: Simulated  # where the neuron is bistable, points that start at V_reset; the others start at rest
    resting: tuple[float, float] | None  # currents at which it can rest although its exact rate is not 0
    problem: str = ""  # what is missing, and why, in a sentence


class Key(NamedTuple):
    """Everything that the f-I curve depends on."""

    neuron: Numbers
    span: tuple[float, float]
    dt: float
    method: str
    sigma: float
    tau_noise: float
    seed: int
    device: str
    start: str = "rest"


def key_of(choice: Snapshot) -> Key:
    """Return what the curve of these choices depends on; what does not matter is left at 0 or "cpu"."""
    span = current_range(choice.neuron, choice.main_current, choice.kind, choice.preset)
    noisy = choice.sigma > 0
    seed, device = (choice.seed, "cpu") if noisy else (0, choice.device)
    return Key(
        choice.neuron, span, choice.dt, choice.method, choice.sigma, choice.tau_noise if noisy else 0.0, seed, device
    )


def curve(key: Key) -> Curve:
    """Return the exact curve, with the simulated points that a study has finished for these choices, if any."""
    currents, rates, problem = drawable(*rates_without_noise(key.neuron, key.span))
    simulated = finished(key) or NONE
    if key.sigma == 0:
        from_reset = finished(key._replace(start="reset")) or NONE
        return Curve(currents, rates, np.zeros(0), np.zeros(0), simulated, from_reset, both(key), problem)
    try:
        noisy_currents, noisy_rates, problem = drawable(*rates_with_noise(key.neuron, key.span, key.sigma))
    except ValueError as error:  # the theory does not reach there; the simulation does
        noisy_currents, noisy_rates, problem = (
            np.zeros(0),
            np.zeros(0),
            say("No exact curve: {problem}", problem=str(error)),
        )
    return Curve(noisy_currents, noisy_rates, currents, rates, simulated, NONE, None, problem)


def both(key: Key) -> tuple[float, float] | None:
    """Return the currents [nA] of the curve between which the neuron can both rest and fire; None if there are none."""
    low, high = theory.bistable_range(key.neuron)
    start, end = max(low, key.span[0]), min(high, key.span[1])
    return (start, end) if start < end else None  # never with nan


def drawable(currents: np.ndarray, rates: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """Return the finite part of a curve (currents [nA], rates [Hz]), and a sentence where that is not all of it."""
    known = np.isfinite(rates)
    if known.all():
        return currents, rates, ""
    return currents[known], rates[known], say("The exact rate is beyond all numbers at some currents: raise tau_ref.")


@lru_cache(maxsize=REMEMBERED)  # shared by all visitors: a class that follows one lesson asks for the same curves
def rates_without_noise(neuron: Numbers, span: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return currents [nA] over a span, and the exact rates [Hz] there without noise."""
    currents = np.linspace(*span, LINE)
    return currents, theory.firing_rate(neuron, currents)


@lru_cache(maxsize=REMEMBERED)
def rates_with_noise(neuron: Numbers, span: tuple[float, float], sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Return currents [nA] over a span, closer where the curve bends, and the exact rates [Hz] there under noise.

    One rate takes about 0.1 ms to compute.
    """
    low, high = span
    bend = min(max(BEND * theory.rheobase(neuron), low + 0.25 * (high - low)), high)
    currents = np.concatenate(
        [np.linspace(low, bend, LINE_WITH_NOISE[0], endpoint=False), np.linspace(bend, high, LINE_WITH_NOISE[1])]
    )
    return currents, theory.stationary_rate(neuron, currents, sigma)


def points_on_device(key: Key) -> tuple[Simulated, str]:
    """Return the points simulated without noise on the chosen device, and a sentence about what is missing.

    A device that does not work is asked again the next time: it is not remembered.
    """
    try:
        devices.checked_device(key.device)
        return simulated_points(key)
    except RuntimeError as error:
        simulated, problem = simulated_points(key._replace(device="cpu"))
        return simulated, joined([say("{problem} The CPU is used instead.", problem=str(error)), problem])


@lru_cache(maxsize=REMEMBERED)
def simulated_points(key: Key) -> tuple[Simulated, str]:
    """Return the points simulated without noise, and a sentence where there is no time for them.

    Where the spikes are so rare that two of them do not fit, there is no point.
    """
    neuron, currents = ExpIFParameters(**key.neuron._asdict()), np.linspace(*key.span, POINTS)
    exact = np.asarray(theory.firing_rate(key.neuron, currents))
    duration = min(DURATION, affordable(steps_per_ms(key.neuron, key.dt, key.method), exact))
    if duration < FEW_STEPS * key.dt:
        return NONE, say("No simulated points on the f-I curve: the spikes are too many to count. Raise tau_ref.")
    if key.start == "reset":  # elsewhere the start is forgotten
        currents = currents[bistable(key.neuron, currents)]
        exact = np.asarray(theory.firing_rate(key.neuron, currents))
    run = fi_curve(neuron, currents, duration, key.dt, key.method, device=key.device, start=key.start)
    rare = (run.counts < 2) & (exact > 0) & (exact * duration < 3000.0)
    shown = Simulated(run.currents[~rare], run.rates[~rare], np.zeros(int((~rare).sum())))
    if duration < DURATION and rare.any():
        return shown, say(
            "Simulated points of the f-I curve cover {duration:.3g} ms only; slow ones are left out.",
            duration=duration,
        )  # fmt: skip
    return shown, ""


_finished: OrderedDict[Key, Simulated] = OrderedDict()


def finished(key: Key) -> Simulated | None:
    """Return the simulated points of a curve if a study has finished them, for whichever visitor."""
    return _finished.get(key)


def keep_points(key: Key, simulated: Simulated) -> None:
    """Remember the finished points of a curve for all visitors."""
    _finished[key] = simulated
    while len(_finished) > REMEMBERED:
        _finished.popitem(last=False)
