"""What the certificates on averages over regions and on recorded outcomes prove."""

from fractions import Fraction
from itertools import combinations, product
from math import comb

from nonlocality.certificates.rational import number, numbers, require

LARGEST_REGION = 10
"""Most qubits of a region; the subsets and strings of one are written down."""


def _sizes(entry: object, most: int = LARGEST_REGION) -> list[int]:
    """Two whole numbers from 1 to the largest region."""
    found = numbers(entry, length=2)
    require(
        all(n.denominator == 1 and 1 <= n <= most for n in found),
        f"Sizes must be whole numbers from 1 to {most}.",
    )
    return [int(n) for n in found]


def _direction(tangent: Fraction) -> tuple[Fraction, Fraction]:
    """(cos t, sin t) with tan(t/2) given: rational."""
    return (1 - tangent**2) / (1 + tangent**2), 2 * tangent / (1 + tangent**2)


def _chsh(table: list[list[Fraction]]) -> Fraction:
    return table[0][0] + table[0][1] + table[1][0] - table[1][1]


def _exceeds(data: dict, total: Fraction, name: str) -> str:
    """The bound as it stands in the file, if the exact value is right and exceeds it, and it 2."""
    bound = data["bound"]
    require(total == number(data["value"]), f"{name}: the value must be CHSH of the state.")
    require(total > number(bound) >= 2, f"{name}: CHSH must exceed {bound}, at least 2.")
    return bound


def _list(data: dict, key: str) -> list:
    require(
        isinstance(data[key], list) and 1 <= len(data[key]) <= 20,
        f"The {key} must be a list of 1 to 20 entries.",
    )
    require(all(isinstance(each, dict) for each in data[key]), f"The {key} must hold objects.")
    return data[key]


def _keys(entry: dict, *keys: str) -> None:
    require(set(entry) == set(keys), f"An entry must have the keys {', '.join(keys)}.")


def _plane(n: int, m: int) -> int:
    """C = binom(n, m), after checking by all subsets that the plane of the theorem is invariant.

    With D = 2|0…0⟩⟨0…0| − 1 and E = |0…0⟩⟨1…1| + |1…1⟩⟨0…0| on m qubits and V the sum of all
    strings of m ones, the means over all subsets obey D|0⟩ = |0⟩, D V = −V, E|0⟩ = V/C, E V = |0⟩.
    """
    require(n < 2 * m <= 2 * n, f"{m} must lie in ({n}/2, {n}].")
    ways = comb(n, m)
    subsets = [sum(1 << i for i in block) for block in combinations(range(n), m)]
    for vector in ([0], subsets):
        kept: dict[int, int] = {}
        swapped: dict[int, int] = {}
        for string in vector:
            for block in subsets:
                inside = string & block
                kept[string] = kept.get(string, 0) + (1 if inside == 0 else -1)
                if inside in (0, block):
                    moved = string ^ block
                    swapped[moved] = swapped.get(moved, 0) + 1
        sign = 1 if vector == [0] else -1
        require(kept == {s: sign * ways for s in vector}, "D must be ±1 on the plane.")
        if vector == [0]:
            require(swapped == dict.fromkeys(subsets, 1), "E must take |0…0⟩ to V/C.")
        else:
            require(swapped == {0: ways}, "E must take V to |0…0⟩.")
    return ways


def body_planes(data: dict) -> str:
    """Averages over all subsets of more than half of a region's qubits violate CHSH.

    cases: sizes and bodies of two regions; for each region tan(t/2) of its two settings; weight g.
    B_t = cos t D + sin t E has square at most 1. In the state |00⟩ + g V V′ the averages have
    E = cos t cos t′ + 2 g sin t sin t′/(1 + g² C C′), by the invariance that is checked.
    """
    sentences = []
    for case in _list(data, "cases"):
        _keys(case, "sizes", "bodies", "first", "second", "weight", "value", "bound")
        n, m = _sizes(case["sizes"], 8), _sizes(case["bodies"], 8)
        ways = [_plane(*each) for each in zip(n, m, strict=True)]
        g = number(case["weight"])
        first, second = (
            [_direction(t) for t in numbers(case[key], length=2)] for key in ("first", "second")
        )
        slope = 2 * g / (1 + g**2 * ways[0] * ways[1])
        table = [[c * d + slope * s * t for d, t in second] for c, s in first]
        bound = _exceeds(case, _chsh(table), f"Regions of {n[0]} and {n[1]}")
        sentences.append(f"{n[0]}, {n[1]} qubits and subsets of {m[0]}, {m[1]}: {bound}")
    return (
        "Means over all subsets of a region's qubits of an observable of norm 1 exceed this CHSH "
        f"in some state, where local ones have at most 2: {'; '.join(sentences)}."
    )


