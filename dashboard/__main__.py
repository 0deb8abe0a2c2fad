"""`python -m dashboard [panel serve flags]`: serves the page from any folder."""

import sys
from pathlib import Path

from panel.command import main

if __name__ == "__main__":
    sys.argv = ["panel", "serve", str(Path(__file__).parent), *sys.argv[1:]]  # main looks nowhere else
    main()
