"""What the certificates of the chapter on causal relaxations (arXiv:1411.4648) prove."""

from fractions import Fraction
from functools import cache
from itertools import pairwise, product

from nonlocality.certificates.rational import number, numbers, over_common, require, table

ROOT_THREE = Fraction(17320508075688772, 10**16), Fraction(17320508075688773, 10**16)
"""Two fractions with √3 between them."""

MOST_POINTS = 20
"""Most corners of a curve."""

TWICE_COSINE = ((2, 0), (0, 1), (1, 0), (0, 0), (-1, 0), (0, -1), (-2, 0))
"""2 cos(kπ/6) = u + v √3 for k = 0, …, 6."""


def _qutrit_links(a: list[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Intervals that hold P(0), P(1), P(2) of the state Σ a_j |jj⟩/|a|.

    P(r) = |Σ a_j exp(2πi j (r + 1/4)/3)|² / (3 |a|²)
         = (|a|² + 2 Σ_{j<k} a_j a_k cos(π (k − j)(4r + 1)/6)) / (3 |a|²).
    """
    low, high = ROOT_THREE
    require(low**2 < 3 < high**2, "The two fractions must enclose √3.")
    norm = sum(x * x for x in a)
    require(norm > 0, "The state must not vanish.")
    intervals = []
    for r in range(3):
        u, v = norm, Fraction(0)
        for j, k in ((0, 1), (0, 2), (1, 2)):
            angle = (k - j) * (4 * r + 1) % 12
            cosine = TWICE_COSINE[min(angle, 12 - angle)]
            u, v = u + a[j] * a[k] * cosine[0], v + a[j] * a[k] * cosine[1]
        ends = (u + v * low) / (3 * norm), (u + v * high) / (3 * norm)
        intervals.append((min(ends), max(ends)))
    return intervals


def qutrit_information(data: dict) -> str:
    """Two qutrits under the CGLMP measurements need more than so many bits of I(X, Y : Λ).

    schmidt: a, integers. witness: F(r) > 0 for the values r of the four links. tight: the
    multisets of link values {A1 − B1, B1 − A2 − 1, A2 − B2, B2 − A1} of the deterministic
    strategies in which F has the mean 1; it must not have more in any. Then
    I ≥ Σ P(r) log2 F(r) for every model and uniform inputs, which must exceed `bits`:
    shown by comparing integer powers, with P(r) rounded to the unfavourable side.
    """
    a = numbers(data["schmidt"], length=3)
    witness = numbers(data["witness"], length=3)
    bits = number(data["bits"])
    require(all(x.denominator == 1 for x in a), "The Schmidt coefficients must be integers.")
    require(min(witness) > 0, "The witness must be positive.")
    require(
        max(f.denominator for f in witness) <= 10**6,  # its powers would take minutes otherwise
        "The denominators of the witness must not exceed a million.",
    )
    require(0 < bits < 2, "The bits must lie between 0 and 2.")

    tight = set()
    for strategy in range(81):
        a1, a2, b1, b2 = (strategy // 3**k % 3 for k in range(4))
        links = sorted(r % 3 for r in (a1 - b1, b1 - a2 - 1, a2 - b2, b2 - a1))
        mean = sum(witness[r] for r in links) / 4
        require(mean <= 1, f"The witness must not gain, but has a mean of {mean} at {links}.")
        if mean == 1:
            tight.add("".join(map(str, links)))
    require(data["tight"] == sorted(tight), f"The tight multisets must be {sorted(tight)}.")

    power = 2000  # I > bits if the product of F^(power · P) exceeds 2^(power · bits)
    product = Fraction(1)
    for f, (low, high) in zip(witness, _qutrit_links(a), strict=True):
        product *= f ** (low * power // 1) if f > 1 else f ** -(-high * power // 1)
    require(product > 2 ** -(-bits * power // 1), f"The bound must exceed {bits} bits.")
    state = f"({a[0]}, {a[1]}, {a[2]})/√{sum(x * x for x in a)}"
    return (
        f"For uniform inputs the two-qutrit state {state} under the CGLMP measurements needs "
        f"I(X,Y:Λ) > {data['bits']} bits."
    )


BITS = ((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1))
"""The inputs of three parties, and their outcomes."""

GHZ = {"right": Fraction(1, 4), "wrong": Fraction(0), "off": Fraction(1, 8)}
"""p(abc|xyz) where a + b + c = or ≠ (x + y + z)/2 mod 2, and where x + y + z is odd."""


def _ghz_cell(outcomes: tuple, inputs: tuple) -> str:
    """Which of the three cases of :data:`GHZ` a cell belongs to."""
    if sum(inputs) % 2:
        return "off"
    return "wrong" if (sum(outcomes) - sum(inputs) // 2) % 2 else "right"


def _play(strategy: str, inputs: tuple) -> tuple:
    """Outcomes of the strategy a0 a1 b0 b1 c0 c1."""
    return tuple(int(strategy[2 * party + inputs[party]]) for party in range(3))


@cache
def _ghz_cells() -> dict[str, list[str]]:
    """For each strategy the case of :data:`GHZ` that it meets at each of the eight inputs."""
    strategies = ["".join(map(str, u + v)) for u in BITS for v in BITS]
    return {s: [_ghz_cell(_play(s, inputs), inputs) for inputs in BITS] for s in strategies}


def _add(totals: dict, key: Fraction, amount: Fraction) -> None:
    if amount:
        totals[key] = totals.get(key, 0) + amount


def _ghz_bounds(bet: dict, score: dict) -> tuple[dict, Fraction]:
    """Lower bounds on I, as {ratio: probability}, and on M."""
    require(min(bet.values()) >= 0, "The bet must not be negative.")
    require(max(score.values()) - min(score.values()) <= 2, "The score must have a range of 2.")
    for strategy, cells in _ghz_cells().items():
        require(sum(bet[cell] for cell in cells) <= 8, f"The bet must not gain on {strategy}.")
        require(sum(score[cell] for cell in cells) <= 0, f"The score must not gain on {strategy}.")
    information, dependence = {}, Fraction(0)
    for inputs in BITS:
        for outcomes in BITS:
            cell = _ghz_cell(outcomes, inputs)
            _add(information, bet[cell], GHZ[cell] / 8)
            dependence += GHZ[cell] * score[cell] / 8
    return information, dependence


def _ghz_model(model: dict, bet: dict) -> tuple[dict, Fraction]:
    """I, as {ratio: probability}, and M of a model that must reproduce the correlations."""
    require(min(model.values(), default=-1) >= 0, "The model must have weights, none negative.")
    joint, seen = {}, {}
    for strategy, weight in model.items():
        for inputs in BITS:
            outcomes = _play(strategy, inputs)
            q = weight * bet[_ghz_cell(outcomes, inputs)] / 8
            joint[strategy, inputs] = q
            _add(seen, (outcomes, inputs), q)
    for inputs in BITS:
        for outcomes in BITS:
            require(
                seen.get((outcomes, inputs), 0) == GHZ[_ghz_cell(outcomes, inputs)] / 8,
                f"The model must reproduce p at outcomes {outcomes}, inputs {inputs}.",
            )
    information, dependence = {}, Fraction(0)
    for strategy in model:
        weight = sum(joint[strategy, inputs] for inputs in BITS)
        for inputs in BITS:
            q = joint[strategy, inputs]
            dependence += abs(q - weight / 8)
            if q:
                _add(information, 8 * q / weight, q)
    return information, dependence


def ghz_dependence(data: dict) -> str:
    """Least information and least measurement dependence of the GHZ correlations, exactly.

    "right", "wrong" and "off" are the cells of :data:`GHZ`. bet: its mean over the inputs
    is at most 1 for all 64 strategies, so I ≥ Σ p log2(bet)/8. score: its mean is at most 0
    for all of them and its range at most 2, so M ≥ Σ p score/8 (a sum with deviations that
    cancel does not exceed half the range times their ℓ₁ norm). model: {a0a1b0b1c0c1: p(λ)};
    given the inputs p(λ) is multiplied by the bet at the cell that λ gives. It must
    reproduce p, and its I and M must be the bounds. information: {ratio: probability}
    stands for Σ probability · log2(ratio), without the ratio 1. dependence: M.
    """
    bet = table(data["bet"], GHZ)
    score = table(data["score"], GHZ)
    require(set(bet) == set(score) == set(GHZ), f"A table must have the keys {', '.join(GHZ)}.")
    strategies = ["".join(map(str, u + v)) for u in BITS for v in BITS]
    information, dependence = _ghz_bounds(bet, score)
    require(
        (information, dependence) == _ghz_model(table(data["model"], strategies), bet),
        "The model must have the I and the M of the bounds.",
    )
    information.pop(Fraction(1), None)
    require(
        data["information"] == {str(k): str(v) for k, v in information.items()},
        f"The key `information` must be {information}.",
    )
    require(data["dependence"] == str(dependence), f"The key `dependence` must be {dependence}.")
    terms = " + ".join(f"{v}·log2({k})" for k, v in information.items())
    return (
        "For uniform inputs the GHZ correlations need "
        f"I(X,Y,Z:Λ) = {terms} bits and M = {dependence}, and no more."
    )


def _i3322(a: str, b: str) -> int:
    """I3322 of a strategy a_0a_1a_2, b_00b_01…b_22, Bob's marginals taken at x = 0."""
    signs = (1, 1, 1, 1, 1, -1, 1, -1, 0)
    joint = sum(s for k, s in enumerate(signs) if a[k // 3] == b[k] == "0")
    return joint - (a[0] == "0") - 2 * (b[0] == "0") - (b[1] == "0")


def _changes(b: str) -> list[bool]:
    """[b_xy ≠ b_wy] for each y and each pair x < w."""
    return [b[3 * x + y] != b[3 * w + y] for y in range(3) for x, w in ((0, 1), (0, 2), (1, 2))]


@cache
def _line_rows() -> dict[str, tuple[int, ...]]:
    """What a line weighs, for each b: its changes, its signals, the largest I3322, and 1.

    Signals: [b_xy = 0] − [b_0y = 0] for x = 1, 2 and y = 0, 1, 2. A line does not fall.
    """
    found = {}
    for b in map("".join, product("01", repeat=9)):
        signals = [(b[k] == "0") - (b[k % 3] == "0") for k in range(3, 9)]
        most = max(_i3322("".join(a), b) for a in product("01", repeat=3))
        found[b] = (*map(int, _changes(b)), *signals, most, 1)
    return found


def _curve_point(point: dict) -> tuple[Fraction, Fraction]:
    """I3322 and influence of a mixture of strategies that does not signal to Bob."""
    model = [(name.replace(" ", ""), number(w)) for name, w in point["model"].items()]
    require(all(len(n) == 12 and set(n) <= {"0", "1"} for n, _ in model), "A strategy is 12 bits.")
    model = [(name[:3], name[3:], weight) for name, weight in model]
    require(all(w > 0 for *_, w in model), "The weights of a model must be positive.")
    require(sum(w for *_, w in model) == 1, "The weights of a model must add up to 1.")
    alice = [sum(w for a, _, w in model if a[x] == "0") for x in range(3)]
    bob = [sum(w for _, b, w in model if b[k] == "0") for k in range(9)]
    both = [sum(w for a, b, w in model if a[k // 3] == b[k] == "0") for k in range(9)]
    require(alice == numbers(point["alice"], length=3), "The model must have the stated p_A(0|x).")
    require(bob == 3 * numbers(point["bob"], length=3), "Bob must see p_B(0|y), whatever x is.")
    require(both == numbers(point["both"], length=9), "The model must have the stated p(00|xy).")
    value = sum(w * _i3322(a, b) for a, b, w in model)
    influence = max(sum(w for _, b, w in model if _changes(b)[k]) for k in range(9))
    require(value == number(point["i"]), f"The model has I3322 = {value}.")
    require(influence == number(point["c"]), f"The model has influence {influence}.")
    return value, influence


def influence_curve(data: dict) -> str:
    """Least C(X→B) given I3322, exactly: points of the curve, and lines below it.

    points: mixtures of strategies "a_0a_1a_2 b_00b_01b_02 b_10b_11b_12 b_20b_21b_22" with
    I3322 = i and influence c; alice, bob, both are p_A(0|x), p_B(0|y), p(00|xy). lines:
    C ≥ slope · i + offset, because Σ shares · [b_xy ≠ b_wy] − Σ signals · ([b_xy = 0] −
    [b_0y = 0]) ≥ slope · I3322 + offset for each of the 4096 strategies, and the signals have
    mean 0. Each line joins two neighbours, from left to right, and none falls; mixtures of
    neighbours reach what is between.
    """
    require(
        isinstance(data["points"], list) and len(data["points"]) <= MOST_POINTS,
        f"The points must be a list of at most {MOST_POINTS}.",
    )
    curve = [_curve_point(point) for point in data["points"]]
    require(len(curve) > 1, "A curve needs two points.")
    require(all(u[0] < v[0] for u, v in pairwise(curve)), "The points must go from left to right.")
    require(len(data["lines"]) == len(curve) - 1, "One line is needed between two neighbours.")
    for line, ends in zip(data["lines"], pairwise(curve), strict=True):
        slope, offset = number(line["slope"]), number(line["offset"])
        shares = numbers(line["shares"], length=9)
        signals = numbers(line["signals"], length=6)
        require(slope >= 0, f"A line must not fall, but has the slope {slope}.")
        require(min(shares) >= 0 and sum(shares) == 1, "The shares must be a distribution.")
        require(all(slope * i + offset == c for i, c in ends), "A line must join its points.")
        weights = over_common([*shares, *(-w for w in signals), -slope, -offset])[1]
        for b, row in _line_rows().items():
            above = sum(w * v for w, v in zip(weights, row, strict=True) if v)
            require(above >= 0, f"A line lies above a strategy with b = {b}.")
    corners = ", ".join(f"({i}, {c})" for i, c in curve)
    return (
        "If X may influence B, the least influence of a no-signalling behaviour with a given "
        f"I3322 is the broken line through {corners}."
    )


CHECKERS = {
    "influence-curve": ("CR-05", influence_curve),
    "qutrit-information": ("CR-08", qutrit_information),
    "ghz-dependence": ("CR-09", ghz_dependence),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
