"""From V(t) and I(t) to the neuron: the steps, one after the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from model.quantity import shorten
from model.recordings.checks import checked_recording
from model.recordings.detection import Detected, detect, runs_between
from model.recordings.diagnosis import reach_of, sentences_about, slow_correlation
from model.recordings.drift_curve import classical_C, dynamic_iv
from model.recordings.equation_fit import FIRST_STEPS, SOME, Data, Fitted, climb_likelihood, fit_equation
from model.recordings.first_guess import first_guess, lag_and_electrode, noise_of
from model.recordings.following import PARTS, NoiseVariances
from model.recordings.intervals import Copy, copy_refitted, intervals_of
from model.recordings.neurons import neuron_of_fit, sigma_of, values_of
from model.recordings.reset import Reset, dead_time, fit_reset
from model.recordings.results import Diagnostics, RecordingFit
from model.recordings.windows import windows
from model.runs.arguments import seed_of
from model.runs.budget import LIBRARY, Budget
from model.sentences import count, say

Progress = Callable[[float, str], None]
LEAST_SPIKES = 5
LEAST_SAMPLES = 5000  # between the spikes
EXPECTED = 0.02  # a first ratio of the noise within a sample to that of the measurement
SURER = 20.0  # in twice the logarithm of the likelihood, to take a current that was not recorded at its time
SURE = 4.0  # standard errors
NO_NOISE = 0.01  # mV


class Prepared(NamedTuple):
    """A recording with its spikes, ready to be fitted; V still has the electrode in it."""

    data: Data
    detected: Detected
    dead: float
    lag: int
    theta: np.ndarray
    noise: NoiseVariances


def fit_recording(
    V: Any,
    I: Any,
    dt: float,
    *,
    spikes: Any = None,
    smooth: float | None = None,
    electrode: float | None = None,
    repetitions: int = 200,
    seed: int | None = None,
    progress: Progress | None = None,
    budget: Budget = LIBRARY,
) -> RecordingFit:
    """Return the ExpIF neuron that a recording shows, how certain it is, and what is wrong with the recording.

    Parameters
    ----------
    V : array, shape (n,)
        Membrane potential [mV].
    I : array, shape (n,)
        The current that was injected meanwhile [nA]; it must fluctuate.
    dt : float
        Time between two samples [ms], 0.005 to 0.2.
    spikes : array, shape (spikes,), optional
        Times of the spikes [ms] since the first sample; by default they are found in V.
    smooth : float, optional
        Time over which V is smoothed [ms]; by default what the data ask for.
    electrode : float, optional
        Resistance of an electrode that was not compensated [MOhm]; by default it is found and taken off.
    repetitions : int
        How many times blocks of the recording are drawn for the intervals.
    seed : int, optional
        Of these draws and of the simulated copy; a new one by default.
    progress : callable, optional
        Called before each step with the share that is done and what comes next. What it raises ends the work and is
        passed on: so a fit is cancelled.
    budget : Budget
        The most work that is allowed.

    Returns
    -------
    RecordingFit

    Raises
    ------
    ValueError
        In a sentence, if an argument is not allowed, or the recording is not one that a neuron can be fitted to.

    Notes
    -----
    The drift of Badel et al. (J. Neurophysiol. 99:656, 2008) is fitted to the samples between the spikes by predicting
    each from those before (an extended Kalman filter); V_reset and tau_ref by running the fitted equation from each
    spike.

    Examples
    --------
    >>> import numpy as np
    >>> from model import ExpIFParameters, recordings, simulate, stimuli
    >>> current = stimuli.OrnsteinUhlenbeck(I=1.0, I_sd=6.0, tau_I=3.0)
    >>> trace = simulate(ExpIFParameters(), current, duration=8000.0, dt=0.1, seed=1)
    >>> V = trace.V + 0.2 * np.random.default_rng(1).standard_normal(trace.V.size)  # as an amplifier would see it
    >>> fit = recordings.fit_recording(V, trace.I, 0.1, seed=1)
    >>> round(fit.parameters.V_T, 1), round(fit.parameters.tau, 1)
    (-59.9, 10.0)
    """
    tell = progress or _nothing
    tell(0.0, say("checking the recording"))
    V, I, dt = checked_recording(V, I, dt, budget)
    ratio, repetitions = _ratio_of(smooth, dt), _checked_repetitions(repetitions)
    given, seed = _checked_electrode(electrode), seed_of(seed)
    tell(0.05, say("looking for spikes"))
    ready = _prepare(V, I, dt, spikes, given, ratio)
    tell(0.15, say("fitting the equation"))
    ready = _with_the_likeliest_lag(ready, I)
    fitted = fit_equation(ready.data, ready.theta, ready.noise)
    tell(0.5, say("fitting reset and refractory period"))
    data, detected = ready.data, ready.detected
    reset = fit_reset(data.V, data.I, dt, detected.t, fitted.theta, fitted.noise, ready.dead, detected.drawn)
    tell(0.6, say("fitting a simulated copy"))
    copy = copy_refitted(data, fitted, reset, detected, ready.dead, seed)
    tell(0.95, say("drawing conclusions"))
    return _concluded(ready, fitted, reset, copy, given, repetitions, seed)


def _nothing(done: float, what: str) -> None:
    """Tell nobody."""


def _prepare(
    V: np.ndarray, I: np.ndarray, dt: float, spikes: Any, electrode: float | None, ratio: float | None
) -> Prepared:
    """Return the recording with its spikes, its lag, and a first guess."""
    lag, first = lag_and_electrode(V, I, np.array([[0, V.size]]))
    detected = detect(V - (first if electrode is None else electrode) * _late(I, lag), I, dt, spikes)
    if detected.t.size < LEAST_SPIKES:
        raise ValueError(
            count(
                "There is {number} spike in the recording, and at least {least} are needed, better 100.",
                "There are {number} spikes in the recording, and at least {least} are needed, better 100.",
                number=detected.t.size,
                least=LEAST_SPIKES,
            )
        )
    runs = _enough(runs_between(detected.t, V.size, dt, 3.0 if detected.drawn else 0.3))
    lag, first = lag_and_electrode(V, I, runs)
    first, shifted = first if electrode is None else electrode, _late(I, lag)
    detected = detect(V - first * shifted, I, dt, spikes)
    noise = max(noise_of(V - first * shifted, runs), NO_NOISE)
    dead = dead_time(V - first * shifted, dt, detected.t, noise, detected.drawn)
    runs = _enough(runs_between(detected.t, V.size, dt, dead))
    theta = first_guess(V - first * shifted, shifted, dt, runs)
    theta[5] = first
    free = np.arange(PARTS if electrode is None else PARTS - 1)
    return Prepared(
        Data(V, shifted, dt, runs, free, ratio),
        detected,
        dead,
        lag,
        theta,
        NoiseVariances(noise**2, EXPECTED * noise**2 / dt),
    )


def _enough(runs: np.ndarray) -> np.ndarray:
    """Return the runs of samples between the spikes, if they are enough."""
    samples = int((runs[:, 1] - runs[:, 0]).sum())
    if samples < LEAST_SAMPLES:
        raise ValueError(
            say(
                "Only {samples} samples lie between the spikes, and {least} are needed. Inject less current, so "
                "that intervals become longer, or record for longer.",
                samples=samples,
                least=LEAST_SAMPLES,
            )
        )
    return runs


def _late(I: np.ndarray, lag: int) -> np.ndarray:
    """Return the current [nA] that belongs to each sample of a V that is late by `lag` samples."""
    return I[np.clip(np.arange(I.size) - lag, 0, I.size - 1)] if lag else I


def _with_the_likeliest_lag(ready: Prepared, I: np.ndarray) -> Prepared:
    """Return what is prepared with the lag that explains a part of the recording best, and fitted to this part.

    A sample more of lag looks nearly like an electrode of dt/C more, so with each lag it begins there.
    """
    data, (theta, noise) = ready.data, climb_likelihood(ready.data.part(SOME), ready.theta, ready.noise, FIRST_STEPS)
    found = {ready.lag: (_unlikely(data, theta, noise), data, theta, noise)}
    for lag in {0, ready.lag - 1, ready.lag + 1} - {ready.lag}:
        data = ready.data._replace(I=_late(I, lag))
        start = theta.copy()
        if PARTS - 1 in ready.data.free:
            start[5] += (lag - ready.lag) * data.dt * math.exp(theta[4])
        other = climb_likelihood(data.part(SOME), start, noise, FIRST_STEPS)
        found[lag] = (_unlikely(data, *other), data, *other)
    best = min(found, key=lambda lag: found[lag][0])
    best = best if found[best][0] < found[0][0] - SURER else 0
    _, data, theta, noise = found[best]
    return ready._replace(data=data, theta=theta, noise=noise, lag=best)


def _unlikely(data: Data, theta: np.ndarray, noise: NoiseVariances) -> float:
    """Return twice the negative logarithm of the first part's likelihood, however many samples following left out."""
    part = data.part(SOME)
    there = part.follow(theta, noise, learn=False)
    size = float(part.runs[:, 1].sum() - part.runs[:, 0].sum())
    mean = float(there.squares.sum() + there.logs.sum()) / max(float(there.samples.sum()), 1.0)
    return size * (mean + math.log(noise.measured))


