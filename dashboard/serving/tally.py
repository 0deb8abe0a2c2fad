"""What a class has answered: how many are there, how many voted for what, and the points that were found."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dashboard import lessons
from dashboard.serving.limits import COMMON_POINTS, LESSONS, OPTIONS, PLOTS, POINTS

NAME = re.compile(r"[\w.-]{1,40}", re.ASCII)
Point = tuple[float, float]


class Tally(NamedTuple):
    """Counts of one process, or of all together."""

    present: int = 0
    votes: Mapping[str, Mapping[str, int]] = {}  # by lesson and answer
    points: Mapping[str, tuple[Point, ...]] = {}  # by lesson; equal ones once
    finders: Mapping[str, int] = {}  # by lesson, how many have found points


class Ballot:
    """What one member has answered; a new answer takes the place of the old one.

    What no lesson of this server asks is not kept: a page of an earlier version may say it, and so may a mischief.
    """

    def __init__(self) -> None:
        self.votes: dict[str, str] = {}
        self.points: dict[str, tuple[Point, ...]] = {}

    def vote(self, said: Any) -> bool:
        """Take `[lesson, answer]`; no answer takes the vote back. Return whether that changes anything.

        Raises
        ------
        ValueError
            If it is no vote.
        """
        lesson, option = _pair(said)
        if option is not None and not _is_name(option):
            raise ValueError("A vote names a lesson and one of its answers.")
        asked = lessons.questions().get(lesson)
        if asked is None or (option is not None and option not in asked.options):
            return False
        return _put(self.votes, lesson, option)

    def mark(self, said: Any) -> bool:
        """Take `[lesson, [[x, y], ...]]`, all points of a lesson; return whether that changes anything.

        Raises
        ------
        ValueError
            If these are no points.
        """
        lesson, points = _pair(said)
        if not isinstance(points, list) or len(points) > POINTS:
            raise ValueError(f"The points of a lesson are a list of up to {POINTS}.")
        checked = tuple(dict.fromkeys(_checked_point(each) for each in points))
        asked = lessons.questions().get(lesson)
        return asked is not None and asked.points and _put(self.points, lesson, checked or None)


def tally_of(ballots: Iterable[Ballot], present: int) -> Tally:
    """Count what members have answered."""
    votes: dict[str, Counter[str]] = {}
    points: dict[str, Counter[Point]] = {}
    finders: Counter[str] = Counter()
    for ballot in ballots:
        for lesson, option in ballot.votes.items():
            votes.setdefault(lesson, Counter())[option] += 1
        for lesson, found in ballot.points.items():
            points.setdefault(lesson, Counter()).update(found)
            finders[lesson] += 1
    return _bounded(present, votes, points, finders)


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """Put the counts of several processes together."""
    votes: dict[str, Counter[str]] = {}
    points: dict[str, Counter[Point]] = {}
    finders: Counter[str] = Counter()
    present = 0
    for tally in tallies:
        present += tally.present
        for lesson, options in tally.votes.items():
            votes.setdefault(lesson, Counter()).update(options)
        for lesson, found in tally.points.items():
            points.setdefault(lesson, Counter()).update(found)
        finders.update(tally.finders)
    return _bounded(present, votes, points, finders)


def tally_from(
    present: int, votes: Mapping[str, Mapping[str, int]], points: Mapping[str, list], finders: Mapping[str, int]
) -> Tally:
    """Return what another process has counted, as it came in JSON."""
    return Tally(present, votes, {lesson: tuple((x, y) for x, y in found) for lesson, found in points.items()}, finders)


def _bounded(
    present: int,
    votes: Mapping[str, Counter[str]],
    points: Mapping[str, Counter[Point]],
    finders: Counter[str],
) -> Tally:
    """Return as much of the counts as a room shows: first what most have answered, whoever has found how much."""
    busiest = sorted(votes, key=lambda lesson: -votes[lesson].total())[:LESSONS]
    fullest = [lesson for lesson, _ in finders.most_common(PLOTS)]
    return Tally(
        present,
        {lesson: dict(votes[lesson].most_common(OPTIONS)) for lesson in busiest},
        {lesson: tuple(point for point, _ in points[lesson].most_common(COMMON_POINTS)) for lesson in fullest},
        {lesson: finders[lesson] for lesson in fullest},
    )


def _pair(said: Any) -> tuple[str, Any]:
    if not isinstance(said, list) or len(said) != 2 or not _is_name(said[0]):
        raise ValueError("What is answered begins with the name of its lesson.")
    return said[0], said[1]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def _checked_point(said: Any) -> Point:
    """Return a point with three digits, so that those who found the same have the same."""
    numbers = isinstance(said, list) and len(said) == 2 and all(type(each) in (int, float) for each in said)
    try:
        x, y = (float(f"{each:.3g}") for each in said) if numbers else (math.nan, math.nan)
    except OverflowError:  # of a whole number with hundreds of digits
        x = y = math.nan
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("A point is two finite numbers.")
    return x, y


def _put(answers: dict[str, Any], lesson: str, answer: Any) -> bool:
    if answers.get(lesson) == answer:
        return False
    if answer is None:
        del answers[lesson]
    elif lesson in answers or len(answers) < LESSONS:
        answers[lesson] = answer
    else:
        return False
    return True
