"""What axe-core finds on the page: nothing, in every tab, in both themes, on a laptop, a projector and a phone."""

import os
import re
from pathlib import Path

import pytest

from dashboard.tabs import TABS
from dashboard.views.style import PALETTES
from tests.browser.reading import more, visit

AXE = Path(__file__).parent / "axe/node_modules/axe-core/axe.min.js"
ADVICE = "axe-core is not there, so the page was not examined. Get it with `npm ci --prefix tests/browser/axe`."
SIZES = {"laptop": (1280, 800), "projector": (1024, 768), "phone": (390, 844)}
# What axe cannot decide by itself, and why it is no fault here.
LOOKED_INTO = {
    "color-contrast": "signs of the equation, which are no text, and text over a plot, whose colours axe cannot see",
    "label-content-name-mismatch": "buttons that show a sign, an arrow or a table, and have a name in words",
}
EXAMINE = """async () => {
  const { violations, incomplete } = await axe.run(document, { resultTypes: ["violations", "incomplete"] })
  const told = (found) => found.map(({ id, nodes }) => [id, nodes.map((node) => `${node.html} ${node.failureSummary}`)])
  return { violations: told(violations), incomplete: told(incomplete) }
}"""


@pytest.fixture(scope="module")
def axe():
    """The script of axe-core. Without it the tests are skipped, but fail in CI: nobody would notice the gap there."""
    if not AXE.exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ADVICE)
    return AXE


@pytest.fixture(scope="module", params=SIZES)
def examined(request, open_shared_page, server, axe):
    page = visit(open_shared_page(viewport=SIZES[request.param]), f"{server}?sigma=2&R=x&pin=I%3D5")
    if request.param == "projector":
        more(page, "Projector")
    page.evaluate(axe.read_text(encoding="utf-8"))
    return page


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("tab", TABS)
def test_nothing_is_found(examined, tab, theme):
    if examined.locator("html").get_attribute("data-theme") != theme:
        more(examined, re.compile("Dark|Light"))
    examined.locator(f"[role=tab][data-name={tab}]").click()
    examined.wait_for_function("() => Bokeh.documents[0].is_idle")
    found = examined.evaluate(EXAMINE)
    assert found["violations"] == []
    assert {rule for rule, _ in found["incomplete"]} <= set(LOOKED_INTO)


@pytest.mark.parametrize("theme", PALETTES)
def test_nothing_is_found_in_a_recording_that_is_fitted(examined, theme):
    if examined.locator("html").get_attribute("data-theme") != theme:
        more(examined, re.compile("Dark|Light"))
    examined.locator("[role=tab][data-name=recording]").click()
    panel = examined.get_by_role("tabpanel", name="Recording")
    panel.get_by_role("button", name="Try the demo").click()
    panel.get_by_role("table").wait_for(timeout=200_000)  # a fresh clone compiles the fit
    panel.get_by_text("Channels, units, electrode").click()
    examined.wait_for_function("() => Bokeh.documents[0].is_idle")
    found = examined.evaluate(EXAMINE)
    assert found["violations"] == []
    assert {rule for rule, _ in found["incomplete"]} <= set(LOOKED_INTO)


def test_nothing_is_found_in_the_list_of_keys(examined):
    more(examined, "Keys")
    assert examined.evaluate(EXAMINE)["violations"] == []
    examined.keyboard.press("Escape")


@pytest.mark.parametrize("name", ["More", "Preset: ", "Share"])
def test_nothing_is_found_in_what_hangs_from_the_bar(examined, name):
    examined.get_by_role("button", name=name).click()
    assert examined.evaluate(EXAMINE)["violations"] == []
    examined.keyboard.press("Escape")


def test_nothing_is_found_in_the_gallery(examined):
    more(examined, "Gallery")
    examined.get_by_role("button", name="Keep what I see").click()
    assert examined.evaluate(EXAMINE)["violations"] == []
    examined.keyboard.press("Escape")


def test_nothing_is_found_in_the_list_of_lessons_and_in_a_lesson(examined):
    examined.get_by_role("button", name="Lessons", exact=True).click()
    assert examined.evaluate(EXAMINE)["violations"] == []
    examined.locator("#lesson_list li button").nth(3).click()
    for _ in range(5):
        examined.locator("#lesson .next").wait_for()
        found = examined.evaluate(EXAMINE)
        assert found["violations"] == []
        assert {rule for rule, _ in found["incomplete"]} <= set(LOOKED_INTO)
        examined.locator("#lesson .next").click()
    examined.get_by_role("button", name="Close the lesson").click()


def test_nothing_is_found_in_a_class(examined):
    examined.get_by_role("button", name="Class", exact=True).click()
    assert examined.evaluate(EXAMINE)["violations"] == []
    examined.get_by_role("button", name="Open a room").click()
    examined.locator("#class_dialog .picture svg").wait_for()
    assert examined.evaluate(EXAMINE)["violations"] == []
    examined.keyboard.press("Escape")
    examined.evaluate("document.querySelector('#class_line').answers.counted("
                      "{ present: 3, led: true, votes: { rheobase: { 0: 2, 1: 1 } }, points: {} })")  # fmt: skip
    assert examined.evaluate(EXAMINE)["violations"] == []
    examined.get_by_role("button", name="Show the code").click()
    examined.get_by_role("button", name="End the class").click()
    examined.locator("#class_line").wait_for(state="hidden")
