"""Moment matrices of assemblages: the almost-quantum set Q̃ and its hierarchy.

If Bob and Charlie measure projectors E_{b|y} and E_{c|z} that commute, on a state ρ shared with
Alice, each word v, a product O_v of projectors, has a moment tr_BC(O_v ρ), a matrix on Alice's
space, and the matrix of the blocks

    Γ(v, w) = tr_BC(O_w† O_v ρ)

is positive semidefinite: a†Γa = tr(Z†Z ρ) with Z = Σ_v |0⟩⟨a_v| ⊗ O_v for any vectors a_v.
Eq. (17) of arXiv:1505.01430 prints O_v† O_w instead. That matrix need not be positive: its
blockwise transpose is. As a condition on assemblages the two agree, because the rules (22)–(29)
link the same places, and the first row and column hold Hermitian blocks in both.

Two places are linked if the products of their words are equal, or adjoint to each other. The
words 1, E_{b|y}, E_{c|z}, E_{b|y} E_{c|z} give Q̃ (App. A of arXiv:1505.01430).

The assemblage is read off wherever it stands in Γ. With the words of Q̃ that is the first row; at
level 1 the words E_{b|y} E_{c|z} are no rows, but Γ(b|y, c|z) is σ_{bc|yz} all the same. That the
elements are positive follows from Γ ⪰ 0 if all these words are rows, and is asked for if not.
"""

from functools import cached_property, lru_cache
from itertools import product

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import counts
from nonlocality.foundations.results import result
from nonlocality.foundations.semidefinite import MatrixInequality
from nonlocality.foundations.words import Word
from nonlocality.postquantum_steering.moment_patterns import (
    ALMOST_QUANTUM,
    Pattern,
    Place,
    moment_words,
    quantum_pattern,
)


