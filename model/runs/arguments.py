"""What every run does with its arguments: refuse what is not allowed, in a sentence, and make the rest uniform."""

from __future__ import annotations

import math
import numbers
import secrets
from functools import lru_cache
from typing import Any

import numpy as np

from model import theory
from model.integrators import strang
from model.kernels.endless import MANY
from model.parameters import ExpIFParameters, Numbers, check_order
from model.quantity import shorten
from model.run_settings import RunSettings
from model.runs.expectation import highest_rate
from model.runs.schemes import check_stable, checked_method
from model.sentences import say
from model.stimuli import NOTHING, Constant, Samples, Stimulus, WhiteNoise

REMEMBERED = 512  # neurons that were checked, and where they rest: the same are asked for again and again


def check_run(p: Any, method: Any, dt: Any, sigma: Any, tau_noise: Any = 0.0) -> tuple[Numbers, str]:
    """Refuse what is no neuron, method, step or noise, and a step that the method cannot make.

    Returns
    -------
    neuron : Numbers
    method : str
        Its name, in its one spelling.

    Raises
    ------
    ValueError
        If one of them is not allowed.
    """
    neuron, method = neuron_of(p), checked_method(method)
    RunSettings.param.dt.check(dt)
    RunSettings.param.sigma.check(sigma)
    RunSettings.param.tau_noise.check(tau_noise)
    check_stable(method, dt, neuron.tau)
    check_noise(method, sigma)
    return neuron, method


def check_noise(method: str, sigma: float) -> None:
    """Refuse noise where the method has none.

    Raises
    ------
    ValueError
        If sigma is above 0 and the method is neither strang nor euler.
    """
    if sigma > 0.0 and method not in ("strang", "euler"):
        raise ValueError(say(
            "Noise needs the method strang or euler; with {method} sigma must be 0, it is {sigma:g}.",
            method=method, sigma=sigma,
        ))  # fmt: skip


def neuron_of(p: Any) -> Numbers:
    """Return the numbers of a neuron: of `ExpIFParameters`, which check themselves, or `Numbers`, checked here.

    Raises
    ------
    ValueError
        If it is neither, or one of the numbers is not allowed.
    """
    if isinstance(p, ExpIFParameters):
        return p.numbers()
    if isinstance(p, Numbers):
        try:
            return _checked_numbers(p)
        except TypeError:  # what cannot be remembered, an array for instance, is no number
            return _checked_numbers.__wrapped__(p)
    raise ValueError(say("The neuron must be given as ExpIFParameters; {given} is something else.", given=shorten(p)))


@lru_cache(REMEMBERED)
def _checked_numbers(p: Numbers) -> Numbers:
    """Return `Numbers` of floats, or raise ValueError where one is out of bounds or V_reset is not below V_th."""
    for name, value in zip(Numbers._fields, p, strict=True):
        ExpIFParameters.param[name].check(value)
    check_order(p.V_reset, p.V_th)
    return Numbers(*map(float, p))


def memory(tau_noise: float) -> float:
    """Return the correlation time of the noise [ms]; 0 where it is so short that every step sees white noise."""
    return float(tau_noise) if tau_noise > 1e-9 else 0.0


def steps_of(duration: Any, dt: float) -> int:
    """Return the number of steps that cover a duration [ms]: the last one may end after it, but for rounding.

    Raises
    ------
    ValueError
        If duration is not allowed.
    """
    RunSettings.param.duration.check(duration)
    return math.ceil(duration / dt - 1e-9)


def pieces_of(method: str, dt: float, tau: float, tau_noise: float = 0.0) -> int:
    """Return into how many parts a step of `dt` is divided, for the shortest `tau` and the noise's memory [all ms]."""
    return strang.pieces(dt, tau, tau_noise) if method == "strang" else 1


def most_spikes(p: Numbers, method: str, I: float, sigma: float, duration: float, steps: int) -> float:
    """Return how many spikes of one neuron a run can have, as far as they may be more than its `steps`.

    On the time grid there is one a step at most. Between the steps it is what the exact rate at the strongest current
    I [nA] makes of the duration [ms]. Without noise the spikes of a step, from the sixteenth on, are counted at once.
    """
    if method != "strang" or duration <= p.tau_ref * steps or I == -np.inf:
        return 0.0
    expected = 1e-3 * duration * float(highest_rate(p, I, sigma))
    return min(expected, MANY * float(steps)) if sigma == 0.0 else expected


def seed_of(seed: Any) -> int:
    """Return the seed of a run's noise, within 63 bits; a new one where `seed` is None.

    Raises
    ------
    ValueError
        If `seed` is neither None nor a whole number from 0 upwards.
    """
    if seed is None:
        return secrets.randbits(63)
    whole = isinstance(seed, numbers.Integral) and not isinstance(seed, bool)
    if not (whole and seed >= 0):
        raise ValueError(say(
            "seed must be a whole number from 0 upwards, or None for a new one; {given} was given.",
            given=shorten(seed),
        ))  # fmt: skip
    return int(seed) & (2**63 - 1)


def start_of(p: ExpIFParameters | Numbers, V_init: Any = None) -> float:
    """Return the membrane potential at the start [mV]: `V_init`, or rest, or V_reset where there is no rest.

    Raises
    ------
    ValueError
        If `V_init` is not allowed.
    """
    if V_init is None:
        return _rest(neuron_of(p))
    RunSettings.param.V_init.check(V_init)
    return float(V_init)


@lru_cache(REMEMBERED)
def _rest(neuron: Numbers) -> float:
    """Return the resting potential without current [mV], or V_reset [mV] where the neuron has none below V_th."""
    rest = float(theory.fixed_points(neuron, 0.0).stable)
    return rest if rest < neuron.V_th else neuron.V_reset


def current_of(
    current: Any, first: int, steps: int, dt: float, seed: int, memory: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the current held over each step [nA], from a number, one value per step, or a stimulus.

    Of white noise it is the mean; the rest is noise of the membrane, see `model.runs.run.Run`. The second array is what
    the current remembers, as in `Stimulus.going_on`.

    Raises
    ------
    ValueError
        If a value is not allowed, or there is not one for each step.
    """
    if isinstance(current, WhiteNoise):
        current = float(current.I)
    if isinstance(current, Stimulus):
        return current.going_on(first, steps, dt, seed, memory)
    if np.ndim(current) == 0:
        return np.full(steps, checked_current(current)), NOTHING
    values = Samples(current).values
    if values.size != steps:
        raise ValueError(say(
            "An array of current needs one value for each of the {steps} steps; it has {values}.",
            steps=steps, values=values.size,
        ))  # fmt: skip
    return values.copy(), NOTHING


def checked_current(current: Any) -> float:
    """Return a constant current [nA].

    Raises
    ------
    ValueError
        If it is not allowed.
    """
    Constant.param.I.check(current)
    return float(current)


def currents_of(currents: Any) -> np.ndarray:
    """Return constant currents [nA], one for each neuron, as a float64 array of shape (n,).

    Raises
    ------
    ValueError
        If a value is not allowed, or they are neither a number nor a list of numbers.
    """
    currents = np.atleast_1d(Constant.param.I.check_array(currents))
    if currents.ndim != 1:
        raise ValueError(
            say("currents must be a list of numbers in nA; an array of shape {shape} was given.", shape=currents.shape)
        )
    return currents
