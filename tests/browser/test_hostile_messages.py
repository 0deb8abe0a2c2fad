"""Raw messages over the websocket, which no browser of ours would send."""

import asyncio
import json
import re
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tornado.websocket import websocket_connect

from dashboard.wire import REFUSAL
from tests.browser.reading import sentence, type_in, visit


class Raw:
    """A visitor that speaks the protocol by hand."""

    def __init__(self, url):
        self.url = url

    async def __aenter__(self):
        with urllib.request.urlopen(self.url) as answer:
            token = re.search(r'"token":"([^"]+)"', answer.read().decode())[1]
        address = f"ws://{urlsplit(self.url).netloc}/dashboard/ws"
        self.socket = await websocket_connect(address, subprotocols=["bokeh", token])
        assert (await self.answer())["header"]["msgtype"] == "ACK"
        self.document = (await self.ask("PULL-DOC-REQ", {}))["content"]["doc"]
        return self

    async def __aexit__(self, *error):
        self.socket.close()
        while await self.socket.read_message() is not None:
            pass
        await asyncio.sleep(0.05)  # the socket itself is closed a turn of the loop later

    async def answer(self):
        frames = [await asyncio.wait_for(self.socket.read_message(), 20) for _ in range(3)]
        header, _, content = (json.loads(frame) for frame in frames)
        for _ in range(header.get("num_buffers", 0)):
            await self.socket.read_message(), await self.socket.read_message()
        return {"header": header, "content": content}

    async def send(self, kind, content):
        header = {"msgid": "1", "msgtype": kind}
        for part in (header, {}, content):
            await self.socket.write_message(part if isinstance(part, str) else json.dumps(part))

    async def ask(self, kind, content):
        await self.send(kind, content)
        while (answer := await self.answer())["header"].get("reqid") != "1":
            pass
        return answer

    def model(self, kind):
        """The id of the first model of a type, anywhere in the document."""
        found = []

        def walk(part):
            if isinstance(part, dict):
                if part.get("name") == kind and "id" in part:
                    found.append(part["id"])
                for inside in part.values():
                    walk(inside)
            elif isinstance(part, list):
                for inside in part:
                    walk(inside)

        walk(self.document)
        return found[0]


def talk(url, messages):
    """Run a conversation outside this thread, where Playwright's event loop lives."""

    async def conversation():
        async with Raw(url) as visitor:
            return [await visitor.ask("PATCH-DOC", {"events": [message(visitor)]}) for message in messages]

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, conversation()).result()


def change(kind, name, value):
    return lambda visitor: {
        "kind": "ModelChanged", "model": {"id": visitor.model(kind)}, "attr": name, "new": value,
    }  # fmt: skip


def table(**entries):
    """A dictionary as the protocol writes it."""
    return {"type": "map", "entries": [list(entry) for entry in entries.items()]}


def message(data):
    def event(visitor):
        values = table(model={"id": visitor.model("panel.models.esm.ReactiveESM")}, data=data)
        told = {"type": "event", "name": "data_event", "values": values}
        return {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": told}

    return event


HOSTILE = {
    "an unknown model": lambda visitor: {"kind": "ModelChanged", "model": {"id": "p0"}, "attr": "x", "new": 1},
    "an unknown kind of event": lambda visitor: {"kind": "Nonsense"},
    "a range of text": change("Range1d", "start", "abc"),
    "a range without end": change("Range1d", "start", {"type": "number", "value": "inf"}),
    "a data source of nonsense": change("ColumnDataSource", "data", 5),
    "an answer that is no answer": change("panel.models.esm.ReactiveESM", "esm", 5),
    "choices that are numbers": message(17),
    "choices out of bounds": message(table(seq=1, choose=table(tau=1e308))),
    "a choice that is not a number": message(table(choose=table(tau={"type": "number", "value": "nan"}))),
    "a name that is a list": message(table(reset=[[1], table()])),
}  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_message_reaches_nobody_and_shows_no_traceback(server, hostile):
    for answer in talk(server, [hostile]):
        text = json.dumps(answer)
        assert "Traceback" not in text
        assert ".py" not in text
        if answer["header"]["msgtype"] == "ERROR":
            assert answer["content"]["text"] == REFUSAL
    with urllib.request.urlopen(server) as answer:
        assert b'"root_ids":[' in answer.read()


def test_the_server_serves_on_after_all_of_them(server, page):
    for hostile in HOSTILE.values():
        talk(server, [hostile])
    visit(page, server)
    type_in(page, "I", "5")
    expect(sentence(page)).to_contain_text("31.1 Hz")
