"""What is to be said about a fit: numbers first, then sentences, one pattern each."""

from __future__ import annotations

import math

import numpy as np

from model.recordings.equation_fit import Data, Fitted
from model.recordings.results import Diagnostics, FitIntervals
from model.sentences import count, listed, say

FEW = 50  # spikes
REACH = 1.5  # delta_T above V_T
DISTANCE = 3.0  # delta_T
QUIET, STILL = 0.02, 0.1  # mV, noise of the measurement, and within the neuron, of which nothing need be said
PLAUSIBLE_R, PLAUSIBLE_C = (0.3, 3000.0), (0.002, 50.0)  # MOhm, nF
ADAPTS, SURE = 0.1, 3.0  # slow correlation; its standard errors
MISSED = 0.1  # share of the curve
REGULAR = 0.35  # coefficient of variation
STRETCH = 30.0  # ms
VAGUE = 0.25  # of a value, half its interval
OTHER_RATE = 0.25  # of the recorded rate
TOLD = ("V_T", "delta_T", "R", "tau", "C")


def slow_correlation(data: Data, fitted: Fitted) -> float:
    """Return the correlation of the prediction errors between neighbouring stretches of time; 0 if it may be chance."""
    errors = np.full(data.V.size, np.nan)
    data.follow(fitted.theta, fitted.noise, learn=False, errors=errors)
    length = max(round(STRETCH / data.dt), 1)
    rows = errors[: errors.size // length * length].reshape(-1, length)
    seen = np.isfinite(rows)
    count = seen.sum(axis=1)
    mean = np.where(seen, rows, 0.0).sum(axis=1) / np.maximum(count, 1)
    both = (count[1:] >= length // 3) & (count[:-1] >= length // 3)
    a, b = mean[1:][both], mean[:-1][both]
    found = float((a @ b) / max(math.sqrt(float((a @ a) * (b @ b))), 1e-300)) if a.size > 30 else 0.0
    return found if abs(found) * math.sqrt(a.size) > SURE else 0.0


def reach_of(data: Data, theta: np.ndarray) -> float:
    """Return how far above V_T, in delta_T, V was usually compared with the equation before a spike."""
    last = data.runs[:-1, 1] - 1
    V = np.median(data.V[last] - theta[5] * data.I[last])
    end = math.log(max(2.0 * math.exp(-theta[1]), 1e-9))  # where following stops, half a ms before infinity
    return float(min((V - theta[2]) / math.exp(theta[3]), end))


def sentences_about(
    d: Diagnostics,
    R: float,
    C: float,
    electrode: float,
    intervals: FitIntervals,
    clipped: list[str],
    rates: tuple[float, float],
) -> tuple[str, ...]:
    """Return the sentences; `rates` are that of the recording and that of the simulated copy [Hz]."""
    return (*_of_the_recording(d, electrode), *_of_the_neuron(d, R, C, intervals, clipped, rates))


def _of_the_recording(d: Diagnostics, electrode: float) -> list[str]:
    """What the recording is like."""
    told = []
    if d.spikes < FEW:
        told.append(
            count(
                "There is only {number} spike; with fewer than {few} threshold, reset and refractory period are "
                "uncertain.",
                "There are only {number} spikes; with fewer than {few} threshold, reset and refractory period are "
                "uncertain.",
                number=d.spikes,
                few=FEW,
            )
        )
    if electrode > 0.0:
        told.append(
            say(
                "V holds the voltage of an electrode of {electrode:.3g} MOhm that was not compensated; it was taken "
                "off.",
                electrode=electrode,
            )
        )
    if electrode < 0.0:
        told.append(
            say(
                "The electrode was compensated by {electrode:.3g} MOhm too much; this was put back.",
                electrode=-electrode,
            )
        )
    if d.delay > 0.0:
        told.append(say("V is {delay:.3g} ms later than the current; the current was shifted.", delay=d.delay))
    if d.delay < 0.0:
        told.append(say("V is {delay:.3g} ms earlier than the current; the current was shifted.", delay=-d.delay))
    if d.noise > QUIET and math.isfinite(d.smoothing):
        told.append(
            say(
                "The measurement has noise of {noise:.2g} mV; V was smoothed over {smoothing:.2g} ms, as the data "
                "ask for.",
                noise=d.noise,
                smoothing=d.smoothing,
            )
        )
    if d.noise > QUIET and not math.isfinite(d.smoothing):
        told.append(
            say(
                "The measurement has noise of {noise:.2g} mV and the neuron next to none, so V was followed from "
                "spike to spike by the equation alone.",
                noise=d.noise,
            )
        )
    if d.sigma > STILL:
        told.append(
            say(
                "The current does not explain all that V does: noise within the neuron of {sigma:.2g} mV (sigma) "
                "is left.",
                sigma=d.sigma,
            )
        )
    if d.drive > 1.0 and d.cv < REGULAR:
        told.append(
            say(
                "Spikes are driven by the mean of the current ({drive:.2g} times the rheobase) and come almost "
                "regularly (CV {cv:.2g}): single spikes cannot be predicted, even where the rate is right.",
                drive=d.drive,
                cv=d.cv,
            )
        )
    return told


def _of_the_neuron(
    d: Diagnostics, R: float, C: float, intervals: FitIntervals, clipped: list[str], rates: tuple[float, float]
) -> list[str]:
    """Where the neuron found is doubtful."""
    told = []
    if d.reach < REACH:
        told.append(
            say(
                "The threshold region is hardly visited: before spikes V was compared up to {reach:.2g} delta_T above "
                "V_T, and {needed:.2g} are needed to tell delta_T.",
                reach=d.reach,
                needed=REACH,
            )
        )
    if d.distance < DISTANCE:
        told.append(
            say(
                "Leak and upswing overlap: V_T is only {distance:.2g} delta_T above V_rest, so tau, V_rest and delta_T "
                "are less certain than usual.",
                distance=d.distance,
            )
        )
    if not (PLAUSIBLE_R[0] <= R <= PLAUSIBLE_R[1] and PLAUSIBLE_C[0] <= C <= PLAUSIBLE_C[1]):
        told.append(
            say(
                "R of {R:.3g} MOhm and C of {C:.3g} nF are implausible for a neuron: check the units; V must be in mV, "
                "I in nA.",
                R=R,
                C=C,
            )
        )
    if d.slow > ADAPTS:
        told.append(
            say(
                "The neuron adapts, or something else in it is slow, which this model cannot do: the errors of the "
                "prediction last (correlation {slow:.2g} over {stretch:g} ms).",
                slow=d.slow,
                stretch=STRETCH,
            )
        )
    if d.misfit > MISSED:
        told.append(
            say(
                "The equation misses {misfit:.0%} of the dynamic I-V curve: the neuron is not an exponential "
                "integrate-and-fire neuron at all potentials.",
                misfit=d.misfit,
            )
        )
    if clipped:
        told.append(
            say(
                "{names} came out beyond what is allowed and stands at its bound; do not trust the fit.",
                names=listed(clipped, "{before} and {last}"),
            )
        )
    vague = [name for name in TOLD if _vague(intervals, name, d)]
    if vague:
        told.append(
            say(
                "The recording does not determine {names}: see the intervals.",
                names=listed(vague, "{before} and {last}"),
            )
        )
    recorded, simulated = rates
    if abs(simulated - recorded) > OTHER_RATE * recorded:
        told.append(
            say(
                "With the same current the neuron found fires {simulated:.3g} spikes a second, and the recorded one "
                "{recorded:.3g}.",
                simulated=simulated,
                recorded=recorded,
            )
        )
    return told


def _vague(intervals: FitIntervals, name: str, d: Diagnostics) -> bool:
    """Whether half an interval is a quarter of the value or more; of V_T, more than a mV."""
    low, high = getattr(intervals, name)
    return bool(0.5 * (high - low) > (1.0 if name == "V_T" else VAGUE * 0.5 * abs(high + low)))
