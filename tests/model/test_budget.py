"""The work that is asked for is reckoned with what a step and a spike really cost."""

import numpy as np
import pytest

from model import ExpIF, ExpIFParameters, fi_curve, simulate, spike_trains
from model.runs.budget import SPIKE, Budget, check_work

STIFF = ExpIFParameters(tau=0.1)
FAST = ExpIFParameters(tau_ref=0.0)
SMALL = Budget(neuron_steps=10_000, output_points=10**9)


@pytest.mark.parametrize("call", [simulate, fi_curve, spike_trains])
def test_the_parts_of_a_divided_step_count(call):
    current = 10.0 if call is simulate else [10.0]
    call(STIFF, current, 250.0, 5.0, budget=SMALL)  # 50 steps of 200 parts
    with pytest.raises(ValueError, match=r"51 steps, each in 200 parts .* 1\.02e\+04 neuron-steps, and 1e\+04"):
        call(STIFF, current, 255.0, 5.0, budget=SMALL)


def test_the_parts_count_for_many_neurons_with_one_current_too():
    with pytest.raises(ValueError, match="each in 200 parts"):
        spike_trains(STIFF, 10.0, 100.0, 5.0, neurons=3, budget=SMALL)


def test_the_parts_of_a_group_are_those_of_its_fastest_neuron():
    group = ExpIF(10_000, method="strang", tau=np.linspace(0.1, 10.0, 10_000))
    with pytest.raises(ValueError, match="each in 200 parts"):
        group.run(1e5, dt=5.0)


@pytest.mark.parametrize("call", [simulate, fi_curve, spike_trains])
def test_spikes_count_where_they_are_more_than_the_steps(call):
    current = 1e4 if call is simulate else [1e4]
    assert call(ExpIFParameters(tau_ref=1.0), current, 100.0, budget=SMALL)
    with pytest.raises(ValueError, match=r"spikes each .* a longer tau_ref"):
        call(FAST, current, 100.0, budget=SMALL)


def test_a_spike_costs_as_much_as_its_steps():
    allowed = Budget(neuron_steps=100 + SPIKE * 200, output_points=1)
    check_work(allowed, steps=100, spikes=200)
    with pytest.raises(ValueError, match="up to 201 spikes"):
        check_work(allowed, steps=100, spikes=201)
    check_work(Budget(100, 1), steps=100, spikes=100)  # no more than the steps: they are cheap beside these
