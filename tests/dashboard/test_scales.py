"""Between neurons of the literature currents differ by decades: defaults, ranges and steps follow the preset."""

import numpy as np
import pytest

from dashboard.axes import current_range
from dashboard.result import compute
from dashboard.scales import FIRST, follows, in_whole_steps, pulse, scale
from dashboard.session import Session, members
from model import ExpIFParameters, simulate, theory
from model.presets import PRESETS
from model.quantity import Quantity
from model.run_settings import RunSettings
from model.stimuli import KINDS, Pulses

OTHERS = [key for key in PRESETS if key != FIRST]


def numbers(kind):
    """The inputs of a kind that are numbers with a slider, with their owners."""
    return {name: owner for name, owner in members(kind).items() if isinstance(owner.param[name], Quantity)}


@pytest.mark.parametrize("kind", KINDS)
def test_for_the_first_preset_they_are_as_declared(kind):
    for name, owner in numbers(kind).items():
        declared = owner.param[name]
        assert scale(owner, name) == (declared.default, *map(float, declared.get_soft_bounds()), declared.step or 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_opens_spiking_with_every_kind_of_current(preset, kind):
    session = Session()
    assert session.choose({"preset": preset, "kind": kind}) == {}
    assert compute(session.snapshot()).trace.spikes.size >= 2


@pytest.mark.parametrize("preset", PRESETS)
def test_the_slider_of_the_current_covers_about_twelve_rheobases(preset):
    _, low, high, step = scale(KINDS["constant"], "I", preset)
    rheobase = theory.rheobase(PRESETS[preset].neuron)
    assert low == 0
    assert 12 * rheobase <= high <= 19 * rheobase
    assert 100 <= high / step <= 1000
    assert current_range(PRESETS[preset].neuron, 0.0, preset=preset) == (0.0, high)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", OTHERS)
def test_every_default_is_allowed_and_on_its_slider(preset, kind):
    for name, owner in numbers(kind).items():
        declared, (default, low, high, step) = owner.param[name], scale(owner, name, preset)
        assert declared.problem(default, "") == ""
        assert low <= default <= high
        assert declared.bounds[0] <= low < high <= declared.bounds[1]
        assert 0 < step <= (high - low) / 10
        assert default == scale(owner, name).default or follows(owner, name)


def test_a_potential_has_room_to_both_sides():
    for preset in OTHERS:
        for name in ("V_rest", "V_T", "V_th", "V_reset"):
            default, low, high, _ = scale(ExpIFParameters, name, preset)
            assert low + 10 <= default <= high - 10


def test_times_and_noise_of_the_membrane_do_not_follow():
    assert not follows(RunSettings, "duration")
    assert not follows(RunSettings, "sigma")
    assert not follows(KINDS["step"], "onset")
    assert follows(KINDS["step"], "I_base")
    assert follows(ExpIFParameters, "tau")


@pytest.mark.parametrize("preset", PRESETS)
def test_the_least_pulse_fires_and_a_little_less_does_not(preset):
    p, width = PRESETS[preset].neuron, 2.0
    least = pulse(p, width)

    def spikes(I):
        stimulus = Pulses(I=I, onset=10.0, width=width, count=1)
        return simulate(ExpIFParameters(**p._asdict()), stimulus, duration=200.0, dt=0.01).spikes.size

    assert spikes(1.002 * least) >= 1
    assert spikes(0.998 * least) == 0


def test_currents_are_rounded_up_to_whole_steps():
    assert [in_whole_steps(value, 0.01) for value in (0.0, 4.4088, 0.12, 1.0001)] == [0.0, 4.41, 0.12, 1.01]
    assert all(in_whole_steps(value, 0.1) >= value for value in np.logspace(-3, 3, 50))