def _concluded(
    ready: Prepared, fitted: Fitted, reset: Reset, copy: Copy, given: float | None, repetitions: int, seed: int
) -> RecordingFit:
    """Return the result, with its numbers and sentences."""
    data, detected, theta = ready.data, ready.detected, fitted.theta
    p, clipped = neuron_of_fit(theta, reset.V_reset, reset.tau_ref, detected.V_th)
    _, _, _, R, tau, C, electrode = (float(each) for each in values_of(theta))
    w = windows(data.V - theta[5] * data.I, data.I, data.dt, data.runs)
    curve, misfit = dynamic_iv(w, theta)
    intervals = intervals_of(fitted, reset, data, detected, copy, repetitions, seed)
    H = fitted.followed.H.sum(axis=0)
    error = math.sqrt(max(float(np.linalg.pinv(H, hermitian=True)[5, 5]), 0.0)) if given is None else 0.0
    if given is not None:
        electrode = 0.0  # what was told need not be said
    elif abs(electrode) < max(SURE * error, data.dt / C):  # of a sample more or less of the current it looks the same
        electrode = 0.0
    gaps = np.diff(detected.t)
    needed = p.V_T - p.V_rest - p.delta_T
    numbers = Diagnostics(
        spikes=detected.t.size,
        reach=reach_of(data, theta),
        distance=(p.V_T - p.V_rest) / p.delta_T,
        noise=math.sqrt(fitted.noise.measured),
        sigma=sigma_of(fitted.noise, tau),
        smoothing=_smoothing(fitted.noise, data.dt),
        delay=ready.lag * data.dt,
        electrode_error=error,
        slow=slow_correlation(data, fitted),
        misfit=misfit,
        drive=R * float(data.I.mean()) / needed if needed > 0.0 else math.inf,
        cv=float(gaps.std() / gaps.mean()),
        C_at_rest=classical_C(w),
    )
    rates = tuple(1000.0 * number / (data.V.size * data.dt) for number in (detected.t.size, copy.spikes))
    told = sentences_about(numbers, R, C, electrode, intervals, clipped, (rates[0], rates[1]))
    return RecordingFit(
        p, p.tau / p.R, given if given is not None else electrode, intervals, curve, detected.t, numbers, told
    )


