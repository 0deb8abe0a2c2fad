"""The map in a real browser: it follows the sliders, and a mouse, a finger and the keyboard set two of them on it."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from model import ExpIFParameters, theory
from tests.browser.reading import axes, box, slider, source, type_in, visit, wait_for

SIZES = {"laptop": (1280, 800), "projector": (1024, 768), "phone": (390, 844)}
VALUES = """() => {
  const found = [...Bokeh.documents[0]._all_models.values()]
  const { data } = found.find((model) => model.type === "ColumnDataSource" && model.name === "map")
  const get = (name) => (data.get ? data.get(name) : data[name])
  const [image] = get("image"), mapper = found.find(({ name }) => name === "map_colours")
  const values = Array.from(image ?? [], (each) => Number.isNaN(each) ? null : each)
  return { shape: image?.shape, values, x: get("x")[0], dw: get("dw")[0], colours: [mapper.low, mapper.high] }
}"""


def image(page):
    return page.evaluate(VALUES)


def diamond(page):
    return page.get_by_role("slider", name=re.compile("on the map$"))


def of_map(page, name):
    """One of the three choices below the map."""
    return page.get_by_role("combobox", name=re.compile(name))


def place(page, x, y):
    """Where a neuron of the map is on the screen."""
    left, right, bottom, top = axes(page, "map")
    frame = page.evaluate("""() => {
      const figure = [...Bokeh.documents[0]._all_models.values()].find(({ name }) => name === "map_figure")
      const { left, top, width, height } = Bokeh.index.find_one(figure).frame.bbox
      const corner = document.querySelector("#map_place").getBoundingClientRect()
      return { left: corner.left + left, top: corner.top + top, width, height }
    }""")
    return (
        frame["left"] + frame["width"] * (x - left) / (right - left),
        frame["top"] + frame["height"] * (top - y) / (top - bottom),
    )


def values(page):
    return tuple(float(box(page, name).input_value()) for name in ("I", "delta_T"))


@pytest.fixture(scope="module")
def shared(open_shared_page, server):
    return open_shared_page(), server


@pytest.fixture
def live(shared):
    page, server = shared
    visit(page, server + "?tab=map")
    wait_for(page, lambda: image(page)["shape"] == [120, 180])
    yield page
    assert page.errors == []


def test_the_map_shows_the_exact_rates_and_follows_the_sliders(live):
    for tau in (10.0, 20.0):
        type_in(live, "tau", f"{tau:g}")
        wait_for(live, lambda: source(live, "trace"))
        rates = theory.firing_rate(ExpIFParameters(delta_T=8.0, tau=tau), np.linspace(0.0, 20.0, 180))
        wait_for(live, lambda: np.allclose(image(live)["values"][-180:], rates, rtol=1e-5))  # noqa: B023
    shown = image(live)
    assert shown["x"] + shown["dw"] / 2 == pytest.approx(10.0)
    assert shown["colours"] == [0, 100]


def test_the_diamond_is_dragged_and_sets_both_sliders(live):
    grip = diamond(live).bounding_box()
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    to_x, to_y = place(live, 5.0, 6.0)
    live.mouse.move(x, y)
    live.mouse.down()
    for step in range(1, 6):
        live.mouse.move(x + (to_x - x) * step / 5, y + (to_y - y) * step / 5)
        live.wait_for_timeout(30)
    live.mouse.up()
    assert values(live) == pytest.approx((5.0, 6.0), abs=0.15)
    wait_for(live, lambda: source(live, "map_here") == {"x": [values(live)[0]], "y": [values(live)[1]]})
    live.wait_for_url(re.compile(r"I=\d.*&delta_T=|delta_T=.*&I="))
    live.get_by_role("button", name="Undo").click()  # a drag is one step
    wait_for(live, lambda: values(live) == (10.0, 3.48))


def test_a_click_opens_that_neuron(live):
    live.mouse.click(*place(live, 15.0, 2.0))
    wait_for(live, lambda: values(live) == pytest.approx((15.0, 2.0), abs=0.15))
    I, delta_T = values(live)
    rate = theory.firing_rate(ExpIFParameters(delta_T=delta_T), I)
    expect(live.locator("p.sentence")).to_contain_text(f"{rate:.0f}", timeout=5000)


def test_the_diamond_is_moved_by_keys(live):
    diamond(live).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "PageDown", "ArrowLeft"):
        live.keyboard.press(key)
    step = {name: float(slider(live, name).get_attribute("step")) for name in ("I", "delta_T")}
    assert values(live) == pytest.approx((10 + step["I"], 3.48 - 9 * step["delta_T"]))
    expect(diamond(live)).to_have_attribute("aria-valuetext", re.compile(r"^I 10\.1 nA, delta_T 3\.39 mV$"))
    live.keyboard.press("Home")
    assert values(live)[0] == 0
    expect(diamond(live)).to_be_focused()


def test_axes_and_question_are_chosen_and_stand_in_the_address(live):
    of_map(live, "map_x").select_option("V_reset")
    expect(diamond(live)).to_have_attribute("aria-label", "V_reset and delta_T on the map")
    of_map(live, "map_y").select_option("V_reset")  # they change places
    expect(of_map(live, "map_x")).to_have_value("delta_T")
    of_map(live, "map_of").select_option(label="CV under noise")
    live.wait_for_url(re.compile("map_of=cv&map_x=delta_T&map_y=V_reset"))
    type_in(live, "sigma", "3")
    wait_for(live, lambda: image(live)["shape"] == [40, 60])
    live.reload()
    expect(of_map(live, "map_of")).to_have_value("cv")
    wait_for(live, lambda: image(live)["shape"] == [40, 60])
    middle = theory.cv(ExpIFParameters(delta_T=8.0, V_reset=-90.0), 10.0, 3.0)
    assert image(live)["values"][59] == pytest.approx(middle, rel=1e-5)


def test_where_neither_axis_matters_there_is_a_sentence(live):
    of_map(live, "map_of").select_option("rheobase")
    of_map(live, "map_y").select_option("sigma")
    expect(live.get_by_text("Neither axis changes the rheobase.", exact=False).first).to_be_visible()
    assert set(image(live)["values"]) <= {None}


def test_the_numbers_of_the_map_are_in_a_table(live):
    live.get_by_role("button", name="Numbers: Map").click()
    table = live.get_by_role("table", name=re.compile("^values, the first 5000 of 21600"))
    expect(table.get_by_role("columnheader")).to_have_text(["x", "y", "value"])
    live.keyboard.press("Escape")


def test_while_another_tab_is_open_the_map_costs_nothing(live):
    live.get_by_role("tab", name="f-I", exact=True).click()
    live.wait_for_timeout(300)
    before = image(live)
    type_in(live, "tau", "14")
    wait_for(live, lambda: source(live, "trace"))
    live.wait_for_timeout(500)
    assert image(live) == before
    expect(diamond(live)).to_be_hidden()
    live.get_by_role("tab", name="Map", exact=True).click()
    wait_for(live, lambda: image(live)["values"] != before["values"])


@pytest.mark.parametrize("size", SIZES)
def test_all_of_it_is_to_be_seen_and_touched(open_page, server, size):
    page = open_page(viewport=SIZES[size], has_touch=size == "phone", color_scheme="dark")
    visit(page, server + "?tab=map")
    wait_for(page, lambda: image(page)["shape"] == [120, 180])
    page.locator("[data-tab=map] .choices").scroll_into_view_if_needed()
    for name in ("map_of", "map_x", "map_y"):
        expect(of_map(page, name)).to_be_in_viewport()
    if size == "phone":
        page.locator("#map_place").scroll_into_view_if_needed()
        page.touchscreen.tap(*place(page, 15.0, 5.0))
        wait_for(page, lambda: values(page) == pytest.approx((15.0, 5.0), abs=0.3))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.errors == []
