"""Frequency response: how much a small rhythm in the current moves the rate, exact and measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.costs import TOGETHER
from dashboard.session import Snapshot
from dashboard.studies.common import (
    EMPTY,
    REGULAR,
    asked_for,
    longest_part,
    main_current,
    neuron,
    percent,
)
from model import experiments, spikes, theory
from model.sentences import joined, say
from model.stimuli import CURRENT_BOUNDS

FREQUENCIES = np.logspace(0, np.log10(5000), 60)  # Hz
MEASURED = np.array([2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0])  # Hz
NEURON_TIME = 2e6  # ms of all neurons together that a point should rest on
PARTS = 8  # per point, at most
DURATION, CYCLES = 1000.0, 3.0  # ms and cycles, at least
SMALL = 0.25  # modulation of the rate, as a part of the rate; of the membrane potential, as a part of sigma
FASTEST = 0.1  # cycles per step; beyond it the held current is no sine any more
FEWEST = 500  # spikes behind a point
MOST_CYCLES = 1500.0  # of the fastest modulation on the way to a spike, where noise does not blur them
RAREST = 1e-6  # Hz, a spike in ten days; where they are rarer, nothing is left to respond
WEAKEST = 1e-4  # nA; the least modulation
CLOSE = 0.1  # of the gain; how far from its limit it still counts as there
IN_A_ROW = 5  # frequencies that must be close, or the two lines merely cross


class Response(NamedTuple):
    """Gain [Hz/nA] and phase [degrees] of the rate over the frequency [Hz] of the current, exact and measured."""

    f: np.ndarray
    gain: np.ndarray
    lag: np.ndarray
    asymptote: np.ndarray
    measured_f: np.ndarray
    measured_gain: np.ndarray
    measured_error: np.ndarray
    measured_lag: np.ndarray
    note: str
    measurable: bool = True


def no_response(note: str) -> Response:
    """Return an empty response with a caption."""
    return Response._make([*[EMPTY] * 8, note, False])


def run(choice: Snapshot, asked: bool) -> Iterator[Response]:
    """Yield the exact curves; when asked for, measured points one by one."""
    p, I, n = neuron(choice), main_current(choice), choice.neuron
    if choice.sigma == 0:
        said = say("Without noise the response has no smooth curve. Raise σ to see it.")
        yield no_response(asked_for(choice, said))
        return
    rate = float(theory.stationary_rate(p, I, choice.sigma))
    if rate < RAREST:
        yield no_response(
            say("At I = {I:g} nA the rate is {rate:.2g} Hz: too few spikes to respond to anything.", I=I, rate=rate)
        )
        return
    if turns_too_often(choice):
        yield no_response(
            say("At I = {I:g} nA the intervals are so regular that their response takes too long. Raise σ.", I=I)
        )
        return
    exact = theory.susceptibility(p, I, choice.sigma, FREQUENCIES)
    asymptote = n.R * rate / (n.delta_T * 2e-3 * np.pi * FREQUENCIES * n.tau)
    lines = (FREQUENCIES, np.abs(exact), np.degrees(np.unwrap(np.angle(exact))), asymptote)
    white = say("With white noise, of no memory.") if choice.tau_noise else ""
    said = asked_for(choice, joined([white, what(bend(lines[1], asymptote))]))
    if not asked:
        yield Response(*lines, EMPTY, EMPTY, EMPTY, EMPTY, said)
        return
    exactly, possible = said, MEASURED[MEASURED * choice.dt * 1e-3 <= FASTEST]
    points = say("Points: measured.")
    if 0 < possible.size < MEASURED.size:
        points = say("Points: measured, up to {f:g} Hz at this dt.", f=possible[-1])
    said = joined([said, points])
    seen: list[tuple[float, float, float, float]] = []
    for count, f in enumerate(possible):
        yield Response(*lines, *measured_columns(seen), joined([said, percent(count / possible.size)]))
        values, errors = [], []
        for part in response_estimates(choice, float(f), float(np.interp(f, FREQUENCIES, lines[1])), rate, count):
            values.append(part.value)
            errors.append(part.error)
            yield Response(*lines, *measured_columns(seen), joined([said, percent(count / possible.size)]))
        if not values:
            said = joined([said, say("More would take too long here.")])
            if not seen:
                said = joined([exactly, say("Measuring would take too long here.")])
            yield Response(*lines, *measured_columns(seen), said)
            return
        seen.append(measured_point(f, np.mean(values), np.hypot.reduce(errors) / len(errors), lines[2]))
    yield Response(*lines, *measured_columns(seen), said)


def turns_too_often(choice: Snapshot) -> bool:
    """Return whether the fastest modulation turns many times until a spike, and the noise hardly blurs it.

    The exact response follows every turn, from V_reset or from where the leak pulls, whichever is lower.
    """
    n, I, sigma = choice.neuron, main_current(choice), choice.sigma
    from_below = n._replace(tau_ref=0.0, V_reset=min(n.V_reset, n.V_rest + n.R * I))
    slow = FREQUENCIES[-1] > MOST_CYCLES * theory.stationary_rate(from_below, I, sigma)
    return slow and theory.cv(from_below, I, sigma) < REGULAR


def response_estimates(choice: Snapshot, f: float, gain: float, rate: float, count: int) -> Iterator[spikes.Estimate]:
    """Yield estimates of the response at f [Hz] from independent populations; none where that is out of reach."""
    n, I, p = choice.neuron, main_current(choice), neuron(choice)
    lasts = max(DURATION, CYCLES * 1e3 / f) + experiments.WARM_UP * n.tau
    neurons = TOGETHER * int(longest_part(choice, TOGETHER) / lasts)
    swing = np.hypot(1.0, 2e-3 * np.pi * f * n.tau)  # the membrane follows a fast current less
    amplitude = choice.sigma / n.R * max(1.0, SMALL * swing)
    amplitude = min(amplitude, SMALL * rate / gain if gain > 0 else np.inf, CURRENT_BOUNDS[1] - abs(I))
    if neurons == 0 or amplitude < WEAKEST or rate * NEURON_TIME * 1e-3 < FEWEST:
        return
    duration = lasts - experiments.WARM_UP * n.tau
    for part in range(min(PARTS, int(np.ceil(NEURON_TIME / (neurons * duration))))):
        yield experiments.modulated(
            p, I, choice.sigma, f, amplitude, neurons=neurons, duration=duration, dt=choice.dt,
            seed=choice.seed + count + 1000 * part, threads=1,
        )  # fmt: skip


def measured_point(f: float, value: complex, error: float, lag: np.ndarray) -> tuple[float, float, float, float]:
    """Return frequency [Hz], gain and its error [Hz/nA], and the phase [degrees] in the turn next to the exact one."""
    exact, phase = np.interp(f, FREQUENCIES, lag), np.degrees(np.angle(value))
    return f, abs(value), error, phase + 360.0 * np.round((exact - phase) / 360.0)


def measured_columns(
    seen: list[tuple[float, float, float, float]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return frequency [Hz], gain and its error [Hz/nA], and phase [degrees] of all points measured so far."""
    f, gain, error, lag = np.array(seen, dtype=float).reshape(-1, 4).T
    return f, gain, error, lag


def what(bent: float | None) -> str:
    """Say what the lines are; `bent` is where [Hz] the gain leaves its limit again, if it does."""
    if bent is None:
        return say("Line: exact. Dashed: the limit 1/f of the exponential upswing.")
    return say("Line: exact. Dashed: the limit 1/f of the exponential upswing; near {f:g} Hz the finite V_th bends it.",
               f=bent)  # fmt: skip


def bend(gain: np.ndarray, asymptote: np.ndarray) -> float | None:
    """Return the frequency [Hz] at which the gain leaves its limit again, as V_th is finite; None if it does not."""
    close = np.abs(gain - asymptote) < CLOSE * asymptote
    runs = np.convolve(close, np.ones(IN_A_ROW), "valid") == IN_A_ROW
    last = int(np.flatnonzero(runs)[-1]) + IN_A_ROW if runs.any() else close.size
    return float(f"{FREQUENCIES[last]:.2g}") if last < close.size else None
