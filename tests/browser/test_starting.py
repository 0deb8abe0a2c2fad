"""Every way to start the server that the README gives shows the real page, with data in it."""

from __future__ import annotations

import json
import time

import pytest

from tests.browser.reading import box, source, type_in, visit, wait_for
from tests.conftest import PATIENCE, ROOT, Server, fetch


def wait_for_all(server: Server, processes: int) -> None:
    """Wait until so many processes have said that they answer; which one is asked is chance."""
    ready, end = set(), time.monotonic() + PATIENCE
    while len(ready) < processes:
        assert time.monotonic() < end
        health = fetch(f"{server.url}/health")
        if health.startswith("{"):
            ready.add(json.loads(health)["process"])


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (("-m", "panel", "serve", "dashboard"), ROOT),
        (("-m", "panel", "serve", "dashboard", "--dev"), ROOT),
        (("-m", "panel", "serve", "dashboard", "--num-procs", "2"), ROOT),
        (("-m", "dashboard"), None),
    ],
    ids=["panel serve", "dev", "two processes", "python -m dashboard"],
)
def test_every_way_to_start_shows_the_page(serve, open_page, tmp_path, arguments, folder) -> None:
    server = serve(*arguments, cwd=folder or tmp_path)
    processes = 2 if "--num-procs" in arguments else 1
    wait_for_all(server, processes)
    for _ in range(6 if processes > 1 else 1):  # a page and its websocket may meet different processes
        page = visit(open_page(), server.url)
        before = source(page, "trace")
        assert len(before["V"]) > 100
        type_in(page, "delta_T", "2")
        wait_for(page, lambda page=page, before=before: source(page, "trace") != before)
        assert box(page, "delta_T").input_value() == "2"
        assert page.errors == []
    assert "Traceback" not in server.text
