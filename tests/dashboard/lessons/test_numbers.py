"""The numbers of the lessons: those that a teacher has in mind, theory, and what the page itself would show."""

import re

import numpy as np
import pytest

from dashboard.lessons import HERE, names
from dashboard.lessons.formulas import FORMULAS
from dashboard.lessons.reading import read_all
from dashboard.result import compute
from dashboard.session import Session
from dashboard.words import LANGUAGES
from model import simulate, theory
from model.parameters import ExpIFParameters

SHELF = read_all()
CONTENT = {each.name: each.content for each in SHELF.lessons}
BY_HAND = re.compile(r"\d[\d.,]*\s?(Hz|mV|nA|ms|MOhm|pC|%)")


def texts(part):
    """Every text of a lesson, in every language."""
    if isinstance(part, dict):
        if part.keys() == set(LANGUAGES):
            return [part]
        return [text for each in part.values() for text in texts(each)]
    return [text for each in part for text in texts(each)] if isinstance(part, list) else []


def said(name, number, language="en"):
    """The text of a step, with ordinary spaces."""
    return CONTENT[name]["steps"][number - 1]["text"][language].replace("\u00a0", " ")


def test_every_lesson_is_read_and_they_come_in_the_order_of_the_keys():
    assert SHELF.mistakes == {}
    assert [each.name for each in SHELF.lessons] == [
        "rheobase", "leaky", "threshold", "strength", "refractory", "noise", "futures", "response", "integrator",
        "recording",
    ]  # fmt: skip
    assert sorted(CONTENT) == names()


@pytest.mark.parametrize("name", CONTENT)
def test_a_lesson_goes_from_a_prediction_over_doing_and_seeing_to_why_and_where_to_go_on(name):
    kinds = [step["kind"] for step in CONTENT[name]["steps"]]
    assert kinds[0] == "predict"
    assert kinds[-2:] == ["explain", "link"]
    assert {"do", "see"} <= set(kinds)


@pytest.mark.parametrize("name", CONTENT)
def test_every_text_is_there_in_every_language_and_no_two_are_the_same(name):
    for text in texts(CONTENT[name]):
        english, german = text["en"], text["de"]
        assert bool(english) == bool(german)
        if len(english.split()) > 5:
            assert english != german


@pytest.mark.parametrize("name", CONTENT)
def test_no_number_with_a_unit_is_written_by_hand(name):
    raw = re.sub(r"\{\{.*?\}\}", "", (HERE / f"{name}.yml").read_text(encoding="utf-8"))
    assert BY_HAND.search(raw) is None


@pytest.mark.parametrize(("name", "number", "numbers"), [
    ("rheobase", 3, ["−63.9 mV", "−57 mV", "−59.9 mV"]),
    ("rheobase", 4, ["1.62 nA", "801 ms", "1.22 Hz at 1.63 nA", "3.57 Hz at 1.7 nA", "8.26 Hz at 2 nA", "57.7 Hz"]),
    ("leaky", 3, ["31.1 Hz", "rheobase is 5 nA", "57.7 Hz against 81.5 Hz"]),
    ("leaky", 5, ["5 nA at 0.1 mV", "−2.9 nA"]),
    ("threshold", 3, ["57.7 Hz at 30 mV", "57.7 Hz at −30 mV", "57.8 Hz at −40 mV", "59.9 Hz"]),
    ("threshold", 4, ["70 mV", "within 0.033 ms", "17.3 ms"]),
    ("strength", 3, ["70 nA at 1 ms", "35.5 nA", "14.9 nA", "7.99 nA", "4.58 nA", "2.59 nA", "1.98 nA at 100 ms"]),
    ("refractory", 3, ["3590 Hz with τ_ref = 0 ms", "505 Hz with 1.7 ms", "189 Hz with 5 ms"]),
    ("refractory", 4, ["588 Hz for 1.7 ms", "200 Hz for 5 ms", "0.279 ms"]),
    ("noise", 3, ["0 Hz without", "1.4 Hz with 1 mV", "6.17 Hz with 2 mV", "13.85 Hz with 4 mV", "CV is 0.9 "]),
    ("futures", 3, ["−57 mV", "−50 mV"]),
    ("futures", 5, ["111 s on average with 1 mV", "0.48 s with 2 mV"]),
    ("response", 3, ["5.35 and 5.84 Hz/nA", "0.147 and 0.743 Hz/nA", "5 times as well"]),
    ("integrator", 3, ["54.1 Hz with 0.5 ms (−6.4 %)", "57.1 Hz with 0.1 ms", "57.2 Hz with 0.05 ms", "57.74 Hz"]),
    ("recording", 5, ["V_rest = −71 mV", "V_T = −51 mV", "Δ_T = 1.3 mV", "R = 90 MOhm", "τ = 17 ms"]),
])  # fmt: skip
def test_the_numbers_that_a_teacher_has_in_mind(name, number, numbers):
    for each in numbers:
        assert each in said(name, number)


