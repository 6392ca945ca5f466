"""Linear matrix inequalities F₀ + Σ_i y_i F_i ⪰ 0: what semidefinite programs are made of."""

from functools import cached_property
from numbers import Integral

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import complex_array, finite_array, shown, whole_numbers
from nonlocality.foundations.results import result
from nonlocality.foundations.solvers import Rows, pulled


@result
class MatrixInequality:
    """A linear matrix inequality F(y) = F₀ + Σ_i y_i F_i ⪰ 0, real symmetric or Hermitian.

    constant: F₀, shape (n, n). slopes: shape (n·n, m), column i is F_i read row by row.
    Raises ValueError if the shapes do not fit or if a matrix is not Hermitian.

    >>> inequality = MatrixInequality([[1, 0], [0, 1]], [[0], [1], [1], [0]])
    >>> inequality.at([0.5])
    array([[1. , 0.5],
           [0.5, 1. ]])
    """

    constant: np.ndarray
    slopes: sp.csr_array

    def __post_init__(self) -> None:
        """Check the matrices; keep arrays."""
        constant = complex_array("constant", self.constant)
        slopes = self.slopes if isinstance(self.slopes, sp.csr_array) else sp.csr_array(self.slopes)
        if constant.ndim != 2 or constant.shape[0] != constant.shape[1] or not constant.size:
            raise ValueError(
                f"Argument `constant` must have shape (n, n), but has shape {constant.shape}."
            )
        if slopes.shape[0] != constant.size:
            raise ValueError(
                f"Argument `slopes` must have {constant.size} rows, one an entry of the matrix, "
                f"but has shape {slopes.shape}."
            )
        complex_array("slopes", slopes.data)
        if not slopes.has_canonical_format:
            slopes = slopes.copy()
            slopes.sum_duplicates()
        skew = max(np.abs(constant - constant.conj().T).max(), _skew(slopes, len(constant)))
        if skew > 0:
            raise ValueError(
                "Arguments `constant` and `slopes` must hold Hermitian matrices, but miss that "
                f"by {skew:.2g}."
            )
        object.__setattr__(self, "constant", constant)
        vars(self).update(slopes=slopes, slim=slopes)

    @classmethod
    def of_entries(cls, entries: np.ndarray, variables: int) -> "MatrixInequality":
        """Each entry a variable by its number, or 0 or 1, as in moment matrices.

        entries: symmetric, shape (n, n): below the number of variables, −1 for 0, −2 for 1.
        Raises ValueError for a matrix that is not symmetric, and other numbers.

        >>> MatrixInequality.of_entries(np.array([[-2, 0], [0, -2]]), 1).at([0.5]).tolist()
        [[1.0, 0.5], [0.5, 1.0]]
        """
        entries = whole_numbers("entries", entries)
        if entries.ndim != 2 or entries.shape != entries.T.shape or (entries != entries.T).any():
            raise ValueError("Argument `entries` must be a symmetric matrix, but is not.")
        most, least = entries.max(initial=-2), entries.min(initial=-1)
        if not isinstance(variables, Integral) or not most < variables < 2**31 or least < -2:
            raise ValueError(
                "Arguments `entries` and `variables` must be whole numbers from −2 on, and how "
                f"many of 0, 1, … there are, but hold {least} to {most} and {shown(variables)}."
            )
        return cls._of_entries(entries, variables)

    @classmethod
    def _of_entries(cls, entries: np.ndarray, variables: int) -> "MatrixInequality":
        """The same of entries that are known to be right."""
        flat = entries.ravel()
        filled = flat >= 0
        starts = np.zeros(len(flat) + 1, dtype=int)
        starts[1:] = filled.cumsum()
        slim = Rows(np.ones(starts[-1]), flat[filled], starts, (len(flat), variables))
        made = object.__new__(cls)
        constant = (entries == -2).astype(float)
        vars(made).update(constant=constant, slim=slim, _lone=filled.nonzero()[0])
        return made

    def __getattr__(self, name: str) -> sp.csr_array:
        """The slopes of variables in entries of their own, made when they are first asked for."""
        if name != "slopes" or "slim" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.", name=name)
        return vars(self).setdefault("slopes", self.slim.csr)

    @property
    def complex(self) -> bool:
        """Whether the matrices have complex entries."""
        return np.iscomplexobj(self.constant) or np.iscomplexobj(self.slim.data)

    def at(self, y: np.ndarray) -> np.ndarray:
        """F(y), shape (n, n)."""
        return self.constant + self.combination(finite_array("y", y))

    def combination(self, y: np.ndarray) -> np.ndarray:
        """Σ_i y_i F_i, shape (n, n)."""
        if self._lone is not None:  # each entry of the matrix holds one variable at most
            flat = np.zeros(self.constant.size, np.result_type(self.slim.data, float))
            flat[self._lone] = self.slim.data * y[self.slim.indices]
        else:
            flat = self.slim @ y
        return flat.reshape(self.constant.shape)

    def against(self, matrix: np.ndarray) -> tuple[float, np.ndarray]:
        """tr(Z F₀) and the m numbers tr(Z F_i), for a Hermitian matrix Z."""
        return self._against(complex_array("matrix", matrix))

    def _against(self, matrix: np.ndarray) -> tuple[float, np.ndarray]:
        """The same of a matrix that is known to be finite."""
        z = matrix.T.ravel()
        constant = float((z @ self.constant.ravel()).real)
        if self._lone is None:
            return constant, pulled(self.slim, z)
        weights = (self.slim.data * z[self._lone]).real
        return constant, np.bincount(self.slim.indices, weights, self.slim.shape[1])

    @cached_property
    def _lone(self) -> np.ndarray | None:
        """The places of the slopes' entries, if no two are in one place of the matrix."""
        counts = np.diff(self.slim.indptr)
        return np.flatnonzero(counts) if counts.max() <= 1 else None

    @cached_property
    def gram(self) -> sp.csr_array:
        """The matrix of Re tr(F_i F_j), shape (m, m)."""
        return sp.csr_array((self.slopes.conj().T @ self.slopes).real)

    @cached_property
    def squares(self) -> np.ndarray | None:
        """The diagonal of :attr:`gram`, shape (m,), if there is nothing besides: no two variables
        share an entry, as in moment matrices. None otherwise."""
        if self._lone is not None:
            weights = np.abs(self.slim.data) ** 2
            return np.bincount(self.slim.indices, weights, self.slim.shape[1])
        diagonal = self.gram.diagonal()
        return diagonal if self.gram.nnz == np.count_nonzero(diagonal) else None


def _skew(slopes: sp.csr_array, n: int) -> float:
    """By how much the matrices in the columns miss being Hermitian; 0 for most at a glance."""
    row = np.repeat(np.arange(n * n), slopes.indptr[1:] - slopes.indptr[:-1])
    place = row * slopes.shape[1] + slopes.indices
    mirrored = place + (row % n - row // n) * (n - 1) * slopes.shape[1]
    order = mirrored.argsort()
    if (mirrored[order] == place).all():
        return float(np.abs(slopes.data[order].conj() - slopes.data).max(initial=0))
    mirror = np.arange(n * n).reshape(n, n).T.ravel()
    return float(np.abs((slopes - slopes[mirror].conj()).data).max(initial=0))
