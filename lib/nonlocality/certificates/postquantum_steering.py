"""What the certificates of the chapter on postquantum steering (arXiv:1505.01430) prove.

Assemblages and functionals stand in minimal representation, see
:mod:`nonlocality.certificates.steering_members`.
"""

from fractions import Fraction
from functools import cache
from itertools import product

from nonlocality.certificates.rational import number, over_common, require, symmetric
from nonlocality.certificates.steering_members import (
    BITS,
    WORDS,
    answers_zero,
    called,
    capital,
    element_determinants,
    read_members,
    read_weights,
)

FINEST = 10**60
"""Largest common denominator of a matrix whose pivots are worked out."""

PAIRS = ((0, 1), (1, 0))
LEVELS = {
    "almost-quantum": WORDS,
    "2": (*WORDS, *((pair, ()) for pair in PAIRS), *(((), pair) for pair in PAIRS)),
}
"""The words of the rows: those of the almost-quantum set, and all of at most two letters."""


def steering_assemblage(data: dict) -> str:
    """An assemblage in minimal representation is valid, exactly.

    assemblage: the nine members. determinants: of the sixteen elements, all of which must be
    positive; no-signalling holds by construction.
    """
    members = read_members(data["assemblage"])
    determinants = element_determinants(members)
    require(
        data["determinants"] == {name: str(value) for name, value in determinants.items()},
        f"The determinants must be { {k: str(v) for k, v in determinants.items()} }.",
    )
    return (
        f"{capital(called(members))} is a no-signalling assemblage: its 16 elements are positive, "
        f"with a determinant of {min(determinants.values())} or more, and their traces add up to 1."
    )


def _joined(left: tuple, right: tuple) -> tuple:
    """left† right of one party's letters, in which a letter that meets itself is one letter."""
    letters: list[int] = []
    for letter in (*reversed(left), *right):
        if not letters or letters[-1] != letter:
            letters.append(letter)
    return tuple(letters)


@cache
def moment_places(level: str = "almost-quantum") -> dict[tuple, list[tuple[int, int]]]:
    """Where each number of the moment matrix of a level stands: places (row, column).

    Row 2k + i is entry i of word k of :data:`LEVELS`. The block at words v, w belongs to the
    product v† w, in which a letter that meets itself is one letter; adjoint products have adjoint
    blocks. Keys: (word, i, j), with i ≤ j where the word is its own adjoint.
    """
    places: dict[tuple, list[tuple[int, int]]] = {}
    words = LEVELS[level]
    for (k, v), (m, w) in product(enumerate(words), repeat=2):
        word = tuple(_joined(a, b) for a, b in zip(v, w, strict=True))
        mirror = tuple(letters[::-1] for letters in word)
        for i, j in product(BITS, repeat=2):
            if word == mirror:
                key = (word, min(i, j), max(i, j))
            else:
                key = (word, i, j) if word < mirror else (mirror, j, i)
            places.setdefault(key, []).append((2 * k + i, 2 * m + j))
    return places


def require_positive(matrix: list[list[Fraction]], *, name: str = "dual matrix") -> None:
    """Raise CertificateError unless a symmetric matrix is positive definite, by Z = L D Lᵀ.

    Its entries must have a common denominator of at most :data:`FINEST`, so that this ends soon.

    >>> require_positive([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(5)]])
    """
    size = len(matrix)
    common, entries = over_common(entry for row in matrix for entry in row)
    require(
        common <= FINEST,
        f"The {name} must have a common denominator of at most {len(str(FINEST)) - 1} digits.",
    )
    rows, before = [entries[k : k + size] for k in range(0, size * size, size)], 1
    for k, pivot_row in enumerate(rows):  # in integers: an entry (k, k) is a leading minor
        pivot = pivot_row[k]
        said = Fraction(pivot, common * before)
        require(pivot > 0, f"The {name} must be positive, but its pivot {k} is {said}.")
        for row in rows[k + 1 :]:
            factor = row[k]
            for m in range(k + 1, size):
                row[m] = (pivot * row[m] - factor * pivot_row[m]) // before  # without remainder
        before = pivot


