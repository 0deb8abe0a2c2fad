"""Fills the numbers into the texts of a lesson: ``{{ rate(I=10) | hertz }}`` becomes "57.7 Hz", in German "57,7 Hz".

A lesson is written by a lecturer and runs on the server, so its expressions are kept in Jinja's sandbox: they reach the
formulas and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dashboard.lessons.formulas import FORMULAS
from dashboard.words import DECIMAL

UNITS = {"hertz": "Hz", "mV": "mV", "nA": "nA", "ms": "ms", "pC": "pC", "MOhm": "MOhm", "percent": "%"}
NARROW = "\u00a0"  # a number and its unit stay on one line


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox without powers: one of a large number would take for ever."""

    intercepted_binops = frozenset(["**", "*"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply numbers only, as a text times a number may fill the memory, and refuse powers."""
        if operator == "**":
            raise ValueError("powers are not allowed; write the product")
        if not all(isinstance(each, int | float) for each in (left, right)):
            raise ValueError("only numbers can be multiplied; put what is to be written in brackets before the |")
        return left * right


@cache
def _environment(language: str) -> Sandbox:
    """Return where the texts of a language are filled in."""
    sandbox = Sandbox(undefined=StrictUndefined, autoescape=False)  # the page shows texts as text, never as markup
    sandbox.globals = dict(FORMULAS)  # instead of Jinja's own
    sandbox.filters = {"number": _as_text(language), **{name: _as_text(language, unit) for name, unit in UNITS.items()}}
    sandbox.tests = {}
    return sandbox


def _as_text(language: str, unit: str = "") -> Callable[..., str]:
    """Return a filter that writes a number with its unit, in so many digits."""

    def write(value: Any, digits: int = 3) -> str:
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"the number is {number}, which says nothing")
        if not 1 <= digits <= 9:
            raise ValueError("a number has between 1 and 9 digits")
        plain = np.format_float_positional(number + 0.0, digits, fractional=False, trim="-")  # never 1e3
        plain = plain.replace("-", "−").replace(".", DECIMAL.get(language, "."))
        return f"{plain}{NARROW}{unit}" if unit else plain

    return write


def filled(text: str, language: str) -> str:
    """Return a text with its numbers.

    Raises
    ------
    ValueError
        With the end of a sentence, where it cannot be filled in.
    """
    if "{%" in text or "{#" in text:
        raise ValueError("may hold {{ expressions }} only")
    return str(_evaluated(lambda: _environment(language).from_string(text).render()))


def number(expression: str) -> float:
    """Return what an expression says: "1.01 * rheobase()".

    Raises
    ------
    ValueError
        With the end of a sentence, where it is no finite number.
    """
    value = _evaluated(lambda: _environment("en").compile_expression(expression, undefined_to_none=False)())
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("is no finite number")
    return float(value)


def _evaluated(evaluate: Callable[[], Any]) -> Any:
    try:
        return evaluate()
    except Exception as problem:  # of Jinja, of the formulas, of the theory: whatever it is, the lesson has a mistake
        raise ValueError(f"cannot be computed: {str(problem).rstrip('.') or type(problem).__name__}") from None
