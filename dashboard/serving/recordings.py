"""A recording from a page: taken in, read and fitted in a process of its own, answered while the page waits.

Everything happens within one request. The file lies in the system's temporary folder until the process has read it;
when the page leaves, or brings another file, its connection ends, and with it the process and whatever is left.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from dashboard.serving import hosts
from dashboard.serving.answers import Guarded
from dashboard.serving.limits import FIT_SECONDS, FITS, FITS_WAITING, RECORDING, SLOWEST
from dashboard.serving.log import log_visitor, trouble
from dashboard.serving.site import ServerState
from model.sentences import say

ROOT = Path(__file__).parent.parent.parent
ANSWER = 8_000_000  # bytes of a line of the worker
DEMO = "demo"
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
TOO_LARGE = say("The file is larger than {most:g} MB. Save a part of it, or as .npz.", most=RECORDING / 1e6)
BROKEN = say("Reading or fitting this file ended without a result: it is damaged, or needs more memory or time than "
             "{seconds:g} s allow. Save V and I alone, or a shorter part.", seconds=FIT_SECONDS)  # fmt: skip


class Seats:
    """So many fits at a time, so many that wait, and the demo's answers, which are the same for everybody."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(FITS)
        self._waiting = 0
        self.demos: dict[str, bytes] = {}

    async def take(self) -> bool:
        """Wait for a seat; return False where too many wait."""
        if self._waiting >= FITS_WAITING:
            return False
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        return True

    def leave(self) -> None:
        """Give a seat back."""
        self._free.release()


