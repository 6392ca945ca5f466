"""The guards of memory say what is used: each estimate is within a factor of two of the peak.

Every function of the library that calls `require_memory` is in the list, at three sizes. The peak
is what NumPy and Python allocate; where a solver takes memory of its own, it is the system's count.
"""

import ast
import contextlib
import sys
import tracemalloc
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from benchmarks.side_by_side import MODULES, PEERS, peak_bytes

from nonlocality.causal_relaxations import (
    dependence_of_links,
    informative_states,
    outcome_communication,
)
from nonlocality.foundations import inequalities, random
from nonlocality.foundations.behaviours import behaviour_pr_box
from nonlocality.local_realism import (
    draws,
    effective_states,
    joint_measurements,
    list_models,
    many_body,
    monogamy,
    no_signalling,
    one_qubit_regions,
    recorded,
    string_trees,
    varying_fields,
    werner_states,
)
from nonlocality.macroscopic_locality import (
    cglmp_moments,
    correlators,
    gaussian_limit,
    intensities,
    volumes,
)
from nonlocality.macroscopic_nonlocality import (
    characteristic,
    collective,
    dicke,
    heterodyne,
    oscillator,
    quadratures,
    resolution,
)
from nonlocality.macroscopic_nonlocality.particles import ParticleMeasurement, spin_measurement
from nonlocality.postquantum_steering import assemblage_models, directions, moment_patterns

SPIN = spin_measurement(polar=1.0)
LOSSY = ParticleMeasurement(
    np.array([1.0, -1.0, 0.0]), np.stack([*0.9 * SPIN.elements, 0.1 * np.eye(2)])
)
UNEVEN = ParticleMeasurement(np.array([1.0, -1.0, 0.5**0.5]), LOSSY.elements)
UP_DOWN = np.array([np.diag([1.0, 0]), np.diag([0, 1.0])])
PAULI_Z = np.diag([1.0, -1.0])


def line(n):
    return np.linspace(-3, 3, n)


def rng():
    return np.random.default_rng(0)


