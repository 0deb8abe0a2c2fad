"""From the unknowns of the fit to the neuron, and to a simulated copy of its recording."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.parameters import ExpIFParameters, Numbers
from model.recordings.following import NoiseVariances
from model.runs.trace import Trace, simulate

LEAST_SIGMA = 0.001  # mV, what a run takes for noise
APART = 0.1  # mV, the least between V_reset and V_th


def values_of(theta: np.ndarray) -> np.ndarray:
    """Return V_rest, V_T, delta_T [mV], R [MOhm], tau [ms], C [nF], electrode [MOhm] of unknowns of shape (..., 6)."""
    E, log_rate, V_T, log_D, log_per_C, electrode = np.moveaxis(np.asarray(theta), -1, 0)
    tau, C = np.exp(-log_rate), np.exp(-log_per_C)
    return np.stack([E, V_T, np.exp(log_D), tau / C, tau, C, electrode], axis=-1)


def neuron_of_fit(theta: np.ndarray, V_reset: float, tau_ref: float, V_th: float) -> tuple[ExpIFParameters, list[str]]:
    """Return the neuron, and the names of what had to be brought within what is allowed."""
    E, V_T, D, R, tau, _, _ = (float(each) for each in values_of(theta))
    found = {"V_rest": E, "V_reset": V_reset, "V_th": V_th, "V_T": V_T, "delta_T": D, "R": R, "tau": tau,
             "tau_ref": tau_ref}  # fmt: skip
    allowed = {name: _nearest_allowed(name, value) for name, value in found.items()}
    if not allowed["V_reset"] < allowed["V_th"]:
        allowed["V_reset"] = allowed["V_th"] - APART
    return ExpIFParameters(**allowed), [name for name in found if allowed[name] != found[name]]


def _nearest_allowed(name: str, value: Any) -> float:
    """Return the value, or the bound that is nearest to it."""
    low, high = ExpIFParameters.param[name].bounds
    return min(max(float(value), low), high)


def sigma_of(noise: NoiseVariances, tau: float) -> float:
    """Return the noise within the neuron as `sigma` of `model.simulate` [mV]."""
    sigma = math.sqrt(0.5 * noise.within * tau)
    return sigma if sigma >= LEAST_SIGMA else 0.0


def run_with(
    p: ExpIFParameters | Numbers, I: np.ndarray, dt: float, V: float, sigma: float = 0.0, seed: int = 0
) -> Trace:
    """Return the neuron's answer to the recorded current I [nA], from V [mV] on."""
    return simulate(p, I, duration=I.size * dt, dt=dt, V_init=V, sigma=sigma, seed=seed)
