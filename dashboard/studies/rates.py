"""The simulated points of the f-I curve: one neuron per current; under noise many, with their standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.costs import FEW_STEPS, affordable, steps_per_ms
from dashboard.curve import NONE, Key, Simulated, both, finished, keep_points, key_of, points_on_device
from dashboard.session import Snapshot
from dashboard.studies.common import exact, neuron, percent
from model import fi_curve
from model.runs.beginning import bistable
from model.runs.expectation import highest_rate
from model.sentences import joined, say

PARTS = 20
NEURONS = (3, 40)  # per current and part
DURATION = 500.0  # ms per part, at least
LONG = 100.0  # membrane time constants per part: the first fifth of them is warm-up
STATIONARY = 50.0  # membrane time constants that a part needs to have forgotten its start
POINTS = 17


class Rates(NamedTuple):
    """Simulated points of the f-I curve."""

    simulated: Simulated
    note: str
    from_reset: Simulated = NONE  # where the neuron is bistable, these start at V_reset, the others at rest


def run(choice: Snapshot, asked: bool) -> Iterator[Rates]:
    """Yield the points; under noise their errors shrink with every part."""
    key = key_of(choice)
    if key.sigma == 0:
        yield from points_without_noise(key)
        return
    neurons, duration = size(choice)
    if neurons == 0:
        said = say("Line: {exact}; dashed: without. The budget of this page allows no simulated points here.",
                   exact=exact(choice))  # fmt: skip
        yield Rates(NONE, said)
        return
    said = note_on_rates(choice, duration)
    seen = finished(key)
    if seen is None:
        p, currents = neuron(choice), np.linspace(*key.span, POINTS)
        rates, variances, seen = np.zeros(POINTS), np.zeros(POINTS), NONE
        start = "stationary" if choice.tau_noise == 0 and bistable(key.neuron, currents).any() else "rest"
        for part in range(1, PARTS + 1):
            curve = fi_curve(
                p, currents, duration=duration, dt=choice.dt, method=choice.method, sigma=choice.sigma, neurons=neurons,
                seed=choice.seed + 1000 * part, threads=1, tau_noise=choice.tau_noise,
                start=start,
            )  # fmt: skip
            said = joined([note_on_rates(choice, duration), curve.note])
            rates += curve.rates
            variances += curve.errors**2
            seen = Simulated(currents, rates / part, np.sqrt(variances) / part)
            if part < PARTS:
                yield Rates(seen, joined([said, percent(part / PARTS)]))
        keep_points(key, seen)
    yield Rates(seen, said)


def points_without_noise(key: Key) -> Iterator[Rates]:
    """Yield the points without noise; where the neuron is bistable, also those that start at V_reset."""
    simulated, missing = points_on_device(key)
    keep_points(key, simulated)
    if both(key) is None:
        yield Rates(simulated, missing or say("Line: {exact}. Points: simulated.", exact=say("exact")))
        return
    said = say(
        "Bistable where the line is double. Lines: exact; dashed: at rest. Points: simulated from rest ●, reset ■."
    )
    yield Rates(simulated, missing or said)
    from_reset, missing = points_on_device(key._replace(start="reset"))
    keep_points(key._replace(start="reset"), from_reset)
    yield Rates(simulated, missing or said, from_reset)


def size(choice: Snapshot) -> tuple[int, float]:
    """Return the neurons per current and for how long they run [ms]; 0 neurons where not even few can."""
    key, tau = key_of(choice), choice.neuron.tau
    rates = highest_rate(choice.neuron, np.linspace(*key.span, POINTS), choice.sigma)
    steps = steps_per_ms(choice.neuron, choice.dt, choice.method, choice.sigma, choice.tau_noise)
    wanted = max(DURATION, LONG * tau)
    for neurons in range(NEURONS[1], NEURONS[0] - 1, -1):
        if affordable(steps, rates, neurons) >= wanted:
            return neurons, wanted
    duration = min(wanted, affordable(steps, rates, NEURONS[0]))
    fits = duration >= max(2.0 * tau, FEW_STEPS * choice.dt)
    return (NEURONS[0] if fits else 0), duration


def note_on_rates(choice: Snapshot, duration: float) -> str:
    """Return the caption: what lines and points are, and whether the runs [ms] are too short to be stationary."""
    said = say("Line: {exact}; dashed: without noise; points with standard error.", exact=exact(choice))
    early = say("The runs are too short to be stationary.") if duration < STATIONARY * choice.neuron.tau else ""
    return joined([said, early])
