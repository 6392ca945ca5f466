"""Nonlocality, Recomputed: the helper library of the book.

One file a topic, each knowing only the floors below it:

1. ``checks``; ``quantum``, ``behaviours``: states, measurements, the tables p(ab|xy);
   ``optimise``: the one door to the solvers.
2. ``inequalities``, ``cglmp``: Bell expressions. ``strategies``, ``polytopes``: deterministic
   strategies, exact vertices and facets.
3. ``causal``, ``communication``, ``outcome_communication``: relaxations of locality.
   ``dependence``, ``information``, ``ghz``: of the freedom of settings. ``swapping``,
   ``bilocality``: of the independence of sources.
4. ``certificates``: exact proofs, standard library only. ``figures``, ``dags``, ``explore``,
   ``claims``: pictures, sliders, the ledger.

Nothing is imported here before it is asked for: solvers are loaded by the first call that needs
one, and ``certificates`` runs with the standard library alone.
"""

__all__ = ["Behaviour"]


def __getattr__(name: str) -> object:
    """``Behaviour`` and ``__version__``, found when they are first used."""
    if name == "Behaviour":
        from nonlocality.behaviours import Behaviour

        return Behaviour
    if name == "__version__":
        from importlib.metadata import version

        return version("nonlocality")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
