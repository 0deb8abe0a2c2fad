"""The log has a line for what an operator should know, and few from any one source."""

import logging

import pytest

from dashboard.serving import log


@pytest.fixture(autouse=True)
def fresh(monkeypatch, caplog):
    log._lines.clear()
    log._kinds.clear()
    caplog.set_level(logging.INFO)


def test_one_source_has_ten_lines_a_minute_and_others_theirs(monkeypatch, caplog):
    now = [0.0]
    monkeypatch.setattr(log.time, "monotonic", lambda: now[0])
    for _ in range(50):
        log.log_visitor("1.2.3.4", "misbehaves")
    log.log_visitor("5.6.7.8", "misbehaves")
    assert len(caplog.records) == 11
    assert "left out" in caplog.records[9].message
    now[0] = 61.0
    log.log_visitor("1.2.3.4", "misbehaves")
    assert len(caplog.records) == 12


def test_the_sources_that_are_kept_in_mind_are_limited(monkeypatch):
    monkeypatch.setattr(log, "MOST_ADDRESSES", 5)
    for number in range(20):
        log.log_visitor(str(number), "x")
    assert len(log._lines) == 5


def test_an_error_has_its_traceback_once():
    def fail():
        raise KeyError("x")

    def record():
        try:
            fail()
        except KeyError as error:
            log.trouble("a run failed", error)

    seen = logging.getLogger("dashboard")
    lines = []
    handler = logging.Handler()
    handler.emit = lambda each: lines.append((each.getMessage(), each.exc_info))
    seen.addHandler(handler)
    for _ in range(30):
        record()
    seen.removeHandler(handler)
    assert [bool(trace) for _, trace in lines] == [True] + [False] * 10
    assert "a run failed again" in lines[1][0]
