"""The bar at the top: what belongs to the page as a whole, in one line where it fits, and a menu for what is rarer."""

import pytest
from playwright.sync_api import expect

from tests.browser.reading import visit


@pytest.fixture
def live(page, server):
    return visit(page, server)


def menu(page):
    return page.get_by_role("group", name="More")


def test_the_menu_is_opened_walked_through_and_closed_by_keyboard(live):
    more = live.get_by_role("button", name="More", exact=True)
    more.focus()
    live.keyboard.press("Enter")
    expect(menu(live)).to_be_visible()
    for name in ("Gallery", "Projector", "Dark", "Print", "Keys"):
        live.keyboard.press("Tab")
        expect(menu(live).get_by_role("button", name=name)).to_be_focused()
    live.keyboard.press("Escape")
    expect(menu(live)).to_be_hidden()
    expect(more).to_be_focused()


def test_the_menu_closes_when_it_was_used_and_when_something_else_is_clicked(live):
    more = live.get_by_role("button", name="More", exact=True)
    more.click()
    menu(live).get_by_role("button", name="Dark").click()
    expect(menu(live)).to_be_hidden()
    expect(live.locator("html[data-theme=dark]")).to_have_count(1)
    more.click()
    expect(menu(live)).to_be_visible()
    live.mouse.click(600, 400)
    expect(menu(live)).to_be_hidden()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 768), (390, 844)])
def test_the_menu_is_within_the_window_and_below_its_button(open_page, server, size):
    page = visit(open_page(viewport=size), server)
    more = page.get_by_role("button", name="More", exact=True)
    more.click()
    button, box = more.bounding_box(), menu(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert button["y"] + button["height"] <= box["y"] <= button["y"] + button["height"] + 8
    assert box["y"] + box["height"] <= size[1]


@pytest.mark.parametrize(
    ("size", "most"), [((1920, 1080), 88), ((1280, 800), 72), ((1024, 768), 100), ((390, 844), 128)]
)
def test_the_bar_is_low(open_page, server, size, most):
    page = visit(open_page(viewport=size), server)
    assert page.locator("header").bounding_box()["height"] <= most
    tops = {
        round(each.bounding_box()["y"] + each.bounding_box()["height"] / 2) for each in page.locator("h1, #more").all()
    }
    assert max(tops) - min(tops) <= 2  # title and menu in one line, on a phone too
