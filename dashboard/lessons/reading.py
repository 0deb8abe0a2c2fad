"""Reads the lessons: each file becomes what the browser needs, or a sentence that says what is wrong with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.lessons import HERE
from dashboard.lessons.goals import choices, conditions, tab
from dashboard.lessons.parts import Mistake, Part, opened
from dashboard.words import LANGUAGES

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
KINDS = ("predict", "do", "see", "explain", "link")


class Lesson(NamedTuple):
    """A lesson: its name in the address, its place in the list, and what the browser shows."""

    name: str
    order: float
    content: dict[str, Any]

    def written(self) -> bytes:
        """Return it as the browser loads it."""
        return json.dumps({"name": self.name, **self.content}, ensure_ascii=False, separators=(",", ":")).encode()


class Shelf(NamedTuple):
    """All lessons in their order, and a sentence for each file that is none."""

    lessons: list[Lesson]
    mistakes: dict[str, str]

    def menu(self) -> list[dict[str, Any]]:
        """Return what stands in the list of lessons: titles, and what is wrong with a file."""
        good = [
            {"name": each.name, **{field: each.content[field] for field in ("title", "about")}} for each in self.lessons
        ]
        return good + [{"name": name, "problem": said} for name, said in self.mistakes.items()]


def read_all(folder: Path = HERE) -> Shelf:
    """Read every lesson of a folder; one with a mistake does not keep the others from working."""
    lessons, mistakes = [], {}
    for path in sorted(folder.glob("*.yml")):
        try:
            lessons.append(read_lesson(path))
        except Mistake as mistake:
            mistakes[path.stem] = str(mistake)
    return Shelf(sorted(lessons, key=lambda each: (each.order, each.name)), mistakes)


def read_lesson(path: Path) -> Lesson:
    """Read one lesson.

    Raises
    ------
    Mistake
        In a sentence with file and field, where something is wrong.
    """
    whole = opened(path)
    if not NAME.fullmatch(path.stem):
        raise whole.wrong("must be named with small letters, digits and _, since the name stands in the address")
    fields = whole.fields(["title", "about", "steps"], ["order", "collect"])
    steps = [_lesson_step(part) for part in fields["steps"].items()]
    if sum(step["kind"] == "predict" for step in steps) > 1:
        raise fields["steps"].wrong("may have one prediction only, as a class votes once")
    content = {"title": fields["title"].text(), "about": fields["about"].text(), "steps": steps}
    if "collect" in fields:
        content["collect"] = _collected(fields["collect"])
    return Lesson(path.stem, fields["order"].number() if "order" in fields else 99.0, content)


def _lesson_step(part: Part) -> dict[str, Any]:
    """Return a step; its kind is the field that holds its text."""
    kinds = [kind for kind in KINDS if isinstance(part.value, dict) and kind in part.value]
    if len(kinds) != 1:
        raise part.wrong(f"must have one of the fields {', '.join(KINDS)}")
    [kind] = kinds
    own = {"predict": (["options"], ["answer"]), "do": (["goals"], ["done"]), "link": ([], ["links", "read"])}
    needed, possible = own.get(kind, ([], []))
    fields = part.fields([kind, *needed], [*possible, "set", "tab"])
    step = {"kind": kind, "text": fields[kind].text(), **_opens(fields)}
    if kind == "predict":
        step |= _vote(fields)
    if kind == "do":
        step["goals"] = [_goal(each) for each in fields["goals"].items()]
        step["done"] = fields["done"].text() if "done" in fields else dict.fromkeys(LANGUAGES, "")
    if kind == "link":
        step["links"] = [_link(each) for each in fields["links"].items()] if "links" in fields else []
        step["read"] = [_source(each) for each in fields["read"].items()] if "read" in fields else []
    return step


def _opens(fields: dict[str, Part]) -> dict[str, Any]:
    """Return what a step or a link sets: choices, the others going to their defaults, and a tab."""
    return {
        **({"set": choices(fields["set"])} if "set" in fields else {}),
        **({"tab": tab(fields["tab"])} if "tab" in fields else {}),
    }


def _vote(fields: dict[str, Part]) -> dict[str, Any]:
    options = [each.text() for each in fields["options"].items(least=2)]
    if "answer" not in fields:
        return {"options": options}
    answer = fields["answer"].number()
    if answer not in range(1, len(options) + 1):
        raise fields["answer"].wrong(f"must be the number of an option, from 1 to {len(options)}")
    return {"options": options, "answer": int(answer) - 1}


def _goal(part: Part) -> dict[str, Any]:
    fields = part.fields(["text", "watch"])
    return {"text": fields["text"].text(), "watch": conditions(fields["watch"])}


def _link(part: Part) -> dict[str, Any]:
    fields = part.fields(["text"], ["set", "tab"])
    return {"text": fields["text"].text(), **_opens(fields)}


def _source(part: Part) -> dict[str, Any]:
    fields = part.fields(["title", "url"])
    url = fields["url"].value
    if not isinstance(url, str) or not re.fullmatch(r"https://[^\s\"'<>]{4,200}", url):
        raise fields["url"].wrong("must be an address that begins with https://")
    return {"title": fields["title"].text(), "url": url}


def _collected(part: Part) -> dict[str, Any]:
    """Return which points a student collects: the least y for each x while something is so, beside an exact line."""
    fields = part.fields(["x", "y", "when", "line"])
    axes = {}
    for name in ("x", "y"):
        axis = fields[name].fields(["of", "text"])
        [found] = conditions(axis["of"].within("of", {axis["of"].value: {"from": 0}}))
        axes[name] = {"of": found["of"], "text": axis["text"].text()}
    points = [_axis_of_points(each) for each in fields["line"].items(least=2)]
    return {**axes, "when": conditions(fields["when"]), "line": points}


def _axis_of_points(part: Part) -> list[float]:
    x, y = (each.number() for each in part.items(least=2)[:2])
    if not (x > 0 and y > 0):
        raise part.wrong("must be two numbers above 0, as both axes are logarithmic")
    return [x, y]
