"""The guards of memory say what is used: the estimate is within a factor of two of the peak.

Each call runs in a child process, at three sizes; the peak is the system's own count. A few
megabytes that any first call takes are allowed for.
"""

import os
from unittest import mock

import numpy as np
import pytest
from benchmarks.side_by_side import peak_bytes

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

FIXED = 8e6
SPIN = spin_measurement(polar=1.0)
LOSSY = ParticleMeasurement(
    np.array([1.0, -1.0, 0.0]), np.stack([*0.9 * SPIN.elements, 0.1 * np.eye(2)])
)


def line(n):
    return np.linspace(-3, 3, n)


GUARDED = {
    "density_elements, sharp": (
        quadratures, (60_000, 120_000, 200_000),
        lambda n: quadratures.density_elements(line(n), dimension=6)),
    "density_elements, smeared": (
        quadratures, (60_000, 120_000, 200_000),
        lambda n: quadratures.density_elements(line(n), dimension=6, width=1.0)),
    "sign_operator": (quadratures, (1000, 1500, 2000), quadratures.sign_operator),
    "collective_statistics": (
        collective, (60_000, 120_000, 200_000),
        lambda n: collective.collective_statistics(n, LOSSY, dimension=3)),
    "husimi": (
        heterodyne, (60_000, 120_000, 200_000),
        lambda n: heterodyne.husimi(np.full(10, 0.1**0.5), 1j * line(n))),
    "heterodyne_elements": (
        heterodyne, (500, 1000, 2000),
        lambda n: heterodyne.heterodyne_elements(line(n), dimension=4)),
    "padded_with_singlets": (
        resolution, (9, 10, 11),
        lambda n: resolution.padded_with_singlets(np.array([1.0, 0.0]), n)),
    "characteristic_elements": (
        characteristic, (30_000, 60_000, 120_000),
        lambda n: characteristic.characteristic_elements(line(n), 100, SPIN, dimension=6)),
    "limit_characteristic": (
        characteristic, (30_000, 60_000, 120_000),
        lambda n: characteristic.limit_characteristic(line(n), dimension=6)),
    "dicke_state": (dicke, (22, 23, 24), lambda n: dicke.dicke_state(n, 8)),
    "dicke_amplitudes, recursion": (
        dicke, (300_000, 600_000, 1_000_000),
        lambda n: dicke.dicke_amplitudes(n, range(6), polar=1.1)),
    "dicke_amplitudes, inverse iteration": (
        dicke, (300_000, 600_000, 1_000_000),
        lambda n: dicke.dicke_amplitudes(n, range(n - 5, n + 1), polar=1.1)),
    "wave_functions": (
        oscillator, (200_000, 400_000, 800_000),
        lambda n: oscillator.wave_functions(line(n), dimension=20)),
    "laguerre_functions": (
        oscillator, (200_000, 400_000, 800_000),
        lambda n: oscillator.laguerre_functions(line(n) ** 2, order=1, dimension=20)),
    "coherent_amplitudes": (
        oscillator, (60_000, 120_000, 200_000),
        lambda n: oscillator.coherent_amplitudes(1j * line(n), dimension=20)),
}  # fmt: skip


def estimate(module, call):
    """The most that the guards of a module are asked for in a call, which is made once here.

    So what a first call imports is not counted as its memory.
    """
    asked = []
    with mock.patch.object(module, "require_memory", lambda name, needed: asked.append(needed)):
        call()
    return max(asked)


@pytest.mark.skipif(not os.path.exists("/proc/self/clear_refs"), reason="only Linux counts peaks")
@pytest.mark.parametrize("name", GUARDED)
def test_a_guard_asks_for_what_is_used_within_a_factor_of_two(name):
    module, sizes, call = GUARDED[name]
    for size in sizes:
        needed = estimate(module, lambda size=size: call(size))
        used = peak_bytes(lambda size=size: call(size))
        assert needed / 2 <= used <= 2 * needed + FIXED, (size, needed, used)
