"""From floats to proofs: the certificates that a qubit assemblage is valid and postquantum.

What is written here is checked by :mod:`nonlocality.certificates.postquantum_steering`, which
needs the standard library alone.
"""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from numbers import Rational

import numpy as np
import scipy.sparse as sp

from nonlocality.certificates import postquantum_steering as checker
from nonlocality.certificates import steering_members
from nonlocality.foundations.checks import shown
from nonlocality.foundations.exact_numbers import whole_digits
from nonlocality.foundations.semidefinite import MatrixInequality, minimise_semidefinite
from nonlocality.postquantum_steering.assemblage_tables import read_symmetric_table
from nonlocality.postquantum_steering.printed_tables import Table, value_of_tables

DIGITS = 6
"""Digits of the dual matrix after the point, before it is projected."""

Members = dict[str, np.ndarray]
"""ρ_A, or F_A: "reduced"; and "bob", "charlie", "joint" as in eq. (45), entries exact."""


def assemblage_certificate(table: Table) -> dict:
    """The certificate that a table of 2 × 2 matrices is a no-signalling assemblage.

    Raises CertificateError if it is not one, ValueError as
    :func:`~nonlocality.postquantum_steering.assemblage_tables.read_symmetric_table`.

    >>> row = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)] + 3 * [Fraction(1, 8)]
    >>> rows = [[0, 0, *row], [0, 1, *[0] * 6], [1, 0, *[0] * 6], [1, 1, *row]]
    >>> head = ["i", "j", "rho_a", *("sigma",) * 5]
    >>> assemblage_certificate((head, rows))["determinants"]["01|10"]
    '1/64'
    """
    data = {
        "claim": "PS-03",
        "kind": "steering-assemblage",
        "assemblage": written(read_symmetric_table(table)),
    }
    determinants = checker.element_determinants(checker.read_members(data["assemblage"]))
    data["determinants"] = {key: str(value) for key, value in determinants.items()}
    return with_sentence(data, checker.steering_assemblage)


def witness_certificate(assemblage: Table, functional: Table, *, bound: Fraction) -> dict:
    """The certificate that an assemblage lies below a bound for all quantum assemblages.

    bound: above the assemblage's β and below the almost-quantum minimum; the dual matrix has the
    more room the lower it is.
    Raises CertificateError if the rounded and projected dual matrix does not prove the bound,
    ValueError as :func:`~nonlocality.postquantum_steering.assemblage_tables.read_symmetric_table`.

    >>> from nonlocality.book.ledger import printed_table
    >>> certificate = witness_certificate(
    ...     printed_table("ps-table1"), printed_table("ps-table2"), bound=Fraction("-0.51")
    ... )
    >>> certificate["value"]
    '-0.52073625'
    """
    if not isinstance(bound, Rational) or abs(bound) > 10**6:
        raise ValueError(f"Argument `bound` must be a fraction, but is {shown(bound)}.")
    data = {
        "claim": "PS-06",
        "kind": "steering-witness",
        "assemblage": written(read_symmetric_table(assemblage)),
        **proved_bound(
            read_symmetric_table(functional),
            bound=bound,
            value=value_of_tables(functional, assemblage),
        ),
    }
    return with_sentence(data, checker.steering_witness)


