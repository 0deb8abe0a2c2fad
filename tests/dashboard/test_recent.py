"""The latest runs are kept whole, as far as there is room."""

import pytest

from dashboard.recent import Recent
from dashboard.result import compute
from dashboard.session import Session


def chosen(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


def test_a_run_is_made_once_while_it_is_remembered():
    recent = Recent()
    run = recent.get(chosen(I=5), compute)
    assert recent.get(chosen(I=5), lambda choice: pytest.fail("It was made again.")) is run


def test_the_run_that_was_asked_for_longest_ago_is_forgotten_first():
    recent = Recent(samples=7000)  # room for two runs of 3000
    runs = [chosen(I=I) for I in (4, 5, 6)]
    for choice in (runs[0], runs[1], runs[0], runs[2]):
        recent.get(choice, compute)
    assert [choice in recent for choice in runs] == [True, False, True]


def test_a_run_that_is_too_long_to_be_kept_is_returned_all_the_same():
    recent = Recent(samples=100)
    assert recent.get(chosen(), compute).trace.t.size == 3000
    assert chosen() not in recent
    assert recent.get(chosen(duration=5), compute).choice in recent
