"""Interspike intervals: their exact density and a histogram of simulated ones; CV both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.curve import FEW_STEPS, TOGETHER, nice
from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, asked_for, coarse, current, longest, neuron, percent
from model import spikes, theory
from model.population import SpikeTrains, spike_trains

PARTS = 12
NEURONS = TOGETHER
INTERVALS = 100  # mean intervals in a part, at most
FEWEST = 20  # at least
LONGEST = 8  # standard deviations beyond the mean; as good as no interval is longer
BINS = 40


class Intervals(NamedTuple):
    """Densities [1/ms] over the interval [ms]."""

    t: np.ndarray
    exact: np.ndarray
    centres: np.ndarray
    simulated: np.ndarray
    longest: float
    note: str


def nothing(note: str) -> Intervals:
    """Return an empty plot with a sentence."""
    return Intervals(EMPTY, EMPTY, EMPTY, EMPTY, 100.0, note)


def run(choice: Snapshot, asked: bool) -> Iterator[Intervals]:
    """Yield the exact density, then histograms of more and more intervals."""
    p, I = neuron(choice), current(choice)
    if choice.sigma == 0:
        interval = theory.period(p, I)
        said = f"every interval is {interval:.4g} ms" if np.isfinite(interval) else "the neuron is silent"
        yield nothing(f"{asked_for(choice)}without noise {said}. Raise σ to see a distribution.".capitalize_first())
        return
    rate, exact_cv = theory.stationary_rate(p, I, choice.sigma), theory.cv(p, I, choice.sigma)
    mean = 1000.0 / rate if rate > 0 else np.inf
    duration = min(INTERVALS * mean, longest(choice, NEURONS))
    if duration < FEWEST * mean:
        few = "few" if longest(choice, NEURONS) > FEW_STEPS * choice.dt else "many"
        yield nothing(f"At I = {I:g} nA the rate is {rate:.2g} Hz: too {few} spikes for a histogram.")
        return
