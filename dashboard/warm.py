"""The steps by which everything is loaded or compiled before a visitor needs it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial

from dashboard import page
from dashboard.result import compute, opening
from dashboard.session import Session
from dashboard.studies import recording
from dashboard.studies.settings import Settings
from dashboard.tabs import TABS, Tab
from model import ExpIFParameters, fi_curve, simulate, theory
from model.kernels.compile import compiled
from model.sentences import say

__all__ = ["FIRST", "compiled", "freeze_garbage", "page_files", "rehearse_fit", "steps"]

FIRST = 4  # steps after which the page can answer
NOISE = 4.0  # mV


def steps() -> list[tuple[str, Callable[[], object]]]:
    """Return the steps of getting ready: for each what is prepared, in words, and a function that does it."""
    p = ExpIFParameters()
    return [
        (say("the voltage trace"), lambda: simulate(p, 10.0)),
        (say("the exact theory"), lambda: theory.firing_rate(p, [5.0, 10.0])),
        (say("the f-I curve"), lambda: fi_curve(p, [5.0, 10.0], 20.0)),
        (say("the first page"), opening),
        (say("noise"), partial(compute_run, sigma=NOISE)),
        *((say("the tab {title}", title=tab.title), partial(compute_first_parts, tab)) for tab in TABS.values()),
        (say("the other methods"), lambda: simulate(p, 10.0, 2.0, method="euler")),
    ]


def rehearse_fit() -> None:
    """Fit the demo recording: what that compiles is kept for the processes that fit recordings."""
    settings = Settings()
    recording.fitted(recording.recording_of(None, settings), "", settings, lambda done, what: None)


def compute_run(**choices: float) -> None:
    """Compute what the page shows of a run with these choices."""
    session = Session()
    session.choose(choices)
    compute(session.snapshot())


def compute_first_parts(tab: Tab) -> None:
    """Compute the first two parts of a tab's study, without noise and with it."""
    for sigma in (0.0, NOISE):
        session = Session()
        session.choose({"sigma": sigma})
        parts = tab.study.run(session.snapshot(), False)
        for _ in range(2):
            next(parts, None)


def page_files() -> dict[str, bytes]:
    """Build the page, and return its files by name."""
    return page.build_page()


def freeze_garbage() -> None:
    """Leave what has been loaded out of every later garbage collection: it stays, and a search takes 0.1 s."""
    gc.collect()
    gc.freeze()
