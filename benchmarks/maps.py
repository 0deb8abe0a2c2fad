"""Maps: what a sweep costs beside the bare kernel, with a store, with two workers; and how fast exact maps are."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from distributed import Client, LocalCluster
from timing import least, machine

from model import ExpIFParameters, fi_curve, maps
from model.maps import layout
from model.maps.keeping import new_store
from model.maps.measures import seed_from
from model.maps.piece import computed, cut
from model.maps.request import checked_request

P = ExpIFParameters()
I = np.linspace(0.0, 20.0, 256)
GRID = {"delta_T": np.linspace(0.5, 8.0, 16), "I": I}
NOISE = {"sigma": 2.0, "duration": 8000.0}
STEPS = 16 * 256 * 80_000
EXACT = {"delta_T": np.linspace(0.5, 8.0, 1000), "I": np.linspace(0.0, 20.0, 1000)}
PAGE = {"V_T": np.linspace(-64.0, -50.0, 60), "delta_T": np.linspace(0.5, 8.0, 40)}


def bare() -> None:
    """The same neurons by `fi_curve`, one call for each row."""
    for k, delta_T in enumerate(GRID["delta_T"]):
        fi_curve(P.numbers()._replace(delta_T=delta_T), I, seed=seed_from(0, k), threads=1, **NOISE)


def piece_costs(folder: Path) -> tuple[float, float]:
    """Seconds that keeping and handing out a piece take, without the work in it, and that a done piece takes."""
    grid = {"tau": np.linspace(5.0, 20.0, 200), "I": np.linspace(0.0, 20.0, 64)}
    request = checked_request(P, grid, "rate", {"duration": 1.0}, 0, "cpu")
    part = computed(cut(request, (0, 0), (1, 64)))
    kept = new_store(request, folder / "kept", ("rate", "rate_error"), (1, 64))
    begun = time.perf_counter()
    for k in range(200):
        kept.keep((k, 0), part)
    each = (time.perf_counter() - begun) / 200
    begun = time.perf_counter()
    maps.sweep(P, grid, "rate", options={"duration": 1.0}, store=folder / "kept")
    return each, (time.perf_counter() - begun) / 200


def mapped() -> None:
    """The same neurons by `sweep`."""
    maps.sweep(P, GRID, "rate", options=NOISE, points=512)


def processor_time(run: Callable[[], None]) -> float:
    """The least seconds of processor time of two runs, which a busy machine disturbs less."""
    best = float("inf")
    for _ in range(2):
        begun = time.process_time()
        run()
        best = min(best, time.process_time() - begun)
    return best


def handed_out(client: Client) -> float:
    """Seconds that a piece without work takes on a cluster: what the scheduler and this process do for it."""
    grid = {"tau": np.linspace(5.0, 20.0, 400), "I": np.linspace(0.0, 20.0, 64)}
    begun = time.perf_counter()
    maps.sweep(P, grid, "exact", points=64, client=client)
    return (time.perf_counter() - begun) / 400


def main() -> None:
    """Measure and print."""
    print(machine())
    folder = Path(tempfile.mkdtemp())
    try:
        seconds = least(
            {
                "fi_curve, a call for each row": bare,
                "sweep, one worker": mapped,
            },
            repeats=3,
        )
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
            Client(cluster) as client,
        ):
            seconds |= least(
                {
                    "sweep, one worker (again)": mapped,
                    "sweep, a cluster of two workers": lambda: maps.sweep(
                        P, GRID, "rate", options=NOISE, points=512, client=client
                    ),
                },
                repeats=3,
            )
            given = min(handed_out(client) for _ in range(3))
        print(f"\n{STEPS:.2g} neuron-steps under noise\n{'':40}{'s':>8}{'ns/step':>10}{'ratio':>8}")
        for name, t in seconds.items():
            print(f"{name:40}{t:8.2f}{1e9 * t / STEPS:10.2f}{seconds['fi_curve, a call for each row'] / t:8.2f}")
        ratio = processor_time(mapped) / processor_time(bare)
        print(f"processor time of the map over that of the bare kernel: {ratio:.2f}")
        exact = least(
            {
                "1e6 exact rates, over I and delta_T": lambda: maps.sweep(P, EXACT, "exact"),
                "60 x 40 exact rates, over V_T and delta_T": lambda: maps.sweep(P, PAGE, "exact", options={"I": 5.0}),
                "1e4 exact rates and CVs under noise": lambda: maps.sweep(
                    P, {"I": np.linspace(0, 20, 200), "delta_T": np.linspace(0.5, 8, 50)}, "exact_noise",
                    options={"sigma": 2.0},
                ),
            },
            repeats=3,
        )  # fmt: skip
        print(f"\n{'':46}{'ms':>10}")
        for name, t in exact.items():
            print(f"{name:46}{1e3 * t:10.1f}")
        written, done = piece_costs(folder)
        print(f"{'keeping one piece of two variables':46}{1e3 * written:10.2f}")
        print(f"{'handing one out to a cluster, and back':46}{1e3 * given:10.2f}")
        print(f"{'of the second of work in a piece, in %':46}{100 * (written + given) / layout.WORK:10.2f}")
        print(f"{'finding that a piece is done, and reading it':46}{1e3 * done:10.2f}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
