"""Each tab shows theory and simulation in agreement; the numbers are read from what the browser holds."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from dashboard.tabs import TABS
from model import ExpIFParameters, theory
from tests.browser.reading import sentence, source, type_in, visit, wait_for

NOISY = "?sigma=4&I=3&tab="


def without_sigma(p, I, sigma, phase):
    return theory.phase_response(p, I, phase)


def finished(page):
    """Wait until the study of the chosen tab is done."""
    caption = page.locator("p[role=status]").filter(has_text=re.compile(r"\S"))
    expect(page.get_by_text("Simulating")).to_have_count(0, timeout=60000)
    return caption


def open_tab(page, server, tab):
    visit(page, server + NOISY + tab)
    expect(page.get_by_role("tab", name=TABS[tab].title, exact=True)).to_have_attribute("aria-selected", "true")
    return page


def test_rates_under_noise_with_error_bars_arrive_on_the_exact_curve(page, server):
    open_tab(page, server, "fi")
    expect(page.get_by_text("points with standard error.", exact=False)).to_be_visible(timeout=30000)
    finished(page)
    dots, bars, line = source(page, "fi_simulated"), source(page, "fi_errors"), source(page, "fi_theory")
    error = (np.array(bars["rate_end"]) - np.array(bars["rate"])) / 2
    exact = theory.stationary_rate(ExpIFParameters(), np.array(dots["I"]), 4.0)
    assert len(dots["I"]) == len(bars["I"]) > 10
    assert (np.abs(np.array(dots["rate"]) - exact) < 4 * error).all()
    assert line["rate"] == pytest.approx(theory.stationary_rate(ExpIFParameters(), np.array(line["I"]), 4.0), rel=1e-9)
    quiet = source(page, "fi_without_noise")
    assert quiet["rate"] == pytest.approx(theory.firing_rate(ExpIFParameters(), np.array(quiet["I"])), rel=1e-9)


@pytest.mark.parametrize(
    ("tab", "line", "dots", "x", "y", "exact"),
    [
        ("intervals", "isi_theory", "isi_simulated", "interval", "density", theory.isi_density),
        ("density", "density_theory", "density_simulated", "V", "density", theory.density),
        (
            "kick",
            "kick_theory",
            "kick_simulated",
            "phase",
            "advance",
            lambda p, I, _, at: theory.phase_response(p, I, at),
        ),
    ],
)
def test_points_lie_on_the_exact_line(page, server, tab, line, dots, x, y, exact):
    open_tab(page, server, tab)
    page.wait_for_function(
        """(name) => [...Bokeh.documents[0]._all_models.values()]
          .some((model) => model.name === name && model.type === 'ColumnDataSource' && model.get_length() > 5)""",
        arg=dots,
    )
    finished(page)
    held_line, held_dots = source(page, line), source(page, dots)
    p = ExpIFParameters()
    assert held_line[y] == pytest.approx(exact(p, 3.0, 4.0, np.array(held_line[x])), rel=1e-6, abs=1e-12)
    wanted = exact(p, 3.0, 4.0, np.array(held_dots[x]))
    assert np.abs(np.array(held_dots[y]) - wanted).max() < 0.06 * wanted.max()


def test_the_frequency_response_is_measured_on_request(page, server):
    open_tab(page, server, "response")
    expect(page.get_by_text("exponential upswing")).to_be_visible()
    line = source(page, "gain_theory")
    exact = theory.susceptibility(ExpIFParameters(), 3.0, 4.0, np.array(line["f"]))
    assert line["gain"] == pytest.approx(np.abs(exact), rel=1e-6)
    assert source(page, "gain_simulated") == {"f": [], "gain": []}
    page.get_by_role("button", name="Measure").click()
    page.wait_for_function(
        """() => [...Bokeh.documents[0]._all_models.values()]
          .some((model) => model.name === 'gain_simulated' && model.get_length() === 9)""",
        timeout=60000,
    )
    dots = source(page, "gain_simulated")
    wanted = np.abs(theory.susceptibility(ExpIFParameters(), 3.0, 4.0, np.array(dots["f"])))
    slow = np.array(dots["f"]) <= 100
    assert np.array(dots["gain"])[slow] == pytest.approx(wanted[slow], rel=0.15)
    limit = source(page, "asymptote")
    assert limit["gain"][-15] == pytest.approx(line["gain"][-15], rel=0.1)


def test_the_raster_shows_fifty_neurons_and_their_rate(page, server):
    open_tab(page, server, "raster")
    page.wait_for_function(
        """() => [...Bokeh.documents[0]._all_models.values()]
          .some((model) => model.name === 'raster' && model.get_length() > 100)"""
    )
    assert len(set(source(page, "raster")["neuron"])) > 45
    exact = theory.stationary_rate(ExpIFParameters(), 3.0, 4.0)
    assert source(page, "population_theory")["rate"] == pytest.approx([exact, exact])
    assert np.mean(source(page, "population_rate")["rate"]) == pytest.approx(exact, rel=0.15)


def test_a_new_choice_replaces_the_study(page, server):
    open_tab(page, server, "intervals")
    type_in(page, "sigma", "2")
    expect(page.get_by_text("CV 0.471 exact", exact=False)).to_be_visible(timeout=20000)
    finished(page)
    line = source(page, "isi_theory")
    assert line["density"] == pytest.approx(
        theory.isi_density(ExpIFParameters(), 3.0, 2.0, np.array(line["interval"])), rel=1e-6, abs=1e-12
    )


def test_tabs_are_chosen_by_click_and_by_arrow_key_and_kept_in_the_address(page, server):
    visit(page, server)
    page.get_by_role("tab", name="Intervals").click()
    expect(page.get_by_text("Raise σ")).to_be_visible()
    page.wait_for_url(re.compile("tab=intervals"))
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("tab=density"))
    assert page.errors == []


def test_the_f_I_curve_is_up_to_date_after_it_was_hidden(page, server):
    visit(page, server)
    page.get_by_role("tab", name="Raster").click()
    type_in(page, "tau_ref", "5")
    expect(sentence(page)).to_contain_text("48.5 Hz")
    page.get_by_role("tab", name="f-I").click()

    def up_to_date():
        line = source(page, "fi_theory")
        return line["rate"] == pytest.approx(theory.firing_rate(ExpIFParameters(tau_ref=5), np.array(line["I"])))

    wait_for(page, up_to_date)


def test_where_nothing_can_be_measured_the_button_says_why(page, server):
    visit(page, server + "?tab=response")
    measure = page.get_by_role("button", name="Measure")
    expect(measure).to_be_disabled()
    expect(measure).to_have_attribute("title", re.compile("Raise σ"))
    expect(measure).to_have_accessible_description(re.compile("Raise σ"))
    type_in(page, "sigma", "4")
    expect(measure).to_be_enabled()


def test_without_noise_the_potential_shows_its_density_and_where_it_is_held(page, server):
    visit(page, server + "?tab=density")
    expect(page.get_by_text("held at V_reset for 9.81 % of the time", exact=False).first).to_be_visible()
    finished(page)
    line, held = source(page, "density_theory"), source(page, "density_held")
    exact = theory.regular_density(ExpIFParameters(), 10.0, np.array(line["V"])[1:-1])
    assert np.array(line["density"])[1:-1] == pytest.approx(exact, rel=1e-6)
    assert held["V"] == held["V_end"] == [-68]


CUT = """() => [...document.querySelectorAll(".tabs .line, .tabs .line p:not(.heard)")]
  .some((each) => each.scrollHeight > each.clientHeight + 1)"""


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("query", ["?sigma=4&tab=response&tau=200&dt=0.5", "?sigma=10&dt=0.5&tab=density"])
def test_captions_are_never_cut(open_page, server, viewport, query):
    page = visit(open_page(viewport=viewport), server + query)
    expect(page.get_by_text("Line: exact", exact=False).first).to_be_visible()
    if "response" in query:
        page.get_by_role("button", name="Measure").click()
        expect(page.get_by_text("Simulating")).not_to_have_count(0)
    assert not page.evaluate(CUT)
    caption, panels = page.locator(".tabs .line").bounding_box(), page.locator(".panels").bounding_box()
    assert caption["y"] + caption["height"] <= panels["y"] + 0.5


@pytest.mark.parametrize("query", ["?tab=response", "?tab=response&sigma=4", "?tab=raster&sigma=4"])
@pytest.mark.parametrize("height", [600, 800])
def test_the_numbers_of_an_axis_do_not_stand_on_each_other(open_page, server, query, height):
    page = visit(open_page(viewport=(1280, height)), server + query)
    finished(page)
    room = page.evaluate(
        """() => [...Bokeh.documents[0]._all_models.values()].filter((model) => model.type === "Figure")
          .map(({ left: [axis], y_range: { start, end }, inner_height }) => {
            const { major } = axis.ticker.get_ticks(start, end, { start, end }, NaN)
            return inner_height / major.filter((at) => at >= start && at <= end).length
          })"""
    )
    assert len(room) == 5
    assert min(room) > 13  # px, the letters of a tick
