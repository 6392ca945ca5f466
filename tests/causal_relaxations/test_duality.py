import numpy as np
import pytest
from scipy.optimize import linprog

from nonlocality.causal_relaxations.duality import direction_outside_the_kernel, standard_form
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.foundations.polytopes import vertices
from nonlocality.foundations.strategies import CausalModel


def pr_box_program():
    """Least C_{X→B} of the PR box as Theorem 6: L = 2 rows, each a matrix of one row."""
    model = CausalModel(("x", "xy"), (2, 2), (2, 2))
    rows = model.influence_rows(cause="x", target=1).toarray().astype(int)
    right = (2 * behaviour_pr_box().table.ravel()).round().astype(int)
    return standard_form([row[None] for row in rows], 2 * model.matrix.toarray().astype(int), right)


def test_the_standard_form_has_the_value_of_the_program():
    form = pr_box_program()
    primal = linprog(form.cost, A_ub=-form.matrix, b_ub=-form.right)
    dual = linprog(-form.right, A_ub=form.matrix.T, b_ub=form.cost)
    assert primal.fun == pytest.approx(1 / 2, abs=1e-9)
    assert -dual.fun == pytest.approx(1 / 2, abs=1e-9)


def test_an_unbounded_direction_need_not_lie_in_the_kernel():
    """The step of the proof of Proposition 9 that fails, within the paper's own program."""
    form = pr_box_program()
    zeta = direction_outside_the_kernel(form)
    assert form.is_direction(zeta)
    assert not form.in_kernel(zeta)
    inside = linprog(-form.right, A_ub=form.matrix.T, b_ub=form.cost).x
    for far in (1, 10**6):  # the dual region goes on for ever
        assert (form.matrix.T @ (inside + far * zeta) <= form.cost + 1e-7).all()


def test_no_direction_raises_the_objective_of_a_program_with_a_point():
    """What the conclusion rests on: ⟨ζ, b⟩ ≤ ⟨Φᵀ ζ, ξ⟩ ≤ 0, here for all generators of a cone."""
    form = standard_form([np.array([[1, -1]])], np.array([[1, 0]]), np.array([1]))
    count = len(form.right)
    cone = np.vstack([form.matrix.T, -np.eye(count, dtype=int), np.ones((1, count), dtype=int)])
    ends = np.append(np.zeros(len(cone) - 1, dtype=int), 1)
    found = [np.array(v) for v in vertices(cone, ends) if any(v)]
    assert len(found) > 2
    assert all(v @ form.right <= 0 for v in found)
    assert any((form.matrix.T @ v != 0).any() for v in found)


def test_several_norms_are_a_maximum():
    m = [np.array([[1, 0], [0, 0]]), np.array([[0, 0], [0, 2]])]
    form = standard_form(m, np.zeros((1, 2), dtype=int), np.zeros(1, dtype=int))
    assert linprog(form.cost, A_ub=-form.matrix, b_ub=-form.right).fun == pytest.approx(2 / 3)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="must be matrices of one shape"):
        standard_form([np.eye(2, dtype=int), np.eye(3, dtype=int)], np.eye(2, dtype=int), [1, 1])
    with pytest.raises(ValueError, match="must be matrices of one shape"):
        standard_form([np.eye(2, dtype=int)], np.eye(2, dtype=int), [1])
    with pytest.raises(ValueError, match="`equal` must have 2 columns, but has 3"):
        standard_form([np.eye(2, dtype=int)], np.eye(3, dtype=int), [1, 1, 1])
    with pytest.raises(ValueError, match="`norms` must hold integers"):
        standard_form([np.eye(2) / 2], np.eye(2, dtype=int), [1, 1])
