"""One visitor's choices, and how they change.

A session never computes. It validates a choice, stores it, and tells one listener that something changed; the
listener takes an immutable `Snapshot` and derives everything that is shown from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import param

from model.parameters import ExpIFParameters, Numbers
from model.quantity import WholeNumber, shorten
from model.run_settings import RunSettings
from model.stimuli import KINDS, Stimulus


class Snapshot(NamedTuple):
    """Everything a result depends on, as values that never change."""

    neuron: Numbers
    kind: str
    stimulus: tuple[tuple[str, float], ...]
    duration: float
    dt: float
    method: str
    sigma: float
    seed: int
    device: str


class Selection(param.Parameterized):
    """Which shape of current flows in."""

    kind = param.Selector(default="constant", objects=list(KINDS), label="Shape", doc="How the current runs in time.")


class Group(NamedTuple):
    """Inputs that stand together on the page."""

    title: str
    folded: bool
    members: tuple[tuple[param.Parameterized, str], ...]


class Session:
    """What one visitor has chosen.

    Parameters
    ----------
    on_change : callable
        Called without arguments after any accepted change, once per change however many values it sets.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self.neuron = ExpIFParameters()
        self.selection = Selection()
        self.stimuli: dict[str, Stimulus] = {kind: shape() for kind, shape in KINDS.items()}
        self.run = RunSettings()
        self.on_change = on_change

    # -- what there is -------------------------------------------------------------------------------------------
    @property
    def stimulus(self) -> Stimulus:
        """The shape of current in use."""
        return self.stimuli[self.selection.kind]

    def groups(self) -> tuple[Group, ...]:
        """Return the inputs in the order in which the page shows them; they depend on the kind of stimulus."""
        shape = tuple((self.stimulus, name) for name in quantities(self.stimulus))
        return (
            Group("Input", False, ((self.selection, "kind"), *shape, (self.run, "sigma"))),
            Group("Neuron", False, self._of(self.neuron, "V_rest", "V_T", "delta_T", "tau", "R")),
            Group("Spike and reset", False, self._of(self.neuron, "V_th", "V_reset", "tau_ref")),
            Group("Run", True, self._of(self.run, "duration", "dt", "method", "seed", "device")),
        )

    @staticmethod
    def _of(owner: param.Parameterized, *names: str) -> tuple[tuple[param.Parameterized, str], ...]:
        return tuple((owner, name) for name in names)

    def members(self) -> Iterator[tuple[param.Parameterized, str]]:
        """Every input that exists at present, with its owner."""
        for group in self.groups():
            yield from group.members

    def changed(self) -> dict[str, Any]:
        """The choices that differ from the defaults, by name."""
        return {name: getattr(owner, name) for owner, name in self.members() if differs(owner, name)}

    def snapshot(self) -> Snapshot:
        """Freeze the present choices."""
        stimulus = tuple((name, getattr(self.stimulus, name)) for name in quantities(self.stimulus))
        run = self.run
        return Snapshot(
            self.neuron.numbers(), self.selection.kind, stimulus,
            float(run.duration), float(run.dt), run.method, float(run.sigma), int(run.seed),
            run.device,
        )  # fmt: skip

    # -- how it changes ------------------------------------------------------------------------------------------
    def choose(self, choices: Mapping[str, Any]) -> dict[str, str]:
        """Take the good choices, refuse the bad ones.

        Parameters
        ----------
        choices : mapping of str to number or text
            By name of the input. Text is read as a number where a number is wanted.

        Returns
        -------
        dict of str to str
            For each refused name, the sentence that says why. Refused choices change nothing.
        """
        refused: dict[str, str] = {}
        before = self.snapshot()
        if "kind" in choices:  # first, since it decides which other inputs exist
            self._set(self.selection, "kind", choices["kind"], refused)
        for name, value in self._together(choices, refused).items():
            owner = next((owner for owner, member in self.members() if member == name), None)
            if owner is None:
                refused[name] = f"There is no input called {shorten(name)} here; it was ignored."
            elif name != "kind":
                self._set(owner, name, value, refused)
        if self.snapshot() != before:
            self.on_change()
        return refused

    def reset(self, names: list[str] | None = None) -> dict[str, str]:
        """Put the named inputs, or all of them, back to their defaults; return what is refused, as `choose` does."""
        if names is not None:
            return self.choose({name: owner.param[name].default for owner, name in self.members() if name in names})
        before = self.snapshot()
        for owner in (self.neuron, self.selection, self.run, *self.stimuli.values()):
            owner.param.update({name: owner.param[name].default for name in owner.param if name != "name"})
        if self.snapshot() != before:
            self.on_change()
        return {}

    def _together(self, choices: Mapping[str, Any], refused: dict[str, str]) -> dict[str, Any]:
        """Set V_reset and V_th in one breath, so that their order cannot refuse a pair that fits."""
        rest = dict(choices)
        pair = {name: rest.pop(name) for name in ("V_reset", "V_th") if name in rest}
        if len(pair) < 2:
            return {**rest, **pair}
        try:
            self.neuron.change(**{name: read(self.neuron.param[name], value) for name, value in pair.items()})
        except ValueError:
            return {**rest, **pair}  # one by one: the good one stays, the bad one is named
        return rest

    def _set(self, owner: param.Parameterized, name: str, value: Any, refused: dict[str, str]) -> None:
        try:
            setattr(owner, name, read(owner.param[name], value))
        except ValueError as error:
            refused[name] = str(error)


def quantities(owner: param.Parameterized) -> list[str]:
    """Return the names of an object's inputs, in the order of their declaration."""
    return [name for name in owner.param if name != "name"]


def differs(owner: param.Parameterized, name: str) -> bool:
    """Whether an input has left its default."""
    return getattr(owner, name) != owner.param[name].default


def read(parameter: param.Parameter, value: Any) -> Any:
    """Turn what a visitor typed into what the parameter takes; what cannot be read is left for it to refuse."""
    if isinstance(parameter, param.Selector):
        if value not in parameter.objects:
            allowed = ", ".join(str(each) for each in parameter.objects)
            raise ValueError(f"{parameter.name} must be one of {allowed}; {shorten(value)} is not.")
        return value
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", ".").replace("−", "-"))
        except ValueError:
            return value
    if isinstance(parameter, WholeNumber) and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
