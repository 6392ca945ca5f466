from math import comb

import numpy as np
import pytest

from nonlocality.foundations.random import random_density
from nonlocality.local_realism.draws import all_blocks
from nonlocality.local_realism.effective_states import effective_state
from nonlocality.local_realism.many_body import (
    Region,
    block_average,
    body_see_saw,
    plane_chsh,
    plane_observable,
    plane_of,
)

QUBIT = Region(1, ((0,),))
SHARP = [(n, m) for n in range(1, 8) for m in range(n // 2 + 1, n + 1)]


def climb(first, second, starts=4, seed=1):
    return body_see_saw(first, second, starts=starts, rng=np.random.default_rng(seed)).reached


@pytest.mark.parametrize(("n", "m"), SHARP)
def test_beyond_half_of_the_region_a_plane_is_invariant(n, m):
    """F_t = cos t Z + sin t X/√C there, by adding up all subsets; and |B_t| = 1."""
    plane, blocks = plane_of(n, body=m), all_blocks(n, body=m)
    for t in (0.0, 0.7, np.pi / 2, 2.5):
        b = plane_observable(t, body=m)
        assert np.abs(np.linalg.eigvalsh(b)).max() == pytest.approx(1)
        mean = block_average(b, blocks, particles=n)
        slope = np.sin(t) / np.sqrt(comb(n, m))
        expected = np.array([[np.cos(t), slope], [slope, -np.cos(t)]])
        assert mean @ plane == pytest.approx(plane @ expected, abs=1e-13)


@pytest.mark.parametrize(("n", "m"), [(2, 1), (4, 2), (5, 2), (6, 3)])
def test_up_to_half_of_the_region_the_plane_is_left(n, m):
    """Two disjoint blocks fit: a term of the Dicke state may miss a block altogether."""
    mean = block_average(plane_observable(0.7, body=m), all_blocks(n, body=m), particles=n)
    plane = plane_of(n, body=m)
    moved = mean @ plane
    assert np.abs(moved - plane @ (plane.T @ moved)).max() > 0.05


@pytest.mark.parametrize(
    ("sizes", "bodies"), [((3, 3), (2, 2)), ((2, 3), (2, 2)), ((4, 2), (3, 2)), ((3, 1), (2, 1))]
)
def test_two_such_regions_violate_by_the_formula(sizes, bodies):
    """The state in the planes and the angles of the proof, by matrices on all qubits."""
    ways = np.prod([comb(n, m) for n, m in zip(sizes, bodies, strict=True)])
    tilt = np.arctan(1 / np.sqrt(ways))
    means = [
        [
            block_average(plane_observable(t, body=m), all_blocks(n, body=m), particles=n)
            for t in angles
        ]
        for n, m, angles in zip(sizes, bodies, [(0, np.pi / 2), (tilt, -tilt)], strict=True)
    ]
    planes = [plane_of(n, body=m) for n, m in zip(sizes, bodies, strict=True)]
    state = sum(np.kron(planes[0][:, k], planes[1][:, k]) for k in (0, 1)) / np.sqrt(2)
    f, g = means
    chsh = np.kron(f[0], g[0] + g[1]) + np.kron(f[1], g[0] - g[1])
    assert (state @ chsh @ state).real == pytest.approx(plane_chsh(sizes, bodies), abs=1e-12)
    assert plane_chsh(sizes, bodies) > 2


@pytest.mark.parametrize(
    ("n", "m", "own", "square"),
    [(3, 2, False, 6), (4, 3, False, 8), (2, 2, False, 8), (4, 2, False, 4), (4, 2, True, 4)],
)
def test_a_free_qubit_reaches_known_squares(n, m, own, square):
    """√6, 2√2 by the four-qubit code that corrects a deletion, 2 where two averages are local."""
    found = climb(QUBIT, Region.subsets(n, body=m, own=own))
    assert found**2 == pytest.approx(square, abs=1e-6)
    if 2 * m > n:
        assert found > plane_chsh((n,), (m,)) - 1e-9


def test_neighbours_on_a_chain_violate_where_all_pairs_and_a_ring_do_not():
    """Four spins, pairs: the middle pair of a chain has no disjoint partner."""
    assert climb(QUBIT, Region.subsets(4, body=2, on="chain"), starts=8) > 2.24
    assert climb(QUBIT, Region.subsets(4, body=2, on="ring")) == pytest.approx(2, abs=1e-9)
    assert climb(QUBIT, Region.subsets(5, body=2, on="chain")) == pytest.approx(2, abs=1e-9)


def test_the_observables_of_a_see_saw_give_its_value_on_the_effective_state():
    """Through the library's effective state of two bodies, another way to average."""
    found = body_see_saw(
        Region.subsets(2, body=2), Region.subsets(3, body=2), starts=3, rng=np.random.default_rng(2)
    )
    rho = effective_state(found.state, (2, 3), body=2)
    (a0, a1), (b0, b1) = ([o[0] for o in each] for each in found.observables)
    operator = np.kron(a0, b0 + b1) + np.kron(a1, b0 - b1)
    swap = np.eye(4)[[0, 2, 1, 3]]
    sides = [(np.eye(4) + 0 * swap), swap]
    # the effective state draws ordered pairs; the see-saw sums over pairs in increasing order
    mean = sum(
        np.trace(rho @ np.kron(p, q) @ operator @ np.kron(p, q).T).real
        for p in sides
        for q in sides
    )
    symmetric = [(b + swap @ b @ swap) / 2 for b in (a0, a1, b0, b1)]
    operator = np.kron(symmetric[0], symmetric[2] + symmetric[3])
    operator = operator + np.kron(symmetric[1], symmetric[2] - symmetric[3])
    assert mean / 4 == pytest.approx(np.trace(rho @ operator).real)
    assert found.reached <= np.sqrt(6) + 1e-6


def test_block_averages_are_linear_in_random_states():
    rng = np.random.default_rng(5)
    state = random_density(rng, 8)
    b = np.diag([1.0, -1, -1, 1])
    mean = block_average(b, all_blocks(3, body=2), particles=3)
    effective = effective_state(state, (3,), body=2)
    assert np.trace(mean @ state).real == pytest.approx(np.trace(b @ effective).real)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plane_chsh((4,), (2,)), r"`bodies` must lie in \(4/2, 4\] for 4 qubits, but is 2"),
        (lambda: plane_chsh((4, 4, 4), (3, 3, 3)), "`sizes` must hold one or two regions"),
        (lambda: plane_observable(np.nan, body=1), "`angle` must hold finite numbers"),
        (lambda: plane_observable(0, body=40), "`body` must be smaller"),
        (lambda: block_average(np.eye(3), [(0,)], particles=1), "`operators` must have shape"),
        (lambda: Region(2, ((0,), (2,))), "`blocks` must hold blocks of one size of particles"),
        (lambda: Region(2, ()), "`blocks` must hold blocks of one size of particles 0 to 1"),
        (lambda: Region(2, (0, 1)), "`blocks` must hold blocks of one size of particles 0 to 1"),
        (lambda: block_average(np.eye(2), [], particles=1), "`blocks` must hold blocks"),
        (lambda: plane_chsh((10**9,), (10**9,)), "`sizes` must be at most 10000"),
        (lambda: body_see_saw(QUBIT, QUBIT, starts=1, rng=3), "`rng` must be a Generator"),
        (lambda: climb(QUBIT, Region.subsets(40, body=1)), "`particles` must be smaller"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
