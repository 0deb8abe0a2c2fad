"""One of several compiled functions by its number, where all of them are compiled into the same code."""

from numba import njit


def by_number(functions):
    """Return a compiled function that calls one of these; its first argument says which."""
    first, others = functions[0], functions[1:]
    if not others:
        return njit(lambda number, *args: first(*args), forceinline=True)
    further = by_number(others)

    @njit(forceinline=True)
    def chosen(number, *args):
        if number == 0:
            return first(*args)
        return further(number - 1, *args)

    return chosen
