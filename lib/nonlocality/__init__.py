"""Nonlocality, Recomputed: the library of the book.

======================= ============================================================
foundations             the ground floor: behaviours, states, solvers, strategies
causal_relaxations      five wings, a chapter each: the chapter's words are found
macroscopic_locality    there, ``causal_relaxations.minimal_influence``, and which
postquantum_steering    section of the paper is in which file
macroscopic_nonlocality
local_realism
experiments             your own data: above the wings, may use them all
book                    the workshop: ledger, figures, sliders, the Sphinx extension
certificates            exact proofs and their checkers, standard library alone
======================= ============================================================

A wing imports the ground floor, the workshop, the certificates and itself, never another
wing; ``experiments`` stands above them. Nothing is imported before it is asked for: solvers
are loaded by the first call that needs one.
"""

from importlib import import_module

PACKAGES = (
    "foundations",
    "causal_relaxations",
    "macroscopic_locality",
    "postquantum_steering",
    "macroscopic_nonlocality",
    "local_realism",
    "experiments",
    "book",
    "certificates",
)

__all__ = ["Behaviour", *PACKAGES]


def __getattr__(name: str) -> object:
    """The packages, ``Behaviour`` and ``__version__``, found when they are first used."""
    if name in PACKAGES:
        return import_module(f"nonlocality.{name}")
    if name == "Behaviour":
        return import_module("nonlocality.foundations.behaviours").Behaviour
    if name == "__version__":
        return import_module("importlib.metadata").version("nonlocality")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
