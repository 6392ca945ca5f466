"""Maps of the sets: how far L ⊂ Q ⊂ Q1 ⊂ NS reach in a plane of behaviours.

A slice is a plane through a behaviour that lies inside all sets, such as white noise, spanned by
two directions. Every set is convex, so along the ray at each angle it ends at one radius:

- no-signalling: where a probability vanishes, exact;
- local: a linear program over deterministic behaviours;
- level 1 (macroscopic locality) and level 1+AB: semidefinite programs, which bound the quantum
  set from outside;
- quantum, from inside: mixtures of explicit quantum behaviours, found one by one as the best for
  the inequality that the mixture so far suggests (column generation).
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import (
    TOLERANCE,
    finite_array,
    finite_number,
    renamed,
    shown,
    whole_numbers,
)
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import SolverError
from nonlocality.foundations.strategies import CausalModel
from nonlocality.macroscopic_locality.radii import radius
from nonlocality.macroscopic_locality.structure import moment_structure

SETS = ("local", "quantum", "level 1+AB", "level 1", "no-signalling")
"""From inside to outside. "quantum" is a set of models: a bound of Q from inside."""


SOLVERS = ("clarabel", "cvxopt")
"""What the programs of the levels can be posed with."""


MODEL_GAP = 1e-5
"""The search for quantum models ends when it expects to gain less than this in the radius."""


MAX_MODELS = 200
"""Largest number of quantum behaviours that are looked for at one angle."""


@result
class Slice:
    """A plane of behaviours: the tables origin + u·right + v·up, each ``[a, b, x, y]``.

    origin: a behaviour inside all sets. right, up: directions, with sums 0 over the outcomes.
    labels: what u and v are. models: a function from a Bell expression (a table) to the table of
    a quantum behaviour that is good at it; None if the set of models is not asked for.
    symmetry: a relabelling of order two (of outcomes, settings or parties) that leaves every
    table of the slice as it is; models are averaged over it, which speeds their search up. It is
    given by the number of the entry, in the order of ``table.ravel()``, that each entry is taken
    from, an array of integers of the shape of a table.
    Raises ValueError for shapes that do not fit, tables that signal, or what is no such symmetry.
    """

    origin: Behaviour
    right: np.ndarray
    up: np.ndarray
    labels: tuple[str, str]
    models: Callable[[np.ndarray], np.ndarray] | None = None
    symmetry: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Check the directions."""
        object.__setattr__(self, "origin", as_behaviour(self.origin, name="origin"))
        self.origin.require_no_signalling(name="origin")
        for name in ("right", "up"):
            step = finite_array(name, getattr(self, name))
            if step.shape != self.origin.table.shape or not np.abs(step).max() > 0:
                raise ValueError(
                    f"Argument `{name}` must have shape {self.origin.table.shape} and not vanish, "
                    f"but has shape {step.shape}."
                )
            small = self.origin.table.min() / (2 * np.abs(step).max())
            with renamed(table=name, behaviour=name):
                Behaviour(self.origin.table + small * step).require_no_signalling()
            object.__setattr__(self, name, step)
        if self.symmetry is not None:
            sources = whole_numbers("symmetry", self.symmetry)
            self._check_symmetry(sources)
            object.__setattr__(self, "symmetry", sources)

    def _check_symmetry(self, sources: np.ndarray) -> None:
        """Raise ValueError for what is no relabelling of order two that keeps the slice.

        Anything else would mix in tables that are no models, and give wrong radii.
        """
        shape, order = self.origin.table.shape, sources.ravel()
        numbers = np.arange(self.origin.table.size)
        if sources.shape != shape or not np.array_equal(np.sort(order), numbers):
            raise ValueError(
                f"Argument `symmetry` must be a permutation of 0, …, {numbers[-1]} of shape "
                f"{shape}, but is not; it has shape {sources.shape}."
            )
        if not np.array_equal(order[order], numbers):
            raise ValueError("Argument `symmetry` must be of order two, but is not.")
        if not _is_relabelling(sources):
            raise ValueError(
                "Argument `symmetry` must relabel outcomes, settings or parties, but moves "
                "entries in another way."
            )
        for name, table in (
            ("origin", self.origin.table),
            ("right", self.right),
            ("up", self.up),
        ):
            moved = np.abs(table.ravel()[order] - table.ravel()).max()
            if moved > TOLERANCE:
                raise ValueError(
                    f"Argument `symmetry` must leave `{name}` as it is, but changes an entry by "
                    f"{moved:.3g}."
                )

    def table(self, u: float, v: float) -> np.ndarray:
        """The table at a point; outside the no-signalling set it has negative entries.

        Raises ValueError for coordinates that are not finite numbers.
        """
        u, v = finite_number("u", u), finite_number("v", v)
        return self.origin.table + u * self.right + v * self.up


