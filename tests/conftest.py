"""What every test may ask for: hypothesis without a stopwatch, and real servers of the page."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers

ROOT = Path(__file__).parent.parent
PATIENCE = 240.0  # seconds; a fresh clone compiles the kernels before its first page
CONTENT = '"root_ids":['  # in every page of Bokeh's, and of ours, that shows something
PREPARED, FAILED = "is being prepared", "could not be prepared"  # what our server says instead, at first or for good
READY, SOON, EMPTY, SILENT = "is ready", "is still being prepared", "shows no content", "does not answer"

# Two runs of the same code try the same examples, whatever earlier runs found: new ones are what `make fuzz` looks for,
# in the other profile. A busy machine is no reason to fail, hence nothing that looks at the clock; the blob lets anyone
# replay a failure seen elsewhere.
PATIENT = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow], "print_blob": True}
hypothesis.settings.register_profile("expif", database=None, derandomize=True, **PATIENT)
hypothesis.settings.register_profile("fuzz", database=None, derandomize=False, max_examples=1000, **PATIENT)
hypothesis.settings.load_profile("expif")

if "fuzz" not in " ".join(sys.argv):
    # Hypothesis also tries numbers that stand in our own modules, those that happen to be imported: then what a test
    # tries would depend on which tests run beside it. Here every run is the same; `make fuzz` has them.
    providers._get_local_constants = lambda: providers._local_constants


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: Playwright keeps an event loop running in this thread once it has started."""
    items.sort(key=lambda item: "browser" in item.path.parts)


class Server:
    """One `panel serve` (or `python -m dashboard`) in a process of its own.

    Parameters
    ----------
    arguments : tuple of str
        What follows `python`, without the port.
    cwd : Path
        The folder to start in.
    env : dict of str
        Variables to set besides those of this process.
    log : Path
        Where the output of the server goes.
    """

    def __init__(self, arguments: tuple[str, ...], cwd: Path, env: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}/dashboard"
        self.arguments, self.cwd, self.env, self.log = arguments, cwd, env, log
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start the process and wait until the page has content; the same port again after `stop`."""
        command = [sys.executable, *self.arguments, "--port", str(self.port)]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=self.cwd, env={**os.environ, **self.env}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.wait_for_content()

    def wait_for_content(self) -> None:
        """Wait for a page that holds something: a page whose script failed answers 200 as well, but is empty.

        A page that says that it is being prepared is waited for, and one that is there already until it answers.
        """
        end = time.monotonic() + PATIENCE
        while (state := state_of(self.url)) != READY:
            if state == EMPTY or self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                pytest.fail(f"{' '.join(self.arguments)} {state}. Its log ends:\n{self.text[-4000:]}")
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server with all its worker processes (`--num-procs` leaves them behind)."""
        if self.process is None:
            return
        for sign in (how, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break
        self.process.wait()
        self.process = None

    @property
    def text(self) -> str:
        """Everything that the server has printed so far."""
        return self.log.read_text(errors="replace")


def state_of(url: str) -> str:
    """How the page at `url` is: ready, or what is wrong with it."""
    page = fetch(url)
    if not page:
        return SILENT
    if CONTENT not in page:
        return SOON if PREPARED in page and FAILED not in page else EMPTY
    health = fetch(f"{url}/health")  # other servers than ours know no such page
    if FAILED in health:
        return EMPTY
    return SOON if not health or health.startswith("HTTP Error 503") else READY


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def fetch(url: str) -> str:
    """The page at `url`, be it an error's, or "" while nobody answers. Never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=PATIENCE) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return f"{error} {error.read().decode()}"
    except OSError:
        return ""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page, served once for all tests that leave the server alone."""
    shared = Server(("-m", "panel", "serve", "dashboard"), ROOT, {}, tmp_path_factory.mktemp("server") / "log")
    shared.start()
    yield shared.url
    shared.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers of a test's own: `serve("-m", "panel", "serve", "dashboard", "--dev")`.

    The keywords are `cwd` (default: the root of the repository) and `env`. The result has `url`, `text` (its log),
    `stop()` and `start()`; whatever still runs when the test ends is stopped.
    """
    servers: list[Server] = []

    def start(*arguments: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> Server:
        servers.append(Server(arguments, cwd, env or {}, tmp_path / f"server{len(servers)}.log"))
        servers[-1].start()
        return servers[-1]

    yield start
    for each in servers:
        each.stop()
