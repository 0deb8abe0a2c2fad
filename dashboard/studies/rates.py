"""The f-I curve under noise: rates of many independent neurons, with their standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.curve import NONE, Simulated, finished, keep, key_of
from dashboard.session import Snapshot
from dashboard.studies.common import neuron, percent
from model import fi_curve

PARTS = 10
NEURONS = 40  # per current and part
DURATION = 500.0  # ms per part
POINTS = 17


class Rates(NamedTuple):
    """Simulated points of the f-I curve."""

    simulated: Simulated
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Rates]:
    """Yield the points, their errors shrinking with every part. Without noise the points come with the curve."""
    if key_of(choice).sigma == 0:
        yield Rates(NONE, "Exact as a line, simulated as points.")
        return
    key = key_of(choice)
    seen = finished(key)
    if seen is None:
        p, currents = neuron(choice), np.linspace(*key.span, POINTS)
        rates, variances = np.zeros(POINTS), np.zeros(POINTS)
        for part in range(1, PARTS + 1):
            curve = fi_curve(
                p, currents, duration=DURATION, dt=choice.dt, method=choice.method, sigma=choice.sigma, neurons=NEURONS,
                seed=choice.seed + 1000 * part, threads=1,
            )  # fmt: skip
            rates += curve.rates
            variances += curve.errors**2
            seen = Simulated(currents, rates / part, np.sqrt(variances) / part)
            if part < PARTS:
                yield Rates(seen, note(part / PARTS))
        keep(key, seen)
    yield Rates(seen, note(1.0))


def note(done: float) -> str:
    """Say what is seen."""
    return "Exact with this noise as a line, without noise dashed; points with standard error." + percent(done)
