"""The newest wish wins, what is shown belongs to it, and neither a failure nor a message can do harm."""

from __future__ import annotations

import json
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.recent import Recent
from dashboard.serving import log as logging
from dashboard.serving import visitor as module
from dashboard.serving.visitor import LONGEST_REST, MOST_CHOICES, MOST_NOTICES, REST, Wish
from dashboard.session import Session
from dashboard.studies import kick
from dashboard.studies.kick import Kick
from dashboard.tabs import TABS
from dashboard.update import MAIN, window_of
from dashboard.views.style import PALETTES
from model.stimuli import KINDS, Drawn
from tests.dashboard.serving.seat import Seat

LONG = {"duration": 450}  # what counts as a long run here, in ms
TOO_MUCH = {"duration": 100_000, "dt": 0.0001}


@pytest.fixture
def seat():
    return Seat()


@pytest.fixture
def opened(seat):
    """A visitor whose page shows the documented example, and whose study is done."""
    seat.ask(hello="")
    seat.rest()
    seat.study()
    seat.frames.clear()
    return seat


@pytest.fixture
def runs(monkeypatch):
    """The choices and tabs that were run, in order; results that were there before count as well."""
    done = []
    shown = module.update_of_run

    def counted(choice, tab):
        done.append((choice, tab))
        return shown(choice, tab)

    monkeypatch.setattr(module, "update_of_run", counted)
    return done


@pytest.fixture(autouse=True)
def long_runs(monkeypatch):
    """Which runs are long is a matter of the result; here only these are."""
    monkeypatch.setattr(module, "is_long", lambda choice: choice.duration == LONG["duration"])


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch):
    """Nothing has been logged before."""
    monkeypatch.setattr(logging, "_kinds", set())
    monkeypatch.setattr(logging, "_lines", OrderedDict())


