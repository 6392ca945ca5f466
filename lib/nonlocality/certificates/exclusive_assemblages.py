"""Assemblages in which Bob and Charlie never fire both: exact models, operators, and noise.

The setting is that of :mod:`~nonlocality.certificates.postquantum_steering` (arXiv:1505.01430):
real qubits, a symmetric matrix is written as its entries 00, 01, 11.
"""

from fractions import Fraction
from itertools import product

from nonlocality.certificates.postquantum_steering import proved_violation, require_positive
from nonlocality.certificates.rational import number, numbers, require, symmetric
from nonlocality.certificates.steering_members import WORDS, capital, shown

Symmetric = tuple[Fraction, Fraction, Fraction]
"""The entries 00, 01, 11 of a real symmetric 2 × 2 matrix."""


def _combine(*terms: tuple[int, Symmetric]) -> Symmetric:
    """Σ coefficient · matrix."""
    return tuple(sum(c * m[k] for c, m in terms) for k in range(3))


def _positive(matrix: Symmetric) -> bool:
    a, b, d = matrix
    return a >= 0 and d >= 0 and a * d >= b * b


def _trace(left: Symmetric, right: Symmetric) -> Fraction:
    """tr(XY)."""
    return left[0] * right[0] + 2 * left[1] * right[1] + left[2] * right[2]


def _positive_part_at_most(matrix: Symmetric, limit: Fraction) -> bool:
    """Whether the positive eigenvalues add up to at most `limit`.

    They are ((a + d) ± √((a − d)² + 4b²))/2. Their positive sum is a + d, 0 or the larger one.
    """
    a, b, d = matrix
    rest = 2 * limit - a - d
    larger = rest >= 0 and (a - d) ** 2 + 4 * b * b <= rest**2
    return limit >= max(0, a + d) and larger


def read_exclusive(data: dict) -> tuple[Symmetric, list[Symmetric], list[Symmetric]]:
    """ρ, Q_y and S_z: positive, ρ of trace 1, Q_y + S_z ⪯ ρ; so that an assemblage they are.

    reduced: ρ; bob: Q_0, Q_1; charlie: S_0, S_1, with σ_{10|yz} = Q_y, σ_{01|yz} = S_z,
    σ_{11|yz} = 0, σ_{00|yz} = ρ − Q_y − S_z.
    """
    rho = tuple(numbers(data["reduced"], length=3))
    bob, charlie = (read_pair(data, key) for key in ("bob", "charlie"))
    require(rho[0] + rho[2] == 1, "The state of Alice must have trace 1.")
    for q, s in product(bob, charlie):
        require(_positive(_combine((1, rho), (-1, q), (-1, s))), "Q + S must not exceed ρ.")
    return rho, bob, charlie


def read_pair(data: dict, key: str) -> list[Symmetric]:
    """Two positive matrices."""
    require(isinstance(data[key], list) and len(data[key]) == 2, f"`{key}` must be a pair.")
    pair = [tuple(numbers(entries, length=3)) for entries in data[key]]
    require(all(map(_positive, pair)), f"The matrices of `{key}` must be positive.")
    return pair


def exclusive_called(rho: Symmetric, bob: list[Symmetric], charlie: list[Symmetric]) -> str:
    """What the sentence calls an exclusive assemblage: its data."""
    return (
        f"the assemblage of ρ = {shown(rho)}, Q = {', '.join(map(shown, bob))}, "
        f"S = {', '.join(map(shown, charlie))} (entries 00, 01, 11)"
    )


def _two_outcomes(rho: Symmetric, bob: list, charlie: list, constant: Fraction) -> list[Symmetric]:
    """The limits U; CertificateError unless a function R(E) exists for two outcomes of Alice.

    With L ∈ {S_0, S_1, ρ − Q_0 − Q_1}, U ∈ {ρ − Q_0, ρ − Q_1, S_0 + S_1} all L ⪯ U, and with the
    constant K all tr L + tr(L' − L)₊ ≤ K ≤ tr U − tr(U − U')₊.
    """
    low = [*charlie, _combine((1, rho), (-1, bob[0]), (-1, bob[1]))]
    high = [_combine((1, rho), (-1, q)) for q in bob] + [_combine((1, charlie[0]), (1, charlie[1]))]
    for lower, upper in product(low, high):
        require(_positive(_combine((1, upper), (-1, lower))), "Each L must be below each U.")
    for pair in product(low, repeat=2):
        room = constant - pair[0][0] - pair[0][2]
        excess = _combine((1, pair[1]), (-1, pair[0]))
        require(_positive_part_at_most(excess, room), "Two L must not add up to more than K.")
    for pair in product(high, repeat=2):
        room = pair[0][0] + pair[0][2] - constant
        excess = _combine((1, pair[0]), (-1, pair[1]))
        require(_positive_part_at_most(excess, room), "Two U must not add up to less than K.")
    return high


