"""Small experiments on simulated neurons, to be held against the exact theory."""

from __future__ import annotations

import numpy as np

from model import theory
from model.parameters import ExpIFParameters, Numbers
from model.quantity import Quantity
from model.run_settings import RunSettings
from model.runs.budget import LIBRARY, Budget
from model.runs.trace import simulate
from model.runs.trains import spike_trains
from model.sentences import say
from model.spikes import Estimate
from model.stimuli import Constant
from model.theory.inputs import as_numbers

__all__ = ["kicked", "modulated", "small_kick"]

WARM_UP = 20.0  # membrane time constants; the population, started at rest, has then forgotten it
FASTEST = 0.25  # cycles of the modulation per step
LARGEST_KICK = 20.0  # mV
LARGEST_SMALL_KICK = 0.1  # mV
SMALL = 0.1  # of the voltage over which the passage of V_T is slow, and of delta_T


def modulated(
    p: ExpIFParameters,
    I: float,
    sigma: float,
    f: float,
    amplitude: float | None = None,
    neurons: int = 1000,
    duration: float = 1000.0,
    dt: float = 0.1,
    seed: int | None = None,
    threads: int | None = None,
    budget: Budget = LIBRARY,
) -> Estimate:
    """Measure how much the firing rate follows a modulated current, I + amplitude cos(2 pi f t).

    Parameters
    ----------
    p : ExpIFParameters
        What all neurons are.
    I, amplitude : float
        Mean and amplitude of the current [nA]. The response is linear for small ones only: by default the drive is
        modulated by a quarter of sigma. Twice the amplitude is half the error.
    sigma : float
        Noise of each neuron [mV], not 0.
    f : float
        Frequency [Hz]; at most a quarter of a cycle per step.
    neurons : int
        Number of independent neurons, at least 2.
    duration : float
        How long to measure [ms], after a warm-up: rounded to whole cycles, at least one.
    dt, seed, threads, budget
        As for `model.fi_curve`.

    Returns
    -------
    Estimate
        The complex susceptibility [Hz/nA], with the conventions of `theory.susceptibility`, and the standard error of
        its real part and of its imaginary part each.

    Raises
    ------
    ValueError
        If an argument is not allowed, or the work exceeds the budget.
    """
    f, dt = _positive_number(f, "f", "Hz", 1e4), _positive_number(dt, "dt", "ms", RunSettings.param.dt.bounds[1])
    RunSettings.param.sigma.check(sigma)
    RunSettings.param.duration.check(duration)
    RunSettings.param.neurons.check(neurons)
    if neurons < 2:
        raise ValueError(
            say("neurons must be at least 2, or there is no standard error; {given} was given.", given=neurons)
        )
    if not sigma > 0.0:
        raise ValueError(
            say("sigma must be above 0: without noise all neurons fire together, and the response is not linear.")
        )
    Constant.param.I.check(I)
    amplitude = _positive_number(0.25 * sigma / p.R if amplitude is None else amplitude, "amplitude", "nA", 1e4)
    if f * dt * 1e-3 > FASTEST:
        raise ValueError(say(
            "At f = {f:g} Hz dt must be at most {most:g} ms; it is {dt:g} ms.", f=f, most=FASTEST * 1e3 / f, dt=dt,
        ))  # fmt: skip
    omega, warm_up = 2e-3 * np.pi * f, WARM_UP * p.tau
    cycles = max(1, round(duration * f * 1e-3))
    measured = cycles * 1e3 / f
    steps = int(np.ceil((warm_up + measured) / dt))
    RunSettings.param.duration.check(steps * dt)
    current = I + amplitude * np.cos(omega * dt * (np.arange(steps) + 0.5))
    held = np.sinc(f * dt * 1e-3)  # what is left of the amplitude in a current that is held over each step
    t, who = spike_trains(
        p, current, steps * dt, dt, sigma=sigma, seed=seed, threads=threads, budget=budget, neurons=neurons
    )
    counts = (t >= warm_up) & (t < warm_up + measured)
    angle, who = omega * t[counts], who[counts]
    scale = 2e3 / (amplitude * held * measured)
    real, imaginary = (scale * np.bincount(who, part, minlength=neurons) for part in (np.cos(angle), -np.sin(angle)))
    error = np.sqrt((real.var(ddof=1) + imaginary.var(ddof=1)) / (2.0 * neurons))
    return Estimate(complex(real.mean(), imaginary.mean()), float(error))


