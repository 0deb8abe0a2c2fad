"""Phase response: how much earlier the next spike comes after a small kick, over the phase of the kick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.costs import PART, recorded_per_ms
from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, asked_for, main_current, neuron, percent
from model import experiments, theory
from model.sentences import joined, say

SHORTEST = 0.2  # ms; a shorter period is less than the shortest run
STEP = 0.1  # ms, at most
STEPS = 20  # of a period, at least
LASTS = 6.0  # periods that one kick takes at most: up to it, and two runs from there to the next spike and beyond
AT_ONCE = 5  # kicks in a part, at most


class Kick(NamedTuple):
    """Phase response [cycles per mV] over the phase since the spike [cycles], exact and simulated."""

    phase: np.ndarray
    exact: np.ndarray
    measured_phase: np.ndarray
    measured: np.ndarray
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Kick]:
    """Yield the exact curve, then simulated kicks, a few at a time."""
    p, I = neuron(choice), main_current(choice)
    period = float(theory.period(p, I))
    if not 0.0 < period < np.inf:
        said = say("The neuron is silent at this current: there is no phase to shift.")
        if choice.sigma:
            said = say("Without noise the neuron is silent at this current: there is no phase to shift.")
        yield no_kicks(choice, said)
        return
    phase, measured_phase = np.linspace(0, 1, 201), np.linspace(0.025, 0.975, 20)
    exact, size = theory.phase_response(p, I, phase), experiments.small_kick(choice.neuron, I)
    quiet = say("Without noise.") if choice.sigma else ""
    at_once = min(int(PART / cost(choice, period)), AT_ONCE)
    if size == 0.0 or period < SHORTEST or at_once == 0:
        why = say("its period is {period:.3g} s, too long for this page", period=1e-3 * period)
        if not size:
            why = say("a kick could silence it")
        elif period < SHORTEST:
            why = say("its period is too short")
        said = say("Line: exact advance of the next spike. No simulated kicks: {reason}.", reason=why)
        yield Kick(phase, exact, EMPTY, EMPTY, asked_for(choice, joined([quiet, said])))
        return
    line = joined([quiet, say("Line: exact advance of the next spike; points: kicks of {kick:.2g} mV.", kick=size)])
    yield Kick(phase, exact, EMPTY, EMPTY, asked_for(choice, joined([line, percent(0.0)])))
    measured = EMPTY
    while measured.size < measured_phase.size:
        next_ones = measured_phase[measured.size : measured.size + at_once]
        measured = np.concatenate([measured, experiments.kicked(p, I, next_ones, kick=size, dt=STEP)])
        done = measured.size / measured_phase.size
        said = asked_for(choice, joined([line, percent(done)]))
        yield Kick(phase, exact, measured_phase[: measured.size], measured, said)


def cost(choice: Snapshot, period: float) -> float:
    """Return what one kick costs at most [neuron-steps] at this period [ms]."""
    return LASTS * period * recorded_per_ms(choice.neuron, min(STEP, period / STEPS))


def no_kicks(choice: Snapshot, said: str) -> Kick:
    """Return empty phase responses with a caption."""
    return Kick(EMPTY, EMPTY, EMPTY, EMPTY, asked_for(choice, said))