def _is_relabelling(sources: np.ndarray) -> bool:
    """Whether a permutation of the entries [a, b, x, y] is a relabelling.

    The new setting of a party may depend on its old one alone, the new outcome on its old outcome
    and setting alone; or on the other party's, if they change places.
    """
    a, b, x, y = np.unravel_index(sources, sources.shape)
    alice, bob = (0, 2), (1, 3)
    for here, there in ((alice, bob), (bob, alice)):  # where a and x come from; b and y
        fixed = [(a, there), (x, (0, 1, there[1])), (b, here), (y, (0, 1, here[1]))]
        if not any(np.ptp(part, axis=axes).any() for part, axes in fixed):
            return True
    return False


@result
class Boundary:
    """The radius of a set at each of the angles, shape (n,).

    For the quantum models nothing is proved from above: the search ends where it expects to gain
    less than :data:`MODEL_GAP`.
    """

    angles: np.ndarray
    radii: tuple[TwoSided, ...]

    @property
    def reached(self) -> np.ndarray:
        """The radii that points of the set reach, shape (n,)."""
        return np.array([float(radius) for radius in self.radii])

    @property
    def upper(self) -> np.ndarray:
        """The radii beyond which there is proved to be nothing, shape (n,); ∞ where none is."""
        return np.array([radius.upper for radius in self.radii])

    @property
    def points(self) -> np.ndarray:
        """The points (u, v) at the radii that are reached, shape (n, 2)."""
        return self.reached[:, None] * np.column_stack([np.cos(self.angles), np.sin(self.angles)])


def boundary(
    plane: Slice, which: str, *, angles: Sequence[float], solver: str = "clarabel"
) -> Boundary:
    """Radii of one of the :data:`SETS` at some angles (radians from `right` towards `up`).

    solver: for the levels; the other sets have one solver.
    Raises ValueError for an unknown set or solver, angles that are not a list of numbers or a
    slice without models, SolverError if a solver stops early.

    >>> from nonlocality.macroscopic_locality.slice_planes import slice_biased
    >>> plane = slice_biased()
    >>> upwards = [np.pi / 2]
    >>> [round(float(boundary(plane, name, angles=upwards).reached[0]), 5) for name in SETS]
    [0.5, 0.70711, 0.70711, 0.70711, 1.0]
    """
    if which not in SETS:
        raise ValueError(f"Argument `which` must be one of {SETS}, but is {shown(which)}.")
    if solver not in SOLVERS:
        raise ValueError(f"Argument `solver` must be one of {SOLVERS}, but is {shown(solver)}.")
    turns = finite_array("angles", angles)
    if turns.ndim != 1:
        raise ValueError(f"Argument `angles` must have shape (n,), but has shape {turns.shape}.")
    radii, pool = [], []
    for angle in turns:
        step = np.cos(angle) * plane.right + np.sin(angle) * plane.up
        if which == "no-signalling":
            end = _to_zero(plane.origin.table, step)
            radii.append(TwoSided(end, end, end))
        elif which == "local":
            radii.append(_mixture(plane, step, _corners(plane.origin.table.shape)))
        elif which == "quantum":
            radii.append(_quantum_radius(plane, step, pool))
        else:
            level = which.removeprefix("level ")
            radii.append(radius(plane.origin.table, step, level=level, solver=solver).largest)
    return Boundary(turns, tuple(radii))


