"""The equation that is printed is the equation that is compiled."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model import ExpIFParameters
from model.integrators.equation import LATEX, slope
from model.parameters import Numbers


def test_the_compiled_equation_depends_on_the_symbols_of_the_printed_one_and_on_no_other_parameter():
    symbols = {ExpIFParameters.param[name].symbol: name for name in Numbers._fields}
    printed = {
        name
        for symbol, name in symbols.items()
        if re.search(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z_])", LATEX)
    }
    n = ExpIFParameters().numbers()
    counts = {name for name in Numbers._fields if slope(-55.0, 1.0, n) != slope(-55.0, 1.0, n._replace(**{name: 2.0}))}
    assert printed - {"R"} == counts
    assert {"R", "tau"} <= printed
    assert "R I" in LATEX


@given(V=st.floats(-100, -40), I=st.floats(-20, 20))
def test_the_compiled_equation_has_the_terms_of_the_printed_one(V, I):
    n = ExpIFParameters().numbers()
    leak, upswing, drive = -(V - n.V_rest), n.delta_T * np.exp((V - n.V_T) / n.delta_T), n.R * I
    assert np.isclose(slope(V, n.R * I, n) * n.tau, leak + upswing + drive)
