"""Level 1 and 1+AB as public tools have it: max Σ f P(ab|xy), f of shape (o_A, o_B, m_A, m_B).

Plain CVXPY and plain PICOS start from a moment matrix written down as one would: words, products
in a dictionary, one variable a product.
"""

from itertools import combinations_with_replacement, product

import numpy as np
import scipy.sparse as sp


def _words(f: np.ndarray, level: str) -> list[tuple]:
    """1, A_{a|x}, B_{b|y} without the last outcomes, and A_{a|x} B_{b|y} for 1+AB."""
    o_a, o_b, m_a, m_b = f.shape
    alice = [(0, x, a) for x in range(m_a) for a in range(o_a - 1)]
    bob = [(1, y, b) for y in range(m_b) for b in range(o_b - 1)]
    words = [(), *((e,) for e in alice + bob)]
    return words + (list(product(alice, bob)) if level == "1+AB" else [])


def _product(left: tuple, right: tuple, adjoints: bool) -> tuple | None:
    """left† right, Alice's letters first, projectors multiplied out; None for zero.

    adjoints: whether the adjoint of a product is called by the same name.
    """
    out = []
    for party in (0, 1):
        letters = [e for e in (*reversed(left), *right) if e[0] == party]
        kept = []
        for e in letters:
            if kept and kept[-1][1] == e[1]:
                if kept[-1] != e:
                    return None
            else:
                kept.append(e)
        out += kept
    if not adjoints:
        return tuple(out)
    back = [e for p in (0, 1) for e in reversed([e for e in out if e[0] == p])]
    return min(tuple(out), tuple(back))  # a real matrix: a word and its adjoint have one moment


def moment_program(f: np.ndarray, level: str, *, adjoints: bool = True) -> tuple:
    """Matrix and table as linear maps of the moments, m_0 = 1: (n² × k), (entries × k), n.

    adjoints: whether a product and its adjoint are one moment.
    """
    words = _words(f, level)
    names: dict[tuple, int] = {(): 0}
    rows, columns = [], []
    n = len(words)
    for (i, left), (j, right) in combinations_with_replacement(enumerate(words), 2):
        word = _product(left, right, adjoints)
        if word is not None:
            rows += {i * n + j, j * n + i}
            columns += [names.setdefault(word, len(names))] * (1 + (i != j))
    k = len(names)
    gamma = sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n * n, k))
    table = np.zeros((f.size, k))
    for place, (a, b, x, y) in enumerate(np.ndindex(f.shape)):
        for word, sign in _expanded((0, x, a, f.shape[0]), (1, y, b, f.shape[1])):
            table[place, names[word]] += sign
    return gamma, table, n


def _expanded(alice: tuple, bob: tuple) -> list:
    """A_{a|x} B_{b|y} in products of what is not a last outcome: (word, sign)."""
    parts = []
    for party, setting, outcome, count in (alice, bob):
        if outcome < count - 1:
            parts.append([(((party, setting, outcome),), 1)])
        else:
            parts.append([((), 1), *((((party, setting, o),), -1) for o in range(count - 1))])
    return [(u + v, s * t) for (u, s), (v, t) in product(*parts)]


def by_cvxpy(f: np.ndarray, level: str, *, adjoints: bool = True) -> float:
    """In plain CVXPY, solved by Clarabel."""
    import cvxpy as cp

    gamma, table, n = moment_program(f, level, adjoints=adjoints)
    m = cp.Variable(gamma.shape[1])
    constraints = [m[0] == 1, cp.reshape(gamma @ m, (n, n), order="C") >> 0]
    if level == "1":
        constraints.append(table @ m >= 0)
    problem = cp.Problem(cp.Maximize((f.ravel() @ table) @ m), constraints)
    problem.solve(solver=cp.CLARABEL, max_threads=1)
    return problem.value