@stream_request_body
class Recordings(Guarded):
    """Fits the recording in the body of a request, with the settings in its query, and says how far it is."""

    COST = 100.0

    def initialize(self, state: ServerState, seats: Seats | None = None, **ignored: Any) -> None:
        """Take the state that all handlers share, and the seats."""
        super().initialize(state)
        assert seats is not None
        self._seats = seats
        self._seated = self._gone = False
        self._size = 0
        self._folder: tempfile.TemporaryDirectory | None = None
        self._file: Any = None
        self._process: asyncio.subprocess.Process | None = None
        self._patience: asyncio.TimerHandle | None = None

    # -- taking it in --------------------------------------------------------------------------------------------
    async def prepare(self) -> None:
        """Let in pages of this server, with a file of a size that is allowed, when it is their turn."""
        await super().prepare()
        if self._finished:
            return
        connection: Any = self.request.connection  # tornado promises less than it has
        connection.set_max_body_size(RECORDING)
        if self.request.method != "POST" or not hosts.same_origin(
            self.request.headers.get("Origin"), self.request.headers.get("Host", ""), self.state.hosts
        ):
            self.turn_away(403, say("A recording is sent by a page of this server."))
        elif int(self.request.headers.get("Content-Length") or 0) > RECORDING:
            self.turn_away(413, TOO_LARGE)
        elif not self.state.preparation.answering or not await self._take_seat():
            self.turn_away(503, say("Too many recordings are fitted at once. Try again in a moment."))
        else:
            self._open()

    async def _take_seat(self) -> bool:
        self._seated = await self._seats.take()
        if self._gone and self._seated:
            self._leave()
        return self._seated

    def turn_away(self, status: int, sentence: str) -> None:
        """Refuse before the file is read; what of it is on its way is not waited for."""
        self.set_header("Connection", "close")
        self.refuse(status, say("This recording cannot be fitted"), sentence)

    def _open(self) -> None:
        name = self.get_query_argument("name", "")[-80:]
        self._name = re.sub(r"[^\w.() -]", "_", name).lstrip(".") or "recording"
        self._folder = tempfile.TemporaryDirectory(prefix="expif-", ignore_cleanup_errors=True)
        self._path = Path(self._folder.name) / self._name
        self._file = self._path.open("wb")
        self._patience = asyncio.get_running_loop().call_later(SLOWEST, self._too_slow)

    def _too_slow(self) -> None:
        connection: Any = self.request.connection
        log_visitor(str(self.request.remote_ip), "a recording comes too slowly; its connection is closed")
        connection.stream.close()

    def data_received(self, chunk: bytes) -> None:
        """Keep a piece of the file, for as long as it is read."""
        self._size += len(chunk)
        if self._size > RECORDING or self._file is None:  # tornado refuses it before; nothing is kept beyond
            return
        self._file.write(chunk)

    # -- answering -----------------------------------------------------------------------------------------------
    async def post(self) -> None:
        """Fit what has come; each line of the worker becomes a frame of the answer."""
        if self._patience is not None:
            self._patience.cancel()
        self._file.close()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("X-Accel-Buffering", "no")  # nginx hands on how far it is
        try:
            await self._fit()
        except ValueError as error:
            self._tell({"refused": str(error)})
        except StreamClosedError:
            return
        except Exception as error:
            trouble("a recording was not fitted", error)
            self._tell({"refused": str(BROKEN)})
        finally:
            self._leave()

    async def _fit(self) -> None:
        from dashboard.studies.settings import Settings  # the server begins without the program; now that is loaded

        asked = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        settings, demo = Settings.read(asked), asked.get("demo") == "1"
        key = json.dumps([settings, self.language()]) if demo else ""
        if key in self._seats.demos:
            self.write(self._seats.demos[key])
            return
        task = {
            "path": "" if demo else str(self._path), "name": DEMO if demo else self._name,
            "settings": settings._asdict(), "checksum": asked.get("checksum", ""), "language": self.language(),
        }  # fmt: skip
        last = await self._work(task)
        if self._gone:
            return
        if "fit" not in last:
            self._tell(last if "refused" in last else {"refused": str(BROKEN)})
            return
        ready = framed(last["fit"], self.language())
        if demo:
            self._seats.demos[key] = ready
        self.write(ready)

    async def _work(self, task: dict[str, Any]) -> dict[str, Any]:
        """Let a process of its own do a task; return its last message."""
        known = {name: each for name, each in os.environ.items() if not name.startswith(("BOKEH_", "PANEL_"))}
        environment = {**known, **ALONE, "PYTHONPATH": str(ROOT)}  # not the server's secrets
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "dashboard.serving.worker", env=environment, limit=ANSWER,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        last: dict[str, Any] = {}
        try:
            if self._gone:
                return last
            async with asyncio.timeout(2.0 * FIT_SECONDS):  # several of them share the processors
                process.stdin.write(json.dumps(task).encode() + b"\n")
                await process.stdin.drain()
                while line := await process.stdout.readline():
                    last = json.loads(line)
                    if "progress" in last:
                        self._tell(last)
                        await self.flush()
        except (TimeoutError, ConnectionError, asyncio.LimitOverrunError):
            last = {}
        finally:
            await self._end_process()
        return last

    async def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    def _tell(self, message: dict[str, Any]) -> None:
        from dashboard.frames import frame

        said = message | ({"refused": self._translated(message["refused"])} if "refused" in message else {})
        self.write(with_length(frame(said, {})))

    def _translated(self, sentence: str) -> str:
        from dashboard.words import translated

        return translated(sentence, self.language())

    # -- leaving -------------------------------------------------------------------------------------------------
    def on_connection_close(self) -> None:
        """End the work for whoever has left, or has brought another file."""
        self._gone = True
        if self._patience is not None:
            self._patience.cancel()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._process is None:
            self._leave()

    def on_finish(self) -> None:
        """Leave nothing behind."""
        self._leave()

    def _leave(self) -> None:
        """Give back the seat, and delete what is left of the file."""
        if self._file is not None:
            self._file.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        if self._seated:
            self._seated = False
            self._seats.leave()


def framed(data: dict[str, Any], language: str) -> bytes:
    """Return the last frame: the columns of the tab's plots, and what is said beside them."""
    from dashboard import update
    from dashboard.frames import frame
    from dashboard.studies.recording import FittedRecording

    shown = update.translated_update(update.of_recording(FittedRecording.of_json(data)), language)
    return with_length(frame({"recording": shown.texts, "ranges": shown.ranges}, shown.pieces))


def with_length(ready: bytes) -> bytes:
    """Return a frame with its length before it, so that several can follow each other."""
    return len(ready).to_bytes(4, "little") + ready
