"""One visitor: what was chosen, what is on the screen, and how the one leads to the other.

Three threads meet here, each with its own part. The event loop receives wishes and sends frames; the quick thread
reads the wishes, validates and computes; the long one makes long runs and studies. What passes between them is one
wish, replaced by a newer one before anybody has read it, and updates, which are merged until the socket is free.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

from dashboard import address, lessons, playing, update
from dashboard.frames import Piece, frame
from dashboard.recent import Recent
from dashboard.result import compute, is_long
from dashboard.serving.log import trouble
from dashboard.serving.pinned import Due, Pinned
from dashboard.serving.turns import Turns
from dashboard.session import Session, Snapshot
from dashboard.tabs import TABS
from dashboard.update import Update
from dashboard.views.detail import Window
from dashboard.views.style import PALETTES
from dashboard.words import ENGLISH, LANGUAGES, translated
from model.points import Points
from model.quantity import shorten
from model.sentences import say

MOST_CHOICES = 100  # in one message; a page has fewer than thirty inputs
MOST_NOTICES = 10  # about one address
REST = 0.08  # s without a change before a study starts
LONGEST_REST = 0.12  # s after which it starts all the same, so that points follow a drag
REMEMBERED = 200  # updates, about 25 kB each: a class that follows one lesson asks for the same ones
FIRST = next(iter(TABS))
BROKEN = say("This run failed inside the program; the last good one is still shown. It was logged.")


class Wish(NamedTuple):
    """A message of the page, read so that it can do no harm, whatever it holds."""

    seq: int
    tab: str
    choose: Mapping[str, Any]
    reset: bool
    ask: bool
    hello: str | None
    opening: bool  # the page shows the opening run already
    view: Any = None  # the times that are seen, if not all; to be checked
    link: Any = None  # of which a picture is wanted; to be checked
    pins: Any = None  # query strings of runs to show behind the present one; to be checked
    lang: str = ENGLISH  # of the page
    play: Any = None  # the piece of the future that is wanted, for the neuron runs; to be checked

    @classmethod
    def read(cls, text: str) -> Wish:
        """Return the wish that a message holds.

        Raises
        ------
        ValueError
            If it is none of the page's.
        """
        try:
            data = json.loads(text)
        except RecursionError:
            data = None
        if not isinstance(data, dict) or not isinstance(data.get("choose", {}), dict):
            raise ValueError("A message is a JSON object with the choices in it.")
        seq, tab, hello, lang = (data.get(name) for name in ("seq", "tab", "hello", "lang"))
        choose = data.get("choose", {})
        return cls(
            seq if isinstance(seq, int) and 0 <= seq < 2**53 else 0,
            tab if isinstance(tab, str) and tab in TABS else FIRST,
            choose if len(choose) <= MOST_CHOICES else {},
            data.get("reset") is True, data.get("ask") is True,
            hello if isinstance(hello, str) else None, data.get("opening") is True, data.get("view"), data.get("link"),
            data.get("pins"), lang if isinstance(lang, str) and lang in LANGUAGES else ENGLISH, data.get("play"),
        )  # fmt: skip


recent = Recent()


@lru_cache(maxsize=REMEMBERED)
def update_of_run(choice: Snapshot, tab: str) -> Update:
    """Return what a page with this tab open shows of a whole run with these choices; remembered for all visitors."""
    return update.of_result(recent.keep(compute(choice)), tab)


@lru_cache(maxsize=REMEMBERED)
def shown_in(language: str, choice: Snapshot, tab: str) -> Update:
    """Return the same in another language; the numbers are shared."""
    return update.translated_update(update_of_run(choice, tab), language)


def update_of_view(choice: Snapshot, tab: str, window: Window | None, language: str) -> Update:
    """Return what a page with this tab open shows of a run, of which it sees all or a window [ms]."""
    if window is None:
        return update_of_run(choice, tab) if language == ENGLISH else shown_in(language, choice, tab)
    return update.translated_update(
        update.closely(update_of_run(choice, tab), recent.get(choice, compute), window), language
    )


class Visitor:
    """One visitor, from the message of the page to the answer.

    Parameters
    ----------
    turns : Turns
        Where the visitor queues.
    send : callable
        Sends a frame; returns a future that is done when the socket has taken it.
    close : callable
        Ends the connection, with a reason.
    """

    def __init__(
        self, turns: Turns, send: Callable[[bytes], asyncio.Future], close: Callable[[str], None], loop: Any
    ) -> None:
        self._turns, self._send, self._close, self._loop = turns, send, close, loop
        self.leads: Callable[[dict[str, Any]], None] | None = None  # takes what is chosen, where others follow
        self.pictured: Callable[[Any], Awaitable[str]] | None = None  # returns a picture of a link
        self._gone = False
        self._wish: str | None = None
        self.answers = 0
        # of the quick thread
        self._session, self._tab, self._choice = Session(), "", Session().snapshot()
        self._window: Window | None = None
        self._language = ENGLISH
        self._notices: list[str] = []  # about the address, until a choice is taken that is none of the address
        self._told: list[str] | None = None  # the notices that the page has
        self._drawn: Points | None = None  # the drawn current that the page has
        self._known = False
        self._run = 0  # counts the choices that were run; an older one is stale
        self._long: tuple[Wish, dict[str, str], int] | None = None
        # of the long thread
        self._parts: Iterator[Any] = iter(())
        self._studied: tuple[Snapshot, str, bool, int] | None = None
        self._finished: tuple[Snapshot, str, bool, int] | None = None
        self._wanted: tuple[Snapshot, str, bool, int] | None = None
        self._study_sources: dict[str, tuple[str, ...]] = {}
        self._pinned = Pinned(partial(update_of_view, language=ENGLISH))
        # of the event loop
        self._shown: dict[str, Piece] = {}
        self._axes: dict[str, tuple[float, ...]] = {}
        self._outgoing: dict[str, Any] | None = None
        self._sending = False
        self._drawing: asyncio.Future | None = None  # a picture of a link
        self._timer: asyncio.TimerHandle | None = None
        self._unrested = 0.0

    # -- event loop ----------------------------------------------------------------------------------------------
    def wish(self, text: str) -> None:
        """Take a message of the page; one that nobody has read yet is replaced."""
        self._wish = text
        if not self._sending:  # else it is read when the socket has taken the last answer
            self._turns.wish(self)

    def leave(self) -> None:
        """Forget everything: the visitor has left."""
        self._gone = True
        self._run += 1
        self._turns.leave(self)
        if self._timer is not None:
            self._timer.cancel()

    def _deliver(self, news: Update, answer: dict[str, Any] | None, run: int | None, known: bool) -> None:
        """Add news to what goes out next, unless it is stale; what the page shows already is left out."""
        if self._gone or (answer is None and run is not None and run != self._run):  # stale, unless it is of no run
            return
        if known:  # the page shows it already
            self._shown.update(news.pieces)
            self._axes.update(news.ranges)
            news = news._replace(pieces={}, ranges={})
        waiting = self._waiting()
        waiting["pieces"].update(news.pieces)
        waiting["ranges"].update(news.ranges)
        waiting["texts"].update(news.texts)
        if answer is not None:
            waiting["answer"] = answer
            self.answers += 1
            self._rest()
        if not self._sending:
            self._flush(waiting)

    def _show_link(self, link: Any) -> None:
        """Have a picture of a link drawn, and send it."""
        if self.pictured is not None:
            self._drawing = asyncio.ensure_future(self._send_picture(self.pictured(link)))

    async def _send_picture(self, drawn: Awaitable[str]) -> None:
        self._deliver(Update({}, {}, {"picture": await drawn}), None, None, False)

    def _waiting(self) -> dict[str, Any]:
        """Return what waits for the socket."""
        self._outgoing = self._outgoing or {"pieces": {}, "ranges": {}, "texts": {}}
        return self._outgoing

    def _deliver_played(self, play: dict[str, Any], ahead: dict[str, Piece]) -> None:
        """Send a piece of the future; nothing of it is kept in mind, and a newer one replaces it."""
        if self._gone:
            return
        waiting = self._waiting()
        waiting["play"], waiting["ahead"] = play, ahead
        if not self._sending:
            self._flush(waiting)

    def _flush(self, waiting: dict[str, Any]) -> None:
        """Send what waits, without the data sources and axes that the page has already."""
        self._outgoing = None
        pieces = {name: each for name, each in waiting["pieces"].items() if self._shown.get(name) != each}
        ranges = {name: each for name, each in waiting["ranges"].items() if self._axes.get(name) != each}
        self._shown.update(pieces)
        self._axes.update(ranges)
        message = {name: waiting[name] for name in ("answer", "texts", "play") if waiting.get(name)}
        if ranges:
            message["ranges"] = ranges
        ready = frame(message, {**pieces, **waiting.get("ahead", {})})
        self._sending = True
        self._send(ready).add_done_callback(self._sent)

    def _sent(self, future: asyncio.Future) -> None:
        """Send what has come meanwhile, or have the next wish answered, now that the socket has taken a frame."""
        self._sending = False
        if self._gone or future.cancelled() or future.exception() is not None:
            return
        if self._outgoing is not None:
            self._flush(self._outgoing)
        elif self._wish is not None:
            self._turns.wish(self)

    def _rest(self) -> None:
        """Let the study of the open tab start when the choices have rested, or have not for long."""
        now = time.monotonic()
        self._unrested = self._unrested or now
        if self._timer is not None:
            self._timer.cancel()
        wait = min(REST, max(0.0, self._unrested + LONGEST_REST - now))
        self._timer = self._loop.call_later(wait, self._rested)

    def _rested(self) -> None:
        """Let the wanted study start: the choices have rested."""
        self._timer, self._unrested = None, 0.0
        if self._wanted is not None:
            self._turns.study(self)

    # -- quick thread --------------------------------------------------------------------------------------------
    def answer(self) -> bool:
        """Answer the newest wish; return whether a long run is wanted."""
        text, self._wish = self._wish, None
        if text is None or self._gone:
            return False
        try:
            wish = Wish.read(text)
            if wish.link is not None:
                self._call(self._show_link, wish.link)
            if wish.pins is not None:
                self._pinned.want(wish.pins, wish.view, wish.tab)
                self._turns.study(self)
            return self._answer(wish)
        except ValueError as error:
            self._call(self._close, str(error))
        except Exception as error:
            trouble("a message was not handled", error)
            self._call(self._close, "The server could not handle this message.")
        return False

    def _answer(self, wish: Wish) -> bool:
        """Carry out a wish; return whether a long run is wanted."""
        refused: dict[str, str] = {}
        if wish.hello is not None:
            self._greet(wish.hello, wish.lang)
        if wish.reset:
            self._session.reset()
        refused |= self._session.choose(wish.choose)
        choice = self._session.snapshot()
        before, self._window = self._window, self._look(wish, choice, refused)
        if wish.hello is not None:
            opens = wish.tab == FIRST and choice == Session().snapshot() and self._window is None
            self._known = wish.opening and opens
        elif wish.reset or choice != self._choice:
            self._notices = []
        if wish.play is not None:
            self._play(wish.play, choice)
        fresh = wish.hello is not None or (choice, wish.tab) != (self._choice, self._tab)
        if fresh:
            self._choice, self._tab = choice, wish.tab
            self._run += 1
            self._wanted = None
        elif wish.ask:
            self._want(wish, self._run)
        if not fresh and self._window == before:
            self._publish(Update({}, {}, {}), wish, refused, self._run)
            return False
        if is_long(choice) and (fresh or choice not in recent):
            self._long = wish, refused, self._run
            return True
        self._compute(wish, refused, choice, self._run)
        return False

    def _play(self, asked: Any, choice: Snapshot) -> None:
        """Compute a piece of the future of a neuron that runs, and send it before anything else."""
        try:
            play, ahead = playing.future(choice, playing.read_wish(asked, choice.dt))
        except ValueError as error:
            play, ahead = {"refused": translated(str(error), self._language)}, {}
        except Exception as error:
            trouble("a neuron did not run on", error)
            play, ahead = {"refused": translated(BROKEN, self._language)}, {}
        self._call(self._deliver_played, play, ahead)

    def _look(self, wish: Wish, choice: Snapshot, refused: dict[str, str]) -> Window | None:
        """Return the window [ms] of the run that the page sees, None for all of it; a bad one is refused."""
        try:
            return update.window_of(wish.view, choice.duration)
        except ValueError as error:
            refused["view"] = str(error)
            return None

    def _greet(self, hello: str, language: str) -> None:
        """Take the choices of an address; what is wrong with it becomes notices."""
        self._language = language
        self._session.reset()
        choices, notices = address.from_query(hello)
        own = {name: choices.pop(name) for name in address.PAGE if name in choices}
        for name, allowed in (
            ("theme", PALETTES),
            ("tab", TABS),
            ("lesson", lessons.names()),
            ("lang", LANGUAGES),
            ("embed", ("0", "1")),
        ):
            if name in own and own[name] not in allowed:
                notices.append(say(
                    "{name} must be one of {allowed}; {given} is not.",
                    name=name, allowed=", ".join(allowed), given=shorten(own[name]),
                ))  # fmt: skip
        if newer := address.made_newer(own.get("v", "1")):
            notices.append(newer)
        notices += self._session.choose(choices).values()
        self._notices = notices[:MOST_NOTICES]

    def _compute(self, wish: Wish, refused: dict[str, str], choice: Snapshot, run: int) -> None:
        """Run the neuron for a wish, and publish the result or the sentence that refuses it."""
        try:
            news = update_of_view(choice, wish.tab, self._window, self._language)
        except ValueError as error:
            self._refuse(str(error), wish, refused, run)
            return
        except Exception as error:
            trouble("a run failed", error)
            self._refuse(BROKEN, wish, refused, run)
            return
        if run == self._run:
            if self._wanted is None:  # a closer look does not begin the study again
                self._want(wish, run)
            self._publish(news, wish, refused, run)

    def _refuse(self, sentence: str, wish: Wish, refused: dict[str, str], run: int) -> None:
        """Publish a sentence in place of a result; an address that asked for too much opens with the defaults."""
        if run != self._run:
            return
        if wish.hello is not None:  # the address asked for too much: say so and open with the defaults
            self._session.reset()
            self._choice = self._session.snapshot()
            self._notices = [*self._notices, sentence][-MOST_NOTICES:]
            self._compute(wish._replace(hello=None), refused, self._choice, run)
        else:
            self._publish(Update({}, {}, {"warnings": [translated(sentence, self._language)]}), wish, refused, run)

    def _want(self, wish: Wish, run: int) -> None:
        """Remember the study that belongs to the present choices."""
        self._wanted = self._choice, wish.tab, wish.ask, run

    def _publish(self, news: Update, wish: Wish, refused: dict[str, str], run: int) -> None:
        """Hand news, and the answer to a wish, to the event loop."""
        if self._notices != self._told:
            news = news._replace(texts={**news.texts, "notices": translated(self._notices, self._language)})
            self._told = self._notices
        known, self._known = self._known, False
        session, values = self._session, self._session.values()
        drawn = values.pop("drawn", self._drawn)
        if drawn != self._drawn:  # it may be long, so it is told when it is another
            news = news._replace(texts={**news.texts, "drawn": drawn.text})
            self._drawn = drawn
        answer = {
            "seq": wish.seq, "kind": session.kind, "values": values,
            "refused": translated(refused, self._language), "address": address.to_query(session.changed()),
        }  # fmt: skip
        if self.leads is not None:
            beside, asked = address.beside(session.changed()), self._wanted is not None and self._wanted[2]
            self._call(self.leads, {"tab": wish.tab, "hello": answer["address"], "ask": asked, "choose": beside})
        self._call(self._deliver, news, answer, run, known)

    def _call(self, function: Callable, *arguments: Any) -> None:
        """Have the event loop call a function."""
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed: the server stops
            self._gone = True

    # -- long thread ---------------------------------------------------------------------------------------------
    def run_long(self) -> None:
        """Make the long run that is wanted, unless it is stale."""
        if self._long is None:
            return
        (wish, refused, run), self._long = self._long, None
        if run == self._run:
            self._compute(wish, refused, self._choice, run)

    def study(self) -> bool:
        """Show one pin, or compute one part of the study that is wanted; return whether there may be more."""
        if (due := self._pinned.next()) is not None and not self._gone:
            self._show_pin(due)
            return True
        wanted = self._wanted
        if wanted is None or wanted == self._finished or self._gone:
            return False
        choice, tab, asked, run = wanted
        if wanted != self._studied:
            self._studied, self._parts = wanted, TABS[tab].study.run(choice, asked)
        try:
            part = next(self._parts, None)
            news = None if part is None else update.translated_update(update.of_study(part, tab), self._language)
        except ValueError as error:
            return self._end_study(wanted, str(error))
        except Exception as error:
            trouble("a study failed", error)
            return self._end_study(wanted, say("This study failed inside the program; it was logged."))
        if news is None:
            self._finished = wanted
        elif run == self._run:
            self._study_sources[tab] = tuple(news.pieces)
            self._call(self._deliver, news, None, run, False)
            return True
        return False  # finished, or superseded meanwhile: the next one starts when the choices rest

    def _show_pin(self, due: Due) -> None:
        if due.query is None:
            self._call(self._unpin, due.number)
            return
        try:
            news = self._pinned.show(due)
        except ValueError as error:
            news = self._refused_pin(due, str(error))
        except Exception as error:
            trouble("a pinned run failed", error)
            news = self._refused_pin(due, BROKEN)
        self._call(self._deliver, news, None, None, False)

    def _refused_pin(self, due: Due, sentence: str) -> Update:
        problem = translated(sentence, self._language)
        return Update({}, {}, {f"pin{due.number}": {"query": due.query, "problem": problem}})

    def _unpin(self, number: int) -> None:
        there = {name: each for name, each in self._shown.items() if name.endswith(f"_pin{number}")}
        if there:
            pieces = {name: update.without_rows(each) for name, each in there.items()}
            self._deliver(Update(pieces, {}, {}), None, None, False)

    def _end_study(self, wanted: tuple[Snapshot, str, bool, int], sentence: str) -> bool:
        """Take a study's lines and points off the plots, for they belong to earlier choices, and say why."""
        self._finished = wanted
        self._call(self._clear, wanted[1], wanted[3], translated(sentence, self._language))
        return False

    def _clear(self, tab: str, run: int, sentence: str) -> None:
        """Empty the data sources that a tab's study has filled, and show a sentence instead."""
        on_its_way = self._outgoing["pieces"] if self._outgoing is not None else {}
        news = update.emptied(self._study_sources.get(tab, ()), {**self._shown, **on_its_way}, tab, sentence)
        self._deliver(news, None, run, False)
