"""When a neuron spikes without end: the one rule, for every kernel that finds several spikes within one step."""

from numba import njit

MANY = 16  # spikes on end within one step, from which the interval between them is measured
MOST_IN_A_STEP = 1e5  # intervals that a step may hold; a neuron with shorter ones is refused
ENDLESS = -2  # what a kernel returns instead of its result
SENTENCE = (
    "This neuron spikes without end, a hundred thousand times and more within one step: tau_ref is nearly 0, and "
    "V_reset is close to V_th or far up the upswing, or the current very strong. Raise tau_ref, or lower V_reset "
    "or the current."
)


@njit(error_model="numpy")
def measured(row, since, left, h):
    """Count one more spike within a step, and measure the interval at the last of MANY.

    Parameters
    ----------
    row : int
        Spikes on end since the step began, or since the last measurement.
    since : float
        What was left at the first of them [ms].
    left, h : float
        What is left now, and the length of the step [ms].

    Returns
    -------
    row, since : int, float
        For the next spike of this step.
    interval : float
        The interval [ms] where it was measured, otherwise 0.
    more : int
        How many more of these intervals fit into what is left, 0 where none was measured; ENDLESS where they are too
        short.
    """
    row += 1
    if row == 1:
        since = left
    if row < MANY:
        return row, since, 0.0, 0
    interval = (since - left) / (MANY - 1)
    if not interval * MOST_IN_A_STEP >= h:
        return 0, since, 0.0, ENDLESS
    return 0, since, interval, int(left / interval)
