"""What was seen to hurt the server, or the other visitors, does not."""

import asyncio
import contextlib
import json
import random
import socket

import bokeh.server.server as bokeh_server
import pytest
from bokeh.application import Application
from bokeh.util.token import generate_jwt_token, generate_session_id
from tornado.httpclient import HTTPClientError
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from dashboard.serving import takeover
from dashboard.serving.limits import BODY, IDLE, MESSAGE, NOTES
from dashboard.session import Session
from dashboard.tabs import TABS
from model.stimuli import KINDS
from tests.serving.raw import Raw, get, token_of


def root(server):
    return server.removesuffix("/dashboard")


async def undisturbed(server, value=2.5):
    """Another visitor gets the right answer."""
    async with Raw(server) as visitor:
        await visitor.ask(hello="")
        answer = await visitor.ask(choose={"delta_T": value})
        assert answer["answer"]["values"]["delta_T"] == value
        assert "Hz" in answer["texts"]["sentence"]


@pytest.mark.parametrize(
    "path",
    [
        "/components/unittest.__main__/x/_css/y", "/components/antigravity/x/_css/y", "/static/js/bokeh-tables.min.js",
        "/static/extensions/panel/panel.min.js", "/dashboard/autoload.js", "/dashboard/metadata", "/liveness",
        "/dashboard/assets/../../../../etc/passwd", "/dashboard/assets/0/page.js", "/dashboard/static/x",
    ],
)  # fmt: skip
def test_nothing_but_the_page_and_its_own_files_is_served(server, path):
    status, _, content = get(root(server) + path)
    assert status == 404
    assert b"root:" not in content
    asyncio.run(undisturbed(server))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_the_page_is_read_and_nothing_else(server, method):
    status, headers, content = get(server, method)
    assert status == 405
    assert "nosniff" in headers["x-content-type-options"]
    assert b"Traceback" not in content


def test_an_address_cannot_choose_the_session(server):
    pages = [get(f"{server}?bokeh-session-id=mine", Bokeh_Session_Id="mine")[2] for _ in range(2)]
    assert all(b"mine" not in page for page in pages)
    assert token_of(f"{server}?bokeh-session-id=mine") != token_of(f"{server}?bokeh-session-id=mine")


def refused(server, **how):
    """The status with which a websocket is refused."""

    async def connect():
        async with Raw(server, **how):
            return 101

    try:
        return asyncio.run(connect())
    except HTTPClientError as error:
        return error.code


def test_a_page_has_one_websocket(server):
    token = token_of(server)
    assert refused(server, token=token) == 101
    assert refused(server, token=token) == 403


def test_only_tokens_of_this_server_open_a_websocket(server):
    key = b"0" * 32
    forged = generate_jwt_token(generate_session_id(key, signed=True), key, signed=True)
    unsigned = generate_jwt_token(generate_session_id(None, signed=False), None, signed=False)
    for token in (forged, unsigned, token_of(server)[:-2], "x", "a.b", "ä" * 3):
        assert refused(server, token=token.encode().decode("latin-1")) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost.evil.example", "file://", ""])
def test_a_strangers_page_opens_no_websocket(server, origin):
    assert refused(server, Origin=origin) == 403


def test_a_script_without_an_origin_opens_no_websocket(server):
    page = Raw(server)
    del page.headers["Origin"]

    async def connect():
        async with page:
            return 101

    with pytest.raises(HTTPClientError, match="403"):
        asyncio.run(connect())


@pytest.mark.parametrize("path", ["/dashboard", "/", "/health", "/nothing", "/dashboard/assets/0/page.js"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "10.9.8.7", "a@localhost", ""]
)
def test_a_foreign_name_for_this_machine_is_not_served(server, host, path):
    status, headers, content = get(root(server) + path, Host=host, Origin=f"http://{host}")
    assert status in (400, 403)
    assert b"token" not in content
    assert "server" not in headers


def test_a_foreign_name_opens_no_websocket(server):
    assert refused(server, Host="evil.example", Origin="http://evil.example") == 403


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_the_machine_answers_to_its_own_names(server, name):
    port = server.split(":")[2].split("/")[0]
    assert get(server, Host=f"{name}:{port}")[0] == 200


@pytest.mark.parametrize("path", ["", "/nothing", "/assets/0/page.js", "/ws"])
def test_every_answer_says_how_it_may_be_used(server, path):
    _, headers, _ = get(server + path)
    assert "server" not in headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src" in policy  # no script in the page itself
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("message", ["x" * (MESSAGE + 1), "[" * 19_000_000, b"\0" * 100, b"{}"])
def test_a_message_that_is_too_long_or_no_text_ends_its_connection_only(server, message):
    async def attack():
        async with Raw(server) as visitor:
            with contextlib.suppress(WebSocketClosedError, StreamClosedError):  # closed before all of it was sent
                await visitor.send(message)
            return await visitor.closed()

    assert asyncio.run(attack()) in (None, 1006, 1008, 1009)
    asyncio.run(undisturbed(server))


def test_a_connection_that_breaks_the_framing_is_closed(server):
    async def attack():
        async with Raw(server) as visitor:
            visitor.socket.protocol.stream.write(b"\xff" * 1000)
            return await visitor.closed()

    asyncio.run(attack())
    asyncio.run(undisturbed(server))


