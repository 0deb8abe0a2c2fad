"""Every quantity of the ExpIF neuron, declared once."""

from __future__ import annotations

from typing import Any

import param

from model.integrators.equation import Numbers
from model.quantity import Quantity
from model.sentences import say


def check_order(V_reset: float, V_th: float) -> None:
    """Raise ValueError, in a sentence, unless the reset [mV] lies below the spike cut-off [mV]."""
    if not V_reset < V_th:
        raise ValueError(say(
            "V_reset must lie below V_th, or the neuron would spike without end; "
            "V_reset is {V_reset:g} mV and V_th is {V_th:g} mV.", V_reset=V_reset, V_th=V_th,
        ))  # fmt: skip


class ExpIFParameters(param.Parameterized):
    """The parameters of one exponential integrate-and-fire neuron.

    Units: mV, MOhm, ms (so that R times a current in nA is in mV). Defaults are those of BrainModels' `ExpIF`.
    A value out of bounds raises ValueError and changes nothing, as does V_reset at or above V_th;
    `change` sets several values at once, all or none.
    """

    V_rest = Quantity(-65.0, bounds=(-200.0, 200.0), softbounds=(-90.0, -40.0), step=0.1, unit="mV",
                      symbol=r"V_\mathrm{rest}", label="Resting potential",
                      doc="Where the leak alone pulls the membrane potential.")  # fmt: skip
    V_reset = Quantity(-68.0, bounds=(-200.0, 200.0), softbounds=(-90.0, -40.0), step=0.1, unit="mV",
                       symbol=r"V_\mathrm{reset}", label="Reset potential",
                       doc="Where the membrane potential is put after a spike, and held for tau_ref.")  # fmt: skip
    V_th = Quantity(-30.0, bounds=(-200.0, 200.0), softbounds=(-60.0, 30.0), step=0.1, unit="mV",
                    symbol=r"V_\mathrm{th}", label="Spike cut-off",
                    doc="A spike is counted when V reaches this value. High up it hardly matters.")  # fmt: skip
    V_T = Quantity(-59.9, bounds=(-200.0, 200.0), softbounds=(-70.0, -40.0), step=0.1, unit="mV",
                   symbol="V_T", label="Threshold",
                   doc="Where the upswing balances the leak: a current that lifts V beyond it fires.")  # fmt: skip
    delta_T = Quantity(3.48, bounds=(0.02, 20.0), softbounds=(0.2, 8.0), step=0.01, unit="mV",
                       symbol=r"\Delta_T", label="Spike slope factor",
                       doc="How gradually the spike starts; towards 0 the neuron is a leaky one.")  # fmt: skip
    R = Quantity(1.0, bounds=(0.001, 10000.0), softbounds=(0.1, 10.0), step=0.1, unit="MOhm",
                 symbol="R", label="Resistance",
                 doc="Of the membrane: how many mV one nA of input is worth.")  # fmt: skip
    tau = Quantity(10.0, bounds=(0.1, 1000.0), softbounds=(1.0, 50.0), step=0.1, unit="ms",
                   symbol=r"\tau", label="Time constant",
                   doc="Of the membrane: how slowly it follows its input.")  # fmt: skip
    tau_ref = Quantity(1.7, bounds=(0.0, 1000.0), softbounds=(0.0, 20.0), step=0.1, unit="ms",
                       symbol=r"\tau_\mathrm{ref}", label="Refractory period",
                       doc="How long V stays at V_reset after a spike; the rate cannot exceed 1/tau_ref.")  # fmt: skip

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self._check_together()
        self._consistent = (self.V_reset, self.V_th)

    def change(self, **values: Any) -> None:
        """Set several parameters at once: all of them, or none.

        Parameters
        ----------
        **values : float
            New values by name of the parameter, each in its unit.

        Raises
        ------
        ValueError
            If a value is out of bounds, or V_reset would not lie below V_th; nothing is changed then.
        """
        type(self)(**{**self.numbers()._asdict(), **values})
        self.param.update(**values)

    def numbers(self) -> Numbers:
        """Return the present values as an immutable tuple of floats."""
        return Numbers(*(float(getattr(self, name)) for name in Numbers._fields))

    def _check_together(self) -> None:
        """Raise ValueError unless V_reset lies below V_th."""
        check_order(self.V_reset, self.V_th)

    # Runs before every other watcher (a depends-watcher has negative precedence), so nobody sees a refused set.
    @param.depends("V_reset", "V_th", watch=True)
    def _keep_consistent(self) -> None:
        """Put V_reset and V_th back, and raise ValueError, where they do not fit together."""
        try:
            self._check_together()
        except ValueError:
            with param.parameterized.discard_events(self):
                self.param.update(V_reset=self._consistent[0], V_th=self._consistent[1])
            raise
        self._consistent = (self.V_reset, self.V_th)
