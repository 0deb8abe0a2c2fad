"""The page address holds what differs from the defaults, and nothing else."""

from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from dashboard import address
from dashboard.session import Session
from model.quantity import Quantity
from model.stimuli import KINDS


def arguments(query: str) -> dict[str, list[bytes]]:
    return {name: [value.encode() for value in values] for name, values in parse_qs(query.lstrip("?")).items()}


def test_the_defaults_need_no_address():
    assert address.to_query(Session().changed()) == ""


def test_an_address_reads_like_the_choices():
    session = Session()
    session.choose({"delta_T": 2, "kind": "step"})
    assert address.to_query(session.changed()) == "?kind=step&delta_T=2"


@given(data=st.data(), kind=st.sampled_from(list(KINDS)))
def test_opening_the_address_gives_the_same_choices(data, kind):
    sent = Session()
    sent.choose({"kind": kind})
    for owner, name in list(sent.members()):
        declared = owner.param[name]
        if isinstance(declared, Quantity) and name not in ("V_reset", "V_th"):
            sent.choose({name: data.draw(st.none() | st.floats(*declared.bounds)) or getattr(owner, name)})
    choices, problems = address.from_arguments(arguments(address.to_query(sent.changed())))
    opened = Session()
    assert opened.choose(choices) == {}
    assert problems == []
    assert opened.snapshot() == sent.snapshot()


def test_a_value_that_is_too_long_is_named_and_ignored():
    choices, problems = address.from_arguments({"tau": [b"1" * 1000], "R": [b"2"]})
    assert choices == {"R": "2"}
    assert "'tau'" in problems[0]


def test_bytes_that_are_no_text_do_no_harm():
    choices, _ = address.from_arguments({"tau": [b"\xff\xfe"]})
    assert "tau" in Session().choose(choices)
