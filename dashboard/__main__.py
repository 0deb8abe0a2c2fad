"""Serves the page from any folder: `python -m dashboard [--class] [--embed-in ORIGIN] [--visitors N]`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from panel.command import main as panel_main


def arguments(given: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the arguments for `panel serve` and the settings for our server."""
    parser = argparse.ArgumentParser(
        prog="python -m dashboard", description=__doc__, epilog="Every other flag goes to `panel serve`.",
        allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("--class", dest="together", action="store_true",
                        help="serve everyone in this network; print the address, with a picture to scan")  # fmt: skip
    parser.add_argument("--embed-in", metavar="ORIGIN", action="append", default=[],
                        help="a site whose pages may show this one in a frame, as https://name")  # fmt: skip
    parser.add_argument("--visitors", type=int, metavar="N", help="how many visitors one process serves at a time")
    chosen, rest = parser.parse_known_args(given)
    settings = {}
    if chosen.together:
        settings["EXPIF_CLASS"] = "yes"
        if not any(each.split("=")[0] == "--address" for each in rest):
            rest = ["--address", "0.0.0.0", *rest]
    if chosen.embed_in:
        settings["EXPIF_EMBEDDED_IN"] = " ".join(chosen.embed_in)
    if chosen.visitors is not None:
        settings["EXPIF_VISITORS"] = str(chosen.visitors)
    return ["panel", "serve", str(Path(__file__).parent), *rest], settings


if __name__ == "__main__":
    sys.argv, settings = arguments(sys.argv[1:])  # panel's main looks nowhere else
    os.environ.update(settings)
    panel_main()
