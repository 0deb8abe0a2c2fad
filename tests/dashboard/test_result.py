"""What is shown follows from the choices, and from nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.curve import RUN, current_range, nice
from dashboard.readout import describe, warnings
from dashboard.result import check_work, compute, is_long, work
from dashboard.session import Session
from dashboard.studies import rates
from dashboard.views import current, fi, phase, trace
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
    assert describe(opened) == (
        "17 spikes, 57.7 Hz, interval 17.3 ms, CV 0.00. I is 10 nA, 6.2 × the rheobase of 1.62 nA."
    )


def test_below_rheobase_the_page_says_how_far():
    assert describe(result(I=1.0)) == "0 spikes. I is 1 nA, 0.62 nA below the rheobase of 1.62 nA."


def test_a_neuron_without_rest_is_said_to_fire_by_itself():
    shown = result(delta_T=8.0, I=0.0)
    assert "fires by itself" in describe(shown)
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
    t, V = trace.drawn(shown)
    at_threshold = t[shown.neuron.V_th == V]
    assert np.array_equal(at_threshold, shown.trace.spikes)
    assert (np.diff(t) >= 0).all()


@pytest.mark.parametrize(("duration", "dt"), [(2000.0, 0.1), (300.0, 0.01), (1000.0, 0.005)])
def test_spikes_survive_decimation(duration, dt):
    shown = result(duration=duration, dt=dt)
    t, V = trace.drawn(shown)
    assert shown.trace.t.size > trace.LINE_POINTS
    assert t.size <= trace.LINE_POINTS + 2 * shown.trace.spikes.size
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


def test_too_much_work_is_refused_before_it_is_begun():
    with pytest.raises(ValueError, match="steps"):
        result(duration=1e5, dt=0.001)


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
    assert describe(shown).endswith(".")


def test_the_costliest_choice_that_was_found_is_refused_before_anything_is_computed(monkeypatch):
    monkeypatch.setattr("dashboard.result.simulate", lambda *given, **more: pytest.fail("it was begun"))
    with pytest.raises(ValueError, match="This run is too long"):
        result(kind="pulses", I=56.92, width=100000, tau=0.1, tau_ref=863, duration=927605, dt=5)


REASONABLE = [{"duration": 2000.0, "dt": 0.01}, {"duration": 20000.0}, {"duration": 2000.0, "method": "euler"}]


@pytest.mark.parametrize("choices", REASONABLE)
def test_every_reasonable_run_is_made(choices):
    assert result(**choices).trace.t.size == round(choices["duration"] / choices.get("dt", 0.1))


@given(data=st.data(), kind=st.sampled_from(list(KINDS)), method=st.sampled_from(["strang", "euler", "rk4"]))
def test_whatever_is_chosen_its_work_is_bounded_or_refused_in_a_sentence(data, kind, method):
    session = Session()
    session.choose({"kind": kind, "method": method})
    for name, owner in session.members().items():
        declared = owner.param[name]
        if isinstance(declared, Quantity):
            session.choose({name: data.draw(st.floats(*declared.bounds) | st.floats(*declared.get_soft_bounds()))})
    choice = session.snapshot()
    if sum(work(choice, RUN)) <= RUN:
        check_work(choice)
    else:
        with pytest.raises(ValueError, match=r"^This run is too long: .*\.$"):
            check_work(choice)
    assert is_long(choice) in (True, False)


def test_what_is_chosen_in_a_lesson_is_answered_at_once_and_what_takes_long_by_another_thread():
    assert not is_long(chosen())
    assert not is_long(chosen(kind="sine", sigma=4.0))
    assert not is_long(chosen(delta_T=0.2, tau=5.0, I=20.0))
    assert is_long(chosen(duration=20000.0, dt=0.02))


@pytest.mark.parametrize(("value", "end"), [(5e-324, 1e-307), (1e-310, 1e-307), (1e308, 1e307), (1e300, 1e300)])
def test_a_nice_axis_has_an_end_for_every_number(value, end):
    assert nice(value) == pytest.approx(end, rel=1e-12)


def test_the_smallest_of_all_negative_currents_is_drawn():
    assert result(I=-5e-324).trace.spikes.size == 0
