"""Pins are shown in turns of their own, as ordinary runs are, and none of them can do harm."""

import json

import pytest

from dashboard.serving import visitor as module
from dashboard.serving.pinned import LONGEST, Pinned, choices_of
from dashboard.serving.visitor import update_of_view
from dashboard.session import Session
from dashboard.update import PINNED, PINS
from tests.dashboard.serving.seat import Seat


@pytest.fixture
def opened():
    seat = Seat()
    seat.ask(hello="")
    seat.rest()
    seat.study()
    seat.frames.clear()
    return seat


def pins_of(seat, tab="fi", **wish):
    """What is sent in answer to pins."""
    seat.ask(1, tab=tab, **wish)
    seat.study()
    sources, texts = {}, {}
    for message, pieces in seat.frames:
        sources |= {name: columns for name, columns in pieces.items() if "_pin" in name}
        texts |= {name: text for name, text in message.get("texts", {}).items() if name.startswith("pin")}
    return sources, texts


def test_a_pin_is_answered_with_its_lines_its_values_and_the_axes_that_show_it(opened):
    sources, texts = pins_of(opened, pins=["delta_T=2", None, "I=5", None])
    assert sources.keys() == {f"{name}_pin{number}" for name in PINNED.values() for number in (1, 3)}
    assert texts.keys() == {"pin1", "pin3"}
    assert texts["pin1"]["values"] == Session().values() | {"delta_T": 2.0}
    assert texts["pin3"]["changed"] == {"I": 5.0}
    assert texts["pin3"]["ranges"].keys() == PINNED.keys()


def test_what_stands_in_a_closed_tab_is_not_sent(opened):
    sources, texts = pins_of(opened, tab="raster", pins=["delta_T=2"])
    assert sources.keys() == {"trace_pin1", "phase_line_pin1"}
    assert "fi" not in texts["pin1"]["ranges"]


def test_a_pin_that_is_gone_is_emptied_and_the_others_stay(opened):
    pins_of(opened, pins=["delta_T=2", "I=5"])
    opened.frames.clear()
    sources, _ = pins_of(opened, pins=[None, "I=5"])
    assert sources.keys() == {f"{name}_pin1" for name in PINNED.values()}
    assert all(len(column) == 0 for columns in sources.values() for column in columns.values())


def test_the_answer_does_not_wait_for_the_pins(opened):
    opened.ask(1, pins=["delta_T=2"], choose={"I": 7})
    assert opened.answer["values"]["I"] == 7
    assert not any("pin1" in message.get("texts", {}) for message, _ in opened.frames)


def test_a_pin_that_asks_for_too_much_or_for_nonsense_is_told_in_a_sentence(opened):
    _, texts = pins_of(opened, pins=["duration=100000&dt=0.0001", "tau=x", "nothing=1"])
    assert "steps" in texts["pin1"]["problem"] or "long" in texts["pin1"]["problem"]
    assert texts["pin2"]["problem"].startswith("Time constant τ must be a number")
    assert texts["pin3"] == {
        "query": "nothing=1",
        "problem": "There is no input called 'nothing' here; it was ignored.",
    }


def test_a_pin_that_fails_inside_the_program_says_so_and_the_visitor_lives_on(opened, monkeypatch):
    def fail(choice):
        raise RuntimeError("broken")

    monkeypatch.setattr(module, "compute", fail)
    module.update_of_run.cache_clear()
    _, texts = pins_of(opened, pins=["delta_T=2.123"])
    assert texts["pin1"]["problem"] == module.BROKEN
    monkeypatch.undo()
    assert opened.ask(2, choose={"tau": 12})["values"]["tau"] == 12


@pytest.mark.parametrize("pins", [None, 3, "I=5", {}, [[]], [3, None, {}], ["x" * (LONGEST + 1)]])
def test_what_is_no_pin_shows_none(pins):
    pinned = Pinned(update_of_view)
    pinned.want(pins, None, "fi")
    found = [pinned.next() for _ in range(PINS)]
    assert [due.query for due in found] == [None] * PINS
    assert pinned.next() is None


def test_only_the_newest_pins_are_shown_and_no_more_than_four():
    pinned = Pinned(update_of_view)
    pinned.want(["I=1"] * 9, None, "fi")
    assert pinned.next().query == "I=1"
    pinned.want(["I=2"], None, "fi")
    assert [pinned.next().query for _ in range(PINS)] == ["I=2", None, None, None]
    assert pinned.next() is None


def test_a_pin_is_read_as_an_address_is():
    assert choices_of("preset=spiny&I=1,5").changed() == {"preset": "spiny", "I": 1.5}
    assert json.dumps(choices_of("").changed()) == "{}"
