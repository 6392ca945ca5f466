"""The page on many calls at once: what two processors took, what a simulation says of more."""

from heapq import heappop, heappush
from pathlib import Path

from nonlocality.book.timings import computed, duration, labelled_table

POINTS, PROCESSORS = 10_000, (10, 100, 1000)
"""Of the simulation."""


def makespan(points: int, *, processors: int, seconds: float, overhead: float) -> float:
    """Seconds until the last of equal points is done, which are handed out one by one.

    seconds: of a point. overhead: seconds to hand out one.

    >>> makespan(10, processors=5, seconds=1.0, overhead=0.0)
    2.0
    >>> makespan(1000, processors=1000, seconds=1.0, overhead=0.01)  # the last leaves after 10 s
    11.0
    """
    free, now, last = [0.0] * processors, 0.0, 0.0
    for _ in range(points):
        now = max(now, heappop(free)) + overhead
        heappush(free, now + seconds)
        last = now + seconds
    return round(last, 9)


def scaling_html(root: Path) -> str:
    """What one and two processes took, and what more would; an empty text without the file.

    root: the checkout.
    """
    data = computed(root, "scaling")
    if data is None:
        return ""
    one, overhead = data["one process"], data["overhead, Dask"]
    rows = [[name, duration(data[name]), f"{one / data[name]:.2f}"]
            for name in ("one process", "two processes", "two Dask workers")]  # fmt: skip
    measured = labelled_table("Measured", ["Measured", "Time", "Times faster than one"], rows)
    simulated = []
    for seconds in (0.01, 0.1, 1.0, 10.0):
        alone = POINTS * seconds
        gains = [alone / makespan(POINTS, processors=p, seconds=seconds, overhead=overhead)
                 for p in PROCESSORS]  # fmt: skip
        simulated.append([f"{duration(seconds)} a point", *(f"{gain:.3g}" for gain in gains)])
    heads = ["Points", *(f"{p:,} processors" for p in PROCESSORS)]
    words = (
        f"<p>Measured with {data['points']} points of {duration(data['seconds_a_point'])}, on "
        f"{data['machine']['cores']} cores that others use too. To hand out one point takes "
        f"{duration(data['overhead, processes'])} with processes of one machine and "
        f"{duration(overhead)} with Dask. With the latter, {POINTS:,} points would be so many "
        f"times faster (simulated, not measured):</p>"
    )
    return measured + words + labelled_table("Simulated", heads, simulated)
