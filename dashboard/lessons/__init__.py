"""The lessons of the page: one file each in this folder, `*.yml`. A new lesson is a new file and nothing else.

`docs/teaching.md` says how to write one; `python -m dashboard.lessons` reads all of them and says what is wrong.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

HERE = Path(__file__).parent


@cache  # an address is read for each visitor
def names(folder: Path = HERE) -> list[str]:
    """Return the names of the lessons, as they stand in an address: those of their files."""
    return sorted(path.stem for path in folder.glob("*.yml"))


class Question(NamedTuple):
    """What a lesson asks a class."""

    options: tuple[str, ...]  # numbers of the answers of its prediction, as votes name them, from "0"
    points: bool  # whether it collects points


@cache
def questions(folder: Path = HERE) -> dict[str, Question]:
    """Return what each lesson asks a class; one with a mistake, which `reading` says, asks nothing."""
    found = {}
    for name in names(folder):
        try:
            whole = yaml.safe_load((folder / f"{name}.yml").read_text("utf-8"))
            number = sum(len(step.get("options", ())) for step in whole["steps"])
            found[name] = Question(tuple(str(option) for option in range(number)), "collect" in whole)
        except (yaml.YAMLError, RecursionError, OSError, ValueError, TypeError, KeyError, AttributeError):
            continue
    return found
