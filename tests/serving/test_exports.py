"""Files of a run over HTTP: of the choices that were asked for, made in turn, and harmless whatever is asked."""

import asyncio
import contextlib
import io
import json
import re
import socket
import threading
import time
from urllib.parse import urlencode, urlsplit

import nbformat
import pytest
import xarray

from dashboard.exports.asked import snapshot_of
from dashboard.exports.formats import FORMATS
from dashboard.result import compute
from dashboard.serving.exports import FileJob
from dashboard.serving.limits import BODY, EXPORTS, EXPORTS_OF_ADDRESS
from dashboard.session import Session
from model.stimuli import Points
from tests.serving.raw import Raw, get

LONG = Points(range(1500), [0.125 * (k % 90) for k in range(1500)]).text


def file(server, name, query="", **more):
    return get(f"{server}/export/{name}{'?' + query if query else ''}", **more)


def snapshot(**choices):
    session = Session()
    assert session.choose(choices) == {}
    return session.snapshot()


@pytest.mark.parametrize("name", FORMATS)
def test_every_file_can_be_had_with_a_name_and_a_kind(server, name):
    status, headers, content = file(server, name, "I=12&delta_T=2&tab=intervals&theme=dark&v=1&lang=de&room=ab")
    assert status == 200
    assert content
    stem, end = name.split(".")
    middle = "" if stem == "neuron" else f"-{stem}"
    assert headers["content-disposition"] == f'attachment; filename="neuron-I12-delta_T2{middle}.{end}"'
    assert headers["content-type"] == FORMATS[name].kind
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    if end != "nc":
        *_, expected = FORMATS[name].made(snapshot(I=12, delta_T=2), "")
        assert content == expected


@pytest.mark.parametrize("name", ["neuron.py", "neuron.ipynb"])
def test_a_program_of_a_preset_has_the_neuron_and_the_current_of_the_page(server, name):
    status, _, content = file(server, name, "preset=spiny&tau=20&pin=I%3D5&tab=raster")
    assert status == 200
    *_, expected = FORMATS[name].made(snapshot(preset="spiny", tau=20), "")
    assert content == expected
    *_, usual = FORMATS[name].made(snapshot(tau=20), "")
    assert content != usual


def test_a_file_of_a_run_has_the_spikes_of_the_page(server):
    query = "kind=drawn&drawn=0_0_100_15&sigma=2&seed=4"
    read = xarray.load_dataset(io.BytesIO(file(server, "neuron.nc", query)[2]), engine="h5netcdf")
    expected = compute(snapshot(kind="drawn", drawn="0_0_100_15", sigma=2, seed=4)).trace
    assert read.spikes.values.tobytes() == expected.spikes.tobytes()


def test_a_long_drawing_comes_as_the_body(server):
    query = urlencode({"kind": "drawn", "drawn": LONG})
    assert 8000 < len(query) < BODY
    status, _, content = get(f"{server}/export/neuron.py", "POST", query.encode())
    assert status == 200
    *_, expected = FORMATS["neuron.py"].made(snapshot(kind="drawn", drawn=LONG), "")
    assert content == expected
    assert content.count(b"\n") > 100


@pytest.mark.parametrize(("query", "said"), [
    ("I=1e9", "must be between"), ("nothing=1", "no input called"), ("delta_T=nan", "finite"), ("I=1e400", "finite"),
    ("kind=drawn&drawn=0_0_0_1", "at least 1e-06 ms after"), ("kind=drawn&drawn=x", "joined by _"),
    ("tau=" + "1" * 100, "too long"), ("duration=1000000&dt=0.0001&I=", "must be a number"),
    ("&".join(f"a{k}=1" for k in range(200)), "more than 100 values"),
])  # fmt: skip
def test_choices_that_are_not_allowed_make_no_file_but_a_sentence(server, query, said):
    status, headers, content = file(server, "neuron.py", query)
    assert status == 400
    assert "content-disposition" not in headers
    [sentence] = re.findall(r'<p role="status">(.*?)</p>', content.decode(), flags=re.DOTALL)
    assert said in sentence


def test_a_run_that_is_too_long_makes_no_file_but_a_sentence(server):
    status, _, content = file(server, "neuron.nc", "duration=1000000&dt=0.0001")
    assert status == 400
    assert b"too long" in content or b"too many" in content
    status, _, content = file(server, "trace.csv", "duration=50000&dt=0.1")
    assert (status, b"Take the NetCDF file" in content) == (400, True)


@pytest.mark.parametrize("name", ["passwd", "neuron.exe", "..", "__init__.py", "neuron.py.bak"])
def test_there_are_no_other_files(server, name):
    assert file(server, name)[0] == 404


def test_markup_in_the_choices_comes_back_as_text(server):
    status, _, content = file(server, "neuron.py", urlencode({"<script>alert(1)</script>": "1", "tau": '"><b>'}))
    assert status == 400
    assert b"<script>" not in content
    assert b"<b>" not in content
    assert b"&lt;script&gt;" in content


EVIL = [
    'http://x/"""\nimport os', "http://x/\\N{DIGIT ONE}", "javascript:alert(1)", "http://x/ y", "http://x/'+1+'", "",
    "http://x/\u0000", "http://é", "http://x/" + "a" * 5000, 'http://x/"',
]  # fmt: skip


@pytest.mark.parametrize("link", [each for each in EVIL if each.isascii() and "\n" not in each and "\0" not in each])
def test_a_link_that_is_none_is_in_no_program(server, link):
    with_link = file(server, "neuron.py", "I=12", X_Page=link)[2]
    assert with_link == file(server, "neuron.py", "I=12")[2]
    assert b"The page:" not in with_link


