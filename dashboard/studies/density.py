"""How often the membrane potential is where: exact density and histogram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.costs import PART, SPIKE, recorded_per_ms
from dashboard.result import voltage_range
from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, asked_for, current, exact, neuron, percent
from model import simulate, theory
from model.run_settings import RunSettings
from model.runs.expectation import expected_rate, highest_rate

PARTS = 20
DURATION = 5000.0  # ms per part, at least, where the budget allows
LONG = (50.0, 20.0)  # membrane time constants and mean intervals that a part should last
SHORTEST = 20.0  # membrane time constants; a shorter part would not forget its start
FORGOTTEN = (10.0, 3.0)  # membrane time constants and mean intervals that are dropped from its start
BINS = 60


class Density(NamedTuple):
    """Densities [1/mV] of the membrane potential [mV], outside the refractory period."""

    V: np.ndarray
    exact: np.ndarray
    centres: np.ndarray
    simulated: np.ndarray
    span: tuple[float, float]
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Density]:
    """Yield the exact density, then histograms of longer and longer runs."""
    p, I = neuron(choice), current(choice)
    span = voltage_range(choice.neuron)
    if choice.sigma == 0:
        said = f"{asked_for(choice)}Without noise there is no density. Raise σ to see one."
        yield Density(EMPTY, EMPTY, EMPTY, EMPTY, span, said)
        return
    V = np.linspace(*span, 301)
    line = theory.density(p, I, choice.sigma, V)
    duration, dropped = times(choice)
    if duration < SHORTEST * p.tau:
        said = (
            f"{asked_for(choice)}Line: {exact(choice)}. In steps of {choice.dt:g} ms a histogram takes too long here."
        )
        yield Density(V, line, EMPTY, EMPTY, span, said)
        return
    yield Density(V, line, EMPTY, EMPTY, span, note(choice, 0.0))
    edges = np.linspace(*span, BINS + 1)
    counts, total = np.zeros(BINS), 0
    for part in range(1, PARTS + 1):
        trace = simulate(
            p, I, duration=duration, dt=choice.dt, sigma=choice.sigma, seed=choice.seed + part,
            tau_noise=choice.tau_noise,
        )  # fmt: skip
        later = trace.t >= dropped
        counts += np.histogram(trace.V[later & ~trace.refractory], BINS, span)[0]
        total += int(later.sum())
        simulated = counts / total / np.diff(edges)
        yield Density(V, line, (edges[1:] + edges[:-1]) / 2, simulated, span, note(choice, part / PARTS))


def times(choice: Snapshot) -> tuple[float, float]:
    """Return how long a part lasts and how much of its start is dropped [ms]."""
    rate, tau = float(expected_rate(choice.neuron, current(choice), choice.sigma)), choice.neuron.tau
    interval = 1000.0 / rate if rate > 0 else np.inf
    wanted = max(DURATION, LONG[0] * tau, LONG[1] * interval)
    spikes = SPIKE * float(highest_rate(choice.neuron, current(choice), choice.sigma)) * 1e-3
    most = PART / (recorded_per_ms(choice.neuron, choice.dt, sigma=choice.sigma, tau_noise=choice.tau_noise) + spikes)
    duration = min(wanted, most, RunSettings.param.duration.bounds[1])
    return duration, min(FORGOTTEN[0] * tau + min(FORGOTTEN[1] * interval, 0.25 * duration), 0.75 * duration)


def note(choice: Snapshot, done: float) -> str:
    """Say what is seen."""
    said = f"{asked_for(choice)}Line: {exact(choice)}. Points: simulated. The refractory time is left out."
    return said + percent(done)