def recorded_parity(data: dict) -> str:
    """Parities of recorded magnetisations violate CHSH by almost 2√2, whatever the sizes.

    cases: sizes; for each region tan(φ/2) of its two directions cos φ x + sin φ y. As
    (cos φ X + sin φ Y)|0⟩ = z|1⟩ with z = cos φ + i sin φ, and back with the conjugate, the product
    over N qubits takes |0…0⟩ to z^N |1…1⟩. So ⟨parity · parity′⟩ = Re z^N z′^N′ in the state
    (|0…0⟩ + |1…1⟩)/√2 of both regions. The parity (−1)^k is a function of the recorded 1 − 2k/N.
    """
    sentences = []
    for case in _list(data, "cases"):
        _keys(case, "sizes", "first", "second", "value", "bound")
        sizes = _sizes(case["sizes"])
        powers = []
        for n, key in zip(sizes, ("first", "second"), strict=True):
            powers.append([])
            for tangent in numbers(case[key], length=2):
                c, s = _direction(tangent)
                real, imaginary = Fraction(1), Fraction(0)
                for _ in range(n):
                    real, imaginary = real * c - imaginary * s, real * s + imaginary * c
                powers[-1].append((real, imaginary))
        table = [[a * c - b * d for c, d in powers[1]] for a, b in powers[0]]
        bound = _exceeds(case, _chsh(table), f"Regions of {sizes[0]} and {sizes[1]}")
        sentences.append(f"{sizes[0]}, {sizes[1]}: {bound}")
    return (
        "The parity of the number of spins down, read off two recorded magnetisations, exceeds "
        f"this CHSH in some state of two regions of so many qubits: {'; '.join(sentences)}."
    )


def list_model(data: dict) -> str:
    """A local model of a random qubit of each of two regions, whose first qubits violate CHSH.

    state: sixteen whole numbers, amplitudes of |A1 A2 B1 B2⟩ up to the norm. first, second:
    tan(t/2) of the two directions cos t z + sin t x of each region. weights: the probabilities
    of the lists (a_0, a_1, b_0, b_1), sixteen in order, outcomes 0 (along) and 1.
    """
    state = numbers(data["state"], length=16)
    require(all(s.denominator == 1 for s in state), "The amplitudes must be whole numbers.")
    norm = sum(s * s for s in state)
    require(norm > 0, "The state must not vanish.")
    sides = [[_direction(t) for t in numbers(data[key], length=2)] for key in ("first", "second")]

    def projector(c: Fraction, s: Fraction, outcome: int) -> list[list[Fraction]]:
        sign = 1 - 2 * outcome
        return [[(1 + sign * c) / 2, sign * s / 2], [sign * s / 2, (1 - sign * c) / 2]]

    def probability(i: int, j: int, a: int, b: int, x: int, y: int) -> Fraction:
        """p(a, b | x, y) of qubit i of A and qubit j of B; bits of an index: A1 A2 B1 B2."""
        e, f = projector(*sides[0][x], a), projector(*sides[1][y], b)
        masks = 3 - i, 1 - j
        total = Fraction(0)
        for row in range(16):
            if state[row]:
                for p, q in product((0, 1), repeat=2):
                    column = row ^ (p << masks[0]) ^ (q << masks[1])
                    r, t = row >> masks[0] & 1, row >> masks[1] & 1
                    total += state[row] * state[column] * e[r][r ^ p] * f[t][t ^ q]
        return total / norm

    weights = numbers(data["weights"], length=16)
    require(min(weights) >= 0 and sum(weights) == 1, "The weights must be probabilities.")
    lists = list(product((0, 1), repeat=4))
    for x, y, a, b in product((0, 1), repeat=4):
        mean = sum(
            (probability(i, j, a, b, x, y) for i, j in product((0, 1), repeat=2)), Fraction(0)
        )
        model = sum(w for w, e in zip(weights, lists, strict=True) if e[x] == a and e[2 + y] == b)
        require(4 * model == mean, f"The lists must give p({a}{b}|{x}{y}).")
    pair = [
        [
            sum(
                (-1) ** (a + b) * probability(0, 0, a, b, x, y)
                for a, b in product((0, 1), repeat=2)
            )
            for y in (0, 1)
        ]
        for x in (0, 1)
    ]
    bound = _exceeds(data, _chsh(pair), "The first qubits")
    return (
        "Two regions of 2 qubits, two directions each: what a random qubit of each shows has a "
        f"local model, although the first qubit of each has CHSH > {bound}."
    )


