"""One recorded run: 300 ms at dt 0.01, V kept for every step. `python benchmarks/trace.py`."""

from __future__ import annotations

import numpy as np
from timing import least, machine, table

from model import ExpIFParameters, simulate
from model.stimuli import Sine


def main() -> None:
    """Measure and print."""
    p, sine = ExpIFParameters(), Sine()
    samples = np.random.default_rng(1).normal(5.0, 2.0, 30_000)
    seconds = least(
        {
            "euler, constant current": lambda: simulate(p, 10.0, 300.0, 0.01, "euler"),
            "strang, constant current": lambda: simulate(p, 10.0, 300.0, 0.01),
            "strang, sine": lambda: simulate(p, sine, 300.0, 0.01),
            "strang, a new current every step": lambda: simulate(p, samples, 300.0, 0.01),
            "strang, noise of 2 mV": lambda: simulate(p, 10.0, 300.0, 0.01, sigma=2.0, seed=1),
            "strang, constant current, dt 0.1 (the page)": lambda: simulate(p, 10.0, 300.0, 0.1),
        },
        repeats=60,
    )
    print(machine())
    table("simulate, 300 ms, dt 0.01 ms, every step recorded", seconds, "strang, constant current", 3e4)


if __name__ == "__main__":
    main()
