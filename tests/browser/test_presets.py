"""The menu of presets: another neuron to start from, with its source, and everything follows it."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.scales import scale
from model.presets import PRESETS
from model.stimuli import KINDS
from tests.browser.reading import axes, box, notices, sentence, slider, source, type_in, visit, wait_for


@pytest.fixture
def live(page, server):
    return visit(page, server)


def choose(page, key):
    page.get_by_role("button", name="Preset: ").click()
    page.get_by_role("group", name="Presets").get_by_role("button", name=PRESETS[key].name["en"]).click()


def test_the_menu_says_where_each_comes_from_how_sure_it_is_and_which_values_are_ours(live):
    live.get_by_role("button", name="Preset: Wang-Buzsáki fit").click()
    menu = live.get_by_role("group", name="Presets")
    for preset in PRESETS.values():
        button = menu.get_by_role("button", name=preset.name["en"], exact=True)
        said = menu.locator(f"[id={button.get_attribute('aria-describedby')}]")
        expect(said).to_contain_text(preset.source["en"])
        expect(said).to_contain_text(preset.sure["en"])
        for name in preset.ours:
            expect(said.locator(".ours")).to_contain_text(name)
    expect(menu.get_by_role("button", pressed=True)).to_have_text("Wang-Buzsáki fit")


def test_a_preset_is_chosen_by_keyboard_in_one_run_and_undone_in_one_step(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit(page, server)
    type_in(page, "tau", "20")
    page.wait_for_url(re.compile("tau=20$"))
    page.get_by_role("button", name="Preset: ").focus()
    page.keyboard.press("Enter")
    before = len(sent)
    for _ in range(5):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?preset=spiny$"))
    assert len(sent) == before + 1
    expect(box(page, "R")).to_have_value("10")
    expect(page.locator(".field.changed")).to_have_count(0)
    expect(page.get_by_role("button", name="Preset: Spiny neuron EIF")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(re.compile(r"\?tau=20$"))
    expect(box(page, "R")).to_have_value("1")
    expect(page.get_by_role("button", name="Preset: Wang-Buzsáki fit")).to_be_visible()


@pytest.mark.parametrize("key", ["augustin", "pyramidal-l23"])
def test_sliders_and_axes_follow_the_preset(live, key):
    choose(live, key)
    _, low, high, step = scale(KINDS["constant"], "I", key)
    expect(slider(live, "I")).to_have_attribute("max", f"{high:g}")
    expect(slider(live, "I")).to_have_attribute("min", f"{low:g}")
    expect(slider(live, "I")).to_have_attribute("step", f"{step:g}")
    wait_for(live, lambda: axes(live, "fi")[1] == pytest.approx(1.05 * high))
    wait_for(live, lambda: max(source(live, "fi_theory")["I"]) == pytest.approx(high))
    expect(sentence(live)).to_contain_text("6.2 × the rheobase")


def test_what_differs_from_the_preset_is_marked_and_goes_back_to_it_one_by_one_and_as_a_whole(live):
    choose(live, "brette-gerstner")
    live.wait_for_url(re.compile("preset=brette-gerstner$"))
    type_in(live, "V_T", "-55")
    type_in(live, "tau", "12")
    expect(live.locator(".field.changed")).to_have_count(2)
    live.get_by_role("button", name="Reset Threshold V_T").click()
    expect(box(live, "V_T")).to_have_value("-50.4")
    live.wait_for_url(re.compile(r"\?preset=brette-gerstner&tau=12$"))
    live.get_by_role("button", name="Reset all").click()
    expect(box(live, "tau")).to_have_value("9.3667")
    live.wait_for_url(re.compile(r"\?preset=brette-gerstner$"))
    expect(live.locator(".field.changed")).to_have_count(0)


def test_a_link_opens_with_its_preset_and_an_unknown_one_is_said(page, server):
    visit(page, server + "?preset=pyramidal-l5-thick&kind=step")
    expect(page.get_by_role("button", name="Preset: Pyramidal cell of layer 5, thick")).to_be_visible()
    expect(box(page, "R")).to_have_value("46.512")
    visit(page, server + "?preset=squid&tau=20")
    expect(notices(page)).to_contain_text("Preset must be one of wang-buzsaki")
    expect(box(page, "tau")).to_have_value("20")
    assert page.errors == []
