"""Own measures that worker processes can import, and a program that is killed in the middle of its map."""

import multiprocessing
import os
import sys
import time
from pathlib import Path

import numpy as np

from model import ExpIFParameters, maps

GRID = {"tau": np.linspace(5.0, 20.0, 6), "I": np.linspace(0.0, 20.0, 200)}
NOISE = {"sigma": 2.0, "duration": 100.0}


def counted(p, I, seed, folder=""):
    """Twice the current; leaves a file for every call, named by neuron and current."""
    Path(folder, f"{p.tau}-{I[0]}-{I.size}-{time.monotonic_ns()}").touch()
    return {"twice": 2.0 * I, "draw": np.random.default_rng(seed).random(I.size)}


def slow(p, I, seed, folder=""):
    """The same, and takes a while."""
    time.sleep(0.1)
    return counted(p, I, seed, folder)


def deadly(p, I, seed, folder="", lives=1):
    """The same, but ends the first worker processes that compute it."""
    used = len(list(Path(folder).glob("died*")))
    if multiprocessing.parent_process() is not None and used < lives:
        Path(folder, f"died{used}").touch()
        os._exit(1)
    return 2.0 * I


def failing(p, I, seed):
    """Fails at strong currents."""
    if I.max() > 15.0:
        raise ZeroDivisionError("too strong for me.")
    return I


if __name__ == "__main__":
    maps.sweep(ExpIFParameters(), GRID, slow, options={"folder": sys.argv[2]}, store=sys.argv[1], points=64)
