"""How often the membrane potential is where: exact density and histogram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.result import voltage_range
from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, current, neuron, percent
from model import simulate, theory

PARTS = 20
DURATION = 5000.0  # ms per part
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
        yield Density(EMPTY, EMPTY, EMPTY, EMPTY, span, "Without noise there is no density. Raise σ to see one.")
        return
    V = np.linspace(*span, 301)
    exact = theory.density(p, I, choice.sigma, V)
    yield Density(V, exact, EMPTY, EMPTY, span, note(0.0))
    edges = np.linspace(*span, BINS + 1)
    counts, total = np.zeros(BINS), 0
    for part in range(1, PARTS + 1):
        trace = simulate(p, I, duration=DURATION, dt=choice.dt, sigma=choice.sigma, seed=choice.seed + part)
        counts += np.histogram(trace.V[~trace.refractory], edges)[0]
        total += trace.V.size
        yield Density(V, exact, (edges[1:] + edges[:-1]) / 2, counts / total / np.diff(edges), span, note(part / PARTS))


def note(done: float) -> str:
    """Say what is seen."""
    return "Exact as a line, simulated as points; the refractory time is left out." + percent(done)
