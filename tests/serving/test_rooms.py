"""A class together: who leads is followed, answers are counted, and nobody else leads, ends or stuffs anything."""

import asyncio
import contextlib
import copy
import json
import os
import secrets
import signal
import socket
import sys

import numpy as np
import pytest

from dashboard.address import LONGEST_DRAWN
from dashboard.lessons import questions
from dashboard.lessons.reading import read_all
from dashboard.serving import limits
from dashboard.serving.between import Between
from dashboard.serving.codes import code_of, is_secret, mark_of
from dashboard.serving.tally import Ballot, Tally, sum_of, tally_from, tally_of
from model.points import Points
from tests.serving.raw import Raw, get

SERVE = ("-m", "panel", "serve", "dashboard")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such processes and signals")


def fresh():
    """A secret, as a page makes it."""
    return secrets.token_urlsafe(16)


class Pupil(Raw):
    """A page in a room; keeps what it was told and shown. A room that it leads ends with it, if `ends`."""

    ends = True

    def __init__(self, *arguments, **how):
        super().__init__(*arguments, **how)
        self.told, self.sources, self.texts = {}, set(), {}

    async def __aexit__(self, *error):
        if self.open and self.ends and "leads" in self.told:
            with contextlib.suppress(Exception):
                await self.say(end=True)
        await super().__aexit__(*error)

    async def say(self, **said):
        await self.send('{"room":' + json.dumps(said) + "}")

    async def next(self):
        frame = await self.frame()
        assert frame is not None, "the server has closed the connection"
        self.told |= frame.get("room", {})
        self.sources |= set(frame["sources"])
        self.texts |= frame.get("texts", {})
        return frame

    async def until(self, condition):
        """Read what comes until something holds."""
        async with asyncio.timeout(30):
            while not condition(self.told):
                await self.next()
        return self.told

    async def sees(self, name, value):
        await self.until(lambda told: told.get("show", {}).get("values", {}).get(name) == value)

    async def settled(self, seconds=1.5):
        """Read all that comes for some time; return it."""
        seen = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    seen.append(await self.next())
        return seen


async def opened(lecturer, secret=None, **choose):
    """Have a page open a room and choose something; return its code."""
    await lecturer.say(lead=secret or fresh())
    await lecturer.until(lambda told: "leads" in told)
    await lecturer.ask(hello="", choose=choose)
    return lecturer.told["leads"]


async def joined(pupil, code, **known):
    await pupil.say(join=code, **known)
    await pupil.until(lambda told: told.get("joined") == code)


def test_a_secret_gives_one_code_whatever_process_is_asked():
    secret = fresh()
    assert is_secret(secret)
    assert code_of(secret) == code_of(secret)
    assert len(code_of(secret)) == 8
    assert code_of(secret).isdecimal()
    assert len({code_of(fresh()) for _ in range(20)}) == 20
    assert mark_of(secret) != mark_of(fresh())
    assert secret not in code_of(secret) + mark_of(secret)


