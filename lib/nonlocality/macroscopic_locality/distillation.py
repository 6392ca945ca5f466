"""Nonlocality distillation: wirings of copies of a box that increase CHSH (Fig. 3).

S = E_00 + E_01 + E_10 − E_11, eq. (9) of arXiv:0907.0372. Every deterministic wiring of two boxes
with two settings and outcomes can be tried, adaptive ones in either order included.
"""

from functools import lru_cache

import numpy as np

from nonlocality.foundations.behaviours import Behaviour, as_behaviour
from nonlocality.foundations.checks import counts, in_interval, renamed
from nonlocality.foundations.forms import one_point_correlators
from nonlocality.foundations.inequalities import chsh_correlator_value, correlator_functional
from nonlocality.foundations.results import result
from nonlocality.foundations.sizes import size_text
from nonlocality.macroscopic_locality.decision_trees import (
    MAX_PATHS,
    Output,
    Tree,
    Use,
    paths,
    sequential,
)
from nonlocality.macroscopic_locality.wirings import Wiring


def behaviour_correlated_pr(*, weight: float) -> Behaviour:
    """The correlated box: a ⊕ b = 0, but at x = y = 1 a ⊕ b = 1 with probability ε = `weight`.

    ε times the PR box and 1 − ε times shared coins; outcomes uniform; S = 2 + 2ε.
    Raises ValueError for a weight outside [0, 1].

    >>> behaviour_correlated_pr(weight=0.25).correlators()
    array([[1. , 1. ],
           [1. , 0.5]])
    """
    epsilon = in_interval("weight", weight, 0, 1)
    a, b, x, y = np.indices((2, 2, 2, 2))
    return Behaviour(np.where(a == b, 1 - epsilon * x * y, epsilon * x * y) / 2)


def behaviour_cosines(*, angle: float) -> Behaviour:
    """Uniform outcomes with correlators cos θ, cos θ, cos θ and cos 3θ, θ = `angle` in [0, π/4].

    A boundary of the quantum set: the singlet, measured along directions in a plane that are
    angles θ apart. S = 3 cos θ − cos 3θ. Raises ValueError for another angle.

    >>> bool(abs(chsh_correlator_value(behaviour_cosines(angle=np.pi / 4)) - 8**0.5) < 1e-12)
    True
    """
    theta = in_interval("angle", angle, 0, np.pi / 4)
    correlators = np.cos(theta * np.array([[1, 1], [1, 3]]))
    return Behaviour((1 + correlator_functional(correlators)) / 4)


def adaptive_protocol() -> Wiring:
    """The protocol of Brunner and Skrzypczyk for two copies, as in Fig. 3 of arXiv:0907.0372.

    Alice gives the first box x and the second x·a₁, and announces a₁ ⊕ a₂; Bob likewise.
    On :func:`behaviour_correlated_pr` it takes ε to ε (3 − ε)/2, so that CHSH grows from 2 + 2ε to
    2 + ε (3 − ε).

    >>> adaptive_protocol().alice[1].then[1].setting
    1
    """
    trees = sequential(
        settings=[lambda x: x, lambda x, a: x * a], output=lambda x, a, second: a ^ second
    )
    return Wiring(trees, trees)


def parity_protocol(copies: int) -> Wiring:
    """The protocol of Forster, Winkler and Wolf: the same setting everywhere, parity announced.

    Each correlator becomes its power, E_xy → E_xyⁿ. Raises ValueError for no copies, or more
    than 16, whose trees have 65,536 branches.

    >>> len(parity_protocol(3).alice)
    2
    """
    (copies,) = counts("copies", (copies,))
    if copies >= MAX_PATHS.bit_length():
        raise ValueError(f"Argument `copies` must be at most 16, but is {size_text(copies)}.")
    trees = sequential(settings=[lambda x, *_: x] * copies, output=lambda x, *seen: sum(seen) % 2)
    return Wiring(trees, trees)


def extended_correlators(behaviour: Behaviour) -> np.ndarray:
    """[[1, E_y], [E_x, E_xy]] of a no-signalling behaviour, shape (3, 3).

    Raises ValueError for other than two settings and outcomes a party, or a signalling behaviour.

    >>> extended_correlators(behaviour_correlated_pr(weight=1)).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, -1.0]]
    """
    behaviour = as_behaviour(behaviour)
    chsh_correlator_value(behaviour)
    alice, bob = one_point_correlators(behaviour)
    return np.block([[np.ones((1, 1)), bob], [alice[:, None], behaviour.correlators()]])


