"""A recording to try things with: made by a simulation, not measured."""

from __future__ import annotations

import hashlib

import numpy as np

from model.parameters import ExpIFParameters
from model.recordings.reading import Recording
from model.runs.trace import simulate
from model.stimuli import OrnsteinUhlenbeck

SEED = 7
LENGTH, STEP = 20_000.0, 0.1  # ms
CURRENT = {"I": 0.155, "I_sd": 0.21, "tau_I": 4.0}  # nA, nA, ms: about 13 spikes a second
WITHIN, AMPLIFIER = 0.5, 0.2  # mV: noise of the neuron, and of the measurement
ELECTRODE = 6.0  # MOhm, of which nothing was compensated
FALL = 1.0  # ms in which a drawn spike falls from V_th to V_reset, while the neuron is refractory


def demo_neuron() -> ExpIFParameters:
    """Return the neuron of the demo recording; its values are made up, near those of a pyramidal cell."""
    return ExpIFParameters(
        V_rest=-71.0, V_reset=-58.0, V_th=10.0, V_T=-51.0, delta_T=1.3, R=90.0, tau=17.0, tau_ref=3.0
    )


def demo_recording() -> Recording:
    """Return 20 s of a simulated neuron under a fluctuating current, as an amplifier would show it; always the same.

    V holds noise of the measurement and the voltage of an electrode that was not compensated.
    """
    p = demo_neuron()
    trace = simulate(p, OrnsteinUhlenbeck(**CURRENT), duration=LENGTH, dt=STEP, sigma=WITHIN, seed=SEED)
    V = trace.V.copy()
    for after in range(round(FALL / STEP)):  # the simulation resets at once; a membrane takes its time
        at = np.ceil(trace.spikes / STEP).astype(np.int64) + after
        V[at[at < V.size]] = p.V_th - (p.V_th - p.V_reset) * after * STEP / FALL
    V += ELECTRODE * trace.I + AMPLIFIER * np.random.default_rng(SEED).standard_normal(V.size)
    checksum = hashlib.sha256(V.tobytes() + trace.I.tobytes()).hexdigest()
    return Recording(V, trace.I, STEP, checksum, ("V", "I"), ("V", "I"), ("mV", "nA"))
