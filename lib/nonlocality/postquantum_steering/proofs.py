"""From floats to proofs: the certificates that a qubit assemblage is valid and postquantum.

What is written here is checked by :mod:`nonlocality.certificates.postquantum_steering`, which
needs the standard library alone.
"""

import json
import re
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from nonlocality.certificates import postquantum_steering as checker
from nonlocality.foundations.optimise import MatrixInequality, minimise_semidefinite
from nonlocality.postquantum_steering.assemblages import read_symmetric_table
from nonlocality.postquantum_steering.printed_tables import Table, value_of_tables

DIGITS = 6
"""Digits of the dual matrix after the point, before it is projected."""


def assemblage_certificate(table: Table, *, name: str) -> dict:
    """The certificate that a table of 2 × 2 matrices is a no-signalling assemblage.

    Raises CertificateError if it is not one, ValueError as
    :func:`~nonlocality.postquantum_steering.assemblages.read_symmetric_table`.

    >>> row = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)] + 3 * [Fraction(1, 8)]
    >>> rows = [[0, 0, *row], [0, 1, *[0] * 6], [1, 0, *[0] * 6], [1, 1, *row]]
    >>> head = ["i", "j", "rho_a", *("sigma",) * 5]
    >>> assemblage_certificate((head, rows), name="White noise")["determinants"]["01|10"]
    '1/64'
    """
    data = {
        "claim": "PS-03",
        "kind": "steering-assemblage",
        "name": name,
        "assemblage": _minimal(table),
    }
    determinants = checker.element_determinants(checker.read_members(data["assemblage"]))
    data["determinants"] = {key: str(value) for key, value in determinants.items()}
    return _with_sentence(data, checker.steering_assemblage)


def witness_certificate(
    assemblage: Table, functional: Table, *, bound: Fraction, name: str, inequality: str
) -> dict:
    """The certificate that an assemblage lies below a bound for all quantum assemblages.

    bound: above the assemblage's β and below the almost-quantum minimum; the dual matrix has the
    more room the lower it is. name, inequality: what the sentence calls the two tables.
    Raises CertificateError if the rounded and projected dual matrix does not prove the bound,
    ValueError as :func:`~nonlocality.postquantum_steering.assemblages.read_symmetric_table`.

    >>> from nonlocality.book.ledger import printed_table
    >>> certificate = witness_certificate(
    ...     printed_table("ps-table1"),
    ...     printed_table("ps-table2"),
    ...     bound=Fraction("-0.51"),
    ...     name="Table I",
    ...     inequality="Table II",
    ... )
    >>> certificate["value"]
    '-0.52073625'
    """
    target = _targets(functional, bound)
    dual = _project(_central_dual(target), target)
    data = {
        "claim": "PS-06",
        "kind": "steering-witness",
        "name": name,
        "inequality": inequality,
        "bound": _decimal(bound),
        "value": _decimal(value_of_tables(functional, assemblage)),
        "assemblage": _minimal(assemblage),
        "functional": _minimal(functional),
        "dual": [[_decimal(x) for x in row[: k + 1]] for k, row in enumerate(dual)],
    }
    return _with_sentence(data, checker.steering_witness)


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


def _with_sentence(data: dict, derive: Callable[[dict], str]) -> dict:
    """The certificate with what it proves, after its claim and kind."""
    sentence = derive(data)
    head = {key: data[key] for key in ("claim", "kind")}
    return head | {"proves": sentence} | data


def _minimal(table: Table) -> dict:
    """A table in the form of the certificates: symmetric matrices as entries 00, 01, 11."""

    def words(members: np.ndarray) -> list:
        if members.ndim == 2:
            return [_decimal(members[place]) for place in ((0, 0), (0, 1), (1, 1))]
        return [words(member) for member in members]

    return {name: words(members) for name, members in read_symmetric_table(table).items()}


def _decimal(value: Fraction) -> str:
    """A fraction as a decimal where that is exact, otherwise as p/q.

    >>> _decimal(Fraction(-1, 8)), _decimal(Fraction(1, 3)), _decimal(Fraction(2))
    ('-0.125', '1/3', '2')
    """
    value = Fraction(value)
    digits = next((n for n in range(20) if 10**n % value.denominator == 0), None)
    if not digits:
        return str(value)
    whole = f"{abs(value.numerator) * 10**digits // value.denominator:0{digits + 1}d}"
    return f"{'-' * (value < 0)}{whole[:-digits]}.{whole[-digits:]}"


def _targets(functional: Table, bound: Fraction) -> dict[tuple, Fraction]:
    """What the dual matrix must add up to over the places of each moment."""
    members = checker.read_members(_minimal(functional))
    targets = {}
    for word, i, j in checker.moment_places():
        targets[word, i, j] = Fraction(0)
        if word in members:
            targets[word, i, j] = members[word][i + j] * (1 if i == j else 2)
            if word == ((), ()) and i == j:
                targets[word, i, j] -= bound
    return targets


def _central_dual(targets: dict[tuple, Fraction]) -> np.ndarray:
    """The matrix with these sums whose smallest eigenvalue is largest."""
    size = 2 * len(checker.WORDS)
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
    places = checker.moment_places()
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
        box=100.0,
    )
    return best.evidence.point[entries]


def _project(matrix: np.ndarray, targets: dict[tuple, Fraction]) -> list[list[Fraction]]:
    """Rounded, then with the exact sums: what is missing goes to one place of each moment."""
    unit = 10**DIGITS
    dual = [[Fraction(round(x * unit), unit) for x in row] for row in matrix.tolist()]
    for key, pairs in checker.moment_places().items():
        missing = targets[key] - sum(dual[p][q] for p, q in pairs)
        p, q = pairs[0]
        if p == q:
            dual[p][q] += missing
        else:  # the mirrored place belongs to the same moment
            dual[p][q] += missing / 2
            dual[q][p] = dual[p][q]
    return dual
