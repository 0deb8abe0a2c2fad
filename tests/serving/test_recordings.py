"""Recordings over HTTP: fitted in a process of their own, within limits, and harmless whatever is sent."""

from __future__ import annotations

import http.client
import json
import socket
import tempfile
import time
import zlib
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest

from dashboard.serving import worker
from dashboard.serving.limits import FITS, RECORDING
from dashboard.studies.recording import MOST_SAMPLES
from model.recordings import demo_neuron, demo_recording
from tests.model.recordings.recorded import Made
from tests.model.recordings.written import write_csv
from tests.serving.raw import get

PATIENCE = 200.0  # s; a fresh clone compiles the fit
LENGTH = 90_000  # samples: 9 s, of which the last quarter is predicted


def target(server: str, **asked: str) -> str:
    return f"{urlsplit(server).path}/recording?{urlencode(asked)}"


def send(server: str, content: bytes, *, origin: str | None = "own", **asked: str) -> tuple[int, list[dict]]:
    """Send a file; return the status and the messages of the answer."""
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    headers = {"Origin": f"http://{parts.netloc}" if origin == "own" else origin} if origin else {}
    try:
        connection.request("POST", target(server, **asked), content, headers)
        answer = connection.getresponse()
        return answer.status, messages_in(answer.read()) if answer.status == 200 else []
    finally:
        connection.close()


def messages_in(data: bytes) -> list[dict]:
    """The messages of the frames that stand one behind the other, each behind its length."""
    found = []
    while data:
        length = int.from_bytes(data[:4], "little")
        ready, data = data[4 : 4 + length], data[4 + length :]
        found.append(json.loads(ready[4 : 4 + int.from_bytes(ready[:4], "little")]))
    return found


@pytest.fixture(scope="module")
def made():
    whole = demo_recording()
    return Made(whole.V[:LENGTH], whole.I[:LENGTH], whole.dt, np.zeros(0), demo_neuron())


