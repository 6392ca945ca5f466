"""What the certificates of the chapter on macroscopic locality (arXiv:0907.0372) prove."""

from fractions import Fraction
from functools import cache

from nonlocality.certificates.rational import SCALE, cosines, numbers, require

COSINE_ERROR = 10**4
"""How far the fixed-point cosines may be from the true ones, in units of 1/SCALE."""

PLACES = 9
"""Decimals that are proved."""


def _digits(value: Fraction) -> str:
    """A number of [0, 10) cut after :data:`PLACES` decimals."""
    text = str(value * 10**PLACES // 1)
    return f"{text[:-PLACES]}.{text[-PLACES:]}"


def _products(ratios: list[tuple[int, int]]) -> list[int]:
    """SCALE times 1, then the products of the ratios."""
    values = [SCALE]
    for above, below in ratios:
        values.append(values[-1] * above // below)
    return values


def _multipliers(d: int, cosine: list[int]) -> list[int]:
    """Numbers ≥ 0 near SCALE · μ_k, k = 1, …, d//2; which ones does not matter for the proof."""

    def cos(m: int) -> int:  # cos(πm/2d)
        return cosine[m % (4 * d)]

    def sin(m: int) -> int:
        return cos(m - d)

    ratios = []
    for k in range(1, d // 2 + 1):
        if d % 2:
            ratios.append((1, 1) if k % 2 else (sin(2 * k - 2), sin(2 * k)))
        else:
            ratios.append((cos(k - 1), cos(k)) if k % 2 else (sin(k - 1), sin(k)))
    profile = _products(ratios)
    mu = [4 * profile[k] * SCALE // ((d - 1) * sin(2 * k)) for k in range(1, d // 2 + 1)]
    if d % 2 == 0:
        mu[-1] //= 2
    return mu


def _links(d: int) -> list[int]:
    """Weights ≥ 0 near a multiple of the optimal p_r; which ones does not matter for the proof."""
    cosine = cosines(2 * d)  # steps of π/4d

    def cos(quarters: int) -> int:  # cos of quarters · π/4d
        return cosine[quarters % (8 * d)]

    def sin(quarters: int) -> int:
        return cos(quarters - 2 * d)

    ratios = []
    for r in range(0, 4 * (d // 2), 4):  # four times the r of the formula
        above, below = sin(r + 1), sin(r + 5)
        if d % 2:
            above, below = above * sin(2 * r + 4), below * sin(2 * r + 8)
        else:
            above, below = above * cos(r + 5) * sin(r + 2), below * cos(r + 1) * sin(r + 4)
            above, below = above * cos(r), below * cos(r + 6)
        ratios.append((above, below))
    return _products(ratios)


@cache
def _two_sides(d: int) -> tuple[Fraction, Fraction]:
    """Numbers below and above the largest S_d = Σ_r (4 − 8r/(d − 1)) p_r over Q1."""
    cosine, n = cosines(d), d // 2
    scores = [Fraction(4 * (d - 1) - 8 * r, d - 1) for r in range(d)]
    mu = _multipliers(d, cosine)
    require(min(mu) >= 0, "The multipliers must not be negative.")
    worst = max(
        score * SCALE * SCALE
        - sum(
            m * (cosine[k * (4 * r + 1) % (4 * d)] + cosine[(k * (4 * r + 1) - d) % (4 * d)])
            for k, m in enumerate(mu, start=1)
        )
        for r, score in enumerate(scores)
    )
    upper = (Fraction(sum(mu)) + (worst + 2 * COSINE_ERROR * sum(mu)) / SCALE) / SCALE

    p = _links(d)
    total = sum(p)
    require(min(p) >= 0, "The probabilities must not be negative.")
    x = [sum(w * cosine[k * (4 * r + 1) % (4 * d)] for r, w in enumerate(p)) for k in range(d + 1)]
    most = max(abs(x[k]) + abs(x[d - k]) for k in range(1, n + 1)) + 2 * COSINE_ERROR * total
    value = sum(w * score for w, score in zip(p, scores, strict=False)) / total
    lower = value * min(Fraction(1), Fraction(total * SCALE, most))
    return lower, upper


def _quantum(d: int, schmidt: list[Fraction]) -> Fraction:
    """A number below S_d of the state Σ a_j |jj⟩/|a| under the CGLMP measurements.

    S_d |a|² = Σ_{j≠k} a_j a_k · 2/((d − 1) cos(π(j − k)/2d)); positive a_j, cosines rounded up.
    """
    cosine = cosines(d)
    require(min(schmidt) > 0, "The Schmidt coefficients must be positive.")
    total = Fraction(0)
    for step in range(1, d):
        pairs = sum(a * b for a, b in zip(schmidt, schmidt[step:], strict=False))
        total += 4 * pairs * SCALE / ((d - 1) * (cosine[step] + COSINE_ERROR))
    return total / sum(a * a for a in schmidt)


def cglmp_macroscopic(data: dict) -> str:
    """First decimals of the largest S_d of macroscopically local behaviours, from both sides.

    The average of a behaviour and its moment matrix over the symmetries of S_d has equal links
    with a distribution p_r, uniform marginals and a circulant moment matrix, positive for some
    choice of its free entries exactly if |x_k| + |x_(d−k)| ≤ 1 for 1 ≤ k ≤ d/2, where x_k =
    Σ_r p_r cos(πk(4r + 1)/2d). Above: any μ_k ≥ 0 give S_d ≤ Σ μ_k + max_r (4 − 8r/(d − 1) −
    Σ_k μ_k (cos ku_r + sin ku_r)), u_r = π(4r + 1)/2d. Below: any p, mixed with white noise, for
    which x = 0, until it obeys the conditions. maxima: {d: decimals}, cut, for which both sides
    agree. schmidt: {d: integers a_j} of a state whose S_d is at least the one in `quantum`, cut.
    """
    maxima, schmidt, quantum = data["maxima"], data["schmidt"], data["quantum"]
    require(isinstance(maxima, dict) and len(maxima) > 1, "The maxima must be a table.")
    sizes = [int(d) if d.isdecimal() and len(d) < 4 else 0 for d in maxima]
    require(2 <= min(sizes) <= max(sizes) <= 200, "A d must be an integer from 2 to 200.")
    require([str(d) for d in sorted(set(sizes))] == list(maxima), "The d must increase.")
    for d in sizes:
        lower, upper = _two_sides(d)
        require(lower <= upper, f"The two sides must be in order at d = {d}.")
        for side in (lower, upper):
            require(maxima[str(d)] == _digits(side), f"The maximum at d = {d} is {_digits(side)}.")
    require(isinstance(schmidt, dict) and schmidt, "The states must be a table.")
    require(isinstance(quantum, dict) and list(quantum) == list(schmidt), "Each state has a value.")
    for d, state in schmidt.items():
        require(d in maxima, f"The d of a state must be one of the maxima, but is {d!r}.")
        a = numbers(state, length=int(d))
        require(all(x.denominator == 1 for x in a), "The Schmidt coefficients must be integers.")
        value = _digits(_quantum(int(d), a))
        require(quantum[d] == value, f"The state reaches {value} at d = {d}.")
    steps = ", ".join(f"{value} (d = {d})" for d, value in maxima.items() if d in schmidt)
    reached = ", ".join(f"{value} (d = {d})" for d, value in quantum.items())
    return (
        f"For {len(sizes)} values of d from {sizes[0]} to {sizes[-1]} the largest S_d over Q1 has "
        f"the decimals listed, cut: {steps}; quantum behaviours reach at least {reached}."
    )


CHECKERS = {
    "cglmp-macroscopic": ("ML-08", cglmp_macroscopic),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
