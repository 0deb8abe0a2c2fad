"""One page's part in a class: what it may say about a room, and how it is told what happens there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from dashboard.frames import frame
from dashboard.serving.codes import is_code, is_mark, is_secret
from dashboard.serving.limits import ENTRY, SAID, WRONG_CODES
from dashboard.serving.tally import NAME, Ballot
from dashboard.words import ENGLISH, LANGUAGES

if TYPE_CHECKING:
    from dashboard.serving.mirror import Picture
    from dashboard.serving.room import Room
    from dashboard.serving.rooms import Rooms

ABOUT_A_ROOM = '{"room":'  # how such a message begins; all others are wishes
DEAR = ("lead", "join", "follow", "camera")  # what makes the server work
LONGEST_LINK = 500  # characters of the address under which the page is, for the picture of the link


class Seat(Protocol):
    """The connection of a page."""

    @property
    def address(self) -> str:
        """Where the page is, for the limits of one address."""

    def charge(self, messages: float) -> None:
        """Count what a message asks for as so many messages: the next one is read later."""

    async def pictured(self, link: Any) -> str:
        """Return a picture of a link."""

    def send(self, frame: bytes) -> asyncio.Future:
        """Send a frame; return a future that is done when the socket has taken it."""

    def stand_aside(self) -> None:
        """Want nothing any more that the page had asked for itself: it follows now."""

    def tell_choices(self, taker: Callable[[dict[str, Any]], None]) -> None:
        """Tell from now on what the page has chosen: it leads."""


class Member:
    """One page, in a room or not.

    Parameters
    ----------
    rooms : Rooms
        All rooms of this process.
    seat : Seat
        The connection of the page.

    Attributes
    ----------
    room : Room or None
        The room that the page is in.
    waits_for : tuple of (str, str or None) or None
        Code, and mark if it is known, of a room that is not there, and that the page enters as soon as it is.
    following : bool
        Whether the page shows what the lecturer has chosen.
    wrong : int
        How many codes it has named that no room had.
    gone : bool
        Whether the page has been closed.
    """

    def __init__(self, rooms: Rooms, seat: Seat) -> None:
        self.address = seat.address
        self.room: Room | None = None
        self.waits_for: tuple[str, str | None] | None = None
        self.following = False
        self.ballot = Ballot()
        self.wrong = 0
        self._rooms, self._seat = rooms, seat
        self._language = ENGLISH
        self._notes: dict[str, bytes] = {}  # by what they are about: a newer one takes the place of an older
        self._had: Picture | None = None  # the picture that was sent last
        self._sending = self.gone = False

    # -- what the page says --------------------------------------------------------------------------------------
    def take(self, text: str) -> Awaitable[None] | None:
        """Take a message about a room; what is returned must be waited for before the next one.

        Raises
        ------
        ValueError
            If it is none of the page's.
        """
        said = json.loads(text)["room"] if len(text) <= SAID else None
        if not isinstance(said, dict) or not said:
            raise ValueError("A message about a room is a short JSON object with what is wanted in it.")
        what = next(iter(said))
        if what in DEAR:
            self._seat.charge(ENTRY)
        if what == "lead":
            if not is_secret(said["lead"]):
                raise ValueError("A room is led with a secret of 22 letters.")
            at = said.get("at")
            link = at if isinstance(at, str) and len(at) <= LONGEST_LINK else ""
            return self._rooms.lead(self, said["lead"], link)
        if what == "join":
            self._join(said)
        elif what == "leave":
            self._rooms.leave(self)
        elif what == "end":
            self._rooms.end(self)
        elif what == "camera":
            return self._show_link(said["camera"])
        elif self.room is None:
            pass  # it has ended meanwhile
        elif what == "follow":
            self.follow()
        elif what == "lesson":
            self._rooms.open_lesson(self, self._lesson(said["lesson"]))
        elif what == "vote" or what == "points":
            if (self.ballot.vote if what == "vote" else self.ballot.mark)(said[what]):
                self.room.count()
        else:
            raise ValueError("That is nothing to say about a room.")
        return None

    async def _show_link(self, link: Any) -> None:
        """Send a picture of a link: a page that follows asks for nothing else."""
        self.inform("link", pictured=await self._seat.pictured(link))

    def _join(self, said: dict[str, Any]) -> None:
        code, mark, language = said["join"], said.get("mark"), said.get("lang")
        if not is_code(code) or (mark is not None and not is_mark(mark)):
            raise ValueError("A room is joined with its code of eight digits.")
        if isinstance(language, str) and language in LANGUAGES:
            self._language = language
        self.ballot = Ballot()
        self._rooms.join(self, code, mark)
        if self.wrong > WRONG_CODES:
            raise ValueError("Too many codes of rooms that are not there.")

    @staticmethod
    def _lesson(said: Any) -> dict[str, Any] | None:
        if said is None:
            return None
        name, step = (said.get("name"), said.get("step", 0)) if isinstance(said, dict) else (None, None)
        if not (isinstance(name, str) and NAME.fullmatch(name) and type(step) is int and 0 <= step < 100):
            raise ValueError("A lesson is open by its name, at one of its steps.")
        return {"name": name, "step": step}

    # -- what the page is told -----------------------------------------------------------------------------------
    def enter(self, room: Room) -> None:
        """Be in a room, and follow."""
        self.room, self.waits_for = room, None
        room.members.add(self)
        self.tell("place", frame({"room": {"joined": room.code, "mark": room.mark}}, {}))
        room.welcome(self)
        self.follow()

    def follow(self) -> None:
        """Show what the lecturer has chosen, from now on."""
        if self.room is None or self.room.leader is self:
            return
        self._seat.stand_aside()
        self._had, self.following = None, True
        self.room.follow(self)

    def lead(self, room: Room) -> None:
        """Be the one whose choices are shown."""
        self.room, self.following = room, False
        self._seat.tell_choices(lambda choices: self._rooms.choose(self, choices))

    def let_go(self) -> None:
        """Go on alone; the page is still in the room."""
        self.following, self._had = False, None

    def leave(self) -> None:
        """The page is gone."""
        self.gone = True
        self._rooms.leave(self)

    def inform(self, about: str, **message: Any) -> None:
        """Tell the page something about its room."""
        self.tell(about, frame({"room": message}, {}))

    def note(self, about: str, data: bytes) -> None:
        """Keep what the page is to be told, in the place of what was to be said about the same."""
        self._notes[about] = data

    def tell(self, about: str, data: bytes) -> None:
        """Tell the page something, when it has taken what it was told before."""
        self.note(about, data)
        self.flush()

    def flush(self) -> None:
        """Send what the page does not have, if it has taken everything so far."""
        if self._sending or self.gone:
            return
        picture = self.room.picture if self.room is not None and self.following else None
        if self._notes:
            data = self._notes.pop(next(iter(self._notes)))
        elif self.room is not None and picture is not None and picture is not self._had:
            data = self.room.frame(self._had, self._language)
            self._had = picture
        else:
            return
        self._sending = True
        self._seat.send(data).add_done_callback(self._sent)

    def _sent(self, future: asyncio.Future) -> None:
        self._sending = False
        if not future.cancelled() and future.exception() is None:
            self.flush()