def test_those_who_join_see_what_the_lecturer_chooses(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as early, Pupil(server) as late:
            code = await opened(lecturer, delta_T=2.0)
            await joined(early, code, lang="../../x")  # no language: English it is
            await early.sees("delta_T", 2.0)
            assert {"trace", "current", "phase_line", "fi_theory", "operating_point"} <= early.sources
            assert "Hz" in early.texts["sentence"]
            await lecturer.ask(tab="raster", choose={"I": 12.0, "sigma": 2.0})
            await early.sees("I", 12.0)
            show = early.told["show"]
            assert (show["tab"], show["kind"]) == ("raster", "constant")
            assert show["address"] == "?I=12&sigma=2&delta_T=2"
            await joined(late, code)
            await late.sees("I", 12.0)
            assert "trace" in late.sources
            assert late.told["mark"] == early.told["mark"]

    asyncio.run(lesson())


def test_a_drawing_that_is_too_long_for_an_address_is_seen_by_all(server):
    times = np.arange(600)
    drawing = "_".join(f"{t / 2:g}_{9 + 3 * np.sin(t / 40):.3f}" for t in times)
    assert len(drawing) > LONGEST_DRAWN

    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as pupil:
            code = await opened(lecturer)
            await joined(pupil, code)
            own = await lecturer.ask(choose={"kind": "drawn", "drawn": drawing})
            assert "drawn=" not in own["answer"]["address"]
            await pupil.until(lambda told: told.get("show", {}).get("kind") == "drawn")
            assert pupil.texts["drawn"] == Points.read(drawing).text
            assert pupil.texts["sentence"] == own["texts"]["sentence"]

    asyncio.run(lesson())


def test_an_own_move_lets_go_and_one_word_brings_back(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as pupil:
            code = await opened(lecturer, delta_T=2.0)
            await joined(pupil, code)
            await pupil.sees("delta_T", 2.0)
            own = await pupil.ask(hello="?delta_T=2", choose={"tau": 20.0})
            assert own["answer"]["values"]["tau"] == 20.0
            assert own["answer"]["values"]["delta_T"] == 2.0
            assert "trace" in own["sources"]  # all of it: the page showed somebody else's
            await lecturer.ask(choose={"I": 3.0})
            assert not any("show" in frame.get("room", {}) for frame in await pupil.settled())
            await pupil.say(follow=True)
            await pupil.sees("I", 3.0)
            assert pupil.told["show"]["values"]["tau"] == 10.0

    asyncio.run(lesson())


def test_what_a_tab_computes_for_the_lecturer_is_seen_by_all(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as pupil:
            code = await opened(lecturer)
            await lecturer.ask(tab="raster", choose={"sigma": 3.0})
            await joined(pupil, code)
            async with asyncio.timeout(60):
                while "raster" not in " ".join(pupil.sources) or not pupil.texts.get("caption"):
                    await pupil.next()

    asyncio.run(lesson())


def test_a_lesson_that_the_lecturer_opens_is_open_for_all(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as pupil:
            code = await opened(lecturer)
            await joined(pupil, code)
            await lecturer.say(lesson={"name": "rheobase", "step": 2})
            await pupil.until(lambda told: told.get("lesson") == {"name": "rheobase", "step": 2})
            await pupil.say(lesson={"name": "mischief", "step": 0})  # it does not lead
            await lecturer.say(lesson=None)
            await pupil.until(lambda told: told.get("lesson") is None)

    asyncio.run(lesson())


def test_votes_are_counted_once_for_each_connection_and_may_change(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as one, Pupil(server) as other:
            code = await opened(lecturer)
            for pupil in (one, other):
                await joined(pupil, code)
                for _ in range(5):
                    await pupil.say(vote=["rheobase", "0"])
            await lecturer.until(lambda told: told.get("votes") == {"rheobase": {"0": 2}})
            await one.say(vote=["rheobase", "1"])
            await other.until(lambda told: told.get("votes") == {"rheobase": {"0": 1, "1": 1}})
            await one.say(vote=["rheobase", None])
            await lecturer.until(lambda told: told.get("votes") == {"rheobase": {"0": 1}})
            assert lecturer.told["present"] == 2
            await lecturer.say(vote=["rheobase", "1"])  # who asks does not vote
            async with Pupil(server) as third:
                await joined(third, code)
                await third.say(vote=["rheobase", "1"])
                await lecturer.until(lambda told: told.get("votes") == {"rheobase": {"0": 1, "1": 1}})
            await lecturer.until(lambda told: told["present"] == 2 and told["votes"] == {"rheobase": {"0": 1}})

    asyncio.run(lesson())


def test_points_of_all_make_one_curve(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as one, Pupil(server) as other:
            code = await opened(lecturer)
            for pupil, points in ((one, [[1, 70.0], [2, 35.5]]), (other, [[2, 35.51], [10, 7.99]])):
                await joined(pupil, code)
                await pupil.say(points=["strength", points])
            await lecturer.until(lambda told: len(told.get("points", {}).get("strength", [])) == 3)
            assert sorted(lecturer.told["points"]["strength"]) == [[1, 70], [2, 35.5], [10, 7.99]]

    asyncio.run(lesson())


def test_who_leads_may_load_the_page_again_and_the_newest_page_leads(server):
    async def lesson():
        secret = fresh()
        async with Pupil(server) as pupil:
            async with Pupil(server) as first:
                first.ends = False
                code = await opened(first, secret, delta_T=2.0)
                await joined(pupil, code)
                await pupil.sees("delta_T", 2.0)
            await pupil.until(lambda told: told["led"] is False)
            async with Pupil(server) as second, Pupil(server) as third:
                assert await opened(second, secret, I=5.0) == code
                await pupil.sees("I", 5.0)
                assert await opened(third, secret, I=6.0) == code
                await second.until(lambda told: told.get("replaced") == code)
                await second.sees("I", 6.0)
                await second.ask(hello="", choose={"I": 1.0})
                await third.ask(choose={"I": 7.0})
                await pupil.sees("I", 7.0)

    asyncio.run(lesson())


def test_only_the_lecturer_ends_the_room(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as pupil:
            code = await opened(lecturer)
            await joined(pupil, code)
            await pupil.say(end=True)
            await lecturer.ask(choose={"I": 3.0})
            await pupil.sees("I", 3.0)
            await lecturer.say(end=True)
            await pupil.until(lambda told: told.get("over") == "lecturer")
            answer = await pupil.ask(hello="?I=3")
            assert answer["answer"]["values"]["I"] == 3.0
            await pupil.say(join=code)
            await pupil.until(lambda told: told.get("absent") == code)

    asyncio.run(lesson())
    assert json.loads(get(server.replace("dashboard", "health"))[2])["rooms"] >= 0


def test_a_secret_that_is_none_of_the_room_opens_another_one(server):
    async def lesson():
        async with Pupil(server) as lecturer, Pupil(server) as pupil, Pupil(server) as hostile:
            code = await opened(lecturer, delta_T=2.0)
            await joined(pupil, code)
            await pupil.sees("delta_T", 2.0)
            await hostile.say(lead=pupil.told["mark"][:22])
            await hostile.until(lambda told: "leads" in told)
            assert hostile.told["leads"] != code
            await hostile.ask(hello="", choose={"delta_T": 7.0})
            await lecturer.ask(choose={"delta_T": 3.0})
            await pupil.sees("delta_T", 3.0)

    asyncio.run(lesson())


def test_a_page_that_comes_before_its_lecturer_waits_for_the_room(server):
    async def lesson():
        secret = fresh()
        code = code_of(secret)
        async with Pupil(server) as early, Pupil(server) as elsewhere, Pupil(server) as lecturer:
            await early.say(join=code)
            await early.until(lambda told: told.get("absent") == code)
            await elsewhere.say(join=code, mark="0" * 32)  # it was in another room that had this code
            await elsewhere.until(lambda told: told.get("absent") == code)
            await opened(lecturer, secret, delta_T=2.0)
            await early.sees("delta_T", 2.0)
            assert not any("joined" in frame.get("room", {}) for frame in await elsewhere.settled())

    asyncio.run(lesson())


def test_who_guesses_codes_is_sent_away(server):
    async def attack():
        async with Pupil(server) as hostile:
            for _ in range(limits.WRONG_CODES + 1):
                await hostile.say(join=f"{secrets.randbelow(10**8):08}")
            return await hostile.closed()

    assert asyncio.run(attack()) == 1008


def test_guessing_codes_uses_up_what_an_address_may_ask(serve):
    assert 10**8 / limits.ROOMS * limits.WRONG_CODE / limits.ALL_REQUESTS[0] > 3600  # s to find any room
    server = serve(*SERVE)

    async def attack():
        while True:
            async with Pupil(server.url) as hostile:
                for _ in range(limits.WRONG_CODES):
                    await hostile.say(join=f"{secrets.randbelow(10**8):08}")
                    hostile.told.clear()
                    if (await hostile.until(lambda told: told)).get("refused"):
                        return hostile.told["refused"]

    assert asyncio.run(attack()) == "busy"


NONSENSE = [
    '{"room":', '{"room":1}', '{"room":null}', '{"room":{}}', '{"room":[]}', '{"room":{"x":1}}', '{"room":{"join":1}}',
    '{"room":{"join":"1234567"}}', '{"room":{"join":"١٢٣٤٥٦٧٨"}}', '{"room":{"join":"12345678","mark":"x"}}',
    '{"room":{"lead":"short"}}', '{"room":{"lead":null}}', '{"room":{"lead":"' + "a" * 5000 + '"}}',
    '{"room":' + "[" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("message", NONSENSE, ids=range(len(NONSENSE)))
def test_what_is_nothing_to_say_about_a_room_ends_the_connection_only(server, message):
    async def attack():
        async with Pupil(server) as lecturer, Pupil(server) as pupil, Pupil(server) as hostile:
            code = await opened(lecturer)
            await joined(pupil, code)
            await joined(hostile, code)
            await hostile.send(message)
            assert await hostile.closed() == 1008
            await lecturer.ask(choose={"I": 4.0})
            await pupil.sees("I", 4.0)

    asyncio.run(attack())


ANSWERS = [
    {"vote": 1}, {"vote": ["a"]}, {"vote": ["a", 1]}, {"vote": ["<b>", "x"]}, {"vote": ["a", "x" * 41]},
    {"points": ["a", 3]}, {"points": ["a", [[1]]]}, {"points": ["a", [[1, "2"]]]}, {"points": ["a", [[1, 10**400]]]},
    {"points": ["a", [[1, True]]]}, {"points": ["a", [[0, 0]] * (limits.POINTS + 1)]}, {"lesson": "x"},
    {"lesson": {"name": "x", "step": -1}}, {"lesson": {"name": "x", "step": True}},
]  # fmt: skip


@pytest.mark.parametrize("said", ANSWERS, ids=range(len(ANSWERS)))
def test_answers_that_are_none_end_the_connection_only(server, said):
    async def attack():
        async with Pupil(server) as lecturer, Pupil(server) as hostile:
            code = await opened(lecturer)
            await joined(hostile, code)
            await hostile.say(**said)
            assert await hostile.closed() == 1008
            await lecturer.until(lambda told: told.get("present") == 0)
            assert lecturer.told["votes"] == lecturer.told["points"] == {}

    asyncio.run(attack())


def test_only_what_a_lesson_asks_is_counted():
    ballots = [Ballot() for _ in range(300)]
    for number, ballot in enumerate(ballots):
        ballot.vote(["rheobase", "01"[number % 2]])
        ballot.mark(["strength", [[1, 70], [2, 35.5]]])
    mischief = ballots[0]
    for number in range(1000):
        for lesson in (f"made.up.{number}", "rheobase"):
            assert not mischief.vote([lesson, f"Somebody.is.an.idiot-{number}"])
        assert not mischief.vote(["rheobase", str(3 + number)])
        assert not mischief.mark([f"made.up.{number}", [[k, number] for k in range(limits.POINTS)]])
    for option in ("00", "-1", "1.0"):
        assert not mischief.vote(["rheobase", option])
    assert not mischief.mark(["rheobase", [[1, 1]]])  # it collects no points
    counts = tally_of(ballots, 300)
    assert counts.votes == {"rheobase": {"0": 150, "1": 150}}
    assert counts.points == {"strength": ((1.0, 70.0), (2.0, 35.5))}
    assert counts.finders == {"strength": 300}
    mischief.vote(["rheobase", None])
    assert tally_of(ballots, 300).votes == {"rheobase": {"0": 149, "1": 150}}


def test_the_lessons_that_most_have_answered_are_shown_first():
    class_ = [Tally(5, {}, {"ours": ((1.0, 1.0),)}, {"ours": 4})]
    for name in ("one", "two"):
        class_.append(Tally(1, {}, {name: tuple((float(k), 1.0) for k in range(limits.POINTS))}, {name: 1}))
    assert list(sum_of(class_).points) == ["ours", "one"]
    assert limits.PLOTS == 2


def test_lessons_ask_what_their_files_say(tmp_path):
    shelf = read_all()
    for lesson in shelf.lessons:
        [options] = [step["options"] for step in lesson.content["steps"] if step["kind"] == "predict"]
        assert questions()[lesson.name] == (tuple(str(k) for k in range(len(options))), "collect" in lesson.content)
    assert any(each.points for each in questions().values())
    for name, text in {"broken": "steps: [", "empty": "", "odd": "steps: 3", "list": "- 1"}.items():
        (tmp_path / f"{name}.yml").write_text(text, "utf-8")
    (tmp_path / "good.yml").write_text("steps: [{predict: x, options: [a, b]}, {see: y}]", "utf-8")
    assert questions(tmp_path) == {"good": (("0", "1"), False)}


def test_counts_of_several_processes_are_one():
    one = Tally(3, {"x": {"0": 2, "1": 1}}, {"s": ((1.0, 70.0),)}, {"s": 1})
    other = Tally(2, {"x": {"0": 1}, "y": {"2": 1}}, {"s": ((1.0, 70.0), (2.0, 35.5))}, {"s": 2})
    together = Tally(5, {"x": {"0": 3, "1": 1}, "y": {"2": 1}}, {"s": ((1.0, 70.0), (2.0, 35.5))}, {"s": 3})
    assert sum_of([one, other]) == together
    assert tally_from(*json.loads(json.dumps(together))) == together


def test_one_address_opens_so_many_rooms_and_no_more(server):
    async def attack():
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(limits.ROOMS_OF_ADDRESS):
                await opened(await stack.enter_async_context(Pupil(server)))
            one_more = await stack.enter_async_context(Pupil(server))
            await one_more.say(lead=fresh())
            assert (await one_more.until(lambda told: told))["refused"] == "full"

    asyncio.run(attack())


def test_a_follower_who_does_not_read_holds_up_nobody(server):
    async def attack():
        async with Pupil(server) as lecturer, Pupil(server) as pupil, Pupil(server) as lazy:
            code = await opened(lecturer)
            await joined(pupil, code)
            lazy.socket.protocol.stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            await lazy.say(join=code)
            for number in range(60):
                value = 5.0 + number / 10
                await lecturer.ask(choose={"I": value})
                await pupil.sees("I", value)
            await lazy.sees("I", 10.9)  # it reads at last, and sees the newest

    asyncio.run(attack())


# -- several processes, and restarts -------------------------------------------------------------------------------


class Placed(Pupil):
    """A page of which we know which process has it."""

    @classmethod
    @contextlib.asynccontextmanager
    async def in_processes(cls, url, wanted):
        """Open pages until there is one in each of so many processes; yield the processes, with a page in each."""
        pages = {}
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(400):
                before = visitors(url)
                page = await stack.enter_async_context(cls(url))
                await page.ask(hello="")
                grown = [process for process, number in visitors(url).items() if number > before.get(process, 0)]
                if len(grown) == 1:
                    pages.setdefault(grown[0], page)
                if len(pages) == wanted:
                    break
            assert len(pages) == wanted
            yield pages


def visitors(url):
    """How many visitors each process has; asked so often that every process has answered."""
    found, health = {}, url.replace("dashboard", "health")
    for _ in range(12):
        said = json.loads(get(health)[2])
        found[said["process"]] = said["visitors"]
    return found


@posix
@pytest.mark.timeout(300)
def test_a_class_is_together_whatever_process_each_page_meets_and_lives_on_when_one_dies(serve):
    server = serve(*SERVE, "--num-procs", "2")
    secret = fresh()

    async def lesson():
        async with Placed.in_processes(server.url, 2) as pages:
            (here, lecturer), (there, pupil) = pages.items()
            code = await opened(lecturer, secret, delta_T=2.0)
            await joined(pupil, code)
            await pupil.sees("delta_T", 2.0)
            assert "trace" in pupil.sources
            async with Pupil(server.url) as third:
                await joined(third, code)
                for page, answer in ((pupil, "0"), (third, "1")):
                    await page.say(vote=["rheobase", answer])
                    await page.say(points=["strength", [[1, 70]]])
                for page in (lecturer, pupil, third):
                    await page.until(lambda told: told.get("votes") == {"rheobase": {"0": 1, "1": 1}})
                    await page.until(
                        lambda told: told["present"] == 2 and told["points"] == {"strength": [[1.0, 70.0]]}
                    )
            await lecturer.say(lesson={"name": "rheobase", "step": 1})
            await pupil.until(lambda told: told.get("lesson"))

            os.kill(here, signal.SIGKILL)  # the lecturer's; it is started again
            await pupil.until(lambda told: told["led"] is False)
            assert pupil.told["show"]["values"]["delta_T"] == 2.0
            again = await returned(server.url)
            try:
                assert await opened(again, secret, I=4.0) == code
                await pupil.sees("I", 4.0)
                await pupil.until(lambda told: told["led"] is True)
                await again.until(lambda told: told.get("votes") == {"rheobase": {"0": 1}})
                os.kill(there, signal.SIGKILL)  # the pupil's, and maybe the lecturer's as well
                back = await returned(server.url)
                lead = await returned(server.url)
                await back.say(join=code, mark=pupil.told["mark"])
                await opened(lead, secret, I=8.0)
                await back.sees("I", 8.0)
                await lead.say(end=True)
                await back.until(lambda told: told.get("over") == "lecturer")
                for page in (back, lead):
                    await page.__aexit__()
            finally:
                with contextlib.suppress(Exception):
                    await again.__aexit__()

    asyncio.run(lesson())
    assert "Traceback" not in server.text


async def returned(url):
    """A page that comes back, as often as it must."""
    for _ in range(100):
        try:
            page = await Pupil(url).__aenter__()
            await page.ask(hello="")
            return page
        except Exception:
            await asyncio.sleep(0.2)
    raise AssertionError("no process answers")


@posix
def test_after_a_restart_the_lecturer_opens_the_same_room_and_everybody_is_back(serve):
    server = serve(*SERVE)
    secret = fresh()

    async def before():
        async with Pupil(server.url) as lecturer, Pupil(server.url) as pupil:
            code = await opened(lecturer, secret)
            await joined(pupil, code)
            return code, pupil.told["mark"]

    async def after(code, mark):
        async with Pupil(server.url) as pupil, Pupil(server.url) as hostile, Pupil(server.url) as lecturer:
            await pupil.say(join=code, mark=mark)
            await pupil.until(lambda told: told.get("absent") == code)
            await hostile.say(lead=fresh())
            assert await opened(lecturer, secret, delta_T=2.0) == code
            await pupil.sees("delta_T", 2.0)

    code, mark = asyncio.run(before())
    server.stop()
    server.start()
    asyncio.run(after(code, mark))


@posix
def test_processes_hear_the_newest_about_everything_however_slowly_they_listen():
    async def talk():
        heard = []
        talks = Between(2)
        listens = copy.copy(talks)  # as a process has it that was started from this one
        for number in range(5000):
            for about in ("a", "b"):
                talks.tell(about, f"{about}{number}".encode() + b" " * 1000)
        listens.listen(1, lambda message: heard.append(message.strip().decode()))
        async with asyncio.timeout(20):
            while not {"a4999", "b4999"} <= set(heard):
                await asyncio.sleep(0.01)
        listens.close()
        return heard

    assert len(asyncio.run(talk())) < 10_000  # what waited was replaced
