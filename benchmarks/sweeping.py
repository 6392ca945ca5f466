"""What the scripts share that compute files for minutes: two processes, and nothing done twice."""

from collections.abc import Callable, Iterable
from pathlib import Path

import joblib

from nonlocality.foundations.sweeps import sweep

BUILD = Path(__file__).parents[1] / "_build"


def all_values(function: Callable[..., object], points: Iterable[dict]) -> list:
    """The values at all points, by two processes.

    What an interrupted run has computed is kept in _build and not computed again; once all values
    are there the file goes, so that the next run starts anew. Raises RuntimeError if a point fails.
    """
    file = BUILD / f"{function.__name__}.jsonl"
    file.parent.mkdir(exist_ok=True)
    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=1):
        rows = sweep(function, points, file=file, progress=True)
    if failed := [row for row in rows if "error" in row]:
        raise RuntimeError(f"{len(failed)} points failed, the first one with {failed[0]}.")
    file.unlink()
    return [row["value"] for row in rows]