def test_german_numbers_have_a_comma():
    assert "57,7 Hz gegen 81,5 Hz" in said("leaky", 3, "de")


def test_the_done_texts_say_the_rates_of_the_bistable_neuron_and_of_the_one_that_fires_by_itself():
    assert "420" in CONTENT["futures"]["steps"][1]["done"]["en"]
    assert "20.6" in CONTENT["leaky"]["steps"][3]["done"]["en"]


# -- what the lessons claim, simulated --------------------------------------------------------------------------------


def run(**choices):
    """What the page computes of these choices."""
    session = Session()
    assert session.choose(choices) == {}
    return compute(session.snapshot())


def start(name, number=1):
    """What a step of a lesson sets."""
    return CONTENT[name]["steps"][number - 1]["set"]


def test_the_run_of_the_rheobase_hunt_is_long_enough_to_see_the_smallest_current_fire():
    beside = {**start("rheobase")}
    assert run(**{**beside, "I": 1.63}).trace.spikes.size >= 1
    assert run(**{**beside, "I": 1.62}).trace.spikes.size == 0
    assert run(**{**beside, "I": 1.63}).trace.spikes[0] == pytest.approx(801, abs=1)


def test_the_f_i_curves_of_the_gradual_and_the_sharp_neuron_cross():
    rate = FORMULAS["rate"]
    assert rate(I=5) > rate(I=5, delta_T=0.1)
    assert rate(I=10) < rate(I=10, delta_T=0.1)
    assert run(I=0, delta_T=8).rate == pytest.approx(20.6, abs=0.1)


def test_the_first_pulse_of_two_lessons_is_too_weak_and_one_beyond_the_exact_strength_fires():
    assert run(**start("strength")).trace.spikes.size == 0
    assert run(**{**start("strength"), "I": 15}).trace.spikes.size == 1
    assert run(**start("futures")).trace.spikes.size == 0
    bistable = run(**{**start("futures"), "I": 15})
    assert bistable.trace.spikes.size > 50
    assert bistable.trace.spikes[-1] > 290  # long after the pulse


def test_both_pulses_of_the_pair_are_too_weak_alone():
    [pair] = [each for each in CONTENT["strength"]["steps"][-1]["links"] if each["set"].get("count") == 2]
    assert pair["set"]["I"] < FORMULAS["smallest_pulse"](pair["set"]["width"])
    assert run(**{**pair["set"], "count": 1}).trace.spikes.size == 0
    assert run(**pair["set"]).trace.spikes.size >= 1


def test_above_the_ceiling_no_current_gets():
    assert run(I=1000, tau_ref=0, duration=100).rate > 3000
    assert 189 < run(I=1000, tau_ref=5, duration=100).rate < 200


def test_noise_fires_below_the_rheobase_whatever_the_seed_and_hardly_changes_the_rate_above_it():
    for seed in range(8):
        assert run(**{**start("noise"), "sigma": 2, "seed": seed}).trace.spikes.size >= 3
    rate = FORMULAS["rate"]
    assert rate(I=5, sigma=4) / rate(I=5) < 1.1 < 2 < rate(I=1, sigma=4) / rate(I=1, sigma=1)


def test_noise_pushes_the_bistable_neuron_over_and_it_stays():
    for seed in range(8):
        spikes = simulate(ExpIFParameters(V_reset=-50), 0.0, duration=6000, sigma=2.0, seed=seed).spikes
        assert spikes.size > 20
        assert np.diff(spikes).max() < 50  # from the first spike on it never rests again


def test_the_wait_for_a_push_is_the_mean_first_passage_out_of_rest():
    first = [
        simulate(ExpIFParameters(V_reset=-50), 0.0, duration=4000, sigma=2.0, seed=seed).spikes[0]
        for seed in range(200)
    ]
    exact = 1000 / FORMULAS["rate"](I=0, sigma=2, V_reset=FORMULAS["stable"](I=0))
    assert np.mean(first) == pytest.approx(exact, abs=4 * exact / np.sqrt(200))  # exponential: its scatter is its mean


def test_two_neurons_that_fire_alike_follow_a_fast_signal_differently():
    rate, gain = FORMULAS["rate"], FORMULAS["gain"]
    assert rate(I=2, sigma=3) == pytest.approx(rate(I=2, sigma=3, delta_T=0.5), rel=0.02)
    limit = rate(I=2, sigma=3) / (3.48 * 2e-3 * np.pi * 500 * 10)
    assert gain(f=500, I=2, sigma=3) == pytest.approx(limit, rel=0.06)
    assert gain(f=500, I=2, sigma=3, delta_T=0.5) > 5 * gain(f=500, I=2, sigma=3)


def test_the_page_shows_the_error_that_the_lesson_on_integrators_names():
    shown = run(**{**start("integrator"), "method": "euler", "dt": 0.5})
    assert shown.rate == pytest.approx(FORMULAS["measured_rate"](10, "euler", 0.5))
    assert shown.rate / theory.firing_rate(ExpIFParameters(), 10.0) == pytest.approx(1 - 0.064, abs=1e-3)
