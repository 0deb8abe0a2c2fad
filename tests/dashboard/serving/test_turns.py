"""Who computes next: visitors take turns, and nobody's long run holds up the others."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import pytest

from dashboard.serving import turns as module
from dashboard.serving.turns import Turns

PATIENCE = 20.0  # s; only a broken server waits for so long
NEVER = 1e6  # s


class Log:
    """What has been done so far, by all visitors in one order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._changed = threading.Condition()

    def __call__(self, what: str) -> None:
        with self._changed:
            self.done.append(what)
            self._changed.notify_all()

    def wait_for(self, what: str, times: int = 1) -> None:
        with self._changed:
            enough = self._changed.wait_for(lambda: self.done.count(what) >= times, PATIENCE)
            assert enough, f"{what} is missing in {self.done}"


class Gate:
    """Where a visitor's work stands until the test lets it go on."""

    def __init__(self) -> None:
        self._reached, self._open = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self._reached.set()
        assert self._open.wait(PATIENCE)

    def wait_until_reached(self) -> None:
        assert self._reached.wait(PATIENCE)

    def open(self) -> None:
        self._open.set()


class Visitor:
    """Does what its script says, and tells the log."""

    def __init__(self, log: Log, name: str, long: bool = False, parts: int = 1) -> None:
        self.log, self.name, self.long, self.parts = log, name, long, parts
        self.before: dict[str, deque[Callable[[], None]]] = {each: deque() for each in ("answer", "run", "part")}

    def _do(self, what: str) -> None:
        waiting = self.before[what]
        if waiting:
            waiting.popleft()()
        self.log(f"{self.name} {what}")

    def answer(self) -> bool:
        self._do("answer")
        return self.long

    def run_long(self) -> None:
        self._do("run")

    def study(self) -> bool:
        self._do("part")
        self.parts -= 1
        return self.parts > 0

    def stopped_at(self, what: str) -> Gate:
        """Let the next work of this kind stand at a gate."""
        gate = Gate()
        self.before[what].append(gate)
        return gate


def wait_until_queued(turns: Turns, visitors: int) -> None:
    """A long run is queued a moment after its answer has been given."""
    end = time.monotonic() + PATIENCE
    while turns.waiting != visitors:
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def turns() -> Turns:
    started = Turns()
    started.start()
    return started


def test_a_visitor_is_answered(turns, log):
    turns.wish(Visitor(log, "a"))
    log.wait_for("a answer")


def test_visitors_are_answered_in_turn_and_who_wishes_often_is_answered_once(turns, log):
    eager, other, last = Visitor(log, "eager"), Visitor(log, "other"), Visitor(log, "last")
    gate = eager.stopped_at("answer")
    turns.wish(eager)
    gate.wait_until_reached()
    turns.wish(other)
    for _ in range(50):
        turns.wish(eager)
    turns.wish(other)
    turns.wish(last)
    gate.open()
    log.wait_for("last answer")
    assert log.done == ["eager answer", "other answer", "eager answer", "last answer"]


def test_only_one_answer_is_computed_at_a_time(turns, log):
    running, most = [], []

    def counted() -> None:
        running.append(1)
        most.append(len(running))
        running.pop()

    visitors = [Visitor(log, f"{number}") for number in range(20)]
    for visitor in visitors:
        visitor.before["answer"] = deque([counted])
        turns.wish(visitor)
    for number in range(20):
        log.wait_for(f"{number} answer")
    assert most == [1] * 20


def test_a_long_run_holds_up_nobody_else(turns, log):
    patient, quick = Visitor(log, "patient", long=True), Visitor(log, "quick")
    gate = patient.stopped_at("run")
    turns.wish(patient)
    gate.wait_until_reached()
    for times in range(1, 4):
        turns.wish(quick)
        log.wait_for("quick answer", times)
    assert log.done == ["patient answer"] + ["quick answer"] * 3
    gate.open()
    log.wait_for("patient run")


def test_long_runs_are_made_one_after_the_other_in_turn(turns, log):
    visitors = [Visitor(log, name, long=True) for name in "abc"]
    gate = visitors[0].stopped_at("run")
    for visitor in visitors:
        turns.wish(visitor)
        log.wait_for(f"{visitor.name} answer")
    gate.wait_until_reached()
    wait_until_queued(turns, 2)
    gate.open()
    log.wait_for("c run")
    assert log.done[-3:] == ["a run", "b run", "c run"]


def test_visitors_take_turns_with_the_parts_of_their_studies(turns, log):
    blocking, one, other = Visitor(log, "x"), Visitor(log, "a", parts=3), Visitor(log, "b", parts=3)
    gate = blocking.stopped_at("part")
    for visitor in (blocking, one, other):
        turns.study(visitor)
    gate.wait_until_reached()
    gate.open()
    log.wait_for("b part", 3)
    assert log.done == ["x part", "a part", "b part", "a part", "b part", "a part", "b part"]


