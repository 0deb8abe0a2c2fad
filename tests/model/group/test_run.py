"""Running: time, steps, failures, and what the state is afterwards."""

import numpy as np
import pytest

from model import ExpIF, theory
from model.stimuli import WhiteNoise


def spikes(group):
    return group.mon.ts[np.flatnonzero(group.mon.spike[:, 0])]


def test_the_initial_state_is_the_documented_one():
    group = ExpIF(3)
    for name, value in (("V", 0.0), ("input", 0.0), ("spike", False), ("refractory", False), ("t_last_spike", -1e7)):
        array = getattr(group, name)
        assert array.shape == (3,)
        np.testing.assert_array_equal(array, value)
    assert group.spike.dtype == group.refractory.dtype == bool


def test_the_documented_start_makes_one_artefact_spike_and_rest_makes_none():
    documented, resting = ExpIF(1, monitors=["spike"]), ExpIF(1, V_init="rest", monitors=["spike"])
    for group in (documented, resting):
        group.run(100.0)
    assert spikes(documented).tolist() == [0.0]
    assert spikes(resting).size == 0


def test_rest_is_the_stable_point_of_every_neuron_or_its_reset():
    group = ExpIF(3, V_T=[-59.9, -55.0, -64.0], V_init="rest")
    assert group.V[0] == pytest.approx(theory.fixed_points(group.parameters, 0.0)[0], abs=0.5)
    np.testing.assert_allclose(group.derivative(group.V, 0.0, 0.0)[:2], 0.0, atol=1e-12)
    assert group.V[2] == group.V_reset  # delta_T > V_T - V_rest: no rest


def test_below_rheobase_the_group_is_silent_and_above_it_fires():
    rheobase = theory.rheobase(ExpIF(1).parameters)
    group = ExpIF(2, V_init="rest")
    group.run(1000.0, inputs=("input", [0.98 * rheobase, 1.1 * rheobase]))
    assert group.count[0] == 0
    assert group.count[1] > 1


@pytest.mark.parametrize("method", ["euler", "rk4", "exponential_euler", "strang"])
def test_two_runs_are_one_long_run(method):
    whole, parts = (ExpIF(70, method=method, monitors=["V", "spike"]) for _ in range(2))
    current = ("input", np.linspace(0, 20, 70))
    whole.run(100.0, inputs=current)
    parts.run(33.3, inputs=current)
    parts.run(66.7, inputs=current)
    np.testing.assert_array_equal(parts.mon.V, whole.mon.V[333:])
    np.testing.assert_array_equal(parts.mon.ts, whole.mon.ts[333:])
    for name in ("V", "spike", "refractory", "t_last_spike", "count"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    assert parts.t == whole.t == pytest.approx(100.0)


def test_a_second_run_continues_in_time_and_is_not_mute():
    group = ExpIF(1, monitors=["spike"])
    group.run(300.0, inputs=("input", 10.0))
    group.run(300.0, inputs=("input", 10.0))
    assert group.mon.ts[0] == pytest.approx(300.0)
    assert spikes(group).size == 17


def test_a_run_from_start_to_end_has_these_times_and_mutes_nobody():
    group = ExpIF(1, monitors=["spike"])
    group.run((50.0, 150.0), inputs=("input", 10.0))
    assert (group.mon.ts[0], group.mon.ts.size, group.t) == (50.0, 1000, 150.0)
    group.run((0.0, 100.0), inputs=("input", 10.0))
    assert spikes(group).size >= 5


def test_a_change_of_step_keeps_time_and_state():
    group = ExpIF(1, monitors=["V"])
    group.run(10.0, inputs=("input", 10.0))
    before = group.V.copy()
    group.run(10.0, dt=0.05, inputs=("input", 10.0))
    assert group.mon.ts[0] == pytest.approx(10.0)
    assert group.mon.ts.size == 200
    assert abs(group.mon.V[0, 0] - before[0]) < 1.0


def test_duration_is_rounded_up_to_whole_steps_without_floating_point_surprises():
    group = ExpIF(1, monitors=["V"])
    for duration, dt, steps in ((300.0, 0.1, 3000), (0.3, 0.1, 3), (1.1, 0.1, 11), (0.25, 0.1, 3)):
        group.run(duration, dt=dt)
        assert len(group.mon.V) == steps


def test_geometry_is_kept():
    group = ExpIF((3, 4), monitors=["V"])
    assert (group.shape, group.size, group.num) == ((3, 4), (3, 4), 12)
    group.run(1.0, inputs=("input", np.full((3, 4), 2.0)))
    assert group.V.shape == (12,)
    assert group.mon.V.shape == (10, 12)


def test_extra_func_is_called_before_each_step_and_can_change_the_state():
    group, seen = ExpIF(1, V_init=-65.0, monitors=["V"]), []

    def clamp(t, dt):
        seen.append((t, dt))
        group.V[:] = -70.0

    group.run(1.0, extra_func=clamp)
    assert seen == [(pytest.approx(0.1 * k), 0.1) for k in range(10)]
    np.testing.assert_allclose(group.mon.V, -70.0 + 0.05, atol=0.01)  # one step of leak from the clamp


def test_with_and_without_extra_func_the_numbers_are_the_same():
    compiled, stepped = ExpIF(5, monitors=["V"]), ExpIF(5, monitors=["V"])
    compiled.run(50.0, inputs=("input", 10.0))
    stepped.run(50.0, inputs=("input", 10.0), extra_func=lambda t, dt: None)
    np.testing.assert_array_equal(compiled.mon.V, stepped.mon.V)


def test_report_shows_a_bar_that_ends_full(capsys):
    ExpIF(1).run(50.0, report=0.25)
    shown = capsys.readouterr().err
    assert "100%" in shown
    assert "500/500" in shown
    ExpIF(1).run(50.0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("extra_func", [None, lambda t, dt: None])
def test_report_changes_no_number(extra_func):
    plain, shown = ExpIF(3), ExpIF(3)
    plain.run(50.0, inputs=("input", 10.0))
    shown.run(50.0, inputs=("input", 10.0), report=0.01, extra_func=extra_func)
    np.testing.assert_array_equal(plain.V, shown.V)


def test_a_run_that_fails_leaves_the_group_as_it_was():
    group = ExpIF(2, monitors=["V"])
    group.run(20.0, inputs=("input", 10.0))
    before = {name: array.copy() for name, array in group.vars().items()}, group.t, group.mon.V.copy()

    def trouble(t, dt):
        if t > 25.0:
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        group.run(20.0, inputs=("input", 10.0), extra_func=trouble)
    after = dict(group.vars()), group.t, group.mon.V
    for name, array in before[0].items():
        np.testing.assert_array_equal(array, after[0][name])
    assert before[1] == after[1]
    np.testing.assert_array_equal(before[2], after[2])


def test_nan_written_into_the_state_is_refused_not_computed_with():
    group = ExpIF(2)
    group.V[1] = np.nan
    with pytest.raises(ValueError, match="input or V left its range"):
        group.run(1.0)
    group.V[:] = -65.0
    group.input[0] = np.inf
    with pytest.raises(ValueError, match="input or V left its range"):
        group.run(1.0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"duration": -5.0}, "duration must be"),
        ({"duration": np.nan}, "duration must be"),
        ({"duration": "long"}, "duration must be"),
        ({"duration": (1.0, 2.0, 3.0)}, "duration must be a number or"),
        ({"duration": 10.0, "dt": 0.0}, "dt must be"),
        ({"duration": 1e6, "dt": 1e-4}, "too long"),
        ({"duration": 10.0, "dt": 4.9}, None),
        ({"duration": 10.0, "report": 7}, "report must be"),
        ({"duration": 10.0, "extra_func": 3}, "extra_func must be"),
    ],
)
def test_bad_arguments_of_run_are_refused_in_a_sentence(arguments, sentence):
    group = ExpIF(10)
    if sentence is None:
        group.run(**arguments)
        return
    with pytest.raises(ValueError, match=sentence):
        group.run(**arguments)


