"""What `panel serve dashboard` looks for. The page is built once, by `dashboard.page`, and served by `dashboard.serving`.

This script would run once per visitor. It runs only where something else than `panel serve` on this folder asks for it,
and then says what to do.
"""

import panel as pn

pn.pane.Markdown("Serve the folder: `panel serve dashboard`, or `python -m dashboard`.").servable()
