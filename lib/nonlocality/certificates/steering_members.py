"""Assemblages of Bob's and Charlie's two settings and outcomes: how they are read, called, checked.

Alice has a real qubit (arXiv:1505.01430). A certificate holds an assemblage, or a functional, in
minimal representation: "reduced", "bob": [y], "charlie": [z], "joint": [y][z] stand for
ρ_A, σ_{0|y}, σ_{0|z}, σ_{00|yz}, or for the operators F paired with them in eq. (45). A symmetric
matrix is written as its entries 00, 01, 11.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from nonlocality.certificates.rational import number, numbers, require

BITS = (0, 1)
WORDS = tuple((b, c) for b in ((), (0,), (1,)) for c in ((), (0,), (1,)))
"""1, E_{0|z}, and E_{0|y} and E_{0|y} E_{0|z}: the settings of Bob's and Charlie's letters."""

TABLE_1 = {
    "reduced": ["0.3666", "-0.0896", "0.6334"],
    "marginals": [["0.1464", "-0.1114", "0.1600"], ["0.2851", "-0.0586", "0.2473"]],
    "joint": {
        (0, 0): ["0.1360", "-0.1257", "0.1360"],
        (1, 0): ["0.0803", "-0.0523", "0.0982"],
        (1, 1): ["0.2555", "-0.1192", "0.0709"],
    },
}
"""Table I of arXiv:1505.01430 as printed; the same after a swap of Bob and Charlie."""

TABLE_2 = {
    "reduced": ["1.4622", "0.1773", "-0.4622"],
    "marginals": [["-0.2894", "0.2468", "0.9767"], ["-1.0943", "-0.4673", "0.0648"]],
    "joint": {
        (0, 0): ["-0.1948", "0.5653", "-0.7229"],
        (1, 0): ["0.5482", "-0.4270", "-0.8690"],
        (1, 1): ["0.2875", "1.0320", "0.9182"],
    },
}
"""Table II, as printed."""


def printed_members(table: dict) -> dict[tuple, list[Fraction]]:
    """The nine matrices of :data:`TABLE_1` or :data:`TABLE_2` by their words."""
    members = {((), ()): table["reduced"]}
    for y, z in product(BITS, repeat=2):
        members[(y,), ()] = members[(), (y,)] = table["marginals"][y]
        members[(y,), (z,)] = table["joint"][max(y, z), min(y, z)]
    return {word: [Fraction(x) for x in entries] for word, entries in members.items()}


def shown(matrix: Sequence[Fraction]) -> str:
    """The entries of a symmetric matrix."""
    return f"({', '.join(map(str, matrix))})"


def called(members: dict[tuple, list[Fraction]], *, letters: str = "ρσ") -> str:
    """What the sentence calls nine matrices: a table's name only if they are its printed digits."""
    first, other = letters
    for number_, table in (("I", TABLE_1), ("II", TABLE_2)):
        if members == printed_members(table):
            return f"Table {number_} of arXiv:1505.01430"
    parts = [f"{first}_A = {shown(members[(), ()])}"]
    for label, words in (
        ("b=0|y", [((y,), ()) for y in BITS]),
        ("c=0|z", [((), (z,)) for z in BITS]),
        ("00|yz", [((y,), (z,)) for y in BITS for z in BITS]),
    ):
        parts.append(f"{other}_{label} = {', '.join(shown(members[word]) for word in words)}")
    return f"the set of matrices {'; '.join(parts)} (entries 00, 01, 11)"


def capital(text: str) -> str:
    """The text with a capital letter in front."""
    return text[0].upper() + text[1:]


def read_members(data: object) -> dict[tuple, list[Fraction]]:
    """The nine matrices by the words of :data:`WORDS` that they belong to."""
    require(isinstance(data, dict), "A minimal representation must be an object.")
    members = {((), ()): numbers(data["reduced"], length=3)}
    for name in ("bob", "charlie", "joint"):
        entries = data[name]
        require(isinstance(entries, list) and len(entries) == 2, f"{name} must be a pair.")
        for y in BITS:
            if name == "bob":
                members[(y,), ()] = numbers(entries[y], length=3)
            elif name == "charlie":
                members[(), (y,)] = numbers(entries[y], length=3)
            else:
                row = entries[y]
                require(isinstance(row, list) and len(row) == 2, "joint must be 2 × 2 matrices.")
                for z in BITS:
                    members[(y,), (z,)] = numbers(row[z], length=3)
    return members


def _elements(members: dict) -> dict[str, list[Fraction]]:
    """All sixteen σ_{bc|yz} by "bc|yz": what no-signalling and the members leave."""
    elements = {}
    for b, c, y, z in product(BITS, repeat=4):
        words = {
            (0, 0): {((y,), (z,)): 1},
            (0, 1): {((y,), ()): 1, ((y,), (z,)): -1},
            (1, 0): {((), (z,)): 1, ((y,), (z,)): -1},
            (1, 1): {((), ()): 1, ((y,), ()): -1, ((), (z,)): -1, ((y,), (z,)): 1},
        }[b, c]
        elements[f"{b}{c}|{y}{z}"] = [
            sum(sign * members[word][k] for word, sign in words.items()) for k in range(3)
        ]
    return elements


def element_determinants(members: dict) -> dict[str, Fraction]:
    """The determinants of the elements, which must be positive and of trace 1 in total."""
    rho = members[(), ()]
    require(rho[0] + rho[2] == 1, f"The state of Alice must have trace 1, not {rho[0] + rho[2]}.")
    determinants = {}
    for name, (a, b, d) in _elements(members).items():
        determinants[name] = a * d - b * b
        require(
            a >= 0 and d >= 0 and determinants[name] >= 0,
            f"The element {name} must be positive, but is (({a}, {b}), ({b}, {d})).",
        )
    return determinants


STRATEGIES = tuple("".join(bits) for bits in product("01", repeat=4))
"""b_0 b_1 c_0 c_1: what Bob and Charlie answer."""


def answers_zero(word: tuple, strategy: str) -> bool:
    """Whether a strategy answers 0 to all settings of a word: its own entry at that word."""
    bob, charlie = word
    return all(strategy[y] == "0" for y in bob) and all(strategy[2 + z] == "0" for z in charlie)


def read_weights(table: object) -> dict[str, Fraction]:
    """A weight of at least 0 for each of :data:`STRATEGIES`."""
    require(
        isinstance(table, dict) and list(table) == list(STRATEGIES),
        "The key `weights` must have an entry for each strategy from 0000 to 1111.",
    )
    weights = {name: number(text) for name, text in table.items()}
    require(min(weights.values()) >= 0, "The weights must not be negative.")
    return weights
