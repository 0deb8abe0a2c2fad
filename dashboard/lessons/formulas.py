"""What a lesson may compute: the exact theory under short names, and a few measurements of the simulation.

Every function takes quantities by the names that they have on the page: ``rate(I=10, delta_T=0.1)``. What is not named
has its default.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable
from typing import Any

import numpy as np

from dashboard.result import rate_of
from dashboard.session import groups
from model import simulate, theory
from model.parameters import ExpIFParameters
from model.stimuli import KINDS


def default(name: str) -> Any:
    """Return the default of any input of the page."""
    for kind in KINDS:
        for group in groups(kind):
            for owner, each in group.members:
                if each == name:
                    return owner.param[name].default
    raise ValueError(f"there is no input called {name}")


def rheobase(**neuron: float) -> float:
    """Return the rheobase [nA]."""
    return theory.rheobase(ExpIFParameters(**neuron))


def stable(I: float, **neuron: float) -> float:
    """Return the stable fixed point [mV] at the current I [nA]."""
    return theory.fixed_points(ExpIFParameters(**neuron), I).stable


def unstable(I: float, **neuron: float) -> float:
    """Return the unstable fixed point [mV] at the current I [nA]."""
    return theory.fixed_points(ExpIFParameters(**neuron), I).unstable


def rate(I: float, sigma: float = 0.0, **neuron: float) -> float:
    """Return the exact firing rate [Hz] at the current I [nA] with membrane noise sigma [mV]."""
    p = ExpIFParameters(**neuron)
    return theory.stationary_rate(p, I, sigma) if sigma > 0 else theory.firing_rate(p, I)


def period(I: float, **neuron: float) -> float:
    """Return the interval [ms] between spikes at the current I [nA] without noise."""
    return theory.period(ExpIFParameters(**neuron), I)


def cv(I: float, sigma: float, **neuron: float) -> float:
    """Return the coefficient of variation of the intervals."""
    return theory.cv(ExpIFParameters(**neuron), I, sigma)


def latency(I: float, **neuron: float) -> float:
    """Return the time [ms] from the rest at I = 0 to the first spike, at the current I [nA]."""
    p = ExpIFParameters(**neuron)
    return theory.latency(p, I, theory.fixed_points(p, 0.0).stable)


def smallest_pulse(width: float, **neuron: float) -> float:
    """Return the weakest pulse [nA] of this width [ms] that makes the neuron fire out of rest."""
    return theory.smallest_pulse(ExpIFParameters(**neuron), width)


def gain(f: float, I: float, sigma: float, **neuron: float) -> float:
    """Return how much the rate follows a current that swings at the frequency f [Hz]: Hz per nA."""
    return abs(theory.susceptibility(ExpIFParameters(**neuron), I, sigma, f))


def lag(f: float, I: float, sigma: float, **neuron: float) -> float:
    """Return by how many degrees the rate lags behind a current that swings at the frequency f [Hz]."""
    return -float(np.degrees(cmath.phase(theory.susceptibility(ExpIFParameters(**neuron), I, sigma, f))))


def measured_rate(I: float, method: str, dt: float, duration: float = 300.0, **neuron: float) -> float:
    """Return the rate [Hz] of a simulated run, as the page measures it."""
    run = simulate(ExpIFParameters(**neuron), I, duration=duration, dt=dt, method=method)
    return rate_of(run.spikes)


ALLOWED: tuple[Callable[..., Any], ...] = (
    default, rheobase, stable, unstable, rate, period, cv, latency, smallest_pulse, gain, lag, measured_rate,
)  # fmt: skip
FORMULAS = {each.__name__: each for each in ALLOWED}
