"""Saving and loading: going on from a file is going on."""

import json
import pickle

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from model import ExpIF
from model.stimuli import OrnsteinUhlenbeck

SUFFIXES = [".h5", ".hdf5", ".npz", ".mat", ".json"]
CURRENT = ("input", OrnsteinUhlenbeck())


def made(method="strang", sigma=2.0, **arguments):
    arguments = {"V_T": np.linspace(-61.0, -58.0, 6), "seed": 4} | arguments
    return ExpIF((2, 3), method=method, sigma=sigma, **arguments)


def everything(group):
    return {
        **{name: array.copy() for name, array in group.vars("relative").items()},
        "count": group.count.copy(), "t": group.t, "dt": group.dt, "method": group.method, "sigma": group.sigma,
        "V_T": np.array(group.V_T), "numbers": group.parameters.numbers(), "rng": str(group._rng.bit_generator.state),
        "noise": (group._noise_seed, group._steps_done),
    }  # fmt: skip


def assert_same(first, second):
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_run_that_goes_on_from_a_file_equals_one_without_interruption(tmp_path, suffix):
    whole, first, second = made(), made(), made(V_T=-50.0, tau=20.0, seed=99)
    whole.run(30.0, inputs=CURRENT)
    first.run(30.0, inputs=CURRENT)
    first.save_states(tmp_path / f"state{suffix}")
    second.load_states(tmp_path / f"state{suffix}")
    assert_same(everything(first), everything(second))
    whole.run(50.0, inputs=CURRENT)
    second.run(50.0, inputs=CURRENT)
    assert_same(everything(whole), everything(second))


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=15, deadline=None)
@given(
    V=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2),
    t_last=st.lists(st.floats(-1e7, 1e6), min_size=2, max_size=2),
    flags=st.lists(st.booleans(), min_size=2, max_size=2),
    tau=st.floats(0.1, 1000.0),
    dtype=st.sampled_from(["float64", "float32"]),
)
def test_any_state_comes_back_bit_for_bit(tmp_path_factory, suffix, V, t_last, flags, tau, dtype):
    path = tmp_path_factory.mktemp("states") / f"state{suffix}"
    saved, loaded = ExpIF(2, tau=tau, dtype=dtype), ExpIF(2, dtype=dtype)
    saved.V, saved.t_last_spike, saved.spike, saved.input = V, t_last, flags, V
    saved.save_states(path)
    loaded.load_states(path)
    assert_same(everything(saved), everything(loaded))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_neuron_and_its_delay_line_come_back(tmp_path, suffix):
    groups = [ExpIF(1), ExpIF(1)]
    lines = [group.register_constant_delay("line", 2, 1.0) for group in groups]
    groups[0].run(0.7, extra_func=lambda t, dt: lines[0].push([t, -t]))
    groups[0].save_states(tmp_path / f"x{suffix}")
    groups[1].load_states(tmp_path / f"x{suffix}")
    np.testing.assert_array_equal(lines[0].data, lines[1].data)
    np.testing.assert_array_equal(lines[0].pull(), lines[1].pull())


