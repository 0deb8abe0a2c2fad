"""The reference values: about 1,300 numbers for three neurons, each found by two independent methods."""

import json
from functools import cache
from pathlib import Path

from model.parameters import Numbers

FILE = Path(__file__).parents[2] / "data" / "theory.json"


@cache
def _rows():
    return json.loads(FILE.read_text())["values"]


def rows(quantity):
    """Yield (neuron, row) for every reference value of this quantity, overrides of the neuron applied.

    V_th = "inf" becomes 200 mV, the highest legal cut-off: the missing tail takes exp(-59) of tau.
    """
    found = [row for row in _rows() if row["quantity"] == quantity]
    assert found, f"no reference value is called {quantity}"
    for row in found:
        override = {name: row[name] for name in ("V_th", "delta_T") if name in row}
        if override.get("V_th") == "inf":
            override["V_th"] = 200.0
        yield Numbers(**{**row["params"], **override}), row


def worst_error(quantity, compute):
    """Return the largest error of compute(neuron, current, row) over a quantity, in units of each tolerance."""
    worst = 0.0
    for neuron, row in rows(quantity):
        error = abs(compute(neuron, row.get("m", 0.0) / neuron.R, row) / row["value"] - 1.0)
        worst = max(worst, error / row["rel_tol"])
    return worst
