"""The explicit local model (10) of Sec. IV: one particle for each setting.

Each region has as many particles as settings, or more. Average the state over permutations in the
regions. Let the source measure setting 1 on the first particle of the region, setting 2 on the
second, and so on, all at once, and write the outcomes on a list: that is the hidden variable. Asked
for a setting, a party reads the outcome off its list. Any one of these particles, with one from
each other region, is in the effective state, so the answers have its distribution.

One region, the *free* one, needs no list: given the lists of the others, a quantum state of its
particle is left, and it may measure it with any number of settings. For M-body observables
"particle" is a group of M.
"""

from collections.abc import Sequence
from math import prod
from numbers import Integral

import numpy as np

from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.checks import counts, shown
from nonlocality.foundations.quantum import check_measurement
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import require_memory, size_text
from nonlocality.local_realism.effective_states import averaged_state, check_sizes


@result
class ListModel:
    """A local model whose hidden variable is a list of outcomes for each party but a free one.

    table: probability of the lists and of the free party's outcome j given its setting i, axes
    region after region: S_X outcome axes for a party with a list, (j, i) for the free one.
    settings: S_X of each party. free: its number, or None.
    """

    table: np.ndarray
    settings: tuple[int, ...]
    free: int | None

    def _axes(self) -> list[list[int]]:
        """The axes of each party."""
        axes, start = [], 0
        for party, number in enumerate(self.settings):
            width = 2 if party == self.free else number
            axes.append(list(range(start, start + width)))
            start += width
        return axes

    def weights(self) -> np.ndarray:
        """p(λ), one axis an entry of the lists; for each setting of the free party alike."""
        if self.free is None:
            return self.table
        outcome, setting = self._axes()[self.free]
        return self.table.sum(axis=outcome).take(0, axis=setting - 1)

    def signalling(self) -> float:
        """How far p(λ) depends on the free party's setting: 0 but for rounding."""
        if self.free is None:
            return 0.0
        outcome, setting = self._axes()[self.free]
        return float(np.ptp(self.table.sum(axis=outcome), axis=setting - 1).max())

    def behaviour(self) -> Behaviour:
        """What the parties see: each reads its list, or measures what is left to it."""
        axes = self._axes()
        outcomes = [self.table.shape[each[0]] for each in axes]
        result = np.zeros((*outcomes, *self.settings))
        for inputs in np.ndindex(*self.settings):
            kept, index = [], [slice(None)] * self.table.ndim
            for party, (setting, each) in enumerate(zip(inputs, axes, strict=True)):
                if party == self.free:
                    index[each[1]] = slice(setting, setting + 1)
                    kept.append(each[0])
                else:
                    kept.append(each[setting])
            others = tuple(axis for axis in range(self.table.ndim) if axis not in kept)
            result[(..., *inputs)] = self.table[tuple(index)].sum(axis=others)
        return Behaviour(result)


def list_model(
    state: np.ndarray,
    sizes: Sequence[int],
    measurements: Sequence[np.ndarray],
    *,
    free: int | None = None,
    dimension: int = 2,
    body: int = 1,
) -> ListModel:
    """The model (10) of the effective state under local measurements.

    state: of all particles of the given dimension, region after region. measurements: for each
    region an array ``[x, a, i, j]`` on `body` particles. free: a region that needs no list.
    Raises ValueError for bad arguments, beyond memory, and if a region without a list is too small:
    S_X · body ≤ N_X must hold for all regions but the free one.

    >>> from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables
    >>> xz = measurement_of_observables([PAULI_X, PAULI_Z])
    >>> ghz = np.zeros(8); ghz[[0, 7]] = 0.5**0.5
    >>> model = list_model(ghz, (1, 2), [xz, xz], free=0)
    >>> float(round(model.behaviour().table[0, 0, 1, 1], 9))
    0.5
    """
    sizes = check_sizes(sizes)
    (dimension,), (body,) = counts("dimension", (dimension,)), counts("body", (body,))
    povms = [check_measurement(f"measurements[{k}]", m) for k, m in enumerate(measurements)]
    if len(povms) != len(sizes):
        raise ValueError(
            f"Argument `measurements` must hold {len(sizes)} arrays, but holds {len(povms)}."
        )
    if free is not None and free not in range(len(sizes)):
        raise ValueError(
            f"Argument `free` must be a region's number or None, but is {shown(free)}."
        )
    require_memory("body", 16, base=dimension, exponent=2 * body)
    unit = dimension**body
    copies = [1 if k == free else len(m) for k, m in enumerate(povms)]
    for k, (size, number, povm) in enumerate(zip(sizes, copies, povms, strict=True)):
        if povm.shape[2] != unit:
            raise ValueError(
                f"Argument `measurements[{k}]` must be of dimension {unit}, but is of dimension "
                f"{povm.shape[2]}."
            )
        if number * body > size:
            raise ValueError(
                f"Argument `measurements[{k}]` must have at most {size // body} settings for a "
                f"list of {size} particles and {body}-body observables, but has {number}."
            )
    outcomes = prod(m.shape[1] ** c for m, c in zip(povms, copies, strict=True))
    require_memory("measurements", 16 * outcomes)
    rho = averaged_state(
        state, sizes, take=[c * body for c in copies], dimension=dimension
    ).reshape((unit,) * (2 * sum(copies)))
    left = sum(copies)
    for k, povm in enumerate(povms):
        # contract row i and column j of the unit at the front with the effect E[j, i]
        if k == free:
            rho = np.tensordot(rho, povm.transpose(1, 0, 2, 3), axes=((0, left), (3, 2)))
            left -= 1
            continue
        for effects in povm:
            rho = np.tensordot(rho, effects, axes=((0, left), (2, 1)))
            left -= 1
    return ListModel(rho.real, tuple(len(m) for m in povms), free)


def local_settings(*, particles: int, regions: int, body: int = 1) -> int:
    """Up to so many settings a party, M-body observables on k equal regions are local: ⌊⌊N/k⌋/M⌋.

    At least two parties need more to violate anything. Whole numbers of any size.
    Raises ValueError for numbers below 1, or regions with fewer than `body` particles.

    >>> local_settings(particles=10**23, regions=10**7, body=10**7) == 10**9
    True
    """
    _check_counts(particles=particles, regions=regions, body=body)
    if regions > particles:
        raise ValueError(
            f"Argument `regions` must be at most {size_text(particles)}, the number of particles, "
            f"but is {size_text(regions)}."
        )
    if particles // regions < body:
        raise ValueError(
            f"Argument `body` must be at most {size_text(particles // regions)}, the particles of "
            f"a region, but is {size_text(body)}."
        )
    return particles // regions // body


def _check_counts(**numbers: int) -> None:
    """Raise ValueError, naming the argument, unless each is a whole number of at least 1."""
    for name, value in numbers.items():
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(
                f"Argument `{name}` must be a positive integer, such as 10**23, "
                f"but is {shown(value)}."
            )
