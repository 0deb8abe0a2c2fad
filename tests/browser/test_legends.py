"""What a mark means is said at its plot, and said of no mark that is not there."""

import pytest

from tests.browser.reading import axes, slider, type_in, visit, wait_for

MARKS = """() => [...document.querySelectorAll(".legend li")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true })).map((each) => each.textContent.trim())"""
FRAME = (
    """() => [...Bokeh.documents[0]._all_models.values()].find((model) => model.name === "fi_figure").inner_height"""
)


def marks(page):
    return sorted(page.evaluate(MARKS))


@pytest.fixture
def live(page, server):
    return visit(page, server)


def test_the_marks_that_are_seen_are_named(live):
    assert marks(live) == ["exact", "flow", "minimum", "simulated", "spike", "this run"]
    type_in(live, "I", "1")
    wait_for(live, lambda: marks(live) == ["exact", "flow", "minimum", "simulated", "stable", "this run", "unstable"])
    slider(live, "I").focus()
    live.keyboard.press("ArrowRight")
    wait_for(live, lambda: marks(live).count("before") == 3)
    wait_for(live, lambda: "before" not in marks(live))


def test_noise_brings_marks_of_its_own(live):
    type_in(live, "sigma", "4")
    wait_for(live, lambda: {"without noise", "std. error"} <= set(marks(live)))


def test_the_mark_of_a_silent_neuron_is_whole(live):
    type_in(live, "I", "0")
    wait_for(live, lambda: "stable" in marks(live))
    left, right, bottom, top = axes(live, "fi")
    assert -bottom / (top - bottom) * live.evaluate(FRAME) >= 8  # px; the diamond is 15 px wide and high
    assert left < 0 < right


@pytest.mark.parametrize("viewport", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("query", ["?I=1", "?sigma=4", "?sigma=4&tab=response", "?sigma=4&tab=raster"])
def test_legends_cover_no_plot_and_stay_on_the_page(open_page, server, viewport, query):
    page = visit(open_page(viewport=viewport), server + query)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
    for section in page.locator("section.plot:visible").all():
        legend, figure = section.locator(".above"), section.locator("figure")
        if legend.count():
            above, below = legend.bounding_box(), figure.bounding_box()
            assert above["y"] + above["height"] <= below["y"] + 0.5
