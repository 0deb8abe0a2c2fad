"""Back and forward, undo and redo: choices and tabs are steps of the browser's history."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.reading import box, more, notices, sentence, slider, source, type_in, visit, wait_for

LENGTH = "history.length"


@pytest.fixture
def live(page, server):
    return visit(page, server)


def ends(page, query):
    """Wait until the address has settled at this query."""
    page.wait_for_url(re.compile(r"/dashboard" + re.escape(query) + "$"))


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_back_and_forward_go_through_choices_and_tabs(live):
    type_in(live, "delta_T", "2")
    ends(live, "?delta_T=2")
    live.get_by_role("combobox", name="Shape kind").select_option("step")
    ends(live, "?kind=step&delta_T=2")
    live.get_by_role("tab", name="Raster").click()
    ends(live, "?kind=step&delta_T=2&tab=raster")
    shown = sentence(live).inner_text()
    live.go_back()
    expect(live.get_by_role("tab", name="f-I")).to_have_attribute("aria-selected", "true")
    expect(live.locator("#fi_place")).to_be_visible()
    live.go_back()
    expect(slider(live, "onset")).to_have_count(0)
    expect(box(live, "delta_T")).to_have_value("2")
    live.go_back()
    expect(box(live, "delta_T")).to_have_value("3.48")
    expect(sentence(live)).to_contain_text("17 spikes, 57.7 Hz")
    ends(live, "")
    for query in ("?delta_T=2", "?kind=step&delta_T=2", "?kind=step&delta_T=2&tab=raster"):
        live.go_forward()
        ends(live, query)
    expect(live.get_by_role("tab", name="Raster")).to_have_attribute("aria-selected", "true")
    expect(slider(live, "onset")).to_be_visible()
    expect(sentence(live)).to_have_text(shown)
    assert live.errors == []


def test_a_drag_is_one_step_however_long_it_rests_on_its_way(live):
    before = live.evaluate(LENGTH)
    place = slider(live, "I").bounding_box()
    middle = place["y"] + place["height"] / 2
    live.mouse.move(place["x"] + place["width"] / 2, middle)
    live.mouse.down()
    for part in (0.55, 0.65, 0.75):
        live.mouse.move(place["x"] + part * place["width"], middle, steps=4)
        live.wait_for_timeout(500)  # longer than the address waits
        assert live.evaluate(LENGTH) == before
    live.mouse.move(900, 700)  # released elsewhere
    live.mouse.up()
    live.wait_for_url(re.compile(r"\?I=[\d.]+$"))
    assert live.evaluate(LENGTH) == before + 1
    live.go_back()
    expect(box(live, "I")).to_have_value("10")
    ends(live, "")


def test_undo_and_redo_are_the_same_steps_by_button_and_by_key(live):
    undo, redo = button(live, "Undo"), button(live, "Redo")
    for each in (undo, redo):
        expect(each).to_have_attribute("aria-disabled", "true")
    type_in(live, "tau", "20")
    ends(live, "?tau=20")
    live.get_by_role("tab", name="Phase").click()
    ends(live, "?tau=20&tab=kick")
    undo.click()
    ends(live, "?tau=20")
    undo.click()
    ends(live, "")
    expect(box(live, "tau")).to_have_value("10")
    expect(undo).to_have_attribute("aria-disabled", "true")
    expect(undo).to_be_focused()
    undo.press("Enter")  # there is nothing to undo: the page stays
    redo.click()
    ends(live, "?tau=20")
    slider(live, "R").focus()
    live.keyboard.press("Control+Shift+Z")
    ends(live, "?tau=20&tab=kick")
    live.keyboard.press("Control+z")
    ends(live, "?tau=20")
    live.keyboard.press("Control+y")
    ends(live, "?tau=20&tab=kick")
    expect(redo).to_have_attribute("aria-disabled", "true")


def test_undo_takes_back_what_has_not_settled_yet_and_redo_brings_it(live):
    before = source(live, "trace")
    slider(live, "I").focus()
    for _ in range(3):
        live.keyboard.press("ArrowRight")
    live.keyboard.press("Control+z")
    expect(box(live, "I")).to_have_value("10")
    wait_for(live, lambda: source(live, "trace") == before)
    live.keyboard.press("Control+y")
    expect(box(live, "I")).to_have_value("10.3")
    ends(live, "?I=10.3")


def test_a_number_box_has_an_undo_of_its_own(live):
    type_in(live, "tau", "20")
    ends(live, "?tau=20")
    box(live, "R").click()
    live.keyboard.type("5")
    live.keyboard.press("Control+z")
    live.wait_for_timeout(400)
    assert live.url.endswith("?tau=20")
    expect(box(live, "tau")).to_have_value("20")


def test_a_change_after_undo_leaves_nothing_to_redo(live):
    for value in ("20", "30"):
        type_in(live, "tau", value)
        ends(live, f"?tau={value}")
    button(live, "Undo").click()
    ends(live, "?tau=20")
    type_in(live, "R", "2")
    ends(live, "?tau=20&R=2")
    expect(button(live, "Redo")).to_have_attribute("aria-disabled", "true")
    button(live, "Undo").click()
    ends(live, "?tau=20")
    expect(box(live, "R")).to_have_value("1")


def test_what_the_address_holds_is_the_first_step_as_the_page_writes_it(page, server):
    visit(page, server + "?tau=20&nothing=1&theme=dark")
    ends(page, "?tau=20&theme=dark")
    expect(button(page, "Undo")).to_have_attribute("aria-disabled", "true")
    type_in(page, "R", "2")
    ends(page, "?tau=20&R=2&theme=dark")
    more(page, "Light")
    ends(page, "?tau=20&R=2")
    button(page, "Undo").click()
    ends(page, "?tau=20")  # a theme is no step
    expect(box(page, "R")).to_have_value("1")
    expect(notices(page)).to_be_hidden()


def test_undo_goes_on_after_the_page_was_loaded_anew(live):
    type_in(live, "tau", "20")
    ends(live, "?tau=20")
    visit_again = live.url
    live.reload()
    expect(box(live, "tau")).to_have_value("20")
    assert live.url == visit_again
    expect(button(live, "Undo")).to_have_attribute("aria-disabled", "false")
    button(live, "Undo").click()
    expect(box(live, "tau")).to_have_value("10")
    ends(live, "")
