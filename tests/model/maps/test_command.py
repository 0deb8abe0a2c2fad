"""`python -m model.maps`: what the command line asks is what `sweep` does."""

import subprocess
import sys

import numpy as np
import pytest
import xarray

from model import ExpIFParameters, maps, stimuli
from model.maps.__main__ import main, named_axis, named_value


def test_a_map_is_written_with_a_bar_that_says_how_far_it_is(tmp_path, capsys):
    file = tmp_path / "map.nc"
    command = ["--axis", "I=0:10:5", "--axis", "delta_T=1,3.48", "--measure", "exact", "--set", "V_T=-58"]
    assert main([*command, "--output", str(file)]) == 0
    told = capsys.readouterr()
    assert "10.0/10.0" in told.err
    assert "rate" in told.out
    expected = maps.sweep(ExpIFParameters(V_T=-58.0), {"I": np.linspace(0, 10, 5), "delta_T": [1.0, 3.48]}, "exact")
    with xarray.open_dataset(file, engine="h5netcdf") as found:
        assert found.load().identical(expected)


def test_options_and_a_stimulus_reach_the_measure(tmp_path, capsys):
    file = tmp_path / "map.csv"
    command = ["--axis", "frequency=5,25", "--stimulus", "sine", "--set", "I=4", "--option", "duration=200"]
    assert main([*command, "--quiet", "--output", str(file)]) == 0
    assert capsys.readouterr() == ("", "")
    options = {"stimulus": stimuli.Sine(I=4.0), "duration": 200.0}
    expected = maps.sweep(ExpIFParameters(), {"frequency": [5.0, 25.0]}, "rate", options=options)
    head, *rows = file.read_text("utf-8").splitlines()
    assert head == "frequency,rate,rate_error"
    assert [float(row.split(",")[1]) for row in rows] == expected.rate.values.tolist()


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["--axis", "I=0:10"], "An axis is written as I=0:20:200"),
        (["--axis", "I"], "An axis is written as I=0:20:200"),
        (["--axis", "I=1", "--set", "V_T"], "A value is written as NAME=VALUE; V_T has no equals sign"),
        (["--axis", "I=1", "--set", "width=2"], "--set knows no width"),
        (["--axis", "I=1", "--output", "map.xls"], "The map can be written to a file .nc or .csv"),
        (["--axis", "tau=1,2", "--measure", "exact"], "The measure exact needs a current"),
        (["--axis", "I=1", "--set", "delta_T=-1"], "delta_T must be between"),
    ],
)
def test_what_is_wrong_is_one_sentence(capsys, command, sentence):
    assert main(command) == 1
    told = capsys.readouterr().err
    assert told.startswith(sentence)
    assert told.count("\n") == 1


def test_values_are_numbers_lists_or_texts():
    assert named_value("f=1,10,100") == ("f", (1, 10, 100))
    assert named_value("method=rk4") == ("method", "rk4")
    name, values = named_axis("I=0:1:3")
    assert (name, values.tolist()) == ("I", [0.0, 0.5, 1.0])


def test_the_help_says_what_can_be_asked():
    done = subprocess.run([sys.executable, "-m", "model.maps", "--help"], capture_output=True, text=True, check=True)
    for word in ("V_T", "tau_noise", "rheobase", "--store", "examples:"):
        assert word in done.stdout
