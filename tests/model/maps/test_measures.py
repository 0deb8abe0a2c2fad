"""Measures: a map holds what the theory and the simulations say point by point."""

import numpy as np
import pytest

from model import ExpIFParameters, fi_curve, maps, stimuli, theory
from model.maps.measures import MEASURES
from model.theory.each import firing_rates, rheobases

P = ExpIFParameters()
I = np.array([0.0, 1.0, 1.7, 5.0, 10.0])


def neuron(**changes):
    return P.numbers()._replace(**changes)


def test_exact_rates_of_many_neurons_are_those_of_each_to_the_last_bit():
    V_T, delta_T = np.linspace(-66.0, -50.0, 9)[:, None], np.linspace(0.05, 8.0, 7)
    V_reset, tau_ref = np.linspace(-70.0, -50.0, 9)[:, None], np.linspace(0.0, 5.0, 7)
    rates = firing_rates(neuron(V_T=V_T, delta_T=delta_T, V_reset=V_reset, tau_ref=tau_ref), 3.0)
    lowest = rheobases(neuron(V_T=V_T, delta_T=delta_T))
    for i, j in np.ndindex(9, 7):
        one = neuron(V_T=V_T[i, 0], delta_T=delta_T[j], V_reset=V_reset[i, 0], tau_ref=tau_ref[j])
        assert rates[i, j] == theory.firing_rate(one, 3.0)
        assert lowest[i, j] == theory.rheobase(one)
    assert 0 < (rates == 0.0).sum() < rates.size


def test_exact_rates_refuse_a_current_that_no_membrane_bears():
    with pytest.raises(ValueError, match="The current I is too large"):
        firing_rates(neuron(R=np.array([1.0, 1e4])), 1e9)


def test_a_map_of_exact_rates_and_rheobases_is_the_theory():
    found = maps.sweep(P, {"delta_T": [1.0, 3.48], "I": I}, "exact")
    np.testing.assert_array_equal(found.rate[1], theory.firing_rate(P, I))
    np.testing.assert_array_equal(found.rate[0], theory.firing_rate(neuron(delta_T=1.0), I))
    lowest = maps.sweep(P, {"delta_T": [1.0, 3.48]}, "rheobase")
    assert lowest.rheobase.values.tolist() == [theory.rheobase(neuron(delta_T=d)) for d in (1.0, 3.48)]


def test_a_map_under_noise_holds_rate_and_cv():
    found = maps.sweep(P, {"sigma": [0.0, 2.0], "I": I}, "exact_noise")
    np.testing.assert_array_equal(found.rate.sel(sigma=2.0), theory.stationary_rate(P, I, 2.0))
    np.testing.assert_array_equal(found.cv, [theory.cv(P, I, 0.0), theory.cv(P, I, 2.0)])


def test_the_gain_has_its_frequencies_as_an_axis():
    found = maps.sweep(P, {"I": I}, "gain", options={"sigma": 3.0, "f": [1.0, 30.0]})
    response = theory.susceptibility(P, I[:, None], 3.0, [1.0, 30.0])
    np.testing.assert_array_equal(found.gain, np.abs(response))
    np.testing.assert_array_equal(found.phase, np.degrees(np.angle(response)))
    assert found.gain.dims == ("I", "f")
    assert (found.f.units, found.gain.units, found.phase.units) == ("Hz", "Hz/nA", "degree")


def test_the_latency_is_counted_from_rest_or_from_where_one_says():
    rest = float(theory.fixed_points(P, 0.0).stable)
    found = maps.sweep(P, {"I": I}, "latency")
    np.testing.assert_array_equal(found.latency, theory.latency(P, I, rest))
    assert np.isinf(found.latency[0])
    other = maps.sweep(P, {"I": I}, "latency", options={"V_init": -60.0})
    np.testing.assert_array_equal(other.latency, theory.latency(P, I, -60.0))


def test_simulated_rates_and_cvs_agree_with_the_theory():
    noise = {"sigma": 3.0, "neurons": 50, "duration": 1000.0}
    found = maps.sweep(P, {"I": [3.0, 8.0]}, "rate", options=noise, seed=5)
    assert (np.abs(found.rate - theory.stationary_rate(P, [3.0, 8.0], 3.0)) < 4.0 * found.rate_error).all()
    spread = maps.sweep(P, {"I": [3.0, 8.0]}, "cv", options=noise, seed=5)
    assert (np.abs(spread.cv - theory.cv(P, [3.0, 8.0], 3.0)) < 4.0 * spread.cv_error).all()


def test_without_noise_a_simulated_map_is_the_f_I_curve():
    found = maps.sweep(P, {"tau": [5.0, 10.0], "I": I}, "rate", options={"duration": 300.0})
    np.testing.assert_array_equal(found.rate[1], fi_curve(P, I, 300.0).rates)


def test_the_cv_of_a_silent_neuron_is_missing():
    found = maps.sweep(P, {"I": [0.0, 10.0]}, "cv", options={"duration": 300.0, "neurons": 2})
    assert np.isnan(found.cv[0])
    assert found.cv[1] < 8.5e-5  # regular firing, as exactly as the scheme times it


