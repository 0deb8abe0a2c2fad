"""What work costs, before it is done."""

from __future__ import annotations

import math

import numpy as np

from model.kernels.event import NEAR, parts_per_ms
from model.parameters import Numbers
from model.runs.arguments import pieces_of
from model.runs.schemes import SCHEMES

# All work is reckoned in steps of one of many neurons that run together, about 3 ns each.
RUN = 6.5e7  # that a recorded run may cost, spikes included: about 0.2 s, and at most 0.5 s on a slow machine
PART = 1e7  # that one part of a study may cost, spikes included: about 0.03 s
TOGETHER = 64  # neurons that go through a step together: one alone costs as much as all of them
SPIKE = 400.0  # what one spike costs
RECORDED = 70.0  # what a step costs that is recorded and shown
STAGE = 10.0  # what each further stage of the scheme adds to it
GRAZING = 8.0  # what a step costs while the noise of each may carry V from anywhere to V_th
NOISY, DEAR, GRAZING_RECORDED = 1.3, 2.2, 4.0  # how many times as much a recorded one costs: under white noise of its
# own, under every other kind and by euler, and while the noise may carry V to V_th
PARTED = 20.0  # what a part of a step costs that is divided
FEW_STEPS = 10.0  # a run of fewer shows nothing


def steps_per_ms(
    neuron: Numbers, dt: float, method: str = "strang", sigma: float = 0.0, tau_noise: float = 0.0
) -> float:
    """Return what 1 ms of a neuron costs [neuron-steps]; divided steps and further stages count as several."""
    if method != "strang":
        return (1.0 if method == "euler" else 4.0) / dt
    pieces = pieces_of(method, dt, neuron.tau, tau_noise if sigma > 0 else 0.0)
    if sigma == 0:
        return pieces / dt
    grazing = grazes(neuron, dt, sigma)
    return pieces / dt * (GRAZING if grazing else 1.0) + PARTED * parts_per_ms(neuron, dt / pieces, sigma)


def recorded_per_ms(
    neuron: Numbers, dt: float, method: str = "strang", sigma: float = 0.0, tau_noise: float = 0.0, shared: bool = False
) -> float:
    """Return what 1 ms of a neuron costs [neuron-steps] if every step is recorded.

    `shared` says that some of the noise comes with the current.
    """
    pieces = pieces_of(method, dt, neuron.tau, tau_noise if sigma > 0 else 0.0)
    step = RECORDED + STAGE * (SCHEMES[method].stages - 1)
    if sigma == 0:
        return pieces / dt * step
    if method != "strang":
        return DEAR * step / dt
    noisy = RECORDED * (DEAR if tau_noise > 0 or shared else NOISY)
    if grazes(neuron, dt, sigma):
        noisy = RECORDED * GRAZING_RECORDED
    return pieces / dt * noisy + RECORDED * parts_per_ms(neuron, dt / pieces, sigma)


def grazes(neuron: Numbers, dt: float, sigma: float) -> bool:
    """Return whether the noise sigma [mV] may carry V to V_th within one step dt [ms] from where V often is."""
    return neuron.V_th - NEAR * kick(neuron, dt, sigma) < neuron.V_T


def kick(neuron: Numbers, dt: float, sigma: float) -> float:
    """Return the standard deviation [mV] of the noise of one step dt [ms], or of one part where steps are divided."""
    return sigma * math.sqrt(2.0 * dt / (pieces_of("strang", dt, neuron.tau) * neuron.tau))


def affordable(steps: float, rates: np.ndarray | float, neurons: int = 1) -> float:
    """Return for how long [ms] all neurons can run in one part.

    Parameters
    ----------
    steps : float
        Steps of a neuron per ms, see `steps_per_ms`.
    rates : float or array, shape (n,)
        Rates [Hz] of n populations, see `highest_rate`.
    neurons : int
        Neurons of each population.
    """
    lanes = TOGETHER * math.ceil(np.size(rates) * neurons / TOGETHER)
    return PART / (lanes * steps + SPIKE * neurons * float(np.sum(rates)) * 1e-3)
