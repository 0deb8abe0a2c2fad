"""Each tab: exact theory and simulation agree, the answer gets better, and odd choices get a sentence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import curve
from dashboard.result import compute
from dashboard.session import Session
from dashboard.studies import density, intervals, kick, raster, rates, response
from dashboard.tabs import TABS
from model import ExpIFParameters, theory
from model.quantity import Quantity


def choice(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


NOISY = {"I": 3.0, "sigma": 4.0}


def test_rates_under_noise_lie_on_the_exact_curve_within_their_errors():
    every = list(rates.run(choice(**NOISY), False))
    first, last = every[0].simulated, every[-1].simulated
    exact = theory.stationary_rate(ExpIFParameters(), last.currents, 4.0)
    assert np.abs((last.rates - exact) / last.errors).max() < 4
    assert last.errors.max() < 0.5 * first.errors.max()
    assert every[-1].note.endswith("standard error.")


def test_finished_points_under_noise_are_shown_at_once_the_next_time():
    snapshot = choice(I=2.0, sigma=3.0, seed=5)
    assert compute(snapshot).curve.simulated.currents.size == 0
    *_, last = rates.run(snapshot, False)
    assert compute(snapshot).curve.simulated is last.simulated
    assert len(list(rates.run(snapshot, False))) == 1


def test_remembered_curves_do_not_pile_up():
    key = curve.key_of(choice(**NOISY))
    for seed in range(curve.REMEMBERED + 50):
        curve.keep(key._replace(seed=10**6 + seed), curve.NONE)
    assert len(curve._finished) == curve.REMEMBERED


def test_the_histogram_of_intervals_follows_the_exact_density():
    *_, last = intervals.run(choice(**NOISY), False)
    exact = theory.isi_density(ExpIFParameters(), 3.0, 4.0, last.centres)
    assert np.abs(last.simulated - exact).max() < 0.06 * exact.max()
    said = last.note.split()
    assert float(said[1]) == pytest.approx(theory.cv(ExpIFParameters(), 3.0, 4.0), abs=1e-3)
    assert float(said[3]) == pytest.approx(float(said[1]), rel=0.02)


def test_the_histogram_of_the_potential_follows_the_exact_density():
    *_, last = density.run(choice(**NOISY), False)
    exact = theory.density(ExpIFParameters(), 3.0, 4.0, last.centres)
    assert np.abs(last.simulated - exact).max() < 0.06 * exact.max()
    width = np.diff(last.centres)[0]
    rate = theory.stationary_rate(ExpIFParameters(), 3.0, 4.0)
    assert width * last.simulated.sum() + rate * 1.7e-3 == pytest.approx(1, abs=0.01)


def test_the_frequency_response_is_measured_only_when_asked_for():
    assert len(list(response.run(choice(**NOISY), False))) == 1
    *_, last = response.run(choice(**NOISY), True)
    exact = theory.susceptibility(ExpIFParameters(), 3.0, 4.0, last.measured_f)
    assert last.measured_f.size == response.MEASURED.size
    assert (np.abs(last.measured_gain - np.abs(exact)) < 4 * last.measured_error + 0.03 * np.abs(exact)).all()


def test_kicks_lie_on_the_exact_phase_response():
    *_, last = kick.run(choice(I=5.0), False)
    exact = theory.phase_response(ExpIFParameters(), 5.0, last.measured_phase)
    assert last.measured == pytest.approx(exact, abs=0.02 * exact.max())


def test_the_population_of_the_raster_fires_at_the_exact_rate():
    [shown] = raster.run(choice(**NOISY, duration=5000), False)
    assert shown.exact == pytest.approx(theory.stationary_rate(ExpIFParameters(), 3.0, 4.0))
    assert shown.rate[5:].mean() == pytest.approx(shown.exact, rel=0.05)
    assert set(shown.neuron) == set(range(1, 51))


def test_the_raster_of_a_changing_current_shows_no_exact_rate():
    [shown] = raster.run(choice(kind="sine", sigma=2.0), False)
    assert np.isnan(shown.exact)


@pytest.mark.parametrize("study", [intervals, density, response])
def test_without_noise_the_study_says_what_to_do(study):
    [shown] = study.run(choice(), False)
    assert "Raise σ" in shown.note or "Raise sigma" in shown.note


def test_a_silent_neuron_has_no_phase():
    [shown] = kick.run(choice(I=1.0), False)
    assert "silent" in shown.note


def test_rare_spikes_are_not_waited_for():
    [shown] = intervals.run(choice(I=-5.0, sigma=1.0), False)
    assert "too few" in shown.note


@settings(max_examples=25)
@given(data=st.data(), tab=st.sampled_from(list(TABS)))
def test_whatever_is_chosen_a_study_begins_finite_or_with_a_sentence(data, tab):
    session = Session()
    for owner, name in list(session.members()):
        declared = owner.param[name]
        if isinstance(declared, Quantity) and name not in ("duration", "dt", "seed"):
            session.choose({name: data.draw(st.floats(*declared.get_soft_bounds()))})
    session.choose({"sigma": data.draw(st.sampled_from([0.0, 0.5, 5.0]))})
    try:
        shown = next(TABS[tab].study.run(session.snapshot(), False))
    except ValueError as error:
        said = str(error)
        assert said.endswith(".")
        return
    assert shown.note.endswith((".", ". ", "%."))
    for view in TABS[tab].views.values():
        for columns in view.study_columns(shown).values():
            for column in columns.values():
                assert np.isfinite(column).all()
        if hasattr(view, "study_ranges"):
            for low, high in view.study_ranges(shown):
                assert low < high
