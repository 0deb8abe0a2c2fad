"""Tuples of numbers that lie in the rows of an array, one neuron a column; and tuples of arrays, a part of each."""

from numba import njit


def reader(kind, first=0):
    """Return a compiled function of (rows, i): column i as a named tuple of this kind, whose first field is a row."""
    column = _column(first, len(kind._fields))

    @njit(inline="always", error_model="numpy")
    def read(rows, i):
        return kind(*column(rows, i))

    return read


def _column(first, count):
    """Return a compiled function of (rows, i): `count` rows of column i as a tuple, each read by a constant index."""
    if count == 0:
        return njit(lambda rows, i: (), inline="always")
    before, last = _column(first, count - 1), first + count - 1

    @njit(inline="always", error_model="numpy")
    def read(rows, i):
        return before(rows, i) + (rows[last, i],)  # noqa: RUF005 # numba knows no star in a tuple

    return read


def cutter(kind):
    """Return a compiled function of (arrays, lo, hi): a named tuple of this kind, elements lo to hi of each array."""
    parts = _parts(len(kind._fields))

    @njit
    def cut(arrays, lo, hi):
        return kind(*parts(arrays, lo, hi))

    return cut


def _parts(count):
    """Return a compiled function of (arrays, lo, hi): elements lo to hi of the first `count` arrays, as a tuple."""
    if count == 0:
        return njit(lambda arrays, lo, hi: ())
    before, last = _parts(count - 1), count - 1

    @njit
    def parts(arrays, lo, hi):
        return before(arrays, lo, hi) + (arrays[last][lo:hi],)  # noqa: RUF005

    return parts
