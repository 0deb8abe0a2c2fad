"""Takes the pictures of the README from a running page: `python docs/building/pictures.py http://localhost:5006/dashboard`.

Needs Playwright with a Chromium (named by CHROMIUM, where it is not Playwright's own) and Pillow.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

DOCS = Path(__file__).parent.parent
SIZE = {"width": 1280, "height": 800}
MOVING = (800, 500)  # px of a moving picture
FRAME = 100  # ms
NO_HINTS = "localStorage.setItem('expif.hints', 'over')"


def still(page: Page, name: str) -> None:
    """Keep what the page shows."""
    page.mouse.move(640, 90)
    page.wait_for_timeout(2500)
    page.screenshot(path=DOCS / f"{name}.png")


def moving(frames: Iterator[bytes], name: str) -> None:
    """Keep a moving picture."""
    pictures = [Image.open(io.BytesIO(each)).convert("RGB").resize(MOVING, Image.Resampling.LANCZOS) for each in frames]
    first, *rest = pictures
    first.save(DOCS / f"{name}.webp", save_all=True, append_images=rest, duration=FRAME, loop=0, quality=55, method=3)


def drag(page: Page) -> Iterator[bytes]:
    """Yield what is seen while the current is dragged down below the rheobase and back."""
    handle = page.locator("[data-name=I] input[type=range]")
    handle.focus()
    for key in ["ArrowLeft"] * 18 + ["ArrowRight"] * 18:
        for _ in range(5):
            page.keyboard.press(key)
        page.wait_for_timeout(60)
        yield page.screenshot()


def play(page: Page) -> Iterator[bytes]:
    """Yield what is seen while the neuron runs and is poked."""
    page.keyboard.press("Space")
    for frame in range(40):
        if frame == 14:
            page.keyboard.down("x")
        if frame == 19:
            page.keyboard.up("x")
        page.wait_for_timeout(30)
        yield page.screenshot()
    page.keyboard.press("Space")


def main(url: str, wanted: str = "") -> None:
    """Take all of them, or only those that move."""
    with sync_playwright() as browsers:
        chromium = browsers.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])

        def opened(query: str, scheme: str = "light") -> Page:
            page = chromium.new_page(viewport=SIZE, color_scheme=scheme)  # type: ignore[arg-type] # one of two words
            page.add_init_script(NO_HINTS)
            page.goto(f"{url}?{query}")
            page.locator("#trace_place canvas").first.wait_for()
            page.wait_for_timeout(3000)
            return page

        if wanted != "moving":
            stills(opened)
        moving(drag(opened("")), "moving-drag")
        moving(play(opened("I=1.2")), "moving-play")
        chromium.close()


def stills(opened: Callable[..., Page]) -> None:
    """Take those that stand still."""
    still(opened(""), "screenshot")
    still(opened("sigma=4&I=3&tab=intervals&duration=1000", "dark"), "screenshot-noise")
    still(opened("V_reset=-50&I=0&tab=bifurcation&pin=V_reset%3D-50%26I%3D1"), "screenshot-bifurcation")
    still(opened("tab=map&delta_T=2&I=6"), "screenshot-map")
    lesson = opened("lesson=leaky")
    lesson.locator("#lesson input, #lesson .choice, #lesson .body button").first.click()
    still(lesson, "screenshot-lesson")


if __name__ == "__main__":
    main(*sys.argv[1:])
