"""Many calls of one function, on as many processors as there are, none lost and none done twice.

What runs where is joblib's business: ``with joblib.parallel_config("loky", n_jobs=2)`` around a
call of :func:`sweep` takes two processes, ``"dask"`` the workers of a Dask cluster; without it the
calls follow one another. The page "Many at once" shows these and a Slurm array.
"""

import json
import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from joblib import delayed
from tqdm.auto import tqdm

from nonlocality.foundations.checks import check_range
from nonlocality.foundations.dask_door import parallel_of

_key = partial(json.dumps, sort_keys=True, allow_nan=False)
"""A point as text, by which it is known."""


def _row(function: Callable, point: dict) -> dict:
    """What one call gave, or what it raised."""
    try:
        text = json.dumps(function(**point), default=lambda v: v.tolist(), allow_nan=False)
        return {"point": point, "value": json.loads(text)}
    except Exception as error:
        return {"point": point, "error": f"{type(error).__name__}: {error}"}


def _kept(file: Path, name: str) -> dict[str, dict]:
    """The rows with a value in a results file, by point; half a line at its end is cut off."""
    *lines, half = file.read_bytes().split(b"\n") if file.exists() else [b""]
    head, rows = json.dumps({"sweep": name, "point": {}})[:-2].encode(), {}
    if not head.startswith(half[: len(head)]):
        lines.append(half)
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line if line.startswith(head) else b"")
        except ValueError:
            raise ValueError(
                f"Argument `file` must hold rows of the sweep {name!r} alone, but line {number} of "
                f"{file} is {line[:60].decode(errors='replace').rstrip()}"
            ) from None
        rows |= {_key(row["point"]): row} if "value" in row else {}
    if half:
        file.write_bytes(b"".join(line + b"\n" for line in lines))
    return rows


def sweep(
    function: Callable, points: Iterable[dict], *, file: Path | str = "", progress: bool = False
) -> list[dict]:
    """Call ``function(**point)`` at every point, under joblib's own settings.

    function: has a name, and returns what JSON can hold; arrays become lists, NaN is an error of
    its point. points: arguments by name, which JSON can hold too (tuples become lists).
    file: each row is appended to it as it arrives, one a line; when the sweep is started again,
    points with a value in it are not computed again, those that raised are. progress: show a bar.
    Returns a row for each point, in their order: its ``point`` and its ``value``, or the ``error``
    in words. A point that raises loses no other. Processes that die end the sweep (joblib says so;
    start it again), workers of a Dask cluster do not: others take their points.
    Raises ValueError without points, for a function without a name and for a file of another
    sweep; ModuleNotFoundError if a worker lacks a package.

    >>> from nonlocality.foundations.entropies import binary_entropy
    >>> rows = sweep(binary_entropy, [{"probability": 0.5}, {"probability": 2}])
    >>> rows[0]["value"], rows[1]["error"]
    (1.0, 'ValueError: Argument `probability` must lie in [0, 1], but is 2.0.')
    """
    check_range("points", points)
    name = ".".join(getattr(function, part, "<lambda>") for part in ("__module__", "__qualname__"))
    if "<lambda>" in name:
        raise ValueError(
            f"Argument `function` must be a function with a name, but is {function!r}."
        )
    try:
        keys = [_key({**point}) for point in points]
    except (TypeError, ValueError) as error:
        raise ValueError(f"Argument `points` must hold arguments by name, but: {error}.") from error
    if not keys:
        raise ValueError("Argument `points` must hold at least one point, but is empty.")
    file = Path(file or os.devnull)
    rows = _kept(file, name)
    missing = [json.loads(key) for key in dict.fromkeys(keys) if key not in rows]
    run = parallel_of({__name__.split(".")[0], name.split(".")[0]} - {"__main__"})
    with file.open("a", encoding="utf-8") as out:
        found = run(delayed(_row)(function, point) for point in missing)
        for row in tqdm(found, total=len(missing), disable=not progress):
            print(json.dumps({"sweep": name, **row}), file=out, flush=True)
            rows[_key(row["point"])] = row
    return [{k: v for k, v in rows[key].items() if k != "sweep"} for key in keys]


def swept(function: Callable[..., object], points: Iterable[dict], **options: object) -> list:
    """The values of a sweep alone, in the order of the points, where each must have one.

    options: as of :func:`sweep`. Raises RuntimeError, once all are tried, if a point has an error.

    >>> from nonlocality.foundations.entropies import binary_entropy
    >>> swept(binary_entropy, [{"probability": p} for p in (0, 0.5)])
    [0.0, 1.0]
    """
    rows = sweep(function, points, **options)
    if failed := [row for row in rows if "error" in row]:
        raise RuntimeError(f"{len(failed)} of {len(rows)} points failed, first {failed[0]}.")
    return [row["value"] for row in rows]
