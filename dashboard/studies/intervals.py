"""Interspike intervals: their exact density and a histogram of simulated ones; CV both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.axes import nice
from dashboard.costs import FEW_STEPS, TOGETHER
from dashboard.session import Snapshot
from dashboard.studies.common import (
    EMPTY,
    REGULAR,
    asked_for,
    exact,
    longest_part,
    main_current,
    neuron,
    percent,
)
from model import SpikeTrains, spike_trains, spikes, theory
from model.sentences import joined, say

PARTS = 12
NEURONS = TOGETHER
INTERVALS = 100  # mean intervals in a part, at most
FEWEST = 20  # at least
LONGEST = 8  # standard deviations beyond the mean; as good as no interval is longer
BINS = 40


class Intervals(NamedTuple):
    """Densities [1/ms] over the interspike interval [ms], exact and simulated."""

    t: np.ndarray
    exact: np.ndarray
    centres: np.ndarray
    simulated: np.ndarray
    longest: float
    note: str


def no_intervals(note: str) -> Intervals:
    """Return empty densities with a caption."""
    return Intervals(EMPTY, EMPTY, EMPTY, EMPTY, 100.0, note)


def run(choice: Snapshot, asked: bool) -> Iterator[Intervals]:
    """Yield the exact density, then histograms of more and more intervals."""
    p, I = neuron(choice), main_current(choice)
    if choice.sigma == 0:
        interval = theory.period(p, I)
        said = say("Without noise the neuron is silent. Raise σ to see a distribution.")
        if np.isfinite(interval):
            said = say("Without noise every interval is {interval:.4g} ms. Raise σ to see a distribution.",
                       interval=interval)  # fmt: skip
        yield no_intervals(asked_for(choice, said))
        return
    rate, exact_cv = theory.stationary_rate(p, I, choice.sigma), theory.cv(p, I, choice.sigma)
    mean, most = 1000.0 / rate if rate > 0 else np.inf, longest_part(choice, NEURONS)
    duration = min(max(INTERVALS * mean, FEW_STEPS * choice.dt), most)
    if duration < FEWEST * mean or duration < FEW_STEPS * choice.dt:
        if duration < FEWEST * mean:
            said = say(
                "At I = {I:g} nA the rate is {rate:.2g} Hz: in steps of {dt:g} ms too few spikes for a histogram.",
                I=I, rate=rate, dt=choice.dt,
            )  # fmt: skip
        else:
            said = say("At I = {I:g} nA the rate is {rate:.2g} Hz: too many spikes for a histogram.", I=I, rate=rate)
        yield no_intervals(said)
        return
    end = nice(mean * (1 + 4 * min(exact_cv, 1.0)))
    t = EMPTY if exact_cv < REGULAR else np.linspace(0, end, 300)
    line = theory.isi_density(p, I, choice.sigma, t) if t.size else EMPTY
    known = say("CV {cv:.3f} {exact} (line)", cv=exact_cv, exact=exact(choice))
    if not t.size:
        known = say("CV {cv:.3f} {exact}, too regular for a line", cv=exact_cv, exact=exact(choice))
    begun = joined([say("{known}.", known=known), percent(0.0)])
    yield Intervals(t, line, EMPTY, EMPTY, end, asked_for(choice, begun))
    edges, seen = np.linspace(0, end, BINS + 1), []
    for part in range(1, PARTS + 1):
        trains = spike_trains(
            p, I, neurons=NEURONS, duration=duration, dt=choice.dt, sigma=choice.sigma, seed=choice.seed + part,
            tau_noise=choice.tau_noise, threads=1,
        )  # fmt: skip
        seen.append(begun_before(trains, duration - mean * (1 + LONGEST * exact_cv)))
        every = np.concatenate(seen)
        if every.size < 3:
            continue
        said = say("{known}, {cv:.3f} simulated (points, {number} intervals).",
                   known=known, cv=spikes.cv(every).value, number=every.size)  # fmt: skip
        yield Intervals(
            t, line, (edges[1:] + edges[:-1]) / 2, spikes.histogram(every, edges).density, end,
            asked_for(choice, joined([said, percent(part / PARTS)])),
        )  # fmt: skip


def begun_before(trains: SpikeTrains, last: float) -> np.ndarray:
    """Return the intervals [ms] that begin before `last` [ms].

    Counting all intervals that fit into a run would miss long ones. Of those that begin early enough none is cut off,
    and their histogram has no bias, however short the run.
    """
    same = trains.neuron[1:] == trains.neuron[:-1]
    return np.diff(trains.t)[same & (trains.t[:-1] < last)]
