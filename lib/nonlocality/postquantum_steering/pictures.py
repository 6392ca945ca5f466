"""Bloch pictures of real qubit assemblages, laid out as Fig. 1 of arXiv:1505.01430.

A real qubit state is a point of the disc with the components (tr Xρ, tr Zρ) of its Bloch vector.
One panel shows what Bob alone steers to, and ρ_A; four panels the elements of each pair (y, z).
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nonlocality.book import figures
from nonlocality.foundations.checks import TOLERANCE, finite_number
from nonlocality.postquantum_steering.assemblages import Assemblage, bloch_vector

SHAPE = (2, 2, 2, 2, 2, 2)
"""Two outcomes and two settings for Bob and Charlie, qubits of Alice."""

_COLOURS = (figures.BLUE, figures.ORANGE, figures.GREEN, figures.VERMILLION)
_MARKERS = ("o", "s", "^", "D")
_SIZES = (7, 9, 6, 6)  # so that of two equal states both are seen


def bloch_figure(assemblage: Assemblage) -> Figure:
    """Five panels: σ_{b|y} of Bob and ρ_A above, σ_{bc|yz} for each (y, z) below.

    A marker stands at the Bloch vector of the normalised state; a thin circle around the
    origin has the probability of the outcome as its radius. Elements that never occur are
    left out.
    Raises ValueError for anything but real qubits with two settings and outcomes each.

    >>> from nonlocality.postquantum_steering.assemblage_models import assemblage_product
    >>> from nonlocality.foundations.behaviours import behaviour_pr_box
    >>> pr_box = assemblage_product(behaviour_pr_box(), np.diag([0.75, 0.25]))
    >>> sorted(panel.get_title() for panel in bloch_figure(pr_box).axes)[:2]
    ['Bob alone', 'y = 0, z = 0']
    """
    if not isinstance(assemblage, Assemblage) or assemblage.elements.shape != SHAPE:
        raise ValueError(
            "Argument `assemblage` must hold qubits for two settings and outcomes of two parties."
        )
    if np.abs(assemblage.elements.imag).max() > TOLERANCE:
        raise ValueError("Argument `assemblage` must be real, but has imaginary entries.")
    figure, axes = figures.subplots(3, 2, figsize=(4.6, 7.6))
    grid = axes[0, 0].get_gridspec()
    axes[0, 0].remove()
    axes[0, 1].remove()
    top = figure.add_subplot(grid[0, :])
    _disc(top, "Bob alone")
    bob = assemblage.marginal(0).elements
    for k, (y, b) in enumerate(np.ndindex(2, 2)):
        _mark(top, bob[b, y], k, f"b = {b}, y = {y}")
    _mark(top, assemblage.reduced, None, "ρ of Alice")
    top.set_anchor("W")
    top.legend(loc="center left", bbox_to_anchor=(1.12, 0.5)).set_in_layout(False)
    for y, z in np.ndindex(2, 2):
        panel = axes[1 + y, z]
        _disc(panel, f"y = {y}, z = {z}")
        for k, (b, c) in enumerate(np.ndindex(2, 2)):
            _mark(panel, assemblage.elements[b, c, y, z], k, f"bc = {b}{c}")
    marks = [axes[1, 0].plot([], [], _MARKERS[k], color=_COLOURS[k])[0] for k in range(4)]
    figure.legend(
        marks,
        ["00", "01", "10", "11"],
        title="bc, in the four panels:",
        loc="outside lower center",
        ncols=4,
        handletextpad=0.1,
        columnspacing=1.2,
    )
    return figure


def draw_steering(axes: Axes, assemblage: Assemblage) -> None:
    """What one untrusted party steers to: a chord through Alice's state for each setting.

    Raises ValueError for anything but qubits of one untrusted party with two outcomes.
    """
    if assemblage.parties != 1 or assemblage.outcomes != (2,) or assemblage.dimension != 2:
        raise ValueError(
            "Argument `assemblage` must hold qubits of one untrusted party with two outcomes."
        )
    _disc(axes, "")
    for y in range(assemblage.settings[0]):
        ends = bloch_vector(assemblage.elements[:, y])[:, [0, 2]]
        colour = _COLOURS[y % 4]
        axes.plot(*ends.T, "-", color=colour, lw=1)
        axes.plot(*ends.T, _MARKERS[y % 4], color=colour, ms=8, label=f"y = {y}")
    x, _, z = bloch_vector(assemblage.reduced)
    axes.plot(x, z, "P", color=figures.INK, ms=10, zorder=3, label="Alice alone")
    axes.legend(loc=(0.33, 0.63))


def draw_elements(axes: Axes, assemblage: Assemblage, *, y: int, z: int) -> None:
    """One panel of :func:`bloch_figure`: the elements of one pair of settings."""
    _disc(axes, f"y = {y}, z = {z}")
    for k, (b, c) in enumerate(np.ndindex(2, 2)):
        _mark(axes, assemblage.elements[b, c, y, z], k, f"{b}{c}")


def draw_octagon(axes: Axes, *, angle: float) -> None:
    """The circle of measurements between the octagon inside and the one around it.

    angle: of the first corner, in radians. Inside the inner octagon is its inscribed circle.
    """
    turns = angle + np.arange(9) * np.pi / 4
    inner = np.array([np.cos(turns), np.sin(turns)])
    _circle(axes, 1, color=figures.INK, lw=1.5)
    axes.plot(*inner, "o-", color=figures.BLUE, ms=5, label="octagon inside")
    axes.plot(*(inner / np.cos(np.pi / 8)), "s-", color=figures.ORANGE, ms=4, label="around")
    _circle(axes, np.cos(np.pi / 8), color=figures.BLUE, lw=1, ls="--")
    axes.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
    axes.set_axis_off()
    axes.legend(loc="center")


def draw_cones(
    axes: Axes, assemblage: Assemblage, *, trace: float, unit: float = 1.0
) -> np.ndarray:
    """The conditions S_z ⪯ R ⪯ ρ − Q_y on an R of this trace, as discs of (tr XR, tr ZR)/2.

    A real symmetric matrix is positive if half its trace is at least the length of that vector. So
    the R above S_z lie in a disc around its vector, and so do those below ρ − Q_y; where the trace
    is too small or too large there is no disc.
    assemblage: exclusive (11 never occurs), real qubits, two settings and outcomes each.
    trace: of R, in multiples of `unit`, as are the axes.
    Returns for each y the point of the disc of ρ − Q_y that is nearest to the vector of S_1,
    shape (2, 2), in multiples of `unit`: points of contact, for
    :func:`~nonlocality.postquantum_steering.exclusive.pythagorean_assemblage`.
    Raises ValueError for any other assemblage, and for a trace that no upper limit allows.

    >>> from nonlocality.postquantum_steering.exclusive import pythagorean_assemblage
    >>> figure, axes = figures.subplots()
    >>> draw_cones(axes, pythagorean_assemblage(), trace=49, unit=1 / 108).round(6).tolist()
    [[7.5, 2.0], [12.5, 12.0]]
    """
    if not isinstance(assemblage, Assemblage) or assemblage.elements.shape != SHAPE:
        raise ValueError(
            "Argument `assemblage` must hold qubits for two settings and outcomes of two parties."
        )
    unit, trace = finite_number("unit", unit), finite_number("trace", trace)
    sigma = assemblage.elements
    if max(np.abs(sigma.imag).max(), np.abs(sigma[1, 1]).max()) > TOLERANCE:
        raise ValueError("Argument `assemblage` must be real and exclusive: 11 never occurs.")
    lower = [(f"S{'₀₁'[z]}", sigma[0, 1, 0, z].real / unit, 1) for z in (0, 1)]
    above = [(assemblage.reduced - sigma[1, 0, y, 0]).real / unit for y in (0, 1)]
    upper = [(f"ρ − Q{'₀₁'[y]}", matrix, -1) for y, matrix in enumerate(above)]
    most = min(np.trace(matrix) for _, matrix, _ in upper)
    if not 0 <= trace <= most + TOLERANCE:
        raise ValueError(
            f"Argument `trace` must lie between 0 and {most:.6g}, the least trace of the upper "
            f"limits, but is {trace}."
        )
    ends, contact = {}, []
    for name, matrix, sign in lower + upper:
        centre = np.array([matrix[0, 1], (matrix[0, 0] - matrix[1, 1]) / 2])
        radius = sign * (trace - np.trace(matrix)) / 2
        colour = figures.BLUE if sign > 0 else figures.ORANGE
        ends[name] = centre
        if sign < 0:
            way = ends["S₁"] - centre
            apart = np.linalg.norm(way)
            contact.append(ends["S₁"] if apart <= radius else centre + radius * way / apart)
        if radius < -TOLERANCE:
            continue
        turns = np.linspace(0, 2 * np.pi, 121)
        outline = centre[:, None] + radius * np.array([np.cos(turns), np.sin(turns)])
        axes.fill(*outline, color=colour, alpha=0.25, lw=0)
        axes.plot(*outline, color=colour, lw=1.2)
        axes.plot(*centre, "o" if sign > 0 else "s", color=colour, ms=5)
        axes.text(
            centre[0], centre[1] + sign * radius, name, ha="center",
            va="top" if sign > 0 else "bottom", color=colour, fontsize="small",
        )  # fmt: skip
    points = np.array(contact)
    axes.plot(*points.T, "D", color=figures.VERMILLION, ms=7, zorder=3)
    axes.set_aspect("equal")
    return points


SETS = (
    ("no signals", 2.0, 1.3, figures.GRID),
    ("almost quantum, Q̃", 1.55, 0.98, figures.GREEN),
    ("quantum", 1.2, 0.72, figures.BLUE),
    ("hidden states", 0.85, 0.44, figures.ORANGE),
)
"""Names, half axes and colours of the sets of assemblages, from the largest to the smallest."""


def draw_sets(axes: Axes) -> None:
    """The sets of assemblages, one in the other, as ellipses; a schematic, not to scale."""
    angle = np.linspace(0, 2 * np.pi, 121)
    for name, width, height, colour in SETS:
        axes.fill(width * np.cos(angle), height * np.sin(angle), color=colour, alpha=0.25)
        axes.plot(width * np.cos(angle), height * np.sin(angle), color=colour, lw=1.5, label=name)
        axes.text(0, height - 0.06, name, ha="center", va="top", fontsize="small")
    for name, x, y in (("Table I", 1.62, 0.0), ("PR box ⊗ ρ", -1.72, 0.0)):
        axes.plot(x, y, "o", color=figures.INK, ms=6)
        axes.text(x, y - 0.09, name, ha="center", va="top", fontsize="small")
    axes.set(xlim=(-2.1, 2.1), ylim=(-1.4, 1.4), aspect="equal")
    axes.set_axis_off()


def _mark(axes: Axes, element: np.ndarray, place: int | None, label: str) -> None:
    """One element: its Bloch vector, and a circle whose radius is its probability."""
    probability = np.trace(element).real
    if probability <= TOLERANCE:
        return
    x, _, z = bloch_vector(element)
    if place is None:
        colour, marker, size = figures.INK, "P", 8
    else:
        colour, marker, size = _COLOURS[place], _MARKERS[place], _SIZES[place]
        _circle(axes, probability, color=colour, lw=1, ls="--")
    axes.plot([0, x], [0, z], color=colour, lw=1)
    axes.plot(x, z, marker, color=colour, ms=size, label=label, zorder=3)


def _circle(axes: Axes, radius: float, **style: object) -> None:
    angle = np.linspace(0, 2 * np.pi, 61)
    axes.plot(radius * np.cos(angle), radius * np.sin(angle), **style)


def _disc(axes: Axes, title: str) -> None:
    """The unit circle, lines along X and Z, a title."""
    _circle(axes, 1, color=figures.INK, lw=1)
    axes.plot([-1, 1, np.nan, 0, 0], [0, 0, np.nan, -1, 1], color=figures.GRID, lw=0.8, zorder=0)
    axes.text(1.04, 0, "X", ha="left", va="center", fontsize="small")
    axes.text(0, 1.04, "Z", ha="center", va="bottom", fontsize="small")
    axes.set(xlim=(-1.2, 1.2), ylim=(-1.1, 1.25), aspect="equal", title=title)
    axes.set_axis_off()
