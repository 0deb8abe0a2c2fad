"""What the tab of recordings is made of: settings, a fit in words and columns, a neuron for the sliders, a script."""

from __future__ import annotations

import ast
import hashlib
import runpy
import sys
from urllib.parse import urlencode

import numpy as np
import pytest

from dashboard import update
from dashboard.exports.asked import asked
from dashboard.exports.fit import Recorded, fit_script
from dashboard.session import Session
from dashboard.studies.recording import FittedRecording, fitted, recording_of, sliders_for
from dashboard.studies.settings import Settings
from dashboard.words import translated
from model.recordings import demo_neuron, demo_recording
from tests.model.recordings.recorded import Made
from tests.model.recordings.written import write_csv

HASH = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def csv(tmp_path_factory):
    whole = demo_recording()
    path = tmp_path_factory.mktemp("recording") / "cell.csv"
    write_csv(path, Made(whole.V[:90_000], whole.I[:90_000], whole.dt, np.zeros(0), demo_neuron()))
    return path


@pytest.fixture(scope="module")
def fit(csv):
    done: list[float] = []
    settings = Settings.read({"electrode": "6,0", "unit_I": "pA", "V": "", "name": "cell.csv"})
    found = fitted(recording_of(csv, settings), "cell.csv", settings, lambda share, what: done.append(share))
    assert done == sorted(done)
    return found


def test_what_is_not_set_is_left_to_the_file_and_the_data():
    assert Settings.read({"V": "", "electrode": ""}) == Settings()
    assert Settings().reading() == Settings().fitting() == {}
    settings = Settings.read({"V": "Vm", "unit_t": "s", "dt": "0,05", "sweep": "2", "smooth": "0.5"})
    assert settings.reading() == {"V": "Vm", "units": {"t": "s"}, "dt": 0.05, "sweep": 2}
    assert settings.fitting() == {"smooth": 0.5}


def test_a_fit_travels_from_one_process_to_the_other_without_loss_that_could_be_seen(fit):
    again = FittedRecording.of_json(fit.as_json())
    for name in FittedRecording._fields[:-2]:
        np.testing.assert_allclose(getattr(again, name), getattr(fit, name), atol=1e-6)
    assert (again.seen, again.told) == (fit.seen, fit.told)


def test_both_plots_show_all_of_it_in_the_units_of_the_phase_line(fit):
    shown = update.of_recording(fit)
    assert set(shown.ranges) == {"drift", "recorded"}
    left, right, bottom, top = shown.ranges["drift"]
    assert left < demo_neuron().V_rest < demo_neuron().V_T < right
    assert bottom < 0 < top
    at_rest = np.interp(demo_neuron().V_rest, fit.line_V, fit.line_F)  # the line crosses zero there, and falls
    assert at_rest == pytest.approx(0.0, abs=0.02)
    slope = np.gradient(fit.line_F, fit.line_V)[20]
    assert slope == pytest.approx(-1.0 / demo_neuron().tau, rel=0.05)
    start, end = shown.ranges["recorded"][:2]
    assert (start, end) == pytest.approx((6750.0, 7750.0))  # the beginning of what was not fitted
    assert (fit.predicted >= start).all()
    assert (fit.recorded < start).any()
    assert "ecorded spikes" in shown.texts["measured"]["recorded"]


def test_the_neuron_and_its_current_are_choices_that_the_page_takes(fit):
    use = fit.told["use"]
    session = Session()
    wanted = {"preset": use["preset"], **use["neuron"], "kind": "drawn", "drawn": use["drawn"]}
    assert session.choose(wanted | {"duration": use["duration"]}) == {}
    drawn = dict(session.snapshot().stimulus)["drawn"]
    I = demo_recording().I[67_500:72_500]
    assert drawn.mean(500.0) == pytest.approx(I.mean(), abs=0.002)
    assert drawn.currents.std() == pytest.approx(I.std(), rel=0.02)
    assert "from 6750 to 7250 ms" in use["said"]


def test_values_beyond_every_slider_are_named():
    neuron = demo_neuron().numbers()._asdict()
    assert sliders_for(neuron)[1] == []
    assert set(sliders_for(neuron | {"delta_T": 12.0, "tau_ref": 300.0})[1]) == {"delta_T", "tau_ref"}


def test_all_that_is_said_is_said_in_german_too(fit):
    told = translated(fit.told, "de")
    assert told["summary"].startswith("9 s mit 10 kHz, V ist Vm (mV)")
    assert "die nicht angepasst wurden: Gamma ist 0," in told["prediction"]


def test_the_script_of_a_fit_finds_the_same_and_refuses_another_file(fit, csv, tmp_path, monkeypatch, capsys):
    checksum = hashlib.sha256(csv.read_bytes()).hexdigest()
    recorded = urlencode({"name": "cell.csv", "checksum": checksum, "electrode": "6", "unit_I": "pA"})
    file = asked("fit.py", urlencode({"recording": recorded}), "", 0)
    assert file.name == "fit-cell.py"
    script = tmp_path / "fit.py"
    script.write_bytes(next(file.parts))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["fit.py", str(csv)])
    runpy.run_path(str(script))
    said = capsys.readouterr().out
    for row in fit.told["rows"]:
        assert f"{row['name']}: {row['value']:.6g} (95 %: " in said
    for sentence in fit.told["sentences"]:
        assert sentence in said
    assert (tmp_path / "fit.html").stat().st_size > 10_000
    other = tmp_path / "other.csv"
    other.write_bytes(csv.read_bytes() + b"\n")
    monkeypatch.setattr(sys, "argv", ["fit.py", str(other)])
    with pytest.raises(SystemExit, match="is another file than the one that was fitted"):
        runpy.run_path(str(script))


@pytest.mark.parametrize("name", ['"; import os  # ', "a\nb", "\\", "{name}", "ä.csv", '"""'])
def test_whatever_a_file_is_called_its_script_holds_it_as_a_text(name):
    recorded = Recorded.read(urlencode({"name": name, "checksum": HASH, "V": name}))
    texts = [node.value for node in ast.walk(ast.parse(fit_script(recorded))) if isinstance(node, ast.Constant)]
    assert texts.count(name) == 2
    assert HASH in texts


@pytest.mark.parametrize("text", ["", "name=cell.csv", "checksum=abc", f"checksum={HASH}0", f"checksum={HASH}&dt=x"])
def test_a_link_that_names_no_recording_has_no_script(text):
    with pytest.raises(ValueError, match=r"names none|must be a number"):
        asked("fit.py", urlencode({"recording": text}), "", 0)


def test_the_script_of_the_demo_makes_it():
    script = fit_script(Recorded.read("demo=1&smooth=0.4"), "https://neuron.example/dashboard")
    assert "recordings.demo_recording()" in script
    assert "smooth=0.4" in script
    ast.parse(script)
