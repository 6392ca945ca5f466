import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from nonlocality.certificates import CertificateError, local_realism
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.inequalities import i3322_value
from nonlocality.foundations.quantum import PAULI_X, PAULI_Z, measurement_of_observables
from nonlocality.local_realism.effective_states import effective_state, magnetisation
from nonlocality.local_realism.string_trees import folded_tree

FOLDER = Path(__file__).parents[2] / "certificates" / "local_realism"
CHECKS = {
    "anticommuting-tree": local_realism.anticommuting_strings,
    "two-qubit-region": local_realism.two_qubit_region,
    "i3322-one-two": local_realism.i3322_one_two,
}
EACH = pytest.mark.parametrize("name", CHECKS)


def text_of(name):
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def proves(name, text):
    """Whether a text is data from which the checker derives the sentence in it."""
    try:
        data = json.loads(text)
        return CHECKS[name](data) == data["proves"]
    except (CertificateError, ValueError, KeyError, TypeError):
        return False


def test_the_tree_is_that_of_the_library():
    assert json.loads(text_of("anticommuting-tree"))["strings"] == folded_tree(4).words()


def test_letters_of_a_string_matter():
    data = json.loads(text_of("anticommuting-tree"))
    for number, word in enumerate(data["strings"]):
        other = ("Y" if word[0] == "X" else "X") + word[1:]
        changed = [*data["strings"][:number], other, *data["strings"][number + 1 :]]
        assert not proves("anticommuting-tree", json.dumps(data | {"strings": changed}))


def test_the_matrices_are_those_of_the_library():
    data = json.loads(text_of("two-qubit-region"))
    x, y, p = (
        np.array([[float(Fraction(v)) for v in row] for row in data[k]])
        for k in ("x", "y", "projector")
    )
    s = magnetisation(2)
    assert (s[0] == x).all()
    assert (s[1] == 1j * y).all()
    triplet = np.array([0, 1, 1, 0]) / np.sqrt(2)
    assert p == pytest.approx(np.outer(triplet, triplet))


def test_the_violation_is_that_of_the_library():
    data = json.loads(text_of("i3322-one-two"))
    state = np.array(data["state"], dtype=float)
    state /= np.linalg.norm(state)
    sides = []
    for name in ("alice", "bob"):
        angles = [2 * np.arctan(float(Fraction(t))) for t in data[name]]
        spins = [np.cos(a) * PAULI_Z + np.sin(a) * PAULI_X for a in angles]
        sides.append(measurement_of_observables(spins))
    value = i3322_value(behaviour_quantum(effective_state(state, (1, 2)), sides))
    assert value == pytest.approx(float(Fraction(data["value"])), abs=1e-12)


@pytest.mark.parametrize(
    "strings", [["X" + "1" * 5000, "Y1"], ["X1"] * 600, ["X1 Y" + "9" * 7], ["X١"], [""]]
)
def test_endless_strings_are_refused_in_words(strings):
    with pytest.raises(CertificateError, match="must be a list of at most 512 words"):
        local_realism.anticommuting_strings({"strings": strings})


@pytest.mark.parametrize("name", ["i3322-one-two"])
def test_long_numbers_do_not_break_the_message(name):
    """A value of thousands of digits once ended in a traceback of the message itself."""
    data = json.loads(text_of(name))
    data["state"] = [str(int(a) * 10**390 + 1) for a in data["state"]]
    with pytest.raises(CertificateError, match="must be that of the state"):
        CHECKS[name](data)
