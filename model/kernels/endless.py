"""When a neuron spikes without end: the one rule, wherever several spikes are found within one step."""

import math

from numba import njit

MANY = 16  # spikes on end within one step, from which the interval between them is measured
MOST_IN_A_STEP = 1e5  # intervals that a step may hold; a neuron with shorter ones is refused
REGULAR = 1e-3  # of the way from V_reset to V_th: noise that goes no further in an interval does not matter there
ENDLESS = -2  # what a loop returns instead of its result


@njit(error_model="numpy")
def measured(row, since, left, h, sigma, n):
    """Count one more spike within a step, and measure the interval after each MANY, to pass over those that are alike.

    Parameters
    ----------
    row : int
        Spikes on end since the step began.
    since : float
        What was left at the first of the present MANY [ms].
    left, h : float
        What is left now, and the length of the step [ms].
    sigma : float
        All noise [mV].
    n : Numbers
        The neuron.

    Returns
    -------
    row, since : int, float
        For the next spike of this step.
    interval : float
        The interval [ms] where the next ones are like it, otherwise 0.
    more : int
        How many more of these intervals fit into what is left, 0 where none was measured; ENDLESS where they are too
        short.
    """
    row += 1
    if row % MANY == 1:
        return row, left, 0.0, 0
    if row % MANY > 0:
        return row, since, 0.0, 0
    if row > MOST_IN_A_STEP:
        return row, since, 0.0, ENDLESS
    interval = (since - left) / (MANY - 1)
    reach = sigma * math.sqrt(2.0 * interval / n.tau)
    if reach > REGULAR * (n.V_th - n.V_reset):
        return row, since, 0.0, 0
    if not interval * MOST_IN_A_STEP >= h:
        return row, since, 0.0, ENDLESS
    return row, since, interval, int(left / interval)
