"""A class together, as one process has it: who leads, who is there, what is shown to those who follow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard.frames import frame
from dashboard.serving.tally import Tally, sum_of, tally_of
from dashboard.serving.throttle import News, Throttle
from dashboard.serving.turns import Turns

if TYPE_CHECKING:
    from dashboard.serving.member import Member
    from dashboard.serving.mirror import Mirror, Picture

PICTURES = 1 / 60  # s at least between two pictures
STEPS = 0.1  # s at least between two steps of a lesson
COUNTS = 0.5  # s at least between two counts
PRESENT = 3.0  # s after which a process, or a lecturer, that says nothing counts as away


class Lead(NamedTuple):
    """What the lecturer has chosen, and when that was [s, the clock that all processes share]."""

    at: float = 0.0
    choices: dict[str, Any] | None = None  # tab, hello, ask and choose, as in a wish; None until there are some
    lesson: dict[str, Any] | None = None  # which lesson is open, and where in it


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
    opener : str
        The address of the page that opened it; empty where that is a page of another process.
    """

    def __init__(
        self,
        code: str,
        mark: str,
        opened: float,
        turns: Turns,
        throttle: Throttle,
        counted: Callable[[Room], None],
        opener: str = "",
    ) -> None:
        self.code, self.mark, self.opened, self.opener = code, mark, opened, opener
        self._turns, self._throttle, self._on_count = turns, throttle, counted
        self.leader: Member | None = None
        self.taken = self.seen = opened  # when the present leader came, and was there last, whatever process has it
        self.visited = time.monotonic()  # when anybody was there last
        self.lead = Lead()
        self.members: set[Member] = set()  # of this process, without the leader
        self.picture: Picture | None = None
        self.here = Tally()  # what the members of this process have answered, as it was counted last
        self.elsewhere: dict[int, tuple[float, Tally]] = {}  # counts of other processes, and when they were heard
        self._mirror: Mirror | None = None
        self._frames: dict[tuple[int, str], tuple[Picture | None, bytes]] = {}
        self._lesson = News(throttle, "lesson", self.everybody, STEPS)
        self._counts = News(throttle, "counts", self.everybody, 0.0)
        self._timer: asyncio.TimerHandle | None = None

    # -- what is shown -------------------------------------------------------------------------------------------
    def show(self, lead: Lead) -> None:
        """Show what the lecturer has chosen now."""
        before, self.lead = self.lead, lead
        if lead.lesson != before.lesson:
            self._lesson.tell(self._said_lesson())
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
    def everybody(self) -> list[Member]:
        """Return all members of this process, with the leader."""
        return [*self.members, *([self.leader] if self.leader is not None else [])]

    def welcome(self, member: Member) -> None:
        """Tell a member what the others know already."""
        member.tell("lesson", self._said_lesson())
        member.tell("counts", self._counts.newest or self._said_counts())  # who comes in is no reason to count anew

    def _said_lesson(self) -> bytes:
        return frame({"room": {"lesson": self.lead.lesson}}, {})

    def _said_counts(self) -> bytes:
        return frame({"room": self.counted()}, {})

    # -- what is counted -----------------------------------------------------------------------------------------
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
        all_together = sum_of([self.here, *self.others()])
        return {name: getattr(all_together, name) for name in ("present", "votes", "points")} | {"led": self.led()}

    def count(self) -> None:
        """Tell everybody the counts soon, if they have changed."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COUNTS, self._count)

    def _count(self) -> None:
        """Count, here only: what a member does is a reason to count soon, never at once."""
        self._timer = None
        if self._counts.busy:  # the last time was long for so many
            self.count()
            return
        begun = time.thread_time()
        before, self.here = self.here, tally_of((member.ballot for member in self.members), len(self.members))
        if self.here != before:
            self._on_count(self)
        data = self._said_counts()
        if data != self._counts.newest:
            self._counts.tell(data, time.thread_time() - begun)

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