def ghz(n):
    return np.exp(0.3j) * recorded.parity_state(n // 2, n - n // 2)


def bases(settings):
    return random.random_projective(rng(), settings=settings, size=2)


def single_qubits(n):
    return many_body.Region(n, tuple((k,) for k in range(n)))


def words(settings, level=moment_patterns.ALMOST_QUANTUM):
    return moment_patterns.moment_words(outcomes=(2, 2), settings=(settings,) * 2, level=level)


def tree_means(last):
    return string_trees.binary_tree(3).means(ghz(3 + last), (1, 2, last))


def parent(n):
    each = {(k,): UP_DOWN for k in range(n)}
    return joint_measurements.parent_measurement(draws.subset_draws(n, settings=2), [each, each])


GUARDED = {
    "causal_relaxations.informative_states.link_operator": (
        (40, 60, 90), lambda d: informative_states.link_operator(line(d))),
    "causal_relaxations.dependence_of_links.optimal_model": (
        (3000, 10_000, 30_000), lambda d: dependence_of_links.optimal_model(d, 3.0)),
    "causal_relaxations.outcome_communication.search_quantum_value": (
        (1000, 3000, 9000), lambda n: outcome_communication.search_quantum_value(
            0.5, starts=n, rng=rng(), rounds=2)),
    "causal_relaxations.measurement_dependence.behaviour": (
        (60, 120, 200), lambda d: dependence_of_links.optimal_model(d, 3.0).behaviour()),
    "foundations.inequalities.signalling_functionals": (
        (12, 15, 18), lambda m: inequalities.signalling_functionals((2, 3), (m, m))),
    "foundations.random.random_density": (
        (120, 160, 240), lambda n: random.random_density(rng(), n)),
    "foundations.random.random_povm": (
        (50, 80, 120),
        lambda n: random.random_povm(rng(), settings=2, outcomes=3, size=n)),
    "foundations.random.random_projective": (
        (30, 45, 60), lambda n: random.random_projective(rng(), settings=3, size=n)),
    "local_realism.effective_states.averaged_state, of a vector": (
        (7, 8, 9), lambda n: effective_states.averaged_state(ghz(2 * n), (n, n), take=(1, 1))),
    "local_realism.effective_states.averaged_state, all particles": (
        (6, 7, 8), lambda n: effective_states.averaged_state(ghz(n), (n,), take=(n,))),
    "local_realism.effective_states.averaged_state, of a matrix": (
        (6, 7, 8), lambda n: effective_states.averaged_state(
            np.outer(ghz(n), ghz(n).conj()), (n,), take=(1,))),
    "local_realism.effective_states.magnetisation": ((6, 7, 8), effective_states.magnetisation),
    "local_realism.effective_states.spin": ((80, 150, 250), effective_states.spin),
    "local_realism.effective_states.symmetric_states": (
        (12, 13, 15), effective_states.symmetric_states),
    "local_realism.joint_measurements.parent_measurement": ((5, 6, 7), parent),
    "local_realism.joint_measurements.on_particles": (
        (7, 8, 9), lambda n: joint_measurements.on_particles(1j * PAULI_Z, (n - 1,), n)),
    "local_realism.list_models.list_model": (
        (3, 4, 5), lambda n: list_models.list_model(ghz(n + 1), (1, n), [bases(1), bases(n)])),
    "local_realism.many_body.plane_observable": (
        (7, 8, 9), lambda m: many_body.plane_observable(0.2, body=m)),
    "local_realism.many_body.block_average": (
        (7, 8, 9), lambda n: many_body.block_average(
            1j * PAULI_Z, [(k,) for k in range(n)], particles=n)),
    "local_realism.many_body.plane_of": ((15, 16, 17), lambda n: many_body.plane_of(n, body=2)),
    "local_realism.many_body.body_see_saw": (
        (2, 3, 4), lambda n: many_body.body_see_saw(
            single_qubits(n), single_qubits(4), starts=1, rng=rng(), steps=2)),
    "local_realism.monogamy._require_memory": (
        (5, 7, 9), lambda n: monogamy.worst_case(n, n, angles=31)),
    "local_realism.monogamy.see_saw": (
        (8, 11, 14), lambda n: monogamy.see_saw((n, n), starts=1, rng=rng(), steps=2)),
    "local_realism.no_signalling.no_signalling_equations": (
        (16, 20, 24), lambda m: no_signalling.no_signalling_equations((2, 2), (m, m))),
    "local_realism.no_signalling.mean_functional": (
        (7, 8, 9), lambda k: no_signalling.mean_functional(np.ones((2, 2, 2, 2)), partners=k)),
    "local_realism.one_qubit_regions._two_sizes": (
        (4, 5, 6), lambda n: one_qubit_regions.effective_operator(
            np.ones((2, 2, 2, 2)), bases(2), bases(2), sizes=(2, n))),
    "local_realism.pauli_strings.bits": ((8, 9, 10), lambda k: string_trees.binary_tree(k).bits()),
    "local_realism.pauli_strings.anticommute": (
        (8, 9, 10), lambda k: string_trees.binary_tree(k).anticommute()),
    "local_realism.pauli_strings.means": ((6, 7, 8), tree_means),
    "local_realism.recorded.linear_reading": ((30_000, 10**5, 10**6), recorded.linear_reading),
    "local_realism.recorded.binned_reading": (
        (30_000, 10**5, 10**6), lambda n: recorded.binned_reading(n, width=2)),
    "local_realism.recorded.reading_operator": (
        (60, 100, 160), lambda n: recorded.reading_operator(np.ones(n + 1), angle=0.3)),
    "local_realism.recorded.parity_state": (
        (8, 9, 10), lambda n: recorded.parity_state(n, n)),
    "local_realism.string_trees._check_regions": (
        (8, 9, 10), lambda k: string_trees.folded_tree(k).mutually_anticommuting()),
    "local_realism.varying_fields._single_spins": (
        (5, 6, 7), lambda n: varying_fields.weighted_worst_case([1 / n] * n, [1.0], angles=2)),
    "local_realism.varying_fields.field_see_saw": (
        (2, 3, 4), lambda n: varying_fields.field_see_saw(
            (4, n), starts=1, rng=rng(), steps=2)),
    "local_realism.varying_fields.weighted_worst_case": (
        (2, 3, 4), lambda n: varying_fields.weighted_worst_case(
            [1 / 4] * 4, [1 / n] * n, angles=3)),
    "local_realism.werner_states.exact_visibilities": (
        (9, 11, 13), lambda n: werner_states.exact_visibilities(n, n)),
    "macroscopic_locality.cglmp_moments.maximise_macroscopic": (
        (100, 150, 200), cglmp_moments.maximise_macroscopic),
    "macroscopic_locality.correlators.uniform_no_signalling": (
        (500, 2000, 5000), lambda n: correlators.uniform_no_signalling(n, rng=rng())),
    "macroscopic_locality.volumes.uniform_facet_points": (
        (1000, 5000, 20_000), lambda n: volumes.uniform_facet_points(n, rng=rng())),
    "macroscopic_locality.gaussian_limit.gaussian_distance": (
        (10**6, 10**7, 10**8), lambda n: gaussian_limit.gaussian_distance(0.3, pairs=n)),
    "macroscopic_locality.intensities.sample_intensities": (
        (10_000, 30_000, 60_000), lambda n: intensities.sample_intensities(
            behaviour_pr_box(), x=0, y=0, pairs=1000, runs=n, rng=rng())),
    "macroscopic_nonlocality.quadratures._points, sharp": (
        (3000, 10_000, 30_000), lambda n: quadratures.density_elements(line(n), dimension=6)),
    "macroscopic_nonlocality.quadratures._points, smeared": (
        (3000, 10_000, 30_000),
        lambda n: quadratures.density_elements(line(n), dimension=6, width=1.0)),
    "macroscopic_nonlocality.quadratures.sign_operator": (
        (300, 500, 700), quadratures.sign_operator),
    "macroscopic_nonlocality.collective._by_fourier": (
        (3000, 10_000, 30_000),
        lambda n: collective.collective_statistics(n, LOSSY, dimension=3)),
    "macroscopic_nonlocality.collective._by_counts": (
        (60, 90, 130), lambda n: collective.collective_statistics(n, UNEVEN, dimension=2)),
    "macroscopic_nonlocality.heterodyne.husimi": (
        (3000, 10_000, 30_000),
        lambda n: heterodyne.husimi(np.full(10, 0.1**0.5), 1j * line(n))),
    "macroscopic_nonlocality.heterodyne.heterodyne_elements": (
        (200, 500, 1000), lambda n: heterodyne.heterodyne_elements(line(n), dimension=4)),
    "macroscopic_nonlocality.resolution.padded_with_singlets": (
        (7, 8, 9), lambda n: resolution.padded_with_singlets(np.array([1.0, 0.0]), n)),
    "macroscopic_nonlocality.characteristic.characteristic_elements": (
        (3000, 10_000, 30_000),
        lambda n: characteristic.characteristic_elements(line(n), 100, SPIN, dimension=6)),
    "macroscopic_nonlocality.characteristic.limit_characteristic": (
        (3000, 10_000, 30_000),
        lambda n: characteristic.limit_characteristic(line(n), dimension=6)),
    "macroscopic_nonlocality.dicke.dicke_state": (
        (17, 18, 19), lambda n: dicke.dicke_state(n, 8)),
    "macroscopic_nonlocality.dicke.dicke_amplitudes, recursion": (
        (5000, 20_000, 60_000), lambda n: dicke.dicke_amplitudes(n, range(6), polar=1.1)),
    "macroscopic_nonlocality.dicke.dicke_amplitudes, inverse iteration": (
        (5000, 10_000, 20_000),
        lambda n: dicke.dicke_amplitudes(n, range(n - 5, n + 1), polar=1.1)),
    "macroscopic_nonlocality.oscillator.wave_functions": (
        (5000, 20_000, 60_000), lambda n: oscillator.wave_functions(line(n), dimension=20)),
    "macroscopic_nonlocality.oscillator.laguerre_functions": (
        (5000, 20_000, 60_000),
        lambda n: oscillator.laguerre_functions(line(n) ** 2, order=1, dimension=20)),
    "macroscopic_nonlocality.oscillator.coherent_amplitudes": (
        (2000, 5000, 20_000),
        lambda n: oscillator.coherent_amplitudes(1j * line(n), dimension=20)),
    "postquantum_steering.assemblage_models.assemblage_quantum": (
        (40, 80, 160), lambda n: assemblage_models.assemblage_quantum(
            1j * np.eye(2 * n)[0], [UP_DOWN[None]], dimension=n)),
    "postquantum_steering.directions.polygon": ((10_000, 10**5, 10**6), directions.polygon),
    "postquantum_steering.moment_patterns.moment_words": ((80, 120, 180), words),
    "postquantum_steering.moment_patterns.moment_words, level 5": (
        (5, 6, 7), lambda m: words(m, level=5)),
    "postquantum_steering.moment_patterns.quantum_pattern": (
        (8, 10, 12), lambda m: moment_patterns.quantum_pattern(words(m))),
}  # fmt: skip

SOLVER = {"macroscopic_locality.cglmp_moments.maximise_macroscopic"}
"""Where most of the memory is the solver's own, which Python does not see. It is measured in a
child of a new process, as a long-lived one has its heap in pieces, and there after a small call:
HiGHS takes 10 MB to start."""


def guards():
    """Module and name of each function of the library that asks for memory."""
    lib = Path(quadratures.__file__).parents[1]
    for path in sorted(lib.rglob("*.py")):
        module = ".".join(path.relative_to(lib).with_suffix("").parts)
        if "require_memory(" not in (text := path.read_text(encoding="utf-8")):
            continue
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.FunctionDef) and any(
                isinstance(node, ast.Call) and getattr(node.func, "id", "") == "require_memory"
                for node in ast.walk(function)
            ):
                yield f"{module}.{function.name}"


