"""Hostile wishes to play do no harm: to the server, to the other visitors, to the log."""

import asyncio
import json
import random
import time

import pytest

from tests.serving.raw import Raw

END = [3000, -59.0, -1e7, None, None]
GOOD = {"number": 1, "from": END, "dt": 0.1, "steps": 500, "every": 5, "poke": 0.0}
ODD = [
    "NaN", "Infinity", "-Infinity", "1e400", "-1", "0", "1.5", "9007199254740993", "1" + "0" * 300, "true", "null",
    '"5"', "[]", "{}", "[[[[]]]]", '"<img src=x onerror=alert(1)>"', '"' + "x" * 2000 + '"',
]  # fmt: skip


async def undisturbed(server):
    """Another visitor plays."""
    async with Raw(server) as visitor:
        await visitor.ask(hello="")
        await visitor.send({"seq": 9, "tab": "fi", "choose": {}, "play": GOOD})
        while "play" not in (frame := await visitor.frame()):
            pass
        assert frame["play"]["steps"] == 500


def texts():
    """Messages in which one part of a wish makes no sense, or all of it."""
    for odd in ODD:
        for part in GOOD:
            wish = ", ".join(f'"{name}": {odd if name == part else json.dumps(value)}' for name, value in GOOD.items())
            yield f"{{{wish}}}"
        for place in range(5):
            start = ", ".join(odd if k == place else json.dumps(value) for k, value in enumerate(END))
            yield json.dumps(GOOD).replace(json.dumps(END), f"[{start}]")
        yield odd


def test_odd_wishes_are_refused_in_a_sentence_and_the_visitor_stays(serve):
    server = serve("-m", "panel", "serve", "dashboard")

    async def try_all():
        async with Raw(server.url) as visitor:
            await visitor.ask(hello="")
            for seq, play in enumerate(texts(), 10):
                await visitor.send(f'{{"seq": {seq}, "tab": "fi", "choose": {{}}, "play": {play}}}')
                said = None
                while True:
                    frame = await visitor.frame()
                    said = frame.get("play", said)
                    if frame.get("answer", {}).get("seq") == seq:
                        break
                if play != "null":  # which is to wish for nothing
                    assert said["refused"].endswith(".") if "refused" in said else said["steps"] > 0
                    assert "failed inside" not in said.get("refused", "")
                    assert len(said.get("refused", "")) < 400

    asyncio.run(try_all())
    asyncio.run(undisturbed(server.url))
    assert "Traceback" not in server.text


@pytest.mark.parametrize(
    "wish", [{"steps": 2**40, "every": 1}, {"dt": 0.0001, "steps": 2**40}, {"poke": 1e4, "steps": 2**40}]
)
def test_thousands_of_wishes_leave_the_others_their_answers(serve, wish):
    server = serve("-m", "panel", "serve", "dashboard")

    async def flood():
        async with Raw(server.url) as visitor:
            await visitor.ask(hello="")
            for seq in range(3000):
                play = GOOD | wish | {"number": seq + 1}
                message = {"seq": seq, "tab": "fi", "choose": {"sigma": random.Random(seq).random()}, "play": play}
                await visitor.send(message)
            await undisturbed(server.url)

    asyncio.run(flood())
    time.sleep(0.2)
    asyncio.run(undisturbed(server.url))
    assert "Traceback" not in server.text
