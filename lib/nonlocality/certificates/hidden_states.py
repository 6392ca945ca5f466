"""Assemblages that are local for all projective measurements: exact models and operators.

The setting and the minimal representation are those of
:mod:`~nonlocality.certificates.postquantum_steering` (arXiv:1505.01430): real qubits, a symmetric
matrix is written as its entries 00, 01, 11.
"""

from fractions import Fraction
from itertools import pairwise, product

from nonlocality.certificates.postquantum_steering import WORDS, element_determinants, read_members
from nonlocality.certificates.rational import number, numbers, require

STRATEGIES = tuple("".join(bits) for bits in product("01", repeat=4))
"""b_0 b_1 c_0 c_1: what Bob and Charlie answer."""


def _zeros(word: tuple, strategy: str) -> bool:
    """Whether a strategy answers 0 to all settings of a word: its own entry at that word."""
    bob, charlie = word
    return all(strategy[y] == "0" for y in bob) and all(strategy[2 + z] == "0" for z in charlie)


def _require_disc(corners: list[list[Fraction]]) -> None:
    """Raise CertificateError unless r_0, r_1, …, −r_0, … runs around a disc of radius 1.

    Each edge turns to the left by less than half a turn, and its line has a distance of 1 or
    more from the origin: (r × r')² ≥ |r − r'|², with r × r' > 0. One turn in all is made if the
    corners come in the order of their angles in the half plane that starts with r_0.
    """
    first = corners[0]
    for corner in corners[1:]:
        side = first[0] * corner[1] - first[1] * corner[0]
        require(side > 0, "The corners must lie to the left of the first one.")
    for (x, y), (u, v) in pairwise([*corners, [-first[0], -first[1]]]):
        cross = x * v - y * u
        require(cross > 0, "The corners must be in the order of their angles.")
        require(
            cross**2 >= (x - u) ** 2 + (y - v) ** 2,
            f"The edge from ({x}, {y}) to ({u}, {v}) must not cut the unit disc.",
        )


def local_assemblage(data: dict) -> str:
    """An assemblage in minimal representation is local for all projective measurements.

    name: of the assemblage. assemblage: the nine members. corners: r_k along X and Z; ±r_k span a
    polygon around the unit disc. weights: q_λ by strategy. means: m_λ(r_k) by strategy, with
    |m_λ(r_k)| ≤ q_λ. Σ q_λ D_λ must be the traces and Σ m_λ(r_k) D_λ = r_k·v the Bloch vectors, for
    each corner. Mixtures of corners then give a model for every r of the disc, hence for every
    measurement of two outcomes. determinants: of the sixteen elements, not negative.
    """
    members = read_members(data["assemblage"])
    determinants = element_determinants(members)
    require(isinstance(data["corners"], list) and data["corners"], "There must be corners.")
    corners = [numbers(corner, length=2) for corner in data["corners"]]
    _require_disc(corners)
    for key in ("weights", "means"):
        require(
            isinstance(data[key], dict) and list(data[key]) == list(STRATEGIES),
            f"The key `{key}` must have an entry for each strategy from 0000 to 1111.",
        )
    weights = {name: number(text) for name, text in data["weights"].items()}
    means = {name: numbers(row, length=len(corners)) for name, row in data["means"].items()}
    for name, row in means.items():
        require(
            max(abs(mean) for mean in row) <= weights[name],
            f"The means of strategy {name} must not exceed its weight.",
        )
    for word in WORDS:
        a, b, d = members[word]
        on = [name for name in STRATEGIES if _zeros(word, name)]
        require(
            sum(weights[name] for name in on) == a + d,
            f"The weights must give the trace {a + d} at {word}.",
        )
        for k, (x, z) in enumerate(corners):
            wanted = 2 * x * b + z * (a - d)
            require(
                sum(means[name][k] for name in on) == wanted,
                f"The means must give {wanted} at {word} for corner {k}.",
            )
    require(
        data["least_determinant"] == str(min(determinants.values())),
        f"The least determinant is {min(determinants.values())}.",
    )
    return (
        f"{data['name']} has a local model for all projective measurements: a polygon of "
        f"{2 * len(corners)} sides around the disc of measurements has one."
    )


Symmetric = tuple[Fraction, Fraction, Fraction]
"""The entries 00, 01, 11 of a real symmetric 2 × 2 matrix."""


def _combine(*terms: tuple[int, Symmetric]) -> Symmetric:
    """Σ coefficient · matrix."""
    return tuple(sum(c * m[k] for c, m in terms) for k in range(3))


