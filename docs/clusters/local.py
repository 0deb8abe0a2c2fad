"""A map on a Dask cluster of this machine."""

import numpy as np
from distributed import Client, LocalCluster

from model import ExpIFParameters, maps

GRID = {"delta_T": np.linspace(0.5, 8.0, 16), "I": np.linspace(0.0, 20.0, 64)}
OPTIONS = {"sigma": 2.0, "duration": 500.0}

if __name__ == "__main__":  # the workers read this file, too, and must not begin clusters of their own
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        found = maps.sweep(ExpIFParameters(), GRID, "rate", options=OPTIONS, client=client, store="map.zarr")
    print(found)
