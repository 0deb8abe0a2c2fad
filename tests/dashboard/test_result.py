"""What is shown follows from the choices, and from nothing else."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import result as results
from dashboard.axes import current_range, nice
from dashboard.costs import RUN, SPIKE, recorded_per_ms
from dashboard.curve import BEND, rates_with_noise
from dashboard.readout import describe_run, warnings
from dashboard.result import compute, is_long, work
from dashboard.session import Session
from dashboard.studies import rates
from dashboard.views import current, fi, phase, trace
from dashboard.views.detail import LINE_POINTS
from model import ExpIFParameters, devices, theory
from model.quantity import Quantity
from model.stimuli import KINDS

VIEWS = (trace, current, fi, phase)


def chosen(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def result(**choices):
    return compute(chosen(**choices))


def test_the_page_opens_in_the_documented_example_already_spiking():
    opened = result()
    assert opened.trace.spikes.size == 17
    assert opened.I == 10
    assert opened.rate == pytest.approx(57.72884207, rel=1e-4)
    assert describe_run(opened) == (
        "17 spikes, 57.7 Hz, interval 17.3 ms, CV 0.00. I is 10 nA, 6.2 × the rheobase of 1.62 nA."
    )


def test_below_rheobase_the_page_says_how_far():
    assert describe_run(result(I=1.0)) == "0 spikes. I is 1 nA, 0.62 nA below the rheobase of 1.62 nA."


@pytest.mark.parametrize(("I", "said"), [
    (1.7, "I is 1.7 nA, 1.05 × the rheobase of 1.62 nA."), (1.621, "I is 1.621 nA, 1.0006 × the rheobase of 1.62 nA."),
    (10.01, "I is 10.01 nA, 6.2 × the"), (10.0, "I is 10 nA, 6.2 × the"),
    (1.6199, "I is 1.6199 nA, 0.0001 nA below the"), (1234.567, "I is 1234.567 nA, 762.1 × the"),
])  # fmt: skip
def test_the_readout_has_as_many_digits_as_it_takes(I, said):
    assert said in describe_run(result(I=I))


def test_at_the_rheobase_itself_the_readout_has_an_end():
    assert "1.000000 × the rheobase" in describe_run(result(I=theory.rheobase(ExpIFParameters())))


def test_a_first_spike_that_comes_after_the_run_is_announced_with_its_time():
    near = 1.0005 * theory.rheobase(ExpIFParameters())
    late = theory.latency(ExpIFParameters(), near, theory.fixed_points(ExpIFParameters(), 0.0).stable)
    shown = result(I=near, duration=1000.0)
    assert late > 1000.0
    assert describe_run(shown).startswith("0 spikes.")
    assert describe_run(shown).endswith(f"Its first spike comes after {late:.4g} ms, when this run is over.")
    assert "first spike" not in describe_run(result(I=1.0))


def test_the_strength_of_pulses_is_not_said_as_a_current_that_flows():
    assert "The pulses have 8 nA, 4.9 × the rheobase" in describe_run(result(kind="pulses", I=8.0))


def test_a_neuron_without_rest_is_said_to_fire_by_itself():
    shown = result(delta_T=8.0, I=0.0)
    assert "fires by itself" in describe_run(shown)
    assert shown.rate == pytest.approx(20.6, abs=0.05)


def test_a_coarse_euler_step_is_named_with_its_error():
    slow = result(method="euler")
    [note] = warnings(slow)
    error = 1 - slow.rate / theory.firing_rate(ExpIFParameters(), 10.0)
    assert 0.009 < error < 0.017
    assert f"{100 * error:.1f} % too slow" in note
    assert warnings(result()) == []


def test_every_spike_of_the_trace_is_drawn_to_the_threshold():
    shown = result()
    t, V = trace.voltage_line(shown)
    at_threshold = t[shown.neuron.V_th == V]
    assert np.array_equal(at_threshold, shown.trace.spikes)
    assert (np.diff(t) >= 0).all()


@pytest.mark.parametrize(("duration", "dt"), [(2000.0, 0.1), (300.0, 0.01), (1000.0, 0.005)])
def test_spikes_survive_decimation(duration, dt):
    shown = result(duration=duration, dt=dt)
    t, V = trace.voltage_line(shown)
    assert shown.trace.t.size > LINE_POINTS
    assert t.size <= LINE_POINTS + 2 * shown.trace.spikes.size
    assert np.array_equal(t[shown.neuron.V_th == V], shown.trace.spikes)
    assert np.array_equal(trace.columns(shown)["spikes"]["t"], shown.trace.spikes)


def test_a_step_of_current_is_drawn_with_upright_edges():
    columns = current.columns(result(kind="step", I=5, onset=50, length=100))["current"]
    assert columns["t"].tolist() == pytest.approx([0, 50, 50, 150, 150, 300])
    assert columns["I"].tolist() == [0, 0, 5, 5, 0, 0]


def test_the_operating_point_of_a_step_lies_on_the_exact_curve():
    shown = result(kind="step", I=8, delta_T=2)  # no upswing is under way when the step ends
    assert shown.I == pytest.approx(8)
    assert shown.rate == pytest.approx(theory.firing_rate(ExpIFParameters(delta_T=2.0), 8.0), rel=1e-3)


def test_the_simulated_points_lie_on_the_exact_curve():
    [study] = rates.run(chosen(), False)
    exact = theory.firing_rate(ExpIFParameters(), study.simulated.currents)
    fires_often = exact > 5
    assert fires_often.sum() > 20
    assert np.abs(study.simulated.rates / np.where(fires_often, exact, 1) - 1)[fires_often].max() < 1e-4


def test_filled_and_open_fixed_points_meet_at_V_T():
    shown = phase.columns(result(I=0.0))
    assert shown["stable"]["V"] == pytest.approx([-63.8962966816359])
    assert shown["unstable"]["V"] == pytest.approx([-57.00569327254357])
    assert phase.columns(result(I=2.0))["stable"]["V"].size == 0


@pytest.mark.skipif(devices.cuda_problem() is None, reason="There is a working graphics card here.")
def test_without_a_graphics_card_the_cpu_is_used_and_the_page_says_so():
    [shown] = rates.run(chosen(device="cuda"), False)
    [wanted] = rates.run(chosen(), False)
    assert shown.simulated.rates.tolist() == wanted.simulated.rates.tolist()
    assert shown.note.endswith("The CPU is used instead.")


@given(value=st.floats(1e-9, 1e9))
def test_a_nice_axis_ends_just_beyond_what_it_shows(value):
    assert value * (1 - 1e-6) <= nice(value) <= 2 * value


@given(I=st.floats(-1e4, 1e4))
def test_the_curve_always_covers_the_present_current(I):
    neuron = ExpIFParameters().numbers()
    low, high = current_range(neuron, I)
    assert low <= I <= high
    assert low < high


@settings(max_examples=40)
@given(data=st.data(), kind=st.sampled_from(list(KINDS)), method=st.sampled_from(["strang", "euler"]))
def test_whatever_is_chosen_is_shown_finite_or_refused_in_a_sentence(data, kind, method):
    session = Session()
    session.choose({"kind": kind, "method": method, "duration": data.draw(st.floats(1, 400))})
    for name, owner in session.members().items():
        declared = owner.param[name]
        if isinstance(declared, Quantity) and name not in ("duration", "dt"):
            session.choose({name: data.draw(st.floats(*declared.bounds) | st.floats(*declared.get_soft_bounds()))})
    try:
        shown = compute(session.snapshot())
    except ValueError as error:
        said = str(error)
        assert said.endswith(".")
        return
    for view in VIEWS:
        for columns in view.columns(shown).values():
            assert len({len(column) for column in columns.values()}) == 1
            for column in columns.values():
                if column.dtype.kind == "f":
                    assert np.isfinite(column).all()
        for low, high in view.ranges(shown):
            assert np.isfinite([low, high]).all()
            assert low < high
    assert describe_run(shown).endswith(".")


COSTLIEST = {"kind": "pulses", "I": 56.92, "width": 100000, "tau": 0.1, "tau_ref": 863, "duration": 927605, "dt": 5}
BISTABLE = {"V_T": -150.0, "V_reset": -20.0, "V_th": 100.0, "delta_T": 20.0, "tau_ref": 0, "I": -1000.0}


@pytest.mark.parametrize(("choices", "said"), [
    (COSTLIEST, "it has 1.86e+05 steps, each in 200 parts because dt is long beside the time constant τ. "
     "Choose a duration of at most 23000 ms or a longer time constant τ."),
    ({"duration": 1e6, "dt": 1e-4}, "it has 1e+10 steps. Choose a duration of at most 92 ms or a larger time step dt."),
    ({"duration": 2e5, "method": "rk4"}, "it has 2e+06 steps. Choose a duration of at most 65000 ms, a larger "
     "time step dt or the method strang."),
    ({"duration": 1e5, "tau_ref": 0, "R": 1e4, "I": 1e4}, "it may have 2.6e+10 spikes. Choose a duration of at most "
     "0.61 ms, a longer refractory period τ_ref, a lower reset potential V_reset or a weaker current."),
    ({"tau_ref": 0, "V_th": 199, "V_reset": 150, "delta_T": 0.1}, "its spikes are countless. Choose a longer "
     "refractory period τ_ref, a lower reset potential V_reset or a weaker current."),
])  # fmt: skip
def test_too_much_work_is_refused_before_it_is_begun_with_what_to_do(choices, said, monkeypatch):
    monkeypatch.setattr(results, "simulate", lambda *given, **more: pytest.fail("It was begun."))
    with pytest.raises(ValueError, match=f"^This run is too long: {re.escape(said)}$"):
        result(**choices)


def test_a_neuron_that_goes_on_firing_where_it_could_rest_is_reckoned_by_its_firing():
    assert work(chosen(**BISTABLE, sigma=0.1), 0.0)[1] == pytest.approx(work(chosen(**BISTABLE), 0.0)[1])
    assert result(**BISTABLE, duration=5.0).trace.spikes.size * SPIKE > 1e5


@pytest.mark.parametrize("choices", [
    {"duration": 2000.0, "dt": 0.01}, {"duration": 20000.0}, {"duration": 20000.0, "method": "euler"},
    {"duration": 2000.0, "dt": 0.01, "method": "rk4"}, {"duration": 20000.0, "kind": "white noise", "sigma": 4.0},
])  # fmt: skip
def test_every_reasonable_run_is_made(choices):
    assert result(**choices).trace.t.size == 200_000


def drawn_choice(data, kind, method):
    """A legal choice anywhere within the hard bounds, or within the range of the slider."""
    session = Session()
    session.choose({"kind": kind, "method": method})
    for name, owner in session.members().items():
        declared = owner.param[name]
        if isinstance(declared, Quantity):
            session.choose({name: data.draw(st.floats(*declared.bounds) | st.floats(*declared.get_soft_bounds()))})
    for name in ("tau_ref", "sigma"):
        if data.draw(st.booleans()):
            session.choose({name: 0.0})
    return session.snapshot()


def cost_of(shown):
    """What a run has really cost: its steps, and spikes between them."""
    choice, spikes = shown.choice, shown.trace.spikes.size if shown.method == "strang" else 0
    return shown.trace.t.size * shown.dt * per_ms(choice) + SPIKE * spikes


def per_ms(choice):
    return recorded_per_ms(choice.neuron, choice.dt, choice.method, choice.sigma, choice.tau_noise)


@settings(max_examples=150)
@given(data=st.data(), kind=st.sampled_from(list(KINDS)), method=st.sampled_from(["strang", "strang", "euler", "rk4"]))
def test_whatever_is_chosen_its_work_stays_within_the_budget_or_is_refused(data, kind, method):
    choice, allowed = drawn_choice(data, kind, method), 1e-2 * RUN
    with pytest.MonkeyPatch.context() as patch:  # a hundredth of the budget, so that the test takes no longer
        patch.setattr(results, "RUN", allowed)
        try:
            shown = compute(choice)
        except ValueError as error:
            said = str(error)
            assert said.endswith(".")
            if possible := re.search(r"a duration of at most (\S+) ms", said):
                duration = float(possible[1])
                assert choice.dt / 2 < duration < choice.duration
                results.check_run_cost(choice._replace(duration=duration))
            return
    assert cost_of(shown) < 1.5 * allowed + per_ms(choice) * choice.dt


@given(data=st.data(), kind=st.sampled_from(list(KINDS)), method=st.sampled_from(["strang", "euler", "rk4"]))
def test_whether_a_run_takes_long_can_be_said_of_every_choice(data, kind, method):
    choice = drawn_choice(data, kind, method)
    assert is_long(choice) in (True, False)
    assert is_long(choice) or sum(work(choice, 0.0)) <= results.LONG


def ends_of_sliders():
    """The choices of one slider at each of its ends, by name, with every kind of current."""
    for kind in KINDS:
        session = Session()
        session.choose({"kind": kind})
        for name, owner in session.members().items():
            declared = owner.param[name]
            if isinstance(declared, Quantity) and declared.softbounds:
                yield from ({"kind": kind, name: end} for end in declared.softbounds)


@pytest.mark.parametrize("more", [{}, {"sigma": 4.0}])
def test_one_slider_at_its_end_takes_no_second_thread(more):
    assert not is_long(chosen(**more))
    assert [choices for choices in ends_of_sliders() if is_long(chosen(**(more | choices)))] == []


@pytest.mark.parametrize("choices", [
    COSTLIEST, {"duration": 20000.0}, {"duration": 5000.0, "dt": 0.01, "sigma": 1.0}, {"tau_ref": 0, "R": 1e4},
    {"duration": 20000.0, "method": "rk4"}, {"sigma": 0.5, "V_T": 100.0, "V_th": 150.0, "R": 0.001, "I": 10.0},
])  # fmt: skip
def test_what_takes_long_goes_to_the_second_thread(choices):
    assert is_long(chosen(**choices))


def test_the_exact_curve_under_noise_is_close_where_it_bends():
    neuron = ExpIFParameters().numbers()
    currents, rates = rates_with_noise(neuron, (0.0, 20.0), 1.0)
    bends = BEND * theory.rheobase(neuron)
    assert (currents[0], currents[-1]) == (0.0, 20.0)
    assert np.diff(currents[currents <= bends]).max() < 0.25 < np.diff(currents[currents >= bends]).min()
    between = np.linspace(0.0, 20.0, 300)
    exact = theory.stationary_rate(neuron, between, 1.0)
    assert np.abs(np.interp(between, currents, rates) - exact).max() < 0.005 * exact.max()  # a pixel


@pytest.mark.parametrize("span", [(-300.0, 40.0), (0.0, 1e-3), (-1e4, 1e4)])
def test_the_exact_curve_under_noise_covers_every_range(span):
    currents, _ = rates_with_noise(ExpIFParameters().numbers(), span, 4.0)
    assert (currents[0], currents[-1]) == span
    assert (np.diff(currents) >= 0).all()


@pytest.mark.parametrize(("value", "end"), [(5e-324, 1e-307), (1e-310, 1e-307), (1e308, 1e307), (1e300, 1e300)])
def test_a_nice_axis_has_an_end_for_every_number(value, end):
    assert nice(value) == pytest.approx(end, rel=1e-12)


def test_the_smallest_of_all_negative_currents_is_drawn():
    assert result(I=-5e-324).trace.spikes.size == 0


def test_no_rate_is_expected_of_noise_that_remembers():
    white, slow = (result(sigma=4.0, tau_noise=tau_noise) for tau_noise in (0.0, 10.0))
    assert "Hz expected" in describe_run(white)
    assert "expected" not in describe_run(slow)
    assert "this noise remembers" in " ".join(warnings(slow))
    assert "remembers" not in " ".join(warnings(white))
