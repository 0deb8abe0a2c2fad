"""The newest choice wins, one run at a time, and a failure hurts nobody."""

import threading
import time

import pytest

from dashboard.live import POOL, Live


class Loop:
    """Stands in for the document: callbacks run when the test says so, as on an event loop."""

    def __init__(self):
        self.calls = []
        self.arrived = threading.Event()

    def add_next_tick_callback(self, call):
        self.calls.append(call)
        self.arrived.set()

    def run_one(self):
        assert self.arrived.wait(10)
        self.arrived.clear()
        self.calls.pop(0)()


@pytest.fixture
def loop():
    return Loop()


@pytest.fixture
def seen():
    return []


def worker(loop, seen, compute):
    return Live(
        loop,
        compute,
        publish=lambda result, ticket: seen.append((result, ticket)),
        fail=lambda sentence, ticket: seen.append((sentence, ticket)),
    )


def test_choices_made_during_a_run_replace_each_other(loop, seen):
    gate, runs = threading.Event(), []

    def compute(choice):
        runs.append(choice)
        gate.wait(10)
        return choice

    live = worker(loop, seen, compute)
    for ticket, choice in enumerate("abcd"):
        live.request(choice, ticket)
    gate.set()
    loop.run_one()
    loop.run_one()
    assert runs == ["a", "d"]
    assert seen == [("a", 0), ("d", 3)]


def test_only_one_run_is_under_way_at_a_time(loop, seen):
    running, most = [0], [0]

    def compute(choice):
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.002)
        running[0] -= 1
        return choice

    live = worker(loop, seen, compute)
    for choice in range(20):
        live.request(choice, choice)
        if loop.arrived.is_set():
            loop.run_one()
    while seen[-1:] != [(19, 19)]:
        loop.run_one()
    assert most == [1]


def test_a_refused_run_is_told_and_the_next_one_works(loop, seen):
    def compute(choice):
        if choice == "bad":
            raise ValueError("Too much.")
        return choice

    live = worker(loop, seen, compute)
    live.request("bad", 1)
    loop.run_one()
    live.request("good", 2)
    loop.run_one()
    assert seen == [("Too much.", 1), ("good", 2)]


def test_a_broken_run_is_logged_and_told_without_its_details(loop, seen, caplog):
    def compute(choice):
        raise ZeroDivisionError("/secret/path")

    worker(loop, seen, compute).request("any", 1)
    loop.run_one()
    assert "secret" not in seen[0][0]
    assert "ZeroDivisionError" in caplog.text


def test_nothing_is_published_after_the_visitor_has_left(loop, seen):
    gate = threading.Event()

    def compute(choice):
        gate.wait(10)
        return choice

    live = worker(loop, seen, compute)
    live.request("a", 1)
    live.request("b", 2)
    live.close()
    gate.set()
    POOL.submit(int).result()
    for call in loop.calls:
        call()
    assert seen == []


def test_a_result_that_arrives_after_the_visitor_has_left_is_dropped(loop, seen):
    live = worker(loop, seen, str)
    live.request("a", 1)
    assert loop.arrived.wait(10)
    live.close()
    loop.run_one()
    assert seen == []


def test_when_publishing_breaks_the_visitor_is_told_and_the_next_choice_runs(loop, seen):
    def publish(result, ticket):
        if result == "bad":
            raise KeyError(result)
        seen.append((result, ticket))

    live = Live(loop, str, publish, fail=lambda sentence, ticket: seen.append((sentence[:8], ticket)))
    live.request("bad", 1)
    live.request("good", 2)
    loop.run_one()
    loop.run_one()
    assert seen == [("This run", 1), ("good", 2)]
