"""How far a way comes as its sizes grow, and how far ours comes in the time of others."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from time import process_time

from benchmarks.side_by_side import apart, forget, peak_bytes, verdict

LIMIT, REPEATS, QUICK = 0.4, 3, 0.1
"""Seconds at which a way is given up, calls, and the seconds from which one call is enough."""

ENOUGH, CLOSE = 100, 20
"""How many times larger a size is not followed further; and the part of a size left unknown."""

OURS, JUDGED = "nonlocality", ("right", "rough", "loose", "wrong")
"""How the names of our ways begin, and what is said of values, the best first."""


def timed(call: Callable, *, ours: bool) -> tuple[float, object]:
    """The median of a few calls, or one that is long; and what is returned."""
    times = []
    for _ in range(REPEATS):
        if ours:
            forget()
        start = process_time()
        found = call()
        times.append(process_time() - start)
        if times[-1] > QUICK:
            break
    return median(times), found


def _children() -> float:
    """Seconds of the processor that children have taken so far."""
    spent = os.times()
    return spent.children_user + spent.children_system


def follow(sizes: Sequence[int], make: Callable, value: Callable, *, ours: bool) -> dict:
    """Medians, values and peaks of one way, until it is too slow or fails."""
    points, failed, peaks = [], None, {}
    for n in sizes:  # before any solver starts threads
        start = _children()
        peaks[n] = peak_bytes(make(n))
        if _children() - start > LIMIT:
            break
    for n, peak in peaks.items():
        call = make(n)
        try:
            if n == sizes[0]:
                call()  # warms up
            seconds, found = timed(call, ours=ours)
        except Exception as error:
            failed = f"size {n}: {type(error).__name__}: {error}".splitlines()[0][:160]
            break
        points.append({"size": n, "seconds": seconds, "peak_mb": round((peak or 0) / 1e6, 2),
                       "value": value(found)})  # fmt: skip
        if seconds > LIMIT:
            break
    return {"points": points, "failed": failed}


def judge(ways: dict[str, dict], bound: str) -> None:
    """Say of each way how right its values are, where one of ours has been as far: the worst."""
    truth = {p["size"]: p["value"] for name, way in ways.items() if name.startswith(OURS)
             for p in way["points"]}  # fmt: skip
    for way in ways.values():
        words = [verdict(p["value"], truth[p["size"]], bound) for p in way["points"]
                 if p["size"] in truth]  # fmt: skip
        way["verdict"] = max(words, key=JUDGED.index, default=None)


def furthest(
    points: Sequence[dict], make: Callable, best: dict, *, step: int, by_steps: bool
) -> dict:
    """The largest size of ours that takes no longer than a point of another: measured.

    points: of our way, of which one is as fast. make: its calls by size. best: the other point.
    Sizes are doubled, or made larger by steps, until one takes longer or is refused; then the gap
    is halved. step: between sizes that there are, 0 if they are only doubled.
    """
    within = [p for p in points if p["seconds"] <= best["seconds"]]
    low, took = within[-1]["size"], within[-1]["seconds"]
    high = next((p["size"] for p in points if p["size"] > low), None)
    make(low)()  # warms up
    while low < ENOUGH * best["size"]:
        if high is not None and (not step or high - low <= max(step, low // CLOSE)):
            break
        if high is None:
            n = low + step if by_steps else 2 * low
        else:
            n = low + max(1, (high - low) // (2 * step)) * step
        try:
            seconds, _ = timed(make(n), ours=True)
        except Exception:
            high = n
            continue
        if seconds <= best["seconds"]:
            low, took = n, seconds
        else:
            high = n
    return {"size": low, "seconds": took}


def in_the_same_time(
    ways: dict[str, dict], makes: dict[str, Callable], *, step: int, by_steps: bool
) -> dict | None:
    """What ours does in the time that the best right way of others takes for its largest size.

    ways: judged ones. makes: their calls by size. None without such a way, or where none of ours
    is as fast.
    """
    others = [(way["points"][-1], name) for name, way in ways.items()
              if not name.startswith(OURS) and way["verdict"] == "right"]  # fmt: skip
    if not others:
        return None
    best, other = max(others, key=lambda found: (found[0]["size"], -found[0]["seconds"]))
    mine = {}
    for name, way in ways.items():
        within = [p["size"] for p in way["points"] if p["seconds"] <= best["seconds"]]
        if name.startswith(OURS) and within:
            mine[name] = max(within)
    if not mine:
        return None
    name = max(mine, key=mine.get)
    seek = partial(furthest, ways[name]["points"], makes[name], best, step=step, by_steps=by_steps)
    found = apart(seek)
    return {"other": other, "size": best["size"], "seconds": best["seconds"], "ours": name,
            "our_size": found["size"], "our_seconds": found["seconds"],
            "times": found["size"] / best["size"]}  # fmt: skip
