"""Symmetries of a table of numbers: the permutations of its rows that leave it as it is.

A square table is read as a graph whose pairs of vertices are coloured by their entries. Its
automorphisms are searched for with the vertices' images fixed one by one; a short list of
permutations generates all that are found (the first half of the algorithm of Schreier and Sims).
What symmetries carry into each other is sorted into orbits and classes.
"""

from collections.abc import Sequence
from operator import index, itemgetter

import numpy as np

from nonlocality.foundations.checks import shown, whole_numbers

MAX_TRIALS = 20_000
"""Images that are tried at most; a search that is stopped keeps the symmetries found so far."""


def _value_colours(values: np.ndarray, tolerance: float) -> np.ndarray:
    """Numbers 0, 1, … for the values of an array, the same for values that differ by rounding.

    tolerance: values that follow one another in order and differ by at most that are the same.

    >>> _value_colours(np.array([[0.5, -1.0], [0.5 + 1e-12, 3.0]]), 1e-9).tolist()
    [[1, 0], [1, 2]]
    """
    flat = values.ravel()
    order = flat.argsort()
    colours, ranked = np.zeros(len(flat), dtype=int), flat[order]
    colours[order[1:]] = (ranked[1:] - ranked[:-1] > tolerance).cumsum()
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
    if not colours.size:
        return ()
    rows = colours.tolist()
    apart = max(map(max, rows)) - min(map(min, rows)) + 1
    for place, row in enumerate(rows):
        row[place] += apart  # on the diagonal colours are unlike all others
    table = tuple(map(tuple, rows))
    numbers: dict[tuple[int, ...], int] = {}  # of kinds, which no symmetry changes
    kinds = [numbers.setdefault(tuple(sorted(row)), len(numbers)) for row in table]
    search = _Search(table, kinds, 2 * apart)
    generators: list[tuple[int, ...]] = []
    for fixed in range(len(search.base) - 1, -1, -1):  # of symmetries that keep the first so many
        vertex, views = search.base[fixed], search.views[fixed]
        orbit = _orbit(vertex, generators)
        for image in search.possible(views, fixed):
            if image in orbit:
                continue
            found = search.extend(search.viewed(views, image), fixed + 1)
            if found:
                generators.append(found)
                orbit = _orbit(vertex, generators)
            if search.trials > MAX_TRIALS:
                return tuple(generators)
    return tuple(generators)


class _Search:
    """The search for symmetries that take some vertices to given images.

    base: vertices whose colours with all others tell these apart, so that its images fix a
    symmetry, if there is one. views: how all vertices are seen by the first of the base, as
    numbers, for none of them, one, and so on.
    """

    def __init__(self, table: tuple[tuple[int, ...], ...], kinds: list[int], colours: int) -> None:
        self.table, self.colours, self.trials = table, colours, 0
        self.base: list[int] = []
        self.views = [kinds]
        left, known = list(range(len(kinds))), len(set(kinds))
        alike = [kinds.count(view) for view in kinds]
        while known < len(kinds):
            vertex = min(left, key=alike.__getitem__)  # for which the fewest are tried
            left.remove(vertex)
            views = self.viewed(kinds, vertex)
            told = len(set(views))
            if told > known:
                kinds, known = views, told
                alike = [kinds.count(view) for view in kinds]
                self.base.append(vertex)
                self.views.append(views)
        self.place = {view: vertex for vertex, view in enumerate(kinds)}
        self.ranked = [sorted(views) for views in self.views]

    def viewed(self, views: list[int], image: int) -> list[int]:
        """How all vertices are seen by one more."""
        wide = self.colours
        return [view * wide + colour for view, colour in zip(views, self.table[image], strict=True)]

    def possible(self, views: list[int], known: int) -> list[int]:
        """Where the next vertex of the base may go, after so many whose images see so."""
        wanted = self.views[known][self.base[known]]
        return [vertex for vertex, view in enumerate(views) if view == wanted]

    def extend(self, views: list[int], known: int) -> tuple[int, ...] | None:
        """The inverse of a symmetry that takes the first of the base to what sees so."""
        self.trials += 1
        if sorted(views) != self.ranked[known]:  # not all is seen alike
            return None
        if known == len(self.base):
            return self._completed(views)
        for image in self.possible(views, known):
            found = self.extend(self.viewed(views, image), known + 1)
            if found or self.trials > MAX_TRIALS:
                return found
        return None

    def _completed(self, views: list[int]) -> tuple[int, ...] | None:
        """The same where all of the base has images: the others follow, and all is checked."""
        back = tuple([self.place.get(view, -1) for view in views])
        if len(set(back)) < len(back) or -1 in back:
            return None
        take = itemgetter(*back)
        return back if tuple(map(take, take(self.table))) == self.table else None


def _orbit(start: int, generators: Sequence[tuple[int, ...]]) -> set[int]:
    """Where the generators take a vertex that those before them fix."""
    orbit, new = {start}, [start]
    while new:
        vertex = new.pop()
        images = {g[vertex] for g in generators} - orbit
        orbit |= images
        new += images
    return orbit


def _pair_orbits(permutations: np.ndarray) -> np.ndarray:
    """The number of its orbit for each unordered pair (i, j) of 0 … n − 1, at i·n + j.

    permutations: generators of a group, one a row, shape (g, n).

    >>> _pair_orbits(np.array([[1, 0, 2]])).reshape(3, 3).tolist()
    [[0, 1, 2], [1, 0, 2], [2, 2, 3]]
    """
    count, size = permutations.shape
    pairs = np.arange(size * size).reshape(size, size)
    images = (permutations[:, :, None] * size + permutations[:, None, :]).reshape(count, -1)
    least = np.minimum(pairs, pairs.T).ravel()  # a member of each one's orbit, not after it
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
