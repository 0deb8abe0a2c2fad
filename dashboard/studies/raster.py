"""Fifty independent neurons with the same input and different noise, and the rate of their population."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.costs import FEW_STEPS, affordable, steps_per_ms
from dashboard.result import check_run_cost, shaking
from dashboard.session import Snapshot
from dashboard.studies.common import main_current, neuron
from model import spike_trains, spikes
from model.runs.arguments import current_of, steps_of
from model.runs.expectation import expected_rate, highest_rate
from model.sentences import joined, say
from model.stimuli import KINDS

NEURONS = 50
BINS = 60
DRAWN = 4000  # spikes; more would be a solid block
LEVELS = np.linspace(0.0, 1.0, 33)  # of the current, at which the rate is asked for to know how many spikes to expect


class Raster(NamedTuple):
    """Spikes of all neurons [ms], their rate in bins [Hz], the exact rate [Hz], nan unless the current is constant."""

    t: np.ndarray
    neuron: np.ndarray
    centres: np.ndarray
    rate: np.ndarray
    exact: float
    duration: float
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Raster]:
    """Yield one run of all neurons, or none where there are too many spikes."""
    p = neuron(choice)
    check_run_cost(choice)
    wanted = steps_of(choice.duration, choice.dt)
    stimulus = KINDS[choice.kind](**dict(choice.stimulus))
    I, _ = current_of(stimulus, 0, wanted, choice.dt, choice.seed)
    steps = fitting(choice, I)
    if steps < min(FEW_STEPS, wanted):
        none = np.zeros(0)
        said = say("There are too many spikes for a raster here. Raise tau_ref, or lower the current.")
        yield Raster(none, none, none, none, np.nan, choice.duration, said)
        return
    duration = steps * choice.dt
    trains = spike_trains(
        p, stimulus, neurons=NEURONS, duration=duration, dt=choice.dt, sigma=choice.sigma, seed=choice.seed, threads=1,
        tau_noise=choice.tau_noise,
    )  # fmt: skip
    centres, rate = spikes.population_rate(trains.t, NEURONS, duration, duration / BINS)
    exact = np.nan
    if choice.kind == "constant":
        exact = float(expected_rate(choice.neuron, main_current(choice), choice.sigma))
    every = -(-trains.t.size // DRAWN) or 1
    cut = say("Only the first {duration:.3g} ms fit.", duration=duration) if steps < wanted else ""
    thinned = say("One spike in {every} is drawn.", every=every) if every > 1 else ""
    drawn = trains.t[::every], trains.neuron[::every].astype(float) + 1
    yield Raster(*drawn, centres, rate, exact, duration, joined([note_on_raster(choice), cut, thinned]))


def fitting(choice: Snapshot, I: np.ndarray) -> int:
    """Return how many steps with these currents [nA] one part of a study can make with all neurons.

    They are counted one after the other: a short strong current at the beginning can cost more than all that follows.
    """
    cost = steps_per_ms(choice.neuron, choice.dt, sigma=shaking(choice), tau_noise=choice.tau_noise)
    I = I[: int(affordable(cost, 0.0, NEURONS) / choice.dt)]
    if not I.size:
        return 0
    levels = np.unique(np.quantile(I, LEVELS))
    lasts = [affordable(cost, rate, NEURONS) for rate in highest_rate(choice.neuron, levels, shaking(choice))]
    with np.errstate(divide="ignore"):
        parts = choice.dt / np.array(lasts)  # of the part of a study, that a step costs; with the next higher level
    return int(np.searchsorted(np.cumsum(parts[np.searchsorted(levels[:-1], I)]), 1.0, side="right"))


def note_on_raster(choice: Snapshot) -> str:
    """Return the caption: what the neurons share, and in what they differ."""
    noisy = choice.kind in ("white noise", "Ornstein-Uhlenbeck noise")
    if choice.sigma == 0 and noisy:
        return say(
            "{neurons} neurons with the same frozen current do the same. Raise σ to see them part.", neurons=NEURONS
        )
    if choice.sigma == 0:
        return say("{neurons} neurons with no noise do the same. Raise σ to see them part.", neurons=NEURONS)
    if noisy:
        return say("{neurons} neurons, the same frozen current, different noise.", neurons=NEURONS)
    line = say("Line: exact rate.") if choice.kind == "constant" else ""
    return joined([say("{neurons} neurons, the same input, different noise.", neurons=NEURONS), line])