def test_every_guard_is_in_the_list():
    assert set(guards()) == {name.split(",")[0] for name in GUARDED}


def asked(call):
    """The most that any guard is asked for in a call, in bytes, and what was allocated at most."""
    found = []
    with contextlib.ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("nonlocality.") and hasattr(module, "require_memory"):
                stack.enter_context(mock.patch.object(
                    module, "require_memory",
                    lambda name, needed, base=1, exponent=0: found.append(needed * base**exponent),
                ))  # fmt: skip
        tracemalloc.start()
        try:
            call()
            return max(found), tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("name", GUARDED)
def test_a_guard_asks_for_what_is_used_within_a_factor_of_two(name):
    sizes, call = GUARDED[name]
    call(sizes[0])  # what a first call imports or keeps is not its memory
    for size in sizes:
        needed, used = asked(lambda size=size: call(size))
        if name in SOLVER:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as new:
                peak = new.submit(peak_bytes, partial(call, size), first=partial(call, sizes[0]))
            used = peak.result() or used
        assert needed / 2 <= used <= 2 * needed, (size, needed, used)


def test_a_tool_is_imported_by_the_name_of_its_module_before_its_memory_is_measured():
    """Otherwise its import would count as memory of its first call."""
    installed = {name.lower() for names in packages_distributions().values() for name in names}
    there = [package for package in PEERS if package.lower() in installed]
    assert {"pplpy", "highspy", "numpy"} <= set(there)
    assert [package for package in there if not find_spec(MODULES.get(package, package))] == []
