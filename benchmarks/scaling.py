"""One and two processes, and what handing out a point costs: book/computed/scaling.json.

``python -m benchmarks.scaling [--write]`` sweeps points that take a known time on one process, on
two, and on two Dask workers; the page simulates more from the overhead that is measured.
"""

import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import joblib

from benchmarks.side_by_side import machine
from nonlocality.foundations.sweeps import sweep

FILE = Path(__file__).parents[1] / "book" / "computed" / "scaling.json"
POINTS, SECONDS, REPEATS = 40, 0.05, 3
EMPTY = 400


def busy(number: int, seconds: float) -> int:
    """Take this much processor time."""
    end = process_time() + seconds
    while process_time() < end:
        pass
    return number


def taken(points: int, seconds: float) -> float:
    """Median wall time of a sweep, after one that starts the processes."""
    grid = [{"number": k, "seconds": seconds} for k in range(points)]
    sweep(busy, grid[:8])
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        sweep(busy, grid)
        times.append(perf_counter() - start)
    return median(times)


def measure() -> dict:
    """Seconds of the same work in one process and in two, and overheads a point."""
    found = {"points": POINTS, "seconds_a_point": SECONDS, "one process": taken(POINTS, SECONDS)}
    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=1):
        found["two processes"] = taken(POINTS, SECONDS)
        found["overhead, processes"] = taken(EMPTY, 0.0) / EMPTY
    from distributed import Client, LocalCluster

    place = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**place) as cluster, Client(cluster), joblib.parallel_config("dask"):
        found["two Dask workers"] = taken(POINTS, SECONDS)
        found["overhead, Dask"] = taken(EMPTY, 0.0) / EMPTY
    return found


def main(*words: str) -> None:
    """Measure, print, and with ``--write`` write the file."""
    data = {"machine": machine(), **measure()}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    print(text)
    if "--write" in words:
        FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
