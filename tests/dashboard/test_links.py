"""Links that were made once open for ever with the same choices, and without a complaint."""

import json
from pathlib import Path

import pytest

from dashboard import address
from tests.dashboard.serving.seat import Seat

LINKS = json.loads((Path(__file__).parent.parent / "data" / "links.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("old", LINKS, ids=[old["link"] for old in LINKS])
def test_an_old_link_opens_with_its_choices(old):
    seat = Seat()
    seat.ask(hello=old["link"])
    assert seat.texts["notices"] == []
    assert seat.answer["address"] == address.to_query(old["changed"])


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("?v=2&I=5", "This link was made by a newer version of the page (v=2); what is new in it was left out."),
        ("?v=new&I=5", "The version of a link, v, is a whole number; 'new' is not."),
        ("?embed=yes&I=5", "embed must be one of 0, 1; 'yes' is not."),
        ("?lang=xx&I=5", "lang must be one of en, de; 'xx' is not."),
    ],
)
def test_what_a_link_says_of_itself_and_cannot_mean_is_told_and_its_choices_are_taken(link, said):
    seat = Seat()
    seat.ask(hello=link)
    assert seat.texts["notices"] == [said]
    assert seat.answer["address"] == "?I=5"
