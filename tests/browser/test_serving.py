"""What a visitor sees of the server: a light first load, a line that says when it waits, and nothing lost."""

import json
import re
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.reading import box, more, sentence, slider, source, type_in, visit
from tests.conftest import ROOT

SERVE = ("-m", "panel", "serve", "dashboard")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def load(context, url):
    """Open the page anew; return the names of what came, and how many bytes came over the wire."""
    page = context.new_page()
    wire, names = [], []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: wire.append(event["encodedDataLength"]))
    network.on("Network.webSocketFrameReceived", lambda event: wire.append(len(event["response"]["payloadData"])))
    page.on("request", lambda request: names.append(request.url.rsplit("/", 1)[-1]))
    visit(page, url)
    page.wait_for_timeout(1000)
    page.close()
    return [name for name in names if "svg+xml" not in name], sum(wire)


def test_a_first_visit_is_light_and_a_second_one_lighter(browser, server):
    context = browser.new_context()  # one without routes, which would switch off the browser's cache
    names, wire = load(context, server)
    assert len(names) <= 7
    assert 100_000 < wire < 1_000_000
    assert "bokeh.min.js" in names
    assert not any(
        word in name for name in names for word in ("tables", "tabulator", "luxon", "gl.min", "widgets", "panel")
    )
    _, wire = load(context, server)
    context.close()
    assert 1_000 < wire < 30_000


def test_nothing_that_the_page_does_is_against_its_own_policy(page, server):
    visit(page, server)
    for name in ("Intervals", "Potential", "Frequency", "Phase", "Raster"):
        page.get_by_role("tab", name=name, exact=True).click()
    more(page, "Dark")
    page.wait_for_timeout(500)
    assert page.errors == []


@posix
def test_while_an_answer_is_missing_the_page_says_that_it_waits(serve, page):
    server = serve(*SERVE)
    visit(page, server.url)
    server.process.send_signal(signal.SIGSTOP)
    try:
        type_in(page, "delta_T", "2")
        expect(page.locator("#waiting")).to_have_text("Waiting for the server…")
    finally:
        server.process.send_signal(signal.SIGCONT)
    expect(page.locator("#waiting")).to_have_text("")
    expect(sentence(page)).to_contain_text("Hz")
    expect(box(page, "delta_T")).to_have_value("2")


@posix
def test_a_change_right_before_the_server_is_killed_is_kept(serve, page):
    server = serve(*SERVE)
    visit(page, server.url)
    server.process.send_signal(signal.SIGSTOP)  # it will never answer this
    type_in(page, "delta_T", "2")
    slider(page, "I").focus()
    page.keyboard.press("ArrowRight")
    server.stop(signal.SIGKILL)
    expect(page.locator("#connection")).to_contain_text("connection to the server is lost")
    page.wait_for_url(re.compile(r"delta_T=2(&|$)"))
    page.wait_for_url(re.compile(r"I=10\.1"))
    server.start()
    expect(page.locator("#connection")).to_be_hidden(timeout=60000)
    expect(box(page, "delta_T")).to_have_value("2")
    expect(box(page, "I")).to_have_value("10.1")
    type_in(page, "delta_T", "3")
    page.wait_for_url(re.compile("delta_T=3"))


def test_a_page_whose_choices_come_from_its_address_shows_no_other_run_first(page, server):
    page.goto(server + "?I=4")
    expect(sentence(page)).to_contain_text("I is 4 nA")
    assert source(page, "current")["I"] == [4, 4]


@posix
def test_a_real_browser_beside_a_crowd_gets_its_last_value(page, server):
    """Thirty visitors drag meanwhile."""
    port = server.split(":")[2].split("/")[0]
    script = ROOT / "benchmarks" / "classroom.py"
    crowd = subprocess.Popen(
        [sys.executable, str(script), "--port", port, "--dragging", "30", "--idle", "30", "--seconds", "6"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        visit(page, server)
        for value in ("2", "3", "4"):
            type_in(page, "delta_T", value)
            expect(page.locator(".field.changed")).to_have_count(1)
            page.wait_for_url(re.compile(f"delta_T={value}"), timeout=30000)
    finally:
        line = crowd.communicate(timeout=120)[0].splitlines()[-1]
    seen = json.loads(line)
    assert (seen["lost"], seen["errors"]) == (0, 0)
    assert seen["updates_per_s"] > 0
