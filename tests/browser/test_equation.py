"""The equation: its values follow, the term of what moves is lit, and every symbol says what it is."""

import pytest
from playwright.sync_api import expect

from dashboard.equation import RULE, equation
from model import ExpIFParameters
from tests.browser.reading import box, slider, type_in, visit


@pytest.fixture(scope="module")
def live(open_shared_page, server):
    return visit(open_shared_page(), server)


def chip(page, name):
    return page.locator(f".symbols [data-symbol={name}]")


def lit(page):
    """What the lit terms hold."""
    return page.locator(".equation .lit [data-symbol]").evaluate_all("(all) => all.map((each) => each.dataset.symbol)")


def test_every_symbol_of_the_equation_is_known_and_none_is_missing():
    names = [each.name for each in equation().symbols]
    assert sorted([*names, *RULE]) == sorted([*ExpIFParameters().numbers()._fields, "I", "V", "t"])
    for each in equation().symbols:
        assert f'data-symbol="{each.name}"' in equation().math


def test_the_present_values_stand_below_their_symbols(live):
    expect(chip(live, "delta_T").locator("i")).to_have_text("ΔT")
    expect(chip(live, "delta_T").locator(".value")).to_have_text("3.48")
    type_in(live, "V_T", "-55.25")
    expect(chip(live, "V_T").locator(".value")).to_have_text("−55.25")
    expect(live.get_by_role("button", name="Threshold V_T, −55.25 mV")).to_be_visible()
    type_in(live, "V_T", "-59.9")


@pytest.mark.parametrize(("name", "term"), [
    ("tau", {"tau", "V", "t"}), ("V_rest", {"V", "V_rest"}), ("delta_T", {"delta_T", "V", "V_T"}), ("R", {"R", "I"}),
])  # fmt: skip
def test_the_term_of_the_slider_that_has_the_focus_is_lit(live, name, term):
    slider(live, name).focus()
    assert set(lit(live)) == term


def test_what_is_dragged_in_a_plot_lights_its_term_too(live):
    handle = live.get_by_role("slider", name="V_T in the trace")
    handle.focus()
    handle.press("ArrowUp")
    assert "V_T" in lit(live)
    handle.press("ArrowDown")


@pytest.mark.parametrize("name", RULE)
def test_for_what_the_equation_leaves_out_the_rule_for_spikes_is_shown(live, name):
    slider(live, name).focus()
    assert lit(live) == []
    expect(chip(live, name)).to_be_visible()
    expect(chip(live, "R")).to_be_hidden()
    slider(live, "I").focus()
    expect(chip(live, name)).to_be_hidden()


def test_a_symbol_says_what_it_is_under_the_pointer(live):
    tip = live.get_by_role("tooltip")
    live.locator("math [data-symbol=V_T]").first.hover()
    expect(tip).to_contain_text("Threshold V_T = −59.9 mV")
    expect(tip).to_contain_text(ExpIFParameters.param.V_T.doc)
    live.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    live.locator("math [data-symbol=V]").first.hover()
    expect(tip).to_contain_text("Membrane potential V, in mV")
    live.locator("h1").hover()
    expect(tip).to_be_hidden()


def test_on_a_phone_the_first_tap_explains_a_symbol_and_the_second_leads_to_its_input(open_page, server):
    phone = visit(open_page(viewport=(390, 844), has_touch=True), server)
    tip = phone.get_by_role("tooltip")
    chip(phone, "delta_T").tap()
    expect(tip).to_contain_text("delta_T = 3.48 mV")
    where = tip.bounding_box()
    middle = [where["x"] + where["width"] / 2, where["y"] + where["height"] / 2]
    on_top = phone.evaluate("(at) => document.elementFromPoint(...at).closest('#explained') !== null", middle)
    assert on_top  # it is not cut off by the row
    phone.locator("h1").tap()
    expect(tip).to_be_hidden()
    chip(phone, "tau").tap()
    expect(tip).to_contain_text("tau = 10 ms")
    chip(phone, "tau").tap()
    assert phone.evaluate("document.activeElement.closest('[data-name]').dataset.name") == "tau"


def test_the_keyboard_goes_from_symbol_to_symbol_and_on_to_the_input(live):
    assert live.locator(".symbols button[tabindex='0']").count() == 1
    chip(live, "tau").focus()
    seen = []
    for _ in range(11):
        seen.append(live.evaluate("document.activeElement.dataset.symbol"))
        expect(live.get_by_role("tooltip")).to_be_visible()
        live.keyboard.press("ArrowRight")
    assert seen == [*(each.name for each in equation().symbols), *RULE]
    live.keyboard.press("Home")
    for _ in range(2):
        live.keyboard.press("ArrowRight")
    live.keyboard.press("Enter")
    assert live.evaluate("document.activeElement.closest('[data-name]').dataset.name") == "delta_T"
    expect(box(live, "delta_T")).to_have_value("3.48")
    assert live.errors == []
