"""The page with a simulation that takes 60 ms longer: `python benchmarks/slowed.py --port P`."""

import sys
import time
from pathlib import Path

from panel.command import main

from dashboard.serving import preparation


def slow_down() -> None:
    """Have every run sleep."""
    from dashboard.serving import visitor

    compute = visitor.compute

    def slowed(choice):
        time.sleep(0.06)
        return compute(choice)

    visitor.compute = slowed


class Slowed(preparation.Preparation):
    """Slows the program down once it is loaded."""

    def _open(self, files) -> None:
        if not self.answering:
            slow_down()
        super()._open(files)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print("A slow page to try things on, served at the port given by --port; it measures nothing.")
        sys.exit()
    from dashboard.serving import site

    site.Preparation = Slowed
    sys.argv = ["panel", "serve", str(Path(__file__).parent.parent / "dashboard"), *sys.argv[1:]]
    main()
