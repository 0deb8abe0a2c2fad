"""Random legal neurons, from the whole of the hard bounds and from their awkward corners, with a drive and a noise."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np

from model import theory
from model.parameters import ExpIFParameters, Numbers

# The suite tries as many as it has time for; `NEURONS=10000 pytest tests/laws/test_theory_laws.py` tries more.
NEURONS = int(os.environ.get("NEURONS", "200"))
LARGEST_DRIVE = 1e12  # mV


def _spread(r: np.random.Generator, low: float, high: float) -> float:
    """Any order of magnitude between two positive bounds."""
    return float(np.clip(np.exp(r.uniform(np.log(low), np.log(high))), low, high))


def _value(r: np.random.Generator, name: str) -> float:
    """Any legal value: a bound itself, even over the range, or (where it is positive) over its magnitudes."""
    low, high = ExpIFParameters.param[name].bounds
    choice = r.random()
    if choice < 0.08:
        return low if choice < 0.04 else high
    if name == "tau_ref" and choice < 0.35:
        return 0.0
    if low >= 0.0 and choice < 0.75:
        return _spread(r, max(low, 1e-2), high)
    return float(r.uniform(low, high))


def _near(r: np.random.Generator, V: float, closest: float) -> float:
    return float(np.clip(V + r.normal() * _spread(r, closest, 100.0), -200.0, 200.0))


def neuron(r: np.random.Generator) -> Numbers:
    """Half of them anywhere, half with V_th near V_T, and V_reset near one of them."""
    values = {name: _value(r, name) for name in Numbers._fields}
    if r.random() < 0.5:
        values["V_th"] = _near(r, values["V_T"], 1e-3)
        values["V_reset"] = _near(r, values["V_th"] if r.random() < 0.5 else values["V_T"], 1e-3)
        values["V_rest"] = values["V_reset"] if r.random() < 0.1 else _near(r, values["V_T"], 0.1)
    low, high = sorted((values["V_reset"], values["V_th"]))
    values["V_reset"], values["V_th"] = (low, high) if low < high else (low - 1e-3, high)
    if values["V_reset"] < -200.0:
        values["V_reset"], values["V_th"] = -200.0, -199.999
    return ExpIFParameters(**values).numbers()


def conditions(seed: int, count: int = NEURONS) -> Iterator[tuple[Numbers, float, float, np.random.Generator]]:
    """Yield (neuron, current [nA], noise [mV], generator for what else is to be drawn), each from its own seed."""
    for index in range(count):
        r = np.random.default_rng([seed, index])
        n = neuron(r)
        side, choice = r.choice([-1.0, 1.0]), r.random()
        drive = r.uniform(-10.0, 50.0) if choice < 0.5 else side * _spread(r, 1e-4, 1e4) if choice < 0.9 else 0.0
        I = theory.rheobase(n) + drive / n.R
        sigma = (1e-3, 1e3)[int(side > 0)] if r.random() < 0.08 else _spread(r, 1e-3, 1e3)
        yield n, (I if abs(n.R * I) <= LARGEST_DRIVE else 0.0), sigma, r
