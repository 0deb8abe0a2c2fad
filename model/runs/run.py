"""One run of like neurons: everything that was asked for, checked, in one place."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from model.draws import normals
from model.integrators.strang import MOST_OF_MEMORY, MOST_PIECES
from model.kernels.event import COARSE, FINEST, parts_per_ms
from model.kernels.layout import Noise
from model.parameters import ExpIFParameters, Numbers
from model.quantity import shorten
from model.run_settings import RunSettings
from model.runs.arguments import (
    check_run,
    current_of,
    memory,
    most_spikes,
    pieces_of,
    seed_of,
    start_of,
    steps_of,
)
from model.runs.budget import Budget, check_work
from model.sentences import joined, say
from model.stimuli import CURRENT_BOUNDS, OrnsteinUhlenbeck, Stimulus, WhiteNoise

MOST_NEURONS = RunSettings.param.neurons.bounds[1]
NO_NORMALS = np.empty((0, 2))
NEGLIGIBLE = 0.004
SOME_SPIKES = 10  # of each neuron, from which intervals are spoken of
FEWEST_STEPS, ENOUGH_STEPS = 5.0, 10.0  # from V_reset to V_th: with fewer, intervals scatter wrongly; so many do
LARGEST_SHARED = 1000.0  # mV; as far as the theory of white noise reaches


class Current(NamedTuple):
    """What flows in over time.

    Attributes
    ----------
    held, shown : ndarray, shape (steps,)
        Current [nA] held over each step, and with the mean of the white noise in it.
    normals : ndarray, shape (pieces, 2)
        White noise that all neurons feel, as two normal numbers for each piece of each step; (0, 2) without it.
    sigma : float
        Its size as noise of the membrane [mV].
    memories : ndarray, shape (steps + 1,) or (0,)
        What it remembers before each step and after the last; empty where it remembers nothing.
    """

    held: np.ndarray
    shown: np.ndarray
    normals: np.ndarray
    sigma: float
    memories: np.ndarray


class Run(NamedTuple):
    """The neuron, the steps, the noise and the budget of a run.

    Attributes
    ----------
    neuron : Numbers
    method : str
        The scheme, in its one spelling.
    dt, steps, pieces : float, int, int
        Length of a step [ms], how many there are, and into how many parts each is divided.
    sigma, tau_noise : float
        Noise of each neuron [mV], and how long it remembers [ms].
    seed : int
    V : float
        Membrane potential at the start [mV].
    budget : Budget
    first : int
        How many steps lie before this run since t = 0.
    memory : float
        What noise with a memory remembers at the start; nan where it begins there.
    """

    neuron: Numbers
    method: str
    dt: float
    steps: int
    pieces: int
    sigma: float
    tau_noise: float
    seed: int
    V: float
    budget: Budget
    first: int = 0
    memory: float = math.nan

    @property
    def duration(self) -> float:
        """Length of the run [ms]."""
        return self.steps * self.dt

    def noise(self, neurons: int, first: int = 0, current: Current | None = None) -> Noise:
        """Return what the kernels need to know of the noise of neurons from number `first` on."""
        remembered = np.full(neurons if self.tau_noise > 0.0 else 0, self.memory)
        normals, sigma = (current.normals, current.sigma) if current else (NO_NORMALS, 0.0)
        return Noise(self.sigma, self.tau_noise, self.seed, self.first, first, remembered, normals, sigma)

    def check_work(self, neurons: int, strongest: float, output_points: int, shared_sigma: float = 0.0) -> None:
        """Refuse a run beyond the budget, with its spikes at the strongest current [nA] and with all its noise [mV].

        Raises
        ------
        ValueError
            With a sentence that says by how much, and what to do.
        """
        steps, sigma = self.steps * self.pieces, math.hypot(self.sigma, shared_sigma)
        spikes = most_spikes(self.neuron, self.method, strongest, sigma, self.duration, steps)
        is_divided = self.method == "strang" and sigma > 0.0
        parts = self.duration * parts_per_ms(self.neuron, self.dt / self.pieces, sigma) if is_divided else 0.0
        check_work(
            self.budget,
            steps=self.steps,
            neurons=neurons,
            output_points=output_points,
            pieces=self.pieces,
            spikes=spikes,
            divided=parts,
        )

    def current(self, given: Any, memory: float | None = None, more: float = 0.0) -> Current:
        """Return the current over time, from a number, one value per step, or a stimulus.

        White noise in the current is noise of the membrane: held over a step it would miss what happens within it.
        `memory` is what the current remembers at the start; `more` is added to it all the time [nA].

        Raises
        ------
        ValueError
            If a value is not allowed.
        """
        held, memories = current_of(given, self.first, self.steps, self.dt, self.seed, memory)
        n, sigma, h = self.neuron, self.shared_sigma(given), self.dt / self.pieces
        if sigma == 0.0:
            if isinstance(given, WhiteNoise):  # a method without noise of the membrane
                held, _ = given.going_on(self.first, self.steps, self.dt, self.seed)
            held = raised(held, more)
            return Current(held, held, NO_NORMALS, 0.0, memories)
        held, drawn = raised(held, more), normals(self.seed, self.first * self.pieces, self.steps * self.pieces, 2)
        if self.method == "strang":
            kicks = sigma * math.sqrt(math.tanh(h / n.tau)) * drawn.sum(axis=1)
        else:
            kicks = sigma * math.sqrt(2.0 * h / n.tau) * drawn[:, 0]
        mean = kicks.reshape(self.steps, self.pieces).sum(axis=1) * n.tau / (n.R * self.dt)
        return Current(held, held + mean, drawn, sigma, memories)

    def shared_sigma(self, given: Any) -> float:
        """Return the size of the white noise in a current, as noise of the membrane [mV]; 0 where there is none.

        Raises
        ------
        ValueError
            If it shakes the membrane by more than `LARGEST_SHARED`.
        """
        if not isinstance(given, WhiteNoise) or self.method not in ("strang", "euler"):
            return 0.0
        sigma = given.shaking(self.neuron.R, self.neuron.tau)
        if sigma > LARGEST_SHARED:
            raise ValueError(say(
                "The white noise of this current would shake the membrane by {sigma:.3g} mV; {most:g} mV are allowed. "
                "Choose a smaller I_noise, a smaller R or a longer tau.", sigma=sigma, most=LARGEST_SHARED,
            ))  # fmt: skip
        return sigma

    def note(self, given: Any = None) -> str:
        """Return a sentence where dt is too coarse for the noise, of the membrane or of the current; else ""."""
        sigma, h = math.hypot(self.sigma, self.shared_sigma(given)), self.dt / self.pieces
        ratio = sigma * math.sqrt(2.0 * h / self.neuron.tau) / self.neuron.delta_T
        if self.method == "euler" and sigma > 0.0:
            return say(
                "euler resets on the time grid, so under noise its rates are wrong by some percent (the noise of a "
                "step is {ratio:.2g} delta_T). Choose the method strang.", ratio=ratio,
            )  # fmt: skip
        shift = math.sqrt(self.tau_noise / self.neuron.tau)  # of a threshold, in sigma, that white noise does not have
        if 1.001 * MOST_OF_MEMORY * self.tau_noise < h and shift > NEGLIGIBLE:
            return say(
                "dt is coarse: noise that remembers for {tau_noise:g} ms is followed in parts of {h:.2g} ms, in which "
                "it moves V by {ratio:.2g} delta_T. Choose a dt of at most {fine:.2g} ms.",
                tau_noise=self.tau_noise, h=h, ratio=ratio, fine=MOST_PIECES * MOST_OF_MEMORY * self.tau_noise,
            )  # fmt: skip
        if self.method == "strang" and FINEST * ratio > 1.0:
            return say(
                "dt is coarse: the noise of a step moves V by {ratio:.2g} delta_T, however it is divided. Choose a dt "
                "of at most {fine:.2g} ms.", ratio=ratio, fine=self.dt / (FINEST * ratio) ** 2,
            )  # fmt: skip
        if isinstance(given, OrnsteinUhlenbeck) and given.I_sd > 0.0 and self.dt > 0.5 * given.tau_I:
            swing = self.neuron.R * float(given.I_sd) * min(self.dt, self.neuron.tau) / self.neuron.tau
            ratio = swing / self.neuron.delta_T
            if ratio > 0.1 * COARSE:
                return say(
                    "dt is coarse: the current forgets within {tau_I:g} ms, and is held for {dt:g} ms, in which it "
                    "moves V by {ratio:.2g} delta_T. Choose a dt of at most {fine:.2g} ms.",
                    tau_I=given.tau_I, dt=self.dt, ratio=ratio, fine=0.5 * given.tau_I,
                )  # fmt: skip
        return ""

    def note_on_intervals(self, spikes: int, neurons: int, given: Any = None) -> str:
        """Return a sentence where noise carries V from V_reset to V_th within a few steps; else ""."""
        if (
            spikes < SOME_SPIKES * max(neurons, 1)
            or self.method != "strang"
            or math.hypot(self.sigma, self.shared_sigma(given)) == 0.0
        ):
            return ""
        passage, h = self.steps * self.dt * neurons / (spikes - neurons) - self.neuron.tau_ref, self.dt / self.pieces
        if passage > FEWEST_STEPS * h:
            return ""
        return say(
            "dt is coarse for intervals: V takes {passage:.2g} ms from V_reset to V_th on average, and a step lasts "
            "{h:.2g} ms. The rate is right, but the scatter of the intervals is wrong by some percent. Choose a dt of "
            "at most {fine:.2g} ms.", passage=passage, h=h, fine=passage / ENOUGH_STEPS,
        )  # fmt: skip


def raised(I: np.ndarray, more: float) -> np.ndarray:
    """Return a current with more of it [nA], as far as there may be so much."""
    return np.clip(I + more, *CURRENT_BOUNDS) if more else I


def checked_run(
    p: ExpIFParameters | Numbers,
    method: str,
    duration: float,
    dt: float,
    noise: tuple[float, float],
    seed: int | None,
    budget: Budget,
    V_init: float | None = None,
) -> Run:
    """Check what was asked for, and return it as a `Run`; `noise` is sigma [mV] and tau_noise [ms].

    Raises
    ------
    ValueError
        If an argument is not allowed.
    """
    sigma, tau_noise = noise
    neuron, method = check_run(p, method, dt, sigma, tau_noise)
    remembered = memory(tau_noise) if sigma > 0.0 else 0.0
    pieces = pieces_of(method, dt, neuron.tau, remembered)
    return Run(
        neuron, method, float(dt), steps_of(duration, dt), pieces, float(sigma), remembered, seed_of(seed),
        start_of(neuron, V_init), budget,
    )  # fmt: skip


def check_neurons(neurons: Any) -> int:
    """Return a number of neurons that is allowed.

    Raises
    ------
    ValueError
        If it is not.
    """
    RunSettings.param.neurons.check(neurons)
    return int(neurons)


def check_number(neuron: Any) -> None:
    """Refuse what is no number of a neuron.

    Raises
    ------
    ValueError
        If it is no whole number from 0 upwards.
    """
    if isinstance(neuron, bool) or not isinstance(neuron, (int, np.integer)) or not 0 <= neuron < MOST_NEURONS:
        raise ValueError(say(
            "neuron must be a whole number from 0 to {last}; {given} was given.",
            last=MOST_NEURONS - 1, given=shorten(neuron),
        ))  # fmt: skip


def sentences(*notes: str) -> str:
    """Return the notes that say something, as one text."""
    return joined(notes)


def is_stimulus(current: Any) -> bool:
    """Whether a current changes in time."""
    return isinstance(current, Stimulus) or np.ndim(current) > 0
