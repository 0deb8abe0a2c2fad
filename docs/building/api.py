"""Writes the pages of the interface from `model.__all__`: a public name has its place there without being asked for.

Only names decide, never the files behind them, so code may move without a change here.
"""

from __future__ import annotations

from inspect import getdoc, isclass, isfunction, ismodule
from pathlib import Path
from types import ModuleType

from param import Parameterized
from sphinx.application import Sphinx

import model
from model.quantity import Quantity

FOLDER = "made"  # below docs; what is written there is not kept


def names(module: ModuleType) -> list[str]:
    """The public names of a module: those that it lists, else those that are written in it."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    here = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    return [name for name in here if name[0] != "_" and (isclass(vars(module)[name]) or isfunction(vars(module)[name]))]


def entry(path: str, value: object, public: set[str]) -> list[str]:
    """The directive for one class, function or constant."""
    if not isclass(value):
        return [f".. {'autofunction' if isfunction(value) else 'autodata'}:: {path}", ""]
    elsewhere = {each.__name__ for each in value.__mro__[1:-1] if each.__name__ in public} | {"Parameterized", "tuple"}
    inherited = ", ".join(sorted(elsewhere))  # what a base shows itself is not repeated
    return [f".. autoclass:: {path}", "   :members:", f"   :inherited-members: {inherited}", ""]


def page(title: str, lines: list[str]) -> str:
    """A page in reStructuredText."""
    return "\n".join([title, "=" * len(title), "", *lines, ""])


def listing(path: str, module: ModuleType, listed: list[str]) -> str:
    """The page of a module with these of its names."""
    entries = [line for name in listed for line in entry(f"{path}.{name}", getattr(module, name), set(listed))]
    return page(path, [getdoc(module) or "", "", *entries])


def pages() -> dict[str, str]:
    """Every page by its name: one of the classes and functions, one for each module."""
    public = [name for name in names(model) if not name.startswith("__")]
    modules = {name: getattr(model, name) for name in public if ismodule(getattr(model, name))}
    made = {"model": listing("model", model, [name for name in public if name not in modules])}
    return made | {name: listing(f"model.{name}", module, names(module)) for name, module in modules.items()}


def declared(owner: type[Parameterized]) -> list[str]:
    """A table of the quantities that a class declares, as the class declares them."""
    rows = []
    for name in owner.param:
        each = owner.param[name]
        if name != "name":
            value = f"{each.default:g} {each.unit}" if isinstance(each, Quantity) else f"{each.default}"
            allowed = each.allowed if isinstance(each, Quantity) else ", ".join(getattr(each, "objects", []))
            symbol = f":math:`{each.symbol}`" if isinstance(each, Quantity) and each.symbol else ""
            rows.append([f"``{name}``", symbol, each.doc or "", value, allowed])
    table = [["name", "symbol", "meaning", "default", "allowed"], *rows]
    lines = [f"   {'* -' if cell is row[0] else '  -'} {cell}" for row in table for cell in row]
    return ["", ".. list-table::", "   :header-rows: 1", "", *lines, ""] if rows else []


def tell(app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """Complete a docstring: a bar is a modulus, not a substitution, and declared quantities are listed."""
    lines[:] = [line.replace("|", r"\|") for line in lines]
    if isclass(value) and issubclass(value, Parameterized):
        lines += declared(value)


def skip(app: Sphinx, what: str, name: str, value: object, skipped: bool, options: object) -> bool | None:
    """The fields of a named tuple stand in its docstring."""
    return True if (getattr(value, "__doc__", "") or "").startswith("Alias for field number") else None


def write(app: Sphinx) -> None:
    """Write the pages before Sphinx looks for its sources; what is as it was stays untouched."""
    folder = Path(app.srcdir) / FOLDER / "api"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for old in folder.glob("*.rst"):
        if old.stem not in wanted:
            old.unlink()
    for name, text in wanted.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", write)
    app.connect("autodoc-process-docstring", tell, priority=600)  # after numpydoc
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
