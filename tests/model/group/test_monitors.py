"""What is recorded, how often, and of which neurons."""

import numpy as np
import pytest

from model import ExpIF

CURRENT = ("input", np.linspace(0.0, 20.0, 300))


def run(monitors, **arguments):
    group = ExpIF(300, monitors=monitors, **arguments)
    group.run(20.0, inputs=CURRENT)
    return group.mon


def test_every_variable_can_be_recorded():
    names = ["V", "input", "spike", "refractory", "t_last_spike"]
    mon = run(names)
    assert all(mon[name].shape == (200, 300) for name in names)
    assert mon.spike.dtype == mon.refractory.dtype == bool
    np.testing.assert_array_equal(mon.input[7], CURRENT[1])
    rows, columns = np.nonzero(mon.spike)
    np.testing.assert_array_equal(mon.t_last_spike[rows, columns], mon.ts[rows])
    assert (mon.V[rows, columns] == -68.0).all()
    assert mon.refractory[rows, columns].all()


def test_every_kth_step_is_what_its_interval_says():
    everything, thinned = run(["V", "spike"]), run({"V": 0.5, "spike": None})
    np.testing.assert_array_equal(thinned.V, everything.V[::5])
    np.testing.assert_array_equal(thinned["V.t"], everything.ts[::5])
    np.testing.assert_array_equal(thinned.spike, everything.spike)
    np.testing.assert_array_equal(thinned.ts, everything.ts)


def test_ts_follows_the_interval_where_it_is_common():
    mon = run({"V": 1.0})
    assert mon.ts.shape == (20,)
    assert mon.V.shape == (20, 300)


@pytest.mark.parametrize(
    "monitors",
    [[("V", [299, 3, 3, 0])], {"V": [299, 3, 3, 0]}, {"V": np.array([299, 3, 3, 0])}, {"V": ([299, 3, 3, 0], 0.1)}],
)
def test_some_neurons_in_the_order_asked_for(monitors):
    np.testing.assert_array_equal(run(monitors).V, run(["V"]).V[:, [299, 3, 3, 0]])


def test_one_neuron_by_its_number():
    assert run([("V", 5)]).V.shape == (200, 1)


def test_a_new_run_replaces_what_was_recorded():
    group = ExpIF(1, monitors=["V"])
    group.run(10.0)
    group.run(5.0)
    assert group.mon.V.shape == (50, 1)


def test_before_a_run_there_is_nothing_recorded():
    mon = ExpIF(4, monitors=["V"]).mon
    assert mon.V.shape == (0, 4)
    assert mon.ts.size == 0


def test_what_was_not_asked_for_is_not_there():
    mon = run(["V"])
    with pytest.raises(AttributeError, match="recorded are: V"):
        _ = mon.spike
    with pytest.raises(KeyError, match="not recorded"):
        _ = mon["spike"]


@pytest.mark.parametrize(
    ("monitors", "sentence"),
    [
        (["voltage"], "records one of"),
        ("V", "monitors must be"),
        ([("V", [300])], "from 0 to 299"),
        ([("V", [-1])], "from 0 to 299"),
        ([("V", [0.5])], "from 0 to 299"),
        ({"V": -1.0}, "above 0 ms"),
        ({"V": 0.25}, "whole number of steps"),
        ({"V": float("nan")}, "above 0 ms"),
    ],
)
def test_monitors_that_make_no_sense_are_refused_in_a_sentence(monitors, sentence):
    with pytest.raises(ValueError, match=sentence):
        ExpIF(300, monitors=monitors).run(1.0)


def test_a_run_that_would_record_too_much_is_refused_before_it_starts():
    group = ExpIF(100_000, monitors=["V"])
    with pytest.raises(ValueError, match="would return"):
        group.run(1000.0)
    assert group.t == 0.0


def test_build_monitors_records_step_by_step_and_shows_the_code(capsys):
    stepped, whole = ExpIF(2, monitors=["V", "spike"]), ExpIF(2, monitors=["V", "spike"])
    record = stepped.build_monitors(show_code=True)
    assert "def record(" in capsys.readouterr().out
    for k in range(5):
        stepped.step((0.1 * k, 0.1))
    whole.run(0.5)
    np.testing.assert_array_equal(stepped.mon.V, whole.mon.V)
    np.testing.assert_array_equal(stepped.mon.spike, whole.mon.spike)
    np.testing.assert_allclose(stepped.mon.ts, whole.mon.ts)
    record(9.0, 0.1)
    assert stepped.mon.ts[-1] == 9.0
