"""Phase response: how much earlier the next spike comes after a small kick, over the phase of the kick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.session import Snapshot
from dashboard.studies.common import EMPTY, current, neuron
from model import experiments, theory

KICK = 0.1  # mV


class Kick(NamedTuple):
    """Phase response [cycles per mV] over the phase since the spike."""

    phase: np.ndarray
    exact: np.ndarray
    measured_phase: np.ndarray
    measured: np.ndarray
    note: str


def run(choice: Snapshot, asked: bool) -> Iterator[Kick]:
    """Yield the exact curve, then simulated kicks."""
    p, I = neuron(choice), current(choice)
    if not np.isfinite(theory.period(p, I)):
        yield Kick(EMPTY, EMPTY, EMPTY, EMPTY, "At this current the neuron is silent: there is no phase to shift.")
        return
    phase, measured_phase = np.linspace(0, 1, 201), np.linspace(0.025, 0.975, 20)
    exact = theory.phase_response(p, I, phase)
    said = f"Without noise; points are simulated kicks of {KICK} mV. Advance of the next spike, in cycles per mV."
    yield Kick(phase, exact, EMPTY, EMPTY, said)
    yield Kick(phase, exact, measured_phase, experiments.kicked(p, I, measured_phase, kick=KICK), said)
