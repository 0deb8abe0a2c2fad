"""How Sphinx builds the site: `make docs` runs it, without a network, and takes every warning for an error."""

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "building"))

declared = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]

project = "How a neuron fires"
author = "The ExpIF dashboard developers"
copyright = f"{author}, BSD-3-Clause licence"  # Sphinx asks for this name
version = release = declared["version"]
language = "en"

extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser", "mathml", "api", "gallery"]
exclude_patterns = ["building", "gallery"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # the docstrings give shapes and units as well
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # autodoc lists them
toc_object_entries = False
add_module_names = False
default_role = "literal"  # `V` in a docstring is code

html_theme = "alabaster"
html_title = f"{project} {release}"
html_math_renderer = "mathml"
html_css_files = ["custom.css"]
html_static_path = ["_static"]
html_copy_source = False
html_theme_options = {
    "description": "The exponential integrate-and-fire neuron: exact theory beside every simulation.",
    "fixed_sidebar": True,
    "page_width": "72rem",
    "sidebar_width": "17rem",
    "show_powered_by": False,
    "font_family": "system-ui, sans-serif",
    "head_font_family": "system-ui, sans-serif",
}
