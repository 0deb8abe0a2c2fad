"""A class together, as one process has it: who leads, who is there, what is shown to those who follow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.frames import frame
from dashboard.serving.limits import SHARE
from dashboard.serving.tally import Tally, sum_of, tally_of
from dashboard.serving.turns import Turns

if TYPE_CHECKING:
    from dashboard.serving.member import Member
    from dashboard.serving.mirror import Mirror, Picture

AT_ONCE = 25  # members that are sent something before others have their turn
PICTURES = 1 / 60  # s at least between two pictures
COUNTS = 0.5  # s at least between two counts
PRESENT = 3.0  # s after which a process, or a lecturer, that says nothing counts as away


class Lead(NamedTuple):
    """What the lecturer has chosen, and when that was [s, the clock that all processes share]."""

    at: float = 0.0
    choices: dict[str, Any] | None = None  # tab, hello and ask, as in a wish; None until there are some
    lesson: dict[str, Any] | None = None  # which lesson is open, and where in it


class Throttle:
    """How much of the processor's time all rooms together may take for telling their members."""

    def __init__(self) -> None:
        self._rooms = 0  # that tell something now, or have to rest after it

    async def in_turns(self, members: Iterable[Member], least: float) -> None:
        """Send members what is new, and wait until a next time is due: many of them take no more than a share of it."""
        spent, waiting = 0.0, list(members)
        self._rooms += 1
        try:
            for start in range(0, len(waiting), AT_ONCE):
                begun = time.thread_time()
                for member in waiting[start : start + AT_ONCE]:
                    member.flush()
                spent += time.thread_time() - begun
                await asyncio.sleep(0)
            await asyncio.sleep(max(least, self._rooms * spent / SHARE))
        finally:
            self._rooms -= 1


class Room:
    """One room.

    Parameters
    ----------
    code, mark : str
        How it is joined, and what tells it from another one with the same code.
    opened : float
        When it was opened.
    turns : Turns
        Where what is shown is computed.
    throttle : Throttle
        That of all rooms.
    counted : callable
        Takes the room when what its members here have answered has changed.
    """

    def __init__(
        self, code: str, mark: str, opened: float, turns: Turns, throttle: Throttle, counted: Callable[[Room], None]
    ) -> None:
        self.code, self.mark, self.opened = code, mark, opened
        self._turns, self._throttle, self._on_count = turns, throttle, counted
        self.leader: Member | None = None
        self.taken = self.seen = opened  # when the present leader came, and was there last, whatever process has it
        self.lead = Lead()
        self.members: set[Member] = set()  # of this process, without the leader
        self.picture: Picture | None = None
        self.elsewhere: dict[int, tuple[float, Tally]] = {}  # counts of other processes, and when they were heard
        self._mirror: Mirror | None = None
        self._frames: dict[tuple[int, str], tuple[Picture | None, bytes]] = {}
        self._here, self._counts = Tally(), b""  # as they were told last
        self._timer: asyncio.TimerHandle | None = None
        self._rest: asyncio.Future | None = None  # after counts were told

    # -- what is shown -------------------------------------------------------------------------------------------
    def show(self, lead: Lead) -> None:
        """Show what the lecturer has chosen now."""
        before, self.lead = self.lead, lead
        if lead.lesson != before.lesson:
            self.tell("lesson", {"lesson": lead.lesson})
        if lead.choices != before.choices:
            self._look()

    def follow(self, member: Member) -> None:
        """Let a member see what the lecturer has chosen."""
        if self.picture is None:
            self._look()
        member.flush()

    def _look(self) -> None:
        """Compute what is shown, if somebody follows here."""
        if not any(member.following for member in self.members):
            self.picture = None  # it would be an old one when somebody does
        elif self.lead.choices is not None:
            if self._mirror is None:
                from dashboard.serving.mirror import Mirror  # the program, which a server that begins does not have yet

                self._mirror = Mirror(self._turns, self._spread, asyncio.get_running_loop())
            self._mirror.look(**self.lead.choices)

    def _spread(self, picture: Picture) -> asyncio.Future:
        following = [member for member in self.members if member.following]
        self.picture = picture if following else None
        self._frames.clear()
        return asyncio.ensure_future(self._throttle.in_turns(following, PICTURES))

    def frame(self, had: Picture | None, language: str) -> bytes:
        """Return the frame that turns what a member had into what is shown now; one for all who had the same."""
        from dashboard.serving.mirror import difference

        assert self.picture is not None
        known = self._frames.get((id(had), language))
        if known is None:  # `had` is kept beside it: as long as it lives no other one has its id
            known = self._frames[id(had), language] = had, difference(had, self.picture, language)
        return known[1]

    # -- what is said --------------------------------------------------------------------------------------------
    def tell(self, about: str, message: dict[str, Any]) -> None:
        """Tell all members and the leader something."""
        data = frame({"room": message}, {})
        for member in self.everybody():
            member.tell(about, data)

    def everybody(self) -> list[Member]:
        """Return all members of this process, with the leader."""
        return [*self.members, *([self.leader] if self.leader is not None else [])]

    def welcome(self, member: Member) -> None:
        """Tell a member what the others know already."""
        member.tell("lesson", frame({"room": {"lesson": self.lead.lesson}}, {}))
        member.tell("counts", frame({"room": self.counted()}, {}))

    # -- what is counted -----------------------------------------------------------------------------------------
    def here(self) -> Tally:
        """Count what the members of this process have answered."""
        return tally_of((member.ballot for member in self.members), len(self.members))

    def others(self) -> list[Tally]:
        """Return what other processes have counted, if they still say so."""
        now = time.monotonic()
        self.elsewhere = {who: each for who, each in self.elsewhere.items() if now - each[0] < PRESENT}
        return [counts for _, counts in self.elsewhere.values()]

    def present(self) -> int:
        """Return how many are there."""
        return len(self.members) + sum(counts.present for counts in self.others())

    def led(self) -> bool:
        """Whether the lecturer is there."""
        return self.leader is not None or time.monotonic() - self.seen < PRESENT

    def counted(self) -> dict[str, Any]:
        """Return what all members have answered, whatever process they are in."""
        return {**sum_of([self.here(), *self.others()])._asdict(), "led": self.led()}

    def count(self) -> None:
        """Tell everybody the counts soon, if they have changed."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COUNTS, self._count)

    def _count(self) -> None:
        self._timer = None
        if self._rest is not None and not self._rest.done():  # the last time was long for so many
            self.count()
            return
        here, data = self.here(), frame({"room": self.counted()}, {})
        if here != self._here:
            self._here = here
            self._on_count(self)
        if data != self._counts:
            self._counts = data
            everybody = self.everybody()
            for member in everybody:
                member.note("counts", data)
            self._rest = asyncio.ensure_future(self._throttle.in_turns(everybody, 0.0))

    def close(self) -> None:
        """End: nothing of it is kept."""
        if self._mirror is not None:
            self._mirror.leave()
        if self._timer is not None:
            self._timer.cancel()
        for member in self.everybody():
            member.room, member.following = None, False
        self.members.clear()
        self.leader = None
