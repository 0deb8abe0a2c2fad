"""What `panel serve dashboard` looks for; `dashboard.page` builds the page once, `dashboard.serving` serves it.

This script would run once per visitor. It runs only where something else than `panel serve` on this folder asks for it,
and then says what to do.
"""

import panel as pn

pn.pane.Markdown("Serve the folder: `panel serve dashboard`, or `python -m dashboard`.").servable()
