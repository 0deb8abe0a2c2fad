"""The f-I curve: exact as a line, simulated as points."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dashboard.session import Snapshot
from model import fi_curve, theory
from model.budget import Budget
from model.parameters import ExpIFParameters, Numbers

VISITOR = Budget(neuron_steps=5e7, output_points=5e6)  # a fraction of a second of one core, 100 MB
POINTS = 40  # simulated without noise
LINE = 200  # points of the exact curve without noise
LINE_WITH_NOISE = 80
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
    """Return the next round number at or above a positive value: axes that mostly stand still while one drags."""
    scale = 10.0 ** np.floor(np.log10(value))
    return float(next(scale * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if scale * step >= value * (1 - 1e-9)))


def current_range(neuron: Numbers, I: float) -> tuple[float, float]:
    """Return the currents [nA] the curve covers: about twelve rheobases, and always the present one."""
    rheobase = theory.rheobase(neuron)
    scale = rheobase if rheobase > 0 else neuron.delta_T / neuron.R
    return (-nice(-1.1 * I) if I < 0 else 0.0), nice(max(12 * scale, 1.05 * I))


def key_of(choice: Snapshot) -> Key:
    """Return what the curve of these choices depends on."""
    span = current_range(choice.neuron, float(dict(choice.stimulus)["I"]))
    return Key(choice.neuron, span, choice.dt, choice.method, choice.sigma, choice.seed, choice.device)


def curve(key: Key) -> Curve:
    """Return the curve. Under noise its points are those simulated so far, which a study provides."""
    quiet = without_noise(key.neuron, key.span)
    if key.sigma == 0:
        return Curve(*quiet, np.zeros(0), np.zeros(0), *points(key))
    simulated = finished(key) or NONE
    try:
        return Curve(*with_noise(key.neuron, key.span, key.sigma), *quiet, simulated)
    except ValueError as error:  # the theory does not reach there; the simulation does
        return Curve(np.zeros(0), np.zeros(0), *quiet, simulated, f"No exact curve: {error}")


@lru_cache(maxsize=REMEMBERED)  # shared by all visitors: a class that follows one lesson asks for the same curves
def without_noise(neuron: Numbers, span: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return currents and exact rates."""
    currents = np.linspace(*span, LINE)
    return currents, theory.firing_rate(neuron, currents)


@lru_cache(maxsize=REMEMBERED)
def with_noise(neuron: Numbers, span: tuple[float, float], sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Return currents and exact rates under noise."""
    currents = np.linspace(*span, LINE_WITH_NOISE)
    return currents, theory.stationary_rate(neuron, currents, sigma)


@lru_cache(maxsize=REMEMBERED)
def points(key: Key) -> tuple[Simulated, str]:
    """Return the points simulated without noise, and a sentence where the device asked for did not work."""
    neuron, currents = ExpIFParameters(**key.neuron._asdict()), np.linspace(*key.span, POINTS)
    settings = {"duration": min(DURATION, VISITOR.neuron_steps * key.dt / POINTS), "dt": key.dt, "method": key.method}
    problem = ""
    try:
        run = fi_curve(neuron, currents, device=key.device, **settings)
    except RuntimeError as error:
        problem = f"{error} The CPU is used instead."
        run = fi_curve(neuron, currents, **settings)
    return Simulated(run.currents, run.rates, np.zeros(POINTS)), problem


_finished: OrderedDict[Key, Simulated] = OrderedDict()


def finished(key: Key) -> Simulated | None:
    """Return the points under noise if somebody has waited for them already."""
    return _finished.get(key)


def keep(key: Key, simulated: Simulated) -> None:
    """Remember the finished points of a curve under noise."""
    _finished[key] = simulated
    while len(_finished) > REMEMBERED:
        _finished.popitem(last=False)