def test_a_request_that_brings_much_is_not_taken_in(server):
    parts = server.split("/")[2].split(":")
    with socket.create_connection((parts[0], int(parts[1])), timeout=60) as wire:
        wire.sendall(f"POST /dashboard HTTP/1.1\r\nHost: {':'.join(parts)}\r\nContent-Length: {10**8}\r\n\r\n".encode())
        sent = 0
        try:
            while sent < 10**8:
                sent += wire.send(b"\0" * 65536)
        except OSError:
            pass
    assert BODY < sent < 10_000_000  # what the system buffers on the way, and no more
    asyncio.run(undisturbed(server))


def test_a_connection_with_half_a_request_is_not_held_for_ever(monkeypatch):
    monkeypatch.setattr(bokeh_server, "HTTPServer", bokeh_server.HTTPServer)  # both are put back afterwards
    monkeypatch.setattr(bokeh_server, "BokehTornado", bokeh_server.BokehTornado)
    takeover.install()
    made = bokeh_server.HTTPServer(takeover.Site({"/dashboard": Application()}))
    assert made.conn_params.header_timeout == IDLE
    assert made.conn_params.max_body_size == BODY


NO_MESSAGES = [
    "",
    "null",
    "17",
    "[]",
    '"choose"',
    "{",
    '{"choose": []}',
    '{"choose": 5}',
    "[" * 30_000,
    '{"seq":' + "9" * 5000 + "}",
]


@pytest.mark.parametrize("message", NO_MESSAGES, ids=range(len(NO_MESSAGES)))
def test_what_is_no_message_of_the_page_ends_its_connection_only(server, message):
    async def attack():
        async with Raw(server) as visitor:
            await visitor.ask(hello="")
            await visitor.send(message)
            return await visitor.closed()

    assert asyncio.run(attack()) == 1008
    asyncio.run(undisturbed(server))


def test_from_a_browser_only_choices_are_taken(server):
    """The messages by which Bokeh's own protocol changes models are none here."""
    patch = {"kind": "ModelChanged", "model": {"id": "e1"}, "attr": "esm", "new": "alert(1)"}

    async def attack():
        async with Raw(server) as one, Raw(server) as other:
            for visitor in (one, other):
                await visitor.ask(hello="")
            answer = await one.ask(events=[patch], title="x", sources={"trace": {}}, choose={"delta_T": 3.0})
            assert "alert" not in json.dumps(answer)
            seen = await other.ask(choose={"V_T": -58.0})
            assert "alert" not in json.dumps(seen)
            assert seen["answer"]["values"]["delta_T"] == 3.48

    asyncio.run(attack())


def test_a_choice_that_is_markup_comes_back_as_text_in_a_sentence(server):
    async def attack():
        async with Raw(server) as visitor:
            await visitor.ask(hello="")
            return await visitor.ask(choose={"tau": "<script>alert(1)</script>", "<b>": 1})

    answer = asyncio.run(attack())["answer"]
    assert "must be a number" in answer["refused"]["tau"]
    assert answer["values"]["tau"] == 10


def odd_value(chance):
    numbers = [0, -1, 1e308, -5e-324, float("nan"), float("inf"), 2**80, 0.1, 3, True, None]
    return chance.choice([*numbers, "", "1e5", "nan", "٣", "<b>", "x" * 300, [1], {"a": 1}, *KINDS, "strang", "cuda"])


def odd_message(chance):
    """A message of any kind: good, nearly good, none."""
    names = [*Session().members(), "onset", "nothing", "", "__class__"]
    message = {"seq": chance.choice([0, 1, -1, 1.5, "x", 2**60, None]), "tab": chance.choice([*TABS, "x", None, []])}
    message["choose"] = {chance.choice(names): odd_value(chance) for _ in range(chance.randrange(5))}
    if chance.random() < 0.3:
        message[chance.choice(["reset", "ask", "hello", "opening", "events"])] = odd_value(chance)
    if chance.random() < 0.2:
        message["choose"] = odd_value(chance)
    text = json.dumps(message)
    return text if chance.random() < 0.9 else text[: chance.randrange(len(text))]


@pytest.mark.timeout(600)
def test_ten_thousand_messages_of_all_kinds_hurt_nobody(serve):
    server = serve("-m", "panel", "serve", "dashboard")
    chance, lost = random.Random(7), 0

    async def attack():
        nonlocal lost
        async with Raw(server.url) as neighbour:
            await neighbour.ask(hello="")
            visitor = None
            for count in range(10_000):
                if visitor is None:
                    visitor = await Raw(server.url).__aenter__()
                try:
                    await visitor.send(odd_message(chance))
                    if count % 20 == 0 and await visitor.frame() is None:
                        raise ConnectionError
                except (ConnectionError, WebSocketClosedError, StreamClosedError):  # closed: no message of a page
                    await visitor.__aexit__()
                    visitor, lost = None, lost + 1
                if count % 500 == 0:
                    value = 1 + count / 10_000
                    answer = await neighbour.ask(choose={"delta_T": value})
                    assert answer["answer"]["values"]["delta_T"] == value
                    assert answer["answer"]["refused"] == {}
            if visitor is not None:
                await visitor.__aexit__()

    asyncio.run(attack())
    assert lost > 10
    asyncio.run(undisturbed(server.url))
    assert "Traceback" not in server.text
    assert server.process.poll() is None


def test_refusals_do_not_flood_the_log(serve):
    server = serve("-m", "panel", "serve", "dashboard")

    async def attack():
        for _ in range(100):
            async with Raw(server.url) as visitor:
                await visitor.send(b"no text")
                await visitor.closed()

    before = len(server.text)
    asyncio.run(attack())
    for path in ("/nothing", "/components/os/x/_css/y", "/dashboard/ws") * 100:
        get(root(server.url) + path)
    assert server.text[before:].count("\n") <= NOTES[0] + 2
