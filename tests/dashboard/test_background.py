"""One study per visitor: stale ones compute and publish nothing, and visitors take turns."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard import background
from dashboard.background import Background


class Loop:
    """Stands in for the document: what is asked for runs when the test says so, as on an event loop."""

    def __init__(self):
        self.calls, self.timers = [], []
        self.arrived = threading.Semaphore(0)

    def add_next_tick_callback(self, call):
        self.calls.append(call)
        self.arrived.release()

    def add_timeout_callback(self, call, milliseconds):
        self.timers.append(call)
        return call

    def remove_timeout_callback(self, timer):
        self.timers.remove(timer)

    def rest(self):
        """Let the time pass that a choice must stand still."""
        self.timers.pop()()

    def run_one(self):
        assert self.arrived.acquire(timeout=10)
        self.calls.pop(0)()


class Visitor:
    def __init__(self):
        self.loop, self.seen, self.failed = Loop(), [], []
        self.background = Background(self.loop, self.seen.append, self.failed.append)


@pytest.fixture
def visitor():
    return Visitor()


@pytest.fixture(autouse=True)
def one_worker(monkeypatch):
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(background, "POOL", pool)
        yield pool


def counting(parts, computed, name=""):
    def study():
        for part in range(parts):
            computed.append(f"{name}{part}")
            yield f"{name}{part}"

    return study


def test_every_part_of_a_study_is_published_in_order(visitor):
    visitor.background.start(counting(3, []))
    visitor.loop.rest()
    for _ in range(4):  # the last one finds the end
        visitor.loop.run_one()
    assert visitor.seen == ["0", "1", "2"]
    assert visitor.loop.calls == []


def test_a_study_waits_until_the_choices_rest(visitor):
    computed = []
    for name in "abc":
        visitor.background.start(counting(1, computed, name))
    assert len(visitor.loop.timers) == 1
    visitor.loop.rest()
    visitor.loop.run_one()
    assert computed == ["c0"]


def test_a_study_superseded_while_it_waits_for_the_pool_computes_nothing(visitor, one_worker):
    gate, computed = threading.Event(), []
    one_worker.submit(gate.wait, 10)
    visitor.background.start(counting(2, computed, "old"))
    visitor.loop.rest()
    visitor.background.start(counting(1, computed, "new"))
    visitor.loop.rest()
    gate.set()
    visitor.loop.run_one()
    visitor.loop.run_one()
    assert computed == visitor.seen == ["new0"]


def test_a_part_that_became_stale_while_it_was_computed_is_not_published(visitor):
    gate, begun = threading.Event(), threading.Event()

    def old():
        begun.set()
        gate.wait(10)
        yield "old"

    visitor.background.start(old)
    visitor.loop.rest()
    assert begun.wait(10)
    visitor.background.stop()
    gate.set()
    visitor.loop.run_one()
    assert visitor.seen == visitor.loop.calls == []


def test_a_visitor_has_never_more_than_one_part_in_the_pool(visitor, monkeypatch):
    waiting = []
    monkeypatch.setattr(background.POOL, "submit", lambda *work: waiting.append(work))
    for name in "abcdef":
        visitor.background.start(counting(3, [], name))
        visitor.loop.rest()
        assert len(waiting) == 1


def test_visitors_take_turns():
    computed, (one, other) = [], (Visitor(), Visitor())
    for visitor, name in ((one, "a"), (other, "b")):
        visitor.background.start(counting(3, computed, name))
        visitor.loop.rest()
    for _ in range(4):
        one.loop.run_one()
        other.loop.run_one()
    assert computed == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_a_refused_study_tells_its_sentence_after_what_it_had(visitor):
    def study():
        yield "exact"
        raise ValueError("Too much.")

    visitor.background.start(study)
    visitor.loop.rest()
    visitor.loop.run_one()
    visitor.loop.run_one()
    assert (visitor.seen, visitor.failed, visitor.loop.calls) == (["exact"], ["Too much."], [])


def test_a_broken_study_is_logged_and_told_without_its_details_and_the_next_one_runs(visitor, caplog):
    def study():
        yield 1 / 0

    visitor.background.start(study)
    visitor.loop.rest()
    visitor.loop.run_one()
    assert "ZeroDivisionError" in caplog.text
    assert "division" not in visitor.failed[0]
    visitor.background.start(counting(1, []))
    visitor.loop.rest()
    visitor.loop.run_one()
    assert visitor.seen == ["0"]
