"""What a slider does is seen while it moves: the axes hold still, and the last run stays behind as a ghost."""

import pytest
from playwright.sync_api import expect

from tests.browser.reading import axes, slider, source, type_in, visit, wait_for

GHOSTS = {"trace_ghost": "trace", "fi_theory_ghost": "fi_theory", "phase_line_ghost": "phase_line"}


@pytest.fixture
def live(page, server):
    return visit(page, server)


def grip(page, name):
    """Where the thumb of a slider is, and how far the slider reaches to both sides [px]."""
    box = slider(page, name).bounding_box()
    low, high, value = (float(slider(page, name).get_attribute(end) or 0) for end in ("min", "max", "value"))
    value = float(slider(page, name).input_value())
    x = box["x"] + 8 + (box["width"] - 16) * (value - low) / (high - low)
    return x, box["y"] + box["height"] / 2


def take(page, name):
    """Press the mouse on the thumb of a slider; return where it is."""
    x, y = grip(page, name)
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def rows(page):
    """How many points each ghost has."""
    return {ghost: len(next(iter(source(page, ghost).values()), [])) for ghost in GHOSTS}


def test_while_a_slider_moves_the_axes_only_grow_and_settle_when_it_is_let_go(live):
    x, y = take(live, "V_th")
    before, seen = axes(live, "phase"), []
    for far in (*range(5, 105, 5), 60, 20, 0):
        live.mouse.move(x + far, y)
        live.wait_for_timeout(40)
        seen.append(axes(live, "phase"))
    for (left, right, bottom, top), (l, r, b, t) in zip([before, *seen], seen, strict=False):
        assert l <= left
        assert r >= right
        assert b <= bottom
        assert t >= top
    assert 1 < len(set(map(tuple, seen))) < 8
    live.mouse.up()
    wait_for(live, lambda: axes(live, "phase") == before)


def test_nothing_is_cut_while_a_slider_moves(live):
    x, y = take(live, "R")
    for step in range(1, 11):
        live.mouse.move(x + 20 * step, y)
        live.wait_for_timeout(30)
    wait_for(live, lambda: max(source(live, "fi_theory")["rate"]) > 200)
    assert max(source(live, "fi_theory")["rate"]) <= axes(live, "fi")[3]
    live.mouse.up()


def test_the_last_run_stays_behind_as_a_ghost_while_a_slider_moves(live):
    before = {ghost: source(live, name) for ghost, name in GHOSTS.items()}
    assert set(rows(live).values()) == {0}
    x, y = take(live, "delta_T")
    for step in range(1, 6):
        live.mouse.move(x - 10 * step, y)
        live.wait_for_timeout(40)
    wait_for(live, lambda: source(live, "trace") != before["trace_ghost"])
    assert {ghost: source(live, ghost) for ghost in GHOSTS} == before
    live.mouse.up()
    wait_for(live, lambda: set(rows(live).values()) == {0})
    assert live.errors == []


def test_a_slider_moved_by_keys_leaves_a_ghost_until_the_keys_rest(live):
    slider(live, "delta_T").focus()
    live.keyboard.press("ArrowRight")
    wait_for(live, lambda: rows(live)["trace_ghost"] > 100)
    wait_for(live, lambda: rows(live)["trace_ghost"] == 0)


def test_the_ghost_costs_the_server_nothing(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit(page, server)
    slider(page, "delta_T").focus()
    before = len(sent)
    page.keyboard.press("ArrowRight")
    wait_for(page, lambda: rows(page)["trace_ghost"] > 100)
    wait_for(page, lambda: rows(page)["trace_ghost"] == 0)
    assert len(sent) == before + 1


def test_axes_that_are_held_stay_until_they_are_let_go(live):
    hold = live.get_by_role("button", name="Hold axes")
    expect(hold).to_have_attribute("aria-pressed", "false")
    hold.focus()
    live.keyboard.press("Enter")
    expect(hold).to_have_attribute("aria-pressed", "true")
    before = axes(live, "current")
    type_in(live, "I", "60")
    wait_for(live, lambda: source(live, "current")["I"] == [60, 60])
    assert axes(live, "current") == before
    live.keyboard.press("Escape")
    hold.click()
    wait_for(live, lambda: axes(live, "current")[3] > 60)


def test_a_current_keeps_its_axis_so_that_twice_as_much_looks_twice_as_high(live):
    seen = set()
    for I in (2, 4, 8):
        type_in(live, "I", str(I))
        wait_for(live, lambda: source(live, "current")["I"] == [I, I])  # noqa: B023 waited for at once
        seen.add(tuple(axes(live, "current")))
    assert seen == {(0, 300, -1, 21)}
