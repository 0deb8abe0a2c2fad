"""Choices to page address and back: only what differs from the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from model.quantity import shorten
from model.sentences import say
from model.stimuli import Points

VERSION = 1  # of links; one without says 1
# What a page keeps in its address for itself.
PAGE = ("theme", "tab", "lang", "pin", "lesson", "embed", "room", "v", "recording")
LONGEST = 64  # characters of one value; no number needs more
LONGEST_DRAWN = 2000  # characters of a drawn current: some programs cut an address that is longer than that
MOST = 100  # values; a page has fewer than thirty inputs


def to_query(choices: Mapping[str, Any]) -> str:
    """Return the query string that holds these choices, "" where there are none; a long drawing is left out."""
    texts = {name: text(value) for name, value in choices.items()}
    for name in beside(choices):
        del texts[name]
    return "?" + urlencode(texts) if texts else ""


def beside(choices: Mapping[str, Any]) -> dict[str, str]:
    """Return what is too long for an address, as text by name: a long drawing."""
    long = text(choices["drawn"]) if "drawn" in choices else ""
    return {"drawn": long} if len(long) > LONGEST_DRAWN else {}


def text(value: Any) -> str:
    """Return a value as it reads best and loses nothing."""
    if isinstance(value, Points):
        return value.text
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def from_query(query: str, longest_drawn: int = LONGEST_DRAWN) -> tuple[dict[str, str], list[str]]:
    """Read the query string of an address, with a drawing of at most so many characters.

    Returns
    -------
    choices : dict of str to str
        The last value of each name; not the pins nor a recording, which the page sends by themselves.
    problems : list of str
        A sentence for each value that cannot be read.
    """
    try:
        fields = parse_qs(query.removeprefix("?"), keep_blank_values=True, max_num_fields=MOST)
    except ValueError:
        return {}, [say("The address holds more than {most} values; it was ignored.", most=MOST)]
    for name in ("pin", "recording"):
        fields.pop(name, None)
    choices, problems = {}, []
    for name, values in fields.items():
        if len(values[-1]) > (longest_drawn if name == "drawn" else LONGEST) or len(name) > LONGEST:
            problems.append(
                say("The address holds a value for {name} that is too long; it was ignored.", name=shorten(name))
            )
        else:
            choices[name] = values[-1]
    return choices, problems


def made_newer(version: str) -> str:
    """Return a sentence where a link was made by a newer version of the page, or says nonsense of it; else ""."""
    if not version.isdecimal():
        return say("The version of a link, v, is a whole number; {version} is not.", version=shorten(version))
    if int(version) > VERSION:
        return say("This link was made by a newer version of the page (v={version}); what is new in it was left out.",
                   version=version)  # fmt: skip
    return ""
