"""The remaining names of the documented class."""

import gc
import inspect

import numpy as np
import pytest

from model import ExpIF, ExpIFParameters
from model.runs.schemes import SCHEMES


def test_the_signature_shows_the_documented_defaults_and_they_are_those_of_a_group():
    """BrainModels documents ExpIF(size, V_rest=-65, V_reset=-68, ...) in this order."""
    documented = {
        "V_rest": -65.0, "V_reset": -68.0, "V_th": -30.0, "V_T": -59.9, "delta_T": 3.48, "R": 1.0, "tau": 10.0,
        "tau_ref": 1.7,
    }  # fmt: skip
    shown = inspect.signature(ExpIF).parameters
    assert list(shown)[: 2 + len(documented)] == ["size", *documented, "method"]
    assert {name: shown[name].default for name in documented} == documented
    assert shown["method"].default == "euler"
    group = ExpIF(1)
    assert {name: getattr(group, name) for name in documented} == documented
    assert inspect.signature(ExpIF.__init__).parameters["delta_T"].default == 3.48
    ExpIF(1, parameters=ExpIFParameters(delta_T=2.0))  # to show a default is not to give it


def test_derivative_is_the_membrane_equation():
    group = ExpIF(2, tau=[5.0, 10.0])
    V = np.array([-60.0, -61.0])
    expected = (-(V + 65.0) + 3.48 * np.exp((V + 59.9) / 3.48) + 7.0) / np.array([5.0, 10.0])
    np.testing.assert_allclose(group.derivative(V, 0.0, 7.0), expected, rtol=1e-14)
    assert np.isinf(ExpIF(1, delta_T=0.02).derivative(0.0, 0.0, 0.0))


@pytest.mark.parametrize("method", SCHEMES)
def test_the_integrator_is_one_step_of_the_run(method):
    group = ExpIF(3, method=method, V_init=[-65.0, -60.0, -57.0], monitors=["V"])
    integrate = group.ints()[f"{group.name}.integral"]
    expected = integrate(group.V, 0.0, 5.0, dt=0.1)
    group.run(0.1, inputs=("input", 5.0))
    np.testing.assert_allclose(group.mon.V[0], expected, rtol=1e-13)
    assert group.integral(0.0, 0.0, 0.0, dt=1.0)[0] == np.inf or method in ("euler", "exponential_euler")


def test_vars_are_the_state_arrays_themselves():
    group = ExpIF(2, name="vars_of")
    assert list(group.vars("relative")) == ["V", "input", "spike", "refractory", "t_last_spike"]
    assert next(iter(group.vars())) == "vars_of.V"
    group.vars()["vars_of.V"][:] = -70.0
    assert (group.V == -70.0).all()
    assert group.train_vars() == {}


def test_assigning_a_state_copies_into_the_array_that_others_hold():
    group = ExpIF((2, 2))
    held = group.V
    group.V = -65.0
    assert (held == -65.0).all()
    group.V = [[-60.0, -61.0], [-62.0, -63.0]]
    assert held.tolist() == [-60.0, -61.0, -62.0, -63.0]


def test_nodes_are_the_group_and_what_belongs_to_it():
    group = ExpIF(2, name="with_nodes")
    delay = group.register_constant_delay("syn", 2, 1.0)
    other = ExpIF(1, name="implicit")
    group.implicit_nodes["other"] = other
    assert group.nodes() == {"with_nodes": group, "with_nodes_delay_syn": delay, "implicit": other}
    assert group.nodes("relative") == {"": group, "syn": delay, "other": other}
    assert group.nodes().unique() == group.nodes()
    with pytest.raises(ValueError, match="'absolute' or 'relative'"):
        group.nodes("sideways")


def test_implicit_vars_are_collected_with_the_others():
    group = ExpIF(1)
    extra = group.implicit_vars["extra"] = np.zeros(3)
    assert group.vars("relative")["extra"] is extra


