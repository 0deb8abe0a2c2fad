"""Neurons from the literature: each is whole, says where it comes from, and a mistake in the file is one sentence."""

import pytest
import yaml

from dashboard.words import LANGUAGES
from model import ExpIFParameters, presets, simulate, theory
from model.parameters import Numbers
from model.presets import FILE, PRESETS, read_presets

TEXT = FILE.read_text(encoding="utf-8")
WHOLE = {
    "key": "one", "name": "One", "source": "somebody", "sure": "yes",
    "values": {"V_rest": -65, "V_reset": -60, "V_th": -30, "V_T": -55, "delta_T": 2, "R": 20, "tau": 12, "tau_ref": 0},
}  # fmt: skip


def test_the_first_one_is_the_neuron_that_is_declared():
    first = next(iter(PRESETS.values()))
    assert first.neuron == ExpIFParameters().numbers()
    assert presets.PRESETS is PRESETS


def test_all_neurons_of_the_table_are_there():
    assert len(PRESETS) == 9
    assert PRESETS["neuronal-dynamics"].neuron == Numbers(-65, -60, -30, -55, 2, 20, 12, 0)
    assert PRESETS["brette-gerstner"].neuron == Numbers(-70.6, -70.6, 20, -50.4, 2, 33.333, 9.3667, 0)
    assert PRESETS["augustin"].neuron == Numbers(-65, -70, -40, -50, 1.5, 100, 20, 0)
    assert PRESETS["spiny"].neuron == Numbers(-65.3, -65.3, 15, -60.2, 3.5, 10, 10, 2.8)
    conductances = {"l23": 9.31, "l4": 7.52, "l5-slender": 7.94, "l5-thick": 21.5}  # nS
    for layer, conductance in conductances.items():
        assert PRESETS[f"pyramidal-{layer}"].neuron.R == pytest.approx(1000 / conductance, rel=1e-4)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_one_says_in_every_language_where_it_comes_from_and_how_sure_it_is(preset):
    assert preset.name.keys() == preset.source.keys() == preset.sure.keys() == LANGUAGES.keys()
    assert preset.remark.keys() in ({}.keys(), LANGUAGES.keys())
    if preset.ours:
        assert "ours" in preset.remark["en"]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_one_fires_at_some_rheobases_and_rests_without_a_current(preset):
    p = preset.parameters()
    assert simulate(p, 6.2 * theory.rheobase(p), duration=300.0).spikes.size > 5
    assert simulate(p, 0.0, duration=300.0).spikes.size == 0


def test_nobody_can_change_one():
    with pytest.raises(TypeError):
        PRESETS["wang-buzsaki"] = None
    with pytest.raises(TypeError):
        PRESETS["wang-buzsaki"].name["en"] = "another"
    PRESETS["spiny"].parameters().tau = 1.0
    assert PRESETS["spiny"].neuron.tau == 10


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": None}, r"^presets\.yml: preset one, field source: must be one text, or one for each of de, en\.$"),
        ({"link": None}, r"^presets\.yml: preset one, field link: must be a text; None is not\.$"),
        (
            {"sure": {"en": "yes"}},
            r"^presets\.yml: preset one, field sure: must be one text, or one for each of de, en",
        ),
        ({"colour": "red"}, r"^presets\.yml: preset one, field 'colour': is unknown; the fields are "),
        ({"ours": ["V_rset"]}, r"^presets\.yml: preset one, field ours: must be a list of names out of V_rest, "),
        ({"values": 3}, r"^presets\.yml: preset one, field values: must give every value by its name"),
        ({"key": "a b"}, r"^presets\.yml: preset 1, field key: must be letters"),
    ],
)
def test_a_mistake_names_the_preset_and_the_field(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_presets(yaml.safe_dump([{**WHOLE, **change}]))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"tau": -3}, "preset one, field tau: must be between 0.1 and 1000 ms; -3 was given"),
        ({"tau": "12 ms"}, "preset one, field tau: must be a number .* '12 ms' is not a number"),
        ({"V_th": -70}, "preset one, field V_reset: V_reset must lie below V_th"),
        ({"delta": 2}, "preset one, field 'delta': is no value of the neuron"),
    ],
)
def test_a_wrong_value_is_named(value, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_presets(yaml.safe_dump([{**WHOLE, "values": {**WHOLE["values"], **value}}]))


def test_what_is_missing_is_named():
    for name in ("name", "source", "sure", "values"):
        with pytest.raises(ValueError, match=f"preset one, field {name}: is missing"):
            read_presets(yaml.safe_dump([{each: value for each, value in WHOLE.items() if each != name}]))
    without = {name: value for name, value in WHOLE["values"].items() if name != "V_T"}
    with pytest.raises(ValueError, match="field V_T: is missing; a preset gives every value"):
        read_presets(yaml.safe_dump([{**WHOLE, "values": without}]))


def test_a_file_that_is_none_and_a_key_that_is_taken_are_refused():
    for text in ("", "just words", "{}", "[]"):
        with pytest.raises(ValueError, match=r"presets\.yml must be a list of presets"):
            read_presets(text)
    with pytest.raises(ValueError, match=r"presets\.yml is no YAML: "):
        read_presets("- [")
    with pytest.raises(ValueError, match="preset one, field key: another preset has the same"):
        read_presets(yaml.safe_dump([WHOLE, WHOLE]))
    with pytest.raises(ValueError, match="preset 2, field key"):
        read_presets(yaml.safe_dump([WHOLE, "two"]))


def test_the_file_itself_is_read_as_it_stands():
    assert read_presets(TEXT) == PRESETS