def small_kick(p: ExpIFParameters | Numbers, I: float) -> float:
    """Return a kick [mV] so small that the phase response to it is linear, within 0.3 %.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron.
    I : float
        Constant current [nA].

    Returns
    -------
    float
        At most 0.1 mV; 0 where the neuron could rest, and fires only because it is reset beyond its unstable point: any
        kick could silence it.

    Notes
    -----
    The passage of V_T is slow within about sqrt(2 delta_T R (I - I_rheobase)) of it, and the response to a kick that is
    not small beside that has a cubic part: 4 % for 0.1 mV at the documented neuron and 1.63 nA.
    """
    n = as_numbers(p)
    slow = np.sqrt(2.0 * n.delta_T * n.R * max(I - theory.rheobase(n), 0.0))
    return float(min(LARGEST_SMALL_KICK, SMALL * n.delta_T, SMALL * slow))


def kicked(p: ExpIFParameters, I: float, phases: np.ndarray, kick: float | None = None, dt: float = 0.1) -> np.ndarray:
    """Measure the phase response of a neuron that fires regularly: kick it, and see when the next spike comes.

    Parameters
    ----------
    p : ExpIFParameters
        The neuron.
    I : float
        Constant current [nA], at which it fires.
    phases : float or array
        When the kicks come: time since the last spike as a fraction of the period, 0 to 1.
    kick : float, optional
        Jump of the membrane potential [mV], once upwards and once downwards; by default `small_kick`, or 0.1 mV where
        that is 0.
    dt : float
        Longest step [ms].

    Returns
    -------
    ndarray, shaped like `phases`
        Half the difference of the two spikes' times, over the period and the kick [cycles per mV]; 0 while the neuron
        is refractory, and a kick moves nothing.

    Raises
    ------
    ValueError
        If an argument is not allowed, or the neuron is silent at this current.
    """
    Constant.param.I.check(I)
    kick = (small_kick(p, I) or LARGEST_SMALL_KICK) if kick is None else kick
    kick = _positive_number(kick, "kick", "mV", LARGEST_KICK)
    dt = _positive_number(dt, "dt", "ms", RunSettings.param.dt.bounds[1])
    phases = np.asarray(phases, dtype=np.float64)
    if not ((phases >= 0.0) & (phases <= 1.0)).all():
        raise ValueError(say("phases must be between 0, the last spike, and 1, the next."))
    period = float(theory.period(p, I))
    if not np.isfinite(period):
        raise ValueError(
            say("At I = {I:g} nA the neuron is silent: there is no phase. Choose a stronger current.", I=I)
        )
    return np.array([_kicked_at(p, I, phase * period, period, kick, dt) for phase in phases.ravel()]).reshape(
        phases.shape
    )


def _kicked_at(p: ExpIFParameters, I: float, t: float, period: float, kick: float, dt: float) -> float:
    """Return the phase response [cycles per mV] to a kick [mV] at `t` [ms] after a spike; the period is in ms."""
    if t <= p.tau_ref:
        return 0.0
    steps = max(1, int(np.ceil(t / dt)))
    before = simulate(p, I, t * (steps + 1.5) / steps, t / steps, V_init=p.V_th)  # a start at V_th is a spike at once
    spikes = before.spikes
    if spikes.size > 1 and spikes[1] <= t:  # the simulated period is a little shorter than the exact one
        return 0.0
    V, step = before.V[steps], min(dt, period / 20.0)
    remaining = 2.0 * (period - t) + period
    first = [simulate(p, I, remaining, step, V_init=V + jump).spikes[:1] for jump in (-kick, kick)]
    if not (first[0].size and first[1].size):
        raise ValueError(say(
            "A kick of {kick:g} mV silences this neuron at I = {I:g} nA; choose a smaller kick.", kick=kick, I=I,
        ))  # fmt: skip
    return float(first[0][0] - first[1][0]) / (2.0 * kick * period)


def _positive_number(value: float, name: str, unit: str, most: float) -> float:
    """Return `value` as a float, or raise ValueError unless it lies above 0 and is at most `most`."""
    quantity = Quantity(most, bounds=(most * 1e-9, most), unit=unit)
    quantity.name = name
    quantity.check(value)
    return float(value)
