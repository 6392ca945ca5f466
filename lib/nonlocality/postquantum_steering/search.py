"""The search for postquantum steering without postquantum nonlocality (App. D, arXiv:1505.01430).

Wanted: an assemblage that is local for all projective measurements of Alice and outside of the
almost-quantum set Q̃. :func:`see_saw` alternates two optimisations. Given a functional F, the
local assemblage with the least Σ tr(Fσ) is a linear program; positivity comes for free, because a
polygon around the disc sees every negative eigenvalue. Given the assemblage, its white-noise
robustness is a semidefinite program, whose dual is the next F. With F·σ = −t, F·(white) = 1 − t
and F ≥ 0 on Q̃, an assemblage with F·σ' ≤ −t has a robustness of at least t: it never decreases.

A random F leads nowhere at first, as its best local assemblage is quantum. So the corners of the
polygon start at a fraction of their radius and are moved out step by step. (Drawing F as 16
matrices matters too: in the nine of the minimal representation the marginals weigh too much.)
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from nonlocality.foundations.optimise import SolverError
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.hidden_states import polygon
from nonlocality.postquantum_steering.local_assemblages import SHAPE, best_local_assemblage
from nonlocality.postquantum_steering.robustness import (
    functional_value,
    minimise_functional,
    white_noise_robustness,
)

START = 0.3
"""Fraction of the radius at which the see-saw starts."""

WORTH = 0.01
"""Robustness from which a random start is followed, and below which it is given up."""

GAIN = 1e-6
"""Gain of robustness below which the see-saw has converged."""


def random_functional(rng: np.random.Generator, *, symmetric: bool = False) -> np.ndarray:
    """Sixteen real symmetric matrices F_{bcyz} with normal entries, ``[b, c, y, z, i, j]``.

    symmetric: the same after a swap of Bob and Charlie.

    >>> random_functional(np.random.default_rng(1)).shape
    (2, 2, 2, 2, 2, 2)
    """
    f = rng.normal(size=(*SHAPE, 2, 2))
    f = f + f.swapaxes(-1, -2)
    return _symmetrised(f) if symmetric else f


def _symmetrised(array: np.ndarray) -> np.ndarray:
    """The mean of ``[b, c, y, z, i, j]`` and what it is after a swap of Bob and Charlie."""
    return (array + array.transpose(1, 0, 3, 2, 4, 5)) / 2


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the see-saw.

    radius: of the polygon; only with 1 the assemblage is local for all projective measurements.
    """

    assemblage: Assemblage
    robustness: float
    radius: float
    seconds: float


@dataclass(frozen=True, eq=False)
class SearchResult:
    """What a search found.

    steps: the path of the run that was followed last, the strongest last. seed: of the generator.
    draws: number of random functionals. finished: whether it converged within the time; if not,
    the last step is the best so far, perhaps of a smaller radius.
    """

    steps: tuple[Step, ...]
    seed: int
    draws: int
    finished: bool
    seconds: float

    @property
    def local(self) -> bool:
        """Whether the result is local for all projective measurements."""
        return bool(self.steps) and self.steps[-1].radius == 1

    @property
    def assemblage(self) -> Assemblage | None:
        """The result, if there is one."""
        return self.steps[-1].assemblage if self.steps else None

    @property
    def robustness(self) -> float:
        """White-noise robustness of the result; 0 without one."""
        return self.steps[-1].robustness if self.steps else 0.0

    def __str__(self) -> str:
        """In one sentence."""
        state = "converged" if self.finished else "out of time"
        where = "local for all projective measurements" if self.local else "not yet local"
        return (
            f"Seed {self.seed}: {state} after {self.draws} random functionals and "
            f"{len(self.steps)} steps; robustness {self.robustness:.5f}, {where}."
        )


def see_saw(
    seed: int,
    *,
    directions: int = 32,
    symmetric: bool = False,
    time_limit: float = 60.0,
    progress: Callable[[Step], object] | None = None,
) -> SearchResult:
    """Search for an assemblage local for all projective measurements, far outside of Q̃.

    seed: everything but the times follows from it. directions: corners of the polygon of the last
    steps; the first ones use 8. symmetric: every step is, under the swap of Bob and Charlie, as
    Table I is.
    time_limit: in seconds; when it is over the best so far is returned, and says so.
    progress: called with each step.
    Raises ValueError for a time limit that is not positive or fewer than 2 directions.

    >>> found = see_saw(11, directions=8)
    >>> found.finished, found.local, round(found.robustness, 4)
    (True, True, 0.1263)
    """
    polygons = [polygon(8), polygon(directions)] if directions != 8 else [polygon(8)]
    if not time_limit > 0:
        raise ValueError(f"Argument `time_limit` must be positive, but is {time_limit}.")
    rng, start = np.random.default_rng(seed), time.perf_counter()
    best: list[Step] = []
    draws = 0

    def seconds() -> float:
        return time.perf_counter() - start

    while seconds() < time_limit:
        draws += 1
        steps: list[Step] = []
        for step in _run(random_functional(rng, symmetric=symmetric), polygons, symmetric):
            steps.append(Step(step.assemblage, step.robustness, step.radius, seconds()))
            if len(steps) > 1 and progress is not None:
                progress(steps[-1])
            if seconds() >= time_limit:
                break
        else:
            if steps and steps[-1].radius == 1 and steps[-1].robustness > WORTH:
                return SearchResult(tuple(steps), seed, draws, True, seconds())
            continue
        best = steps
    return SearchResult(tuple(best), seed, draws, False, seconds())