def _positive(matrix: Symmetric) -> bool:
    a, b, d = matrix
    return a >= 0 and d >= 0 and a * d >= b * b


def _trace(left: Symmetric, right: Symmetric) -> Fraction:
    """tr(XY)."""
    return left[0] * right[0] + 2 * left[1] * right[1] + left[2] * right[2]


def _positive_part_at_most(matrix: Symmetric, limit: Fraction) -> bool:
    """Whether the positive eigenvalues add up to at most `limit`.

    They are ((a + d) ± √((a − d)² + 4b²))/2. Their positive sum is a + d, 0 or the larger one.
    """
    a, b, d = matrix
    rest = 2 * limit - a - d
    larger = rest >= 0 and (a - d) ** 2 + 4 * b * b <= rest**2
    return limit >= max(0, a + d) and larger


def exclusive_assemblage(data: dict) -> str:
    """An assemblage in which never both fire is local for two outcomes of Alice, yet postquantum.

    reduced: ρ; bob: Q_0, Q_1; charlie: S_0, S_1, with σ_{10|yz} = Q_y, σ_{01|yz} = S_z,
    σ_{11|yz} = 0. They must be positive, ρ of trace 1, and Q_y + S_z ⪯ ρ.

    Local: with L ∈ {S_0, S_1, ρ − Q_0 − Q_1}, U ∈ {ρ − Q_0, ρ − Q_1, S_0 + S_1} all L ⪯ U, and with
    the constant K all tr L + tr(L' − L)₊ ≤ K ≤ tr U − tr(U − U')₊.
    Postquantum: A_z, B_y ⪰ 0 with Σ A_z = Σ B_y and Σ tr A_z S_z − Σ tr B_y(ρ − Q_y) = gap > 0, so
    that no R has S_z ⪯ R ⪯ ρ − Q_y.
    """
    rho = tuple(numbers(data["reduced"], length=3))
    pairs = {}
    for key in ("bob", "charlie", "a", "b"):
        require(isinstance(data[key], list) and len(data[key]) == 2, f"`{key}` must be a pair.")
        pairs[key] = [tuple(numbers(entries, length=3)) for entries in data[key]]
        require(all(map(_positive, pairs[key])), f"The matrices of `{key}` must be positive.")
    bob, charlie = pairs["bob"], pairs["charlie"]
    require(rho[0] + rho[2] == 1, "The state of Alice must have trace 1.")
    for q, s in product(bob, charlie):
        require(_positive(_combine((1, rho), (-1, q), (-1, s))), "Q + S must not exceed ρ.")

    low = [*charlie, _combine((1, rho), (-1, bob[0]), (-1, bob[1]))]
    high = [_combine((1, rho), (-1, q)) for q in bob] + [_combine((1, charlie[0]), (1, charlie[1]))]
    constant = number(data["constant"])
    for lower, upper in product(low, high):
        require(_positive(_combine((1, upper), (-1, lower))), "Each L must be below each U.")
    for pair in product(low, repeat=2):
        room = constant - pair[0][0] - pair[0][2]
        excess = _combine((1, pair[1]), (-1, pair[0]))
        require(_positive_part_at_most(excess, room), "Two L must not add up to more than K.")
    for pair in product(high, repeat=2):
        room = pair[0][0] + pair[0][2] - constant
        excess = _combine((1, pair[0]), (-1, pair[1]))
        require(_positive_part_at_most(excess, room), "Two U must not add up to less than K.")

    total = _combine(*((1, m) for m in pairs["a"]), *((-1, m) for m in pairs["b"]))
    require(not any(total), "A_0 + A_1 must be B_0 + B_1.")
    require(sum(m[0] + m[2] for m in pairs["a"]) == 1, "A_0 + A_1 must have trace 1.")
    above = sum(_trace(m, s) for m, s in zip(pairs["a"], charlie, strict=True))
    gap = above - sum(_trace(m, u) for m, u in zip(pairs["b"], high[:2], strict=True))
    require(gap > 0, "The gap must be positive.")
    require(data["gap"] == str(gap), f"The gap is {gap}.")

    def show(matrix: Symmetric) -> str:
        return f"({', '.join(map(str, matrix))})"

    return (
        f"The assemblage of ρ = {show(rho)}, Q = {', '.join(map(show, bob))}, "
        f"S = {', '.join(map(show, charlie))} (entries 00, 01, 11) has a local model for all "
        f"projective measurements, and is postquantum by {gap}."
    )


CHECKERS = {
    "hidden-states-table1": ("PS-08", local_assemblage),
    "hidden-states-exclusive": ("PS-10", exclusive_assemblage),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
