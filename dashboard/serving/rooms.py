"""All rooms, as one process has them. Every process of a server knows every room, and counts for itself.

The process in which a lecturer is tells the others what is shown; each tells how many are there and what they have
answered. All of it is said again every second, so a process that was started anew knows it soon, and what a process
that has died had counted is forgotten as soon. Nothing is stored.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from typing import TYPE_CHECKING, Any

from dashboard.serving.between import Between
from dashboard.serving.codes import code_of, mark_of
from dashboard.serving.flood import Gate
from dashboard.serving.invitation import painted
from dashboard.serving.limits import AWAY, EMPTY, FOLLOWERS, LEADING, LONGEST, ROOMS, ROOMS_OF_ADDRESS, WRONG_CODE
from dashboard.serving.room import PRESENT, Lead, Room
from dashboard.serving.tally import tally_from
from dashboard.serving.throttle import Throttle
from dashboard.serving.turns import Turns

if TYPE_CHECKING:
    from dashboard.serving.member import Member

AGAIN = 1.0  # s after which everything is said again
OVER = 10.0  # s for which a room that has ended is not heard of again


class Rooms:
    """All rooms.

    Parameters
    ----------
    turns : Turns
        Where what is shown is computed.
    gate : Gate
        What attempts cost.
    """

    def __init__(self, turns: Turns, gate: Gate) -> None:
        self._turns, self._gate = turns, gate
        self._throttle = Throttle()
        self.between = Between()
        self.open: dict[str, Room] = {}  # by code
        self._waiting: dict[str, set[Member]] = {}  # by the code of a room that is not there
        self._over: dict[str, float] = {}  # marks of rooms that have ended, and when

    def start(self, me: int) -> None:
        """Begin, on the event loop of process number `me`."""
        self.between.listen(me, self._hear)
        self._beat()

    # -- what members do -----------------------------------------------------------------------------------------
    async def lead(self, member: Member, secret: str, link: str) -> None:
        """Open the room of a secret, or lead it again; whoever led it until now follows.

        A page leads one room: where it led another one, that ends.
        """
        mark, before = mark_of(secret), self.led_by(member)
        self.leave(member)
        if before is not None and before.mark != mark:
            self._end(before)
        if not self._gate.passes(member.address, LEADING):
            member.inform("place", refused="busy")
            return
        room = self._of(mark)
        code = room.code if room is not None else await asyncio.to_thread(code_of, secret)
        picture = await painted(f"{link}?room={code}") if link else ""
        if member.gone:
            return
        room = self._of(mark)  # another process may have told of it meanwhile
        if room is None:
            if refused := self._why_not(code, member.address):
                member.inform("place", refused=refused)
                return
            self._over.pop(mark, None)
            room = self._add(code, mark, time.monotonic(), member.address)
        self._take_over(room, member)
        member.inform("place", leads=code, picture=picture)
        room.welcome(member)

    def _of(self, mark: str) -> Room | None:
        """Return the room with a mark; how long that takes says nothing about the marks that there are."""
        return next((room for room in self.open.values() if hmac.compare_digest(room.mark, mark)), None)

    def _why_not(self, code: str, address: str) -> str:
        opened = sum(room.opener == address for room in self.open.values())  # whether or not somebody leads them now
        if code in self.open:
            return "taken"
        return "full" if len(self.open) >= ROOMS or opened >= ROOMS_OF_ADDRESS else ""

    def _take_over(self, room: Room, member: Member) -> None:
        before, room.leader = room.leader, member
        room.taken = room.seen = time.monotonic()
        member.lead(room)
        if before is not None:
            self._demote(before, room)
        self._tell_lead(room)
        room.count()

    def _demote(self, member: Member, room: Room) -> None:
        member.inform("lead", replaced=room.code)
        member.enter(room)

    def join(self, member: Member, code: str, mark: str | None) -> None:
        """Enter a room, or wait for it; who names a code without having been in its room pays for one that is none."""
        self.leave(member)
        wrong = mark is None and code not in self.open
        if self._gate.passes(member.address, WRONG_CODE if wrong else 1.0):
            member.wrong += wrong
            self._enter(member, code, mark)
        else:
            member.inform("place", refused="busy")

    def _enter(self, member: Member, code: str, mark: str | None) -> None:
        room = self.open.get(code)
        if room is None or (mark is not None and not hmac.compare_digest(room.mark, mark)):
            member.waits_for = code, mark
            self._waiting.setdefault(code, set()).add(member)
            member.inform("place", absent=code)
        elif room.present() >= FOLLOWERS:
            member.inform("place", refused="full")
        else:
            member.enter(room)
            room.count()

    def leave(self, member: Member) -> None:
        """Leave the room, or do not wait for it any longer."""
        if member.waits_for is not None:
            code, member.waits_for = member.waits_for[0], None
            self._waiting[code].discard(member)
            if not self._waiting[code]:
                del self._waiting[code]
        if member.room is not None:
            room, member.room, member.following = member.room, None, False
            room.members.discard(member)
            if room.leader is member:
                room.leader, room.seen = None, time.monotonic()
            room.count()

    def led_by(self, member: Member) -> Room | None:
        """Return the room that a member leads."""
        return member.room if member.room is not None and member.room.leader is member else None

    def choose(self, member: Member, choices: dict[str, Any]) -> None:
        """Show everybody what the lecturer has chosen."""
        if (room := self.led_by(member)) is not None and choices != room.lead.choices:
            room.show(room.lead._replace(at=time.monotonic(), choices=choices))
            self._tell_lead(room)

    def open_lesson(self, member: Member, lesson: dict[str, Any] | None) -> None:
        """Show everybody which lesson is open."""
        if (room := self.led_by(member)) is not None and lesson != room.lead.lesson:
            room.show(room.lead._replace(at=time.monotonic(), lesson=lesson))
            self._tell_lead(room)

    def end(self, member: Member) -> None:
        """End the room that a member leads."""
        if (room := self.led_by(member)) is not None:
            self._end(room)

    def _end(self, room: Room) -> None:
        self._tell("over", room)
        self._close(room, "lecturer")

    # -- rooms come and go ---------------------------------------------------------------------------------------
    def _add(self, code: str, mark: str, opened: float, opener: str = "") -> Room:
        room = self.open[code] = Room(code, mark, opened, self._turns, self._throttle, self._tell_counts, opener)
        for member in list(self._waiting.get(room.code, ())):
            known = member.waits_for[1] if member.waits_for is not None else None
            if known is None or hmac.compare_digest(known, mark):
                self.leave(member)
                self._enter(member, code, mark)
        return room

    def _close(self, room: Room, why: str) -> None:
        for member in room.everybody():
            member.inform("place", over=why)
        room.close()
        del self.open[room.code]
        self._over[room.mark] = time.monotonic()

    def _beat(self) -> None:
        now = time.monotonic()
        self._over = {mark: then for mark, then in self._over.items() if now - then < OVER}
        for room in list(self.open.values()):
            if room.leader is not None:
                room.seen = now
            if room.led() or room.present():
                room.visited = now
            if now - room.seen > AWAY or now - room.opened > LONGEST or now - room.visited > EMPTY:
                self._close(room, "time" if now - room.opened > LONGEST else "away")
            else:
                self._tell_lead(room)
                self._tell_counts(room)
                room.count()
        asyncio.get_running_loop().call_later(AGAIN, self._beat)

    # -- other processes -----------------------------------------------------------------------------------------
    def _tell(self, what: str, room: Room, **more: Any) -> None:
        about = f"{room.code} {'counts' if what == 'counts' else 'lead'}"  # that it is over takes the place of the lead
        said = {what: room.code, "mark": room.mark, "sent": time.monotonic(), **more}
        self.between.tell(about, json.dumps(said).encode())

    def _tell_lead(self, room: Room) -> None:
        self._tell("lead", room, opened=room.opened, taken=room.taken, seen=room.seen, state=room.lead)

    def _tell_counts(self, room: Room) -> None:
        self._tell("counts", room, who=self.between.me, of=room.here)

    def _hear(self, message: bytes) -> None:
        said = json.loads(message)
        if time.monotonic() - said["sent"] > PRESENT:  # to a process that had died meanwhile
            return
        room = self.open.get(said.get("lead") or said.get("counts") or said.get("over"))
        if room is not None and room.mark != said["mark"]:
            if "lead" not in said or said["opened"] >= room.opened:
                return
            self._close(room, "taken")  # two have the same code: the one that was there first keeps it
            room = None
        if "over" in said:
            if room is not None:
                self._close(room, "lecturer")
            self._over[said["mark"]] = time.monotonic()
        elif "lead" in said:
            self._hear_lead(room, said)
        elif room is not None:
            room.elsewhere[said["who"]] = time.monotonic(), tally_from(*said["of"])
            room.count()

    def _hear_lead(self, room: Room | None, said: dict[str, Any]) -> None:
        if room is None:
            over = self._over.get(said["mark"])  # unless it was opened again since
            if (over is not None and said["taken"] <= over) or len(self.open) >= ROOMS:
                return
            room = self._add(said["lead"], said["mark"], said["opened"])
        room.seen = max(room.seen, said["seen"])
        if said["taken"] > room.taken:
            room.taken = said["taken"]
            if room.leader is not None:
                before, room.leader = room.leader, None
                self._demote(before, room)
        lead = Lead(*said["state"])
        if lead.at > room.lead.at:
            room.show(lead)