@result
class SteeringMoments:
    """The moment matrix as a linear function Γ(m) = Σ_k m_k Γ_k of real numbers m.

    The first `known` of the numbers are coordinates of the assemblage: the entries of ρ_A,
    σ_{b|y}, σ_{c|z}, σ_{bc|yz}, without last outcomes. The others are free.
    outcomes, settings: of Bob and Charlie. dimension: Alice's. real: whether all matrices are
    real, which is no loss for real data: the real part of a moment matrix is one.
    pattern: the links. members: whether :attr:`inequalities` asks for σ_{bc|yz} ⪰ 0 as well.

    >>> moments = steering_moments(outcomes=(2, 2), settings=(2, 2), dimension=2, real=True)
    >>> moments.inequality.constant.shape, moments.known, moments.inequality.slopes.shape[1]
    ((18, 18), 27, 59)
    """

    outcomes: tuple[int, int]
    settings: tuple[int, int]
    dimension: int
    real: bool
    pattern: Pattern
    members: bool = False

    @cached_property
    def known_words(self) -> dict[Word, Place]:
        """The words with at most one letter a party, and a place where each one's block stands.

        That is the first row; but where E_{b|y} E_{c|z} is no row, its block is Γ(b|y, c|z).
        """
        row = {word: k for k, word in enumerate(self.pattern.words)}
        words = moment_words(outcomes=self.outcomes, settings=self.settings)
        return {
            (b, c): (0, row[b, c]) if (b, c) in row else (row[b, ()], row[(), c]) for b, c in words
        }

    @cached_property
    def _starts(self) -> dict[object, int]:
        """Where the coordinates of each block start; the last entry is their number."""
        pattern = self.pattern
        order = [pattern.blocks[place] for place in self.known_words.values()]
        order += [block for block in pattern.blocks.values() if block]
        starts, total = {}, 0
        for name, _ in order:
            if name not in starts:
                starts[name] = total
                total += len(self._units(name in pattern.hermitian))
        starts["end"] = total
        return starts

    def _units(self, hermitian: bool) -> list[np.ndarray]:
        """A basis over the reals of the matrices that a block can be."""
        d, units = self.dimension, []
        for i, j in product(range(d), repeat=2):
            if hermitian and i > j:
                continue
            for phase in (1.0,) if self.real or (hermitian and i == j) else (1.0, 1.0j):
                unit = np.zeros((d, d), dtype=float if self.real else complex)
                unit[i, j] = phase
                units.append(unit + unit.conj().T if hermitian and i != j else unit)
        return units

    @cached_property
    def inequality(self) -> MatrixInequality:
        """Γ(m) ⪰ 0 in all coordinates m."""
        pattern, d = self.pattern, self.dimension
        size = d * len(pattern.words)
        units = {h: self._units(h) for h in (True, False)}
        rows, columns, values = [], [], []
        for (v, w), block in pattern.blocks.items():
            if block is None:
                continue
            name, swapped = block
            for k, unit in enumerate(units[name in pattern.hermitian]):
                here = unit.conj().T if swapped else unit
                for i, j in np.argwhere(here):
                    rows.append((v * d + i) * size + w * d + j)
                    values.append(here[i, j])
                    if v < w:
                        rows.append((w * d + j) * size + v * d + i)
                        values.append(np.conj(here[i, j]))
                columns += [self._starts[name] + k] * (len(rows) - len(columns))
        shape = (size * size, self._starts["end"])
        slopes = sp.csr_array(sp.coo_array((values, (rows, columns)), shape=shape))
        return MatrixInequality(np.zeros((size, size)), slopes)

    @cached_property
    def table(self) -> np.ndarray:
        """The assemblage as a linear function of its coordinates, ``[b, c, y, z, i, j, k]``."""
        words = list(self.known_words)
        parts = []
        for party, (outcomes, settings) in enumerate(
            zip(self.outcomes, self.settings, strict=True)
        ):
            letters = np.zeros((outcomes, settings, 1 + settings * (outcomes - 1)))
            singles = [w[party] for w in words if not w[1 - party]]  # 1 and this party's letters
            for k, word in enumerate(singles):
                for y, b in word:
                    letters[b, y, k] = 1
                    letters[-1, y, k] = -1
            letters[-1, :, 0] += 1
            parts.append((singles, letters))
        (bobs, bob), (charlies, charlie) = parts
        both = np.einsum("byk,czl->bcyzkl", bob, charlie)
        ours = [bobs.index(w[0]) for w in words], [charlies.index(w[1]) for w in words]
        units = np.array(self._units(hermitian=True))
        table = np.einsum("bcyzw,uij->bcyzijwu", both[..., ours[0], ours[1]], units)
        return table.reshape(*table.shape[:6], -1)

    @cached_property
    def elements(self) -> list[MatrixInequality]:
        """σ_{bc|yz} ⪰ 0 for all elements, in all coordinates m."""
        d, free = self.dimension, self.inequality.slopes.shape[1] - self.known
        rest = sp.csr_array((d * d, free))
        return [
            MatrixInequality(
                np.zeros((d, d)),
                sp.hstack([sp.csr_array(table.reshape(d * d, -1)), rest], format="csr"),
            )
            for table in self.table.reshape(-1, d, d, self.known)
        ]

    @property
    def inequalities(self) -> list[MatrixInequality]:
        """Γ(m) ⪰ 0, and with `members` also σ_{bc|yz} ⪰ 0 for all elements."""
        return [self.inequality, *(self.elements if self.members else [])]

    @property
    def known(self) -> int:
        """How many coordinates the assemblage has."""
        return self.table.shape[-1]

    def coordinates(self, elements: np.ndarray) -> np.ndarray:
        """Coordinates of the assemblage ``[b, c, y, z, i, j]``, shape (known,)."""
        flat = self.table.reshape(-1, self.known)
        right = np.asarray(elements).ravel()
        return np.linalg.solve((flat.conj().T @ flat).real, (flat.conj().T @ right).real)

    def costs(self, functional: np.ndarray) -> np.ndarray:
        """Σ tr(F_{bcyz} σ_{bc|yz}) as a function of the coordinates, shape (known,)."""
        return np.einsum("bcyzji,bcyzijk->k", functional, self.table).real

    @cached_property
    def trace(self) -> np.ndarray:
        """tr(ρ_A) as a function of the coordinates, shape (known,)."""
        outcomes = self.table[:, :, 0, 0]
        return np.einsum("bciik->k", outcomes).real

    def functional(self, costs: np.ndarray) -> np.ndarray:
        """The operators F with these costs that have the least norm, ``[b, c, y, z, i, j]``."""
        flat = self.table.reshape(-1, self.known)
        solution = flat @ np.linalg.solve((flat.conj().T @ flat).real, costs)
        return solution.reshape(self.table.shape[:-1])


def steering_moments(
    *,
    outcomes: tuple[int, int],
    settings: tuple[int, int],
    dimension: int,
    real: bool,
    level: str | int = ALMOST_QUANTUM,
) -> SteeringMoments:
    """The moment matrix of a level; kept, as it is the same for all assemblages of a shape.

    Raises ValueError as :func:`~.moment_patterns.moment_words`.

    >>> steering_moments(outcomes=(2, 2), settings=(2, 2), dimension=2, real=False).known
    36
    """
    outcomes = counts("outcomes", outcomes, length=2)
    settings = counts("settings", settings, length=2)
    (dimension,) = counts("dimension", (dimension,))
    if not isinstance(level, str | int):
        moment_words(outcomes=outcomes, settings=settings, level=level)  # refuses it
    return _steering_moments(outcomes, settings, dimension, bool(real), level)


@lru_cache(maxsize=32)
def _steering_moments(
    outcomes: tuple[int, int],
    settings: tuple[int, int],
    dimension: int,
    real: bool,
    level: str | int,
) -> SteeringMoments:
    """The same for checked arguments, kept."""
    pattern = quantum_pattern(moment_words(outcomes=outcomes, settings=settings, level=level))
    return SteeringMoments(outcomes, settings, dimension, real, pattern, members=level == 1)
