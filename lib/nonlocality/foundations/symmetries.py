"""Symmetries of a table of numbers: the permutations of its rows that leave it as it is.

A square table is read as a graph whose pairs of vertices are coloured by their entries. Its
automorphisms are searched for with the vertices' images fixed one by one; a short list of
permutations generates all that are found (the first half of the algorithm of Schreier and Sims).
What symmetries carry into each other is sorted into orbits and classes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import index

import numpy as np

from nonlocality.foundations.checks import counts, finite_array, shown, whole_numbers

MAX_TRIALS = 20_000
"""Images that are tried at most; a search that is stopped keeps the symmetries found so far."""


def value_colours(values: np.ndarray, *, tolerance: float) -> np.ndarray:
    """Numbers 0, 1, … for the values of an array, the same for values that differ by rounding.

    tolerance: values that follow one another in order and differ by at most that are the same.
    Raises ValueError for values that are no finite numbers.

    >>> value_colours(np.array([[0.5, -1.0], [0.5 + 1e-12, 3.0]]), tolerance=1e-9).tolist()
    [[1, 0], [1, 2]]
    """
    values = finite_array("values", values)
    flat = values.ravel()
    order = np.argsort(flat, kind="stable")
    colours, ranked = np.zeros(len(flat), dtype=int), flat[order]
    colours[order[1:]] = np.cumsum(ranked[1:] - ranked[:-1] > tolerance)
    return colours.reshape(values.shape)


def automorphisms(colours: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Permutations p with colours[p(i), p(j)] = colours[i, j]: a set that generates all found.

    colours: symmetric, whole numbers, shape (n, n). All are found unless :data:`MAX_TRIALS`
    stops the search; what is returned are symmetries in any case. Raises ValueError for colours
    that are no square of whole numbers.

    >>> automorphisms(np.array([[0, 1, 1], [1, 0, 2], [1, 2, 0]]))  # two equal sides
    ((0, 2, 1),)
    """
    colours = whole_numbers("colours", colours)
    if colours.ndim != 2 or colours.shape[0] != colours.shape[1]:
        raise ValueError(f"Argument `colours` must be square, but has shape {colours.shape}.")
    n = len(colours)
    kinds = _kinds(colours)
    if len(set(kinds)) == n:
        return ()
    table = colours.tolist()
    order, told = _order(table, kinds)
    rows = [[table[i][j] for j in order] for i in order]
    alike = _places([kinds[i] for i in order])
    near = [_places(row) for row in rows]
    images = [alike[kinds[i]] for i in order]
    left = [MAX_TRIALS]
    generators: list[tuple[int, ...]] = []
    for fixed in range(told - 1, -1, -1):  # symmetries that fix 0 … fixed − 1 and move the next
        start = list(range(fixed))
        possible = _possible(start, images, rows, near) >> fixed + 1 << fixed + 1
        orbit = _orbit(fixed, generators) if possible else set()
        for image in _members(possible):
            if image in orbit:
                continue
            left[0] -= 1
            found = _extend([*start, image], images, rows, near, left)
            if found:
                generators.append(tuple(found))
                orbit = _orbit(fixed, generators)
            if left[0] <= 0:
                return _named(generators, order)
    return _named(generators, order)


def _places(colours: list[int]) -> dict[int, int]:
    """For each colour the places where it stands, as the bits of a number."""
    found: dict[int, int] = {}
    for place, colour in enumerate(colours):
        found[colour] = found.get(colour, 0) | 1 << place
    return found


