"""The page in Firefox, and in WebKit, with which Safari and every browser of an iPhone draw: as in Chromium."""

import io
import os
import time

import numpy as np
import pytest
from PIL import Image

from dashboard.views.style import PALETTES
from tests.browser.drivers import PATIENCE, Firefox, WebKit, missing
from tests.browser.reading import visit

DRIVERS = {"firefox": Firefox, "webkit": WebKit}
SIZE = (1280, 800)
NEAR = 40  # of 255: edges are smoothed differently
MOVE = """[...Array(30).keys()].reduce((before, n) => before.then(() => new Promise((done) => {
  const slider = document.querySelector('[data-name=I] input[type=range]')
  slider.value = String(Number(slider.value) - 0.1)
  slider.dispatchEvent(new Event('input', { bubbles: true }))
  setTimeout(done, 16)
})), Promise.resolve())"""
SERIFS = """[...Bokeh.documents[0]._all_models.values()].filter(({ type }) => /Axis$|^Text$/.test(type))
  .flatMap((model) => [model.text_font, model.axis_label_text_font, model.major_label_text_font])
  .map((font) => font?.value ?? font).filter((font) => font && !String(font).includes('sans-serif'))"""
DRAWN = """[...document.querySelectorAll('[role=tabpanel]:not([hidden]) *')].some((part) => part.shadowRoot)
  && Bokeh.documents[0].is_idle"""


@pytest.fixture(scope="module", params=DRIVERS)
def other(request, tmp_path_factory):
    """A browser that is not Chromium. Where it is not installed its tests are skipped, but fail in CI."""
    lacking = missing(request.param)
    if lacking:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"The page was not tried in {request.param}: {lacking}.")
    driver = DRIVERS[request.param](tmp_path_factory.mktemp(request.param), *SIZE)
    yield driver
    driver.close()


def wait(driver, expression):
    """Wait until an expression is true in the page, and return its value."""
    end = time.monotonic() + PATIENCE
    while not (value := driver.evaluate(expression)):
        assert time.monotonic() < end, f"In vain: {expression}"
        time.sleep(0.05)
    return value


def opened(driver, address):
    driver.goto(address)
    wait(
        driver,
        "document.querySelector('p.sentence')?.textContent.includes('spike') && window.Bokeh?.documents[0]?.is_idle",
    )


def pixels(picture):
    """The colours of a picture, shape (height, width, 3), from 0 to 255."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(float)


def amounts(colours):
    """How many pixels are of each colour in which something is drawn."""
    drawn = [getattr(PALETTES["light"], name) for name in ("blue", "orange", "green", "vermilion")]
    shades = [[int(text[at : at + 2], 16) for at in (1, 3, 5)] for text in drawn]
    return np.array([(np.abs(colours - shade).max(axis=2) < NEAR).sum() for shade in shades])


def patches(colours):
    """A picture in grey patches of 40 x 40 pixels, from 0 to 1: letters of another face look alike."""
    return colours.mean(axis=2).reshape(SIZE[1] // 40, 40, SIZE[0] // 40, 40).mean(axis=(1, 3)) / 255.0


def test_it_opens_drags_and_shows_every_tab_in_both_themes(other, server):
    opened(other, server)
    before = other.evaluate("document.querySelector('p.sentence').textContent")
    other.evaluate(MOVE)
    wait(other, "document.querySelector('p.sentence').textContent.includes('I is 7 nA')")
    assert other.evaluate("document.querySelector('p.sentence').textContent") != before
    tabs = other.evaluate("[...document.querySelectorAll('[role=tab]')].map((tab) => tab.textContent)")
    assert len(tabs) >= 6
    for number in range(len(tabs)):
        other.evaluate(f"document.querySelectorAll('[role=tab]')[{number}].click()")
        wait(other, DRAWN)
    for theme in ("dark", "light"):
        other.evaluate("document.querySelector('#theme').click()")
        wait(other, f"document.documentElement.dataset.theme === '{theme}'")
    assert other.errors == []


def test_it_looks_as_in_chromium(other, server, page):
    visit(page, server)
    opened(other, server)
    end = time.monotonic() + PATIENCE
    while True:  # the plots beside the trace are painted later than it
        theirs, ours = pixels(other.picture()), pixels(page.screenshot())
        apart = np.abs(patches(theirs) - patches(ours)).max()
        ratios = amounts(theirs) / amounts(ours)
        if apart < 0.15 and ((ratios > 0.4) & (ratios < 2.5)).all():  # a thin line may lie between two rows of pixels
            break
        assert time.monotonic() < end, (apart, ratios)
        time.sleep(0.5)


def test_no_letter_falls_back_to_a_face_with_serifs(other, server):
    opened(other, server)
    assert other.evaluate(SERIFS) == []
