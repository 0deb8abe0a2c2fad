"""From any declared quantity to a labelled input with unit, slider, number box, help and reset.

One component draws all inputs. It is native HTML: a native slider answers faster than a styled one, is reachable by
keyboard and known to screen readers. The component talks in messages: the browser sends the choices it wants, at most
one message at a time, and the server answers when the result of the newest one is on its way to the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import param

from dashboard.component import Component
from dashboard.session import Group, Session

FOLDER = Path(__file__).parent
GREEK = {"delta": "Δ", "tau": "τ", "sigma": "σ"}
MOST_CHOICES = 100  # in one message; a page has fewer than thirty inputs


def describe(owner: param.Parameterized, name: str) -> dict[str, Any]:
    """Return what the browser needs to draw one input, derived from its declaration."""
    declared = owner.param[name]
    field = {"name": name, "symbol": symbol(name), "label": declared.label, "help": declared.doc or ""}
    field["default"] = declared.default
    if isinstance(declared, param.Selector):
        return {**field, "options": list(declared.objects)}
    low, high = declared.get_soft_bounds()
    hard_low, hard_high = declared.bounds
    return {
        **field, "unit": declared.unit, "step": declared.step or 1, "slider": declared.softbounds is not None,
        "low": low, "high": high, "hard_low": hard_low, "hard_high": hard_high,
    }  # fmt: skip


def symbol(name: str) -> list[str]:
    """Return a name as a letter and its subscript: delta_T is Δ with T."""
    head, _, index = name.partition("_")
    if len(head) > 1 and head not in GREEK:
        return [name, ""]
    return [GREEK.get(head, head), index]


class Controls(Component):
    """All inputs of the page.

    Parameters
    ----------
    session : Session
        Where choices go.
    """

    layout_ = param.List(doc="Groups of inputs to draw.")
    answer = param.Dict(doc="The newest answer of the server: seq, values, refused.")
    address = param.String(default="", doc="Query string of the page address.")
    theme = param.Selector(default="light", objects=["light", "dark"])

    _esm = FOLDER / "controls.js"
    _stylesheets = [FOLDER / "controls.css"]

    def __init__(self, session: Session, **params: Any) -> None:
        self._session = session
        self._refused: dict[str, str] = {}
        self.seq = 0  # of the newest message of the browser
        self.on_theme: Callable[[str], None] = lambda theme: None
        super().__init__(layout_=self._layout(), answer=self._compose(0), **params)

    def _layout(self) -> list[dict[str, Any]]:
        return [self._group(group) for group in self._session.groups()]

    @staticmethod
    def _group(group: Group) -> dict[str, Any]:
        fields = [describe(owner, name) for owner, name in group.members]
        return {"title": group.title, "folded": group.folded, "fields": fields}

    def _compose(self, seq: int) -> dict[str, Any]:
        values = {name: getattr(owner, name) for owner, name in self._session.members()}
        return {"seq": seq, "values": values, "refused": dict(self._refused)}

    def reply(self, seq: int, refused: dict[str, str] | None = None) -> None:
        """Tell the browser what holds now; `seq` is the newest of its messages that has been dealt with."""
        if refused is not None:
            self._refused = refused
        layout = self._layout()
        changes: dict[str, Any] = {"answer": self._compose(seq)}
        if layout != self.layout_:
            changes["layout_"] = layout
        self.param.update(**changes)

    def _handle_msg(self, data: Any) -> None:
        """Take a message from the browser; whatever it holds, it cannot do harm."""
        if not isinstance(data, dict):
            return
        seq = data.get("seq")
        self.seq = seq if isinstance(seq, int) and 0 <= seq < 2**53 else self.seq
        before = self._session.snapshot()
        self._refused = self._take(data)
        if self._refused or self._session.snapshot() == before:
            self.reply(self.seq)

    def _take(self, data: dict[str, Any]) -> dict[str, str]:
        choices, names = data.get("choose"), data.get("reset")
        if isinstance(choices, dict) and len(choices) <= MOST_CHOICES:
            return self._session.choose({str(name): value for name, value in choices.items()})
        if names == "all":
            self._session.reset()
        elif isinstance(names, list) and len(names) <= MOST_CHOICES:
            return self._session.reset([name for name in names if isinstance(name, str)])
        if data.get("theme") in self.param.theme.objects:
            self.on_theme(data["theme"])
        return {}