def test_a_step_too_long_for_the_scheme_is_refused_and_strang_takes_it():
    group = ExpIF(1, tau=0.5, method="rk4")
    with pytest.raises(ValueError, match="too long for rk4"):
        group.run(10.0, dt=2.0)
    group.method = "strang"
    group.run(10.0, dt=2.0)
    assert np.isfinite(group.V).all()


def test_step_and_update_do_one_step_each():
    by_run, by_step, by_update = (ExpIF(1) for _ in range(3))
    by_run.run(1.0, inputs=("input", 10.0))
    by_step.build_inputs(("input", 10.0))
    for k in range(10):
        by_step.step((k * 0.1, 0.1))
        by_update.input[:] += 10.0
        by_update.update(k * 0.1, 0.1)
    np.testing.assert_array_equal(by_run.V, by_step.V)
    np.testing.assert_array_equal(by_run.V, by_update.V)
    assert by_step.t == pytest.approx(1.0)


def test_float32_follows_float64_for_a_while():
    single, double = ExpIF(4, dtype="float32", V_init=-65.0, monitors=["V"]), ExpIF(4, V_init=-65.0, monitors=["V"])
    for group in (single, double):
        group.run(10.0, inputs=("input", 10.0))
    assert single.V.dtype == single.mon.V.dtype == np.float32
    np.testing.assert_allclose(single.mon.V, double.mon.V, atol=1e-3)


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="dtype must be"):
        ExpIF(1, dtype="int8")


def test_only_an_extra_func_makes_the_run_come_back_to_python_at_every_step(monkeypatch):
    advances = []
    advance = ExpIF._advance
    monkeypatch.setattr(ExpIF, "_advance", lambda self, *rest: (advances.append(1), advance(self, *rest))[1])
    ExpIF(2).run(10.0, inputs=("input", 10.0))
    assert len(advances) == 1
    ExpIF(2).run(10.0, inputs=("input", 10.0), extra_func=lambda t, dt: None)
    assert len(advances) == 1 + 100


def test_white_noise_as_an_input_is_said_to_be_held_over_each_step():
    with pytest.warns(UserWarning, match="A group holds its input over each step"):
        ExpIF(1, seed=1).run(10.0, inputs=("input", WhiteNoise(I=5.0, I_noise=1.0)))
    ExpIF(1, seed=1).run(10.0, inputs=("input", WhiteNoise(I=5.0, I_noise=0.0)))
