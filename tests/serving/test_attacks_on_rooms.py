"""Who disturbs a class, or the server by way of one, disturbs nobody else: counts of what is done, never times."""

import asyncio
import contextlib
import json
import os
import threading
from types import SimpleNamespace

import pytest

from dashboard.serving import invitation, limits, rooms
from dashboard.serving import log as logging
from dashboard.serving import room as room_module
from dashboard.serving.flood import Bucket, Gate, Share
from dashboard.serving.invitation import LONGEST_LINK, Painter, picture_of
from dashboard.serving.member import Member
from dashboard.serving.rooms import Rooms
from dashboard.serving.socket import Socket
from tests.serving.raw import Raw, get
from tests.serving.test_attacks import root, undisturbed
from tests.serving.test_rooms import Pupil, fresh, joined, opened

SERVE = ("-m", "panel", "serve", "dashboard")


class Seat:
    """A connection that takes everything at once, and counts."""

    def __init__(self, address="192.168.1.2"):
        self.address, self.told, self.frames, self.charged = address, {}, 0, 0.0

    def send(self, frame):
        self.frames += 1
        self.told |= json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")]).get("room", {})
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def stand_aside(self):
        pass

    def tell_choices(self, taker):
        pass

    def charge(self, messages):
        self.charged += messages


def taken_in(everywhere, address="192.168.1.2"):
    """A page, and the connection that it has."""
    seat = Seat(address)
    return Member(everywhere, seat), seat


async def say(member, **said):
    if (work := member.take('{"room":' + json.dumps(said) + "}")) is not None:
        await work
    for _ in range(10):  # for what it is told
        await asyncio.sleep(0)


@pytest.fixture
def everywhere():
    return Rooms(SimpleNamespace(), Gate())


# -- joining -------------------------------------------------------------------------------------------------------
def test_who_joins_a_hundred_times_counts_no_votes_anew(everywhere, monkeypatch):
    counts = []
    tally_of = room_module.tally_of
    monkeypatch.setattr(room_module, "tally_of", lambda *all_of_it: counts.append(1) or tally_of(*all_of_it))

    async def attack():
        (lecturer, desk), (hostile, seat), (pupil, place) = (taken_in(everywhere) for _ in range(3))
        await say(lecturer, lead=fresh())
        code = desk.told["leads"]
        await say(pupil, join=code)
        await say(pupil, vote=["rheobase", "1"])
        for _ in range(100):
            await say(hostile, join=code, mark=place.told["mark"])
            assert seat.told["joined"] == code
        assert counts == []  # that is for later, whatever happens meanwhile
        async with asyncio.timeout(30):
            while place.told.get("votes") != {"rheobase": {"1": 1}} or place.told["present"] != 2:
                await asyncio.sleep(0.05)
        assert len(counts) < 10
        return seat.charged

    assert asyncio.run(attack()) == 100 * limits.ENTRY


def test_joining_again_and_again_uses_up_what_an_address_may_ask(everywhere):
    async def attack():
        (lecturer, desk), (hostile, seat), (other, place) = (taken_in(everywhere, f"10.0.0.{k}") for k in range(3))
        await say(lecturer, lead=fresh())
        code = desk.told["leads"]
        await say(hostile, join=code)
        everywhere._gate._addresses["10.0.0.1"] = Bucket(0.001, 5.0)
        for _ in range(6):
            await say(hostile, join=code, mark=seat.told["mark"])
        assert seat.told["refused"] == "busy"
        await say(other, join=code)
        assert place.told["joined"] == code

    asyncio.run(attack())


def test_who_joins_without_a_pause_is_read_slowly_and_others_are_answered(server):
    async def attack():
        async with Pupil(server) as lecturer, Pupil(server) as hostile:
            code = await opened(lecturer, delta_T=2.0)
            await joined(hostile, code)
            for _ in range(100):
                await hostile.say(join=code, mark=hostile.told["mark"])
            await undisturbed(server)
            await lecturer.ask(choose={"I": 4.0})
            async with Pupil(server) as pupil:
                await joined(pupil, code)
                await pupil.sees("I", 4.0)

    asyncio.run(attack())


