"""What a user would otherwise do: full programs in CVXPY and PICOS, dense matrices, listing all."""

from fractions import Fraction
from math import comb, lcm

import numpy as np

from nonlocality.foundations import Behaviour, CausalModel

LEVELS = range(6)
"""The Dicke states of whose outcomes the statistics are computed."""


def dependence_program(functional: np.ndarray, value: float) -> float:
    """Least measurement dependence at a value of a Bell expression, unreduced, in CVXPY.

    q(x, y, λ) over all deterministic strategies λ, uniform settings, a no-signalling behaviour.
    """
    import cvxpy as cp

    o, m = functional.shape[:2], functional.shape[2:]
    model, inputs = CausalModel(("x", "y"), o, m), m[0] * m[1]
    q = cp.Variable((inputs, model.size), nonneg=True)
    seen = [inputs * (model.matrix[k::inputs] @ q[k]) for k in range(inputs)]
    p = [cp.reshape(table, o, order="C") for table in seen]
    alice = [cp.sum(table, axis=1) for table in p]
    bob = [cp.sum(table, axis=0) for table in p]
    place = {(x, y): x * m[1] + y for x in range(m[0]) for y in range(m[1])}
    constraints = [cp.sum(table) == 1 for table in p]
    constraints += [alice[k] == alice[place[x, 0]] for (x, y), k in place.items() if y]
    constraints += [bob[k] == bob[place[0, y]] for (x, y), k in place.items() if x]
    f = functional.reshape(*o, inputs)
    score = sum(cp.sum(cp.multiply(f[..., k], p[k])) for k in range(inputs))
    constraints.append(score == value)
    rho = cp.sum(q, axis=0)
    least = sum(cp.norm1(q[k] - rho / inputs) for k in range(inputs))
    problem = cp.Problem(cp.Minimize(least), constraints)
    problem.solve(solver=cp.HIGHS)
    return problem.value


def influence_by_cvxpy(behaviour: Behaviour) -> float:
    """Least influence of X on B over all strategies, in CVXPY, solved by HiGHS."""
    import cvxpy as cp

    model = CausalModel(("x", "xy"), behaviour.outcomes, behaviour.settings)
    rows = model.influence_rows(cause="x", target=1)
    q, least = cp.Variable(model.size, nonneg=True), cp.Variable()
    constraints = [model.matrix @ q == behaviour.table.ravel(), rows @ q <= least]
    problem = cp.Problem(cp.Minimize(least), constraints)
    problem.solve(solver=cp.HIGHS)
    return problem.value


def influence_by_picos(behaviour: Behaviour) -> float:
    """The same in PICOS, solved by CVXOPT."""
    import picos

    model = CausalModel(("x", "xy"), behaviour.outcomes, behaviour.settings)
    rows = model.influence_rows(cause="x", target=1).toarray()
    q, least = picos.RealVariable("q", model.size, lower=0), picos.RealVariable("c")
    problem = picos.Problem()
    problem.minimize = least
    problem += picos.Constant(model.matrix.toarray()) * q == behaviour.table.ravel()
    problem += picos.Constant(rows) * q <= picos.Constant(np.ones((len(rows), 1))) * least
    problem.solve(solver="cvxopt")
    return float(problem.value)


def hidden_states_by_cvxpy(elements: np.ndarray) -> float:
    """Largest visibility with local hidden states, one untrusted party, ``[a, x, i, j]``."""
    import cvxpy as cp

    outcomes, settings, size, _ = elements.shape
    strategies = list(np.ndindex((outcomes,) * settings))
    states = [cp.Variable((size, size), hermitian=True) for _ in strategies]
    eta = cp.Variable()
    constraints = [state >> 0 for state in states]
    for a, x in np.ndindex(outcomes, settings):
        seen = sum(state for state, s in zip(states, strategies, strict=True) if s[x] == a)
        noise = np.trace(elements[a, x]) * np.eye(size) / size
        constraints.append(seen == eta * elements[a, x] + (1 - eta) * noise)
    problem = cp.Problem(cp.Maximize(eta), constraints)
    problem.solve(solver=cp.CLARABEL, max_threads=1)
    return problem.value


