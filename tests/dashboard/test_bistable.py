"""Where a neuron can both rest and fire the page says so, and shows both."""

import numpy as np
import pytest

from dashboard import curve
from dashboard.readout import warnings
from dashboard.result import compute
from dashboard.session import Session
from dashboard.studies import rates
from dashboard.views import fi
from model import ExpIFParameters, theory

BISTABLE = {"V_reset": -50.0}


def choice(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


@pytest.mark.parametrize("I", [0.0, 1.0])
def test_both_rates_are_said(I):
    [said] = warnings(compute(choice(V_reset=-40.0, I=I)))
    rate = theory.firing_rate(ExpIFParameters(V_reset=-40.0), I)
    assert said.startswith("Bistable between −1034 and 1.62 nA: there it can rest or fire, and its start decides.")
    assert f"or {rate:.4g} Hz" in said


def test_a_current_that_passes_the_bistable_range_is_told_of_it():
    [said] = warnings(compute(choice(kind="step", I=5.0, **BISTABLE)))
    assert said.endswith("its start decides.")


def test_under_noise_the_neuron_changes_between_the_two():
    [said] = warnings(compute(choice(I=0.0, sigma=1.0, **BISTABLE)))
    assert said.endswith("The noise makes it change between the two.")


@pytest.mark.parametrize("choices", [{}, {"I": 10.0, **BISTABLE}, {"I": 0.0}])
def test_nothing_is_said_where_the_start_does_not_matter(choices):
    assert warnings(compute(choice(**choices))) == []


def test_the_exact_curve_has_both_branches():
    columns = fi.columns(compute(choice(I=0.0, **BISTABLE)))
    assert columns["fi_rest"]["I"].tolist() == [0.0, theory.rheobase(ExpIFParameters())]
    assert columns["fi_rest"]["rate"].tolist() == [0.0, 0.0]
    assert columns["fi_theory"]["rate"].min() > 0
    assert fi.columns(compute(choice()))["fi_rest"]["I"].size == 0


def test_points_from_rest_lie_on_one_branch_and_points_from_reset_on_the_other():
    snapshot = choice(I=0.0, **BISTABLE)
    *_, last = rates.run(snapshot, False)
    rheobase = theory.rheobase(ExpIFParameters())
    assert (last.simulated.rates[last.simulated.currents < rheobase] == 0).all()
    assert last.from_reset.currents.size > 2
    assert (last.from_reset.currents <= rheobase).all()
    exact = theory.firing_rate(ExpIFParameters(**BISTABLE), last.from_reset.currents)
    assert last.from_reset.rates == pytest.approx(exact, rel=1e-3)
    assert "■" in last.note
    assert fi.study_columns(last)["fi_from_reset"]["rate"] is last.from_reset.rates
    assert compute(snapshot).curve.from_reset is last.from_reset  # at once, the next time


def test_where_the_start_does_not_matter_there_is_one_kind_of_points():
    [study] = rates.run(choice(), False)
    assert fi.study_columns(study)["fi_from_reset"]["I"].size == 0
    assert "■" not in study.note


def test_the_line_at_rest_ends_with_the_axis():
    low, high = curve.both(curve.key_of(choice(I=-5.0, V_reset=-40.0)))
    assert low == pytest.approx(curve.key_of(choice(I=-5.0, V_reset=-40.0)).span[0])
    assert high == theory.rheobase(ExpIFParameters())
    assert np.isfinite([low, high]).all()
