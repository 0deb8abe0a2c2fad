"""Phase response: how much earlier the next spike comes after a small kick, over the phase of the kick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, asked_for, current, neuron, percent
from model import experiments, theory

KICK = 0.1  # mV, at most
SMALL = 0.2  # of the voltage over which the passage of V_T is slow, and of delta_T: a kick of more is not small
PERIODS = (0.2, 5000.0)  # ms; shorter ones are less than the shortest run, longer ones take too long
AT_ONCE = 5


class Kick(NamedTuple):
    """Phase response [cycles per mV] over the phase since the spike."""

    phase: np.ndarray
    exact: np.ndarray
    measured_phase: np.ndarray
    measured: np.ndarray
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Kick]:
    """Yield the exact curve, then simulated kicks, a few at a time."""
    p, I = neuron(choice), current(choice)
    period = float(theory.period(p, I))
    if not 0.0 < period < np.inf:
        said = "the neuron is silent at this current: there is no phase to shift."
        yield nothing(choice, f"Without noise {said}" if choice.sigma else said.capitalize())
        return
    if period > PERIODS[1]:
        yield nothing(
            choice, f"One period takes {1e-3 * period:.3g} s here, too long for this page. Raise the current."
        )
        return
    phase, measured_phase = np.linspace(0, 1, 201), np.linspace(0.025, 0.975, 20)
    exact, size = theory.phase_response(p, I, phase), kick_of(choice)
    line = f"{asked_for(choice)}{'Without noise. ' if choice.sigma else ''}Line: exact advance of the next spike"
    if size == 0.0 or period < PERIODS[0]:
        why = "its period is too short" if size else "a kick could silence it"
        yield Kick(phase, exact, EMPTY, EMPTY, f"{line}. No simulated kicks: {why}.")
        return
    line += f"; points: kicks of {size:.2g} mV."
    yield Kick(phase, exact, EMPTY, EMPTY, line + percent(0.0))
    measured = EMPTY
    while measured.size < measured_phase.size:
        next_ones = measured_phase[measured.size : measured.size + AT_ONCE]
        measured = np.concatenate([measured, experiments.kicked(p, I, next_ones, kick=size)])
        done = measured.size / measured_phase.size
        yield Kick(phase, exact, measured_phase[: measured.size], measured, line + percent(done))


def kick_of(choice: Snapshot) -> float:
    """Return a kick [mV] so small that the response is linear; 0 where the neuron could rest and only its reset fires.

    Slow is the passage of V_T, within about sqrt(2 delta_T R (I - I_rheobase)) of it.
    """
    n, beyond = choice.neuron, current(choice) - theory.rheobase(choice.neuron)
    slow = np.sqrt(2.0 * n.delta_T * n.R * max(beyond, 0.0))
    return float(min(KICK, SMALL * n.delta_T, SMALL * slow))


def nothing(choice: Snapshot, said: str) -> Kick:
    """Return an empty plot with a sentence."""
    return Kick(EMPTY, EMPTY, EMPTY, EMPTY, asked_for(choice) + said)
