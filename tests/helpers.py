"""What several test files need: linear programs as data, a second solver, random behaviours."""

import ast
from dataclasses import dataclass
from unittest import mock

import jupytext
import numpy as np
import picos
import scipy.linalg
import scipy.sparse as sp

from nonlocality.certificates import CertificateError, check_text
from nonlocality.foundations.behaviours import Behaviour
from nonlocality.foundations.born import behaviour_quantum
from nonlocality.foundations.linear_programs import minimise_linear
from nonlocality.foundations.numbers import TwoSided
from nonlocality.foundations.random import random_density, random_povm, random_projective
from nonlocality.foundations.solvers import Rows

CHAPTERS = [
    "causal-relaxations",
    "experiments",
    "local-realism",
    "macroscopic-locality",
    "macroscopic-nonlocality",
    "postquantum-steering",
    "primer",
]


@dataclass(frozen=True)
class Program:
    """Minimise ⟨c, ξ⟩ over ξ ≥ 0 with A ξ = b and G ξ ≤ h, and what HiGHS said about it."""

    c: np.ndarray
    a: np.ndarray
    b: np.ndarray
    g: np.ndarray
    h: np.ndarray
    found: TwoSided

    def primal_violation(self, point):
        return max(
            np.abs(self.a @ point - self.b).max(initial=0),
            (self.g @ point - self.h).max(initial=0),
            -point.min(),
        )

    def dual_violation(self, y, w):
        return max((self.a.T @ y - self.g.T @ w - self.c).max(), (-w).max(initial=0))

    def complementarity(self, point, y, w):
        reduced = self.c - self.a.T @ y + self.g.T @ w
        return max(abs(reduced @ point), abs(w @ (self.h - self.g @ point)))

    def check_optimal(self):
        """The four tests of an optimum: another solver's value, both feasibilities, slackness."""
        found, seen = self.found, self.found.evidence
        assert abs(found.reached - self.value_by_cvxopt()) <= 1e-6
        assert self.primal_violation(seen.point) <= 1e-8
        assert self.dual_violation(seen.dual_equal, seen.dual_below) <= 1e-8
        assert self.complementarity(seen.point, seen.dual_equal, seen.dual_below) <= 1e-8

    def value_by_cvxopt(self):
        """The minimum from another modelling layer and an interior-point solver."""
        # CVXOPT wants independent equalities; the rows of T are not
        _, r, order = scipy.linalg.qr(self.a.T, mode="economic", pivoting=True)
        keep = order[: (np.abs(np.diag(r)) > 1e-9).sum()]
        problem = picos.Problem()
        xi = picos.RealVariable("xi", len(self.c), lower=0)
        problem.add_constraint(self.a[keep] * xi == self.b[keep])
        if len(self.h):
            problem.add_constraint(self.g * xi <= self.h)
        problem.minimize = picos.Constant(self.c).T * xi
        problem.options.rel_prim_fsb_tol = problem.options.abs_dual_fsb_tol = 1e-9
        solution = problem.solve(solver="cvxopt")
        assert solution.claimedStatus == "optimal"
        return float(problem.value)


def program(cost, *, equal, below=None, mass, **how):
    """Solve with the library, and keep the data."""
    found = minimise_linear(cost, equal=equal, below=below, mass=mass, **how)
    below = (sp.csr_array((0, len(cost))), np.zeros(0)) if below is None else below
    matrices = [pair[0].csr if isinstance(pair[0], Rows) else pair[0] for pair in (equal, below)]
    dense = [sp.csr_array(matrix).toarray() for matrix in matrices]
    vectors = [np.asarray(pair[1], dtype=float) for pair in (equal, below)]
    return Program(np.asarray(cost, float), dense[0], vectors[0], dense[1], vectors[1], found)


def programs_behind(module, call):
    """Every linear program that `call` solves through the module's `minimise_linear`."""
    programs = []

    def spy(cost, **kwargs):
        programs.append(program(cost, **kwargs))
        return programs[-1].found

    with mock.patch.object(module, "minimise_linear", spy):
        call()
    return programs