# -- rooms ---------------------------------------------------------------------------------------------------------
def test_a_page_that_opens_room_after_room_has_one(serve):
    server = serve(*SERVE)

    async def attack():
        async with Pupil(server.url) as hostile:
            for _ in range(5):
                hostile.told.clear()
                await opened(hostile)
            return json.loads(get(f"{root(server.url)}/health")[2])["rooms"]

    assert asyncio.run(attack()) == 1


def test_rooms_count_for_the_address_that_opened_them_until_they_end(everywhere, monkeypatch):
    async def attack():
        for _ in range(limits.ROOMS_OF_ADDRESS):
            hostile, seat = taken_in(everywhere)
            await say(hostile, lead=fresh())
            assert "leads" in seat.told
            hostile.leave()
        one_more, seat = taken_in(everywhere)
        await say(one_more, lead=fresh())
        assert seat.told["refused"] == "full"
        honest, place = taken_in(everywhere, "192.168.1.3")
        secret = fresh()
        await say(honest, lead=secret)
        assert "leads" in place.told
        now = rooms.time.monotonic() + limits.EMPTY + room_module.PRESENT + 1.0
        monkeypatch.setattr(rooms, "time", SimpleNamespace(monotonic=lambda: now))
        monkeypatch.setattr(room_module, "time", SimpleNamespace(monotonic=lambda: now, thread_time=lambda: 0.0))
        everywhere._beat()
        assert [room.leader for room in everywhere.open.values()] == [honest]
        await say(one_more, lead=fresh())
        assert "leads" in seat.told

    asyncio.run(attack())


def test_a_room_that_ended_for_want_of_anybody_is_heard_of_again_when_it_is_opened_again(everywhere):
    async def lesson():
        lecturer, _ = taken_in(everywhere)
        await say(lecturer, lead=fresh())
        [room] = everywhere.open.values()
        said = {"lead": room.code, "mark": room.mark, "opened": room.opened, "taken": room.taken, "seen": room.seen}
        said |= {"state": room.lead}
        await say(lecturer, end=True)
        everywhere._hear_lead(None, said)  # said before it ended
        assert not everywhere.open
        everywhere._hear_lead(None, said | {"taken": rooms.time.monotonic() + 0.001})
        assert list(everywhere.open) == [room.code]

    asyncio.run(lesson())


# -- steps of a lesson ---------------------------------------------------------------------------------------------
def test_of_a_thousand_steps_of_a_lesson_the_newest_is_told(everywhere):
    async def attack():
        hostile, desk = taken_in(everywhere)
        await say(hostile, lead=fresh())
        seats = []
        for _ in range(40):
            pupil, seat = taken_in(everywhere)
            await say(pupil, join=desk.told["leads"])
            seats.append(seat)
        before = sum(seat.frames for seat in seats)
        for step in range(1000):
            await say(hostile, lesson={"name": "rheobase", "step": step % 100})
        async with asyncio.timeout(30):
            while not all(seat.told.get("lesson") == {"name": "rheobase", "step": 99} for seat in seats):
                await asyncio.sleep(0.05)
        return (sum(seat.frames for seat in seats) - before) / len(seats)

    assert asyncio.run(attack()) < 10  # the first, the last, and counts


# -- pictures of links ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("link", [
    "http://" + "\u4e00" * 480, "http://\ud800", "http://x/ y", "http://x/\n", "http://",
    "http://x/" + "a" * LONGEST_LINK, "javascript:alert(1)", 3, None, ["http://x"], {},
])  # fmt: skip
def test_only_a_link_as_browsers_write_it_has_a_picture(link):
    assert picture_of(link) == ""
    assert asyncio.run(Painter().paint(link)) == ""


def test_pictures_are_drawn_one_after_the_other_by_a_thread_of_their_own(monkeypatch):
    drawn, at_once = [], threading.Lock()

    def draw(link):
        assert at_once.acquire(blocking=False)
        drawn.append((link, threading.current_thread().name))
        at_once.release()
        return f"<svg>{link}"

    monkeypatch.setattr(invitation, "picture_of", draw)

    async def ask():
        painter = Painter()
        return await asyncio.gather(*[painter.paint(number) for number in range(50)])

    assert asyncio.run(ask()) == [f"<svg>{number}" for number in range(50)]
    assert [link for link, _ in drawn] == list(range(50))
    assert {name.split("_")[0] for _, name in drawn} == {"pictures"}


