"""The rules (22)–(29) of arXiv:1505.01430 one by one: which of them does Q̃ need?

The rules link places of the moment matrix, blocks Γ(v, w) labelled by pairs of words. Eqs. (24)–
(26) and (29) are printed for Bob, as "constraints of the type"; their mirror images for
Charlie are called 24c, …, 29c here. Eqs. (27) and (28) only say that Γ is Hermitian.
"""

from collections.abc import Iterable
from itertools import islice, product

import numpy as np
import scipy.sparse as sp

from nonlocality.foundations.checks import counts, shown
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.semidefinite import minimise_semidefinite
from nonlocality.foundations.words import Word, multiply
from nonlocality.postquantum_steering.functionals import check_functional, in_units
from nonlocality.postquantum_steering.moment_patterns import Pattern, Place, moment_words
from nonlocality.postquantum_steering.moments import SteeringMoments

RULES = ("22", "23", "24", "24c", "25", "25c", "26", "26c", "29", "29c")
"""The rules that say more than that Γ is Hermitian; c for Charlie's."""

Link = tuple[tuple[Word, Word], tuple[Word, Word], bool]
"""Two pairs of words, and whether one block is the adjoint of the other."""


def _known(name: str, rules: Iterable[str]) -> list[str]:
    """The rules as a list; ValueError, naming the argument, unless all are of :data:`RULES`."""
    if isinstance(rules, str) or not isinstance(rules, Iterable):
        raise ValueError(f"Argument `{name}` must be a list of rules, but is {shown(rules)}.")
    found = list(islice(rules, 1000))
    for rule in found:
        if not isinstance(rule, str) or rule not in RULES:
            raise ValueError(
                f"Argument `{name}` must be one of {', '.join(RULES)}, but is {shown(rule)}."
            )
    return found


def rule_links(rule: str, *, settings: tuple[int, int]) -> list[Link]:
    """The links that one rule makes, for two outcomes each.

    Raises ValueError for a rule that is not one of :data:`RULES`.

    >>> len(rule_links("24", settings=(2, 2))), len(rule_links("29", settings=(2, 2)))
    (4, 8)
    """
    _known("rule", [rule])
    settings = counts("settings", settings, length=2)
    if rule in ("22", "23"):
        words = moment_words(outcomes=(2, 2), settings=settings)
        if rule == "22":
            return [((v, v), (words[0], v), False) for v in words[1:]]
        pairs = product(words, repeat=2)
        return [((v, w), (v, w), True) for v, w in pairs if multiply(v, w) == multiply(w, v)]
    if rule.endswith("c"):
        mirrored = rule_links(rule[:-1], settings=settings[::-1])
        swapped = [[tuple(w[::-1] for w in pair) for pair in link[:2]] for link in mirrored]
        return [(*pairs, link[2]) for pairs, link in zip(swapped, mirrored, strict=True)]
    links = []
    for (y, z), t in product(product(*map(range, settings)), range(max(settings))):
        b, c = ((y, 0),), ((z, 0),)
        if rule == "24" and t == 0:
            links.append((((b, ()), (b, c)), (((), ()), (b, c)), False))
        if rule == "25" and t == 0:
            links.append((((b, ()), (b, c)), ((b, ()), ((), c)), False))
        if rule == "26" and t < settings[1]:
            other = ((t, 0),)
            links.append((((b, c), (b, other)), ((b, c), ((), other)), False))
        if rule == "29" and t < settings[0]:
            other = ((t, 0),)
            links.append((((b, c), (other, ())), ((other, c), (b, ())), True))
    return links


def pattern_of_rules(rules: Iterable[str], *, settings: tuple[int, int]) -> Pattern:
    """What the named rules link in the moment matrix of Q̃, and nothing else.

    The blocks of the first row are Hermitian, as members of the assemblage. Rules that say the
    same give equal patterns.

    >>> full = pattern_of_rules(RULES, settings=(2, 2))
    >>> len({block for block, _ in full.blocks.values()})
    17
    """
    words = moment_words(outcomes=(2, 2), settings=settings)
    number = {word: k for k, word in enumerate(words)}
    places = [(v, w) for v, w in product(range(len(words)), repeat=2) if v <= w]
    parent: dict[Place, tuple[Place, bool]] = {place: (place, False) for place in places}
    hermitian = {place for place in places if place[0] in (0, place[1])}

    def find(place: Place) -> tuple[Place, bool]:
        """The representative of a place, and whether it holds the adjoint of it."""
        above, swapped = parent[place]
        if above == place:
            return place, False
        top, more = find(above)
        return top, swapped != more

    for rule in _known("rules", rules):
        for first, second, swapped in rule_links(rule, settings=settings):
            ends = []
            for pair in (first, second):
                v, w = (number[word] for word in pair)
                top, turned = find((min(v, w), max(v, w)))
                ends.append((top, turned != (v > w)))
            (one, turn), (two, other) = ends
            if one != two:
                parent[max(one, two)] = min(one, two), (turn != other) != swapped
            elif (turn != other) != swapped:
                hermitian.add(one)
    tops = frozenset(find(place)[0] for place in hermitian)
    blocks = {place: find(place) for place in places}
    blocks = {place: (top, turned and top not in tops) for place, (top, turned) in blocks.items()}
    return Pattern(tuple(words), blocks, tops)


def minimise_under_rules(
    functional: np.ndarray, rules: Iterable[str], *, solver: str = "clarabel"
) -> TwoSided:
    """Least value of a functional where only the named rules link the moments.

    functional: ``[b, c, y, z, i, j]`` with two outcomes each. All σ_{bc|yz} ⪰ 0 is asked for
    as well, which the full set of rules implies.
    Raises ValueError for another functional or rule, SolverError as the solver does.

    >>> guess = np.zeros((2, 2, 1, 1, 2, 2))
    >>> guess[0, 0, 0, 0] = np.diag([-1.0, 1.0])
    >>> round(minimise_under_rules(guess, []).reached, 6)
    -1.0
    """
    unit, f = in_units(check_functional("functional", functional))
    if f.shape[:2] != (2, 2):
        raise ValueError(
            f"Argument `functional` must have two outcomes each, but has {f.shape[:2]}."
        )
    moments = SteeringMoments(
        (2, 2),
        f.shape[2:4],
        f.shape[-1],
        not np.iscomplexobj(f),
        pattern_of_rules(rules, settings=f.shape[2:4]),
        members=True,
    )
    unknowns = moments.inequality.slopes.shape[1]
    cost, trace = (
        np.pad(known, (0, unknowns - moments.known)) for known in (moments.costs(f), moments.trace)
    )
    return unit * minimise_semidefinite(
        cost,
        matrices=moments.inequalities,
        equal=(sp.csr_array(trace[None]), np.ones(1)),
        box=1.0,
        solver=solver,
    )