def _postquantum_gap(data: dict, charlie: list[Symmetric], high: list[Symmetric]) -> Fraction:
    """By how much no R has S_z ⪯ R ⪯ ρ − Q_y; it must be positive.

    a, b: A_z, B_y ⪰ 0 with Σ A_z = Σ B_y of trace 1 and
    Σ tr A_z S_z − Σ tr B_y(ρ − Q_y) = gap > 0.
    """
    a, b = (read_pair(data, key) for key in ("a", "b"))
    total = _combine(*((1, m) for m in a), *((-1, m) for m in b))
    require(not any(total), "A_0 + A_1 must be B_0 + B_1.")
    require(sum(m[0] + m[2] for m in a) == 1, "A_0 + A_1 must have trace 1.")
    above = sum(_trace(m, s) for m, s in zip(a, charlie, strict=True))
    gap = above - sum(_trace(m, u) for m, u in zip(b, high[:2], strict=True))
    require(gap > 0, "The gap must be positive.")
    require(data["gap"] == str(gap), f"The gap is {gap}.")
    return gap


def exclusive_assemblage(data: dict) -> str:
    """An assemblage in which never both fire is local for two outcomes of Alice, yet postquantum.

    Data as :func:`read_exclusive`; constant: K of the local model; a, b, gap: no R fits.
    """
    rho, bob, charlie = read_exclusive(data)
    high = _two_outcomes(rho, bob, charlie, number(data["constant"]))
    gap = _postquantum_gap(data, charlie, high)
    return (
        f"{capital(exclusive_called(rho, bob, charlie))} has a local model for all "
        f"projective measurements, and is postquantum by {gap}."
    )


def exclusive_lift(data: dict) -> str:
    """The lift of an exclusive assemblage to a qutrit: local for every POVM, yet postquantum.

    As :func:`exclusive_assemblage`; by the protocol of App. C a local model for two outcomes gives
    one for every POVM on σ' = σ/3 + (2/3) tr(σ)|2⟩⟨2|. lifted: ρ', Q'_0, Q'_1, S'_0, S'_1 as the
    entries 00, 01, 11 of the qubit block and the entry 22. What passes the filter to the qubit
    must be σ again after division by one number, the probability 1/3 of ρ' to pass.
    """
    rho, bob, charlie = read_exclusive(data)
    high = _two_outcomes(rho, bob, charlie, number(data["constant"]))
    gap = _postquantum_gap(data, charlie, high)
    matrices = [rho, *bob, *charlie]
    require(
        isinstance(data["lifted"], list) and len(data["lifted"]) == len(matrices),
        f"There must be {len(matrices)} lifted matrices.",
    )
    lifted = [numbers(entries, length=4) for entries in data["lifted"]]
    passed = lifted[0][0] + lifted[0][2]
    require(passed == Fraction(1, 3), "The probability to pass must be 1/3.")
    for matrix, (a, b, d, last) in zip(matrices, lifted, strict=True):
        trace = matrix[0] + matrix[2]
        require((a / passed, b / passed, d / passed) == matrix, "The filter must give σ back.")
        require(3 * last == 2 * trace, "The entry 22 must be two thirds of the trace.")
    return (
        f"The lift to a qutrit of {exclusive_called(rho, bob, charlie)}, one third of it and two "
        f"thirds of its traces on a third level, has a local model for all POVMs, and is "
        f"postquantum: a filter of probability 1/3 gives back what is so by {gap}."
    )


def uncovered_measurements(data: dict) -> str:
    """No local model of an exclusive assemblage covers a POVM and one projective measurement.

    povm: three or more positive operators E_a that add up to 𝟙. vector: v, with the projector
    P = vvᵀ/|v|². In a local model never both fire, so a group of strategies, of total weight w,
    is Bob's: w ≥ Σ_e max_y tr P_e Q_y over P and 𝟙 − P. In the others nobody or Charlie fires:
    1 − w ≥ Σ_a max(tr E_a S_0, tr E_a S_1, tr E_a(ρ − Q_0 − Q_1)). excess: of both sums over 1.
    """
    rho, bob, charlie = read_exclusive(data)
    require(isinstance(data["povm"], list) and len(data["povm"]) > 2, "A POVM has three outcomes.")
    povm = [tuple(numbers(entries, length=3)) for entries in data["povm"]]
    require(all(map(_positive, povm)), "The operators of the POVM must be positive.")
    require(_combine(*((1, e) for e in povm)) == (1, 0, 1), "The POVM must add up to 𝟙.")
    x, z = numbers(data["vector"], length=2)
    norm = x * x + z * z
    require(norm > 0, "The vector must not vanish.")
    projector = (x * x / norm, x * z / norm, z * z / norm)
    pair = [projector, _combine((1, (Fraction(1), Fraction(0), Fraction(1))), (-1, projector))]
    first = sum(max(_trace(p, q) for q in bob) for p in pair)
    limits = [*charlie, _combine((1, rho), (-1, bob[0]), (-1, bob[1]))]
    second = sum(max(_trace(e, limit) for limit in limits) for e in povm)
    excess = first + second - 1
    require(excess > 0, "The two sums must exceed 1.")
    require(data["excess"] == str(excess), f"The excess is {excess}.")
    return (
        f"No local model of {exclusive_called(rho, bob, charlie)} covers both the projective "
        f"measurement along {shown((x, z))} and the POVM of {', '.join(map(shown, povm))}: Bob's "
        f"strategies need the weight {first}, the others {second}, {excess} too much."
    )


