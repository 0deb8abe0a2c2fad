"""Radau IIA collocation: its nodes and weights, and the linear system of one panel."""

import numpy as np

from model.kernels.compile import kernel

STAGES = 8  # order 15


def _radau(stages):  # noqa: ANN202
    """Return nodes and integration matrix of Radau IIA on (0, 1]; the last row holds the quadrature weights."""
    series = np.polynomial.legendre.Legendre
    nodes = (series.basis(stages) - series.basis(stages - 1)).roots()
    nodes[-1] = 1.0
    basis = np.polynomial.legendre.legvander(nodes, stages - 1)
    integrals = np.stack([(series.basis(k).integ(lbnd=-1.0))(nodes) for k in range(stages)], axis=1)
    return (nodes + 1.0) / 2.0, np.ascontiguousarray(integrals @ np.linalg.inv(basis) / 2.0)


NODES, INTEGRATION = _radau(STAGES)


@kernel
def solve(matrix, right) -> None:
    """Solve linear equations in place by Gaussian elimination with row exchange; right (n, k) becomes the solution."""
    size, columns = right.shape
    for k in range(size):
        pivot = k
        for i in range(k + 1, size):
            if abs(matrix[i, k]) > abs(matrix[pivot, k]):
                pivot = i
        if pivot != k:
            for j in range(k, size):
                matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
            for j in range(columns):
                right[k, j], right[pivot, j] = right[pivot, j], right[k, j]
        for i in range(k + 1, size):
            factor = matrix[i, k] / matrix[k, k]
            for j in range(k + 1, size):
                matrix[i, j] -= factor * matrix[k, j]
            for j in range(columns):
                right[i, j] -= factor * right[k, j]
    for k in range(size - 1, -1, -1):
        for j in range(columns):
            total = right[k, j]
            for i in range(k + 1, size):
                total -= matrix[k, i] * right[i, j]
            right[k, j] = total / matrix[k, k]