def neighbour_pairs(data: dict) -> str:
    """Averages over the neighbouring pairs of an open chain violate CHSH against a qubit.

    cases: spins n of the chain; two observables ±(1 − 2 χχᵀ/χᵀχ) of a pair, which square to 1, by
    a sign and four whole numbers χ; tan(t/2) of the qubit's two directions cos t z + sin t x; whole
    numbers ψ, amplitudes of the chain and the qubit, which comes last. The average is over the
    pairs 12, 23, …, and E = ± mean of (⟨b⟩ − 2 ⟨χ|b|χ⟩/χᵀχ).
    """
    sentences, last = [], 0
    for case in _list(data, "cases"):
        _keys(case, "spins", "observables", "second", "state", "bound", "value")
        n = number(case["spins"])
        require(n.denominator == 1 and last < n <= 8, "The spins must increase, up to 8.")
        n = last = int(n)
        require(n >= 3, "A chain must have three spins or more.")
        state = numbers(case["state"], length=2 ** (n + 1))
        norm = sum(v * v for v in state)
        require(norm > 0, "The state must not vanish.")
        qubit = [_direction(t) for t in numbers(case["second"], length=2)]
        observables = case["observables"]
        require(isinstance(observables, list) and len(observables) == 2, "There must be two.")
        table = []
        for each in observables:
            sign, chi = number(each["sign"]), numbers(each["vector"], length=4)
            length = sum(v * v for v in chi)
            require(sign in (1, -1) and length > 0, "An observable must be ± a reflection.")
            row = []
            for c, s in qubit:
                total = (n - 1) * _qubit_mean(state, c, s)
                for k in range(n - 1):
                    total -= 2 * _qubit_mean(_contracted(state, chi, n, k), c, s) / length
                row.append(sign * total / (n - 1) / norm)
            table.append(row)
        sentences.append(f"{n} spins: {_exceeds(case, _chsh(table), f'A chain of {n}')}")
    return (
        "Means over the neighbouring pairs of an open chain of spins, of one observable of square "
        "1 a setting, exceed this CHSH against a qubit in some state, where local ones have at "
        f"most 2: {'; '.join(sentences)}."
    )


def _qubit_mean(state: list[Fraction], c: Fraction, s: Fraction) -> Fraction:
    """⟨cos t Z + sin t X⟩ of the last qubit, times the squared norm."""
    pairs = list(zip(state[::2], state[1::2], strict=True))
    return c * sum(u * u - v * v for u, v in pairs) + 2 * s * sum(u * v for u, v in pairs)


def _contracted(state: list[Fraction], chi: list[Fraction], n: int, k: int) -> list[Fraction]:
    """⟨χ|ψ⟩ of the spins k and k + 1 of n: the other spins and the qubit are left."""
    inner = 2 ** (n - 1 - k)  # of the spins behind, and the qubit
    found = [Fraction(0)] * (len(state) // 4)
    for index, amplitude in enumerate(state):
        outer, rest = divmod(index, 4 * inner)
        pair, behind = divmod(rest, inner)
        found[outer * inner + behind] += chi[pair] * amplitude
    return found


CHECKERS = {
    "list-model": ("LR-03", list_model),
    "body-planes": ("LR-14", body_planes),
    "neighbour-pairs": ("LR-15", neighbour_pairs),
    "recorded-parity": ("LR-17", recorded_parity),
}
"""For each kind the ledger id of the claim, and what derives its sentence from the data."""
