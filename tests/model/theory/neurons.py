"""Random legal neurons for property tests."""

from hypothesis import strategies as st

from model.parameters import ExpIFParameters, Numbers


def _between(low, high):
    return st.floats(low, high, allow_subnormal=False)


@st.composite
def any_neuron(draw):
    """Draw any legal neuron, at the corners of the hard bounds too."""
    reset, th = sorted((draw(_between(-200, 200)), draw(_between(-200, 200))))
    n = Numbers(
        V_rest=draw(_between(-200, 200)),
        V_reset=min(reset, th - 1e-3) if reset > -199 else -200.0,
        V_th=max(th, -199.0),
        V_T=draw(_between(-200, 200)),
        delta_T=draw(st.one_of(st.just(0.02), _between(0.02, 20))),
        R=draw(st.one_of(st.just(1.0), _between(0.001, 1e4))),
        tau=draw(_between(0.1, 1000)),
        tau_ref=draw(st.one_of(st.just(0.0), _between(0, 1000))),
    )
    ExpIFParameters(**n._asdict())
    return n


@st.composite
def plausible_neuron(draw):
    """Draw a neuron from the range that sliders cover; V_th may still lie below V_T, V_reset above it."""
    V_reset = draw(_between(-90, -40))
    n = Numbers(
        V_rest=draw(_between(-90, -40)),
        V_reset=V_reset,
        V_th=draw(_between(V_reset + 2.0, 30)),
        V_T=draw(_between(-70, -40)),
        delta_T=draw(_between(0.2, 8)),
        R=draw(_between(0.1, 10)),
        tau=draw(_between(1, 50)),
        tau_ref=draw(st.one_of(st.just(0.0), _between(0, 20))),
    )
    ExpIFParameters(**n._asdict())
    return n
