"""The equation as the page shows it: MathML whose symbols say which quantity they are, and what each is.

It is made from the LaTeX beside the compiled equation and from the symbols of the declarations, so neither can drift.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import param
from latex2mathml.converter import convert

from dashboard.names import spoken, symbol
from dashboard.session import quantities
from model.integrators.equation import LATEX
from model.parameters import ExpIFParameters
from model.sentences import say, term
from model.stimuli import Constant

MATHML = "http://www.w3.org/1998/Math/MathML"
CHOSEN: dict[str, param.Parameter] = {
    **{name: ExpIFParameters.param[name] for name in quantities(ExpIFParameters)}, "I": Constant.param.I
}  # fmt: skip
RULE = ("V_th", "V_reset", "tau_ref")  # what the equation leaves out: where a spike ends it, and where it begins anew


class Symbol(NamedTuple):
    """A letter of the equation, and what it stands for."""

    name: str
    letter: str
    below: str
    spoken: str
    unit: str
    help: str
    chosen: bool  # whether it has an input


class Equation(NamedTuple):
    """The equation as MathML, and its symbols in the order in which they appear; those of the rule for spikes."""

    math: str
    symbols: list[Symbol]
    rule: list[Symbol]


UNKNOWN = {
    "V": Symbol("V", "V", "", say("Membrane potential V"), "mV", say("What the trace shows."), False),
    "t": Symbol("t", "t", "", say("Time t"), "ms", say("Along the axis of the trace."), False),
}  # fmt: skip


def equation() -> Equation:
    """Return the equation, marked."""
    ElementTree.register_namespace("", MATHML)
    math = ElementTree.fromstring(convert(LATEX))
    signs = {name: _sign(declared.symbol) for name, declared in CHOSEN.items()} | {
        name: _sign(name) for name in UNKNOWN
    }
    found: dict[str, None] = {}
    for element, name in _symbols(math, signs):
        element.set("data-symbol", name)
        found.setdefault(name)
    [row] = math
    row[:] = _terms(list(row))
    names = [name for name in found if name in CHOSEN] + [name for name in found if name in UNKNOWN]
    return Equation(
        ElementTree.tostring(math, "unicode"),
        [_symbol_entry(name) for name in names],
        [_symbol_entry(name) for name in RULE],
    )


def _symbol_entry(name: str) -> Symbol:
    if name in UNKNOWN:
        return UNKNOWN[name]
    declared: Any = CHOSEN[name]
    letter, index = symbol(declared)
    return Symbol(name, letter, index, spoken(declared), declared.unit, term(declared.doc or ""), True)


def _sign(latex: str) -> str:
    """Return how a symbol is written in MathML."""
    [sign] = ElementTree.fromstring(convert(latex))[0]
    return ElementTree.tostring(sign, "unicode")


def _symbols(part: Element, signs: dict[str, str]) -> Iterator[tuple[Element, str]]:
    """Yield every symbol with its name; the V in V_T is none."""
    for element in part:
        written = ElementTree.tostring(element, "unicode")
        name = next((name for name, sign in signs.items() if sign == written), None)
        if name:
            yield element, name
        else:
            yield from _symbols(element, signs)


def _terms(parts: list[Element]) -> list[Element]:
    """Return the parts of the equation with each term in a row of its own: what lies between signs outside brackets."""
    rows, term, depth = [], Element(f"{{{MATHML}}}mrow", {"class": "term"}), 0
    for part in parts:
        text = part.text if part.tag.endswith("}mo") else ""
        depth += {"(": 1, ")": -1}.get(text or "", 0)
        if depth == 0 and text in ("=", "+", "−"):
            rows += [term, part] if len(term) else [part]
            term = Element(f"{{{MATHML}}}mrow", {"class": "term"})
        else:
            term.append(part)
    return [*rows, term]
