"""Games that a behaviour always wins: the least dependence of all its models, without a program.

A game is a table of 0 and 1, ``[a, b, …, x, y, …]``: which outcomes win at which settings, the
settings uniform. If no local strategy wins more than the share w < 1 of the settings, a
behaviour that always wins needs M ≥ 2 (1 − w) and I ≥ log2(1/w); the best strategies, equally
likely and allowed only where they win, may attain both. The magic square does.
"""

from fractions import Fraction
from math import prod

import numpy as np

from nonlocality.causal_relaxations.measurement_dependence import DependentModel
from nonlocality.foundations.behaviours import INPUTS, Behaviour, as_behaviour
from nonlocality.foundations.checks import renamed, whole_numbers
from nonlocality.foundations.results import result
from nonlocality.foundations.strategies import CausalModel


@result
class PerfectGame:
    """A game and its best local strategies.

    game: the table of 0 and 1. share: w, exact. model: the best strategies, equally likely,
    each allowed only at the settings that it wins.
    """

    game: np.ndarray
    share: Fraction
    model: DependentModel

    @property
    def dependence(self) -> Fraction:
        """2 (1 − w): no model of a behaviour that always wins has less M."""
        return 2 * (1 - self.share)

    @property
    def information(self) -> float:
        """log2(1/w) bits: no model of a behaviour that always wins has less I."""
        return float(-np.log2(float(self.share)))

    def attained_by(self, behaviour: Behaviour) -> bool:
        """Whether the model gives this behaviour, to 1e-9; then both bounds are least values."""
        behaviour = as_behaviour(behaviour)
        same = behaviour.table.shape == self.game.shape
        return same and bool(np.abs(self.model.behaviour().table - behaviour.table).max() < 1e-9)


def perfect_game(game: np.ndarray) -> PerfectGame:
    """The best local strategies of a game, by enumeration.

    Raises ValueError for a table that is not of 0 and 1, a game that some local strategy always
    wins, or one in which the best strategies leave out a pair of settings.

    >>> chsh = np.array([[[[(a ^ b) == x * y for y in (0, 1)] for x in (0, 1)] for b in (0, 1)]
    ...                  for a in (0, 1)]).astype(int)
    >>> found = perfect_game(chsh)
    >>> str(found.share), str(found.dependence)
    ('3/4', '1/2')
    """
    table = whole_numbers("game", game)
    n = table.ndim // 2
    if table.ndim % 2 or not table.size or not np.isin(table, (0, 1)).all():
        raise ValueError(
            "Argument `game` must be a table of 0 and 1 with one output and one input axis for "
            f"each party, but has shape {table.shape}."
        )
    settings, outcomes = table.shape[n:], table.shape[:n]
    with renamed(outcomes="game", settings="game"):
        local = CausalModel(tuple(INPUTS[:n]), outcomes, settings)
    rows, columns = local.matrix.nonzero()
    won = np.zeros((local.size, prod(settings)), dtype=bool)
    won[columns, rows % prod(settings)] = table.ravel()[rows] == 1
    score = won.sum(axis=1)
    best = score == score.max()
    share = Fraction(int(score.max()), prod(settings))
    if share == 1:
        raise ValueError("Argument `game` must not be won by a local strategy, but one wins it.")
    weights = won[best].T.astype(float)
    if not weights.sum(axis=1).all():
        raise ValueError(
            "Argument `game` must have each pair of settings won by a best local strategy, but one "
            "is never won."
        )
    joint = weights / weights.sum(axis=1, keepdims=True) / prod(settings)
    model = DependentModel(
        joint.reshape(*settings, -1), [f[best] for f in local.responses], outcomes
    )
    return PerfectGame(table, share, model)


def magic_square() -> np.ndarray:
    """The magic square game: rows of even parity against columns of odd parity, [a, b, x, y].

    Alice fills row x of a square of 3 × 3 bits with one of the triples 000, 011, 101, 110, Bob
    column y with one of 100, 010, 001, 111; they win if they agree where row and column meet.
    Quantum players always win, and behave as the table over 8 (N. D. Mermin; A. Peres, 1990).

    >>> found = perfect_game(magic_square())
    >>> str(found.share), str(found.dependence), found.attained_by(Behaviour(magic_square() / 8))
    ('8/9', '2/9', True)
    """
    rows = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    columns = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])
    return (rows[:, None, None, :] == columns[None, :, :, None]).astype(int)
