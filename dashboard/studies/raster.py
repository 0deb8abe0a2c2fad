"""Fifty independent neurons with the same input and different noise, and the rate of their population."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.session import Snapshot
from dashboard.studies.common import current, neuron
from model import spikes, theory
from model.population import spike_trains
from model.stimuli import KINDS

NEURONS = 50
BINS = 60


class Raster(NamedTuple):
    """Spikes of all neurons, and their rate in bins [Hz]; the exact rate where the current is constant, else nan."""

    t: np.ndarray
    neuron: np.ndarray
    centres: np.ndarray
    rate: np.ndarray
    exact: float
    duration: float
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Raster]:
    """Yield one run of all neurons."""
    p = neuron(choice)
    stimulus = KINDS[choice.kind](**dict(choice.stimulus))
    trains = spike_trains(
        p, stimulus, neurons=NEURONS, duration=choice.duration, dt=choice.dt, sigma=choice.sigma, seed=choice.seed,
        threads=1,
    )  # fmt: skip
    centres, rate = spikes.population_rate(trains.t, NEURONS, choice.duration, choice.duration / BINS)
    constant = choice.kind == "constant"
    exact = float(theory.stationary_rate(p, current(choice), choice.sigma)) if constant else np.nan
    said = (
        f"{NEURONS} neurons, the same input, different noise."
        if choice.sigma
        else (f"{NEURONS} neurons without noise do the same. Raise σ to see them part.")
    )
    yield Raster(trains.t, trains.neuron.astype(float) + 1, centres, rate, exact, choice.duration, said)