@lru_cache(maxsize=1)
def two_box_strategies() -> tuple[tuple[Tree, ...], np.ndarray]:
    """All that a party can do with two boxes and one effective setting, up to a flip of outcome.

    Which box is first (2 ways), its setting (2), the setting of the other for each outcome (4),
    what is announced for each pair of outcomes (16): 256 trees. What a tree announces is, as a
    ±1-valued polynomial, Σ_ij f_ij O_i O'_j with O_0 = 1 and O_1, O_2 the outcomes of the first
    box at its two settings, O' likewise for the second. Trees with the same f do the same on all
    boxes that do not signal; one is kept, and one of f and −f.
    Returns the trees and f, shape (n, 9).

    >>> trees, polynomials = two_box_strategies()
    >>> len(trees), polynomials.shape
    (41, (41, 9))
    """
    # from the table [x, a] of a function of one box to its parts along 1, O_1 and O_2
    parts = np.array([[1, 1, 1, 1], [1, -1, 0, 0], [0, 0, 1, -1]]).reshape(3, 2, 2) / 2
    found: dict[tuple[float, ...], Tree] = {}
    for first, x, y, z in np.ndindex(2, 2, 2, 2):
        for outputs in np.ndindex(2, 2, 2, 2):
            leaves = [Output(k) for k in outputs]
            branches = Use(1 - first, y, tuple(leaves[:2])), Use(1 - first, z, tuple(leaves[2:]))
            tree = Use(first, x, branches)
            signs = np.zeros((2, 2, 2, 2))
            for path in paths(tree, settings=(2, 2), outcomes=(2, 2)):
                (s, t), (a, b) = path.settings, path.outcomes
                signs[s, a, t, b] = (-1) ** path.output
            f = np.einsum("ixa,jyb,xayb->ij", parts, parts, signs).ravel()
            if tuple(-f) not in found:
                found.setdefault(tuple(f), tree)
    return tuple(found.values()), np.array(list(found))


@result
class BestWiring:
    """The best deterministic wiring of two boxes.

    value: its S. wiring: its trees. covered: how many wirings the search speaks for.
    """

    value: float
    wiring: Wiring
    covered: int


def best_chsh_wiring(first: Behaviour, second: Behaviour) -> BestWiring:
    """Largest S over all wirings of two boxes with two settings and outcomes.

    Exhaustive over the 256⁴ quadruples of trees: for each pair of Bob's strategies the best of
    Alice's two are found separately, since S = ⟨A_0 (B_0 + B_1)⟩ + ⟨A_1 (B_0 − B_1)⟩.
    Randomised wirings are mixtures of these and reach no more.
    Raises ValueError for boxes of another scenario or that signal.

    >>> best = best_chsh_wiring(*[behaviour_correlated_pr(weight=0.5)] * 2)
    >>> best.value, best.covered == 256**4
    (3.25, True)
    """
    second = as_behaviour(second, name="second")
    first = as_behaviour(first, name="first")
    trees, f = two_box_strategies()
    with renamed(behaviour="first"):
        left = extended_correlators(first)
    with renamed(behaviour="second"):
        right = extended_correlators(second)
    values = f @ np.kron(left, right) @ f.T
    sums = values[:, :, None] + values[:, None, :]  # [Alice's tree, Bob's two trees]
    differences = values[:, :, None] - values[:, None, :]
    total = np.abs(sums).max(axis=0) + np.abs(differences).max(axis=0)
    bob = np.unravel_index(total.argmax(), total.shape)
    alice = []
    for table in (sums, differences):
        column = table[:, *bob]
        k = int(np.abs(column).argmax())
        alice.append(trees[k] if column[k] >= 0 else _flipped(trees[k]))
    wiring = Wiring(tuple(alice), tuple(trees[k] for k in bob))
    return BestWiring(float(total[bob]), wiring, 256**4)


def _flipped(tree: Tree) -> Tree:
    """The tree that announces the other of two outcomes."""
    if isinstance(tree, Output):
        return Output(1 - tree.outcome)
    return Use(tree.box, tree.setting, tuple(_flipped(branch) for branch in tree.then))
