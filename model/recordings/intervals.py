"""95 % intervals: what differs from one block of time to another, and what the method itself is off by.

Blocks of time are drawn with replacement, and Gauss and Newton's step is taken for the sums over those drawn, which
costs next to nothing. That tells the spread, not the bias. For this a copy of the recording is simulated with the
parameters found, fitted in the same way, and the intervals are widened by the difference; it is not subtracted, since
it is uncertain itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from model.recordings.detection import Detected, runs_between
from model.recordings.equation_fit import Data, Fitted, climb_likelihood
from model.recordings.neurons import neuron_of_fit, run_with, sigma_of, values_of
from model.recordings.reset import Reset, fit_reset
from model.recordings.results import FitIntervals, Interval

NAMES = ("V_rest", "V_T", "delta_T", "R", "tau", "C", "electrode", "V_reset", "tau_ref")
LEVELS = (2.5, 97.5)
COPY_STEPS = 8
LEAST_SPIKES = 5
ONSET = 0.1  # ms; a spike that was recorded began so long before it was counted
FINEST, FINEST_V = 0.001, 0.005  # relative, and mV: no better than this are the steps from sample to sample; times and
# electrodes are known to a sample, and to what a current that is a sample late would look like


class Copy(NamedTuple):
    """What refitting a simulated copy was off by, in the order of `NAMES`, and how many spikes the copy has."""

    difference: np.ndarray
    spikes: int


def copy_refitted(data: Data, fitted: Fitted, reset: Reset, detected: Detected, dead: float, seed: int) -> Copy:
    """Simulate the recording with the neuron found, fit it, and compare."""
    p, _ = neuron_of_fit(fitted.theta, reset.V_reset, reset.tau_ref, detected.V_th)
    electrode, noise = fitted.theta[5], fitted.noise
    start = min(float(data.V[0] - electrode * data.I[0]), p.V_th - 1.0)
    trace = run_with(p, data.I, data.dt, start, sigma_of(noise, p.tau), seed)
    if trace.spikes.size < LEAST_SPIKES:
        return Copy(np.zeros(len(NAMES)), trace.spikes.size)
    measured = np.sqrt(noise.measured) * np.random.default_rng([seed, 2]).standard_normal(data.V.size)
    V = trace.V + electrode * data.I + measured
    again = data._replace(V=V, runs=runs_between(trace.spikes, V.size, data.dt, dead))
    theta, noise = climb_likelihood(again, fitted.theta, noise, COPY_STEPS)
    found = fit_reset(V, data.I, data.dt, trace.spikes, theta, noise, dead, detected.drawn)
    difference = values_of(theta) - values_of(fitted.theta)
    return Copy(np.append(difference, [found.V_reset - p.V_reset, found.tau_ref - p.tau_ref]), trace.spikes.size)


def intervals_of(
    fitted: Fitted, reset: Reset, data: Data, detected: Detected, copy: Copy, repetitions: int, seed: int
) -> FitIntervals:
    """Return the intervals."""
    rng, free = np.random.default_rng([seed, 3]), data.free
    drawn = _drawn_blocks(fitted.followed.H[:, free][:, :, free], fitted.followed.g[:, free], repetitions, rng)
    theta = np.repeat(fitted.theta[None], repetitions, axis=0)
    theta[:, free] += np.clip(drawn, -3.0, 3.0)
    resets = _drawn_blocks(reset.H, reset.g, repetitions, rng) + np.array([reset.V_reset, reset.tau_ref])
    samples = np.concatenate([values_of(theta), resets], axis=1)
    low, high = np.percentile(samples, LEVELS, axis=0)
    found, dt_over_C = values_of(fitted.theta), data.dt * np.exp(fitted.theta[4])
    # where a spike that was recorded began can only be guessed: it is counted at V_th, from where it still goes up
    onset = ONSET + found[4] * np.exp(-(detected.V_th - found[1]) / found[2]) if detected.drawn else 0.0
    least = [FINEST_V, FINEST_V, *FINEST * found[2:6], dt_over_C, FINEST_V, data.dt + onset]
    off = np.maximum(np.abs(copy.difference), least)
    low[-1] = max(low[-1], off[-1])  # no refractory period is below 0
    return FitIntervals(
        **{name: Interval(float(a), float(b)) for name, a, b in zip(NAMES, low - off, high + off, strict=True)}
    )


def _drawn_blocks(H: np.ndarray, g: np.ndarray, repetitions: int, rng: np.random.Generator) -> np.ndarray:
    """Return what the unknowns change by, (repetitions, unknowns), where blocks are drawn with replacement."""
    weights = rng.multinomial(len(g), np.full(len(g), 1.0 / len(g)), size=repetitions).astype(float)
    H, g = np.tensordot(weights, H, 1), weights @ (g - g.mean(axis=0))  # at the optimum the sum of g is 0
    scale = np.sqrt(np.maximum(np.einsum("bii->bi", H), 1e-300))
    shape = H / (scale[:, :, None] * scale[:, None, :]) + 1e-12 * np.eye(H.shape[1])
    return np.linalg.solve(shape, (g / scale)[:, :, None])[:, :, 0] / scale