def middle_notion_certificate() -> dict:
    """The certificate of the middle notion: a PR box for a = 0, its mirror image for a = 1.

    >>> middle_notion_certificate()["value"]
    '-4'
    """
    zero, one = np.zeros((2, 2), int), np.eye(2, dtype=int)
    sign = np.diag([1, -1])
    half = Fraction(1, 2)
    joint = [[np.diag([1, 0]) * half**2, np.diag([1, 0]) * half**2],
             [np.diag([1, 0]) * half**2, np.diag([0, 1]) * half**2]]  # fmt: skip
    members = {
        "reduced": one * half, "bob": np.array([one, one]) * half**2,
        "charlie": np.array([one, one]) * half**2, "joint": np.array(joint),
    }  # fmt: skip
    # F = −Σ_a (−1)^a |a⟩⟨a| ⊗ CHSH with ⟨B_y C_z⟩ = 4 p(00) − 2 p(b=0) − 2 p(c=0) + 1
    f = {
        "reduced": -2 * sign, "bob": np.array([4 * sign, zero]),
        "charlie": np.array([4 * sign, zero]),
        "joint": np.array([[-4 * sign, -4 * sign], [-4 * sign, 4 * sign]]),
    }  # fmt: skip
    even = {name: "1/16" for name in steering_members.STRATEGIES}
    data = {
        "claim": "PS-12",
        "kind": "steering-middle-notion",
        "assemblage": written(members),
        "weights": even,
        **proved_bound(f, bound=Fraction("-2.83"), value=value_of_members(f, members)),
    }
    return with_sentence(data, checker.middle_notion)


def proved_bound(
    functional: Members,
    *,
    bound: Fraction,
    value: Fraction,
    level: str = "almost-quantum",
    digits: int = DIGITS,
) -> dict:
    """What proves that every quantum assemblage has β ≥ bound, and the β of the one in question.

    functional: its nine matrices, exact. level: of
    :data:`nonlocality.certificates.postquantum_steering.LEVELS`. digits: of the dual matrix.
    """
    digits = whole_digits("digits", digits)
    target = _targets(functional, bound, level)
    dual = _project(_central_dual(target, level), target, level, digits)
    return {
        "level": level,
        "bound": decimal(bound),
        "value": decimal(value),
        "functional": written(functional),
        "dual": [[decimal(x) for x in row[: k + 1]] for k, row in enumerate(dual)],
    }


def value_of_members(functional: Members, members: Members) -> Fraction:
    """β by eq. (45), exactly."""
    pairs = zip(
        (np.ravel(functional[name]) for name in functional),
        (np.ravel(np.swapaxes(members[name], -1, -2)) for name in functional),
        strict=True,
    )
    return sum((Fraction(f) * s for fs, ss in pairs for f, s in zip(fs, ss, strict=True)),
               Fraction(0))  # fmt: skip


def minimal_functional(functional: np.ndarray, *, digits: int) -> Members:
    """F_A, F_y, F_z and F_yz of a functional ``[b, c, y, z, i, j]``, rounded to decimals.

    By App. E: F_A = Σ F_11yz, F_y = Σ_bz (−1)^b F_b1yz, F_yz = Σ (−1)^(b+c) F_bcyz.
    """
    sign, unit = np.array([1, -1]), 10 ** whole_digits("digits", digits)
    parts = {
        "reduced": functional[1, 1].sum(axis=(0, 1)),
        "bob": np.einsum("b,byzij->yij", sign, functional[:, 1]),
        "charlie": np.einsum("c,cyzij->zij", sign, functional[1]),
        "joint": np.einsum("b,c,bcyzij->yzij", sign, sign, functional),
    }
    exact = np.vectorize(lambda x: Fraction(round(x * unit), unit), otypes=[object])
    return {name: exact((part + np.swapaxes(part, -1, -2)) / 2) for name, part in parts.items()}


def certificate_text(data: dict) -> str:
    """A certificate as the text of its file: lists of numbers on one line.

    >>> print(certificate_text({"kind": "none", "dual": [["1"], ["0", "1"]]}), end="")
    {
     "kind": "none",
     "dual": [
      ["1"],
      ["0", "1"]
     ]
    }
    """
    text = json.dumps(data, indent=1, ensure_ascii=False)
    inner = re.compile(r'\[\s*("[^]\[{}]*?")\s*\]')
    return inner.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def with_sentence(data: dict, derive: Callable[[dict], str]) -> dict:
    """The certificate with what it proves, after its claim and kind."""
    sentence = derive(data)
    head = {key: data[key] for key in ("claim", "kind")}
    return head | {"proves": sentence} | data


