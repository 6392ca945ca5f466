import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.book.ledger import printed_table
from nonlocality.certificates import CertificateError
from nonlocality.postquantum_steering.assemblage_tables import (
    assemblage_of_table,
    read_symmetric_table,
)
from nonlocality.postquantum_steering.assemblages import Assemblage
from nonlocality.postquantum_steering.functionals import functional_value
from nonlocality.postquantum_steering.proofs import (
    assemblage_certificate,
    certificate_text,
    middle_notion_certificate,
    minimal_functional,
    value_of_members,
    witness_certificate,
)
from nonlocality.postquantum_steering.search import random_functional

FOLDER = Path(__file__).parents[2] / "certificates" / "postquantum_steering"
ASSEMBLAGE, WITNESS = FOLDER / "steering-table1.json", FOLDER / "steering-witness.json"
TABLE_1, TABLE_2 = printed_table("ps-table1"), printed_table("ps-table2")


def least_eigenvalue(rows):
    """Of a symmetric matrix that is given by the rows of its lower triangle, as texts."""
    lower = np.zeros((len(rows), len(rows)))
    for k, row in enumerate(rows):
        lower[k, : k + 1] = [float(Fraction(x)) for x in row]
    return np.linalg.eigvalsh(lower, UPLO="L")[0]


def test_the_certificates_are_what_the_library_writes():
    written = assemblage_certificate(TABLE_1)
    assert certificate_text(written) == ASSEMBLAGE.read_text(encoding="utf-8")
    data = json.loads(WITNESS.read_text(encoding="utf-8"))
    bound = Fraction(data["bound"])
    again = witness_certificate(TABLE_1, TABLE_2, bound=bound)
    assert list(again) == list(data)
    assert again | {"dual": None} == data | {"dual": None}
    # many matrices have next to the largest smallest eigenvalue, so that is what is compared
    room, shipped = (least_eigenvalue(found["dual"]) for found in (again, data))
    assert 0 < room == pytest.approx(shipped, abs=5e-7)


def test_the_middle_notion_is_what_the_library_writes():
    written = middle_notion_certificate()
    path = FOLDER / "steering-middle-notion.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert written | {"dual": None} == data | {"dual": None}


def test_a_functional_in_full_and_in_minimal_form_have_one_value():
    """App. E's definitions of F_A, F_y and F_yz, and (45), on a random functional and Table I."""
    f = random_functional(np.random.default_rng(45))
    members = minimal_functional(f, digits=12)
    table = read_symmetric_table(TABLE_1)
    value = float(value_of_members(members, table))
    assert value == pytest.approx(functional_value(f, assemblage_of_table(TABLE_1)), abs=1e-9)


def test_what_is_no_assemblage_has_no_certificate():
    head, rows = TABLE_1
    broken = [row[:] for row in rows]
    broken[0][5] = Fraction("0.14")  # σ_00|00: now σ_01|00 is not positive
    with pytest.raises(CertificateError, match=r"The element 01\|00 must be positive, but is"):
        assemblage_certificate((head, broken))
    with pytest.raises(ValueError, match="eigenvalue"):
        assemblage_of_table((head, broken))
    broken = [row[:] for row in rows]
    broken[0][2] = Fraction("0.3667")
    with pytest.raises(CertificateError, match="must have trace 1, not 10001/10000"):
        assemblage_certificate((head, broken))


def test_a_bound_above_the_minimum_has_no_certificate():
    with pytest.raises(CertificateError, match="The dual matrix must be positive"):
        witness_certificate(TABLE_1, TABLE_2, bound=Fraction("-0.5084"))


def test_an_assemblage_above_the_bound_has_no_certificate():
    """White noise is quantum: nothing proves that it lies below a bound."""
    noise = [
        [i, j, *[Fraction(i == j, n) for n in (2, 4, 4, 8, 8, 8)]] for i in (0, 1) for j in (0, 1)
    ]
    head = TABLE_1[0]
    assert isinstance(assemblage_of_table((head, noise)), Assemblage)
    with pytest.raises(CertificateError, match=r"The value must lie below -1017/2000, but is"):
        witness_certificate((head, noise), TABLE_2, bound=Fraction("-0.5085"))
