"""What the server gets ready, step by step, in a thread: whoever comes earlier is told how far it is."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from dashboard import lessons
from dashboard.serving.files import File, Files, load_kept, load_or_build
from dashboard.serving.log import trouble
from dashboard.words import LANGUAGES, catalogue
from model.sentences import say

log = logging.getLogger("dashboard")
NOTICEABLE = 1.5  # s; a preparation that takes longer tells its steps


class Preparation:
    """What the server gets ready before it answers, and how far that is.

    Attributes
    ----------
    files : Files or None
        The page; None until visitors may come.
    answering : bool
        Whether choices can be answered.
    step : str
        What is being done: "3 of 11: the tab Intervals".
    """

    def __init__(self, on_ready: Callable[[], None]) -> None:
        self.files: Files | None = None
        self.answering = False
        self.step = say("the program is being loaded")
        self._on_ready = on_ready
        self._begun = time.monotonic()
        self.finished = Event()

    def start(self) -> None:
        """Begin in a thread of its own, and return at once."""
        Thread(target=self._run, name="prepare", daemon=True).start()

    def file(self, folder: str, name: str) -> File | None:
        """Return a file of the page; before this process is ready, take it from what another one may have kept."""
        files = self.files or load_kept()
        return files.at.get((folder, name)) if files else None

    def _run(self) -> None:
        """Prepare; an error is logged, and said to whoever waits."""
        try:
            self._prepare()
        except Exception as error:
            trouble("the page could not be prepared", error)
            self.step = say("the page could not be prepared; the log says why")

    def _prepare(self) -> None:
        """Load or compile the program, and build the page.

        Where an earlier start has kept the page, it is handed out right away, and the program is loaded while browsers
        draw it. Where kernels must be compiled first, visitors wait until all are, so that none waits for a compiler.
        """
        self.files = load_kept()
        for language in LANGUAGES:
            catalogue(language)
        lessons.questions()  # read here, for a class that votes must not wait for files
        from dashboard import warm  # the program: everything else here is small

        steps = warm.steps()
        files = None
        for number, (what, action) in enumerate(steps, 1):
            self._tell(say("{number} of {all}: {what}", number=number, all=len(steps), what=what))
            try:
                action()
            except Exception as error:
                trouble(f"{what} could not be prepared", error)
            if number == warm.FIRST:
                files = self.files or load_or_build(warm.page_files)
                if not warm.compiled():
                    self._open(files)
        assert files is not None  # `FIRST` is one of the steps
        self._open(files)
        self.finished.set()
        warm.freeze_garbage()

    def _open(self, files: Files) -> None:
        """Let visitors in, with these files of the page."""
        if not self.answering:
            self.files, self.answering = files, True
            self._on_ready()

    def _tell(self, step: str) -> None:
        """Say which step is being made; the log hears of it where the preparation takes long."""
        self.step = step
        if not self.answering and time.monotonic() - self._begun > NOTICEABLE:
            log.warning("Preparing %s", step)