def test_a_stimulus_lends_its_quantities_as_axes():
    grid = {"frequency": [5.0, 20.0], "I": [2.0, 6.0, 9.0]}
    options = {"stimulus": stimuli.Sine(I_swing=3.0), "duration": 500.0}
    found = maps.sweep(P, grid, "rate", options=options)
    assert (found.rate[:, 2] > found.rate[:, 0]).all()
    assert found.frequency.units == "Hz"
    assert (found.attrs["stimulus"], found.attrs["I_swing"]) == ("Sine", 3.0)


def test_a_point_without_an_answer_is_missing_and_the_map_says_why():
    found = maps.sweep(P, {"I": [1.0, 2.0]}, "gain", options={"sigma": 2.0, "f": [1.0]})
    assert "note" not in found.attrs
    stuck = neuron(V_reset=-56.0)  # it can rest and fire below rheobase
    found = maps.sweep(stuck, {"I": [1.0, 20.0]}, "exact_noise", options={"sigma": 0.001})
    assert np.isnan(found.rate[0])
    assert found.rate[1] == theory.stationary_rate(stuck, 20.0, 0.001)
    assert found.attrs["note"].startswith("At some points there is no value: The noise is too weak")


def test_an_own_measure_is_a_function_of_neuron_currents_and_seed():
    seen = []

    def steepness(p, I, seed, power=1.0):
        seen.append((p, I.copy(), seed))
        return p.delta_T * I**power

    found = maps.sweep(P, {"delta_T": [1.0, 2.0], "I": np.arange(100.0)}, steepness, options={"power": 2.0})
    np.testing.assert_array_equal(found.steepness, np.outer([1.0, 2.0], np.arange(100.0) ** 2))
    assert max(I.size for _, I, _ in seen) == 64
    several = maps.sweep(P, {"I": [1.0, 2.0]}, lambda p, I, seed: {"twice": 2 * I, "loud": I > 1.5})
    assert (several.twice.values.tolist(), several.loud.values.tolist()) == ([2.0, 4.0], [0.0, 1.0])


def test_an_own_measure_may_say_its_units():
    mine = maps.Measure("double", lambda p, I, seed: {"double": 2 * I}, (maps.Mapped("double", "nA", "twice I"),))
    found = maps.sweep(P, {"I": [1.0, 2.0]}, mine)
    assert (found.double.units, found.double.long_name) == ("nA", "twice I")


def test_every_tile_has_a_seed_of_its_own():
    found = maps.sweep(P, {"tau": [5.0, 6.0], "I": np.arange(130.0)}, lambda p, I, seed: {"seed": I * 0 + seed % 2**50})
    assert np.unique(found.seed).size == 6
    other = maps.sweep(P, {"tau": [5.0, 6.0], "I": np.arange(130.0)}, lambda p, I, seed: {"seed": I * 0 + seed % 2**50},
                       seed=1)  # fmt: skip
    assert not np.isin(other.seed, found.seed).any()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"measure": "size"}, "measure must be one of exact, exact_noise, rate, .*, or a function of"),
        ({"options": {"I": 1.0}}, "I is an axis and an option"),
        ({"measure": "exact", "options": {"sigma": 1.0}}, "The measure exact does not know 'sigma'"),
        ({"options": {"length": 1.0}}, "The measure rate does not know 'length'"),
        ({"options": {"delta_T": 1.0}}, "The measure rate does not know 'delta_T'"),
        ({"measure": "rheobase"}, "The measure rheobase does not know 'I'; .* it takes nothing"),
        ({"grid": {"tau": [1.0]}, "measure": "exact"}, "The measure exact needs a current: give I as an axis"),
        ({"options": {"duration": -1.0}}, "^duration must be between 0.01"),
        ({"options": {"sigma": -1.0}}, "sigma must be between"),
        ({"options": {"stimulus": 5}}, "stimulus must be one of model.stimuli"),
        ({"measure": "exact", "options": {"stimulus": stimuli.Sine()}}, "is for a constant current"),
        ({"seed": None}, "A map needs a seed"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"points": 0}, "points must be a whole number from 1 upwards"),
        ({"workers": 0}, "workers must be a whole number from 1 upwards"),
        ({"client": 5}, r"client must be a distributed.Client"),
        ({"device": "abacus"}, "device must be one of cpu, cuda"),
        ({"cancel": 5}, "cancel must be a function"),
        ({"progress": 5}, "progress must be True, or a function"),
        ({"p": 5}, "The neuron must be given as ExpIFParameters"),
        ({"grid": {"I": np.arange(10_000.0), "tau": np.linspace(1, 9, 10_000)}, "measure": "exact"},
         r"This map would have 1e\+08 numbers, and 5e\+07 are allowed. Choose fewer points, or a store"),
    ],
)  # fmt: skip
def test_what_cannot_be_mapped_is_refused_in_a_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        maps.sweep(**{"p": P, "grid": {"I": [1.0, 2.0]}, **arguments})


def test_what_returns_no_number_for_each_current_is_refused():
    with pytest.raises(TypeError, match="must return one number for each of the 1 currents"):
        maps.sweep(P, {"I": [1.0, 2.0]}, lambda p, I, seed: 5.0)


def test_a_result_must_not_be_called_like_an_axis():
    with pytest.raises(ValueError, match="calls a result I, which is the name of something else"):
        maps.sweep(P, {"I": [1.0, 2.0]}, lambda p, I, seed: {"I": I})


def test_every_measure_has_units_and_names():
    for measure in MEASURES.values():
        assert measure.results
        assert all(each.long_name for each in measure.results)