def noisy_members(rho: Symmetric, bob: list, charlie: list, noise: Fraction) -> dict[tuple, list]:
    """The nine matrices of an exclusive assemblage mixed with white noise of this weight."""
    require(0 <= noise < 1, "The weight of the noise must lie in [0, 1).")
    members = {((), ()): rho}
    for y in (0, 1):
        members[(y,), ()] = _combine((1, rho), (-1, bob[y]))
        members[(), (y,)] = _combine((1, rho), (-1, charlie[y]))
        for z in (0, 1):
            members[(y,), (z,)] = _combine((1, rho), (-1, bob[y]), (-1, charlie[z]))
    noisy = {}
    for word, matrix in members.items():
        share = noise / 2 ** (1 + len(word[0]) + len(word[1]))
        noisy[word] = [
            (1 - noise) * x + share * unit for x, unit in zip(matrix, (1, 0, 1), strict=True)
        ]
    return noisy


def noisy_witness(data: dict) -> str:
    """An exclusive assemblage with white noise of a given weight is still postquantum.

    Data as :func:`read_exclusive`; noise: the weight; the rest as
    :func:`~nonlocality.certificates.postquantum_steering.proved_value`, with `value` < `bound`.
    """
    rho, bob, charlie = read_exclusive(data)
    noise = number(data["noise"])
    members = noisy_members(rho, bob, charlie, noise)
    _, bound, value = proved_violation(members, data)
    return (
        f"{capital(exclusive_called(rho, bob, charlie))} needs white noise of more than the weight "
        f"{noise} to be quantum: with so much it has β = {value} in an inequality in which every "
        f"quantum assemblage has β ≥ {bound}."
    )


def noisy_model(data: dict) -> str:
    """An exclusive assemblage with white noise of a given weight is quantum, by a model.

    Data as :func:`read_exclusive`; noise: the weight. parts: each with bob and charlie, (c, s) with
    c² + s² = 1, the second measurement cZ + sX beside Z; and state: the rows, up to the diagonal,
    of a positive 8 × 8 matrix on Alice, Bob and Charlie. Added up over the parts, what they
    steer to must be the nine matrices exactly.
    """
    rho, bob, charlie = read_exclusive(data)
    noise = number(data["noise"])
    members = noisy_members(rho, bob, charlie, noise)
    require(isinstance(data["parts"], list) and data["parts"], "There must be parts.")
    sums, states = {word: [Fraction(0)] * 3 for word in WORDS}, []
    for part in data["parts"]:
        require(isinstance(part, dict), "A part must be an object.")
        effects = []
        for key in ("bob", "charlie"):
            c, s = numbers(part[key], length=2)
            require(c * c + s * s == 1, f"The direction {shown((c, s))} must have length 1.")
            one = Fraction(1)
            effects.append({(): (one, 0 * one, one), (0,): (one, 0 * one, 0 * one),
                            (1,): ((1 + c) / 2, s / 2, (1 - c) / 2)})  # fmt: skip
        state = symmetric(part["state"], size=8, name="state of a part")
        states.append(state)
        for word in WORDS:
            e, g = effects[0][word[0]], effects[1][word[1]]
            pairs = [
                (2 * k + m, 2 * k2 + m2, e[k + k2] * g[m + m2])
                for k, k2, m, m2 in product((0, 1), repeat=4)
                if e[k + k2] and g[m + m2]
            ]
            for place, (i, j) in enumerate(((0, 0), (0, 1), (1, 1))):
                sums[word][place] += sum(
                    state[4 * i + p][4 * j + q] * weight for p, q, weight in pairs
                )
    for word in WORDS:
        require(sums[word] == members[word], f"The parts must add up to {members[word]} at {word}.")
    for state in states:
        require_positive(state, name="state of a part")
    return (
        f"{capital(exclusive_called(rho, bob, charlie))} is quantum with white noise of the weight "
        f"{noise}: {len(data['parts'])} states of Alice and two qubits, each measured in two "
        f"directions by Bob and by Charlie, steer to it."
    )


CHECKERS = {
    "hidden-states-exclusive": ("PS-10", exclusive_assemblage),
    "hidden-states-robustness": ("PS-10", noisy_witness),
    "hidden-states-povm": ("PS-10", uncovered_measurements),
    "hidden-states-lift": ("PS-09", exclusive_lift),
    "steering-quantum-noise": ("PS-20", noisy_witness),
    "steering-quantum-model": ("PS-20", noisy_model),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
