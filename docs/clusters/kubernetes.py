"""A map on Kubernetes, where Dask's operator is installed. Needs dask-kubernetes, and an image with this package."""

import numpy as np
from dask_kubernetes.operator import KubeCluster
from distributed import Client

from model import ExpIFParameters, maps

GRID = {"delta_T": np.linspace(0.5, 8.0, 200), "I": np.linspace(0.0, 20.0, 1024)}
OPTIONS = {"sigma": 2.0, "duration": 5000.0}
IMAGE = "registry.example/expif:0.2.0"  # the Dockerfile of deploy/, with the extra `maps`
ONE_CORE = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "2Gi"}}

if __name__ == "__main__":
    with (
        KubeCluster(
            name="maps",
            image=IMAGE,
            n_workers=100,
            resources=ONE_CORE,
            worker_command=["dask", "worker", "--nthreads", "1"],
        ) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(10)  # it begins with a few; those that come later are used, too
        found = maps.sweep(
            ExpIFParameters(), GRID, "rate", options=OPTIONS, client=client, store="map.zarr", progress=True
        )
    print(found)
