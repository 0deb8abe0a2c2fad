"""Everything that a mouse does on the page, a keyboard does."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.tabs import TABS
from tests.browser.reading import box, more, slider, type_in, visit

STOP = """() => {
  let element = document.activeElement
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return [element.role ?? element.tagName, element.getAttribute("aria-label") ?? element.textContent.trim()]
}"""
# What browsers and screen readers know.
STOPS = ("A", "BUTTON", "INPUT", "SELECT", "SUMMARY", "spinbutton", "tab", "slider", "img")


@pytest.fixture
def live(page, server):
    return visit(page, server)


def stops(page):
    """Press Tab from the top of the page to its end; return where the focus stops: tag and name."""
    page.get_by_role("link", name="To the inputs").focus()
    seen = []
    while len(seen) < 200:
        stop = page.evaluate(STOP)
        if stop[0] == "BODY":
            return seen
        seen.append(stop)
        page.keyboard.press("Tab")
    raise AssertionError("The Tab key goes round in circles.")


@pytest.mark.parametrize(
    ("name", "value", "after_one", "after_a_tenth"),
    [("I", "10", "10.1", "10.11"), ("delta_T", "3.48", "3.49", "3.491"), ("V_T", "-59.9", "-59.8", "-59.79")],
)
def test_an_arrow_key_is_one_step_of_a_slider_and_with_shift_a_tenth(live, name, value, after_one, after_a_tenth):
    expect(box(live, name)).to_have_value(value)
    slider(live, name).focus()
    live.keyboard.press("ArrowRight")
    expect(box(live, name)).to_have_value(after_one)
    live.keyboard.press("Shift+ArrowUp")
    expect(box(live, name)).to_have_value(after_a_tenth)
    live.wait_for_url(re.compile(rf"\?{name}={after_a_tenth}$"))
    assert slider(live, name).input_value() == after_a_tenth
    live.keyboard.press("Shift+ArrowDown")
    live.keyboard.press("ArrowLeft")
    expect(box(live, name)).to_have_value(value)


def test_page_keys_are_ten_steps_and_home_and_end_the_ends(live):
    slider(live, "I").focus()
    for key, value in (("PageUp", "11"), ("PageDown", "10"), ("End", "20"), ("ArrowRight", "20"), ("Home", "0")):
        live.keyboard.press(key)
        expect(box(live, "I")).to_have_value(value)


def test_a_number_box_steps_as_its_slider_does(live):
    box(live, "I").focus()
    for key, value in (
        ("ArrowUp", "10.1"),
        ("Shift+ArrowUp", "10.11"),
        ("Shift+ArrowDown", "10.1"),
        ("PageDown", "9.1"),
    ):
        live.keyboard.press(key)
        expect(box(live, "I")).to_have_value(value)
        expect(slider(live, "I")).to_have_value(value)


def test_a_number_that_counts_is_never_divided(live):
    live.get_by_text("Run", exact=True).click()
    box(live, "seed").focus()
    live.keyboard.press("Shift+ArrowUp")
    expect(box(live, "seed")).to_have_value("1")
    live.wait_for_url(re.compile(r"\?seed=1$"))


def test_escape_in_a_number_box_restores_the_number_it_had(live):
    type_in(live, "tau", "20")
    live.wait_for_url(re.compile(r"\?tau=20$"))
    box(live, "tau").press_sequentially("0")
    expect(box(live, "tau")).to_have_value("200")
    live.keyboard.press("Escape")
    expect(box(live, "tau")).to_have_value("20")
    type_in(live, "tau", "-5")
    expect(live.locator("#problem-tau")).to_be_visible()
    live.keyboard.press("Escape")
    expect(live.locator("#problem-tau")).to_be_hidden()
    live.keyboard.press("Tab")  # leaving the box does not choose what was dropped
    expect(box(live, "tau")).to_have_value("20")
    assert live.url.endswith("?tau=20")


def test_the_first_stops_lead_to_the_inputs_and_to_the_plots(live):
    for presses, name, place in ((1, "To the inputs", "#inputs"), (2, "To the plots", "#plots")):
        live.reload()
        live.locator("p.sentence").get_by_text("spike").wait_for()
        for _ in range(presses):
            live.keyboard.press("Tab")
        link = live.get_by_role("link", name=name)
        expect(link).to_be_focused()
        assert link.bounding_box()["height"] >= 24
        live.keyboard.press("Enter")
        expect(live.locator(place)).to_be_focused()
    assert "#" not in live.url


def test_tabs_are_chosen_by_arrow_keys_home_and_end(live):
    titles = [tab.title for tab in TABS.values()]
    live.get_by_role("tab", name=titles[0], exact=True).focus()
    for key, title in (("End", titles[-1]), ("ArrowRight", titles[0]), ("ArrowLeft", titles[-1]), ("Home", titles[0])):
        live.keyboard.press(key)
        tab = live.get_by_role("tab", name=title, exact=True)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")


def test_the_keys_are_listed_on_request_and_the_focus_comes_back(live):
    dialog = live.get_by_role("dialog", name="Keys")
    slider(live, "tau").focus()
    live.keyboard.press("?")
    expect(dialog).to_be_visible()
    for said in ("on a slider", "Home", "Esc"):
        expect(dialog).to_contain_text(said)
    live.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(slider(live, "tau")).to_be_focused()
    more(live, "Keys")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(live.get_by_role("button", name="More")).to_be_focused()


def test_a_question_mark_in_a_number_box_is_only_a_character(live):
    box(live, "tau").focus()
    live.keyboard.press("?")
    expect(live.get_by_role("dialog")).to_be_hidden()


def test_every_stop_of_the_tab_key_has_a_name_and_does_something(live):
    """Bokeh makes stops of its canvases and tools, which have neither."""
    for tab in ("Frequency", "Raster"):
        live.get_by_role("tab", name=tab).click()
    for place in ("trace", "raster"):  # its tools are seen, and used
        live.locator(f"#{place}_place").hover()
    live.mouse.wheel(0, 1)
    live.wait_for_timeout(300)
    seen = stops(live)
    assert len(seen) > 40
    for tag, name in seen:
        assert tag in STOPS
        assert name
