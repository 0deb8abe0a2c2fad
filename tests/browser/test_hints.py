"""The first ninety seconds: one hint at a time, which goes on with what the visitor does, and is remembered."""

import pytest
from playwright.sync_api import expect

from tests.browser.reading import more, slider, type_in, visit


@pytest.fixture
def live(page, server):
    return visit(page, server)


def hint(page):
    return page.locator(".hint")


def says(page, text):
    expect(hint(page)).to_contain_text(text)


def test_the_hints_go_on_with_what_the_visitor_does(live):
    says(live, "Drag the current I: everything follows.")
    expect(live.locator("nav .invites")).to_have_attribute("data-name", "I")
    slider(live, "I").focus()
    live.keyboard.press("ArrowLeft")
    says(live, "Drag the current down until the neuron is silent")
    type_in(live, "I", "1.5")
    expect(live.locator("p.sentence")).to_contain_text("0.12 nA below the rheobase")
    says(live, "where the two dots meet, firing starts")
    type_in(live, "I", "5")
    if live.locator("#sound").count():
        says(live, "Hear it")
        live.locator(".skip_hint").click()
    says(live, "Keep these curves to compare")
    live.locator("#pin").click()
    says(live, "Change ΔT, how gradually a spike starts")
    type_in(live, "delta_T", "1")
    while hint(live).is_visible() and "Nine lessons" not in hint(live).inner_text():
        live.locator(".skip_hint").click()
    says(live, "Nine lessons go on from here")
    live.locator("#lessons").click()
    expect(hint(live)).to_be_hidden()


def test_what_a_preset_a_shape_or_a_lesson_changes_is_not_taken_for_the_visitors_hand(live):
    says(live, "Drag the current I: everything follows.")
    live.get_by_role("combobox", name="Shape").select_option("drawn")
    live.wait_for_url("**/*kind=drawn*")
    says(live, "Drag the current I: everything follows.")


def test_they_are_remembered_dismissed_and_shown_again(live):
    slider(live, "I").focus()
    live.keyboard.press("ArrowLeft")
    says(live, "Drag the current down")
    live.reload()
    says(live, "Drag the current down")
    live.get_by_role("button", name="No more hints").click()
    expect(hint(live)).to_be_hidden()
    live.reload()
    live.locator("p.sentence").get_by_text("spike").wait_for()
    expect(hint(live)).to_be_hidden()
    more(live, "Keys")
    live.get_by_role("button", name="Show the hints again").click()
    says(live, "Drag the current I")


def test_where_nothing_may_be_kept_they_are_there_and_can_be_dismissed(open_page, server):
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused') } })")
    visit(page, server)
    says(page, "Drag the current")
    page.get_by_role("button", name="No more hints").click()
    expect(hint(page)).to_be_hidden()
    assert page.errors == []


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (390, 844)])
def test_a_hint_covers_no_plot_and_moves_none_that_is_seen(open_page, server, size):
    page = visit(open_page(viewport=size), server)
    says(page, "Drag the current")
    own = hint(page).bounding_box()
    names = ("trace", "current", "phase") if size[0] > 900 else ("trace", "current")  # below it the rest moves up
    before = {name: page.locator(f"section.{name}").bounding_box() for name in names}
    for plot in before.values():
        if plot["y"] < size[1]:
            assert own["y"] + own["height"] <= plot["y"] or own["y"] >= plot["y"] + plot["height"]
    page.get_by_role("button", name="No more hints").click()
    assert before == {name: page.locator(f"section.{name}").bounding_box() for name in before}


def test_it_makes_way_for_notices_and_lessons(page, server):
    visit(page, server + "?V_reset=-40&I=0")
    expect(page.locator(".notices")).to_be_visible()
    expect(hint(page)).to_be_hidden()
    type_in(page, "V_reset", "-68")
    expect(hint(page)).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("1")
    expect(page.locator("#lesson")).to_be_visible()
    expect(hint(page)).to_be_hidden()