def _members(bits: int) -> Iterator[int]:
    """The places of the bits of a number that are 1."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _named(generators: Sequence[tuple[int, ...]], order: list[int]) -> tuple[tuple[int, ...], ...]:
    """Permutations of places in an order as permutations of what stands there."""
    place = {vertex: k for k, vertex in enumerate(order)}
    return tuple(tuple(order[g[place[i]]] for i in range(len(order))) for g in generators)


def _order(rows: list[list[int]], kinds: list[int]) -> tuple[list[int], int]:
    """The vertices, next always one that those before leave the fewest images for.

    With them, how many of the first it takes to tell all others apart.
    """
    seen = kinds
    order: list[int] = []
    left = set(range(len(rows)))
    while left:
        alike = Counter(seen)
        if len(alike) == len(seen):
            break
        vertex = min(left, key=lambda v: (alike[seen[v]], v))
        order.append(vertex)
        left.remove(vertex)
        numbers: dict[tuple[int, int], int] = {}
        views = zip(seen, rows[vertex], strict=True)  # of a symmetric table
        seen = [numbers.setdefault(view, len(numbers)) for view in views]
    return order + sorted(left), len(order)


def _kinds(colours: np.ndarray) -> list[int]:
    """A number for each vertex that no symmetry changes: how it is seen by all others."""
    kinds = np.diagonal(colours)
    count = len(set(kinds.tolist()))
    while True:
        pairs = np.sort(colours * (kinds.max() + 1) + kinds, axis=1)
        numbers: dict[tuple, int] = {}
        seen = zip(kinds.tolist(), pairs.tolist(), strict=True)
        kinds = np.array([numbers.setdefault((k, *p), len(numbers)) for k, p in seen])
        if len(numbers) == count:
            return kinds.tolist()
        count = len(numbers)


def _orbit(start: int, generators: Sequence[tuple[int, ...]]) -> set[int]:
    """Where the generators take a vertex that those before them fix."""
    orbit, new = {start}, [start]
    while new:
        vertex = new.pop()
        images = {g[vertex] for g in generators} - orbit
        orbit |= images
        new += images
    return orbit


def _possible(start: list[int], images: list[int], rows: list[list], near: list[dict]) -> int:
    """Where a symmetry that begins with these images may take the next vertex, as bits.

    images: of each vertex, those of its kind. near: of each vertex, those that it has each colour
    with.
    """
    vertex, used = len(start), 0
    bits = images[vertex]
    for image, colour in zip(start, rows[vertex], strict=False):  # with those before alone
        bits &= near[image].get(colour, 0)
        used |= 1 << image
    return bits & ~used


def _extend(
    start: list[int], images: list[int], rows: list[list], near: list[dict], left: list[int]
) -> list[int] | None:
    """A symmetry that begins with these images, to which more are added in place."""
    while len(start) < len(rows):
        possible = _possible(start, images, rows, near)
        if possible & (possible - 1):  # several
            for image in _members(possible):
                left[0] -= 1
                found = _extend([*start, image], images, rows, near, left) if left[0] >= 0 else None
                if found:
                    return found
            return None
        left[0] -= 1
        if not possible or left[0] < 0:
            return None
        start.append(possible.bit_length() - 1)
    return start


def orbit_numbers(permutations: Sequence[np.ndarray], size: int) -> np.ndarray:
    """The number of its orbit for each of 0 … size − 1, under the group of the permutations.

    Raises ValueError for what are no permutations of these numbers.

    >>> orbit_numbers([np.array([1, 0, 2, 3]), np.array([0, 1, 3, 2])], 4).tolist()
    [0, 0, 1, 1]
    """
    images = _permutations(permutations, size)
    return _orbits(np.arange(len(images.T)), images)


def pair_orbits(permutations: Sequence[np.ndarray], size: int) -> np.ndarray:
    """The number of its orbit for each unordered pair (i, j) of 0 … size − 1, at i·size + j.

    Raises ValueError for what are no permutations of these numbers.

    >>> pair_orbits([np.array([1, 0, 2])], 3).reshape(3, 3).tolist()
    [[0, 1, 2], [1, 0, 2], [2, 2, 3]]
    """
    moved = _permutations(permutations, size)
    if not len(moved):
        raise ValueError("Argument `permutations` must hold at least one permutation.")
    pairs = np.arange(size * size).reshape(size, size)
    images = moved[:, :, None] * size + moved[:, None, :]
    return _orbits(np.minimum(pairs, pairs.T).ravel(), images.reshape(len(moved), -1))


def _permutations(permutations: Sequence[np.ndarray], size: int) -> np.ndarray:
    """Checked permutations of 0 … size − 1, one a row."""
    (size,) = counts("size", (size,))
    rows = whole_numbers("permutations", permutations)
    if not rows.size:
        return np.zeros((0, size), dtype=int)
    if rows.shape[1:] != (size,) or (np.sort(rows) != np.arange(size)).any():
        raise ValueError(f"Argument `permutations` must hold permutations of 0 … {size - 1}.")
    return rows


def _orbits(least: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Numbers of orbits: least is a member of each one's orbit that is not after it."""
    while True:
        before = least
        for image in images:
            least = np.minimum(least, least[image])
        least = least[least]
        if (least == before).all():
            break
    return ((least == np.arange(len(least))).cumsum() - 1)[least]


def facet_classes(
    found: Sequence[tuple[int, ...]], symmetries: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> list[list[tuple[int, ...]]]:
    """Facets sorted into classes that the symmetries carry into each other.

    found: as from :func:`~nonlocality.foundations.polytopes.facets`. symmetries: generators
    (order, signs), each acting on the coordinates as p -> signs * p[order]. Smallest bound first.
    Raises ValueError if an image is not in the list: then it is no symmetry.

    >>> from nonlocality.foundations.polytopes import facets
    >>> square = facets([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    >>> [len(c) for c in facet_classes(square, [([1, 0], [1, 1])])]
    [2, 2]
    """
    try:
        found = [tuple(index(number) for number in facet) for facet in found]
        moves = [([index(k) for k in order], [index(s) for s in signs])
                 for order, signs in symmetries]  # fmt: skip
    except (TypeError, ValueError) as error:
        raise ValueError(
            "Arguments `found` and `symmetries` must hold tuples of integers, and pairs of an "
            f"order and of signs, but {error}."
        ) from None
    left, classes = set(found), []
    for start in sorted(found):
        if start not in left:
            continue
        left.remove(start)
        members = [start]
        for bound, *normal in members:  # grows while it is walked through
            for order, signs in moves:
                if sorted(order) != list(range(len(normal))) or len(signs) != len(normal):
                    raise ValueError(
                        f"Argument `symmetries` must hold orders of 0 to {len(normal) - 1} and as "
                        f"many signs, but has {shown((order, signs))}."
                    )
                image = (bound, *(s * normal[k] for k, s in zip(order, signs, strict=True)))
                if image in left:
                    left.remove(image)
                    members.append(image)
                elif image not in members:
                    raise ValueError(
                        "Argument `symmetries` must carry facets into facets, but one takes "
                        f"{(bound, *normal)} to {image}."
                    )
        classes.append(members)
    return classes