def _run(functional: np.ndarray, polygons: list[np.ndarray], symmetric: bool) -> Iterator[Step]:
    """One start followed to its end; it ends early where the robustness is lost."""
    radii = np.linspace(START, 1, 9)
    try:
        for radius in [radii[0], *np.repeat(radii[1:-1], 2)]:
            step, functional = _step(functional, polygons[0], radius, symmetric)
            yield step
            if step.robustness < WORTH:
                return
        best = 0.0
        for corners in polygons:
            for _ in range(100):
                step, functional_next = _step(functional, corners, 1.0, symmetric)
                if step.robustness < best + GAIN:
                    break
                best, functional = step.robustness, functional_next
                yield step
    except SolverError:  # a functional on which a solver stalls is as good as none
        return


def _step(
    functional: np.ndarray, corners: np.ndarray, radius: float, symmetric: bool
) -> tuple[Step, np.ndarray]:
    """The best local assemblage for a functional, its robustness, and the next functional.

    If the functional is symmetric so may be the other two: by linearity, and by convexity.
    """
    found = best_local_assemblage(functional, corners=corners, radius=radius)
    found = Assemblage(_symmetrised(found.elements)) if symmetric else found
    robustness = white_noise_robustness(found)
    witness = _symmetrised(robustness.witness) if symmetric else robustness.witness
    return Step(found, robustness.value, float(radius), 0.0), witness


@dataclass(frozen=True, eq=False)
class PrintedStep:
    """One functional in the algorithm of App. D of arXiv:1505.01430.

    local: the least β over assemblages local for the four measurements θ = 0, π/4, π/2, 3π/4.
    almost_quantum: β_Q̃. visibility: the μ for which the noisy assemblage (40) has β = β_Q̃,
    infinite if local ≥ almost_quantum; an example is found if it is at most cos(π/8).
    gradient: of the visibility by the functional, for fixed assemblages.
    """

    local: float
    almost_quantum: float
    visibility: float
    gradient: np.ndarray


def printed_step(functional: np.ndarray) -> PrintedStep:
    """Steps (i) and (ii) of App. D for one functional: two programs, and the visibility μ.

    Raises ValueError and SolverError as
    :func:`~nonlocality.postquantum_steering.local_assemblages.best_local_assemblage`.
    """
    octagon = polygon(4)
    found = best_local_assemblage(functional, corners=octagon, radius=np.cos(np.pi / 8))
    quantum = minimise_functional(functional)
    noise = found.depolarised(visibility=0)
    local, base = functional_value(functional, found), functional_value(functional, noise)
    if local >= quantum.value:
        return PrintedStep(local, quantum.value, np.inf, np.zeros_like(functional))
    mu = (base - quantum.value) / (base - local)
    noisy = mu * found.elements + (1 - mu) * noise.elements
    return PrintedStep(local, quantum.value, mu, (noisy - quantum.elements) / (base - local))


def printed_search(
    rng: np.random.Generator,
    *,
    starts: int = 1_000_000,
    time_limit: float = float("inf"),
    symmetric: bool = False,
    descent_steps: int = 60,
) -> list[list[float]]:
    """The algorithm of App. D as printed: random functionals, then descent of the visibility.

    rng: of the functionals, symmetric as in :func:`see_saw`. starts: how many of them.
    time_limit: in seconds; with fewer starts than it allows, the result depends on `rng` only.
    descent_steps: after which a start is given up (the paper leaves the method of descent open;
    this one halves its step where it fails).
    Returns the visibilities μ of each start, [inf] where the first test fails; a start succeeded
    if its last number is at most cos(π/8).
    """
    start, runs = time.perf_counter(), []
    while len(runs) < starts and time.perf_counter() - start < time_limit:
        functional, length, path = random_functional(rng, symmetric=symmetric), 0.5, []
        functional = functional / np.linalg.norm(functional)
        try:
            step = printed_step(functional)
            path.append(float(step.visibility))
            for _ in range(descent_steps if np.isfinite(step.visibility) else 0):
                late = time.perf_counter() - start >= time_limit
                if path[-1] <= np.cos(np.pi / 8) or length < 1e-4 or late:
                    break
                slope = step.gradient / np.linalg.norm(step.gradient)
                trial = functional - length * slope
                trial = trial / np.linalg.norm(trial)
                tried = printed_step(trial)
                if tried.visibility < path[-1]:
                    functional, step, length = trial, tried, 1.2 * length
                    path.append(float(step.visibility))
                else:
                    length /= 2
        except SolverError:
            pass
        runs.append(path or [float("inf")])
    return runs
