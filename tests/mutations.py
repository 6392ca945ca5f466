"""Does a verdict depend on what was computed? Each quantity of a claim is moved, one at a time."""

import re
from dataclasses import replace
from fractions import Fraction
from math import inf
from pathlib import Path

from nonlocality.book.records import decide
from nonlocality.book.statements import two_sided
from nonlocality.foundations.numbers import TwoSided


def restored(value):
    """A quantity of claims.json as the cell brought it, as far as it can be told."""
    if isinstance(value, list):
        return [restored(v) for v in value]
    if isinstance(value, dict) and set(value) == {"lower", "upper"}:
        low, high = map(restored, value.values())
        if low == high and isinstance(low, Fraction | int):
            return low
        return TwoSided(-inf if low is None else low, inf if high is None else high)
    if isinstance(value, str) and re.fullmatch(r"-?\d+(/\d+)?", value):
        return Fraction(value)
    return value


def moved(value, tolerances):
    """Values that differ from a quantity by more than each tolerance, up and down."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, str):
        return [value + " (changed)"]
    if two_sided(value):
        steps = [s for s in moved(0.0, tolerances) if s > 0]
        return [
            TwoSided(value.lower - down, value.upper + up)
            for step in steps
            for down, up in ((step, 0), (0, step), (step, -step), (-step, step))
        ]
    if isinstance(value, int | Fraction):
        return [value + s for s in (1, -1, 2, -2, 10**3, -(10**3), 10**12, -(10**12))] + [-value]
    size = max(1.0, abs(value))
    steps = {2 * float(t) for t in tolerances} | {0.01, 0.3, 1.0, 10 * size, 1e3 * size}
    return [value + sign * step for step in sorted(steps - {0.0}) for sign in (1, -1)]


def verdict(claim, quantities):
    """The verdict, certificates left aside: they are tested where they are."""
    lines = {
        name: tuple(line for line in getattr(claim, name) if not line.certificate)
        for name in ("prints", "holds")
    }
    stated = claim.verdict
    if not lines["holds"] and stated in ("corrected", "extended"):
        stated = "reproduced"  # such a claim must say what holds
    bare = replace(claim, certificate=(), verdict=stated, **lines)
    return decide(bare, quantities, folder=Path("."))[0]


def idle_quantities(claim, computed):
    """Quantities (or entries of lists) that decide nothing: no change of theirs is noticed."""
    quantities = {key: restored(value) for key, value in computed.items()}
    stated = verdict(claim, quantities)
    needed = set().union(*(line.needs for _, line in claim.lines))
    tolerances = [line.tolerance for _, line in claim.lines if line.tolerance is not None]

    def met(key):
        """What lines want of a quantity: a claim that is not reproduced must notice it."""
        wanted = [line.equals for _, line in claim.lines if line.quantity == key]
        return [value for value in wanted if isinstance(value, int | float | Fraction)]

    def noticed(key, change):
        return verdict(claim, {**quantities, key: change}) != stated

    idle = []
    for key in sorted(needed):
        value = quantities[key]
        if not isinstance(value, list):
            if not any(noticed(key, change) for change in [*moved(value, tolerances), *met(key)]):
                idle.append(key)
            continue
        for k in sorted({0, len(value) // 2, len(value) - 1}):
            changes = ([*value[:k], c, *value[k + 1 :]] for c in moved(value[k], tolerances))
            if not any(noticed(key, change) for change in changes):
                idle.append(f"{key}[{k}]")
    return idle
