"""The server gets ready step by step, says so, and lets nobody wait for a compiler who need not."""

import logging

import pytest

from dashboard import warm
from dashboard.serving import log as serving_log
from dashboard.serving import preparation
from dashboard.serving.preparation import Preparation


class Story:
    """A preparation with steps that the test makes up; what happened, in order."""

    def __init__(self, monkeypatch, compiled=False, kept=None, broken=None):
        self.happened, self.broken = [], broken
        monkeypatch.setattr(warm, "steps", lambda: [(name, lambda name=name: self.do(name)) for name in "abcde"])
        monkeypatch.setattr(warm, "FIRST", 2)
        monkeypatch.setattr(warm, "freeze_garbage", lambda: None)
        monkeypatch.setattr(warm, "compiled", lambda: ["a kernel"] if compiled else [])
        monkeypatch.setattr(preparation, "load_kept", lambda: kept)
        monkeypatch.setattr(preparation, "load_or_build", lambda build: "built")
        self.preparation = Preparation(lambda: self.happened.append("ready"))
        self.preparation._run()

    def do(self, name):
        assert self.preparation.step == f"{'abcde'.index(name) + 1} of 5: {name}"
        self.happened.append((name, self.preparation.files))
        if name == self.broken:
            raise ZeroDivisionError


def test_the_page_opens_as_soon_as_its_own_part_is_ready(monkeypatch):
    story = Story(monkeypatch)
    assert story.happened == [("a", None), ("b", None), "ready", ("c", "built"), ("d", "built"), ("e", "built")]
    assert story.preparation.answering


def test_where_kernels_must_be_compiled_nobody_comes_in_before_all_are(monkeypatch):
    story = Story(monkeypatch, compiled=True)
    assert [each for each in story.happened if each == "ready" or each[1]] == ["ready"]
    assert story.happened[-1] == "ready"


def test_a_page_that_was_kept_is_handed_out_while_the_program_is_loaded(monkeypatch):
    assert Story(monkeypatch, kept="kept").happened[0] == ("a", "kept")


def test_one_part_that_cannot_be_prepared_does_not_keep_the_others_from_it(monkeypatch, caplog):
    monkeypatch.setattr(serving_log, "_kinds", set())
    with caplog.at_level(logging.ERROR):
        story = Story(monkeypatch, broken="c")
    assert story.happened[-1] == ("e", "built")
    assert "c could not be prepared" in caplog.text


def test_a_preparation_that_takes_long_says_what_it_does(monkeypatch, caplog):
    monkeypatch.setattr(preparation, "NOTICEABLE", -1.0)
    with caplog.at_level(logging.WARNING):
        Story(monkeypatch, compiled=True)
    assert [record.message for record in caplog.records] == [
        f"Preparing {n} of 5: {name}" for n, name in enumerate("abcde", 1)
    ]


def test_a_program_that_cannot_be_loaded_is_said_on_the_page_and_in_the_log(monkeypatch, caplog):
    monkeypatch.setattr(serving_log, "_kinds", set())
    monkeypatch.setattr(preparation, "load_kept", lambda: 1 / 0)
    prepared = Preparation(pytest.fail)
    with caplog.at_level(logging.ERROR):
        prepared._run()
    assert "log says why" in prepared.step
    assert "ZeroDivisionError" in caplog.text


def test_every_step_of_the_real_preparation_works():
    for _, action in warm.steps():
        action()
