"""Each sentence is said of a recording that has the fault, and not of one that has not."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from model import ExpIFParameters, recordings
from tests.model.recordings.recorded import record

PLAIN = {"seconds": 6.0, "target": 15.0, "seed": 61}
SHARP_CUT = ExpIFParameters(V_rest=-70, V_reset=-72, V_th=-51, V_T=-50, delta_T=1.5, R=80, tau=18, tau_ref=2)
FAULTLESS = (("noise", 0.0),)
FAULTS = {
    "There are only": ("sharp", {"seconds": 3.0, "target": 6.0}),
    "The threshold region is hardly visited": (SHARP_CUT, {}),
    "V holds the voltage of an electrode": ("sharp", {"electrode": 5.0}),
    "The electrode was compensated by": ("sharp", {"electrode": -5.0}),
    "ms later than the current": ("sharp", {"late": 3}),
    "The measurement has noise of 0.5 mV": ("sharp", {"noise": 0.5}),
    "V was smoothed over": ("sharp", {"intrinsic": 1.0}),
    "The current does not explain all": ("sharp", {"intrinsic": 1.0}),
    "The neuron adapts": ("sharp", {"adaptation": 0.05, "mean": 0.9}),
    "Leak and upswing overlap": ("default", {}),
    "Spikes are driven by the mean": ("sharp", {"mean": 2.0, "spread": 0.05}),
}


@functools.cache
def told(neuron, faults: tuple) -> tuple[str, ...]:
    m = record(neuron, **{**PLAIN, **dict(faults)})
    return recordings.fit_recording(m.V, m.I, m.dt, seed=1).sentences


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_said_and_a_recording_without_it_is_not_accused(sentence):
    neuron, faults = FAULTS[sentence]
    assert any(sentence in each for each in told(neuron, tuple(faults.items())))
    assert not any(sentence in each for each in told("sharp", FAULTLESS))


def test_a_recording_without_fault_and_noise_has_nothing_to_be_said():
    assert told("sharp", FAULTLESS) == ()


def test_picoamperes_read_as_nanoamperes_are_implausible():
    m = record("sharp", **PLAIN)
    fit = recordings.fit_recording(m.V, 1000.0 * m.I, m.dt, seed=1)
    assert any("R of 0.08" in each and "check the units" in each for each in fit.sentences)
    assert not any("implausible" in each for each in told("sharp", ()))


def test_a_neuron_with_another_leak_misses_the_curve():
    """Below rest a conductance opens: V is drawn towards rest four times as strongly there."""
    m = record("sharp", **PLAIN)
    V = np.where(m.V < m.p.V_rest, m.p.V_rest + 0.25 * (m.V - m.p.V_rest), m.V)
    fit = recordings.fit_recording(V, m.I, m.dt, seed=1)
    assert any("The equation misses" in each for each in fit.sentences)
    assert not any("The equation misses" in each for each in told("sharp", ()))


def test_v_that_is_early_is_said():
    m = record("sharp", **PLAIN)
    fit = recordings.fit_recording(m.V[:-2], np.roll(m.I, 2)[:-2], m.dt, seed=1)
    assert any("0.1 ms earlier than the current" in each for each in fit.sentences)


def test_the_patterns_can_be_translated():
    assert all(hasattr(each, "pattern") for each in told("default", ()))
