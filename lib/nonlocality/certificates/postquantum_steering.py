"""What the certificates of the chapter on postquantum steering (arXiv:1505.01430) prove.

Bob and Charlie have two settings and two outcomes each, Alice a real qubit. A certificate holds
an assemblage, or a functional, in minimal representation: "reduced", "bob": [y], "charlie": [z],
"joint": [y][z] stand for ρ_A, σ_{0|y}, σ_{0|z}, σ_{00|yz}, or for the operators F paired with
them in eq. (45). A symmetric matrix is written as its entries 00, 01, 11.
"""

from fractions import Fraction
from functools import cache
from itertools import product

from nonlocality.certificates.rational import number, numbers, require

BITS = (0, 1)
WORDS = tuple((b, c) for b in ((), (0,), (1,)) for c in ((), (0,), (1,)))
"""1, E_{0|z}, and E_{0|y} and E_{0|y} E_{0|z}: the settings of Bob's and Charlie's letters."""


def read_members(data: object) -> dict[tuple, list[Fraction]]:
    """The nine matrices by the words of :data:`WORDS` that they belong to."""
    require(isinstance(data, dict), "A minimal representation must be an object.")
    members = {((), ()): numbers(data["reduced"], length=3)}
    for name in ("bob", "charlie", "joint"):
        entries = data[name]
        require(isinstance(entries, list) and len(entries) == 2, f"{name} must be a pair.")
        for y in BITS:
            if name == "bob":
                members[(y,), ()] = numbers(entries[y], length=3)
            elif name == "charlie":
                members[(), (y,)] = numbers(entries[y], length=3)
            else:
                row = entries[y]
                require(isinstance(row, list) and len(row) == 2, "joint must be 2 × 2 matrices.")
                for z in BITS:
                    members[(y,), (z,)] = numbers(row[z], length=3)
    return members


def _elements(members: dict) -> dict[str, list[Fraction]]:
    """All sixteen σ_{bc|yz} by "bc|yz": what no-signalling and the members leave."""
    elements = {}
    for b, c, y, z in product(BITS, repeat=4):
        words = {
            (0, 0): {((y,), (z,)): 1},
            (0, 1): {((y,), ()): 1, ((y,), (z,)): -1},
            (1, 0): {((), (z,)): 1, ((y,), (z,)): -1},
            (1, 1): {((), ()): 1, ((y,), ()): -1, ((), (z,)): -1, ((y,), (z,)): 1},
        }[b, c]
        elements[f"{b}{c}|{y}{z}"] = [
            sum(sign * members[word][k] for word, sign in words.items()) for k in range(3)
        ]
    return elements


def element_determinants(members: dict) -> dict[str, Fraction]:
    """The determinants of the elements, which must be positive and of trace 1 in total."""
    rho = members[(), ()]
    require(rho[0] + rho[2] == 1, f"The state of Alice must have trace 1, not {rho[0] + rho[2]}.")
    determinants = {}
    for name, (a, b, d) in _elements(members).items():
        determinants[name] = a * d - b * b
        require(
            a >= 0 and d >= 0 and determinants[name] >= 0,
            f"The element {name} must be positive, but is (({a}, {b}), ({b}, {d})).",
        )
    return determinants


def steering_assemblage(data: dict) -> str:
    """An assemblage in minimal representation is valid, exactly.

    name: of the assemblage. assemblage: the nine members. determinants: of the sixteen elements,
    all of which must be positive; no-signalling holds by construction.
    """
    determinants = element_determinants(read_members(data["assemblage"]))
    require(
        data["determinants"] == {name: str(value) for name, value in determinants.items()},
        f"The determinants must be { {k: str(v) for k, v in determinants.items()} }.",
    )
    return (
        f"{data['name']} is a no-signalling assemblage: its 16 elements are positive, with a "
        f"determinant of {min(determinants.values())} or more, and their traces add up to 1."
    )


@cache
def moment_places() -> dict[tuple, list[tuple[int, int]]]:
    """Where each number of the almost-quantum moment matrix stands: places (row, column).

    Row 2k + i is entry i of word k of :data:`WORDS`. The block at words v, w belongs to the
    product v† w, in which a letter that meets itself is one letter; adjoint products have adjoint
    blocks. Keys: (word, i, j), with i ≤ j where the word is its own adjoint.
    """
    places: dict[tuple, list[tuple[int, int]]] = {}
    for (k, v), (m, w) in product(enumerate(WORDS), repeat=2):
        word = tuple(a[::-1] + b if a != b else a for a, b in zip(v, w, strict=True))
        mirror = tuple(letters[::-1] for letters in word)
        for i, j in product(BITS, repeat=2):
            if word == mirror:
                key = (word, min(i, j), max(i, j))
            else:
                key = (word, i, j) if word < mirror else (mirror, j, i)
            places.setdefault(key, []).append((2 * k + i, 2 * m + j))
    return places


def require_positive(matrix: list[list[Fraction]]) -> None:
    """Raise CertificateError unless a symmetric matrix is positive definite, by Z = L D Lᵀ.

    >>> require_positive([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(5)]])
    """
    rows = [row[:] for row in matrix]
    for k, pivot_row in enumerate(rows):
        pivot = pivot_row[k]
        require(pivot > 0, f"The dual matrix must be positive, but its pivot {k} is {pivot}.")
        for row in rows[k + 1 :]:
            factor = row[k] / pivot
            if factor:
                for m in range(k, len(rows)):
                    row[m] -= factor * pivot_row[m]


def steering_witness(data: dict) -> str:
    """An assemblage lies below a bound that holds for all quantum assemblages.

    name, inequality: of the assemblage and of the functional. dual: the rows, up to the diagonal,
    of a positive matrix Z with tr(ZΓ) = β − bound · tr(ρ_A) for each Γ that has the links of
    the almost-quantum moment matrix: so β ≥ bound where Γ ⪰ 0. (A complex Γ has a real part with
    the same links, and Z meets only that.) The assemblage must be valid, and its β, by eq. (45),
    be `value` < `bound`.
    """
    members, functional = read_members(data["assemblage"]), read_members(data["functional"])
    element_determinants(members)
    bound, value = number(data["bound"]), number(data["value"])
    rows = data["dual"]
    size = 2 * len(WORDS)
    require(isinstance(rows, list) and len(rows) == size, f"The dual must have {size} rows.")
    lower = [numbers(row, length=k + 1) for k, row in enumerate(rows)]
    dual = [[lower[max(p, q)][min(p, q)] for q in range(size)] for p in range(size)]
    for (word, i, j), places in moment_places().items():
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
    require(value < bound, f"The value must lie below {bound}, but is {value}.")
    return (
        f"Every quantum assemblage has β ≥ {data['bound']} in {data['inequality']}; "
        f"{data['name']} has β = {data['value']} and is postquantum."
    )


CHECKERS = {
    "steering-assemblage": ("PS-03", steering_assemblage),
    "steering-witness": ("PS-06", steering_witness),
    "hidden-states-robustness": ("PS-10", steering_witness),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
