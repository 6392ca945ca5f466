"""Least influence, dependence and non-bilocality in fractions (arXiv:1411.4648): more proofs."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import product

from nonlocality.certificates.dual_regions import CELLS, strategies
from nonlocality.certificates.rational import number, require

HALF = Fraction(1, 2)


def _mixture(model: object, length: int) -> list[tuple[str, Fraction]]:
    """A table {bits: weight}: positive weights that add up to 1, of words of so many bits."""
    require(isinstance(model, dict) and 0 < len(model) <= 2000, "A model must be a table.")
    found = [(name.replace(" ", ""), number(weight)) for name, weight in model.items()]
    for name, weight in found:
        require(len(name) == length and set(name) <= {"0", "1"}, f"A strategy is {length} bits.")
        require(weight > 0, "The weights of a model must be positive.")
    require(sum(w for _, w in found) == 1, "The weights of a model must add up to 1.")
    require(len({name for name, _ in found}) == len(found), "A strategy must occur once.")
    return found


def _strategy(name: str, cause: str) -> tuple[list[int], list[int]]:
    """The probabilities and the changes of the strategy of six bits, as in `strategies`."""
    return strategies(cause)[int(name, 2)]


PR_BOX = [HALF * ((a ^ b) == x * y) for x, y, a, b in CELLS]


def _chsh_excess(cells: list[int]) -> list[int]:
    """±S_xy − 2 of a deterministic behaviour, for the eight forms."""
    correlator = [cells[4 * k] - cells[4 * k + 1] - cells[4 * k + 2] + cells[4 * k + 3]
                  for k in range(4)]  # fmt: skip
    total = sum(correlator)
    return [sign * (total - 2 * odd) - 2 for sign in (1, -1) for odd in correlator]


def tradeoff(data: dict) -> str:
    """Influence and measurement dependence together are at least CHSH, and can be just that.

    Of each of the 64 strategies ±S_xy − 2 is at most 2 Σ_y [b changes with x at y], and where Bob
    hears the outcome at most 2 [b changes at y] for one y of the form: so p(λ) gives each form of
    S a mean of at most 2 + 4 C(X→B), or 2 + 2 C(A→B); the settings' knowledge of λ adds at most
    4 M, for uniform settings. influence_x, influence_a: models {a_0 a_1 b_00 … b_11: weight} of
    the PR box without dependence. dependence: {a_0 a_1 b_0 b_1: the lost pair of settings xy}, the
    equally likely strategies of a model without influence, each met where it does not lose,
    with the probability 1/3 of all of its other settings. Mixtures of the two models are between.
    """
    for cells, (first, second) in strategies("x"):
        require(max(_chsh_excess(cells)) <= 2 * (first + second), "A strategy must not gain more.")
    table = strategies("a")
    for form in range(8):
        require(
            any(all(_chsh_excess(cells)[form] <= 2 * change[y] for cells, change in table)
                for y in (0, 1)),
            "Each form must be bounded at one setting of Bob.",
        )  # fmt: skip
    least = {"x": HALF, "a": Fraction(1)}
    for cause in ("x", "a"):
        model = _mixture(data[f"influence_{cause}"], 6)
        parts = [(*_strategy(name, cause), weight) for name, weight in model]
        seen = [sum(w * cells[k] for cells, _, w in parts) for k in range(16)]
        require(seen == PR_BOX, "A model must give the PR box.")
        influence = max(sum(w * change[y] for _, change, w in parts) for y in (0, 1))
        require(influence == least[cause], f"The model for {cause} has influence {influence}.")
    _check_lost_settings(data["dependence"])
    return (
        "For two settings and outcomes, uniform settings and every behaviour, C(X→B) + M ≥ CHSH "
        "and C(A→B)/2 + M ≥ CHSH; for the PR box, CHSH = 1/2, both are equalities at every M from "
        "0 to 1/2."
    )


def _check_lost_settings(model: object) -> None:
    """The model without influence must give the PR box with M = 1/2."""
    require(isinstance(model, dict) and 0 < len(model) <= 16, "The model must be a table.")
    seen, total = [Fraction(0)] * 16, Fraction(0)
    for name, lost in model.items():
        require(len(name) == 4 and set(name) <= {"0", "1"}, "A local strategy is 4 bits.")
        require(lost in ("00", "01", "10", "11"), "A strategy loses one pair of settings.")
        cells = _strategy(name + name[2:], "x")[0]
        for k in range(4):
            inside = k != int(lost, 2)
            q = Fraction(inside, 3 * len(model))
            total += abs(q - Fraction(1, 4 * len(model)))
            for cell in range(4 * k, 4 * k + 4):
                seen[cell] += 4 * q * cells[cell]
    require(seen == PR_BOX, "The model with dependence must give the PR box.")
    require(total == HALF, f"The model has a dependence of {total}.")


@cache
def _check_links(d: int) -> None:
    """The four links of a strategy add up to −1 modulo d, so to d − 1 or more."""
    for r in product(range(d), repeat=3):
        last = (-1 - sum(r)) % d
        require(sum(r) + last >= d - 1, "The links of a strategy add up to d − 1 or more.")


def _link_models(data: dict, measure: Callable[[list[list[Fraction]]], Fraction]) -> list[str]:
    """Check the links of CGLMP for each d and the measure of the optimal model at each I_d.

    A strategy's four links r_i add up to −1 modulo d, so Σ c(r_i) ≤ 2 with c = 1 − 2r/(d − 1),
    which is tried on all of them. The model has λ = j, link j at d − 1 and the others at 0 (and a
    common shift of all outcomes, so that nothing signals): p(j|i) = (1 − t)/4 + t/3 [i ≠ j],
    t = (I_d − 2)/2.
    """
    sizes, values = data["d"], data["i_d"]
    require(isinstance(sizes, list) and 0 < len(sizes) <= 12, "The d must be a list.")
    require(isinstance(values, list) and 0 < len(values) <= 12, "The I_d must be a list.")
    for text in sizes:
        d = number(text)
        require(d.denominator == 1 and 2 <= d <= 9, "A d must be an integer from 2 to 9.")
        _check_links(int(d))
    found = []
    for i_d in map(number, values):
        require(2 <= i_d <= 4, "An I_d must lie between 2 and 4.")
        t = (i_d - 2) / 2
        given = [[(1 - t) / 4 + (t / 3 if i != j else 0) for j in range(4)] for i in range(4)]
        require(min(map(min, given)) >= 0, "The model must have probabilities.")
        require(all(sum(row) == 1 for row in given), "The model must have probabilities.")
        reached = sum(given[i][j] * (-1 if i == j else 1) for i in range(4) for j in range(4))
        require(reached == i_d, f"The model has I_d = {reached}.")
        found.append(str(measure(given)))
    require(data["least"] == found, f"The least values must be {found}.")
    return [f"{value} at I_d = {i_d}" for i_d, value in zip(values, found, strict=True)]


def cglmp_dependence(data: dict) -> str:
    """Least M given I_d: the model's, which the bound (I_d − 2)/4 does not exceed.

    With Σ_i c(r_i) ≤ 2, |c| ≤ 1 and deviations p(i, λ) − p(λ)/4 of ℓ₁ norm M: I_d − 2 ≤ 4 M.
    """

    def measure(given: list[list[Fraction]]) -> Fraction:
        mean = [sum(row[j] for row in given) / 4 for j in range(4)]
        return sum(abs(row[j] - mean[j]) / 4 for row in given for j in range(4))

    words = _link_models(data, measure)
    for i_d, least in zip(data["i_d"], data["least"], strict=True):
        require(number(least) == (number(i_d) - 2) / 4, "The model must have M = (I_d − 2)/4.")
    return _words(data, "M (uniform settings)", words)


def hall_measure(data: dict) -> str:
    """Least M_Hall given I_d: as seen by one link, the others differ from it by M_Hall at most.

    I_d − 2 ≤ Σ over the other three links of a difference of means of c, whose range is 2.
    """

    def measure(given: list[list[Fraction]]) -> Fraction:
        return max(
            sum(abs(u - v) for u, v in zip(given[i], given[k], strict=True))
            for i in range(4)
            for k in range(i)
        )

    words = _link_models(data, measure)
    for i_d, least in zip(data["i_d"], data["least"], strict=True):
        require(number(least) == (number(i_d) - 2) / 3, "The model must have (I_d − 2)/3.")
    return _words(data, "M_Hall", words)


def _words(data: dict, name: str, words: list[str]) -> str:
    return f"For d = {', '.join(data['d'])} the least {name} given I_d is {', '.join(words)}."


@cache
def _best_parities(n: int) -> tuple[int, int, list[int], list[int]]:
    """Most game inputs that a parity function wins, how many functions do, how often they win
    each game input and how often they are odd on each other input."""
    inputs = list(product((0, 1), repeat=n))
    game = [x for x in inputs if sum(x) % 2 == 0]
    other = [x for x in inputs if sum(x) % 2]
    won, parity, most, count = [0] * len(game), [0] * len(other), 0, 0
    for beta in inputs:
        # the sum of β·x over the places where β is 1, by whole inputs
        even = [sum(map(int.__and__, beta, x)) % 2 for x in game]
        odd = [sum(map(int.__and__, beta, x)) % 2 for x in other]
        for alpha in (0, 1):
            right = [(alpha + e) % 2 == sum(x) // 2 % 2 for e, x in zip(even, game, strict=True)]
            score = sum(right)
            if score > most:
                won, parity, most, count = [0] * len(game), [0] * len(other), score, 0
            if score == most:
                count += 1
                won = [w + r for w, r in zip(won, right, strict=True)]
                parity = [p + (alpha + o) % 2 for p, o in zip(parity, odd, strict=True)]
    return most, count, won, parity


def ghz_parties(data: dict) -> str:
    """Least I and M of the GHZ correlations of N parties, by all parity functions of the inputs.

    The outcomes' parity of a strategy is α + β·x. On the game inputs x, those with an even sum, it
    should be half that sum modulo 2; the largest share w won must be the one stated. The best
    functions, equally likely, must win each game input as often, and be even on each other one:
    then, with all outcomes of one parity equally likely, they give the correlations when met
    with 1/w times their probability where they win. So I = −1/2 log2 w and M = 1 − w, and the bet
    1/w, 0, 1 (right, wrong, off the game) and the score 1, −1, 1 − 2w prove that there is no less.
    """
    shares = data["share"]
    require(isinstance(shares, dict) and 0 < len(shares) <= 8, "The shares must be a table.")
    for text, stated in shares.items():
        require(text in tuple("23456789"), "The number of parties must be from 2 to 9.")
        n = int(text)
        most, count, won, parity = _best_parities(n)
        w = Fraction(most, 2 ** (n - 1))
        require(number(stated) == w, f"The share of {n} parties is {w}.")
        require(set(won) == {most * count // 2 ** (n - 1)}, "Each game input must be won as often.")
        require({2 * p for p in parity} == {count}, "Off the game the parities must be even.")
    words = "; ".join(f"N = {n}: w = {w}" for n, w in shares.items())
    return (
        "For uniform inputs the GHZ correlations of N parties need I = 1/2 log2(1/w) bits and "
        f"M = 1 − w, and no more: {words}."
    )


def nonbilocality(data: dict) -> str:
    """Least M_BL of swapped Werner states, for each ν: stories in fractions that meet the bound.

    For each of the 64 strategies (α, b, γ) the term of I is at most [both stubborn] and that of J
    at most [neither]: so with s = q(α_0 = α_1), t = q(γ_0 = γ_1) and δ the excess of the block
    where both are, s t + δ ≥ I and (1 − s)(1 − t) + δ ≥ J, and M_BL ≥ 4 δ
    ≥ 4 [(1 − s) I + s J − s(1 − s)]. With uniform outcomes of Alice s = 2ν, and I = J = v²/2.
    points: v, nu, least, and model
    {a_0 a_1 b_0 b_1 c_0 c_1: q}, which must give the behaviour (54) and have this M_BL.
    """
    points = data["points"]
    require(isinstance(points, list) and 0 < len(points) <= 12, "The points must be a list.")
    for a0, a1, b0, b1, c0, c1 in product((1, -1), repeat=6):
        i, j = (a0 + a1) * b0 * (c0 + c1), (a0 - a1) * b1 * (c0 - c1)
        require(abs(i) <= 4 * (a0 == a1 and c0 == c1), "I lives where both are stubborn.")
        require(abs(j) <= 4 * (a0 != a1 and c0 != c1), "J lives where neither is stubborn.")
    words = []
    for point in points:
        v, nu, least = (number(point[key]) for key in ("v", "nu", "least"))
        require(0 < v <= 1, "A visibility must lie in (0, 1].")
        model = _mixture(point["model"], 6)
        i = v * v / 2
        _require_swapping(model, i)
        joint, alice, charlie = {}, {}, {}
        for name, weight in model:
            for table, key in (
                (joint, name[:2] + name[4:]),
                (alice, name[:2]),
                (charlie, name[4:]),
            ):
                table[key] = table.get(key, 0) + weight
        require(alice.get("00", 0) == nu, f"The model has ν = {alice.get('00', 0)}.")
        far = sum(abs(joint.get(a + c, 0) - alice[a] * charlie[c]) for a in alice for c in charlie)
        require(far == least, f"The model has M_BL = {far}.")
        bound = max(Fraction(0), 4 * (i - 2 * nu * (1 - 2 * nu)))
        require(far == bound, f"The bound is {bound}.")
        words.append(f"{least} at v = {v}, ν = {nu}")
    return (
        "Two swapped Werner states of visibility v, Alice's instruction 00 met with the "
        f"probability ν, need M_BL = {'; '.join(words)}, and no more (ν = 1/4 is best for every v)."
    )


def _require_swapping(model: list[tuple[str, Fraction]], i: Fraction) -> None:
    """The model must give p = (1 + (−1)^(a+c) [(−1)^b₀ + (−1)^(x+z+b₁)] I)/16."""
    seen: dict[tuple, Fraction] = {}
    for name, weight in model:
        a, b, c = (tuple(map(int, part)) for part in (name[:2], name[2:4], name[4:]))
        for x, z in product((0, 1), repeat=2):
            key = (a[x], *b, c[z], x, z)
            seen[key] = seen.get(key, 0) + weight
    for a, b0, b1, c, x, z in product((0, 1), repeat=6):
        signal = (-1) ** (a + c + b0) + (-1) ** (a + c + x + z + b1)
        require(
            seen.get((a, b0, b1, c, x, z), 0) == (1 + signal * i) / 16,
            f"The model must give the behaviour at {(a, b0, b1, c, x, z)}.",
        )


CHECKERS = {
    "cglmp-dependence": ("CR-06", cglmp_dependence),
    "nonbilocality": ("CR-12", nonbilocality),
    "influence-dependence": ("CR-15", tradeoff),
    "hall-measure": ("CR-16", hall_measure),
    "ghz-parties": ("CR-21", ghz_parties),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
