"""What the checkers of this chapter must refuse, and what their sentences say."""

from pathlib import Path

import pytest

from nonlocality.certificates import CertificateError, check

FALSE = Path(__file__).parent / "false"


@pytest.mark.parametrize(
    ("name", "words"),
    [("influence-one-point", "A curve needs two points"),
     ("influence-falling-line", r"A line must not fall, but has the slope -2/19")],
)  # fmt: skip
def test_a_curve_that_is_bounded_by_nothing_is_refused(name, words):
    """Both files said that local behaviours need influence, and once passed."""
    with pytest.raises(CertificateError, match=words):
        check(FALSE / f"{name}.json")