def proved_value(members: dict, data: dict) -> tuple[dict, Fraction, Fraction]:
    """The functional of a certificate, what all quantum assemblages have at least, and β here.

    functional: F. level: of :data:`LEVELS`. bound, and dual: the rows, up to the diagonal, of a
    positive matrix Z with tr(ZΓ) = β − bound · tr(ρ_A) for each Γ that has the links of the moment
    matrix: so β ≥ bound where Γ ⪰ 0. (A complex Γ has a real part with the same links, and Z
    meets only that.) value: β of the members, by eq. (45).
    """
    functional = read_members(data["functional"])
    bound, value, level = number(data["bound"]), number(data["value"]), data["level"]
    require(isinstance(level, str) and level in LEVELS, f"The level must be one of {list(LEVELS)}.")
    dual = symmetric(data["dual"], size=2 * len(LEVELS[level]), name="dual")
    for (word, i, j), places in moment_places(level).items():
        total = sum(dual[p][q] for p, q in places)
        wanted = Fraction(0)
        if word in functional:
            wanted = functional[word][i + j] * (1 if i == j else 2)
            if word == ((), ()) and i == j:
                wanted -= bound
        require(total == wanted, f"The dual must give {wanted} at {word}, {i}{j}: not {total}.")
    require_positive(dual)
    pairs = [(members[word], functional[word]) for word in functional]
    beta = sum(s[0] * f[0] + 2 * s[1] * f[1] + s[2] * f[2] for s, f in pairs)
    require(beta == value, f"The assemblage has β = {beta}.")
    return functional, bound, value


def proved_violation(members: dict, data: dict) -> tuple[dict, Fraction, Fraction]:
    """The same for an assemblage that is valid and has less than all quantum ones."""
    element_determinants(members)
    functional, bound, value = proved_value(members, data)
    require(value < bound, f"The value must lie below {bound}, but is {value}.")
    return functional, bound, value


def steering_witness(data: dict) -> str:
    """An assemblage lies below a bound that holds for all quantum assemblages.

    assemblage: the nine members, which must be valid. The rest as :func:`proved_value`, with
    `value` < `bound`.
    """
    members = read_members(data["assemblage"])
    functional, bound, value = proved_violation(members, data)
    return (
        f"Every quantum assemblage has β ≥ {bound} in the inequality of "
        f"{called(functional, letters='FF')}; "
        f"{called(members)} has β = {value} and is postquantum."
    )


def middle_notion(data: dict) -> str:
    """Bob and Charlie alone are local, and with Alice beyond quantum theory: the middle notion.

    assemblage: valid, and Alice's matrices diagonal, so that she has only a register to read.
    weights: q_λ by strategy, which give all traces p(bc|yz). The rest as :func:`proved_value`.
    """
    members = read_members(data["assemblage"])
    require(not any(m[1] for m in members.values()), "Alice's matrices must be diagonal.")
    weights = read_weights(data["weights"])
    for word in WORDS:
        total = sum(q for name, q in weights.items() if answers_zero(word, name))
        wanted = members[word][0] + members[word][2]
        require(total == wanted, f"The weights must give the trace {wanted} at {word}.")
    functional, bound, value = proved_violation(members, data)
    return (
        f"In {called(members)} Bob and Charlie alone are local and Alice has but a register; with "
        f"her, β = {value} where every quantum assemblage has β ≥ {bound} in the inequality of "
        f"{called(functional, letters='FF')}."
    )


CHECKERS = {
    "steering-assemblage": ("PS-03", steering_assemblage),
    "steering-witness": ("PS-06", steering_witness),
    "steering-middle-notion": ("PS-12", middle_notion),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
