"""Does a verdict depend on what was computed? Each quantity of a claim is moved, one at a time.

Far, to see whether it decides anything at all; and just beyond its tolerance, line by line.
"""

import re
from dataclasses import replace
from fractions import Fraction
from math import inf, nextafter
from pathlib import Path

from nonlocality.book.records import decide
from nonlocality.book.statements import _limits, judge
from nonlocality.book.values import sides, two_sided
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


def lax_lines(claim, computed):
    """Lines that are still met by a value just beyond what their tolerance allows."""
    quantities = {key: restored(value) for key, value in computed.items()}
    lax = []
    for number, (_, line) in enumerate(claim.lines, 1):
        if line.certificate:
            continue
        value = quantities[line.quantity]
        entries = list(value) if isinstance(value, list) else [value]
        for kind, bound in line.bounds.items():
            limits = _limits(bound, entries[0], quantities)
            for k in sorted({0, len(entries) // 2, len(entries) - 1}):
                limit = limits[k] if len(limits) > 1 else limits[0]
                for wrong in just_beyond(kind, limit, line.tolerance):
                    if two_sided(entries[k]):
                        wrong = TwoSided(nextafter(wrong, -inf), float(wrong))
                    moved_to = [*entries[:k], wrong, *entries[k + 1 :]]
                    changed = moved_to if isinstance(value, list) else wrong
                    if judge(line, {**quantities, line.quantity: changed}).met:
                        lax.append(f"line {number} ({line.says}): {line.quantity}[{k}] = {wrong}")
    return lax


def just_beyond(kind, limit, tolerance):
    """Values that a comparison must refuse, as near to the limit as its tolerance lets them be."""
    if isinstance(limit, str | bool):
        return moved(limit, [])
    low, high = (Fraction(side) for side in sides(limit) if side == side and abs(side) != inf)
    margin = Fraction(tolerance or 0)
    step = margin / 100 or Fraction(1, 10**9) * max(1, abs(low))
    below, above = {
        "equals": (low - margin - step, high + margin + step),
        "at_least": (high - margin - step, None),
        "above": (high + margin - step if margin else high - step, None),
        "at_most": (None, low + margin + step),
        "below": (None, low - margin + step if margin else low + step),
    }[kind]
    return [value for value in (below, above) if value is not None]
