"""Servers as processes: they start with several, they stop at once, and they say what they do."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import ROOT, free_port
from tests.serving.raw import Raw, get, token_of

SERVE = ("-m", "panel", "serve", "dashboard")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such processes and signals")


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def gone(process, port):
    """Wait until a process has ended and its port is free, as its children would hold it."""
    process.wait(20)
    for _ in range(200):
        if not listens(port):
            return True
        time.sleep(0.1)
    return False


def unread(*arguments):
    """A server whose log nobody reads, as in `panel serve dashboard | true`."""
    port = free_port()
    reader, writer = os.pipe()
    command = [sys.executable, *SERVE, "--port", str(port), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=writer, stderr=writer, start_new_session=True)
    os.close(writer)
    os.close(reader)
    for _ in range(600):
        try:
            if json.loads(get(f"http://127.0.0.1:{port}/health")[2])["state"] == "ready":
                return process, port
        except OSError:
            pass
        time.sleep(0.1)
    process.kill()
    raise AssertionError("it did not start")


@posix
@pytest.mark.parametrize("arguments", [(), ("--num-procs", "2")], ids=["one process", "two processes"])
def test_it_stops_when_asked_though_nobody_reads_its_log(arguments):
    process, port = unread(*arguments)
    process.send_signal(signal.SIGTERM)
    assert gone(process, port)


@posix
def test_children_end_when_their_parent_is_killed(serve):
    server = serve(*SERVE, "--num-procs", "2")
    server.process.send_signal(signal.SIGKILL)
    assert gone(server.process, server.port)


@posix
def test_it_stops_while_visitors_are_there_and_tells_them(serve):
    server = serve(*SERVE)

    async def visit():
        async with Raw(server.url) as visitor:
            await visitor.ask(hello="")
            server.process.send_signal(signal.SIGTERM)
            return await visitor.closed()

    assert asyncio.run(visit()) == 1001
    assert gone(server.process, server.port)


@posix
def test_any_process_answers_a_page_of_any_other(serve):
    """Connections are dealt to two processes by chance; each has its own visitors, and all hand out the same page."""
    server = serve(*SERVE, "--num-procs", "2")

    def page():
        return get(server.url)[2].replace(token_of(server.url).encode(), b"")

    async def visit():
        async with Raw(server.url) as visitor:
            return (await visitor.ask(hello="?delta_T=2"))["answer"]["values"]["delta_T"]

    def process(_):
        return json.loads(get(server.url.replace("dashboard", "health"))[2])["process"]

    seen = set()
    with ThreadPoolExecutor(8) as many:  # one by one, an idle process may answer them all
        for _ in range(20):
            seen.update(many.map(process, range(8)))
            if len(seen) == 2:
                break
            time.sleep(0.5)
    assert len(seen) == 2
    files = {page.split(b'rel="stylesheet" href="')[1].split(b'"')[0] for page in (page() for _ in range(20))}
    assert len(files) == 1
    for _ in range(10):
        assert get(server.url.removesuffix("dashboard") + files.copy().pop().decode())[0] == 200
        assert asyncio.run(visit()) == 2.0


def test_the_terminal_says_when_and_where_it_is_ready(serve):
    server = serve(*SERVE)
    assert f"Ready: {server.url}" in server.text


def test_a_class_gets_the_address_and_a_picture_of_it(serve):
    server = serve("-m", "dashboard", "--class", cwd=ROOT)
    assert "For the class:  http://" in server.text or "in no network" in server.text


def test_a_site_that_may_embed_the_page_is_named_in_its_headers(serve):
    server = serve("-m", "dashboard", "--embed-in", "https://moodle.example", "--visitors", "3")
    _, headers, _ = get(server.url)
    assert "frame-ancestors https://moodle.example" in headers["content-security-policy"]
    assert json.loads(get(server.url.replace("dashboard", "health"))[2])["room_for"] == 3
