from itertools import chain, combinations

import numpy as np
import pytest

from nonlocality.causal_relaxations.dags import (
    FIGURE_1,
    dag,
    independences,
    independent,
    observable_independences,
    statement,
)

PANELS = pytest.mark.parametrize("panel", FIGURE_1)


def subsets(nodes):
    return chain.from_iterable(combinations(nodes, k) for k in range(len(nodes) + 1))


def random_joint(graph, seed):
    """Axes in the order of the nodes: a joint probability of bits that factorises over the graph.

    Generic, so that every dependence that the graph allows is there.
    """
    rng = np.random.default_rng(seed)
    nodes = list(graph)
    joint = np.ones((2,) * len(nodes))
    for node in nodes:
        family = sorted([*graph.predecessors(node), node], key=nodes.index)
        factor = rng.uniform(0.1, 1, size=(2,) * len(family))
        factor /= factor.sum(axis=family.index(node), keepdims=True)
        shape = [2 if k in family else 1 for k in nodes]
        joint = joint * factor.reshape(shape)
    return joint


def dependence(graph, joint, one, other, given):
    """Largest |p(one, other, given) p(given) − p(one, given) p(other, given)|."""
    nodes = list(graph)

    def marginal(*kept):
        return joint.sum(axis=tuple(k for k, n in enumerate(nodes) if n not in kept), keepdims=True)

    both = marginal(one, other, *given) * marginal(*given)
    return np.abs(both - marginal(one, *given) * marginal(other, *given)).max()


@PANELS
def test_d_separation_is_what_a_generic_model_of_the_graph_does(panel):
    graph = dag(panel)
    joint = random_joint(graph, seed=ord(panel))
    assert joint.sum() == pytest.approx(1)
    for one, other in combinations(graph, 2):
        rest = [node for node in graph if node not in (one, other)]
        for given in subsets(rest):
            found = dependence(graph, joint, one, other, given)
            assert (found < 1e-12) == independent(graph, [one], [other], given=given)


@PANELS
def test_each_independence_holds_in_a_model_of_the_graph(panel):
    graph = dag(panel)
    joint = random_joint(graph, seed=1)
    for node, others, given in independences(graph):
        assert set(given) == set(graph.predecessors(node))
        for other in others:
            assert dependence(graph, joint, node, other, given) < 1e-12


@PANELS
def test_observable_independences_are_joint_name_observed_nodes_and_miss_none(panel):
    graph = dag(panel)
    hidden = {node for node, flag in graph.nodes(data="hidden") if flag}
    found = {node: others for node, others, _ in observable_independences(graph)}
    seen = sorted(set(graph) - hidden)
    for node in seen:
        others = set(found.get(node, ()))
        assert not others & hidden
        assert not others or independent(graph, [node], others)
        for other in set(seen) - others - {node}:
            assert not independent(graph, [node], [other])


def test_no_signalling_follows_by_d_separation_in_the_local_model_alone():
    for panel, holds in {"a": True, "b": False, "c": False, "d": False, "e": False}.items():
        assert independent(dag(panel), ["X"], ["B"], given=["Y"]) == holds


def test_each_relaxation_gives_up_what_the_paper_says():
    local = dag("a")
    for panel, (one, other, given) in {
        "b": ("A", "B", "XYΛ"),
        "c": ("X", "B", "YΛ"),
        "d": ("A", "B", "XYΛ"),
        "e": ("X", "Λ", ""),
    }.items():
        assert independent(local, [one], [other], given=given)
        assert not independent(dag(panel), [one], [other], given=given)


def test_settings_and_outcomes_are_free_where_the_paper_needs_it():
    for panel in "abcd":
        assert independent(dag(panel), ["X"], ["Y", "Λ"])
        assert independent(dag(panel), ["A"], ["Y"], given=["X", "Λ"])
    assert independent(dag("f"), ["Λ₁"], ["Λ₂"])
    assert not independent(dag("f"), ["Λ₁"], ["Λ₂"], given=["B"])
    assert independent(dag("f"), ["A"], ["C"], given=["X", "Z"])
    assert observable_independences(dag("e")) == []


@PANELS
def test_relaxed_arrows_are_those_that_the_local_model_lacks(panel):
    graph, local = dag(panel), set(dag("a").edges)
    relaxed = {(s, t) for s, t, extra in graph.edges(data="relaxed") if extra}
    if panel != "f":
        assert set(graph.edges) - relaxed == local
    assert bool(relaxed) == (panel in "bcde")


def test_statements_read_as_in_the_field():
    assert statement("X", ("Y", "Λ")) == "X ⊥ Y, Λ"
    assert statement("A", ("Y",), ("X", "Λ")) == "A ⊥ Y | X, Λ"


@pytest.mark.parametrize("panel", ["g", "", "A", "ab"])
def test_there_are_six_panels(panel):
    with pytest.raises(ValueError, match=f"must be one of 'a' to 'f', but is {panel!r}"):
        dag(panel)


def test_independence_is_of_disjoint_sets_of_known_nodes():
    with pytest.raises(ValueError, match="but holds 'M'"):
        independent(dag("a"), ["A"], ["M"])
    with pytest.raises(ValueError, match="must not overlap"):
        independent(dag("a"), ["A"], ["B"], given=["A"])
