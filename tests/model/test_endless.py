"""A neuron that spikes without end gets one answer, whoever runs it."""

import pytest

from model import ExpIF, ExpIFParameters, fi_curve, simulate, spike_trains
from model.kernels.endless import ENDLESS, MANY, MOST_IN_A_STEP, measured
from model.runs.execution import SPIKES_WITHOUT_END

CURRENT, DURATION, STEP = 100.0, 20.0, 0.1


def group(p, sigma=0.0):
    one = ExpIF(1, parameters=p, method="strang", V_init="rest", sigma=sigma, seed=1)
    one.run(DURATION, inputs=("input", CURRENT))
    return int(one.count[0])


ENTRIES = {
    "simulate": lambda p, sigma=0.0: simulate(p, CURRENT, DURATION, sigma=sigma, seed=1).spikes.size,
    "fi_curve": lambda p, sigma=0.0: int(fi_curve(p, CURRENT, DURATION, sigma=sigma, seed=1).counts[0]),
    "spike_trains": lambda p, sigma=0.0: spike_trains(p, [CURRENT], DURATION, sigma=sigma, seed=1).t.size,
    "group": group,
}


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("V_reset", [-30.0000001, -30.00000001])
def test_a_reset_just_below_threshold_is_refused_in_the_same_sentence(entry, V_reset):
    with pytest.raises(ValueError, match="hundred thousand times") as refused:
        ENTRIES[entry](ExpIFParameters(V_reset=V_reset, tau_ref=0.0))
    assert str(refused.value) == SPIKES_WITHOUT_END


@pytest.mark.parametrize("entry", ENTRIES)
def test_many_spikes_in_a_step_are_counted_while_they_have_an_end(entry):
    p = ExpIFParameters(V_reset=-31.0, tau_ref=0.0)  # some hundred and fifty a step
    counts = ENTRIES[entry](p)
    assert counts > 100 * DURATION / STEP
    assert counts == pytest.approx(ENTRIES["simulate"](p), rel=1e-4)


def test_a_refused_group_is_as_it_was():
    one = ExpIF(1, method="strang", V_init=-65.0, V_reset=-30.0000001, tau_ref=0.0)
    with pytest.raises(ValueError, match="without end"):
        one.run(DURATION, inputs=("input", CURRENT))
    assert (one.V[0], one.count[0], one.t) == (-65.0, 0, 0.0)


def test_the_interval_is_measured_over_many_spikes_and_refused_below_the_least():
    numbers = ExpIFParameters().numbers()
    for per_step, expected in ((0.5 * MOST_IN_A_STEP, None), (2.0 * MOST_IN_A_STEP, ENDLESS)):
        row, since, more, left = 0, STEP, 0, STEP
        for spike in range(MANY):
            assert more == 0
            left = STEP - (spike + 1) * STEP / per_step
            row, since, interval, more = measured(row, since, left, STEP, 0.0, numbers)
        assert row == MANY
        if expected is None:
            assert interval == pytest.approx(STEP / per_step, rel=1e-9)
            assert more == pytest.approx(per_step - MANY, abs=1)
        else:
            assert more == expected
