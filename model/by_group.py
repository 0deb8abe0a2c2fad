"""`simulate` and `fi_curve` for the schemes and devices that only the neuron group has."""

from __future__ import annotations

import numpy as np

from model.arguments import currents_of
from model.group import ExpIF
from model.kernels.tally import Tally, empty
from model.parameters import ExpIFParameters


def recorded(
    p: ExpIFParameters, current: np.ndarray, dt: float, method: str, V_init: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One neuron, every step: V [mV] and the refractory flag after each step, and the spike times [ms]."""
    group = ExpIF(1, parameters=p, method=method, V_init=V_init, monitors=["V", "refractory", "spike"])
    group.run(current.size * dt, dt=dt, inputs=("input", current, "iter"))
    mon = group.mon
    return mon.V[:, 0], mon.refractory[:, 0], mon.ts[mon.spike[:, 0]]


def tallied(
    p: ExpIFParameters,
    currents: np.ndarray,
    steps: int,
    dt: float,
    method: str,
    V_init: float,
    sigma: float,
    seed: int | None,
    device: str,
) -> Tally:
    """One neuron per current [nA]: how often it spiked, and when first and last [ms]."""
    currents = currents_of(currents)
    if currents.size == 0:
        return empty(0)
    group = ExpIF(currents.size, parameters=p, method=method, V_init=V_init, sigma=sigma, seed=seed, device=device)
    group.run(steps * dt, dt=dt, inputs=("input", currents, "fix"))
    return empty(currents.size)._replace(count=group.count, first=group.t_first_spike, last=group.t_last_spike)
