"""Laws that hold for every method, every legal neuron and every legal input."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model import ExpIF, ExpIFParameters
from model.integrators.runge_kutta import TABLEAUS, amplification
from model.parameters import Numbers
from model.runs.schemes import SCHEMES


@st.composite
def neurons(draw):
    """A legal neuron."""
    values = {name: draw(st.floats(*ExpIFParameters.param[name].bounds)) for name in Numbers._fields}
    if values["V_reset"] >= values["V_th"]:
        values["V_reset"], values["V_th"] = min(values["V_th"], 199.0), min(values["V_th"], 199.0) + 1.0
        values["V_reset"] = values["V_th"] - 1.0
    return values


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@settings(max_examples=40, deadline=None)
@given(
    method=st.sampled_from(list(SCHEMES)),
    neuron=neurons(),
    currents=st.lists(st.floats(-1e4, 1e4), min_size=4, max_size=4),
    V_init=st.floats(-1000.0, 1000.0),
    part=st.floats(0.001, 1.9),
    seed=st.integers(0, 9),
)
@example("rk4", dict(ExpIFParameters().numbers()._asdict()), [6.62, 0.0, 10.0, 1e4], 0.0, 0.01, 0)
@example("ralston4", dict(ExpIFParameters(delta_T=0.02).numbers()._asdict()), [6.62, -1e4, 10.0, 1e4], 0.0, 1.9, 0)
def test_every_state_is_finite_whatever_the_method_the_neuron_and_the_input(
    dtype, method, neuron, currents, V_init, part, seed
):
    group = ExpIF(4, **neuron, method=method, V_init=V_init, dtype=dtype, seed=seed, monitors=["V", "t_last_spike"])
    group.sigma = 5.0 if method == "strang" else 0.0
    dt = float(np.clip(part * neuron["tau"], 2.6e-4, 5.0))
    group.run(40 * dt, dt=dt, inputs=[("input", currents), ("input", np.linspace(-1, 1, 200), "iter", "*")])
    assert np.isfinite(group.mon.V).all()
    assert np.isfinite(group.mon.t_last_spike).all()
    assert (group.mon.V <= np.dtype(dtype).type(neuron["V_th"])).all()


@pytest.mark.parametrize("name", TABLEAUS)
def test_a_tableau_is_consistent_and_has_the_order_it_claims(name):
    """The stability polynomial of an explicit scheme of order p agrees with exp(-h) up to h**p."""
    scheme = TABLEAUS[name]
    assert scheme.b.sum() == pytest.approx(1.0, abs=1e-7)
    assert np.allclose(np.triu(scheme.a), 0.0)
    errors = np.array([abs(amplification(scheme, h) - np.exp(-h)) for h in (0.2, 0.1)])
    assert np.log2(errors[0] / errors[1]) == pytest.approx(scheme.order + 1, abs=0.1)


@pytest.mark.parametrize("name", [name for name in SCHEMES])
def test_halving_the_step_divides_the_error_by_two_to_the_order(name):
    order = {"exponential_euler": 1, "strang": 2}.get(name) or TABLEAUS[name].order

    def after(dt):
        group = ExpIF(1, method=name, V_init=-65.0)
        group.run(8.0, dt=dt, inputs=("input", 10.0))
        assert group.count[0] == 0
        return group.V[0]

    exact = _by_quadrature(8.0)
    errors = [abs(after(dt) - exact) for dt in (0.2, 0.1)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.35)


def _by_quadrature(t):
    """V at time t from -65 mV at I = 10: the V at which the time it takes, an integral over 1/f, is t."""
    from scipy.integrate import solve_ivp

    p = ExpIFParameters().numbers()
    found = solve_ivp(
        lambda _, V: (p.V_rest - V + p.delta_T * np.exp((V - p.V_T) / p.delta_T) + 10.0) / p.tau,
        (0.0, t), [-65.0], method="DOP853", rtol=1e-13, atol=1e-13,
    )  # fmt: skip
    return found.y[0, -1]


@pytest.mark.parametrize("V_reset", [-30.0001, -30.0 - 1e-13])
def test_one_neuron_that_spikes_without_end_is_refused_and_leaves_the_group_as_it_was(V_reset):
    group = ExpIF(2, V_reset=[-68.0, V_reset], V_th=-30.0, tau_ref=0.0, method="strang", V_init=-65.0)
    with pytest.raises(ValueError, match="spikes without end"):
        group.run(30.0, inputs=("input", 20.0))
    assert group.V.tolist() == [-65.0, -65.0]
    assert group.count.tolist() == [0, 0]
