"""The pins of one visitor: earlier runs that stay behind the present one, each shown in a turn of its own.

A pin is the query string of its choices. So nothing needs to be kept here: a page sends its pins whenever they, or what
is seen of them, have changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from dashboard import address, update
from dashboard.session import Session, Snapshot
from dashboard.tabs import TABS
from dashboard.update import PINS, Update
from dashboard.views.detail import Window
from model.stimuli import Points

LONGEST = 3000  # characters of a pin: of a drawing that an address holds, and the other choices
FIRST = next(iter(TABS))  # whose plots have all that is shown of a pin


class Due(NamedTuple):
    """A pin that is to be shown, or to be taken away."""

    number: int  # from 1
    query: str | None
    view: Any  # the times that are seen, if not all
    tab: str


class Pinned:
    """What is still to be shown of a visitor's pins.

    Parameters
    ----------
    seen : callable
        Returns what a page shows of choices, with a tab, in a window.
    """

    def __init__(self, seen: Callable[[Snapshot, str, Window | None], Update]) -> None:
        self._seen = seen
        self._wanted: deque[list[Due]] = deque(maxlen=1)  # the newest list; two threads meet here
        self._due: list[Due] = []

    def want(self, pins: Any, view: Any, tab: str) -> None:
        """Take the pins of a page; what is no list of query strings, none of them too long, counts as no pin."""
        given = pins[:PINS] if isinstance(pins, list) else []
        queries = [each if isinstance(each, str) and len(each) <= LONGEST else None for each in given]
        queries += [None] * (PINS - len(given))
        self._wanted.append([Due(number, query, view, tab) for number, query in enumerate(queries, 1)])

    def next(self) -> Due | None:
        """Return the next pin to show; None where there is none."""
        if self._wanted:
            self._due = self._wanted.pop()
        return self._due.pop(0) if self._due else None

    def show(self, due: Due) -> Update:
        """Return what a page shows of a pin, and under `pin1` what it says of it.

        Raises
        ------
        ValueError
            In a sentence, where the pin cannot be read, or asks for too much.
        """
        session = choices_of(due.query or "")
        choice = session.snapshot()
        window = update.window_of(due.view, choice.duration)
        pieces, ranges = update.pinned(self._seen(choice, FIRST, window), due.number, due.tab)
        values, changed = (plain(each) for each in (session.values(), session.changed()))
        said = {"query": due.query, "kind": session.kind, "values": values, "changed": changed}
        return Update(pieces, {}, {f"pin{due.number}": {**said, "ranges": ranges}})


def plain(choices: dict[str, Any]) -> dict[str, Any]:
    """Return choices as JSON holds them: a drawing as its text."""
    return {name: address.text(value) if isinstance(value, Points) else value for name, value in choices.items()}


def choices_of(query: str) -> Session:
    """Return the choices of a pin.

    Raises
    ------
    ValueError
        In a sentence, where one of them cannot be read.
    """
    choices, problems = address.from_query(query)
    session = Session()
    for problem in (*problems, *session.choose(choices).values()):
        raise ValueError(problem)
    return session
