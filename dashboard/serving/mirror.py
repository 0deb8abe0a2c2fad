"""What a lecturer looks at, made once in each process for all who follow there: a visitor without a page.

Its wishes are the lecturer's choices, and its turns are those of any visitor. What it shows is kept as one picture,
newest first; whoever follows gets what differs from the picture that was sent to them last, as one frame that all who
had the same picture share.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dashboard.frames import Piece, frame
from dashboard.serving.turns import Turns
from dashboard.serving.visitor import Visitor, Wish
from dashboard.update import Ranges, Update, translated_update

TAB = "tab"  # which is open; it travels with the texts of a page
OF_ONE_PAGE = ("seq", "refused")  # in an answer


class Picture(NamedTuple):
    """Everything that those who follow see."""

    choices: Mapping[str, Any]  # as in an answer, and the tab
    pieces: Mapping[str, Piece]
    ranges: Ranges
    texts: Mapping[str, Any]


NOTHING = Picture({}, {}, {}, {})


class Mirror(Visitor):
    """The visitor without a page.

    Parameters
    ----------
    show : callable
        Takes each new picture; returns a future that is done when a next one may come.
    """

    def __init__(self, turns: Turns, show: Callable[[Picture], asyncio.Future], loop: Any) -> None:
        super().__init__(turns, self._no_page, self._no_page, loop)
        self._show = show
        self._picture = NOTHING

    def look(self, tab: str, hello: str, ask: bool) -> None:
        """Look at what the lecturer has chosen."""
        self.wish(json.dumps({"seq": 1, "tab": tab, "hello": hello, "ask": ask}))

    def _no_page(self, ignored: object) -> Any:
        """Nothing is sent, and there is no connection to end."""

    def _publish(self, news: Update, wish: Wish, refused: dict[str, str], run: int) -> None:
        super()._publish(news._replace(texts={**news.texts, TAB: wish.tab}), wish, refused, run)

    def _flush(self, waiting: dict[str, Any]) -> None:
        """Show a new picture, where a page would be sent what it does not have."""
        self._outgoing = None
        last, choices = self._picture, self._picture.choices
        pieces, ranges = {**last.pieces, **waiting["pieces"]}, {**last.ranges, **waiting["ranges"]}
        if answer := waiting.get("answer"):
            choices = {name: each for name, each in answer.items() if name not in OF_ONE_PAGE}
            choices[TAB] = waiting["texts"].pop(TAB)
            if choices[TAB] != last.choices.get(TAB):  # plots of other tabs are not seen any more
                pieces, ranges = dict(waiting["pieces"]), dict(waiting["ranges"])
        self._shown.update(waiting["pieces"])
        self._picture = Picture(choices, pieces, ranges, {**last.texts, **waiting["texts"]})
        self._sending = True
        self._show(self._picture).add_done_callback(self._sent)


def difference(had: Picture | None, now: Picture, language: str) -> bytes:
    """Return the frame that turns one picture into another, in a language."""
    had = had or NOTHING
    pieces = {name: each for name, each in now.pieces.items() if had.pieces.get(name) != each}
    ranges = {name: each for name, each in now.ranges.items() if had.ranges.get(name) != each}
    texts = {name: each for name, each in now.texts.items() if had.texts.get(name) != each}
    said = translated_update(Update(pieces, ranges, texts), language)
    message: dict[str, Any] = {"room": {"show": now.choices}, "texts": said.texts}
    if ranges:
        message["ranges"] = ranges
    return frame(message, said.pieces)
