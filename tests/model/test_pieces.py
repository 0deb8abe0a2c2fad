"""A run in pieces is one run, to the last bit; and a moment that makes no sense is refused."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import LIBRARY, METHODS, ExpIF, ExpIFParameters, Moment, draws, simulate, stimuli
from model.runs.run import checked_run
from model.runs.trace import recorded_run

P = ExpIFParameters(tau_ref=2.3)
CURRENTS = {
    "a number": 10.0,
    "step": stimuli.Step(onset=20.03, length=60.0),
    "ramp": stimuli.Ramp(length=100.0),
    "sine": stimuli.Sine(I=8.0),
    "pulses": stimuli.Pulses(interval=11.07),
    "Ornstein-Uhlenbeck noise": stimuli.OrnsteinUhlenbeck(I=8.0),
    "white noise": stimuli.WhiteNoise(I=8.0),
}
NOISES = {"no noise": (0.0, 0.0), "white noise": (3.0, 0.0), "noise that remembers": (3.0, 5.0)}
STEPS, DT = 1200, 0.1


def pieces(cuts, current, **how):
    """Run from cut to cut, each piece from where the last one ended."""
    traces, moment = [], None
    for begin, end in pairwise([0, *sorted(cuts), STEPS]):
        traces.append(simulate(P, current, duration=(end - begin) * DT, dt=DT, seed=4, start=moment, **how))
        moment = traces[-1].end
    return traces


def assert_one_run(traces, whole):
    for column in ("t", "V", "I", "spikes", "refractory"):
        joined = np.concatenate([getattr(each, column) for each in traces])
        np.testing.assert_array_equal(joined, getattr(whole, column), strict=True)
    assert traces[-1].end == whole.end


@pytest.mark.parametrize("current", CURRENTS)
@pytest.mark.parametrize("method", METHODS)
def test_a_run_in_pieces_is_one_run(method, current):
    how = {"method": method}
    whole = simulate(P, CURRENTS[current], duration=STEPS * DT, dt=DT, seed=4, **how)
    assert whole.spikes.size
    assert_one_run(pieces([1, 2, 257, 800], CURRENTS[current], **how), whole)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("method", ["strang", "euler"])
@given(cuts=st.sets(st.integers(1, STEPS - 1), max_size=6), current=st.sampled_from(sorted(CURRENTS)))
def test_wherever_a_noisy_run_is_cut_it_is_one_run(method, noise, cuts, current):
    sigma, tau_noise = NOISES[noise]
    how = {"method": method, "sigma": sigma, "tau_noise": tau_noise}
    whole = simulate(P, CURRENTS[current], duration=STEPS * DT, dt=DT, seed=4, **how)
    assert_one_run(pieces(cuts, CURRENTS[current], **how), whole)


@pytest.mark.parametrize("method", ["strang", "euler"])
def test_a_run_is_cut_within_the_refractory_period(method):
    whole = simulate(P, 30.0, duration=STEPS * DT, dt=DT, method=method, seed=4)
    held = np.flatnonzero(whole.refractory)[:40]
    assert held.size == 40
    for cut in held:
        assert_one_run(pieces([int(cut)], 30.0, method=method), whole)


@pytest.mark.parametrize("method", ["strang", "euler"])
@pytest.mark.parametrize("current", ["a number", "Ornstein-Uhlenbeck noise", "white noise"])
def test_every_recorded_state_of_a_run_is_where_it_goes_on(method, current):
    run = checked_run(P, method, STEPS * DT, DT, (3.0, 5.0), 4, LIBRARY)
    whole, states = recorded_run(run, CURRENTS[current])
    assert states.at(STEPS) == states.at(-1) == whole.end
    for k in (0, 1, 300, 301, 777):
        rest, _ = recorded_run(run._replace(steps=STEPS - k), CURRENTS[current], start=states.at(k))
        for column in ("t", "V", "I", "refractory"):
            np.testing.assert_array_equal(getattr(rest, column), getattr(whole, column)[k:], strict=True)
        np.testing.assert_array_equal(rest.spikes, whole.spikes[whole.spikes.size - rest.spikes.size :])


def test_an_array_of_current_has_the_values_of_its_piece():
    I = np.linspace(0.0, 20.0, STEPS)
    whole = simulate(P, I, duration=STEPS * DT)
    first = simulate(P, I[:500], duration=50.0)
    second = simulate(P, I[500:], duration=STEPS * DT - 50.0, start=first.end)
    assert_one_run([first, second], whole)


def test_a_recorded_current_goes_on_where_it_was():
    samples = stimuli.Samples(np.linspace(0.0, 20.0, 900))
    assert_one_run(pieces([10, 450, 1000], samples), simulate(P, samples, duration=STEPS * DT))


def test_noise_that_is_turned_on_while_a_neuron_runs_begins_there_and_is_the_same_each_time():
    end = simulate(P, 5.0, duration=50.0).end
    assert end.noise is None
    once, again = (
        simulate(P, stimuli.OrnsteinUhlenbeck(), duration=50.0, sigma=2.0, tau_noise=5.0, seed=1, start=end)
        for _ in range(2)
    )
    np.testing.assert_array_equal(once.V, again.V)
    assert once.end.noise is not None
    assert once.end.current is not None


def test_numbers_of_a_noisy_current_do_not_depend_on_where_a_run_begins():
    edge, around = draws.BLOCK, 5
    both = draws.normals(7, edge - around, 2 * around, 2, before=1)
    np.testing.assert_array_equal(both[:around], draws.normals(7, 0, edge, 2, before=1)[-around:])
    np.testing.assert_array_equal(both[around:], draws.normals(7, edge, around, 2, before=1))
    assert draws.normals(7, 3, 0, 2).shape == (0, 2)


def test_the_first_block_of_a_noisy_current_is_what_its_generator_draws():
    rng = np.random.default_rng([7, 1])
    np.testing.assert_array_equal(draws.normals(7, 0, 9, 2), rng.standard_normal((9, 2)))


def test_a_neuron_takes_other_parameters_on_in_the_middle_of_what_it_does():
    end = simulate(P, 10.0, duration=50.0).end
    stronger = simulate(ExpIFParameters(tau_ref=2.3, R=2.0), 10.0, duration=50.0, start=end)
    assert stronger.V[0] == end.V
    assert stronger.t[0] == 50.0
    assert stronger.spikes.size > simulate(P, 10.0, duration=50.0, start=end).spikes.size


def test_more_current_flows_besides_as_far_as_there_may_be_so_much():
    run = checked_run(P, "strang", 10.0, DT, (0.0, 0.0), 1, LIBRARY)
    assert (recorded_run(run, stimuli.Sine(I=1.0, I_swing=0.0), more=4.5)[0].I == 5.5).all()
    assert (recorded_run(run, 1.0, more=-2e4)[0].I == stimuli.CURRENT_BOUNDS[0]).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_group_that_runs_in_pieces_has_the_paths_of_one_that_runs_at_once(dtype):
    def spikes(*durations):
        group = ExpIF(3, V_init=-65.0, method="strang", seed=1, sigma=2.0, monitors=["V"], dtype=dtype)
        seen = []
        for duration in durations:
            group.run(duration, inputs=("input", 10.0))
            seen.append(group.mon.V)
        return np.concatenate(seen)

    np.testing.assert_array_equal(spikes(60.0), spikes(10.0, 20.0, 30.0))


GOOD = Moment(100, -60.0, 3.0, 0.1, -0.2)
BAD = [
    ({"step": -1}, "step"), ({"step": 1.0}, "step"), ({"step": True}, "step"), ({"step": 2**53}, "step"),
    ({"step": 10**400}, "step"), ({"V": math.nan}, "V"), ({"V": math.inf}, "V"), ({"V": "x"}, "V"), ({"V": None}, "V"),
    ({"V": 10**400}, "V"), ({"t_last_spike": 10.1}, "t_last_spike"), ({"t_last_spike": -2e7}, "t_last_spike"),
    ({"t_last_spike": math.nan}, "t_last_spike"), ({"noise": math.inf}, "noise"), ({"noise": 1e6}, "noise"),
    ({"current": "1"}, "current"), ({"current": math.nan}, "current"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "named"), BAD)
def test_a_moment_that_makes_no_sense_is_refused_in_a_sentence(wrong, named):
    simulate(P, 1.0, duration=1.0, start=GOOD)
    with pytest.raises(ValueError, match=rf"(?i){named} of a moment must be .* was given\."):
        simulate(P, 1.0, duration=1.0, start=GOOD._replace(**wrong))


def test_what_is_no_moment_is_refused():
    with pytest.raises(ValueError, match="goes on from a Moment"):
        simulate(P, 1.0, start=(0, -60.0))
    with pytest.raises(ValueError, match="leave V_init away"):
        simulate(P, 1.0, start=GOOD, V_init=-60.0)
