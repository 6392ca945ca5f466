"""The CGLMP expression as a sum over four links, and its largest quantum value.

Two parties, two settings, d outcomes each (Collins, Gisin, Linden, Massar, Popescu,
arXiv:quant-ph/0106024). The four pairs of settings are the links of a ring A1–B1–A2–B2–A1,
and each link has a value in {0, …, d − 1}:

    r0 = A1 − B1,  r1 = B1 − A2 − 1,  r2 = A2 − B2,  r3 = B2 − A1   (mod d).

Then I_d = Σ_i E[1 − 2 r_i/(d − 1)], and the values of a deterministic strategy add up to
−1 mod d, so to at least d − 1: that is the local bound I_d ≤ 2. ``A1`` is Alice's setting 0.
A *link distribution* is an array P(r), shape (d,), that all four links share.
"""

from itertools import product
from operator import index

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import (
    TOLERANCE,
    finite_array,
    in_interval,
    shown,
)
from nonlocality.foundations.sizes import MAX_DENSE, size_text

LINKS = ((0, 0), (1, 0), (1, 1), (0, 1))
"""The settings (x, y) of link 0, 1, 2, 3."""


LARGEST_D = 2**53
"""Up to here a float knows d to the last unit."""


LARGEST_LIST = 10**7
"""Most outcomes of a function that works with lists of d numbers, and takes seconds."""


DENSE = 400
"""Up to this d the Bell operator is diagonalised as a matrix, beyond it by Lanczos."""


def check_outcomes(d: int, *, most: int = LARGEST_D) -> int:
    """Return the number of outcomes d, an integer of at least 2.

    most: how many there may be. Raises ValueError for anything else, and for more.

    >>> check_outcomes(1)
    Traceback (most recent call last):
    ...
    ValueError: Argument `d` must be an integer of at least 2, but is 1.
    """
    try:
        number = index(d)
    except TypeError:
        number = 0
    if number < 2:
        raise ValueError(f"Argument `d` must be an integer of at least 2, but is {shown(d)}.")
    if number > most:
        raise ValueError(f"Argument `d` must be at most {size_text(most)}, but is {shown(d)}.")
    return number


def check_links(links: np.ndarray) -> np.ndarray:
    """Return a link distribution P(r) as an array of shape (d,), positive and normalised.

    Raises ValueError for another shape, a negative entry or a sum that is not 1.

    >>> check_links([0.5, 0.4])
    Traceback (most recent call last):
    ...
    ValueError: Argument `links` must be positive and add up to 1, but adds up to 0.9.
    """
    array = finite_array("links", links)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(
            f"Argument `links` must have shape (d,) with d >= 2, but has {array.shape}."
        )
    if array.min() < -TOLERANCE:
        raise ValueError(f"Argument `links` must not be negative, but holds {array.min():.12g}.")
    if abs(array.sum() - 1) > TOLERANCE:
        raise ValueError(
            f"Argument `links` must be positive and add up to 1, but adds up to {array.sum():.12g}."
        )
    return np.maximum(array, 0)


LARGEST_TABLE = 1000
"""Most outcomes of a functional that is written out term by term."""


