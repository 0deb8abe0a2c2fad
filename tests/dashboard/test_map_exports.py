"""What is taken along of a map holds its numbers, and the script computes them again elsewhere."""

import csv
import io
import os
import subprocess
import sys

import numpy as np
import pytest
import xarray

from dashboard.exports.formats import FORMATS
from dashboard.session import Session
from dashboard.studies import parameter_map as study
from tests.conftest import ROOT

CASES = [
    {"map_of": "exact", "tau": 12.0},
    {"map_of": "cv", "map_x": "sigma", "map_y": "V_reset", "sigma": 3.0, "I": 4.0},
    {"map_of": "latency", "map_x": "I", "map_y": "sigma"},  # of which one does not matter
    {"map_of": "rheobase", "map_x": "V_T", "map_y": "R"},
]


def snapshot(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def made(name, choice):
    *nothing, content = FORMATS[name].made(choice, "http://localhost/dashboard?tab=map")
    assert set(nothing) <= {None}
    return content


def shown(choice):
    *_, last = study.run(choice, False)
    return last.drawn


def opened(content):
    return xarray.open_dataset(io.BytesIO(content), engine="h5netcdf")


@pytest.mark.parametrize("choices", CASES, ids=lambda choices: choices["map_of"])
def test_the_script_computes_the_numbers_of_the_page_in_a_clean_process(choices, tmp_path):
    choice = snapshot(**choices)
    program = made("map.py", choice).decode() + '\nnp.save("values.npy", values.values)\n'
    assert "http://localhost/dashboard?tab=map" in program
    (tmp_path / "map.py").write_text(program, "utf-8")
    run = subprocess.run([sys.executable, "-P", "map.py"], cwd=tmp_path, capture_output=True, text=True, check=True,
                         env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert run.stdout.splitlines()[-1] == "The figure is in map.html."
    assert (tmp_path / "map.html").stat().st_size > 100_000
    assert np.array_equal(np.load(tmp_path / "values.npy"), shown(choice).values, equal_nan=True)


@pytest.mark.parametrize("choices", CASES, ids=lambda choices: choices["map_of"])
def test_the_file_holds_the_map_with_units(choices):
    choice = snapshot(**choices)
    drawn, told = shown(choice), opened(made("map.nc", choice))
    variable = study.result_of(choice.map_of)
    held = told[variable.name]
    assert held.dims == (choice.map_y, choice.map_x)
    assert np.array_equal(held.values, drawn.values, equal_nan=True)
    assert (held.attrs.get("units", ""), held.attrs["long_name"]) == (variable.unit, variable.long_name)
    assert told[choice.map_x].values[[0, -1]].tolist() == list(drawn.plane.x_span)
    assert told.attrs["link"] == "http://localhost/dashboard?tab=map"
    assert told.attrs["tau"] == choice.neuron.tau
    assert choice.map_x not in told.attrs


def test_the_table_has_a_row_for_each_neuron():
    choice = snapshot(map_x="delta_T", map_y="I")
    head, *rows = csv.reader(io.StringIO(made("map.csv", choice).decode()))
    assert head == ["I (nA)", "delta_T (mV)", "rate (Hz)"]
    values = np.array(rows, float)
    drawn = shown(choice)
    assert np.array_equal(values[:, 2].reshape(120, 180), drawn.values)
    assert values[0, :2].tolist() == [drawn.plane.y_span[0], drawn.plane.x_span[0]]
    assert values[-1, :2].tolist() == [drawn.plane.y_span[1], drawn.plane.x_span[1]]


def test_a_map_that_is_the_same_everywhere_is_no_file():
    with pytest.raises(ValueError, match="Neither axis changes the rheobase"):
        made("map.nc", snapshot(map_of="rheobase", map_x="I", map_y="sigma"))