def chosen(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


# -- choices and answers -------------------------------------------------------------------------------------------
def test_a_page_that_opens_is_shown_everything(seat):
    answer = seat.ask(hello="")
    assert answer["kind"] == "constant"
    assert answer["values"] == Session().values()
    assert seat.texts["sentence"].startswith("17 spikes, 57.7 Hz")
    assert seat.texts["notices"] == seat.texts["warnings"] == []
    assert {"trace", "current", "phase_line", "fi_theory"} <= seat.sources.keys()
    assert seat.ranges.keys() == {*MAIN, "fi"}


def test_an_accepted_choice_is_answered_with_its_result(opened):
    answer = opened.ask(7, choose={"delta_T": 2.0})
    assert answer == {
        "seq": 7, "kind": "constant", "values": Session().values() | {"delta_T": 2.0}, "refused": {},
        "address": "?delta_T=2",
    }  # fmt: skip
    [(message, sources)] = opened.frames
    assert message["answer"] == answer
    assert "trace" in sources
    assert "sentence" in message["texts"]


def test_an_answer_does_not_come_before_its_result(opened):
    opened.say(7, choose={"delta_T": 2.0} | LONG)
    assert opened.read()
    assert opened.frames == []
    opened.run_long()
    assert opened.answer["seq"] == 7


def test_a_refusal_is_answered_with_the_value_that_stays_and_nothing_is_run(opened, runs):
    answer = opened.ask(3, choose={"delta_T": 1e9})
    assert answer["seq"] == 3
    assert "between" in answer["refused"]["delta_T"]
    assert answer["values"]["delta_T"] == 3.48
    assert runs == []
    assert opened.frames[-1][1] == {}


def test_the_good_choices_are_run_when_a_bad_one_is_refused(opened, runs):
    answer = opened.ask(choose={"delta_T": 1e9, "tau": 20})
    assert answer["refused"].keys() == {"delta_T"}
    assert runs == [(chosen(tau=20), "fi")]


def test_a_refusal_does_not_come_back_with_the_next_answer(opened):
    opened.ask(1, choose={"delta_T": 1e9})
    assert opened.ask(2, choose={"tau": 20})["refused"] == {}


def test_choosing_a_kind_of_current_is_answered_with_its_inputs(opened):
    answer = opened.ask(choose={"kind": "sine"})
    assert answer["kind"] == "sine"
    assert answer["values"]["frequency"] == KINDS["sine"].param.frequency.default


def test_a_drawn_current_is_told_once_and_again_when_it_is_another(opened):
    answer = opened.ask(1, choose={"kind": "drawn"})
    assert "drawn" not in answer["values"]
    assert opened.texts.pop("drawn") == Drawn().drawn.text
    opened.ask(2, choose={"tau": 20})
    assert "drawn" not in opened.texts
    answer = opened.ask(3, choose={"drawn": "0_0_50_2.5"})
    assert opened.texts.pop("drawn") == "0_0_50_2.5"
    assert answer["address"] == "?kind=drawn&drawn=0_0_50_2.5&tau=20"
    refused = opened.ask(4, choose={"drawn": "0_0_0_1"})["refused"]
    assert "at least 1e-06 ms after" in refused["drawn"]
    opened.ask(5, reset=True, choose={"kind": "drawn"})
    assert opened.texts.pop("drawn") == Drawn().drawn.text


def test_one_move_of_a_slider_is_one_run(opened, runs):
    opened.ask(choose={"delta_T": 2.0})
    assert runs == [(chosen(delta_T=2.0), "fi")]


def test_many_choices_at_once_are_one_run(opened, runs):
    opened.ask(choose={"V_rest": -70, "V_T": -50, "tau": 20, "kind": "step", "onset": 10})
    assert runs == [(chosen(V_rest=-70, V_T=-50, tau=20, kind="step", onset=10), "fi")]


def test_the_same_choice_again_is_answered_without_a_run(opened, runs):
    answer = opened.ask(9, choose={"delta_T": 3.48})
    assert answer["seq"] == 9
    assert runs == []
    assert opened.frames[-1][1] == {}


def test_reset_all_brings_the_documented_example_back(opened):
    before = opened.sources["trace"]
    opened.ask(1, choose={"delta_T": 1, "tau": 25, "kind": "sine"})
    answer = opened.ask(2, reset=True)
    assert answer["values"] == Session().values()
    assert answer["address"] == ""
    assert opened.sources["trace"] == before


def test_what_is_chosen_after_a_reset_holds(opened):
    opened.ask(1, choose={"delta_T": 1, "tau": 25})
    assert opened.ask(2, reset=True, choose={"R": 2})["address"] == "?R=2"


def test_two_visitors_do_not_share_a_neuron(opened):
    other = Seat()
    other.ask(hello="")
    opened.ask(choose={"delta_T": 1.0})
    assert other.ask(2)["values"]["delta_T"] == 3.48
    assert other.sources["trace"] != opened.sources["trace"]


def test_what_a_class_follows_is_computed_once(monkeypatch):
    computed = []
    compute = module.compute
    monkeypatch.setattr(module, "compute", lambda choice: computed.append(choice) or compute(choice))
    module.update_of_run.cache_clear()
    for _ in range(3):
        visitor = Seat()
        visitor.ask(hello="")
        visitor.ask(choose={"tau": 12.34})
        assert visitor.answer["values"]["tau"] == 12.34
    assert computed == [chosen(), chosen(tau=12.34)]


# -- a closer look -------------------------------------------------------------------------------------------------
LONG_NOISE = {"duration": 2000, "sigma": 2}


def steps_between(seat, start, end):
    return np.array([t for t in seat.sources["trace"]["t"] if start <= t <= end])


def test_what_is_seen_of_a_long_run_is_shown_step_by_step(opened):
    opened.ask(choose=LONG_NOISE)
    assert steps_between(opened, 480, 520).size < 60
    opened.ask(2, view=[480, 520])
    seen = opened.sources["trace"]
    every = {round(t, 6) for t in np.arange(4800, 5201) / 10}
    assert every <= {round(t, 6) for t in seen["t"]}
    assert (seen["t"][0], seen["t"][-1]) == pytest.approx((0, 2000), abs=5)
    opened.ask(3)
    assert steps_between(opened, 480, 520).size < 60


def test_a_closer_look_runs_nothing_again_and_begins_no_study(monkeypatch, opened, parts_of_a_study):
    opened.ask(choose=LONG_NOISE)
    opened.rest()
    opened.study()
    opened.frames.clear()
    monkeypatch.setattr(module, "compute", lambda choice: pytest.fail("It was run again."))
    opened.ask(2, view=[480, 520])
    opened.rest()
    opened.study()
    [(_, sources)] = opened.frames
    assert sources.keys() <= {"trace", "spikes", "levels", "level_names", "current"}


def test_a_closer_look_at_a_run_that_is_forgotten_makes_it_again(monkeypatch, opened):
    opened.ask(choose=LONG_NOISE)
    monkeypatch.setattr(module, "recent", Recent(0))
    opened.ask(2, view=[480, 520])
    assert steps_between(opened, 480, 520).size > 400


def test_a_closer_look_at_a_long_run_that_is_forgotten_is_left_to_the_other_thread(monkeypatch, opened):
    opened.ask(choose=LONG)
    monkeypatch.setattr(module, "recent", Recent(0))
    opened.say(2, view=[100, 120])
    assert opened.read()
    opened.run_long()
    assert opened.answer["seq"] == 2
    assert steps_between(opened, 100, 120).size > 200


def test_what_is_seen_stays_in_full_detail_while_a_slider_moves(opened):
    opened.ask(choose=LONG_NOISE, view=[480, 520])
    opened.ask(2, choose={"I": 4}, view=[480, 520])
    assert steps_between(opened, 480, 520).size > 400


@pytest.mark.parametrize(
    "view",
    [[480], [1, 2, 3], [520, 480], [5, 5], "480,520", {"start": 1}, [None, 3], [[1], 2], 17, True, [True, 5],
     [1, 10**400], [float("nan"), 5], [0, float("inf")], ["1", "2"]],
    ids=lambda view: str(view)[:14],
)  # fmt: skip
def test_a_view_that_makes_no_sense_is_refused_in_a_sentence(opened, view):
    answer = opened.ask(choose={"tau": 20}, view=view)
    assert answer["refused"]["view"].startswith("What is seen of a run are two finite times in ms")
    assert answer["values"]["tau"] == 20
    assert opened.closed == []


@pytest.mark.parametrize(("view", "seen"), [
    ([-50, 1e300], None), ([-50, 40], (0, 40)), ([290, 310.5], (290, 300)), ([300, 400], None), ([-9, 0], None),
    (None, None),
])  # fmt: skip
def test_a_view_is_cut_to_the_run(view, seen):
    assert window_of(view, 300.0) == seen


# -- the newest wish -----------------------------------------------------------------------------------------------
def test_a_wish_that_nobody_has_read_is_replaced_by_the_newest(opened, runs):
    for seq, tau in enumerate((11, 12, 13), 1):
        opened.say(seq, choose={"tau": tau})
    opened.read()
    assert runs == [(chosen(tau=13), "fi")]
    assert [message["answer"]["seq"] for message, _ in opened.frames] == [3]


def test_a_long_run_is_left_to_the_other_thread(opened, runs):
    opened.say(choose=LONG)
    assert opened.read()
    assert runs == []
    opened.run_long()
    assert runs == [(chosen(**LONG), "fi")]
    assert opened.answer["values"]["duration"] == LONG["duration"]


def test_a_short_run_is_not_left_to_the_other_thread(opened, runs):
    opened.say(choose={"tau": 20})
    assert not opened.read()
    assert len(runs) == 1


def test_a_long_run_that_was_overtaken_is_not_made(opened, runs):
    opened.say(1, choose=LONG)
    assert opened.read()
    opened.ask(2, choose={"duration": 200})
    opened.run_long()
    assert runs == [(chosen(duration=200), "fi")]
    assert opened.answer["seq"] == 2
    assert opened.ranges["trace"][:2] == [0, 200]


def test_of_two_long_runs_the_newest_is_made_once(opened, runs):
    for seq, tau in ((1, 11), (2, 12)):
        opened.say(seq, choose=LONG | {"tau": tau})
        assert opened.read()
    opened.run_long()
    opened.run_long()
    assert runs == [(chosen(**LONG, tau=12), "fi")]
    assert opened.answer["seq"] == 2


def while_running(monkeypatch, choice, then):
    """Have something happen while this choice is being run."""
    shown = module.update_of_run

    def interrupted(run, tab):
        if run == choice:
            then()
        return shown(run, tab)

    monkeypatch.setattr(module, "update_of_run", interrupted)


def test_a_result_that_became_stale_while_it_was_computed_is_not_shown(monkeypatch, opened):
    while_running(monkeypatch, chosen(**LONG), lambda: opened.ask(2, choose={"duration": 200}))
    opened.say(1, choose=LONG)
    opened.read()
    opened.run_long()
    assert [message["answer"]["seq"] for message, _ in opened.frames] == [2]
    assert opened.ranges["trace"][:2] == [0, 200]
    assert opened.ask(3)["values"]["duration"] == 200


def test_opening_a_tab_shows_its_plots(opened, runs):
    opened.ask(choose={"sigma": 4})
    opened.ask(tab="intervals")
    assert runs[-1] == (chosen(sigma=4), "intervals")
    opened.rest()
    opened.study(parts=2)
    assert len(opened.sources["isi_simulated"]["interval"]) > 1
    assert opened.texts["caption"].startswith("CV")


def test_a_curve_that_was_hidden_is_up_to_date_when_its_tab_is_opened_again(opened):
    opened.ask(tab="raster")
    opened.frames.clear()
    opened.ask(tab="raster", choose={"tau_ref": 5})
    assert "fi_theory" not in opened.frames[-1][1]
    opened.ask(tab="fi")
    fresh = Seat()
    fresh.ask(hello="?tau_ref=5")
    assert opened.sources["fi_theory"] == fresh.sources["fi_theory"]


# -- what is sent --------------------------------------------------------------------------------------------------
def test_what_the_browser_has_is_not_sent_again(opened):
    opened.ask(1, choose={"R": 1.01})
    opened.ask(2, choose={"V_rest": -65.5})
    message, sources = opened.frames[-1]
    assert {"trace", "phase_line", "fi_theory"} <= sources.keys()
    assert "current" not in sources
    assert not {"trace", "current"} & message.get("ranges", {}).keys()


def test_going_back_sends_again_what_has_changed_in_between(opened):
    before = opened.sources["current"]
    opened.ask(1, choose={"I": 5})
    opened.ask(2, choose={"I": 10})
    assert "current" in opened.frames[-1][1]
    assert opened.sources["current"] == before


def test_a_page_that_shows_the_opening_run_already_is_not_sent_it(seat):
    answer = seat.ask(hello="", opening=True)
    assert answer["values"] == Session().values()
    assert seat.sources == seat.ranges == {}
    seat.ask(2, choose={"delta_T": 2.0})
    assert "trace" in seat.sources
    assert "current" not in seat.sources
    assert "current" not in seat.ranges


def test_a_page_with_another_opening_tab_is_sent_what_its_tab_lacks(seat):
    seat.ask(hello="?tab=raster", tab="raster", opening=True)
    assert "trace" in seat.sources
    seat.ask(2)
    assert "fi_theory" in seat.sources


def test_a_page_that_only_says_that_it_shows_the_opening_run_is_sent_what_it_chose(seat):
    seat.ask(hello="?tau=20", opening=True)
    assert {"trace", "fi_theory"} <= seat.sources.keys()


def test_what_was_chosen_before_the_line_was_open_is_shown(seat):
    """On a slow line a visitor moves a slider before the page could say anything."""
    answer = seat.ask(hello="", opening=True, choose={"tau": 20})
    assert answer["values"]["tau"] == 20
    fresh = Seat()
    fresh.ask(hello="?tau=20")
    for name in ("trace", "spikes", "phase_line", "fi_theory"):
        assert seat.sources[name] == fresh.sources[name]


def test_a_page_repeats_its_address_until_it_is_answered_and_loses_nothing(seat):
    """Only the newest message is sure to be read, so the address goes with each of them."""
    seat.ask(1, hello="?tau=20&nothing=1")
    answer = seat.ask(2, hello="?tau=20&nothing=1", choose={"R": 2})
    assert answer["address"] == "?tau=20&R=2"
    assert len(seat.texts["notices"]) == 1
    seat.say(3, hello="?tau=20")
    seat.say(4, hello="?tau=20", choose={"R": 3})
    seat.read()
    assert seat.answer["address"] == "?tau=20&R=3"


def test_an_opening_page_that_repeats_its_greeting_is_sent_what_it_lacks(seat):
    seat.ask(1, hello="", opening=True)
    assert seat.sources == {}
    seat.ask(2, hello="", opening=True, choose={"tau": 20})
    assert {"trace", "fi_theory"} <= seat.sources.keys()
    assert "current" not in seat.sources


def test_a_page_that_comes_back_is_sent_everything_and_keeps_its_choices(opened):
    opened.ask(1, choose={"delta_T": 2.0})
    back = Seat()
    answer = back.ask(5, hello=opened.answer["address"])
    assert answer["values"]["delta_T"] == 2.0
    assert back.sources["trace"] == opened.sources["trace"]
    assert back.texts["sentence"] == opened.texts["sentence"]


def test_choices_that_were_not_confirmed_come_with_the_address_of_a_page_that_comes_back(seat):
    answer = seat.ask(5, hello="?delta_T=2", choose={"tau": 20, "R": -1})
    assert answer["address"] == "?delta_T=2&tau=20"
    assert answer["refused"].keys() == {"R"}


def test_while_a_frame_is_under_way_no_wish_is_computed(opened, runs):
    opened.slow = True
    opened.ask(1, choose={"tau": 11})
    for seq, tau in ((2, 12), (3, 13)):
        opened.say(seq, choose={"tau": tau})
        opened.read()
    assert len(runs) == len(opened.frames) == 1
    opened.take()
    opened.read()
    assert [choice.neuron.tau for choice, _ in runs] == [11, 13]
    assert opened.answer["seq"] == 3


def test_what_comes_while_a_frame_is_under_way_is_merged_into_the_next_one(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.slow = True
    opened.study(parts=1)
    opened.study(parts=2)
    assert [message["texts"]["caption"] for message, _ in opened.frames[1:]] == ["0"]
    opened.take()
    assert [message["texts"]["caption"] for message, _ in opened.frames[1:]] == ["0", "2"]
    assert opened.sources["kick_simulated"]["advance"] == [2.0]


def test_an_answer_that_comes_while_a_frame_is_under_way_follows_it(opened):
    opened.slow = True
    opened.say(1, choose={"tau": 11})
    opened.turns.wishes.clear()
    opened.visitor.answer()
    opened.say(2, choose={"tau": 12})
    opened.visitor.answer()
    opened.loop.run()
    assert [message["answer"]["seq"] for message, _ in opened.frames] == [1]
    opened.take()
    assert [message["answer"]["seq"] for message, _ in opened.frames] == [1, 2]
    assert opened.answer["values"]["tau"] == 12


def test_after_a_frame_that_could_not_be_sent_nothing_is_computed(opened, runs):
    opened.slow = True
    opened.ask(1, choose={"tau": 11})
    opened.say(2, choose={"tau": 12})
    opened.take(ConnectionError("gone"))
    opened.read()
    assert len(runs) == len(opened.frames) == 1


# -- studies -------------------------------------------------------------------------------------------------------
def part(number, note=None):
    one = np.array([float(number)])
    return Kick(one, one, one, one, str(number) if note is None else note)


@pytest.fixture
def parts_of_a_study(monkeypatch):
    """The study of the phase has three parts; what it has computed, and for which choices."""
    computed = []

    def run(choice, asked):
        for number in range(3):
            computed.append((number, choice.neuron.tau, asked))
            yield part(number)

    monkeypatch.setattr(kick, "run", run)
    return computed


def test_every_part_of_a_study_is_shown_in_order(opened, parts_of_a_study):
    opened.ask(tab="kick")
    opened.frames.clear()
    opened.rest()
    opened.study()
    assert [message["texts"]["caption"] for message, _ in opened.frames] == ["0", "1", "2"]
    assert [sources["kick_theory"]["advance"] for _, sources in opened.frames] == [[0.0], [1.0], [2.0]]
    assert parts_of_a_study == [(0, 10.0, False), (1, 10.0, False), (2, 10.0, False)]


def test_a_study_is_computed_part_by_part(opened, parts_of_a_study):
    opened.ask(tab="kick")
    opened.rest()
    for number in range(1, 4):
        opened.study(parts=1)
        assert len(parts_of_a_study) == number
        assert opened.turns.studies == [opened.visitor]
    opened.study(parts=1)
    assert opened.turns.studies == []


def test_a_study_that_is_finished_is_not_begun_again(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    for seq in (2, 3):
        opened.rest()
        opened.study()
        opened.ask(seq, tab="kick")
    assert len(parts_of_a_study) == 3


def test_a_study_waits_until_the_choices_rest(opened, parts_of_a_study):
    for seq, tau in enumerate((11, 12, 13), 1):
        opened.ask(seq, tab="kick", choose={"tau": tau})
        assert len(opened.loop.timers) == 1
        assert opened.turns.studies == []
    opened.rest()
    opened.study()
    assert {tau for _, tau, _ in parts_of_a_study} == {13.0}


@pytest.fixture
def clock(monkeypatch):
    """The time, in a list of one; it stands still unless the test moves it."""
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_choices_rest_when_none_has_come_for_a_while(clock, opened):
    opened.ask(1, choose={"tau": 11})
    assert [timer.wait for timer in opened.loop.timers] == [pytest.approx(REST)]
    clock[0] += 60.0
    opened.rest()
    opened.ask(2, choose={"tau": 12})
    assert [timer.wait for timer in opened.loop.timers] == [pytest.approx(REST)]


def test_during_a_long_drag_studies_follow_all_the_same(clock, opened):
    begun, frame = [clock[0]], 0.016
    assert frame < REST < LONGEST_REST
    for step in range(40):
        opened.ask(step, choose={"tau": 11 + step})
        [timer] = opened.loop.timers
        if timer.wait <= frame:
            clock[0] += timer.wait
            begun.append(clock[0])
            timer.fire()
            assert opened.turns.studies == [opened.visitor]
            opened.study()
            assert opened.texts["caption"] == "Line: exact. Points: simulated."
        clock[0] += frame
    assert len(begun) > 4
    assert np.diff(begun).max() <= LONGEST_REST + frame + 1e-9


def test_a_study_that_was_overtaken_computes_nothing_more(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study(parts=1)
    opened.ask(2, tab="kick", choose={"tau": 20})
    opened.study(parts=1)
    opened.rest()
    opened.study()
    assert [(number, tau) for number, tau, _ in parts_of_a_study] == [(0, 10.0), (0, 20.0), (1, 20.0), (2, 20.0)]


def test_a_study_computes_nothing_more_while_a_long_run_is_under_way(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study(parts=1)
    opened.say(2, tab="kick", choose=LONG)
    assert opened.read()
    opened.study()
    assert len(parts_of_a_study) == 1
    opened.run_long()
    opened.rest()
    opened.study()
    assert len(parts_of_a_study) == 4


def test_a_study_of_a_tab_that_was_left_computes_nothing_more(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study(parts=1)
    opened.ask(2, tab="fi")
    opened.rest()
    opened.study()
    assert len(parts_of_a_study) == 1
    assert opened.texts["caption"] == "Line: exact. Points: simulated."


def test_a_part_that_became_stale_while_it_was_computed_is_not_shown(monkeypatch, opened):
    def run(choice, asked):
        if choice.neuron.tau == 10:
            opened.ask(2, tab="kick", choose={"tau": 20})
        yield part(choice.neuron.tau)

    monkeypatch.setattr(kick, "run", run)
    opened.ask(1, tab="kick")
    opened.frames.clear()
    opened.rest()
    opened.study()
    opened.rest()
    opened.study()
    captions = [message["texts"].get("caption") for message, _ in opened.frames if "texts" in message]
    assert "10.0" not in captions
    assert captions[-1] == "20.0"


def test_a_part_that_became_stale_on_its_way_is_not_shown(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.frames.clear()
    opened.visitor.study()
    opened.say(2, tab="kick", choose={"tau": 20})
    opened.visitor.answer()
    opened.loop.run()
    assert [message["answer"]["seq"] for message, _ in opened.frames] == [2]
    assert "kick_theory" not in opened.sources


def test_what_is_measured_on_request_is_measured_when_asked_for(opened, parts_of_a_study, runs):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study()
    before = len(runs)
    opened.ask(2, tab="kick", ask=True)
    opened.rest()
    opened.study()
    assert [asked for _, _, asked in parts_of_a_study] == [False] * 3 + [True] * 3
    assert len(runs) == before


def test_a_refused_choice_does_not_disturb_what_is_measured(opened, parts_of_a_study):
    opened.ask(1, tab="kick", ask=True)
    opened.rest()
    opened.study(parts=1)
    opened.ask(2, tab="kick", choose={"tau": "nonsense"})
    opened.rest()
    opened.study()
    assert [(number, asked) for number, _, asked in parts_of_a_study] == [(0, True), (1, True), (2, True)]


@pytest.mark.parametrize("broken", [False, True])
def test_a_study_that_ends_badly_takes_its_points_off_the_plots_and_says_why(monkeypatch, opened, broken, caplog):
    """They belong to earlier choices."""

    def run(choice, asked):
        if choice.neuron.tau != 10:
            raise ZeroDivisionError("/secret/path") if broken else ValueError("Too much.")
        yield part(1)

    monkeypatch.setattr(kick, "run", run)
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study()
    assert opened.sources["kick_simulated"] == {"phase": [1.0], "advance": [1.0]}
    opened.ask(2, tab="kick", choose={"tau": 20})
    trace = opened.sources["trace"]
    opened.rest()
    opened.study()
    for name in ("kick_simulated", "kick_theory"):
        assert opened.sources[name] == {"phase": [], "advance": []}
    assert opened.sources["trace"] == trace
    assert opened.texts["caption"] == (
        "This study failed inside the program; it was logged." if broken else "Too much."
    )
    assert ("ZeroDivisionError" in caplog.text) == broken
    assert opened.turns.studies == []


def test_a_study_refused_after_its_first_part_tells_its_sentence(monkeypatch, opened):
    def run(choice, asked):
        yield part(1)
        raise ValueError("Too much.")

    monkeypatch.setattr(kick, "run", run)
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study(parts=1)
    assert opened.texts["caption"] == "1"
    opened.study()
    assert opened.texts["caption"] == "Too much."


def test_points_that_are_still_on_their_way_are_taken_off_as_well(monkeypatch, opened):
    """The socket is slow: the first part waits for it, and is refused together with the rest."""

    def run(choice, asked):
        yield part(1)
        raise ValueError("Too much.")

    monkeypatch.setattr(kick, "run", run)
    opened.slow = True
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study()
    opened.take()
    assert opened.texts["caption"] == "Too much."
    assert opened.sources.get("kick_simulated", {"phase": [], "advance": []}) == {"phase": [], "advance": []}


def test_after_a_study_that_ended_badly_the_next_one_is_shown(monkeypatch, opened, parts_of_a_study):
    good = kick.run

    def run(choice, asked):
        if choice.neuron.tau == 10:
            raise ValueError("Too much.")
        yield from good(choice, asked)

    monkeypatch.setattr(kick, "run", run)
    opened.ask(1, tab="kick")
    opened.rest()
    opened.study()
    assert opened.texts["caption"] == "Too much."
    opened.ask(2, tab="kick", choose={"tau": 20})
    opened.rest()
    opened.study()
    assert opened.texts["caption"] == "2"
    assert opened.sources["kick_theory"]["advance"] == [2.0]


# -- failures ------------------------------------------------------------------------------------------------------
def failing(monkeypatch, error, when=lambda choice: choice.neuron.tau != 10):
    shown = module.update_of_run

    def fail(choice, tab):
        if when(choice):
            raise error
        return shown(choice, tab)

    monkeypatch.setattr(module, "update_of_run", fail)


def test_too_much_work_is_refused_in_a_sentence_and_the_last_plot_stays(opened):
    before = dict(opened.sources)
    answer = opened.ask(4, choose=TOO_MUCH)
    assert answer["seq"] == 4
    assert answer["values"]["dt"] == TOO_MUCH["dt"]
    [sentence] = opened.texts["warnings"]
    assert sentence.startswith("This run is too long")
    assert opened.sources == before
    opened.ask(5, choose={"duration": 300, "dt": 0.1})
    assert opened.texts["warnings"] == []
    assert opened.sources == before


def test_of_a_refused_run_nothing_is_studied(opened, parts_of_a_study):
    opened.ask(tab="kick", choose=TOO_MUCH)
    opened.rest()
    opened.study()
    assert parts_of_a_study == []


def test_a_broken_run_is_logged_once_with_its_traceback_and_told_without_details(monkeypatch, opened, caplog):
    failing(monkeypatch, ZeroDivisionError("/secret/path"))
    before = dict(opened.sources)
    for seq in range(1, 4):
        answer = opened.ask(seq, choose={"tau": 10 + seq})
        assert answer["seq"] == seq
        [sentence] = opened.texts["warnings"]
        assert "failed inside the program" in sentence
        assert "secret" not in json.dumps(opened.frames[-1])
    assert opened.sources == before
    assert caplog.text.count("Traceback") == 1
    assert "ZeroDivisionError: /secret/path" in caplog.text


def test_after_a_broken_run_the_next_choice_is_shown(monkeypatch, opened):
    failing(monkeypatch, KeyError("nothing"), lambda choice: choice.neuron.tau == 20)
    opened.ask(1, choose={"tau": 20})
    opened.ask(2, choose={"tau": 21})
    assert opened.texts["warnings"] == []
    assert "Hz" in opened.texts["sentence"]
    assert opened.frames[-1][1]["trace"]


def test_a_broken_long_run_is_told_as_well(monkeypatch, opened, caplog):
    failing(monkeypatch, ZeroDivisionError("/secret/path"))
    answer = opened.ask(4, choose={"tau": 20} | LONG)
    assert answer["seq"] == 4
    assert opened.texts["warnings"] == [module.BROKEN]
    assert "Traceback" in caplog.text


def test_a_message_that_cannot_be_handled_is_logged_and_ends_the_connection_without_details(
    monkeypatch, opened, caplog
):
    def fail(query):
        raise ZeroDivisionError("/secret/path")

    monkeypatch.setattr(module.address, "from_query", fail)
    opened.ask(hello="?tau=20")
    assert opened.closed == ["The server could not handle this message."]
    assert "ZeroDivisionError: /secret/path" in caplog.text


# -- the address ---------------------------------------------------------------------------------------------------
def test_an_address_opens_with_its_choices(seat):
    answer = seat.ask(hello="?kind=step&I=7.5&delta_T=2")
    assert (answer["kind"], answer["values"]["I"], answer["values"]["delta_T"]) == ("step", 7.5, 2)
    assert answer["address"] == "?kind=step&I=7.5&delta_T=2"
    assert seat.texts["notices"] == []


def test_a_bad_value_in_an_address_is_named_and_the_good_ones_stay(seat):
    answer = seat.ask(
        hello="?delta_T=2&tau=-5&nothing=1&V_rest=%3Cscript%3Ealert(1)%3C/script%3E&I=8&theme=dark&tab=fi"
    )
    said = " ".join(seat.texts["notices"])
    for each in ("Time constant τ must be between", "'nothing'", "Resting potential V_rest must be a number"):
        assert each in said
    assert len(seat.texts["notices"]) == 3
    assert answer["address"] == "?I=8&delta_T=2"
    assert answer["refused"] == {}
    assert seat.texts["sentence"]


@pytest.mark.parametrize(("name", "allowed"), [("theme", PALETTES), ("tab", TABS)])
def test_a_theme_or_tab_that_does_not_exist_is_named_with_those_that_do(seat, name, allowed):
    seat.ask(hello=f"?{name}=purple")
    assert seat.texts["notices"] == [f"{name} must be one of {', '.join(allowed)}; 'purple' is not."]
    assert seat.answer["values"] == Session().values()


def test_what_is_said_about_an_address_goes_with_the_first_choice_that_is_taken(seat):
    seat.ask(1, hello="?tau=-5")
    for number, message in enumerate(({"tab": "raster"}, {"choose": {"tau": "0"}}, {"choose": {"tau": 10}}), 2):
        seat.ask(number, **message)
        assert len(seat.texts["notices"]) == 1  # nothing was chosen
    seat.ask(5, choose={"R": 2})
    assert seat.texts["notices"] == []
    seat.ask(6, choose={"R": 3})
    assert "notices" not in seat.frames[-1][0]["texts"]


def test_what_is_said_about_an_address_goes_when_all_is_reset(seat):
    seat.ask(1, hello="?tau=-5")
    seat.ask(2, reset=True)
    assert seat.texts["notices"] == []


def test_about_one_address_little_is_said(seat):
    seat.ask(hello="?" + "&".join(f"nothing{number}=1" for number in range(50)))
    assert len(seat.texts["notices"]) == MOST_NOTICES


def test_that_an_address_asks_for_too_much_is_said_however_much_else_is_wrong_with_it(seat):
    nonsense = "&".join(f"nothing{number}=1" for number in range(50))
    seat.ask(hello=f"?{nonsense}&duration=100000&dt=0.0001")
    assert len(seat.texts["notices"]) == MOST_NOTICES
    assert seat.texts["notices"][-1].startswith("This run is too long")


def test_an_address_that_asks_for_too_much_opens_the_defaults_and_says_so(seat):
    answer = seat.ask(hello="?duration=100000&dt=0.0001&nothing=1")
    assert answer["values"] == Session().values()
    assert answer["address"] == ""
    assert seat.texts["sentence"].startswith("17 spikes")
    assert seat.texts["notices"][-1].startswith("This run is too long")
    assert "'nothing'" in seat.texts["notices"][0]


def test_an_address_whose_run_breaks_opens_the_defaults_and_says_so(monkeypatch, seat):
    failing(monkeypatch, ZeroDivisionError("/secret/path"))
    answer = seat.ask(hello="?tau=20")
    assert answer["values"] == Session().values()
    assert seat.texts["sentence"].startswith("17 spikes")
    assert seat.texts["notices"] == [module.BROKEN]


def test_what_was_chosen_while_an_address_was_tried_is_kept(monkeypatch, seat):
    """The address asks for a long run that turns out to be refused; meanwhile its visitor has gone on."""
    hello = chosen(**LONG)

    def meanwhile():
        seat.ask(2, choose={"duration": 200, "tau": 20})
        raise ValueError("Too much.")

    while_running(monkeypatch, hello, meanwhile)
    seat.say(1, hello=f"?duration={LONG['duration']}")
    assert seat.read()
    seat.run_long()
    assert seat.answer["seq"] == 2
    assert seat.ask(3)["values"]["tau"] == 20


# -- leaving -------------------------------------------------------------------------------------------------------
def test_who_has_left_is_out_of_every_queue_and_computes_nothing(opened, runs, parts_of_a_study):
    opened.ask(1, tab="kick", choose={"tau": 20})
    opened.say(2, choose={"tau": 21})
    opened.visitor.leave()
    assert opened.turns.left == [opened.visitor]
    assert opened.loop.timers == []
    assert not opened.visitor.answer()
    assert not opened.visitor.study()
    opened.loop.run()
    assert len(runs) == len(opened.frames) == 1
    assert parts_of_a_study == []


def test_a_result_that_arrives_after_the_visitor_has_left_is_dropped(opened):
    opened.say(1, choose={"tau": 20})
    opened.visitor.answer()
    opened.visitor.leave()
    opened.loop.run()
    assert opened.frames == []
    assert opened.loop.timers == []


def test_a_long_run_of_a_visitor_who_has_left_is_not_made(opened, runs):
    opened.say(1, choose=LONG)
    assert opened.visitor.answer()
    opened.visitor.leave()
    opened.visitor.run_long()
    opened.loop.run()
    assert runs == opened.frames == []


def test_a_result_computed_while_the_visitor_leaves_is_dropped(monkeypatch, opened):
    while_running(monkeypatch, chosen(tau=20), opened.visitor.leave)
    opened.ask(1, choose={"tau": 20})
    assert opened.frames == []


def test_a_part_of_a_study_that_arrives_after_the_visitor_has_left_is_dropped(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.frames.clear()
    assert opened.visitor.study()
    opened.visitor.leave()
    opened.loop.run()
    assert opened.frames == []
    assert not opened.visitor.study()


def test_when_the_last_frame_is_taken_after_the_visitor_has_left_nothing_follows(opened, runs):
    opened.slow = True
    opened.ask(1, choose={"tau": 20})
    opened.say(2, choose={"tau": 21})
    opened.visitor.leave()
    opened.take()
    assert opened.turns.wishes == []
    opened.read()
    assert len(runs) == len(opened.frames) == 1


def test_when_the_server_stops_while_a_result_is_computed_nothing_breaks(opened, parts_of_a_study):
    opened.ask(1, tab="kick")
    opened.rest()
    opened.loop.closed = True
    opened.ask(2, tab="kick", choose={"tau": 20})
    assert not opened.visitor.study()
    assert opened.answer["seq"] == 1


# -- messages ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    ["", "hello", "[]", "17", "null", '"x"', "[" * 100_000, "1" * 10_000, '{"choose": 5}', '{"choose": []}'],
    ids=lambda text: text[:14],
)
def test_what_is_no_message_of_the_page_ends_the_connection_in_a_sentence(opened, text):
    opened.visitor.wish(text)
    opened.read()
    [reason] = opened.closed
    assert reason
    assert ".py" not in reason
    assert opened.frames == []


def test_a_message_is_read_as_the_page_means_it():
    assert Wish.read('{"seq": 3, "tab": "kick", "choose": {"tau": 2}, "reset": true, "ask": true, "hello": "?R=2", '
                     '"opening": true}') == Wish(3, "kick", {"tau": 2}, True, True, "?R=2", True)  # fmt: skip
    assert Wish.read("{}") == Wish(0, next(iter(TABS)), {}, False, False, None, False)


@pytest.mark.parametrize(
    ("given", "name", "read"),
    [
        ('{"lang": "de"}', "lang", "de"),
        ('{"lang": "fr"}', "lang", "en"),
        ('{"lang": ["de"]}', "lang", "en"),
        ('{"seq": "1"}', "seq", 0),
        ('{"seq": -1}', "seq", 0),
        ('{"seq": 1e308}', "seq", 0),
        ('{"seq": 9007199254740992}', "seq", 0),
        ('{"seq": 9007199254740991}', "seq", 2**53 - 1),
        ('{"tab": "nothing"}', "tab", "fi"),
        ('{"tab": ["kick"]}', "tab", "fi"),
        ('{"reset": 1}', "reset", False),
        ('{"ask": "yes"}', "ask", False),
        ('{"hello": 5}', "hello", None),
        ('{"opening": {}}', "opening", False),
    ],
)
def test_a_part_of_a_message_that_makes_no_sense_is_as_good_as_left_out(given, name, read):
    assert getattr(Wish.read(given), name) == read


def test_a_message_with_more_choices_than_a_page_has_chooses_nothing(opened):
    most = {f"x{number}": 1 for number in range(MOST_CHOICES - 1)} | {"tau": 20}
    assert opened.ask(1, choose=most)["values"]["tau"] == 20
    assert opened.ask(2, choose=most | {"x": 1, "tau": 21})["values"]["tau"] == 20


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)
inputs = st.sampled_from(["delta_T", "kind", "seed", "V_th", "V_reset", "tau", "I", "sigma", "device", "nothing"])
sensible = st.floats(0, 20) | st.sampled_from([*KINDS, "2,5", "−60"])
queries = st.text(max_size=20) | st.dictionaries(inputs, st.text(max_size=5) | sensible, max_size=4).map(
    lambda choices: "?" + "&".join(f"{name}={value}" for name, value in choices.items())
)
messages = st.fixed_dictionaries(
    {},
    optional={
        "seq": st.integers(0, 100) | json_values, "tab": st.sampled_from([*TABS]) | json_values,
        "choose": st.dictionaries(inputs | st.text(max_size=5), sensible | json_values, max_size=4) | json_values,
        "reset": st.booleans() | json_values, "ask": st.booleans() | json_values, "hello": queries | json_values,
        "opening": st.booleans() | json_values, "view": st.lists(st.floats(-1e3, 1e3)) | json_values,
    },
)  # fmt: skip


@given(
    text=st.text()
    | st.text('[]{}":,0123456789.-+eE \\unaltrfsI')
    | json_values.map(json.dumps)
    | messages.map(json.dumps)
)
def test_whatever_is_sent_is_read_with_care_or_refused(text):
    try:
        wish = Wish.read(text)
    except ValueError:
        return
    assert 0 <= wish.seq < 2**53
    assert wish.tab in TABS
    assert len(wish.choose) <= MOST_CHOICES
    assert all(isinstance(name, str) for name in wish.choose)
    assert {type(wish.reset), type(wish.ask), type(wish.opening)} == {bool}
    assert wish.hello is None or isinstance(wish.hello, str)


@settings(max_examples=60)
@given(sent=st.lists(messages.map(json.dumps) | json_values.map(json.dumps) | st.text(max_size=9), max_size=5))
def test_no_message_breaks_a_visitor_and_a_good_choice_works_afterwards(sent):
    seat = Seat()
    for text in sent:
        seat.visitor.wish(text)
        if seat.read():
            seat.run_long()
        seat.rest()
        seat.study(parts=1)
    assert "The server could not handle this message." not in seat.closed
    assert module.BROKEN not in seat.texts.get("warnings", [])
    answer = seat.ask(77, reset=True, choose={"delta_T": 2.5})
    assert (answer["seq"], answer["refused"]) == (77, {})
    assert answer["values"] == Session().values() | {"delta_T": 2.5}
    assert "Hz" in seat.texts["sentence"]
    assert seat.texts["warnings"] == []
    fresh, opened = Seat(), Seat()
    fresh.ask(hello="?delta_T=2.5")
    opened.ask(hello="")
    for name in ("trace", "spikes", "current", "phase_line", "fi_theory"):
        shown = {**opened.sources, **seat.sources}  # a message may say that its page holds the opening run already
        assert shown[name] == fresh.sources[name]
