"""What the tests read from a page: its data sources, its inputs, its sentence."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

PATIENCE = 20.0  # s

# The plots that do not follow the eye get their columns one frame after the trace.
PAINTED = "await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
SOURCE = """async (name) => {
  PAINTED
  const sources = [...Bokeh.documents[0]._all_models.values()]
  const source = sources.find((model) => model.type === "ColumnDataSource" && model.name === name)
  return Object.fromEntries([...(source.data.entries ? source.data.entries() : Object.entries(source.data))]
    .map(([column, values]) => [column, Array.from(values)]))
}""".replace("PAINTED", PAINTED)


def source(page: Page, name: str) -> dict[str, list]:
    """Return the columns of a named data source, as the browser holds them."""
    return page.evaluate(SOURCE, name)


def called(name: str) -> re.Pattern[str]:
    """Return how an input of this name is called: its label, its name where that is another word, its unit."""
    return re.compile(rf"(?:^|\s){name}(?:,|$)", re.IGNORECASE if len(name) > 2 else 0)


def slider(page: Page, name: str) -> Locator:
    """Return the slider of a quantity."""
    return page.get_by_role("slider", name=called(name))


def box(page: Page, name: str) -> Locator:
    """Return the number box of a quantity."""
    return page.get_by_role("spinbutton", name=called(name))


def type_in(page: Page, name: str, text: str) -> None:
    """Type a value into a number box, as a visitor does."""
    box(page, name).fill(text)
    box(page, name).press("Enter")


def more(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button of the menu "More", as a visitor does."""
    page.get_by_role("button", name="More").click()
    page.get_by_role("group", name="More").get_by_role("button", name=name).click()


def sentence(page: Page) -> Locator:
    """Return the readout."""
    return page.locator("p.sentence")


def notices(page: Page) -> Locator:
    """Return the list of what the page warns of."""
    return page.locator("ul.notices")


def visit(page: Page, url: str) -> Page:
    """Open the page and wait until it is alive: its sentence is there, its plots are drawn, the server has answered."""
    answers: list[bytes | str] = []
    page.once("websocket", lambda socket: socket.on("framereceived", lambda frame: answers.append(frame)))
    page.goto(url)
    sentence(page).get_by_text("spike").wait_for()
    page.wait_for_function("() => Bokeh.documents[0]?.is_idle")
    wait_for(page, lambda: answers)
    return page


def wait_for(page: Page, condition: Callable[[], object]) -> None:
    """Wait until something has happened that this process is told of."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        page.wait_for_timeout(10)  # the browser's events arrive meanwhile


def wait_until(page: Page, script: str, argument: Any = None) -> None:
    """Wait until a script is true in the page."""
    page.wait_for_function(script, arg=argument, timeout=1000 * PATIENCE)


def axes(page: Page, view: str) -> list[float]:
    """Return where the axes of a plot end: left, right, bottom, top."""
    return page.evaluate(
        """async (name) => {
          PAINTED
          const { x_range: x, y_range: y } = [...Bokeh.documents[0]._all_models.values()]
            .find((model) => model.name === name)
          return [x.start, x.end, y.start, y.end]
        }""".replace("PAINTED", PAINTED),
        f"{view}_figure",
    )
