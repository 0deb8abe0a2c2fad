"""What the studies share."""

from __future__ import annotations

import numpy as np

from dashboard.curve import affordable, expected_rate, highest_rate, kick, steps_per_ms
from dashboard.session import Snapshot
from model.parameters import ExpIFParameters
from model.runs.arguments import pieces_of

EMPTY = np.zeros(0)
COARSE = 0.7  # kick of the noise per step over delta_T, from which simulated rates are off by more than a percent
REGULAR = 0.009  # CV; what depends on the distribution of more regular intervals takes too long to compute
CROWDED = 0.2  # spikes per step, from which noise that is drawn once per step is no longer white for an interval


def neuron(choice: Snapshot) -> ExpIFParameters:
    """Return the parameters of the chosen neuron."""
    return ExpIFParameters(**choice.neuron._asdict())


def current(choice: Snapshot) -> float:
    """Return the constant current [nA] a study looks at: the main current, whatever its course in time."""
    return float(dict(choice.stimulus)["I"])


def asked_for(choice: Snapshot) -> str:
    """Say which current a study answers for, where it is not the one that flows."""
    return "" if choice.kind == "constant" else f"For a constant current of {current(choice):g} nA: "


def longest(choice: Snapshot, neurons: int) -> float:
    """Return for how long [ms] these neurons can run in one part of a study, at the constant current."""
    rate = highest_rate(choice.neuron, current(choice), choice.sigma)
    return affordable(steps_per_ms(choice.neuron, choice.dt, sigma=choice.sigma), rate, neurons)


def percent(done: float) -> str:
    """Say how far a study is; nothing when it is finished."""
    return f" Simulating: {100 * done:.0f} %." if done < 1 else ""


def coarse(choice: Snapshot) -> str:
    """Say so where the noise of a step is large beside the upswing, or intervals are short beside a step."""
    n = choice.neuron
    step = choice.dt / pieces_of("strang", choice.dt, n.tau)
    crowded = float(expected_rate(n, current(choice), choice.sigma)) * step > CROWDED * 1e3
    if kick(n, choice.dt, choice.sigma) > COARSE * n.delta_T or crowded:
        return " dt is coarse for this noise: points may be a few percent off."
    return ""
