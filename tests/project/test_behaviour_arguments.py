"""Whatever takes a behaviour takes its table as nested lists, and does the same with it."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy import sparse

import nonlocality
from nonlocality.causal_relaxations.perfect_games import magic_square, perfect_game
from nonlocality.causal_relaxations.swapping import behaviour_swapping_formula
from nonlocality.experiments.counting import Counts
from nonlocality.foundations.behaviours import Behaviour, behaviour_pr_box, behaviour_white_noise
from nonlocality.foundations.born import behaviour_tsirelson
from nonlocality.foundations.inequalities import behaviour_pr_box_3322, correlator_functional
from nonlocality.macroscopic_locality.distillation import adaptive_protocol
from nonlocality.macroscopic_locality.three_parties import behaviour_xyz_box
from nonlocality.macroscopic_locality.wired_certificates import certificate_of

GIVEN_BACK = {"Fit", "Condition"}
"""Records that functions give back, which nobody asks for with a table."""

BOX = behaviour_tsirelson().with_noise(visibility=0.9)
BOXES = [BOX, behaviour_tsirelson().with_noise(visibility=0.8)]
PROOFS = [certificate_of(box) for box in BOXES]
STEP = behaviour_pr_box().table - 0.25

BEHAVIOURS = {
    "i3322_value": behaviour_pr_box_3322(),
    "Nonbilocality": behaviour_swapping_formula(0.5, 0.25),
    "check_swapping_scenario": behaviour_swapping_formula(0.5, 0.25),
    "nonbilocality_bound_of_pairs": behaviour_swapping_formula(0.5, 0.25),
    "bilocality_correlators": behaviour_swapping_formula(0.5, 0.25),
    "conditional_margin": behaviour_xyz_box(),
    "conditional_behaviours": behaviour_xyz_box(),
}
"""Where :data:`BOX` is of another scenario."""

OWNERS = {
    "Behaviour": behaviour_pr_box(),
    "PerfectGame": perfect_game(magic_square()),
    "OrderOneCertificate": PROOFS[0],
    "Wiring": adaptive_protocol(),
}
"""What methods are called on."""

OTHERS = {
    "alice": [[1, -1], [1, -1]],
    "bob": [[1, -1], [0.5, -1]],
    "cause": "x",
    "certificates": PROOFS,
    "counts": Counts((BOX.table * 4000).round().astype(int)),
    "dependence": 0.1,
    "functional": correlator_functional([[1, 1], [1, -1]]),
    "labels": ("u", "v"),
    "level": "1",
    "name": "behaviour",
    "noise": behaviour_white_noise((2, 2), (2, 2)),
    "over": "level 1",
    "pairs": 20,
    "right": STEP,
    "runs": 5,
    "state": np.eye(2) / 2,
    "up": STEP[::-1, :, ::-1],
    "weight": 0.5,
    "weights": [0.25, 0.75],
    "wiring": adaptive_protocol(),
    "x": 0,
    "y": 1,
}
"""The other arguments by their names; a new name is to be added here."""


def takers():
    """Public functions, classes and methods with a parameter that is one or several behaviours."""
    found = []
    for info in pkgutil.walk_packages(nonlocality.__path__, "nonlocality."):
        if "nonlocality.book" in info.name or info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != info.name:
                continue
            if inspect.isclass(thing):
                methods = [m for m in vars(thing).values() if inspect.isfunction(m)]
                found += [m for m in methods if not m.__name__.startswith("_")]
            if inspect.isfunction(thing) or (inspect.isclass(thing) and name not in GIVEN_BACK):
                found.append(thing)
    return [thing for thing in found if any(wanted(p) for p in parameters(thing))]


def parameters(thing):
    try:
        return list(inspect.signature(thing).parameters.values())
    except ValueError:  # a class that counts on C for its signature
        return []


def wanted(parameter):
    """None, "one" or "several" behaviours."""
    text = parameter.annotation
    text = text if isinstance(text, str) else inspect.formatannotation(text)
    text = text.replace("nonlocality.foundations.behaviours.", "").replace("collections.abc.", "")
    if text in ("Behaviour", "Behaviour | None"):
        return "one"
    if text in ("Sequence[Behaviour]", "list[Behaviour]", "tuple[Behaviour, ...]"):
        return "several"
    assert "Behaviour" not in text.replace("Behaviours", ""), f"{text}: how is it to be called?"
    return None


def call(thing, form):
    """Call with behaviours in a form, and random numbers from the same seed."""
    owner, _, name = thing.__qualname__.rpartition(".")
    arguments = {}
    for parameter in parameters(thing):
        kind = wanted(parameter)
        if parameter.name == "self":
            arguments["self"] = OWNERS[owner]
        elif kind == "several":
            arguments[parameter.name] = [form(box) for box in BOXES]
        elif kind == "one":
            arguments[parameter.name] = form(
                OTHERS["noise"] if parameter.name == "noise" else BEHAVIOURS.get(name, BOX)
            )
        elif parameter.name == "rng":
            arguments["rng"] = np.random.default_rng(5)
        elif parameter.default is inspect.Parameter.empty:
            arguments[parameter.name] = OTHERS[parameter.name]
    return thing(**arguments)


def same(one, two):
    """Whether two results agree, number for number."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray):
        return one.shape == two.shape and bool((one == two).all())
    if sparse.issparse(one):
        return same(one.toarray(), two.toarray())
    if isinstance(one, Mapping):
        return one.keys() == two.keys() and all(same(one[k], two[k]) for k in one)
    if isinstance(one, Sequence) and not isinstance(one, str):
        return len(one) == len(two) and all(map(same, one, two))
    if dataclasses.is_dataclass(one):
        fields = [field.name for field in dataclasses.fields(one)]
        return all(same(getattr(one, f), getattr(two, f)) for f in fields)
    if hasattr(one, "__dict__") and not callable(one):
        return same(vars(one), vars(two))
    return callable(one) or one == two


