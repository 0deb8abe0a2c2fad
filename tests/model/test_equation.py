"""The equation that is printed is the equation that is compiled."""

import inspect
import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model import ExpIFParameters
from model.integrators.drift import LATEX, slope
from model.parameters import Numbers


def test_every_symbol_of_the_printed_equation_is_an_argument_of_the_compiled_one():
    symbols = {ExpIFParameters.param[name].symbol: name for name in Numbers._fields}
    printed = {
        name
        for symbol, name in symbols.items()
        if re.search(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z_])", LATEX)
    }
    arguments = set(inspect.signature(slope).parameters)
    assert printed - {"R"} == arguments - {"V", "RI"}
    assert {"R", "tau"} <= printed
    assert "R I" in LATEX


@given(V=st.floats(-100, -40), I=st.floats(-20, 20))
def test_the_compiled_equation_has_the_terms_of_the_printed_one(V, I):
    n = ExpIFParameters().numbers()
    leak, upswing, drive = -(V - n.V_rest), n.delta_T * np.exp((V - n.V_T) / n.delta_T), n.R * I
    assert np.isclose(slope(V, n.R * I, n.V_rest, n.V_T, n.delta_T, n.tau) * n.tau, leak + upswing + drive)