def _smoothing(noise: NoiseVariances, dt: float) -> float:
    """Return the time over which V was smoothed [ms]: dt over the part by which each sample puts V right."""
    ratio = noise.within * dt / noise.measured
    gain = 0.5 * ratio * (math.sqrt(1.0 + 4.0 / ratio) - 1.0) if ratio > 0.0 else 0.0
    return dt / gain if gain > 1e-3 else math.inf


def _ratio_of(smooth: Any, dt: float) -> float | None:
    """Return the logarithm of the ratio of the noises with which V is smoothed over `smooth` [ms]."""
    if smooth is None:
        return None
    if not (isinstance(smooth, int | float) and math.isfinite(smooth) and smooth > dt):
        raise ValueError(
            say(
                "smooth must be a time in ms longer than a sample ({dt:g} ms), or None to choose it from the data; "
                "{smooth} was given.",
                dt=dt,
                smooth=shorten(smooth),
            )
        )
    gain = dt / smooth
    return math.log(gain * gain / (1.0 - gain))


def _checked_electrode(electrode: Any) -> float | None:
    """Return a given resistance [MOhm], or None."""
    if electrode is None:
        return None
    if not (isinstance(electrode, int | float) and math.isfinite(electrode)):
        raise ValueError(
            say(
                "electrode must be a resistance in MOhm, or None to find it; {given} was given.",
                given=shorten(electrode),
            )
        )
    return float(electrode)


def _checked_repetitions(repetitions: Any) -> int:
    """Return how many times blocks are drawn."""
    if isinstance(repetitions, bool) or not isinstance(repetitions, int) or not 20 <= repetitions <= 10_000:
        raise ValueError(
            say("repetitions must be a whole number from 20 to 10000; {given} was given.", given=shorten(repetitions))
        )
    return repetitions