def test_a_study_goes_on_while_there_are_more_parts_and_no_longer(turns, log):
    three, one = Visitor(log, "three", parts=3), Visitor(log, "one")
    turns.study(three)
    log.wait_for("three part", 3)
    turns.study(one)
    log.wait_for("one part")
    assert log.done == ["three part"] * 3 + ["one part"]


def test_a_long_run_comes_before_all_studies(turns, log):
    student, patient = Visitor(log, "student", parts=2), Visitor(log, "patient", long=True)
    gate = student.stopped_at("part")
    turns.study(student)
    gate.wait_until_reached()
    turns.wish(patient)
    log.wait_for("patient answer")
    wait_until_queued(turns, 1)
    gate.open()
    log.wait_for("student part", 2)
    assert log.done == ["patient answer", "student part", "patient run", "student part"]


@pytest.fixture
def patience_without_end(monkeypatch, turns, log):
    """However long ago the last study was, the next one waits."""
    monkeypatch.setattr(module, "LONGEST_WAIT", NEVER)
    turns.study(Visitor(log, "earlier"))
    log.wait_for("earlier part")
    log.done.clear()


@pytest.fixture
def answering(turns, log):
    """A slider that waits: somebody's answer is under way until its gate is opened."""
    visitor = Visitor(log, "slider")
    gate = visitor.stopped_at("answer")
    turns.wish(visitor)
    gate.wait_until_reached()
    yield gate
    gate.open()


def test_a_study_waits_while_a_slider_waits(patience_without_end, turns, answering, log):
    student = Visitor(log, "student")
    begun = threading.Event()
    student.before["part"].append(begun.set)
    turns.study(student)
    assert not begun.wait(0.1)
    answering.open()
    log.wait_for("student part")
    assert log.done == ["slider answer", "student part"]


def test_a_study_does_not_wait_for_ever_for_the_sliders(monkeypatch, turns, answering, log):
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.0)
    turns.study(Visitor(log, "student"))
    log.wait_for("student part")
    assert log.done == ["student part"]


def test_a_study_that_waits_lets_a_long_run_pass(patience_without_end, turns, log):
    patient, slider, student = Visitor(log, "patient", long=True), Visitor(log, "slider"), Visitor(log, "student")
    held, busy = patient.stopped_at("answer"), slider.stopped_at("answer")
    turns.wish(patient)
    turns.wish(slider)
    held.wait_until_reached()
    turns.study(student)
    held.open()
    busy.wait_until_reached()
    log.wait_for("patient run")
    busy.open()
    log.wait_for("student part")
    assert log.done == ["patient answer", "patient run", "slider answer", "student part"]


def test_who_has_left_is_not_answered(turns, log):
    first, gone, last = Visitor(log, "first"), Visitor(log, "gone", long=True), Visitor(log, "last")
    gate = first.stopped_at("answer")
    turns.wish(first)
    gate.wait_until_reached()
    turns.wish(gone)
    turns.wish(last)
    assert turns.waiting == 2
    turns.leave(gone)
    assert turns.waiting == 1
    gate.open()
    log.wait_for("last answer")
    assert log.done == ["first answer", "last answer"]


def test_of_who_has_left_no_long_run_is_made_and_no_study(turns, log):
    first, gone, last = (
        Visitor(log, "first", long=True),
        Visitor(log, "gone", long=True),
        Visitor(log, "last", long=True),
    )
    gate = first.stopped_at("run")
    for visitor in (first, gone, last):
        turns.wish(visitor)
    log.wait_for("last answer")
    gate.wait_until_reached()
    turns.study(gone)
    turns.study(last)
    wait_until_queued(turns, 2)
    turns.leave(gone)
    gate.open()
    log.wait_for("last part")
    assert [each for each in log.done if "answer" not in each] == ["first run", "last run", "last part"]


def test_leaving_without_having_wished_for_anything_does_no_harm(turns, log):
    turns.leave(Visitor(log, "stranger"))
    turns.wish(Visitor(log, "next"))
    log.wait_for("next answer")


def test_a_visitor_whose_turn_fails_does_not_end_the_thread_for_the_others(caplog):
    served = threading.Event()

    class Broken:
        def answer(self):
            raise ZeroDivisionError

        run_long = study = answer

    class Sound(Broken):
        def answer(self):
            served.set()
            return False

    turns = Turns()
    turns.start()
    turns.study(Broken())
    turns.wish(Broken())
    turns.wish(Sound())
    assert served.wait(20)
