"""How much work one call may ask for: checked before anything is allocated."""

from __future__ import annotations

from typing import NamedTuple


class Budget(NamedTuple):
    """The most work one call may ask for.

    Attributes
    ----------
    neuron_steps : int
        Steps times neurons.
    output_points : int
        Numbers kept in the result.
    """

    neuron_steps: int
    output_points: int


LIBRARY = Budget(neuron_steps=20_000_000_000, output_points=50_000_000)


def check_work(budget: Budget, *, steps: int, neurons: int = 1, output_points: int = 0) -> None:
    """Raise ValueError, in a sentence, where the work asked for exceeds `budget`.

    Parameters
    ----------
    budget : Budget
        What is allowed.
    steps, neurons : int
        Steps of one neuron, and how many neurons take them.
    output_points : int
        Numbers the result would hold.
    """
    if steps * neurons > budget.neuron_steps:
        raise ValueError(
            f"This run is too long: {steps} steps for {neurons} neuron(s) are {steps * neurons:.3g} neuron-steps, "
            f"and {budget.neuron_steps:.3g} are allowed. Choose a shorter duration, a larger dt or fewer neurons."
        )
    if output_points > budget.output_points:
        raise ValueError(
            f"This run would return {output_points:.3g} numbers, and {budget.output_points:.3g} are allowed. "
            f"Choose a shorter duration, a larger dt or fewer neurons."
        )
