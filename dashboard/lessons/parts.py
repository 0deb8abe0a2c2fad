"""A part of a lesson's file that knows where it stands, so that a mistake is said with file and field."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from dashboard.lessons.filling import filled, number
from dashboard.words import LANGUAGES
from model.quantity import shorten

LARGEST = 64_000  # bytes of a file
LONGEST = 1500  # characters of a text
MOST = 30  # parts of a list


class Mistake(ValueError):
    """What is wrong with a lesson, as a sentence with file and field."""


class Loader(yaml.SafeLoader):
    """YAML's plain values; what is said twice is a mistake, where YAML would take the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict:
        """Return a mapping, unless one of its keys stands there twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                said = f"{shorten(key.value)} stands there twice"
                raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


class Part(NamedTuple):
    """A value within a file, and where it stands: "steps 2, watch"."""

    file: str
    at: tuple[str, ...]
    value: Any

    def wrong(self, sentence: str) -> Mistake:
        """Return a mistake in this part; the sentence goes on after its name."""
        where = f"{self.file}: {', '.join(self.at)}" if self.at else self.file
        return Mistake(f"{where} {sentence}.")

    def within(self, name: str, value: Any) -> Part:
        """Return a part of this part."""
        return Part(self.file, (*self.at, name), value)

    def fields(self, needed: Collection[str], possible: Collection[str] = ()) -> dict[str, Part]:
        """Return the fields of a mapping, of which some are needed and some possible."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"must have the fields {', '.join(needed)}; {shorten(self.value)} has none")
        for name in self.value:
            if name not in needed and name not in possible:
                allowed = ", ".join([*needed, *possible])
                raise self.wrong(f"has a field {shorten(name)}, which is not known; there are {allowed}")
        for name in needed:
            if name not in self.value:
                raise self.wrong(f"lacks the field {name}")
        return {name: self.within(name, value) for name, value in self.value.items()}

    def named(self) -> dict[str, Part]:
        """Return the fields of a mapping that may have any name."""
        if not isinstance(self.value, dict) or not all(isinstance(name, str) for name in self.value):
            raise self.wrong(f"must be names with values; {shorten(self.value)} is not")
        return {name: self.within(name, value) for name, value in self.value.items()}

    def items(self, least: int = 1) -> list[Part]:
        """Return the parts of a list."""
        if not isinstance(self.value, list) or not least <= len(self.value) <= MOST:
            raise self.wrong(f"must be a list of {least} to {MOST} parts")
        *before, last = self.at or ("",)
        return [Part(self.file, (*before, f"{last} {k}"), value) for k, value in enumerate(self.value, 1)]

    def text(self) -> dict[str, str]:
        """Return a text in every language, with its numbers: one for all, or one for each."""
        if isinstance(self.value, str):
            texts = dict.fromkeys(LANGUAGES, self.value)
        elif not isinstance(self.value, dict):
            raise self.wrong(f"must be a text, or one for each of {', '.join(LANGUAGES)}; {shorten(self.value)} is not")
        else:
            texts = {name: part.value for name, part in self.fields(list(LANGUAGES)).items()}
        said = {}
        for language, text in texts.items():
            part = self if isinstance(self.value, str) else self.within(language, text)
            if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST:
                raise part.wrong(f"must be a text of 1 to {LONGEST} characters")
            try:
                said[language] = filled(text.strip(), language)
            except ValueError as problem:
                raise part.wrong(str(problem)) from None
        return said

    def number(self) -> float:
        """Return a number, or what an expression says."""
        try:
            return number(str(self.value))
        except ValueError as problem:
            raise self.wrong(f"({shorten(self.value)}) {problem}") from None

    def one_of(self, allowed: Collection[str]) -> str:
        """Return one of several words."""
        if self.value not in allowed:
            raise self.wrong(f"must be one of {', '.join(allowed)}; {shorten(self.value)} is not")
        return str(self.value)


def opened(path: Path) -> Part:
    """Return what a file holds.

    Raises
    ------
    Mistake
        If it cannot be read.
    """
    whole = Part(path.name, (), None)
    try:
        if path.stat().st_size > LARGEST:
            raise whole.wrong(f"is larger than {LARGEST} bytes")
        return whole._replace(value=yaml.load(path.read_text(encoding="utf-8"), Loader))  # a safe loader
    except Mistake:
        raise
    except yaml.MarkedYAMLError as problem:
        line = f", line {problem.problem_mark.line + 1}" if problem.problem_mark else ""
        raise Mistake(f"{path.name}{line}: this is no YAML: {problem.problem}.") from None
    except (yaml.YAMLError, RecursionError, UnicodeError, OSError, ValueError) as problem:
        raise whole.wrong(f"cannot be read ({type(problem).__name__})") from None
