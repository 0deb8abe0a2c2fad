"""Pieces of the future of a neuron that runs."""

import numpy as np
import pytest

from dashboard import playing
from dashboard.frames import frame
from dashboard.result import compute, opening
from dashboard.session import Session
from model import simulate
from model.integrators.equation import NEVER
from model.stimuli import KINDS
from tests.dashboard import reading


def chosen(**choices):
    session = Session()
    assert not session.choose(choices)
    return session.snapshot()


def asked(start, **others):
    return {"number": 1, "from": list(start), "dt": 0.1, "steps": 500, "every": 5, "poke": 0.0, **others}


def played(choice, start, **others):
    """Return what a piece says of itself, and its columns."""
    head, pieces = playing.future(choice, playing.read_wish(asked(start, **others), choice.dt))
    return head, reading.arrays(frame(head, pieces))


def rows(moments):
    names = ("step", "V", "t_last_spike", "noise", "current")
    return [
        [int(row[0]), *(None if np.isnan(each) else float(each) for each in row[1:])]
        for row in zip(*(moments[name] for name in names), strict=True)
    ]


def test_the_run_of_the_page_goes_on_from_its_end():
    end = playing.end_of(opening())
    assert end[:2] == [3000, opening().trace.end.V]
    head, piece = played(opening().choice, end)
    assert head == {"number": 1, "step": 3000, "steps": 500, "dt": 0.1, "poke": 0.0}
    assert piece["play_line"]["t"][0] == 300.0
    assert 349.8 < piece["play_line"]["t"][-1] < 350.0
    whole = simulate(opening().neuron, 10.0, duration=350.0)
    np.testing.assert_array_equal(piece["play_spikes"]["t"], whole.spikes[whole.spikes > 300.0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("sigma", "tau_noise"), [(0.0, 0.0), (3.0, 0.0), (3.0, 5.0)])
def test_what_is_played_from_any_moment_is_the_piece_itself(kind, sigma, tau_noise):
    choice = chosen(kind=kind, sigma=sigma, tau_noise=tau_noise, seed=3)
    _, piece = played(choice, playing.end_of(compute(choice)))
    moments = rows(piece["play_moments"])
    assert [row[0] for row in moments] == [*range(3000, 3501, 5)]
    for k in (1, 40, 99):
        _, rest = played(choice, moments[k], steps=500 - 5 * k)
        assert rows(rest["play_moments"]) == moments[k:]
        spikes = piece["play_spikes"]["t"]
        np.testing.assert_array_equal(rest["play_spikes"]["t"], spikes[spikes.size - rest["play_spikes"]["t"].size :])


def test_a_poke_is_a_current_of_its_own():
    _, piece = played(opening().choice, playing.end_of(opening()), poke=20.0)
    assert set(piece["play_current"]["I"]) == {30.0}
    _, calm = played(opening().choice, playing.end_of(opening()))
    assert piece["play_spikes"]["t"].size > calm["play_spikes"]["t"].size


def test_each_spike_has_the_interval_before_it():
    _, piece = played(chosen(I=100.0), playing.end_of(opening()))
    t, interval = piece["play_spikes"]["t"], piece["play_spikes"]["interval"]
    assert np.isnan(interval[0])
    np.testing.assert_array_equal(interval[1:], np.diff(t))


def test_a_neuron_that_was_let_go_is_not_held_again_by_a_longer_refractory_period():
    choice = chosen(tau_ref=2.0)
    start = [3000, -60.0, 297.0, None, None]  # released at 299 ms
    _, piece = played(choice, start, steps=1, every=1)
    assert rows(piece["play_moments"])[0][2] == NEVER
    _, piece = played(choice, [3000, -68.0, 299.0, None, None], steps=1, every=1)
    assert rows(piece["play_moments"])[0][2] == 299.0


def test_steps_of_another_length_are_counted_anew():
    ahead = playing.read_wish(asked([3000, -60.0, 299.0, None, None]), 0.03)
    assert ahead.start.step == 10000
    ahead = playing.read_wish(asked([3001, -60.0, 299.0, None, None]), 0.5)
    assert ahead.start.step == 600
    assert ahead.start.t_last_spike == pytest.approx(299.0 - 0.1)  # as long before the moment as it was


def test_a_piece_costs_no_more_than_a_move_of_a_slider():
    head, piece = played(opening().choice, playing.end_of(opening()), steps=2**40, every=1)
    assert 50_000 < head["steps"] < 100_000
    assert piece["play_moments"]["step"].size <= playing.MOST_MOMENTS + 2
    assert piece["play_line"]["t"].size < 3 * playing.MOST_POINTS


def test_the_finest_steps_are_played_in_real_time():
    choice = chosen(dt=0.01)
    head, _ = played(choice, playing.end_of(compute(choice)), dt=0.01, steps=100_000, every=1000)
    assert head["steps"] > 90_000


def test_a_neuron_that_spikes_without_end_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="spikes"):
        played(chosen(tau_ref=0.0, V_reset=-30.001), [3000, -60.0, NEVER, None, None])


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": [float("nan"), -60.0, NEVER, None, None]}, {"from": [3000, float("nan"), NEVER, None, None]},
        {"from": [2**53, -60.0, NEVER, None, None]}, {"from": [10**400, -60.0, NEVER, None, None]},
        {"from": [3000, 10**400, NEVER, None, None]}, {"from": [-1, -60.0, NEVER, None, None]},
        {"from": [3000, -60.0, 300.1, None, None]}, {"from": [3000, "-60", NEVER, None, None]},
        {"from": [3000, -60.0, NEVER, 1e9, None]}, {"from": [3000, -60.0]}, {"from": None}, {"from": {}},
        {"steps": 0}, {"steps": -5}, {"steps": 1.5}, {"steps": True}, {"steps": 2**53}, {"steps": None},
        {"every": 0}, {"number": "1"}, {"dt": 0}, {"dt": None}, {"dt": float("inf")}, {"dt": 1e-300},
        {"poke": 1e5}, {"poke": float("nan")}, {"poke": None}, {"poke": [1]},
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused_in_a_sentence(wrong):
    playing.read_wish(asked([3000, -60.0, NEVER, None, None]), 0.1)
    with pytest.raises(ValueError, match=r"(given|none|number)\.$"):
        playing.read_wish(asked([3000, -60.0, NEVER, None, None]) | wrong, 0.1)


@pytest.mark.parametrize("wrong", [5, "x", [], None, {}, True])
def test_what_is_no_wish_at_all_is_refused(wrong):
    with pytest.raises(ValueError, match="begins at a moment"):
        playing.read_wish(wrong, 0.1)
