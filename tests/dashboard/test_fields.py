"""Inputs follow from declarations."""

import json

import pytest

from dashboard.address import LONGEST_DRAWN
from dashboard.fields import MOST_DRAWN, describe, layouts
from dashboard.session import Session, members
from model import ExpIFParameters
from model.parameters import Numbers
from model.points import CLOSEST, CURRENT_BOUNDS, MOST, TIME_BOUNDS, Points
from model.quantity import Quantity, WholeNumber
from model.run_settings import RunSettings
from model.stimuli import KINDS, Drawn

DECLARED = [
    *((ExpIFParameters, name) for name in Numbers._fields),
    *((RunSettings, name) for name in ("duration", "dt", "sigma")),
    *((shape, name) for shape in KINDS.values() for name in shape.param if name not in ("name", "seed", "drawn")),
]
NAMED = [f"{owner.__name__}.{name}" for owner, name in DECLARED]


def drawn(kind):
    return [field for group in layouts()[kind] for field in group["fields"]]


@pytest.mark.parametrize(("owner", "name"), DECLARED, ids=NAMED)
def test_an_input_says_what_its_declaration_says(owner, name):
    declared, field = owner.param[name], describe(owner, name)
    assert field["name"] == name
    assert (field["hard_low"], field["hard_high"]) == declared.bounds
    assert (field["low"], field["high"]) == declared.softbounds
    assert field["slider"]
    assert field["unit"] == declared.unit
    assert field["step"] == declared.step
    assert field["fine_step"] == pytest.approx(
        declared.step if isinstance(declared, WholeNumber) else declared.step / 10
    )
    assert field["label"] == declared.label
    assert field["help"] == declared.doc
    assert field["default"] == declared.default


def test_a_drawing_is_described_with_what_is_allowed():
    field = describe(Drawn, "drawn")
    assert Points.read(field["default"]) == Drawn().drawn
    assert field["help"] == Drawn.param.drawn.doc
    assert field["drawn"] == {"most": MOST_DRAWN, "longest": LONGEST_DRAWN, "times": list(TIME_BOUNDS),
                              "currents": list(CURRENT_BOUNDS), "closest": CLOSEST}  # fmt: skip
    assert MOST_DRAWN < MOST  # of the model


def test_an_input_without_a_usual_range_has_a_box_and_no_slider():
    field = describe(RunSettings, "seed")
    assert not field["slider"]
    assert (field["hard_low"], field["hard_high"], field["step"]) == (0, 2**32 - 1, 1)


@pytest.mark.parametrize("name", ["method", "device"])
def test_a_choice_among_names_offers_all_of_them(name):
    field = describe(RunSettings, name)
    assert field["options"] == RunSettings.param[name].objects
    assert field["default"] in field["options"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("delta_T", ["Δ", "T"]),
        ("tau_ref", ["τ", "ref"]),
        ("V_rest", ["V", "rest"]),
        ("sigma", ["σ", ""]),
        ("I", ["I", ""]),
        ("tau", ["τ", ""]),
        ("onset", []),
        ("kind", []),
    ],
)
def test_symbols_are_letters_with_an_index(name, shown):
    fields = {field["name"]: field for kind in ("step", "constant") for field in drawn(kind)}
    assert fields[name]["symbol"] == shown


@pytest.mark.parametrize("kind", KINDS)
def test_an_input_is_heard_with_its_visible_label_and_its_name(kind):
    heard = {}
    for field in drawn(kind):
        assert field["spoken"].startswith(field["label"])
        assert field["spoken"].lower().endswith(field["name"].lower())
        heard[field["spoken"]] = field
    assert len(heard) == len(drawn(kind))


def test_the_noise_of_the_membrane_and_that_of_the_current_are_told_apart():
    labels = {field["name"]: field["label"] for kind in KINDS for field in drawn(kind)}
    assert labels["sigma"] == "Membrane noise"
    assert labels["I_sd"] == labels["I_noise"] == "Current noise"


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_of_the_page_is_drawn_once(kind):
    names = [field["name"] for field in drawn(kind)]
    session = Session()
    session.choose({"kind": kind})
    assert ["preset", *names] == list(session.members())  # the preset is chosen in the bar at the top
    assert len(names) == len(set(names))


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_of_the_page_is_grouped_under_a_title(kind):
    assert [(group["title"], group["folded"]) for group in layouts()[kind]] == [
        ("Input", False), ("Neuron", False), ("Spike and reset", False), ("Run", True), ("Bifurcation", False),
        ("Map", False),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_inputs_of_a_current_belong_to_its_kind(kind):
    of_kind = {field["name"] for field in drawn(kind) if field["of_kind"]}
    assert of_kind == {name for name, owner in members(kind).items() if owner is KINDS[kind]}
    assert "I" in of_kind
    assert not of_kind & {"kind", "sigma", "tau", "duration"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_quantity_of_the_neuron_and_its_input_is_in_the_layout(kind):
    names = {field["name"] for field in drawn(kind)}
    declared = {name for owner in (KINDS[kind], ExpIFParameters) for name in owner.param if name != "name"}
    of_run = {"kind", "sigma", "tau_noise", "duration", "dt", "method", "seed", "device"}
    assert of_run | {"over", "map_of", "map_x", "map_y"} | declared == names


def test_every_help_and_label_is_there_to_read():
    for kind in KINDS:
        for field in drawn(kind):
            assert field["label"]
            assert field["help"].endswith(".")


def test_a_browser_can_read_the_layouts():
    assert json.loads(json.dumps(layouts(), allow_nan=False)) == layouts()


def test_a_slider_never_reaches_further_than_the_law():
    for kind in KINDS:
        for name, owner in members(kind).items():
            if isinstance(owner.param[name], Quantity):
                field = describe(owner, name)
                assert field["hard_low"] <= field["low"] <= field["default"] <= field["high"] <= field["hard_high"]
