"""The page goes with the settings of the visitor's system: dark, forced colours, reduced motion."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.views.style import PALETTES
from tests.browser.reading import more, slider, visit, wait_for

INK = """() => [...Bokeh.documents[0]._all_models.values()].filter((model) => model.type === 'LinearAxis')
    .map(({ axis_line_color: colour }) => colour.value ?? colour)"""


def painted(page, theme):
    """Wait until page and plots are in the colours of a theme."""
    expect(page.locator(f"html[data-theme={theme}]")).to_have_count(1)
    wait_for(page, lambda: set(page.evaluate(INK)) == {PALETTES[theme].ink})


def test_the_page_is_as_dark_as_the_system_until_a_theme_is_chosen(open_page, server):
    page = visit(open_page(color_scheme="dark"), server)
    painted(page, "dark")
    assert page.url == server
    page.emulate_media(color_scheme="light")
    painted(page, "light")
    more(page, "Dark")
    page.wait_for_url(re.compile(r"\?theme=dark$"))
    page.emulate_media(color_scheme="dark")
    page.emulate_media(color_scheme="light")
    painted(page, "dark")


def test_light_is_chosen_in_a_dark_system_and_kept_in_the_address(open_page, server):
    page = visit(open_page(color_scheme="dark"), server)
    more(page, "Light")
    page.wait_for_url(re.compile(r"\?theme=light$"))
    page.reload()
    page.locator("p.sentence").get_by_text("spike").wait_for()
    painted(page, "light")
    more(page, "Dark")
    page.wait_for_url(re.compile("/dashboard$"))  # as the system has it


def test_a_dark_page_is_dark_before_its_scripts_have_run(open_page, server):
    page = open_page(color_scheme="dark")
    page.route(re.compile(r"page\.js"), lambda route: route.abort())
    page.goto(server)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 27, 34)"
    page.goto(f"{server}?theme=light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("system", ["light", "dark"])
def test_forced_colours_hold_for_plots_focus_and_tabs(open_page, server, system):
    other = {"light": "dark", "dark": "light"}[system]
    page = visit(open_page(color_scheme=system, forced_colors="active"), f"{server}?theme={other}")
    painted(page, system)  # else the plots' ink could be that of the paper
    expect(page.locator("#theme")).to_be_hidden()
    rim = "(tab) => getComputedStyle(tab).borderBottomColor"
    chosen, beside = (
        page.locator("[role=tab][aria-selected=true]"),
        page.locator("[role=tab][aria-selected=false]").first,
    )
    assert chosen.evaluate(rim) != beside.evaluate(rim)
    assert beside.evaluate(rim) == page.evaluate("getComputedStyle(document.body).backgroundColor")
    slider(page, "I").focus()
    page.keyboard.press("ArrowRight")
    outline = slider(page, "I").evaluate(
        "(each) => { const s = getComputedStyle(each); return [s.outlineStyle, s.outlineColor] }"
    )
    assert outline == ["solid", chosen.evaluate(rim)]
    for control in page.locator("nav button:visible, nav input:visible").all()[:12]:
        assert control.evaluate("(each) => { const s = getComputedStyle(each); return s.color !== s.backgroundColor }")


def test_nothing_moves_by_itself_for_those_who_ask_for_reduced_motion(open_page, server):
    page = visit(open_page(reduced_motion="reduce"), server)
    page.add_style_tag(
        content="button { transition: all 9s; animation: turn 9s infinite } @keyframes turn { to { rotate: 1turn } }"
    )
    style = "(each) => { const s = getComputedStyle(each); return [s.transitionDuration, s.animationName] }"
    still = page.get_by_role("button", name="Reset all")
    assert still.evaluate(style) == ["0s", "none"]
    page.emulate_media(reduced_motion="no-preference")
    assert still.evaluate(style) == ["9s", "turn"]
