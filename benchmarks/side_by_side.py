"""One problem, several ways to it, in one run: medians, values, errors and peak memory.

The ways are called in turn, so that what else the machine does meets all alike, and in an order
that is drawn anew each round, so that none always finds the processor as the same other has left
it: right after a large tool a short call takes longer. Times are of the processor, one thread
each. What a way cannot do is an entry too, with its message.
"""

import ctypes
import gc
import importlib
import multiprocessing
import os
import platform
import random
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from time import process_time

from nonlocality.foundations.polytopes import _parma

REPEATS, LONG = 15, 4.0
"""Calls of each way, and the seconds from which the first one is enough."""

TOLERANCE = 1e-5
"""Relative error up to which a value counts as right; solvers promise about 1e-8."""

ROUGH = 1e-3
"""Relative error up to which it is the same number, but not to the digits that solvers promise."""

PEERS = ("cvxpy", "picos", "toqito", "ncpol2sdpa", "MoMPy", "qutip", "pycddlib-standalone", "numpy",
         "scipy", "clarabel", "cvxopt", "highspy", "pplpy")  # fmt: skip


MODULES = {"pycddlib-standalone": "cdd", "pplpy": "ppl"}
"""The modules of packages that are not called like them."""


@dataclass(frozen=True)
class Way:
    """A tool, how it is used in a few words, and a call that returns a value."""

    tool: str
    how: str
    call: Callable[[], float]

    @property
    def ours(self) -> bool:
        """Whether it is the library's."""
        return self.tool == "nonlocality"


@dataclass(frozen=True)
class Problem:
    """What is wanted, its true value and where that is from.

    bound: whether a way may only err upwards ("upper"): what is above the truth is loose, what is
    below is wrong; otherwise whatever is not right is wrong.
    """

    name: str
    chapter: str
    truth: float
    source: str
    ways: list[Way]
    bound: str = ""


@dataclass
class _Trial:
    way: Way
    entry: dict
    times: list[float] = field(default_factory=list)


def forget() -> None:
    """Empty the caches of the library, so that a call starts from nothing."""
    for name, module in list(sys.modules.items()):
        if name.startswith("nonlocality."):
            for thing in list(vars(module).values()):
                if hasattr(thing, "cache_clear"):
                    thing.cache_clear()


def verdict(value: float, truth: float, bound: str = "") -> str:
    """In one word: right, rough (right to three digits), loose or wrong.

    >>> [verdict(v, 8**0.5, "upper") for v in (2.828427, 2.8284, 3.0, 2.0)]
    ['right', 'right', 'loose', 'wrong']
    >>> verdict(2.829, 8**0.5)
    'rough'
    """
    error = abs(value - truth) / max(1.0, abs(truth))
    if error <= ROUGH:
        return "right" if error <= TOLERANCE else "rough"
    return "loose" if bound == "upper" and value > truth else "wrong"


def apart(call: Callable[[], object]) -> object:
    """What a call returns, in a process of its own that has imported the tools and run none.

    Solvers start threads, which a child that is forked later lacks and may wait for without end.
    Raises RuntimeError if the process ends without an answer.
    """
    for name in (*PEERS, "toqito.nonlocal_games.nonlocal_game"):
        with suppress(ImportError):
            importlib.import_module(MODULES.get(name, name))
    _parma()  # to import it anywhere leaves the processor rounding upwards
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=lambda: theirs.send(call()))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        raise RuntimeError("A measuring process ended without an answer.") from None
    finally:
        process.join()


def peak_bytes(
    call: Callable[[], object], *, first: Callable[[], object] | None = None
) -> int | None:
    """Memory that a call takes at most, beyond what there was; in a child, on Linux alone.

    first: what the child calls before its memory is looked at, so that what is touched once (the
    start of a solver, pages of libraries shared with the parent) is no part of it.
    """
    if not os.path.exists("/proc/self/clear_refs"):
        return None
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads that a child does not have
        child = os.fork()
    if not child:
        try:
            if first is not None:
                first()
            forget()
            _trim()
            with open("/proc/self/clear_refs", "w") as file:
                file.write("5")  # the peak starts anew
            before = _memory("VmRSS")
            call()
            os.write(write, str(max(0, _memory("VmHWM") - before)).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return int(said) if said else None


def _trim() -> None:
    """Give freed memory back, so that using it again is seen; glibc alone."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        gc.collect()
        trim(0)


def _memory(which: str) -> int:
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(which))
    return 1024 * int(line.split()[1])


def _first(way: Way, problem: Problem, peak: int | None) -> _Trial:
    """The call that warms up and gives the value."""
    entry = {"tool": way.tool, "how": way.how, "peak_mb": round((peak or 0) / 1e6, 1)}
    trial = _Trial(way, entry)
    try:
        start = process_time()
        value = float(way.call())
        taken = process_time() - start
    except Exception as error:
        entry["failed"] = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return trial
    entry |= {
        "value": value,
        "error": value - problem.truth,
        "verdict": verdict(value, problem.truth, problem.bound),
    }
    if taken > LONG:
        trial.times.append(taken)
    return trial


def compare(problem: Problem, *, repeats: int = REPEATS) -> dict:
    """All ways of a problem, in turn, as an entry of the results file."""
    peaks = [peak_bytes(way.call) for way in problem.ways]  # before any solver starts threads
    trials = [_first(way, problem, peak) for way, peak in zip(problem.ways, peaks, strict=True)]
    orders = random.Random(0)
    for _ in range(repeats):
        for trial in orders.sample(trials, len(trials)):
            if "failed" in trial.entry or sum(trial.times) > LONG:
                continue
            if trial.way.ours and "again" not in trial.way.how:
                forget()
            start = process_time()
            trial.way.call()
            trial.times.append(process_time() - start)
    for trial in trials:
        if trial.times:
            trial.entry |= {"seconds": median(trial.times), "repeats": len(trial.times)}
    entries = [trial.entry for trial in trials]
    return {
        "problem": problem.name,
        "chapter": problem.chapter,
        "truth": problem.truth,
        "source": problem.source,
        "ways": entries,
        "ratio": ratio(entries),
        "ratio_again": ratio(entries, again=True),
    }


def ratio(entries: list[dict], *, again: bool = False) -> float | None:
    """How many times faster our best way is than the best other one whose value is right.

    again: our way when it was called before for the same scenario.
    """
    right = [e for e in entries if e.get("verdict") == "right" and "seconds" in e]
    mine = [e for e in right if e["tool"] == "nonlocality"]
    ours = [e["seconds"] for e in mine if again == ("again" in e["how"])]
    others = [e["seconds"] for e in right if e["tool"] != "nonlocality"]
    return min(others) / min(ours) if ours and others else None


def machine() -> dict:
    """Processor, cores, memory, system and versions."""
    versions = {}
    for name in PEERS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "threads": 1,
        "versions": versions,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
