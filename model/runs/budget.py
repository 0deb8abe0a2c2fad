"""How much work one call may ask for: checked before anything is allocated."""

from __future__ import annotations

from typing import NamedTuple

from model.sentences import say


class Budget(NamedTuple):
    """The most work that one call may ask for.

    Attributes
    ----------
    neuron_steps : int
        Steps times neurons.
    output_points : int
        Numbers kept in the result.
    """

    neuron_steps: int
    output_points: int


SPIKE = 75  # steps that cost as much as one spike between the steps: 0.3 microseconds beside 4 nanoseconds
PART = 25  # and so for a part of a divided step
LIBRARY = Budget(neuron_steps=20_000_000_000, output_points=50_000_000)


def check_work(
    budget: Budget,
    *,
    steps: int,
    neurons: int = 1,
    output_points: int = 0,
    pieces: int = 1,
    spikes: float = 0.0,
    divided: float = 0.0,
) -> None:
    """Raise ValueError, in a sentence, where the work asked for exceeds `budget`.

    Parameters
    ----------
    budget : Budget
        What is allowed.
    steps, neurons : int
        Steps of one neuron, and how many neurons take them.
    output_points : int
        Numbers the result would hold.
    pieces : int
        Parts into which the scheme divides each step.
    spikes : float
        The most spikes one neuron can have. They count where they are more than its steps; fewer cost less than these.
    divided : float
        Parts of one neuron's steps that noise makes it go through one by one.
    """
    many = spikes > steps * pieces
    work = (steps * pieces + (SPIKE * spikes if many else 0.0) + PART * divided) * neurons
    if work > budget.neuron_steps:
        remedy = say("a longer tau_ref") if many else say("a longer tau") if pieces > 1 else say("a larger dt")
        raise ValueError(say(
            "This run is too long: {steps} steps{parts} for {neurons} neuron(s){bursts} are {work:.3g} neuron-steps, "
            "and {most:.3g} are allowed. Choose a shorter duration, {remedy} or fewer neurons.",
            steps=steps, neurons=neurons, work=work,
            parts=say(", each in {pieces} parts because dt is long beside tau,", pieces=pieces) if pieces > 1 else "",
            bursts=say(" with up to {spikes:.3g} spikes each", spikes=spikes) if many else "",
            most=budget.neuron_steps, remedy=remedy,
        ))  # fmt: skip
    if output_points > budget.output_points:
        raise ValueError(say(
            "This run would return {points:.3g} numbers, and {most:.3g} are allowed. "
            "Choose a shorter duration, a larger dt or fewer neurons.", points=output_points, most=budget.output_points,
        ))  # fmt: skip
