"""Nonlocality, Recomputed: the helper library of the book.

One file a topic; the page on the library lists them in an order in which each knows only files
before it:

1. foundations: ``checks``, ``quantum``, ``behaviours``, and ``optimise``, the one door to the
   solvers; then Bell expressions (``inequalities``, ``cglmp``) and ``strategies``, ``polytopes``;
2. ``certificates``: exact proofs, standard library only; ``figures``, ``explore``, ``claims``:
   pictures, sliders, the ledger;
3. a group of files a chapter: causal relaxations (from ``causal`` on), macroscopic locality
   (``moments``), postquantum steering (``steering``), macroscopic nonlocality (``collective``),
   local realism (``monogamy``).

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