def written(members: Members) -> dict:
    """Matrices in the form of the certificates: symmetric ones as entries 00, 01, 11."""

    def words(matrices: np.ndarray) -> list:
        if matrices.ndim == 2:
            return [decimal(matrices[place]) for place in ((0, 0), (0, 1), (1, 1))]
        return [words(matrix) for matrix in matrices]

    return {name: words(np.asarray(matrices)) for name, matrices in members.items()}


def decimal(value: Fraction) -> str:
    """A fraction as a decimal where that is exact, otherwise as p/q.

    >>> decimal(Fraction(-1, 8)), decimal(Fraction(1, 3)), decimal(Fraction(2))
    ('-0.125', '1/3', '2')
    """
    value = Fraction(value)
    digits = next((n for n in range(20) if 10**n % value.denominator == 0), None)
    if not digits:
        return str(value)
    whole = f"{abs(value.numerator) * 10**digits // value.denominator:0{digits + 1}d}"
    return f"{'-' * (value < 0)}{whole[:-digits]}.{whole[-digits:]}"


def _targets(functional: Members, bound: Fraction, level: str) -> dict[tuple, Fraction]:
    """What the dual matrix must add up to over the places of each moment."""
    members = checker.read_members(written(functional))
    targets = {}
    for word, i, j in checker.moment_places(level):
        targets[word, i, j] = Fraction(0)
        if word in members:
            targets[word, i, j] = members[word][i + j] * (1 if i == j else 2)
            if word == ((), ()) and i == j:
                targets[word, i, j] -= bound
    return targets


def _central_dual(targets: dict[tuple, Fraction], level: str) -> np.ndarray:
    """The matrix with these sums whose smallest eigenvalue is largest."""
    size = 2 * len(checker.LEVELS[level])
    number = {pair: k for k, pair in enumerate(zip(*np.tril_indices(size), strict=True))}
    entries = np.zeros((size, size), dtype=int)
    for (p, q), k in number.items():
        entries[p, q] = entries[q, p] = k
    unknowns = len(number) + 1  # the last is the smallest eigenvalue
    ones = np.ones(size * size)
    slopes = sp.coo_array(
        (
            np.r_[ones, -np.ones(size)],
            (
                np.r_[np.arange(size * size), np.arange(size) * (size + 1)],
                np.r_[entries.ravel(), [unknowns - 1] * size],
            ),
        ),
        shape=(size * size, unknowns),
    )
    places = checker.moment_places(level)
    sums = sp.lil_array((len(places), unknowns))
    for row, pairs in enumerate(places.values()):
        for p, q in pairs:
            sums[row, entries[p, q]] += 1
    right = np.array([float(targets[key]) for key in places])
    cost = np.zeros(unknowns)
    cost[-1] = -1
    best = minimise_semidefinite(
        cost,
        matrices=[MatrixInequality(np.zeros((size, size)), sp.csr_array(slopes))],
        equal=(sp.csr_array(sums), right),
        box=10.0,  # of the size of the targets; only the point is used, and fractions judge it
    )
    return best.evidence.point[entries]


def _project(
    matrix: np.ndarray, targets: dict[tuple, Fraction], level: str, digits: int
) -> list[list[Fraction]]:
    """Rounded, then with the exact sums: what is missing goes to one place of each moment."""
    unit = 10**digits
    dual = [[Fraction(round(x * unit), unit) for x in row] for row in matrix.tolist()]
    for key, pairs in checker.moment_places(level).items():
        missing = targets[key] - sum(dual[p][q] for p, q in pairs)
        p, q = pairs[0]
        if p == q:
            dual[p][q] += missing
        else:  # the mirrored place belongs to the same moment
            dual[p][q] += missing / 2
            dual[q][p] = dual[p][q]
    return dual
