"""A link to what one sees: copied, pointed at, put into a page of a course; and the page that such a link opens."""

import http.server
import re
import threading

import pytest
from playwright.sync_api import expect

from tests.browser.reading import box, notices, sentence, source, type_in, visit, wait_for
from tests.conftest import free_port

SERVE = ("-m", "dashboard")
SIZES = [(1280, 800), (1024, 768), (390, 844)]


@pytest.fixture
def live(page, server):
    return visit(page, server)


def share(page):
    page.get_by_role("button", name="Share").click()
    return page.get_by_role("dialog", name="A link to what you see")


def link_of(page):
    return page.get_by_role("textbox", name="Link").input_value()


def test_a_link_opens_the_same_page_with_its_pins(open_page, server):
    one = visit(open_page(), server + "?preset=spiny&tab=raster&pin=I%3D5")
    type_in(one, "tau", "12")
    one.wait_for_url(re.compile("tau=12"))
    share(one)
    expect(one.get_by_role("textbox", name="Link")).to_have_value(
        re.compile(r"/dashboard\?v=1&preset=spiny&tau=12&tab=raster&pin=I%3D5$")
    )
    other = visit(open_page(), link_of(one))
    expect(box(other, "tau")).to_have_value("12")
    expect(other.get_by_role("tab", name="Raster")).to_have_attribute("aria-selected", "true")
    wait_for(other, lambda: source(other, "trace_pin1") == source(one, "trace_pin1"))
    expect(notices(other)).to_be_hidden()


def test_the_link_is_copied_by_keyboard_and_the_dialog_closes_by_escape(open_page, server):
    page = visit(open_page(permissions=["clipboard-read", "clipboard-write"]), server + "?I=12")
    page.get_by_role("button", name="Share").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link_of(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Share")).to_be_focused()


@pytest.mark.parametrize("clipboard", ["undefined", "{ writeText: () => Promise.reject(new Error('refused')) }"])
def test_where_copying_is_refused_the_link_is_selected_and_it_is_said(page, server, clipboard):
    page.add_init_script(f"Object.defineProperty(navigator, 'clipboard', {{ get: () => ({clipboard}) }})")
    visit(page, server + "?I=12")
    dialog = share(page)
    dialog.get_by_role("button", name="Copy", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("The text is selected")
    selected = "() => { const e = document.activeElement; return e.value.slice(e.selectionStart, e.selectionEnd) }"
    assert page.evaluate(selected) == link_of(page)
    assert page.errors == []


def test_the_link_is_a_picture_too_and_one_that_is_too_long_says_so(page, server):
    visit(page, server)
    dialog = share(page)
    expect(dialog.locator("#share_code svg")).to_be_visible()
    page.keyboard.press("Escape")
    long = (("delta_T", 2), ("V_T", -55), ("V_rest", -66), ("sigma", 1))
    choices = "%26".join(
        f"{name}%3D{value:.50f}" for name, value in (("I", 9), ("tau", 9), ("R", 2), ("tau_ref", 1), *long)
    )
    visit(page, server + "?" + "&".join(f"pin={choices}%26seed%3D{each}" for each in range(4)))
    share(page)
    expect(dialog.locator("#share_code")).to_have_text("The link is too long for a picture.")


def test_in_a_page_of_a_course_the_bar_is_gone_and_a_link_leads_to_the_whole_page(open_page, server):
    one = visit(open_page(), server + "?I=12")
    dialog = share(one)
    dialog.get_by_role("checkbox").check()
    html = one.get_by_role("textbox", name="HTML for a page of a course").input_value()
    src = re.search('src="([^"]+)"', html)[1].replace("&amp;", "&")
    assert src.endswith("?v=1&I=12&embed=1")
    page = visit(open_page(), src)
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator("html.embed")).to_have_count(1)
    type_in(page, "I", "13")
    page.wait_for_url(re.compile(r"\?I=13&embed=1$"))
    before = page.evaluate("history.length")  # the history is that of the course
    for I in ("14", "15"):
        type_in(page, "I", I)
        page.wait_for_url(re.compile(rf"\?I={I}&embed=1$"))
    assert page.evaluate("history.length") == before
    for key, I in (("z", "14"), ("z", "13"), ("y", "14"), ("z", "13")):
        page.keyboard.press("Tab")
        page.keyboard.press(f"Control+{key}")
        page.wait_for_url(re.compile(rf"\?I={I}&embed=1$"))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="The whole page").click()
    expect(opened.value.get_by_role("button", name="Share")).to_be_visible()
    assert opened.value.url.endswith("?v=1&I=13")


def test_a_site_that_the_server_allows_shows_the_page_in_a_frame(serve, open_page, tmp_path):
    port = free_port()
    course = f"http://localhost:{port}"
    server = serve(*SERVE, "--embed-in", course)
    (tmp_path / "index.html").write_text(f'<iframe src="{server.url}?v=1&I=12&embed=1" width="1000" height="700">')

    def handler(*arguments):
        return http.server.SimpleHTTPRequestHandler(*arguments, directory=tmp_path)

    with http.server.ThreadingHTTPServer(("localhost", port), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        page = open_page(course)
        inside = page.frame_locator("iframe")
        expect(inside.locator("p.sentence")).to_contain_text("I is 12 nA", timeout=20000)
        expect(inside.locator("header")).to_be_hidden()
        site.shutdown()


def test_a_link_of_a_newer_version_opens_and_says_so(page, server):
    visit(page, server + "?v=9&I=12&hologram=1")
    expect(notices(page)).to_contain_text("This link was made by a newer version of the page (v=9)")
    expect(sentence(page)).to_contain_text("I is 12 nA")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_dialog_is_within_the_window(open_page, server, size, scheme):
    page = visit(open_page(viewport=size, color_scheme=scheme), server)
    dialog = share(page)
    dialog.get_by_role("checkbox").check()
    expect(dialog.locator("svg")).to_be_visible()
    held = dialog.bounding_box()
    assert held["x"] >= 0
    assert held["x"] + held["width"] <= size[0]
    assert held["y"] + held["height"] <= size[1]
