"""What the page calls a quantity: its label and its symbol, as its input shows them."""

from __future__ import annotations

import param

from model.sentences import Small, say, term

GREEK = {"delta": "Δ", "tau": "τ", "sigma": "σ"}


def symbol(declared: param.Parameter) -> list[str]:
    """Return the letter of a quantity and its subscript: Δ with T for delta_T; nothing where its name is a word."""
    head, _, index = str(declared.name).partition("_")
    if isinstance(declared, param.Selector) or (len(head) > len("dt") and head not in GREEK):
        return []
    return [GREEK.get(head, head), index]


def label(declared: param.Parameter) -> str:
    """Return the label of a quantity, so that it is translated wherever it stands."""
    return term(str(declared.label))


def title(declared: param.Parameter) -> str:
    """Return what a quantity is called at the beginning of a sentence: "Refractory period τ_ref"."""
    letters = "_".join(part for part in symbol(declared) if part)
    return say("{label} {letters}", label=label(declared), letters=letters) if letters else label(declared)


def within(declared: param.Parameter) -> str:
    """Return what a quantity is called within a sentence: "refractory period τ_ref"."""
    return Small("{name}", {"name": title(declared)})


def spoken(declared: param.Parameter) -> str:
    """Return what a quantity is called where it is heard, or found by its name in code: "Refractory period tau_ref"."""
    if str(declared.label).lower() == declared.name:
        return label(declared)
    return say("{label} {name}", label=label(declared), name=declared.name)
