"""The causal models as graphs: the six DAGs of Fig. 1 of arXiv:1411.4648.

An arrow says that the one may listen to the other; what is not drawn is forbidden. The
missing arrows are a list of independences, read off by d-separation.
"""

from collections.abc import Collection
from itertools import combinations
from typing import TYPE_CHECKING

from nonlocality.foundations.checks import shown

if TYPE_CHECKING:
    import networkx

_BELL = "X>A Λ>A Λ>B Y>B"
FIGURE_1 = {
    "a": ("local", _BELL, ""),
    "b": ("outcome heard", _BELL, "A>B"),
    "c": ("setting heard", _BELL, "X>B"),
    "d": ("message sent", _BELL, "X>M A>M Λ>M M>B"),
    "e": ("settings not free", _BELL, "μ>X μ>Λ μ>Y"),
    "f": ("two sources", "X>A Λ₁>A Λ₁>B Λ₂>B Λ₂>C Z>C", ""),
}
"""Panel of Fig. 1: what it is, its arrows, and those that relax the local model."""


Independence = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A node, what it is independent of, and what has to be given."""


def dag(panel: str) -> "networkx.DiGraph":
    """One of the six graphs of Fig. 1 of arXiv:1411.4648, by the letter of its panel.

    X, Y, Z are settings; A, B, C outcomes; M is the message; Λ, Λ₁, Λ₂ are sources and μ a
    common ancestor of settings and source. Nodes have the attribute ``hidden``, arrows
    ``relaxed`` (not in the local model), the graph ``panel`` and ``title``.
    Raises ValueError for another letter.

    >>> sorted(dag("c").predecessors("B"))
    ['X', 'Y', 'Λ']
    """
    import networkx as nx

    if panel not in FIGURE_1:
        raise ValueError(f"Argument `panel` must be one of 'a' to 'f', but is {shown(panel)}.")
    title, local, relaxed = FIGURE_1[panel]
    graph = nx.DiGraph(panel=panel, title=title)
    for arrows, extra in ((local, False), (relaxed, True)):
        graph.add_edges_from((arrow.split(">") for arrow in arrows.split()), relaxed=extra)
    nx.set_node_attributes(graph, {node: node[0] in "ΛμM" for node in graph}, "hidden")
    return graph


def independent(
    graph: "networkx.DiGraph",
    one: Collection[str],
    other: Collection[str],
    *,
    given: Collection[str] = (),
) -> bool:
    """Whether every model of the graph makes two sets of nodes independent, others given.

    d-separation, by networkx. Raises ValueError for an unknown node or sets that overlap.

    >>> independent(dag("a"), ["A"], ["Y"], given=["X", "Λ"])
    True
    >>> independent(dag("c"), ["B"], ["X"], given=["Y", "Λ"])
    False
    """
    import networkx as nx

    sets = [_nodes(graph, *pair) for pair in (("one", one), ("other", other), ("given", given))]
    if any(left & right for left, right in combinations(sets, 2)):
        raise ValueError(
            f"Arguments `one`, `other` and `given` must not overlap, but are {shown(sets)}."
        )
    return nx.is_d_separator(graph, *sets)


def _nodes(graph: "networkx.DiGraph", name: str, nodes: Collection[str]) -> set[str]:
    """A set of nodes of the graph; ValueError, naming the argument, for anything else."""
    if not hasattr(graph, "predecessors"):
        raise ValueError(f"Argument `graph` must be a directed graph, but is {shown(graph)}.")
    if not isinstance(nodes, Collection):
        raise ValueError(f"Argument `{name}` must be a list of nodes, but is {shown(nodes)}.")
    for node in nodes:
        if not isinstance(node, str) or node not in graph:
            raise ValueError(
                f"Argument `{name}` must hold nodes among {sorted(graph)}, but holds {shown(node)}."
            )
    return set(nodes)


def independences(graph: "networkx.DiGraph") -> list[Independence]:
    """Each node is independent of all that it does not cause, given what it listens to.

    These statements are the graph: together they say that the joint probability is the
    product of eq. (1) of arXiv:1411.4648, and imply every other independence. Each is checked
    by d-separation; nodes without such a statement are left out. Sorted by node.

    >>> for found in independences(dag("b")):
    ...     print(statement(*found))
    A ⊥ Y | X, Λ
    B ⊥ X | A, Y, Λ
    X ⊥ Y, Λ
    Y ⊥ A, X, Λ
    Λ ⊥ X, Y
    """
    import networkx as nx

    found = []
    for node in sorted(graph):
        parents = set(graph.predecessors(node))
        others = set(graph) - {node} - parents - nx.descendants(graph, node)
        if others and independent(graph, [node], others, given=parents):
            found.append((node, tuple(sorted(others)), tuple(sorted(parents))))
    return found


def observable_independences(graph: "networkx.DiGraph") -> list[Independence]:
    """What the graph forces on the observed nodes alone.

    For each observed node, all observed nodes that it is jointly independent of. For the
    local model X ⊥ B, Y and Y ⊥ A, X: the settings are free and nothing signals. Bell's
    inequalities are what d-separation does not see.

    >>> [statement(*found) for found in observable_independences(dag("a"))]
    ['A ⊥ Y', 'B ⊥ X', 'X ⊥ B, Y', 'Y ⊥ A, X']
    >>> [statement(*found) for found in observable_independences(dag("c"))]
    ['A ⊥ Y', 'X ⊥ Y', 'Y ⊥ A, X']
    """
    seen = sorted(node for node, hidden in graph.nodes(data="hidden") if not hidden)
    found = []
    for node in seen:
        # with nothing given, separation from each of some nodes is separation from all
        others = tuple(o for o in seen if o != node and independent(graph, [node], [o]))
        if others:
            found.append((node, others, ()))
    return found


def statement(node: str, others: Collection[str], given: Collection[str] = ()) -> str:
    """An independence in symbols.

    >>> statement("A", ["Y"], ["X", "Λ"])
    'A ⊥ Y | X, Λ'
    """
    return f"{node} ⊥ {', '.join(others)}" + (f" | {', '.join(given)}" if given else "")
