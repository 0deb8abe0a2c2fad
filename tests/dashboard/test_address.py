"""The page address holds what differs from the defaults, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard import address
from dashboard.session import Session
from model.quantity import Quantity, WholeNumber
from model.stimuli import KINDS, Points


def test_the_defaults_need_no_address():
    assert address.to_query(Session().changed()) == ""


def test_an_address_reads_like_the_choices():
    session = Session()
    session.choose({"delta_T": 2, "kind": "step"})
    assert address.to_query(session.changed()) == "?kind=step&delta_T=2"


def test_a_round_number_is_written_without_its_zero():
    assert address.text(2.0) == "2"
    assert address.text(10.0) == "10"
    assert address.text(0.1) == "0.1"


@given(data=st.data(), kind=st.sampled_from(list(KINDS)))
def test_opening_the_address_gives_the_same_choices(data, kind):
    sent = Session()
    sent.choose({"kind": kind})
    for name, owner in sent.members().items():
        declared = owner.param[name]
        if isinstance(declared, Quantity) and name not in ("V_reset", "V_th"):
            numbers = st.integers if isinstance(declared, WholeNumber) else st.floats
            chosen = data.draw(st.none() | numbers(*declared.bounds))
            assert chosen is None or sent.choose({name: chosen}) == {}
    choices, problems = address.from_query(address.to_query(sent.changed()))
    opened = Session()
    assert opened.choose(choices) == {}
    assert problems == []
    assert opened.snapshot() == sent.snapshot()


def test_a_drawn_current_is_in_the_address_as_long_as_it_fits():
    session = Session()
    assert session.choose({"kind": "drawn", "drawn": "0_0_50_2.5"}) == {}
    assert address.to_query(session.changed()) == "?kind=drawn&drawn=0_0_50_2.5"
    fits = Points(range(200), [k % 10 for k in range(200)])
    longer = Points(range(500), [0.125 * (k % 50) for k in range(500)])
    assert len(fits.text) < address.LONGEST_DRAWN < len(longer.text)
    session.choose({"drawn": fits.text})
    opened, (choices, problems) = Session(), address.from_query(address.to_query(session.changed()))
    assert (problems, opened.choose(choices)) == ([], {})
    assert opened.snapshot() == session.snapshot()
    session.choose({"drawn": longer.text})
    assert address.to_query(session.changed()) == "?kind=drawn"
    assert "too long" in address.from_query(f"?kind=drawn&drawn={longer.text}")[1][0]


def test_with_and_without_its_question_mark_an_address_is_the_same():
    assert address.from_query("?tau=20&kind=sine") == address.from_query("tau=20&kind=sine")
    assert address.from_query("?tau=20&kind=sine") == ({"tau": "20", "kind": "sine"}, [])
    assert address.from_query("") == address.from_query("?") == ({}, [])


def test_of_two_values_for_one_name_the_last_counts():
    assert address.from_query("?tau=5&R=2&tau=7") == ({"tau": "7", "R": "2"}, [])


def test_a_value_that_is_missing_is_refused_like_any_other_nonsense():
    choices, _ = address.from_query("?tau=")
    assert "τ must be a number" in Session().choose(choices)["tau"]


def test_a_value_that_is_too_long_is_named_and_ignored():
    choices, problems = address.from_query(f"?tau={'1' * 1000}&R=2")
    assert choices == {"R": "2"}
    assert len(problems) == 1
    assert "'tau'" in problems[0]
    assert len(problems[0]) < 200


def test_a_name_that_is_too_long_is_named_shortly_and_ignored():
    choices, problems = address.from_query(f"?{'x' * 10000}=1&R=2")
    assert choices == {"R": "2"}
    assert len(problems) == 1
    assert len(problems[0]) < 200


def test_an_address_with_too_many_values_is_ignored_in_a_sentence():
    choices, problems = address.from_query("&".join(f"a{each}=1" for each in range(address.MOST + 1)))
    assert choices == {}
    assert problems == [f"The address holds more than {address.MOST} values; it was ignored."]
    assert len(address.from_query("&".join(f"a{each}=1" for each in range(address.MOST)))[0]) == address.MOST


def test_bytes_that_are_no_text_do_no_harm():
    choices, problems = address.from_query("?tau=%ff%fe&R=2")
    assert problems == []
    assert set(Session().choose(choices)) == {"tau"}


@given(query=st.text(max_size=60) | st.text("?&=;%+0123456789abcdefINnatu.-_\ud800", max_size=60))
def test_no_address_breaks_the_session(query):
    choices, problems = address.from_query(query)
    session = Session()
    refused = session.choose(choices)
    for sentence in (*problems, *refused.values()):
        assert sentence.endswith(".")
    assert set(refused) <= set(choices)
    assert session.choose({"delta_T": 2.5}) == {}
