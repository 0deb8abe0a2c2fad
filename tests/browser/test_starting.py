"""Every way to start the server that the README gives shows the real page, with data in it."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT

DRAWN = """() => window.Bokeh?.documents.some(document =>
    [...document._all_models.values()].some(model => model.name === "trace" && model.data?.V?.length > 100))"""


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
    for _ in range(6 if "--num-procs" in arguments else 1):  # a page and its websocket may meet different processes
        page = open_page(server.url)
        page.wait_for_function(DRAWN)
        assert page.errors == []
    assert "Traceback" not in server.text