def hidden_states_by_picos(elements: np.ndarray) -> float:
    """The same in PICOS, solved by CVXOPT."""
    import picos

    outcomes, settings, size, _ = elements.shape
    strategies = list(np.ndindex((outcomes,) * settings))
    states = [picos.HermitianVariable(f"s{k}", size) for k in range(len(strategies))]
    eta = picos.RealVariable("eta")
    problem = picos.Problem()
    problem.maximize = eta
    for state in states:
        problem += state >> 0
    for a, x in np.ndindex(outcomes, settings):
        seen = sum(state for state, s in zip(states, strategies, strict=True) if s[x] == a)
        noise = picos.Constant(np.trace(elements[a, x]) * np.eye(size) / size)
        problem += seen == eta * picos.Constant(elements[a, x]) + (1 - eta) * noise
    problem.solve(solver="cvxopt")
    return float(problem.value)


def majority_of_dicke(n: int) -> float:
    """P(more than 16 N/25 give +1) in |N, 1⟩ at cos θ = 7/25, in fractions."""
    plus, total = Fraction(16, 25), Fraction(0)
    for m in range(16 * n // 25 + 1, n + 1):
        skew = (m - n * plus) ** 2 / (n * plus * (1 - plus))
        total += skew * comb(n, m) * plus**m * (1 - plus) ** (n - m)
    return float(total)


POLAR = float(np.arccos(7 / 25))
"""The angle of the measurement: each +1 has probability 16/25 in |N, 0⟩."""


def majority(probabilities: np.ndarray) -> float:
    """P(more than 16 N/25) of the level 1, from the rows over m = 0..N."""
    n = probabilities.shape[1] - 1
    return float(probabilities[1, 16 * n // 25 + 1 :].sum())


def dicke_in_numpy(n: int) -> np.ndarray:
    """|⟨m|N, k⟩|² from the dense (N + 1)-dimensional total spin and its eigenvectors."""
    k = np.arange(n + 1)
    beside = np.sin(POLAR) * np.sqrt(k[1:] * (n - k[:-1]))
    total = np.diag((n - 2 * k) * np.cos(POLAR)) + np.diag(beside, 1) + np.diag(beside, -1)
    return np.linalg.eigh(total)[1][list(LEVELS)] ** 2


def dicke_in_qutip(n: int) -> np.ndarray:
    """The same with QuTiP's spin matrices and eigenstates."""
    import qutip

    spin = np.cos(POLAR) * qutip.jmat(n / 2, "z") + np.sin(POLAR) * qutip.jmat(n / 2, "x")
    vectors = spin.eigenstates()[1]
    return np.array([abs(v.full()[: len(LEVELS), 0]) ** 2 for v in vectors]).T


def dicke_in_full_qutip(n: int) -> np.ndarray:
    """The same on all 2^N states of N qubits."""
    import qutip

    spin = np.cos(POLAR) * qutip.sigmaz() + np.sin(POLAR) * qutip.sigmax()
    one = qutip.qeye(2)
    total = sum(qutip.tensor([spin if i == k else one for i in range(n)]) for k in range(n))
    values, vectors = np.linalg.eigh(total.full())
    ones = np.array([i.bit_count() for i in range(2**n)])
    states = np.array([(ones == k) / np.sqrt(comb(n, k)) for k in LEVELS])
    weights = np.abs(states @ vectors) ** 2
    place = ((values + n) / 2).round().astype(int)
    return np.array([np.bincount(place, row, minlength=n + 1) for row in weights])


def local_bound_by_toqito(f: np.ndarray) -> float:
    """Local bound of a Bell expression as the classical value of a game."""
    from toqito.nonlocal_games.nonlocal_game import NonlocalGame

    questions = f.shape[2] * f.shape[3]
    return NonlocalGame(np.full(f.shape[2:], 1 / questions), questions * f).classical_value()


def local_bound_in_python(f: np.ndarray) -> float:
    """All strategies of one party, the best answers of the other, a loop in Python."""
    best = -np.inf
    for answers in np.ndindex((f.shape[0],) * f.shape[2]):
        left = sum(f[a, :, x, :] for x, a in enumerate(answers))
        best = max(best, left.max(axis=0).sum())
    return float(best)


def local_bound_by_program(f: np.ndarray) -> float:
    """The linear program over all deterministic strategies of both, in CVXPY."""
    import cvxpy as cp

    model = CausalModel(("x", "y"), f.shape[:2], f.shape[2:])
    q = cp.Variable(model.size, nonneg=True)
    problem = cp.Problem(cp.Maximize((f.ravel() @ model.matrix) @ q), [cp.sum(q) == 1])
    problem.solve(solver=cp.HIGHS)
    return problem.value


def vertices_by_cdd(matrix: np.ndarray, bound: np.ndarray) -> int:
    """Number of vertices of {ζ : matrix ζ ≤ bound} by cddlib in floating point."""
    import cdd

    rows = [[int(b), *(-int(v) for v in row)] for row, b in zip(matrix, bound, strict=True)]
    table = cdd.matrix_from_array(rows, rep_type=cdd.RepType.INEQUALITY)
    found = cdd.copy_generators(cdd.polyhedron_from_matrix(table))
    return sum(row[0] != 0 for row in found.array)


def vertices_in_python(matrix: np.ndarray, bound: np.ndarray) -> int:
    """The same by a straightforward double description, integers of Python."""
    rows = [[int(b), *(-int(v) for v in row)] for row, b in zip(matrix, bound, strict=True)]
    size = len(rows[0])
    start, first = _independent([[1] + [0] * (size - 1), *rows], size)
    order = [[1] + [0] * (size - 1), *rows]
    rays = [(ray, {k for k in first if not _dot(order[k], ray)}) for ray in start]
    for k, row in enumerate(order):
        if k in first:
            continue
        signs = [(_dot(row, ray), ray, zeros) for ray, zeros in rays]
        plus, minus = ([s for s in signs if sign * s[0] > 0] for sign in (1, -1))
        kept = [(ray, zeros | {k} if not s else zeros) for s, ray, zeros in signs if s >= 0]
        new = []
        for s, ray, zeros in plus:
            for t, other, others in minus:
                common = zeros & others
                if len(common) < size - 2 or sum(common <= z for _, _, z in signs) > 2:
                    continue  # not the two ends of an edge
                mixed = [s * v - t * u for u, v in zip(ray, other, strict=True)]
                scale = int(np.gcd.reduce(np.array(mixed, dtype=object)))
                new.append(([v // scale for v in mixed], common | {k}))
        rays = kept + new
    return sum(ray[0] > 0 for ray, _ in rays)


def _dot(row: list[int], ray: list[int]) -> int:
    return sum(u * v for u, v in zip(row, ray, strict=True))


def _independent(rows: list[list[int]], size: int) -> tuple[list[list[int]], set[int]]:
    """The rays of a cone of `size` independent rows, and which rows these are."""
    chosen: list[int] = []
    reduced: list[list[Fraction]] = []
    for k, row in enumerate(rows):
        rest = [Fraction(v) for v in row]
        for done in reduced:
            pivot = next(i for i, v in enumerate(done) if v)
            rest = [u - rest[pivot] / done[pivot] * v for u, v in zip(rest, done, strict=True)]
        if any(rest):
            chosen.append(k)
            reduced.append(rest)
        if len(chosen) == size:
            break
    square = [[Fraction(v) for v in rows[k]] + [Fraction(k == j) for j in chosen] for k in chosen]
    for i in range(size):
        pivot = next(r for r in range(i, size) if square[r][i])
        square[i], square[pivot] = square[pivot], square[i]
        square[i] = [v / square[i][i] for v in square[i]]
        for r in range(size):
            if r != i and square[r][i]:
                square[r] = [
                    u - square[r][i] * v for u, v in zip(square[r], square[i], strict=True)
                ]
    columns = [[row[size + j] for row in square] for j in range(size)]
    return [[int(v * lcm(*(w.denominator for w in c))) for v in c] for c in columns], set(chosen)


def no_signalling_rows(settings: int) -> tuple[np.ndarray, np.ndarray]:
    """P ≥ 0 for two outcomes in Collins–Gisin coordinates: matrix ζ ≤ bound."""
    places = {("a", x): x for x in range(settings)} | {
        ("b", y): settings + y for y in range(settings)
    }
    places |= {
        (x, y): 2 * settings + x * settings + y for x in range(settings) for y in range(settings)
    }
    rows, right = [], []
    for x, y in np.ndindex(settings, settings):
        a, b, both = np.eye(len(places), dtype=int)[[places["a", x], places["b", y], places[x, y]]]
        rows += [-both, both - a, both - b, a + b - both]
        right += [0, 0, 0, 1]
    return np.array(rows), np.array(right)


def directions_of_singlet(count: int) -> np.ndarray:
    """The assemblage ``[a, x, i, j]`` of a singlet measured in `count` directions of a plane."""
    x, z = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    turns = np.pi * np.arange(count) / count
    axes = [np.cos(t) * z + np.sin(t) * x for t in turns]
    return np.array([[(np.eye(2) + s * axis) / 4 for axis in axes] for s in (1, -1)])
