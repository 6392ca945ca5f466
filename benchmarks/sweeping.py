"""What the scripts share that compute files for minutes: two processes, and nothing done twice."""

from collections.abc import Callable, Iterable
from pathlib import Path

import joblib

from nonlocality.foundations.sweeps import swept

BUILD = Path(__file__).parents[1] / "_build"


def all_values(function: Callable[..., object], points: Iterable[dict]) -> list:
    """The values at all points, by two processes.

    What an interrupted run has computed is kept in _build and not computed again; once all values
    are there the file goes, so that the next run starts anew. Raises RuntimeError if a point fails.
    """
    file = BUILD / f"{function.__name__}.jsonl"
    file.parent.mkdir(exist_ok=True)
    with joblib.parallel_config("loky", n_jobs=2, inner_max_num_threads=1):
        values = swept(function, points, file=file, progress=True)
    file.unlink()
    return values
