"""What the page says to those who do not see it, and to those who speak to it: names, texts, tables, targets."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.figures import TITLES
from tests.browser.reading import sentence, source, type_in, visit, wait_for

TARGETS = "a, button, input, select, summary, [role=tab]"
LABELS = """() => [...document.querySelectorAll(".field")].map((field) => ({
  label: field.querySelector(".label").textContent,
  unit: field.querySelector(".unit")?.textContent,
  names: [...field.querySelectorAll("input, select, button")].map((each) => each.ariaLabel ?? each.textContent),
  inputs: [...field.querySelectorAll("input, select")].map((each) => each.ariaLabel),
}))"""


@pytest.fixture
def live(page, server):
    return visit(page, server)


def figure(page, view):
    return page.locator(f"#{view}_place")


def test_every_name_of_an_input_contains_its_visible_label_and_its_unit(live):
    fields = live.evaluate(LABELS)
    assert len(fields) > 12
    for field in fields:
        assert all(field["label"] in name for name in field["names"])
        assert all(name.endswith(f", {field['unit']}") for name in field["inputs"] if field["unit"])
    expect(live.get_by_role("slider", name="Membrane noise sigma, mV", exact=True)).to_be_visible()


@pytest.mark.parametrize("options", [{}, {"viewport": (390, 844), "has_touch": True, "is_mobile": True}])
def test_every_target_is_24_pixels_wide_and_high(open_page, server, options):
    page = visit(open_page(**options), server + "?tau=20&tab=response&sigma=3")
    page.get_by_text("Run", exact=True).click()
    targets = page.locator(TARGETS).locator("visible=true")
    boxes = {each.get_attribute("aria-label") or each.inner_text(): each.bounding_box() for each in targets.all()}
    assert len(boxes) > 50
    small = {name: box for name, box in boxes.items() if min(box["width"], box["height"]) < 24}
    assert small.keys() == {"To the inputs", "To the plots"}  # they are seen when the keyboard is there


def test_no_target_covers_another(live):
    targets = live.locator("nav").locator(TARGETS).locator("visible=true")
    boxes = [each.bounding_box() for each in targets.all()]
    for index, one in enumerate(boxes):
        for other in boxes[:index]:
            apart_x = max(one["x"], other["x"]) >= min(each["x"] + each["width"] for each in (one, other)) - 0.5
            apart_y = max(one["y"], other["y"]) >= min(each["y"] + each["height"] for each in (one, other)) - 0.5
            assert apart_x or apart_y


def test_a_figure_says_its_numbers_and_keeps_them_current(live):
    expect(figure(live, "trace")).to_have_attribute(
        "aria-label", re.compile("^Voltage trace: 17 spikes in 300 ms, first at ")
    )
    expect(figure(live, "current")).to_have_attribute("aria-label", "Input current: 10 nA throughout.")
    expect(figure(live, "phase")).to_have_attribute("aria-label", re.compile("no resting point"))
    expect(figure(live, "fi")).to_have_attribute(
        "aria-label", re.compile(r"This run 57\.7 Hz at 10 nA.*Simulated points \(n = \d+\)")
    )
    type_in(live, "I", "1")
    expect(figure(live, "trace")).to_have_attribute("aria-label", re.compile("^Voltage trace: 0 spikes in 300 ms"))
    expect(figure(live, "phase")).to_have_attribute(
        "aria-label", re.compile(r"a stable point at V = -6\d\.\d mV and an unstable")
    )
    assert (
        figure(live, "trace").evaluate("(figure) => figure.closest('[aria-live], [role=status], [role=alert]')") is None
    )


def test_the_figures_of_a_tab_say_what_was_measured(page, server):
    visit(page, server + "?sigma=4&I=3&tab=intervals")
    expect(figure(page, "intervals")).to_have_attribute(
        "aria-label",
        re.compile(r"^Interspike intervals: Exact line \(n = 300\): interval \(ms\) 0 to .*simulated points"),
        timeout=30000,
    )


@pytest.mark.parametrize("view", ["trace", "current", "phase", "fi"])
def test_the_numbers_of_a_figure_are_a_table_on_request(live, view):
    button = live.get_by_role("button", name=f"Numbers: {TITLES[view]}")
    button.focus()
    live.keyboard.press("Enter")
    dialog = live.get_by_role("dialog", name=TITLES[view])
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("table").first).to_be_visible()
    live.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_a_table_holds_what_is_drawn(live):
    live.get_by_role("button", name="Numbers: Voltage trace").click()
    table = live.get_by_role("table", name="spikes")
    assert table.get_by_role("columnheader").all_inner_texts() == ["time (ms)", "V (mV)"]
    rows = table.locator("tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((cell) => Number(cell.textContent)))"
    )
    drawn = source(live, "spikes")
    assert [row[0] for row in rows] == pytest.approx(drawn["t"], rel=1e-5)
    assert {row[1] for row in rows} == {-30}
    every = live.get_by_role("table", name="membrane potential").locator("tbody tr")
    expect(every).to_have_count(len(source(live, "trace")["t"]))


def test_a_figure_that_is_emptied_says_why(page, server):
    visit(page, server + "?tab=intervals")
    expect(figure(page, "intervals")).to_have_attribute("aria-label", "Interspike intervals: Nothing is drawn.")
    type_in(page, "sigma", "4")
    wait_for(page, lambda: "n = " in figure(page, "intervals").get_attribute("aria-label"))
    expect(sentence(page)).to_contain_text("spikes")
