"""The random numbers of a noisy current: those of a step depend on seed and step alone, so a run can go on anywhere.

They come in blocks, each with a generator of its own; within a block the numbers before a step are drawn and dropped.
"""

from __future__ import annotations

import numpy as np

BLOCK = 1 << 16  # rows; drawing half of them takes 0.6 ms
_OF_CURRENTS, _OF_BEGINNINGS = 1, 3  # apart from each other, and from the numbers for the start of a population


def rng_of(seed: int, block: int = 0) -> np.random.Generator:
    """Return the generator of a noisy current, unrelated to the noise of the membrane with the same seed."""
    return np.random.default_rng([seed, _OF_CURRENTS, block] if block else [seed, _OF_CURRENTS])


def normals(seed: int, first: int, count: int, columns: int, before: int = 0) -> np.ndarray:
    """Return rows of independent normal numbers, from row number `first` on.

    Parameters
    ----------
    seed, first, count, columns : int
        Of which seed, from which row on, how many rows, how many numbers in each.
    before : int
        Numbers of the first block that are somebody else's.

    Returns
    -------
    ndarray, shape (count, columns)
    """
    end, rows = first + count, [np.empty((0, columns))]
    for block in range(first // BLOCK, -(-end // BLOCK)):
        rng, start = rng_of(seed, block), block * BLOCK
        if block == 0:
            rng.standard_normal(before)
        drawn = rng.standard_normal((min(end - start, BLOCK), columns))
        rows.append(drawn[max(first - start, 0) :])
    return rows[1] if len(rows) == 2 else np.concatenate(rows)


def beginning(seed: int, step: int) -> float:
    """Return the normal number with which a noise begins at a step."""
    rng = np.random.default_rng([seed, _OF_BEGINNINGS, step]) if step else rng_of(seed)
    return float(rng.standard_normal())
