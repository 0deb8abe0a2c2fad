"""Each tab: exact theory and simulation agree, the answer gets better, and odd choices get a sentence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import costs, curve
from dashboard.result import compute
from dashboard.session import Session
from dashboard.studies import density, intervals, kick, raster, rates, response
from dashboard.tabs import TABS
from dashboard.update import of_study
from dashboard.views import density as density_view
from model import ExpIFParameters, experiments, theory
from model.quantity import Quantity


def choice(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


NOISY = {"I": 3.0, "sigma": 4.0}


def parts_of(shown):
    """The results of each part alone, (parts, n), from running means."""
    means = np.array([each.simulated for each in shown if each.simulated.size])
    count = np.arange(1, len(means) + 1)[:, None]
    return np.diff(means * count, axis=0, prepend=np.zeros((1, means.shape[1])))


def binned(density, centres):
    """The mean of an exact density over each bin."""
    width = np.diff(centres)[0]
    return np.mean([density(centres + width * shift) for shift in (np.arange(20) + 0.5) / 20 - 0.5], axis=0)


@pytest.mark.parametrize("neuron", [{}, {"tau": 1.0}, {"tau": 50.0}])
def test_rates_under_noise_lie_on_the_exact_curve_within_their_errors(neuron):
    every = list(rates.run(choice(**NOISY, **neuron), False))
    first, last = every[0].simulated, every[-1].simulated
    exact = theory.stationary_rate(ExpIFParameters(**neuron), last.currents, 4.0)
    assert np.abs((last.rates - exact) / last.errors).max() < 4
    assert last.errors.max() < 0.5 * first.errors.max()
    assert every[-1].note.endswith("standard error.")


def test_rates_of_runs_that_are_too_short_to_be_stationary_say_so():
    assert "too short to be stationary" in next(rates.run(choice(**NOISY, tau=1000.0), False)).note


def test_finished_points_under_noise_are_shown_at_once_the_next_time():
    snapshot = choice(I=2.0, sigma=3.0, seed=5)
    assert compute(snapshot).curve.simulated.currents.size == 0
    *_, last = rates.run(snapshot, False)
    assert compute(snapshot).curve.simulated is last.simulated
    assert len(list(rates.run(snapshot, False))) == 1


def test_remembered_curves_do_not_pile_up():
    key = curve.key_of(choice(**NOISY))
    for seed in range(curve.REMEMBERED + 50):
        curve.keep_points(key._replace(seed=10**6 + seed), curve.NONE)
    assert len(curve._finished) == curve.REMEMBERED


@pytest.mark.parametrize("choices", [{}, {"tau": 1.0}, {"tau": 200.0, "I": 10.0}, {"I": 0.0, "sigma": 2.5}])
def test_the_histogram_of_intervals_follows_the_exact_density(choices):
    choices = NOISY | choices
    *_, last = intervals.run(choice(**choices), False)
    p, I, sigma = ExpIFParameters(tau=choices.get("tau", 10.0)), choices["I"], choices["sigma"]
    said = last.note.split()
    count, width = int(said[said.index("intervals).") - 1]), np.diff(last.centres)[0]
    edges = np.append(last.centres - width / 2, last.centres[-1] + width / 2)
    share = np.diff(theory.isi_distribution(p, I, sigma, edges))
    seen = share * count > 10
    z = (last.simulated * width - share)[seen] / np.sqrt(share * (1 - share) / count)[seen]
    assert np.abs(z).max() < 4.5
    assert float(said[1]) == pytest.approx(theory.cv(p, I, sigma), abs=1e-3)
    assert float(said[4]) == pytest.approx(float(said[1]), rel=0.02)


@pytest.mark.parametrize("choices", [{}, {"tau": 1.0}, {"tau": 200.0}, {"I": -1.0, "sigma": 2.0}])
def test_the_histogram_of_the_potential_follows_the_exact_density(choices):
    choices = NOISY | choices
    shown = list(density.run(choice(**choices), False))
    p, last = ExpIFParameters(tau=choices.get("tau", 10.0)), shown[-1]
    exact = binned(lambda V: theory.density(p, choices["I"], choices["sigma"], V), last.centres)
    parts = parts_of(shown)
    error = parts.std(axis=0, ddof=1) / np.sqrt(len(parts))
    seen = exact > 0.03 * exact.max()
    z = (last.simulated - exact)[seen] / error[seen]
    assert np.abs(z).max() < 6  # of 20 parts: the errors are themselves uncertain
    assert np.sqrt(np.mean(z**2)) < 2
    width = np.diff(last.centres)[0]
    rate = theory.stationary_rate(p, choices["I"], choices["sigma"])
    assert width * last.simulated.sum() + rate * 1.7e-3 == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("choices", [{}, {"I": 1.63}, {"delta_T": 0.5, "V_reset": -60.5}, {"tau_ref": 0.0}])
def test_without_noise_the_potential_is_where_the_flow_is_slow_and_held_at_the_reset(choices):
    *_, last = density.run(choice(**choices), False)
    n = choice(**choices).neuron
    free = 1.0 - n.tau_ref / theory.period(n, choices.get("I", 10.0))
    assert np.trapezoid(last.exact, last.V) == pytest.approx(free, rel=2e-3)
    assert (last.V[0], last.V[-1]) == (n.V_reset, n.V_th)
    assert last.held.tolist() == ([n.V_reset] if n.tau_ref else [])
    assert f"held at V_reset for {100 * (1 - free):.3g} %" in last.note
    width = np.diff(last.centres)[0]
    assert width * last.simulated.sum() == pytest.approx(free, abs=0.01)
    exact = binned(lambda V: theory.regular_density(n, choices.get("I", 10.0), V), last.centres)
    slow = exact > 0.1 * exact.max()
    assert last.simulated[slow] == pytest.approx(exact[slow], rel=0.15)


def test_below_the_rheobase_the_potential_has_no_density_without_noise():
    [shown] = density.run(choice(I=1.0), False)
    assert "rests at one value" in shown.note
    assert "Raise σ" in shown.note
    assert shown.V.size == shown.held.size == 0


@pytest.mark.parametrize("choices", [
    {"sigma": 10.0}, {"sigma": 10.0, "dt": 0.5}, {"I": -50.0, "sigma": 4.0}, {"I": 3.0, "sigma": 4.0},
    {"I": 0.0, "sigma": 100.0}, {"R": 1e3, "I": -100.0, "sigma": 1.0},
])  # fmt: skip
def test_the_axis_of_the_potential_cuts_no_density_off(choices):
    first = next(density.run(choice(**choices), False))
    low, high = density_view.study_ranges(first)[1]
    p, I, sigma = ExpIFParameters(R=choices.get("R", 1.0)), choices.get("I", 10.0), choices["sigma"]
    V = np.concatenate([np.linspace(low, high, 20_001), first.V[first.V >= low]])
    inside = theory.density(p, I, sigma, np.unique(V))
    assert np.trapezoid(inside, np.unique(V)) + theory.stationary_rate(p, I, sigma) * 1.7e-3 > 0.99
    assert theory.density(p, I, sigma, low) < 2e-3 * first.exact.max()


@pytest.mark.parametrize(("choices", "possible"), [({}, False), ({"I": -5.0, "sigma": 1.0}, False), (NOISY, True)])
def test_a_study_says_whether_anything_can_be_measured(choices, possible):
    first = next(response.run(choice(**choices), False))
    assert first.measurable == possible
    assert of_study(first, "response").texts["measurable"] == possible


def test_a_part_is_no_longer_than_a_run_may_be():
    assert density.times(choice(I=-5.0, sigma=1.0, dt=5.0, tau=1000.0))[0] <= 1e6


def test_a_raster_shorter_than_a_step_has_one():
    shown = next(raster.run(choice(duration=0.01, dt=0.1), False))
    assert shown.duration == pytest.approx(0.1)
    assert np.isfinite(shown.rate).all()


def test_noise_that_is_large_for_the_step_gives_the_exact_rates_all_the_same():
    *_, last = rates.run(choice(I=3.0, sigma=8.0, delta_T=0.5), False)
    exact = theory.stationary_rate(ExpIFParameters(delta_T=0.5), last.simulated.currents, 8.0)
    assert (last.simulated.errors < 0.05 * exact).all()
    assert (np.abs(last.simulated.rates - exact) < 4.0 * last.simulated.errors + 0.004 * exact).all()
    assert "coarse" not in last.note


def test_what_euler_makes_of_noise_is_named():
    *_, last = rates.run(choice(method="euler", **NOISY), False)
    assert "euler resets on the time grid" in last.note


def test_lines_say_that_they_are_exact_for_white_noise_where_the_noise_remembers():
    for study in (rates, intervals, density):
        *_, last = study.run(choice(tau_noise=5.0, **NOISY), False)
        assert "for white noise" in last.note
    [shown] = response.run(choice(tau_noise=5.0, **NOISY), False)
    assert "With white noise" in shown.note


def test_noise_that_remembers_makes_longer_intervals_less_alike():
    *_, white = intervals.run(choice(**NOISY), False)
    *_, slow = intervals.run(choice(tau_noise=20.0, **NOISY), False)
    assert np.abs(slow.simulated - white.simulated).max() > 0.1 * white.simulated.max()


def test_the_frequency_response_is_measured_only_when_asked_for():
    assert len(list(response.run(choice(**NOISY), False))) == 1
    *_, last = response.run(choice(**NOISY), True)
    exact = theory.susceptibility(ExpIFParameters(), 3.0, 4.0, last.measured_f)
    assert last.measured_f.max() == 1000.0
    assert (np.abs(last.measured_gain - np.abs(exact)) < 4 * last.measured_error).all()
    assert (last.measured_error < 0.05 * np.abs(exact)).all()
    assert np.abs(last.measured_lag - np.interp(last.measured_f, last.f, last.lag)).max() < 15


def test_a_measured_phase_is_shown_in_the_turn_of_the_exact_one():
    lag = np.full(response.FREQUENCIES.size, -200.0)
    assert response.measured_point(10.0, np.exp(1j * np.radians(150.0)), 0.1, lag)[3] == pytest.approx(-210.0)


def test_where_the_finite_cut_off_bends_the_gain_is_computed():
    assert "bends" not in next(response.run(choice(**NOISY), False)).note
    assert "near 2100 Hz the finite V_th bends it" in next(response.run(choice(**NOISY, tau=200), False)).note


def test_a_neuron_that_hardly_fires_is_not_measured():
    *_, last = response.run(choice(I=-5.0, sigma=1.0), True)
    assert last.measured_f.size == 0
    assert "too few spikes" in last.note


@pytest.mark.parametrize(("choices", "said"), [
    ({"I": 1.0, "sigma": 2.0}, "Without noise the neuron is silent"),
    ({"I": theory.rheobase(ExpIFParameters()) + 1e-7}, "too long"),
    ({"I": 0.0, "V_reset": -50.0}, "could silence it"),
    ({"I": 5.0, "R": 1e4, "tau_ref": 0}, "too short"),
])  # fmt: skip
def test_where_kicks_make_no_sense_the_study_says_why(choices, said):
    *_, last = kick.run(choice(**choices), False)
    assert said in last.note
    assert last.measured.size == 0


def test_close_to_the_rheobase_the_kicks_are_small_enough_to_be_linear():
    *_, last = kick.run(choice(I=1.63), False)
    assert np.abs(last.measured - theory.phase_response(ExpIFParameters(), 1.63, last.measured_phase)).max() < (
        0.02 * last.exact.max()
    )


@pytest.mark.parametrize("study", [intervals, density, response, kick])
def test_with_a_changing_current_the_caption_names_the_constant_one(study):
    assert next(study.run(choice(kind="sine", sigma=4.0), False)).note.startswith("For a constant current of 5 nA: ")


def test_without_noise_a_noisy_current_is_frozen():
    [shown] = raster.run(choice(kind="white noise"), False)
    assert "the same frozen current" in shown.note


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


@pytest.mark.parametrize("study", [intervals, response])
def test_without_noise_the_study_says_what_to_do(study):
    [shown] = study.run(choice(), False)
    assert "Raise σ" in shown.note or "Raise sigma" in shown.note


def test_a_silent_neuron_has_no_phase():
    [shown] = kick.run(choice(I=1.0), False)
    assert "silent" in shown.note


def test_rare_spikes_are_not_waited_for():
    [shown] = intervals.run(choice(I=-5.0, sigma=1.0), False)
    assert "too few" in shown.note


DEAR = [
    {"I": 30.0, "tau": 0.5, "tau_ref": 0, "duration": 1e5, "sigma": 1.0},
    {"R": 1e4, "tau": 0.1, "tau_ref": 0, "sigma": 1.0},
    {"R": 1e4, "tau_ref": 0, "sigma": 4.0},
    {"dt": 5e-4, "sigma": 4.0},
    {"dt": 5.0, "tau": 0.1, "sigma": 4.0, "duration": 1e5},
    {"tau": 1000.0, "sigma": 4.0},
    {"tau": 0.2, "dt": 5.0, "sigma": 100.0, "V_T": 100.0, "V_th": 100.0},  # every step may graze V_th
    {"V_T": -150.0, "V_reset": -20.0, "V_th": 100.0, "delta_T": 20.0, "tau_ref": 0, "I": -1000.0, "sigma": 0.1},
    {"kind": "pulses", "duration": 150.0, "dt": 1e-4, "sigma": 0.1},
    {"kind": "ramp", "I": 4.5, "I_base": 1e4, "onset": 111.0, "tau_ref": 0, "duration": 1e5, "dt": 0.3, "sigma": 4.0},
]


@pytest.mark.parametrize("choices", DEAR)
@pytest.mark.parametrize("study", [rates, intervals, density, raster, response])
def test_no_part_of_a_study_costs_more_than_its_budget(study, choices, monkeypatch):
    spent = []

    def counted(module, name, spikes_of):
        run = getattr(module, name)

        def counting(p, I, duration, dt, *, sigma, **settings):
            result = run(p, I, duration, dt, sigma=sigma, **settings)
            neurons = settings.get("neurons", 1) * (np.size(I) if name == "fi_curve" else 1)
            recorded = name == "simulate"
            per_ms = costs.recorded_per_ms(p, dt) if recorded else costs.steps_per_ms(p, dt, sigma=sigma)
            spent.append(duration * per_ms * neurons + costs.SPIKE * spikes_of(result))
            return result

        monkeypatch.setattr(module, name, counting)

    counted(rates, "fi_curve", lambda found: found.counts.sum())
    counted(intervals, "spike_trains", lambda found: found.t.size)
    counted(raster, "spike_trains", lambda found: found.t.size)
    counted(density, "simulate", lambda found: found.spikes.size)

    counted(experiments, "spike_trains", lambda found: found.t.size)
    try:
        assert list(zip(study.run(choice(**choices), True), range(4), strict=False))
    except ValueError as refused:  # the run itself is too long already
        if "This run is too long" not in str(refused):
            raise
    assert max(spent, default=0.0) < 1.3 * costs.PART  # the rate is expected, not known


def test_a_raster_of_a_run_that_is_too_long_is_refused_before_its_current_is_sampled(monkeypatch):
    monkeypatch.setattr(raster, "current_of", lambda *given: pytest.fail("It was sampled."))
    with pytest.raises(ValueError, match="This run is too long: it has 1e\\+10 steps"):
        next(raster.run(choice(duration=1e6, dt=1e-4, sigma=1.0), False))


def test_intervals_too_regular_for_their_exact_density_are_only_simulated(monkeypatch):
    monkeypatch.setattr(theory, "isi_density", lambda *given: pytest.fail("It was computed."))
    *_, last = intervals.run(choice(I=20.0, sigma=0.1), False)
    assert last.t.size == last.exact.size == 0
    assert last.simulated.max() > 0
    assert last.note.startswith("CV 0.006 exact, too regular for a line, 0.006 simulated")


def test_the_least_noise_of_the_slider_has_an_exact_density_of_intervals():
    assert next(intervals.run(choice(sigma=0.1), False)).exact.max() > 1.0


@pytest.mark.parametrize(("choices", "said"), [
    ({"I": 1.7, "tau": 1000.0, "sigma": 0.001}, "so regular that their response takes too long"),
    ({"V_rest": -200, "V_T": -200, "V_reset": 159, "V_th": 159.1, "delta_T": 20, "tau": 1000, "R": 0.001,
      "sigma": 0.015}, "so regular that their response takes too long"),  # short from V_reset, but long from the leak
    ({"I": -5.0, "sigma": 1.0}, "too few spikes to respond"),
])  # fmt: skip
def test_a_response_that_takes_too_long_or_is_none_is_not_computed(choices, said, monkeypatch):
    monkeypatch.setattr(theory, "susceptibility", lambda *given: pytest.fail("It was computed."))
    [shown] = response.run(choice(**choices), True)
    assert shown.f.size == 0
    assert said in shown.note


def test_no_part_of_the_phase_response_costs_more_than_its_budget(monkeypatch):
    for choices, parts in [({"I": 5.0}, 5), ({"I": 1.63, "tau": 12.0}, 11), ({"I": 1.63, "tau": 20.0}, 21)]:
        spent = []

        def kicked(p, I, phases, kick, dt, spent=spent):
            period = theory.period(p, I)
            spent.append(6 * period * costs.recorded_per_ms(p, min(dt, period / 20)) * phases.size)
            return phases

        monkeypatch.setattr(experiments, "kicked", kicked)
        assert len(list(kick.run(choice(**choices), False))) == parts
        assert max(spent) <= costs.PART


def test_a_period_that_is_too_long_for_kicks_has_an_exact_line():
    [shown] = kick.run(choice(I=1.63, tau=100.0), False)
    assert shown.exact.max() > 0
    assert shown.measured.size == 0
    assert "its period is 8.15 s, too long" in shown.note


def test_the_points_without_noise_are_bounded_by_their_spikes():
    shown, problem = curve.points_on_device(
        curve.key_of(choice(kind="step", length=0, R=5599.4, tau=0.1, tau_ref=0, delta_T=5.1))
    )
    assert shown.currents.size == 0
    assert "too many" in problem


@pytest.mark.parametrize("choices", [{"R": 0.001, "delta_T": 0.2}, {"I": 9600.0}, {"I": -9600.0}])
def test_the_curve_stays_within_the_currents_that_are_allowed(choices):
    low, high = curve.key_of(choice(**choices)).span
    assert -1e4 <= low < high <= 1e4
    assert curve.points_on_device(curve.key_of(choice(**choices)))[0].currents.size == curve.POINTS


def test_what_does_not_matter_is_not_part_of_the_key():
    assert curve.key_of(choice(seed=3)) == curve.key_of(choice(seed=4))
    assert curve.key_of(choice(seed=3, sigma=1)) != curve.key_of(choice(seed=4, sigma=1))
    assert curve.key_of(choice(sigma=1, device="cuda")) == curve.key_of(choice(sigma=1))


def test_a_device_that_failed_once_is_asked_again(monkeypatch):
    key, why = curve.key_of(choice(I=7.25))._replace(device="cuda"), ["It sleeps."]

    def checked(device):
        if device == "cuda":
            raise RuntimeError(why[0])
        return device

    monkeypatch.setattr(curve.devices, "checked_device", checked)
    assert curve.points_on_device(key)[1] == "It sleeps. The CPU is used instead."
    why[0] = "It is gone."
    assert curve.points_on_device(key)[1] == "It is gone. The CPU is used instead."


def test_rates_beyond_all_numbers_are_left_out_with_a_sentence():
    shown = curve.curve(curve.key_of(choice(tau_ref=0, V_th=199, V_reset=150, delta_T=0.1)))
    assert np.isfinite(shown.rates).all()
    assert "beyond all numbers" in shown.problem


REFUSALS = ("noise is too weak", "noise has no time to act", "sigma must be", "spikes without end", "cannot follow",
            "does not fire regularly", "too long", "more than", "Neither axis")  # fmt: skip


@settings(max_examples=60)
@given(data=st.data(), tab=st.sampled_from(list(TABS)))
def test_whatever_is_chosen_a_study_begins_finite_or_with_a_sentence(data, tab):
    session = Session()
    for name, owner in session.members().items():
        declared = owner.param[name]
        if isinstance(declared, Quantity) and name not in ("duration", "dt", "seed"):
            bounds = declared.bounds if data.draw(st.booleans()) else declared.get_soft_bounds()
            session.choose({name: data.draw(st.floats(*bounds))})
    session.choose({"sigma": data.draw(st.sampled_from([0.0, 0.5, 5.0]))})
    try:
        shown = next(TABS[tab].study.run(session.snapshot(), False))
    except ValueError as error:
        said = str(error)
        assert any(known in said for known in REFUSALS), said
        return
    assert shown.note.endswith((".", ". ", "%."))
    for view in TABS[tab].views.values():
        for columns in view.study_columns(shown).values() if hasattr(view, "study_columns") else ():
            for column in columns.values():
                if column.dtype.kind == "f":
                    with_gaps = tab == "map"  # between two lines; and a neuron may have no value
                    assert (np.isfinite(column) | (with_gaps & np.isnan(column))).all()
        if hasattr(view, "study_ranges"):
            for low, high in view.study_ranges(shown):
                assert low < high
