"""A server in this process: before it is ready, when it is full, and when somebody asks too much."""

import asyncio
import json
import threading
import time

import pytest
from bokeh.application import Application
from bokeh.server.auth_provider import AuthProvider
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop

from dashboard.serving import flood, takeover
from dashboard.serving.files import File, Files
from dashboard.serving.flood import Bucket, Gate
from dashboard.serving.preparation import Preparation
from dashboard.words import LANGUAGES
from model.sentences import say
from tests.serving.raw import Raw, get, token_of

FILES = Files(
    {name: (f"{name}<html ", '>"root_ids":[<meta name="token" content="', '">') for name in LANGUAGES},
    {("f", "page.js"): File("text/javascript", b"long", b"gz")},
)


class Running:
    """A site on a loop in a thread; its preparation waits for the test."""

    def __init__(self):
        self.begun = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()))
        self.thread.start()
        self.begun.wait(20)
        self.state = self.site.state

    async def run(self):
        self.over = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.site = takeover.Site({"/dashboard": Application()}, absolute_url="http://localhost/")
        server = HTTPServer(self.site)
        server.listen(0, "127.0.0.1")
        [listening] = server._sockets.values()
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/dashboard"
        self.site.initialize(IOLoop.current())
        self.site.start()
        self.loop.call_soon(self.begun.set)
        await self.over.wait()
        self.state._beat.cancel()
        for socket in list(self.state.visitors):
            socket.close()
        server.stop()
        await server.close_all_connections()
        await asyncio.sleep(0.05)

    def stop(self):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join()


@pytest.fixture
def running(monkeypatch):
    monkeypatch.setattr(Preparation, "start", lambda self: None)
    monkeypatch.setattr(flood.Gate, "DELAY", 0.01)
    site = Running()
    yield site
    site.stop()


def test_a_browser_that_comes_too_early_gets_a_page_that_says_so_and_asks_again(running):
    running.state.preparation.step = "3 of 11: the tab Intervals"
    status, headers, content = get(running.url)
    assert status == 503
    assert int(headers["retry-after"]) <= 5
    assert b'http-equiv="refresh"' in content
    assert b"3 of 11: the tab Intervals" in content
    assert (
        json.loads(get(running.url.replace("dashboard", "health"))[2])["state"]
        == "preparing 3 of 11: the tab Intervals"
    )
    running.state.preparation.files = FILES
    assert b"root_ids" in get(running.url)[2]


def test_a_page_that_says_it_is_too_early_says_so_in_the_language_of_the_browser(running):
    running.state.preparation.step = say("{number} of {all}: {what}", number=3, all=11, what=say("the first page"))
    content = get(running.url, Accept_Language="de-CH,en;q=0.5")[2].decode()
    assert '<html lang="de">' in content
    assert "Die Seite wird vorbereitet: 3 von 11: die erste Seite. Sie öffnet sich von selbst." in content
    assert "3 of 11: the first page" in get(f"{running.url}?lang=en", Accept_Language="de")[2].decode()
    assert "Diese Seite gibt es auf diesem Server nicht." in get(f"{running.url}x", Accept_Language="de")[2].decode()
    assert get(f"{running.url}?lang=%FF", Accept_Language=";;q=,")[0] == 503  # whatever is sent, English is answered


def test_the_page_is_handed_out_in_the_language_of_address_or_browser(running):
    running.state.preparation.files = FILES
    assert get(running.url)[2].startswith(b"en")
    assert get(running.url, Accept_Language="de-DE,de;q=0.9,en;q=0.8")[2].startswith(b"de")
    assert get(f"{running.url}?tau=3&lang=de")[2].startswith(b"de")
    assert get(f"{running.url}?lang=en", Accept_Language="de")[2].startswith(b"en")


def test_a_choice_from_before_the_program_is_loaded_is_answered_when_it_is(running):
    running.state.preparation.files = FILES

    async def visit():
        async with Raw(running.url) as visitor:
            asked = asyncio.ensure_future(visitor.ask(hello="", choose={"delta_T": 2.0}))
            await asyncio.sleep(0.1)
            assert not asked.done()
            running.state.preparation.answering = True
            running.state._ready()
            return await asked

    assert asyncio.run(visit())["answer"]["values"]["delta_T"] == 2.0


