"""The page is built once and is the same for everyone; what it is made of fits together."""

import json
import os
import re
import subprocess
import sys
from functools import cache

import pytest

from dashboard import page
from dashboard.session import Session
from dashboard.tabs import TABS
from dashboard.update import MAIN, PINNED, PINS, VIEWS
from dashboard.views.style import BARE, FONT, GROWTH, LARGE, NORMAL, PALETTES, Palette
from model import ExpIFParameters
from model.stimuli import KINDS
from tests.conftest import ROOT
from tests.dashboard import reading

LOOKS = [name + size for name in PALETTES for size in ("", " large")]
BUILD = "import sys; from dashboard import page; sys.stdout.write(repr(sorted(page.build_page().items())))"


@cache
def files():
    return page.build_page()


@cache
def constant():
    return json.loads(files()["constant.json"])


@pytest.fixture(scope="module")
def html():
    return files()["page.html"].decode()


def defined(part):
    """The models that a part of the document defines, by id."""
    if isinstance(part, list):
        return {id: model for each in part for id, model in defined(each).items()}
    if not isinstance(part, dict):
        return {}
    own = {part["id"]: part} if part.get("type") == "object" else {}
    return own | {id: model for each in part.values() for id, model in defined(each).items()}


def named(part):
    """The ids of the models that a part of the document refers to."""
    if isinstance(part, list):
        return {id for each in part for id in named(each)}
    if not isinstance(part, dict):
        return set()
    own = {part["id"]} if part.keys() == {"id"} else set()
    return own | {id for each in part.values() for id in named(each)}


def everything():
    return defined(constant()["document"]) | defined(constant()["figures"])


