"""Interspike intervals: their exact density and a histogram of simulated ones; CV both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.curve import nice
from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, current, neuron, percent
from model import spikes, theory
from model.population import spike_trains

PARTS = 12
NEURONS = 40
INTERVALS = 100  # per neuron and part: in a short run the long intervals are cut off, and the CV comes out too small
DURATION = (1000.0, 20000.0)  # ms
BINS = 40
RARE = 0.01  # Hz; below it, waiting for spikes is no experiment


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
        yield nothing(f"Without noise {said}. Raise σ to see a distribution.")
        return
    mean_rate, exact_cv = theory.stationary_rate(p, I, choice.sigma), theory.cv(p, I, choice.sigma)
    if mean_rate < RARE:
        yield nothing(f"At I = {I:g} nA the rate is {mean_rate:.2g} Hz: too few spikes for a histogram.")
        return
    longest = nice(1000.0 / mean_rate * (1 + 4 * min(exact_cv, 1.0)))
    t = np.linspace(0, longest, 300)
    exact = theory.isi_density(p, I, choice.sigma, t)
    edges = np.linspace(0, longest, BINS + 1)
    yield Intervals(t, exact, EMPTY, EMPTY, longest, f"CV {exact_cv:.3f} exact." + percent(0.0))
    seen: list[np.ndarray] = []
    duration = np.clip(INTERVALS * 1000.0 / mean_rate, *DURATION)
    for part in range(1, PARTS + 1):
        trains = spike_trains(
            p,
            I,
            neurons=NEURONS,
            duration=duration,
            dt=choice.dt,
            sigma=choice.sigma,
            seed=choice.seed + part,
            threads=1,
        )
        seen.append(spikes.intervals(trains.t, trains.neuron))
        every = np.concatenate(seen)
        if every.size < 3:
            continue
        counts, _ = np.histogram(every, edges)
        said = f"CV {exact_cv:.3f} exact, {spikes.cv(every).value:.3f} simulated ({every.size} intervals)."
        yield Intervals(
            t, exact, (edges[1:] + edges[:-1]) / 2, counts / every.size / np.diff(edges), longest,
            said + percent(part / PARTS),
        )  # fmt: skip
