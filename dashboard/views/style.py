"""Colours (Okabe and Ito, distinguishable by colour-blind people), lines and axes of every plot."""

from __future__ import annotations

from typing import Any, NamedTuple

from bokeh.core.properties import value
from bokeh.models import BasicTicker
from bokeh.models.annotations import ColorBar
from bokeh.plotting import figure as Figure


class Palette(NamedTuple):
    """The colours of one theme, by their role."""

    paper: str
    ink: str
    faint: str
    ghost: str
    blue: str
    orange: str
    green: str
    vermilion: str
    purple: str
    on_dark: str = "#ffffff"  # on the colours of a map, which are the same in both themes
    on_light: str = "#10161d"


PALETTES = {
    "light": Palette("#ffffff", "#1f2933", "#d5dbe1", "#9aa5b1", "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"),
    "dark": Palette("#161b22", "#e6edf3", "#363f4a", "#7d8996", "#56B4E9", "#E69F00", "#2DC79B", "#FF7F2A", "#CC79A7"),
}


class PinLook(NamedTuple):
    """What sets the lines of a pinned run apart: a colour, by its role, and the lengths of dashes and gaps [px]."""

    colour: str
    dashes: tuple[int, ...]


PIN_LOOKS = (
    PinLook("purple", (8, 4)), PinLook("green", (2, 3)), PinLook("orange", (10, 4, 2, 4)),
    PinLook("vermilion", (14, 3, 2, 3, 2, 3)),
)  # fmt: skip

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"

BARE = ("0pt", "1px")  # sizes of hidden letters: HoloViews' own, which WebKit draws at full size, and ours
NORMAL, LARGE = ("15px", "13px"), ("20px", "17px")  # letters of the axes and of their ticks
GROWTH = 1.5  # of strokes, marks and names in the plots, where letters are large

AXES = {
    "fontsize": {"labels": NORMAL[0], "ticks": NORMAL[1]},
    "show_grid": True,
    "default_tools": ["xpan", "xwheel_zoom", "box_zoom", "reset", "save"],
    "active_tools": [],
    "padding": 0,
    "framewise": False,
    "axiswise": False,
    "xlim": (0.0, 1.0),  # until the first result: an axis without ends cannot be drawn
    "ylim": (0.0, 1.0),
}
FREQUENCY_AXES = AXES | {"xlim": (1.0, 5000.0), "logx": True}


def paint(figure: Figure, palette: Palette, large: bool = False) -> None:
    """Give a figure's surroundings the colours of a palette, and letters for the last row if asked for."""
    figure.background_fill_color = figure.border_fill_color = None  # the page shows through, whatever its theme
    figure.outline_line_color = None
    figure.toolbar.autohide = True
    figure.toolbar.logo = None
    figure.toolbar_inner = True
    # The same borders for all, so that stacked axes align.
    figure.min_border_left, figure.min_border_right = (94 if large else 76), 14
    for axis in figure.axis:
        if isinstance(axis.ticker, BasicTicker):  # a logarithmic one cannot do without its minor ticks
            axis.ticker.update(desired_num_ticks=5, num_minor_ticks=0)  # each label costs time in every frame
        axis.axis_label_text_font_style = "normal"
        if axis.axis_label_text_font_size in BARE:
            axis.axis_label, axis.major_label_text_alpha = None, 0.0
            axis.axis_label_text_font_size = axis.major_label_text_font_size = BARE[1]
        else:
            axis.axis_label_text_font_size, axis.major_label_text_font_size = LARGE if large else NORMAL
        axis.axis_label_text_font = axis.major_label_text_font = FONT
        axis.axis_label_text_color = axis.major_label_text_color = palette.ink
        axis.axis_line_color = axis.major_tick_line_color = palette.ink
        axis.axis_line_alpha = axis.major_tick_line_alpha = 1.0  # Panel's own dark theme hides them
        axis.minor_tick_line_color = None
        axis.axis_line_width = axis.major_tick_line_width = GROWTH if large else 1.0
    for bar in (each for each in figure.right if isinstance(each, ColorBar)):
        bar.title_text_font = bar.major_label_text_font = FONT
        bar.title_text_color = bar.major_label_text_color = bar.major_tick_line_color = palette.ink
        bar.title_text_font_size = bar.major_label_text_font_size = (LARGE if large else NORMAL)[1]
        bar.title_text_font_style, bar.background_fill_color = "normal", None
    for grid in figure.grid:
        grid.grid_line_color = palette.faint
        grid.grid_line_alpha = 0.6
        grid.grid_line_width = GROWTH if large else 1.0


class Sizes(NamedTuple):
    """The sizes of a glyph where letters are normal: px, but for its letters."""

    line_width: float | None
    size: float | None
    text_font_size: str | None


def sizes_of(glyph: Any) -> Sizes:
    """Return the sizes that a glyph has; None for what it has not."""
    return Sizes(*(getattr(glyph, name, None) for name in Sizes._fields))


def paint_glyph(renderer: Any, role: str, palette: Palette, sizes: Sizes, large: bool) -> None:
    """Colour a glyph; a role "blue/paper" has a blue rim around a filling in the colour of the paper."""
    rim, _, filling = role.partition("/")
    for glyph in (renderer.glyph, renderer.nonselection_glyph, renderer.selection_glyph, renderer.muted_glyph):
        properties: set[str] = getattr(glyph, "properties", set)()
        for name, colour in (("line_color", rim), ("fill_color", filling or rim), ("text_color", rim)):
            if name in properties:
                setattr(glyph, name, getattr(palette, colour))
        for name, size in sizes._asdict().items():
            if name in properties and size is not None:
                setattr(glyph, name, grown(size) if large else size)
        if "text_font" in properties:  # where the usual one is not known, Firefox takes one with serifs
            glyph.text_font = value(FONT)
        if "background_fill_color" in properties:
            glyph.background_fill_color, glyph.background_fill_alpha = palette.paper, 0.8


def grown(size: Any) -> Any:
    """Return a size for the last row: a number of px, or letters such as "12px"."""
    return f"{GROWTH * float(size.removesuffix('px')):g}px" if isinstance(size, str) else GROWTH * size
