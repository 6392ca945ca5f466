"""One way to time a call: the median of several, after one that warms up."""

import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median


def seconds(call: Callable[[], object], *, repeat: int = 7) -> float:
    """Median wall time of `call` in seconds."""
    call()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


def import_seconds(module: str, *, repeat: int = 5) -> float:
    """Median time that a fresh interpreter needs to import a module, in seconds."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
            for _ in range(repeat)]  # fmt: skip
    return median(float(run.stdout) for run in runs)


def duration(value: float) -> str:
    """Seconds as a line shows them: from ten on in seconds, below in milliseconds."""
    return f"{value:.0f} s " if value >= 10 else f"{1000 * value:.1f} ms"


def report(what: str, value: float, promised: float | None = None) -> None:
    """Print one line: what, how long, and what was promised."""
    promise = f"   (promised at most {duration(promised).strip()})" if promised else ""
    print(f"{what:<58}{duration(value):>13}{promise}")
