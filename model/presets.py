"""Neurons from the literature, each with its source and how sure its values are: `presets.yml`, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from model.parameters import ExpIFParameters, Numbers, check_order
from model.quantity import shorten

__all__ = ["PRESETS", "Preset", "read_presets"]

FILE = Path(__file__).with_suffix(".yml")
DECLARED = "declared"  # instead of values: the defaults of ExpIFParameters, which are written down only once
REQUIRED, OPTIONAL = {"key", "name", "source", "sure", "values"}, {"link", "remark", "ours"}
LANGUAGES = ("en", "de")


class Preset(NamedTuple):
    """A neuron that somebody has published, or one like it.

    Attributes
    ----------
    key : str
        What it is called in a link.
    name, source, sure, remark : mapping of str to str
        Texts by language: what it is called, where its values come from, how well they are known to be right, and what
        else must be known.
    neuron : Numbers
        Its values [mV, MOhm, ms].
    link : str
        The address of the source; it may be "".
    ours : tuple of str
        The values that the source does not give.
    """

    key: str
    name: Mapping[str, str]
    neuron: Numbers
    source: Mapping[str, str]
    sure: Mapping[str, str]
    remark: Mapping[str, str]
    link: str
    ours: tuple[str, ...]

    def parameters(self) -> ExpIFParameters:
        """Return its values as parameters that can be changed."""
        return ExpIFParameters(**self.neuron._asdict())


def read_presets(text: str, file: str = FILE.name) -> Mapping[str, Preset]:
    """Return the presets of a file by their keys, in its order.

    Raises
    ------
    ValueError
        In a sentence that names the preset and the field, where something is wrong with the file.
    """
    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"{file} is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(entries, list) or not entries:
        raise ValueError(f"{file} must be a list of presets, each with {', '.join(sorted(REQUIRED))}.")
    presets: dict[str, Preset] = {}
    for number, entry in enumerate(entries, 1):
        key = entry.get("key") if isinstance(entry, dict) else None
        if not isinstance(key, str) or not key.replace("-", "").isalnum():
            raise ValueError(f"{file}: preset {number}, field key: must be letters, digits and hyphens.")
        if key in presets:
            raise ValueError(f"{file}: preset {key}, field key: another preset has the same.")
        try:
            presets[key] = _preset(entry)
        except ValueError as error:
            raise ValueError(f"{file}: preset {key}, {error}") from None
    return MappingProxyType(presets)


def _preset(entry: dict[str, Any]) -> Preset:
    """Return one preset; a mistake is a ValueError that begins with the field."""
    for name in sorted(REQUIRED - entry.keys()):
        raise ValueError(f"field {name}: is missing.")
    for name in sorted(map(str, entry.keys() - REQUIRED - OPTIONAL)):
        raise ValueError(f"field {shorten(name)}: is unknown; the fields are {', '.join(sorted(REQUIRED | OPTIONAL))}.")
    ours, neuron = entry.get("ours", []), _neuron_numbers(entry["values"])
    if not isinstance(ours, list) or not set(map(str, ours)) <= set(Numbers._fields):
        raise ValueError(f"field ours: must be a list of names out of {', '.join(Numbers._fields)}.")
    return Preset(
        entry["key"], _by_language(entry, "name"), neuron, _by_language(entry, "source"), _by_language(entry, "sure"),
        _by_language(entry, "remark") if "remark" in entry else MappingProxyType({}),
        _one_text(entry, "link") if "link" in entry else "", tuple(ours),
    )  # fmt: skip


def _neuron_numbers(values: Any) -> Numbers:
    if values == DECLARED:
        return ExpIFParameters().numbers()
    if not isinstance(values, dict):
        raise ValueError(f'field values: must give every value by its name, or be "{DECLARED}".')
    for name in sorted(map(str, values.keys() - set(Numbers._fields))):
        raise ValueError(f"field {shorten(name)}: is no value of the neuron; they are {', '.join(Numbers._fields)}.")
    for name in Numbers._fields:
        if name not in values:
            raise ValueError(f"field {name}: is missing; a preset gives every value.")
        if problem := ExpIFParameters.param[name].problem(values[name], shorten(values[name])):
            raise ValueError(f"field {name}: {problem}")
    numbers = Numbers(**{name: float(values[name]) for name in Numbers._fields})
    try:
        check_order(numbers.V_reset, numbers.V_th)
    except ValueError as error:
        raise ValueError(f"field V_reset: {error}") from None
    return numbers


def _one_text(entry: dict[str, Any], name: str) -> str:
    if not isinstance(entry[name], str) or not entry[name].strip():
        raise ValueError(f"field {name}: must be a text; {shorten(entry[name])} is not.")
    return entry[name]


def _by_language(entry: dict[str, Any], name: str) -> Mapping[str, str]:
    """Return the text of a field in every language."""
    texts = entry[name] if isinstance(entry[name], dict) else dict.fromkeys(LANGUAGES, entry[name])
    if texts.keys() != set(LANGUAGES) or not all(isinstance(each, str) and each.strip() for each in texts.values()):
        raise ValueError(f"field {name}: must be one text, or one for each of {', '.join(sorted(LANGUAGES))}.")
    return MappingProxyType({language: texts[language] for language in LANGUAGES})


#: The presets by their keys; the first one is the default.
PRESETS = read_presets(FILE.read_text(encoding="utf-8"))
