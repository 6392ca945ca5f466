import json

import pytest

from nonlocality.causal_relaxations.proofs import FILES, link_proof, proof
from nonlocality.certificates import CertificateError


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_what_the_library_makes(root, name):
    """Solvers may return another optimum: then the sentence is the same."""
    text = (root / "certificates" / "causal_relaxations" / f"{name}.json").read_text("utf-8")
    stored, made = json.loads(text), FILES[name]()
    assert stored["proves"] == made["proves"]
    assert set(stored) == set(made)
    if name not in ("outcome-facets", "outcome-curve"):
        assert stored == made


def test_a_value_that_is_not_reached_is_no_proof():
    with pytest.raises(CertificateError, match="An I_d must lie between 2 and 4"):
        link_proof("hall-measure", sizes=[3], values=[5])
    with pytest.raises(CertificateError, match="share of 3 parties is 3/4"):
        proof("ghz-parties", {"share": {"3": "5/8"}})
    with pytest.raises(KeyError):
        proof("no such kind", {})