def cglmp_coefficients(d: int) -> np.ndarray:
    """(d − 1) I_d term by term from its definition, integers ``[a, b, x, y]``.

    Σ_k (d − 1 − 2k) [P(A1 = B1 + k) + P(B1 = A2 + k + 1) + P(A2 = B2 + k) + P(B2 = A1 + k)
    − P(A1 = B1 − k − 1) − P(B1 = A2 − k) − P(A2 = B2 − k − 1) − P(B2 = A1 − k − 1)] over
    0 ≤ k < ⌊d/2⌋, outcomes mod d (arXiv:quant-ph/0106024).

    >>> cglmp_coefficients(2)[:, :, 1, 0].tolist()
    [[-1, 1], [1, -1]]
    """
    d = check_outcomes(d)
    if d > LARGEST_TABLE:
        raise ValueError(f"Argument `d` must be at most {LARGEST_TABLE}, but is {size_text(d)}.")
    c = np.zeros((d, d, 2, 2), dtype=int)
    for k, b in product(range(d // 2), range(d)):
        weight = d - 1 - 2 * k
        c[(b + k) % d, b, 0, 0] += weight  # P(A1 = B1 + k)
        c[b, (b + k + 1) % d, 1, 0] += weight  # P(B1 = A2 + k + 1)
        c[(b + k) % d, b, 1, 1] += weight  # P(A2 = B2 + k)
        c[b, (b + k) % d, 0, 1] += weight  # P(B2 = A1 + k)
        c[(b - k - 1) % d, b, 0, 0] -= weight  # P(A1 = B1 − k − 1)
        c[b, (b - k) % d, 1, 0] -= weight  # P(B1 = A2 − k)
        c[(b - k - 1) % d, b, 1, 1] -= weight  # P(A2 = B2 − k − 1)
        c[b, (b - k - 1) % d, 0, 1] -= weight  # P(B2 = A1 − k − 1)
    return c


def link_values(d: int) -> np.ndarray:
    """The value r of the link (x, y) for outcomes a, b, integers ``[a, b, x, y]``.

    The link sum of the module's header: (d − 1) I_d has the coefficients d − 1 − 2 r.

    >>> bool((cglmp_coefficients(7) == 6 - 2 * link_values(7)).all())
    True
    """
    d = check_outcomes(d, most=MAX_DENSE)
    a, b = np.ogrid[:d, :d]
    r = np.empty((d, d, 2, 2), dtype=int)
    for (x, y), value in zip(LINKS, (a - b, b - a - 1, a - b, b - a), strict=True):
        r[:, :, x, y] = value % d
    return r


def link_distributions(behaviour: Behaviour) -> np.ndarray:
    """Distribution of each link's value, shape (4, d).

    Raises ValueError for another scenario than two settings and d outcomes a party.

    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> link_distributions(behaviour_pr_box()).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
    """
    behaviour = as_behaviour(behaviour)
    d = behaviour.outcomes[0]
    if behaviour.table.shape != (d, d, 2, 2):
        raise ValueError(
            "Argument `behaviour` must have two parties with two settings and equally many "
            f"outcomes, but has outcomes {behaviour.outcomes} and settings {behaviour.settings}."
        )
    r = link_values(d)
    return np.array(
        [np.bincount(r[:, :, x, y].ravel(), behaviour.table[:, :, x, y].ravel()) for x, y in LINKS]
    )


def cglmp_value(behaviour: Behaviour) -> float:
    """I_d, at most 2 for local behaviours and 4 for all.

    Raises ValueError for another scenario.

    >>> cglmp_value(behaviour_from_links([1, 0, 0]))
    4.0
    """
    behaviour = as_behaviour(behaviour)
    p = link_distributions(behaviour)
    return float((p @ _link_scores(p.shape[1])).sum())


def cglmp_value_of_links(links: np.ndarray) -> float:
    """I_d of a behaviour whose four links have the distribution P(r).

    >>> cglmp_value_of_links([0.5, 0.5])
    0.0
    """
    p = check_links(links)
    return float(4 * p @ _link_scores(len(p)))


def _link_scores(d: int) -> np.ndarray:
    """What a link contributes to I_d: 1 − 2 r/(d − 1)."""
    return 1 - 2 * np.arange(d) / (d - 1)


def behaviour_from_links(links: np.ndarray) -> Behaviour:
    """The behaviour p[a, b, x, y] = P(r)/d: all links alike, all marginals uniform.

    >>> bool((behaviour_from_links([0.75, 0.25]).marginal(0) == 0.5).all())
    True
    """
    p = check_links(links)
    return Behaviour(p[link_values(len(p))] / len(p))


def noisy_links(links: np.ndarray, *, visibility: float) -> np.ndarray:
    """Link distribution after mixing with white noise: v P + (1 − v)/d.

    Raises ValueError for a visibility outside [0, 1].

    >>> noisy_links([1, 0], visibility=0.5).tolist()
    [0.75, 0.25]
    """
    p = check_links(links)
    visibility = in_interval("visibility", visibility, 0, 1)
    return visibility * p + (1 - visibility) / len(p)


def _bell_operator_row(d: int) -> np.ndarray:
    """First row of the Toeplitz matrix :func:`cglmp_bell_operator`."""
    row = 2 / ((d - 1) * np.cos(np.pi * np.arange(d) / (2 * d)))
    row[0] = 0
    return row


def cglmp_bell_operator(d: int) -> np.ndarray:
    """I_d for the CGLMP measurements, as a matrix on the span of |jj⟩, shape (d, d).

    Entries 2/((d − 1) cos(π(j − k)/2d)) off a zero diagonal.

    >>> cglmp_bell_operator(2)[0, 1] ** 2
    np.float64(7.999999999999998)
    """
    d = check_outcomes(d, most=MAX_DENSE)
    row, j = _bell_operator_row(d), np.arange(d)
    return row[abs(j[:, None] - j)]


def cglmp_quantum_maximum(d: int) -> tuple[float, np.ndarray]:
    """Largest I_d with the CGLMP measurements, and the Schmidt coefficients that reach it.

    The top eigenvalue of :func:`cglmp_bell_operator` and its eigenvector, shape (d,),
    positive, of norm 1; for large d by Lanczos steps with fast Fourier products (d = 10^6
    takes seconds). The best over all projective measurements as far as is known
    (arXiv:quant-ph/0111143, arXiv:quant-ph/0612020).

    >>> round(cglmp_quantum_maximum(3)[0], 6)  # 1 + √(11/3)
    2.914854
    """
    d = check_outcomes(d, most=LARGEST_LIST)
    if d <= DENSE:
        values, vectors = np.linalg.eigh(cglmp_bell_operator(d))
    else:
        from scipy.fft import irfft, next_fast_len, rfft
        from scipy.sparse.linalg import LinearOperator, eigsh

        row = _bell_operator_row(d)
        size = next_fast_len(2 * d - 1, real=True)  # of a circulant that holds the matrix
        kernel = rfft(np.concatenate([row, np.zeros(size - 2 * d + 1), row[:0:-1]]))

        def product_with(u: np.ndarray) -> np.ndarray:
            return irfft(kernel * rfft(u.ravel(), size), size)[:d]

        operator = LinearOperator((d, d), matvec=product_with, dtype=float)
        values, vectors = eigsh(operator, k=1, which="LA", v0=np.ones(d), tol=1e-12)
    schmidt = np.abs(vectors[:, -1])
    return float(values[-1]), schmidt / np.linalg.norm(schmidt)


def check_schmidt(schmidt: np.ndarray) -> np.ndarray:
    """Return the coefficients of a state Σ_j a_j |jj⟩ as an array of shape (d,) and norm 1.

    Raises ValueError for anything else.

    >>> check_schmidt([0.6, 0.8]).tolist()
    [0.6, 0.8]
    """
    vector = finite_array("schmidt", schmidt)
    if vector.ndim != 1 or len(vector) < 2 or abs(np.linalg.norm(vector) - 1) > TOLERANCE:
        raise ValueError(
            "Argument `schmidt` must have shape (d,) with d >= 2 and norm 1, but has shape "
            f"{vector.shape} and norm {np.linalg.norm(vector):.12g}."
        )
    return vector


def quantum_links(schmidt: np.ndarray) -> np.ndarray:
    """Link distribution of the state Σ_j a_j |jj⟩ under the CGLMP measurements, any d.

    P(r) = |Σ_j a_j exp(2πi j (r + 1/4)/d)|² / d, on each of the four links.
    schmidt: the a_j, shape (d,). Raises ValueError if their norm is not 1.

    >>> bool(np.isclose(quantum_links(np.ones(2) / 2**0.5)[0], (2 + 2**0.5) / 4))
    True
    """
    a = check_schmidt(schmidt)
    j = np.arange(len(a))
    return np.abs(np.fft.ifft(a * np.exp(0.5j * np.pi * j / len(a)))) ** 2 * len(a)


def optimal_links(d: int) -> np.ndarray:
    """Link distribution P(r) of the state of largest I_d, shape (d,); any d ≥ 2.

    >>> float(round(cglmp_value_of_links(optimal_links(3)), 4))
    2.9149
    """
    return quantum_links(cglmp_quantum_maximum(d)[1])
