"""Earlier runs that stay behind the present one: made, named, restored, removed, and passed on in a link."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.reading import axes, box, notices, slider, source, type_in, visit, wait_for

SIZES = [(1280, 800), (1024, 768), (390, 844)]
SEEN = r"""() => [...(Bokeh.documents[0]?._all_models.values() ?? [])]
  .filter((model) => model.type === "GlyphRenderer" && /_pin\d$/.test(model.data_source.name) && model.visible)
  .map((model) => model.data_source.name).sort()"""
PLOTS = {"trace": "trace", "fi_theory": "fi_theory", "phase_line": "phase_line"}


@pytest.fixture
def live(page, server):
    return visit(page, server)


def pinned(page):
    return page.get_by_role("list", name="Pinned runs")


def seen(page):
    return page.evaluate(SEEN)


def choose(page, name, value):
    type_in(page, name, value)
    page.wait_for_url(re.compile(rf"[?&]{name}={value}(&|$)"))


def test_a_pinned_run_stays_behind_all_later_ones_until_it_is_removed(live):
    before = {name: source(live, name) for name in PLOTS}
    live.get_by_role("button", name="Pin", exact=True).click()
    wait_for(live, lambda: len(seen(live)) == 3)
    for delta_T in ("2", "1"):
        choose(live, "delta_T", delta_T)
    wait_for(live, lambda: source(live, "trace") != before["trace"])
    assert {name: source(live, f"{name}_pin1") for name in PLOTS} == before
    live.get_by_role("button", name="Remove pin 1").click()
    wait_for(live, lambda: seen(live) == [])
    wait_for(live, lambda: not source(live, "trace_pin1")["t"])
    expect(pinned(live)).to_be_hidden()
    assert live.errors == []


def test_the_legend_names_what_differs_from_the_present_run_and_nothing_else(live):
    choose(live, "delta_T", "2")
    live.keyboard.press("Tab")  # out of the number box, where P is a letter
    live.keyboard.press("p")
    pin = live.get_by_role("button", name=re.compile("^Restore pin 1"))
    expect(pin).to_have_accessible_name("Restore pin 1: as now")
    choose(live, "I", "5")
    expect(pin).to_have_accessible_name("Restore pin 1: I = 10")
    choose(live, "delta_T", "3.1")
    expect(pin).to_have_accessible_name("Restore pin 1: I = 10, delta_T = 2")
    for name, value in (("tau", "12"), ("R", "1.5"), ("V_th", "-20")):
        choose(live, name, value)
    expect(pin).to_contain_text("+2 more")


def test_a_pin_of_another_preset_and_kind_is_named_by_them(page, server):
    visit(page, server + "?preset=spiny&pin=kind%3Dpulses%26width%3D3")
    expect(page.get_by_role("button", name="Restore pin 1: Wang-Buzsáki fit, pulses, width = 3")).to_be_visible()


def test_a_pin_is_restored_and_undone_by_keyboard(live):
    choose(live, "I", "4")
    live.keyboard.press("Tab")
    live.keyboard.press("p")
    expect(pinned(live)).to_be_visible()
    choose(live, "I", "12")
    choose(live, "tau", "20")
    live.get_by_role("button", name=re.compile("Restore pin 1")).focus()
    live.keyboard.press("Enter")
    expect(box(live, "I")).to_have_value("4")
    expect(box(live, "tau")).to_have_value("10")
    live.wait_for_url(re.compile(r"\?I=4&pin=I%3D4$"))
    live.keyboard.press("Control+z")
    expect(box(live, "tau")).to_have_value("20")
    expect(pinned(live).get_by_role("listitem")).to_have_count(1)  # pins are no part of what is undone
    live.get_by_role("button", name="Remove pin 1").focus()
    live.keyboard.press("Enter")
    expect(pinned(live)).to_be_hidden()
    expect(live.get_by_role("button", name="Pin", exact=True)).to_be_focused()


def test_there_are_four_each_with_a_colour_and_dashes_of_its_own_and_a_fifth_is_declined(live):
    for I in ("3", "4", "5", "6"):
        choose(live, "I", I)
        live.get_by_role("button", name="Pin", exact=True).click()
    wait_for(live, lambda: len(seen(live)) == 12)
    lines = pinned(live).locator("path")
    assert len({each.get_attribute("style") for each in lines.all()}) == 4
    assert len({each.get_attribute("stroke-dasharray") for each in lines.all()}) == 4
    live.get_by_role("button", name="Pin", exact=True).click()
    expect(notices(live)).to_contain_text("This run is pinned already.")
    choose(live, "I", "7")
    live.get_by_role("button", name="Pin", exact=True).click()
    expect(notices(live)).to_contain_text("4 runs are pinned; remove one of them first.")
    live.get_by_role("button", name="Remove pin 2").click()
    live.get_by_role("button", name="Pin", exact=True).click()
    wait_for(live, lambda: "pin=I%3D3&pin=I%3D7&pin=I%3D5&pin=I%3D6" in live.url)  # each keeps its colour


def test_what_is_pinned_stays_within_the_axes_until_it_is_removed(live):
    live.get_by_role("button", name="Pin", exact=True).click()
    wait_for(live, lambda: len(seen(live)) == 3)
    choose(live, "V_th", "-50")
    wait_for(live, lambda: max(source(live, "trace")["V"]) == -50)
    live.wait_for_timeout(800)  # the axes settle
    assert axes(live, "trace")[3] >= -30
    live.get_by_role("button", name="Remove pin 1").click()
    wait_for(live, lambda: axes(live, "trace")[3] < -30)


def test_a_pin_made_while_another_tab_is_open_is_complete_when_the_curve_is_seen(live):
    live.get_by_role("tab", name="Raster").click()
    choose(live, "delta_T", "2")
    live.get_by_role("button", name="Pin", exact=True).click()
    wait_for(live, lambda: seen(live) == ["phase_line_pin1", "trace_pin1"])
    choose(live, "delta_T", "1")
    live.get_by_role("tab", name="f-I").click()
    wait_for(live, lambda: len(seen(live)) == 3)
    held = source(live, "fi_theory_pin1")
    assert next(I for I, rate in zip(held["I"], held["rate"], strict=True) if rate > 0) == pytest.approx(3.1, abs=0.11)


def test_a_pin_is_shown_as_closely_as_the_run(live):
    live.get_by_role("button", name="Pin", exact=True).click()
    choose(live, "I", "10.5")
    live.get_by_role("button", name="next spike").click()
    start, end = axes(live, "trace")[:2]

    def close():
        return sum(start < t < end for t in source(live, "trace_pin1")["t"])

    wait_for(live, lambda: close() >= (end - max(start, 0)) / 0.1 - 2)  # every step


def test_a_link_opens_with_its_pins_and_a_pin_can_be_the_defaults(open_page, server):
    one = visit(open_page(), server)
    one.get_by_role("button", name="Pin", exact=True).click()
    choose(one, "delta_T", "1")
    one.get_by_role("button", name="Pin", exact=True).click()
    choose(one, "I", "6")
    one.wait_for_url(re.compile("pin=.*pin="))
    other = visit(open_page(), one.url)
    wait_for(other, lambda: len(seen(other)) == 6)
    for name in ("trace_pin1", "trace_pin2", "fi_theory_pin1", "phase_line_pin2"):
        assert source(other, name) == source(one, name)
    expect(other.get_by_role("button", name="Restore pin 2: I = 10", exact=True)).to_be_visible()
    assert other.url == one.url
    other.reload()
    wait_for(other, lambda: len(seen(other)) == 6)


def test_broken_pins_are_named_and_left_out_and_all_else_opens(page, server):
    visit(page, f"{server}?I=6&pin=tau%3Dx&pin=delta_T%3D2&pin=nothing%3D1&pin={'a' * 3001}&pin=I%3D1")
    for said in (
        "Pin 1 cannot be shown and was left out. Time constant τ must be a number",
        "Pin 3 cannot be shown and was left out. There is no input called 'nothing'",
        "Pin 4 is too long and was left out.",
        "A link holds at most 4 pins",
    ):
        expect(notices(page)).to_contain_text(said)
    expect(pinned(page).get_by_role("listitem")).to_have_count(1)
    wait_for(page, lambda: seen(page) == ["fi_theory_pin2", "phase_line_pin2", "trace_pin2"])
    expect(box(page, "I")).to_have_value("6")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_four_pins_have_room_at_every_size(open_page, server, size, scheme):
    query = "?pin=I%3D5&pin=preset%3Dbrette-gerstner&pin=kind%3Dpulses%26tau%3D20&pin=delta_T%3D1%26R%3D2%26tau%3D15"
    page = visit(open_page(viewport=size, color_scheme=scheme), server + query)
    wait_for(page, lambda: len(seen(page)) == 12)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for each in pinned(page).get_by_role("button").all():
        held = each.bounding_box()
        assert min(held["width"], held["height"]) >= 24
    last, trace = pinned(page).bounding_box(), page.locator("section.trace").bounding_box()
    assert last["y"] + last["height"] <= trace["y"] + 1


def test_while_a_slider_is_dragged_pins_cost_no_message_of_their_own(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit(page, server + "?pin=I%3D5&pin=I%3D3")
    wait_for(page, lambda: len(seen(page)) == 6)
    before = len(sent)
    slider(page, "I").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert len(sent) > before
    assert not any('"pins"' in message for message in sent[before:])


PAINTED = """() => {
  const { id } = [...Bokeh.documents[0]._all_models.values()].find(({ name }) => name === "trace_figure")
  const view = Bokeh.index.find_one_by_id(id)
  window.painted = { primary: 0, overlays: 0 }
  for (const part of ["primary", "overlays"]) {
    const paint = view[`_paint_${part}`].bind(view)
    view[`_paint_${part}`] = (pen) => { window.painted[part] += 1; paint(pen) }
  }
}"""
CLIPPED = r"""() => [...Bokeh.documents[0]._all_models.values()]
  .filter((model) => model.type === "GlyphRenderer" && /_pin\d$/.test(model.data_source.name))
  .map(({ id }) => Bokeh.index.find_one_by_id(id).needs_clip)"""


def test_pins_lie_on_a_canvas_that_a_moving_slider_does_not_paint_and_end_at_the_axes(page, server):
    visit(page, server + "?pin=I%3D5&pin=I%3D3")
    wait_for(page, lambda: len(seen(page)) == 6)
    assert page.evaluate(CLIPPED) == [True] * 12
    page.evaluate(PAINTED)
    slider(page, "I").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
    wait_for(page, lambda: page.evaluate("window.painted.primary") > 2)
    assert page.evaluate("window.painted.overlays") == 0


def test_in_a_list_of_choices_a_letter_chooses_and_does_not_pin(live):
    live.get_by_role("combobox", name="Shape").focus()
    live.keyboard.press("p")
    expect(pinned(live)).to_be_hidden()


def test_a_drawn_current_is_pinned_by_its_name(live):
    live.get_by_role("combobox", name="Shape").select_option("drawn")
    live.wait_for_url(re.compile("kind=drawn"))
    live.keyboard.press("Escape")
    live.locator("#pin").click()
    expect(live.locator(".pins .restore")).to_contain_text("as now")
    type_in(live, "tau", "20")
    expect(live.locator(".pins .restore")).to_contain_text("10")
    live.get_by_role("combobox", name="Shape").select_option("constant")
    expect(live.locator(".pins .restore")).to_contain_text("drawn")
    assert live.errors == []
