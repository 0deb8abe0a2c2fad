"""The figures in words: their numbers are those of the run."""

import numpy as np
import pytest

from dashboard.figures import TITLES, caption, describe_columns, describe_figures, heads
from dashboard.result import compute
from dashboard.session import Session
from dashboard.update import VIEWS
from dashboard.views.board import Board
from model import theory
from model.sentences import Sentence
from model.stimuli import KINDS


def said(**choices):
    session = Session()
    assert session.choose(choices) == {}
    result = compute(session.snapshot())
    return describe_figures(result), result


def test_every_figure_has_a_title():
    assert TITLES.keys() == VIEWS.keys()
    assert len(set(TITLES.values())) == len(TITLES)


def test_the_trace_says_how_many_spikes_and_when():
    words, result = said()
    spikes = result.trace.spikes
    assert words["trace"].startswith(
        f"{spikes.size} spikes in 300 ms, first at {spikes[0]:.1f} ms, last at {spikes[-1]:.1f} ms;"
    )
    assert said(I=0)[0]["trace"].startswith("0 spikes in 300 ms; ")
    assert said(duration=15)[0]["trace"].startswith("1 spike in 15 ms, first at 12.")


def test_the_current_says_where_it_runs_and_what_the_noise_is_worth():
    assert said()[0]["current"] == "10 nA throughout."
    assert said(R=2, sigma=4)[0]["current"] == "10 nA throughout; membrane noise worth ± 2 nA."
    assert said(kind="sine")[0]["current"].endswith(" to 10 nA, mean 5 nA.")


def test_the_phase_line_says_where_it_is_zero():
    words, result = said(I=1)
    stable, unstable = theory.fixed_points(result.neuron, 1.0)
    assert words["phase"] == f"At 1 nA a stable point at V = {stable:.1f} mV and an unstable one at {unstable:.1f} mV."
    assert said()[0]["phase"].startswith("At 10 nA no resting point; dV/dt is least, 0.84 mV/ms, at V = -59.9 mV")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{}, {"sigma": 3.0}, {"I": -5.0}, {"V_T": -69.0, "V_reset": -60.0}])
def test_every_figure_of_every_run_has_its_sentence(kind, more):
    for text in said(kind=kind, **more)[0].values():
        assert text.endswith(".")
        assert "nan" not in text


def test_columns_say_how_many_points_there_are_and_where_they_run():
    columns = {"isi_theory": {"interval": np.array([0.0, 20.0]), "density": np.array([0.0, 0.125])},
               "isi_simulated": {"interval": np.empty(0), "density": np.empty(0)}}  # fmt: skip
    assert describe_columns(columns) == "Exact line (n = 2): interval (ms) 0 to 20, density (1/ms) 0 to 0.125."
    assert describe_columns({"raster": {"t": np.empty(0)}}) == "Nothing is drawn."


def test_a_column_is_headed_by_its_quantity_and_unit():
    assert heads("fi_errors", ["I", "rate_end"]) == {"I": "I (nA)", "rate_end": "to rate (Hz)"}
    assert heads("density_theory", ["density"]) == {"density": "density (1/mV)"}
    assert heads("lag_theory", ["phase"]) == {"phase": "phase (°)"}
    assert heads("kick_theory", ["phase"]) == {"phase": "phase (cycles)"}


def test_a_data_source_has_a_name_to_read():
    assert caption("kick_theory") == "exact line"
    assert caption("lag_simulated") == "simulated points"
    assert caption("something_new") == "something new"


def test_every_data_source_and_every_column_of_it_is_called_something():
    board = Board(VIEWS)
    for source, data in board.sources.items():
        called = [caption(source), *heads(source, data.data).values()]
        assert all(isinstance(each, Sentence) or each in ("x", "y") for each in called)
