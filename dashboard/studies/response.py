"""Frequency response: how much a small rhythm in the current moves the rate, exact and measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, current, neuron, percent
from model import experiments, theory

FREQUENCIES = np.logspace(0, np.log10(5000), 60)  # Hz
MEASURED = np.array([2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0])  # Hz
BENT = 2000.0  # Hz; about here the finite V_th bends the curve
NEURONS, DURATION = 2000, 1000.0
SMALL = 0.25  # modulation of the rate, as a part of the rate


class Response(NamedTuple):
    """Gain [Hz/nA] and phase [degrees] over frequency [Hz]."""

    f: np.ndarray
    gain: np.ndarray
    lag: np.ndarray
    asymptote: np.ndarray
    measured_f: np.ndarray
    measured_gain: np.ndarray
    measured_error: np.ndarray
    measured_lag: np.ndarray
    note: str


def nothing(note: str) -> Response:
    """Return an empty plot with a sentence."""
    return Response(*[EMPTY] * 8, note)


def run(choice: Snapshot, asked: bool) -> Iterator[Response]:
    """Yield the exact curves; when asked for, measured points one by one."""
    p, I, n = neuron(choice), current(choice), choice.neuron
    if choice.sigma == 0:
        yield nothing("Without noise the response has no smooth curve. Raise σ to see it.")
        return
    rate = theory.stationary_rate(p, I, choice.sigma)
    exact = theory.susceptibility(p, I, choice.sigma, FREQUENCIES)
    asymptote = n.R * rate / (n.delta_T * 2e-3 * np.pi * FREQUENCIES * n.tau)
    lines = (FREQUENCIES, np.abs(exact), np.degrees(np.unwrap(np.angle(exact))), asymptote)
    said = f"Dashed: the limit 1/f of the exponential upswing; near {BENT / 1000:g} kHz the finite V_th bends it. "
    if not asked:
        yield Response(*lines, EMPTY, EMPTY, EMPTY, EMPTY, said)
        return
    values, errors = [], []
    for count, f in enumerate(MEASURED, start=1):
        yield Response(*lines, *points(values, errors), said + percent((count - 1) / MEASURED.size))
        gain = float(np.interp(f, FREQUENCIES, np.abs(exact)))
        amplitude = min(SMALL * rate / gain, choice.sigma / n.R) if gain > 0 else choice.sigma / n.R
        estimate = experiments.modulated(
            p, I, choice.sigma, f, amplitude, neurons=NEURONS, duration=max(DURATION, 3000.0 / f), dt=choice.dt,
            seed=choice.seed + count,
        )  # fmt: skip
        values.append(estimate.value)
        errors.append(estimate.error)
    yield Response(*lines, *points(values, errors), said)


def points(values: list[complex], errors: list[float]) -> tuple[np.ndarray, ...]:
    """Return frequency, gain, its error and phase of what has been measured so far."""
    measured = np.array(values, dtype=complex)
    return MEASURED[: measured.size], np.abs(measured), np.array(errors), np.degrees(np.angle(measured))