def test_every_process_builds_the_same_page_to_the_byte():
    """The files of one would be unknown to the other, and browsers would load all of them again."""

    def build(seed, *before):
        told = subprocess.run(
            [sys.executable, "-c", "\n".join((*before, BUILD))], cwd=ROOT, capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        return told.stdout

    other = "from bokeh.plotting import figure; figure().line([1], [1])"  # a process that has drawn something before
    one = build("1")
    assert len(one) > 100_000
    assert one == build("2", other)


def test_no_plot_refers_to_what_a_browser_does_not_have_yet():
    """The plots of a tab are put in when it is first opened, whichever others have been opened before."""
    present = defined(constant()["document"])
    assert named(constant()["document"]) <= present.keys()
    assert constant()["figures"].keys() == VIEWS.keys() - MAIN.keys()
    for figure in constant()["figures"].values():
        own = defined(figure)
        assert "Figure" in {model["name"] for model in own.values()}
        assert named(figure) <= own.keys() | present.keys()


def test_no_model_is_there_twice():
    parts = [constant()["document"], *constant()["figures"].values()]
    ids = [id for part in parts for id in defined(part)]
    assert len(ids) == len(set(ids))


def test_the_plots_that_are_always_seen_come_with_the_document():
    kinds = [
        model["attributes"]["name"] for model in defined(constant()["document"]).values() if model["name"] == "Figure"
    ]
    assert sorted(kinds) == sorted(f"{name}_figure" for name in MAIN)


@pytest.mark.parametrize(
    ("table", "kinds", "names"),
    [
        ("places", {"Column"}, set(VIEWS)),
        ("plots", {"Figure"}, set(VIEWS)),
        ("axes", {"Range1d"}, set(VIEWS)),
        ("sources", {"ColumnDataSource"}, None),
    ],
)
def test_the_names_that_updates_use_lead_to_the_right_models(table, kinds, names):
    models, entries = everything(), constant()[table]
    assert names is None or set(entries) == names
    for name, entry in entries.items():
        for each in entry if isinstance(entry, list) else [entry]:
            model = models[each["id"]]
            assert model["name"] in kinds
            if table != "axes":
                suffix = {"places": "_place", "plots": "_figure", "sources": ""}[table]
                assert model["attributes"]["name"] == name + suffix


def test_the_trace_and_its_current_share_one_time_axis():
    axes = constant()["axes"]
    assert axes["trace"][0] == axes["current"][0]
    assert axes["trace"][1] != axes["current"][1]
    assert axes["phase"][0] != axes["trace"][0]


def test_every_data_source_has_a_name_of_its_own():
    names = [model["attributes"]["name"] for model in everything().values() if model["name"] == "ColumnDataSource"]
    assert sorted(names) == sorted(constant()["sources"])


def test_every_look_sets_the_same_attributes():
    """Else something of one look would stay when another one is put on."""
    looks = constant()["looks"]
    assert set(looks) == set(LOOKS)
    settings = {name: [(model["id"], attribute) for model, attribute, _ in look] for name, look in looks.items()}
    for name in LOOKS:
        assert set(settings[name]) == set(settings["light"])
        assert len(settings[name]) == len(set(settings[name]))
    assert {id for id, _ in settings["light"]} <= everything().keys()


def look(name):
    return {(model["id"], attribute): value for model, attribute, value in constant()["looks"][name]}


def test_light_and_dark_differ_in_colours_and_in_nothing_else():
    light, dark = look("light"), look("dark")
    differing = {attribute for (id, attribute), value in light.items() if dark[id, attribute] != value}
    assert differing
    assert all(attribute.endswith("_color") for attribute in differing)


@pytest.mark.parametrize("theme", PALETTES)
def test_a_look_paints_every_axis_in_ink_and_every_plot_on_its_paper(theme):
    palette, shown = PALETTES[theme], look(theme)
    for id, model in everything().items():
        if model["name"].endswith("Axis"):
            for attribute in ("axis_line_color", "axis_label_text_color", "major_label_text_color"):
                assert shown[id, attribute] == palette.ink
        if model["name"] == "Grid":
            assert shown[id, "grid_line_color"] == palette.faint
    assert set(shown.values()) >= set(palette)


@pytest.mark.parametrize("theme", PALETTES)
def test_for_the_last_row_letters_strokes_and_marks_are_larger_and_colours_stay(theme):
    normal, large = look(theme), look(f"{theme} large")
    differing = {key for key, value in normal.items() if large[key] != value}
    assert {attribute for _, attribute in differing} == {
        "min_border_left", "axis_label_text_font_size", "major_label_text_font_size", "text_font_size", "line_width",
        "size", "axis_line_width", "major_tick_line_width", "grid_line_width", "title_text_font_size",
    }  # fmt: skip
    sizes = {(normal[key], large[key]) for key in differing if key[1].endswith("label_text_font_size")}
    assert sizes == set(zip(NORMAL, LARGE, strict=True))
    drawn = {(normal[key], large[key]) for key in differing if key[1] in ("line_width", "size")}
    assert all(after == GROWTH * before for before, after in drawn)


def test_a_bare_axis_stays_bare_in_every_look():
    bare = [
        id for id, model in everything().items()
        if model["name"].endswith("Axis") and model["attributes"].get("axis_label_text_font_size") in BARE
    ]  # fmt: skip
    assert bare
    for name in LOOKS:
        assert not {attribute for id, attribute in look(name) if id in bare and attribute.endswith("font_size")}


def test_the_document_is_built_in_the_first_look():
    """The browser puts the look on after the plots are there; until then they must not be drawn in another one."""
    models = everything()
    shown = {
        (id, key): value for (id, key), value in look("light").items() if key in ("axis_line_color", "min_border_left")
    }
    assert shown
    for (id, attribute), value in shown.items():
        held = models[id]["attributes"][attribute]
        assert (held["value"] if isinstance(held, dict) else held) == value
    assert {
        model["attributes"].get("axis_label_text_font") for model in models.values() if model["name"] == "LinearAxis"
    } == {FONT}


def test_every_quantity_is_in_the_layouts():
    layouts = constant()["layouts"]
    assert layouts.keys() == KINDS.keys()
    for kind, groups in layouts.items():
        drawn = [field["name"] for group in groups for field in group["fields"]]
        session = Session()
        session.choose({"kind": kind})
        assert ["preset", *drawn] == list(session.values())
        assert set(drawn) >= {name for name in ExpIFParameters.param if name != "name"}


def test_the_tabs_and_themes_are_told_with_the_usual_ones_first():
    assert list(constant()["tabs"]) == list(TABS)
    assert constant()["themes"] == list(PALETTES) == ["light", "dark"]
    for name, told in constant()["tabs"].items():
        assert told == {"title": TABS[name].title, "button": TABS[name].button, "views": list(TABS[name].views)}


def test_the_page_has_a_place_for_every_plot(html):
    [places] = re.findall(r'<script type="application/json" id="places">(.*?)</script>', html)
    assert json.loads(places)["root_ids"] == [f"{name}_place" for name in VIEWS]
    for name in VIEWS:
        assert html.count(f'id="{name}_place"') == 1
    for name in TABS:
        assert html.count(f'data-tab="{name}"') == 1


def test_the_page_shows_the_equation_and_leaves_places_for_what_differs(html):
    assert "<math" in html
    assert "\\tau" not in html
    for place in ("token", "theme", "files", "library"):
        assert f"@{place}@" in html
    assert "{{" not in html
    assert "{%" not in html


def test_the_page_names_no_address_outside(html):
    outside = re.sub(r"http://www\.w3\.org/[\w/]+", "", html)  # names of formats, which nobody asks for
    assert "//" not in outside.replace("application/json", "")


@pytest.fixture(scope="module")
def opening():
    return reading.read(files()["opening.bin"])


def test_the_page_opens_with_the_documented_example(opening):
    message, sources = opening
    assert message["texts"]["sentence"].startswith("17 spikes, 57.7 Hz")
    assert message["texts"]["warnings"] == message["texts"]["notices"] == []
    assert message["texts"]["caption"] == "Line: exact. Points: simulated."
    assert message["answer"] == {
        "seq": 0, "kind": "constant", "values": Session().values(), "refused": {}, "address": "",
    }  # fmt: skip
    assert len(sources["spikes"]["t"]) == 17


def test_the_opening_run_fills_every_plot_that_is_seen_first(opening):
    message, sources = opening
    seen = {*MAIN, *TABS[next(iter(TABS))].views}
    assert message["ranges"].keys() == seen
    assert {
        "trace",
        "spikes",
        "current",
        "phase_line",
        "fi_theory",
        "fi_simulated",
        "operating_point",
    } <= sources.keys()
    assert sources.keys() <= constant()["sources"].keys()
    assert len(sources["fi_simulated"]["I"]) > 1


def test_every_model_is_named_by_a_number_that_counts_from_one():
    """Bokeh's own numbers depend on what a process has done before."""
    ids = [*defined(constant()["document"]), *defined(constant()["figures"])]
    assert sorted(ids, key=lambda id: int(id[1:])) == [f"e{number}" for number in range(1, len(ids) + 1)]


UNNAMED = {
    "trace", "levels", "level_names", "current", "phase_line", "phase_zero", "drift_zero",  # by the axis, or directly
    "lag_theory", "lag_simulated",  # as in the plot of the gain above
    "noise_band", "noise_name", "fi_rheobase", "fi_rheobase_name", "phase_levels", "phase_names", "phase_distance",
    "bistable_range", "bistable_name",  # said beside them
    "map", "map_contours", "map_contours_dark", "map_numbers", "map_rheobase_rim",  # said by the colour bar, and beside
    *(f"{source}_pin{number}" for source in PINNED.values() for number in range(1, PINS + 1)),  # in their own
}  # fmt: skip


def test_every_plot_that_shows_pins_has_a_line_for_each_and_every_line_a_look():
    pins, looks = constant()["pins"], constant()["pin_looks"]
    assert pins.keys() == {f"{source}_pin{number}" for source in PINNED.values() for number in range(1, PINS + 1)}
    assert {pin["view"] for pin in pins.values()} == PINNED.keys()
    assert len({look["colour"] for look in looks}) == len({tuple(look["dashes"]) for look in looks}) == PINS


def test_every_mark_of_a_plot_is_named_in_its_legend(html):
    named = re.findall(r'<li class="absent" data-mark="(\w+)">(.*?)</li>', html)
    assert {source for source, _ in named} == set(constant()["sources"]) - UNNAMED
    for _, shown in named:
        sign, text = shown.split("</svg>")
        assert re.search(r"<(path|circle) ", sign)
        assert text.strip()


def test_a_legend_has_the_colours_of_the_plots(html):
    for name, palette in PALETTES.items():
        [declared] = re.findall(rf':root\[data-theme="{name}"\] \{{ (--plot[^}}]*)\}}', html)
        assert dict(re.findall(r"--plot-(\w+): (\S+);", declared)) == palette._asdict()
    assert set(re.findall(r"var\(--plot-(\w+)\)", html)) <= set(Palette._fields)