def no_signalling_vertices():
    """The 8 PR boxes and the 16 local deterministic behaviours, as tables (24, 2, 2, 2, 2)."""
    a, b, x, y = np.indices((2, 2, 2, 2))
    bits = list(np.ndindex(2, 2, 2))
    boxes = [((a + b + x * y + i * x + j * y + k) % 2 == 0) / 2 for i, j, k in bits]
    local = [
        (a == (f[0] * x + f[1]) % 2) * (b == (g[0] * y + g[1]) % 2)
        for f in np.ndindex(2, 2)
        for g in np.ndindex(2, 2)
    ]
    return np.array(boxes), np.array(local, dtype=float)


def random_no_signalling(seed):
    """A mixture of few or many of the 24 vertices, one PR box in front."""
    rng = np.random.default_rng(seed)
    boxes, local = no_signalling_vertices()
    weights = rng.dirichlet(np.full(24, rng.choice([0.05, 0.2, 1.0])))
    mixed = np.tensordot(weights, np.concatenate([boxes, local]), 1)
    strength = rng.uniform()
    return Behaviour(strength * boxes[rng.integers(8)] + (1 - strength) * mixed)


def random_quantum_behaviour(seed, *, parties):
    """State, measurements and behaviour; spaces, settings and outcomes of unequal numbers."""
    rng = np.random.default_rng(seed)
    sizes = [2, 3, 2][:parties]
    state = random_density(rng, int(np.prod(sizes)))
    measurements = [
        random_projective(rng, settings=k + 2, size=size)
        if rng.integers(2)
        else random_povm(rng, settings=3 - k, outcomes=2 + k, size=size)
        for k, size in enumerate(sizes)
    ]
    return state, measurements, behaviour_quantum(state, measurements)


def passes(text):
    """Whether a certificate's text is accepted."""
    try:
        check_text(text)
    except CertificateError:
        return False
    return True


def models_of(root, chapter, **space):
    """The functions of a chapter whose names end in _model, made with these names known."""
    notebook = jupytext.read(root / "notebooks" / f"{chapter}.md")
    for cell in notebook.cells:
        tree = ast.parse(cell.source) if cell.cell_type == "code" else ast.Module([], [])
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.endswith("_model"):
                exec(compile(ast.Module([node], []), chapter, "exec"), space)
    return space


def random_boxes(seed, count, *, outcomes=(2, 2), settings=(2, 2)):
    """Behaviours of some scenario: mixtures of three random vertices, where two parties add up.

    Local strategies, and boxes in which a sum of the outcomes is a random function of both
    settings and each outcome alone is uniform: neither signals.
    """
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        table = np.zeros((*outcomes, *settings))
        for weight in rng.dirichlet(np.ones(3)):
            box = np.zeros_like(table)
            if outcomes[0] == outcomes[1] and rng.random() < 0.6:
                o = outcomes[0]
                total = rng.integers(0, o, size=settings)
                for a, b, x, y in np.ndindex(box.shape):
                    box[a, b, x, y] = ((a + b - total[x, y]) % o == 0) / o
            else:
                alice, bob = (
                    rng.integers(0, o, size=m) for o, m in zip(outcomes, settings, strict=True)
                )
                for x, y in np.ndindex(settings):
                    box[alice[x], bob[y], x, y] = 1
            table += weight * box
        found.append(Behaviour(table))
    return found


def relabelled(table, rng, *, parties=True):
    """The same table with settings, outcomes at each setting and perhaps the parties renamed."""
    for outcome, setting in ((0, 2), (1, 3)):
        table = np.take(table, rng.permutation(table.shape[setting]), axis=setting)
        table = table.copy()
        for k in range(table.shape[setting]):
            order = rng.permutation(table.shape[outcome])
            part = np.take(table, [k], axis=setting)
            index = [slice(None)] * 4
            index[setting] = slice(k, k + 1)
            table[tuple(index)] = np.take(part, order, axis=outcome)
    return table.transpose(1, 0, 3, 2) if parties and rng.random() < 0.5 else table


def merged(table, party):
    """The last two outcomes of a party become one."""
    moved = np.moveaxis(table, party, 0)
    joined = np.concatenate([moved[:-2], moved[-2:].sum(axis=0, keepdims=True)])
    return np.moveaxis(joined, 0, party)


ACCURACY = 1e-6  # of the solvers; the two sides of a result are compared with the closed form


def assert_encloses(found, value):
    """Both sides are on their side of the true value, and close to it."""
    assert value - ACCURACY <= found.largest.lower <= value + 1e-12
    assert value - 1e-12 <= found.largest.upper <= value + ACCURACY
