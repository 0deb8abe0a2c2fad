"""The schemes on the time grid: each is a file of its own, and named here."""

from model.integrators import exponential_euler, runge_kutta

ON_GRID = {**runge_kutta.SCHEMES, **exponential_euler.SCHEMES}
STEPS = tuple(dict.fromkeys((scheme.kind, scheme.constants, scheme.step) for scheme in ON_GRID.values()))
