"""The two pictures of a report as SVG: the plane of two forms of CHSH, and the axis of S − 2."""

from html import escape

import numpy as np


def chsh_map(s: float, other: float, *, low: float, high: float) -> str:
    """The plane (S′, S), 40 pixels a unit.

    other: S′, the second form. low, high: ends of the interval of S.

    >>> chsh_map(2.5, 0.0, low=2.4, high=2.6).count("<polygon")
    2
    """

    def at(u: float, v: float) -> str:
        return f"{180 + 40 * u:.2f},{180 - 40 * v:.2f}"

    words = f"Map: S′ = {other:.6g}, S = {s:.6g}, interval {low:.6g} to {high:.6g}."
    diamond = " ".join(at(*k) for k in ((4, 0), (0, 4), (-4, 0), (0, -4)))
    square = " ".join(at(*k) for k in ((2, 2), (-2, 2), (-2, -2), (2, -2)))
    x, y = at(other, s).split(",")
    ends = [at(other, end).split(",")[1] for end in (low, high)]
    return (
        f'<svg viewBox="0 0 360 360" role="img" aria-label="{escape(words)}">'
        f'<polygon points="{diamond}" fill="none" stroke="currentColor"/>'
        '<circle cx="180" cy="180" r="113.14" fill="var(--nl-sky,#56b4e9)" fill-opacity=".25" '
        'stroke="var(--nl-blue,#0072b2)"/>'
        f'<polygon points="{square}" fill="var(--nl-green,#009e73)" fill-opacity=".25" '
        'stroke="var(--nl-green,#009e73)"/>'
        '<path d="M180 20V340M20 180H340" stroke="var(--nl-grid,#d0d7de)"/>'
        '<text x="186" y="14">S</text><text x="344" y="176">S′</text>'
        '<text x="106" y="252">local</text><text x="160" y="286">quantum</text>'
        '<text x="232" y="300">no signalling</text>'
        f'<path d="M{x} {ends[0]}V{ends[1]}" stroke="var(--nl-vermillion,#d55e00)" '
        'stroke-width="2"/>'
        f'<path d="M{float(x) - 6:.2f} {y}h12M{x} {float(y) - 6:.2f}v12" '
        'stroke="var(--nl-vermillion,#d55e00)" stroke-width="2"/></svg>'
    )


def excess_axis(s: float, *, low: float, high: float, reach: float) -> str:
    """S − 2 on a logarithmic axis, from a decade below what is shown to 2.

    low, high: ends of the interval of S. reach: largest S of quantum theory beside it.

    >>> "S is at most 2" in excess_axis(1.9, low=1.8, high=2.0, reach=2.8)
    True
    """
    small = [v for v in (s - 2, low - 2, high - 2, reach - 2) if v > 0]
    first = int(np.floor(np.log10(min([*small, 0.1]))))
    first = max(first, -15)
    span = np.log10(2) - first

    def at(value: float) -> float:
        place = np.log10(max(value, 10.0**first)) - first
        return 20 + 320 * min(max(place / span, 0.0), 1.0)

    words = (
        f"S − 2 = {s - 2:.3g}, interval {low - 2:.3g} to {high - 2:.3g}, quantum theory to "
        f"{reach - 2:.3g}."
    )
    marks = "".join(
        f'<path d="M{at(10.0**k):.2f} 120v6" stroke="currentColor"/>'
        f'<text x="{at(10.0**k):.2f}" y="142" text-anchor="middle">10<tspan dy="-4" '
        f'font-size="8">{str(k).replace("-", "−")}</tspan></text>'
        for k in range(first, 1, max(1, -first // 6))
    )
    bar = at(reach - 2) - 20 if reach > 2 else 0
    shown = ""
    if high > 2:
        tail = "" if low > 2 else '<text x="20" y="66">◂</text>'
        shown = (
            f'<path d="M{at(low - 2):.2f} 70H{at(high - 2):.2f}" '
            f'stroke="var(--nl-vermillion,#d55e00)" stroke-width="3"/>{tail}'
        )
    if s > 2:
        shown += f'<circle cx="{at(s - 2):.2f}" cy="70" r="5" fill="var(--nl-vermillion,#d55e00)"/>'
    else:
        shown += '<text x="20" y="50">S is at most 2</text>'
    return (
        f'<svg viewBox="0 0 360 160" role="img" aria-label="{escape(words)}">'
        f'<rect x="20" y="58" width="{bar:.2f}" height="24" fill="var(--nl-sky,#56b4e9)" '
        'fill-opacity=".35"/>'
        f'<path d="M20 120H340" stroke="currentColor"/>{marks}{shown}'
        '<text x="340" y="112" text-anchor="end">S − 2</text>'
        f'<text x="20" y="102">quantum theory reaches {reach - 2:.3g}</text></svg>'
    )