def test_names_are_unique_among_living_groups():
    group = ExpIF(1, name="taken_name")
    with pytest.raises(ValueError, match="'taken_name' is taken"):
        ExpIF(1, name="taken_name")
    with pytest.raises(ValueError, match="'taken_name' is taken"):
        ExpIF(1).unique_name("taken_name")
    assert group.unique_name("taken_name") == "taken_name"
    assert group.unique_name("another_name") == "another_name"
    assert group.unique_name(type="Layer") == "Layer0"
    first, second = ExpIF(1), ExpIF(1)
    assert first.name != second.name
    with pytest.raises(ValueError, match="identifier"):
        ExpIF(1, name="1st")
    del group
    gc.collect()
    ExpIF(1, name="taken_name")


def test_target_backend_says_where_it_can_run():
    assert ExpIF(1).target_backend == ("numba", "cuda")


@pytest.mark.parametrize(("delay", "steps"), [(0.0, 0), (0.1, 1), (0.3, 3), (1.1, 11), (0.25, 3)])
def test_a_delay_line_gives_back_what_was_pushed_one_delay_ago(delay, steps):
    group = ExpIF(1)
    line, pulled = group.register_constant_delay("line", 1, delay), []

    def through(t, dt):
        line.push([t])
        pulled.append(line.pull()[0])

    group.run(3.0, extra_func=through)
    expected = np.concatenate([np.zeros(steps), np.arange(30) * 0.1])[:30]
    np.testing.assert_allclose(pulled, expected)


def test_a_delay_may_differ_between_elements():
    group = ExpIF(1)
    line, pulled = group.register_constant_delay("line", 3, [0.0, 0.2, 0.5]), []

    def through(t, dt):
        line.push(np.full(3, 1.0 + t))
        pulled.append(line.pull())

    group.run(1.0, extra_func=through)
    assert [int(np.count_nonzero(column == 0)) for column in np.transpose(pulled)] == [0, 2, 5]
    assert line.pull([1]).shape == (1,)
    line.push([0], 9.0)
    line.reset()
    assert (line.pull() == 0).all()


def test_bad_delays_are_refused_in_a_sentence():
    group = ExpIF(1)
    group.register_constant_delay("line", 1, 1.0)
    for arguments, sentence in (
        (("line", 1, 1.0), "not in use"),
        (("a b", 1, 1.0), "identifier"),
        (("b", 0, 1.0), "size must be"),
        (("b", 2, -1.0), "delay must be"),
        (("b", 2, [1.0, 2.0, 3.0]), "one per element"),
        (("b", 10**6, 1e4), "would keep"),
    ):
        with pytest.raises(ValueError, match=sentence):
            group.register_constant_delay(*arguments)
    with pytest.raises(ValueError, match=r"registered for dt = 0\.1 ms"):
        group.run(1.0, dt=0.05)
    assert group.t == 0.0


def test_a_failed_run_puts_delay_lines_back_too():
    group = ExpIF(1)
    line = group.register_constant_delay("line", 1, 0.5)

    def trouble(t, dt):
        line.push([1.0])
        if t > 0.25:
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        group.run(1.0, extra_func=trouble)
    assert (line.data == 0).all()


def test_the_group_introduces_itself():
    assert repr(ExpIF(2, name="shown")) == "<ExpIF shown: 2 neurons, euler, t = 0 ms>"


def test_arguments_that_make_no_sense_are_refused_in_a_sentence(tmp_path):
    group = ExpIF(2)
    for call, sentence in (
        (lambda: setattr(group, "V", [1.0, 2.0, 3.0]), "one per neuron"),
        (lambda: setattr(group, "V", "high"), "one per neuron"),
        (lambda: group.step(3), r"pair \(t, dt\)"),
        (lambda: group.update("now", 0.1), "A time must be"),
        (lambda: group.integral([1.0, 2.0, 3.0], 0.0, 0.0), "one per neuron"),
        (lambda: group.derivative("high", 0.0, 0.0), "must be numbers"),
        (lambda: group.load_states(3), "must be a text or a path"),
        (lambda: setattr(group, "V_T", [[1.0], [2.0, 3.0]]), "must be numbers"),
    ):
        with pytest.raises(ValueError, match=sentence):
            call()
    with pytest.raises(FileNotFoundError, match="no folder"):
        group.save_states(tmp_path / "nowhere" / "state.npz")
    assert (group.V == 0.0).all()