def test_when_all_seats_are_taken_the_page_says_so_and_asks_again_and_those_inside_go_on(running):
    running.state.preparation.files, running.state.preparation.answering, running.state.room = FILES, True, 1
    token = token_of(running.url)

    async def visit():
        async with Raw(running.url, token=token) as visitor:
            await visitor.ask(hello="")
            status, headers, content = await asyncio.to_thread(get, running.url)
            assert (status, headers["retry-after"]) == (503, "10")
            assert b"as soon as somebody leaves" in content
            with pytest.raises(Exception, match="503"):
                async with Raw(running.url, token="x"):
                    pass
            assert (await visitor.ask(choose={"delta_T": 2.0}))["answer"]["values"]["delta_T"] == 2.0

    asyncio.run(visit())
    for _ in range(100):  # the seat is free when the server has seen the visitor leave
        if get(running.url)[0] == 200:
            break
        time.sleep(0.05)
    assert get(running.url)[0] == 200
    assert running.state.turned_away > 0


def test_a_flood_of_requests_is_held_back_and_a_class_behind_one_address_is_not_one(running):
    running.state.preparation.files = FILES
    for _ in range(300):
        assert get(running.url)[0] == 200
    running.state.gate._addresses["127.0.0.1"] = emptied = Bucket(1e-9, 1.0)
    emptied.take()
    status, headers, content = get(running.url)
    assert status == 503
    assert headers["connection"] == "close"
    assert b"tries again" in content


def test_files_are_compressed_and_kept_for_good_and_the_page_is_not(running):
    running.state.preparation.files = FILES
    status, headers, content = get(f"{running.url}/assets/f/page.js", Accept_Encoding="gzip, br")
    assert (status, content, headers["content-encoding"]) == (200, b"gz", "gzip")
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "Accept-Encoding"
    assert get(f"{running.url}/assets/f/page.js")[2] == b"long"
    assert get(running.url)[1]["cache-control"] == "no-store"


def test_the_page_starts_in_the_theme_of_its_address_and_takes_nothing_else_from_it(running):
    running.state.preparation.files = FILES
    assert b"<html dark>" in get(f"{running.url}?theme=dark")[2]
    for query in ("", "?theme=", "?theme=%22onload=alert(1)"):
        assert b"<html >" in get(f"{running.url}{query}")[2]  # that of the visitor's system


@pytest.mark.parametrize("path", ["/", "/dashboard/"])
def test_every_way_leads_to_the_page_with_its_query(running, path):
    root = running.url.removesuffix("/dashboard")
    status, headers, _ = get(f"{root}{path}?I=3")
    assert (status, headers["location"]) == (302, "dashboard?I=3" if path == "/" else "../dashboard?I=3")


def test_the_page_has_no_login_and_says_so_rather_than_ignoring_one():
    class Login(AuthProvider):
        @property
        def get_user(self):
            return lambda handler: "me"

        login_url = property(lambda self: "/login")
        get_user_async = get_login_url = login_handler = logout_url = logout_handler = property(lambda self: None)

    with pytest.raises(ValueError, match="knows no login"):
        takeover.Site({"/dashboard": Application()}, auth_provider=Login())


def test_other_applications_are_not_served_beside_it():
    with pytest.raises(ValueError, match="nothing else"):
        takeover.Site({"/dashboard": Application(), "/other": Application()})


def test_a_bucket_lets_through_its_rate_and_says_how_far_it_is_overdrawn(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    bucket = Bucket(10.0, 5.0)
    assert [bucket.take() for _ in range(7)] == pytest.approx([0, 0, 0, 0, 0, 0.1, 0.2])
    now[0] = 1.0
    assert [bucket.take() > 0 for _ in range(6)] == [False] * 5 + [True]


def test_only_so_many_requests_are_made_to_wait(monkeypatch):
    monkeypatch.setattr(flood, "MOST_WAITING", 2)
    monkeypatch.setattr(Gate, "DELAY", 0.01)

    async def hold():
        gate = Gate()
        return await asyncio.gather(*(gate.hold() for _ in range(3))), await gate.hold()

    assert asyncio.run(hold()) == ([True, True, False], True)


def test_one_address_that_asks_too_much_does_not_keep_another_out(monkeypatch):
    monkeypatch.setattr(flood, "REQUESTS", (1.0, 3.0))
    gate = Gate()
    assert [gate.passes("one", 1.0) for _ in range(5)] == [True] * 3 + [False] * 2
    assert gate.passes("other", 1.0)
    assert not gate.passes("third", 5.0)