@pytest.fixture(scope="module")
def csv(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("recording") / "cell.csv"
    write_csv(path, made)
    return path.read_bytes()


def npz(**arrays: np.ndarray) -> bytes:
    with tempfile.TemporaryFile() as file:
        np.savez_compressed(file, **arrays)
        file.seek(0)
        return file.read()


def test_a_recording_is_fitted_and_how_far_it_is_is_said_on_the_way(server, csv):
    status, messages = send(server, csv, name="cell.csv")
    assert status == 200
    *steps, last = messages
    done = [each["progress"] for each in steps]
    assert done == sorted(done)
    assert steps[0]["what"] == "reading the file"
    told = last["recording"]
    assert (told["channels"], told["units"]) == (["time (ms)", "Vm (mV)", "I (pA)"], ["mV", "pA"])
    found = {row["name"]: row for row in told["rows"]}
    p = demo_neuron()
    for name, off in (("V_rest", 0.3), ("V_T", 0.3), ("delta_T", 0.2), ("tau", 0.5)):
        assert found[name]["value"] == pytest.approx(getattr(p, name), abs=off)
        assert found[name]["low"] < found[name]["value"] < found[name]["high"]
    assert "which were not fitted: Gamma is 0." in told["prediction"]
    assert {"drift_points", "drift_fitted", "recorded_spikes", "predicted_spikes"} <= set(last["sources"])


def test_settings_of_the_page_reach_the_fit_and_another_language_the_sentences(server, csv):
    _, messages = send(server, csv, name="cell.csv", electrode="0", unit_I="nA", lang="de", checksum="0" * 64)
    assert "Das ist eine andere Datei als die des Links" in messages[-1]["refused"]
    _, messages = send(server, csv, name="cell.csv", electrode="0", unit_I="nA", lang="de")
    told = messages[-1]["recording"]
    assert {row["name"]: row["value"] for row in told["rows"]}["electrode"] == 0.0
    assert any("unplausibel" in each or "Einheiten" in each for each in told["sentences"])  # pA were read as nA


def refused(kind: str, made: Made) -> tuple[str, bytes, str]:
    """A file that cannot be fitted: its name, its content, and what is said."""
    V, I, dt = made.V[:30_000], made.I[:30_000], np.array(made.dt)
    if kind == "nan":
        V = V.copy()
        V[5] = np.nan
    long = np.arange(MOST_SAMPLES + 1, dtype="u1") % 100
    name, content, said = {
        "empty": ("cell.csv", lambda: b"", "cannot be read as .csv"),
        "no table": ("cell.csv", lambda: b"\x00\xff\x13" * 1000, "cannot be read as .csv"),
        "no numbers": ("cell.csv", lambda: b"t,V,I\n0,a,b\n1,c,d\n", "cannot be read as .csv"),
        "garbage": ("cell.mat", lambda: bytes(range(256)) * 40, "cannot be read as .mat"),
        "no such kind": ("cell.exe", lambda: b"MZ", "Files called .exe are not known"),
        "no name": ("", lambda: b"", "are not known"),
        "a path": ("../../../etc/passwd", lambda: b"x", "are not known"),
        "nan": ("cell.npz", lambda: npz(V=V, I=I, dt=dt), "V has 1 value that is no number, at sample 5."),
        "no current": ("cell.npz", lambda: npz(V=V, dt=dt), "no channel with the injected current"),
        "constant current": ("cell.npz", lambda: npz(V=V, I=0.0 * I, dt=dt), "No injected current was recorded"),
        "wrong sign": ("cell.npz", lambda: npz(V=V, I=-I, dt=dt), "wrong sign"),
        "too short": ("cell.npz", lambda: npz(V=V[:9000], I=I[:9000], dt=dt), "too short"),
        "too long": ("cell.npz", lambda: npz(V=long, I=long, dt=dt), "1500001 samples, and 1.5e+06 are allowed"),
        "bomb": ("cell.npz", lambda: npz(V=np.zeros(1_000_000)), "Unpacked, this file has 8 MB, and 4 MB are allowed"),
        "pickle": ("cell.npz", lambda: npz(V=np.array([{}], dtype=object)), "cannot be read as .npz"),
        "bomb in a .mat": ("cell.mat", mat_bomb, "cannot be read as .mat"),
    }[kind]  # fmt: skip
    return name, content(), said


def mat_bomb() -> bytes:
    """A .mat file whose one variable is unpacked to more than the process may have."""
    head = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    size = 3_200_000_000
    packer = zlib.compressobj(9)
    packed = packer.compress(np.array([14, size], "<u4").tobytes())
    packed += packer.compress(
        np.array([6, 8, 6, 0, 5, 8, 1, (size - 48) // 8, 1, 1], "<u4").tobytes() + b"V\0\0\0\0\0\0\0"
    )
    packed += packer.compress(np.array([9, size - 56], "<u4").tobytes())
    packed += packer.compress(bytes(50_000_000)) + packer.flush()
    return head + np.array([15, len(packed)], "<u4").tobytes() + packed


@pytest.mark.parametrize("kind", [
    "empty", "no table", "no numbers", "no such kind", "no name", "nan", "no current", "constant current", "wrong sign",
    "too short", "too long", "bomb", "pickle",
])  # fmt: skip
def test_what_cannot_be_fitted_is_refused_with_a_sentence_and_kept_nowhere(made, kind, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "UNPACKED", 4_000_000)  # an archive of 400 MB takes long to make
    name, content, said = refused(kind, made)
    path = tmp_path / (name or "recording")
    path.write_bytes(content)
    task = {"path": str(path), "name": name, "settings": {}, "checksum": "", "language": "en"}
    assert said in worker.fit_task(task)["refused"]
    assert not path.exists()


@pytest.mark.parametrize("kind", ["garbage", "a path", "bomb in a .mat"])
def test_a_hostile_file_harms_nobody(server, made, kind):
    name, content, said = refused(kind, made)
    status, messages = send(server, content, name=name)
    assert status == 200
    assert said in messages[-1]["refused"]
    assert get(f"{server}/health")[0] == 200


def test_channels_that_cannot_be_guessed_are_named_so_that_they_can_be_chosen(server, made):
    content = npz(one=made.V, other=made.I, dt=np.array(made.dt))
    _, messages = send(server, content, name="cell.npz")
    assert "Which channel is V?" in messages[-1]["refused"]
    assert messages[-1]["channels"] == ["one", "other", "dt"]
    _, messages = send(server, content, name="cell.npz", V="one", I="other")
    assert messages[-1]["recording"]["taken"] == ["one", "other"]


@pytest.mark.parametrize(("asked", "said"), [
    ({"electrode": "x"}, "electrode must be a number from -1000 to 1000 MOhm; 'x' is not."),
    ({"unit_V": "kV"}, "The unit must be one of"),
    ({"sweep": "-1"}, "A sweep is a whole number"),
    ({"V": "V" * 101}, "at most 100 characters"),
])  # fmt: skip
def test_a_setting_that_is_none_is_refused_before_anything_is_read(server, asked, said):
    status, messages = send(server, b"x", name="cell.csv", **asked)
    assert status == 200
    assert said in messages[0]["refused"]


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(server):
    parts = urlsplit(server)
    with socket.create_connection((parts.hostname, parts.port), timeout=20.0) as line:
        head = f"POST {target(server, name='cell.csv')} HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: http://{parts.netloc}\r\n"
        line.sendall(f"{head}Content-Length: {RECORDING + 1}\r\n\r\n".encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("origin", [None, "http://elsewhere.example", "null"])
def test_only_a_page_of_this_server_may_send_a_recording(server, origin):
    assert send(server, b"x", origin=origin, name="cell.csv")[0] == 403


def test_nothing_is_handed_out_where_recordings_are_taken_in(server):
    assert get(f"{server}/recording")[0] == 403


def test_the_demo_is_fitted_once_for_everybody(server):
    first, again = (send(server, b"", demo="1")[1] for _ in range(2))
    assert first[-1] == again[-1]
    assert len(again) == 1  # without the steps on the way
    assert first[-1]["recording"]["name"] == "demo"


def test_who_leaves_gives_back_the_seat_and_the_file_is_gone(server, csv):
    parts = urlsplit(server)
    head = (
        f"POST {target(server, name='cell.csv')} HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: http://{parts.netloc}\r\n"
    )
    for _ in range(FITS + 1):
        with socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE) as line:
            line.sendall(f"{head}Content-Length: {len(csv)}\r\n\r\n".encode() + csv)
            assert b"reading the file" in line.recv(1000) + line.recv(1000)
    with socket.create_connection((parts.hostname, parts.port), timeout=20.0) as line:
        line.sendall(f"{head}Content-Length: {len(csv)}\r\n\r\n".encode() + csv[:1000])  # and never the rest
    assert send(server, b"", name="cell.csv")[0] == 200
    end = time.monotonic() + PATIENCE
    while list(Path(tempfile.gettempdir()).glob("expif-*")):
        assert time.monotonic() < end
        time.sleep(0.05)
