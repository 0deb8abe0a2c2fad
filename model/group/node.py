"""What is common to everything that a simulation is made of: a name of its own, and a view of its parts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from model.quantity import shorten

_NODES: WeakValueDictionary[str, Node] = WeakValueDictionary()


class Collector(dict):
    """A dict of what was collected from the nodes, by path."""

    def unique(self) -> Collector:
        """Return the same without what stands under a second path."""
        first: dict[int, str] = {}
        for path, value in self.items():
            first.setdefault(id(value), path)
        return Collector({path: self[path] for path in first.values()})


class Node:
    """A named part of a simulation.

    Parameters
    ----------
    name : str, optional
        A Python identifier that no other living node has; by default the class name and a number.

    Attributes
    ----------
    implicit_nodes, implicit_vars : Collector
        Nodes and arrays that belong to this one without being attributes of it. Add what you want collected.
    target_backend : tuple of str
        Where it can run.
    """

    target_backend: tuple[str, ...] = ("numba",)

    def __init__(self, name: str | None = None) -> None:
        self.name = self.unique_name(name)
        self.implicit_nodes, self.implicit_vars = Collector(), Collector()
        _NODES[self.name] = self

    def unique_name(self, name: str | None = None, type: str | None = None) -> str:
        """Return `name` if it is free, or a free name made of `type` (by default of the class name) and a number.

        Raises
        ------
        ValueError
            If the name is no Python identifier, or belongs to another node that is still in use.
        """
        if name is None:
            stem = type or self.__class__.__name__
            return next(f"{stem}{n}" for n in count() if f"{stem}{n}" not in _NODES)
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(
                f"A name must be a Python identifier (letters, digits, _; no digit first); not {shorten(name)}."
            )
        if _NODES.get(name, self) is not self:
            raise ValueError(f"The name {name!r} is taken by another node; choose a name that is not in use.")
        return name

    def nodes(self, method: str = "absolute") -> Collector:
        """Collect this node and those below it.

        Parameters
        ----------
        method : {"absolute", "relative"}
            Whether paths are the nodes' names, or the attributes that lead to them ("" is this node).
        """
        _check_method(method)
        found = Collector({"" if method == "relative" else self.name: self})
        for key, child in self._children().items():
            for path, node in child.nodes(method).items():
                if any(node is known for known in found.values()):
                    continue
                found[path if method == "absolute" else f"{key}.{path}" if path else key] = node
        return found

    def vars(self, method: str = "absolute") -> Collector:
        """Collect the state arrays of this node and those below it: {path.variable: array}, the arrays themselves."""
        return self._collected(method, lambda node: {**node._variables(), **node.implicit_vars})

    def train_vars(self, method: str = "absolute") -> Collector:
        """Collect what can be trained: nothing, as these models have no trainable variables."""
        _check_method(method)
        return Collector()

    def ints(self, method: str = "absolute") -> Collector:
        """Collect the integrators: {path.integral: function}."""
        return self._collected(method, lambda node: node._integrators())

    def _collected(self, method: str, of: Callable[[Node], dict]) -> Collector:
        """Return what a function finds in this node and in each below it, by path."""
        return Collector(
            {
                f"{path}.{key}" if path else key: value
                for path, node in self.nodes(method).items()
                for key, value in of(node).items()
            }
        )

    def _children(self) -> dict[str, Node]:
        """Return the nodes that are attributes of this one, or belong to it without being attributes."""
        attributes = {key: value for key, value in vars(self).items() if isinstance(value, Node)}
        return {**attributes, **self.implicit_nodes}

    def _variables(self) -> dict[str, np.ndarray]:
        """Return the state arrays of this node by name."""
        return {}

    def _integrators(self) -> dict[str, Callable[..., Any]]:
        """Return the integrators of this node by name."""
        return {}


def _check_method(method: Any) -> None:
    """Raise ValueError unless the way to write paths is "absolute" or "relative"."""
    if method not in ("absolute", "relative"):
        raise ValueError(f"method must be 'absolute' or 'relative'; {shorten(method)} was given.")
