"""Choices to page address and back: only what differs from the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from model.quantity import shorten

LONGEST = 64  # characters of one value; no number needs more


def to_query(choices: Mapping[str, Any]) -> str:
    """Return the query string that holds these choices, "" where there are none."""
    return "?" + urlencode({name: text(value) for name, value in choices.items()}) if choices else ""


def text(value: Any) -> str:
    """Return a value as it reads best and loses nothing."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def from_arguments(arguments: Mapping[str, list[bytes]]) -> tuple[dict[str, str], list[str]]:
    """Read the arguments of a request.

    Returns
    -------
    choices : dict of str to str
        The last value of each name.
    problems : list of str
        A sentence for each value that cannot be read.
    """
    choices, problems = {}, []
    for name, values in arguments.items():
        value = values[-1].decode("utf-8", errors="replace")
        if len(value) > LONGEST or len(name) > LONGEST:
            problems.append(f"The address holds a value for {shorten(name)} that is too long; it was ignored.")
        else:
            choices[name] = value
    return choices, problems