def test_the_same_picture_is_drawn_once(monkeypatch):
    made, link = [], f"http://localhost/{fresh()}"
    make = invitation.segno.make
    monkeypatch.setattr(invitation.segno, "make", lambda *how, **more: made.append(1) or make(*how, **more))
    assert picture_of(link) == picture_of(link)
    assert made == [1]


def test_who_asks_for_too_many_pictures_gets_none():
    async def ask():
        state = SimpleNamespace(gate=Gate())
        hostile, other = (SimpleNamespace(state=state, address=f"10.0.0.{k}") for k in range(2))
        state.gate._addresses["10.0.0.0"] = Bucket(0.001, limits.PICTURE)
        return [await Socket.pictured(each, "http://localhost/") for each in (hostile, hostile, other)]

    pictures = asyncio.run(ask())
    assert pictures[0] == pictures[2] != ""
    assert pictures[1] == ""


def test_a_page_gets_the_picture_of_its_link(server):
    async def ask():
        async with Raw(server) as visitor:
            await visitor.ask(hello="")
            await visitor.send({"seq": 9, "link": f"{server}?I=3"})
            while "picture" not in (frame := await visitor.frame()).get("texts", {}):
                pass
            return frame["texts"]["picture"]

    assert asyncio.run(ask()) == picture_of(f"{server}?I=3") != ""


# -- what cannot be drawn, and what fails --------------------------------------------------------------------------
def test_links_that_are_no_text_are_opened_without_a_picture_and_leave_no_traceback(serve):
    server = serve(*SERVE)

    async def attack():
        async with Pupil(server.url) as hostile:
            await hostile.say(lead=fresh(), at="http://\ud800")
            await hostile.until(lambda told: "leads" in told)
            assert hostile.told["picture"] == ""
            await hostile.say(camera="http://\ud800")
            await hostile.until(lambda told: told.get("pictured") == "")
        await undisturbed(server.url)

    asyncio.run(attack())
    assert "Traceback" not in server.text


def test_what_fails_later_ends_its_connection_and_is_logged_once(monkeypatch, caplog):
    closed = []
    monkeypatch.setattr(logging, "_kinds", set())
    monkeypatch.setattr(logging, "_lines", type(logging._lines)())

    async def failing():
        raise RuntimeError("It cannot be done.")

    async def attack():
        for _ in range(50):
            await Socket._unharmed(SimpleNamespace(_dismiss=closed.append), failing())

    asyncio.run(attack())
    assert len(closed) == 50
    assert sum(record.exc_info is not None for record in caplog.records) == 1
    assert len(caplog.records) <= limits.NOTES[0] + 1


# -- what is held --------------------------------------------------------------------------------------------------
def test_one_address_holds_its_share_and_no_more():
    share = Share(8, 2)
    assert [share.take("a") for _ in range(3)] == [True, True, False]
    assert [share.take(each) for each in "bbccddee"] == [True] * 6 + [False] * 2
    share.give("a")
    assert not share.take("d")
    assert share.take("e")
    for address in "abbccdde":
        share.give(address)
    assert not share._held
    assert not share.take("a", 3)
    assert share.take("a", 2)


# -- frames that are no messages -----------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [b"\x89", b"\x8a"], ids=["ping", "pong"])
def test_who_pings_without_end_is_cut_off(server, kind):
    async def attack(number):
        async with Raw(server) as hostile:
            await hostile.ask(hello="")
            with contextlib.suppress(OSError):
                await hostile.socket.protocol.stream.write((kind + b"\x80" + os.urandom(4)) * number)
            return await hostile.ask(choose={"delta_T": 2.0}) if number < 10 else await hostile.closed()

    assert asyncio.run(attack(5))["answer"]["values"]["delta_T"] == 2.0
    assert asyncio.run(attack(100)) in (None, 1006)
    asyncio.run(undisturbed(server))
