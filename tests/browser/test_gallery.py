"""Snapshots that the browser keeps: taken, named, brought back, removed, saved as a file and added from one."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.reading import box, more, source, type_in, visit, wait_for

SIZES = [(1280, 800), (1024, 768), (390, 844)]
DOT = "data:image/png;base64," + (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def live(page, server):
    return visit(page, server)


def gallery(page):
    if not page.get_by_role("dialog", name="Gallery").is_visible():
        more(page, "Gallery")
    return page.get_by_role("dialog", name="Gallery")


def said(page):
    return page.locator("#gallery_said")


def snapshots(page):
    return gallery(page).get_by_role("list", name="Snapshots").get_by_role("listitem")


def keep(page, name=None):
    gallery(page).get_by_role("button", name="Keep what I see").click()
    if name:
        snapshots(page).first.get_by_role("textbox").fill(name)
        snapshots(page).first.get_by_role("textbox").press("Enter")
    gallery(page).get_by_role("button", name="Close").click()


def given(page, name, content):
    """Choose a file."""
    text = content if isinstance(content, str) else json.dumps(content)
    page.locator("#import_gallery").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    )


def of(*kept, **others):
    return {"what": "expif gallery", "version": 1, "snapshots": list(kept), **others}


def test_a_snapshot_is_kept_named_and_brought_back_with_its_pins_after_the_page_was_left(live, server):
    live.get_by_role("button", name="Pin", exact=True).click()
    type_in(live, "delta_T", "1")
    live.wait_for_url(re.compile("delta_T=1&pin"))
    live.get_by_role("tab", name="Raster").click()
    keep(live, "crossing curves")
    visit(live, server + "?tau=20")
    expect(snapshots(live)).to_have_count(1)
    picture = snapshots(live).locator("img")
    assert picture.evaluate("(image) => image.complete && image.naturalWidth > 100")
    gallery(live).get_by_role("button", name="Restore crossing curves").click()
    expect(live.get_by_role("dialog")).to_be_hidden()
    live.wait_for_url(re.compile(r"\?delta_T=1&tab=raster&pin=%3F$"))
    expect(box(live, "tau")).to_have_value("10")
    wait_for(live, lambda: source(live, "trace_pin1")["t"])
    live.keyboard.press("Control+z")
    expect(box(live, "tau")).to_have_value("20")
    assert live.errors == []


def test_everything_in_the_gallery_is_done_by_keyboard(live):
    live.get_by_role("button", name="More", exact=True).focus()
    for key in ("Enter", "Tab", "Enter"):
        live.keyboard.press(key)
    expect(gallery(live)).to_be_visible()
    gallery(live).get_by_role("button", name="Keep what I see").focus()
    live.keyboard.press("Enter")
    expect(said(live)).to_have_text("Kept.")
    gallery(live).get_by_role("textbox").focus()
    live.keyboard.press("Control+a")
    live.keyboard.type("first")
    live.keyboard.press("Tab")
    expect(said(live)).to_have_text("Renamed.")
    gallery(live).get_by_role("button", name="Remove first").focus()
    live.keyboard.press("Enter")
    expect(snapshots(live)).to_have_count(0)
    expect(gallery(live).get_by_role("button", name="Keep what I see")).to_be_focused()
    live.keyboard.press("Escape")
    expect(live.get_by_role("dialog")).to_be_hidden()


def test_a_file_takes_the_gallery_to_another_browser(open_page, server, tmp_path):
    one, other = visit(open_page(), server + "?I=4"), visit(open_page(), server)
    keep(one, "four")
    gallery(one)
    with one.expect_download() as saved:
        gallery(one).get_by_role("button", name="Save as a file").click()
    assert saved.value.suggested_filename == "expif-gallery.json"
    saved.value.save_as(tmp_path / "mine.json")
    keep(other, "ten")
    gallery(other)
    given(other, "mine.json", (tmp_path / "mine.json").read_text())
    expect(said(other)).to_have_text("1 added.")
    expect(snapshots(other)).to_have_count(2)
    given(other, "mine.json", (tmp_path / "mine.json").read_text())
    expect(said(other)).to_have_text("0 added.")
    gallery(other).get_by_role("button", name="Restore four").click()
    expect(box(other, "I")).to_have_value("4")


ONE = {"name": "a", "link": "?I=4", "picture": DOT}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "The file is no JSON."),
        ([], "The file is no gallery of this page."),
        (of(ONE, version="1"), "The gallery has no version."),
        (of(ONE, version=2), "The gallery was saved by a newer version of the page (2)."),
        (of() | {"snapshots": {}}, "The gallery has no list of snapshots."),
        (of(*[ONE] * 61), "The gallery has 61 snapshots; 60 is the most."),
        (of(ONE, None), "Snapshot 2 has no name."),
        (of({**ONE, "link": 3}), "Snapshot 1 has no link."),
        (
            of({**ONE, "link": "//elsewhere"}),
            "The link of snapshot 1 does not begin with a question mark.",
        ),
        (of({**ONE, "link": "?" + "x" * 8001}), "The link of snapshot 1 is longer than 8000 characters."),
        (of({**ONE, "picture": "https://elsewhere.example/a.png"}), "The picture of snapshot 1 is no PNG."),
        (of({**ONE, "picture": "data:image/svg+xml;base64,PHN2Zz4="}), "The picture of snapshot 1 is no PNG."),
        ("x" * 5_000_001, "It is larger than 5 MB."),
    ],
)
def test_a_file_that_is_no_gallery_is_named_with_what_is_wrong_and_nothing_is_lost(live, content, problem):
    keep(live, "mine")
    gallery(live)
    given(live, "odd.json", content)
    expect(said(live)).to_have_text(f"odd.json was not added. {problem}")
    expect(snapshots(live)).to_have_count(1)
    expect(gallery(live).get_by_role("button", name="Restore mine")).to_be_visible()
    assert live.errors == []


def test_markup_in_a_name_is_only_text(live):
    gallery(live)
    given(live, "odd.json", of({**ONE, "name": "<img src=x onerror=alert(1)>", "link": "?I=<b>4</b>"}))
    expect(snapshots(live).get_by_role("textbox")).to_have_value("<img src=x onerror=alert(1)>")
    gallery(live).get_by_role("button", name="Restore <img").click()
    expect(live.locator("#problem-I")).to_contain_text("'<b>4</b>' is not a number")
    assert live.errors == []


def test_what_a_snapshot_holds_and_this_page_does_not_know_is_told(live):
    gallery(live)
    given(live, "odd.json", of({**ONE, "link": "?preset=squid&colour=red&tau=20&pin=tau%3Dx"}))
    gallery(live).get_by_role("button", name="Restore a").click()
    for sentence in ("Preset must be one of", "There is no input called 'colour'", "Pin 1 cannot be shown"):
        expect(live.locator("ul.notices")).to_contain_text(sentence)
    expect(box(live, "tau")).to_have_value("20")


def test_where_the_browser_keeps_nothing_it_is_said_and_the_snapshots_can_be_saved(page, server):
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    visit(page, server)
    gallery(page).get_by_role("button", name="Keep what I see").click()
    expect(said(page)).to_contain_text("this browser does not let the page keep anything: save a file")
    expect(snapshots(page)).to_have_count(1)
    with page.expect_download():
        gallery(page).get_by_role("button", name="Save as a file").click()
    assert page.errors == []


def test_what_was_kept_and_is_broken_is_said_and_the_page_opens(page, server):
    page.add_init_script("localStorage.setItem('expif.gallery', '{broken')")
    visit(page, server)
    gallery(page)
    expect(said(page)).to_contain_text("What this browser has kept cannot be read")
    expect(snapshots(page)).to_have_count(0)
    gallery(page).get_by_role("button", name="Keep what I see").click()
    expect(said(page)).to_have_text("Kept.")
    assert page.evaluate("localStorage.getItem('expif.gallery.unread')") == "{broken"
    assert page.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_gallery_has_room_at_every_size(open_page, server, size, scheme):
    page = visit(open_page(viewport=size, color_scheme=scheme), server)
    gallery(page)
    given(page, "many.json", of(*[{**ONE, "name": f"number {each}"} for each in range(60)]))
    expect(snapshots(page)).to_have_count(60)
    held = gallery(page).bounding_box()
    assert 0 <= held["x"] <= held["x"] + held["width"] <= size[0]
    assert 0 <= held["y"] <= held["y"] + held["height"] <= size[1]
    last = gallery(page).get_by_role("button", name="Remove number 59")
    last.focus()
    expect(last).to_be_in_viewport()
    gallery(page).get_by_role("button", name="Keep what I see").click()
    expect(said(page)).to_contain_text("The gallery is full")


@pytest.mark.parametrize("tab", ["toString", "__proto__", "nothing"])
def test_a_snapshot_of_a_tab_that_there_is_not_opens_the_first_one(live, tab):
    gallery(live)
    given(live, "odd.json", of({"name": "odd", "link": f"?tab={tab}&I=12", "picture": DOT}))
    expect(snapshots(live)).to_have_count(1)
    gallery(live).get_by_role("button", name="Restore odd").click()
    expect(box(live, "I")).to_have_value("12")
    expect(live.get_by_role("tab").first).to_have_attribute("aria-selected", "true")
    assert live.errors == []
