import pytest

from nonlocality.book.claims import Claim


@pytest.mark.parametrize("verdict", ["corrected", "extended"])
def test_claims_that_go_on_must_say_how(verdict):
    with pytest.raises(ValueError, match=f"{verdict} claim must say in `holds` what does"):
        Claim(id="AB-01", paper="", chapter="a", where="1", statement="so", verdict=verdict)
