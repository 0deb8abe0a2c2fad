"""The way into the loops over neurons: every neuron of a part over many steps, tile by tile."""

from model.kernels import between, grid
from model.kernels.compile import kernel
from model.kernels.tile import WIDTH, part

LONGEST = 1 << 24  # steps at a time, which are counted in the precision of the run


@kernel
def advance_on_grid(lo, hi, start, stop, clock, scheme, noise, p, state, inputs, records, spikes):
    """Run neurons `lo` to `hi` over the steps `start` to `stop` of a run by the documented update rule, in place.

    Several parts may run at once: none touches what belongs to another, but for `spikes`, of which each needs its own.

    Parameters
    ----------
    lo, hi : int
        The neurons.
    start, stop : int
        Steps, counted from the start of the run.
    clock : Clock
    scheme : Scheme
    noise : Noise
    p : ndarray, shape (parameters, 1) or (parameters, num)
        Rows in the order of `Numbers`.
    state : State
    inputs : Inputs
    records : Records
    spikes : Spikes

    Returns
    -------
    int
        -1, or a step at which an input or V left its limits, or ENDLESS: the run is then worth nothing.
    """
    for begin in range(start, stop, LONGEST):
        end = min(begin + LONGEST, stop)
        for first in range(lo, hi, WIDTH):
            tile = part(state, first, min(first + WIDTH, hi))
            failed = grid.run(first, begin, end, clock, scheme, noise, p, tile, inputs, records, spikes)
            if failed != -1:
                return failed
    return -1


@kernel
def advance_between(lo, hi, start, stop, clock, noise, p, state, inputs, records, spikes):
    """Run neurons by the splitting; the rest is as for `advance_on_grid`."""
    for first in range(lo, hi, WIDTH):
        tile = part(state, first, min(first + WIDTH, hi))
        failed = between.run(first, start, stop, clock, noise, p, tile, inputs, records, spikes)
        if failed != -1:
            return failed
    return -1