def memberships(plane: Slice, u: float, v: float) -> dict[str, float]:
    """Signed distance of a point (u, v) from the end of each set, along its ray; negative outside.

    The origin is at the distance of the end to the right. Raises as :func:`boundary` does.

    >>> from nonlocality.macroscopic_locality.slice_planes import slice_biased
    >>> distances = memberships(slice_biased(), 0, 0.6)
    >>> [name for name, distance in distances.items() if distance < 0]
    ['local']
    """
    point = finite_array("u, v", [u, v])
    angle = [np.arctan2(point[1], point[0])]
    sets = [name for name in SETS if name != "quantum" or plane.models is not None]
    ends = {name: boundary(plane, name, angles=angle).reached[0] for name in sets}
    return {name: float(end - np.hypot(*point)) for name, end in ends.items()}


def _to_zero(table: np.ndarray, step: np.ndarray) -> float:
    """How far a table can move along a direction before an entry vanishes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(step < 0, table / -step, np.inf).min())


@cache
def _corners(shape: tuple[int, int, int, int]) -> np.ndarray:
    """The deterministic local behaviours, one a row."""
    return CausalModel(("x", "y"), shape[:2], shape[2:]).corners.astype(float)


def _mixture(plane: Slice, step: np.ndarray, points: np.ndarray) -> TwoSided:
    """The largest t for which origin + t·step is a mixture of the points (rows)."""
    table = plane.origin.table
    coordinates = moment_structure("1", table.shape[:2], table.shape[2:]).coordinate_map
    columns = np.column_stack([coordinates @ points.T, -coordinates @ step.ravel()])
    columns = np.vstack([columns, np.r_[np.ones(len(points)), 0]])
    cost = np.zeros(columns.shape[1])
    cost[-1] = -1
    return -minimise_linear(
        cost,
        equal=(sp.csr_array(columns), np.r_[coordinates @ table.ravel(), 1]),
        mass=1 + _to_zero(table, step),
    )


def _quantum_radius(plane: Slice, step: np.ndarray, pool: list[np.ndarray]) -> TwoSided:
    """The radius of the models.

    The dual of the mixture is a Bell expression; a quantum behaviour that is better at it than
    all points so far is the next point. It joins the pool, for the other angles.
    """
    if plane.models is None:
        raise ValueError("Argument `plane` must have models for the quantum set, but has none.")
    table = plane.origin.table
    coordinates = moment_structure("1", table.shape[:2], table.shape[2:]).coordinate_map
    mirror = np.arange(table.size) if plane.symmetry is None else plane.symmetry.ravel()
    corners = _corners(table.shape)
    corners = np.unique((corners + corners[:, mirror]) / 2, axis=0)
    for _ in range(MAX_MODELS):
        points = np.vstack([corners, *pool])
        found = _mixture(plane, step, points)
        # Σ weights·(coordinates of a point) ≤ −last, for all points
        weights, last = np.split(found.evidence.dual_equal, [-1])
        functional = coordinates.T @ weights
        functional = ((functional + functional[mirror]) / 2).reshape(table.shape)
        model = plane.models(functional)
        gain = float((functional * model).sum() + last[0])
        if gain <= MODEL_GAP:
            return TwoSided(reached=found.reached, side="lower", evidence=found.evidence)
        pool.append((model.ravel() + model.ravel()[mirror])[None] / 2)
    raise SolverError(f"No end after {MAX_MODELS} quantum models: the next adds {gain:.2g}.")
