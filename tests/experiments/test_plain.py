import numpy as np
import pytest

from nonlocality.experiments.counting import Counts
from nonlocality.experiments.plain import cost_text, number_text, printable
from nonlocality.experiments.reporting import report


def test_the_text_has_eighty_columns_and_every_part(published):
    for counts in published.values():
        text = report(counts, title="x" * 200, settings="uniform").to_text()
        assert max(map(len, text.splitlines())) <= 80
        for head in ("CHSH, FORM +11", "WHAT IT COSTS", "EVIDENCE", "MARGINALS", "ASSUMED"):
            assert head in text


def test_a_label_cannot_command_the_terminal():
    counts = Counts(
        np.full((2, 2, 2, 2), 9), labels={"a": ("\x1b[2J", "−"), "b": ("\u202e", "b\nb")}
    )
    text = report(counts, title="\x1b]0;title\x07").to_text()
    assert not set(text) & set("\x1b\x07\u202e\r")
    assert printable("a\tb") == "a�b"


@pytest.mark.parametrize(
    ("value", "words"), [(-1.5, "−1.5"), (2e-5, "2e-05"), (123456.0, "1.235e+05")]
)
def test_numbers_have_four_digits(value, words):
    assert number_text(value) == words
    assert cost_text(value, None, None, None) == words
