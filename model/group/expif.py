"""The ExpIF neuron group: the class of the documented system, running in compiled code."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from tqdm import tqdm

from model import devices
from model.group import plotting, states
from model.group.delays import ConstantDelay, checked_size
from model.group.engine import Engine, checked_float, checked_time
from model.group.inputs import InputTable
from model.group.monitors import Monitor
from model.group.per_neuron import GroupParameters
from model.integrators.equation import slope
from model.kernels.one_step import one_step
from model.parameters import ExpIFParameters, Numbers
from model.quantity import shorten
from model.run_settings import RunSettings
from model.runs.arguments import pieces_of
from model.runs.budget import LIBRARY, check_work
from model.runs.schemes import SCHEMES, check_stable


class ExpIF(Engine):
    """A group of exponential integrate-and-fire neurons (Fourcaud-Trocme et al. 2003).

    tau dV/dt = -(V - V_rest) + delta_T exp((V - V_T)/delta_T) + R I; a spike where V reaches V_th, then V_reset, held
    for tau_ref. Each step starts at t = k dt and goes like this: the inputs act; the neuron is refractory where
    t - t_last_spike <= tau_ref; V takes one step of `method` where it is not; V >= V_th is a spike, t_last_spike
    becomes t and V becomes V_reset; the input is cleared. With `strang` spikes and the end of the refractory period
    lie between the steps, and t_last_spike is the time of the spike itself.

    V starts at 0 as documented, which is above V_th: every neuron makes one artefact spike at t = 0. `V_init="rest"`,
    or a value below V_th, avoids it.

    An upswing may leap past its pole within a step, where the exponential overflows and a Runge-Kutta stage becomes
    nan. The neuron has then run away upwards, so this is a spike; results are always finite.

    Parameters
    ----------
    size : int or tuple of int
        How many neurons; a tuple keeps their geometry in `shape`.
    V_rest, V_reset, V_th, V_T, delta_T, R, tau, tau_ref : float or array, optional
        Parameters [mV, MOhm, ms], one number or one per neuron; the defaults are those of `ExpIFParameters`.
    method : str
        euler, midpoint, heun2, ralston2, rk2, rk3, heun3, ralston3, ssprk3, rk4, rk4_38rule, ralston4,
        exponential_euler (exp_euler), strang.
    V_init : float, array or "rest"
        Membrane potential at the start [mV]; "rest" is the stable point without input, or V_reset where there is none.
    monitors : list, tuple, dict, optional
        What to record; see `Monitor`.
    name : str, optional
        An identifier that no other group has.
    parameters : ExpIFParameters, optional
        An object to use in place of numbers, for instance one that is bound to sliders.
    sigma : float
        Standard deviation that the noise would give the leaky membrane alone [mV]; for `strang` and `euler`.
    seed : int, optional
        The same seed gives the same noise; by default it is new each time.
    dtype : {"float64", "float32"}
        Precision of V and of its steps.
    device : {"cpu", "cuda"}
        Where the group runs.

    Attributes
    ----------
    V, input, spike, refractory, t_last_spike : ndarray, shape (num,)
        State: membrane potential [mV], input of the next step [nA], flags, last spike [ms].
    count : ndarray of int, shape (num,)
        Spikes so far.
    parameters : ExpIFParameters
        What all neurons share; where values are per neuron, their mean.
    mon : Monitor
        What the last run recorded.
    t, dt : float
        Time that the group has reached, and the step last used [ms].
    size, shape : tuple of int
    num : int

    Raises
    ------
    ValueError
        Here and in every method: a sentence that says what is wrong and what is allowed.

    Examples
    --------
    >>> group = ExpIF(1, monitors=["V"])
    >>> seconds = group.run(300.0, inputs=("input", 10.0))
    >>> group.plot()
    """

    def __init__(
        self,
        size: int | tuple[int, ...],
        V_rest: Any = None,
        V_reset: Any = None,
        V_th: Any = None,
        V_T: Any = None,
        delta_T: Any = None,
        R: Any = None,
        tau: Any = None,
        tau_ref: Any = None,
        method: str = "euler",
        V_init: Any = 0.0,
        monitors: Any = None,
        name: str | None = None,
        *,
        parameters: ExpIFParameters | None = None,
        sigma: float = 0.0,
        seed: int | None = None,
        dtype: Any = "float64",
        device: str = "cpu",
    ) -> None:
        shape, _ = checked_size(size)
        given = {"V_rest": V_rest, "V_reset": V_reset, "V_th": V_th, "V_T": V_T,
                 "delta_T": delta_T, "R": R, "tau": tau, "tau_ref": tau_ref}  # fmt: skip
        given = {key: value for key, value in given.items() if value is not None}
        if parameters is not None and given:
            raise ValueError(f"Give either parameters or {', '.join(given)}, not both.")
        if not isinstance(parameters, (ExpIFParameters, type(None))):
            raise ValueError(f"parameters must be an ExpIFParameters; {shorten(parameters)} was given.")
        values = GroupParameters(parameters or ExpIFParameters(), shape, given)
        super().__init__(shape, values, method, V_init, name, sigma, seed, dtype, device)
        self.mon = Monitor(monitors, self.num, self._state.V.dtype)
        self._input_step: Callable | None = None
        self._monitor_step: Callable | None = None

    def run(
        self,
        duration: float | tuple[float, float],
        dt: float | None = None,
        report: float | bool | None = None,
        inputs: Any = (),
        extra_func: Callable[[float, float], Any] | None = None,
    ) -> float:
        """Run the group, and record what its monitors ask for.

        Without `extra_func`, iterators and delays the whole run happens in compiled code. A run that fails, or is
        interrupted, leaves the group as it was.

        Parameters
        ----------
        duration : float or (float, float)
            Length [ms], going on from the time reached; or (start, end), which sets the clock to start. What has
            passed since the last spike stays, so a clock that is set back mutes nobody.
        dt : float, optional
            Length of a step [ms]; by default 0.1.
        report : float or bool, optional
            Show a progress bar that moves whenever this fraction of the run is done; True is 0.1.
        inputs : tuple or list
            (target, value[, "fix" or "iter"[, op]]), or a list of them, applied in this order at each step. The
            target is "input" [nA] or "V" [mV]; op is one of + - * / =, by default +. The value is a number, one
            per neuron, an array over time of shape (steps,) or (steps, num), an iterator that yields one step at a
            time, or a stimulus. Where an array could be either, "iter" means over time, otherwise it is per neuron.
        extra_func : callable, optional
            extra_func(t, dt) is called before each step; it may change the state arrays.

        Returns
        -------
        float
            Seconds that it took.
        """
        began = time.perf_counter()
        before = self._snapshot()
        try:
            self._run(duration, dt, report, inputs, extra_func)
        except BaseException:
            self._restore(before)
            raise
        return time.perf_counter() - began

    def _run(self, duration: Any, dt: Any, report: Any, inputs: Any, extra_func: Any) -> None:
        """Make a run as `run` describes it, without what a failure needs."""
        steps = self._schedule(duration, checked_float(RunSettings.param.dt, 0.1 if dt is None else dt))
        chunk = _chunk(report, steps)
        if extra_func is not None and not callable(extra_func):
            raise ValueError(f"extra_func must be a function of (t, dt); {shorten(extra_func)} was given.")
        pieces = pieces_of(self.method, self.dt, float(np.min(self.tau)))
        points = self.mon.output_points(steps, self.dt)
        check_work(LIBRARY, steps=steps, neurons=self.num, output_points=points, pieces=pieces)
        times = self._clock.origin + (self._clock.first + np.arange(steps)) * self.dt
        table = InputTable(inputs, self._grid(times))
        records = self.mon.room(steps, self.dt)
        by_step = extra_func is not None or table.feeding or bool(self._delays())
        with tqdm(total=steps, unit="step", disable=not report) as bar:
            for n in range(0, steps, 1 if by_step else chunk):
                stop = min(n + (1 if by_step else chunk), steps)
                if extra_func is not None:
                    extra_func(times[n], self.dt)
                table.feed(n)
                self._advance(n, stop, table.kernel, records)
                for delay in self._delays() if by_step else ():
                    delay.update(times[n], self.dt)
                if stop % chunk == 0 or stop == steps:
                    bar.update(stop - bar.n)
        self._move_clock(steps)
        self.mon.keep(records, times, self.dt)

    def step(self, t_and_dt: tuple[float, float]) -> None:
        """Make one step: apply the inputs built last, `update`, and add a row to the monitors built last.

        Parameters
        ----------
        t_and_dt : (float, float)
            Start and length of the step [ms].

        Raises
        ------
        ValueError
            If it is not such a pair, or the step is not allowed.
        """
        if not isinstance(t_and_dt, (tuple, list)) or len(t_and_dt) != 2:
            raise ValueError(f"step takes a pair (t, dt); {shorten(t_and_dt)} was given.")
        t, dt = t_and_dt
        if self._input_step is not None:
            self._input_step(t, dt)
        self.update(t, dt)
        if self._monitor_step is not None:
            self._monitor_step(t, dt)

    def update(self, t: float, dt: float) -> None:
        """Make one step: what is in `input` acts and is cleared. A step that fails leaves the group as it was.

        Parameters
        ----------
        t, dt : float
            Start and length of the step [ms].

        Raises
        ------
        ValueError
            If t or dt is not allowed, or the input or V leaves its range.
        """
        before = self._snapshot()
        try:
            dt = checked_float(RunSettings.param.dt, dt)
            self._set_clock(checked_time(t), dt)
            check_stable(self.method, dt, float(np.min(self.tau)))
            nothing = InputTable((), self._grid(np.array([self.t])))
            self._advance(0, 1, nothing.kernel, Monitor(None, self.num, self._state.V.dtype).room(1, dt))
        except BaseException:
            self._restore(before)
            raise
        for delay in self._delays():
            delay.update(t, dt)
        self._move_clock(1)

    def derivative(self, V: Any, t: Any, Iext: Any) -> Any:
        """Return dV/dt, as the membrane equation gives it.

        Parameters
        ----------
        V, Iext : float or array
            Membrane potential [mV] and current [nA]. They broadcast with the parameters.
        t : float
            Time [ms]; it does not matter.

        Returns
        -------
        float or ndarray
            Slope [mV/ms]; inf where the exponential overflows.
        """
        V, current = _float_array("V", V), self.R * _float_array("Iext", Iext)
        with np.errstate(over="ignore"):  # high above V_T the slope is inf, and that is what it should be
            return slope(V, current, self._parameters.numbers())

    def integral(self, V: Any, t: Any, Iext: Any, dt: float = 0.1) -> np.ndarray:
        """Return the membrane potential one step of `method` later, without threshold and reset.

        Parameters
        ----------
        V, Iext : float or array, shape (num,)
            Membrane potential [mV] and current [nA], which is held over the step.
        t : float
            Time [ms]; it does not matter.
        dt : float
            Length of the step [ms].

        Returns
        -------
        ndarray, shape (num,)
            Membrane potential [mV]; inf where the upswing ran away within the step.
        """
        dt = checked_float(RunSettings.param.dt, dt)
        check_stable(self.method, dt, float(np.min(self.tau)))
        V, current = _float_array("V", V), _float_array("Iext", Iext)
        if V.size not in (1, self.num) or current.size not in (1, self.num):
            raise ValueError(f"V and Iext must be one number or one per neuron, of shape {(self.num,)}.")
        V, current = (np.broadcast_to(x.ravel(), self.num).copy() for x in (V, current))
        one_step(SCHEMES[self.method], dt, self._parameters.columns(), V, current)
        return V

    def build_inputs(self, inputs: Any = (), show_code: bool = False) -> Callable[[float, float], None]:
        """Return a function (t, dt) that applies `inputs` once at each call, and let `step` use it.

        Parameters
        ----------
        inputs : tuple or list
            As for `run`, except for stimuli, which are sampled once per run.
        show_code : bool
            Print the code that applies them.
        """
        table = InputTable(inputs, self._grid(None))
        if show_code:
            print(table.code())
        self._input_step = table.stepper(self)
        return self._input_step

    def build_monitors(self, show_code: bool = False) -> Callable[[float, float], None]:
        """Return a function (t, dt) that adds the present state to `mon`, and let `step` use it.

        What was recorded before is dropped.

        Parameters
        ----------
        show_code : bool
            Print the code that records.
        """
        self.mon.keep(self.mon.room(0, self.dt), np.empty(0), self.dt)
        if show_code:
            print(self.mon.code())
        self._monitor_step = lambda t, dt: self.mon.append(t, self._state)
        return self._monitor_step

    def register_constant_delay(self, key: str, size: Any, delay: Any, dtype: Any = None) -> ConstantDelay:
        """Return a delay line that every step of the group moves on; `push` and `pull` it in `extra_func`.

        Parameters
        ----------
        key : str
            Its name within the group.
        size, delay, dtype
            As for `ConstantDelay`; the delay is counted in steps of the group's present `dt`.

        Returns
        -------
        ConstantDelay

        Raises
        ------
        ValueError
            If the key is no identifier or is in use, or an argument of the delay is not allowed.
        """
        if not isinstance(key, str) or not key.isidentifier() or key in self.implicit_nodes:
            raise ValueError(f"The key of a delay must be an identifier that is not in use; not {shorten(key)}.")
        line = ConstantDelay(size, delay, self.dt, name=f"{self.name}_delay_{key}", dtype=dtype)
        self.implicit_nodes[key] = line
        return line

    def to(self, device: str) -> ExpIF:
        """Run on this device from now on.

        Parameters
        ----------
        device : {"cpu", "cuda"}
            The processor, or an NVIDIA GPU.

        Returns
        -------
        ExpIF
            The group itself.

        Raises
        ------
        ValueError
            If there is no such kind of device.
        RuntimeError
            If the device does not work; the group stays where it was.
        """
        self.device = devices.checked_device(device)
        return self

    def cpu(self) -> ExpIF:
        """Run on the CPU from now on."""
        return self.to("cpu")

    def cuda(self) -> ExpIF:
        """Run on the NVIDIA GPU from now on; raise RuntimeError where that is not possible."""
        return self.to("cuda")

    def tpu(self) -> ExpIF:
        """Raise RuntimeError: there is no TPU, and no code for one."""
        return self.to("tpu")

    def save_states(self, filename: Any) -> None:
        """Write state, parameters, time, method and random state of the group into a file.

        Parameters
        ----------
        filename : str or path
            Ending in .h5, .hdf5, .npz, .mat or .json, which chooses the format. An existing file is replaced.

        Raises
        ------
        ValueError
            If the suffix is none of these.
        FileNotFoundError
            If there is no such folder.
        """
        states.save(self, filename)

    def load_states(self, filename: Any, verbose: bool = False, check: bool = True) -> None:
        """Go on from a file that `save_states` wrote; where anything is wrong with it, nothing is changed.

        Parameters
        ----------
        filename : str or path
            The file, of a group of the same geometry and precision.
        verbose : bool
            Print what was loaded.
        check : bool
            Refuse a file whose method is not the group's; otherwise the group takes over the file's method.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is damaged, of another program or version, or does not fit the group.
        """
        states.load(self, filename, verbose, check)

    def plot(self, neurons: Any = None) -> Any:
        """Plot V [mV] over time [ms], one curve per neuron; the group needs `monitors=["V"]`.

        Parameters
        ----------
        neurons : list of int, optional
            Which of the group's neurons; by default all that are recorded, at most 20.

        Returns
        -------
        holoviews.Curve or holoviews.NdOverlay

        Raises
        ------
        ValueError
            If V was not recorded, or not of these neurons.
        """
        return plotting.potential(self, neurons)

    def raster(self) -> Any:
        """Plot the spikes: a point for each, at its time [ms] and its neuron; the group needs `monitors=["spike"]`.

        Returns
        -------
        holoviews.Scatter

        Raises
        ------
        ValueError
            If the spikes were not recorded.
        """
        return plotting.raster(self)

    def __repr__(self) -> str:
        return f"<ExpIF {self.name}: {self.num} neurons, {self.method}, t = {self.t:g} ms>"


def _show_defaults(init: Any) -> None:
    """Let the signature show the declared defaults where the code has None, which tells it that nothing was given."""
    signature = inspect.signature(init)
    shown = [
        each.replace(default=ExpIFParameters.param[name].default) if name in Numbers._fields else each
        for name, each in signature.parameters.items()
    ]
    init.__signature__ = signature.replace(parameters=shown)


_show_defaults(ExpIF.__init__)


def _float_array(name: str, values: Any) -> np.ndarray:
    """Return values as a float64 array, or raise ValueError unless they are numbers."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be numbers; {shorten(values)} was given.")
    return array.astype(np.float64)


def _chunk(report: Any, steps: int) -> int:
    """Return the number of steps between two movements of the progress bar."""
    if not report:
        return steps
    fraction = 0.1 if report is True else report
    if not isinstance(fraction, (int, float)) or not 0 < fraction <= 1:
        raise ValueError(f"report must be a fraction between 0 and 1, or True; {shorten(report)} was given.")
    return max(1, round(fraction * steps))
