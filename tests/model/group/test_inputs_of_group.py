"""Inputs in every documented form."""

import itertools

import numpy as np
import pytest

from model import ExpIF
from model.stimuli import OrnsteinUhlenbeck, Sine, Step


def recorded_input(inputs, num=3, steps=20, **arguments):
    group = ExpIF(num, V_init=-65.0, monitors=["input"], **arguments)
    group.run(steps * 0.1, inputs=inputs)
    return group.mon.input


def test_a_number_acts_on_all_neurons_at_all_steps():
    np.testing.assert_array_equal(recorded_input(("input", 7.5)), np.full((20, 3), 7.5))


def test_one_value_per_neuron():
    np.testing.assert_array_equal(recorded_input(("input", [1.0, 2.0, 3.0])), np.tile([1.0, 2.0, 3.0], (20, 1)))


def test_an_array_over_time_acts_on_all_neurons():
    ramp = np.linspace(0, 10, 20)
    for given in (("input", ramp), ("input", ramp, "iter"), ("input", list(ramp), "iter")):
        np.testing.assert_array_equal(recorded_input(given), np.repeat(ramp[:, None], 3, axis=1))


def test_an_array_over_time_and_neurons():
    values = np.arange(60.0).reshape(20, 3)
    np.testing.assert_array_equal(recorded_input(("input", values)), values)
    grid = np.arange(120.0).reshape(20, 2, 3)
    np.testing.assert_array_equal(recorded_input(("input", grid), num=(2, 3)), grid.reshape(20, 6))


def test_an_array_as_long_as_the_group_is_per_neuron_unless_iter_is_said():
    values = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(recorded_input(("input", values), steps=3), np.tile(values, (3, 1)))
    np.testing.assert_array_equal(recorded_input(("input", values, "iter"), steps=3), np.repeat(values[:, None], 3, 1))


def test_an_iterator_is_asked_once_per_step():
    np.testing.assert_array_equal(recorded_input(("input", itertools.count(0.0)))[:, 0], np.arange(20.0))
    rows = (np.array([k, 2.0 * k, 0.0]) for k in range(20))
    np.testing.assert_array_equal(recorded_input(("input", rows, "iter"))[:, 1], 2.0 * np.arange(20))


def test_an_iterator_that_ends_early_is_an_error_and_changes_nothing():
    group = ExpIF(1)
    with pytest.raises(ValueError, match="ended after 5 steps"):
        group.run(1.0, inputs=("input", iter([1.0] * 5)))
    assert (group.t, group.V[0]) == (0.0, 0.0)


def test_a_stimulus_is_sampled_on_the_group_s_clock():
    group = ExpIF(1, V_init="rest", monitors=["input"])
    stimulus = Step(I=8.0, onset=5.0, length=2.0)
    group.run(4.0, inputs=("input", stimulus))
    group.run(4.0, inputs=("input", stimulus))
    expected = np.where((group.mon.ts >= 5.0) & (group.mon.ts < 7.0), 8.0, 0.0)
    np.testing.assert_array_equal(group.mon.input[:, 0], expected)


def test_a_noisy_stimulus_depends_on_the_seed_of_the_group():
    first, again, other = (recorded_input(("input", OrnsteinUhlenbeck()), seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_operations_act_in_the_order_given():
    given = [("input", 8.0), ("input", 2.0, "fix", "*"), ("input", 1.0, "fix", "-"), ("input", 3.0, "fix", "/")]
    np.testing.assert_allclose(recorded_input(given), 5.0)
    np.testing.assert_array_equal(recorded_input([*given, ("input", 4.0, "fix", "=")]), 4.0)


def test_inputs_that_change_with_time_combine_with_those_that_do_not():
    ramp = np.linspace(0, 1, 20)
    mixed = recorded_input(
        [("input", Sine(I=3.0, I_swing=0.0)), ("input", ramp), ("input", [1.0, 2.0, 3.0], "fix", "*")]
    )
    np.testing.assert_allclose(mixed, (3.0 + ramp)[:, None] * [1.0, 2.0, 3.0])


def test_what_was_in_input_before_the_run_acts_in_the_first_step_only():
    group = ExpIF(1, V_init=-65.0, monitors=["input"])
    group.input[:] = 5.0
    group.run(0.5, inputs=("input", 1.0))
    assert group.mon.input[:, 0].tolist() == [6.0, 1.0, 1.0, 1.0, 1.0]
    assert group.input[0] == 0.0


def test_an_input_to_V_acts_on_V():
    group = ExpIF(2, V_init=-65.0, monitors=["V"])
    group.run(1.0, inputs=("V", [-70.0, -60.0], "fix", "="))
    assert (group.mon.V[:, 0] < -69.0).all()
    assert (abs(group.mon.V[:, 1] + 60.0) < 1.0).all()


def test_a_target_may_carry_the_name_of_the_group():
    group = ExpIF(1, name="named", monitors=["input"])
    group.run(1.0, inputs=("named.input", 3.0))
    assert (group.mon.input == 3.0).all()


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        (7.0, "inputs must be a tuple"),
        ([3.0], "An input is"),
        (("input",), "An input is"),
        (("current", 1.0), "goes to 'input' or 'V'"),
        (("spike", 1.0), "is what a step finds out"),
        (("input", "ten"), "must be numbers"),
        (("input", np.nan), "between"),
        (("input", 1e9), "between"),
        (("V", 1e4), "between"),
        (("input", np.ones(7)), "its shape is"),
        (("input", np.ones((20, 2))), "its shape is"),
        (("input", np.ones(19), "iter"), "its shape is"),
        (("input", np.ones(20), "fix"), "one per neuron"),
        (("input", 1.0, "often"), "'fix' or 'iter'"),
        (("input", 1.0, "fix", "%"), "operation"),
        (("input", 0.0, "fix", "/"), "by zero"),
        (("input", 1.0, "iter"), "its shape is"),
        (("input", iter([1.0]), "fix"), "iterator changes"),
        (("input", Sine(), "fix"), "stimulus changes"),
        (("input", iter(["x"] * 20)), "must be numbers"),
        ([("input", 1e4), ("input", 1e4, "fix", "*")], "left its range"),
    ],
)
def test_inputs_that_make_no_sense_are_refused_in_a_sentence(inputs, sentence):
    group = ExpIF(3)
    with pytest.raises(ValueError, match=sentence):
        group.run(2.0, inputs=inputs)
    assert (group.V == 0.0).all()
    assert group.t == 0.0


def test_build_inputs_gives_a_function_for_one_step_and_shows_the_code_that_runs(capsys):
    group = ExpIF(2)
    apply = group.build_inputs([("input", [1.0, 2.0]), ("input", np.arange(3.0), "iter")], show_code=True)
    apply(0.0, 0.1)
    apply(0.1, 0.1)
    assert group.input.tolist() == [1.0 + 0.0 + 1.0 + 1.0, 2.0 + 0.0 + 2.0 + 1.0]
    shown = capsys.readouterr().out
    assert "def act(" in shown
    assert "# input +=" in shown
    apply(0.2, 0.1)
    with pytest.raises(ValueError, match="values for 3 steps only"):
        apply(0.3, 0.1)
    with pytest.raises(ValueError, match="sampled once per run"):
        group.build_inputs(("input", Sine()))
