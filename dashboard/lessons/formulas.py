"""What a lesson may compute: the exact theory under short names, and a few measurements of the simulation.

Every function takes quantities by the names that they have on the page: ``rate(I=10, delta_T=0.1)``. What is not named
has its default.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

from dashboard.result import rate_of
from dashboard.session import members
from model import simulate, theory
from model.parameters import ExpIFParameters, Numbers
from model.recordings import demo_neuron
from model.stimuli import KINDS


def default_of(name: str) -> Any:
    """Return the default of any input of the page."""
    for kind in KINDS:
        if name in members(kind):
            return members(kind)[name].param[name].default
    raise ValueError(f"there is no input called {name}")


def demo_value(name: str) -> float:
    """Return a value of the neuron that the demo recording was made with."""
    return float(getattr(demo_neuron(), name))


def rate_at(p: ExpIFParameters, I: float, sigma: float = 0.0) -> float:
    """Return the exact firing rate [Hz] at the current I [nA] with membrane noise sigma [mV]."""
    return theory.stationary_rate(p, I, sigma) if sigma > 0 else theory.firing_rate(p, I)


def latency_from_rest(p: ExpIFParameters, I: float) -> float:
    """Return the time [ms] from the rest at I = 0 to the first spike, at the current I [nA]."""
    return theory.latency(p, I, theory.fixed_points(p, 0.0).stable)


def lag_at(p: ExpIFParameters, f: float, I: float, sigma: float) -> float:
    """Return by how many degrees the rate lags behind a current that swings at the frequency f [Hz]."""
    return -math.degrees(cmath.phase(theory.susceptibility(p, I, sigma, f)))


def measured_rate(p: ExpIFParameters, I: float, method: str, dt: float, duration: float = 300.0) -> float:
    """Return the rate [Hz] of a simulated run at the current I [nA], as the page measures it."""
    return rate_of(simulate(p, I, duration=duration, dt=dt, method=method).spikes)


def with_neuron(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes the quantities of the neuron by name, where the given one takes the neuron."""

    def computed(*arguments: Any, **named: Any) -> Any:
        neuron = {name: named.pop(name) for name in Numbers._fields if name in named}
        return function(ExpIFParameters(**neuron), *arguments, **named)

    return computed


OF_NEURON: dict[str, Callable[..., Any]] = {
    "rheobase": theory.rheobase, "period": theory.period, "cv": theory.cv, "rate": rate_at,
    "latency": latency_from_rest, "smallest_pulse": theory.smallest_pulse, "lag": lag_at,
    "stable": lambda p, I: theory.fixed_points(p, I).stable,
    "unstable": lambda p, I: theory.fixed_points(p, I).unstable,
    "gain": lambda p, f, I, sigma: abs(theory.susceptibility(p, I, sigma, f)),
    "measured_rate": measured_rate,
}  # fmt: skip
FORMULAS = {"default": default_of, "demo": demo_value} | {
    name: with_neuron(function) for name, function in OF_NEURON.items()
}
