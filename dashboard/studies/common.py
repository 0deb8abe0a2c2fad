"""What the studies share."""

from __future__ import annotations

import numpy as np

from dashboard.costs import affordable, steps_per_ms
from dashboard.session import Snapshot
from model.parameters import ExpIFParameters
from model.runs.expectation import highest_rate
from model.sentences import say

EMPTY = np.zeros(0)
REGULAR = 0.009  # CV; what depends on the distribution of more regular intervals takes too long to compute


def neuron(choice: Snapshot) -> ExpIFParameters:
    """Return the parameters of the chosen neuron."""
    return ExpIFParameters(**choice.neuron._asdict())


def main_current(choice: Snapshot) -> float:
    """Return the constant current [nA] a study looks at: the main current, whatever its course in time."""
    return choice.main_current


def asked_for(choice: Snapshot, said: str) -> str:
    """Say for which current a study answers, where it is not the one that flows, and what it answers."""
    if choice.kind == "constant":
        return said
    return say("For a constant current of {I:.6g} nA: {answer}", I=main_current(choice), answer=said)


def exact(choice: Snapshot) -> str:
    """Return what the caption calls the exact line: noise that remembers has no theory here."""
    return say("exact") if choice.tau_noise == 0 else say("exact for white noise")


def longest_part(choice: Snapshot, neurons: int) -> float:
    """Return for how long [ms] this many neurons can run in one part of a study, at the constant current."""
    rate = highest_rate(choice.neuron, main_current(choice), choice.sigma)
    return affordable(
        steps_per_ms(choice.neuron, choice.dt, sigma=choice.sigma, tau_noise=choice.tau_noise), rate, neurons
    )


def percent(done: float) -> str:
    """Say how far a study is; say nothing when it is finished."""
    return say("Simulating: {percent:.0f} %.", percent=100 * done) if done < 1 else ""