def test_the_link_of_the_page_is_in_its_program_and_its_notebook(server):
    link = "https://neuron.example/neuron/dashboard?I=12&kind=white+noise&pin=I%3D3"
    assert f"<{link}>".encode() in file(server, "neuron.py", "I=12", X_Page=link)[2]
    book = nbformat.reads(file(server, "neuron.ipynb", "I=12", X_Page=link)[2].decode(), as_version=4)
    assert link in book.cells[0].source


def test_the_name_of_a_file_holds_nothing_but_letters_and_numbers():
    assert (
        snapshot_of("kind=Ornstein-Uhlenbeck+noise&I=-3&I_sd=1e-5&tau=20", 2000)[1]
        == "neuron-kindOrnstein-Uhlenbecknoise-I-3-I_sd1e-05"
    )
    assert snapshot_of("", 2000)[1] == "neuron"
    assert snapshot_of("kind=drawn&drawn=0_0_1_1", 2000)[1] == "neuron-kinddrawn"


def test_files_do_not_hold_up_a_slider(server):
    """While files are made without a pause, a visitor is answered, and right."""
    over = threading.Event()
    made = []

    def take():
        while not over.is_set():
            made.append(file(server, "neuron.nc", f"sigma=3&seed={len(made)}&duration=5000")[0])

    taker = threading.Thread(target=take)
    taker.start()

    async def slide():
        async with Raw(server) as visitor:
            await visitor.ask(hello="")
            for step in range(40):
                answer = await visitor.ask(choose={"I": 5 + 0.1 * step})
                assert answer["answer"]["values"]["I"] == 5 + 0.1 * step
                await asyncio.sleep(0.02)

    try:
        asyncio.run(slide())
        end = time.monotonic() + 60
        while not made and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        over.set()
        taker.join()
    assert made
    assert set(made) == {200}


def test_many_files_at_once_are_made_or_put_off_with_a_sentence(server):
    answers = []

    def take(seed):
        answers.append(file(server, "curve.csv", f"sigma=2.5&seed={seed}"))

    takers = [threading.Thread(target=take, args=(seed,)) for seed in range(3 * EXPORTS)]
    for each in takers:
        each.start()
    for each in takers:
        each.join()
    assert {status for status, *_ in answers} <= {200, 503}
    assert sum(status == 200 for status, *_ in answers) >= EXPORTS_OF_ADDRESS
    for status, headers, content in answers:
        if status == 503:
            assert headers["retry-after"]
            assert b" at once. " in content  # too many files, or too many requests of one address
    end = time.monotonic() + 60
    while file(server, "curve.csv", "I=3")[0] != 200:  # every place is given back
        assert time.monotonic() < end
        time.sleep(0.5)


def test_who_is_slow_to_take_a_file_keeps_nobody_from_having_one_made(serve):
    """More browsers than there are places ask for a large file and do not read it; another one gets its own."""
    server = serve("-m", "panel", "serve", "dashboard")
    parts = urlsplit(server.url)
    with contextlib.ExitStack() as lines:
        begun = 0
        for _ in range(50):
            line = lines.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(60)
            line.connect((parts.hostname, parts.port))
            target = f"{parts.path}/export/trace.csv?duration=10000&dt=0.1"
            line.sendall(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            begun += line.recv(1000).startswith(b"HTTP/1.1 200")
            if begun > EXPORTS:
                break
        assert begun > EXPORTS
        assert file(server.url, "neuron.py", "I=3")[0] == 200


def test_what_is_made_waits_for_browsers_up_to_a_bound(serve):
    """Files of 4 MB each, which nobody reads: an address gets as many as its share of the memory holds."""
    server = serve("-m", "panel", "serve", "dashboard")
    parts = urlsplit(server.url)
    with contextlib.ExitStack() as lines:
        statuses = []
        while 503 not in statuses and len(statuses) < 60:
            line = lines.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(60)
            line.connect((parts.hostname, parts.port))
            target = f"{parts.path}/export/trace.csv?duration=50000&dt=0.5"
            line.sendall(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            statuses.append(int(line.recv(1000).split()[1]))
        assert statuses.count(200) > EXPORTS
        assert statuses[-1] == 503
    end = time.monotonic() + 60
    while (status := file(server.url, "neuron.py", "I=4")[0]) == 503 and time.monotonic() < end:
        time.sleep(0.2)
    assert status == 200


def test_who_leaves_gives_the_place_back(server):
    parts = urlsplit(server)
    for seed in range(3 * EXPORTS):
        with socket.create_connection((parts.hostname, parts.port)) as line:
            target = f"{parts.path}/export/neuron.nc?sigma=3.5&seed={seed}"
            line.sendall(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    end = time.monotonic() + 60
    while (status := file(server, "neuron.nc", "I=4")[0]) == 503 and time.monotonic() < end:
        time.sleep(0.2)
    assert status == 200
    assert json.loads(get(f"{server}/health")[2])["state"] == "ready"


def test_a_job_that_fails_says_so_and_one_that_nobody_waits_for_ends():
    def failing():
        yield None
        raise ValueError("It cannot be made.")

    job = FileJob(failing())
    assert job.study()
    assert not job.study()
    with pytest.raises(ValueError, match="cannot be made"):
        job.made.result(0)

    def endless():
        while True:
            yield None

    job = FileJob(endless())
    assert job.study()
    job.made.cancel()
    assert not job.study()
    assert not job.answer()