def refused(group, path, sentence, error=ValueError, **arguments):
    before = everything(group)
    with pytest.raises(error, match=sentence):
        group.load_states(path, **arguments)
    assert_same(before, everything(group))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused_and_changes_nothing(tmp_path, suffix, part):
    path = tmp_path / f"state{suffix}"
    group = made()
    group.run(5.0)
    group.save_states(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    refused(group, path, "damaged|does not fit|was not written")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_foreign_file_is_refused_and_changes_nothing(tmp_path, suffix):
    path = tmp_path / f"state{suffix}"
    foreign = {"x": np.arange(3.0)}
    if suffix in (".h5", ".hdf5"):
        with h5py.File(path, "w") as file:
            file["x"] = foreign["x"]
    elif suffix == ".npz":
        np.savez(path, **foreign)
    elif suffix == ".mat":
        savemat(path, foreign)
    else:
        path.write_text('{"x": [0, 1, 2]}')
    refused(made(), path, "damaged, or was not written")


def test_another_version_size_method_or_precision_is_refused_and_changes_nothing(tmp_path):
    path = tmp_path / "state.json"
    made().save_states(path)
    refused(ExpIF((3, 2), method="strang"), path, "its shape is")
    refused(made(method="euler", sigma=0.0), path, "its method is")
    refused(made(dtype="float32"), path, "its dtype is")
    content = json.loads(path.read_text())
    about = json.loads(content["about"])
    path.write_text(json.dumps(content | {"about": json.dumps(about | {"version": 2})}))
    refused(made(), path, "format version 2")


@pytest.mark.parametrize(
    "change",
    [
        {"V": [1.0] * 5},
        {"V": ["a"] * 6},
        {"count": [-1] * 6},
        {"parameter_tau": [-1.0]},
        {"parameter_V_reset": [0.0]},
        {"parameter_V_T": [0.0, 0.0]},
        {"about": {"method": "magic"}},
        {"about": {"clock": [0.0, 0.0]}},
        {"about": {"clock": [0.0, -1, 0.1]}},
        {"about": {"dt": 0.0}},
        {"about": {"dt": 1e9}},
        {"about": {"sigma": -1.0}},
        {"about": {"sigma": 1e9}},
        {"about": {"noise_seed": -1}},
        {"about": {"random_state": {}}},
        {"about": {"delays": {"line": [0.1, 0]}}},
        {"about": []},
    ],
)
def test_a_file_with_impossible_content_is_refused_and_changes_nothing(tmp_path, change):
    path = tmp_path / "state.json"
    made().save_states(path)
    content = json.loads(path.read_text())
    if isinstance(change.get("about"), dict):
        change = {"about": json.dumps(json.loads(content["about"]) | change["about"])}
    elif "about" in change:
        change = {"about": json.dumps(change["about"])}
    path.write_text(json.dumps(content | change))
    refused(made(), path, "damaged|does not fit|was not written", check=False)


def test_without_check_the_group_takes_over_the_method(tmp_path):
    path = tmp_path / "state.npz"
    made(method="rk4", sigma=0.0).save_states(path)
    group = made(method="euler", sigma=0.0)
    group.load_states(path, check=False)
    assert group.method == "rk4"


def test_verbose_says_what_was_loaded(tmp_path, capsys):
    group = made()
    group.save_states(tmp_path / "state.npz")
    group.load_states(tmp_path / "state.npz")
    assert capsys.readouterr().out == ""
    group.load_states(tmp_path / "state.npz", verbose=True)
    assert "V (6,)" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".pkl", ".pickle"])
def test_pickle_is_refused_with_the_reason(tmp_path, suffix):
    path = tmp_path / f"state{suffix}"
    path.write_bytes(pickle.dumps({"V": [0.0]}))
    refused(made(), path, "can run any code")
    with pytest.raises(ValueError, match="can run any code"):
        made().save_states(tmp_path / f"new{suffix}")


def test_a_pickle_inside_npz_is_not_opened(tmp_path):
    path = tmp_path / "state.npz"
    np.savez(path, about=np.array([{"program": "expif-dashboard"}], dtype=object), allow_pickle=True)
    refused(made(), path, "damaged")


def test_an_unknown_suffix_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(ValueError, match="the suffix must be one of"):
        made().save_states(tmp_path / "state.txt")
    refused(made(), tmp_path / "state.txt", "the suffix must be one of")
    refused(made(), tmp_path / "absent.npz", "no file", error=FileNotFoundError)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_writing_is_all_or_nothing(tmp_path, suffix, monkeypatch):
    path = tmp_path / f"state{suffix}"
    made().save_states(path)
    old = path.read_bytes()
    monkeypatch.setattr("os.replace", _fail)
    with pytest.raises(OSError, match="disk full"):
        made(seed=1).save_states(path)
    assert path.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def _fail(*_):
    raise OSError("disk full")
