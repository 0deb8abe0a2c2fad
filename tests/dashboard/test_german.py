"""A German page shows no English, whatever is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import page, update
from dashboard.fields import layouts
from dashboard.frames import Piece
from dashboard.result import compute
from dashboard.serving.preparation import Preparation
from dashboard.session import Session, members
from dashboard.tabs import TABS
from dashboard.update import Update
from dashboard.words import has_words, messages, said_in
from model.integrators.equation import Numbers
from model.quantity import Quantity
from model.run_settings import METHODS
from model.sentences import Sentence
from model.stimuli import KINDS
from tests.dashboard.serving.seat import Seat
from tests.english import english, strings

NAMES = {"V_T", "V_th", "V_reset"}  # of the levels in the plots, the same in every language
KNOWN = {text for each in messages("de") for text in strings(each.id)}


def untranslated(said: Any) -> Iterator[str]:
    """Every text that a catalogue cannot translate."""
    if isinstance(said, Sentence):
        yield from (text for pair in said_in(said) for text in pair if has_words(text) and text not in KNOWN)
    elif isinstance(said, str):
        yield from {said} - NAMES - {""}
    elif isinstance(said, Piece):
        yield from untranslated([content for _, kind, content in said.columns if kind == "text"])
    elif isinstance(said, Update):
        yield from untranslated([said.texts, list(said.pieces.values())])
    else:
        inside = said.values() if isinstance(said, dict) else said if isinstance(said, list | tuple) else ()
        for each in inside:
            yield from untranslated(each)


def number(name: str, kind: str) -> st.SearchStrategy:
    """A number that a visitor may choose, or one that is refused."""
    declared = members(kind)[name].param[name]
    low, high = declared.get_soft_bounds()
    usual = st.floats(low, high, allow_subnormal=False)
    if not isinstance(low, float):
        usual = st.integers(int(low), int(high))
    return st.one_of(usual, usual, usual, st.sampled_from([*declared.bounds, 1e300, float("nan"), "x", "1,5", True]))


@st.composite
def wishes(draw: Any) -> dict[str, Any]:
    """What a page may ask for."""
    kind = draw(st.sampled_from(list(KINDS)))
    names = [name for name, owner in members(kind).items() if isinstance(owner.param[name], Quantity)]
    chosen: dict[str, Any] = {"kind": kind}
    for name in draw(st.lists(st.sampled_from(names), max_size=5, unique=True)):
        chosen[name] = draw(number(name, kind))
    chosen["duration"] = draw(st.sampled_from([20.0, 20.0, 300.0, 300.0, 1e6]))
    if draw(st.booleans()):
        chosen["sigma"] = draw(st.floats(0.5, 5.0))
    chosen |= draw(st.fixed_dictionaries({}, optional={
        "method": st.sampled_from([*METHODS, "none"]), "over": st.sampled_from(["I", *Numbers._fields, "none"]),
        "device": st.just("cuda"), "nothing": st.just(1), "V_th": st.sampled_from([-70.0, -58.0, -30.0]),
        "V_reset": st.sampled_from([-68.0, -55.0, -30.0]),
    }))  # fmt: skip
    return chosen


@given(wishes(), st.sampled_from(list(TABS)), st.booleans())
@settings(max_examples=60)
def test_whatever_is_shown_is_a_sentence_that_can_be_translated(chosen, tab, asked):
    session = Session()
    shown: list[Any] = [session.choose(chosen)]
    choice = session.snapshot()
    try:
        result = compute(choice)
        shown.append(update.of_result(result, tab))
        shown.append(update.closely(shown[-1], result, (1.0, 5.0)))
        for part, _ in zip(TABS[tab].study.run(choice, asked), range(3), strict=False):
            shown.append(update.of_study(part, tab))
    except ValueError as error:
        shown.append(str(error))
    assert list(untranslated(shown)) == []


@given(
    wishes(),
    st.sampled_from(list(TABS)),
    st.sampled_from(["", "?theme=x&tab=y&lang=z&no=1", "?tau=x&over=y&sigma=1e9"]),
)
@settings(max_examples=25)
def test_a_german_visitor_is_told_nothing_in_english(chosen, tab, address):
    seat = Seat()
    seat.ask(hello=address, lang="de", tab=tab)
    seat.ask(2, choose={name: value for name, value in chosen.items() if value == value}, tab=tab, view=[5, 1])
    seat.rest()
    seat.study(2)
    told: list[str] = []
    for message, sources in seat.frames:
        told += all_strings([message.get("texts"), message.get("answer", {}).get("refused")])
        told += all_strings([columns["text"] for columns in sources.values() if "text" in columns])
    assert told
    assert {text: english(text) for text in told if english(text)} == {}


def all_strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inside for text in all_strings(each)]


def test_every_input_is_labelled_and_explained_in_words_that_are_known():
    for groups in layouts().values():
        for group in groups:
            texts = [
                group["title"],
                *(field[name] for field in group["fields"] for name in ("label", "help", "spoken")),
            ]
            assert list(untranslated(texts)) == []
            assert all(isinstance(text, Sentence) for text in texts)


@pytest.mark.parametrize("name", ["page.de.html", "constant.de.json"])
def test_the_files_of_the_german_page_are_of_the_same_size(name):
    """So opening it costs the same."""
    made = page.build_page()
    english_one = made[name.replace(".de", "")]
    assert 0.9 < len(made[name]) / len(english_one) < 1.1


def test_the_server_says_its_steps_in_sentences():
    assert list(untranslated(Preparation(lambda: None).step)) == []
