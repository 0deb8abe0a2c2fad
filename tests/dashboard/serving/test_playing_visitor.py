"""A visitor whose neuron runs: pieces of its future, one for each answer, whatever is asked for."""

from __future__ import annotations

import pytest

from dashboard import playing
from dashboard.result import opening
from dashboard.serving.visitor import BROKEN
from tests.dashboard.serving.seat import Seat


@pytest.fixture
def seat():
    return Seat()


def to_play(seat, **others):
    return {"number": 1, "from": seat.texts["end"], "dt": 0.1, "steps": 500, "every": 5, "poke": 0.0} | others


def played(seat):
    """Return what was said of the pieces that were sent, and their columns."""
    return [(message["play"], sources) for message, sources in seat.frames if "play" in message]


def test_a_page_that_plays_has_a_piece_of_the_future_before_its_answer(seat):
    seat.ask(hello="")
    seat.ask(2, play=to_play(seat))
    [(head, sources)] = played(seat)
    assert head["step"] == 3000
    assert sources.keys() == {"play_line", "play_current", "play_spikes", "play_moments"}
    assert "answer" not in seat.frames[-2][0]
    assert seat.frames[-1][0]["answer"]["seq"] == 2


def test_a_choice_acts_on_the_neuron_that_runs_while_the_page_has_the_run_of_it_too(seat):
    seat.ask(hello="")
    seat.ask(2, choose={"I": 20}, play=to_play(seat))
    [(_, sources)] = played(seat)
    assert set(sources["play_current"]["I"]) == {20.0}
    assert sources["play_moments"]["V"][0] == opening().trace.end.V  # nothing begins anew
    assert len(seat.sources["spikes"]["t"]) > opening().trace.spikes.size


def test_the_same_wish_twice_is_answered_twice_and_alike(seat):
    seat.ask(hello="")
    wish = to_play(seat)
    for seq in (2, 3):
        seat.ask(seq, choose={"sigma": 3}, play=wish)
    first, second = played(seat)
    assert str(first) == str(second)  # nan, which is unlike itself, stands where nothing is remembered


def test_a_wish_that_makes_no_sense_is_refused_and_the_page_goes_on(seat):
    seat.ask(hello="")
    for seq, wrong in enumerate([{"from": [1e308, 0, 0, 0, 0]}, {"steps": -1}, {"poke": "much"}, {"number": []}], 2):
        answer = seat.ask(seq, play=to_play(seat, **wrong))
        assert answer["seq"] == seq
        assert played(seat)[-1][0]["refused"].endswith("given.") or "is not a number" in played(seat)[-1][0]["refused"]
    assert not seat.closed


def test_choices_that_cannot_be_run_are_no_piece_either(seat):
    seat.ask(hello="")
    seat.ask(2, choose={"method": "rk4", "sigma": 3}, play=to_play(seat))
    assert "Noise needs the method" in played(seat)[-1][0]["refused"]


def test_a_piece_that_fails_inside_the_program_says_so(seat, monkeypatch):
    seat.ask(hello="")
    monkeypatch.setattr(playing, "future", lambda *given: 1 / 0)
    seat.ask(2, play=to_play(seat))
    assert played(seat)[-1][0] == {"refused": BROKEN}


def test_a_flood_of_wishes_to_play_costs_one_piece_for_each_answer(seat, monkeypatch):
    seat.ask(hello="")
    computed = []
    monkeypatch.setattr(playing, "future", counted(playing.future, computed))
    for number in range(1, 500):
        seat.say(2, play=to_play(seat, number=number))
    seat.read()
    assert len(computed) == 1
    assert played(seat)[-1][0]["number"] == 499


def test_a_slow_socket_gets_the_newest_piece_only(seat):
    seat.ask(hello="")
    seat.slow = True
    seat.ask(2, play=to_play(seat))
    assert len(played(seat)) == 1
    for number in (2, 3):
        seat.say(number, play=to_play(seat, number=number))
        seat.read()  # nothing is read while an answer waits for the socket
    seat.take()
    seat.take()
    seat.read()
    assert [head["number"] for head, _ in played(seat)] == [1, 3]


def counted(function, calls):
    def call(*given):
        calls.append(given)
        return function(*given)

    return call
