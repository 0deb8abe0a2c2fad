"""The numbers of a run, taken along: complete, with units, and the same when they are read again."""

import csv
import io

import numpy as np
import pytest
import xarray

from dashboard.curve import key_of
from dashboard.exports import data
from dashboard.exports.formats import FORMATS
from dashboard.result import compute
from dashboard.session import Session
from dashboard.studies import rates
from model import ExpIFParameters, __version__, simulate, theory
from model.parameters import Numbers
from model.stimuli import KINDS, Drawn, Points


def snapshot(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def made(name, choice, link=""):
    *nothing, content = FORMATS[name].made(choice, link)
    assert set(nothing) <= {None}
    return content


def read_netcdf(choice, link=""):
    return xarray.load_dataset(io.BytesIO(made("neuron.nc", choice, link)), engine="h5netcdf")


def read_csv(name, choice):
    text = made(name, choice).decode()
    head, *rows = csv.reader(io.StringIO(text))
    return {column: np.array([float(row[k]) for row in rows if row[k]]) for k, column in enumerate(head)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_netcdf_file_holds_the_run_to_the_last_bit(kind):
    choice = snapshot(kind=kind, sigma=1.0, seed=3)
    read, trace = read_netcdf(choice), compute(choice).trace
    for name in ("t", "V", "I", "spikes"):
        assert read[name].values.tobytes() == getattr(trace, name).tobytes()


def test_a_netcdf_file_holds_the_f_I_curve_exact_and_simulated():
    for choice in (snapshot(), snapshot(sigma=2.0)):
        read, *_, last = read_netcdf(choice), *rates.run(choice, False)
        neuron = choice.neuron
        exact = (
            theory.stationary_rate(neuron, read.I_exact.values, 2.0)
            if choice.sigma
            else theory.firing_rate(neuron, read.I_exact.values)
        )
        np.testing.assert_array_equal(read.rate_exact, exact)
        np.testing.assert_array_equal(read.rate_simulated, last.simulated.rates)
        np.testing.assert_array_equal(read.rate_error, last.simulated.errors)
        assert (float(read.I_exact[0]), float(read.I_exact[-1])) == key_of(choice).span
        assert read.rate_simulated.size > 10


def test_every_number_of_a_netcdf_file_has_a_unit_and_a_name():
    read = read_netcdf(snapshot())
    assert {name: each.attrs["units"] for name, each in read.variables.items()} == {
        "t": "ms", "V": "mV", "I": "nA", "spikes": "ms", "I_exact": "nA", "rate_exact": "Hz", "I_simulated": "nA",
        "rate_simulated": "Hz", "rate_error": "Hz",
    }  # fmt: skip
    assert all(len(each.attrs["long_name"]) > 3 for each in read.variables.values())


def test_a_netcdf_file_says_all_that_was_chosen_and_where_it_comes_from():
    choice = snapshot(kind="drawn", drawn="0_0_50_12", sigma=1.5, seed=9, delta_T=2.0)
    attributes = read_netcdf(choice, "http://localhost/dashboard?x").attrs
    for name in Numbers._fields:
        assert attributes[name] == getattr(choice.neuron, name)
    for name in ("kind", "duration", "dt", "method", "sigma", "tau_noise", "seed"):
        assert attributes[name] == getattr(choice, name)
    assert Points.read(attributes["drawn"]) == Points([0, 50], [0, 12])
    assert attributes["version"] == __version__
    assert attributes["link"] == "http://localhost/dashboard?x"
    assert "delta_T mV" in attributes["parameter_units"].split(", ")
    # The run can be made again from what the file says.
    neuron = ExpIFParameters(**{name: float(attributes[name]) for name in Numbers._fields})
    again = simulate(
        neuron, Drawn(drawn=Points.read(attributes["drawn"]), I=float(attributes["I"])), float(attributes["duration"]),
        float(attributes["dt"]), attributes["method"], sigma=float(attributes["sigma"]), seed=int(attributes["seed"]),
    )  # fmt: skip
    np.testing.assert_array_equal(again.spikes, read_netcdf(choice).spikes)


def test_a_run_without_spikes_has_its_files_too():
    choice = snapshot(I=0.0)
    assert read_netcdf(choice).spikes.size == 0
    assert made("spikes.csv", choice) == b"spikes (ms)\r\n"


def test_the_tables_lose_nothing():
    choice = snapshot(kind="sine", sigma=2.0, seed=1)
    trace, read = compute(choice).trace, read_csv("trace.csv", choice)
    assert list(read) == ["t (ms)", "V (mV)", "I (nA)"]
    for name, column in zip(("t", "V", "I"), read.values(), strict=True):
        np.testing.assert_array_equal(column, getattr(trace, name))
    [spikes] = read_csv("spikes.csv", choice).values()
    np.testing.assert_array_equal(spikes, trace.spikes)
    curve = read_csv("curve.csv", choice)
    assert list(curve) == [
        "I_exact (nA)",
        "rate_exact (Hz)",
        "I_simulated (nA)",
        "rate_simulated (Hz)",
        "rate_error (Hz)",
    ]
    np.testing.assert_array_equal(curve["rate_exact (Hz)"], compute(choice).curve.rates)
    assert curve["rate_simulated (Hz)"].size == 17 < curve["I_exact (nA)"].size


def test_a_table_of_many_rows_is_made_in_parts_so_that_others_get_their_turn():
    *nothing, content = FORMATS["trace.csv"].made(snapshot(duration=3000.0), "")
    assert len(nothing) > 3
    assert content.count(b"\n") == 30_001


def test_a_table_that_would_be_too_long_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(data, "MOST_ROWS", 2999)
    with pytest.raises(ValueError, match=r"has 3000 steps, and a table has at most 2999 rows. Take the NetCDF file"):
        made("trace.csv", snapshot())
    assert made("spikes.csv", snapshot())


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_too_much_work_on_the_page_is_too_much_for_a_file(name):
    choice = snapshot(duration=1e6, dt=1e-4)
    if name.startswith("neuron.py") or name.startswith("neuron.ipynb"):
        assert b"simulate" in made(name, choice)  # one's own machine may take its time
        return
    if name.startswith("map"):  # which asks the theory, whatever the run costs
        assert made(name, choice)
        return
    with pytest.raises(ValueError, match=r"too long|at most 200000 rows"):
        made(name, choice)
