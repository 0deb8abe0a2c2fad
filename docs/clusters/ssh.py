"""A map on machines that are reached by SSH with a key. Needs asyncssh, and this package in the same version on all."""

import numpy as np
from distributed import Client, SSHCluster

from model import ExpIFParameters, maps

GRID = {"delta_T": np.linspace(0.5, 8.0, 200), "I": np.linspace(0.0, 20.0, 1024)}
OPTIONS = {"sigma": 2.0, "duration": 5000.0}
HOSTS = ["head.lab", "node1.lab", "node2.lab"]  # the first is the scheduler's, the others are workers

if __name__ == "__main__":
    with (
        SSHCluster(
            HOSTS,
            connect_options={"username": "me"},
            worker_options={"n_workers": 16, "nthreads": 1},  # a process for each core
            remote_python="/opt/expif/bin/python",
        ) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(16)
        found = maps.sweep(
            ExpIFParameters(), GRID, "rate", options=OPTIONS, client=client, store="map.zarr", progress=True
        )
    print(found)
