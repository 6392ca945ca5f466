"""One steering party is never postquantum: theorem of Gisin and of Hughston, Jozsa, Wootters.

Every no-signalling assemblage {σ_{b|y}} of one untrusted party comes from a state that the two
share and measurements of that party (eqs. (1)–(2) of arXiv:1505.01430). With two untrusted
parties it need not.
"""

import numpy as np

from nonlocality.postquantum_steering.assemblages import Assemblage


def ghjw_realisation(assemblage: Assemblage) -> tuple[np.ndarray, np.ndarray]:
    """A state and measurements of Bob that realise a bipartite assemblage (Gisin; HJW).

    The construction after eq. (2) of arXiv:1505.01430: |Ψ⟩ = Σ_ij (√ρ_A)_ij |i⟩|j⟩, and
    E_{b|y}^T = ρ_A^(−1/2) σ_{b|y} ρ_A^(−1/2) on the support of ρ_A. It is written here without a
    division: with σ_{b|y} = R_b R_b† and R = (R_0, R_1, …), of singular value decomposition
    R = U S W†, the co-isometry V = U W† has √ρ_A V = R, and E_{b|y}^T = V P_b V†, where P_b
    projects on the columns of R_b. So E is complete whatever the rank of ρ_A.
    Returns the vector, shape (d·d,), and the measurements ``[y, b, i, j]``.
    Raises ValueError for an assemblage of two untrusted parties, which may have none.

    >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_quantum
    >>> halves = Assemblage(np.array([[[[0.5, 0], [0, 0]]], [[[0, 0], [0, 0.5]]]]))
    >>> state, povm = ghjw_realisation(halves)
    >>> bool(np.allclose(assemblage_quantum(state, [povm], dimension=2).elements, halves.elements))
    True
    """
    if assemblage.parties != 1:
        raise ValueError(
            "Argument `assemblage` must have one untrusted party, but has 2: not every one has a "
            "quantum realisation then."
        )
    d = assemblage.dimension
    state = _root(assemblage.reduced)
    povm = []
    for y in range(assemblage.settings[0]):
        roots = np.concatenate([_root(sigma) for sigma in assemblage.elements[:, y]], axis=1)
        u, _, w = np.linalg.svd(roots, full_matrices=False)
        parts = (u @ w).reshape(d, -1, d)  # row, outcome, column of R_b
        povm.append(np.einsum("ibk,jbk->bji", parts, parts.conj()))
    return (state / np.linalg.norm(state)).ravel(), np.array(povm)


def _root(matrix: np.ndarray) -> np.ndarray:
    """The positive square root of a positive matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.conj().T
