"""What a scheme on the time grid is: how its file declares it."""

from collections.abc import Callable
from typing import Any, NamedTuple


class OnGrid(NamedTuple):
    """A scheme whose steps begin and end on the time grid.

    Attributes
    ----------
    kind : type
        A named tuple of floats: what a step needs of a neuron.
    constants : callable
        Compiled, (numbers, dt) -> kind; called once for each neuron of a run.
    step : callable
        Compiled, (V, RI, constants, weights) -> V after the step [mV], the input held. What is not finite is an upswing
        that ran away within the step, which is a spike.
    weights : ndarray
        At most `WEIGHTS` numbers that each step is handed, times dt.
    stages : int
        How often a step asks for the exponential.
    """

    kind: Any
    constants: Callable
    step: Callable
    weights: Any = ()
    stages: int = 1


WEIGHTS = 10
