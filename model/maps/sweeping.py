"""`sweep`: the same question for a whole grid of neurons."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from model.maps.carrying import carried_out, stopped_by_disk
from model.maps.crews import checked_crew, workers_of
from model.maps.dataset import map_columns
from model.maps.keeping import Keeper, Memory, new_store, opened_store
from model.maps.layout import checked_points, chosen_points, shape_of_pieces, time_of_a_point, tried
from model.maps.measures import FURTHER
from model.maps.piece import TILE
from model.maps.request import Request, checked_request
from model.maps.telling import Teller, asked_by
from model.parameters import ExpIFParameters, Numbers
from model.runs.budget import LIBRARY
from model.sentences import say

if TYPE_CHECKING:
    import xarray

MOST_STORED = 10**11  # numbers; 800 GB


def sweep(
    p: ExpIFParameters | Numbers,
    grid: Mapping[str, Any],
    measure: Any = "rate",
    *,
    options: Mapping[str, Any] | None = None,
    seed: int = 0,
    store: Any = None,
    points: int | None = None,
    workers: int = 1,
    client: Any = None,
    device: str = "cpu",
    progress: Any = None,
    cancel: Any = None,
) -> xarray.Dataset:
    """Ask the same question of every neuron of a grid.

    Parameters
    ----------
    p : ExpIFParameters or Numbers
        The neuron, where no axis changes it.
    grid : mapping of str to array
        The axes: values of any parameters of the neuron, of `I`, `sigma`, `tau_noise`, or quantities of the stimulus.
    measure : str or callable
        `exact` (rate), `exact_noise` (rate and CV), `rate` (simulated, with standard error), `cv` (simulated),
        `latency`, `gain` (at the frequencies `f`), `rheobase`; or a function of one's own, called as
        ``measure(p, I, seed, **options)`` with one neuron and up to 64 neighbouring currents I (n,) [nA], which returns
        an array (n,) or a mapping of names to such arrays.
    options : mapping, optional
        What the measure is told besides, the same at all points: `I`, `sigma`, `tau_noise` where they are no axes,
        `stimulus`, and what the measure takes, as `duration`, `dt`, `method`, `neurons`, `start`, `f`, `V_init`.
    seed : int
        The numbers depend on it alone: not on pieces, workers, order, or how often the work was interrupted.
    store : path, optional
        A folder that keeps what is done (zarr). The same call again goes on with it; another request is refused.
    points : int, optional
        How many points are computed and kept at once; by default about a second of work.
    workers : int
        Processes on this machine; with 1 a thread of this process.
    client : distributed.Client, optional
        A Dask cluster, which then computes. Its workers need this package, and no access to the store.
    device : {"cpu", "cuda"}
        Where `rate` is simulated.
    progress : bool or callable, optional
        True shows a bar with the time left; a function is called with the points done and all points.
    cancel : callable or object with is_set, optional
        Asked ten times a second; once it says yes, what is done is returned.

    Returns
    -------
    xarray.Dataset
        The variables of the measure over the axes, with units and long names; all that is fixed, the seed and the
        version are attributes. `complete` is 1; it is 0 after `cancel`, and then `done` says which points are computed,
        and the others are nan. `note` is a sentence where there is something to say about the numbers; points at
        which a measure has no value are nan.

    Raises
    ------
    ValueError
        If an argument is not allowed, the map is too large, or the store holds another map.
    ModuleNotFoundError
        If a store or a client is asked for, and the extra `maps` is not installed.
    MapStopped
        If the work cannot go on: a full disk, workers that die, an own measure that fails. What is done is kept.

    Examples
    --------
    >>> from model import ExpIFParameters, maps
    >>> found = maps.sweep(ExpIFParameters(), {"delta_T": [1.0, 3.48], "I": [2.0, 5.0, 10.0]}, "exact")
    >>> found.rate.dims, found.rate.units
    (('delta_T', 'I'), 'Hz')
    >>> print(found.rate.sel(delta_T=3.48).values.round(2))
    [ 8.26 31.12 57.73]
    """
    request = checked_request(p, grid, measure, options, seed, device)
    points, workers = checked_points(points), checked_crew(workers, client)
    check_extra(store, client)
    _check_size(request, (), stored=store is not None)
    kept = _kept(request, store, points, workers, client)
    with Teller(progress, request.points) as told:
        complete = carried_out(request, kept, workers, client, told, asked_by(cancel))
    return kept.dataset(complete)


def check_extra(store: Any, client: Any) -> None:
    """Raise ModuleNotFoundError, in a sentence, where the extra `maps` is needed and missing."""
    for wanted, name in ((store, "zarr"), (client, "distributed")):
        if wanted is not None and find_spec(name) is None:
            raise ModuleNotFoundError(say(
                "This needs {name}, which is not installed: pip install \"expif-dashboard[maps]\" brings it.", name=name
            ), name=name)  # fmt: skip


def _check_size(request: Request, names: tuple[str, ...], stored: bool) -> None:
    """Refuse a map with more numbers than memory, or a store, should hold."""
    numbers = sum(column.size for column in map_columns(request, names)) or request.points
    most = MOST_STORED if stored else LIBRARY.output_points
    if numbers > most:
        remedy = say("fewer points") if stored else say("fewer points, or a store")
        raise ValueError(say(
            "This map would have {numbers:.3g} numbers, and {most:.3g} are allowed. Choose {remedy}.",
            numbers=numbers, most=most, remedy=remedy,
        ))  # fmt: skip


def _kept(request: Request, store: Any, points: int | None, workers: int, client: Any) -> Keeper:
    """Return where the map is kept: a store that is there, or a new one, or memory."""
    found = opened_store(request, store) if store is not None else None
    if found is not None:
        return found
    names = tried(request)
    taken = {*request.names, "done", *FURTHER}.intersection(names)
    if taken:
        raise ValueError(say(
            "The measure {measure} calls a result {name}, which is the name of something else; give it another one.",
            measure=request.measure.name, name=min(taken),
        ))  # fmt: skip
    _check_size(request, names, stored=store is not None)
    many = workers_of(client) if client is not None else workers
    size = points or chosen_points(request, time_of_a_point(request), many)
    pieces = shape_of_pieces(request.shape, request.along, TILE[request.device], size)
    if store is None:
        return Memory(request, names, pieces)
    try:
        return new_store(request, store, names, pieces)
    except OSError as problem:
        raise stopped_by_disk(store, problem, None) from problem
