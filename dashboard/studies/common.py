"""What the studies share."""

from __future__ import annotations

import numpy as np

from dashboard.session import Snapshot
from model.parameters import ExpIFParameters

EMPTY = np.zeros(0)


def neuron(choice: Snapshot) -> ExpIFParameters:
    """Return the parameters of the chosen neuron."""
    return ExpIFParameters(**choice.neuron._asdict())


def current(choice: Snapshot) -> float:
    """Return the constant current [nA] a study looks at: the main current, whatever its course in time."""
    return float(dict(choice.stimulus)["I"])


def percent(done: float) -> str:
    """Say how far a study is; nothing when it is finished."""
    return f" Simulating: {100 * done:.0f} %." if done < 1 else ""
