"""A search for postquantum steering without postquantum nonlocality, without descent.

Wanted: an assemblage that is local for all projective measurements of Alice and outside of the
almost-quantum set Q̃. :func:`see_saw` alternates two optimisations. Given a functional F, the
local assemblage with the least Σ tr(Fσ) is a linear program; positivity comes for free, because a
polygon around the disc sees every negative eigenvalue. Given the assemblage, its white-noise
robustness is a semidefinite program, whose dual is the next F. With F·σ = −t, F·(white) = 1 − t
and F ≥ 0 on Q̃, an assemblage with F·σ' ≤ −t has a robustness of at least t: it never decreases.

A random F leads nowhere at first, as its best local assemblage is quantum. So the corners of the
polygon start at a fraction of their radius and are moved out step by step. (Drawing F as 16
matrices matters too: in the nine of the minimal representation the marginals weigh too much.) The
descent of App. D of arXiv:1505.01430 is in :mod:`~nonlocality.postquantum_steering.descent`.
"""

from collections.abc import Callable, Iterator

import numpy as np

from nonlocality.foundations.checks import counts
from nonlocality.foundations.random import generator_of
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.directions import polygon
from nonlocality.postquantum_steering.local_assemblages import SHAPE, best_local_assemblage
from nonlocality.postquantum_steering.robustness import white_noise_robustness

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


@result
class Step:
    """One step of the see-saw.

    radius: of the polygon; only with 1 the assemblage is local for all projective measurements.
    """

    assemblage: Assemblage
    robustness: float
    radius: float


@result
class SearchResult:
    """What a search found.

    steps: the path of the run that was followed last, the strongest last. seed: of the generator.
    draws: number of random functionals. taken: steps of all of them. finished: whether it converged
    within the steps allowed; if not, the last step is the best so far, perhaps of a smaller radius.
    """

    steps: tuple[Step, ...]
    seed: int
    draws: int
    taken: int
    finished: bool

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
        state = "converged" if self.finished else "out of steps"
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
    max_steps: int = 500,
    progress: Callable[[Step], object] | None = None,
) -> SearchResult:
    """Search for an assemblage local for all projective measurements, far outside of Q̃.

    seed: everything follows from it. directions: corners of the polygon of the last
    steps; the first ones use 8. symmetric: every step is, under the swap of Bob and Charlie, as
    Table I is.
    max_steps: of all random functionals together, a linear and a semidefinite program each (some
    0.1 s); when they are used up the best so far is returned, and says so.
    progress: called with each step.
    Raises ValueError for a seed that is no integer of at least 0, a number of steps that is not
    positive, or fewer than 2 directions.

    >>> found = see_saw(11, directions=8)
    >>> found.finished, found.local, round(found.robustness, 4)
    (True, True, 0.1263)
    """
    polygons = [polygon(8), polygon(directions)] if directions != 8 else [polygon(8)]
    (max_steps,) = counts("max_steps", (max_steps,))
    rng = generator_of("seed", seed)
    best: list[Step] = []
    draws = taken = 0
    while taken < max_steps:
        draws += 1
        steps: list[Step] = []
        for step in _run(random_functional(rng, symmetric=symmetric), polygons, symmetric):
            taken += 1
            steps.append(step)
            if len(steps) > 1 and progress is not None:
                progress(step)
            if taken >= max_steps:
                break
        else:
            taken += 1  # the step that gained nothing, or failed
            if steps and steps[-1].radius == 1 and steps[-1].robustness > WORTH:
                return SearchResult(tuple(steps), seed, draws, taken, True)
            continue
        best = steps
    return SearchResult(tuple(best), seed, draws, taken, False)


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
    return Step(found, robustness.weight.reached, float(radius)), witness
