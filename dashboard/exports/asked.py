"""What somebody asks for: a file by its name, and choices in the words of an address."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs

from dashboard.address import MOST, PAGE, from_query, text
from dashboard.exports import fit
from dashboard.exports.formats import FORMATS, Parts
from dashboard.session import Session, Snapshot
from model.points import Points
from model.sentences import joined

LINK = re.compile(r"https?://[\w.~:/?#@!$&()*+,;=%\[\]-]{1,4000}", re.ASCII)  # nothing that ends a text of Python
NAMED = 3  # choices in the name of a file
FIT = "fit.py"  # of a recording, and not of the choices


class Asked(NamedTuple):
    """A file that is asked for: what it is called when it is saved, its kind for browsers, and what makes it."""

    name: str
    kind: str
    parts: Parts


def asked(name: str, query: str, link: str, longest_drawn: int) -> Asked | None:
    """Return the file that is asked for; None where there is none of that name.

    Parameters
    ----------
    name : str
        One of `FORMATS`.
    query : str
        The choices, as an address has them.
    link : str
        The address of the page, as it says; left away where it is none.
    longest_drawn : int
        Characters that a drawing may have.

    Raises
    ------
    ValueError
        In a sentence, if a choice is not allowed: a file must not hold anything else than what was asked for.
    """
    if name == FIT:
        return _fit(query, link)
    file = FORMATS.get(name)
    if file is None:
        return None
    choice, stem = snapshot_of(query, longest_drawn)
    end = f"-{name}" if file.many else f".{name.rpartition('.')[2]}"
    link = link.partition("#")[0]  # behind it stands what leads a class
    return Asked(stem + end, file.kind, file.made(choice, link if LINK.fullmatch(link) else ""))


def _fit(query: str, link: str) -> Asked:
    """Return the script that fits the recording which the query names."""
    recorded = fit.Recorded.read(parse_qs(query, max_num_fields=MOST).get("recording", [""])[-1])
    stem = re.sub(r"[^\w.+-]", "", recorded.name.rpartition(".")[0] or recorded.name, flags=re.ASCII)
    made = fit.fit_script(recorded, link if LINK.fullmatch(link) else "")
    return Asked(f"fit-{stem}.py", "text/x-python; charset=utf-8", iter([made.encode()]))


def snapshot_of(query: str, longest_drawn: int) -> tuple[Snapshot, str]:
    """Return the choices of an address, and a name for a file that shows them.

    Raises
    ------
    ValueError
        In a sentence, if one of them is not allowed.
    """
    choices, problems = from_query(query, longest_drawn)
    session = Session()
    problems += session.choose({name: each for name, each in choices.items() if name not in PAGE}).values()
    if problems:
        raise ValueError(joined(problems))
    differs = [f"{name}{text(value)}" for name, value in session.changed().items() if not isinstance(value, Points)]
    return session.snapshot(), re.sub(r"[^\w.+-]", "", "-".join(["neuron", *differs[:NAMED]]), flags=re.ASCII)