TAKERS = takers()


def test_the_takers_are_found():
    names = {thing.__qualname__ for thing in TAKERS}
    assert {"chsh_value", "strength", "Wiring.paths", "Slice", "wire", "visibility"} <= names
    assert len(TAKERS) >= 50


@pytest.mark.parametrize("thing", TAKERS, ids=lambda thing: thing.__qualname__)
def test_a_table_as_nested_lists_is_taken_for_its_behaviour(thing):
    right = call(thing, lambda box: Behaviour(box.table))
    assert same(call(thing, lambda box: box.table.tolist()), right)


def rounded(table):
    """The table with three digits, a sum of which is off."""
    made = table.round(3)
    made[(0,) * made.ndim] += 0.0005
    return made


def unused(table):
    """The table with the last pair of settings never used."""
    made = table.copy()
    made[..., -1, -1] = np.nan
    return made


REFUSED = {
    "rounded": (rounded, "`normalised_behaviour`"),
    "unused settings": (unused, "leave out those that were not"),
    "complex": (lambda table: table.astype(complex), "give its `.real`"),
    "imaginary": (lambda table: table + 1e-9j, "it has complex ones"),
    "mask": (lambda table: np.ma.masked_less(table, 0.1), "has a mask"),
    "words": (lambda table: table.astype(str), "holds words"),
}


@pytest.mark.parametrize("thing", TAKERS, ids=lambda thing: thing.__qualname__)
def test_every_door_says_what_to_do_with_a_table_of_another_form(thing):
    for form, words in REFUSED.values():
        with pytest.raises(ValueError, match=words):
            call(thing, lambda box, form=form: form(box.table))


def test_results_that_differ_are_told_apart():
    assert not same(BOXES[0], BOXES[1])
    assert not same({"a": [1.0]}, {"a": [1.5]})
    assert not same(PROOFS[0], PROOFS[1])
