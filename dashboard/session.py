"""One visitor's choices, and how they change.

A session never computes, and nothing watches it. It validates choices and stores them as plain values; whoever asks
takes an immutable `Snapshot`, from which everything that is shown is derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import param

from dashboard.names import title, within
from dashboard.scales import FIRST, default, follows
from model.parameters import ExpIFParameters, Numbers, check_order
from model.presets import PRESETS
from model.quantity import WholeNumber, shorten
from model.run_settings import RunSettings
from model.sentences import say
from model.stimuli import CURRENT_BOUNDS, KINDS, Points

LONGEST = 40  # characters of a refused number that are quoted


class Snapshot(NamedTuple):
    """Everything that a result depends on, as values that never change."""

    neuron: Numbers
    kind: str
    stimulus: tuple[tuple[str, Any], ...]  # numbers, and the points of a drawn current
    duration: float
    dt: float
    method: str
    sigma: float
    tau_noise: float
    seed: int
    device: str
    over: str
    preset: str = FIRST  # axes follow it
    map_of: str = "exact"
    map_x: str = "I"
    map_y: str = "delta_T"

    @property
    def main_current(self) -> float:
        """The main current [nA], which flows or around which it changes; of a drawn one its mean over the run."""
        parts = dict(self.stimulus)
        drawn = parts["drawn"].mean(self.duration) if "drawn" in parts else 0.0
        low, high = CURRENT_BOUNDS
        return min(max(float(parts["I"]) + drawn, low), high)


class Selection(param.Parameterized):
    """The choice of the neuron it is that is changed, and which shape of current that flows in."""

    preset: param.Selector[str] = param.Selector(
        default=FIRST, objects=list(PRESETS), label="Preset", doc="The neuron that all values start from."
    )

    kind: param.Selector[str] = param.Selector(
        default="constant", objects=list(KINDS), label="Shape", doc="How the current runs in time."
    )


class View(param.Parameterized):
    """The choice of what a tab shows of the neuron."""

    over: param.Selector[str] = param.Selector(
        default="I", objects=["I", *Numbers._fields], label="Over", doc="Over which input the fixed points are drawn."
    )

    map_of: param.Selector[str] = param.Selector(
        default="exact",
        objects={
            "rate": "exact", "rate under noise": "exact_noise", "CV under noise": "cv",
            "rheobase": "rheobase", "latency": "latency",
        },
        label="Map", doc="What is asked of every neuron of the map; all of it is exact theory.",
    )  # fmt: skip

    map_x: param.Selector[str] = param.Selector(
        default="I", objects=["I", "sigma", *Numbers._fields], label="x",
        doc="Which input changes from left to right on the map.",
    )  # fmt: skip

    map_y: param.Selector[str] = param.Selector(
        default="delta_T", objects=["I", "sigma", *Numbers._fields], label="y",
        doc="Which input changes from bottom to top on the map.",
    )  # fmt: skip


Owner = type[param.Parameterized]


class Group(NamedTuple):
    """Inputs that stand together on the page, or in a tab: for each the class that declares it, and its name."""

    title: str
    folded: bool
    members: tuple[tuple[Owner, str], ...]
    tab: str = ""


@cache
def groups(kind: str) -> tuple[Group, ...]:
    """Return the inputs in the order in which the page shows them; they depend on the kind of stimulus."""
    shape = tuple((KINDS[kind], name) for name in quantities(KINDS[kind]))
    return (
        Group(say("Input"), False, ((Selection, "kind"), *shape, (RunSettings, "sigma"), (RunSettings, "tau_noise"))),
        Group(say("Neuron"), False, _of(ExpIFParameters, "V_rest", "V_T", "delta_T", "tau", "R")),
        Group(say("Spike and reset"), False, _of(ExpIFParameters, "V_th", "V_reset", "tau_ref")),
        Group(say("Run"), True, _of(RunSettings, "duration", "dt", "method", "seed", "device")),
        Group(say("Bifurcation"), False, _of(View, "over"), tab="bifurcation"),
        Group(say("Map"), False, _of(View, "map_of", "map_x", "map_y"), tab="map"),
    )


def _of(owner: Owner, *names: str) -> tuple[tuple[Owner, str], ...]:
    """Return inputs of one class as members of a group."""
    return tuple((owner, name) for name in names)


@cache
def members(kind: str) -> dict[str, Owner]:
    """Return every input that exists with this kind of stimulus, with the class that declares it."""
    return {"preset": Selection} | {name: owner for group in groups(kind) for owner, name in group.members}


@cache
def quantities(owner: Owner) -> tuple[str, ...]:
    """Return the names of the inputs that a class declares, in that order."""
    return tuple(name for name in owner.param if name != "name")


@cache
def defaults(owner: Owner, preset: str = FIRST) -> dict[str, Any]:
    """Return where every input of a class stands when nothing is chosen but a preset."""
    return {name: default(owner, name, preset) for name in quantities(owner)}


class Session:
    """The choices of one visitor. Each kind of stimulus remembers its own values, until another preset is chosen."""

    def __init__(self) -> None:
        self._chosen: dict[Owner, dict[str, Any]] = {}  # only what was chosen; the rest are defaults

    # -- what there is -------------------------------------------------------------------------------------------
    @property
    def preset(self) -> str:
        """The neuron that all values start from."""
        return str(self._chosen.get(Selection, {}).get("preset", FIRST))

    @property
    def kind(self) -> str:
        """The kind of stimulus in use."""
        return self._get(Selection, "kind")

    def members(self) -> dict[str, Owner]:
        """Return every input that exists at present, with the class that declares it."""
        return members(self.kind)

    def values(self) -> dict[str, Any]:
        """Return the present value of every input, by name."""
        return {name: self._get(owner, name) for name, owner in self.members().items()}

    def changed(self) -> dict[str, Any]:
        """Return the preset if it is not the first, and the choices that differ from its values, by name."""
        present = ((name, owner, self._get(owner, name)) for name, owner in self.members().items())
        return {name: value for name, owner, value in present if value != defaults(owner, self.preset)[name]}

    def snapshot(self) -> Snapshot:
        """Freeze the present choices."""
        kind = self.kind
        shape, run = KINDS[kind], {**defaults(RunSettings), **self._chosen.get(RunSettings, {})}
        neuron = {**defaults(ExpIFParameters, self.preset), **self._chosen.get(ExpIFParameters, {})}
        settings = {name: as_declared(RunSettings, name, run[name]) for name in Snapshot._fields if name in run}
        return Snapshot(
            Numbers(*(float(neuron[name]) for name in Numbers._fields)),
            kind, tuple((name, self._get(shape, name)) for name in quantities(shape)),
            preset=self.preset, **{name: self._get(View, name) for name in quantities(View)}, **settings,
        )  # fmt: skip

    def _get(self, owner: Owner, name: str) -> Any:
        """Return the chosen value of an input, or its default."""
        return self._chosen.get(owner, {}).get(name, defaults(owner, self.preset)[name])

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
        if "preset" in choices:  # first, since all others start from it
            self._take_preset(choices["preset"], refused)
        if "kind" in choices:  # next, since it decides which other inputs exist
            self._set("kind", choices["kind"], refused)
        for name, value in self._together(choices).items():
            if name not in self.members():
                refused[name] = say("There is no input called {name} here; it was ignored.", name=shorten(name))
            elif name not in ("preset", "kind"):
                self._set(name, value, refused)
        return refused

    def reset(self) -> None:
        """Put every input back to its default, and the preset too."""
        self._chosen.clear()

    def _take_preset(self, value: Any, refused: dict[str, str]) -> None:
        """Take a preset: its values and its currents replace what was chosen, all else stays."""
        self._set("preset", value, refused)
        if "preset" not in refused:
            for owner, chosen in self._chosen.items():
                for name in [each for each in chosen if follows(owner, each)]:
                    del chosen[name]

    def _together(self, choices: Mapping[str, Any]) -> dict[str, Any]:
        """Set V_reset and V_th together, so that their order refuses no pair that fits; return the choices left."""
        rest = dict(choices)
        pair: dict[str, Any] = {name: rest.pop(name) for name in ("V_reset", "V_th") if name in rest}
        if len(pair) < 2:
            return {**rest, **pair}
        try:
            fit = {name: checked_choice(ExpIFParameters, name, value) for name, value in pair.items()}
            check_potentials(**fit)
        except ValueError:
            return {**rest, **pair}  # one by one: the good one stays, the bad one is named
        self._chosen.setdefault(ExpIFParameters, {}).update(fit)
        return rest

    def _set(self, name: str, value: Any, refused: dict[str, str]) -> None:
        """Take a good choice; for a bad one add the sentence that says why to `refused`."""
        owner = self.members()[name]
        try:
            value = checked_choice(owner, name, value)
            if name in ("V_reset", "V_th"):
                order = {each: self._get(owner, each) for each in ("V_reset", "V_th")} | {name: value}
                check_potentials(**order)
        except ValueError as error:
            refused[name] = str(error)
        else:
            self._keep_axes_apart(name, value)
            self._chosen.setdefault(owner, {})[name] = value

    def _keep_axes_apart(self, name: str, value: Any) -> None:
        """Give the other axis of the map what this one had, where this one takes what the other has."""
        other = {"map_x": "map_y", "map_y": "map_x"}.get(name)
        if other is not None and value == self._get(View, other):
            self._chosen.setdefault(View, {})[other] = self._get(View, name)


def as_declared(owner: Owner, name: str, value: Any) -> Any:
    """Return a value in the one type that its declaration has: a whole number, a float, or what a selector offers."""
    declared = owner.param[name]
    if isinstance(declared, WholeNumber):
        return int(value)
    return value if isinstance(declared, param.Selector) else float(value)


def checked_choice(owner: Owner, name: str, value: Any) -> Any:
    """Return a value as the input takes it.

    Raises
    ------
    ValueError
        In a sentence, where it is not allowed.
    """
    declared = owner.param[name]
    if isinstance(declared, param.Selector):
        if value not in declared.objects:
            allowed = ", ".join(str(each) for each in declared.objects)
            raise ValueError(say(
                "{name} must be one of {allowed}; {given} is not.",
                name=title(declared), allowed=allowed, given=shorten(value),
            ))  # fmt: skip
        return value
    if isinstance(declared, param.ClassSelector):
        return value if isinstance(value, Points) else Points.read(value)
    number = read(declared, value)
    typed = isinstance(value, str) and not isinstance(number, str)  # a number, as the visitor wrote it
    if problem := declared.problem(number, value.strip()[:LONGEST] if typed else shorten(value)):
        raise ValueError(say("{name} {problem}", name=title(declared), problem=problem))
    return number


def check_potentials(V_reset: float, V_th: float) -> None:
    """Raise ValueError, in the words of the page, unless the reset [mV] lies below the spike cut-off [mV]."""
    try:
        check_order(V_reset, V_th)
    except ValueError:
        reset, cut_off = ExpIFParameters.param.V_reset, ExpIFParameters.param.V_th
        raise ValueError(say(
            "{reset} must lie below the {cut_off}, or the neuron would spike without end; "
            "they are {V_reset:g} and {V_th:g} mV.",
            reset=title(reset), cut_off=within(cut_off), V_reset=V_reset, V_th=V_th,
        )) from None  # fmt: skip


def read(declared: param.Parameter, value: Any) -> Any:
    """Turn what a visitor typed into a number; what cannot be read is left for the declaration to refuse."""
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", ".").replace("−", "-"))
        except ValueError:
            return value
    if isinstance(declared, WholeNumber) and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