def by_picos(f: np.ndarray, level: str) -> float:
    """In plain PICOS, solved by CVXOPT."""
    import picos

    gamma, table, n = moment_program(f, level)
    m = picos.RealVariable("m", gamma.shape[1])
    problem = picos.Problem()
    problem.set_objective("max", picos.Constant((f.ravel() @ table)[None]) * m)
    problem += m[0] == 1, (picos.Constant(gamma.toarray()) * m).reshaped((n, n)) >> 0
    if level == "1":
        problem += picos.Constant(table) * m >= 0
    problem.solve(solver="cvxopt")
    return float(problem.value)


def by_toqito(f: np.ndarray, level: str) -> float:
    """In toqito, which takes CVXPY's default solver; its game has the weights 1/(m_A m_B)."""
    from toqito.nonlocal_games.nonlocal_game import NonlocalGame

    questions = f.shape[2] * f.shape[3]
    game = NonlocalGame(np.full(f.shape[2:], 1 / questions), questions * f)
    return game.commuting_measurement_value_upper_bound(1 if level == "1" else "1+ab")


def by_ncpol2sdpa(f: np.ndarray, level: str, *, positivity: bool = True) -> float:
    """In ncpol2sdpa, solved by Clarabel through CVXPY; level 1 needs P ≥ 0 said."""
    import ncpol2sdpa
    from sympy import expand

    o_a, o_b, m_a, m_b = f.shape
    alice = ncpol2sdpa.generate_measurements([o_a] * m_a, "A")
    bob = ncpol2sdpa.generate_measurements([o_b] * m_b, "B")
    full = [[[*m, 1 - sum(m)] for m in party] for party in (alice, bob)]
    terms = {
        (a, b, x, y): expand(full[0][x][a] * full[1][y][b]) for a, b, x, y in np.ndindex(f.shape)
    }
    flat = [ncpol2sdpa.flatten(party) for party in (alice, bob)]
    relaxation = ncpol2sdpa.SdpRelaxation(ncpol2sdpa.flatten([alice, bob]), verbose=0)
    relaxation.get_relaxation(
        1,
        objective=-sum(float(f[place]) * term for place, term in terms.items()),
        substitutions=ncpol2sdpa.projective_measurement_constraints(alice, bob),
        extramonomials=[a * b for a in flat[0] for b in flat[1]] if level == "1+AB" else None,
        momentinequalities=list(terms.values()) if positivity and level == "1" else None,
    )
    relaxation.solve(solver="cvxpy", solverparameters={"solver": "CLARABEL"})
    return -relaxation.primal


def by_mompy(f: np.ndarray, level: str) -> float:
    """In MoMPy, which builds the matrix; solved by Clarabel through CVXPY."""
    import cvxpy as cp
    from MoMPy import MomentProblem, OperatorSet

    o_a, o_b, m_a, m_b = f.shape
    operators = OperatorSet()
    alice = operators.add_povm_family(m_a, o_a - 1)  # without the last outcomes
    bob = operators.add_povm_family(m_b, o_b - 1)
    flat = [[e for m in party for e in m] for party in (alice, bob)]
    operators.declare_commuting(*flat)
    pairs = [[a, b] for a in flat[0] for b in flat[1]] if level == "1+AB" else []
    problem = MomentProblem(flat[0] + flat[1] + pairs, operators.algebra(), dim=1, cyclicity=False)
    model = problem.build().to_cvxpy(normalise_identity=True)
    constraints, score = list(model.constraints), 0
    for a, b, x, y in np.ndindex(f.shape):
        p = 0
        for word, sign in _expanded((0, x, a, o_a), (1, y, b, o_b)):
            letters = [(alice, bob)[party][setting][outcome] for party, setting, outcome in word]
            p = p + sign * (model[letters] if letters else model.identity)
        score = score + float(f[a, b, x, y]) * p
        if level == "1":
            constraints.append(p >= 0)
    program = cp.Problem(cp.Maximize(score), constraints)
    program.solve(solver=cp.CLARABEL, max_threads=1)
    return program.value
