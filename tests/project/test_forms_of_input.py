"""Forms in which tables and states come: taken, or refused with what to do."""

import numpy as np
import pytest

from nonlocality.causal_relaxations.swapping import behaviour_swapping_formula
from nonlocality.foundations.behaviours import Behaviour, as_behaviour, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.forms import normalised_behaviour
from nonlocality.foundations.quantum import check_state
from nonlocality.macroscopic_locality.membership import places_of
from nonlocality.macroscopic_locality.radii import visibility

BOX = behaviour_tsirelson().with_noise(visibility=0.9)


@pytest.mark.parametrize(
    "form",
    [
        lambda table: table.astype(">f8"),
        np.asfortranarray,
        lambda table: np.repeat(table, 2, axis=-1)[..., ::2],
        lambda table: table.astype(object),
        lambda table: table.tolist(),
    ],
)
def test_other_orders_of_bytes_and_strides_are_the_same_table(form):
    for box in (BOX, behaviour_swapping_formula(0.5, 0.25)):
        assert (as_behaviour(form(box.table)).table == box.table).all()


def test_tables_in_float32_and_with_few_digits_are_normalised_on_request():
    exact = Behaviour(np.full((2, 2, 2, 2), 0.25))
    assert (as_behaviour(exact.table.astype(np.float32)).table == exact.table).all()
    single = BOX.table.astype(np.float32)
    if np.abs(single.astype(float).sum(axis=(0, 1)) - 1).max() > 1e-9:
        with pytest.raises(ValueError, match="`normalised_behaviour`"):
            as_behaviour(single)
    assert normalised_behaviour(single).table == pytest.approx(BOX.table, abs=1e-7)
    for digits in (4, 5, 6):
        near = normalised_behaviour(BOX.table.round(digits), no_signalling=True)
        assert near.table == pytest.approx(BOX.table, abs=2 * 10.0**-digits)


KET = np.array([1, 0, 0, 1]) / np.sqrt(2)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (KET[:, None], r"shape \(4, 1\). A vector has no second axis: give its `.ravel\(\)`"),
        (KET[None], r"shape \(1, 4\). A vector has no second axis"),
        (KET.round(3), "divide it by the norm"),
        (KET.astype(np.float32), "divide it by the norm"),
        (KET * 2, r"must have norm 1, but has norm 2\.$"),
        (np.outer(KET, KET) * 1.0001, "divide it by the trace"),
        (np.outer(KET, KET) * 2, r"skew part 0\.$"),
    ],
)
def test_states_of_another_form_are_refused_with_what_to_do(state, words):
    with pytest.raises(ValueError, match=words):
        check_state("state", state, dimension=4)


def test_a_state_in_single_precision_that_is_normalised_is_taken():
    single = KET.astype(np.complex64)
    taken = check_state("state", single / np.linalg.norm(single.astype(complex)), dimension=4)
    assert taken == pytest.approx(KET, abs=1e-7)


@pytest.mark.parametrize("shape", [(2, 2, 2, 2), (3, 2, 2, 3), (2, 2, 1, 1), (1, 1, 1, 1)])
def test_white_noise_has_no_visibility_and_says_why(shape):
    noise = behaviour_white_noise(shape[:2], shape[2:])
    for ask in (places_of, lambda box: visibility(box, level="1")):
        with pytest.raises(ValueError, match="differ from white noise, which is in the set"):
            ask(noise)


@pytest.mark.parametrize("shape", [(2, 2, 1, 1), (2, 1, 1, 1), (3, 2, 2, 1), (1, 2, 3, 2)])
def test_scenarios_with_one_setting_or_outcome_are_inside_of_everything(shape):
    certain = np.zeros(shape)
    certain[0, 0] = 1
    for name, place in places_of(Behaviour(certain)).items():
        assert not place.outside, name
    for level in ("1", "1+AB"):
        found = visibility(Behaviour(certain), level=level).largest
        assert found.lower == pytest.approx(1, abs=1e-6)
