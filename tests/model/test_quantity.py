"""Refusals quote what was given as the student wrote it."""

import numpy as np
import pytest

from model import ExpIFParameters, simulate
from model.quantity import shorten


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        (np.float64(1e9), "1000000000.0"),
        (np.int64(-3), "-3"),
        (np.bool_(True), "True"),
        (np.str_("fast"), "'fast'"),
        (0.5, "0.5"),
        ("x" * 100, "'" + "x" * 38 + "…"),
    ],
)
def test_a_refused_value_is_quoted_as_a_plain_python_value(value, quoted):
    assert shorten(value) == quoted


def test_a_refused_numpy_number_reads_like_a_number():
    with pytest.raises(ValueError, match=r"dt must be between .* ms; 1000000000\.0 was given\."):
        simulate(ExpIFParameters(), 10.0, dt=np.float64(1e9))
